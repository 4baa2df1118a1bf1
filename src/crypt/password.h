/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One Argon2id call turns a password into two keys (security.md 2.1): K_auth, whose SHA-256 is the verifier that the
 * database and the centre keep, and K_wrap, which opens the person's private key. Passwords are NFKC before hashing, so
 * that another keyboard's composed letters give the same keys. */
#ifndef CRYPT_PASSWORD_H
#define CRYPT_PASSWORD_H

#include <stdint.h>

#include "base/error.h"
#include "crypt/secret.h"

#define PASSWORD_SALT_BYTES 16
#define PASSWORD_LENGTH_MIN 15 /* alone; 8 with a second factor (63B) */

struct password_cost {
    uint32_t passes;
    uint32_t memory_kib;
};

extern const struct password_cost PASSWORD_COST_DEFAULT; /* 3 passes, 128 MiB */
extern const struct password_cost PASSWORD_COST_FLOOR;   /* 3 passes, 64 MiB: never weaker on a real site */

/* The cost, not below the floor, whose hash takes about target_ms on this machine. */
struct password_cost password_calibrate(int target_ms);

void password_new_salt(unsigned char salt[PASSWORD_SALT_BYTES]);

/* Fills both 32-byte secrets. STATUS_LIMIT: not enough memory for this cost. */
enum status password_derive(const char *password, const unsigned char salt[PASSWORD_SALT_BYTES], struct password_cost cost,
                            struct secret *out_auth, struct secret *out_wrap, struct error *err) MUST_USE;

/* Hex SHA-256 of K_auth: users.password_hash. */
void password_verifier(const struct secret *auth, char out[65]);

/* Length and blocklist rules of 63B; the sentence says what to do. */
enum status password_check_new(const char *password, const char *login, int length_min, struct error *err) MUST_USE;

#endif
