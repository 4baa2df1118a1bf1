/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/password.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/derived_id.h"

const struct password_cost PASSWORD_COST_DEFAULT = {3, 128 * 1024};
const struct password_cost PASSWORD_COST_FLOOR = {3, 64 * 1024};

/* Words that no password may be built of alone; the folded password is compared with repeats of them. */
static const char *const blocked[] = {"password", "passwort", "prescripcare", "welcome", "qwerty", "letmein", "changeme",
                                      "administrator", "pharmacy", "hospital", "medication", "123456", "abc123", "iloveyou"};

void password_new_salt(unsigned char salt[PASSWORD_SALT_BYTES])
{
    randombytes_buf(salt, PASSWORD_SALT_BYTES);
}

enum status password_derive(const char *password, const unsigned char salt[PASSWORD_SALT_BYTES], struct password_cost cost,
                            struct secret *out_auth, struct secret *out_wrap, struct error *err)
{
    unsigned char keys[2 * SECRET_KEY_BYTES];
    char *normal = text_nfkc(password);
    int bad = crypto_pwhash(keys, sizeof keys, normal, strlen(normal), salt, cost.passes, (size_t)cost.memory_kib * 1024,
                            crypto_pwhash_ALG_ARGON2ID13);
    mem_wipe(normal, strlen(normal));
    mem_free(normal);
    if (bad != 0) {
        return error_set(err, STATUS_LIMIT, _("There is not enough free memory to check the password. Close other "
                                              "programs and try again."));
    }
    secret_init(out_auth, keys, SECRET_KEY_BYTES);
    secret_init(out_wrap, keys + SECRET_KEY_BYTES, SECRET_KEY_BYTES);
    mem_wipe(keys, sizeof keys);
    return STATUS_OK;
}

void password_verifier(const struct secret *auth, char out[65])
{
    sha256_hex(secret_open(auth), auth->len, out);
    secret_close(auth);
}

struct password_cost password_calibrate(int target_ms)
{
    static const unsigned char salt[PASSWORD_SALT_BYTES] = {0};
    struct password_cost cost = PASSWORD_COST_FLOOR;
    unsigned char key[SECRET_KEY_BYTES];
    int64_t started = clock_monotonic_us();
    if (crypto_pwhash(key, sizeof key, "calibration", 11, salt, cost.passes, (size_t)cost.memory_kib * 1024,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return cost;
    }
    int64_t took_ms = (clock_monotonic_us() - started) / 1000 + 1;
    while (cost.memory_kib < 256 * 1024 && took_ms * 2 <= target_ms) {
        cost.memory_kib *= 2;
        took_ms *= 2;
    }
    return cost;
}

static bool is_repeat_of(const char *text, const char *word)
{
    size_t len = strlen(word), at = 0, total = strlen(text);
    if (len == 0 || total == 0) {
        return false;
    }
    while (total - at >= len && strncmp(text + at, word, len) == 0) {
        at += len;
    }
    return at > 0 && total - at <= 4; /* "passwordpassword123" is still the word */
}

enum status password_check_new(const char *password, const char *login, int length_min, struct error *err)
{
    int length = 0;
    size_t len_bytes = strlen(password);
    for (size_t at = 0; at < len_bytes; at = text_next(password, at)) {
        length++;
    }
    if (length < length_min) {
        return error_set_field(err, STATUS_INVALID, "password",
                               _("A password needs at least %d characters; a few unrelated words are easy to remember."),
                               length_min);
    }
    if (len_bytes > 1024) {
        return error_set_field(err, STATUS_LIMIT, "password", _("A password has at most 1024 bytes."));
    }
    char *folded = text_fold(password);
    bool is_blocked = login != NULL && is_repeat_of(folded, login);
    for (size_t i = 0; i < sizeof blocked / sizeof *blocked; i++) {
        is_blocked = is_blocked || is_repeat_of(folded, blocked[i]);
    }
    bool is_one_letter = strspn(password, (char[]){password[0], '\0'}) == len_bytes;
    mem_wipe(folded, strlen(folded));
    mem_free(folded);
    if (is_blocked || is_one_letter) {
        return error_set_field(err, STATUS_INVALID, "password",
                               _("This password is among the first that are guessed. Choose unrelated words."));
    }
    return STATUS_OK;
}
