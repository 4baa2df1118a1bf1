/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Codes from a phone, against the vectors of RFC 6238 (appendix B, SHA-1) and the base32 of RFC 4648. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "crypt/totp.h"

static struct secret secret;

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    secret_init(&secret, "12345678901234567890", TOTP_SECRET_BYTES);
}

static void stop(void)
{
    secret_release(&secret);
}

TestSuite(totp, .init = start, .fini = stop);

Test(totp, gives_the_codes_of_rfc_6238)
{
    static const struct {
        int64_t at_s;
        const char *code;
    } rows[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {INT64_C(20000000000), "65353130"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char code[9];
        cr_assert(totp_code(&secret, rows[i].at_s * US_PER_SECOND, 8, code));
        cr_expect_str_eq(code, rows[i].code, "at %lld", (long long)rows[i].at_s);
    }
}

Test(totp, takes_a_code_of_this_step_or_the_one_behind_never_ahead)
{
    static const struct {
        int later_s; /* than the middle of the code's own step */
        bool is_taken;
    } rows[] = {{0, true}, {14, true}, {15, true}, {44, true}, {45, false}, {-15, true}, {-16, false}, {-30, false}, {3600, false}};
    const int64_t middle_us = (INT64_C(1111111110) + 15) * US_PER_SECOND;
    char code[9];
    cr_assert(totp_code(&secret, middle_us, TOTP_DIGITS, code));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t step = -1;
        cr_expect_eq(totp_matches(&secret, middle_us + rows[i].later_s * US_PER_SECOND, code, &step), rows[i].is_taken,
                     "%d seconds later", rows[i].later_s);
        cr_expect_eq(step, rows[i].is_taken ? 1111111110 / TOTP_STEP_S : -1, "%d seconds later", rows[i].later_s);
    }
}

Test(totp, reads_what_people_type)
{
    const int64_t now_us = 59 * US_PER_SECOND; /* 287082 */
    static const struct {
        const char *typed;
        bool is_taken;
    } rows[] = {{"287082", true},  {"287 082", true}, {" 287082 ", true}, {"28708", false},  {"2870820", false},
                {"", false},       {"abcdef", false}, {"287O82", false},  {"-28708", false}, {"287082x", false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t step;
        cr_expect_eq(totp_matches(&secret, now_us, rows[i].typed, &step), rows[i].is_taken, "\"%s\"", rows[i].typed);
    }
}

Test(totp, writes_the_secret_in_letters_and_reads_it_back)
{
    char letters[TOTP_LETTERS_MAX];
    struct secret back = SECRET_INIT;
    struct error err = ERROR_INIT;
    totp_secret_letters(&secret, letters);
    cr_assert_str_eq(letters, "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
    cr_assert_eq(totp_secret_parse("gezdgnbvgy3tqojq GEZDGNBV gy3tqojq", &back, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert(secret_equal(&secret, &back));
    secret_release(&back);
    static const char *const bad[] = {"", "GEZD", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBV"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(totp_secret_parse(bad[i], &back, &err), STATUS_INVALID, "\"%s\"", bad[i]);
    }
}

Test(totp, names_issuer_and_account_for_the_phone)
{
    char *uri = totp_uri(&secret, "PrescripCare", "zoë d?az&x");
    cr_assert_str_eq(uri, "otpauth://totp/PrescripCare:zo%C3%AB%20d%3Faz%26x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    mem_free(uri);
}
