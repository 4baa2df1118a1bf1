/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planned doses of one order version, made anew for whatever window is asked; pure. The cost
 * depends on the window, not on the order's age. The caller owns the list. Ids are hashed elsewhere
 * (crypt/derived_id) from the tuple (order version, seq, kind, identity bytes), so that two
 * terminals that never spoke name a slot alike.
 *
 * seq needs no counting from the start. At fixed times: (local date - the day before the order's
 * first local date) * times a day + index of the time in the day; dates without a dose leave gaps.
 * At intervals: (planned - anchor) / interval. Order by planned_us, never by seq: a clock change
 * can move one slot past the next.
 *
 * Orders in steps (clinical.md 4.B.11): a step that counts days takes whole local dates from the date of its first slot,
 * and the next one begins at the local midnight behind them; one that counts doses ends with its last planned dose,
 * given or not, and the next one begins at its own next time. Interval steps follow without a gap. Every n-th day counts
 * from the step's own first date. seq is counted within a step; the planned moment keeps ids apart. Parallel directions
 * are walked side by side, each as if it were alone; their common duration counts from the first slot of any of them. */
#ifndef SCHEDULE_SLOTS_H
#define SCHEDULE_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/error.h"
#include "base/zone.h"
#include "model/sig.h"

#define SCHEDULE_SLOTS_MAX 100000 /* in one answer */
#define PLANNED_IDENTITY_MAX 128
#define PLANNED_SEQ_EXTRA UINT32_MAX /* the one "first dose now" */

/* What kind of moment the identity bytes hold. The values are hashed into ids: they never change.
 */
enum planned_kind {
    PLANNED_KIND_WALL = 1,
    PLANNED_KIND_INSTANT = 2,
};

struct planned_slot {
    uint32_t seq;
    enum planned_kind kind;
    int64_t planned_us;
    struct date date;  /* the local date that the dose belongs to */
    uint16_t wall_min; /* as ordered, also where the clock skipped it */
    bool is_shifted;   /* that wall time did not exist: planned_us is the gap's width later */
    bool is_extra;     /* first dose now: not one of the counted doses */
    uint8_t step;      /* of sig_step(): whose dose it is */
};

struct planned_slot_list {
    struct planned_slot *items;
    size_t len, cap;
};

/* What the slots depend on: directions, validity [start, stop) with stop 0 for open, and the zone
 * of the site. Borrowed. */
struct schedule_order {
    const struct sig *sig;
    int64_t start_us, stop_us;
    const struct zone *zone;
};

void planned_slot_list_release(struct planned_slot_list *list);

/* Slots planned in [from_us, to_us), ascending. As needed and unstructured orders have none. A
 * duration counts whole days from the first slot, so that "daily for 5 days" is 5 doses at whatever
 * hour it starts. STATUS_LIMIT beyond SCHEDULE_SLOTS_MAX, STATUS_INVALID for directions that
 * sig_check() refuses. */
enum status schedule_slots(const struct schedule_order *order, int64_t from_us, int64_t to_us,
                           struct planned_slot_list *out, struct error *err) MUST_USE;

/* The first slot planned at or after at_us, extra doses aside. False when there is none. */
bool schedule_next(const struct schedule_order *order, int64_t at_us, struct planned_slot *out);

/* The moment from which there is no slot any more: the earlier of stop and the end of the duration (of the last step).
 * False: open. */
bool schedule_end(const struct schedule_order *order, int64_t *out_us);

/* The step in force at at_us, by its own beginning and end: the first before the order starts, the last behind its end. Of
 * parallel directions the one whose slot is planned then, else next. */
size_t schedule_step_at(const struct schedule_order *order, int64_t at_us);

/* decisions.md 16: "YYYY-MM-DDTHH:MM" NUL zone for wall-clock times, big-endian microseconds for
 * instants. Returns the length. */
size_t planned_slot_identity(const struct planned_slot *slot, const struct zone *zone,
                             uint8_t out[PLANNED_IDENTITY_MAX]);

#endif
