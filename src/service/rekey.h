/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new data key for the site while it is in use, and the recovery key (store/rekey.h holds how). */
#ifndef SERVICE_REKEY_H
#define SERVICE_REKEY_H

#include "service/site.h"
#include "store/rekey.h"

struct rekey_report {
    uint32_t epoch;     /* of the new key */
    int slots;          /* people, recovery and service slots that open it */
    int64_t bytes;      /* of the database */
    int64_t paused_us;  /* how long nobody could work */
    int64_t total_us;
};

enum { REKEY_WAIT_MS = 30000, REKEY_BACK_MS = 1000 };

/* By an administrator, after a proof. Everybody whose account is open gets a slot of the new key; people whose account was
 * closed, and everything that held the old key only, are shut out. STATUS_BUSY when a session did not step aside in time.
 * `reached` (NULL none) is called between the steps: for tests that kill the process there. */
enum status site_rekey(struct actor *actor, rekey_reached_fn reached, struct rekey_report *out, struct error *err) MUST_USE;

/* A new recovery key in the place of the old one, whose paper is worthless from then on. Shown once; the caller wipes and
 * frees, and clears the mark (recovery_mark.h) when somebody has it. */
enum status site_renew_recovery(struct actor *actor, char **out_text, struct error *err) MUST_USE;

/* With the paper in hand and nobody able to sign in: a new password for the account `login`, by the recovery key. Opens the
 * site for that. STATUS_BAD_SECRET for another site's key. */
enum status site_recover(struct site *site, const char *recovery_text, const char *login, const char *password,
                         struct password_cost cost, struct error *err) MUST_USE;

#endif
