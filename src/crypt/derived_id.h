/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Name-based ids (UUIDv8 over SHA-256): two terminals that never spoke give the same slot, and two imports of the same
 * record, the same name. Never the key of a partitioned table (decisions.md 16). */
#ifndef CRYPT_DERIVED_ID_H
#define CRYPT_DERIVED_ID_H

#include <stddef.h>
#include <stdint.h>

#include "base/uid.h"

/* SHA-256(domain | NUL | name) cut to 16 bytes, marked version 8. */
struct uid derived_id(const char *domain, const void *name, size_t len);
struct uid derived_id_text(const char *domain, const char *name);

/* SHA-256("prescripcare.slot.1" | order_version_id | seq u32be | kind u8 | planned). */
struct uid derived_slot_id(struct uid order_version, uint32_t seq, uint8_t kind, const void *planned, size_t len);

/* Lower-case hex of SHA-256; for files and credentials. */
void sha256_hex(const void *bytes, size_t len, char out[65]);

#endif
