/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <sodium.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "crypt/password.h"

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
}

TestSuite(password, .init = start);

/* Known answer from the reference implementation:
 * printf 'correct horse' | argon2 0123456789abcdef -id -t 3 -k 4096 -p 1 -l 64 -r */
Test(password, derives_the_two_halves_of_one_argon2id_output)
{
    struct password_params params = {.cost = {3, 4096}};
    struct secret auth = SECRET_INIT;
    struct secret wrap = SECRET_INIT;
    char text[65];
    memcpy(params.salt, "0123456789abcdef", 16);
    cr_assert_eq(password_derive("correct horse", &params, &auth, &wrap, NULL), STATUS_OK);
    cr_assert_str_eq(sodium_bin2hex(text, sizeof text, secret_open(&auth), 32),
                     "cda8a7dd4d3290bbc3575128ca666ac174b0c10f12b18d530bb6e54cbcafad89");
    cr_assert_str_eq(sodium_bin2hex(text, sizeof text, secret_open(&wrap), 32),
                     "c29a6d9b066cd72eb5f069cb7b315c4878b60e9784e6952e72cd485ba17fa5ce");
    secret_close(&auth);
    secret_close(&wrap);
    secret_release(&auth);
    secret_release(&wrap);
}

Test(password, is_the_same_however_it_was_composed)
{
    /* e + combining acute against the one letter; the ligature fi against two letters; wide digits.
     */
    static const struct {
        const char *a;
        const char *b;
        bool same;
    } rows[] = {
        {"caf\xC3\xA9", "cafe\xCC\x81", true},
        {"\xEF\xAC\x81rst", "first", true},
        {"\xEF\xBC\x91\xEF\xBC\x92", "12", true},
        {"Cafe", "cafe", false},
        {"a b", "a  b", false},
        {"na\xC3\xAFve", "naive", false},
    };
    struct password_params params = password_params_new(PASSWORD_COST_TEST);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct secret key[4] = {SECRET_INIT, SECRET_INIT, SECRET_INIT, SECRET_INIT};
        cr_assert_eq(password_derive(rows[i].a, &params, &key[0], &key[1], NULL), STATUS_OK);
        cr_assert_eq(password_derive(rows[i].b, &params, &key[2], &key[3], NULL), STATUS_OK);
        cr_assert_eq(secret_equal(&key[0], &key[2]), rows[i].same, "row %zu", i);
        cr_assert_eq(secret_equal(&key[1], &key[3]), rows[i].same, "row %zu", i);
        for (int k = 0; k < 4; k++) {
            secret_release(&key[k]);
        }
    }
}

Test(password, depends_on_the_salt_and_hides_the_wrapping_key)
{
    struct password_params a = password_params_new(PASSWORD_COST_TEST);
    struct password_params b = password_params_new(PASSWORD_COST_TEST);
    struct secret key[4] = {SECRET_INIT, SECRET_INIT, SECRET_INIT, SECRET_INIT};
    uint8_t verifier[PASSWORD_VERIFIER_BYTES];
    uint8_t expected[PASSWORD_VERIFIER_BYTES];
    cr_assert_neq(memcmp(a.salt, b.salt, sizeof a.salt), 0);
    cr_assert_eq(password_derive("the same words", &a, &key[0], &key[1], NULL), STATUS_OK);
    cr_assert_eq(password_derive("the same words", &b, &key[2], &key[3], NULL), STATUS_OK);
    cr_assert_not(secret_equal(&key[0], &key[2]));
    cr_assert_not(secret_equal(&key[0], &key[1]));
    password_verifier(&key[0], verifier);
    crypto_hash_sha256(expected, secret_open(&key[0]), 32);
    secret_close(&key[0]);
    cr_assert_eq(memcmp(verifier, expected, sizeof verifier), 0);
    for (int k = 0; k < 4; k++) {
        secret_release(&key[k]);
    }
}

Test(password, refuses_text_that_is_none)
{
    struct password_params params = password_params_new(PASSWORD_COST_TEST);
    struct secret a = SECRET_INIT;
    struct secret b = SECRET_INIT;
    char longer[PASSWORD_MAX_BYTES + 2];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    cr_assert_eq(password_derive("bad \xFF byte", &params, &a, &b, NULL), STATUS_INVALID);
    cr_assert_eq(password_derive(longer, &params, &a, &b, NULL), STATUS_INVALID);
    longer[PASSWORD_MAX_BYTES] = '\0';
    cr_assert_eq(password_derive(longer, &params, &a, &b, NULL), STATUS_OK);
    secret_release(&a);
    secret_release(&b);
}

Test(password, cost_rises_with_the_machine_and_never_falls_under_the_floor)
{
    static const struct {
        int64_t floor_us;
        uint32_t limit_kib;
        uint32_t least_kib;
        uint32_t most_kib;
    } rows[] = {
        {69000, 1u << 20, 256 * 1024,
         384 * 1024}, /* the machine where it was measured: 69 ms for the floor */
        {140000, 1u << 20, 128 * 1024, 192 * 1024}, /* half as fast */
        {400000, 1u << 20, 64 * 1024, 64 * 1024},   /* slow: the floor */
        {4000000, 1u << 20, 64 * 1024, 64 * 1024},
        {1000, 128 * 1024, 96 * 1024, 128 * 1024}, /* fast, little memory */
        {69000, 1, 64 * 1024, 64 * 1024},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct password_cost cost = password_cost_for(rows[i].floor_us, rows[i].limit_kib);
        cr_assert_eq(cost.passes, 3);
        cr_assert(cost.memory_kib >= rows[i].least_kib && cost.memory_kib <= rows[i].most_kib,
                  "row %zu: %u KiB", i, cost.memory_kib);
    }
}

Test(password, rehash_is_asked_for_when_the_policy_rose)
{
    struct password_params params = password_params_new(
        (struct password_cost){3, PASSWORD_FLOOR_KIB});
    cr_assert(password_needs_rehash(&params, PASSWORD_COST_DEFAULT));
    cr_assert_not(password_needs_rehash(&params, (struct password_cost){3, PASSWORD_FLOOR_KIB}));
    cr_assert_not(password_needs_rehash(&params, PASSWORD_COST_TEST));
}

Test(password, check_takes_long_sentences_and_refuses_the_guessable)
{
    static const char *const WORDS[] = {"okafor", "Northside Clinic", NULL};
    static const struct {
        const char *text;
        bool has_second_factor;
        bool is_good;
    } rows[] = {
        {"seven quiet herons", false, true},
        {"seven quiet he", false, false}, /* 14 */
        {"seven quiet her", false, true}, /* 15 */
        {"her0nsky", true, true},         /* 8 with a second factor */
        {"her0nsk", true, false},
        {"\xC3\xA9\xC3\xA8\xC3\xAA\xC3\xAB\xC3\xA0\xC3\xA2\xC3\xB9", true,
         false}, /* 7 letters of two bytes */
        {"password", true, false},
        {"PassWord", true, false},
        {"aaaaaaaaaaaaaaaa", false, false},
        {"abcdefghijklmnop", false, false},
        {"876543210", true, false},
        {"Correct Horse Battery Staple", false, false},
        {"okafor okafor 12", false, false},
        {"northside clinic 1", false, false},
        {"dr okafor keeps nine grey geese", false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        enum status status = password_check(rows[i].text, rows[i].has_second_factor, WORDS, NULL);
        cr_assert_eq(status, rows[i].is_good ? STATUS_OK : STATUS_INVALID, "%s", rows[i].text);
    }
}
