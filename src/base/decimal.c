/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/decimal.h"

#include <assert.h>
#include <string.h>

#include "base/i18n.h"

#define DIGITS_MAX 18
#define MANTISSA_LIMIT INT64_C(1000000000000000000) /* first number of 19 digits */
#define WIDE_LIMIT ((__int128)1 << 126)

/* No overflow builtins on __int128: clang would want a runtime function that libgcc does not have.
 */
static bool scale_up(__int128 *value, int places)
{
    for (; places > 0; places--) {
        if (*value > WIDE_LIMIT / 10 || *value < -(WIDE_LIMIT / 10)) {
            return false;
        }
        *value *= 10;
    }
    return true;
}

/* Value / divisor, half away from zero. */
static __int128 divide_rounded(__int128 value, __int128 divisor)
{
    __int128 quotient = value / divisor;
    __int128 rest = value % divisor;
    __int128 distance = rest < 0 ? -rest : rest;
    __int128 size = divisor < 0 ? -divisor : divisor;
    if (distance >= size - distance) {
        quotient += (value < 0) == (divisor < 0) ? 1 : -1;
    }
    return quotient;
}

/* Every result passes here: no zeros at the end, so that equal values are equal structs. */
static enum status settle(__int128 mantissa, int scale, struct decimal *out)
{
    while (scale > 0 && mantissa % 10 == 0) {
        mantissa /= 10;
        scale--;
    }
    if (scale > DECIMAL_SCALE_MAX || mantissa >= MANTISSA_LIMIT || mantissa <= -MANTISSA_LIMIT) {
        return STATUS_LIMIT;
    }
    *out = (struct decimal){.mantissa = (int64_t)mantissa, .scale = (uint8_t)scale};
    return STATUS_OK;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

struct decimal decimal_from_int(int64_t value)
{
    return (struct decimal){.mantissa = value};
}

static enum status refuse_form(struct error *err)
{
    return error_set(err, STATUS_INVALID,
                     _("That is not a number. Write digits and one point, such as 0.5."));
}

static enum status refuse_length(struct error *err)
{
    return error_set(err, STATUS_LIMIT,
                     _("The number has too many digits: at most %d, of them %d behind the point."),
                     DIGITS_MAX, DECIMAL_SCALE_MAX);
}

enum status decimal_parse(const char *text, struct decimal *out, struct error *err)
{
    if (!text) {
        return refuse_form(err);
    }
    bool is_negative = *text == '-';
    const char *at = text + (is_negative ? 1 : 0);
    __int128 mantissa = 0;
    int scale = 0;
    bool has_point = false;
    bool is_too_long = false;
    for (; *at; at++) {
        if (*at == '.' && !has_point && at > text && is_digit(at[-1]) && is_digit(at[1])) {
            has_point = true;
            continue;
        }
        if (!is_digit(*at)) {
            return refuse_form(err);
        }
        is_too_long = is_too_long || !scale_up(&mantissa, 1);
        mantissa += is_too_long ? 0 : *at - '0';
        scale += has_point ? 1 : 0;
    }
    if (at == text + (is_negative ? 1 : 0)) {
        return refuse_form(err);
    }
    if (is_too_long || settle(is_negative ? -mantissa : mantissa, scale, out) != STATUS_OK) {
        return refuse_length(err);
    }
    return STATUS_OK;
}

const char *decimal_format(struct decimal value, char buf[DECIMAL_TEXT_MAX])
{
    assert(value.scale <= DECIMAL_SCALE_MAX);
    char digits[DECIMAL_TEXT_MAX]; /* backwards */
    int count = 0;
    uint64_t rest = value.mantissa < 0 ? 0 - (uint64_t)value.mantissa : (uint64_t)value.mantissa;
    int scale = value.scale;
    while (scale > 0 && rest % 10 == 0) {
        rest /= 10;
        scale--;
    }
    do {
        if (count > 0 && count == scale) {
            digits[count++] = '.';
            scale = -1;
        }
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0 || count <= scale);
    char *to = buf;
    if (value.mantissa < 0) {
        *to++ = '-';
    }
    while (count > 0) {
        *to++ = digits[--count];
    }
    *to = '\0';
    return buf;
}

/* Both mantissas at the larger scale. 19 digits and 12 places stay far below 128 bits. */
static int align(struct decimal a, struct decimal b, __int128 *out_a, __int128 *out_b)
{
    assert(a.scale <= DECIMAL_SCALE_MAX && b.scale <= DECIMAL_SCALE_MAX);
    int scale = a.scale > b.scale ? a.scale : b.scale;
    *out_a = a.mantissa;
    *out_b = b.mantissa;
    bool fits = scale_up(out_a, scale - a.scale) && scale_up(out_b, scale - b.scale);
    assert(fits);
    (void)fits;
    return scale;
}

int decimal_compare(struct decimal a, struct decimal b)
{
    __int128 wide_a, wide_b;
    (void)align(a, b, &wide_a, &wide_b); /* the scale does not matter for the order */
    return (wide_a > wide_b) - (wide_a < wide_b);
}

bool decimal_is_zero(struct decimal value)
{
    return value.mantissa == 0;
}

enum status decimal_add(struct decimal a, struct decimal b, struct decimal *out)
{
    __int128 wide_a, wide_b;
    int scale = align(a, b, &wide_a, &wide_b);
    return settle(wide_a + wide_b, scale, out);
}

enum status decimal_subtract(struct decimal a, struct decimal b, struct decimal *out)
{
    __int128 wide_a, wide_b;
    int scale = align(a, b, &wide_a, &wide_b);
    return settle(wide_a - wide_b, scale, out);
}

enum status decimal_multiply(struct decimal a, struct decimal b, struct decimal *out)
{
    return settle((__int128)a.mantissa * b.mantissa, a.scale + b.scale, out);
}

enum status decimal_divide(struct decimal a, struct decimal b, uint8_t scale, struct decimal *out)
{
    if (b.mantissa == 0) {
        return STATUS_INVALID;
    }
    if (scale > DECIMAL_SCALE_MAX) {
        return STATUS_LIMIT;
    }
    __int128 above = a.mantissa;
    __int128 below = b.mantissa;
    int places = scale + b.scale - a.scale;
    /* What is too large for 126 bits here is a quotient of more than 18 digits. */
    if (!scale_up(&above, places) || !scale_up(&below, -places)) {
        return STATUS_LIMIT;
    }
    return settle(divide_rounded(above, below), scale, out);
}

struct decimal decimal_round(struct decimal value, uint8_t scale)
{
    if (value.scale <= scale) {
        return value;
    }
    __int128 step = 1;
    bool fits = scale_up(&step, value.scale - scale);
    struct decimal out = value;
    if (!fits || settle(divide_rounded(value.mantissa, step), scale, &out) != STATUS_OK) {
        return value; /* cannot happen: rounding away a digit never needs more of them */
    }
    return out;
}
