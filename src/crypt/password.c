/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/password.h"

#include <sodium.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/random.h"

#define PASSES 3
#define SHORTEST_ALONE 15
#define SHORTEST_WITH_FACTOR 8
#define TARGET_US INT64_C(350000)

const struct password_cost PASSWORD_COST_DEFAULT = {PASSES, PASSWORD_DEFAULT_KIB};
const struct password_cost PASSWORD_COST_TEST = {1, 8};

struct password_params password_params_new(struct password_cost cost)
{
    struct password_params params = {.cost = cost};
    random_fill(params.salt, sizeof params.salt);
    return params;
}

enum status password_derive(const char *password, const struct password_params *params,
                            struct secret *out_auth, struct secret *out_wrap, struct error *err)
{
    struct secret both = SECRET_INIT;
    char *normal = strlen(password) <= PASSWORD_MAX_BYTES ? text_nfkc(password) : NULL;
    if (normal == NULL) {
        return error_set_field(err, STATUS_INVALID, "password",
                               _("This password holds characters that cannot be used."));
    }
    secret_init(&both, NULL, 2 * SECRET_KEY_BYTES);
    unsigned char *bytes = secret_open(&both);
    size_t len = strlen(normal);
    int failed = crypto_pwhash(bytes, both.len, normal, len, params->salt, params->cost.passes,
                               (size_t)params->cost.memory_kib * 1024,
                               crypto_pwhash_ALG_ARGON2ID13);
    mem_wipe(normal, len);
    mem_free(normal);
    if (!failed) {
        secret_init(out_auth, bytes, SECRET_KEY_BYTES);
        secret_init(out_wrap, bytes + SECRET_KEY_BYTES, SECRET_KEY_BYTES);
    }
    secret_close(&both);
    secret_release(&both);
    return failed
               ? error_set(err, STATUS_LIMIT,
                           _("There is not enough free memory to check the password. Try again."))
               : STATUS_OK;
}

void password_verifier(const struct secret *auth, uint8_t out[PASSWORD_VERIFIER_BYTES])
{
    crypto_hash_sha256(out, secret_open(auth), auth->len);
    secret_close(auth);
}

/* Folded: lower case, letters and digits, single spaces. */
static const char *const WELL_KNOWN[] = {
    "123456789012345",
    "1234567890123456",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "password",
    "password1",
    "password123",
    "passw0rd",
    "qwertyuiop",
    "qwerty123",
    "1q2w3e4r",
    "1qaz2wsx",
    "asdfghjkl",
    "iloveyou",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "letmein1",
    "welcome1",
    "welcome123",
    "administrator",
    "changeme",
    "hospital",
    "pharmacy",
    "medicine",
    "doctor123",
    "nurse123",
    "correct horse battery staple",
    "qwertyuiopasdfghjkl",
    "passwordpassword",
    "passwordpassword1",
    "letmeinletmein1",
    "prescripcare",
};

/* One character repeated, or all steps between neighbours alike ("abcdefgh", "87654321"). */
static bool is_pattern(const char *text)
{
    size_t len = strlen(text);
    int step = len > 1 ? text[1] - text[0] : 0;
    if (step < -1 || step > 1) {
        return false;
    }
    for (size_t i = 1; i < len; i++) {
        if (text[i] - text[i - 1] != step) {
            return false;
        }
    }
    return true;
}

static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += ((unsigned char)*text & 0xc0) != 0x80;
    }
    return count;
}

/* The word makes up most of it: "okafor okafor 1", "northside-clinic". */
static bool is_built_from(const char *folded, const char *word)
{
    size_t len = strlen(word);
    size_t covered = 0;
    if (len < 4) {
        return false;
    }
    for (const char *at = strstr(folded, word); at != NULL; at = strstr(at + len, word)) {
        covered += len;
    }
    return covered * 2 > strlen(folded);
}

static bool is_guessable(const char *password, const char *const *words)
{
    char *folded = text_fold(password);
    bool guessable = is_pattern(password);
    for (size_t i = 0; i < sizeof WELL_KNOWN / sizeof *WELL_KNOWN; i++) {
        guessable = guessable || strcmp(folded, WELL_KNOWN[i]) == 0;
    }
    for (size_t i = 0; words != NULL && words[i] != NULL; i++) {
        char *word = text_fold(words[i]);
        guessable = guessable || is_built_from(folded, word);
        mem_free(word);
    }
    mem_wipe(folded, strlen(folded));
    mem_free(folded);
    return guessable;
}

enum status password_check(const char *password, bool has_second_factor, const char *const *words,
                           struct error *err)
{
    size_t shortest = has_second_factor ? SHORTEST_WITH_FACTOR : SHORTEST_ALONE;
    char *normal = strlen(password) <= PASSWORD_MAX_BYTES ? text_nfkc(password) : NULL;
    if (normal == NULL) {
        return error_set_field(err, STATUS_INVALID, "password",
                               _("This password holds characters that cannot be used."));
    }
    enum status status = STATUS_OK;
    if (count_characters(normal) < shortest) {
        status = error_set_field(
            err, STATUS_INVALID, "password",
            ngettext("The password needs at least %d character. A sentence is a good one.",
                     "The password needs at least %d characters. A sentence is a good one.",
                     (unsigned long)shortest),
            (int)shortest);
    } else if (is_guessable(normal, words)) {
        status = error_set_field(
            err, STATUS_INVALID, "password",
            _("This password is among the first that would be guessed. Take another one."));
    }
    mem_wipe(normal, strlen(normal));
    mem_free(normal);
    return status;
}

struct password_cost password_cost_for(int64_t floor_us, uint32_t limit_kib)
{
    struct password_cost cost = {PASSES, PASSWORD_FLOOR_KIB};
    /* Time grows with the memory. Steps of half a doubling keep it inside 250 .. 500 ms on any
     * machine that the floor does not bring over that already. */
    for (uint32_t next = cost.memory_kib; next <= limit_kib && next <= 1024 * 1024;
         next += cost.memory_kib / 2) {
        int64_t expected_us = floor_us * next / PASSWORD_FLOOR_KIB;
        if (expected_us > TARGET_US) {
            break;
        }
        cost.memory_kib = next;
    }
    return cost;
}

enum status password_calibrate(uint32_t limit_kib, struct password_cost *out, struct error *err)
{
    struct password_params params = password_params_new(
        (struct password_cost){PASSES, PASSWORD_FLOOR_KIB});
    struct secret auth = SECRET_INIT;
    struct secret wrap = SECRET_INIT;
    int64_t before_us = clock_monotonic_us();
    enum status status = password_derive("calibration", &params, &auth, &wrap, err);
    int64_t took_us = clock_monotonic_us() - before_us;
    secret_release(&auth);
    secret_release(&wrap);
    if (status == STATUS_OK) {
        *out = password_cost_for(took_us, limit_kib);
    }
    return status;
}

bool password_needs_rehash(const struct password_params *params, struct password_cost policy)
{
    return (uint64_t)params->cost.passes * params->cost.memory_kib <
           (uint64_t)policy.passes * policy.memory_kib;
}
