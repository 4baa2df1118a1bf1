/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/decimal.h"
#include "support/random.h"

static const char *parsed(const char *text, char buf[DECIMAL_TEXT_MAX])
{
    struct decimal value;
    enum status status = decimal_parse(text, &value, NULL);
    return status == STATUS_OK ? decimal_format(value, buf) : status_name(status);
}

Test(decimal, reads_and_writes_canonically)
{
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"0", "0"},
        {"12", "12"},
        {"0.5", "0.5"},
        {"-3.25", "-3.25"},
        {"1.50", "1.5"},
        {"10", "10"},
        {"10.0", "10"},
        {"100.00", "100"},
        {"-0", "0"},
        {"-0.00", "0"},
        {"007", "7"},
        {"0.000000000001", "0.000000000001"},
        {"999999999999999999", "999999999999999999"},
        {"-999999999999999999", "-999999999999999999"},
        {"999999.999999999999", "999999.999999999999"},
        {"1.0000000000000000000000", "1"},
        {"00000000000000000000000000000001", "1"},
        {"1000000000000000000", "limit"},
        {"0.0000000000001", "limit"},
        {"12345678.12345678901", "limit"},
        {"99999999999999999999999999999999999999999999999999", "limit"},
        {"", "invalid"},
        {"-", "invalid"},
        {".", "invalid"},
        {".5", "invalid"},
        {"-.5", "invalid"},
        {"5.", "invalid"},
        {"1..2", "invalid"},
        {"1.2.3", "invalid"},
        {"+1", "invalid"},
        {"--1", "invalid"},
        {"1e3", "invalid"},
        {"0x10", "invalid"},
        {"1,5", "invalid"},
        {"1,000", "invalid"},
        {"1 000", "invalid"},
        {" 1", "invalid"},
        {"1 ", "invalid"},
        {"1\n", "invalid"},
        {"nan", "invalid"},
        {"inf", "invalid"},
        {"\xD9\xA1", "invalid"},
        {"\xC2\xBD", "invalid"},
        {"1mg", "invalid"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char buf[DECIMAL_TEXT_MAX];
        cr_assert_str_eq(parsed(rows[i].in, buf), rows[i].out, "'%s' gave '%s'", rows[i].in,
                         parsed(rows[i].in, buf));
    }
    struct decimal value = {77, 1};
    struct error err = ERROR_INIT;
    cr_assert_eq(decimal_parse(NULL, &value, &err), STATUS_INVALID);
    cr_assert_eq(decimal_parse("x", &value, &err), STATUS_INVALID);
    cr_assert_eq(value.mantissa, 77, "untouched on failure");
    cr_assert_gt(strlen(err.message), 0);
}

Test(decimal, formats_any_machine_number)
{
    char buf[DECIMAL_TEXT_MAX];
    cr_assert_str_eq(decimal_format(decimal_from_int(INT64_MIN), buf), "-9223372036854775808");
    cr_assert_str_eq(decimal_format((struct decimal){INT64_MIN, 12}, buf), "-9223372.036854775808");
    cr_assert_str_eq(decimal_format((struct decimal){5, 12}, buf), "0.000000000005");
    cr_assert_str_eq(decimal_format((struct decimal){1500, 2}, buf), "15");
    cr_assert_str_eq(decimal_format((struct decimal){0, 12}, buf), "0");
}

enum operation { ADD, SUBTRACT, MULTIPLY, DIVIDE };

Test(decimal, calculates_by_hand_checked_examples)
{
    static const struct {
        const char *a;
        enum operation operation;
        const char *b;
        int scale;
        const char *result;
    } rows[] = {
        {"0.1", ADD, "0.2", 0, "0.3"},
        {"1", ADD, "-1.00", 0, "0"},
        {"999999999999999999", ADD, "1", 0, "limit"},
        {"999999999999999998", ADD, "1", 0, "999999999999999999"},
        {"999999999999999999", ADD, "0.1", 0, "limit"},
        {"-999999999999999999", SUBTRACT, "1", 0, "limit"},
        {"1", SUBTRACT, "0.000000000001", 0, "0.999999999999"},
        {"2.5", MULTIPLY, "0.4", 0, "1"},
        {"-0.125", MULTIPLY, "8", 0, "-1"},
        {"0.0000001", MULTIPLY, "0.0000001", 0, "limit"},
        {"1000000000", MULTIPLY, "1000000000", 0, "limit"},
        {"999999999", MULTIPLY, "999999999", 0, "999999998000000001"},
        {"1", DIVIDE, "3", 4, "0.3333"},
        {"2", DIVIDE, "3", 4, "0.6667"},
        {"1", DIVIDE, "8", 2, "0.13"},
        {"-1", DIVIDE, "8", 2, "-0.13"},
        {"1", DIVIDE, "-8", 2, "-0.13"},
        {"-1", DIVIDE, "-8", 2, "0.13"},
        {"5", DIVIDE, "10", 0, "1"},
        {"4.999999999999", DIVIDE, "10", 0, "0"},
        {"1", DIVIDE, "0", 2, "invalid"},
        {"0", DIVIDE, "0.0", 2, "invalid"},
        {"1", DIVIDE, "3", 13, "limit"},
        {"999999999999999999", DIVIDE, "0.000000000001", 0, "limit"},
        {"999999999999999999", DIVIDE, "1", 12, "999999999999999999"},
        {"0.000000000001", DIVIDE, "999999999999999999", 12, "0"},
        {"0.000000000001", DIVIDE, "0.000000000001", 12, "1"},
        {"70", DIVIDE, "0.45359237", 2, "154.32"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decimal a, b, out = {0};
        cr_assert_eq(decimal_parse(rows[i].a, &a, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(rows[i].b, &b, NULL), STATUS_OK);
        enum status status = STATUS_OK;
        switch (rows[i].operation) {
        case ADD:
            status = decimal_add(a, b, &out);
            break;
        case SUBTRACT:
            status = decimal_subtract(a, b, &out);
            break;
        case MULTIPLY:
            status = decimal_multiply(a, b, &out);
            break;
        case DIVIDE:
            status = decimal_divide(a, b, (uint8_t)rows[i].scale, &out);
            break;
        }
        char buf[DECIMAL_TEXT_MAX];
        const char *got = status == STATUS_OK ? decimal_format(out, buf) : status_name(status);
        cr_assert_str_eq(got, rows[i].result, "row %zu: %s op %s gave %s", i, rows[i].a, rows[i].b,
                         got);
    }
}

Test(decimal, rounds_half_away_from_zero)
{
    static const struct {
        const char *in;
        int scale;
        const char *out;
    } rows[] = {
        {"0.5", 0, "1"},
        {"-0.5", 0, "-1"},
        {"0.49", 0, "0"},
        {"2.5", 0, "3"},
        {"1.005", 2, "1.01"},
        {"1.004", 2, "1"},
        {"-1.995", 2, "-2"},
        {"12", 5, "12"},
        {"0.05", 1, "0.1"},
        {"0.04", 1, "0"},
        {"99999999999999999.9", 0, "100000000000000000"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decimal value;
        char buf[DECIMAL_TEXT_MAX];
        cr_assert_eq(decimal_parse(rows[i].in, &value, NULL), STATUS_OK);
        cr_assert_str_eq(decimal_format(decimal_round(value, (uint8_t)rows[i].scale), buf),
                         rows[i].out, "%s to %d: %s", rows[i].in, rows[i].scale, buf);
    }
}

Test(decimal, compares_exactly_over_scales)
{
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"1", "1.0", 0},
        {"0.999999999999", "1", -1},
        {"-1", "1", -1},
        {"999999999999999999", "999999.999999999999", 1},
        {"-999999999999999999", "-0.000000000001", -1},
        {"0", "-0", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct decimal a, b;
        cr_assert_eq(decimal_parse(rows[i].a, &a, NULL), STATUS_OK);
        cr_assert_eq(decimal_parse(rows[i].b, &b, NULL), STATUS_OK);
        cr_assert_eq(decimal_compare(a, b), rows[i].order, "%s and %s", rows[i].a, rows[i].b);
        cr_assert_eq(decimal_compare(b, a), -rows[i].order, "%s and %s", rows[i].b, rows[i].a);
    }
    cr_assert(decimal_is_zero((struct decimal){0, 3}));
    cr_assert_not(decimal_is_zero((struct decimal){-1, 12}));
    cr_assert_eq(decimal_compare(decimal_from_int(INT64_MIN), (struct decimal){INT64_MIN, 12}), -1);
}

/* --- properties: the reference works at one fixed scale in 128 bits and knows nothing of decimal.c
 * --- */

#define LIMIT_18 INT64_C(999999999999999999)

static __int128 power(int exponent)
{
    __int128 value = 1;
    while (exponent-- > 0) {
        value *= 10;
    }
    return value;
}

static struct decimal any(struct random *r)
{
    int64_t size = (int64_t)power((int)random_below(r, 19));
    int64_t mantissa = (int64_t)random_below(r, (uint64_t)size);
    if (random_below(r, 20) == 0) {
        mantissa = LIMIT_18;
    }
    return (struct decimal){random_below(r, 2) ? mantissa : -mantissa,
                            (uint8_t)random_below(r, 13)};
}

static __int128 at_scale(struct decimal value, int scale)
{
    return (__int128)value.mantissa * power(scale - value.scale);
}

/* Does mantissa / 10^scale fit 18 digits and 12 places once the zeros are gone? */
static bool fits(__int128 mantissa, int scale)
{
    __int128 size = mantissa < 0 ? -mantissa : mantissa;
    while (scale > 0 && size % 10 == 0) {
        size /= 10;
        scale--;
    }
    return size <= LIMIT_18 && scale <= DECIMAL_SCALE_MAX;
}

static void check(enum status status, struct decimal out, __int128 exact, int scale,
                  const char *what, uint64_t seed)
{
    cr_assert_eq(status, fits(exact, scale) ? STATUS_OK : STATUS_LIMIT, "%s, seed %llu", what,
                 (unsigned long long)seed);
    if (status == STATUS_OK) {
        cr_assert(at_scale(out, scale > 12 ? scale : 12) ==
                      exact * power(scale > 12 ? 0 : 12 - scale),
                  "%s, seed %llu", what, (unsigned long long)seed);
        cr_assert(out.scale == 0 || out.mantissa % 10 != 0, "%s not canonical, seed %llu", what,
                  (unsigned long long)seed);
    }
}

Test(decimal, agrees_with_a_reference_in_128_bits)
{
    struct random r = random_start("decimal");
    for (int i = 0; i < 200000; i++) {
        struct decimal a = any(&r), b = any(&r), out = {0};
        enum status status = decimal_add(a, b, &out);
        check(status, out, at_scale(a, 12) + at_scale(b, 12), 12, "add", r.seed);
        status = decimal_subtract(a, b, &out);
        check(status, out, at_scale(a, 12) - at_scale(b, 12), 12, "subtract", r.seed);
        status = decimal_multiply(a, b, &out);
        check(status, out, (__int128)a.mantissa * b.mantissa, a.scale + b.scale, "multiply",
              r.seed);
        __int128 left = at_scale(a, 12), right = at_scale(b, 12);
        cr_assert_eq(decimal_compare(a, b), (left > right) - (left < right), "seed %llu",
                     (unsigned long long)r.seed);
        char text[DECIMAL_TEXT_MAX];
        cr_assert_eq(decimal_parse(decimal_format(a, text), &out, NULL), STATUS_OK, "%s", text);
        cr_assert_eq(decimal_compare(a, out), 0, "%s, seed %llu", text, (unsigned long long)r.seed);
    }
}

/* Quotient q of a / b is right when |a - q * b| is at most half a unit of b, and at half the larger
 * one was taken. */
Test(decimal, divides_to_the_nearest)
{
    struct random r = random_start("divide");
    int done = 0;
    for (int i = 0; i < 200000; i++) {
        struct decimal a = any(&r), b = any(&r), q = {0};
        int scale = (int)random_below(&r, 7);
        a.scale = (uint8_t)random_below(
            &r, 7); /* small scales and values, so that the check fits 128 bits */
        b.scale = (uint8_t)random_below(&r, 7);
        a.mantissa %= 1000000000000;
        b.mantissa %= 1000000000;
        enum status status = decimal_divide(a, b, (uint8_t)scale, &q);
        if (b.mantissa == 0) {
            cr_assert_eq(status, STATUS_INVALID);
            continue;
        }
        __int128 above = (__int128)a.mantissa * power(scale + b.scale);
        __int128 below = (__int128)b.mantissa * power(a.scale);
        if (status == STATUS_LIMIT) {
            __int128 size = (above < 0 ? -above : above) / (below < 0 ? -below : below);
            cr_assert(size >= LIMIT_18, "seed %llu", (unsigned long long)r.seed);
            continue;
        }
        done++;
        __int128 rest = above - at_scale(q, scale) * below;
        __int128 twice = 2 * (rest < 0 ? -rest : rest);
        __int128 unit = below < 0 ? -below : below;
        cr_assert(twice <= unit, "seed %llu, step %d", (unsigned long long)r.seed, i);
        bool is_negative = (above < 0) != (below < 0);
        if (twice == unit) { /* half: the quotient is farther from zero than the exact value */
            bool is_rest_negative = (rest < 0) != (below < 0);
            cr_assert_neq(is_rest_negative, is_negative, "seed %llu, step %d",
                          (unsigned long long)r.seed, i);
        }
    }
    cr_assert_gt(done, 100000);
}
