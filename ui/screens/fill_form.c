/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fill screen asks and shows, by the state of the fill. */
#include "screens/fill_form.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/finding_text.h"
#include "screens/second_code.h"
#include "service/verification.h"

enum { WORDS_BYTES = 250 };

#define WORDS_OF(kind, name, most)                                                                                   \
    static const char *name[most];                                                                                   \
    static int name##_count(void)                                                                                    \
    {                                                                                                                \
        const struct enum_list *list = enum_list(kind);                                                              \
        name[0] = N_("choose");                                                                                      \
        for (int i = 1; i <= list->count && i < (most); i++) {                                                       \
            name[i] = list->labels[i];                                                                               \
        }                                                                                                            \
        return list->count + 1;                                                                                      \
    }
WORDS_OF(ENUM_EARLY_REASON, EARLY, EARLY_REASON_COUNT)
WORDS_OF(ENUM_SUBSTITUTION, OTHER_NAME, SUBSTITUTION_COUNT)
WORDS_OF(ENUM_COUNSELLING, COUNSEL, COUNSELLING_COUNT)
WORDS_OF(ENUM_FILL_END_REASON, END_REASONS, FILL_END_REASON_COUNT)
WORDS_OF(ENUM_NO_SCAN_REASON, NO_SCAN, NO_SCAN_REASON_COUNT)

static bool is_new(const struct fill_screen *s)
{
    return uid_is_none(s->fill);
}

enum fill_state fill_form_state(const struct fill_screen *s)
{
    return is_new(s) ? FILL_STATE_NONE_GIVEN : s->view.fill.state;
}

/* ---- what is asked, by state ---- */

static const char *const STEPS_FILL[] = {N_("fill"), N_("cancel it"), N_("put it back in the queue")};
static const char *const STEPS_CHECK[] = {N_("it is right"), N_("cancel it"), N_("send it back")};
static const char *const STEPS_WINDOW[] = {N_("hand over"), N_("back to stock"), N_("send it back")};
static const char *const STEPS_REST[] = {N_("put the rest in the queue"), N_("the rest is not wanted")};
static const char *const STEPS_NEW[] = {N_("take it"), N_("cancel it")};

static void add_end(struct fill_screen *s)
{
    form_add_choice(&s->form, "reason", N_("Why"), END_REASONS, END_REASONS_count());
    (void)form_add_text(&s->form, "note", N_("In words"), WORDS_BYTES, 0, 0);
}

void fill_form_fields(struct fill_screen *s)
{
    char text[DECIMAL_TEXT_MAX];
    form_release(&s->form);
    form_init(&s->form);
    switch (fill_form_state(s)) {
    case FILL_STATE_NONE_GIVEN:
        (void)form_add_text(&s->form, "quantity", N_("Quantity"), 12, 12, 0);
        (void)form_add_text(&s->form, "days_supply", N_("Days' supply"), 6, 6, 0);
        form_add_choice(&s->form, "early_reason", N_("Early, because"), EARLY, EARLY_count());
        form_add_check(&s->form, "knowing", N_("Fill it although no refill right is here"));
        (void)form_add_text(&s->form, "words", N_("In words"), WORDS_BYTES, 0, 0);
        form_set_text(&s->form, "quantity", decimal_is_zero(s->offer.quantity) ? "" : decimal_format(s->offer.quantity, text));
        (void)snprintf(text, sizeof text, "%d", s->offer.days_supply);
        form_set_text(&s->form, "days_supply", s->offer.days_supply > 0 ? text : "");
        break;
    case FILL_STATE_NEW:
        form_add_choice(&s->form, "step", N_("This fill"), STEPS_NEW, 2);
        add_end(s);
        break;
    case FILL_STATE_IN_PROGRESS:
        form_add_choice(&s->form, "step", N_("This fill"), STEPS_FILL, 3);
        (void)form_add_text(&s->form, "quantity", N_("In the bag"), 12, 12, 0);
        (void)form_add_text(&s->form, "lot", N_("Lot"), 30, 30, 0);
        (void)form_add_text(&s->form, "expiry", N_("Good until"), 20, 20, 0);
        form_add_choice(&s->form, "substitution", N_("Other name, because"), OTHER_NAME, OTHER_NAME_count());
        (void)form_add_text(&s->form, "counted", N_("Counted by hand"), 12, 12, 0);
        form_add_choice(&s->form, "no_scan_reason", N_("Not scanned, because"), NO_SCAN, NO_SCAN_count());
        (void)form_add_text(&s->form, "product", N_("Product, as printed"), 120, 0, 0);
        add_end(s);
        form_set_text(&s->form, "quantity", decimal_format(s->view.fill.wanted, text));
        break;
    case FILL_STATE_FILLED:
        form_add_choice(&s->form, "step", N_("This fill"), STEPS_CHECK, 3);
        (void)form_add_text(&s->form, "recounted", N_("Count it again"), 12, 12, 0);
        (void)form_add_text(&s->form, "witness", N_("Second person"), 64, 30, 0);
        (void)form_add_text(&s->form, "password", N_("Their password"), 128, 30, FIELD_PASSWORD);
        second_code_add(&s->form);
        add_end(s);
        break;
    case FILL_STATE_CHECKED:
        form_add_choice(&s->form, "step", N_("This fill"), STEPS_WINDOW, 3);
        (void)form_add_text(&s->form, "identifiers", N_("Name"), 80, 30, 0);
        form_set_hint(&s->form, "identifiers", N_("or scan the patient's card"));
        (void)form_add_text(&s->form, "second_identifier", N_("Birth date or MRN"), 40, 30, 0);
        form_add_choice(&s->form, "counselling", N_("Counselling"), COUNSEL, COUNSEL_count());
        (void)form_add_text(&s->form, "collected_by", N_("Collected by"), 100, 30, 0);
        form_set_hint(&s->form, "collected_by", N_("if it is not the patient"));
        add_end(s);
        break;
    case FILL_STATE_PARTIAL:
        form_add_choice(&s->form, "step", N_("The rest"), STEPS_REST, 2);
        add_end(s);
        break;
    case FILL_STATE_HANDED_OVER:
    case FILL_STATE_RETURNED:
    case FILL_STATE_CANCELLED:
    case FILL_STATE_COUNT:
        break;
    }
}

bool fill_form_has(const struct fill_screen *s, const char *name)
{
    for (int i = 0; i < s->form.len; i++) {
        if (strcmp(s->form.items[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void show(struct fill_screen *s, const char *name, bool is_shown)
{
    if (fill_form_has(s, name)) {
        form_show(&s->form, name, is_shown);
    }
}

void fill_form_update(struct fill_screen *s)
{
    int step = fill_form_has(s, "step") ? form_choice(&s->form, "step") : STEP_GO_ON;
    bool goes_on = step == STEP_GO_ON, is_filling = goes_on && fill_form_state(s) == FILL_STATE_IN_PROGRESS;
    bool is_typed = fill_form_has(s, "no_scan_reason") && form_choice(&s->form, "no_scan_reason") > 0;
    bool is_other = false, lacks_lot = false;
    for (int i = 0; i < s->pack_count; i++) {
        is_other = is_other || s->packs[i].is_other_name;
        lacks_lot = lacks_lot || s->packs[i].lot[0] == '\0' || date_is_none(s->packs[i].expiry);
    }
    bool is_early = s->offer.is_early && uid_is_none(s->offer.owed_fill);
    bool has_right = s->offer.has_right || !uid_is_none(s->offer.owed_fill);
    show(s, "early_reason", is_early);
    show(s, "knowing", !has_right);
    show(s, "words", is_early || !has_right);
    show(s, "reason", step == STEP_END);
    show(s, "note", step != STEP_GO_ON && !(fill_form_state(s) == FILL_STATE_IN_PROGRESS && step == STEP_BACK));
    show(s, "quantity", is_new(s) || is_filling);
    show(s, "lot", is_filling && (is_typed || lacks_lot));
    show(s, "expiry", is_filling && (is_typed || lacks_lot));
    show(s, "substitution", is_filling && (is_other || is_typed));
    show(s, "counted", is_filling && s->view.fill.is_controlled);
    show(s, "no_scan_reason", is_filling && s->pack_count == 0);
    show(s, "product", is_filling && is_typed);
    show(s, "recounted", goes_on && s->view.fill.is_controlled);
    show(s, "witness", goes_on && s->view.needs_second);
    show(s, "password", goes_on && s->view.needs_second);
    show(s, "code", goes_on && s->view.needs_second && s->wants_code);
    show(s, "identifiers", goes_on && !s->has_wristband);
    show(s, "second_identifier", goes_on && !s->has_wristband);
    show(s, "counselling", goes_on);
    show(s, "collected_by", goes_on);
}

/* ---- what is shown ---- */

static void write_offer(const struct fill_screen *s, struct document *d)
{
    const struct fill_offer *o = &s->offer;
    char words[SIG_TEXT_MAX], until[DATE_TEXT_MAX], from[DATE_TEXT_MAX], quantity[64];
    const char *directions = sig_format(&o->order.sig, words);
    document_pair(d, _("Directions"), directions[0] != '\0' ? directions : o->order.directions);
    char *text = mem_format(_("%s ordered; refills left %d"), fill_quantity_text(decimal_from_int(o->order.quantity), o->unit, quantity),
                            o->refills_left);
    document_pair(d, o->number == 0 ? _("First fill") : _("Refill"), text);
    mem_free(text);
    document_pair(d, _("Verification"), enum_label(ENUM_VERIFICATION, (int)o->order.verification));
    if (!date_is_none(o->supply_until)) {
        text = mem_format(_("last supply until %s; next from %s"), date_format_human(o->supply_until, until),
                          date_format_human(o->not_early_from, from));
        document_pair(d, o->is_early ? _("TOO EARLY") : _("Supply"), text);
        mem_free(text);
    }
    if (!uid_is_none(o->owed_fill)) {
        document_pair(d, _("OWED"), fill_quantity_text(o->owed, o->unit, quantity));
    }
    if (o->refusal.status != STATUS_OK) {
        document_bold(d, error_text(&o->refusal));
    }
}

static void write_scanned(const struct fill_screen *s, struct document *d)
{
    for (int i = 0; i < s->pack_count; i++) {
        char day[DATE_TEXT_MAX], quantity[64];
        const struct scanned *p = &s->packs[i];
        char *text = mem_format(_("%s  %s  lot %s  good until %s"), fill_quantity_text(p->quantity, s->view.fill.unit, quantity), p->product,
                                p->lot[0] != '\0' ? p->lot : "?", date_is_none(p->expiry) ? "?" : date_format_human(p->expiry, day));
        document_pair(d, _("Scanned"), text);
        mem_free(text);
    }
    if (s->pack_count == 0 && fill_form_state(s) == FILL_STATE_IN_PROGRESS) {
        document_bold(d, _("Scan the pack."));
    }
}

static void write_findings(const struct fill_screen *s, struct document *d)
{
    const struct proposal *p = s->view.proposal;
    int open = 0;
    if (p == NULL || fill_form_state(s) != FILL_STATE_FILLED) {
        return;
    }
    open = verification_open_findings(p);
    for (int i = 0; i < p->result->finding_count; i++) {
        if (p->travelled[i] != NULL) {
            const struct decision *made = p->travelled[i];
            bool has_words = made->reason_text[0] != '\0';
            /* TRANSLATORS: the finding; the role of who accepted it; the reason in a word and in words; the plan */
            char *text = mem_format(_("%s Accepted by a %s: %s%s%s%s%s"), made->shown, enum_label(ENUM_ROLE, (int)made->role),
                                    enum_label(ENUM_OVERRIDE_REASON, (int)made->reason), has_words ? ", " : "",
                                    has_words ? made->reason_text : "", made->plan[0] != '\0' ? _("; plan: ") : "", made->plan);
            document_paragraph(d, text);
            mem_free(text);
        }
    }
    for (int i = 0; i < p->result->incomplete_count; i++) {
        const struct screen_incomplete *item = &p->result->incomplete[i];
        char *words = incomplete_sentence(item);
        char *text = mem_format(_("NOT CHECKED  %s"), words);
        mem_free(words);
        document_bold(d, text);
        mem_free(text);
    }
    if (open > 0) {
        char *text = mem_format(ngettext("%d finding to decide on before it is checked", "%d findings to decide on before it is checked",
                                         (unsigned long)open),
                                open);
        document_bold(d, text);
        mem_free(text);
    }
}

void fill_form_text(struct fill_screen *s)
{
    struct buffer text = BUFFER_INIT;
    struct document *d = document_new(&(struct document_info){0});
    if (is_new(s)) {
        write_offer(s, d);
    } else {
        if (s->view.refusal.status != STATUS_OK) {
            document_bold(d, error_text(&s->view.refusal));
        }
        write_scanned(s, d);
        write_findings(s, d);
        fill_write(s->ws->actor, &s->view, d);
    }
    document_to_text(d, s->cells, 0, &text);
    pager_release(&s->pager);
    pager_init(&s->pager, text.bytes);
    buffer_release(&text);
    document_free(d);
}

