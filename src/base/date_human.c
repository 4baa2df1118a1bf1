/* SPDX-License-Identifier: GPL-3.0-or-later */
/* date_parse_human() of date.h: what people type. */
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

#define YEARS_AHEAD 20 /* "31" in 2026 is an expiry in 2031, "58" a birth in 1958 */
#define YEAR_FIRST 1800
#define YEAR_LAST 2200
#define PARTS_MAX 3

static const char *const MONTHS[12] = {
    N_("January"), N_("February"), N_("March"),     N_("April"),   N_("May"),      N_("June"),
    N_("July"),    N_("August"),   N_("September"), N_("October"), N_("November"), N_("December"),
};

static const struct {
    const char *word;
    int days;
} DAY_WORDS[] = {{N_("today"), 0}, {N_("yesterday"), -1}, {N_("tomorrow"), 1}};

/* One run of digits or of letters of the folded input. */
struct part {
    int value;  /* of digits */
    int digits; /* how many; 0 for a word */
    int month;  /* of a word: 1..12, else 0 */
};

static enum status refuse(struct error *err)
{
    return error_set(err, STATUS_INVALID,
                     _("That is not a date. Write 14 mar 1958, 1958-03-14, 14/3/1958 or today."));
}

static bool begins_with(const char *whole, const char *word)
{
    char *folded = text_fold(whole);
    bool is_so = strncmp(folded, word, strlen(word)) == 0;
    mem_free(folded);
    return is_so;
}

/* Three letters or more of the month's name, in English or in the user's language. */
static int month_of(const char *word)
{
    static const size_t least_letters = 3;
    if (strlen(word) < least_letters) {
        return 0;
    }
    for (int i = 0; i < 12; i++) {
        if (begins_with(MONTHS[i], word) || begins_with(_(MONTHS[i]), word)) {
            return i + 1;
        }
    }
    return strcmp(word, "sept") == 0 ? 9 : 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_number(const char **at, struct part *out)
{
    *out = (struct part){0};
    while (is_digit(**at)) {
        if (++out->digits > 8) {
            return false;
        }
        out->value = out->value * 10 + (*(*at)++ - '0');
    }
    return true;
}

static bool read_word(const char **at, struct part *out)
{
    char word[32];
    size_t len = 0;
    while (**at && **at != ' ' && !is_digit(**at) && len + 1 < sizeof word) {
        word[len++] = *(*at)++;
    }
    word[len] = '\0';
    *out = (struct part){.month = month_of(word)};
    return out->month > 0;
}

/* Splits folded text ("14 mar 1958", "14mar58"). Gives the count of parts, or -1. */
static int split(const char *folded, struct part parts[PARTS_MAX])
{
    int count = 0;
    for (const char *at = folded; *at;) {
        if (*at == ' ') {
            at++;
            continue;
        }
        if (count == PARTS_MAX ||
            !(is_digit(*at) ? read_number(&at, &parts[count]) : read_word(&at, &parts[count]))) {
            return -1;
        }
        count++;
    }
    return count;
}

static bool is_plausible(struct date d)
{
    return d.year >= YEAR_FIRST && d.year <= YEAR_LAST;
}

/* "-3d", "+2w", "-6m", "-1y": counted from today. */
static bool read_relative(const char *text, struct date today, struct date *out)
{
    if ((*text != '-' && *text != '+') || !is_digit(text[1])) {
        return false;
    }
    int sign = *text == '-' ? -1 : 1;
    const char *at = text + 1;
    struct part number;
    if (!read_number(&at, &number) || number.digits > 5 || !*at || at[1]) {
        return false;
    }
    int count = sign * number.value;
    if (*at == 'd' || *at == 'w') {
        *out = date_add_days(today, *at == 'w' ? count * 7 : count);
        return is_plausible(*out);
    }
    if (*at != 'm' && *at != 'y') {
        return false;
    }
    int months = today.year * 12 + today.month - 1 + (*at == 'y' ? count * 12 : count);
    if (months < 12 * YEAR_FIRST || months >= 12 * (YEAR_LAST + 1)) {
        return false;
    }
    struct date made = {(int16_t)(months / 12), (uint8_t)(months % 12 + 1), today.day};
    while (!date_is_valid(made)) {
        made.day--; /* a month after 31 January is the last day of February */
    }
    *out = made;
    return true;
}

static bool make(struct part day, int month, struct part year, struct date today, struct date *out)
{
    int full = year.value;
    if (year.digits == 2) {
        full += today.year - today.year % 100;
        full -= full > today.year + YEARS_AHEAD ? 100 : 0;
        full += full <= today.year + YEARS_AHEAD - 100 ? 100 : 0;
    } else if (year.digits != 4) {
        return false;
    }
    if (day.digits < 1 || day.digits > 2 || day.value < 1 || day.value > 31 || month < 1 ||
        month > 12 || full < YEAR_FIRST || full > YEAR_LAST) {
        return false;
    }
    *out = (struct date){(int16_t)full, (uint8_t)month, (uint8_t)day.value};
    return date_is_valid(*out);
}

static int number_as_month(struct part part)
{
    return part.digits >= 1 && part.digits <= 2 ? part.value : 0;
}

/* Three parts in the order that was typed. */
static bool arrange(const struct part p[PARTS_MAX], struct date today, bool month_first,
                    struct date *out, bool *out_is_ambiguous)
{
    *out_is_ambiguous = p[2].digits == 2;
    if (p[1].month) {
        *out_is_ambiguous = p[0].digits != 4 && p[2].digits == 2;
        return p[0].digits == 4 ? make(p[2], p[1].month, p[0], today, out)
                                : make(p[0], p[1].month, p[2], today, out);
    }
    if (p[0].month) {
        return make(p[1], p[0].month, p[2], today, out);
    }
    if (p[0].digits == 4) {
        *out_is_ambiguous = false;
        return make(p[2], number_as_month(p[1]), p[0], today, out);
    }
    struct date day_read, month_read;
    bool has_day_read = make(p[0], number_as_month(p[1]), p[2], today, &day_read);
    bool has_month_read = make(p[1], number_as_month(p[0]), p[2], today, &month_read);
    if (has_day_read && has_month_read && date_compare(day_read, month_read) != 0) {
        *out_is_ambiguous = true;
    }
    *out = has_month_read && (month_first || !has_day_read) ? month_read : day_read;
    return has_day_read || has_month_read;
}

static bool read_day_word(const char *folded, struct date today, struct date *out)
{
    for (size_t i = 0; i < sizeof DAY_WORDS / sizeof *DAY_WORDS; i++) {
        if (text_equal_folded(folded, DAY_WORDS[i].word) ||
            text_equal_folded(folded, _(DAY_WORDS[i].word))) {
            *out = date_add_days(today, DAY_WORDS[i].days);
            return true;
        }
    }
    return false;
}

static bool read_folded(const char *folded, struct date today, bool month_first, struct date *out,
                        bool *out_is_ambiguous)
{
    if (read_day_word(folded, today, out)) {
        return true;
    }
    struct part p[PARTS_MAX] = {{0}};
    int count = split(folded, p);
    if (count == 1 && p[0].digits == 8) {
        struct part year = {.value = p[0].value / 10000, .digits = 4};
        struct part day = {.value = p[0].value % 100, .digits = 2};
        return make(day, p[0].value / 100 % 100, year, today, out);
    }
    return count == PARTS_MAX && arrange(p, today, month_first, out, out_is_ambiguous);
}

enum status date_parse_human(const char *text, struct date today, bool month_first,
                             struct date *out, bool *out_is_ambiguous, struct error *err)
{
    char *copy = mem_copy_text(text ? text : "");
    char *trimmed = text_trim(copy);
    char *folded = text_fold(trimmed);
    struct date made;
    bool is_ambiguous = false;
    bool is_signed = *trimmed == '-' || *trimmed == '+';
    /* "1958" and "1958-03" are dates of which a part is unknown. */
    bool is_good = date_parse_iso(trimmed, &made, NULL) == STATUS_OK && is_plausible(made);
    if (!is_good) {
        is_good = is_signed ? read_relative(trimmed, today, &made)
                            : read_folded(folded, today, month_first, &made, &is_ambiguous);
    }
    mem_free(folded);
    mem_free(copy);
    if (!is_good) {
        return refuse(err);
    }
    *out = made;
    if (out_is_ambiguous) {
        *out_is_ambiguous = is_ambiguous;
    }
    return STATUS_OK;
}
