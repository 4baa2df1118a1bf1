/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tamper-evident audit chain (security.md 3.2): each record's hash covers the one before it, a MAC under a key that
 * evolves one way covers the hash, and checkpoints are signed. Pure functions; where records live is store's business. */
#ifndef CRYPT_HASH_CHAIN_H
#define CRYPT_HASH_CHAIN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/uid.h"
#include "crypt/secret.h"

#define CHAIN_HASH_BYTES 32
#define CHAIN_MAC_BYTES 32

struct chain_head {
    struct uid device;
    uint64_t seq; /* of the last record; 0 before the first */
    uint32_t epoch;
    unsigned char hash[CHAIN_HASH_BYTES];
};

/* The head before the first record. */
void chain_start(struct chain_head *head, struct uid device);

/* h = SHA-256("prescripcare.audit.1" | device | seq u64be | previous h | record); head moves to it. */
void chain_append(struct chain_head *head, const void *record, size_t len);

/* BLAKE2b keyed with the epoch's key over the hash. */
void chain_mac(const struct secret *epoch_key, const unsigned char hash[CHAIN_HASH_BYTES], unsigned char out[CHAIN_MAC_BYTES]);

/* key(e+1) = BLAKE2b(key(e), "evolve"); the old value is gone. */
void chain_evolve(struct secret *epoch_key);

#endif
