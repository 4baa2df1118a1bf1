/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar dates (proleptic Gregorian). month and day may be 0 where a source gave only a year or a month (FHIR).
 * Human input and output follow ui.md: the month in letters when shown, ISO or common forms when typed. */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

#define DATE_TEXT_MAX 32

struct date {
    int16_t year;  /* 0: no date */
    uint8_t month; /* 1..12, 0 unknown */
    uint8_t day;   /* 1..31, 0 unknown */
};

bool date_is_none(struct date d);
bool date_is_valid(struct date d); /* whole or partial, and existing in the calendar */
int date_compare(struct date a, struct date b);
int32_t date_to_days(struct date d);      /* days since 1970-01-01; unknown parts count as 1 */
struct date date_from_days(int32_t days);
int date_weekday(struct date d);          /* 1 Monday .. 7 Sunday */
struct date date_add_days(struct date d, int32_t days);
int date_age_years(struct date birth, struct date on); /* -1 when birth is unknown or later than on */

/* "67 y"; below 2 years "14 months", "3 weeks", "5 days". Translated. */
const char *date_format_age(struct date birth, struct date on, char buf[DATE_TEXT_MAX]);

/* "2026-11-24", "2026-11", "2026". STATUS_INVALID names what is wrong. */
enum status date_parse_iso(const char *text, struct date *out, struct error *err) MUST_USE;
const char *date_format_iso(struct date d, char buf[DATE_TEXT_MAX]); /* "" for no date */
const char *date_format_human(struct date d, char buf[DATE_TEXT_MAX]); /* "14 Mar 1958"; no wider than 11 cells in English */

/* What people type: ISO, 14/3/58, 19580314, 14 mar 1958, -3d, today. month_first is the locale's order.
 * *out_is_ambiguous: another reading exists (3/4/58) or the year had two digits; the caller echoes and asks. */
enum status date_parse_human(const char *text, struct date today, bool month_first, struct date *out,
                             bool *out_is_ambiguous, struct error *err) MUST_USE;

#endif
