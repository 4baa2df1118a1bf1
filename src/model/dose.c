/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/dose.h"

#include "base/memory.h"

void dose_event_release(struct dose_event *event)
{
    mem_free(event->body_site);
    mem_free(event->reason);
    mem_free(event->reason_text);
    mem_free(event->timing_reason);
    mem_free(event->product_code);
    mem_free(event->lot);
    mem_free(event->expiry);
    mem_free(event->side_effects);
    mem_free(event->notes);
    mem_free(event->form_number);
    mem_free(event->rate);
    mem_free(event->score_before);
    mem_free(event->zone);
    mem_free(event->recorded_by_name);
    *event = (struct dose_event){0};
}

void dose_event_list_release(struct dose_event_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        dose_event_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct dose_event_list){0};
}

void dose_slot_list_release(struct dose_slot_list *list)
{
    mem_free(list->items);
    *list = (struct dose_slot_list){0};
}

enum enum_kind dose_reason_kind(enum dose_status status, bool is_as_needed)
{
    static const enum enum_kind kinds[DOSE_STATUS_COUNT] = {
        [DOSE_STATUS_HELD] = ENUM_HOLD_REASON,       [DOSE_STATUS_REFUSED] = ENUM_REFUSE_REASON,
        [DOSE_STATUS_PARTIAL] = ENUM_PARTIAL_REASON, [DOSE_STATUS_UNAVAILABLE] = ENUM_UNAVAILABLE_REASON,
        [DOSE_STATUS_AWAY] = ENUM_AWAY_REASON,       [DOSE_STATUS_MISSED] = ENUM_MISSED_REASON,
    };
    if (status <= DOSE_STATUS_NONE_GIVEN || status >= DOSE_STATUS_COUNT) {
        return ENUM_NO_KIND;
    }
    return kinds[status] == ENUM_NO_KIND && is_as_needed && dose_status_is_taken(status) ? ENUM_PRN_REASON : kinds[status];
}

bool dose_status_is_taken(enum dose_status status)
{
    return status == DOSE_STATUS_GIVEN || status == DOSE_STATUS_PARTIAL || status == DOSE_STATUS_SELF ||
           status == DOSE_STATUS_IN_PROGRESS;
}

bool dose_needs_body_site(enum route route)
{
    return route == ROUTE_SUBCUT || route == ROUTE_IM || route == ROUTE_TRANSDERMAL || route == ROUTE_TOPICAL;
}

bool dose_can_last(enum route route)
{
    return route == ROUTE_IV || route == ROUTE_SUBCUT || route == ROUTE_INTRATHECAL || route == ROUTE_TRANSDERMAL ||
           route == ROUTE_INHALED || route == ROUTE_VAGINAL || route == ROUTE_OTHER;
}

bool dose_status_is_open(enum dose_status status)
{
    return status == DOSE_STATUS_IN_PROGRESS || status == DOSE_STATUS_UNAVAILABLE ||
           status == DOSE_STATUS_AWAY;
}

/* What one event still says after the others have spoken. */
enum standing {
    STANDS,
    REPEATED,   /* the same event twice: a replayed batch */
    SUPERSEDED, /* another event corrects it */
    YIELDED,    /* weaker than an event that stands */
};

struct fold {
    const struct dose_event *events;
    size_t count;
    enum standing *standing;
    size_t *target; /* index of the event this one supersedes, count when none */
    size_t *followers;
};

static bool is_system(const struct dose_event *event)
{
    return event->recorded_via == RECORDED_VIA_SYSTEM &&
           (event->status == DOSE_STATUS_MISSED || event->status == DOSE_STATUS_CANCELLED);
}

static size_t index_of(const struct fold *fold, struct uid id)
{
    for (size_t i = 0; i < fold->count && !uid_is_none(id); i++) {
        if (fold->standing[i] != REPEATED && uid_compare(fold->events[i].id, id) == 0) {
            return i;
        }
    }
    return fold->count;
}

static void link_corrections(struct fold *fold)
{
    for (size_t i = 0; i < fold->count; i++) {
        size_t first = index_of(fold, fold->events[i].id);
        fold->standing[i] = first < i ? REPEATED : STANDS;
    }
    for (size_t i = 0; i < fold->count; i++) {
        fold->target[i] = fold->count;
        if (fold->standing[i] != REPEATED) {
            size_t target = index_of(fold, fold->events[i].supersedes);
            fold->target[i] = target == i ? fold->count : target; /* itself: no correction */
        }
    }
    for (size_t i = 0; i < fold->count; i++) {
        if (fold->target[i] < fold->count) {
            fold->standing[fold->target[i]] = SUPERSEDED;
            fold->followers[fold->target[i]]++;
        }
    }
}

/* Corrections that chase each other leave nothing standing; a person has to look, the dose may have
 * been given. */
static bool has_cycle(const struct fold *fold)
{
    bool has_found = false;
    size_t *left = mem_alloc_array(fold->count, sizeof *left);
    bool *is_done = mem_alloc_array(fold->count, sizeof *is_done);
    for (size_t i = 0; i < fold->count; i++) {
        left[i] = fold->followers[i];
    }
    for (size_t i = 0; i < fold->count; i++) {
        for (size_t at = i; at < fold->count && left[at] == 0 && !is_done[at];
             at = fold->target[at]) {
            is_done[at] = true;
            if (fold->target[at] < fold->count) {
                left[fold->target[at]]--;
            }
        }
    }
    for (size_t i = 0; i < fold->count; i++) {
        has_found = has_found || !is_done[i];
    }
    mem_free(left);
    mem_free(is_done);
    return has_found;
}

/* Voided by one and corrected by another: they disagree on whether anything was given. */
static bool is_contested(const struct fold *fold)
{
    for (size_t i = 0; i < fold->count; i++) {
        if (fold->standing[i] != STANDS || fold->events[i].status != DOSE_STATUS_IN_ERROR) {
            continue;
        }
        for (size_t j = 0; j < fold->count; j++) {
            if (fold->standing[j] == STANDS && fold->events[j].status != DOSE_STATUS_IN_ERROR &&
                fold->target[i] < fold->count && fold->target[j] == fold->target[i]) {
                return true;
            }
        }
    }
    return false;
}

/* Whether `weak` gives way to `strong` without a person's judgement. */
static bool yields(const struct dose_event *weak, const struct dose_event *strong)
{
    if (is_system(weak) && is_system(strong)) {
        if (weak->status != strong->status) {
            return weak->status == DOSE_STATUS_MISSED; /* a cancelled slot was never due */
        }
        if (weak->occurred_us != strong->occurred_us) {
            return weak->occurred_us > strong->occurred_us;
        }
        return uid_compare(weak->id, strong->id) > 0;
    }
    if (is_system(weak)) {
        /* cancelled occurred when the order stopped: a dose after that is "given after stop" */
        return weak->status == DOSE_STATUS_MISSED || strong->occurred_us < weak->occurred_us;
    }
    if (!dose_status_is_open(weak->status) || is_system(strong)) {
        return false;
    }
    if (!dose_status_is_open(strong->status)) {
        return strong->occurred_us >=
               weak->occurred_us; /* away, then given: a step, not a contradiction */
    }
    if (weak->status == DOSE_STATUS_IN_PROGRESS || strong->occurred_us < weak->occurred_us) {
        return false; /* two bags hung on one slot: somebody has to look */
    }
    return strong->occurred_us > weak->occurred_us || uid_compare(strong->id, weak->id) > 0;
}

static void let_weak_yield(struct fold *fold)
{
    for (size_t i = 0; i < fold->count; i++) {
        for (size_t j = 0; j < fold->count && fold->standing[i] == STANDS; j++) {
            bool is_rival = j != i &&
                            (fold->standing[j] == STANDS || fold->standing[j] == YIELDED) &&
                            fold->events[j].status != DOSE_STATUS_IN_ERROR;
            if (is_rival && fold->events[i].status != DOSE_STATUS_IN_ERROR &&
                yields(&fold->events[i], &fold->events[j])) {
                fold->standing[i] = YIELDED;
            }
        }
    }
}

static void conclude(const struct fold *fold, struct dose_slot *slot)
{
    size_t standing = 0;
    size_t last = 0;
    for (size_t i = 0; i < fold->count; i++) {
        if (fold->standing[i] == STANDS && fold->events[i].status != DOSE_STATUS_IN_ERROR) {
            standing++;
            last = i;
        }
    }
    if (standing > 1 || is_contested(fold) || has_cycle(fold)) {
        slot->state = SLOT_CONFLICT;
    } else if (standing == 1) {
        slot->state = SLOT_DONE;
        slot->status = fold->events[last].status;
        slot->event = fold->events[last].id;
    }
}

void dose_slot_fold(struct dose_slot *slot, const struct dose_event *events, size_t count)
{
    slot->status = DOSE_STATUS_NONE_GIVEN;
    slot->event = UID_NONE;
    if (count == 0) {
        return;
    }
    if (count == 1) { /* nearly always */
        if (events->status != DOSE_STATUS_IN_ERROR) {
            slot->state = SLOT_DONE;
            slot->status = events->status;
            slot->event = events->id;
        }
        return;
    }
    struct fold fold = {
        .events = events,
        .count = count,
        .standing = mem_alloc_array(count, sizeof *fold.standing),
        .target = mem_alloc_array(count, sizeof *fold.target),
        .followers = mem_alloc_array(count, sizeof *fold.followers),
    };
    for (size_t i = 0; i < count; i++) {
        fold.standing[i] = STANDS;
    }
    link_corrections(&fold);
    let_weak_yield(&fold);
    conclude(&fold, slot);
    mem_free(fold.standing);
    mem_free(fold.target);
    mem_free(fold.followers);
}
