/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second person on this terminal, while the first one stays signed in: for going on past a contraindication, for waste,
 * for independent double checks. It is never the acting person, whatever session they have elsewhere, and their role has
 * to allow what they stand for. What authenticate() gives is good for WITNESS_LIFE_US and for the actor who asked. Plain
 * values; a form shows the name and hands the struct on. */
#ifndef SERVICE_WITNESS_H
#define SERVICE_WITNESS_H

#include "service/site.h"

#define WITNESS_LIFE_US (5 * US_PER_MINUTE)

struct witness {
    struct uid user; /* UID_NONE: nobody yet */
    enum role role;
    char name[96];
    struct uid actor; /* for whom */
    int64_t at_us;
};

/* By sign-in name, password and, where that account has a second factor, its code (NULL or "": not typed; STATUS_STEP_UP at
 * field "code" when the password was right and a code is needed), under the same lockout as signing in. STATUS_REFUSED for
 * the actor themself, STATUS_NOT_PERMITTED when the role has not `permission` or the account is disabled; each is audited. */
enum status witness_authenticate(struct actor *actor, const char *login, const char *password, const char *code,
                                 enum permission permission, struct witness *out, struct error *err) MUST_USE;

/* Asked again by the service that needs the witness. */
enum status witness_check(const struct actor *actor, const struct witness *witness, enum permission permission,
                          struct error *err) MUST_USE;

#endif
