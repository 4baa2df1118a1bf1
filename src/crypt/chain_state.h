/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The home of the audit log's epoch key: a small file of two slots beside the database, because
 * SQLite's log and free pages would keep old keys. The slots are sealed under the device key;
 * moving to the next epoch writes the other slot, syncs, and overwrites the old one. Order of a
 * write (decisions.md 10): chain_state_lock(), BEGIN IMMEDIATE, append, COMMIT, at a checkpoint
 * chain_state_advance(), chain_state_unlock(). No session keeps the key between two writes. */
#ifndef CRYPT_CHAIN_STATE_H
#define CRYPT_CHAIN_STATE_H

#include "crypt/device_key.h"
#include "crypt/hash_chain.h"

struct chain_state {
    int fd; /* -1: not locked */
    uint64_t generation;
    int slot;
    uint64_t epoch;
    struct secret key; /* of `epoch` */
};

#define CHAIN_STATE_INIT         \
    {                            \
        -1, 0, 0, 0, SECRET_INIT \
    }

/* At enrolment. Epoch 0 with first_key; STATUS_EXISTS leaves the file that is there alone. */
enum status chain_state_create(const char *path, const struct device_key *device,
                               const struct secret *first_key, struct error *err) MUST_USE;

/* Waits for the lock and reads the key. STATUS_NOT_FOUND, STATUS_DAMAGED, STATUS_NEWER. */
enum status chain_state_lock(const char *path, const struct device_key *device,
                             struct chain_state *out, struct error *err) MUST_USE;

/* After the checkpoint is committed: the next epoch's key is on the disk and the old one is not. */
enum status chain_state_advance(struct chain_state *state, const struct device_key *device,
                                struct error *err) MUST_USE;

/* The database says which epoch its next record belongs to. One more than the state: a crash came
 * between the commit and the advance, which is done now. Any other difference: STATUS_STALE, the
 * database was put back to an older copy, or the state was. */
enum status chain_state_align(struct chain_state *state, const struct device_key *device,
                              uint64_t database_epoch, struct error *err) MUST_USE;
void chain_state_unlock(struct chain_state *state);

#endif
