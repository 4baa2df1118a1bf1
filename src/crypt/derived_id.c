/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/derived_id.h"

#include <sodium.h>
#include <string.h>

static struct uid from_hash(const unsigned char hash[crypto_hash_sha256_BYTES])
{
    struct uid id;
    memcpy(id.bytes, hash, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x80); /* version 8 */
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80); /* RFC variant */
    return id;
}

struct uid derived_id(const char *domain, const void *name, size_t len)
{
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)domain, strlen(domain) + 1);
    crypto_hash_sha256_update(&state, name, len);
    crypto_hash_sha256_final(&state, hash);
    return from_hash(hash);
}

struct uid derived_id_text(const char *domain, const char *name)
{
    return derived_id(domain, name, strlen(name));
}

struct uid derived_slot_id(struct uid order_version, uint32_t seq, uint8_t kind, const void *planned, size_t len)
{
    static const char domain[] = "prescripcare.slot.1";
    const unsigned char number[5] = {(unsigned char)(seq >> 24), (unsigned char)(seq >> 16), (unsigned char)(seq >> 8),
                                     (unsigned char)seq, kind};
    crypto_hash_sha256_state state;
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const unsigned char *)domain, sizeof domain - 1);
    crypto_hash_sha256_update(&state, order_version.bytes, sizeof order_version.bytes);
    crypto_hash_sha256_update(&state, number, sizeof number);
    crypto_hash_sha256_update(&state, planned, len);
    crypto_hash_sha256_final(&state, hash);
    return from_hash(hash);
}

void sha256_hex(const void *bytes, size_t len, char out[65])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, bytes, len);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}
