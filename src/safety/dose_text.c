/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/dose_text.h"

#include <stdio.h>
#include <string.h>

#include "safety/drug_words.h"

#define WORDS_MAX 40
#define WORD_MAX 24
#define SCALE 6

struct words {
    char items[WORDS_MAX][WORD_MAX]; /* lower case; numbers stand alone; "/" too */
    int count;
};

struct reader {
    struct words words;
    int at;
    struct screen_dose *out;
    enum route route;
    bool is_per_day; /* the amount is a day's */
    bool has_frequency;
};

static bool is_number_byte(char c)
{
    return (c >= '0' && c <= '9') || c == '.' || c == ',';
}

static void split(const char *text, struct words *out)
{
    const char *p = text;
    while (*p && out->count < WORDS_MAX) {
        if (*p == ' ' || *p == '\t' || *p == ';' || *p == '(' || *p == ')' ||
            ((*p == ',' || *p == '.') && !is_number_byte(p[1]))) {
            p++;
            continue;
        }
        bool is_number = *p >= '0' && *p <= '9';
        bool is_sign = *p == '/' || *p == '-';
        size_t len = 1;
        while (!is_sign && p[len] && !strchr(" \t/-;()", p[len]) &&
               is_number == (is_number_byte(p[len]) != 0)) {
            len++;
        }
        size_t kept = len;
        while (kept > 1 && (p[kept - 1] == '.' || p[kept - 1] == ',')) {
            kept--;
        }
        size_t n = 0;
        for (size_t i = 0; i < kept && n + 1 < WORD_MAX; i++) {
            char c = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] | 0x20) : p[i];
            if (c != ',' || !is_number) { /* 1,000 */
                out->items[out->count][n++] = c;
            }
        }
        out->items[out->count++][n] = '\0';
        p += len;
    }
}

static const char *word(const struct reader *r, int ahead)
{
    return r->at + ahead < r->words.count ? r->words.items[r->at + ahead] : "";
}

static bool is(const struct reader *r, int ahead, const char *text)
{
    return strcmp(word(r, ahead), text) == 0;
}

static bool number(const struct reader *r, int ahead, struct decimal *out)
{
    static const char *const names[] = {"one", "two", "three", "four", "five", "six"};
    const char *text = word(r, ahead);
    for (int i = 0; i < 6; i++) {
        if (strcmp(names[i], text) == 0) {
            *out = decimal_from_int(i + 1);
            return true;
        }
    }
    return text[0] >= '0' && text[0] <= '9' && decimal_parse(text, out, NULL) == STATUS_OK;
}

/* ---- amount ---- */

static enum unit unit_of(const struct reader *r, int ahead)
{
    char two[2 * WORD_MAX];
    (void)snprintf(two, sizeof two, "%s %s", word(r, ahead), word(r, ahead + 1));
    enum unit unit = unit_parse(two, NULL);
    return unit != UNIT_NONE ? unit : unit_parse(word(r, ahead), NULL);
}

static int unit_words(const struct reader *r, int ahead)
{
    char two[2 * WORD_MAX];
    (void)snprintf(two, sizeof two, "%s %s", word(r, ahead), word(r, ahead + 1));
    return unit_parse(two, NULL) != UNIT_NONE ? 2 : 1;
}

static void take_per(struct reader *r)
{
    while (is(r, 0, "/")) {
        if (is(r, 1, "kg")) {
            r->out->is_per_kg = true;
        } else if (is(r, 1, "day") || is(r, 1, "d")) {
            r->is_per_day = true;
        } else if (!is(r, 1, "dose")) {
            r->out->unit = UNIT_NONE; /* mg/h, mg/m2: nothing here can compare it */
        }
        r->at += 2;
    }
}

static bool take_amount(struct reader *r)
{
    struct decimal value;
    struct decimal high;
    if (r->out->presence == SCREEN_PRESENT || !number(r, 0, &value)) {
        return false;
    }
    int ahead = 1;
    if ((is(r, 1, "-") || is(r, 1, "to")) && number(r, 2, &high)) {
        value = high;
        ahead = 3;
    }
    enum unit unit = unit_of(r, ahead);
    if (unit == UNIT_NONE) {
        return false;
    }
    r->out->amount = value;
    r->out->unit = unit;
    r->out->presence = SCREEN_PRESENT;
    r->at += ahead + unit_words(r, ahead);
    take_per(r);
    return true;
}

/* ---- frequency ---- */

struct period {
    const char *word;
    int hours;
};

static const struct period PERIODS[] = {
    {"h", 1},        {"hr", 1},        {"hrs", 1},      {"hour", 1},      {"hours", 1},
    {"hourly", 1},   {"d", 24},        {"day", 24},     {"days", 24},     {"daily", 24},
    {"night", 24},   {"nightly", 24},  {"morning", 24}, {"evening", 24},  {"bedtime", 24},
    {"week", 168},   {"weeks", 168},   {"weekly", 168}, {"wk", 168},      {"month", 720},
    {"months", 720}, {"monthly", 720}, {"year", 8760},  {"yearly", 8760},
};

static int period_hours(const char *text)
{
    for (size_t i = 0; i < sizeof PERIODS / sizeof *PERIODS; i++) {
        if (strcmp(PERIODS[i].word, text) == 0) {
            return PERIODS[i].hours;
        }
    }
    return 0;
}

/* `times` doses in each `hours`. */
static void set_frequency(struct reader *r, struct decimal times, struct decimal hours)
{
    struct decimal day;
    struct decimal per_day;
    if (r->has_frequency || decimal_is_zero(hours) || decimal_is_zero(times) ||
        decimal_multiply(times, decimal_from_int(24), &day) != STATUS_OK ||
        decimal_divide(day, hours, SCALE, &per_day) != STATUS_OK) {
        return;
    }
    r->has_frequency = true;
    r->out->doses_per_day = per_day;
    r->out->is_weekly = decimal_compare(per_day, (struct decimal){5, 1}) < 0;
}

static void set_every(struct reader *r, struct decimal count, int hours)
{
    struct decimal gap;
    if (decimal_multiply(count, decimal_from_int(hours), &gap) == STATUS_OK) {
        set_frequency(r, decimal_from_int(1), gap);
        if (hours == 1) {
            r->out->interval_h = gap;
        }
    }
}

/* "every 8 h", "every 4 to 6 hours", "every other day", "every morning", "q 12 h", "q8h" */
static bool take_every(struct reader *r)
{
    bool is_q = is(r, 0, "q");
    struct decimal count = decimal_from_int(1);
    struct decimal upper;
    if (!is(r, 0, "every") && !is(r, 0, "each") && !is_q) {
        return false;
    }
    int ahead = 1;
    if (is(r, 1, "other")) {
        count = decimal_from_int(2);
        ahead = 2;
    } else if (number(r, 1, &count)) {
        ahead = 2;
        if ((is(r, 2, "-") || is(r, 2, "to")) && number(r, 3, &upper)) {
            ahead = 4; /* the shorter interval is the most that may be taken */
        }
    }
    int hours = period_hours(word(r, ahead));
    if (hours == 0) {
        return false;
    }
    set_every(r, count, hours);
    r->at += ahead + 1;
    return true;
}

/* "twice daily", "3 times a day", "once weekly", "two times per week" */
static bool take_times(struct reader *r)
{
    struct decimal times;
    int ahead = 1;
    if (is(r, 0, "once")) {
        times = decimal_from_int(1);
    } else if (is(r, 0, "twice")) {
        times = decimal_from_int(2);
    } else if (is(r, 0, "thrice")) {
        times = decimal_from_int(3);
    } else if (number(r, 0, &times) && (is(r, 1, "times") || is(r, 1, "x") || is(r, 1, "doses"))) {
        ahead = 2;
    } else {
        return false;
    }
    while (is(r, ahead, "a") || is(r, ahead, "per") || is(r, ahead, "/") || is(r, ahead, "each") ||
           is(r, ahead, "every") || is(r, ahead, "-") || is(r, ahead, "at") || is(r, ahead, "in") ||
           is(r, ahead, "the")) {
        ahead++;
    }
    int hours = period_hours(word(r, ahead));
    if (hours > 0) {
        set_frequency(r, times, decimal_from_int(hours));
        r->at += ahead + 1;
        return true;
    }
    if (is(r, 0, "once")) {
        r->out->is_single = true;
        r->has_frequency = true;
        r->at++;
        return true;
    }
    if (r->is_per_day) { /* "in 3 doses" */
        set_frequency(r, times, decimal_from_int(24));
        r->at += ahead;
        return true;
    }
    return false;
}

static bool take_short(struct reader *r)
{
    static const struct {
        const char *word;
        int times, hours;
    } shorts[] = {
        {"bid", 2, 24},     {"bd", 2, 24},      {"tid", 3, 24},       {"tds", 3, 24},
        {"qid", 4, 24},     {"qds", 4, 24},     {"qd", 1, 24},        {"od", 1, 24},
        {"qhs", 1, 24},     {"hs", 1, 24},      {"qam", 1, 24},       {"qpm", 1, 24},
        {"qod", 1, 48},     {"qwk", 1, 168},    {"daily", 1, 24},     {"nightly", 1, 24},
        {"bedtime", 1, 24}, {"weekly", 1, 168}, {"biweekly", 1, 336}, {"monthly", 1, 720},
        {"mane", 1, 24},    {"nocte", 1, 24},   {"hourly", 24, 24},
    };
    for (size_t i = 0; i < sizeof shorts / sizeof *shorts; i++) {
        if (is(r, 0, shorts[i].word)) {
            set_frequency(r, decimal_from_int(shorts[i].times), decimal_from_int(shorts[i].hours));
            r->at++;
            return true;
        }
    }
    if (is(r, 0, "stat") || is(r, 0, "single")) {
        r->out->is_single = true;
        r->has_frequency = true;
        r->at++;
        return true;
    }
    bool is_a_day = (is(r, 0, "a") || is(r, 0, "per")) && period_hours(word(r, 1)) > 0;
    if (is_a_day && r->out->presence == SCREEN_PRESENT) {
        set_frequency(r, decimal_from_int(1), decimal_from_int(period_hours(word(r, 1))));
        r->at += 2;
    }
    return is_a_day;
}

static void take_word(struct reader *r)
{
    const struct drug_word *known = drug_word_find(word(r, 0));
    if (is(r, 0, "prn") || (is(r, 0, "as") && is(r, 1, "needed"))) {
        r->out->is_prn = true;
    }
    if (r->route == ROUTE_NONE_GIVEN && known &&
        (known->kind == DRUG_WORD_ROUTE || known->kind == DRUG_WORD_FORM)) {
        r->route = known->route;
    }
    if (r->route == ROUTE_NONE_GIVEN) {
        r->route = (enum route)enum_value(ENUM_ROUTE, word(r, 0));
    }
    r->at++;
}

/* A day's amount in several doses: what one dose is. */
static void share_day(struct reader *r)
{
    struct decimal one;
    if (!r->is_per_day) {
        return;
    }
    if (!r->has_frequency) {
        set_frequency(r, decimal_from_int(1), decimal_from_int(24));
    } else if (!decimal_is_zero(r->out->doses_per_day) &&
               decimal_divide(r->out->amount, r->out->doses_per_day, SCALE, &one) == STATUS_OK) {
        r->out->amount = one;
    }
}

bool dose_text_parse(const char *text, struct screen_dose *out, enum route *out_route)
{
    struct reader r = {.out = out};
    *out = (struct screen_dose){.presence = SCREEN_MISSING};
    split(text, &r.words);
    while (r.at < r.words.count) {
        if (is(&r, 0, "for") || is(&r, 0, "max")) {
            break; /* duration, reason, ceiling: not the dose */
        }
        if (!take_amount(&r) && !take_every(&r) && !take_times(&r) && !take_short(&r)) {
            take_word(&r);
        }
    }
    share_day(&r);
    *out_route = r.route;
    return out->presence == SCREEN_PRESENT && r.has_frequency;
}
