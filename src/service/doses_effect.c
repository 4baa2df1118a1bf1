/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_effect.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/restrictions.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"

#define SHOWN_US (24 * US_PER_HOUR)
#define BY_MOUTH_US (60 * US_PER_MINUTE)
#define INTO_THE_VEIN_US (30 * US_PER_MINUTE)

void effect_due_list_release(struct effect_due_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].drug);
        mem_free(list->items[i].given_for);
    }
    mem_free(list->items);
    *list = (struct effect_due_list){0};
}

static enum status append(struct site *site, const struct dose_event *event, struct effect_due_list *out, struct error *err)
{
    struct order order;
    struct patient patient;
    enum status status = order_get(site->store, event->order, &order, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_get(site->store, event->patient, &patient, err);
    if (status == STATUS_OK) {
        const struct effect_due due = {
            .patient = event->patient,
            .event = event->id,
            .patient_name = patient_display_name(&patient),
            .drug = mem_copy_text(order.drug_text),
            .given_for = mem_copy_text(enum_label(ENUM_PRN_REASON, enum_value(ENUM_PRN_REASON, event->reason))),
            .given_us = event->occurred_us,
            .due_us = event->occurred_us + (event->route == ROUTE_IV ? INTO_THE_VEIN_US : BY_MOUTH_US),
        };
        MEM_GROW(out);
        out->items[out->len++] = due;
        out->overdue_count += clock_now_us(site->clock) > due.due_us;
        patient_release(&patient);
    }
    order_release(&order);
    return status;
}

static int by_due(const void *a, const void *b)
{
    const struct effect_due *x = a, *y = b;
    return x->due_us != y->due_us ? (x->due_us < y->due_us ? -1 : 1) : uid_compare(x->event, y->event);
}

enum status effect_due_list_refresh(struct actor *actor, struct effect_due_list *out, struct error *err)
{
    struct site *site = actor->site;
    struct dose_event_list events = {0};
    struct effect_due_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = dose_list_unassessed(site->store, clock_now_us(site->clock) - SHOWN_US, &events, err);
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        status = append(site, &events.items[i], &list, err);
    }
    store_read_end(site->store);
    dose_event_list_release(&events);
    if (status != STATUS_OK) {
        effect_due_list_release(&list);
        return status;
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_due);
    }
    struct restriction_memo memo = {.is_known = false};
    for (size_t i = 0; i < list.len; i++) {
        struct effect_due *e = &list.items[i];
        (void)restriction_cover(actor, e->patient, &memo, (char **[]){&e->drug, &e->given_for, NULL});
    }
    *out = list;
    return STATUS_OK;
}

enum status effect_due_list_get(struct actor *actor, struct effect_due_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "dose.effect_list", "dose_events", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? effect_due_list_refresh(actor, out, err) : status;
}

static enum status read_score(const char *text, struct dose_assessment *a, struct error *err)
{
    if (text == NULL || text[0] == '\0') {
        return STATUS_OK;
    }
    a->has_score = true;
    if (decimal_parse(text, &a->score, NULL) != STATUS_OK || a->score.mantissa < 0 ||
        decimal_compare(a->score, decimal_from_int(10)) > 0) {
        return error_set_field(err, STATUS_INVALID, "score", _("A score is a number from 0 to 10."));
    }
    return STATUS_OK;
}

enum status dose_assess(struct actor *actor, struct uid event_id, enum dose_outcome outcome, const char *score,
                        const char *note, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_DOSE_RECORD, "dose.assess", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct site *site = actor->site;
    struct dose_event event;
    struct dose_assessment assessment = {.dose = event_id, .outcome = outcome, .note = note, .by = actor->user};
    if (outcome == DOSE_OUTCOME_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "outcome", _("Choose what the dose did."));
    }
    if (outcome == DOSE_OUTCOME_ADVERSE && (note == NULL || note[0] == '\0')) {
        return error_set_field(err, STATUS_INVALID, "note", _("An adverse effect needs a few words."));
    }
    enum status status = read_score(score, &assessment, err);
    if (status == STATUS_OK) {
        status = dose_get(site->store, event_id, &event, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_DOSE_RECORD, "dose.assess", "dose_assessments", event.patient);
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        assessment.id = uid_new(site->clock);
        assessment.patient = event.patient;
        act.record = assessment.id;
        act.risk = outcome == DOSE_OUTCOME_ADVERSE ? RISK_LEVEL_MEDIUM : RISK_LEVEL_LOW;
        status = act_end(&act, dose_assessment_insert(site->store, &assessment, &act.new_values, err), err);
    }
    dose_event_release(&event);
    return status;
}
