/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/second_factor.h"

#include <sodium.h>
#include <string.h>

#include "base/fatal.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/random.h"

/* No look-alikes; 32 letters, so that a byte's low five bits choose evenly. Ten of them are 50 bits. */
static const char LETTERS[] = "abcdefghjkmnpqrstvwxyz0123456789";
#define CODE_LETTERS 10
#define GROUP 4

static void hash_code(const struct secret *totp, const char letters[CODE_LETTERS], uint8_t out[FACTOR_CODE_HASH_BYTES])
{
    crypto_generichash_state state;
    static const char DOMAIN[] = "prescripcare.recovery_code.1";
    crypto_generichash_init(&state, secret_open(totp), totp->len, FACTOR_CODE_HASH_BYTES);
    secret_close(totp);
    crypto_generichash_update(&state, (const uint8_t *)DOMAIN, sizeof DOMAIN);
    crypto_generichash_update(&state, (const uint8_t *)letters, CODE_LETTERS);
    crypto_generichash_final(&state, out, FACTOR_CODE_HASH_BYTES);
    sodium_memzero(&state, sizeof state);
}

static void new_code(const struct secret *totp, char out[FACTOR_CODE_TEXT], uint8_t out_hash[FACTOR_CODE_HASH_BYTES])
{
    uint8_t random[CODE_LETTERS];
    char letters[CODE_LETTERS];
    size_t at = 0;
    random_fill(random, sizeof random);
    for (size_t i = 0; i < CODE_LETTERS; i++) {
        letters[i] = LETTERS[random[i] & 31];
        if (i > 0 && i % GROUP == 0) {
            out[at++] = '-';
        }
        out[at++] = letters[i];
    }
    out[at] = '\0';
    hash_code(totp, letters, out_hash);
    sodium_memzero(random, sizeof random);
    sodium_memzero(letters, sizeof letters);
}

void second_factor_make(struct second_factor *out, const uint8_t public_key[32], const struct secret *totp,
                        char out_codes[FACTOR_CODES][FACTOR_CODE_TEXT])
{
    struct second_factor factor = {.is_on = true, .code_count = FACTOR_CODES};
    int failed = crypto_box_seal(factor.box, secret_open(totp), totp->len, public_key);
    secret_close(totp);
    if (failed) {
        fatal("the second factor could not be sealed");
    }
    for (size_t i = 0; i < FACTOR_CODES; i++) {
        new_code(totp, out_codes[i], factor.codes[i]);
    }
    *out = factor;
}

static enum status open_box(const struct second_factor *factor, const uint8_t public_key[32], const struct secret *user_key,
                            struct secret *out, struct error *err)
{
    secret_init(out, NULL, TOTP_SECRET_BYTES);
    int failed = crypto_box_seal_open(secret_open(out), factor->box, sizeof factor->box, public_key, secret_open(user_key));
    secret_close(user_key);
    secret_close(out);
    if (failed) {
        secret_release(out);
        return error_set_field(err, STATUS_DAMAGED, "code",
                               _("The second factor of this account is damaged. An administrator has to take it off."));
    }
    return STATUS_OK;
}

/* Letters and digits alone, in small letters. */
static bool read_letters(const char *text, char out[CODE_LETTERS])
{
    size_t len = 0;
    for (; *text != '\0'; text++) {
        char c = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
        if (c == '-' || c == ' ') {
            continue;
        }
        c = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c; /* what the alphabet leaves out */
        if (len == CODE_LETTERS || strchr(LETTERS, c) == NULL) {
            return false;
        }
        out[len++] = c;
    }
    return len == CODE_LETTERS;
}

static int find_recovery(const struct second_factor *factor, const struct secret *totp, const char *code)
{
    char letters[CODE_LETTERS];
    uint8_t hash[FACTOR_CODE_HASH_BYTES];
    int found = -1;
    if (!read_letters(code, letters)) {
        return -1;
    }
    hash_code(totp, letters, hash);
    sodium_memzero(letters, sizeof letters);
    for (int i = 0; i < factor->code_count; i++) {
        if (sodium_memcmp(hash, factor->codes[i], sizeof hash) == 0) {
            found = i;
        }
    }
    return found;
}

enum status second_factor_check(const struct second_factor *factor, const uint8_t public_key[32],
                                const struct secret *user_key, int64_t now_us, const char *code, enum factor_match *out,
                                int64_t *out_step, struct error *err)
{
    struct secret totp = SECRET_INIT;
    enum status status = open_box(factor, public_key, user_key, &totp, err);
    if (status != STATUS_OK) {
        return status;
    }
    *out = FACTOR_NO;
    if (totp_matches(&totp, now_us, code, out_step)) {
        *out = FACTOR_TOTP;
    } else {
        int place = find_recovery(factor, &totp, code);
        if (place >= 0) {
            *out = FACTOR_RECOVERY;
            *out_step = place;
        }
    }
    secret_release(&totp);
    return STATUS_OK;
}

void second_factor_drop_code(struct second_factor *factor, int64_t place)
{
    if (place >= 0 && place < factor->code_count) {
        factor->code_count--;
        memmove(factor->codes[place], factor->codes[place + 1], (size_t)(factor->code_count - place) * FACTOR_CODE_HASH_BYTES);
        memset(factor->codes[factor->code_count], 0, FACTOR_CODE_HASH_BYTES);
    }
}

void second_factor_encode(const struct second_factor *factor, struct buffer *out)
{
    buffer_append(out, factor->box, sizeof factor->box);
    buffer_append_byte(out, (char)factor->code_count);
    buffer_append(out, factor->codes, (size_t)factor->code_count * FACTOR_CODE_HASH_BYTES);
}

void second_factor_take(struct blob_reader *r, struct second_factor *out)
{
    struct second_factor factor = {.is_on = true};
    blob_take(r, factor.box, sizeof factor.box);
    factor.code_count = blob_take_u8(r);
    if (factor.code_count > FACTOR_CODES) {
        r->is_bad = true;
        return;
    }
    blob_take(r, factor.codes, (size_t)factor.code_count * FACTOR_CODE_HASH_BYTES);
    *out = factor;
}
