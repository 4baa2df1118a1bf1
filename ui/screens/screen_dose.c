/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One dose: who is it, what happened, saved. The patient is identified first, by wristband or by two identifiers that are
 * typed and compared; the birth date and the MRN are not shown before, so that nobody copies them from the screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "screens/dose_entry.h"
#include "service/controlled.h"
#include "service/dose_claims.h"

enum { BEFORE_H = 96, AFTER_H = 24, HEAD_ROWS = BANNER_ROWS + 4, WORDS_ROWS_MAX = 4 };

static const struct order *current_order(const struct dose_screen *d)
{
    for (size_t i = 0; i < d->chart->orders.len; i++) {
        if (uid_compare(d->chart->orders.items[i].id, d->order) == 0) {
            return &d->chart->orders.items[i];
        }
    }
    return NULL;
}

const struct dose_slot *dose_slot_of(const struct dose_screen *d)
{
    for (size_t i = 0; i < d->chart->slots.len; i++) {
        if (!uid_is_none(d->slot) && uid_compare(d->chart->slots.items[i].id, d->slot) == 0) {
            return &d->chart->slots.items[i];
        }
    }
    return NULL;
}

const struct order *dose_order(const struct dose_screen *d)
{
    const struct dose_slot *slot = dose_slot_of(d);
    return slot != NULL ? chart_slot_order(d->chart, slot) : current_order(d);
}

void dose_sig(const struct dose_screen *d, struct sig *out)
{
    const struct dose_slot *slot = dose_slot_of(d);
    sig_step(&dose_order(d)->sig, slot != NULL ? slot->step : 0, out);
}

bool dose_is_prn(const struct dose_screen *d)
{
    return sig_is_as_needed(&dose_order(d)->sig);
}

bool dose_is_claimed(const struct dose_screen *d)
{
    const struct dose_slot *slot = dose_slot_of(d);
    return slot != NULL && slot->claimed_by[0] != '\0';
}

bool dose_is_identified(const void *state)
{
    return identify_is_done(&((const struct dose_screen *)state)->who);
}

/* ---- opening ---- */

/* The order's open dose that is nearest to now: nobody recorded it, or something is still to come (a running infusion is ended,
 * who was away is back). */
static bool choose_slot(struct dose_screen *d)
{
    int64_t now_us = clock_now_us(d->ws->clock), best_us = INT64_MAX;
    for (size_t i = 0; i < d->chart->slots.len; i++) {
        const struct dose_slot *slot = &d->chart->slots.items[i];
        int64_t distance_us = llabs(slot->planned_us - now_us);
        if (uid_compare(slot->order, d->order) == 0 && distance_us < best_us &&
            (slot->state != SLOT_DONE || dose_status_is_open(slot->status))) {
            best_us = distance_us;
            d->slot = slot->id;
        }
    }
    return best_us != INT64_MAX;
}

static enum status find_dose(struct dose_screen *d, struct error *err)
{
    const struct order *order = current_order(d);
    if (order == NULL) {
        return error_set(err, STATUS_NOT_FOUND, _("This order is not on the chart any more."));
    }
    if (!uid_is_none(d->current) && uid_compare(d->current, order->version) != 0) {
        char now[SIG_TEXT_MAX];
        return error_set(err, STATUS_STALE, _("The order was changed while you had it open. It now reads: %s. Open it again."),
                         sig_format(&order->sig, now));
    }
    d->current = order->version;
    if (uid_is_none(d->slot) && !sig_is_as_needed(&order->sig) && !choose_slot(d) &&
        (order->sig.kind == SCHEDULE_KIND_WALL || order->sig.kind == SCHEDULE_KIND_ELAPSED ||
         order->sig.kind == SCHEDULE_KIND_ONCE)) {
        return error_set(err, STATUS_NOT_FOUND, _("No open dose of this order lies in the last four days or the next day."));
    }
    const struct dose_slot *slot = dose_slot_of(d);
    if (!uid_is_none(d->slot) && slot == NULL) {
        return error_set(err, STATUS_NOT_FOUND, _("This dose is not planned any more: the order was changed or ended."));
    }
    d->planned_us = slot != NULL ? slot->planned_us : 0;
    d->version = slot != NULL ? slot->order_version : order->version;
    return STATUS_OK;
}

/* Others see that the form is open. True: the lease was put off. */
static bool claim(struct dose_screen *d)
{
    int64_t now_us = clock_now_us(d->ws->clock);
    if (uid_is_none(d->slot) || llabs(now_us - d->claimed_us) < DOSE_CLAIM_US / 2) {
        return false;
    }
    d->claimed_us = now_us;
    enum status status = dose_claim_hold(d->ws->actor, d->order, d->slot, NULL);
    if (status != STATUS_OK && status != STATUS_REFUSED) { /* a notice for others: the form is good without it */
        log_write(LOG_WARNING, "others are not told that a dose's form is open: %s", status_name(status));
    }
    return true;
}

static void dose_screen_close(void *state)
{
    struct dose_screen *d = state;
    bool is_claimed = d->claimed_us != 0 && d->ws->actor != NULL; /* signing out has ended it */
    if (is_claimed && dose_claim_release(d->ws->actor, d->slot, NULL) != STATUS_OK) {
        log_write(LOG_WARNING, "others are told that a dose's form is open until the lease runs out");
    }
    if (d->draft.form != NULL) {
        form_draft_end(&d->draft);
    }
    identify_release(&d->who);
    form_release(&d->form);
    chart_free(d->chart);
    mem_free(d);
}

/* One draft for each dose: "dose.record:ORDER:SLOT". */
static void begin_draft(struct dose_screen *d)
{
    char order[UID_TEXT_MAX], slot[UID_TEXT_MAX];
    char *name = mem_format("%s:%s:%s", DRAFT_DOSE.name, uid_format(d->order, order), uid_format(d->slot, slot));
    if (form_draft_begin(&d->draft, d->ws, name, d->chart->patient.id, &d->form)) {
        dose_form_arrange(d);
    }
    mem_free(name);
}

static enum status dose_screen_open(struct shell *sh, const void *argument, void **out_state, struct error *err)
{
    const struct dose_argument *dose = argument;
    struct dose_screen *d = mem_alloc(sizeof *d);
    d->ws = shell_app(sh);
    d->order = dose->order;
    d->slot = dose->slot;
    identify_init(&d->who);
    enum status status = chart_open(d->ws->actor, dose->patient, BEFORE_H, AFTER_H, &d->chart, err);
    if (status == STATUS_OK) {
        status = find_dose(d, err);
    }
    if (status != STATUS_OK) {
        dose_screen_close(d);
        return status;
    }
    (void)claim(d);
    dose_form_make(d);
    begin_draft(d);
    if (dose->identified_by != IDENTIFIED_BY_NONE_GIVEN) { /* in a pass: once for all doses */
        d->who.by = dose->identified_by;
        (void)snprintf(d->product, sizeof d->product, "%s", dose->product != NULL ? dose->product : "");
        dose_await_lot(d);
        (void)dose_identified(d);
    }
    *out_state = d;
    return STATUS_OK;
}

static void dose_screen_layout(void *state, struct area body)
{
    struct dose_screen *d = state;
    d->banner = area_rows(body, 0, BANNER_ROWS);
    int rows = draw_wrapped_rows(d->check.words, body.cols - 4); /* what is asked is never cut: the form scrolls */
    d->words_rows = rows < WORDS_ROWS_MAX ? rows : WORDS_ROWS_MAX;
    int head_rows = HEAD_ROWS + d->words_rows - 1 + (dose_is_claimed(d) ? 1 : 0);
    d->head = area_part(body, BANNER_ROWS, 1, head_rows - BANNER_ROWS, body.cols - 2);
    d->form_area = area_part(body, head_rows, 1, body.rows - head_rows - 3, body.cols - 2);
    d->foot = area_part(body, body.rows - 3, 1, 3, body.cols - 2);
    form_layout(&d->who.form, d->form_area.rows, d->form_area.cols);
    form_layout(&d->form, d->form_area.rows, d->form_area.cols);
}

/* ---- saving ---- */

static unsigned save(struct shell *sh, struct dose_screen *d);

static unsigned second_answered(struct shell *sh, void *state, int answer)
{
    struct dose_screen *d = state;
    if (answer == 1) {
        d->accepted |= DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE;
        return save(sh, d);
    }
    form_draft_discard(&d->draft);
    shell_say(sh, MESSAGE_INFO, "%s", _("Nothing was saved: the record that is there stands."));
    shell_close(sh, 0);
    return STALE_DATA;
}

static void ask_second(struct shell *sh, const struct dose_screen *d)
{
    char *name = patient_display_name(&d->chart->patient);
    bool has_slot = (d->check.questions & DOSE_ASK_ALREADY) != 0;
    char *text = has_slot ? mem_format(_("%sIs yours the same act, or was the drug given a second time? A second act is kept "
                                         "beside the first as a possible double dose, and both recorders are told."),
                                       d->check.words)
                          : mem_format(_("%sIs yours the same act, or was the drug given a second time? A second act is kept "
                                         "beside the first and counts in the 24 hours."),
                                       d->check.words);
    shell_ask(sh, &(struct shell_question){.title = name,
                                           .text = text,
                                           .answers = {_("Same act: discard mine"), _("I also gave it")},
                                           .title_style = STYLE_MAJOR,
                                           .answered = second_answered});
    mem_free(text);
    mem_free(name);
}

static unsigned very_late_answered(struct shell *sh, void *state, int answer)
{
    struct dose_screen *d = state;
    if (answer == 0) {
        return STALE_CELLS;
    }
    d->accepted |= DOSE_ASK_VERY_LATE;
    if (answer == 1) {
        return save(sh, d);
    }
    dose_form_skip(d);
    return STALE_LAYOUT;
}

static unsigned unresolved_answered(struct shell *sh, void *state, int answer)
{
    struct dose_screen *d = state;
    d->accepted |= answer == 1 ? (unsigned)DOSE_ASK_UNRESOLVED : 0;
    return answer == 1 ? save(sh, d) : (unsigned)STALE_CELLS;
}

static void ask_unresolved(struct shell *sh, const struct dose_screen *d)
{
    char *name = patient_display_name(&d->chart->patient);
    shell_ask(sh, &(struct shell_question){.title = name,
                                           .text = d->check.words,
                                           .answers = {_("Go back, have it judged"), _("I know; give this dose")},
                                           .title_style = STYLE_MAJOR,
                                           .answered = unresolved_answered});
    mem_free(name);
}

static unsigned override_answered(struct shell *sh, void *state, int answer)
{
    struct dose_screen *d = state;
    d->accepted |= answer == 1 ? (unsigned)DOSE_ASK_OVERRIDE : 0;
    return answer == 1 ? save(sh, d) : (unsigned)STALE_CELLS;
}

static void ask_override(struct shell *sh, const struct dose_screen *d)
{
    shell_ask(sh, &(struct shell_question){.title = _("A contraindication was overridden"),
                                           .text = d->check.override_words,
                                           .answers = {_("Go back"), _("I have read it; go on")},
                                           .title_style = STYLE_MAJOR,
                                           .answered = override_answered});
}

static void ask_very_late(struct shell *sh, const struct dose_screen *d)
{
    shell_ask(sh, &(struct shell_question){.title = _("Closer to the next dose"),
                                           .text = d->check.words,
                                           .answers = {_("Go back, call the prescriber"), _("Give it late"),
                                                       _("Skip it: missed")},
                                           .answered = very_late_answered});
}

static unsigned save(struct shell *sh, struct dose_screen *d);

static unsigned save_again(struct shell *sh, void *state)
{
    return save(sh, state);
}

static unsigned checked(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    struct dose_screen *d = state;
    (void)who;
    d->double_check = *check;
    return save(sh, d);
}

static unsigned instructed(struct shell *sh, void *state, const struct witness *who, const struct double_check *check)
{
    struct dose_screen *d = state;
    (void)check;
    d->instructor = *who;
    return save(sh, d);
}

/* A refusal that a second person can answer right here. False: it is something else. */
static bool ask_second_person(struct shell *sh, const struct dose_event *event, const struct error *err)
{
    bool is_check = strcmp(err->field, "checker") == 0;
    bool is_instructor = strcmp(err->field, "instructor") == 0 && err->status == STATUS_REFUSED;
    const struct second_argument second = {
        .title = is_check ? _("Independent double check") : _("Instructor"),
        .text = is_check ? _("The second person reads order, label and pump by themself and types what they read. What was entered is not shown.")
                         : err->message,
        .check = is_check ? event : NULL,
        .stands = is_check ? checked : instructed,
    };
    if (is_check || is_instructor) {
        shell_open_or_say(sh, &SCREEN_SECOND, &second);
    }
    return is_check || is_instructor;
}

static unsigned refused(struct shell *sh, struct dose_screen *d, struct error *err)
{
    if (strcmp(err->field, "reason") == 0 && dose_form_reason(d) != NULL) {
        (void)snprintf(err->field, sizeof err->field, "%s", dose_form_reason(d)); /* fits */
    }
    if (!form_show_error(&d->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_LAYOUT;
}

/* What of a controlled drug is left over is accounted for at once; Esc leaves it open under this person's name. */
static void account_for_rest(struct shell *sh, struct dose_screen *d, struct uid event)
{
    struct uid removal = UID_NONE;
    bool is_open = controlled_rest_of(d->ws->actor, event, &removal, NULL) == STATUS_OK && !uid_is_none(removal);
    shell_close(sh, 1);
    if (is_open) {
        const struct waste_argument waste = {.removal = removal};
        shell_open_or_say(sh, &SCREEN_WASTE, &waste);
    }
}

static unsigned save(struct shell *sh, struct dose_screen *d)
{
    struct error err = ERROR_INIT;
    struct dose_event event;
    struct uid id;
    form_clear_errors(&d->form);
    enum status status = dose_form_read(d, &event, &err);
    if (status == STATUS_OK && d->ws->back_form[0] != '\0' && form_text(&d->form, "time")[0] == '\0') {
        status = error_set_field(&err, STATUS_INVALID, "time", _("Type the time that stands on the form.")); /* never "now" */
    }
    if (status == STATUS_OK) {
        status = dose_prepare(d->ws->actor, &event, &d->check, &err);
    }
    if (status != STATUS_OK) {
        return refused(sh, d, &err);
    }
    dose_form_arrange(d);
    unsigned open = d->check.questions & ~d->accepted;
    if ((open & (DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE)) != 0) {
        ask_second(sh, d);
        return STALE_CELLS;
    }
    if ((open & DOSE_ASK_OVERRIDE) != 0) {
        ask_override(sh, d);
        return STALE_CELLS;
    }
    if ((open & DOSE_ASK_UNRESOLVED) != 0) {
        ask_unresolved(sh, d);
        return STALE_CELLS;
    }
    if ((open & DOSE_ASK_VERY_LATE) != 0 && event.timing_reason != NULL) {
        ask_very_late(sh, d);
        return STALE_CELLS;
    }
    struct dose_with with;
    status = dose_form_beside(d, &event, &with, &err);
    if (status == STATUS_OK) {
        status = dose_record_with(d->ws->actor, &event, d->accepted, &with, &id, &err);
    }
    if (status == STATUS_STEP_UP) {
        return step_up_ask(sh, &err, save_again);
    }
    if (status != STATUS_OK) {
        d->event = event; /* its strings are the form's */
        return ask_second_person(sh, &d->event, &err) ? (unsigned)STALE_LAYOUT : refused(sh, d, &err);
    }
    char *name = patient_display_name(&d->chart->patient);
    workstation_remember_dose(d->ws, id, name, dose_order(d)->drug_text, event.status);
    shell_say(sh, MESSAGE_GOOD, _("%s. Saved here (u: undo)."), d->ws->last_doses[d->ws->last_dose_count - 1].words);
    mem_free(name);
    form_draft_saved(&d->draft);
    form_mark_clean(&d->form);
    account_for_rest(sh, d, id);
    return STALE_DATA;
}

static unsigned run_save(struct shell *sh, void *state)
{
    return save(sh, state);
}

/* Enter walks on; behind the second identifier it compares, behind the last field it saves. */
static unsigned run_enter(struct shell *sh, void *state)
{
    struct dose_screen *d = state;
    struct event enter = {.kind = EVENT_KEY, .key = UI_KEY_ENTER};
    if (dose_is_identified(d)) {
        unsigned stale = form_handle(&d->form, &enter);
        return stale & EVENT_UNHANDLED ? save(sh, d) : stale;
    }
    return identify_by_typing(&d->who, sh, d->chart->patient.id) ? dose_identified(d) : (unsigned)STALE_CELLS;
}

/* ---- events ---- */

static unsigned dose_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct dose_screen *d = state;
    (void)sh;
    if (!dose_is_identified(d)) {
        return form_handle(&d->who.form, event);
    }
    unsigned stale = form_handle(&d->form, event);
    const char *at = form_focus_name(&d->form);
    bool is_plan = strcmp(at, "outcome") == 0 || strcmp(at, "route") == 0 || strcmp(at, "time") == 0 || strcmp(at, "amount") == 0;
    if ((stale & TEXT_CHANGED) != 0 && is_plan) { /* what is asked depends on these */
        dose_form_ask(d);
        return stale | STALE_LAYOUT;
    }
    if ((stale & TEXT_CHANGED) != 0 && strcmp(at, "reason.prn") == 0) { /* what it is for decides which score is asked */
        dose_form_arrange(d);
        return stale | STALE_LAYOUT;
    }
    return stale;
}

static unsigned dose_screen_event(struct shell *sh, void *state, const struct event *event)
{
    struct dose_screen *d = state;
    struct error err = ERROR_INIT;
    switch (event->kind) {
    case EVENT_SCAN:
        return dose_scanned(sh, d, event);
    case EVENT_TICK:
    case EVENT_CLOSED: /* something was measured */
    case EVENT_DATA:
        if (!claim(d) && event->kind == EVENT_TICK) {
            return STALE_NOTHING;
        }
        if (chart_refresh(d->ws->actor, &d->chart, &err) != STATUS_OK || find_dose(d, &err) != STATUS_OK) {
            shell_fail(sh, &err);
            shell_close(sh, 0); /* what was on the screen is no longer what is ordered */
            return STALE_CELLS;
        }
        if (dose_is_identified(d)) {
            dose_form_ask(d);
        }
        return STALE_LAYOUT;
    default:
        return EVENT_UNHANDLED;
    }
}

static bool has_text_focus(const void *state)
{
    const struct dose_screen *d = state;
    return form_has_text_focus(dose_is_identified(d) ? &d->form : &d->who.form);
}

static bool has_unsaved(const void *state)
{
    const struct dose_screen *d = state;
    return form_is_changed(&d->form) || d->product[0] != '\0';
}

static unsigned run_back(struct shell *sh, void *state)
{
    struct dose_screen *d = state;
    return form_draft_back(&d->draft, sh, has_unsaved(d));
}

static unsigned run_discard(struct shell *sh, void *state)
{
    struct dose_screen *d = state;
    (void)sh;
    form_draft_discard(&d->draft);
    dose_form_arrange(d);
    return STALE_LAYOUT;
}

static bool has_rules(const void *state)
{
    const struct dose_screen *d = state;
    const struct sig *sig = &dose_order(d)->sig;
    return dose_is_identified(d) && (sig->hold_count > 0 || sig->scale.count > 0);
}

static unsigned run_measure(struct shell *sh, void *state)
{
    struct dose_screen *d = state;
    shell_open_or_say(sh, &SCREEN_METRIC, &(struct row_argument){d->chart->patient.id, UID_NONE});
    return STALE_CELLS;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, dose_is_identified},
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("go on"), N_("Compare the identifiers, or walk to the next field."), run_enter,
     ACTION_IN_BAR, NULL},
    {"add", "F5, a, Ctrl-N", PERMISSION_METRIC_WRITE, N_("measure"), N_("Record the measurement that decides about this dose."), run_measure,
     ACTION_IN_BAR, has_rules},
    {"back", KEYS_BACK, 0, N_("back"), N_("Go back; asks before anything typed is lost."), run_back,
     ACTION_IN_BAR | ACTION_UNLISTED, NULL},
    FORM_DRAFT_DISCARD_ROW(run_discard, has_unsaved),
    {NULL, NULL, 0, NULL, NULL, NULL, 0, NULL},
};

static void resume_draft(struct shell *sh, struct uid patient, const char *detail)
{
    struct dose_argument dose = {.patient = patient};
    char order[UID_TEXT_MAX] = "";
    size_t len = strcspn(detail, ":");
    if (len < sizeof order && detail[len] == ':') {
        memcpy(order, detail, len);
        if (uid_parse(order, &dose.order, NULL) == STATUS_OK && uid_parse(detail + len + 1, &dose.slot, NULL) == STATUS_OK) {
            shell_open_or_say(sh, &SCREEN_DOSE, &dose);
        }
    }
}

const struct draft_form DRAFT_DOSE = {"dose.record", N_("Record a dose"), resume_draft};

const struct screen_ops SCREEN_DOSE = {
    .name = "dose",
    .title = N_("Record a dose"),
    .open = dose_screen_open,
    .layout = dose_screen_layout,
    .draw = dose_view_draw,
    .key = dose_screen_key,
    .event = dose_screen_event,
    .close = dose_screen_close,
    .actions = ACTIONS,
    .text_focus = has_text_focus,
    .unsaved = has_unsaved,
    .flags = SCREEN_TICKS,
};
