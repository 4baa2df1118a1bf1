/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"

#define YEAR_MAX 9999

static const char *const MONTH_SHORT[12] = {
    N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"),
};

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

bool date_is_none(struct date d)
{
    return d.year == 0;
}

bool date_is_valid(struct date d)
{
    if (d.year < 1 || d.year > YEAR_MAX || d.month > 12) {
        return false;
    }
    if (d.month == 0) {
        return d.day == 0;
    }
    return d.day <= days_in_month(d.year, d.month);
}

int date_compare(struct date a, struct date b)
{
    int left[3] = {a.year, a.month, a.day};
    int right[3] = {b.year, b.month, b.day};
    for (int i = 0; i < 3; i++) {
        if (left[i] != right[i]) {
            return left[i] < right[i] ? -1 : 1;
        }
    }
    return 0;
}

/* Days and dates after Howard Hinnant's civil calendar: years begin in March, so that the leap day
 * is the last. */
int32_t date_to_days(struct date d)
{
    int month = d.month ? d.month : 1;
    int day = d.day ? d.day : 1;
    int year = d.year - (month <= 2 ? 1 : 0);
    int era = (year >= 0 ? year : year - 399) / 400;
    int year_of_era = year - era * 400;
    int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

struct date date_from_days(int32_t days)
{
    int64_t shifted = (int64_t)days + 719468;
    int64_t era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
    int64_t day_of_era = shifted - era * 146097;
    int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted_month = (5 * day_of_year + 2) / 153;
    int64_t month = shifted_month + (shifted_month < 10 ? 3 : -9);
    int64_t year = year_of_era + era * 400 + (month <= 2 ? 1 : 0);
    if (year < 1 || year > YEAR_MAX) {
        return (struct date){0, 0, 0};
    }
    int64_t day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    return (struct date){(int16_t)year, (uint8_t)month, (uint8_t)day};
}

int date_weekday(struct date d)
{
    int from_monday = (int)(((int64_t)date_to_days(d) + 3) % 7); /* 1970-01-01 was a Thursday */
    return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

struct date date_add_days(struct date d, int32_t days)
{
    int64_t sum = (int64_t)date_to_days(d) + days;
    if (date_is_none(d) || sum < INT32_MIN || sum > INT32_MAX) {
        return (struct date){0, 0, 0};
    }
    return date_from_days((int32_t)sum);
}

/* Whole months from a to b, which is not earlier. */
static int months_between(struct date a, struct date b)
{
    int months = (b.year - a.year) * 12 + (b.month ? b.month : 1) - (a.month ? a.month : 1);
    return (b.day ? b.day : 1) < (a.day ? a.day : 1) ? months - 1 : months;
}

int date_age_years(struct date birth, struct date on)
{
    if (date_is_none(birth) || date_is_none(on) || date_to_days(birth) > date_to_days(on)) {
        return -1;
    }
    return months_between(birth, on) / 12;
}

const char *date_format_age(struct date birth, struct date on, char buf[DATE_TEXT_MAX])
{
    int years = date_age_years(birth, on);
    int days = date_to_days(on) - date_to_days(birth);
    buf[0] = '\0';
    if (years < 0) {
        return buf;
    }
    int months = months_between(birth, on);
    int weeks = days / 7;
    if (years >= 2) { /* snprintf may cut a long translation */
        /* TRANSLATORS: age in years, as short as can be ("67 y") */
        (void)snprintf(buf, DATE_TEXT_MAX, ngettext("%d y", "%d y", (unsigned long)years), years);
    } else if (months >= 3) {
        (void)snprintf(buf, DATE_TEXT_MAX, ngettext("%d month", "%d months", (unsigned long)months),
                       months);
    } else if (days >= 14) {
        (void)snprintf(buf, DATE_TEXT_MAX, ngettext("%d week", "%d weeks", (unsigned long)weeks),
                       weeks);
    } else {
        (void)snprintf(buf, DATE_TEXT_MAX, ngettext("%d day", "%d days", (unsigned long)days),
                       days);
    }
    text_drop_cut(buf);
    return buf;
}

/* Exactly `count` digits. */
static bool read_digits(const char **at, int count, int *out)
{
    int value = 0;
    for (int i = 0; i < count; i++) {
        char c = (*at)[i];
        if (c < '0' || c > '9') {
            return false;
        }
        value = value * 10 + (c - '0');
    }
    *at += count;
    *out = value;
    return true;
}

enum status date_parse_iso(const char *text, struct date *out, struct error *err)
{
    int year = 0, month = 0, day = 0;
    const char *at = text ? text : "";
    bool is_good = read_digits(&at, 4, &year);
    if (is_good && *at == '-') {
        at++;
        is_good = read_digits(&at, 2, &month) && month > 0;
    }
    if (is_good && *at == '-') {
        at++;
        is_good = read_digits(&at, 2, &day) && day > 0;
    }
    if (!is_good || *at) {
        return error_set(err, STATUS_INVALID, _("That is not a date in the form 2026-11-24."));
    }
    struct date made = {(int16_t)year, (uint8_t)month, (uint8_t)day};
    if (!date_is_valid(made)) {
        return error_set(err, STATUS_INVALID, _("That day does not exist in the calendar."));
    }
    *out = made;
    return STATUS_OK;
}

const char *date_format_iso(struct date d, char buf[DATE_TEXT_MAX])
{
    if (date_is_none(d)) {
        buf[0] = '\0';
    } else if (d.month == 0) {
        (void)snprintf(buf, DATE_TEXT_MAX, "%04d", d.year); /* 32 bytes hold every case */
    } else if (d.day == 0) {
        (void)snprintf(buf, DATE_TEXT_MAX, "%04d-%02d", d.year, d.month);
    } else {
        (void)snprintf(buf, DATE_TEXT_MAX, "%04d-%02d-%02d", d.year, d.month, d.day);
    }
    return buf;
}

const char *date_format_human(struct date d, char buf[DATE_TEXT_MAX])
{
    if (date_is_none(d) || d.month == 0 || d.month > 12) {
        return date_format_iso((struct date){d.year, 0, 0}, buf);
    }
    const char *month = _(MONTH_SHORT[d.month - 1]);
    if (d.day == 0) {
        /* TRANSLATORS: month and year ("Mar 1958"); write %2$d %1$s to swap them */
        (void)snprintf(buf, DATE_TEXT_MAX, _("%s %d"), month,
                       d.year); /* a long translation is cut */
    } else {
        /* TRANSLATORS: day, month, year ("14 Mar 1958"); write %2$s %1$d, %3$d for another order */
        (void)snprintf(buf, DATE_TEXT_MAX, _("%d %s %d"), d.day, month, d.year);
    }
    text_drop_cut(buf);
    return buf;
}
