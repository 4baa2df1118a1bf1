/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Back to a live session that was locked: by the password, or by a PIN that was set in this session. A PIN lives in this
 * process only and opens nothing on the disk (security.md 2.3): five wrong ones and it is gone, the password remains. Each
 * unlocking and each wrong try has its audit row; a session that ended meanwhile is STATUS_SIGNED_OUT. */
#ifndef SERVICE_UNLOCK_H
#define SERVICE_UNLOCK_H

#include "service/site.h"

enum { PIN_DIGITS_LEAST = 6, PIN_DIGITS_MOST = 12, PIN_TRIES = 5 };

/* STATUS_STEP_UP without a proof of at most STEP_UP_SIGN_US (service/step_up.h); STATUS_INVALID, field "pin", for one that
 * would be guessed. */
enum status pin_set(struct actor *actor, const char *pin, struct error *err) MUST_USE;
bool pin_is_set(const struct actor *actor);
void pin_forget(struct actor *actor);

/* STATUS_BAD_SECRET says how many tries are left, or that the password is needed now. */
enum status session_unlock_pin(struct actor *actor, const char *pin, struct error *err) MUST_USE;
enum status session_unlock(struct actor *actor, const char *password, struct error *err) MUST_USE;

/* What was typed at the lock: a PIN where one is set and it has the shape of one, else a password. */
enum status session_unlock_typed(struct actor *actor, const char *typed, struct error *err) MUST_USE;

#endif
