/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who a person is to the machines: the signed credential record (decisions.md 18). It holds the
 * password's verifier and parameters, the person's public key, and the private half wrapped under
 * the password, so it may be copied to every device of the site; a change of password rewrites this
 * one record and no key slot. The centre signs it; on a stand-alone site the device does. */
#ifndef CRYPT_CREDENTIAL_H
#define CRYPT_CREDENTIAL_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/uid.h"
#include "crypt/password.h"
#include "crypt/second_factor.h"
#include "crypt/signature.h"

#define USER_KEY_BYTES 32
#define WRAPPED_KEY_BYTES (24 + 16 + USER_KEY_BYTES) /* nonce, tag, key */

struct credential {
    struct uid user_id;
    uint64_t serial; /* grows with each change; the higher one wins, and of equals the one that is
                        disabled */
    bool is_disabled;
    bool is_one_time; /* the password was given by somebody else: it opens nothing but its own change */
    struct password_params params;
    uint8_t verifier[PASSWORD_VERIFIER_BYTES];
    uint8_t public_key[USER_KEY_BYTES];
    uint8_t wrapped_key[WRAPPED_KEY_BYTES];
    struct second_factor factor; /* is_on false: the password alone */
    uint8_t signature[SIGNATURE_BYTES];
};

/* A new person with a new key pair; unsigned. */
enum status credential_new(struct uid user_id, const char *password, struct password_cost cost,
                           struct credential *out, struct error *err) MUST_USE;

/* STATUS_BAD_SECRET for a wrong password, STATUS_NOT_PERMITTED for a disabled person,
 * STATUS_DAMAGED. */
enum status credential_unlock(const struct credential *c, const char *password,
                              struct secret *out_user_key, struct error *err) MUST_USE;

/* The same key pair under another password or cost; serial + 1, unsigned. */
enum status credential_rewrap(const struct credential *c, const struct secret *user_key,
                              const char *password, struct password_cost cost,
                              struct credential *out, struct error *err) MUST_USE;

/* The same person with another second factor, or none; serial + 1, unsigned. */
void credential_set_factor(struct credential *c, const struct second_factor *factor);

void credential_sign(struct credential *c, const struct signing_key *key);
bool credential_is_signed_by(const struct credential *c,
                             const uint8_t public_key[SIGNATURE_PUBLIC_BYTES]);
bool credential_replaces(const struct credential *next, const struct credential *now);

void credential_encode(const struct credential *c, struct buffer *out); /* appends */
enum status credential_decode(const void *bytes, size_t len, struct credential *out,
                              struct error *err) MUST_USE;

/* The encoded record as hexadecimal digits, for a column of text. The caller frees. */
char *credential_to_text(const struct credential *c);
enum status credential_from_text(const char *text, struct credential *out, struct error *err) MUST_USE;

/* users.password_hash and users.salt of the blueprint: 64 and 32 hex digits. */
void credential_verifier_text(const struct credential *c, char out[PASSWORD_VERIFIER_TEXT]);
void credential_salt_text(const struct credential *c, char out[PASSWORD_SALT_TEXT]);

#endif
