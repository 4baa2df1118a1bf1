/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/chain_walk.h"

#include <sodium.h>
#include <string.h>

void chain_walk_init(struct chain_walk *w, struct uid device_id,
                     const uint8_t public_key[SIGNATURE_PUBLIC_BYTES],
                     const struct secret *first_key, uint64_t first_epoch)
{
    memset(w, 0, sizeof *w);
    w->chain = hash_chain_new(device_id);
    w->device_id = device_id;
    w->public_key = public_key;
    w->epoch = first_epoch;
    if (first_key != NULL) {
        secret_init_copy(&w->epoch_key, first_key);
        (void)secret_open(
            &w->epoch_key); /* for the whole walk: protecting it costs more than a record */
    }
}

void chain_walk_release(struct chain_walk *w)
{
    hash_chain_free(w->chain);
    secret_release(&w->epoch_key);
    memset(w, 0, sizeof *w);
}

static bool fail(struct chain_walk *w, enum chain_fault fault, uint64_t seq)
{
    w->fault = fault;
    w->fault_seq = seq;
    return false;
}

bool chain_walk_record(struct chain_walk *w, uint64_t seq, const void *record, size_t len,
                       const uint8_t hash[CHAIN_HASH_BYTES], const uint8_t *mac)
{
    uint8_t expected[CHAIN_HASH_BYTES];
    if (w->fault != CHAIN_SOUND) {
        return false;
    }
    if (seq != w->seq + 1) {
        return fail(w, CHAIN_GAP, w->seq + 1);
    }
    hash_chain_link(w->chain, seq, w->hash, record, len, expected);
    if (memcmp(expected, hash, CHAIN_HASH_BYTES) != 0) {
        return fail(w, CHAIN_BAD_LINK, seq);
    }
    memcpy(w->hash, expected, CHAIN_HASH_BYTES);
    if (!secret_is_empty(&w->epoch_key)) {
        chain_mac(&w->epoch_key, w->hash, expected);
        if (mac == NULL || sodium_memcmp(expected, mac, CHAIN_HASH_BYTES) != 0) {
            return fail(w, CHAIN_BAD_MAC, seq);
        }
    }
    w->seq = seq;
    return true;
}

bool chain_walk_checkpoint(struct chain_walk *w, const char *note)
{
    struct checkpoint c;
    if (w->fault != CHAIN_SOUND) {
        return false;
    }
    if (checkpoint_open(note, w->device_id, w->public_key, &c, NULL) != STATUS_OK ||
        c.seq != w->seq || c.epoch != w->epoch || memcmp(c.hash, w->hash, CHAIN_HASH_BYTES) != 0) {
        return fail(w, CHAIN_BAD_CHECKPOINT, w->seq);
    }
    if (c.time_us < w->anchored_us && c.clock != CHAIN_CLOCK_SET_BACK) {
        return fail(w, CHAIN_CLOCK_BACK, w->seq);
    }
    w->anchored_seq = c.seq;
    w->anchored_us = c.time_us;
    w->epoch++;
    if (!secret_is_empty(&w->epoch_key)) {
        chain_evolve(&w->epoch_key);
    }
    return true;
}

uint64_t chain_walk_unanchored(const struct chain_walk *w)
{
    return w->seq - w->anchored_seq;
}
