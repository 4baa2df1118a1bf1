/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifies an audit log record by record (security.md 3.4): every link, every MAC where the first
 * epoch key is known, every checkpoint, gaps, and what lies behind the last checkpoint. Trusts
 * nothing that it is fed except the device's public key. Stops at the first bad record and says
 * which. */
#ifndef CRYPT_CHAIN_WALK_H
#define CRYPT_CHAIN_WALK_H

#include "crypt/hash_chain.h"

enum chain_fault {
    CHAIN_SOUND,
    CHAIN_GAP,            /* a sequence number is missing or twice */
    CHAIN_BAD_LINK,       /* the record or one before it was changed */
    CHAIN_BAD_MAC,        /* made without the epoch's key, or in another epoch */
    CHAIN_BAD_CHECKPOINT, /* signature, or it speaks of another log */
    CHAIN_CLOCK_BACK,     /* a checkpoint's time goes back without saying so */
};

struct chain_walk {
    struct hash_chain *chain;
    struct uid device_id;
    const uint8_t *public_key;
    struct secret epoch_key; /* empty: MACs are not checked */
    uint64_t epoch;
    uint64_t seq; /* of the last good record */
    uint8_t hash[CHAIN_HASH_BYTES];
    uint64_t anchored_seq; /* of the last checkpoint */
    int64_t anchored_us;
    enum chain_fault fault;
    uint64_t fault_seq;
};

/* From the beginning (seq 0, zero hash). first_key: of
 * epoch first_epoch, or NULL. public_key is borrowed. Released with chain_walk_release(). */
void chain_walk_init(struct chain_walk *w, struct uid device_id,
                     const uint8_t public_key[SIGNATURE_PUBLIC_BYTES],
                     const struct secret *first_key, uint64_t first_epoch);
void chain_walk_release(struct chain_walk *w);

/* Each in the order of the log; false from the first fault on. mac may be NULL only without a first
 * key. A checkpoint comes behind the record that it covers. */
bool chain_walk_record(struct chain_walk *w, uint64_t seq, const void *record, size_t len,
                       const uint8_t hash[CHAIN_HASH_BYTES], const uint8_t *mac);
bool chain_walk_checkpoint(struct chain_walk *w, const char *note);

uint64_t chain_walk_unanchored(const struct chain_walk *w); /* records behind the last checkpoint */

#endif
