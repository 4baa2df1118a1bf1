/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/zone_rule.h"

#include <string.h>

#include "base/date.h"

#define DAY_S 86400
#define HOURS_MAX 167 /* RFC 8536: a change may lie a week off its day */

struct reader {
    const char *at, *end;
};

static char peek(const struct reader *r)
{
    return r->at < r->end ? *r->at : '\0';
}

static bool take(struct reader *r, char c)
{
    if (peek(r) != c) {
        return false;
    }
    r->at++;
    return true;
}

static bool read_number(struct reader *r, int least, int most, int *out)
{
    int value = 0;
    const char *start = r->at;
    while (peek(r) >= '0' && peek(r) <= '9' && r->at - start < 4) {
        value = value * 10 + (*r->at++ - '0');
    }
    *out = value;
    return r->at > start && value >= least && value <= most;
}

static bool read_name(struct reader *r, char out[8])
{
    bool is_quoted = take(r, '<');
    size_t len = 0;
    for (;; r->at++) {
        char c = peek(r);
        bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        bool is_other = (c >= '0' && c <= '9') || c == '+' || c == '-';
        if (!is_letter && !(is_quoted && is_other)) {
            break;
        }
        if (len < 7) {
            out[len++] = c;
        }
    }
    out[len] = '\0';
    return len >= 3 && (!is_quoted || take(r, '>'));
}

/* [+-]hh[:mm[:ss]] */
static bool read_time(struct reader *r, int hours_max, int32_t *out_s)
{
    int sign = take(r, '-') ? -1 : 1;
    if (sign == 1) {
        (void)take(r, '+'); /* may be left out */
    }
    int hours, minutes = 0, seconds = 0;
    bool is_good = read_number(r, 0, hours_max, &hours);
    if (is_good && take(r, ':')) {
        is_good = read_number(r, 0, 59, &minutes);
        if (is_good && take(r, ':')) {
            is_good = read_number(r, 0, 59, &seconds);
        }
    }
    *out_s = sign * (hours * 3600 + minutes * 60 + seconds);
    return is_good;
}

static bool read_change(struct reader *r, struct zone_change *out)
{
    *out = (struct zone_change){.time_s = 2 * 3600};
    bool is_good;
    if (take(r, 'M')) {
        out->kind = ZONE_DAY_OF_MONTH;
        is_good = read_number(r, 1, 12, &out->month) && take(r, '.') &&
                  read_number(r, 1, 5, &out->week) && take(r, '.') &&
                  read_number(r, 0, 6, &out->day);
    } else if (take(r, 'J')) {
        out->kind = ZONE_DAY_JULIAN;
        is_good = read_number(r, 1, 365, &out->day);
    } else {
        out->kind = ZONE_DAY_OF_YEAR;
        is_good = read_number(r, 0, 365, &out->day);
    }
    return is_good && (!take(r, '/') || read_time(r, HOURS_MAX, &out->time_s));
}

bool zone_rule_parse(const char *text, size_t len_bytes, struct zone_rule *out)
{
    struct reader r = {text, text + len_bytes};
    struct zone_rule rule = {.has_summer = false};
    int32_t west_s;
    if (!read_name(&r, rule.standard.abbreviation) || !read_time(&r, 24, &west_s)) {
        return false;
    }
    rule.standard.offset_s = -west_s; /* POSIX counts to the west */
    if (r.at < r.end) {
        rule.has_summer = true;
        rule.summer.offset_s = rule.standard.offset_s + 3600;
        if (!read_name(&r, rule.summer.abbreviation)) {
            return false;
        }
        if (peek(&r) != ',') {
            if (!read_time(&r, 24, &west_s)) {
                return false;
            }
            rule.summer.offset_s = -west_s;
        }
        if (!take(&r, ',') || !read_change(&r, &rule.start) || !take(&r, ',') ||
            !read_change(&r, &rule.end)) {
            return false;
        }
    }
    if (r.at != r.end) {
        return false;
    }
    *out = rule;
    return true;
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days since 1970 on which the change of that year falls. */
static int32_t change_day(const struct zone_change *change, int year)
{
    int32_t new_year = date_to_days((struct date){(int16_t)year, 1, 1});
    if (change->kind == ZONE_DAY_OF_YEAR) {
        return new_year + change->day;
    }
    if (change->kind == ZONE_DAY_JULIAN) { /* never counts 29 February */
        return new_year + change->day - 1 + (is_leap(year) && change->day >= 60 ? 1 : 0);
    }
    struct date first = {(int16_t)year, (uint8_t)change->month, 1};
    int weekday = date_weekday(first) % 7; /* Sunday is 0 here */
    int32_t day = date_to_days(first) + (change->day - weekday + 7) % 7 + 7 * (change->week - 1);
    struct date next_month = {(int16_t)(year + (change->month == 12)),
                              (uint8_t)(change->month % 12 + 1), 1};
    return day >= date_to_days(next_month) ? day - 7 : day; /* week 5 is the last */
}

struct event {
    int64_t at_s;
    bool is_summer; /* from here on */
};

/* The six changes around the year in which at_s lies. */
static void list_events(const struct zone_rule *rule, int64_t at_s, struct event out[6])
{
    int64_t day = (at_s + rule->standard.offset_s) / DAY_S;
    day = day < INT32_MIN ? INT32_MIN : day > INT32_MAX ? INT32_MAX : day;
    struct date date = date_from_days((int32_t)day);
    int year = date_is_none(date) ? 1970 : date.year;
    for (int i = 0; i < 3; i++) {
        int64_t start = (int64_t)change_day(&rule->start, year - 1 + i) * DAY_S +
                        rule->start.time_s;
        int64_t end = (int64_t)change_day(&rule->end, year - 1 + i) * DAY_S + rule->end.time_s;
        out[2 * i] = (struct event){start - rule->standard.offset_s, true};
        out[2 * i + 1] = (struct event){end - rule->summer.offset_s, false};
    }
}

const struct zone_type *zone_rule_at(const struct zone_rule *rule, int64_t at_s)
{
    if (!rule->has_summer) {
        return &rule->standard;
    }
    struct event events[6];
    list_events(rule, at_s, events);
    int64_t latest = INT64_MIN;
    bool is_summer = false;
    for (int i = 0; i < 6; i++) {
        /* Where one summer ends as the next begins, summer goes on (summer time all year). */
        if (events[i].at_s <= at_s &&
            (events[i].at_s > latest || (events[i].at_s == latest && events[i].is_summer))) {
            latest = events[i].at_s;
            is_summer = events[i].is_summer;
        }
    }
    return is_summer ? &rule->summer : &rule->standard;
}

int64_t zone_rule_next(const struct zone_rule *rule, int64_t at_s)
{
    int64_t next = INT64_MAX;
    if (rule->has_summer) {
        struct event events[6];
        list_events(rule, at_s, events);
        for (int i = 0; i < 6; i++) {
            if (events[i].at_s > at_s && events[i].at_s < next) {
                next = events[i].at_s;
            }
        }
    }
    return next;
}
