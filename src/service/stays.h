/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stays on a ward (clinical.md 4.B.3 no. 13, 4.B.14). Who leaves has no dose due here from then on of what was ordered before;
 * the orders go on, for the list, the pharmacy and the next stay. Nobody leaves with something open (leaving.h). */
#ifndef SERVICE_STAYS_H
#define SERVICE_STAYS_H

#include "model/stay.h"
#include "service/site.h"

#define STAY_AHEAD_US (48 * INT64_C(3600000000)) /* so far ahead a leaving can be written down */

/* Begins a stay. STATUS_REFUSED where one is open then, or the patient has died. at_us may lie back, not ahead. */
enum status stay_admit(struct actor *actor, struct uid patient, const char *place, int64_t at_us, struct error *err) MUST_USE;
/* Another bed of the same stay: what runs goes on running. */
enum status stay_move(struct actor *actor, const struct stay *stay, const char *place, struct error *err) MUST_USE;
/* Ends a stay, also some time ahead. STATUS_REFUSED, naming it, for what is open; a death leaves it to the tasks. Leaving once
 * more corrects when and how. */
enum status stay_leave(struct actor *actor, const struct stay *stay, int64_t at_us, enum left_how how, struct error *err) MUST_USE;
/* The patient did not leave after all. */
enum status stay_go_on(struct actor *actor, const struct stay *stay, struct error *err) MUST_USE;
/* There was no such stay: written for the wrong patient. reason: act.h. */
enum status stay_strike(struct actor *actor, const struct stay *stay, const char *reason, struct error *err) MUST_USE;

#endif
