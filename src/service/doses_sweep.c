/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missed doses, closed by the device that leads (decisions.md 3). */
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/chart.h"
#include "service/doses_tasks.h"
#include "service/site_settings.h"
#include "store/dose_store.h"

enum { BACK_H = 48 };

/* *closed counts what was written. A record that is there already: another session was quicker, or somebody took it back, and
 * then the dose waits for a person's answer. */
static enum status close_one(struct actor *actor, const struct due_dose *due, int *closed, struct error *err)
{
    struct site *site = actor->site;
    struct act act = ACT(actor, PERMISSION_SESSION_OWN, "dose.sweep", "dose_events", due->patient);
    int64_t closed_us = due->slot.late_us + site_window_rules(site).grace_min * US_PER_MINUTE;
    struct dose_event event = {
        .id = derived_event_id("prescripcare.missed.1", due->slot.id, closed_us),
        .patient = due->patient, .order = due->order, .order_version = due->slot.order_version, .slot = due->slot.id,
        .planned_us = due->slot.planned_us, .occurred_us = closed_us, .status = DOSE_STATUS_MISSED,
        .recorded_via = RECORDED_VIA_SYSTEM, .zone = site->row.zone, .clock_skew_s = central_link_skew_s(site),
    };
    event.recorded_us = uid_time_us(event.id);
    event.offset_s = zone_local(site->zone, closed_us).offset_s;
    act.record = event.id;
    enum status status = act_begin(&act, err);
    if (status == STATUS_OK) {
        status = act_end(&act, dose_insert(site->store, &event, &act.new_values, err), err);
    }
    *closed += status == STATUS_OK;
    return status == STATUS_EXISTS ? STATUS_OK : status;
}

enum status dose_sweep(struct actor *actor, int *out_closed, struct error *err)
{
    struct due_list list = {0};
    int closed = 0;
    *out_closed = 0;
    if (!site_is_lead(actor->site) || !actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return STATUS_OK;
    }
    enum status status = due_list_refresh(actor, BACK_H, 0, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len && closed < SWEEP_MAX; i++) {
        const struct due_dose *due = &list.items[i];
        bool is_closed = due->slot.state == SLOT_OVERDUE && !due->is_deceased && due->slot.planned_us >= due->entered_us;
        if (is_closed) {
            status = close_one(actor, due, &closed, err);
        }
    }
    due_list_release(&list);
    *out_closed = closed;
    return status;
}
