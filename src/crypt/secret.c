/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/secret.h"

#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "crypt/random.h"

enum status crypt_init(struct error *err)
{
    struct rlimit none = {0, 0};
    struct rlimit locked;
    if (sodium_init() < 0) {
        return error_set(err, STATUS_IO,
                         _("The encryption library did not start. Nothing was opened."));
    }
    if (getrlimit(RLIMIT_MEMLOCK, &locked) == 0) {
        locked.rlim_cur = locked.rlim_max; /* room for the page cache where the unit gives it */
        (void)setrlimit(RLIMIT_MEMLOCK, &locked); /* without it, less is locked and all works */
    }
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return error_set(err, STATUS_IO,
                         _("The system did not let the program protect its memory."));
    }
    return STATUS_OK;
}

void random_fill(void *out, size_t len)
{
    randombytes_buf(out, len);
}

/* The count and the protection change while the value does not, hence const in the callers. */
static void set_access(const struct secret *s, int change)
{
    struct secret *own = (struct secret *)(size_t)s;
    if (own->bytes == NULL) {
        return;
    }
    unsigned before = own->opened;
    own->opened = (unsigned)((int)before + change);
    if (before == 0 && own->opened == 1) {
        (void)sodium_mprotect_readwrite(own->bytes); /* fails only for memory that is not ours */
    } else if (before == 1 && own->opened == 0) {
        (void)sodium_mprotect_noaccess(own->bytes); /* as above */
    }
}

unsigned char *secret_open(const struct secret *s)
{
    set_access(s, 1);
    return s->bytes;
}

void secret_close(const struct secret *s)
{
    set_access(s, -1);
}

void secret_init(struct secret *s, const void *bytes, size_t len)
{
    s->len = len;
    s->opened = 0;
    s->bytes = sodium_malloc(len);
    if (s->bytes == NULL) {
        fatal("out of guarded memory");
    }
    if (bytes != NULL) {
        memcpy(s->bytes, bytes, len);
    } else {
        sodium_memzero(s->bytes, len);
    }
    (void)sodium_mprotect_noaccess(s->bytes); /* fails only for memory that is not ours */
}

void secret_init_random(struct secret *s, size_t len)
{
    secret_init(s, NULL, len);
    randombytes_buf(secret_open(s), len);
    secret_close(s);
}

void secret_init_copy(struct secret *s, const struct secret *from)
{
    secret_init(s, secret_open(from), from->len);
    secret_close(from);
}

void secret_init_derived(struct secret *s, const struct secret *key, const char *domain,
                         const void *context, size_t len_context)
{
    crypto_generichash_state state;
    secret_init(s, NULL, SECRET_KEY_BYTES);
    crypto_generichash_init(&state, secret_open(key), key->len, SECRET_KEY_BYTES);
    secret_close(key);
    crypto_generichash_update(&state, (const unsigned char *)domain, strlen(domain));
    if (len_context > 0) {
        crypto_generichash_update(&state, context, len_context);
    }
    crypto_generichash_final(&state, secret_open(s), SECRET_KEY_BYTES);
    secret_close(s);
    sodium_memzero(&state, sizeof state);
}

void secret_release(struct secret *s)
{
    if (s->bytes != NULL) {
        sodium_free(s->bytes); /* wipes, and stops the program if a guard was overwritten */
    }
    s->bytes = NULL;
    s->len = 0;
    s->opened = 0;
}

bool secret_equal(const struct secret *a, const struct secret *b)
{
    if (a->len != b->len || a->bytes == NULL || b->bytes == NULL) {
        return false;
    }
    bool equal = sodium_memcmp(secret_open(a), secret_open(b), a->len) == 0;
    secret_close(a);
    secret_close(b);
    return equal;
}

bool secret_is_empty(const struct secret *s)
{
    return s->bytes == NULL;
}

void *secret_pages_new(size_t len, bool *out_locked)
{
    void *pages = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) {
        return NULL;
    }
    (void)madvise(pages, len, MADV_DONTDUMP); /* core dumps are off already: a second door */
    bool locked = mlock(pages, len) == 0;
    if (out_locked != NULL) {
        *out_locked = locked;
    }
    return pages;
}

void secret_pages_free(void *pages, size_t len)
{
    if (pages != NULL) {
        sodium_memzero(pages, len);
        (void)munmap(pages, len); /* fails only for memory that is not ours */
    }
}
