/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random work on one patient's doses against a model of it: orders added, changed, held, resumed, stopped; doses given,
 * held, refused, recorded twice, taken back; the clock running over both clock changes of a year and set back a little; two
 * nurses in two sessions. After each step no planned dose is lost and none is there twice, each record stands as the model
 * says, as-needed counts are exact, and nothing that was committed has changed. A few steps run in `make check`, 100,000
 * in ward_campaign. */
#ifndef FAULT_WARD_STEPS_H
#define FAULT_WARD_STEPS_H

#include <stdint.h>

struct ward_steps_report {
    uint64_t steps, recorded, refused, doubled, taken_back, orders, changes, slots_checked, events_reread;
    char why[400]; /* "" when everything holds */
};

void ward_steps_run(uint64_t seed, uint64_t steps, struct ward_steps_report *out);

#endif
