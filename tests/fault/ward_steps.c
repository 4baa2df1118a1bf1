/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/ward_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/doses.h"
#include "service/orders.h"
#include "service/proposals.h"
#include "store/dose_store.h"
#include "support/clinic.h"
#include "support/random.h"

enum { ORDERS_MAX = 5, WINDOW_BEFORE_H = 48, WINDOW_AFTER_H = 24, REREAD = 4 };

static const struct {
    const char *line;
    int times_a_day;  /* WALL at 08:00 (and 20:00) */
    int every_h;      /* ELAPSED from the start */
    int elapsed_days; /* that it lasts */
} LINES[] = {
    {"acetaminophen 500 mg tab 1 tab q4h prn pain max 40 doses", 0, 0, 0},
    {"metformin 500 mg tab 1 tab bid", 2, 0, 0},
    {"lisinopril 10 mg tab 1 tab daily", 1, 0, 0},
    {"prednisone 10 mg tab 4 tab daily 3d then 2 tab daily 3d then 1 tab daily", 1, 0, 0},
    {"cephalexin 500 mg cap 1 cap q6h for 7 days", 0, 6, 7},
};
enum { LINES_COUNT = sizeof LINES / sizeof *LINES, PRN = 0 };

struct model_event {
    struct dose_event kept; /* as it was read back right after it was written; owns its strings */
    int line;
    bool is_void;
};

struct model {
    struct clinic *c;
    struct random random;
    struct uid patient;
    struct uid orders[LINES_COUNT]; /* UID_NONE: not ordered */
    struct {
        struct model_event *items;
        size_t len, cap;
    } events;
    struct ward_steps_report *report;
};

static void wrong(struct model *m, const char *format, const char *detail)
{
    if (m->report->why[0] == '\0') {
        (void)snprintf(m->report->why, sizeof m->report->why, "step %llu: %s %s", (unsigned long long)m->report->steps, format,
                       detail);
    }
}

static bool is_good(const struct model *m)
{
    return m->report->why[0] == '\0';
}

static uint64_t below(struct model *m, uint64_t limit)
{
    return random_below(&m->random, limit);
}

static struct actor *nurse(struct model *m)
{
    return clinic_actor(m->c, below(m, 2) == 0 ? CLINIC_NURSE : CLINIC_NURSE_2);
}

/* ---- orders ---- */

static void add_order(struct model *m)
{
    size_t line = below(m, LINES_COUNT);
    if (uid_is_none(m->orders[line])) {
        m->orders[line] = clinic_add_order(m->c, m->patient, LINES[line].line);
        m->report->orders++;
    }
}

/* The same directions once more: a new version whose doses begin now. */
static void change_order(struct model *m, size_t line)
{
    struct error err = ERROR_INIT;
    struct proposal *proposal = NULL;
    struct actor *doctor = clinic_actor(m->c, CLINIC_PRESCRIBER);
    struct order order = clinic_get_order(m->c, m->orders[line]);
    if (order.status == MEDICATION_STATUS_ACTIVE) {
        mem_free(order.reason);
        order.reason = mem_copy_text("dose_adjusted");
        enum status status = order_propose(doctor, m->patient, &order, &proposal, &err);
        struct finding_answer answers[64];
        size_t count = 0;
        for (int i = 0; status == STATUS_OK && i < proposal->result->finding_count && count < 64; i++) {
            if (finding_interrupts(&proposal->result->findings[i]) && !proposal->is_settled[i]) {
                answers[count++] = (struct finding_answer){.finding = i, .reason = OVERRIDE_REASON_MONITORED,
                                                           .reason_text = "", .plan = "watched closely"};
            }
        }
        if (status == STATUS_OK && count > 0) {
            clinic_prove(m->c, CLINIC_PRESCRIBER);
        }
        status = status == STATUS_OK ? order_change(doctor, proposal, answers, count, NULL, &err) : status;
        if (status != STATUS_OK) {
            wrong(m, "an order cannot be changed:", error_text(&err));
        }
        m->report->changes++;
        proposal_free(proposal);
    }
    order_release(&order);
}

static void turn_order(struct model *m, size_t line)
{
    struct error err = ERROR_INIT;
    struct order order = clinic_get_order(m->c, m->orders[line]);
    struct actor *doctor = clinic_actor(m->c, CLINIC_PRESCRIBER);
    bool is_held = order.status == MEDICATION_STATUS_ON_HOLD;
    uint64_t what = below(m, 4);
    enum status status = STATUS_OK;
    if (what == 0) {
        status = order_stop(doctor, order.id, order.version, &(struct order_cause){.reason = "no_indication"}, &err);
        m->orders[line] = UID_NONE;
    } else if (is_held) {
        status = order_resume(doctor, order.id, order.version, &(struct order_cause){.reason = "cleared"}, &err);
    } else {
        status = order_hold(doctor, order.id, order.version, &(struct order_cause){.reason = "procedure"}, &err);
    }
    if (status != STATUS_OK) {
        wrong(m, "an order cannot be turned:", error_text(&err));
    }
    order_release(&order);
}

/* ---- doses ---- */

static void remember(struct model *m, struct uid id, int line)
{
    struct error err = ERROR_INIT;
    struct model_event event = {.line = line};
    if (dose_get(m->c->site->store, id, &event.kept, &err) != STATUS_OK) {
        wrong(m, "a record that was acknowledged is not there:", error_text(&err));
        return;
    }
    MEM_GROW(&m->events);
    m->events.items[m->events.len++] = event;
}

/* Something for every question that may be asked; what is still refused must leave nothing behind. */
static struct dose_event make_event(struct model *m, const struct order *order, const struct sig *sig)
{
    static const struct {
        enum dose_status status;
        const char *reason;
    } OUTCOMES[] = {{DOSE_STATUS_GIVEN, "pain"},      {DOSE_STATUS_GIVEN, "pain"},   {DOSE_STATUS_GIVEN, "pain"},
                    {DOSE_STATUS_HELD, "vitals"}, {DOSE_STATUS_REFUSED, "nausea"}, {DOSE_STATUS_MISSED, "workload"}};
    size_t outcome = sig_is_as_needed(sig) ? 0 : below(m, sizeof OUTCOMES / sizeof *OUTCOMES);
    struct dose_event event = {
        .patient = m->patient, .order = order->id, .order_version = order->version,
        .occurred_us = clock_now_us(&m->c->clock), .status = OUTCOMES[outcome].status,
        .reason = (char *)(uintptr_t)OUTCOMES[outcome].reason, .timing_reason = (char *)"prescriber",
        .reason_text = (char *)"asked at the round", .route = sig->route, .identified_by = IDENTIFIED_BY_WRISTBAND,
        .no_scan_reason = NO_SCAN_REASON_MISSING, .recorded_via = RECORDED_VIA_WORKSTATION,
    };
    if (dose_status_is_taken(event.status)) {
        event.amount = sig->dose;
        event.unit = sig->unit;
    }
    return event;
}

static void record(struct model *m, size_t line)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct uid id;
    struct actor *actor = nurse(m);
    struct order order = clinic_get_order(m->c, m->orders[line]);
    if (chart_open(actor, m->patient, 8, 2, &chart, &err) != STATUS_OK) {
        wrong(m, "the chart does not open:", error_text(&err));
        order_release(&order);
        return;
    }
    const struct dose_slot *slot = NULL;
    for (size_t i = 0; i < chart->slots.len; i++) {
        const struct dose_slot *one = &chart->slots.items[i];
        if (uid_compare(one->order, order.id) == 0 && !one->is_unplanned && (slot == NULL || below(m, 2) == 0)) {
            slot = one;
        }
    }
    if (order.status == MEDICATION_STATUS_ACTIVE && (line == PRN || slot != NULL)) {
        struct sig step;
        sig_step(&order.sig, slot != NULL ? slot->step : 0, &step);
        struct dose_event event = make_event(m, &order, &step);
        event.slot = slot != NULL ? slot->id : UID_NONE;
        event.planned_us = slot != NULL ? slot->planned_us : 0;
        unsigned accepted = DOSE_ASK_VERY_LATE | DOSE_ASK_DUPLICATE | DOSE_ASK_UNRESOLVED | (below(m, 4) == 0 ? DOSE_ASK_ALREADY : 0u);
        if (dose_record(actor, &event, accepted, &id, &err) == STATUS_OK) {
            remember(m, id, (int)line);
            m->report->recorded++;
        } else {
            m->report->refused++;
        }
    }
    chart_free(chart);
    order_release(&order);
}

/* One of the last records, by whoever stands there: the refusal of a stranger's is as good. */
static void take_back(struct model *m)
{
    struct error err = ERROR_INIT;
    size_t reach = m->events.len < 6 ? m->events.len : 6;
    struct model_event *event = reach > 0 ? &m->events.items[m->events.len - 1 - below(m, reach)] : NULL;
    if (event != NULL && !event->is_void && dose_undo(nurse(m), event->kept.id, "wrong line", &err) == STATUS_OK) {
        event->is_void = true;
        m->report->taken_back++;
    }
}

/* ---- what has to hold ---- */

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
        if (uid_compare(ids[i], ids[i - 1]) == 0 && !uid_is_none(ids[i])) {
            wrong(m, "a planned dose is on the chart twice", "");
        }
    }
    m->report->slots_checked += chart->slots.len;
    mem_free(ids);
}

/* By the clock alone: how many doses the version in force has in the window, worked out from its line. */
static size_t expected_slots(const struct model *m, const struct chart *chart, const struct order *order, size_t line)
{
    size_t count = 0;
    if (LINES[line].every_h > 0) {
        int64_t end_us = order->start_us + LINES[line].elapsed_days * 24 * US_PER_HOUR;
        for (int64_t at = order->start_us; at < end_us; at += LINES[line].every_h * US_PER_HOUR) {
            count += at >= chart->slots_from_us && at < chart->slots_to_us;
        }
        return count;
    }
    struct date day = date_add_days(zone_local(m->c->site->zone, chart->slots_from_us).date, -1);
    for (int i = 0; i < (WINDOW_BEFORE_H + WINDOW_AFTER_H) / 24 + 3; i++, day = date_add_days(day, 1)) {
        for (int dose = 0; dose < LINES[line].times_a_day; dose++) {
            int64_t at = zone_instant(m->c->site->zone, day, dose == 0 ? 8 : 20, 0, NULL);
            count += at >= chart->slots_from_us && at < chart->slots_to_us && at >= order->start_us;
        }
    }
    return count;
}

static void check_plan(struct model *m, const struct chart *chart, size_t line)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        if (uid_compare(order->id, m->orders[line]) != 0 || order->status != MEDICATION_STATUS_ACTIVE || line == PRN) {
            continue;
        }
        size_t found = 0;
        for (size_t k = 0; k < chart->slots.len; k++) {
            const struct dose_slot *slot = &chart->slots.items[k];
            found += uid_compare(slot->order, order->id) == 0 && !slot->is_unplanned;
        }
        size_t expected = expected_slots(m, chart, order, line);
        if (found != expected) {
            char detail[120];
            (void)snprintf(detail, sizeof detail, "%s: %zu instead of %zu", LINES[line].line, found, expected);
            wrong(m, "planned doses are lost or too many:", detail);
        }
    }
}

static const struct dose_slot *slot_of(const struct chart *chart, struct uid id)
{
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (uid_compare(chart->slots.items[i].id, id) == 0) {
            return &chart->slots.items[i];
        }
    }
    return NULL;
}

/* Each record of a planned dose of the last day is on the chart, as it stands. */
static void check_records(struct model *m, const struct chart *chart)
{
    int64_t now_us = clock_now_us(&m->c->clock);
    for (size_t i = m->events.len; i > 0 && is_good(m); i--) {
        const struct model_event *event = &m->events.items[i - 1];
        if (event->kept.recorded_us < now_us - 36 * US_PER_HOUR) {
            break;
        }
        bool is_in_window = event->kept.planned_us > now_us - 24 * US_PER_HOUR && event->kept.planned_us < now_us;
        if (uid_is_none(event->kept.slot) || !is_in_window) {
            continue;
        }
        size_t standing = 0;
        enum dose_status status = DOSE_STATUS_NONE_GIVEN;
        for (size_t k = 0; k < m->events.len; k++) {
            const struct model_event *other = &m->events.items[m->events.len - 1 - k];
            if (other->kept.recorded_us < event->kept.recorded_us - 48 * US_PER_HOUR) {
                break;
            }
            if (uid_compare(other->kept.slot, event->kept.slot) == 0 && !other->is_void) {
                standing++;
                status = other->kept.status;
            }
        }
        const struct dose_slot *slot = slot_of(chart, event->kept.slot);
        if (slot == NULL) {
            if (standing > 0) {
                wrong(m, "a recorded dose is not on the chart", "");
            }
        } else if (standing == 0 ? slot->state == SLOT_DONE || slot->state == SLOT_CONFLICT
                   : standing == 1 ? slot->state != SLOT_DONE || slot->status != status
                                   : slot->state != SLOT_CONFLICT) {
            char detail[80];
            (void)snprintf(detail, sizeof detail, "%zu standing, state %d, status %d", standing, (int)slot->state, (int)slot->status);
            wrong(m, "a dose does not stand as it was recorded:", detail);
        }
        m->report->doubled += standing > 1;
    }
}

/* What a next as-needed dose would be, counted by the service and by the model. */
static void check_count(struct model *m)
{
    struct error err = ERROR_INIT;
    struct dose_check check;
    struct order order = clinic_get_order(m->c, m->orders[PRN]);
    struct dose_event event = make_event(m, &order, &order.sig);
    uint32_t count = 1;
    bool is_at_border = false;
    for (size_t i = m->events.len; i > 0; i--) {
        const struct model_event *other = &m->events.items[i - 1];
        int64_t age_us = event.occurred_us - other->kept.occurred_us;
        if (other->kept.recorded_us < event.occurred_us - 30 * US_PER_HOUR) {
            break;
        }
        bool counts = uid_compare(other->kept.order, order.id) == 0 && !other->is_void && dose_status_is_taken(other->kept.status);
        is_at_border = is_at_border || (counts && (age_us == 24 * US_PER_HOUR || age_us <= 0));
        count += counts && age_us > 0 && age_us < 24 * US_PER_HOUR;
    }
    bool is_before_start = event.occurred_us < order.start_us; /* the clock was set back behind it */
    if (is_before_start) {
        if (dose_prepare(nurse(m), &event, &check, NULL) == STATUS_OK) {
            wrong(m, "a dose before its order starts is not refused", "");
        }
    } else if (dose_prepare(nurse(m), &event, &check, &err) != STATUS_OK) {
        wrong(m, "a dose cannot be looked at:", error_text(&err));
    } else if (!is_at_border && check.prn.count != count) {
        char detail[60];
        (void)snprintf(detail, sizeof detail, "%u instead of %u", check.prn.count, count);
        wrong(m, "as-needed doses of 24 hours:", detail);
    }
    order_release(&order);
}

static bool is_unchanged(const struct dose_event *a, const struct dose_event *b)
{
    return uid_compare(a->slot, b->slot) == 0 && uid_compare(a->order_version, b->order_version) == 0 && a->status == b->status &&
           a->planned_us == b->planned_us && a->occurred_us == b->occurred_us && a->recorded_us == b->recorded_us &&
           decimal_compare(a->amount, b->amount) == 0 && a->unit == b->unit && uid_compare(a->given_by, b->given_by) == 0 &&
           uid_compare(a->recorded_by, b->recorded_by) == 0 && uid_compare(a->supersedes, b->supersedes) == 0 &&
           strcmp(a->reason, b->reason) == 0 && strcmp(a->reason_text, b->reason_text) == 0;
}

static void reread(struct model *m, const struct model_event *event)
{
    struct error err = ERROR_INIT;
    struct dose_event now;
    if (dose_get(m->c->site->store, event->kept.id, &now, &err) != STATUS_OK) {
        wrong(m, "a committed record is gone:", error_text(&err));
        return;
    }
    if (!is_unchanged(&event->kept, &now)) {
        wrong(m, "a committed record has changed", "");
    }
    m->report->events_reread++;
    dose_event_release(&now);
}

static void check(struct model *m)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    if (chart_open(nurse(m), m->patient, WINDOW_BEFORE_H, WINDOW_AFTER_H, &chart, &err) != STATUS_OK) {
        wrong(m, "the chart does not open:", error_text(&err));
        return;
    }
    check_unique(m, chart);
    for (size_t line = 0; line < LINES_COUNT; line++) {
        if (!uid_is_none(m->orders[line])) {
            check_plan(m, chart, line);
        }
    }
    check_records(m, chart);
    chart_free(chart);
    if (!uid_is_none(m->orders[PRN])) {
        check_count(m);
    }
    for (int i = 0; i < REREAD && m->events.len > 0; i++) {
        reread(m, &m->events.items[below(m, m->events.len)]);
    }
}

static void pass_time(struct model *m)
{
    int64_t minutes = below(m, 12) == 0 ? -(int64_t)below(m, 2) : (int64_t)below(m, 90);
    m->c->clock.fixed_us += minutes * US_PER_MINUTE;
}

static void step(struct model *m)
{
    uint64_t what = below(m, 100);
    size_t line = below(m, LINES_COUNT);
    bool is_ordered = !uid_is_none(m->orders[line]);
    pass_time(m);
    if (what < 8 || !is_ordered) {
        add_order(m);
    } else if (what < 12) {
        change_order(m, line);
    } else if (what < 16) {
        turn_order(m, line);
    } else if (what < 24) {
        take_back(m);
    } else {
        record(m, line);
    }
    m->report->steps++;
    check(m);
}

void ward_steps_run(uint64_t seed, uint64_t steps, struct ward_steps_report *out)
{
    struct model m = {.c = clinic_new(), .random = {.state = seed, .seed = seed}, .report = out};
    *out = (struct ward_steps_report){0};
    m.patient = clinic_add_patient(m.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14", .weight_kg = "70"});
    while (out->steps < steps && is_good(&m)) {
        step(&m);
    }
    for (size_t i = 0; i < m.events.len; i++) {
        if (is_good(&m)) {
            reread(&m, &m.events.items[i]);
        }
        dose_event_release(&m.events.items[i].kept);
    }
    mem_free(m.events.items);
    clinic_free(m.c);
}
