/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ed25519 signatures, and text signed in the form of C2SP signed-note, which a witness can sign
 * too. */
#ifndef CRYPT_SIGNATURE_H
#define CRYPT_SIGNATURE_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt/secret.h"

#define SIGNATURE_BYTES 64
#define SIGNATURE_PUBLIC_BYTES 32

struct signing_key {
    struct secret secret; /* libsodium's 64-byte form */
    uint8_t public_key[SIGNATURE_PUBLIC_BYTES];
};

#define SIGNING_KEY_INIT \
    {                    \
        SECRET_INIT,     \
        {                \
            0            \
        }                \
    }

void signing_key_init(struct signing_key *key, const struct secret *seed); /* 32 bytes */
void signing_key_release(struct signing_key *key);

/* The domain ("prescripcare.credential.1") keeps a signature from being taken for one over
 * something else. */
void signature_make(const struct signing_key *key, const char *domain, const void *bytes,
                    size_t len, uint8_t out[SIGNATURE_BYTES]);
bool signature_is_good(const uint8_t public_key[SIGNATURE_PUBLIC_BYTES], const char *domain,
                       const void *bytes, size_t len, const uint8_t signature[SIGNATURE_BYTES]);

/* `text` ends in a newline and holds no other control characters; `name` has no space and no plus.
 * The note is the text, an empty line and one signature line. The caller frees. */
char *note_sign(const struct signing_key *key, const char *name, const char *text);

/* STATUS_DAMAGED unless a line of `name` and this key is there and every such line is good; lines
 * of other keys are skipped (at most 16 lines). *out_text is the signed text with its newline; the
 * caller frees. */
enum status note_open(const char *note, const char *name,
                      const uint8_t public_key[SIGNATURE_PUBLIC_BYTES], char **out_text,
                      struct error *err) MUST_USE;

#endif
