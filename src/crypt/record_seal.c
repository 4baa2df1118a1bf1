/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/record_seal.h"

#include <sodium.h>
#include <string.h>

#include "base/memory.h"

enum { NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES };
_Static_assert(NONCE + TAG == RECORD_SEAL_OVERHEAD, "header states the overhead");

void record_seal(const struct secret *key, const char *domain, const void *bytes, size_t len, struct buffer *out)
{
    unsigned char nonce[NONCE];
    randombytes_buf(nonce, sizeof nonce);
    unsigned char *sealed = mem_alloc(len + TAG);
    unsigned long long sealed_len = 0;
    const unsigned char *k = secret_open(key);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &sealed_len, bytes, len, (const unsigned char *)domain,
                                                     strlen(domain), NULL, nonce, k); /* cannot fail */
    secret_close(key);
    buffer_append(out, nonce, sizeof nonce);
    buffer_append(out, sealed, (size_t)sealed_len);
    mem_free(sealed);
}

enum status record_open(const struct secret *key, const char *domain, const void *sealed, size_t len, struct buffer *out)
{
    if (len < NONCE + TAG) {
        return STATUS_BAD_SECRET;
    }
    const unsigned char *in = sealed;
    unsigned char *plain = mem_alloc(len - NONCE - TAG + 1);
    unsigned long long plain_len = 0;
    const unsigned char *k = secret_open(key);
    int bad = crypto_aead_xchacha20poly1305_ietf_decrypt(plain, &plain_len, NULL, in + NONCE, len - NONCE,
                                                         (const unsigned char *)domain, strlen(domain), in, k);
    secret_close(key);
    if (bad == 0) {
        buffer_append(out, plain, (size_t)plain_len);
    }
    mem_wipe(plain, len - NONCE - TAG);
    mem_free(plain);
    return bad == 0 ? STATUS_OK : STATUS_BAD_SECRET;
}

char *record_to_base64(const void *bytes, size_t len)
{
    size_t room = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    char *text = mem_alloc(room);
    (void)sodium_bin2base64(text, room, bytes, len, sodium_base64_VARIANT_ORIGINAL_NO_PADDING); /* room fits */
    return text;
}

enum status record_from_base64(const char *text, struct buffer *out)
{
    size_t room = text == NULL ? 0 : strlen(text);
    unsigned char *bytes = mem_alloc(room + 1);
    size_t len = 0;
    int bad = text == NULL || sodium_base642bin(bytes, room, text, room, NULL, &len, NULL,
                                                sodium_base64_VARIANT_ORIGINAL_NO_PADDING) != 0;
    if (!bad) {
        buffer_append(out, bytes, len);
    }
    mem_wipe(bytes, room);
    mem_free(bytes);
    return bad ? STATUS_DAMAGED : STATUS_OK;
}
