/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new data key while the site is in use (security.md 1.4.8): every connection steps aside, the file is copied under the new
 * key and renamed into place, everybody goes on. A session that was open before learns the new key from a hand-over file
 * that only the old key opens and that is destroyed when all are back; who comes later has a slot of the new key. Killed at
 * any point, the old file or the new one is there, and a slot that opens it. */
#ifndef STORE_REKEY_H
#define STORE_REKEY_H

#include "store/store.h"

enum rekey_step { /* for tests that kill the process between them */
    REKEY_PAUSED,
    REKEY_SLOTS_WRITTEN,
    REKEY_HANDED_OVER,
    REKEY_REPLACED,
    REKEY_STEPS
};

typedef void (*rekey_reached_fn)(void *context, enum rekey_step step);

struct rekey {
    const struct secret *next_key;
    uint32_t next_epoch;
    /* Nobody has the file open: writes slots of the new key beside those of the old. */
    enum status (*write_slots)(void *context, struct error *err);
    void *context;
    int wait_ms;            /* for the others to step aside */
    rekey_reached_fn reached; /* NULL: nobody */
    int64_t paused_us;      /* out: how long nobody could work */
    int64_t bytes;          /* out: of the new file */
};

/* Not inside a transaction. On failure the old file and key go on, and what write_slots() wrote is the caller's to drop. */
enum status store_rekey(struct store *store, struct rekey *rekey, struct error *err) MUST_USE;

/* When the others have had the time to come back: destroys the hand-over. */
enum status store_rekey_finish(struct store *store, struct error *err) MUST_USE;

/* Private to src/store: destroys a hand-over that a killed process left, once nobody can still need it. */
void store_rekey_tidy(const struct store *store);

/* Private to src/store: lets go of the file while somebody replaces it, and comes back under whatever key it has then. Called
 * where nothing is open. STATUS_SIGNED_OUT when the key was changed and not handed over. */
enum status store_step_aside(struct store *store, struct error *err) MUST_USE;

#endif
