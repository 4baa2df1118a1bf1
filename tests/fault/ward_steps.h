/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random work on one patient's doses on two devices of a site, against a model of it: orders added, changed to other directions,
 * held, resumed, stopped; doses given, held, refused, missed, away, recorded late and twice, on what either device knows; taken back and
 * corrected, also by others; the sweep; the facility's zone changed; clocks running over both clock changes of a year, set back, and
 * apart from each other; two nurses. After each step each planned dose of three days is on that device's chart once, of the right
 * version and step, and no other; each record stands as the model says; as-needed counts and amounts are exact; committed records
 * have not changed; and devices that have exchanged show the same. A few steps run in `make check`, 100,000 in ward_campaign. */
#ifndef FAULT_WARD_STEPS_H
#define FAULT_WARD_STEPS_H

#include <stdint.h>

struct ward_steps_report {
    uint64_t steps, wards, recorded, refused, missed, doubled, taken_back, corrected, orders, changes, turns, zones, clocks, exchanges;
    uint64_t slots_checked, totals, events_reread;
    char why[400]; /* "" when everything holds */
};

void ward_steps_run(uint64_t seed, uint64_t steps, struct ward_steps_report *out);

#endif
