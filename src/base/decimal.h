/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact decimal numbers for doses, quantities and laboratory values: mantissa * 10^-scale, up to 18 digits. Never a
 * floating point number. All operations are checked: what does not fit answers STATUS_LIMIT and leaves out untouched.
 * Results have no zeros behind the point ("1.50" is kept as 1.5). Plain values; nothing to release. */
#ifndef BASE_DECIMAL_H
#define BASE_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DECIMAL_TEXT_MAX 32
#define DECIMAL_SCALE_MAX 12

struct decimal {
    int64_t mantissa;
    uint8_t scale; /* 0..DECIMAL_SCALE_MAX */
};

struct decimal decimal_from_int(int64_t value);

/* "12", "0.5", "-3.25": digits, one point, no exponent, no thousands sign, at least one digit before the point. */
enum status decimal_parse(const char *text, struct decimal *out, struct error *err) MUST_USE;

/* Canonical text: leading zero, no trailing zero, no trailing point ("0.5", "10"). Returns buf. */
const char *decimal_format(struct decimal value, char buf[DECIMAL_TEXT_MAX]);

int decimal_compare(struct decimal a, struct decimal b); /* <0, 0, >0; exact */
bool decimal_is_zero(struct decimal value);
enum status decimal_add(struct decimal a, struct decimal b, struct decimal *out) MUST_USE;
enum status decimal_subtract(struct decimal a, struct decimal b, struct decimal *out) MUST_USE;
enum status decimal_multiply(struct decimal a, struct decimal b, struct decimal *out) MUST_USE;

/* a / b rounded half away from zero to `scale` places. STATUS_INVALID when b is zero. */
enum status decimal_divide(struct decimal a, struct decimal b, uint8_t scale, struct decimal *out) MUST_USE;
struct decimal decimal_round(struct decimal value, uint8_t scale); /* half away from zero */

#endif
