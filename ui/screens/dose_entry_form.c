/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "model/dose_score.h"
#include "screens/dose_entry.h"

enum { AMOUNT_BYTES = 40 };

/* What may have happened, in the order of how often it does. */
static const enum dose_status OUTCOMES[] = {
    DOSE_STATUS_GIVEN, DOSE_STATUS_PARTIAL, DOSE_STATUS_HELD,        DOSE_STATUS_REFUSED, DOSE_STATUS_UNAVAILABLE, DOSE_STATUS_AWAY,
    DOSE_STATUS_SELF,  DOSE_STATUS_MISSED,  DOSE_STATUS_IN_PROGRESS, DOSE_STATUS_REMOVED, DOSE_STATUS_STOPPED};
enum { OUTCOME_COUNT = sizeof OUTCOMES / sizeof *OUTCOMES };

/* The reasons of each outcome are a field of their own: turning to another outcome and back loses nothing. */
static const struct reason_field {
    enum enum_kind kind;
    const char *name, *label;
} REASONS[] = {
    {ENUM_HOLD_REASON, "reason.held", N_("Why held")},
    {ENUM_REFUSE_REASON, "reason.refused", N_("Why refused")},
    {ENUM_PARTIAL_REASON, "reason.partial", N_("Why not all")},
    {ENUM_UNAVAILABLE_REASON, "reason.unavailable", N_("Why not there")},
    {ENUM_AWAY_REASON, "reason.away", N_("Where")},
    {ENUM_MISSED_REASON, "reason.missed", N_("Why missed")},
    {ENUM_PRN_REASON, "reason.prn", N_("Given for")},
};
static_assert(sizeof REASONS / sizeof *REASONS == DOSE_REASON_KINDS, "one field a reason");

static void fill_choices(struct choices *c, enum enum_kind kind)
{
    const struct enum_list *list = enum_list(kind);
    c->items[0] = N_("choose with the right arrow");
    c->count = 1;
    for (int i = 1; i <= list->count && c->count < DOSE_CHOICES_MAX; i++) {
        c->items[c->count++] = list->labels[i];
    }
}

enum dose_status dose_outcome(const struct dose_screen *d)
{
    return OUTCOMES[form_choice(&d->form, "outcome")];
}

static enum route route_of(const struct dose_screen *d)
{
    return (enum route)form_choice(&d->form, "route");
}

/* The field of the reason that belongs to the outcome; NULL when none does. */
static const struct reason_field *reason_field(const struct dose_screen *d)
{
    enum enum_kind kind = dose_reason_kind(dose_outcome(d), dose_is_prn(d));
    for (int i = 0; i < DOSE_REASON_KINDS; i++) {
        if (REASONS[i].kind == kind) {
            return &REASONS[i];
        }
    }
    return NULL;
}

/* Shows what belongs to the outcome; what is left out keeps its value. */
void dose_form_arrange(struct dose_screen *d)
{
    struct form *f = &d->form;
    enum dose_status status = dose_outcome(d);
    bool is_taken = dose_status_is_taken(status);
    for (int i = 0; i < DOSE_REASON_KINDS; i++) {
        form_show(f, REASONS[i].name, &REASONS[i] == reason_field(d));
    }
    enum prn_reason prn = form_is_shown(f, "reason.prn") ? (enum prn_reason)form_choice(f, "reason.prn") : PRN_REASON_NONE_GIVEN;
    form_show(f, "score_before", dose_score_is_asked(prn));
    form_set_hint(f, "score_before", dose_score_hint(prn));
    form_show(f, "amount", is_taken);
    form_show(f, "route", is_taken);
    form_show(f, "body_site", is_taken && dose_needs_body_site(route_of(d)));
    form_show(f, "food", is_taken && route_of(d) == ROUTE_ORAL);
    form_show(f, "timing_reason", is_taken && (d->check.questions & (DOSE_ASK_TIMING_REASON | DOSE_ASK_TOO_SOON |
                                                                      DOSE_ASK_LATE_ENTRY | DOSE_ASK_MAXIMUM | DOSE_ASK_HOLD_RULE |
                                                                      DOSE_ASK_SCALE | DOSE_ASK_FINDING | DOSE_ASK_WEIGHT |
                                                                      DOSE_ASK_TUBE | DOSE_ASK_STACKING)) != 0);
    form_show(f, "no_scan_reason", is_taken && (d->check.questions & DOSE_ASK_NO_SCAN) != 0);
    form_show(f, "lot", is_taken && (d->check.questions & DOSE_ASK_LOT) != 0 && d->check.rights.lot[0] == '\0');
    form_show(f, "expiry", form_is_shown(f, "lot"));
    form_show(f, "side_effects", is_taken);
    bool is_running = dose_outcome(d) == DOSE_STATUS_IN_PROGRESS || (d->check.lists & DRUG_LIST_DOUBLE_CHECK) != 0;
    form_show(f, "rate", is_taken && route_of(d) == ROUTE_IV && is_running);
    form_show(f, "removed", is_taken && (d->check.questions & DOSE_ASK_CONTROLLED) != 0);
    form_show(f, "unverified", is_taken && (d->check.questions & DOSE_ASK_UNVERIFIED) != 0);
    form_show(f, "instructor", (d->check.questions & DOSE_ASK_INSTRUCTOR) != 0);
    form_show(f, "back_at", dose_outcome(d) == DOSE_STATUS_AWAY);
    form_show(f, "prescriber_told", dose_outcome(d) == DOSE_STATUS_HELD && (d->check.lists & DRUG_LIST_HIGH_ALERT) != 0);
    form_show(f, "explained", dose_outcome(d) == DOSE_STATUS_REFUSED);
}

/* The order is the one in which a hand at the bedside goes through them. */
void dose_form_make(struct dose_screen *d)
{
    struct form *f = &d->form;
    char amount[SIG_TEXT_MAX];
    struct sig sig;
    dose_sig(d, &sig);
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        d->outcomes.items[i] = enum_list(ENUM_DOSE_STATUS)->labels[OUTCOMES[i]];
    }
    fill_choices(&d->routes, ENUM_ROUTE);
    fill_choices(&d->sites, ENUM_BODY_SITE);
    fill_choices(&d->timing, ENUM_TIMING_REASON);
    fill_choices(&d->no_scan, ENUM_NO_SCAN_REASON);
    form_init(f);
    form_add_choice(f, "outcome", N_("What happened"), d->outcomes.items, OUTCOME_COUNT);
    for (int i = 0; i < DOSE_REASON_KINDS; i++) {
        fill_choices(&d->reasons[i], REASONS[i].kind);
        form_add_choice(f, REASONS[i].name, REASONS[i].label, d->reasons[i].items, d->reasons[i].count);
    }
    form_add_text(f, "score_before", N_("Score before"), DOSE_SCORE_MAX - 1, 14, 0);
    form_add_text(f, "amount", N_("Amount"), AMOUNT_BYTES, 20, 0);
    form_add_choice(f, "route", N_("Route"), d->routes.items, d->routes.count);
    form_add_choice(f, "body_site", N_("Where on the body"), d->sites.items, d->sites.count);
    form_add_check(f, "food", N_("With food"));
    form_add_text(f, "time", N_("When"), AMOUNT_BYTES, 20, 0);
    form_set_hint(f, "time", N_("now; or 08:15"));
    form_add_choice(f, "timing_reason", N_("Why at this time"), d->timing.items, d->timing.count);
    form_add_choice(f, "no_scan_reason", N_("Why no scan"), d->no_scan.items, d->no_scan.count);
    if (d->ws->back_form[0] != '\0') { /* nobody could scan on paper */
        form_set_choice(f, "no_scan_reason", (int)NO_SCAN_REASON_DOWNTIME);
    }
    form_add_text(f, "lot", N_("Lot"), 20, 20, 0);
    form_add_text(f, "expiry", N_("Expiry"), 20, 20, 0);
    form_add_text(f, "removed", N_("Taken out"), AMOUNT_BYTES, 20, 0);
    form_set_hint(f, "removed", N_("as much as is given; or 10 mg"));
    form_add_text(f, "rate", N_("Rate"), 32, 20, 0);
    form_set_hint(f, "rate", N_("12 mL/h"));
    fill_choices(&d->unverified, ENUM_UNVERIFIED_REASON);
    form_add_choice(f, "unverified", N_("Not yet verified"), d->unverified.items, d->unverified.count);
    form_add_text(f, "instructor", N_("Instructor"), 64, 20, 0);
    form_set_hint(f, "instructor", N_("sign-in name of who is with you"));
    fill_choices(&d->told, ENUM_WAS_TOLD);
    form_add_choice(f, "prescriber_told", N_("Prescriber told"), d->told.items, d->told.count);
    form_add_choice(f, "explained", N_("Explained to them"), d->told.items, d->told.count);
    form_add_text(f, "back_at", N_("Back at"), AMOUNT_BYTES, 20, 0);
    form_set_hint(f, "back_at", N_("14:30; or nothing"));
    form_add_text(f, "reason_text", N_("In words"), 200, 50, 0);
    form_add_text(f, "side_effects", N_("Side effects seen"), 200, 50, 0);
    form_add_text(f, "given_by", N_("Given by"), 64, 20, 0);
    form_set_hint(f, "given_by", N_("you; or another sign-in name"));
    form_set_text(f, "amount", decimal_is_zero(sig.dose_high) ? sig_format_dose(&sig, amount) : "");
    if (sig.scale.count > 0) {
        form_set_text(f, "amount", "");
    }
    form_set_choice(f, "route", (int)sig.route);
    form_set_choice(f, "food", sig.with_food);
    dose_form_arrange(d);
    form_mark_clean(f);
}

static enum status read_expiry(struct dose_screen *d, struct error *err)
{
    struct date expiry;
    bool is_ambiguous = false;
    const char *text = form_is_shown(&d->form, "expiry") ? form_text(&d->form, "expiry") : "";
    d->expiry[0] = '\0';
    if (text[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = date_parse_human(text, site_today(d->ws->site), false, &expiry, &is_ambiguous, NULL);
    if (status != STATUS_OK || is_ambiguous) {
        return error_set_field(err, STATUS_INVALID, "expiry", _("Type the date with the month in letters: 30 Jun 2028."));
    }
    (void)date_format_iso(expiry, d->expiry);
    return STATUS_OK;
}

/* What the form says, ready for the service. The strings are the form's. */
enum status dose_form_read(struct dose_screen *d, struct dose_event *out, struct error *err)
{
    struct form *f = &d->form;
    enum dose_status status = dose_outcome(d);
    bool is_taken = dose_status_is_taken(status);
    const struct reason_field *reason = reason_field(d);
    *out = (struct dose_event){
        .patient = d->chart->patient.id,
        .order = d->order,
        .order_version = d->version,
        .slot = d->slot,
        .planned_us = d->planned_us,
        .status = status,
        .identified_by = d->who.by,
        .recorded_via = RECORDED_VIA_WORKSTATION,
        .reason = reason != NULL ? (char *)enum_word(reason->kind, form_choice(f, reason->name)) : NULL,
        .reason_text = (char *)form_text(f, "reason_text"),
    };
    enum status result = dose_time_parse(form_text(f, "time"), d->ws->site->zone, clock_now_us(d->ws->clock),
                                         &out->occurred_us, err);
    if (is_taken && result == STATUS_OK) {
        result = dose_amount_parse(form_text(f, "amount"), &out->amount, &out->unit, err);
        out->score_before = (char *)(form_is_shown(f, "score_before") ? form_text(f, "score_before") : "");
        out->route = route_of(d);
        out->with_food = form_is_shown(f, "food") && form_choice(f, "food") != 0;
        out->body_site = (char *)enum_word(ENUM_BODY_SITE, form_is_shown(f, "body_site") ? form_choice(f, "body_site") : 0);
        out->timing_reason = (char *)enum_word(ENUM_TIMING_REASON,
                                               form_is_shown(f, "timing_reason") ? form_choice(f, "timing_reason") : 0);
        out->product_code = d->product;
        out->recorded_via = d->product[0] != '\0' ? RECORDED_VIA_SCAN : RECORDED_VIA_WORKSTATION;
        out->no_scan_reason = form_is_shown(f, "no_scan_reason")
                                  ? (enum no_scan_reason)form_choice(f, "no_scan_reason")
                                  : NO_SCAN_REASON_NONE_GIVEN;
        out->lot = (char *)(form_is_shown(f, "lot") ? form_text(f, "lot") : "");
        out->expiry = d->expiry;
        result = result == STATUS_OK ? read_expiry(d, err) : result;
        out->side_effects = (char *)form_text(f, "side_effects");
        out->rate = (char *)(form_is_shown(f, "rate") ? form_text(f, "rate") : "");
        out->unverified_reason = form_is_shown(f, "unverified") ? (enum unverified_reason)form_choice(f, "unverified")
                                                                 : UNVERIFIED_REASON_NONE_GIVEN;
    }
    if (status == DOSE_STATUS_AWAY && result == STATUS_OK) {
        result = dose_return_parse(form_text(f, "back_at"), d->ws->site->zone, clock_now_us(d->ws->clock), &out->return_us, err);
    }
    if (form_is_shown(f, "prescriber_told") || form_is_shown(f, "explained")) {
        out->told = (enum was_told)form_choice(f, form_is_shown(f, "explained") ? "explained" : "prescriber_told");
    }
    if (d->ws->back_form[0] != '\0') { /* written on paper first */
        out->recorded_via = RECORDED_VIA_BACK_ENTRY;
        out->form_number = d->ws->back_form;
    }
    if (result == STATUS_OK) {
        result = dose_person_find(d->ws->actor, form_text(f, "given_by"), "given_by", &out->given_by, err);
    }
    if (result == STATUS_OK && form_is_shown(f, "instructor")) {
        result = dose_person_find(d->ws->actor, form_text(f, "instructor"), "instructor", &out->instructor, err);
    }
    return result;
}

/* What a measurement decides is filled in once, as long as nobody chose otherwise: held, or the scale's amount. */
static bool follow_observations(struct dose_screen *d)
{
    const struct dose_observations *seen = &d->check.seen;
    char amount[DOSE_AMOUNT_TEXT_MAX];
    struct sig sig;
    if (d->is_decided || seen->count == 0 || (seen->is_missing && !seen->is_met) || form_is_changed(&d->form)) {
        return false;
    }
    d->is_decided = true;
    dose_sig(d, &sig);
    if (seen->is_met) {
        bool is_scale = sig.scale.count > 0 && seen->has_dose;
        for (int i = 0; i < OUTCOME_COUNT; i++) {
            if (OUTCOMES[i] == DOSE_STATUS_HELD) {
                form_set_choice(&d->form, "outcome", i);
            }
        }
        form_set_choice(&d->form, "reason.held", is_scale ? HOLD_REASON_SCALE : HOLD_REASON_VITALS);
    } else if (seen->has_dose) {
        form_set_text(&d->form, "amount", dose_amount_format(seen->dose, sig.unit, amount));
    }
    form_mark_clean(&d->form);
    return true;
}

enum status dose_form_beside(const struct dose_screen *d, const struct dose_event *event, struct dose_with *out, struct error *err)
{
    const char *removed = form_text(&d->form, "removed");
    *out = (struct dose_with){
        .check = uid_is_none(d->double_check.who.user) ? NULL : &d->double_check,
        .instructor = uid_is_none(d->instructor.user) ? NULL : &d->instructor,
        .removed = event->amount,
        .removed_unit = event->unit,
    };
    if (!form_is_shown(&d->form, "removed") || removed[0] == '\0') {
        return STATUS_OK;
    }
    enum status status = dose_amount_parse(removed, &out->removed, &out->removed_unit, err);
    return status == STATUS_OK ? status : error_set_field(err, status, "removed", "%s", error_text(err));
}

/* Asks the service what has to be asked, as the form stands. A form that cannot be read yet asks nothing new. */
void dose_form_ask(struct dose_screen *d)
{
    struct dose_event event;
    struct dose_check check;
    struct error err = ERROR_INIT;
    enum status status = dose_form_read(d, &event, &err);
    bool is_asked = status == STATUS_OK || strcmp(err.field, "amount") == 0; /* a scale says how much only after it is asked */
    if (is_asked && dose_prepare(d->ws->actor, &event, &check, NULL) == STATUS_OK) {
        d->check = check;
    }
    if (follow_observations(d)) {
        dose_form_ask(d); /* once: the answer to what was filled in */
        return;
    }
    dose_form_arrange(d);
}

/* Goes to the first field that is still open, so that a due dose takes a key or two. */
void dose_form_focus(struct dose_screen *d)
{
    const char *const must[] = {reason_field(d) != NULL ? reason_field(d)->name : "body_site", "body_site", "timing_reason",
                                "unverified", "no_scan_reason"};
    form_focus(&d->form, "outcome");
    for (size_t i = 0; i < sizeof must / sizeof *must; i++) {
        if (form_is_shown(&d->form, must[i]) && form_choice(&d->form, must[i]) == 0) {
            form_focus(&d->form, must[i]);
            return;
        }
    }
    if (form_is_shown(&d->form, "score_before") && dose_score_is_required((enum prn_reason)form_choice(&d->form, "reason.prn")) &&
        form_text(&d->form, "score_before")[0] == '\0') {
        form_focus(&d->form, "score_before");
        return;
    }
    if (form_text(&d->form, "amount")[0] == '\0') {
        form_focus(&d->form, "amount");
    }
}

const char *dose_form_reason(const struct dose_screen *d)
{
    return reason_field(d) != NULL ? reason_field(d)->name : NULL;
}

void dose_form_skip(struct dose_screen *d)
{
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        if (OUTCOMES[i] == DOSE_STATUS_MISSED) {
            form_set_choice(&d->form, "outcome", i);
        }
    }
    dose_form_arrange(d);
    form_focus(&d->form, "reason.missed");
}
