/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may become of a planned dose: one table of states and transitions (clinical.md 4.B.2, 4.B.3). The service refuses
 * what is not in it; docs/dose-states.md is printed from it. States from the clock (due, late, overdue) are no rows: they
 * are all PENDING. Pure. */
#ifndef MODEL_DOSE_STATES_H
#define MODEL_DOSE_STATES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "model/dose.h"

/* Two states that no event's status is, beside the statuses. */
#define DOSE_STATE_PENDING DOSE_STATUS_NONE_GIVEN
#define DOSE_STATE_CONFLICT DOSE_STATUS_COUNT

enum dose_actor { DOSE_ACTOR_GIVER, DOSE_ACTOR_SYSTEM, DOSE_ACTOR_AUTHOR };

struct dose_transition {
    int number;             /* of the page and of the sentences */
    unsigned from;          /* bits of enum dose_status, DOSE_STATE_PENDING and DOSE_STATE_CONFLICT */
    enum dose_status to;    /* DOSE_STATE_PENDING: open again */
    unsigned kinds;         /* bits of enum schedule_kind of the orders that it is for */
    enum dose_actor who;
    const char *guards;     /* N_() */
    const char *required;   /* N_(): fields of the record */
};

extern const struct dose_transition DOSE_TRANSITIONS[];
extern const int DOSE_TRANSITIONS_COUNT;

/* The row by which a person may record `to` on a dose that stands as `from`; NULL: there is none. */
const struct dose_transition *dose_transition_find(enum dose_status from, enum dose_status to, enum schedule_kind kind);

/* What holds for a state of an order of this kind: "given, held ...", or why there is nothing. Never empty for a pair that
 * can occur; "" for an unknown one (a test looks for it). */
void dose_state_write_cell(struct buffer *out, enum dose_status state, enum schedule_kind kind);

void dose_states_write_markdown(struct buffer *out);

#endif
