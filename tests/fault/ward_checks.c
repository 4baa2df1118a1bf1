/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to hold on a device after each step. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fault/ward_model.h"
#include "store/dose_store.h"

const struct variant WARD_LINES[LINES_COUNT][VARIANTS] = {
    {{.line = "acetaminophen 500 mg q4h prn pain max 20 g/day"},
     {.line = "acetaminophen 650 mg q4h prn pain max 20 g/day"},
     {.line = "acetaminophen 1 g q6h prn pain max 20 g/day"}},
    {{.line = "metformin 500 mg tab 1 tab bid", .times = 2, .time_min = {480, 1200}},
     {.line = "metformin 500 mg tab 1 tab daily at 01:30", .times = 1, .time_min = {90}},
     {.line = "metformin 500 mg tab 2 tab daily at 02:30", .times = 1, .time_min = {150}}},
    {{.line = "lisinopril 10 mg tab 1 tab daily", .times = 1, .time_min = {480}},
     {.line = "lisinopril 10 mg tab 2 tab daily at 00:00", .times = 1, .time_min = {0}},
     {.line = "lisinopril 10 mg tab 1 tab daily at 23:30", .times = 1, .time_min = {1410}}},
    {{.line = "prednisone 10 mg tab 4 tab daily 3d then 2 tab daily 3d then 1 tab daily", .times = 1, .time_min = {480}, .steps = 3, .step_days = 3},
     {.line = "prednisone 10 mg tab 1 tab daily", .times = 1, .time_min = {480}},
     {.line = "prednisone 10 mg tab 3 tab daily 2d then 1 tab daily", .times = 1, .time_min = {480}, .steps = 2, .step_days = 2}},
    {{.line = "cephalexin 500 mg cap 1 cap q6h for 7 days", .every_h = 6, .days = 7},
     {.line = "cephalexin 500 mg cap 1 cap q8h for 3 days", .every_h = 8, .days = 3},
     {.line = "cephalexin 500 mg cap 2 cap q12h for 5 days", .every_h = 12, .days = 5}},
};

static bool is_good(const struct model *m)
{
    return m->report->why[0] == '\0';
}

/* ---- what has to hold ---- */

/* By the clock alone: when the version in force then has a dose. */
struct expected {
    int64_t at_us;
    int step;
    struct uid version;
    bool is_found;
};
struct expected_list {
    struct expected *items;
    size_t len, cap;
};

static void expect(struct expected_list *list, const struct chart *chart, int64_t at_us, int64_t from_us, int64_t to_us, int step, struct uid version)
{
    if (at_us >= from_us && at_us < to_us && at_us >= chart->slots_from_us && at_us < chart->slots_to_us) {
        MEM_GROW(list);
        list->items[list->len++] = (struct expected){.at_us = at_us, .step = step, .version = version};
    }
}

static void expect_walls(struct expected_list *list, const struct chart *chart, const struct zone *zone, const struct variant *v,
                         const struct model_version *version, int64_t from_us, int64_t to_us)
{
    struct date day = date_add_days(zone_local(zone, chart->slots_from_us).date, -1), first = zone_local(zone, version->start_us).date;
    if (v->steps > 0 && zone_instant(zone, first, v->time_min[0] / 60, v->time_min[0] % 60, NULL) < version->start_us) {
        first = date_add_days(first, 1); /* a taper's days count from its first dose */
    }
    for (int i = 0; i < (BEFORE_H + AFTER_H) / 24 + 4; i++, day = date_add_days(day, 1)) {
        int step = v->steps > 0 ? (int)(date_to_days(day) - date_to_days(first)) / v->step_days : 0;
        for (int dose = 0; dose < v->times; dose++) {
            int64_t at_us = zone_instant(zone, day, v->time_min[dose] / 60, v->time_min[dose] % 60, NULL);
            if (at_us >= version->start_us) {
                expect(list, chart, at_us, from_us, to_us, v->steps > 0 && step >= v->steps ? v->steps - 1 : step, version->id);
            }
        }
    }
}

static void expect_order(struct model *m, struct expected_list *list, const struct chart *chart, const struct model_order *order)
{
    struct zone *zone = NULL;
    if (zone_open(order->zone, &zone, NULL) != STATUS_OK) {
        ward_wrong(m, "no such zone:", order->zone);
        return;
    }
    for (size_t i = 0; i < order->known[m->at]; i++) {
        const struct model_version *version = &order->versions.items[i];
        const struct variant *v = &WARD_LINES[order->line][version->variant];
        int64_t from_us = i == 0 ? INT64_MIN : version->recorded_us;
        int64_t to_us = i + 1 < order->known[m->at] ? order->versions.items[i + 1].recorded_us : INT64_MAX;
        if (!version->is_active || to_us < chart->slots_from_us) {
            continue;
        }
        int64_t end_us = version->start_us + v->days * 24 * US_PER_HOUR;
        for (int64_t at_us = version->start_us; v->every_h > 0 && at_us < end_us; at_us += v->every_h * US_PER_HOUR) {
            expect(list, chart, at_us, from_us, to_us, 0, version->id);
        }
        expect_walls(list, chart, zone, v, version, from_us, to_us);
    }
    zone_free(zone);
}

/* Each planned dose of the window is on the chart, of the right version and step, once; and no other. */
static void check_plan(struct model *m, const struct chart *chart, const struct model_order *order)
{
    struct expected_list list = {0};
    char detail[160] = "";
    expect_order(m, &list, chart, order);
    for (size_t k = 0; k < chart->slots.len; k++) {
        const struct dose_slot *slot = &chart->slots.items[k];
        bool is_expected = slot->is_unplanned || uid_compare(slot->order, order->id) != 0;
        for (size_t i = 0; i < list.len && !is_expected; i++) {
            struct expected *e = &list.items[i];
            is_expected = !e->is_found && e->at_us == slot->planned_us && uid_compare(e->version, slot->order_version) == 0 &&
                          e->step == slot->step;
            e->is_found = e->is_found || is_expected;
        }
        if (!is_expected) {
            (void)snprintf(detail, sizeof detail, "%s at %lld, step %d", WARD_LINES[order->line][0].line, (long long)slot->planned_us, slot->step);
            ward_wrong(m, "a dose is planned that is not ordered, or twice:", detail);
        }
    }
    for (size_t i = 0; i < list.len; i++) {
        if (!list.items[i].is_found) {
            (void)snprintf(detail, sizeof detail, "%s at %lld, step %d", WARD_LINES[order->line][0].line, (long long)list.items[i].at_us,
                           list.items[i].step);
            ward_wrong(m, "a planned dose is lost:", detail);
        }
    }
    m->report->slots_checked += list.len;
    mem_free(list.items);
}

static int compare_ids(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

static void check_unique(struct model *m, const struct chart *chart)
{
    struct uid *ids = mem_alloc_array(chart->slots.len + 1, sizeof *ids);
    for (size_t i = 0; i < chart->slots.len; i++) {
        ids[i] = chart->slots.items[i].id;
    }
    qsort(ids, chart->slots.len, sizeof *ids, compare_ids);
    for (size_t i = 1; i < chart->slots.len; i++) {
        if (uid_compare(ids[i], ids[i - 1]) == 0) {
            ward_wrong(m, "a dose is on the chart twice", "");
        }
    }
    mem_free(ids);
}

/* ---- how a dose stands ---- */

static bool stands_here(const struct model *m, const struct model_event *event)
{
    return event->is_here[m->at] && !event->is_void[m->at];
}

/* Somebody waits for it still: what was done later stands instead. */
static bool gives_way(const struct dose_event *weak, const struct dose_event *strong)
{
    bool is_weak_system = weak->recorded_via == RECORDED_VIA_SYSTEM, is_strong_system = strong->recorded_via == RECORDED_VIA_SYSTEM;
    if (is_weak_system || is_strong_system) {
        return is_weak_system && !is_strong_system;
    }
    if (weak->status != DOSE_STATUS_AWAY && weak->status != DOSE_STATUS_UNAVAILABLE) {
        return false;
    }
    bool is_strong_open = strong->status == DOSE_STATUS_AWAY || strong->status == DOSE_STATUS_UNAVAILABLE;
    if (!is_strong_open || strong->occurred_us != weak->occurred_us) {
        return is_strong_open ? strong->occurred_us > weak->occurred_us : strong->occurred_us >= weak->occurred_us;
    }
    return uid_compare(strong->id, weak->id) > 0;
}

struct standing {
    size_t count;
    enum dose_status status;
};

static struct standing standing_of(const struct model *m, struct uid slot)
{
    const struct dose_event *list[32];
    size_t len = 0;
    struct standing out = {0, DOSE_STATUS_NONE_GIVEN};
    int64_t since_us = clock_now_us(&ward_here(m)->clock) - LOOK_BACK_US - 24 * US_PER_HOUR;
    for (size_t i = m->events.len; i > 0 && len < 32; i--) {
        const struct model_event *event = &m->events.items[i - 1];
        if (event->line >= 0 && event->kept.recorded_us < since_us) {
            break;
        }
        if (stands_here(m, event) && uid_compare(event->kept.slot, slot) == 0) {
            list[len++] = &event->kept;
        }
    }
    for (size_t i = 0; i < len; i++) {
        bool has_gone = false;
        for (size_t k = 0; k < len && !has_gone; k++) {
            has_gone = k != i && gives_way(list[i], list[k]);
        }
        if (!has_gone) {
            out.count++;
            out.status = list[i]->status;
        }
    }
    return out;
}

const struct dose_slot *ward_slot_of(const struct chart *chart, struct uid id)
{
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (uid_compare(chart->slots.items[i].id, id) == 0) {
            return &chart->slots.items[i];
        }
    }
    return NULL;
}

/* Every dose of the chart stands as the records say, and every record of the window is on the chart. */
static void check_records(struct model *m, const struct chart *chart)
{
    int64_t now_us = clock_now_us(&ward_here(m)->clock);
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *slot = &chart->slots.items[i];
        bool is_as_needed = uid_compare(slot->id, slot->event) == 0;
        struct standing s = is_as_needed ? (struct standing){1, slot->status} : standing_of(m, slot->id);
        if (s.count == 0 ? slot->state == SLOT_DONE || slot->state == SLOT_CONFLICT
            : s.count == 1 ? slot->state != SLOT_DONE || slot->status != s.status
                           : slot->state != SLOT_CONFLICT) {
            char detail[120];
            (void)snprintf(detail, sizeof detail, "%zu standing (%s), state %d, status %d, planned %lld h ago", s.count,
                           enum_word(ENUM_DOSE_STATUS, (int)s.status), (int)slot->state, (int)slot->status,
                           (long long)((now_us - slot->planned_us) / US_PER_HOUR));
            ward_wrong(m, "a dose does not stand as it was recorded:", detail);
        }
        m->report->doubled += s.count > 1;
    }
    for (size_t i = m->events.len; i > 0 && is_good(m); i--) {
        const struct model_event *event = &m->events.items[i - 1];
        int64_t at_us = event->kept.planned_us != 0 ? event->kept.planned_us : event->kept.occurred_us;
        if (event->line >= 0 && event->kept.recorded_us < now_us - LOOK_BACK_US) {
            break;
        }
        struct uid id = uid_is_none(event->kept.slot) ? event->kept.id : event->kept.slot;
        bool is_in_window = at_us > chart->slots_from_us && at_us < chart->slots_to_us;
        if (is_in_window && stands_here(m, event) && ward_slot_of(chart, id) == NULL) {
            ward_wrong(m, "a recorded dose is not on the chart", "");
        }
        if (is_in_window && uid_is_none(event->kept.slot) && !stands_here(m, event) && ward_slot_of(chart, id) != NULL) {
            ward_wrong(m, "a dose is on the chart that was taken back", "");
        }
    }
}

/* What a next as-needed dose would be: counted and added up by the service and by the model. */
static void check_count(struct model *m, const struct model_order *of)
{
    struct error err = ERROR_INIT;
    struct dose_check check;
    struct order order = clinic_get_order(ward_here(m), of->id);
    struct dose_event event = ward_make_event(m, &order, &order.sig);
    event.occurred_us = clock_now_us(&ward_here(m)->clock);
    uint32_t count = 1;
    struct decimal sum, part;
    bool is_at_border = unit_convert(order.sig.dose, order.sig.unit, UNIT_MG, &sum) != STATUS_OK;
    for (size_t i = m->events.len; i > 0; i--) {
        const struct model_event *other = &m->events.items[i - 1];
        int64_t age_us = event.occurred_us - other->kept.occurred_us;
        if (other->line >= 0 && other->kept.recorded_us < event.occurred_us - 30 * US_PER_HOUR) {
            break;
        }
        bool counts = other->line == PRN && stands_here(m, other) && dose_status_is_taken(other->kept.status);
        is_at_border = is_at_border || (counts && (age_us == 24 * US_PER_HOUR || age_us <= 0));
        if (counts && age_us > 0 && age_us < 24 * US_PER_HOUR) {
            count += uid_compare(other->kept.order, order.id) == 0;
            if (unit_convert(other->kept.amount, other->kept.unit, UNIT_MG, &part) != STATUS_OK || decimal_add(sum, part, &sum) != STATUS_OK) {
                ward_wrong(m, "an amount cannot be added up", "");
            }
        }
    }
    bool is_before_start = event.occurred_us < order.start_us; /* the clock was set back behind it */
    if (is_before_start) {
        if (dose_prepare(ward_nurse(m), &event, &check, NULL) == STATUS_OK) {
            ward_wrong(m, "a dose before its order starts is not refused", "");
        }
    } else if (dose_prepare(ward_nurse(m), &event, &check, &err) != STATUS_OK) {
        ward_wrong(m, "a dose cannot be looked at:", error_text(&err));
    } else if (!is_at_border) {
        struct decimal amount = {0, 0};
        bool is_comparable = unit_convert(check.prn.amount, check.limits.unit, UNIT_MG, &amount) == STATUS_OK;
        if (check.prn.count != count || !is_comparable || decimal_compare(amount, sum) != 0) {
            char detail[120];
            (void)snprintf(detail, sizeof detail, "%u instead of %u, %lld instead of %lld", check.prn.count, count,
                           (long long)amount.mantissa, (long long)sum.mantissa);
            ward_wrong(m, "as-needed doses of 24 hours:", detail);
        }
        m->report->totals++;
    }
    order_release(&order);
}

static bool is_unchanged(const struct dose_event *a, const struct dose_event *b)
{
    return uid_compare(a->slot, b->slot) == 0 && uid_compare(a->order_version, b->order_version) == 0 && a->status == b->status &&
           a->planned_us == b->planned_us && a->occurred_us == b->occurred_us && a->recorded_us == b->recorded_us &&
           decimal_compare(a->amount, b->amount) == 0 && a->unit == b->unit && uid_compare(a->given_by, b->given_by) == 0 &&
           uid_compare(a->recorded_by, b->recorded_by) == 0 && uid_compare(a->supersedes, b->supersedes) == 0 &&
           strcmp(a->reason, b->reason) == 0 && strcmp(a->reason_text, b->reason_text) == 0 && a->offset_s == b->offset_s &&
           strcmp(a->zone, b->zone) == 0;
}

void ward_reread(struct model *m, const struct model_event *event)
{
    struct error err = ERROR_INIT;
    struct dose_event now;
    if (!event->is_here[m->at]) {
        return;
    }
    if (dose_get(ward_here(m)->site->store, event->kept.id, &now, &err) != STATUS_OK) {
        ward_wrong(m, "a committed record is gone:", error_text(&err));
        return;
    }
    if (!is_unchanged(&event->kept, &now)) {
        ward_wrong(m, "a committed record has changed", "");
    }
    m->report->events_reread++;
    dose_event_release(&now);
}

/* The chart stays open, as it does on a screen; its window goes with the clock. */
void ward_look(struct model *m)
{
    struct error err = ERROR_INIT;
    struct chart **chart = &m->charts[m->at];
    if (*chart == NULL || ward_below(m, 20) == 0) {
        chart_free(*chart);
        *chart = NULL;
        if (chart_open(ward_nurse(m), m->patient, BEFORE_H, AFTER_H, chart, &err) != STATUS_OK) {
            ward_wrong(m, "the chart does not open:", error_text(&err));
        }
        return;
    }
    if (chart_refresh(ward_nurse(m), chart, &err) != STATUS_OK) {
        ward_wrong(m, "the chart cannot be read again:", error_text(&err));
    }
}

void ward_check_model(struct model *m)
{
    ward_look(m);
    const struct chart *chart = m->charts[m->at];
    if (chart == NULL) {
        return;
    }
    check_unique(m, chart);
    for (size_t i = 0; i < m->orders.len; i++) {
        if (m->orders.items[i].line != PRN && m->orders.items[i].known[m->at] > 0) {
            check_plan(m, chart, &m->orders.items[i]);
        }
    }
    check_records(m, chart);
    const struct model_order *prn = ward_standing_order(m, PRN);
    if (prn != NULL && prn->known[m->at] > 0) {
        check_count(m, prn);
    }
    for (int i = 0; i < REREAD && m->events.len > 0; i++) {
        ward_reread(m, &m->events.items[ward_below(m, m->events.len)]);
    }
}
