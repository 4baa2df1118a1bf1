/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/hash_chain.h"

#include <sodium.h>
#include <string.h>

#include "base/memory.h"

void chain_start(struct chain_head *head, struct uid device)
{
    memset(head, 0, sizeof *head);
    head->device = device;
}

void chain_append(struct chain_head *head, const void *record, size_t len)
{
    static const char domain[] = "prescripcare.audit.1";
    uint64_t seq = head->seq + 1;
    unsigned char number[8];
    for (int i = 0; i < 8; i++) {
        number[i] = (unsigned char)(seq >> (56 - 8 * i));
    }
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)domain, sizeof domain - 1);
    crypto_hash_sha256_update(&state, head->device.bytes, sizeof head->device.bytes);
    crypto_hash_sha256_update(&state, number, sizeof number);
    crypto_hash_sha256_update(&state, head->hash, sizeof head->hash);
    crypto_hash_sha256_update(&state, record, len);
    crypto_hash_sha256_final(&state, head->hash);
    head->seq = seq;
}

void chain_mac(const struct secret *epoch_key, const unsigned char hash[CHAIN_HASH_BYTES], unsigned char out[CHAIN_MAC_BYTES])
{
    const unsigned char *key = secret_open(epoch_key);
    (void)crypto_generichash(out, CHAIN_MAC_BYTES, hash, CHAIN_HASH_BYTES, key, epoch_key->len); /* sizes are legal */
    secret_close(epoch_key);
}

void chain_evolve(struct secret *epoch_key)
{
    static const char label[] = "evolve";
    unsigned char next[SECRET_KEY_BYTES];
    unsigned char *key = secret_open(epoch_key);
    (void)crypto_generichash(next, sizeof next, (const unsigned char *)label, sizeof label - 1, key, epoch_key->len);
    memcpy(key, next, sizeof next);
    secret_close(epoch_key);
    mem_wipe(next, sizeof next);
}
