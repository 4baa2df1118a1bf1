/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor in the credential record. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "crypt/credential.h"

#define NOW_US (INT64_C(1795527000) * US_PER_SECOND)

static struct credential person;
static struct secret user_key, totp;
static char codes[FACTOR_CODES][FACTOR_CODE_TEXT];

static void start(void)
{
    struct second_factor factor;
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    cr_assert_eq(credential_new((struct uid){{1}}, "seven brown foxes", PASSWORD_COST_TEST, &person, NULL), STATUS_OK);
    cr_assert_eq(credential_unlock(&person, "seven brown foxes", &user_key, NULL), STATUS_OK);
    totp_secret_new(&totp);
    second_factor_make(&factor, person.public_key, &totp, codes);
    credential_set_factor(&person, &factor);
}

static void stop(void)
{
    secret_release(&user_key);
    secret_release(&totp);
}

TestSuite(second_factor, .init = start, .fini = stop);

static enum factor_match check(const struct credential *c, const char *code, int64_t *out_step)
{
    enum factor_match match = FACTOR_NO;
    struct error err = ERROR_INIT;
    cr_assert_eq(second_factor_check(&c->factor, c->public_key, &user_key, NOW_US, code, &match, out_step, &err), STATUS_OK, "%s",
                 error_text(&err));
    return match;
}

Test(second_factor, knows_the_phone_and_its_own_recovery_codes)
{
    char code[9];
    int64_t step = 0;
    cr_assert(totp_code(&totp, NOW_US, TOTP_DIGITS, code));
    cr_expect_eq(check(&person, code, &step), FACTOR_TOTP);
    for (int i = 0; i < FACTOR_CODES; i++) {
        cr_expect_eq(check(&person, codes[i], &step), FACTOR_RECOVERY, "%s", codes[i]);
        cr_expect_eq(step, i);
    }
    cr_expect_eq(check(&person, "aaaa-aaaa-aa", &step), FACTOR_NO);
    cr_expect_eq(check(&person, "", &step), FACTOR_NO);
}

Test(second_factor, reads_a_recovery_code_as_people_write_it)
{
    char typed[FACTOR_CODE_TEXT];
    int64_t step = 0;
    size_t len = 0;
    for (const char *c = codes[3]; *c != '\0'; c++) { /* capitals, no dashes, O for zero, l for one */
        if (*c != '-') {
            typed[len++] = *c == '0' ? 'O' : *c == '1' ? 'l' : *c >= 'a' ? (char)(*c - 'a' + 'A') : *c;
        }
    }
    typed[len] = '\0';
    cr_assert_eq(check(&person, typed, &step), FACTOR_RECOVERY, "%s for %s", typed, codes[3]);
    cr_assert_eq(step, 3);
}

Test(second_factor, forgets_a_recovery_code_that_was_used)
{
    int64_t step = 0;
    second_factor_drop_code(&person.factor, 4);
    cr_assert_eq(person.factor.code_count, FACTOR_CODES - 1);
    for (int i = 0; i < FACTOR_CODES; i++) {
        cr_expect_eq(check(&person, codes[i], &step), i == 4 ? FACTOR_NO : FACTOR_RECOVERY, "code %d", i);
    }
}

Test(second_factor, stands_signed_in_the_record_whose_old_form_stays_readable)
{
    struct buffer with = BUFFER_INIT, without = BUFFER_INIT;
    struct credential back, plain = person;
    struct error err = ERROR_INIT;
    const struct second_factor none = {.is_on = false};
    credential_set_factor(&plain, &none);
    credential_encode(&person, &with);
    credential_encode(&plain, &without);
    cr_expect_eq(with.bytes[0], 2);
    cr_expect_eq(without.bytes[0], 1, "without a second factor the record reads in older programs");
    cr_assert_eq(credential_decode(with.bytes, with.len, &back, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect(back.factor.is_on);
    cr_expect_eq(memcmp(&back.factor, &person.factor, sizeof back.factor), 0);
    cr_assert_eq(credential_decode(without.bytes, without.len, &back, &err), STATUS_OK);
    cr_expect(!back.factor.is_on);
    for (size_t cut = 1; cut < with.len; cut++) {
        cr_assert_neq(credential_decode(with.bytes, with.len - cut, &back, &err), STATUS_OK, "cut by %zu", cut);
    }
    buffer_release(&with);
    buffer_release(&without);
}

Test(second_factor, does_not_open_for_somebody_elses_key)
{
    struct credential other;
    struct secret key = SECRET_INIT;
    enum factor_match match;
    int64_t step;
    cr_assert_eq(credential_new((struct uid){{2}}, "nine grey geese fly", PASSWORD_COST_TEST, &other, NULL), STATUS_OK);
    cr_assert_eq(credential_unlock(&other, "nine grey geese fly", &key, NULL), STATUS_OK);
    cr_assert_eq(second_factor_check(&person.factor, person.public_key, &key, NOW_US, codes[0], &match, &step, NULL),
                 STATUS_DAMAGED);
    secret_release(&key);
}
