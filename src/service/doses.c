/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "schedule/prn.h"
#include "schedule/windows.h"
#include "service/act.h"
#include "service/site_settings.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

#define UNDO_US (60 * US_PER_SECOND)
#define LOOK_BACK_US (8 * 24 * US_PER_HOUR)

/* --- who it is ----------------------------------------------------------------------------------------------------- */

enum identifier_shape { SHAPE_NONE, SHAPE_MRN, SHAPE_BIRTH_DATE, SHAPE_NAME };

/* Which of the patient's identifiers a text is; SHAPE_NONE when it is none of them. */
static enum identifier_shape shape_of(const struct patient *patient, struct date today, const char *text)
{
    struct date date;
    bool is_ambiguous = false;
    if (text == NULL || text[0] == '\0') {
        return SHAPE_NONE;
    }
    if (patient->mrn[0] != '\0' && text_equal_folded(text, patient->mrn)) {
        return SHAPE_MRN;
    }
    for (int month_first = 0; month_first < 2; month_first++) {
        if (date_parse_human(text, today, month_first != 0, &date, &is_ambiguous, NULL) == STATUS_OK &&
            date_compare(date, patient->birth_date) == 0) {
            return SHAPE_BIRTH_DATE;
        }
    }
    char *both = mem_format("%s %s", patient->last_name, patient->first_name);
    char *turned = mem_format("%s %s", patient->first_name, patient->last_name);
    bool is_name = text_equal_folded(text, both) || text_equal_folded(text, turned) ||
                   (patient->last_name[0] != '\0' && text_equal_folded(text, patient->last_name));
    mem_free(both);
    mem_free(turned);
    return is_name ? SHAPE_NAME : SHAPE_NONE;
}

enum status patient_identify(struct actor *actor, struct uid patient_id, bool is_scan, const char *first, const char *second,
                             enum identified_by *out, struct error *err)
{
    struct patient patient;
    enum status status = patient_get(actor->site->store, patient_id, &patient, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct date today = site_today(actor->site);
    enum identifier_shape a = shape_of(&patient, today, first), b = shape_of(&patient, today, second);
    if (is_scan) {
        status = a == SHAPE_MRN ? STATUS_OK
                                : error_set(err, STATUS_REFUSED, _("This wristband is not this patient's. Nothing was "
                                                                   "recorded; check who is in front of you."));
    } else if (a == SHAPE_NONE || b == SHAPE_NONE) {
        status = error_set_field(err, STATUS_REFUSED, a == SHAPE_NONE ? "first" : "second",
                                 _("This does not match the patient's record (name, birth date or MRN). Ask again."));
    } else if (a == b) {
        status = error_set_field(err, STATUS_REFUSED, "second", _("Two different identifiers are needed: name, birth date, "
                                                                  "MRN."));
    }
    if (status == STATUS_OK) {
        *out = is_scan ? IDENTIFIED_BY_WRISTBAND : IDENTIFIED_BY_TWO_IDENTIFIERS;
    }
    patient_release(&patient);
    return status;
}

/* --- what must be asked -------------------------------------------------------------------------------------------- */

static bool was_taken(const struct dose_event *event)
{
    return event->status == DOSE_STATUS_GIVEN || event->status == DOSE_STATUS_PARTIAL || event->status == DOSE_STATUS_SELF ||
           event->status == DOSE_STATUS_IN_PROGRESS;
}

static bool is_superseded(const struct dose_event_list *events, struct uid id)
{
    for (size_t i = 0; i < events->len; i++) {
        if (uid_compare(events->items[i].supersedes, id) == 0) {
            return true;
        }
    }
    return false;
}

static void already_words(struct site *site, const struct dose_event *event, char out[160])
{
    struct local_time at = zone_local(site->zone, event->recorded_us);
    (void)snprintf(out, 160, _("recorded as %s by %s at %02d:%02d"), enum_label(ENUM_DOSE_STATUS, (int)event->status),
                   event->recorded_by_name, at.hour, at.minute); /* cut is fine */
}

/* The standing event of the slot, if there is one. */
static enum status ask_slot(struct site *site, const struct dose_event *event, struct dose_check *out, struct error *err)
{
    struct dose_event_list events = {0};
    struct dose_slot slot = {.id = event->slot};
    if (uid_is_none(event->slot)) {
        return STATUS_OK;
    }
    enum status status = dose_list_slot(site->store, event->slot, &events, err);
    if (status != STATUS_OK) {
        return status;
    }
    dose_slot_fold(&slot, events.items, events.len);
    if (slot.state == SLOT_DONE || slot.state == SLOT_CONFLICT) {
        out->questions |= DOSE_ASK_ALREADY;
        for (size_t i = 0; i < events.len; i++) {
            if (uid_compare(events.items[i].id, slot.event) == 0 || slot.state == SLOT_CONFLICT) {
                already_words(site, &events.items[i], out->already);
            }
        }
    }
    dose_event_list_release(&events);
    return STATUS_OK;
}

/* Too close to another dose of the order (clinical.md 4.B.4 a). */
static enum status ask_gap(struct site *site, const struct order *order, const struct dose_event *event,
                           struct dose_check *out, struct error *err)
{
    struct dose_event_list events = {0};
    int64_t nearest_us = 0;
    enum status status = dose_list_order(site->store, order->id, event->occurred_us - LOOK_BACK_US, &events, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < events.len; i++) {
        const struct dose_event *other = &events.items[i];
        if (was_taken(other) && !is_superseded(&events, other->id) &&
            (nearest_us == 0 || llabs(other->occurred_us - event->occurred_us) < llabs(nearest_us - event->occurred_us))) {
            nearest_us = other->occurred_us;
        }
    }
    out->minutes_since_last = -1;
    if (nearest_us != 0) {
        struct gap_answer gap = window_check_gap(window_minimum_gap_min(&order->sig), nearest_us, event->occurred_us);
        out->minutes_since_last = (int)gap.minutes;
        if (gap.need != WINDOW_NEED_NOTHING) {
            out->questions |= DOSE_ASK_TOO_SOON;
        }
    }
    dose_event_list_release(&events);
    return STATUS_OK;
}

static void ask_window(const struct site *site, const struct order *order, const struct dose_event *event,
                       struct dose_check *out)
{
    if (event->planned_us == 0) {
        return;
    }
    struct window_rules rules = site_window_rules(site);
    const struct window_question question = {
        .planned_us = event->planned_us,
        .occurred_us = event->occurred_us,
        .start_us = order->start_us,
        .stop_us = order->stop_us,
    };
    struct window_answer answer = window_check(rules.windows[window_class_of(&order->sig, false)], &question);
    out->minutes_off = answer.minutes;
    if (answer.need != WINDOW_NEED_NOTHING && was_taken(event)) {
        out->questions |= DOSE_ASK_TIMING_REASON;
    }
}

static enum status prepare(struct site *site, const struct order *order, const struct dose_event *event,
                           struct dose_check *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    out->minutes_since_last = -1;
    enum status status = ask_slot(site, event, out, err);
    ask_window(site, order, event, out);
    if (status == STATUS_OK && was_taken(event)) {
        status = ask_gap(site, order, event, out, err);
        if (event->product_code == NULL || event->product_code[0] == '\0') {
            out->questions |= DOSE_ASK_NO_SCAN;
        }
    }
    if (order->status == MEDICATION_STATUS_ON_HOLD) {
        out->questions |= DOSE_ASK_HELD_ORDER;
    }
    return status;
}

enum status dose_prepare(struct actor *actor, const struct dose_event *event, struct dose_check *out, struct error *err)
{
    struct order order;
    enum status status = order_get(actor->site->store, event->order, &order, err);
    if (status == STATUS_OK) {
        status = prepare(actor->site, &order, event, out, err);
        order_release(&order);
    }
    return status;
}

/* --- recording ----------------------------------------------------------------------------------------------------- */

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

/* What the event itself must hold, whatever the chart says. */
static enum status check_fields(const struct site *site, const struct dose_event *e, struct error *err)
{
    struct window_rules rules = site_window_rules(site);
    if (e->identified_by == IDENTIFIED_BY_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "identified_by", _("Identify the patient first: scan the wristband or "
                                                                       "type two identifiers."));
    }
    if (e->occurred_us > clock_now_us(site->clock) + rules.clock_skew_min * US_PER_MINUTE) {
        return error_set_field(err, STATUS_INVALID, "time", _("A dose cannot be recorded in the future."));
    }
    if (was_taken(e) && (decimal_is_zero(e->amount) || e->amount.mantissa < 0 || e->unit == UNIT_NONE)) {
        return error_set_field(err, STATUS_INVALID, "amount", _("Type the amount that was given, with its unit."));
    }
    if ((e->status == DOSE_STATUS_HELD && enum_value(ENUM_HOLD_REASON, e->reason) == 0) ||
        (e->status == DOSE_STATUS_REFUSED && enum_value(ENUM_REFUSE_REASON, e->reason) == 0)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Choose a reason."));
    }
    if (!is_blank(e->reason) && strcmp(e->reason, "other") == 0 && is_blank(e->reason_text)) {
        return error_set_field(err, STATUS_INVALID, "reason_text", _("\"Other\" needs a few words."));
    }
    return STATUS_OK;
}

static enum status check_amount(const struct order *order, const struct dose_event *e, struct error *err)
{
    struct decimal ordered;
    if (e->status == DOSE_STATUS_PARTIAL && unit_convert(order->sig.dose, order->sig.unit, e->unit, &ordered) == STATUS_OK &&
        decimal_compare(e->amount, ordered) >= 0) {
        return error_set_field(err, STATUS_INVALID, "amount", _("A partial dose is less than what is ordered."));
    }
    return STATUS_OK;
}

/* The questions that dose_prepare() asks are asked again here, inside the writing transaction. */
static enum status check_answers(const struct dose_check *check, const struct dose_event *e, struct error *err)
{
    if ((check->questions & DOSE_ASK_ALREADY) != 0 && uid_is_none(e->supersedes)) {
        return error_set(err, STATUS_REFUSED, _("This dose is already %s. Nothing was saved."), check->already);
    }
    if ((check->questions & DOSE_ASK_HELD_ORDER) != 0 && was_taken(e)) {
        return error_set(err, STATUS_REFUSED, _("This order is on hold. Resume it before a dose is given."));
    }
    if ((check->questions & (DOSE_ASK_TIMING_REASON | DOSE_ASK_TOO_SOON)) != 0 &&
        enum_value(ENUM_TIMING_REASON, e->timing_reason) == 0) {
        return error_set_field(err, STATUS_REFUSED, "timing_reason",
                               (check->questions & DOSE_ASK_TOO_SOON) != 0
                                   ? _("The last dose was %d minutes ago: too soon without a reason.")
                                   : _("%d minutes from the planned time: a reason is needed."),
                               (check->questions & DOSE_ASK_TOO_SOON) != 0 ? check->minutes_since_last
                                                                           : abs(check->minutes_off));
    }
    if ((check->questions & DOSE_ASK_NO_SCAN) != 0 && e->no_scan_reason == NO_SCAN_REASON_NONE_GIVEN) {
        return error_set_field(err, STATUS_REFUSED, "no_scan_reason", _("Scan the product, or say why it cannot be scanned."));
    }
    return STATUS_OK;
}

static enum status save(struct act *act, struct dose_event *e, struct error *err)
{
    struct site *site = act->actor->site;
    struct order order;
    struct dose_check check;
    enum status status = order_get(site->store, e->order, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (uid_compare(order.patient, e->patient) != 0) {
        status = error_set(err, STATUS_REFUSED, _("This order belongs to another patient. Nothing was saved."));
    } else if (uid_compare(order.version, e->order_version) != 0) {
        status = error_set(err, STATUS_STALE, _("This order was changed meanwhile. Look at it again before you record."));
    } else if (!order_is_current(&order)) {
        status = error_set(err, STATUS_REFUSED, _("This order is no longer active (%s). Nothing was saved."),
                           enum_label(ENUM_MEDICATION_STATUS, (int)order.status));
    } else {
        status = check_amount(&order, e, err);
    }
    if (status == STATUS_OK) {
        status = prepare(site, &order, e, &check, err);
    }
    if (status == STATUS_OK) {
        status = check_answers(&check, e, err);
    }
    if (status == STATUS_OK) {
        status = dose_insert(site->store, e, &act->new_values, err);
    }
    order_release(&order);
    return status;
}

enum status dose_record(struct actor *actor, const struct dose_event *given, struct uid *out_event, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "dose.record", "dose_events", given->patient);
    struct dose_event event = *given; /* borrows the strings */
    struct site *site = actor->site;
    enum status status = check_fields(site, given, err);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    event.id = uid_new(site->clock);
    event.recorded_us = uid_time_us(event.id);
    event.recorded_by = actor->user;
    if (uid_is_none(event.given_by)) {
        event.given_by = actor->user;
    }
    event.zone = site->row.zone;
    event.offset_s = zone_local(site->zone, event.occurred_us).offset_s;
    act.record = event.id;
    status = act_end(&act, save(&act, &event, err), err);
    if (status == STATUS_OK) {
        *out_event = event.id;
    }
    return status;
}

enum status dose_undo(struct actor *actor, struct uid event_id, const char *reason, struct error *err)
{
    struct site *site = actor->site;
    struct dose_event event;
    enum status status = dose_get(site->store, event_id, &event, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool is_own_slip = uid_compare(event.recorded_by, actor->user) == 0 &&
                       clock_now_us(site->clock) - event.recorded_us <= UNDO_US;
    struct act act = ACT(actor, is_own_slip ? PERMISSION_DOSE_RECORD : PERMISSION_DOSE_CORRECT, "dose.undo", "dose_events",
                         event.patient);
    if (!is_own_slip && is_blank(reason)) {
        status = error_set_field(err, STATUS_INVALID, "reason", _("Say what was wrong with the record."));
    } else {
        status = act_begin(&act, err);
    }
    if (status == STATUS_OK) {
        struct dose_event_list slot = {0};
        event.supersedes = event.id;
        event.id = uid_new(site->clock);
        event.recorded_us = uid_time_us(event.id);
        event.recorded_by = actor->user;
        event.status = DOSE_STATUS_IN_ERROR;
        mem_free(event.reason_text);
        event.reason_text = mem_copy_text(is_blank(reason) ? "slip" : reason);
        act.record = event.id;
        if (!uid_is_none(event.slot)) {
            status = dose_list_slot(site->store, event.slot, &slot, err);
        }
        if (status == STATUS_OK && is_superseded(&slot, event.supersedes)) {
            status = error_set(err, STATUS_STALE, _("This record was corrected already."));
        }
        if (status == STATUS_OK) {
            status = dose_insert(site->store, &event, &act.new_values, err);
        }
        dose_event_list_release(&slot);
        status = act_end(&act, status, err);
    }
    dose_event_release(&event);
    return status;
}
