/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/chart.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "schedule/slots.h"
#include "schedule/windows.h"
#include "service/act.h"
#include "service/dose_claims.h"
#include "service/doses_double.h"
#include "service/drug_lists.h"
#include "service/screening.h"
#include "service/site_settings.h"
#include "store/chart_store.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/stay_store.h"

#define ENDED_SHOWN_US (90 * 24 * US_PER_HOUR)
enum { EVENTS_MAX = 2000 };

/* --- slots --------------------------------------------------------------------------------------------------------- */

/* Events of a list that belong to one slot, folded. events are sorted by nothing in particular. */
static void fold(struct dose_slot *slot, const struct dose_event_list *events)
{
    struct dose_event *own = mem_alloc_array(events->len + 1, sizeof *own);
    size_t count = 0;
    for (size_t i = 0; i < events->len; i++) {
        if (uid_compare(events->items[i].slot, slot->id) == 0) {
            own[count++] = events->items[i]; /* borrows the strings */
        }
    }
    dose_slot_fold(slot, own, count);
    mem_free(own);
}

/* Two records that somebody has judged to be two doses are no open question any more. */
static void settle_double(struct site *site, struct dose_slot *slot)
{
    bool is_judged = false;
    if (slot->state == SLOT_CONFLICT && dose_slot_is_judged(site->store, slot->id, &is_judged, NULL) == STATUS_OK && is_judged) {
        slot->state = SLOT_DONE;
        slot->status = DOSE_STATUS_GIVEN;
    }
}

/* 4.B.3 no. 13: cancelled by leaving. What somebody recorded is not hidden by it. */
static bool is_over(const struct dose_slot *slot, const struct order *order, const struct stay_list *stays)
{
    return stays != NULL && slot->state != SLOT_DONE && slot->state != SLOT_CONFLICT &&
           stay_ends_order(stays, order->recorded_at_us, slot->planned_us);
}

/* Slots of one version of an order in a window, with state from the clock and from the events. Appends. A version plans from
 * when it took the place of another one until the next takes its own: no dose is lost or there twice. */
static enum status slots_of(struct site *site, const struct order *order, int64_t from_us, int64_t to_us,
                            const struct dose_event_list *events, const struct stay_list *stays, struct dose_slot_list *out,
                            struct error *err)
{
    struct zone *own_zone = NULL;
    const struct zone *zone = site->zone;
    struct planned_slot_list planned = {0};
    enum status status = STATUS_OK;
    if (!uid_is_none(order->parent) && order->recorded_at_us > from_us) {
        from_us = order->recorded_at_us;
    }
    if (strcmp(order->zone, zone_name(site->zone)) != 0) {
        status = zone_open(order->zone, &own_zone, err);
        zone = own_zone;
    }
    if (status == STATUS_OK && from_us < to_us) {
        const struct schedule_order schedule = {&order->sig, order->start_us, order->stop_us, zone};
        status = schedule_slots(&schedule, from_us, to_us, &planned, err);
    }
    if (status == STATUS_OK) {
        struct window_rules rules = site_window_rules(site);
        bool is_listed = (drug_lists_of(site->knowledge, NULL, order, -1) & DRUG_LIST_TIME_CRITICAL) != 0;
        int64_t now_us = clock_now_us(site->clock);
        for (size_t i = 0; i < planned.len; i++) {
            const struct planned_slot *from = &planned.items[i];
            struct sig step;
            sig_step(&order->sig, from->step, &step);
            struct window window = rules.windows[window_class_of(&step, is_listed)];
            uint8_t identity[PLANNED_IDENTITY_MAX];
            size_t len = planned_slot_identity(from, zone, identity);
            struct dose_slot slot = {
                .id = derived_slot_id(order->version, from->seq, (uint8_t)from->kind, identity, len),
                .order = order->id,
                .order_version = order->version,
                .seq = from->seq,
                .planned_us = from->planned_us,
                .is_shifted = from->is_shifted,
                .wall_min = from->wall_min,
                .step = from->step,
                .late_us = window.is_free ? INT64_MAX : from->planned_us + window.late_min * US_PER_MINUTE,
                .state = window_slot_state(window, rules.grace_min, from->planned_us, now_us),
            };
            fold(&slot, events);
            settle_double(site, &slot);
            if (!is_over(&slot, order, stays)) {
                MEM_GROW(out);
                out->items[out->len++] = slot;
            }
        }
    }
    planned_slot_list_release(&planned);
    zone_free(own_zone);
    return status;
}

static bool is_superseded(const struct dose_event_list *events, struct uid event)
{
    for (size_t i = 0; i < events->len; i++) {
        if (uid_compare(events->items[i].supersedes, event) == 0) {
            return true;
        }
    }
    return false;
}

static bool has_slot(const struct dose_slot_list *slots, struct uid id)
{
    for (size_t i = 0; i < slots->len; i++) {
        if (uid_compare(slots->items[i].id, id) == 0) {
            return true;
        }
    }
    return false;
}

/* What was recorded and has no slot of a version in force: as-needed doses, and doses of the order before it was changed or
 * stopped. Nobody may have to guess whether it was given. */
static void add_recorded(struct site *site, struct chart *chart)
{
    for (size_t i = 0; i < chart->events.len; i++) {
        const struct dose_event *event = &chart->events.items[i];
        int64_t at_us = event->planned_us != 0 ? event->planned_us : event->occurred_us;
        bool is_as_needed = uid_is_none(event->slot);
        if (at_us < chart->slots_from_us || at_us > chart->slots_to_us || event->status == DOSE_STATUS_IN_ERROR ||
            has_slot(&chart->slots, event->slot) || (is_as_needed && is_superseded(&chart->events, event->id))) {
            continue;
        }
        struct dose_slot slot = {.id = is_as_needed ? event->id : event->slot, .order = event->order,
                                 .order_version = event->order_version, .planned_us = at_us, .late_us = INT64_MAX,
                                 .state = SLOT_DONE, .status = event->status, .event = event->id, .is_unplanned = true};
        if (!is_as_needed) {
            fold(&slot, &chart->events);
            settle_double(site, &slot);
        }
        if (slot.status != DOSE_STATUS_NONE_GIVEN || slot.state == SLOT_CONFLICT) {
            MEM_GROW(&chart->slots);
            chart->slots.items[chart->slots.len++] = slot;
        }
    }
}

static void sort_slots(struct dose_slot_list *list)
{
    for (size_t i = 1; i < list->len; i++) { /* nearly sorted: one order's slots are */
        struct dose_slot slot = list->items[i];
        size_t at = i;
        while (at > 0 && list->items[at - 1].planned_us > slot.planned_us) {
            list->items[at] = list->items[at - 1];
            at--;
        }
        list->items[at] = slot;
    }
}

/* --- the chart ----------------------------------------------------------------------------------------------------- */

static enum status read_all(struct site *site, struct uid patient, struct chart *chart, struct error *err)
{
    int64_t now_us = clock_now_us(site->clock);
    enum status status = person_get(site->store, patient, &chart->patient, err);
    if (status == STATUS_OK) {
        status = allergy_list_get(site->store, patient, false, &chart->allergies, err);
    }
    if (status == STATUS_OK) {
        status = condition_list_get(site->store, patient, false, &chart->conditions, err);
    }
    if (status == STATUS_OK) {
        status = order_list_get(site->store, patient, screen_orders_since_us(site->knowledge, now_us), &chart->orders, err);
        if (status == STATUS_OK) {
            screen_orders_prune(site->knowledge, &chart->orders, now_us - ENDED_SHOWN_US, now_us);
        }
    }
    if (status == STATUS_OK) {
        status = order_list_replaced(site->store, patient, chart->slots_from_us, &chart->replaced, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_get(site->store, patient, chart->slots_from_us - 24 * US_PER_HOUR, chart->slots_to_us, EVENTS_MAX,
                               &chart->events, err);
    }
    if (status == STATUS_OK) {
        status = decision_list_get(site->store, patient, now_us, &chart->decisions, err);
    }
    if (status == STATUS_OK) {
        status = stay_list_get(site->store, patient, &chart->stays, err);
    }
    return status;
}

/* A course or a taper ends by its plan; until somebody stops the order it is shown as ended and still checked: it may
 * still be taken. */
static void find_end(struct site *site, struct order *order)
{
    struct zone *own_zone = NULL;
    bool is_other = strcmp(order->zone, zone_name(site->zone)) != 0;
    if (is_other && zone_open(order->zone, &own_zone, NULL) != STATUS_OK) {
        return; /* slots_of() says so */
    }
    const struct schedule_order schedule = {&order->sig, order->start_us, order->stop_us, is_other ? own_zone : site->zone};
    if (!schedule_end(&schedule, &order->planned_end_us)) {
        order->planned_end_us = 0;
    }
    zone_free(own_zone);
}

/* What the banner says until it is judged, however long ago it was. */
static enum status find_doubles(struct actor *actor, struct chart *chart, struct error *err)
{
    struct double_dose_list list = {0};
    struct buffer words = BUFFER_INIT;
    enum status status = double_dose_list_of(actor, &chart->records, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        if (person_records_hold(&chart->records, list.items[i].patient) &&
            (words.len == 0 || strstr(words.bytes, list.items[i].drug) == NULL)) {
            buffer_append_format(&words, "%s%s", words.len > 0 ? ", " : "", list.items[i].drug);
        }
    }
    double_dose_list_release(&list);
    chart->doubles = words.len > 0 ? buffer_take(&words) : mem_copy_text("");
    buffer_release(&words);
    return status;
}

static enum status fill(struct actor *actor, struct uid record, struct chart *chart, struct error *err)
{
    struct site *site = actor->site;
    struct dose_claim_list claims = {0};
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    chart->data_version = store_data_version(site->store);
    chart->read_us = clock_now_us(site->clock);
    chart->slots_from_us = chart->read_us - chart->before_h * US_PER_HOUR;
    chart->slots_to_us = chart->read_us + chart->after_h * US_PER_HOUR;
    status = person_records_get(site->store, record, &chart->records, err);
    if (status == STATUS_OK) {
        status = restriction_see(actor, chart->records.ids[0], &chart->restriction, err);
    }
    if (status == STATUS_OK) {
        status = read_all(site, chart->records.ids[0], chart, err);
    }
    store_read_end(site->store);
    for (size_t i = 0; status == STATUS_OK && i < chart->orders.len; i++) {
        struct order *order = &chart->orders.items[i];
        if (order->status == MEDICATION_STATUS_ACTIVE) {
            find_end(site, order);
            status = slots_of(site, order, chart->slots_from_us, chart->slots_to_us, &chart->events, &chart->stays,
                              &chart->slots, err);
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < chart->replaced.len; i++) {
        status = slots_of(site, &chart->replaced.items[i], chart->slots_from_us, chart->slots_to_us, &chart->events, &chart->stays,
                          &chart->slots, err);
    }
    if (status == STATUS_OK) {
        status = find_doubles(actor, chart, err);
    }
    if (status == STATUS_OK) {
        add_recorded(site, chart);
        sort_slots(&chart->slots);
        status = dose_claims_get(actor, &claims, err);
        for (size_t i = 0; i < chart->slots.len; i++) {
            dose_claim_mark(&claims, &chart->slots.items[i]);
        }
        dose_claim_list_release(&claims);
    }
    if (status == STATUS_OK) {
        chart->screening = screen_request_new(site->knowledge, &chart->patient, &chart->orders, &chart->allergies,
                                              &chart->conditions, NULL, UID_NONE, site_today(site),
                                              clock_now_us(site->clock));
        screen_request_date(chart->screening, site);
        chart->findings = mem_alloc(sizeof *chart->findings);
        screen(site->knowledge, &chart->screening->input, chart->findings);
    }
    return status;
}

void chart_free(struct chart *chart)
{
    if (chart == NULL) {
        return;
    }
    screen_request_free(chart->screening);
    mem_free(chart->findings);
    mem_free(chart->doubles);
    patient_release(&chart->patient);
    allergy_list_release(&chart->allergies);
    condition_list_release(&chart->conditions);
    order_list_release(&chart->orders);
    order_list_release(&chart->replaced);
    dose_slot_list_release(&chart->slots);
    dose_event_list_release(&chart->events);
    decision_list_release(&chart->decisions);
    stay_list_release(&chart->stays);
    mem_free(chart);
}

bool chart_event_stands(const struct chart *chart, const struct dose_event *event)
{
    return event->status != DOSE_STATUS_IN_ERROR && !is_superseded(&chart->events, event->id);
}

const struct stay *chart_left(const struct chart *chart)
{
    return stay_left_by(&chart->stays, chart->read_us);
}

static const struct order *order_of(const struct chart *chart, struct uid id)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (uid_compare(chart->orders.items[i].id, id) == 0) {
            return &chart->orders.items[i];
        }
    }
    return NULL;
}

bool chart_slot_is_in_force(const struct chart *chart, const struct dose_slot *slot)
{
    const struct order *now = order_of(chart, slot->order), *then = chart_slot_order(chart, slot);
    return now != NULL && now->status == MEDICATION_STATUS_ACTIVE && (now == then || order_reads_same(now, then));
}

const struct order *chart_slot_order(const struct chart *chart, const struct dose_slot *slot)
{
    const struct order *order = order_of(chart, slot->order);
    for (size_t i = 0; order != NULL && i < chart->replaced.len; i++) {
        if (uid_compare(chart->replaced.items[i].version, slot->order_version) == 0) {
            return &chart->replaced.items[i];
        }
    }
    return order;
}

enum status chart_open(struct actor *actor, struct uid patient, int before_h, int after_h, struct chart **out,
                       struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "chart.open", "user_profiles", patient);
    act.record = patient;
    enum status status = act_read(&act, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct chart *chart = mem_alloc(sizeof *chart);
    chart->before_h = before_h;
    chart->after_h = after_h;
    status = fill(actor, patient, chart, err);
    if (status != STATUS_OK) {
        chart_free(chart);
        return status;
    }
    *out = chart;
    return STATUS_OK;
}

enum status chart_refresh(struct actor *actor, struct chart **chart, struct error *err)
{
    enum status status = act_permit(actor, PERMISSION_CLINICAL_READ, "chart.open", err);
    if (status == STATUS_OK) { /* an emergency opening runs out while the chart is looked at */
        status = restriction_gate(actor, (*chart)->patient.id, PERMISSION_CLINICAL_READ, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct chart *next = mem_alloc(sizeof *next);
    next->before_h = (*chart)->before_h;
    next->after_h = (*chart)->after_h;
    status = fill(actor, (*chart)->patient.id, next, err);
    if (status != STATUS_OK) {
        chart_free(next);
        return status;
    }
    chart_free(*chart);
    *chart = next;
    return STATUS_OK;
}

/* --- Home ---------------------------------------------------------------------------------------------------------- */

void due_list_release(struct due_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].mrn);
        mem_free(list->items[i].drug);
        mem_free(list->items[i].dose);
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

static bool is_open(const struct dose_slot *slot)
{
    return slot->state != SLOT_DONE && slot->state != SLOT_FUTURE;
}

static enum status due_of_order(struct site *site, const struct order *order, int64_t from_us, int64_t to_us, bool with_future,
                                const struct dose_event_list *events, struct due_list *out, struct error *err)
{
    struct dose_slot_list slots = {0};
    struct patient patient = {0};
    bool have_patient = false;
    struct stay_list stays = {0};
    enum status status = slots_of(site, order, from_us, to_us, events, NULL, &slots, err);
    for (size_t i = 0; status == STATUS_OK && i < slots.len; i++) {
        if (!is_open(&slots.items[i]) && !(with_future && slots.items[i].state == SLOT_FUTURE)) {
            continue;
        }
        if (!have_patient) {
            status = patient_get(site->store, order->patient, &patient, err);
            have_patient = status == STATUS_OK;
            status = have_patient ? stay_list_get(site->store, order->patient, &stays, err) : status;
        }
        if (status == STATUS_OK && !is_over(&slots.items[i], order, &stays)) {
            char dose[SIG_TEXT_MAX];
            struct sig step;
            sig_step(&order->sig, slots.items[i].step, &step);
            struct due_dose due = {.patient = order->patient, .order = order->id, .slot = slots.items[i]};
            due.patient_name = patient_display_name(&patient);
            due.is_deceased = !date_is_none(patient.death_date);
            due.entered_us = order->recorded_at_us;
            due.mrn = mem_copy_text(patient.mrn);
            due.drug = mem_copy_text(order->drug_text);
            due.dose = mem_format("%s %s", sig_format_dose(&step, dose),
                                  sig_route_label(&order->sig));
            MEM_GROW(out);
            out->items[out->len++] = due;
            out->overdue_count += slots.items[i].state == SLOT_OVERDUE || slots.items[i].state == SLOT_LATE;
            out->due_count += slots.items[i].state == SLOT_DUE || slots.items[i].state == SLOT_EARLY_OK;
        }
    }
    if (have_patient) {
        patient_release(&patient);
    }
    stay_list_release(&stays);
    dose_slot_list_release(&slots);
    return status;
}

static int by_planned(const void *a, const void *b)
{
    const struct due_dose *x = a, *y = b;
    if (x->slot.planned_us != y->slot.planned_us) {
        return x->slot.planned_us < y->slot.planned_us ? -1 : 1;
    }
    int order = strcmp(x->patient_name, y->patient_name);
    order = order != 0 ? order : uid_compare(x->patient, y->patient); /* two of one name are not mixed */
    order = order != 0 ? order : strcmp(x->drug, y->drug);
    return order != 0 ? order : uid_compare(x->slot.id, y->slot.id);
}

static enum status read_due(struct actor *actor, int before_h, int after_h, bool with_future, struct due_list *out, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_CLINICAL_READ, "dose.due_list", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct site *site = actor->site;
    struct order_list orders = {0}, replaced = {0};
    struct dose_event_list events = {0};
    struct due_list list = {0};
    int64_t now_us = clock_now_us(site->clock), from_us = now_us - before_h * US_PER_HOUR;
    int64_t to_us = now_us + after_h * US_PER_HOUR;
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = order_list_scheduled(site->store, &orders, err);
    if (status == STATUS_OK) {
        status = order_list_replaced(site->store, UID_NONE, from_us, &replaced, err);
    }
    if (status == STATUS_OK) {
        status = dose_list_planned(site->store, from_us, to_us, &events, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < orders.len; i++) {
        if (orders.items[i].status == MEDICATION_STATUS_ACTIVE) {
            status = due_of_order(site, &orders.items[i], from_us, to_us, with_future, &events, &list, err);
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < replaced.len; i++) {
        status = due_of_order(site, &replaced.items[i], from_us, to_us, with_future, &events, &list, err);
    }
    struct dose_claim_list claims = {0};
    if (status == STATUS_OK) {
        status = dose_claims_get(actor, &claims, err);
    }
    for (size_t i = 0; i < list.len; i++) {
        dose_claim_mark(&claims, &list.items[i].slot);
    }
    dose_claim_list_release(&claims);
    store_read_end(site->store);
    order_list_release(&orders);
    order_list_release(&replaced);
    dose_event_list_release(&events);
    if (status != STATUS_OK) {
        due_list_release(&list);
        return status;
    }
    if (list.len > 0) {
        qsort(list.items, list.len, sizeof *list.items, by_planned);
    }
    struct restriction_memo memo = {.is_known = false};
    for (size_t i = 0; i < list.len; i++) { /* the dose is not hidden, what it is of is */
        if (restriction_cover(actor, list.items[i].patient, &memo, (char **[]){&list.items[i].drug, NULL})) {
            list.items[i].dose[0] = '\0';
        }
    }
    *out = list;
    return STATUS_OK;
}

enum status due_list_refresh(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err)
{
    return read_due(actor, before_h, after_h, false, out, err);
}

enum status due_list_planned(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "dose.planned_list", "dose_events", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? read_due(actor, before_h, after_h, true, out, err) : status;
}

enum status due_list_get(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "dose.due_list", "dose_events", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? due_list_refresh(actor, before_h, after_h, out, err) : status;
}
