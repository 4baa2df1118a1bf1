/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_double.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/act.h"
#include "service/central_link.h"
#include "service/restrictions.h"
#include "service/doses_private.h"
#include "service/doses_total.h"
#include "service/patients.h"
#include "store/dose_follow_store.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_link_store.h"
#include "store/patient_store.h"

#define LOOK_BACK_US (30 * 24 * US_PER_HOUR)
enum { RECORDS_MAX = 200 };
#define PAIRS_BACK_US (7 * 24 * US_PER_HOUR)

void double_dose_list_release(struct double_dose_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].patient_name);
        mem_free(list->items[i].drug);
        dose_event_release(&list->items[i].first);
        dose_event_release(&list->items[i].second);
    }
    mem_free(list->items);
    *list = (struct double_dose_list){0};
}

/* Moves the first two standing records out of the events of one slot; false when there are not two. */
static bool take_two(struct dose_event *events, size_t count, struct double_dose *out)
{
    const struct dose_event_list view = {events, count, count};
    size_t found = 0, at[2] = {0, 0};
    for (size_t i = 0; i < count && found < 2; i++) {
        if (dose_event_stands(&view, &events[i])) {
            at[found++] = i;
        }
    }
    if (found < 2) {
        return false;
    }
    out->first = events[at[0]];
    out->second = events[at[1]];
    events[at[0]] = events[at[1]] = (struct dose_event){0}; /* theirs now */
    return true;
}

static enum status append(struct site *site, struct dose_event *events, size_t count, struct double_dose_list *out,
                          struct error *err)
{
    struct dose_slot slot = {.id = events[0].slot};
    struct double_dose found = {.slot = events[0].slot, .patient = events[0].patient, .planned_us = events[0].planned_us};
    struct uid order_id = events[0].order;
    bool is_judged = false;
    struct order order;
    struct patient patient;
    dose_slot_fold(&slot, events, count);
    if (slot.state != SLOT_CONFLICT) {
        return STATUS_OK;
    }
    enum status status = dose_slot_is_judged(site->store, slot.id, &is_judged, err);
    if (status != STATUS_OK || is_judged || !take_two(events, count, &found)) {
        return status;
    }
    MEM_GROW(out);
    out->items[out->len++] = found;
    struct double_dose *last = &out->items[out->len - 1];
    status = order_get(site->store, order_id, &order, err);
    if (status == STATUS_OK) {
        last->drug = mem_copy_text(order.drug_text);
        order_release(&order);
        status = patient_get(site->store, last->patient, &patient, err);
    }
    if (status == STATUS_OK) {
        last->patient_name = patient_display_name(&patient);
        patient_release(&patient);
    }
    return status;
}

/* A dose and the person it was given to: the record in use. */
struct owned_event {
    struct dose_event event;
    struct uid person;
};

/* As needed: two records of one ingredient, a quarter of an hour apart at most (4.B.6). */
static enum status append_pair(struct site *site, struct dose_event *first, struct dose_event *second, struct double_dose_list *out,
                               bool *out_taken, struct error *err)
{
    struct order one = {0}, other = {0};
    struct patient patient;
    bool is_judged = false;
    *out_taken = false;
    enum status status = order_get(site->store, first->order, &one, err);
    if (status == STATUS_OK) {
        status = order_get(site->store, second->order, &other, err);
    }
    if (status == STATUS_OK) {
        status = dose_slot_is_judged(site->store, first->id, &is_judged, err);
    }
    if (status == STATUS_OK && !is_judged && orders_share_ingredient(&one, &other)) {
        status = patient_get(site->store, first->patient, &patient, err);
        if (status == STATUS_OK) {
            const struct double_dose found = {.patient = first->patient, .slot = first->id, .patient_name = patient_display_name(&patient),
                                              .drug = mem_copy_text(one.drug_text), .planned_us = first->occurred_us, .is_as_needed = true,
                                              .first = *first, .second = *second};
            patient_release(&patient);
            *first = *second = (struct dose_event){0}; /* theirs now */
            MEM_GROW(out);
            out->items[out->len++] = found;
            *out_taken = true;
        }
    }
    order_release(&one);
    order_release(&other);
    return status;
}

static int by_person_and_time(const void *a, const void *b)
{
    const struct owned_event *x = a, *y = b;
    int order = uid_compare(x->person, y->person);
    return order != 0 ? order : (x->event.occurred_us > y->event.occurred_us) - (x->event.occurred_us < y->event.occurred_us);
}

/* Side by side what was given to one person, under whichever of their numbers; tells whose each is. */
static enum status put_by_person(struct store *store, struct dose_event_list *events, struct owned_event *out, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < events->len && status == STATUS_OK; i++) {
        struct person_records records;
        bool is_known = i > 0 && uid_compare(events->items[i].patient, events->items[i - 1].patient) == 0;
        out[i].event = events->items[i]; /* borrows the strings */
        out[i].person = is_known ? out[i - 1].person : UID_NONE;
        if (!is_known) {
            status = person_records_get(store, events->items[i].patient, &records, err);
            out[i].person = status == STATUS_OK ? records.ids[0] : UID_NONE;
        }
    }
    if (status == STATUS_OK && events->len > 1) {
        qsort(out, events->len, sizeof *out, by_person_and_time);
    }
    for (size_t i = 0; i < events->len && status == STATUS_OK; i++) {
        events->items[i] = out[i].event;
    }
    return status;
}

static enum status append_pairs(struct site *site, struct double_dose_list *out, struct error *err)
{
    struct dose_event_list events = {0};
    enum status status = dose_list_pairs(site->store, clock_now_us(site->clock) - PAIRS_BACK_US, &events, err);
    struct owned_event *owned = mem_alloc_array(events.len + 1, sizeof *owned);
    if (status == STATUS_OK) {
        status = put_by_person(site->store, &events, owned, err);
    }
    for (size_t i = 0; status == STATUS_OK && i < events.len; i++) {
        bool is_taken = uid_is_none(events.items[i].id);
        for (size_t k = i + 1; status == STATUS_OK && !is_taken && k < events.len; k++) {
            struct dose_event *first = &events.items[i], *second = &events.items[k];
            if (uid_compare(owned[i].person, owned[k].person) != 0 || second->occurred_us - first->occurred_us > PRN_PAIR_US) {
                break;
            }
            status = append_pair(site, first, second, out, &is_taken, err);
        }
    }
    dose_event_list_release(&events);
    mem_free(owned);
    return status;
}

static int by_planned(const void *a, const void *b)
{
    const struct double_dose *x = a, *y = b;
    return x->planned_us != y->planned_us ? (x->planned_us < y->planned_us ? -1 : 1) : uid_compare(x->slot, y->slot);
}

/* Events of one slot stand side by side. */
static enum status append_slots(struct site *site, const struct dose_event_list *events, struct double_dose_list *out, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t from = 0; status == STATUS_OK && from < events->len;) {
        size_t to = from + 1;
        while (to < events->len && uid_compare(events->items[to].slot, events->items[from].slot) == 0) {
            to++;
        }
        status = append(site, events->items + from, to - from, out, err);
        from = to;
    }
    return status;
}

/* of: a person's records; NULL: of the site. */
static enum status read_doubles(struct site *site, const struct person_records *of, struct double_dose_list *out, struct error *err)
{
    int64_t since_us = clock_now_us(site->clock) - LOOK_BACK_US;
    enum status status = store_read_begin(site->store, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (int i = 0; status == STATUS_OK && i < (of != NULL ? of->count : 1); i++) {
        struct dose_event_list events = {0};
        status = of != NULL ? dose_list_doubles_of(site->store, of->ids[i], since_us, &events, err)
                            : dose_list_doubles(site->store, since_us, &events, err);
        status = status == STATUS_OK ? append_slots(site, &events, out, err) : status;
        dose_event_list_release(&events);
    }
    if (status == STATUS_OK) {
        status = append_pairs(site, out, err);
    }
    store_read_end(site->store);
    return status;
}

static enum status list_of(struct actor *actor, const struct person_records *of, struct double_dose_list *out, struct error *err)
{
    struct double_dose_list list = {0};
    if (!actor_may(actor, PERMISSION_CLINICAL_READ)) {
        return actor_refuse(actor, err);
    }
    enum status status = read_doubles(actor->site, of, &list, err);
    if (status != STATUS_OK) {
        double_dose_list_release(&list);
        return status;
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, by_planned);
    }
    struct restriction_memo memo = {.is_known = false};
    for (size_t i = 0; i < list.len; i++) {
        (void)restriction_cover(actor, list.items[i].patient, &memo, (char **[]){&list.items[i].drug, NULL});
    }
    *out = list;
    return STATUS_OK;
}

enum status double_dose_list_refresh(struct actor *actor, struct double_dose_list *out, struct error *err)
{
    return list_of(actor, NULL, out, err);
}

enum status double_dose_list_of(struct actor *actor, const struct person_records *person, struct double_dose_list *out, struct error *err)
{
    return list_of(actor, person, out, err);
}

enum status double_dose_list_get(struct actor *actor, struct double_dose_list *out, struct error *err)
{
    struct act act = ACT(actor, PERMISSION_CLINICAL_READ, "dose.double_list", "dose_events", UID_NONE);
    enum status status = act_read(&act, err);
    return status == STATUS_OK ? double_dose_list_refresh(actor, out, err) : status;
}

/* ---- judging ---- */

static bool is_blank(const char *text)
{
    return text == NULL || text[0] == '\0';
}

static enum status check_fields(const struct double_judgement *j, struct error *err)
{
    if (j->class_of == DOUBLE_CLASS_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "class", _("Choose what happened."));
    }
    if (is_blank(j->reason)) {
        return error_set_field(err, STATUS_INVALID, "reason", _("Say how that is known."));
    }
    if (is_blank(j->people_asked)) {
        return error_set_field(err, STATUS_INVALID, "people_asked", _("Say who was asked: the other recorder, the patient."));
    }
    if (j->class_of == DOUBLE_CLASS_GIVEN_TWICE && is_blank(j->notified)) {
        return error_set_field(err, STATUS_INVALID, "notified", _("The drug was given twice: say which prescriber was told, and when."));
    }
    if (j->class_of == DOUBLE_CLASS_GIVEN_TWICE && is_blank(j->monitoring)) {
        return error_set_field(err, STATUS_INVALID, "monitoring", _("The drug was given twice: say what is watched, and how long."));
    }
    if (j->class_of == DOUBLE_CLASS_GIVEN_TWICE && j->next_dose == NEXT_DOSE_NONE_GIVEN) {
        return error_set_field(err, STATUS_INVALID, "next_dose", _("The drug was given twice: choose what becomes of the next dose."));
    }
    if (j->class_of == DOUBLE_CLASS_WRONG_PATIENT && is_blank(j->moved_to)) {
        return error_set_field(err, STATUS_INVALID, "moved_to", _("Type the MRN of the patient who had the dose; then record it there."));
    }
    return STATUS_OK;
}

static enum status check_person(const struct actor *actor, const struct dose_event *kept, const struct dose_event *other,
                                struct error *err)
{
    bool is_recorder = uid_compare(kept->recorded_by, actor->user) == 0 || uid_compare(other->recorded_by, actor->user) == 0;
    bool is_own_pair = uid_compare(kept->recorded_by, other->recorded_by) == 0 && is_recorder;
    if (actor_may(actor, PERMISSION_DOSE_SUPERVISE) && !is_own_pair) {
        return STATUS_OK;
    }
    if (is_own_pair) {
        return error_set(err, STATUS_REFUSED, _("Both records are your own: a pharmacist or prescriber has to look at them."));
    }
    return is_recorder ? STATUS_OK
                       : error_set(err, STATUS_NOT_PERMITTED, _("One of the two who recorded, a pharmacist or a prescriber has to "
                                                                "judge this."));
}

/* The record that turned out not to have happened: a new event that points at it. */
static enum status void_other(struct act *act, const struct dose_event *other, const char *reason, struct error *err)
{
    struct dose_event event = *other; /* borrows the strings */
    char *words = mem_copy_text(reason);
    event.supersedes = other->id;
    event.id = uid_new(act->actor->site->clock);
    event.recorded_us = uid_time_us(event.id);
    event.recorded_by = act->actor->user;
    event.clock_skew_s = central_link_skew_s(act->actor->site);
    event.status = DOSE_STATUS_IN_ERROR;
    event.reason_text = words;
    enum status status = dose_insert(act->actor->site->store, &event, NULL, err);
    mem_free(words);
    return status;
}

/* Everything that may have corrected one of the two. */
static enum status list_records(struct store *store, const struct double_judgement *j, const struct dose_event *kept,
                                struct dose_event_list *out, struct error *err)
{
    return uid_is_none(kept->slot) ? dose_list_get(store, kept->patient, kept->occurred_us - US_PER_HOUR, kept->occurred_us + US_PER_HOUR,
                                                   RECORDS_MAX, out, err)
                                   : dose_list_slot(store, j->slot, out, err);
}

static enum status judge(struct act *act, const struct double_judgement *j, struct uid moved_to, const struct dose_event *kept,
                         const struct dose_event *other, struct error *err)
{
    struct store *store = act->actor->site->store;
    struct dose_event_list events = {0};
    bool is_judged = false;
    enum status status = dose_slot_is_judged(store, j->slot, &is_judged, err);
    if (status == STATUS_OK) {
        status = list_records(store, j, kept, &events, err);
    }
    if (status == STATUS_OK && (is_judged || !dose_event_stands(&events, kept) || !dose_event_stands(&events, other))) {
        status = error_set(err, STATUS_STALE, _("Somebody has judged or corrected this meanwhile. Look again."));
    }
    dose_event_list_release(&events);
    if (status == STATUS_OK && j->class_of != DOUBLE_CLASS_GIVEN_TWICE) {
        status = void_other(act, other, j->reason, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    const struct dose_resolution resolution = {
        .id = act->record, .patient = kept->patient, .slot = j->slot, .kept = j->kept, .other = j->other,
        .class_of = j->class_of, .reason = j->reason, .people_asked = j->people_asked, .notified = j->notified,
        .by = act->actor->user, .monitoring = j->monitoring, .next_dose = j->next_dose, .moved_to = moved_to,
    };
    return dose_resolution_insert(store, &resolution, &act->new_values, err);
}

/* is_same: of one person. */
static bool are_two_of(struct uid slot, const struct dose_event *a, const struct dose_event *b, bool is_same)
{
    bool is_slot = uid_compare(a->slot, slot) == 0 && uid_compare(b->slot, slot) == 0;
    bool is_pair = uid_is_none(a->slot) && uid_is_none(b->slot) && is_same &&
                   (uid_compare(a->id, slot) == 0 || uid_compare(b->id, slot) == 0);
    return (is_slot || is_pair) && uid_compare(a->id, b->id) != 0;
}

enum status dose_judge(struct actor *actor, const struct double_judgement *j, struct error *err)
{
    enum status may = act_permit(actor, PERMISSION_DOSE_CORRECT, "dose.judge", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct site *site = actor->site;
    struct dose_event kept = {0}, other = {0};
    enum status status = check_fields(j, err);
    if (status == STATUS_OK) {
        status = dose_get(site->store, j->kept, &kept, err);
    }
    if (status == STATUS_OK) {
        status = dose_get(site->store, j->other, &other, err);
    }
    bool is_same = false;
    if (status == STATUS_OK) {
        status = person_is_same(site->store, kept.patient, other.patient, &is_same, err);
    }
    if (status == STATUS_OK && !are_two_of(j->slot, &kept, &other, is_same)) {
        status = error_set(err, STATUS_INVALID, _("These are not two records of one dose."));
    }
    if (status == STATUS_OK) {
        status = check_person(actor, &kept, &other, err);
    }
    struct uid moved_to = UID_NONE;
    if (status == STATUS_OK && j->class_of == DOUBLE_CLASS_WRONG_PATIENT) {
        status = patient_resolve(actor, j->moved_to, &moved_to, err);
        if (status == STATUS_OK) {
            status = person_is_same(site->store, moved_to, kept.patient, &is_same, err);
        }
        if (status == STATUS_OK && is_same) {
            status = error_set_field(err, STATUS_INVALID, "moved_to", _("This is the same patient."));
        }
    }
    struct act act = ACT(actor, PERMISSION_DOSE_CORRECT, "dose.judge", "dose_resolutions", kept.patient);
    if (status == STATUS_OK) {
        status = act_begin(&act, err);
        if (status == STATUS_OK) {
            act.record = uid_new(site->clock);
            act.risk = RISK_LEVEL_HIGH;
            status = act_end(&act, judge(&act, j, moved_to, &kept, &other, err), err);
        }
    }
    dose_event_release(&kept);
    dose_event_release(&other);
    return status;
}
