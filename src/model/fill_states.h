/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may become of a fill: one table of states and transitions. The service refuses what is not in it;
 * docs/fill-states.md is printed from it. Pure. */
#ifndef MODEL_FILL_STATES_H
#define MODEL_FILL_STATES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "model/permission.h"

#define FILL_STATE_NOTHING FILL_STATE_NONE_GIVEN

struct fill_transition {
    int number;
    const char *name;    /* of the audit row: "fill.check" */
    unsigned from;       /* bits of enum fill_state, FILL_STATE_NOTHING */
    enum fill_state to;
    enum permission permission;
    const char *guards;   /* N_() */
    const char *required; /* N_(): fields of the record */
};

extern const struct fill_transition FILL_TRANSITIONS[];
extern const int FILL_TRANSITIONS_COUNT;

/* The row that leads from one to the other; NULL: there is none. */
const struct fill_transition *fill_transition_find(enum fill_state from, enum fill_state to);
/* Nothing more becomes of it. */
bool fill_state_is_final(enum fill_state state);

void fill_states_write_markdown(struct buffer *out);

#endif
