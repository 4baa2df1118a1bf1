/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/derived_id.h"

#include <sodium.h>
#include <string.h>

static void add_u32(crypto_hash_sha256_state *state, uint32_t value)
{
    uint8_t bytes[4] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                        (uint8_t)value};
    crypto_hash_sha256_update(state, bytes, sizeof bytes);
}

static struct uid finish(crypto_hash_sha256_state *state)
{
    uint8_t hash[crypto_hash_sha256_BYTES];
    struct uid id;
    crypto_hash_sha256_final(state, hash);
    memcpy(id.bytes, hash, sizeof id.bytes);
    id.bytes[6] = (uint8_t)(0x80 | (id.bytes[6] & 0x0f)); /* version 8 */
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f)); /* RFC 9562 variant */
    return id;
}

struct uid derived_slot_id(struct uid order_version_id, uint32_t seq, uint8_t kind,
                           const void *planned, size_t len_planned)
{
    static const char DOMAIN[] = "prescripcare.slot.1";
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    crypto_hash_sha256_update(&state, (const uint8_t *)DOMAIN, sizeof DOMAIN - 1);
    crypto_hash_sha256_update(&state, order_version_id.bytes, sizeof order_version_id.bytes);
    add_u32(&state, seq);
    crypto_hash_sha256_update(&state, &kind, 1);
    crypto_hash_sha256_update(&state, planned, len_planned);
    return finish(&state);
}

struct uid derived_id(const char *domain, const char *const *parts, size_t count)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    add_u32(&state, (uint32_t)strlen(domain));
    crypto_hash_sha256_update(&state, (const uint8_t *)domain, strlen(domain));
    for (size_t i = 0; i < count; i++) {
        add_u32(&state, (uint32_t)strlen(parts[i]));
        crypto_hash_sha256_update(&state, (const uint8_t *)parts[i], strlen(parts[i]));
    }
    return finish(&state);
}

struct uid derived_event_id(const char *domain, struct uid name, int64_t at_us)
{
    crypto_hash_sha256_state state;
    uint64_t ms = (uint64_t)(at_us / 1000);
    crypto_hash_sha256_init(&state);
    add_u32(&state, (uint32_t)strlen(domain));
    crypto_hash_sha256_update(&state, (const uint8_t *)domain, strlen(domain));
    crypto_hash_sha256_update(&state, name.bytes, sizeof name.bytes);
    struct uid id = finish(&state);
    for (int i = 0; i < 6; i++) {
        id.bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    }
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0f)); /* version 7 */
    return id;
}
