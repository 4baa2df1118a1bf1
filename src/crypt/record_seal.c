/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/record_seal.h"

#include <sodium.h>
#include <string.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/page_seal.h"

#define VERSION 1
#define HEAD_BYTES ((size_t)1 + SEAL_NONCE_BYTES + SEAL_TAG_BYTES) /* version, nonce, tag */

static struct page_seal *seal_of(const struct secret *subject_key)
{
    struct secret key = SECRET_INIT;
    secret_init_derived(&key, subject_key, "prescripcare.record.1", NULL, 0);
    struct page_seal *seal = page_seal_new(&key);
    secret_release(&key);
    if (seal == NULL) {
        fatal("out of memory");
    }
    return seal;
}

enum status record_seal_close(const struct secret *subject_key, const char *place,
                              const void *bytes, size_t len, char **out_text, struct error *err)
{
    if (len > RECORD_SEAL_MAX) {
        return error_set(err, STATUS_LIMIT, _("The entry is too large. Nothing was saved."));
    }
    uint8_t *sealed = mem_alloc(HEAD_BYTES + len + 1);
    struct page_seal *seal = seal_of(subject_key);
    sealed[0] = VERSION;
    enum status status = page_seal_close(seal, place, strlen(place), bytes, len,
                                         sealed + HEAD_BYTES, sealed + 1,
                                         sealed + 1 + SEAL_NONCE_BYTES);
    page_seal_free(seal);
    if (status == STATUS_OK) {
        size_t size = sodium_base64_encoded_len(HEAD_BYTES + len, sodium_base64_VARIANT_ORIGINAL);
        *out_text = mem_alloc(size);
        sodium_bin2base64(*out_text, size, sealed, HEAD_BYTES + len,
                          sodium_base64_VARIANT_ORIGINAL);
    }
    mem_free(sealed);
    return status == STATUS_OK
               ? STATUS_OK
               : error_set(err, status, _("The encryption library failed. Nothing was saved."));
}

enum status record_seal_open(const struct secret *subject_key, const char *place, const char *text,
                             char **out_bytes, size_t *out_len, struct error *err)
{
    size_t size = strlen(text) / 4 * 3 + 3;
    size_t len = 0;
    uint8_t *sealed = mem_alloc(size);
    enum status status = STATUS_DAMAGED;
    bool is_decoded = sodium_base642bin(sealed, size, text, strlen(text), NULL, &len, NULL,
                                        sodium_base64_VARIANT_ORIGINAL) == 0 &&
                      len >= HEAD_BYTES;
    if (is_decoded && sealed[0] > VERSION) {
        status = STATUS_NEWER;
    } else if (is_decoded && sealed[0] == VERSION) {
        struct page_seal *seal = seal_of(subject_key);
        char *plain = mem_alloc(len - HEAD_BYTES + 1);
        status = page_seal_open(seal, place, strlen(place), sealed + HEAD_BYTES, len - HEAD_BYTES,
                                (uint8_t *)plain, sealed + 1, sealed + 1 + SEAL_NONCE_BYTES);
        page_seal_free(seal);
        if (status == STATUS_OK) {
            *out_bytes = plain;
            *out_len = len - HEAD_BYTES;
        } else {
            mem_free(plain);
        }
    }
    mem_free(sealed);
    return status == STATUS_OK
               ? STATUS_OK
               : error_set(err, status,
                           _("A protected entry cannot be opened: it was changed, or its key "
                             "was destroyed."));
}
