/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/totp.h"

#include <liboath/oath.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"

#define GROUP 4
#define NAME_BYTES 24 /* of issuer and account in the picture */

void totp_secret_new(struct secret *out)
{
    secret_init_random(out, TOTP_SECRET_BYTES);
}

/* Base32 without padding: 20 bytes are 32 letters. */
static char *letters_of(const struct secret *secret)
{
    char *text = NULL;
    size_t len = 0;
    int failed = oath_base32_encode((const char *)secret_open(secret), secret->len, &text, &len);
    secret_close(secret);
    char *copy = failed != OATH_OK ? NULL : mem_copy_bytes(text, strcspn(text, "="));
    if (text != NULL) {
        mem_wipe(text, len);
        free(text); /* liboath's */
    }
    return copy != NULL ? copy : mem_copy_text("");
}

void totp_secret_letters(const struct secret *secret, char out[TOTP_LETTERS_MAX])
{
    char *letters = letters_of(secret);
    size_t at = 0, len = strlen(letters);
    for (size_t i = 0; i < len && at + 2 < TOTP_LETTERS_MAX; i++) {
        if (i > 0 && i % GROUP == 0) {
            out[at++] = ' ';
        }
        out[at++] = letters[i];
    }
    out[at] = '\0';
    mem_wipe(letters, len);
    mem_free(letters);
}

enum status totp_secret_parse(const char *letters, struct secret *out, struct error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    /* liboath leaves blanks out and takes either case */
    int failed = oath_base32_decode(letters, strlen(letters), &bytes, &len);
    enum status status = STATUS_OK;
    if (failed != OATH_OK || len != TOTP_SECRET_BYTES) {
        status = error_set_field(err, STATUS_INVALID, "secret", _("This is not a secret of 32 letters and digits."));
    } else {
        secret_init(out, bytes, len);
    }
    if (bytes != NULL) {
        mem_wipe(bytes, len);
        free(bytes); /* liboath's */
    }
    return status;
}

static void append_name(struct buffer *out, const char *name)
{
    for (size_t i = 0; i < NAME_BYTES && name[i] != '\0'; i++) {
        unsigned char c = (unsigned char)name[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c) != NULL;
        if (is_plain) {
            buffer_append_byte(out, (char)c);
        } else {
            buffer_append_format(out, "%%%02X", c);
        }
    }
}

char *totp_uri(const struct secret *secret, const char *issuer, const char *account)
{
    struct buffer names = BUFFER_INIT;
    char *letters = letters_of(secret);
    append_name(&names, issuer);
    buffer_append_byte(&names, ':');
    append_name(&names, account);
    char *uri = mem_format("otpauth://totp/%s?secret=%s", names.bytes, letters);
    buffer_release(&names);
    mem_wipe(letters, strlen(letters));
    mem_free(letters);
    return uri;
}

/* The code of a step by its number. */
static bool code_of_step(const struct secret *secret, int64_t step, unsigned digits, char out[9])
{
    if (step < 0 || digits < 6 || digits > 8) {
        return false;
    }
    int failed = oath_totp_generate((const char *)secret_open(secret), secret->len, (time_t)(step * TOTP_STEP_S), TOTP_STEP_S,
                                    0, digits, out);
    secret_close(secret);
    return failed == OATH_OK;
}

static int64_t step_of(int64_t now_us)
{
    return now_us / US_PER_SECOND / TOTP_STEP_S;
}

bool totp_code(const struct secret *secret, int64_t now_us, unsigned digits, char out[9])
{
    return code_of_step(secret, step_of(now_us), digits, out);
}

/* Six digits, perhaps with blanks between them as phones show them. */
static bool read_code(const char *text, char out[TOTP_DIGITS + 1])
{
    size_t len = 0;
    for (; *text != '\0'; text++) {
        if (*text == ' ') {
            continue;
        }
        if (*text < '0' || *text > '9' || len == TOTP_DIGITS) {
            return false;
        }
        out[len++] = *text;
    }
    out[len] = '\0';
    return len == TOTP_DIGITS;
}

bool totp_matches(const struct secret *secret, int64_t now_us, const char *code, int64_t *out_step)
{
    char typed[TOTP_DIGITS + 1], right[9];
    int64_t now = step_of(now_us);
    bool found = false;
    if (!read_code(code, typed)) {
        return false;
    }
    for (int64_t step = now; step >= now - 1; step--) { /* never ahead: a clock that is fast guesses nothing */
        if (code_of_step(secret, step, TOTP_DIGITS, right) && sodium_memcmp(typed, right, TOTP_DIGITS) == 0 && !found) {
            *out_step = step;
            found = true;
        }
    }
    return found;
}
