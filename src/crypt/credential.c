/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/credential.h"

#include <sodium.h>
#include <string.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/blob.h"
#include "crypt/page_seal.h"

#define VERSION 3 /* with a password that has to be changed; else it is written as the versions before always were */
enum { VERSION_PLAIN = 1, VERSION_FACTOR = 2 };
enum { FLAG_DISABLED = 1, FLAG_ONE_TIME = 2, FLAG_FACTOR = 4 }; /* until version 2 only the first */
#define DOMAIN "prescripcare.credential.1"
#define AAD_BYTES (16 + USER_KEY_BYTES)

static void wrap_aad(const struct credential *c, uint8_t out[AAD_BYTES])
{
    memcpy(out, c->user_id.bytes, 16);
    memcpy(out + 16, c->public_key, USER_KEY_BYTES);
}

static void wrap(struct credential *c, const struct secret *wrap_key, const struct secret *user_key)
{
    uint8_t aad[AAD_BYTES];
    struct page_seal *seal = page_seal_new(wrap_key);
    wrap_aad(c, aad);
    if (seal == NULL ||
        page_seal_close(seal, aad, sizeof aad, secret_open(user_key), USER_KEY_BYTES,
                        c->wrapped_key + 40, c->wrapped_key, c->wrapped_key + 24) != STATUS_OK) {
        fatal("the user's key could not be wrapped");
    }
    secret_close(user_key);
    page_seal_free(seal);
}

static enum status fill(struct credential *c, const struct secret *user_key, const char *password,
                        struct password_cost cost, struct error *err)
{
    struct secret auth = SECRET_INIT;
    struct secret wrap_key = SECRET_INIT;
    c->params = password_params_new(cost);
    enum status status = password_derive(password, &c->params, &auth, &wrap_key, err);
    if (status == STATUS_OK) {
        password_verifier(&auth, c->verifier);
        wrap(c, &wrap_key, user_key);
    }
    secret_release(&auth);
    secret_release(&wrap_key);
    return status;
}

enum status credential_new(struct uid user_id, const char *password, struct password_cost cost,
                           struct credential *out, struct error *err)
{
    struct credential c = {.user_id = user_id, .serial = 1};
    struct secret user_key = SECRET_INIT;
    secret_init(&user_key, NULL, USER_KEY_BYTES);
    crypto_box_keypair(c.public_key, secret_open(&user_key));
    secret_close(&user_key);
    enum status status = fill(&c, &user_key, password, cost, err);
    secret_release(&user_key);
    if (status == STATUS_OK) {
        *out = c;
    }
    return status;
}

enum status credential_unlock(const struct credential *c, const char *password,
                              struct secret *out_user_key, struct error *err)
{
    struct secret auth = SECRET_INIT;
    struct secret wrap_key = SECRET_INIT;
    struct secret user_key = SECRET_INIT;
    uint8_t verifier[PASSWORD_VERIFIER_BYTES];
    uint8_t aad[AAD_BYTES];
    struct page_seal *seal = NULL;
    enum status status = password_derive(password, &c->params, &auth, &wrap_key, err);
    if (status != STATUS_OK) {
        goto done;
    }
    password_verifier(&auth, verifier);
    if (sodium_memcmp(verifier, c->verifier, sizeof verifier) != 0) {
        status = error_set(err, STATUS_BAD_SECRET, _("The name or the password is not right."));
        goto done;
    }
    if (c->is_disabled) { /* said only to who knows the password */
        status = error_set(err, STATUS_NOT_PERMITTED,
                           _("This account was closed. Ask your administrator."));
        goto done;
    }
    seal = page_seal_new(&wrap_key);
    secret_init(&user_key, NULL, USER_KEY_BYTES);
    wrap_aad(c, aad);
    if (seal == NULL ||
        page_seal_open(seal, aad, sizeof aad, c->wrapped_key + 40, USER_KEY_BYTES,
                       secret_open(&user_key), c->wrapped_key, c->wrapped_key + 24) != STATUS_OK) {
        secret_release(&user_key);
        status = error_set(err, STATUS_DAMAGED,
                           _("This account's key is damaged. Ask your administrator to renew it."));
        goto done;
    }
    secret_close(&user_key);
    *out_user_key = user_key;
done:
    page_seal_free(seal);
    secret_release(&auth);
    secret_release(&wrap_key);
    return status;
}

enum status credential_rewrap(const struct credential *c, const struct secret *user_key,
                              const char *password, struct password_cost cost,
                              struct credential *out, struct error *err)
{
    struct credential next = *c;
    next.serial++;
    memset(next.signature, 0, sizeof next.signature);
    enum status status = fill(&next, user_key, password, cost, err);
    if (status == STATUS_OK) {
        *out = next;
    }
    return status;
}

void credential_set_factor(struct credential *c, const struct second_factor *factor)
{
    c->factor = *factor;
    c->serial++;
    memset(c->signature, 0, sizeof c->signature);
}

/* Everything but the signature, in a fixed order. */
static void encode_signed_part(const struct credential *c, struct buffer *out)
{
    unsigned flags = c->is_disabled ? FLAG_DISABLED : 0;
    if (c->is_one_time) {
        flags |= FLAG_ONE_TIME | (c->factor.is_on ? FLAG_FACTOR : 0U);
    }
    buffer_append_byte(out, (char)(c->is_one_time ? VERSION : c->factor.is_on ? VERSION_FACTOR : VERSION_PLAIN));
    buffer_append(out, c->user_id.bytes, sizeof c->user_id.bytes);
    buffer_append_u64be(out, c->serial);
    buffer_append_byte(out, (char)flags);
    buffer_append_u32be(out, c->params.cost.passes);
    buffer_append_u32be(out, c->params.cost.memory_kib);
    buffer_append(out, c->params.salt, sizeof c->params.salt);
    buffer_append(out, c->verifier, sizeof c->verifier);
    buffer_append(out, c->public_key, sizeof c->public_key);
    buffer_append(out, c->wrapped_key, sizeof c->wrapped_key);
    if (c->factor.is_on) {
        second_factor_encode(&c->factor, out);
    }
}

void credential_sign(struct credential *c, const struct signing_key *key)
{
    struct buffer bytes = BUFFER_INIT;
    encode_signed_part(c, &bytes);
    signature_make(key, DOMAIN, bytes.bytes, bytes.len, c->signature);
    buffer_release(&bytes);
}

bool credential_is_signed_by(const struct credential *c,
                             const uint8_t public_key[SIGNATURE_PUBLIC_BYTES])
{
    struct buffer bytes = BUFFER_INIT;
    encode_signed_part(c, &bytes);
    bool good = signature_is_good(public_key, DOMAIN, bytes.bytes, bytes.len, c->signature);
    buffer_release(&bytes);
    return good;
}

bool credential_replaces(const struct credential *next, const struct credential *now)
{
    return next->serial > now->serial ||
           (next->serial == now->serial && next->is_disabled && !now->is_disabled);
}

void credential_encode(const struct credential *c, struct buffer *out)
{
    encode_signed_part(c, out);
    buffer_append(out, c->signature, sizeof c->signature);
}

enum status credential_decode(const void *bytes, size_t len, struct credential *out,
                              struct error *err)
{
    struct credential c;
    struct blob_reader r = blob_reader_of(bytes, len);
    memset(&c, 0, sizeof c);
    uint8_t version = blob_take_u8(&r);
    if (!r.is_bad && version > VERSION) {
        return error_set(err, STATUS_NEWER,
                         _("An account was written by a newer version of the program."));
    }
    blob_take(&r, c.user_id.bytes, sizeof c.user_id.bytes);
    c.serial = blob_take_u64(&r);
    uint8_t flags = blob_take_u8(&r);
    uint8_t known = version == VERSION ? FLAG_DISABLED | FLAG_ONE_TIME | FLAG_FACTOR : FLAG_DISABLED;
    bool is_canonical = version != VERSION || (flags & FLAG_ONE_TIME) != 0; /* one way to write one record */
    c.is_disabled = (flags & FLAG_DISABLED) != 0;
    c.is_one_time = (flags & FLAG_ONE_TIME) != 0;
    c.params.cost.passes = blob_take_u32(&r);
    c.params.cost.memory_kib = blob_take_u32(&r);
    blob_take(&r, c.params.salt, sizeof c.params.salt);
    blob_take(&r, c.verifier, sizeof c.verifier);
    blob_take(&r, c.public_key, sizeof c.public_key);
    blob_take(&r, c.wrapped_key, sizeof c.wrapped_key);
    if (version == VERSION_FACTOR || (flags & FLAG_FACTOR) != 0) {
        second_factor_take(&r, &c.factor);
    }
    blob_take(&r, c.signature, sizeof c.signature);
    if (r.is_bad || r.left != 0 || version == 0 || (flags & ~known) != 0 || !is_canonical) {
        return error_set(err, STATUS_DAMAGED, _("An account's record is damaged."));
    }
    *out = c;
    return STATUS_OK;
}

void credential_verifier_text(const struct credential *c, char out[PASSWORD_VERIFIER_TEXT])
{
    sodium_bin2hex(out, PASSWORD_VERIFIER_TEXT, c->verifier, sizeof c->verifier);
}

void credential_salt_text(const struct credential *c, char out[PASSWORD_SALT_TEXT])
{
    sodium_bin2hex(out, PASSWORD_SALT_TEXT, c->params.salt, sizeof c->params.salt);
}

char *credential_to_text(const struct credential *c)
{
    struct buffer bytes = BUFFER_INIT;
    credential_encode(c, &bytes);
    char *text = mem_alloc(2 * bytes.len + 1);
    sodium_bin2hex(text, 2 * bytes.len + 1, (const uint8_t *)bytes.bytes, bytes.len);
    buffer_release(&bytes);
    return text;
}

enum status credential_from_text(const char *text, struct credential *out, struct error *err)
{
    size_t len = strlen(text), got = 0;
    uint8_t *bytes = mem_alloc(len / 2 + 1);
    bool is_hex = sodium_hex2bin(bytes, len / 2 + 1, text, len, NULL, &got, NULL) == 0;
    enum status status = is_hex ? credential_decode(bytes, got, out, err)
                                : error_set(err, STATUS_DAMAGED, _("An account's record is damaged."));
    mem_free(bytes);
    return status;
}
