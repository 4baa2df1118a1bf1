/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/leaving.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "service/doses_double.h"
#include "store/controlled_store.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_link_store.h"

enum { EFFECT_BACK_H = 24, REMOVAL_BACK_DAYS = 30, RUNNING_BACK_DAYS = 7, RUNNING_MAX = 500 };

void leaving_list_release(struct leaving_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i]);
    }
    mem_free(list->items);
    *list = (struct leaving_list){0};
}

static void add(struct leaving_list *list, char *sentence)
{
    MEM_GROW(list);
    list->items[list->len++] = sentence;
}

static enum status add_effects(struct site *site, struct uid patient, struct leaving_list *out, struct error *err)
{
    struct dose_event_list events = {0};
    enum status status = dose_list_unassessed(site->store, clock_now_us(site->clock) - EFFECT_BACK_H * US_PER_HOUR, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        const struct dose_event *event = &events.items[i];
        struct order order = {0};
        bool is_same = false;
        char at[ZONE_CLOCK_MAX];
        status = person_is_same(site->store, event->patient, patient, &is_same, err);
        if (status == STATUS_OK && is_same) {
            status = order_get(site->store, event->order, &order, err);
        }
        if (status == STATUS_OK && is_same) {
            add(out, mem_format(_("%s, given at %s: nobody has recorded its effect. Do that before the patient leaves."), order.drug_text,
                                zone_clock(site->zone, event->occurred_us, at)));
        }
        order_release(&order);
    }
    dose_event_list_release(&events);
    return status;
}

static enum status add_waste(struct site *site, struct uid patient, struct leaving_list *out, struct error *err)
{
    struct controlled_entry_list open = {0};
    enum status status = controlled_list_open(site->store, clock_now_us(site->clock) - REMOVAL_BACK_DAYS * 24 * US_PER_HOUR, &open, err);
    for (size_t i = 0; status == STATUS_OK && i < open.len; i++) {
        const struct controlled_entry *entry = &open.items[i];
        bool is_same = false;
        status = person_is_same(site->store, entry->patient, patient, &is_same, err);
        if (status == STATUS_OK && is_same) {
            add(out, mem_format(_("%s, taken out by %s: not all of it is accounted for. Waste or return the rest before the patient leaves."),
                                entry->drug, entry->actor_name));
        }
    }
    controlled_entry_list_release(&open);
    return status;
}

static enum status add_doubles(struct actor *actor, struct uid patient, struct leaving_list *out, struct error *err)
{
    struct double_dose_list list = {0};
    enum status status = double_dose_list_refresh(actor, &list, err);
    for (size_t i = 0; status == STATUS_OK && i < list.len; i++) {
        const struct double_dose *d = &list.items[i];
        bool is_same = false;
        status = person_is_same(actor->site->store, d->patient, patient, &is_same, err);
        if (status == STATUS_OK && is_same) {
            add(out, mem_format(_("%s may have been given twice: have the two records judged before the patient leaves."), d->drug));
        }
    }
    double_dose_list_release(&list);
    return status;
}

static bool is_followed(const struct dose_event_list *events, const struct dose_event *started)
{
    for (size_t i = 0; i < events->len; i++) {
        const struct dose_event *other = &events->items[i];
        bool is_later = !uid_is_none(started->slot) && uid_compare(other->slot, started->slot) == 0 &&
                        other->status != DOSE_STATUS_IN_PROGRESS && other->recorded_us >= started->recorded_us;
        if (uid_compare(other->supersedes, started->id) == 0 || is_later) {
            return true;
        }
    }
    return false;
}

/* An infusion that runs goes with the patient or is ended; a patch goes home on the skin. */
static enum status add_running(struct site *site, struct uid patient, struct leaving_list *out, struct error *err)
{
    struct dose_event_list events = {0};
    int64_t now_us = clock_now_us(site->clock);
    enum status status = dose_list_get(site->store, patient, now_us - RUNNING_BACK_DAYS * 24 * US_PER_HOUR, now_us + US_PER_HOUR,
                                       RUNNING_MAX, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        const struct dose_event *event = &events.items[i];
        struct order order = {0};
        if (event->status != DOSE_STATUS_IN_PROGRESS || event->route == ROUTE_TRANSDERMAL || is_followed(&events, event)) {
            continue;
        }
        status = order_get(site->store, event->order, &order, err);
        if (status == STATUS_OK) {
            add(out, mem_format(_("%s is running: record its end before the patient leaves."), order.drug_text));
        }
        order_release(&order);
    }
    dose_event_list_release(&events);
    return status;
}

enum status leaving_list_get(struct actor *actor, struct uid patient, struct leaving_list *out, struct error *err)
{
    struct leaving_list list = {0};
    enum status status = add_effects(actor->site, patient, &list, err);
    if (status == STATUS_OK) {
        status = add_waste(actor->site, patient, &list, err);
    }
    if (status == STATUS_OK) {
        status = add_running(actor->site, patient, &list, err);
    }
    if (status == STATUS_OK) {
        status = add_doubles(actor, patient, &list, err);
    }
    if (status != STATUS_OK) {
        leaving_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}
