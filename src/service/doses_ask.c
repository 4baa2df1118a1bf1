/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to be asked before a dose is saved (clinical.md 4.B.4 to 4.B.7). Reads nothing by itself: everything comes from
 * one picture, so that the screen and the writing transaction ask the same. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "schedule/slots.h"
#include "service/doses_private.h"
#include "service/doses_second.h"
#include "service/doses_total.h"
#include "service/site_settings.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

#define LOOK_BACK_US (9 * 24 * US_PER_HOUR) /* the weekly guard reaches 6 days 12 hours */
#define LOOK_AHEAD_US (7 * 24 * US_PER_HOUR)
#define SPLIT_US (SIG_SPLIT_MIN * US_PER_MINUTE)
#define WEEKLY_SLACK_US (SIG_WEEK_MIN * US_PER_MINUTE - WINDOW_WEEKLY_GUARD_MIN * US_PER_MINUTE)
enum { RECENT_MAX = 2000 };
#define TIME_QUESTIONS (DOSE_ASK_TIMING_REASON | DOSE_ASK_TOO_SOON | DOSE_ASK_STACKING | DOSE_ASK_VERY_LATE | DOSE_ASK_WEEKLY)

/* --- the picture ------------------------------------------------------------------------------------------------- */

static enum status find_double(struct site *site, struct dose_picture *p, const struct dose_event *event, struct error *err);
static enum status find_pair(struct site *site, struct dose_picture *p, const struct dose_event *event, struct error *err);

void dose_picture_release(struct dose_picture *p)
{
    order_release(&p->order);
    order_list_release(&p->orders);
    dose_event_list_release(&p->recent);
    dose_event_list_release(&p->slot);
}

bool order_clock_open(const struct site *site, const struct order *order, struct order_clock *out)
{
    out->own = NULL;
    bool is_other = order->zone != NULL && strcmp(order->zone, zone_name(site->zone)) != 0;
    if (is_other && zone_open(order->zone, &out->own, NULL) != STATUS_OK) {
        return false;
    }
    out->schedule = (struct schedule_order){&order->sig, order->start_us, order->stop_us, out->own != NULL ? out->own : site->zone};
    return true;
}

/* What the time between doses is taken from: of parallel directions the whole week. */
static const struct sig *rhythm_of(const struct dose_picture *p)
{
    return p->order.sig.is_parallel ? &p->order.sig : &p->step;
}

/* The part of parallel directions that planned this slot: on the night of a clock change two of them can fall on one moment. */
static size_t part_of_slot(const struct schedule_order *schedule, const struct dose_event *event, size_t part)
{
    struct planned_slot_list list = {0};
    uint8_t identity[PLANNED_IDENTITY_MAX];
    if (schedule_slots(schedule, event->planned_us, event->planned_us + 1, &list, NULL) != STATUS_OK) {
        return part;
    }
    for (size_t i = 0; i < list.len; i++) {
        size_t len = planned_slot_identity(&list.items[i], schedule->zone, identity);
        struct uid id = derived_slot_id(event->order_version, list.items[i].seq, (uint8_t)list.items[i].kind, identity, len);
        part = uid_compare(id, event->slot) == 0 ? list.items[i].step : part;
    }
    planned_slot_list_release(&list);
    return part;
}

/* A taper's doses differ: what this one is depends on when it was planned. */
static void find_step(struct site *site, const struct order *order, const struct dose_event *event, struct sig *out)
{
    struct order_clock clock;
    size_t step = 0;
    if (order->sig.later_count > 0 && order_clock_open(site, order, &clock)) {
        step = schedule_step_at(&clock.schedule, event->planned_us != 0 ? event->planned_us : event->occurred_us);
        if (order->sig.is_parallel && !uid_is_none(event->slot)) {
            step = part_of_slot(&clock.schedule, event, step);
        }
        zone_free(clock.own);
    }
    sig_step(&order->sig, step, out);
}

/* A dose of before its order was changed, held or stopped (no. 13: only later ones are cancelled) is answered on the version that
 * planned it. Given it can only have been before that; or still, when the order is in force again and reads as it did. */
static enum status find_version(struct site *site, const struct dose_event *event, struct order *now, struct error *err)
{
    struct order_list replaced = {0};
    if (uid_is_none(event->slot) || uid_compare(event->order_version, now->version) == 0 || now->status == MEDICATION_STATUS_IN_ERROR) {
        return STATUS_OK;
    }
    enum status status = order_list_replaced(site->store, now->patient, event->planned_us, &replaced, err);
    for (size_t i = 0; status == STATUS_OK && i < replaced.len; i++) {
        struct order *then = &replaced.items[i];
        bool is_again = now->status == MEDICATION_STATUS_ACTIVE && order_reads_same(now, then);
        bool is_in_time = !dose_status_is_taken(event->status) || event->occurred_us < then->stop_us || is_again;
        if (uid_compare(then->version, event->order_version) == 0 && event->planned_us < then->stop_us && is_in_time) {
            struct order version;
            then->stop_us = is_again ? now->stop_us : then->stop_us;
            order_copy(then, &version);
            order_release(now);
            *now = version;
            break;
        }
    }
    order_list_release(&replaced);
    return status;
}

enum status dose_picture_read(struct site *site, const struct dose_event *event, struct dose_picture *out,
                              struct error *err)
{
    *out = (struct dose_picture){0};
    int64_t from_us = event->occurred_us - LOOK_BACK_US, to_us = event->occurred_us + LOOK_AHEAD_US;
    enum status status = order_get(site->store, event->order, &out->order, err);
    if (status == STATUS_OK) {
        status = find_version(site, event, &out->order, err);
    }
    if (status == STATUS_OK) {
        find_step(site, &out->order, event, &out->step);
        status = order_list_get(site->store, out->order.patient, from_us, &out->orders, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_get(site->store, out->order.patient, from_us, to_us, RECENT_MAX, &out->recent, err);
    }
    if (status == STATUS_OK) {
        struct patient patient;
        status = person_get(site->store, out->order.patient, &patient, err);
        if (status == STATUS_OK) {
            out->age_years = date_age_years(patient.birth_date, site_today(site));
            patient_release(&patient);
        }
    }
    if (status == STATUS_OK && !uid_is_none(event->slot)) {
        status = dose_list_slot(site->store, event->slot, &out->slot, err);
    }
    if (status == STATUS_OK) {
        status = find_double(site, out, event, err);
    }
    if (status == STATUS_OK) {
        status = find_pair(site, out, event, err);
    }
    if (status != STATUS_OK) {
        dose_picture_release(out);
        *out = (struct dose_picture){0};
    }
    return status;
}

bool dose_event_stands(const struct dose_event_list *events, const struct dose_event *event)
{
    if (event->status == DOSE_STATUS_IN_ERROR) {
        return false;
    }
    for (size_t i = 0; i < events->len; i++) {
        if (uid_compare(events->items[i].supersedes, event->id) == 0) {
            return false;
        }
    }
    return true;
}

static const struct order *order_of(const struct dose_picture *p, struct uid id)
{
    for (size_t i = 0; i < p->orders.len; i++) {
        if (uid_compare(p->orders.items[i].id, id) == 0) {
            return &p->orders.items[i];
        }
    }
    return uid_compare(p->order.id, id) == 0 ? &p->order : NULL;
}

/* Something of the same ingredient, taken, in any order; what the event itself corrects is left out. */
static bool is_same_drug_taken(const struct dose_picture *p, const struct dose_event *event, const struct dose_event *other)
{
    const struct order *order = order_of(p, other->order);
    return dose_status_is_taken(other->status) && uid_compare(other->id, event->supersedes) != 0 && order != NULL &&
           dose_event_stands(&p->recent, other) && orders_share_ingredient(&p->order, order);
}

/* Slots of the ingredient, other than this one, that two people recorded and nobody judged. */
static enum status find_double(struct site *site, struct dose_picture *p, const struct dose_event *event, struct error *err)
{
    for (size_t i = 0; i < p->recent.len; i++) {
        const struct dose_event *one = &p->recent.items[i];
        bool is_pair = false, is_judged = false;
        const struct order *order = order_of(p, one->order);
        if (uid_is_none(one->slot) || uid_compare(one->slot, event->slot) == 0 || order == NULL ||
            !orders_share_ingredient(&p->order, order) || !dose_event_stands(&p->recent, one)) {
            continue;
        }
        for (size_t k = i + 1; k < p->recent.len && !is_pair; k++) {
            is_pair = uid_compare(p->recent.items[k].slot, one->slot) == 0;
        }
        if (is_pair) {
            struct dose_event_list events = {0};
            struct dose_slot slot = {.id = one->slot};
            enum status status = dose_list_slot(site->store, one->slot, &events, err);
            if (status == STATUS_OK) {
                dose_slot_fold(&slot, events.items, events.len);
                dose_event_list_release(&events);
                status = dose_slot_is_judged(site->store, one->slot, &is_judged, err);
            }
            if (status != STATUS_OK) {
                return status;
            }
            p->has_double = p->has_double || (slot.state == SLOT_CONFLICT && !is_judged);
        }
    }
    return STATUS_OK;
}

/* As needed: two records of the ingredient, a quarter of an hour apart at most, that nobody has judged. */
static enum status find_pair(struct site *site, struct dose_picture *p, const struct dose_event *event, struct error *err)
{
    for (size_t i = 0; i < p->recent.len; i++) { /* newest first */
        for (size_t k = i + 1; k < p->recent.len; k++) {
            const struct dose_event *later = &p->recent.items[i], *first = &p->recent.items[k];
            bool is_judged = false;
            if (later->occurred_us - first->occurred_us > PRN_PAIR_US) {
                break;
            }
            if (!uid_is_none(first->slot) || !uid_is_none(later->slot) || !is_same_drug_taken(p, event, first) ||
                !is_same_drug_taken(p, event, later)) {
                continue;
            }
            enum status status = dose_slot_is_judged(site->store, first->id, &is_judged, err);
            if (status == STATUS_OK && !is_judged) { /* of two at one moment either may name the pair */
                status = dose_slot_is_judged(site->store, later->id, &is_judged, err);
            }
            if (status != STATUS_OK) {
                return status;
            }
            p->has_double = p->has_double || !is_judged;
        }
    }
    return STATUS_OK;
}

/* --- the slot ---------------------------------------------------------------------------------------------------- */

static void already_words(struct site *site, const struct dose_event *event, char out[160])
{
    char at[ZONE_CLOCK_MAX];
    (void)snprintf(out, 160, _("recorded as %s by %s at %s"), enum_label(ENUM_DOSE_STATUS, (int)event->status),
                   event->recorded_by_name, zone_clock(site->zone, event->occurred_us, at));
    /* cut is fine */
}

/* The standing event of the slot, if there is one. A system's "missed" is no act: a person's record takes its place. */
static void ask_slot(struct site *site, const struct dose_picture *p, const struct dose_event *event, struct dose_check *out)
{
    struct dose_slot slot = {.id = event->slot};
    dose_slot_fold(&slot, p->slot.items, p->slot.len);
    if (slot.state != SLOT_DONE && slot.state != SLOT_CONFLICT) {
        return;
    }
    for (size_t i = 0; i < p->slot.len; i++) {
        const struct dose_event *other = &p->slot.items[i];
        if (slot.state == SLOT_CONFLICT ? !dose_event_stands(&p->slot, other) : uid_compare(other->id, slot.event) != 0) {
            continue;
        }
        bool is_ended = dose_status_is_open(other->status) && event->occurred_us >= other->occurred_us;
        if (other->recorded_via == RECORDED_VIA_SYSTEM || is_ended || uid_compare(other->id, event->supersedes) == 0) {
            continue; /* away, unavailable, hung: this event is the next step */
        }
        out->questions |= DOSE_ASK_ALREADY;
        already_words(site, other, out->already);
    }
}

/* --- the window -------------------------------------------------------------------------------------------------- */

static int64_t next_planned(struct site *site, const struct order *order, int64_t planned_us)
{
    struct order_clock clock;
    struct planned_slot next;
    int64_t at_us = 0;
    if (!order_clock_open(site, order, &clock)) {
        return 0;
    }
    if (schedule_next(&clock.schedule, planned_us + 1, &next)) {
        at_us = next.planned_us;
    }
    zone_free(clock.own);
    return at_us;
}

static int64_t latest_given_planned(const struct dose_picture *p, const struct dose_event *event)
{
    int64_t latest_us = 0;
    for (size_t i = 0; i < p->recent.len; i++) {
        const struct dose_event *other = &p->recent.items[i];
        if (uid_compare(other->order, event->order) == 0 && dose_status_is_taken(other->status) &&
            uid_compare(other->id, event->supersedes) != 0 && dose_event_stands(&p->recent, other) &&
            other->planned_us > latest_us) {
            latest_us = other->planned_us;
        }
    }
    return latest_us;
}

static enum status ask_window(struct site *site, const struct dose_picture *p, const struct dose_event *event,
                              struct dose_check *out, struct error *err)
{
    const struct order *order = &p->order;
    struct window_rules rules = site_window_rules(site);
    bool is_listed = (out->lists & DRUG_LIST_TIME_CRITICAL) != 0;
    struct window window = rules.windows[window_class_of(rhythm_of(p), is_listed)];
    window.is_free = window.is_free || event->planned_us == 0;
    const struct window_question question = {
        .planned_us = event->planned_us != 0 ? event->planned_us : event->occurred_us,
        .occurred_us = event->occurred_us,
        .next_planned_us = event->planned_us != 0 ? next_planned(site, order, event->planned_us) : 0,
        .latest_given_planned_us = event->planned_us != 0 ? latest_given_planned(p, event) : 0,
        .start_us = order->start_us,
        .stop_us = order->stop_us,
    };
    struct window_answer answer = window_check(window, &question);
    out->window = answer.finding;
    out->minutes_off = answer.minutes;
    out->next_planned_us = question.next_planned_us;
    if (!dose_status_is_taken(event->status)) {
        return STATUS_OK;
    }
    switch (answer.need) {
    case WINDOW_NEED_REFUSAL:
        return error_set_field(err, STATUS_REFUSED, "time",
                               answer.finding == WINDOW_FINDING_BEFORE_START
                                   ? _("This is before the order starts. Nothing was saved.")
                                   : _("This is after the order has ended. Nothing was saved."));
    case WINDOW_NEED_CHOICE:
        out->questions |= DOSE_ASK_VERY_LATE | DOSE_ASK_TIMING_REASON;
        break;
    case WINDOW_NEED_SUPERVISOR:
        out->questions |= DOSE_ASK_SUPERVISOR | DOSE_ASK_TIMING_REASON;
        break;
    case WINDOW_NEED_REASON:
        out->questions |= DOSE_ASK_TIMING_REASON;
        break;
    case WINDOW_NEED_NOTHING:
        break;
    }
    if ((out->lists & DRUG_LIST_WEEKLY) != 0 && event->planned_us != 0 && answer.minutes > WINDOW_WEEKLY_LATE_MIN) {
        out->questions |= DOSE_ASK_SUPERVISOR | DOSE_ASK_TIMING_REASON; /* 4.B.12: the weekday does not move by itself */
    }
    return STATUS_OK;
}

static enum status ask_entry(struct site *site, const struct dose_picture *p, const struct dose_event *event,
                             struct dose_check *out, struct error *err)
{
    struct window_rules rules = site_window_rules(site);
    struct entry_answer entry = window_check_entry(&rules, event->occurred_us, clock_now_us(site->clock),
                                                   order_is_current(&p->order));
    switch (entry.need) {
    case WINDOW_NEED_REFUSAL:
        return error_set_field(err, STATUS_INVALID, "time", _("A dose cannot be recorded in the future."));
    case WINDOW_NEED_SUPERVISOR:
        out->questions |= DOSE_ASK_LATE_ENTRY | DOSE_ASK_SUPERVISOR;
        break;
    case WINDOW_NEED_REASON:
    case WINDOW_NEED_CHOICE:
        out->questions |= DOSE_ASK_LATE_ENTRY;
        break;
    case WINDOW_NEED_NOTHING:
        break;
    }
    return STATUS_OK;
}

/* --- the doses before ------------------------------------------------------------------------------------------------ */

static int64_t distance_us(int64_t a_us, int64_t b_us)
{
    return a_us < b_us ? b_us - a_us : a_us - b_us;
}

/* Too close to another dose of the ingredient (4.B.4 a); as needed also: minutes apart may be one act (4.B.6). */
static void ask_gap(struct site *site, const struct dose_picture *p, const struct dose_event *event, struct dose_check *out)
{
    const struct dose_event *nearest = NULL;
    for (size_t i = 0; i < p->recent.len; i++) {
        const struct dose_event *other = &p->recent.items[i];
        if (is_same_drug_taken(p, event, other) &&
            (nearest == NULL || distance_us(other->occurred_us, event->occurred_us) <
                                    distance_us(nearest->occurred_us, event->occurred_us))) {
            nearest = other;
        }
    }
    out->minutes_since_last = -1;
    out->minutes_required = (int)window_minimum_gap_min(rhythm_of(p));
    if (nearest == NULL) {
        return;
    }
    char amount[DOSE_AMOUNT_TEXT_MAX];
    char at[ZONE_CLOCK_MAX];
    struct gap_answer gap = window_check_gap(window_minimum_gap_min(rhythm_of(p)), nearest->occurred_us,
                                             event->occurred_us);
    out->minutes_since_last = (int)gap.minutes;
    (void)snprintf(out->last, sizeof out->last, _("last dose %s at %s by %s"),
                   dose_amount_format(nearest->amount, nearest->unit, amount), zone_clock(site->zone, nearest->occurred_us, at),
                   nearest->recorded_by_name); /* cut is fine */
    bool is_other_slot = uid_is_none(event->slot) || uid_compare(nearest->slot, event->slot) != 0;
    if (!is_other_slot) {
        return; /* the slot's own question says it better */
    }
    if (gap.need != WINDOW_NEED_NOTHING) {
        out->questions |= DOSE_ASK_TOO_SOON;
    }
    if (gap.need == WINDOW_NEED_SUPERVISOR) {
        out->questions |= DOSE_ASK_SUPERVISOR;
    }
    if (uid_is_none(event->slot) && prn_may_be_duplicate(nearest->occurred_us, event->occurred_us, PRN_DUPLICATE_WITHIN_MIN)) {
        out->questions |= DOSE_ASK_DUPLICATE;
        already_words(site, nearest, out->already);
    }
}

/* 4.B.10: rapid insulin of the last three hours still works. The meal's and the correction's are one injection: minutes apart. */
static void ask_stacking(struct site *site, const struct dose_picture *p, const struct dose_event *event, struct dose_check *out)
{
    for (size_t i = 0; (out->lists & DRUG_LIST_RAPID) != 0 && i < p->recent.len; i++) {
        const struct dose_event *other = &p->recent.items[i];
        const struct order *order = order_of(p, other->order);
        int64_t apart_us = distance_us(other->occurred_us, event->occurred_us);
        bool is_one_injection = uid_compare(other->order, event->order) != 0 && apart_us <= PRN_DUPLICATE_WITHIN_MIN * US_PER_MINUTE;
        bool is_same_slot = !uid_is_none(event->slot) && uid_compare(other->slot, event->slot) == 0;
        if (order != NULL && !is_one_injection && !is_same_slot && apart_us < WINDOW_STACKING_MIN * US_PER_MINUTE &&
            dose_status_is_taken(other->status) && uid_compare(other->id, event->supersedes) != 0 && dose_event_stands(&p->recent, other) &&
            (drug_lists_of(site->knowledge, NULL, order, -1) & DRUG_LIST_RAPID) != 0) {
            char amount[DOSE_AMOUNT_TEXT_MAX], at[ZONE_CLOCK_MAX];
            out->questions |= DOSE_ASK_STACKING;
            (void)snprintf(out->last, sizeof out->last, _("last dose %s at %s by %s"), dose_amount_format(other->amount, other->unit, amount),
                           zone_clock(site->zone, other->occurred_us, at), other->recorded_by_name); /* cut is fine */
        }
    }
}

/* Parts of one weekly dose are one dose. From the last part of a week to the first of the next it is less than 6 days 12 hours
 * as ordered: within an order the half day is taken from the time that was planned between the two. */
static bool is_against_week(const struct dose_event *event, const struct dose_event *other)
{
    int64_t apart_us = distance_us(other->occurred_us, event->occurred_us), planned_us = distance_us(other->planned_us, event->planned_us);
    if (uid_compare(other->order, event->order) == 0 && event->planned_us != 0 && other->planned_us != 0 &&
        planned_us < WINDOW_WEEKLY_GUARD_MIN * US_PER_MINUTE) {
        bool is_one_group = planned_us <= SPLIT_US, is_next_week = planned_us >= SIG_WEEK_MIN * US_PER_MINUTE - SPLIT_US;
        return !is_one_group && !(is_next_week && apart_us >= planned_us - WEEKLY_SLACK_US);
    }
    return window_check_weekly(other->occurred_us, event->occurred_us).need == WINDOW_NEED_REFUSAL;
}

/* Weekly drugs (4.B.12): one dose in 6 days 12 hours over all orders of the ingredient. */
static void ask_weekly(const struct dose_picture *p, const struct dose_event *event, struct dose_check *out)
{
    if ((out->lists & DRUG_LIST_WEEKLY) == 0) {
        return;
    }
    for (size_t i = 0; i < p->recent.len; i++) {
        const struct dose_event *other = &p->recent.items[i];
        if (is_same_drug_taken(p, event, other) && is_against_week(event, other)) {
            out->questions |= DOSE_ASK_WEEKLY;
        }
    }
}

/* One ingredient of the order against its limits, over all orders that hold it. */
static struct prn_answer total_of(struct site *site, const struct dose_picture *p, const struct dose_event *event,
                                  int ingredient, struct prn_limits *out_limits)
{
    struct prn_limits limits = prn_limits_of(&p->step);
    struct prn_dose wanted;
    struct prn_dose *doses = mem_alloc_array(p->recent.len + 1, sizeof *doses);
    size_t count = 0;
    dose_total_limit(site->knowledge, &p->order, ingredient, &limits);
    (void)dose_total_entry(site->knowledge, &p->order, &p->order, event, ingredient, &wanted); /* it holds its own */
    for (size_t i = 0; i < p->recent.len; i++) {
        const struct dose_event *other = &p->recent.items[i];
        if (is_same_drug_taken(p, event, other)) {
            count += dose_total_entry(site->knowledge, &p->order, order_of(p, other->order), other, ingredient, &doses[count]);
        }
    }
    struct prn_answer answer = prn_check(&limits, doses, count, wanted);
    mem_free(doses);
    *out_limits = limits;
    return answer;
}

static void ask_maximum(struct site *site, const struct dose_picture *p, const struct dose_event *event,
                        struct dose_check *out)
{
    if (!sig_is_as_needed(&p->step)) {
        return;
    }
    int ingredients = dose_total_ingredients(site->knowledge, &p->order);
    for (int i = 0; i < ingredients; i++) {
        struct prn_limits limits;
        struct prn_answer answer = total_of(site, p, event, i, &limits);
        if (i == 0 || answer.finding > out->prn.finding) {
            out->prn = answer;
            out->limits = limits;
        }
    }
    if (out->prn.finding > PRN_FINDING_TOO_SOON) { /* too soon is asked by the gap */
        out->questions |= DOSE_ASK_MAXIMUM | DOSE_ASK_SUPERVISOR;
    } else if (out->prn.finding == PRN_FINDING_TOO_SOON) {
        out->questions |= DOSE_ASK_TOO_SOON;
    }
}

/* --- in words ---------------------------------------------------------------------------------------------------- */

static void maximum_words(struct site *site, const struct dose_check *c, char *out, size_t size)
{
    char amount[DOSE_AMOUNT_TEXT_MAX], limit[DOSE_AMOUNT_TEXT_MAX];
    struct local_time from = zone_local(site->zone, c->prn.allowed_from_us);
    int len = 0;
    switch (c->prn.finding) {
    case PRN_FINDING_TOO_MANY:
        len = snprintf(out, size, _("This would be dose %u in 24 hours; the order allows %u."), c->prn.count,
                       c->limits.max_times);
        break;
    case PRN_FINDING_TOO_MUCH:
        len = snprintf(out, size, _("This would make %s in 24 hours, all orders together; the order allows %s."),
                       dose_amount_format(c->prn.amount, c->limits.unit, amount),
                       dose_amount_format(c->limits.max_amount, c->limits.unit, limit));
        break;
    case PRN_FINDING_NOT_COMPARABLE:
        len = snprintf(out, size, "%s", _("The doses of the last 24 hours cannot be added up: their units differ."));
        break;
    case PRN_FINDING_ALLOWED:
    case PRN_FINDING_NO_LIMITS:
    case PRN_FINDING_TOO_SOON:
        break;
    }
    if (c->prn.allowed_from_us != 0 && len > 0 && (size_t)len < size) {
        (void)snprintf(out + len, size - (size_t)len, _(" Allowed from %02d:%02d."), from.hour, from.minute);
        /* cut is fine */
    }
}

/* "45 min", "2 h 30" */
static const char *span(int minutes, char buf[32])
{
    if (minutes < 120) {
        (void)snprintf(buf, 32, _("%d min"), minutes); /* fits */
    } else {
        (void)snprintf(buf, 32, _("%d h %02d"), minutes / 60, minutes % 60); /* fits */
    }
    return buf;
}

/* The gravest question in one sentence. */
static void describe(struct site *site, struct dose_check *c)
{
    char *out = c->words, a[32], b[32];
    size_t size = sizeof c->words;
    struct local_time next = zone_local(site->zone, c->next_planned_us);
    if ((c->questions & DOSE_ASK_WEEKLY) != 0) {
        (void)snprintf(out, size, _("STOP: a weekly drug, and this week's dose is recorded (%s)."), c->last);
    } else if ((c->questions & DOSE_ASK_HELD_ORDER) != 0) {
        (void)snprintf(out, size, "%s", _("This order is on hold. Resume it before a dose is given."));
    } else if ((c->questions & (DOSE_ASK_HOLD_RULE | DOSE_ASK_MEASURE)) != 0) {
        (void)snprintf(out, size, "%s", c->seen.words); /* fits */
    } else if ((c->questions & (DOSE_ASK_ALREADY | DOSE_ASK_DUPLICATE)) != 0) {
        int len = snprintf(out, size, _("This dose is already %s. "), c->already);
        if ((c->questions & DOSE_ASK_MAXIMUM) != 0 && len > 0 && (size_t)len < size) { /* what a second act would pass */
            maximum_words(site, c, out + len, size - (size_t)len);
        }
    } else if ((c->questions & DOSE_ASK_UNRESOLVED) != 0) {
        (void)snprintf(out, size, "%s", _("DOUBLE? An earlier dose of this drug was recorded twice and nobody has judged it."));
    } else if ((c->questions & DOSE_ASK_MAXIMUM) != 0) {
        maximum_words(site, c, out, size);
    } else if ((c->questions & DOSE_ASK_STACKING) != 0) {
        (void)snprintf(out, size, _("Rapid insulin adds up for 3 hours: %s."), c->last);
    } else if ((c->questions & DOSE_ASK_TOO_SOON) != 0) {
        (void)snprintf(out, size, _("Too soon: %s, %s between; at least %s is wanted."), c->last,
                       span(c->minutes_since_last, a), span(c->minutes_required, b));
    } else if ((c->questions & DOSE_ASK_VERY_LATE) != 0) {
        (void)snprintf(out, size, _("%s late: closer to the next dose at %02d:%02d than to this one."),
                       span(c->minutes_off, a), next.hour, next.minute);
    } else if (c->window == WINDOW_FINDING_OUT_OF_ORDER && (c->questions & DOSE_ASK_SUPERVISOR) != 0) {
        (void)snprintf(out, size, "%s", _("A later dose of this order is already given."));
    } else if ((c->questions & DOSE_ASK_TIMING_REASON) != 0) {
        (void)snprintf(out, size, c->minutes_off < 0 ? _("%s early.") : _("%s late."), span(abs(c->minutes_off), a));
    } else if ((c->questions & DOSE_ASK_TUBE) != 0) {
        (void)snprintf(out, size, "%s", _("NOT FOR A TUBE: crushed, all of it comes at once."));
    } else if (c->seen.words[0] != '\0') {
        (void)snprintf(out, size, "%s", c->seen.words); /* fits */
    } else if ((c->questions & DOSE_ASK_LATE_ENTRY) != 0) {
        (void)snprintf(out, size, "%s", _("Recorded long after it happened."));
    }
}

/* What hold rules and the scale have against this dose. */
static unsigned observation_questions(const struct dose_observations *seen, const struct sig *sig, const struct dose_event *event)
{
    struct decimal amount;
    unsigned questions = seen->is_met || seen->is_call ? (unsigned)DOSE_ASK_HOLD_RULE : 0;
    questions |= seen->is_missing && !seen->is_met ? (unsigned)DOSE_ASK_MEASURE : 0;
    bool is_same = seen->has_dose && unit_convert(event->amount, event->unit, sig->unit, &amount) == STATUS_OK &&
                   decimal_compare(amount, seen->dose) == 0;
    questions |= seen->has_dose && !is_same ? (unsigned)DOSE_ASK_SCALE : 0;
    return questions;
}

enum status dose_ask(const struct actor *actor, const struct dose_picture *p, const struct dose_event *event,
                     struct dose_check *out, struct error *err)
{
    struct site *site = actor->site;
    struct dose_check check = {.minutes_since_last = -1};
    check.lists = drug_lists_of(site->knowledge, settings_text(&site->settings, SETTING_DOUBLE_CHECK), &p->order, p->age_years);
    ask_slot(site, p, event, &check);
    enum status status = ask_window(site, p, event, &check, err);
    if (status == STATUS_OK) {
        status = ask_entry(site, p, event, &check, err);
    }
    if (status == STATUS_OK) {
        status = dose_observe(site, &p->step, p->order.patient, event->occurred_us, &check.seen, err);
    }
    if (status == STATUS_OK && dose_status_is_taken(event->status)) {
        status = dose_rights_by_scan(site, &p->order, event, &check.rights, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (dose_status_is_taken(event->status)) {
        ask_gap(site, p, event, &check);
        check.questions |= p->has_double ? (unsigned)DOSE_ASK_UNRESOLVED : 0;
        ask_weekly(p, event, &check);
        ask_stacking(site, p, event, &check);
        ask_maximum(site, p, event, &check);
        if (check.rights.scans == 0 || check.rights.known < check.rights.scans) { /* a code that nobody knows proves nothing */
            check.questions |= DOSE_ASK_NO_SCAN;
        }
        if ((check.lists & DRUG_LIST_LOT) != 0) {
            check.questions |= DOSE_ASK_LOT;
        }
        check.questions |= p->order.sig.by_tube && (check.lists & DRUG_LIST_WHOLE) != 0 ? (unsigned)DOSE_ASK_TUBE : 0;
        check.questions |= observation_questions(&check.seen, &p->step, event);
        if (p->order.status == MEDICATION_STATUS_ON_HOLD) {
            check.questions |= DOSE_ASK_HELD_ORDER;
        }
    }
    check.questions |= dose_second_questions(site, actor, p, event, check.lists);
    check.is_rejected = p->order.verification == VERIFICATION_REJECTED;
    check.rights.state[RIGHT_PATIENT] = event->identified_by != IDENTIFIED_BY_NONE_GIVEN ? RIGHT_PASS : RIGHT_OPEN;
    check.rights.state[RIGHT_TIME] = (check.questions & TIME_QUESTIONS) == 0 ? RIGHT_PASS : RIGHT_FAIL;
    describe(site, &check);
    *out = check;
    return STATUS_OK;
}
