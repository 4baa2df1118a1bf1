/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SHA-256 of a file's bytes, as people compare it: 64 hexadecimal digits. */
#ifndef CRYPT_CONTENT_HASH_H
#define CRYPT_CONTENT_HASH_H

#include <stddef.h>

#define CONTENT_HASH_TEXT 65

const char *content_hash(const void *bytes, size_t len_bytes, char out[CONTENT_HASH_TEXT]); /* gives out back */

#endif
