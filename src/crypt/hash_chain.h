/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tamper-evident audit log of one device (security.md 3.2): records linked by SHA-256, a MAC
 * under a key that evolves one way at each checkpoint, and checkpoints signed by the device. Pure
 * except for the cached digest context; where records are kept is the caller's business. The epoch
 * key's home is chain_state.h. */
#ifndef CRYPT_HASH_CHAIN_H
#define CRYPT_HASH_CHAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/uid.h"
#include "crypt/signature.h"

#define CHAIN_HASH_BYTES 32
#define CHAIN_CHECKPOINT_EVERY 256 /* records; also 5 minutes, logout, sync, shutdown */

/* A record's canonical bytes: fields in a fixed order, each u32be length and bytes; 0xffffffff is
 * NULL. Never built from JSON again. The writers append to any buffer. */
void chain_put_bytes(struct buffer *record, const void *bytes, size_t len);
void chain_put_text(struct buffer *record, const char *text); /* NULL writes NULL */
void chain_put_uid(struct buffer *record, struct uid id);     /* UID_NONE writes NULL */
void chain_put_int(struct buffer *record, int64_t value);
/* A text field by its place, 0 the first; NULL for a NULL, and for a record that has no such field. Caller frees. */
char *chain_get_text(const void *record, size_t len, int field);

struct hash_chain;
struct hash_chain *hash_chain_new(struct uid device_id);
void hash_chain_free(struct hash_chain *chain);

/* h_n = SHA-256("prescripcare.audit.1" | device | seq u64be | h_(n-1) | record). Before the first
 * record (seq 1) h is all zero, or the old head where a device took over (decisions.md 14). */
void hash_chain_link(struct hash_chain *chain, uint64_t seq,
                     const uint8_t previous[CHAIN_HASH_BYTES], const void *record, size_t len,
                     uint8_t out[CHAIN_HASH_BYTES]);

/* From 64 hexadecimal digits; false: they are none. */
bool chain_hash_read(const char *hex, uint8_t out[CHAIN_HASH_BYTES]);

void chain_mac(const struct secret *epoch_key, const uint8_t hash[CHAIN_HASH_BYTES],
               uint8_t out[CHAIN_HASH_BYTES]);
void chain_evolve(struct secret *epoch_key); /* to the next epoch's; the old value is gone */

enum chain_clock {
    CHAIN_CLOCK_UNKNOWN,
    CHAIN_CLOCK_SYNCED,
    CHAIN_CLOCK_UNSYNCED,
    CHAIN_CLOCK_SET_BACK
};

struct checkpoint {
    struct uid device_id;
    uint64_t seq; /* of the last record covered */
    uint8_t hash[CHAIN_HASH_BYTES];
    uint64_t epoch; /* of that record's MAC; the next record's is one more */
    int64_t time_us;
    struct uid boot_id;
    enum chain_clock clock;
};

/* The signed note (C2SP); the caller frees. A witness or the centre appends its own line. */
char *checkpoint_sign(const struct checkpoint *c, const struct signing_key *key);
enum status checkpoint_open(const char *note, struct uid device_id,
                            const uint8_t public_key[SIGNATURE_PUBLIC_BYTES],
                            struct checkpoint *out, struct error *err) MUST_USE;

#endif
