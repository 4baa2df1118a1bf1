/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule/slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"

#define US_PER_ELAPSED_DAY \
    (24 * US_PER_HOUR) /* durations of interval orders only; never a local day */
#define LAST_US INT64_C(253402300799999999) /* end of 9999: dates have four digits */

/* One order prepared for a walk over local days (numbered since 1970-01-01). */
struct walk {
    const struct schedule_order *order;
    const struct sig *sig;
    int32_t start_day; /* local date of the start */
    int32_t zero_day;  /* every n-th day counts from here */
    bool has_end;      /* duration: slots before (end_day, end_min) */
    int32_t end_day;
    uint16_t end_min;
};

struct range {
    int64_t from_us, to_us; /* [from, to) */
};

void planned_slot_list_release(struct planned_slot_list *list)
{
    mem_free(list->items);
    *list = (struct planned_slot_list){0};
}

static int32_t local_day(const struct zone *zone, int64_t at_us)
{
    return date_to_days(zone_local(zone, at_us).date);
}

/* A date that the zone left out altogether (Samoa, 2011-12-30) has no doses; its instants would
 * double the next day's. */
static bool is_skipped_date(const struct zone *zone, struct date date)
{
    int64_t noon = zone_instant(zone, date, 12, 0, NULL);
    return date_compare(zone_local(zone, noon).date, date) != 0;
}

/* False when that day has no such slot. */
static bool plan_wall(const struct walk *w, int32_t day, int index, struct planned_slot *out)
{
    const struct zone *zone = w->order->zone;
    struct planned_slot slot = {
        .seq = (uint32_t)(day - w->start_day + 1) * w->sig->times_count + (uint32_t)index,
        .kind = PLANNED_KIND_WALL,
        .date = date_from_days(day),
        .wall_min = w->sig->times_min[index],
    };
    slot.planned_us = zone_instant(zone, slot.date, slot.wall_min / 60, slot.wall_min % 60,
                                   &slot.is_shifted);
    if (slot.is_shifted && is_skipped_date(zone, slot.date)) {
        return false;
    }
    *out = slot;
    return true;
}

static bool is_named_weekday(const struct sig *sig, int32_t day)
{
    return sig->weekdays == 0 ||
           (sig->weekdays & SIG_WEEKDAY(date_weekday(date_from_days(day)))) != 0;
}

static int32_t last_of_month(struct date date)
{
    struct date next = date.month == 12 ? (struct date){(int16_t)(date.year + 1), 1, 1}
                                        : (struct date){date.year, (uint8_t)(date.month + 1), 1};
    return date_to_days(next) - 1;
}

/* The first date from `day` on that the directions name, every n-th day aside. */
static int32_t next_named_day(const struct sig *sig, int32_t day)
{
    if (sig->month_day == 0) {
        while (!is_named_weekday(sig, day)) {
            day++;
        }
        return day;
    }
    for (;;) {
        int32_t last = last_of_month(date_from_days(day));
        int32_t named = last - date_from_days(last).day + sig->month_day;
        named = named < last ? named : last;
        if (named >= day) {
            return named;
        }
        day = last + 1;
    }
}

/* First slot at or after the start, by date and time as ordered. The day before counts too: 23:30
 * can be moved past midnight by a clock change. Ten named dates hold a skipped one. */
static bool find_first(const struct walk *w, struct planned_slot *out)
{
    int32_t day = next_named_day(w->sig, w->start_day - 1);
    for (int tries = 0; tries < 10; tries++, day = next_named_day(w->sig, day + 1)) {
        for (int i = 0; i < w->sig->times_count; i++) {
            if (plan_wall(w, day, i, out) && out->planned_us >= w->order->start_us) {
                return true;
            }
        }
    }
    return false;
}

/* Every n-th day counts from the first date that still has a dose, not from the month; so does the
 * duration. */
static struct walk walk_init(const struct schedule_order *order)
{
    struct walk w = {
        .order = order, .sig = order->sig, .start_day = local_day(order->zone, order->start_us)};
    struct planned_slot first;
    w.zero_day = w.start_day;
    if ((w.sig->every_n_days > 1 || w.sig->duration_days > 0) && find_first(&w, &first)) {
        w.zero_day = date_to_days(first.date);
        w.has_end = w.sig->duration_days > 0;
        w.end_day = w.zero_day + w.sig->duration_days;
        w.end_min = first.wall_min;
    }
    return w;
}

static int32_t next_dose_day(const struct walk *w, int32_t day)
{
    int32_t n = w->sig->every_n_days;
    if (n > 1) {
        int32_t since = day - w->zero_day;
        return since <= 0 ? w->zero_day : w->zero_day + (since + n - 1) / n * n;
    }
    return next_named_day(w->sig, day);
}

static bool is_before_end(const struct walk *w, int32_t day, uint16_t wall_min)
{
    return !w->has_end || day < w->end_day || (day == w->end_day && wall_min < w->end_min);
}

static void append(struct planned_slot_list *list, struct planned_slot slot)
{
    MEM_GROW(list);
    list->items[list->len++] = slot;
}

static void collect_day(const struct walk *w, int32_t day, struct range range,
                        struct planned_slot_list *out)
{
    struct planned_slot slot;
    for (int i = 0; i < w->sig->times_count; i++) {
        if (is_before_end(w, day, w->sig->times_min[i]) && plan_wall(w, day, i, &slot) &&
            slot.planned_us >= range.from_us && slot.planned_us < range.to_us) {
            append(out, slot);
        }
    }
}

static struct range clip(const struct schedule_order *order, int64_t from_us, int64_t to_us)
{
    struct range range = {from_us, to_us < LAST_US ? to_us : LAST_US};
    if (range.from_us < order->start_us) {
        range.from_us = order->start_us;
    }
    if (order->stop_us != 0 && range.to_us > order->stop_us) {
        range.to_us = order->stop_us;
    }
    return range;
}

static enum status too_many(struct error *err)
{
    return error_set_field(err, STATUS_LIMIT, "window",
                           _("Too many doses in this period. Ask for a shorter one."));
}

static enum status collect_wall(const struct schedule_order *order, struct range range,
                                struct planned_slot_list *out, struct error *err)
{
    struct walk w = walk_init(order);
    /* a window without end is refused before its dates are asked for */
    int64_t last_us = range.from_us <= INT64_MAX - SCHEDULE_SLOTS_MAX * US_PER_ELAPSED_DAY
                          ? range.from_us + SCHEDULE_SLOTS_MAX * US_PER_ELAPSED_DAY
                          : INT64_MAX;
    if (range.to_us > last_us && !w.has_end) {
        return too_many(err);
    }
    int32_t last = local_day(order->zone, range.to_us < last_us ? range.to_us : last_us) + 1;
    if (w.has_end && last > w.end_day) {
        last = w.end_day;
    }
    int32_t day = next_dose_day(&w, local_day(order->zone, range.from_us) - 1);
    for (; day <= last; day = next_dose_day(&w, day + 1)) {
        collect_day(&w, day, range, out);
        if (out->len > SCHEDULE_SLOTS_MAX) {
            return too_many(err);
        }
    }
    return STATUS_OK;
}

/* Of interval orders and single doses: the wall time of the first dose where one is given, else the
 * start. */
static struct planned_slot plan_anchor(const struct schedule_order *order)
{
    struct walk w = {
        .order = order, .sig = order->sig, .start_day = local_day(order->zone, order->start_us)};
    struct planned_slot slot = {.kind = PLANNED_KIND_INSTANT, .planned_us = order->start_us};
    struct local_time local = zone_local(order->zone, order->start_us);
    slot.date = local.date;
    slot.wall_min = (uint16_t)(local.hour * 60 + local.minute);
    for (int32_t day = w.start_day - 1; order->sig->times_count > 0 && day < w.start_day + 4;
         day++) {
        struct planned_slot at_time;
        if (plan_wall(&w, day, 0, &at_time) && at_time.planned_us >= order->start_us) {
            slot = at_time;
            slot.seq = 0;
            break;
        }
    }
    return slot;
}

static struct planned_slot plan_elapsed(const struct schedule_order *order, int64_t anchor_us,
                                        int64_t number)
{
    int64_t planned_us = anchor_us + number * order->sig->interval_min * US_PER_MINUTE;
    struct local_time local = zone_local(order->zone, planned_us);
    return (struct planned_slot){
        .seq = (uint32_t)number,
        .kind = PLANNED_KIND_INSTANT,
        .planned_us = planned_us,
        .date = local.date,
        .wall_min = (uint16_t)(local.hour * 60 + local.minute),
    };
}

static enum status collect_elapsed(const struct schedule_order *order, struct range range,
                                   struct planned_slot_list *out, struct error *err)
{
    int64_t anchor_us = plan_anchor(order).planned_us;
    int64_t interval_us = order->sig->interval_min * US_PER_MINUTE;
    if (order->sig->duration_days > 0) {
        int64_t end_us = anchor_us + order->sig->duration_days * US_PER_ELAPSED_DAY;
        range.to_us = range.to_us < end_us ? range.to_us : end_us;
    }
    range.from_us = range.from_us > anchor_us ? range.from_us : anchor_us;
    if (range.from_us >= range.to_us) {
        return STATUS_OK;
    }
    int64_t number = (range.from_us - anchor_us + interval_us - 1) / interval_us;
    if ((range.to_us - range.from_us) / interval_us >= SCHEDULE_SLOTS_MAX) {
        return too_many(err);
    }
    for (; anchor_us + number * interval_us < range.to_us && number < PLANNED_SEQ_EXTRA; number++) {
        append(out, plan_elapsed(order, anchor_us, number));
    }
    return STATUS_OK;
}

static enum status collect(const struct schedule_order *order, struct range range,
                           struct planned_slot_list *out, struct error *err)
{
    if (sig_is_as_needed(order->sig) || range.from_us >= range.to_us) {
        return STATUS_OK;
    }
    switch (order->sig->kind) {
    case SCHEDULE_KIND_WALL:
        return collect_wall(order, range, out, err);
    case SCHEDULE_KIND_ELAPSED:
        return collect_elapsed(order, range, out, err);
    case SCHEDULE_KIND_ONCE: {
        struct planned_slot slot = plan_anchor(order);
        if (slot.planned_us >= range.from_us && slot.planned_us < range.to_us) {
            append(out, slot);
        }
        return STATUS_OK;
    }
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    return STATUS_OK;
}

static bool has_extra(const struct schedule_order *order)
{
    struct planned_slot first;
    return order->sig->first_now && !sig_is_as_needed(order->sig) &&
           (order->sig->kind == SCHEDULE_KIND_WALL || order->sig->kind == SCHEDULE_KIND_ELAPSED) &&
           !(schedule_next(order, order->start_us, &first) && first.planned_us == order->start_us);
}

static void append_extra(const struct schedule_order *order, struct planned_slot_list *out)
{
    struct local_time local = zone_local(order->zone, order->start_us);
    append(out, (struct planned_slot){
                    .seq = PLANNED_SEQ_EXTRA,
                    .kind = PLANNED_KIND_INSTANT,
                    .planned_us = order->start_us,
                    .date = local.date,
                    .wall_min = (uint16_t)(local.hour * 60 + local.minute),
                    .is_extra = true,
                });
}

static int compare_slots(const void *a, const void *b)
{
    const struct planned_slot *x = a;
    const struct planned_slot *y = b;
    if (x->planned_us != y->planned_us) {
        return x->planned_us < y->planned_us ? -1 : 1;
    }
    return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* ---- steps and counted doses ---- */

/* One step with its own beginning and end (stop_us 0: open); its sig has no duration any more. */
struct step {
    const struct schedule_order *order;
    size_t number, count;
    int64_t parallel_end_us; /* of all of them, INT64_MAX for never */
    struct sig sig;
    struct schedule_order span;
    bool is_over; /* the order ends before it begins */
};

/* The n-th planned dose, counted from 1. Every day in a row of n has a dose within a week or n intervals, so the walk is
 * bounded by SIG_DOSES_MAX. False when the dates end first. */
static bool nth_dose(const struct schedule_order *span, unsigned n, int64_t *out_us)
{
    if (span->sig->kind != SCHEDULE_KIND_WALL) {
        int64_t interval_us = span->sig->kind == SCHEDULE_KIND_ELAPSED ? span->sig->interval_min * US_PER_MINUTE : 0;
        *out_us = plan_anchor(span).planned_us + (n - 1) * interval_us;
        return true;
    }
    struct walk w = walk_init(span);
    struct planned_slot_list list = {0};
    const struct range open = {span->start_us, LAST_US};
    int32_t day = next_dose_day(&w, w.start_day - 1);
    /* one more dose than asked for: a clock change can put a date's slot behind the next one's */
    for (unsigned days = 0; list.len <= n && days < SIG_DOSES_MAX + 8; days++) {
        collect_day(&w, day, open, &list);
        day = next_dose_day(&w, day + 1);
    }
    bool has_found = list.len >= n;
    if (has_found) {
        qsort(list.items, list.len, sizeof *list.items, compare_slots);
        *out_us = list.items[n - 1].planned_us;
    }
    planned_slot_list_release(&list);
    return has_found;
}

/* Where parallel directions end by their own duration; INT64_MAX for never. */
static int64_t parallel_end_us(const struct schedule_order *order)
{
    struct planned_slot first, found = {.planned_us = INT64_MAX};
    struct sig open = *order->sig;
    struct schedule_order whole = {&open, order->start_us, order->stop_us, order->zone};
    open.duration_days = open.duration_doses = 0;
    for (size_t i = 0; order->sig->duration_days > 0 && i < sig_step_count(&open); i++) {
        struct sig part;
        sig_step(&open, i, &part);
        struct schedule_order alone = {&part, order->start_us, 0, order->zone};
        struct walk w = walk_init(&alone);
        if (find_first(&w, &first) && first.planned_us < found.planned_us) {
            found = first;
        }
    }
    if (found.planned_us != INT64_MAX) {
        struct date day = date_from_days(date_to_days(found.date) + order->sig->duration_days);
        return zone_instant(order->zone, day, found.wall_min / 60, found.wall_min % 60, NULL);
    }
    /* counted doses: week by week, and every week has some */
    int64_t from_us = order->start_us;
    for (size_t rest = order->sig->duration_doses, weeks = 0; rest > 0 && weeks <= SIG_DOSES_MAX; weeks++) {
        struct planned_slot_list list = {0};
        if (schedule_slots(&whole, from_us, from_us + 7 * US_PER_ELAPSED_DAY, &list, NULL) != STATUS_OK) {
            break;
        }
        int64_t last_us = list.len >= rest ? list.items[rest - 1].planned_us : INT64_MAX;
        rest -= list.len < rest ? list.len : rest;
        planned_slot_list_release(&list);
        if (last_us != INT64_MAX) {
            return last_us + 1;
        }
        from_us += 7 * US_PER_ELAPSED_DAY;
    }
    return INT64_MAX;
}

static int64_t midnight_us(const struct zone *zone, int32_t day)
{
    return zone_instant(zone, date_from_days(day), 0, 0, NULL);
}

/* Where the step ends by its own duration and where the next one may begin; INT64_MAX for never. */
static void step_end(const struct step *s, const struct sig *next, int64_t *out_end_us, int64_t *out_next_us)
{
    struct sig own;
    struct planned_slot first;
    sig_step(s->order->sig, s->number, &own);
    unsigned doses = own.kind == SCHEDULE_KIND_ONCE ? 1 : own.duration_doses;
    *out_end_us = *out_next_us = INT64_MAX;
    if (doses > 0) {
        if (nth_dose(&s->span, doses, out_end_us)) {
            bool is_interval = next != NULL && next->kind == SCHEDULE_KIND_ELAPSED && next->times_count == 0;
            *out_next_us = *out_end_us + (is_interval ? next->interval_min * US_PER_MINUTE : 1);
            *out_end_us += 1;
        }
    } else if (own.duration_days > 0 && own.kind == SCHEDULE_KIND_ELAPSED) {
        *out_end_us = plan_anchor(&s->span).planned_us + own.duration_days * US_PER_ELAPSED_DAY;
        *out_next_us = *out_end_us;
    } else if (own.duration_days > 0) {
        struct walk w = walk_init(&s->span);
        int32_t day = find_first(&w, &first) ? date_to_days(first.date) : w.start_day;
        *out_end_us = midnight_us(s->order->zone, day + own.duration_days);
        *out_next_us = *out_end_us;
    }
}

static void step_open(struct step *s, int64_t start_us)
{
    const struct schedule_order *order = s->order;
    struct sig next;
    int64_t end_us, unused;
    sig_step(order->sig, s->number, &s->sig);
    bool is_calendar = s->count > 1 || s->sig.duration_doses > 0;
    if (is_calendar) { /* the end is worked out here, not by the walk */
        s->sig.duration_days = s->sig.duration_doses = 0;
    }
    s->span = (struct schedule_order){&s->sig, start_us, order->stop_us, order->zone};
    s->is_over = order->stop_us != 0 && start_us >= order->stop_us;
    if (order->sig->is_parallel) {
        if (s->parallel_end_us != INT64_MAX && (order->stop_us == 0 || s->parallel_end_us < order->stop_us)) {
            s->span.stop_us = s->parallel_end_us;
        }
        return;
    }
    if (is_calendar && !s->is_over) {
        if (s->number + 1 < s->count) {
            sig_step(order->sig, s->number + 1, &next);
        }
        step_end(s, s->number + 1 < s->count ? &next : NULL, &end_us, &unused);
        if (end_us != INT64_MAX && (order->stop_us == 0 || end_us < order->stop_us)) {
            s->span.stop_us = end_us;
        }
    }
}

/* A struct step points into itself: it is filled in place and never copied. */
static void step_first(struct step *s, const struct schedule_order *order)
{
    *s = (struct step){.order = order, .count = sig_step_count(order->sig), .parallel_end_us = INT64_MAX};
    if (order->sig->is_parallel) {
        s->parallel_end_us = parallel_end_us(order);
    }
    step_open(s, order->start_us);
}

static bool step_next(struct step *s)
{
    struct sig next;
    int64_t end_us, start_us;
    if (s->number + 1 >= s->count || s->is_over) {
        return false;
    }
    if (s->order->sig->is_parallel) {
        s->number++;
        step_open(s, s->order->start_us);
        return true;
    }
    sig_step(s->order->sig, s->number + 1, &next);
    step_end(s, &next, &end_us, &start_us);
    if (start_us == INT64_MAX) {
        return false;
    }
    s->number++;
    step_open(s, start_us);
    return !s->is_over;
}

static enum status collect_steps(const struct schedule_order *order, struct range range, struct planned_slot_list *out,
                                 struct error *err)
{
    struct step s;
    enum status status = STATUS_OK;
    step_first(&s, order);
    do {
        size_t from = out->len;
        status = collect(&s.span, clip(&s.span, range.from_us, range.to_us), out, err);
        for (size_t i = from; i < out->len; i++) {
            out->items[i].step = (uint8_t)s.number;
        }
        if (status == STATUS_OK && out->len > SCHEDULE_SLOTS_MAX) {
            status = too_many(err);
        }
    } while (status == STATUS_OK && step_next(&s));
    return status;
}

size_t schedule_step_at(const struct schedule_order *order, int64_t at_us)
{
    struct step s;
    if (order->sig->later_count == 0 || sig_check(order->sig, NULL) != STATUS_OK) {
        return 0;
    }
    if (order->sig->is_parallel) {
        struct planned_slot slot;
        return schedule_next(order, at_us, &slot) ? slot.step : 0;
    }
    step_first(&s, order);
    while (s.span.stop_us != 0 && s.span.stop_us <= at_us && step_next(&s)) {
    }
    return s.number;
}

enum status schedule_slots(const struct schedule_order *order, int64_t from_us, int64_t to_us,
                           struct planned_slot_list *out, struct error *err)
{
    struct planned_slot_list list = {0};
    struct range range = clip(order, from_us, to_us);
    enum status status = sig_check(order->sig, err);
    if (status == STATUS_OK) {
        status = collect_steps(order, range, &list, err);
    }
    if (status != STATUS_OK) {
        planned_slot_list_release(&list);
        return status;
    }
    if (order->start_us >= range.from_us && order->start_us < range.to_us && has_extra(order)) {
        append_extra(order, &list);
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, compare_slots);
    }
    *out = list;
    return STATUS_OK;
}

static bool next_wall(const struct schedule_order *order, int64_t at_us, struct planned_slot *out)
{
    struct range range = clip(order, at_us, LAST_US);
    if (range.from_us >= range.to_us) {
        return false;
    }
    struct walk w = walk_init(order);
    struct planned_slot_list list = {0};
    int32_t first = local_day(order->zone, range.from_us) - 1;
    int32_t day = next_dose_day(&w, first);
    /* Two dates with doses after the first find: a clock change can put one date's slot behind the
     * next one's. */
    for (int tries = 0, rest = 2; tries < 8 && rest > 0 && is_before_end(&w, day, 0); tries++) {
        collect_day(&w, day, range, &list);
        rest -= list.len > 0;
        day = next_dose_day(&w, day + 1);
    }
    bool has_found = list.len > 0;
    if (has_found) {
        qsort(list.items, list.len, sizeof *list.items, compare_slots);
        *out = list.items[0];
    }
    planned_slot_list_release(&list);
    return has_found;
}

static bool next_in_step(const struct schedule_order *order, int64_t at_us, struct planned_slot *out)
{
    if (order->sig->kind == SCHEDULE_KIND_WALL) {
        return next_wall(order, at_us, out);
    }
    struct range range = clip(order, at_us, LAST_US);
    if (range.from_us >= range.to_us) {
        return false;
    }
    int64_t anchor_us = plan_anchor(order).planned_us;
    int64_t interval_us = order->sig->kind == SCHEDULE_KIND_ELAPSED
                              ? order->sig->interval_min * US_PER_MINUTE
                              : 1;
    int64_t from_us = range.from_us > anchor_us ? range.from_us : anchor_us;
    range.to_us = range.to_us < from_us + interval_us ? range.to_us : from_us + interval_us;
    struct planned_slot_list list = {0};
    bool has_found = collect(order, range, &list, NULL) == STATUS_OK && list.len > 0;
    if (has_found) {
        *out = list.items[0];
    }
    planned_slot_list_release(&list);
    return has_found;
}

bool schedule_next(const struct schedule_order *order, int64_t at_us, struct planned_slot *out)
{
    struct step s;
    struct planned_slot slot;
    bool has_found = false;
    if (sig_check(order->sig, NULL) != STATUS_OK || sig_is_as_needed(order->sig)) {
        return false;
    }
    step_first(&s, order);
    do { /* a later step is later; a parallel one may be sooner */
        if ((s.span.stop_us == 0 || s.span.stop_us > at_us) && next_in_step(&s.span, at_us, &slot) &&
            (!has_found || slot.planned_us < out->planned_us)) {
            *out = slot;
            out->step = (uint8_t)s.number;
            has_found = true;
        }
    } while ((!has_found || order->sig->is_parallel) && step_next(&s));
    return has_found;
}

static bool end_of_step(const struct schedule_order *order, int64_t *out_us)
{
    const struct sig *sig = order->sig;
    int64_t end_us = order->stop_us != 0 ? order->stop_us : INT64_MAX;
    int64_t own_us = INT64_MAX;
    if (order->start_us > LAST_US) {
        own_us = order->start_us;
    } else if (sig->kind == SCHEDULE_KIND_WALL && sig->duration_days > 0 &&
               !sig_is_as_needed(sig)) {
        struct walk w = walk_init(order);
        if (w.has_end) {
            own_us = zone_instant(order->zone, date_from_days(w.end_day), w.end_min / 60,
                                  w.end_min % 60, NULL);
        }
    } else if (sig->kind == SCHEDULE_KIND_ELAPSED && sig->duration_days > 0) {
        own_us = plan_anchor(order).planned_us + sig->duration_days * US_PER_ELAPSED_DAY;
    } else if (sig->kind == SCHEDULE_KIND_ONCE) {
        own_us = plan_anchor(order).planned_us + 1;
    }
    end_us = own_us < end_us ? own_us : end_us;
    if (end_us == INT64_MAX) {
        return false;
    }
    *out_us = end_us;
    return true;
}

bool schedule_end(const struct schedule_order *order, int64_t *out_us)
{
    struct step s;
    if (sig_check(order->sig, NULL) != STATUS_OK || sig_is_as_needed(order->sig) || order->start_us > LAST_US) {
        return end_of_step(order, out_us);
    }
    step_first(&s, order);
    while (step_next(&s)) {
    }
    return end_of_step(&s.span, out_us);
}

size_t planned_slot_identity(const struct planned_slot *slot, const struct zone *zone,
                             uint8_t out[PLANNED_IDENTITY_MAX])
{
    if (slot->kind == PLANNED_KIND_INSTANT) {
        uint64_t value = (uint64_t)slot->planned_us;
        for (int i = 7; i >= 0; i--, value >>= 8) {
            out[i] = (uint8_t)value;
        }
        return 8;
    }
    char text[PLANNED_IDENTITY_MAX];
    int head = snprintf(text, sizeof text, "%04d-%02u-%02uT%02u:%02u", slot->date.year,
                        slot->date.month, slot->date.day, slot->wall_min / 60u,
                        slot->wall_min % 60u);
    int tail = snprintf(text + head + 1, sizeof text - (size_t)head - 1, "%s", zone_name(zone));
    size_t len = (size_t)head + 1 + (size_t)tail;
    len = len < PLANNED_IDENTITY_MAX ? len : PLANNED_IDENTITY_MAX;
    memcpy(out, text, len);
    return len;
}
