/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XAES-256-GCM (C2SP): AES-256-GCM with a 192-bit nonce that may be random for every message, for
 * 2^80 messages a key. One struct page_seal holds the cached cipher contexts of one key; it is not
 * shared between threads. Sealing never takes a nonce from its caller except in
 * page_seal_with_nonce(), which exists for the published test vectors. */
#ifndef CRYPT_PAGE_SEAL_H
#define CRYPT_PAGE_SEAL_H

#include <stdint.h>

#include "crypt/secret.h"

#define SEAL_NONCE_BYTES 24
#define SEAL_TAG_BYTES 16

struct page_seal;

/* NULL when memory ran out or libcrypto has no AES-256-GCM. The key is copied into the contexts. */
struct page_seal *page_seal_new(const struct secret *key);
void page_seal_free(struct page_seal *seal);

/* Encrypts len bytes from in to out (the same or not overlapping) under a fresh random nonce.
 * STATUS_IO if libcrypto fails. */
enum status page_seal_close(struct page_seal *seal, const void *aad, size_t len_aad,
                            const uint8_t *in, size_t len, uint8_t *out,
                            uint8_t out_nonce[SEAL_NONCE_BYTES],
                            uint8_t out_tag[SEAL_TAG_BYTES]) MUST_USE;

/* Decrypts what page_seal_close() made. STATUS_DAMAGED, and out all zero, when anything was changed
 * or the key is another one. */
enum status page_seal_open(struct page_seal *seal, const void *aad, size_t len_aad,
                           const uint8_t *in, size_t len, uint8_t *out,
                           const uint8_t nonce[SEAL_NONCE_BYTES],
                           const uint8_t tag[SEAL_TAG_BYTES]) MUST_USE;

enum status page_seal_with_nonce(struct page_seal *seal, const uint8_t nonce[SEAL_NONCE_BYTES],
                                 const void *aad, size_t len_aad, const uint8_t *in, size_t len,
                                 uint8_t *out, uint8_t out_tag[SEAL_TAG_BYTES]) MUST_USE;

#endif
