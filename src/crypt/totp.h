/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes from a phone (RFC 6238): SHA-1, 30 seconds, 6 digits, as every authenticator app makes them. A code is good in its
 * own step and in the one behind it, never ahead; that it is good once only is the caller's to remember
 * (lockout_take_step()). The letters of a secret are what a person types where no camera is at hand. */
#ifndef CRYPT_TOTP_H
#define CRYPT_TOTP_H

#include <stdint.h>

#include "crypt/secret.h"

#define TOTP_SECRET_BYTES 20
#define TOTP_STEP_S 30
#define TOTP_DIGITS 6
#define TOTP_LETTERS_MAX 48 /* groups of four with blanks between them, NUL */

void totp_secret_new(struct secret *out);

/* "ABCD EFGH ..." (base32), and back, whatever the case and the blanks. STATUS_INVALID, field "secret". */
void totp_secret_letters(const struct secret *secret, char out[TOTP_LETTERS_MAX]);
enum status totp_secret_parse(const char *letters, struct secret *out, struct error *err) MUST_USE;

/* What the picture says: "otpauth://totp/ISSUER:ACCOUNT?secret=...". Names are cut and percent-encoded so that the picture
 * stays small. The caller wipes and frees. */
char *totp_uri(const struct secret *secret, const char *issuer, const char *account);

/* The code of an instant; digits 6 to 8. False for what no clock says. */
bool totp_code(const struct secret *secret, int64_t now_us, unsigned digits, char out[9]);

/* True when `code` (blanks allowed) is the one of now or of the step before; *out_step numbers that step. */
bool totp_matches(const struct secret *secret, int64_t now_us, const char *code, int64_t *out_step);

#endif
