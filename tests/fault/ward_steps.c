/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "fault/ward_model.h"
#include "model/order_line.h"
#include "service/doses_tasks.h"
#include "service/orders.h"
#include "service/proposals.h"
#include "store/dose_store.h"
#include "store/store_private.h"

static const char *const ZONES[] = {"America/New_York", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo", "America/St_Johns"};
enum { ZONES_COUNT = sizeof ZONES / sizeof *ZONES };

void ward_wrong(struct model *m, const char *format, const char *detail)
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

uint64_t ward_below(struct model *m, uint64_t limit)
{
    return random_below(&m->random, limit);
}

struct clinic *ward_here(const struct model *m)
{
    return m->devices[m->at].c;
}

/* Whoever it is stays signed in: coming and going is not what is looked at. */
static struct actor *person(struct model *m, enum clinic_person who)
{
    bool is_new = ward_here(m)->actors[who] == NULL;
    struct actor *actor = clinic_actor(ward_here(m), who);
    if (is_new) {
        sqlite3 *db = ward_here(m)->site->store->db.handle;
        actor->expires_us = INT64_MAX;
        if (sqlite3_exec(db, "UPDATE session_management SET expires_at = 9000000000000000", NULL, NULL, NULL) != SQLITE_OK) {
            ward_wrong(m, "a session cannot be made longer:", sqlite3_errmsg(db));
        }
    }
    return actor;
}

struct actor *ward_nurse(struct model *m)
{
    return person(m, ward_below(m, 2) == 0 ? CLINIC_NURSE : CLINIC_NURSE_2);
}

/* ---- the exchange ---- */

static void exchange(struct model *m)
{
    if (!ward_devices_exchange(m->devices)) {
        ward_wrong(m, "the devices do not agree:", "a row is not taken");
    }
    for (size_t i = 0; i < m->orders.len; i++) {
        m->orders.items[i].known[0] = m->orders.items[i].known[1] = m->orders.items[i].versions.len;
    }
    for (size_t i = 0; i < m->events.len; i++) {
        struct model_event *event = &m->events.items[i];
        event->is_here[0] = event->is_here[1] = true;
        event->is_void[0] = event->is_void[1] = event->is_void[0] || event->is_void[1];
    }
    m->report->exchanges++;
}

/* ---- orders ---- */

struct model_order *ward_standing_order(struct model *m, int line)
{
    for (size_t i = 0; i < m->orders.len; i++) {
        if (m->orders.items[i].line == line && !m->orders.items[i].is_ended) {
            return &m->orders.items[i];
        }
    }
    return NULL;
}

/* The version that the device has now is added to what the model knows of the order. */
static void note_version(struct model *m, struct model_order *order, int variant)
{
    struct order now = clinic_get_order(ward_here(m), order->id);
    MEM_GROW(&order->versions);
    order->versions.items[order->versions.len++] =
        (struct model_version){.variant = variant, .is_active = now.status == MEDICATION_STATUS_ACTIVE, .id = now.version,
                               .start_us = now.start_us, .recorded_us = now.recorded_at_us};
    if (now.recorded_at_us != clock_now_us(&ward_here(m)->clock)) {
        ward_wrong(m, "a version does not say when it was made", "");
    }
    order->is_ended = now.status == MEDICATION_STATUS_STOPPED;
    (void)snprintf(order->zone, sizeof order->zone, "%s", now.zone);
    order->known[m->at] = order->versions.len;
    order_release(&now);
}

static void add_order(struct model *m, int line)
{
    int variant = (int)ward_below(m, VARIANTS);
    struct model_order order = {.line = line, .id = clinic_add_order(ward_here(m), m->patient, WARD_LINES[line][variant].line)};
    note_version(m, &order, variant);
    MEM_GROW(&m->orders);
    m->orders.items[m->orders.len++] = order;
    m->report->orders++;
}

/* To other directions, or to the same once more: a new version whose doses begin now. */
static void change_order(struct model *m, struct model_order *order)
{
    struct error err = ERROR_INIT;
    struct proposal *proposal = NULL;
    struct actor *doctor = person(m, CLINIC_PRESCRIBER);
    struct order changed = clinic_get_order(ward_here(m), order->id);
    struct order_line parsed;
    int variant = (int)ward_below(m, VARIANTS);
    enum status status = order_line_parse(WARD_LINES[order->line][variant].line, &(struct order_line_options){0}, &parsed, &err);
    if (changed.status == MEDICATION_STATUS_ACTIVE && status == STATUS_OK) {
        mem_free(changed.reason);
        changed.reason = mem_copy_text("dose_adjusted");
        changed.sig = parsed.sig;
        status = order_propose(doctor, m->patient, &changed, &proposal, &err);
        struct finding_answer answers[64];
        size_t count = 0;
        for (int i = 0; status == STATUS_OK && i < proposal->result->finding_count && count < 64; i++) {
            if (finding_interrupts(&proposal->result->findings[i]) && !proposal->is_settled[i]) {
                answers[count++] = (struct finding_answer){.finding = i, .reason = OVERRIDE_REASON_MONITORED,
                                                           .reason_text = "", .plan = "watched closely"};
            }
        }
        if (status == STATUS_OK && count > 0) {
            clinic_prove(ward_here(m), CLINIC_PRESCRIBER);
        }
        status = status == STATUS_OK ? order_change(doctor, proposal, answers, count, NULL, &err) : status;
        if (status == STATUS_OK) {
            note_version(m, order, variant);
        }
        m->report->changes++;
        proposal_free(proposal);
    }
    if (status != STATUS_OK) {
        ward_wrong(m, "an order cannot be changed:", error_text(&err));
    }
    order_release(&changed);
}

static void turn_order(struct model *m, struct model_order *order)
{
    struct error err = ERROR_INIT;
    struct order now = clinic_get_order(ward_here(m), order->id);
    struct actor *doctor = person(m, CLINIC_PRESCRIBER);
    bool is_held = now.status == MEDICATION_STATUS_ON_HOLD;
    enum status status = STATUS_OK;
    if (ward_below(m, 4) == 0) {
        status = order_stop(doctor, now.id, now.version, &(struct order_cause){.reason = "no_indication"}, &err);
    } else if (is_held) {
        status = order_resume(doctor, now.id, now.version, &(struct order_cause){.reason = "cleared"}, &err);
    } else {
        status = order_hold(doctor, now.id, now.version, &(struct order_cause){.reason = "procedure"}, &err);
    }
    if (status != STATUS_OK) {
        ward_wrong(m, "an order cannot be turned:", error_text(&err));
    } else {
        note_version(m, order, order->versions.items[order->versions.len - 1].variant);
    }
    m->report->turns++;
    order_release(&now);
}

/* ---- doses ---- */

static void remember(struct model *m, struct uid id, int line)
{
    struct error err = ERROR_INIT;
    struct model_event event = {.line = line};
    event.is_here[m->at] = true;
    if (dose_get(ward_here(m)->site->store, id, &event.kept, &err) != STATUS_OK) {
        ward_wrong(m, "a record that was acknowledged is not there:", error_text(&err));
        return;
    }
    MEM_GROW(&m->events);
    m->events.items[m->events.len++] = event;
}

/* Something for every question that may be asked; what is still refused must leave nothing behind. */
struct dose_event ward_make_event(struct model *m, const struct order *order, const struct sig *sig)
{
    static const struct {
        enum dose_status status;
        const char *reason;
    } OUTCOMES[] = {{DOSE_STATUS_GIVEN, "pain"},         {DOSE_STATUS_GIVEN, "pain"},     {DOSE_STATUS_GIVEN, "pain"},
                    {DOSE_STATUS_HELD, "vitals"},        {DOSE_STATUS_REFUSED, "nausea"}, {DOSE_STATUS_MISSED, "workload"},
                    {DOSE_STATUS_AWAY, "procedure"}, {DOSE_STATUS_UNAVAILABLE, "not_delivered"}, {DOSE_STATUS_SELF, "pain"}};
    size_t outcome = sig_is_as_needed(sig) ? 0 : ward_below(m, sizeof OUTCOMES / sizeof *OUTCOMES);
    int64_t late_us = ward_below(m, 3) == 0 ? (int64_t)ward_below(m, 180) * US_PER_MINUTE : 0;
    struct dose_event event = {
        .patient = m->patient, .order = order->id, .order_version = order->version,
        .occurred_us = clock_now_us(&ward_here(m)->clock) - late_us, .status = OUTCOMES[outcome].status,
        .reason = (char *)(uintptr_t)OUTCOMES[outcome].reason, .timing_reason = (char *)"prescriber",
        .reason_text = (char *)"asked at the round", .route = sig->route, .identified_by = IDENTIFIED_BY_WRISTBAND,
        .no_scan_reason = NO_SCAN_REASON_MISSING, .recorded_via = RECORDED_VIA_WORKSTATION,
        .unverified_reason = UNVERIFIED_REASON_NO_PHARMACIST,
    };
    event.score_before = sig_is_as_needed(sig) ? (char *)"4" : NULL;
    if (event.status == DOSE_STATUS_HELD || event.status == DOSE_STATUS_REFUSED) {
        event.told = WAS_TOLD_YES;
    }
    if (dose_status_is_taken(event.status)) {
        event.amount = sig->dose;
        event.unit = sig->unit;
    }
    return event;
}

static void record(struct model *m, const struct order *order, const struct dose_slot *slot, int line)
{
    struct error err = ERROR_INIT;
    struct uid id;
    struct sig step;
    sig_step(&order->sig, slot != NULL ? slot->step : 0, &step);
    struct dose_event event = ward_make_event(m, order, &step);
    event.slot = slot != NULL ? slot->id : UID_NONE;
    event.planned_us = slot != NULL ? slot->planned_us : 0;
    unsigned accepted = DOSE_ASK_VERY_LATE | DOSE_ASK_DUPLICATE | DOSE_ASK_UNRESOLVED | DOSE_ASK_OVERRIDE |
                        (ward_below(m, 4) == 0 ? DOSE_ASK_ALREADY : 0u);
    if (dose_record(ward_nurse(m), &event, accepted, &id, &err) == STATUS_OK) {
        remember(m, id, line);
        m->report->recorded++;
    } else {
        m->report->refused++;
    }
}

/* From the picture of the last look, as a nurse does; meanwhile anything may have happened to the order or the dose. */
static void record_any(struct model *m, const struct model_order *of)
{
    const struct chart *chart = m->charts[m->at];
    const struct dose_slot *slot = NULL;
    int64_t now_us = clock_now_us(&ward_here(m)->clock);
    for (size_t i = 0; chart != NULL && of->line != PRN && i < chart->slots.len; i++) {
        const struct dose_slot *one = &chart->slots.items[i];
        bool is_near = one->planned_us > now_us - 8 * US_PER_HOUR && one->planned_us < now_us + 2 * US_PER_HOUR;
        if (uid_compare(one->order, of->id) == 0 && !one->is_unplanned && is_near && (slot == NULL || ward_below(m, 2) == 0)) {
            slot = one;
        }
    }
    if (slot != NULL) {
        record(m, chart_slot_order(chart, slot), slot, of->line);
    } else if (of->line == PRN && of->known[m->at] > 0) {
        struct order order = clinic_get_order(ward_here(m), of->id);
        record(m, &order, NULL, PRN);
        order_release(&order);
    }
}

/* One of the last records, by whoever stands there: the refusal of a stranger's is as good. Then, often, what was right. */
static void correct(struct model *m)
{
    struct error err = ERROR_INIT;
    size_t reach = m->events.len < 12 ? m->events.len : 12;
    size_t index = reach > 0 ? m->events.len - 1 - ward_below(m, reach) : 0;
    struct model_event *event = reach > 0 ? &m->events.items[index] : NULL;
    if (event == NULL || !event->is_here[m->at]) {
        return;
    }
    struct actor *actor = ward_below(m, 3) == 0 ? person(m, CLINIC_PHARMACIST) : ward_nurse(m);
    if (dose_undo(actor, event->kept.id, "wrong line", &err) != STATUS_OK) {
        return;
    }
    if (event->is_void[m->at]) {
        ward_wrong(m, "a record was taken back twice", "");
    }
    event->is_void[m->at] = true;
    m->report->taken_back++;
    const struct chart *chart = ward_below(m, 2) == 0 ? m->charts[m->at] : NULL;
    for (size_t i = 0; chart != NULL && i < chart->slots.len; i++) {
        const struct dose_slot *slot = &chart->slots.items[i];
        if (uid_compare(slot->id, m->events.items[index].kept.slot) == 0 && !slot->is_unplanned) {
            record(m, chart_slot_order(chart, slot), slot, m->events.items[index].line);
            m->report->corrected++;
            break;
        }
    }
}

/* The device that leads closes what nobody answered. */
static void sweep(struct model *m)
{
    struct error err = ERROR_INIT;
    struct dose_event_list list = {0};
    int closed = 0;
    int64_t now_us = clock_now_us(&ward_here(m)->clock);
    if (m->at != 0) {
        return;
    }
    if (dose_sweep(ward_nurse(m), &closed, &err) != STATUS_OK ||
        dose_list_get(ward_here(m)->site->store, m->patient, now_us - LOOK_BACK_US, now_us + 24 * US_PER_HOUR, 4000, &list, &err) != STATUS_OK) {
        ward_wrong(m, "the sweep fails:", error_text(&err));
    }
    for (size_t i = 0; i < list.len && closed > 0; i++) {
        bool is_known = list.items[i].recorded_via != RECORDED_VIA_SYSTEM;
        for (size_t k = 0; k < m->events.len && !is_known; k++) {
            is_known = uid_compare(m->events.items[k].kept.id, list.items[i].id) == 0;
        }
        if (!is_known) {
            remember(m, list.items[i].id, -1);
            m->report->missed++;
            closed--;
        }
    }
    if (closed != 0) {
        ward_wrong(m, "a dose that the sweep closed is not on record", "");
    }
    dose_event_list_release(&list);
}

/* What two devices that have told each other everything show, at one moment. */
static void compare(struct model *m)
{
    exchange(m);
    m->devices[1].c->clock.fixed_us = m->devices[0].c->clock.fixed_us; /* the agent has told the time */
    for (m->at = 0; m->at < WARD_DEVICES; m->at++) {
        ward_look(m);
    }
    m->at = 0;
    const struct chart *a = m->charts[0], *b = m->charts[1];
    if (a == NULL || b == NULL || a->slots.len != b->slots.len) {
        ward_wrong(m, "two devices show", "another number of doses");
        return;
    }
    for (size_t i = 0; i < a->slots.len; i++) {
        const struct dose_slot *x = &a->slots.items[i], *y = ward_slot_of(b, x->id);
        if (y == NULL || x->planned_us != y->planned_us || x->state != y->state || x->status != y->status ||
            uid_compare(x->order_version, y->order_version) != 0) {
            ward_wrong(m, "two devices show", "a dose differently");
        }
    }
}

/* ---- a step ---- */

/* Forward; now and then a clock is put back a little, or one device's away from the other's. */
static void pass_time(struct model *m)
{
    int64_t minutes = ward_below(m, 12) == 0 ? -(int64_t)ward_below(m, 2) : (int64_t)ward_below(m, 90);
    for (int i = 0; i < WARD_DEVICES; i++) {
        m->devices[i].c->clock.fixed_us += minutes * US_PER_MINUTE;
    }
    if (ward_below(m, 20) == 0) {
        m->devices[1].c->clock.fixed_us = m->devices[0].c->clock.fixed_us + ((int64_t)ward_below(m, 240) - 120) * US_PER_SECOND;
        m->report->clocks++;
    }
}

static void work_on_orders(struct model *m, int line)
{
    exchange(m); /* two changes of one order on two devices are the business of the centre's rules */
    struct model_order *order = ward_standing_order(m, line);
    if (order == NULL) {
        add_order(m, line);
    } else if (ward_below(m, 2) == 0) {
        change_order(m, order);
    } else {
        turn_order(m, order);
    }
}

static void step(struct model *m)
{
    uint64_t what = ward_below(m, 100);
    int line = (int)ward_below(m, LINES_COUNT);
    struct model_order *order = ward_standing_order(m, line);
    pass_time(m);
    m->at = (int)ward_below(m, WARD_DEVICES);
    if (order == NULL || what < 10) {
        work_on_orders(m, line);
    } else if (what < 11) {
        ward_devices_set_zone(m->devices, ZONES[ward_below(m, ZONES_COUNT)]);
        m->report->zones++;
    } else if (what < 20) {
        correct(m);
    } else if (what < 25) {
        sweep(m);
    } else if (what < 32) {
        compare(m);
    } else { /* of a stopped one too: what was planned before is still answered */
        record_any(m, &m->orders.items[ward_below(m, 4) == 0 ? ward_below(m, m->orders.len) : (uint64_t)(order - m->orders.items)]);
    }
    m->report->steps++;
    ward_check_model(m);
}

/* One patient on one pair of devices, which begins at a moment of its own in a zone of its own. */
static void run_ward(uint64_t steps, struct random *random, struct ward_steps_report *report)
{
    struct model m = {.random = *random, .report = report};
    struct clinic *c = clinic_new();
    m.patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14", .weight_kg = "70"});
    static const enum clinic_person PEOPLE[] = {CLINIC_NURSE, CLINIC_NURSE_2, CLINIC_PRESCRIBER, CLINIC_PHARMACIST};
    for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE; i++) {
        clinic_hire(c, PEOPLE[i]);
    }
    c->clock.fixed_us += (int64_t)ward_below(&m, 400 * 24 * 60) * US_PER_MINUTE;
    ward_devices_open(c, m.devices);
    ward_devices_set_zone(m.devices, ZONES[ward_below(&m, ZONES_COUNT)]);
    for (uint64_t i = 0; i < steps && is_good(&m); i++) {
        step(&m);
    }
    exchange(&m);
    for (m.at = 0; m.at < WARD_DEVICES; m.at++) {
        for (size_t i = 0; i < m.events.len && is_good(&m); i++) {
            ward_reread(&m, &m.events.items[i]);
        }
        chart_free(m.charts[m.at]);
    }
    for (size_t i = 0; i < m.events.len; i++) {
        dose_event_release(&m.events.items[i].kept);
    }
    for (size_t i = 0; i < m.orders.len; i++) {
        mem_free(m.orders.items[i].versions.items);
    }
    mem_free(m.events.items);
    mem_free(m.orders.items);
    ward_devices_close(m.devices);
    *random = m.random;
    report->wards++;
}

void ward_steps_run(uint64_t seed, uint64_t steps, struct ward_steps_report *out)
{
    struct random random = {.state = seed, .seed = seed};
    *out = (struct ward_steps_report){0};
    while (out->steps < steps && out->why[0] == '\0') {
        uint64_t left = steps - out->steps;
        run_ward(left < STEPS_A_WARD ? left : STEPS_A_WARD, &random, out);
    }
}
