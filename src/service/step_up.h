/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The person who is signed in proves once more who it is, right before an act that needs more than an open screen:
 * controlled drugs, going on past a contraindication, a record leaving the house, signing (security.md 2.3). A session
 * holds its last proof in memory only; signing in and unlocking are none, because nobody asked for this act then. A
 * service that needs one calls step_up_require() and hands its STATUS_STEP_UP on; the screen asks (step_up_ask() of
 * ui/screens/screens.h) and does the same thing again. */
#ifndef SERVICE_STEP_UP_H
#define SERVICE_STEP_UP_H

#include "service/site.h"

#define STEP_UP_ACT_US (2 * US_PER_MINUTE)  /* controlled drugs, overrides, export, erasure */
#define STEP_UP_SIGN_US (5 * US_PER_MINUTE) /* signing what was looked through before */

/* STATUS_STEP_UP, in words, unless there is a proof that is at most max_age_us old both by the wall clock and by the
 * monotonic one: a clock that is set back makes no proof younger. */
enum status step_up_require(const struct actor *actor, int64_t max_age_us, struct error *err) MUST_USE;

/* The own password, under the same lockout as signing in; each try has its audit row. code: of the account's second
 * factor; NULL or "" where it has none. STATUS_BAD_SECRET takes the former proof away. */
enum status step_up_prove(struct actor *actor, const char *password, const char *code, struct error *err) MUST_USE;

/* The account has a second factor: a code is asked for too. */
bool step_up_wants_code(const struct actor *actor);

/* For a sub-command: the password was given for this one act. */
void step_up_count_sign_in(struct actor *actor);

#endif
