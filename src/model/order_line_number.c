/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/order_line_number.h"

#include <string.h>

#include "model/order_line_token.h"

#define DIGITS_MAX 15
#define RANGE_FACTOR_MAX 5

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool word_equals(const char *word, size_t len, const char *text)
{
    return strlen(text) == len && memcmp(word, text, len) == 0;
}

/* Groups of three behind the first: 1,000,000. */
static bool is_grouped(const char *text, size_t len, char sign)
{
    size_t group = 0;
    bool is_first = true;
    for (size_t i = 0; i <= len; i++) {
        if (i < len && text[i] != sign) {
            group++;
            continue;
        }
        if (is_first ? group < 1 || group > 3 : group != 3) {
            return false;
        }
        is_first = false;
        group = 0;
    }
    return true;
}

struct signs {
    size_t points, commas;
    size_t last; /* where the last of them is */
    size_t digits;
};

static struct signs count_signs(const char *text, size_t len)
{
    struct signs signs = {0, 0, len, 0};
    for (size_t i = 0; i < len; i++) {
        signs.points += text[i] == '.';
        signs.commas += text[i] == ',';
        signs.digits += is_digit(text[i]);
        signs.last = is_digit(text[i]) ? signs.last : i;
    }
    return signs;
}

/* Which sign separates the decimals: its place, len when there is none. False when the signs make
 * no number. */
static bool find_decimal_sign(const char *text, size_t len, struct signs signs, size_t *out_at,
                              unsigned *flags)
{
    *out_at = len;
    if (signs.points + signs.commas == 0) {
        return true;
    }
    if (signs.points > 0 && signs.commas > 0) {
        char group = text[signs.last] == '.' ? ',' : '.';
        *flags |= NUMBER_SEPARATOR;
        *out_at = signs.last;
        return (text[signs.last] == '.' ? signs.points : signs.commas) == 1 &&
               is_grouped(text, signs.last, group);
    }
    if (signs.points + signs.commas > 1) {
        *flags |= NUMBER_SEPARATOR;
        return is_grouped(text, len, text[signs.last]);
    }
    *out_at = signs.last;
    *flags |= signs.commas > 0 ? (unsigned)NUMBER_SEPARATOR : 0;
    if (len - signs.last - 1 == 3 && signs.last >= 1 && signs.last <= 3 && text[0] != '0') {
        *flags |= NUMBER_AMBIGUOUS;
    }
    return true;
}

/* The run of digits, points and commas at the start; trailing commas are none of it. */
static size_t run_length(const char *word, size_t len)
{
    size_t run = 0;
    while (run < len && (is_digit(word[run]) || word[run] == '.' || word[run] == ',')) {
        run++;
    }
    while (run > 0 && word[run - 1] == ',') {
        run--;
    }
    return run;
}

static bool read_decimal(const char *text, size_t len, struct decimal *out, unsigned *flags)
{
    struct signs signs = count_signs(text, len);
    size_t sign = len;
    if (signs.digits == 0 || signs.digits > DIGITS_MAX ||
        !find_decimal_sign(text, len, signs, &sign, flags)) {
        return false;
    }
    struct decimal value = {0, 0};
    for (size_t i = 0; i < len; i++) {
        if (is_digit(text[i])) {
            value.mantissa = value.mantissa * 10 + (text[i] - '0');
            value.scale += i > sign;
        }
    }
    if (value.scale > DECIMAL_SCALE_MAX) {
        return false;
    }
    if (sign < len) {
        *flags |= sign == 0 ? (unsigned)NUMBER_NO_LEADING_ZERO : 0;
        *flags |= sign + 1 == len || text[len - 1] == '0' ? (unsigned)NUMBER_TRAILING_ZERO : 0;
    }
    size_t whole = sign;
    *flags |= whole > 1 && text[0] == '0' ? (unsigned)NUMBER_PADDED : 0;
    *flags |= len == 4 && signs.digits == 4 ? (unsigned)NUMBER_CLOCK : 0;
    *out = value;
    return true;
}

static bool add_quarters(struct decimal *value, int quarters)
{
    struct decimal sum;
    if (decimal_add(*value, (struct decimal){25 * quarters, 2}, &sum) != STATUS_OK) {
        return false;
    }
    *value = sum;
    return true;
}

/* "1/2", "3/4": digits around the stroke, small, below one, and exact. 0 for none. */
static size_t read_fraction(const char *word, size_t len, struct decimal *out)
{
    if (len >= 3 && word[1] == '/' && (len == 3 || !is_digit(word[3]))) {
        int top = word[0] - '0';
        int bottom = word[2] - '0';
        bool is_exact = bottom == 2 || bottom == 4 || bottom == 8;
        if (is_exact && top > 0 && top < bottom) {
            *out = (struct decimal){0, 0};
            return decimal_divide(decimal_from_int(top), decimal_from_int(bottom), 3, out) ==
                           STATUS_OK
                       ? 3
                       : 0;
        }
    }
    return 0;
}

static int quarters_of(char c)
{
    switch (c) {
    case TOKEN_QUARTER:
        return 1;
    case TOKEN_HALF:
        return 2;
    case TOKEN_THREE_QUARTERS:
        return 3;
    default:
        return 0;
    }
}

/* One value without range: 500, .5, 1/2, half, 1 and a half. Bytes read, 0 for none. */
static size_t read_one(const char *word, size_t len, struct decimal *out, unsigned *flags)
{
    size_t fraction = read_fraction(word, len, out);
    if (fraction > 0) {
        *flags |= NUMBER_FRACTION;
        return fraction;
    }
    size_t run = run_length(word, len);
    struct decimal value = {0, 0};
    if (run > 0 && !read_decimal(word, run, &value, flags)) {
        return 0;
    }
    int quarters = run < len ? quarters_of(word[run]) : 0;
    if (quarters > 0 && add_quarters(&value, quarters)) {
        *flags |= run == 0 ? (unsigned)NUMBER_FRACTION : 0;
        run++;
    }
    if (run > 0) {
        *out = value;
    }
    return run;
}

bool number_is_range(struct decimal low, struct decimal high)
{
    struct decimal most;
    return low.mantissa > 0 && decimal_compare(high, low) > 0 &&
           decimal_multiply(low, decimal_from_int(RANGE_FACTOR_MAX), &most) == STATUS_OK &&
           decimal_compare(high, most) <= 0;
}

bool number_read(const char *word, size_t len, struct number *out)
{
    struct number number = {0};
    unsigned flags = 0;
    size_t first = read_one(word, len, &number.low, &flags);
    if (first == 0) {
        return false;
    }
    number.len = first;
    number.flags = flags;
    struct decimal high;
    size_t second = 0;
    if (first + 1 < len && (word[first] == '-' || word[first] == '/')) {
        flags = 0;
        second = read_one(word + first + 1, len - first - 1, &high, &flags);
    }
    if (second > 0) {
        size_t end = first + 1 + second;
        /* 5-325-40, 800/160/..: three strengths */
        while (end + 1 < len && (word[end] == '-' || word[end] == '/') && is_digit(word[end + 1])) {
            end += 1 + run_length(word + end + 1, len - end - 1);
            number.flags |= NUMBER_PAIR;
        }
        number.len = end;
        number.flags = (number.flags | flags) & ~(unsigned)NUMBER_CLOCK;
        bool is_range = word[first] == '-' && (number.flags & NUMBER_PAIR) == 0 &&
                        number_is_range(number.low, high);
        number.flags |= is_range ? NUMBER_RANGE : NUMBER_PAIR;
        number.flags |= word[first] == '/' ? (unsigned)NUMBER_STROKE : 0;
        number.high = is_range ? high : number.high;
    }
    *out = number;
    return true;
}

static bool is_one_of(const char *word, size_t len, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (word_equals(word, len, words[i])) {
            return true;
        }
    }
    return false;
}

static enum unit_form denominator_form(const char *word, size_t len)
{
    static const char *const carriers[] = {
        "ml",    "l",      "h",    "hr",      "hour", "24h",       "24hr", "24 h",
        "tab",   "tablet", "cap",  "capsule", "puff", "actuation", "act",  "inh",
        "spray", "dose",   "drop", "patch",   "vial", "pen",       "g",    "gm"};
    static const char *const kg_days[] = {"kg/day", "kg/24h", "kg/24hr"};
    if (word_equals(word, len, "kg")) {
        return UNIT_FORM_PER_KG;
    }
    if (word_equals(word, len, "kg/dose")) {
        return UNIT_FORM_PER_KG_DOSE;
    }
    if (word_equals(word, len, "kg/d")) {
        return UNIT_FORM_PER_KG_UNCLEAR;
    }
    if (is_one_of(word, len, kg_days, sizeof kg_days / sizeof *kg_days)) {
        return UNIT_FORM_PER_KG_DAY;
    }
    if (is_one_of(word, len, carriers, sizeof carriers / sizeof *carriers)) {
        return UNIT_FORM_STRENGTH;
    }
    size_t digits = run_length(word, len);
    if (digits > 0 && digits == len) {
        return UNIT_FORM_PER_NUMBER;
    }
    bool is_volume = digits > 0 && digits < len && word_equals(word + digits, len - digits, "ml");
    return is_volume ? UNIT_FORM_STRENGTH : UNIT_FORM_RATE;
}

struct unit_read unit_read(const char *word, size_t len)
{
    struct unit_read read = {UNIT_FORM_NONE, UNIT_NONE, false};
    const char *stroke = memchr(word, '/', len);
    size_t base = stroke != NULL ? (size_t)(stroke - word) : len;
    char text[24];
    if (base == 0 || base >= sizeof text) {
        return read;
    }
    memcpy(text, word, base);
    text[base] = '\0';
    read.unit = unit_parse(text, &read.is_unsafe);
    if (read.unit == UNIT_NONE) {
        return read;
    }
    if (stroke != NULL) {
        read.form = denominator_form(stroke + 1, len - base - 1);
    } else {
        read.form = read.unit == UNIT_PERCENT ? UNIT_FORM_STRENGTH : UNIT_FORM_PLAIN;
    }
    return read;
}

static int to_minutes(int hour, int minute, const char *suffix, size_t len)
{
    bool is_am = word_equals(suffix, len, "am") || word_equals(suffix, len, "a");
    bool is_pm = word_equals(suffix, len, "pm") || word_equals(suffix, len, "p");
    if (len > 0 && !is_am && !is_pm) {
        return -1;
    }
    if (len > 0) {
        if (hour < 1 || hour > 12) {
            return -1;
        }
        hour = hour % 12 + (is_pm ? 12 : 0);
    }
    bool is_valid = minute < 60 && (hour < 24 || (hour == 24 && minute == 0));
    return is_valid ? hour * 60 + minute : -1;
}

int clock_read(const char *word, size_t len)
{
    size_t digits = 0;
    int hour = 0;
    while (digits < len && digits < 2 && is_digit(word[digits])) {
        hour = hour * 10 + (word[digits++] - '0');
    }
    if (digits == 0 || digits == len) {
        return -1;
    }
    if (word[digits] != ':') {
        return to_minutes(hour, 0, word + digits, len - digits);
    }
    if (digits + 3 > len || !is_digit(word[digits + 1]) || !is_digit(word[digits + 2])) {
        return -1;
    }
    int minute = (word[digits + 1] - '0') * 10 + word[digits + 2] - '0';
    return to_minutes(hour, minute, word + digits + 3, len - digits - 3);
}

int clock_read_digits(const char *word, size_t len)
{
    for (size_t i = 0; i < 4; i++) {
        if (len != 4 || !is_digit(word[i])) {
            return -1;
        }
    }
    return to_minutes((word[0] - '0') * 10 + word[1] - '0', (word[2] - '0') * 10 + word[3] - '0',
                      "", 0);
}

int period_days(const char *word, size_t len)
{
    static const char *const days[] = {"d", "day", "days"};
    static const char *const weeks[] = {"w", "wk", "wks", "week", "weeks"};
    static const char *const months[] = {"mo", "mos", "month", "months"};
    if (is_one_of(word, len, days, sizeof days / sizeof *days)) {
        return 1;
    }
    if (is_one_of(word, len, weeks, sizeof weeks / sizeof *weeks)) {
        return 7;
    }
    return is_one_of(word, len, months, sizeof months / sizeof *months) ? 30 : 0;
}

int period_minutes(const char *word, size_t len)
{
    static const char *const hours[] = {"h", "hr", "hrs", "hour", "hours", "\xc2\xb0"};
    static const char *const minutes[] = {"min", "mins", "minute", "minutes"};
    if (is_one_of(word, len, hours, sizeof hours / sizeof *hours)) {
        return 60;
    }
    return is_one_of(word, len, minutes, sizeof minutes / sizeof *minutes) ? 1 : 0;
}
