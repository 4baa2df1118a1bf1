/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seals small values (key slots, audit details, state files): XChaCha20-Poly1305 with a random 24-byte nonce in front.
 * Pages use XAES-256-GCM (page_seal.h) for its speed; small values have no need of it, and libsodium's own construction
 * keeps them independent of libcrypto. The domain binds a value to its use: what was sealed for one opens for no other. */
#ifndef CRYPT_RECORD_SEAL_H
#define CRYPT_RECORD_SEAL_H

#include "base/buffer.h"
#include "base/error.h"
#include "crypt/secret.h"

#define RECORD_SEAL_OVERHEAD 40

/* Appends nonce, ciphertext and tag to out. */
void record_seal(const struct secret *key, const char *domain, const void *bytes, size_t len, struct buffer *out);

/* Appends the plaintext; STATUS_BAD_SECRET when key, domain or bytes do not fit. The caller wipes out. */
enum status record_open(const struct secret *key, const char *domain, const void *sealed, size_t len, struct buffer *out)
    MUST_USE;

/* Text form for JSON: base64 without padding. Caller frees. */
char *record_to_base64(const void *bytes, size_t len);
enum status record_from_base64(const char *text, struct buffer *out) MUST_USE;

#endif
