/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/content_hash.h"

#include <sodium.h>

const char *content_hash(const void *bytes, size_t len_bytes, char out[CONTENT_HASH_TEXT])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    (void)crypto_hash_sha256(hash, bytes, len_bytes); /* always succeeds */
    return sodium_bin2hex(out, CONTENT_HASH_TEXT, hash, sizeof hash);
}
