/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The counter of a demo clinic: fills in every state, packs with lots, one rest that is owed, one bag that nobody collected, and
 * orders that wait for a pharmacist. */
#include <string.h>

#include "base/memory.h"
#include "service/demo_private.h"
#include "service/fills.h"
#include "store/fill_store.h"
#include "store/refill_store.h"

enum { HOURS_BACK = 3, UNCLAIMED_DAYS = 12 };

/* By the number of the patient, for their first order. */
static const struct {
    enum fill_state state;
    int days_back;
    int missing; /* pieces that are owed */
} FILLS[] = {
    {FILL_STATE_NEW, 0, 0},      {FILL_STATE_IN_PROGRESS, 0, 0}, {FILL_STATE_FILLED, 0, 0},    {FILL_STATE_CHECKED, 0, 0},
    {FILL_STATE_PARTIAL, 1, 10}, {FILL_STATE_HANDED_OVER, 25, 0}, {FILL_STATE_RETURNED, 14, 0}, {FILL_STATE_CANCELLED, 2, 0},
    {FILL_STATE_CHECKED, UNCLAIMED_DAYS, 0},
};
enum { FILL_COUNT = sizeof FILLS / sizeof *FILLS, TO_VERIFY = 4 };

bool demo_waits_for_pharmacist(int n, int k)
{
    return k == 0 && n >= FILL_COUNT && n < FILL_COUNT + TO_VERIFY;
}

static bool is_in_bag(enum fill_state state)
{
    return state != FILL_STATE_NEW && state != FILL_STATE_IN_PROGRESS && state != FILL_STATE_CANCELLED;
}

static enum status add_pack(struct demo_clinic *clinic, int n, const struct fill *f, struct error *err)
{
    char none[] = "", lot[] = "DEMO7A";
    struct fill_pack pack = {.id = demo_id(clinic, "pack", n, 0), .patient = f->patient, .fill = f->id, .code = none, .product = f->product,
                             .no_scan_reason = NO_SCAN_REASON_MISSING, .lot = lot, .expiry = date_add_days(site_today(clinic->actor->site), 400),
                             .quantity = f->filled, .added_by = f->filled_by, .added_us = f->filled_us};
    return fill_pack_insert(clinic->actor->site->store, &pack, err);
}

static enum status add_step(struct demo_clinic *clinic, int n, int k, const struct fill *f, enum fill_state from, enum fill_state to, struct error *err)
{
    char none[] = "";
    const struct fill_step step = {.id = demo_id(clinic, "step", n, k), .patient = f->patient, .fill = f->id, .from = from, .to = to, .reason = none,
                                   .note = none, .done_by = clinic->actor->user, .done_us = f->requested_us + k * 5 * US_PER_MINUTE};
    return fill_step_insert(clinic->actor->site->store, &step, err);
}

/* The way that leads there. */
static enum status add_steps(struct demo_clinic *clinic, int n, const struct fill *f, struct error *err)
{
    static const enum fill_state WAY[] = {FILL_STATE_NONE_GIVEN, FILL_STATE_NEW, FILL_STATE_IN_PROGRESS, FILL_STATE_FILLED, FILL_STATE_CHECKED};
    enum status status = STATUS_OK;
    int k = 1;
    bool is_short = f->state == FILL_STATE_CANCELLED;
    for (; status == STATUS_OK && k < 5 && WAY[k - 1] != f->state; k++) {
        status = add_step(clinic, n, k, f, WAY[k - 1], WAY[k], err);
        if (is_short) {
            k++;
            break;
        }
    }
    bool is_behind = f->state != WAY[k - 1];
    return status == STATUS_OK && is_behind ? add_step(clinic, n, k, f, WAY[k - 1], f->state, err) : status;
}

static enum status spend(struct demo_clinic *clinic, const struct fill *f, struct uid version, struct error *err)
{
    struct refill_line line = {.id = refill_spent_id(f->id), .patient = f->patient, .order = f->order, .version = version, .fill = f->id,
                               .kind = REFILL_ENTRY_SPENT, .device = store_device(clinic->actor->site->store), .had_right = true,
                               .by = clinic->actor->user, .at_us = f->requested_us};
    bool is_back = f->state == FILL_STATE_RETURNED || f->state == FILL_STATE_CANCELLED;
    enum status status = refill_line_insert(clinic->actor->site->store, &line, NULL, err);
    if (status == STATUS_OK && is_back) {
        line.id = refill_returned_id(f->id);
        line.kind = REFILL_ENTRY_RETURNED;
        status = refill_line_insert(clinic->actor->site->store, &line, NULL, err);
    }
    return status;
}

/* What is counted into the bag; what is dosed by weight or volume of the drug is counted in no unit here. */
static enum unit unit_of(const struct order *order)
{
    enum unit unit = order->sig.unit;
    return unit == UNIT_TABLET || unit == UNIT_CAPSULE || unit == UNIT_PATCH ? unit : UNIT_NONE;
}

enum status demo_add_fill(struct demo_clinic *clinic, int n, int k, const struct order *order, struct error *err)
{
    char none[] = "";
    if (k != 0 || n >= FILL_COUNT || order->sig.kind == SCHEDULE_KIND_UNSTRUCTURED || order->quantity < 1) {
        return STATUS_OK;
    }
    const int64_t asked_us = clinic->now_us - FILLS[n].days_back * 24 * US_PER_HOUR - HOURS_BACK * US_PER_HOUR;
    char *drug = order_display_drug(order);
    struct fill f = {
        .id = demo_id(clinic, "fill", n, k), .patient = order->patient, .order = order->id, .version = order->version,
        .state = FILLS[n].state, .ingredients = order->ingredients, .product = none, .reason_text = none, .collected_by = none,
        .wanted = decimal_from_int(order->quantity), .unit = unit_of(order), .days_supply = 30,
        .supply_from = zone_local(clinic->actor->site->zone, asked_us).date, .had_right = true, .requested_by = clinic->actor->user,
        .requested_us = asked_us,
    };
    f.root = f.id;
    if (is_in_bag(f.state)) {
        f.product = drug;
        f.filled = decimal_from_int(order->quantity - FILLS[n].missing);
        f.filled_by = clinic->actor->user;
        f.filled_us = asked_us + 15 * US_PER_MINUTE;
    }
    if (is_in_bag(f.state) && f.state != FILL_STATE_FILLED) {
        f.checked_by = clinic->doctor;
        f.checked_us = asked_us + 25 * US_PER_MINUTE;
        f.return_us = f.state == FILL_STATE_CHECKED ? f.checked_us + 10 * 24 * US_PER_HOUR : 0;
    }
    if (f.state == FILL_STATE_PARTIAL || f.state == FILL_STATE_HANDED_OVER) {
        f.handed_by = clinic->actor->user;
        f.handed_us = asked_us + US_PER_HOUR;
        f.identified_by = IDENTIFIED_BY_TWO_IDENTIFIERS;
        f.counselling = COUNSELLING_REFUSED;
    }
    f.end_reason = f.state == FILL_STATE_RETURNED   ? FILL_END_REASON_UNCLAIMED
                   : f.state == FILL_STATE_CANCELLED ? FILL_END_REASON_NOT_WANTED
                                                     : FILL_END_REASON_NONE_GIVEN;
    enum status status = fill_insert(clinic->actor->site->store, &f, NULL, err);
    if (status == STATUS_OK && is_in_bag(f.state)) {
        status = add_pack(clinic, n, &f, err);
    }
    if (status == STATUS_OK) {
        status = add_steps(clinic, n, &f, err);
    }
    if (status == STATUS_OK) {
        status = spend(clinic, &f, order->version, err);
    }
    mem_free(drug);
    return status;
}
