/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Argon2id call turns a password into two keys: K_auth proves who it is (the centre stores its
 * hash), K_wrap opens the user's private key and never leaves this process. The centre sees neither
 * the password nor anything that leads to K_wrap. Parameters are stored beside the salt, so that
 * each user may have others. */
#ifndef CRYPT_PASSWORD_H
#define CRYPT_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "crypt/secret.h"

#define PASSWORD_SALT_BYTES 16
#define PASSWORD_VERIFIER_BYTES 32
#define PASSWORD_VERIFIER_TEXT (2 * PASSWORD_VERIFIER_BYTES + 1)
#define PASSWORD_SALT_TEXT (2 * PASSWORD_SALT_BYTES + 1)
#define PASSWORD_MAX_BYTES 1024
#define PASSWORD_FLOOR_KIB (64 * 1024)
#define PASSWORD_DEFAULT_KIB (128 * 1024)
#define PASSWORD_STRONG_KIB (256 * 1024) /* supervisors and recovery */

struct password_cost {
    uint32_t passes;
    uint32_t memory_kib;
};

struct password_params {
    struct password_cost cost;
    uint8_t salt[PASSWORD_SALT_BYTES];
};

extern const struct password_cost
    PASSWORD_COST_DEFAULT; /* 3 passes, 128 MiB: 164 ms where it was measured */
extern const struct password_cost
    PASSWORD_COST_TEST; /* the least that Argon2id takes; tests only */

struct password_params password_params_new(struct password_cost cost); /* random salt */

/* STATUS_INVALID for text that is not UTF-8 or too long, STATUS_LIMIT when the memory is not there.
 */
enum status password_derive(const char *password, const struct password_params *params,
                            struct secret *out_auth, struct secret *out_wrap,
                            struct error *err) MUST_USE;
void password_verifier(const struct secret *auth,
                       uint8_t out[PASSWORD_VERIFIER_BYTES]); /* SHA-256 of K_auth */

/* What is good enough to be set (SP 800-63B): 15 characters alone, 8 with a second factor; not a
 * well-known one, not built from the words given (login, name, site; NULL ends the list).
 * STATUS_INVALID names the reason. */
enum status password_check(const char *password, bool has_second_factor, const char *const *words,
                           struct error *err) MUST_USE;

/* The cost that takes 250 to 500 ms here, when the floor took floor_us; never under the floor,
 * never over limit_kib. */
struct password_cost password_cost_for(int64_t floor_us, uint32_t limit_kib);
enum status password_calibrate(uint32_t limit_kib, struct password_cost *out,
                               struct error *err) MUST_USE;
bool password_needs_rehash(const struct password_params *params, struct password_cost policy);

#endif
