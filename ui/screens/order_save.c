/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a typed order to a saved one: checks, questions, the alert, and what happens when somebody was quicker. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "model/order_reason.h"
#include "screens/order_form.h"

void order_form_forget(struct order_screen *s)
{
    proposal_free(s->proposal);
    s->proposal = NULL;
}

static unsigned show(struct shell *sh, struct order_screen *s, const struct error *err)
{
    struct error at_line = *err;
    if (form_show_error(&s->form, err)) {
        return STALE_LAYOUT;
    }
    if (err->field[0] != '\0') { /* drug, dose, directions: all of them stand in the line */
        memcpy(at_line.field, "line", sizeof "line");
        (void)form_show_error(&s->form, &at_line);
        return STALE_LAYOUT;
    }
    shell_fail(sh, err);
    return STALE_CELLS;
}

/* The form as an order; the caller releases. */
static enum status read_form(struct order_screen *s, struct order *out, struct error *err)
{
    const char *prescriber = "";
    memset(out, 0, sizeof *out);
    if (order_is_change(s)) {
        order_copy(&s->base, out);
        mem_free(out->code); /* the words are another drug's now, perhaps */
        mem_free(out->code_system);
        out->code = out->code_system = NULL;
        int chosen = form_choice(&s->form, "reason");
        char *reason = chosen == 0 ? mem_copy_text("")
                                   : order_reason_join(order_reason_for(ORDER_ACTION_CHANGE, chosen - 1)->word,
                                                       form_text(&s->form, "words"));
        mem_free(out->reason);
        out->reason = reason;
    }
    out->patient = s->chart->patient.id;
    out->action = order_is_change(s) ? ORDER_ACTION_CHANGE : ORDER_ACTION_START;
    out->status = order_is_change(s) ? s->base.status : MEDICATION_STATUS_ACTIVE;
    order_form_fill(s, out);
    enum status status = order_entry_check(&s->entry, err);
    if (status == STATUS_OK && order_is_change(s)) {
        status = order_reason_check(ORDER_ACTION_CHANGE, out->reason, err);
    }
    if (status == STATUS_OK) {
        status = relay_fields_read(&s->relay, &out->source, &prescriber, &out->relay, err);
    }
    if (status == STATUS_OK) {
        mem_free(out->prescriber_name);
        out->prescriber_name = mem_copy_text(prescriber);
    }
    return status;
}

/* ---- saving ---- */

static unsigned stale_answered(struct shell *sh, void *state, int answer)
{
    return answer == 1 ? order_form_save(sh, state) : (unsigned)STALE_CELLS;
}

/* Somebody changed the order meanwhile: both are shown, a person decides. */
static unsigned ask_stale(struct shell *sh, struct order_screen *s, const struct error *err)
{
    struct order now;
    struct error second = ERROR_INIT;
    if (order_look(s->ws->actor, s->base.id, &now, &second) != STATUS_OK) {
        return show(sh, s, &second);
    }
    order_release(&s->base);
    s->base = now; /* shown as "Now" from here on */
    char *mine = order_entry_sentence(&s->entry);
    char *text = mem_format(_("%s\n\nYours: %s"), error_text(err), mine);
    shell_ask(sh, &(struct shell_question){.title = _("Changed meanwhile"),
                                           .text = text,
                                           .answers = {_("Look at it first"), _("Put mine in its place")},
                                           .title_style = STYLE_WARNING,
                                           .answered = stale_answered});
    mem_free(text);
    mem_free(mine);
    return STALE_LAYOUT;
}

static unsigned save(struct shell *sh, struct order_screen *s, const struct alert_decision *decision)
{
    const struct finding_answer *answers = decision != NULL ? decision->answers : NULL;
    size_t count = decision != NULL ? decision->answer_count : 0;
    const struct witness *second = decision != NULL ? decision->second : NULL;
    struct error err = ERROR_INIT;
    struct uid order;
    enum status status = order_is_change(s) ? order_change(s->ws->actor, s->proposal, answers, count, second, &err)
                                            : order_save(s->ws->actor, s->proposal, answers, count, second, &order, &err);
    order_form_forget(s);
    if (status == STATUS_STALE && order_is_change(s)) {
        return ask_stale(sh, s, &err);
    }
    if (status != STATUS_OK) {
        err.status = status;
        return show(sh, s, &err);
    }
    char *name = patient_display_name(&s->chart->patient), *words = order_entry_sentence(&s->entry);
    shell_say(sh, MESSAGE_GOOD, order_is_change(s) ? _("%s: changed to %s. Saved here.") : _("%s: %s. Saved here."), name, words);
    mem_free(words);
    mem_free(name);
    form_draft_saved(&s->draft);
    shell_close(sh, 1);
    return STALE_CELLS;
}

/* ---- the alert ---- */

static unsigned alert_decided(struct shell *sh, void *state, enum alert_outcome outcome, const struct alert_decision *decision)
{
    struct order_screen *s = state;
    struct error err = ERROR_INIT;
    if (outcome == ALERT_GO_ON) {
        return save(sh, s, decision);
    }
    if (order_decline(s->ws->actor, s->proposal, &err) != STATUS_OK) {
        shell_fail(sh, &err);
    }
    if (outcome == ALERT_ANOTHER) {
        s->offered_count = proposal_alternatives(s->ws->site->knowledge, s->proposal, s->offered, ORDER_OFFERED_MAX);
    }
    order_form_forget(s);
    form_focus(&s->form, "line");
    if (outcome == ALERT_ANOTHER) {
        return order_form_find_drug(sh, s);
    }
    shell_say(sh, MESSAGE_INFO, order_is_change(s) ? _("Not changed. What you typed is still here.")
                                                   : _("Not added. What you typed is still here."));
    return STALE_CELLS;
}

static unsigned propose(struct shell *sh, struct order_screen *s);

static unsigned propose_proved(struct shell *sh, void *state)
{
    return propose(sh, state);
}

static unsigned propose(struct shell *sh, struct order_screen *s)
{
    struct error err = ERROR_INIT;
    struct order order;
    order_form_forget(s);
    enum status status = read_form(s, &order, &err);
    if (status == STATUS_OK) {
        status = order_propose(s->ws->actor, s->chart->patient.id, &order, &s->proposal, &err);
    }
    order_release(&order);
    if (status != STATUS_OK) {
        return show(sh, s, &err);
    }
    if (proposal_check_proof(s->ws->actor, s->proposal, &err) == STATUS_STEP_UP) {
        order_form_forget(s); /* made anew behind the proof */
        return step_up_ask(sh, &err, propose_proved);
    }
    if (s->proposal->interrupting == 0) {
        return save(sh, s, NULL);
    }
    const struct alert_argument argument = {s->proposal, s->chart, alert_decided};
    shell_open_or_say(sh, &SCREEN_ALERT, &argument);
    return STALE_CELLS;
}

/* ---- what is asked before it is screened ---- */

static unsigned allergies_answered(struct shell *sh, void *state, int answer)
{
    struct order_screen *s = state;
    s->ws->allergies_asked = s->chart->patient.id;
    return answer == 1 ? propose(sh, s) : (unsigned)STALE_CELLS;
}

/* Once for a patient in a session (clinical.md 4.B.15); from then on the banner and the pane say it. */
static unsigned ask_allergies(struct shell *sh, struct order_screen *s)
{
    if (s->chart->patient.allergy_status != ALLERGY_STATUS_NOT_ASKED ||
        uid_compare(s->ws->allergies_asked, s->chart->patient.id) == 0) {
        return propose(sh, s);
    }
    shell_ask(sh, &(struct shell_question){
                      .title = _("ALLERGIES NOT ASKED"),
                      .text = _("Nobody asked this patient about allergies, so none of them can be checked. Ask now and record "
                                "the answer on the chart; what you typed stays here."),
                      .answers = {_("Go back and ask"), _("Go on, allergies not asked")},
                      .title_style = STYLE_WARNING,
                      .answered = allergies_answered});
    return STALE_CELLS;
}

static unsigned unchecked_answered(struct shell *sh, void *state, int answer)
{
    struct order_screen *s = state;
    if (answer != 1) {
        form_focus(&s->form, "line");
        return STALE_CELLS;
    }
    memcpy(s->unchecked, s->entry.drug_words, sizeof s->unchecked);
    return ask_allergies(sh, s);
}

static unsigned ask_unchecked(struct shell *sh, struct order_screen *s)
{
    char *text = mem_format(_("No drug is known by the name \"%s\". It can be ordered as it is written, but nothing of it can be "
                              "checked: no interaction, no allergy, no dose."),
                            s->entry.drug_words);
    shell_ask(sh, &(struct shell_question){.title = _("NOT CHECKED"),
                                           .text = text,
                                           .answers = {_("Choose a drug"), _("Order it as written, unchecked")},
                                           .title_style = STYLE_WARNING,
                                           .answered = unchecked_answered});
    mem_free(text);
    return STALE_CELLS;
}

unsigned order_form_save(struct shell *sh, struct order_screen *s)
{
    struct error err = ERROR_INIT;
    form_clear_errors(&s->form);
    if (order_entry_check(&s->entry, &err) != STATUS_OK) {
        return show(sh, s, &err);
    }
    bool is_wanted_so = strcmp(s->unchecked, s->entry.drug_words) == 0;
    if (!s->entry.is_drug_settled && !is_wanted_so) {
        return ask_unchecked(sh, s);
    }
    return ask_allergies(sh, s);
}
