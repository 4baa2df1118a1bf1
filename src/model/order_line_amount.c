/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/i18n.h"
#include "model/order_line_parser.h"

#define QUANTITY_MAX 100000
#define REFILLS_MAX 99
#define DURATION_MAX 3660
#define TYLENOL_NUMBER_MAX 4 /* "tylenol #3" is a drug's name, not a quantity */

bool amount_as_integer(const struct number *number, int max, int *out)
{
    struct decimal whole = decimal_round(number->low, 0);
    if (decimal_compare(whole, number->low) != 0 ||
        decimal_compare(whole, decimal_from_int(max)) > 0) {
        return false;
    }
    while (whole.scale > 0 && whole.mantissa % 10 == 0) {
        whole.mantissa /= 10;
        whole.scale--;
    }
    *out = (int)whole.mantissa;
    return whole.scale == 0;
}

static bool read_number(const struct line_parser *p, size_t at, struct number_at *out)
{
    size_t words;
    size_t len = token_word_len(&p->tokens, at);
    struct number_at found = {.tokens = 1};
    if (len > 0 && number_read(token_word(&p->tokens, at), len, &found.number)) {
        found.suffix = found.number.len;
        found.has_suffix = found.suffix < len;
        *out = found;
        return true;
    }
    const struct order_word *word = parser_word(p, at, &words);
    if (word == NULL || word->kind != WORD_NUMBER) {
        return false;
    }
    struct decimal quarters = {25 * word->value, 2};
    found.number.low = decimal_round(quarters, word->value % 4 == 0 ? 0 : 2);
    found.number.flags = word->value < 4 ? NUMBER_FRACTION : 0;
    found.tokens = words;
    found.suffix = token_word_len(&p->tokens, at + words - 1);
    *out = found;
    return true;
}

bool amount_is_plain(const struct number *number)
{
    return (number->flags & (NUMBER_RANGE | NUMBER_PAIR | NUMBER_AMBIGUOUS | NUMBER_PADDED)) == 0;
}

/* Written as a fraction: "1/2", "a half"; 0.5 is not, "1 0.5" are two numbers. */
static bool is_fraction(const struct number *number)
{
    return (number->flags & NUMBER_FRACTION) != 0 && amount_is_plain(number);
}

/* "1 to 2 tab", "1 - 2 tab", "1 1/2 tab", "1 and a half". */
static void join_next(const struct line_parser *p, size_t at, struct number_at *found)
{
    struct number_at next;
    struct decimal sum;
    size_t behind = at + found->tokens;
    bool is_joint = parser_word_is(p, behind, "to") || parser_word_is(p, behind, "-");
    size_t plus = parser_word_is(p, behind, "and") ||
                  parser_word_is(p, behind, "&"); /* "1 and 1/2" */
    if (found->has_suffix || !amount_is_plain(&found->number)) {
        return;
    }
    if (is_joint && read_number(p, behind + 1, &next) && amount_is_plain(&next.number) &&
        number_is_range(found->number.low, next.number.low)) {
        found->number.high = next.number.low;
        found->number.flags |= next.number.flags | NUMBER_RANGE;
        found->tokens += 1 + next.tokens;
        found->suffix = next.suffix;
        found->has_suffix = next.has_suffix;
    } else if (read_number(p, behind + plus, &next) && is_fraction(&next.number) &&
               !is_fraction(&found->number) &&
               decimal_add(found->number.low, next.number.low, &sum) == STATUS_OK) {
        found->number.low = sum;
        found->tokens += plus + next.tokens;
        found->suffix = next.suffix;
        found->has_suffix = next.has_suffix;
    }
}

bool amount_number_at(const struct line_parser *p, size_t at, struct number_at *out)
{
    if (!read_number(p, at, out)) {
        return false;
    }
    join_next(p, at, out);
    return true;
}

struct suffix amount_suffix(const struct line_parser *p, size_t at, const struct number_at *found)
{
    struct suffix suffix = {.token = at + found->tokens - found->has_suffix};
    suffix.skip = found->has_suffix ? found->suffix : 0;
    suffix.text = token_word(&p->tokens, suffix.token) + suffix.skip;
    suffix.len = token_word_len(&p->tokens, suffix.token) - suffix.skip;
    return suffix;
}

/* ---- refills, quantity ---- */

static size_t set_refills(struct line_parser *p, size_t at, size_t count, int refills)
{
    if (p->out->refills >= 0 && p->out->refills != refills) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    p->out->refills = refills;
    (void)parser_span_tokens(p, at, count, ORDER_LINE_REFILLS);
    return count;
}

/* words: tokens of "refills"; 0 for the short "r2", "rf2", "r 2". */
size_t amount_take_refills(struct line_parser *p, size_t at, size_t words)
{
    const char *word = token_word(&p->tokens, at);
    size_t len = token_word_len(&p->tokens, at);
    struct number number;
    int refills;
    if (words == 0) {
        size_t skip = len > 1 && word[0] == 'r' && word[1] == 'f' ? 2 : 1;
        if (len == 0 || word[0] != 'r') {
            return 0;
        }
        if (len > skip && number_read(word + skip, len - skip, &number) && number.flags == 0 &&
            skip + number.len == len && amount_as_integer(&number, REFILLS_MAX, &refills)) {
            return set_refills(p, at, 1, refills);
        }
        if (len > 1) {
            return 0;
        }
        words = 1;
    }
    size_t next = at + words;
    next += parser_word_is(p, next, ":");
    bool has_cross = token_word_len(&p->tokens, next) > 1 && *token_word(&p->tokens, next) == 'x';
    word = token_word(&p->tokens, next) + has_cross;
    len = token_word_len(&p->tokens, next) - has_cross;
    if (len > 0 && number_read(word, len, &number) && number.len == len && number.flags == 0 &&
        amount_as_integer(&number, REFILLS_MAX, &refills)) {
        return set_refills(p, at, next - at + 1, refills);
    }
    return 0;
}

static size_t set_quantity(struct line_parser *p, size_t at, size_t count,
                           const struct number *number, enum unit unit)
{
    int quantity;
    if ((number->flags & NUMBER_AMBIGUOUS) != 0) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_AMBIGUOUS_NUMBER, NULL);
    }
    if (!amount_is_plain(number) || !amount_as_integer(number, QUANTITY_MAX, &quantity)) {
        (void)parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN);
        return count;
    }
    if (p->out->quantity >= 0) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    p->out->quantity = quantity;
    p->out->quantity_unit = unit;
    (void)parser_span_tokens(p, at, count, ORDER_LINE_QUANTITY);
    return count;
}

/* words: tokens of "disp"; 0 for "#21", "# 21", "#120 mL". */
size_t amount_take_quantity(struct line_parser *p, size_t at, size_t words)
{
    size_t start = at + words;
    start += words > 0 && parser_word_is(p, start, ":");
    const char *word = token_word(&p->tokens, start);
    size_t len = token_word_len(&p->tokens, start);
    bool has_mark = len > 0 && word[0] == '#';
    if (!has_mark && words == 0) {
        return 0;
    }
    size_t skip = has_mark;
    if (has_mark && len == 1) {
        start++;
        skip = 0;
        word = token_word(&p->tokens, start);
        len = token_word_len(&p->tokens, start);
    }
    struct number number;
    int value;
    if (skip >= len || !number_read(word + skip, len - skip, &number)) {
        return 0;
    }
    bool is_name = words == 0 && parser_last_meaning(p) == ORDER_LINE_DRUG &&
                   p->amount_count == 0 && amount_as_integer(&number, TYLENOL_NUMBER_MAX, &value) &&
                   skip + number.len == len;
    if (is_name) {
        (void)parser_span_tokens(p, at, start - at + 1, ORDER_LINE_DRUG);
        return start - at + 1;
    }
    skip += number.len;
    size_t count = start - at + 1;
    struct unit_read unit = unit_read(word + skip, len - skip);
    if (skip == len) {
        unit = unit_read(token_word(&p->tokens, start + 1), token_word_len(&p->tokens, start + 1));
        count += unit.form == UNIT_FORM_PLAIN;
    } else if (unit.form != UNIT_FORM_PLAIN) {
        return 0;
    }
    return set_quantity(p, at, count, &number,
                        unit.form == UNIT_FORM_PLAIN ? unit.unit : UNIT_NONE);
}

/* ---- durations and counts of times ---- */

/* "for 3 doses", "x 3 doses". */
static size_t set_doses(struct line_parser *p, size_t at, size_t count, const struct number *number)
{
    int value;
    if (!amount_is_plain(number) || !amount_as_integer(number, SIG_DOSES_MAX, &value) || value == 0) {
        (void)parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN);
        return count;
    }
    if (p->out->sig.duration_days != 0 ||
        (p->out->sig.duration_doses != 0 && p->out->sig.duration_doses != value)) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    p->out->sig.duration_doses = (uint16_t)value;
    (void)parser_span_tokens(p, at, count, ORDER_LINE_DURATION);
    return count;
}

static bool is_dose_word(struct suffix suffix)
{
    return word_equals(suffix.text, suffix.len, "dose") || word_equals(suffix.text, suffix.len, "doses");
}

static size_t set_duration(struct line_parser *p, size_t at, size_t count,
                           const struct number *number, int unit_days)
{
    int value;
    if (!amount_is_plain(number) || !amount_as_integer(number, DURATION_MAX / unit_days, &value) ||
        value == 0) {
        (void)parser_span_tokens(p, at, count, ORDER_LINE_UNKNOWN);
        return count;
    }
    uint16_t days = (uint16_t)(value * unit_days);
    if (p->out->sig.duration_doses != 0 ||
        (p->out->sig.duration_days != 0 && p->out->sig.duration_days != days)) {
        return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
    }
    p->out->sig.duration_days = days;
    uint16_t span = parser_span_tokens(p, at, count, ORDER_LINE_DURATION);
    if (unit_days == 30) {
        parser_warn(p, ORDER_LINE_WARNING_MONTH, span, NULL);
    }
    return count;
}

/* "5 days a week" says no duration; on which days? */
static size_t week_tokens(const struct line_parser *p, size_t at)
{
    if (parser_word_is(p, at, "a") || parser_word_is(p, at, "per")) {
        return parser_word_is(p, at + 1, "week") || parser_word_is(p, at + 1, "wk") ? 2 : 0;
    }
    return parser_word_is(p, at, "/week") || parser_word_is(p, at, "/wk") ||
           parser_word_is(p, at, "weekly") || parser_word_is(p, at, "wkly");
}

/* lead: tokens before the number ("for", "x") that belong to it. */
static size_t take_duration(struct line_parser *p, size_t at, size_t lead,
                            const struct number_at *found)
{
    struct suffix suffix = amount_suffix(p, at + lead, found);
    int days = period_days(suffix.text, suffix.len);
    if (days == 0 && lead > 0 && is_dose_word(suffix)) {
        return set_doses(p, at, suffix.token + 1 - at, &found->number);
    }
    if (days == 0) {
        return 0;
    }
    size_t count = suffix.token + 1 - at;
    size_t week = days == 1 ? week_tokens(p, at + count) : 0;
    if (week > 0) {
        return parser_refuse(p, at, count + week, ORDER_LINE_WARNING_NAME_WEEKDAYS, NULL);
    }
    return set_duration(p, at, count, &found->number, days);
}

static bool starts_period(const char *text, size_t len)
{
    static const char *const days[] = {"day", "daily", "/day", "/d", "24h"};
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        if (word_equals(text, len, days[i])) {
            return true;
        }
    }
    return false;
}

/* "daily", "a day", "per day", "/day", "in 24 hours": tokens taken, 0 for none. */
static size_t day_tokens(const struct line_parser *p, size_t at)
{
    static const char *const phrases[] = {"a day",         "per day",     "each day",
                                          "every day",     "daily",       "/day",
                                          "/24h",          "/24hr",       "/24 h",
                                          "/24 hours",     "in 24 hours", "in 24 h",
                                          "in 24h",        "in 24hr",     "in 24 hrs",
                                          "per 24 hours",  "per 24 h",    "per 24h",
                                          "per 24hr",      "per 24 hrs",  "in a 24 hour period",
                                          "/ day",         "/ 24h",       "q24h",
                                          "q 24h",         "in one day",  "in a day",
                                          "every 24 hours"};
    const char *words = token_word(&p->tokens, at);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++) {
        size_t len = strlen(phrases[i]);
        if (strncmp(words, phrases[i], len) == 0 && (words[len] == ' ' || words[len] == '\0')) {
            size_t count = 1;
            for (size_t k = 0; k < len; k++) {
                count += phrases[i][k] == ' ';
            }
            return count;
        }
    }
    return 0;
}

/* "x", "times", "x/day", "xday" behind a count. */
static bool is_times_word(const char *text, size_t len, bool *out_has_day)
{
    *out_has_day = false;
    if (word_equals(text, len, "times") || word_equals(text, len, "time") ||
        word_equals(text, len, "x")) {
        return true;
    }
    *out_has_day = len > 1 && text[0] == 'x' && starts_period(text + 1, len - 1);
    return *out_has_day;
}

/* "3 times daily", "3x/day", "4 x a day". */
static size_t take_times_a_day(struct line_parser *p, size_t at, const struct number_at *found)
{
    static const enum timing rows[] = {TIMING_NONE, TIMING_DAILY, TIMING_BID,
                                       TIMING_TID,  TIMING_QID,   TIMING_FIVE};
    struct suffix suffix = amount_suffix(p, at, found);
    bool has_day;
    int times;
    if (!is_times_word(suffix.text, suffix.len, &has_day) || !amount_is_plain(&found->number)) {
        return 0;
    }
    size_t count = suffix.token + 1 - at;
    size_t day = has_day ? 0 : day_tokens(p, at + count);
    size_t week = has_day || day > 0 ? 0 : week_tokens(p, at + count);
    if (week > 0) {
        return parser_refuse(p, at, count + week, ORDER_LINE_WARNING_NAME_WEEKDAYS, NULL);
    }
    if (!has_day && day == 0) {
        return 0;
    }
    if (!amount_as_integer(&found->number, 5, &times) || times == 0) {
        (void)parser_span_tokens(p, at, count + day, ORDER_LINE_UNKNOWN);
        return count + day;
    }
    return timing_take_row(p, at, count + day, rows[times]);
}

size_t amount_take_times(struct line_parser *p, size_t at)
{
    const char *word = token_word(&p->tokens, at);
    size_t len = token_word_len(&p->tokens, at);
    struct number_at found = {.tokens = 1};
    size_t lead = len == 1;
    if (len == 0 || word[0] != 'x') {
        return 0;
    }
    if (lead == 1 ? !read_number(p, at + 1, &found)
                  : !number_read(word + 1, len - 1, &found.number)) {
        return 0;
    }
    if (lead == 0) {
        found.suffix = 1 + found.number.len;
        found.has_suffix = found.suffix < len;
    }
    struct suffix suffix = amount_suffix(p, at + lead, &found);
    int days = period_days(suffix.text, suffix.len);
    int times;
    bool is_one = amount_as_integer(&found.number, 1, &times) && times == 1;
    if (is_dose_word(suffix) && !is_one) {
        return set_doses(p, at, suffix.token + 1 - at, &found.number);
    }
    if (days != 0) {
        size_t count = suffix.token + 1 - at;
        uint16_t before = p->out->sig.duration_days;
        size_t taken = set_duration(p, at, count, &found.number, days);
        bool is_short = days == 1 && suffix.len == 1;
        if (is_short && before == 0 && p->out->sig.duration_days != 0) {
            parser_warn(p, ORDER_LINE_WARNING_UNSAFE_WORD, (uint16_t)(p->out->span_count - 1),
                        N_("for so many days"));
        }
        return taken;
    }
    if (found.has_suffix || is_one) {
        return 0; /* x1: once */
    }
    return parser_refuse(p, at, lead + found.tokens, ORDER_LINE_WARNING_AMBIGUOUS_WORD,
                         N_("so many days, or so many doses"));
}

size_t amount_take_for(struct line_parser *p, size_t at)
{
    struct number_at found;
    size_t lead = 1;
    if (parser_word_is(p, at + 1, "a") &&
        period_days(token_word(&p->tokens, at + 2), token_word_len(&p->tokens, at + 2))) {
        struct number one = {.low = decimal_from_int(1)};
        return set_duration(
            p, at, 3, &one,
            period_days(token_word(&p->tokens, at + 2), token_word_len(&p->tokens, at + 2)));
    }
    return amount_number_at(p, at + lead, &found) ? take_duration(p, at, lead, &found) : 0;
}

/* "3 refills". */
static size_t refill_tokens(const struct line_parser *p, size_t at, const struct number_at *found)
{
    size_t words;
    const struct order_word *word = parser_word(p, at + found->tokens, &words);
    return !found->has_suffix && word != NULL && word->kind == WORD_REFILLS ? words : 0;
}

bool amount_is_counted(const struct line_parser *p, size_t at, const struct number_at *found)
{
    bool has_day;
    struct suffix suffix = amount_suffix(p, at, found);
    return period_days(suffix.text, suffix.len) != 0 ||
           is_times_word(suffix.text, suffix.len, &has_day) || refill_tokens(p, at, found) > 0;
}

size_t amount_take_counted(struct line_parser *p, size_t at, const struct number_at *found)
{
    int refills;
    size_t words = refill_tokens(p, at, found);
    if (words > 0 && amount_is_plain(&found->number) &&
        amount_as_integer(&found->number, REFILLS_MAX, &refills)) {
        return set_refills(p, at, found->tokens + words, refills);
    }
    size_t taken = take_times_a_day(p, at, found);
    return taken > 0 ? taken : take_duration(p, at, 0, found);
}

/* ---- maxima ---- */

static size_t add_maximum(struct line_parser *p, size_t at, size_t count, struct maximum maximum)
{
    for (size_t i = 0; i < p->maximum_count; i++) {
        if (p->maxima[i].is_count == maximum.is_count) {
            return parser_refuse(p, at, count, ORDER_LINE_WARNING_REPEATED, NULL);
        }
    }
    maximum.span = parser_span_tokens(p, at, count, ORDER_LINE_MAXIMUM);
    p->maxima[p->maximum_count++] = maximum;
    return count;
}

/* "max 4", "max 4 g/day", "max 3 doses in 24 hours", "nte 8 tabs per day", "up to 4x/day". */
size_t amount_take_max(struct line_parser *p, size_t at, size_t words)
{
    struct number_at found;
    struct maximum maximum = {0};
    size_t start = at + words;
    start += parser_word_is(p, start, "of") || parser_word_is(p, start, ":");
    if (!amount_number_at(p, start, &found)) {
        (void)parser_span_tokens(p, at, words, ORDER_LINE_UNKNOWN);
        return words;
    }
    struct suffix suffix = amount_suffix(p, start, &found);
    size_t end = start + found.tokens;
    bool has_day = false;
    const char *stroke = suffix.len > 0 ? memchr(suffix.text, '/', suffix.len) : NULL;
    size_t base = stroke != NULL ? (size_t)(stroke - suffix.text) : suffix.len;
    struct unit_read unit = unit_read(suffix.text, base);
    bool is_dose = word_equals(suffix.text, base, "dose") ||
                   word_equals(suffix.text, base, "doses");
    bool is_times = is_dose || is_times_word(suffix.text, base, &has_day);
    bool is_day_part = stroke != NULL && (starts_period(stroke, suffix.len - base) ||
                                          word_equals(stroke, suffix.len - base, "/24h") ||
                                          word_equals(stroke, suffix.len - base, "/24hr"));
    bool is_known = is_times || unit.form == UNIT_FORM_PLAIN || (base == 0 && is_day_part);
    if ((stroke != NULL && !is_day_part) || (found.has_suffix && !is_known)) {
        (void)parser_span_tokens(p, at, end - at, ORDER_LINE_UNKNOWN);
        return end - at;
    }
    end = is_known ? suffix.token + 1 : end;
    end += has_day || is_day_part ? 0 : day_tokens(p, end);
    if ((found.number.flags & NUMBER_AMBIGUOUS) != 0) {
        return parser_refuse(p, at, end - at, ORDER_LINE_WARNING_AMBIGUOUS_NUMBER, NULL);
    }
    if (!amount_is_plain(&found.number) || decimal_is_zero(found.number.low)) {
        (void)parser_span_tokens(p, at, end - at, ORDER_LINE_UNKNOWN);
        return end - at;
    }
    maximum.value = found.number.low;
    maximum.is_count = is_times;
    maximum.unit = is_times || unit.form != UNIT_FORM_PLAIN ? UNIT_NONE : unit.unit;
    size_t taken = add_maximum(p, at, end - at, maximum);
    parser_warn_number(p, &found.number, (uint16_t)(p->out->span_count - 1));
    if (unit.is_unsafe && !is_times) {
        parser_warn(p, ORDER_LINE_WARNING_UNSAFE_WORD, (uint16_t)(p->out->span_count - 1),
                    unit_word(unit.unit));
    }
    return taken;
}
