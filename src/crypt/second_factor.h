/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person has besides the password, as it stands in the signed credential record: the secret of the phone's codes,
 * boxed to the person's own key (it opens only behind the password), and the recovery codes that are left, as hashes keyed
 * with that secret. Plain bytes: copied like any struct. */
#ifndef CRYPT_SECOND_FACTOR_H
#define CRYPT_SECOND_FACTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "crypt/blob.h"
#include "crypt/totp.h"

#define FACTOR_BOX_BYTES (TOTP_SECRET_BYTES + 48) /* crypto_box_seal */
#define FACTOR_CODES 10
#define FACTOR_CODE_HASH_BYTES 16
#define FACTOR_CODE_TEXT 16 /* "k7wm-3p9x-td" and NUL */

struct second_factor {
    bool is_on;
    uint8_t box[FACTOR_BOX_BYTES];
    uint8_t code_count; /* recovery codes that are left */
    uint8_t codes[FACTOR_CODES][FACTOR_CODE_HASH_BYTES];
};

/* A new one for the owner of public_key, with its recovery codes in clear: shown once, then wiped by the caller. */
void second_factor_make(struct second_factor *out, const uint8_t public_key[32], const struct secret *totp,
                        char out_codes[FACTOR_CODES][FACTOR_CODE_TEXT]);

enum factor_match {
    FACTOR_NO,
    FACTOR_TOTP,     /* *out_step is its step: take it once */
    FACTOR_RECOVERY, /* *out_step is its place in codes: take it out */
};
/* user_key: the private half behind public_key. STATUS_DAMAGED when the box does not open with it. */
enum status second_factor_check(const struct second_factor *factor, const uint8_t public_key[32],
                                const struct secret *user_key, int64_t now_us, const char *code, enum factor_match *out,
                                int64_t *out_step, struct error *err) MUST_USE;
void second_factor_drop_code(struct second_factor *factor, int64_t place);

void second_factor_encode(const struct second_factor *factor, struct buffer *out); /* appends */
void second_factor_take(struct blob_reader *r, struct second_factor *out);         /* r->is_bad when it makes no sense */

#endif
