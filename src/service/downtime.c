/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/downtime.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/chart.h"
#include "service/drug_lists.h"
#include "store/handover_store.h"

/* What is open of the last hours is on the sheet; what was given is looked for further back. */
enum { BEFORE_H = 4, GIVEN_BACK_H = 72, TEXT_COLS = 100, BLANK_PRN_ROWS = 3, FORM_TRIES = 4 };

static void write_allergies(const struct chart *chart, struct document *d)
{
    bool has_one = false;
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *a = &chart->allergies.items[i];
        bool counts = a->kind != ALLERGY_KIND_TOLERATED && (a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED);
        if (counts) {
            char *line = mem_format(_("ALLERGY: %s%s%s"), a->allergen_name, a->reaction[0] != '\0' ? ", " : "", a->reaction);
            document_bold(d, line);
            mem_free(line);
            has_one = true;
        }
    }
    if (!has_one) {
        document_bold(d, chart->patient.allergy_status == ALLERGY_STATUS_NONE_KNOWN ? _("No known allergies") : _("ALLERGIES NOT ASKED"));
    }
    if (chart->doubles[0] != '\0') {
        char *line = mem_format(_("POSSIBLE DOUBLE DOSE, not judged yet: %s"), chart->doubles);
        document_bold(d, line);
        mem_free(line);
    }
}

static bool is_wanted(const struct dose_slot *slot, int64_t from_us)
{
    bool is_waiting = slot->state == SLOT_DONE && (slot->status == DOSE_STATUS_UNAVAILABLE || slot->status == DOSE_STATUS_AWAY);
    return !slot->is_unplanned && slot->planned_us >= from_us && (slot->state != SLOT_DONE || is_waiting);
}

static void write_planned(const struct site *site, const struct chart *chart, struct document *d)
{
    const struct document_column columns[] = {{_("Planned"), 10, DOCUMENT_LEFT}, {_("Drug, dose, route"), 34, DOCUMENT_LEFT},
                                              {_("Given at"), 10, DOCUMENT_LEFT}, {_("Initials"), 9, DOCUMENT_LEFT},
                                              {_("Not given, why; site; amount if another"), 25, DOCUMENT_LEFT}};
    int32_t day = 0;
    int rows = 0;
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *slot = &chart->slots.items[i];
        const struct order *order = chart_slot_order(chart, slot);
        struct local_time at = zone_local(site->zone, slot->planned_us);
        struct sig sig;
        char date[DATE_TEXT_MAX], dose[SIG_TEXT_MAX], clock[ZONE_CLOCK_MAX];
        if (order == NULL || !is_wanted(slot, chart->read_us - BEFORE_H * US_PER_HOUR) || !chart_slot_is_in_force(chart, slot)) {
            continue;
        }
        if (date_to_days(at.date) != day) {
            day = date_to_days(at.date);
            document_heading(d, date_format_human(at.date, date));
            document_table_to_fill(d, columns, 5);
        }
        sig_step(&order->sig, slot->step, &sig);
        char *drug = order_display_drug(order);
        char *time = mem_format("%s%s", zone_clock(site->zone, slot->planned_us, clock), slot->state == SLOT_CONFLICT ? _(" DOUBLE?") : "");
        bool is_whole = (drug_lists_of(site->knowledge, "", order, -1) & DRUG_LIST_WHOLE) != 0;
        char *what = mem_format("%s, %s, %s%s", drug, sig_format_dose(&sig, dose), sig_route_label(&sig),
                                is_whole ? sig.by_tube ? _(", NOT FOR A FEEDING TUBE") : _(", DO NOT CRUSH OR CHEW") : "");
        document_row(d, (const char *[]){time, what, "____:____", "______", ""});
        mem_free(drug);
        mem_free(time);
        mem_free(what);
        rows++;
    }
    if (rows == 0) {
        document_paragraph(d, _("No dose is planned for this time."));
    }
}

/* When it was given last, and how often in 24 hours: on paper nobody else can tell, and the gap and the day's maximum count from
 * it. */
static char *last_given(const struct site *site, const struct chart *chart, struct uid order)
{
    const struct dose_event *last = NULL;
    int in_a_day = 0;
    for (size_t i = 0; i < chart->events.len; i++) { /* newest first */
        const struct dose_event *event = &chart->events.items[i];
        if (uid_compare(event->order, order) == 0 && dose_status_is_taken(event->status) && chart_event_stands(chart, event)) {
            last = last == NULL ? event : last;
            in_a_day += event->occurred_us > chart->read_us - 24 * US_PER_HOUR;
        }
    }
    if (last == NULL) {
        return mem_copy_text(_("not in the last 3 days"));
    }
    struct local_time at = zone_local(site->zone, last->occurred_us);
    char date[DATE_TEXT_MAX], amount[DOSE_AMOUNT_TEXT_MAX];
    return mem_format(_("%s %02d:%02d, %s; %d in 24 h"), date_format_human(at.date, date), at.hour, at.minute,
                      dose_amount_format(last->amount, last->unit, amount), in_a_day);
}

static void write_as_needed(const struct site *site, const struct chart *chart, struct document *d)
{
    const struct document_column columns[] = {{_("Drug and directions"), 40, DOCUMENT_LEFT}, {_("Last given"), 18, DOCUMENT_LEFT},
                                              {_("Given at"), 10, DOCUMENT_LEFT}, {_("Amount, for what"), 18, DOCUMENT_LEFT},
                                              {_("Initials"), 9, DOCUMENT_LEFT}};
    bool has_head = false;
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        if (order->status != MEDICATION_STATUS_ACTIVE || !sig_is_as_needed(&order->sig) ||
            stay_ends_order(&chart->stays, order->recorded_at_us, chart->read_us)) {
            continue;
        }
        if (!has_head) {
            document_heading(d, _("As needed"));
            document_table_to_fill(d, columns, 5);
            has_head = true;
        }
        char sig[SIG_TEXT_MAX];
        char *drug = order_display_drug(order), *last = last_given(site, chart, order->id);
        char *what = mem_format("%s: %s", drug, sig_format(&order->sig, sig));
        document_row(d, (const char *[]){what, last, "____:____", "", "______"});
        for (int k = 1; k < BLANK_PRN_ROWS; k++) { /* each with its drug: a page may end between them */
            document_row(d, (const char *[]){drug, "", "____:____", "", "______"});
        }
        mem_free(drug);
        mem_free(last);
        mem_free(what);
    }
}

static void write_others(const struct chart *chart, struct document *d)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        bool is_held = order->status == MEDICATION_STATUS_ON_HOLD;
        bool is_text = order->status == MEDICATION_STATUS_ACTIVE && order->sig.kind == SCHEDULE_KIND_UNSTRUCTURED;
        if (is_held || is_text) {
            char *drug = order_display_drug(order);
            char *line = is_held ? mem_format(_("ON HOLD, do not give: %s"), drug) : mem_format(_("As written: %s: %s"), drug, order->directions);
            document_paragraph(d, line);
            mem_free(line);
            mem_free(drug);
        }
    }
}

static void write_all(struct actor *actor, const struct chart *chart, int hours, int64_t unsent, struct document *d)
{
    const struct site *site = actor->site;
    struct local_time now = site_now(site);
    char day[DATE_TEXT_MAX];
    char *line = central_link_is_joined(site)
                     ? mem_format(_("Data as of %s %02d:%02d; reaches %d hours. Changes that had not reached the centre: %lld."),
                                  date_format_human(now.date, day), now.hour, now.minute, hours, (long long)unsent)
                     : mem_format(_("Data as of %s %02d:%02d; reaches %d hours."), date_format_human(now.date, day), now.hour, now.minute, hours);
    document_paragraph(d, line);
    mem_free(line);
    document_paragraph(d, _("Two identifiers before each dose. Write the time, your initials, and the reason where a dose is not given. "
                            "Afterwards each line is entered with the number of this form, and a second person checks it."));
    write_allergies(chart, d);
    write_planned(site, chart, d);
    write_as_needed(site, chart, d);
    write_others(chart, d);
    document_rule(d);
    document_line(d, _("Initials and name"));
    document_line(d, _("Initials and name"));
}

/* A number that nobody else's sheet of the day has. */
static void make_number(struct actor *actor, struct uid id, char form[DOWNTIME_FORM_MAX])
{
    struct local_time now = site_now(actor->site);
    (void)snprintf(form, DOWNTIME_FORM_MAX, "D%02d%02d%02d-%02X%02X%02X", now.date.year % 100, now.date.month, now.date.day, id.bytes[13],
                   id.bytes[14], id.bytes[15]); /* fits */
}

static enum status keep(struct act *act, const struct downtime_form_row *row, struct error *err)
{
    enum status status = act_begin(act, err);
    return status == STATUS_OK ? act_end(act, downtime_form_insert(act->actor->site->store, row, err), err) : status;
}

enum status downtime_sheet(struct actor *actor, struct uid patient, int hours, struct document **out, char form[DOWNTIME_FORM_MAX],
                           struct error *err)
{
    struct chart *chart = NULL;
    struct document *d = NULL;
    struct buffer text = BUFFER_INIT;
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "downtime.sheet", err);
    if (may != STATUS_OK) {
        return may;
    }
    if (hours != 24 && hours != 72) {
        return error_set_field(err, STATUS_INVALID, "hours", _("A sheet reaches 24 or 72 hours."));
    }
    enum status status = chart_open(actor, patient, GIVEN_BACK_H, hours, &chart, err);
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "downtime.sheet", "downtime_forms", patient);
    act.record = uid_new(actor->site->clock);
    make_number(actor, act.record, form);
    int64_t unsent = site_unsent_count(actor->site);
    if (status == STATUS_OK) {
        status = print_document_new(actor, _("Doses on paper"), form, patient, form, &d, err);
    }
    if (status == STATUS_OK) {
        write_all(actor, chart, hours, unsent, d);
        document_to_text(d, TEXT_COLS, 0, &text);
        const struct downtime_form_row row = {.id = act.record, .patient = patient, .form_number = form, .hours = hours,
                                              .made_us = clock_now_us(actor->site->clock), .unsent = unsent, .content = text.bytes};
        status = keep(&act, &row, err);
    }
    buffer_release(&text);
    chart_free(chart);
    if (status != STATUS_OK) {
        document_free(d);
        return status;
    }
    *out = d;
    return STATUS_OK;
}

struct print_request downtime_request(struct uid patient)
{
    return (struct print_request){.what = "downtime_sheet", .permission = PERMISSION_CLINICAL_READ, .patient = patient, .table = "downtime_forms",
                                  .target = PRINT_TO_DOCUMENTS, .copies = 1};
}
