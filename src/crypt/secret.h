/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key material. The bytes live in guarded, locked memory that is inaccessible between uses: read
 * them only between secret_open() and secret_close(), which nest. A struct secret owns its bytes,
 * is never copied by assignment and is wiped by secret_release(). crypt_init() comes before
 * anything else in this folder. */
#ifndef CRYPT_SECRET_H
#define CRYPT_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define SECRET_KEY_BYTES 32

struct secret {
    unsigned char *bytes; /* NULL: holds nothing */
    size_t len;
    unsigned opened;
};

#define SECRET_INIT \
    {               \
        0, 0, 0     \
    }

/* Starts the libraries and shuts the doors: no core dumps, no ptrace by other processes of the same
 * user. */
enum status crypt_init(struct error *err) MUST_USE;

void secret_init(struct secret *s, const void *bytes, size_t len); /* bytes NULL: all zero */
void secret_init_random(struct secret *s, size_t len);
void secret_init_copy(struct secret *s, const struct secret *from);
/* A 32-byte key that depends on this one, on a domain ("prescripcare.wal.1") and on a context (may
 * be empty). */
void secret_init_derived(struct secret *s, const struct secret *key, const char *domain,
                         const void *context, size_t len_context);
void secret_release(struct secret *s);

/* Readable and writable until the matching close. The pair counts, so that nested uses are safe. */
unsigned char *secret_open(const struct secret *s);
void secret_close(const struct secret *s);
bool secret_equal(const struct secret *a, const struct secret *b); /* in constant time */
bool secret_is_empty(const struct secret *s);

/* Locked, undumpable memory for plaintext pages, open all the time. NULL when there is none;
 * *out_locked (may be NULL) is false when the process's limit did not allow locking.
 * secret_pages_free() wipes. */
void *secret_pages_new(size_t len, bool *out_locked);
void secret_pages_free(void *pages, size_t len);

#endif
