/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/dose_words.h"

#include <stdbool.h>
#include <string.h>

#include "base/buffer.h"
#include "base/decimal.h"

#define MONTH_DAYS 30
#define YEAR_DAYS 365
#define AMOUNT_SCALE 4
#define DAY_HOURS 24
#define DAY_PARTS_MAX 5 /* more times a day an order says by the hour */

enum meaning {
    EVERY_DAYS,      /* value * number days apart */
    TIMES_A_WEEK,    /* number times, else value */
    TIMES_A_DAY,     /* number times */
    DIVIDED,         /* number parts of a day's amount */
    DIVIDED_DAILY,   /* the same, and the word before said that the amount is a day's */
    A_DAY,           /* "daily divided" bid: the amount is a day's */
    EVERY_HOURS,     /* number hours apart */
    MILLILITRES,     /* number spoons of value mL */
    PIECES,          /* number of what is counted like tablets and has no unit of its own */
    PER_KG,
    NUMBER_TWICE,    /* "two (2)" */
    SAID_ONCE_MORE   /* "up to": it says nothing that the number behind it does not */
};

/* Words by single spaces, other words for the same with '|', '#' is a number. The longer phrase stands first. */
static const struct phrase {
    const char *words;
    enum meaning meaning;
    int value;
} PHRASES[] = {
    {"every|q|each # month|months|mo|mos", EVERY_DAYS, MONTH_DAYS},
    {"once every|each|per|a month", EVERY_DAYS, MONTH_DAYS},
    {"once monthly", EVERY_DAYS, MONTH_DAYS},
    {"every|each|per|q month", EVERY_DAYS, MONTH_DAYS},
    {"every other month", EVERY_DAYS, 2 * MONTH_DAYS},
    {"qmonth|monthly", EVERY_DAYS, MONTH_DAYS},
    {"every|q|each # year|years|yr|yrs", EVERY_DAYS, YEAR_DAYS},
    {"once every|each|per|a year", EVERY_DAYS, YEAR_DAYS},
    {"once yearly|annually", EVERY_DAYS, YEAR_DAYS},
    {"every|each|per year", EVERY_DAYS, YEAR_DAYS},
    {"yearly|annually", EVERY_DAYS, YEAR_DAYS},
    {"# times|time|x every|each|per|a|/ week|wk", TIMES_A_WEEK, 0},
    {"# times|time|x weekly|wkly|week|wk", TIMES_A_WEEK, 0},
    {"twice every|each|per|a|/ week|wk", TIMES_A_WEEK, 2},
    {"thrice every|each|per|a|/ week|wk", TIMES_A_WEEK, 3},
    {"twice weekly", TIMES_A_WEEK, 2},
    {"thrice weekly", TIMES_A_WEEK, 3},
    {"biw", TIMES_A_WEEK, 2},
    {"tiw", TIMES_A_WEEK, 3},
    {"# times|time|x / day", TIMES_A_DAY, 0},
    {"# times|x a|per day", TIMES_A_DAY, 0},
    {"# times daily", TIMES_A_DAY, 0},
    {"daily in # divided|equal doses", DIVIDED_DAILY, 0},
    {"in # divided|equal doses", DIVIDED, 0},
    {"daily divided|div", A_DAY, 0},
    {"# hourly|hrly", EVERY_HOURS, 0},
    {"every # hours|hour|hrs|hr|h", EVERY_HOURS, 0},
    {"# tsp|tsps|teaspoon|teaspoons|teaspoonful|teaspoonfuls", MILLILITRES, 5},
    {"# tbsp|tablespoon|tablespoons|tablespoonful|tablespoonfuls", MILLILITRES, 15},
    {"# film|films|pill|pills|gelcap|gelcaps|geltab|geltabs|troche|troches|piece|pieces", PIECES, 0},
    {"# pen|pens|syringe|syringes|autoinjector|autoinjectors|ampule|ampules|ampoule|ampoules|nebule|nebules", PIECES, 0},
    {"per kg", PER_KG, 0},
    {"# ( # )", NUMBER_TWICE, 0},
    {"up to", SAID_ONCE_MORE, 0},
};

static const char *const numbers[] = {"one", "two",   "three", "four", "five",   "six",
                                      "seven", "eight", "nine",  "ten",  "eleven", "twelve"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Bytes of the word at p: digits, letters, or one other character. */
static size_t word_len(const char *p)
{
    size_t n = 1;
    while ((is_digit(p[0]) && is_digit(p[n])) || (is_letter(p[0]) && is_letter(p[n]))) {
        n++;
    }
    return n;
}

/* One of "every|q|each" (up to a space or the end) is the word at p. */
static bool is_one_of(const char *words, const char *p, size_t len)
{
    while (*words && *words != ' ') {
        size_t n = strcspn(words, "| ");
        size_t same = 0;
        while (n == len && same < n && lower(p[same]) == words[same]) {
            same++;
        }
        if (n == len && same == n) {
            return true;
        }
        words += n;
        words += *words == '|';
    }
    return false;
}

static bool take_number(const char *p, size_t len, int *out)
{
    if (is_digit(p[0]) && len <= 3) {
        *out = 0;
        for (size_t i = 0; i < len; i++) {
            *out = *out * 10 + (p[i] - '0');
        }
        return *out > 0;
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (strlen(numbers[i]) == len && is_one_of(numbers[i], p, len)) {
            *out = (int)i + 1;
            return true;
        }
    }
    return false;
}

/* Bytes of the phrase at p, with its number; 0 when it is not there. */
static size_t phrase_at(const struct phrase *phrase, const char *p, int *out_number)
{
    const char *at = p;
    size_t len = 0;
    for (const char *words = phrase->words; words; words = strchr(words, ' ') ? strchr(words, ' ') + 1 : NULL) {
        at += at > p ? strspn(at, " -") : 0;
        len = *at ? word_len(at) : 0;
        int before = *out_number;
        bool is_there = len > 0 && (*words == '#' ? take_number(at, len, out_number) : is_one_of(words, at, len));
        if (!is_there || (before > 0 && *out_number != before)) {
            return 0;
        }
        at += len;
    }
    return (size_t)(at - p);
}

/* "1-0-1", "1-1-1-1": one piece in the morning, at noon, in the evening, at night. Gives how many; 0: it is none. */
static int times_by_meals(const char *p, size_t *out_len)
{
    int count = 0;
    int places = 0;
    size_t at = 0;
    while (places < 4 && (p[at] == '0' || p[at] == '1') && !is_digit(p[at + 1])) {
        count += p[at] == '1';
        places++;
        at++;
        if (p[at] != '-' || (p[at + 1] != '0' && p[at + 1] != '1')) {
            break;
        }
        at++;
    }
    *out_len = at;
    return places >= 3 && p[at] != '-' && p[at] != '.' && !is_letter(p[at]) ? count : 0;
}

static void say(struct buffer *out, const struct phrase *phrase, int number)
{
    static const char *const weekdays[] = {"",
                                           "weekly",
                                           "on Mon and Thu",
                                           "on Mon, Wed and Fri",
                                           "on Mon, Tue, Thu and Sat",
                                           "on Mon, Tue, Wed, Thu and Fri",
                                           "on Mon, Tue, Wed, Thu, Fri and Sat"};
    int times = number > 0 ? number : phrase->value;
    switch (phrase->meaning) {
    case EVERY_DAYS:
        buffer_append_format(out, "every %d days", phrase->value * (number > 0 ? number : 1));
        break;
    case TIMES_A_WEEK:
        buffer_append_text(out, times <= 6 ? weekdays[times] : "daily");
        break;
    case TIMES_A_DAY:
        buffer_append_format(out, number > DAY_PARTS_MAX ? "every %d h" : "%d times a day",
                             number > DAY_PARTS_MAX ? DAY_HOURS / number : number);
        break;
    case DIVIDED_DAILY:
        buffer_append_format(out, "a day %d times a day", number);
        break;
    case DIVIDED:
        buffer_append_format(out, "%d times a day", number);
        break;
    case A_DAY:
        buffer_append_text(out, "a day");
        break;
    case EVERY_HOURS:
        buffer_append_format(out, "every %d h", number);
        break;
    case MILLILITRES:
        buffer_append_format(out, "%d mL", number * phrase->value);
        break;
    case PIECES:
        buffer_append_format(out, number > 1 ? "%d tablets" : "%d tablet", number);
        break;
    case PER_KG: /* glued to the unit before it */
        while (out->len > 0 && out->bytes[out->len - 1] == ' ') {
            out->bytes[--out->len] = '\0';
        }
        buffer_append_text(out, "/kg");
        break;
    case NUMBER_TWICE:
        buffer_append_format(out, "%d", number);
        break;
    case SAID_ONCE_MORE:
        break;
    }
}

/* A phrase that an order may hold as it is: "monthly on day 15"; and seven times a week or more is no weekly count. */
static bool is_left(const struct phrase *phrase, int number, const char *behind)
{
    static const char on[] = " on ";
    bool is_day_named = phrase->meaning == EVERY_DAYS && strncmp(behind, on, sizeof on - 1) == 0;
    bool is_many = (phrase->meaning == TIMES_A_WEEK && number > 7) ||
                   (phrase->meaning == TIMES_A_DAY && number > DAY_PARTS_MAX && DAY_HOURS % number != 0) ||
                   ((phrase->meaning == DIVIDED || phrase->meaning == DIVIDED_DAILY) && number > DAY_PARTS_MAX);
    bool is_no_number = phrase->meaning == SAID_ONCE_MORE && !(behind[0] == ' ' && behind[1]);
    return is_day_named || is_many || is_no_number || is_letter(behind[0]);
}

/* ---- "10 mL of 250 mg/5 mL" ---- */

static const char *skip(const char *p)
{
    return p + strspn(p, " ");
}

/* A plain number ("2.5"); NULL when there is none. */
static const char *take_decimal(const char *p, struct decimal *out)
{
    char text[DECIMAL_TEXT_MAX];
    size_t len = strspn(p, "0123456789.");
    if (len == 0 || len >= sizeof text) {
        return NULL;
    }
    memcpy(text, p, len);
    text[len] = '\0';
    return decimal_parse(text, out, NULL) == STATUS_OK ? p + len : NULL;
}

/* Behind the word, after spaces before it; NULL when it is another. */
static const char *take_word(const char *p, const char *words)
{
    const char *at = p ? skip(p) : "";
    size_t len = *at ? word_len(at) : 0;
    return len > 0 && is_one_of(words, at, len) ? at + len : NULL;
}

/* The amount that is in the volume, said in the strength's unit: "500 mg". */
static size_t amount_of_volume(struct buffer *out, const char *p)
{
    struct decimal volume, amount, per = {1, 0};
    char text[DECIMAL_TEXT_MAX];
    const char *at = take_word(take_decimal(p, &volume), "ml");
    const char *of = take_word(at, "of|x");
    of = of ? of : take_word(at, "(");
    const char *unit = of ? take_decimal(skip(of), &amount) : NULL;
    unit = unit ? skip(unit) : NULL;
    size_t unit_len = unit && is_letter(*unit) ? word_len(unit) : 0;
    at = unit_len > 0 ? take_word(unit + unit_len, "/") : NULL;
    const char *behind = at ? take_decimal(skip(at), &per) : NULL;
    at = at ? take_word(behind ? behind : at, "ml") : NULL;
    if (!at || decimal_multiply(volume, amount, &amount) != STATUS_OK ||
        decimal_divide(amount, per, AMOUNT_SCALE, &amount) != STATUS_OK) {
        return 0;
    }
    buffer_append_format(out, "%s %.*s", decimal_format(amount, text), (int)unit_len, unit);
    return (size_t)(at + (*skip(at) == ')' ? skip(at) - at + 1 : 0) - p);
}

/* Takes one phrase at p and says it; 0: there is none. */
static size_t reword_at(struct buffer *out, const char *p)
{
    size_t len = amount_of_volume(out, p);
    if (len > 0) {
        return len;
    }
    int times = times_by_meals(p, &len);
    if (times > 0) {
        buffer_append_format(out, "%d times a day", times);
        return len;
    }
    for (size_t i = 0; i < sizeof PHRASES / sizeof *PHRASES; i++) {
        int number = 0;
        len = phrase_at(&PHRASES[i], p, &number);
        if (len > 0 && !is_left(&PHRASES[i], number, p + len)) {
            say(out, &PHRASES[i], number);
            return len;
        }
    }
    return 0;
}

char *dose_words_reword(const char *text)
{
    struct buffer out = BUFFER_INIT;
    buffer_append_text(&out, "");
    for (const char *p = text; *p;) {
        bool is_start = p == text || p[-1] == ' ' || p[-1] == ',' || p[-1] == '(';
        size_t len = is_start ? reword_at(&out, p) : 0;
        if (len == 0) {
            buffer_append_byte(&out, *p);
            len = 1;
        }
        p += len;
    }
    return buffer_take(&out);
}
