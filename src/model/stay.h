/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A stay on a ward (stays): from when to when somebody is a patient in a bed. What was ordered before they left is not due
 * here afterwards, until they come back. Owns its string. */
#ifndef MODEL_STAY_H
#define MODEL_STAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uid.h"
#include "model/enums.h"

#define STAY_PLACE_MAX 60 /* letters */

struct stay {
    struct uid id, patient;
    int32_t ver;
    char *place;
    int64_t admitted_us;
    struct uid admitted_by;
    int64_t left_us; /* 0: stays; may lie ahead */
    struct uid left_by;
    enum left_how left_how;
};

struct stay_list { /* of one person, the newest first */
    struct stay *items;
    size_t len, cap;
};

void stay_release(struct stay *stay);
void stay_list_release(struct stay_list *list);

/* The stay at that moment; NULL: none. */
const struct stay *stay_at(const struct stay_list *list, int64_t at_us);
/* The stay that was over by then, when no other has begun since; NULL: in a bed, or never was. */
const struct stay *stay_left_by(const struct stay_list *list, int64_t at_us);
/* Whether a dose of that moment is not given here any more: the patient has left, and the order is of before. What is ordered
 * after a stay is an outpatient's and due as such. */
bool stay_ends_order(const struct stay_list *list, int64_t ordered_us, int64_t at_us);

#endif
