/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One dose: who is it, what happened, saved. The patient is identified first, by wristband or by two identifiers that are
 * typed and compared; the birth date and the MRN are not shown before, so that nobody copies them from the screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "screens/form_draft.h"
#include "service/doses.h"

enum { BEFORE_H = 96, AFTER_H = 24, CHOICES_MAX = 24, HEAD_ROWS = BANNER_ROWS + 4, LAST_SHOWN = 4, AMOUNT_BYTES = 40 };

/* What may have happened, in the order of how often it does. */
static const enum dose_status OUTCOMES[] = {DOSE_STATUS_GIVEN,       DOSE_STATUS_PARTIAL, DOSE_STATUS_HELD,
                                            DOSE_STATUS_REFUSED,     DOSE_STATUS_UNAVAILABLE, DOSE_STATUS_AWAY,
                                            DOSE_STATUS_SELF,        DOSE_STATUS_MISSED};
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
enum { REASON_KINDS = sizeof REASONS / sizeof *REASONS };

/* The words of a list of fixed words, with "not chosen" before them. */
struct choices {
    const char *items[CHOICES_MAX];
    int count;
};

struct dose_screen {
    struct workstation *ws;
    struct chart *chart;
    struct uid order, version, slot;
    int64_t planned_us;
    enum identified_by identified_by; /* NONE_GIVEN: not yet */
    struct form who, form;
    struct form_draft draft;
    struct choices outcomes, routes, sites, timing, no_scan, reasons[REASON_KINDS];
    struct dose_check check;
    unsigned accepted; /* questions answered with "go on" */
    struct area banner, head, form_area, foot;
};

static const struct order *order_of(const struct dose_screen *d)
{
    for (size_t i = 0; i < d->chart->orders.len; i++) {
        if (uid_compare(d->chart->orders.items[i].id, d->order) == 0) {
            return &d->chart->orders.items[i];
        }
    }
    return NULL;
}

static const struct dose_slot *slot_of(const struct dose_screen *d)
{
    for (size_t i = 0; i < d->chart->slots.len; i++) {
        if (!uid_is_none(d->slot) && uid_compare(d->chart->slots.items[i].id, d->slot) == 0) {
            return &d->chart->slots.items[i];
        }
    }
    return NULL;
}

static bool is_prn(const struct dose_screen *d)
{
    return sig_is_as_needed(&order_of(d)->sig);
}

/* ---- the form ---- */

static void fill_choices(struct choices *c, enum enum_kind kind)
{
    const struct enum_list *list = enum_list(kind);
    c->items[0] = N_("choose with the right arrow");
    c->count = 1;
    for (int i = 1; i <= list->count && c->count < CHOICES_MAX; i++) {
        c->items[c->count++] = list->labels[i];
    }
}

static enum dose_status outcome(const struct dose_screen *d)
{
    return OUTCOMES[form_choice(&d->form, "outcome")];
}

static enum route route_of(const struct dose_screen *d)
{
    return (enum route)form_choice(&d->form, "route");
}

/* The field of the reason that belongs to the outcome; NULL when none does. */
static const struct reason_field *reason_of(const struct dose_screen *d)
{
    enum enum_kind kind = dose_reason_kind(outcome(d), is_prn(d));
    for (int i = 0; i < REASON_KINDS; i++) {
        if (REASONS[i].kind == kind) {
            return &REASONS[i];
        }
    }
    return NULL;
}

/* Shows what belongs to the outcome; what is left out keeps its value. */
static void arrange(struct dose_screen *d)
{
    struct form *f = &d->form;
    enum dose_status status = outcome(d);
    bool is_taken = dose_status_is_taken(status);
    for (int i = 0; i < REASON_KINDS; i++) {
        form_show(f, REASONS[i].name, &REASONS[i] == reason_of(d));
    }
    form_show(f, "amount", is_taken);
    form_show(f, "route", is_taken);
    form_show(f, "body_site", is_taken && dose_needs_body_site(route_of(d)));
    form_show(f, "food", is_taken && route_of(d) == ROUTE_ORAL);
    form_show(f, "timing_reason", is_taken && (d->check.questions & (DOSE_ASK_TIMING_REASON | DOSE_ASK_TOO_SOON |
                                                                      DOSE_ASK_LATE_ENTRY | DOSE_ASK_MAXIMUM)) != 0);
    form_show(f, "no_scan_reason", is_taken);
    form_show(f, "side_effects", is_taken);
}

/* The order is the one in which a hand at the bedside goes through them. */
static void make_form(struct dose_screen *d, const struct order *order)
{
    struct form *f = &d->form;
    char amount[SIG_TEXT_MAX];
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        d->outcomes.items[i] = enum_list(ENUM_DOSE_STATUS)->labels[OUTCOMES[i]];
    }
    fill_choices(&d->routes, ENUM_ROUTE);
    fill_choices(&d->sites, ENUM_BODY_SITE);
    fill_choices(&d->timing, ENUM_TIMING_REASON);
    fill_choices(&d->no_scan, ENUM_NO_SCAN_REASON);
    form_init(f);
    form_add_choice(f, "outcome", N_("What happened"), d->outcomes.items, OUTCOME_COUNT);
    for (int i = 0; i < REASON_KINDS; i++) {
        fill_choices(&d->reasons[i], REASONS[i].kind);
        form_add_choice(f, REASONS[i].name, REASONS[i].label, d->reasons[i].items, d->reasons[i].count);
    }
    form_add_text(f, "amount", N_("Amount"), AMOUNT_BYTES, 20, 0);
    form_add_choice(f, "route", N_("Route"), d->routes.items, d->routes.count);
    form_add_choice(f, "body_site", N_("Where on the body"), d->sites.items, d->sites.count);
    form_add_check(f, "food", N_("With food"));
    form_add_text(f, "time", N_("When"), AMOUNT_BYTES, 20, 0);
    form_set_hint(f, "time", N_("now; or 08:15"));
    form_add_choice(f, "timing_reason", N_("Why at this time"), d->timing.items, d->timing.count);
    form_add_choice(f, "no_scan_reason", N_("Why no scan"), d->no_scan.items, d->no_scan.count);
    form_add_text(f, "reason_text", N_("In words"), 200, 50, 0);
    form_add_text(f, "side_effects", N_("Side effects seen"), 200, 50, 0);
    form_set_text(f, "amount", decimal_is_zero(order->sig.dose_high) ? sig_format_dose(&order->sig, amount) : "");
    form_set_choice(f, "route", (int)order->sig.route);
    form_set_choice(f, "food", order->sig.with_food);
    arrange(d);
    form_mark_clean(f);
}

/* What the form says, ready for the service. The strings are the form's. */
static enum status read_form(struct dose_screen *d, struct dose_event *out, struct error *err)
{
    struct form *f = &d->form;
    enum dose_status status = outcome(d);
    bool is_taken = dose_status_is_taken(status);
    const struct reason_field *reason = reason_of(d);
    *out = (struct dose_event){
        .patient = d->chart->patient.id,
        .order = d->order,
        .order_version = d->version,
        .slot = d->slot,
        .planned_us = d->planned_us,
        .status = status,
        .identified_by = d->identified_by,
        .recorded_via = RECORDED_VIA_WORKSTATION,
        .reason = reason != NULL ? (char *)enum_word(reason->kind, form_choice(f, reason->name)) : NULL,
        .reason_text = (char *)form_text(f, "reason_text"),
    };
    enum status result = dose_time_parse(form_text(f, "time"), d->ws->site->zone, clock_now_us(d->ws->clock),
                                         &out->occurred_us, err);
    if (is_taken && result == STATUS_OK) {
        result = dose_amount_parse(form_text(f, "amount"), &out->amount, &out->unit, err);
        out->route = route_of(d);
        out->with_food = form_is_shown(f, "food") && form_choice(f, "food") != 0;
        out->body_site = (char *)enum_word(ENUM_BODY_SITE, form_is_shown(f, "body_site") ? form_choice(f, "body_site") : 0);
        out->timing_reason = (char *)enum_word(ENUM_TIMING_REASON,
                                               form_is_shown(f, "timing_reason") ? form_choice(f, "timing_reason") : 0);
        out->no_scan_reason = (enum no_scan_reason)form_choice(f, "no_scan_reason");
        out->side_effects = (char *)form_text(f, "side_effects");
    }
    return result;
}

/* Asks the service what has to be asked, as the form stands. A form that cannot be read yet asks nothing new. */
static void ask_service(struct dose_screen *d)
{
    struct dose_event event;
    struct dose_check check;
    if (read_form(d, &event, NULL) == STATUS_OK && dose_prepare(d->ws->actor, &event, &check, NULL) == STATUS_OK) {
        d->check = check;
    }
    arrange(d);
}

/* Goes to the first field that is still open, so that a due dose takes a key or two. */
static void focus_open_field(struct dose_screen *d)
{
    const char *const must[] = {reason_of(d) != NULL ? reason_of(d)->name : "body_site", "body_site", "timing_reason",
                                "no_scan_reason"};
    form_focus(&d->form, "outcome");
    for (size_t i = 0; i < sizeof must / sizeof *must; i++) {
        if (form_is_shown(&d->form, must[i]) && form_choice(&d->form, must[i]) == 0) {
            form_focus(&d->form, must[i]);
            return;
        }
    }
    if (form_text(&d->form, "amount")[0] == '\0') {
        form_focus(&d->form, "amount");
    }
}

/* ---- opening ---- */

/* The order's open dose that is nearest to now. */
static bool choose_slot(struct dose_screen *d)
{
    int64_t now_us = clock_now_us(d->ws->clock), best_us = INT64_MAX;
    for (size_t i = 0; i < d->chart->slots.len; i++) {
        const struct dose_slot *slot = &d->chart->slots.items[i];
        int64_t distance_us = llabs(slot->planned_us - now_us);
        if (uid_compare(slot->order, d->order) == 0 && slot->state != SLOT_DONE && distance_us < best_us) {
            best_us = distance_us;
            d->slot = slot->id;
        }
    }
    return best_us != INT64_MAX;
}

static enum status find_dose(struct dose_screen *d, struct error *err)
{
    const struct order *order = order_of(d);
    if (order == NULL) {
        return error_set(err, STATUS_NOT_FOUND, _("This order is not on the chart any more."));
    }
    if (!uid_is_none(d->version) && uid_compare(d->version, order->version) != 0) {
        char now[SIG_TEXT_MAX];
        return error_set(err, STATUS_STALE, _("The order was changed while you had it open. It now reads: %s. Open it again."),
                         sig_format(&order->sig, now));
    }
    d->version = order->version;
    if (uid_is_none(d->slot) && !sig_is_as_needed(&order->sig) && !choose_slot(d) &&
        (order->sig.kind == SCHEDULE_KIND_WALL || order->sig.kind == SCHEDULE_KIND_ELAPSED ||
         order->sig.kind == SCHEDULE_KIND_ONCE)) {
        return error_set(err, STATUS_NOT_FOUND, _("No open dose of this order lies in the last four days or the next day."));
    }
    const struct dose_slot *slot = slot_of(d);
    if (!uid_is_none(d->slot) && slot == NULL) {
        return error_set(err, STATUS_NOT_FOUND, _("This dose is not planned any more: the order was changed or ended."));
    }
    d->planned_us = slot != NULL ? slot->planned_us : 0;
    return STATUS_OK;
}

static void dose_screen_close(void *state)
{
    struct dose_screen *d = state;
    if (d->draft.form != NULL) {
        form_draft_end(&d->draft);
    }
    form_release(&d->who);
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
        arrange(d);
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
    form_init(&d->who);
    enum status status = chart_open(d->ws->actor, dose->patient, BEFORE_H, AFTER_H, &d->chart, err);
    if (status == STATUS_OK) {
        status = find_dose(d, err);
    }
    if (status != STATUS_OK) {
        dose_screen_close(d);
        return status;
    }
    form_add_text(&d->who, "first", N_("Name, birth date or MRN"), 80, 30, 0);
    form_add_text(&d->who, "second", N_("Another of them"), 80, 30, 0);
    form_mark_clean(&d->who);
    make_form(d, order_of(d));
    begin_draft(d);
    *out_state = d;
    return STATUS_OK;
}

/* ---- drawing ---- */

static void dose_screen_layout(void *state, struct area body)
{
    struct dose_screen *d = state;
    d->banner = area_rows(body, 0, BANNER_ROWS);
    d->head = area_part(body, BANNER_ROWS, 1, HEAD_ROWS - BANNER_ROWS, body.cols - 2);
    d->form_area = area_part(body, HEAD_ROWS, 1, body.rows - HEAD_ROWS - 2, body.cols - 2);
    d->foot = area_part(body, body.rows - 2, 1, 2, body.cols - 2);
    form_layout(&d->who, d->form_area.rows, d->form_area.cols);
    form_layout(&d->form, d->form_area.rows, d->form_area.cols);
}

/* The last doses of the order with their times: before an as-needed dose above all. */
static void draw_last(const struct dose_screen *d, struct area a, int row)
{
    int shown = 0;
    int col = draw_text(a, row, 0, STYLE_DIM, _("Last:"));
    for (size_t i = 0; i < d->chart->events.len && shown < LAST_SHOWN; i++) {
        const struct dose_event *event = &d->chart->events.items[i];
        if (uid_compare(event->order, d->order) != 0 || event->status == DOSE_STATUS_IN_ERROR) {
            continue;
        }
        struct local_time at = zone_local(d->ws->site->zone, event->occurred_us);
        char amount[DOSE_AMOUNT_TEXT_MAX], day[DATE_TEXT_MAX];
        bool is_today = date_compare(at.date, site_today(d->ws->site)) == 0;
        col = draw_format(a, row, col + 1, STYLE_DIM, "%s%s%s%02d:%02d %s", shown > 0 ? "\u00B7 " : "",
                          is_today ? "" : date_format_human(at.date, day), is_today ? "" : " ", at.hour, at.minute,
                          dose_status_is_taken(event->status) ? dose_amount_format(event->amount, event->unit, amount)
                                                              : enum_label(ENUM_DOSE_STATUS, (int)event->status));
        shown++;
    }
    if (shown == 0) {
        draw_text(a, row, col + 1, STYLE_DIM, _("none in the last days"));
    }
}

static void draw_head(const struct dose_screen *d)
{
    const struct order *order = order_of(d);
    const struct dose_slot *slot = slot_of(d);
    char sig[SIG_TEXT_MAX], words[SLOT_WORDS_MAX], day[DATE_TEXT_MAX];
    char *drug = order_display_drug(order);
    int col = draw_text(d->head, 0, 0, STYLE_HEADING, drug);
    draw_format(d->head, 0, col + 2, STYLE_TEXT, "%s%s%s", sig_format(&order->sig, sig),
                order->indication != NULL && order->indication[0] != '\0' ? _(", for ") : "",
                order->indication != NULL ? order->indication : "");
    mem_free(drug);
    if (slot != NULL) {
        struct local_time at = zone_local(d->ws->site->zone, slot->planned_us);
        col = draw_format(d->head, 1, 0, STYLE_TEXT, _("Planned %02d:%02d %s, %s"), at.hour, at.minute,
                          date_format_human(at.date, day), at.abbreviation);
        if (slot->is_shifted) {
            col = draw_text(d->head, 1, col + 1, STYLE_WARNING, _("(clock change)"));
        }
        col = mark_draw_symbol(d->head, 1, col + 3, slot_mark(slot));
        draw_text(d->head, 1, col + 1, slot_style(slot), slot_words(slot, clock_now_us(d->ws->clock), d->ws->site->zone, words));
    } else {
        draw_text(d->head, 1, 0, STYLE_TEXT, is_prn(d) ? _("As needed: no planned time.") : _("No planned time."));
    }
}

/* Who is meant, without what the person has to be asked for. */
static void draw_who(const struct dose_screen *d)
{
    char *name = patient_display_name(&d->chart->patient);
    draw_fill(d->banner, 0, 0, d->banner.cols, STYLE_PATIENT, ' ');
    draw_text(d->banner, 0, 1, STYLE_PATIENT, name);
    mem_free(name);
    draw_text(d->banner, 2, 1, STYLE_HEADING, _("Who is in front of you?"));
    draw_wrapped(d->head, 0, 0, STYLE_TEXT,
                 _("Scan the wristband, or ask for two of name, birth date and MRN and type the answers. "
                   "The room or the bed is no identifier."));
}

/* What F10 will save, in one sentence that names the patient. */
static void draw_foot(const struct dose_screen *d)
{
    char *name = patient_display_name(&d->chart->patient), *drug = order_display_drug(order_of(d));
    bool is_taken = dose_status_is_taken(outcome(d));
    draw_format(d->foot, 1, 0, STYLE_PATIENT, _(" F10 records for %s: %s %s%s%s "), name, drug,
                is_taken ? form_text(&d->form, "amount") : "", is_taken ? " " : "",
                enum_label(ENUM_DOSE_STATUS, (int)outcome(d)));
    mem_free(name);
    mem_free(drug);
}

static void dose_screen_draw(void *state, struct area body)
{
    struct dose_screen *d = state;
    (void)body;
    if (d->identified_by == IDENTIFIED_BY_NONE_GIVEN) {
        draw_who(d);
        form_draw(&d->who, d->form_area);
        return;
    }
    banner_draw(d->banner, d->chart, site_today(d->ws->site), d->ws->site->zone);
    draw_head(d);
    if (d->check.words[0] != '\0') {
        draw_format(d->head, 2, 0, STYLE_WARNING, "! %s", d->check.words);
    }
    form_draft_draw(&d->draft, area_rows(d->foot, 0, 1));
    draw_last(d, d->head, 3);
    form_draw(&d->form, d->form_area);
    draw_foot(d);
}

/* ---- who ---- */

static unsigned identify(struct shell *sh, struct dose_screen *d, bool is_scan, const char *first, const char *second)
{
    struct error err = ERROR_INIT;
    form_clear_errors(&d->who);
    if (patient_identify(d->ws->actor, d->chart->patient.id, is_scan, first, second, &d->identified_by, &err) != STATUS_OK) {
        if (is_scan || !form_show_error(&d->who, &err)) {
            shell_bell(sh);
            shell_fail(sh, &err);
        }
        return STALE_CELLS;
    }
    ask_service(d);
    focus_open_field(d);
    return STALE_LAYOUT;
}

static bool is_identified(const void *state)
{
    return ((const struct dose_screen *)state)->identified_by != IDENTIFIED_BY_NONE_GIVEN;
}

/* ---- saving ---- */

static void remember(struct dose_screen *d, const struct dose_event *event, struct uid id)
{
    struct last_dose *last = &d->ws->last_dose;
    char *name = patient_display_name(&d->chart->patient);
    last->event = id;
    last->at_us = clock_now_us(d->ws->clock);
    (void)snprintf(last->words, sizeof last->words, _("%s: %s %s"), name, order_of(d)->drug_text,
                   enum_label(ENUM_DOSE_STATUS, (int)event->status)); /* cut is fine */
    mem_free(name);
}

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
    char *text = mem_format(_("%s Is yours the same act, or was the drug given a second time? A second act is kept beside the "
                              "first as a possible double dose, and both recorders are told."),
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
    form_set_choice(&d->form, "outcome", OUTCOME_COUNT - 1); /* missed */
    arrange(d);
    form_focus(&d->form, "reason");
    return STALE_LAYOUT;
}

static void ask_very_late(struct shell *sh, const struct dose_screen *d)
{
    shell_ask(sh, &(struct shell_question){.title = _("Closer to the next dose"),
                                           .text = d->check.words,
                                           .answers = {_("Go back, call the prescriber"), _("Give it late"),
                                                       _("Skip it: missed")},
                                           .answered = very_late_answered});
}

static unsigned refused(struct shell *sh, struct dose_screen *d, struct error *err)
{
    if (strcmp(err->field, "reason") == 0 && reason_of(d) != NULL) {
        (void)snprintf(err->field, sizeof err->field, "%s", reason_of(d)->name); /* fits */
    }
    if (!form_show_error(&d->form, err)) {
        shell_fail(sh, err);
    }
    return STALE_LAYOUT;
}

static unsigned save(struct shell *sh, struct dose_screen *d)
{
    struct error err = ERROR_INIT;
    struct dose_event event;
    struct uid id;
    form_clear_errors(&d->form);
    enum status status = read_form(d, &event, &err);
    if (status == STATUS_OK) {
        status = dose_prepare(d->ws->actor, &event, &d->check, &err);
    }
    if (status != STATUS_OK) {
        return refused(sh, d, &err);
    }
    arrange(d);
    unsigned open = d->check.questions & ~d->accepted;
    if ((open & (DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE)) != 0) {
        ask_second(sh, d);
        return STALE_CELLS;
    }
    if ((open & DOSE_ASK_VERY_LATE) != 0 && event.timing_reason != NULL) {
        ask_very_late(sh, d);
        return STALE_CELLS;
    }
    status = dose_record(d->ws->actor, &event, d->accepted, &id, &err);
    if (status != STATUS_OK) {
        return refused(sh, d, &err);
    }
    remember(d, &event, id);
    shell_say(sh, MESSAGE_GOOD, _("%s. Saved here (u: undo)."), d->ws->last_dose.words);
    form_draft_saved(&d->draft);
    form_mark_clean(&d->form);
    shell_close(sh, 1);
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
    const char *first = form_text(&d->who, "first"), *second = form_text(&d->who, "second");
    struct event enter = {.kind = EVENT_KEY, .key = UI_KEY_ENTER};
    if (is_identified(d)) {
        unsigned stale = form_handle(&d->form, &enter);
        return stale & EVENT_UNHANDLED ? save(sh, d) : stale;
    }
    if (second[0] == '\0') {
        form_focus(&d->who, first[0] == '\0' ? "first" : "second");
        return STALE_CELLS;
    }
    return identify(sh, d, false, first, second);
}

/* ---- events ---- */

static unsigned dose_screen_key(struct shell *sh, void *state, const struct event *event)
{
    struct dose_screen *d = state;
    (void)sh;
    if (!is_identified(d)) {
        return form_handle(&d->who, event);
    }
    unsigned stale = form_handle(&d->form, event);
    const char *at = form_focus_name(&d->form);
    bool is_plan = strcmp(at, "outcome") == 0 || strcmp(at, "route") == 0 || strcmp(at, "time") == 0 || strcmp(at, "amount") == 0;
    if ((stale & TEXT_CHANGED) != 0 && is_plan) { /* what is asked depends on these */
        ask_service(d);
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
        return is_identified(d) ? (unsigned)EVENT_UNHANDLED : identify(sh, d, true, event->text, NULL);
    case EVENT_DATA:
        if (chart_refresh(d->ws->actor, &d->chart, &err) != STATUS_OK || find_dose(d, &err) != STATUS_OK) {
            shell_fail(sh, &err);
            shell_close(sh, 0); /* what was on the screen is no longer what is ordered */
            return STALE_CELLS;
        }
        if (is_identified(d)) {
            ask_service(d);
        }
        return STALE_LAYOUT;
    default:
        return EVENT_UNHANDLED;
    }
}

static bool has_text_focus(const void *state)
{
    const struct dose_screen *d = state;
    return form_has_text_focus(is_identified(d) ? &d->form : &d->who);
}

static bool has_unsaved(const void *state)
{
    const struct dose_screen *d = state;
    return form_is_changed(&d->form);
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
    arrange(d);
    return STALE_LAYOUT;
}

static const struct action ACTIONS[] = {
    {"save", KEYS_SAVE, PERMISSION_DOSE_RECORD, N_("save"), N_("Check and save."), run_save, ACTION_IN_BAR, is_identified},
    {"open", KEYS_OPEN, PERMISSION_DOSE_RECORD, N_("go on"), N_("Compare the identifiers, or walk to the next field."), run_enter,
     ACTION_IN_BAR, NULL},
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
    .draw = dose_screen_draw,
    .key = dose_screen_key,
    .event = dose_screen_event,
    .close = dose_screen_close,
    .actions = ACTIONS,
    .text_focus = has_text_focus,
    .unsaved = has_unsaved,
};
