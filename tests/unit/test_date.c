/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/date.h"

static struct date day(const char *iso)
{
    struct date d = {0, 0, 0};
    cr_assert(!*iso || date_parse_iso(iso, &d, NULL) == STATUS_OK, "%s", iso);
    return d;
}

Test(date, reads_and_writes_iso)
{
    static const char *const good[] = {"2026-11-24", "2026-11",    "2026",       "0001-01-01",
                                       "9999-12-31", "2024-02-29", "2000-02-29", "1600-02-29"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        char text[DATE_TEXT_MAX];
        cr_assert_str_eq(date_format_iso(day(good[i]), text), good[i]);
        cr_assert(date_is_valid(day(good[i])));
    }
    static const char *const bad[] = {"",
                                      "2026-",
                                      "2026-1",
                                      "2026-13",
                                      "2026-00",
                                      "2026-11-00",
                                      "2026-11-31",
                                      "2023-02-29",
                                      "1900-02-29",
                                      "2026-11-24 ",
                                      " 2026-11-24",
                                      "2026/11/24",
                                      "20261124",
                                      "0000-01-01",
                                      "0000",
                                      "-001-01-01",
                                      "2026-11-24T10:00:00Z",
                                      "99999-01-01",
                                      "2026-1-1",
                                      "2026-11-2a",
                                      "abcd",
                                      "2026-11-24-"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct date d = {7, 7, 7};
        struct error err = ERROR_INIT;
        cr_assert_eq(date_parse_iso(bad[i], &d, &err), STATUS_INVALID, "'%s'", bad[i]);
        cr_assert_eq(d.year, 7, "'%s' touched the result", bad[i]);
        cr_assert_gt(strlen(err.message), 0);
    }
    struct date d;
    cr_assert_eq(date_parse_iso(NULL, &d, NULL), STATUS_INVALID);
    char text[DATE_TEXT_MAX];
    cr_assert_str_eq(date_format_iso((struct date){0, 0, 0}, text), "");
}

Test(date, knows_what_exists)
{
    static const struct {
        struct date date;
        bool is_valid;
    } rows[] = {{{0, 0, 0}, false},     {{2026, 0, 0}, true},   {{2026, 0, 5}, false},
                {{2026, 2, 0}, true},   {{2026, 2, 28}, true},  {{2026, 2, 29}, false},
                {{2024, 2, 29}, true},  {{2026, 13, 1}, false}, {{-5, 1, 1}, false},
                {{10000, 1, 1}, false}, {{2026, 4, 31}, false}, {{2026, 255, 255}, false}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(date_is_valid(rows[i].date), rows[i].is_valid, "row %zu", i);
    }
    cr_assert(date_is_none((struct date){0, 0, 0}));
    cr_assert_not(date_is_none((struct date){1, 0, 0}));
}

/* Counts day by day through ten thousand years; the calendar in decimal digits is the reference. */
Test(date, counts_every_day_of_the_calendar_once)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date first = {1, 1, 1};
    int32_t days = date_to_days(first);
    int weekday = date_weekday(first);
    cr_assert_eq(weekday, 1, "0001-01-01 is a Monday");
    for (int year = 1; year <= 9999; year++) {
        for (int month = 1; month <= 12; month++) {
            bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            int length = lengths[month - 1] + (month == 2 && is_leap);
            for (int d = 1; d <= length; d++, days++) {
                struct date date = {(int16_t)year, (uint8_t)month, (uint8_t)d};
                struct date back = date_from_days(days);
                if (date_to_days(date) != days || date_compare(date, back) != 0 ||
                    date_weekday(date) != weekday) {
                    cr_assert_fail("%d-%d-%d", year, month, d);
                }
                weekday = weekday % 7 + 1;
            }
        }
    }
    cr_assert_eq(date_to_days((struct date){1970, 1, 1}), 0);
    cr_assert_eq(date_weekday((struct date){2026, 11, 24}), 2);
}

Test(date, adds_days_and_stops_at_the_ends)
{
    static const struct {
        const char *from;
        int32_t days;
        const char *to;
    } rows[] = {{"2026-11-24", 7, "2026-12-01"},
                {"2026-12-31", 1, "2027-01-01"},
                {"2024-02-28", 1, "2024-02-29"},
                {"2023-02-28", 1, "2023-03-01"},
                {"2024-03-01", -1, "2024-02-29"},
                {"1970-01-01", -1, "1969-12-31"},
                {"9999-12-31", 1, ""},
                {"0001-01-01", -1, ""},
                {"2026-01-01", INT32_MAX, ""},
                {"2026-01-01", INT32_MIN, ""},
                {"2026-11", 0, "2026-11-01"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[DATE_TEXT_MAX];
        cr_assert_str_eq(date_format_iso(date_add_days(day(rows[i].from), rows[i].days), text),
                         rows[i].to, "row %zu: %s", i, text);
    }
    cr_assert(date_is_none(date_add_days((struct date){0, 0, 0}, 5)), "no date stays no date");
    cr_assert(date_is_none(date_from_days(INT32_MAX)));
    cr_assert(date_is_none(date_from_days(INT32_MIN)));
}

Test(date, orders_partial_dates_before_whole_ones)
{
    static const char *const rising[] = {"1957-12-31", "1958",       "1958-03",
                                         "1958-03-14", "1958-03-15", "1959"};
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++) {
        for (size_t j = 0; j < sizeof rising / sizeof *rising; j++) {
            int order = (i > j) - (i < j);
            cr_assert_eq(date_compare(day(rising[i]), day(rising[j])), order, "%s %s", rising[i],
                         rising[j]);
        }
    }
}

Test(date, tells_ages)
{
    static const struct {
        const char *birth, *on;
        int years;
        const char *text;
    } rows[] = {
        {"1958-03-14", "2026-03-13", 67, "67 y"},
        {"1958-03-14", "2026-03-14", 68, "68 y"},
        {"2004-02-29", "2023-02-28", 18, "18 y"},
        {"2004-02-29", "2023-03-01", 19, "19 y"},
        {"2026-11-24", "2026-11-24", 0, "0 days"},
        {"2026-11-23", "2026-11-24", 0, "1 day"},
        {"2026-11-19", "2026-11-24", 0, "5 days"},
        {"2026-11-11", "2026-11-24", 0, "13 days"},
        {"2026-11-10", "2026-11-24", 0, "2 weeks"},
        {"2026-11-03", "2026-11-24", 0, "3 weeks"},
        {"2026-08-25", "2026-11-24", 0, "13 weeks"},
        {"2026-08-24", "2026-11-24", 0, "3 months"},
        {"2025-09-24", "2026-11-24", 1, "14 months"},
        {"2024-11-25", "2026-11-24", 1, "23 months"},
        {"2024-11-24", "2026-11-24", 2, "2 y"},
        {"1958", "2026-11-24", 68, "68 y"},
        {"1916-01-01", "2026-11-24", 110, "110 y"},
        {"2026-11-25", "2026-11-24", -1, ""},
        {"", "2026-11-24", -1, ""},
        {"2026-11-24", "", -1, ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[DATE_TEXT_MAX];
        cr_assert_eq(date_age_years(day(rows[i].birth), day(rows[i].on)), rows[i].years, "row %zu",
                     i);
        cr_assert_str_eq(date_format_age(day(rows[i].birth), day(rows[i].on), text), rows[i].text,
                         "row %zu: %s", i, text);
    }
}

Test(date, shows_the_month_in_letters)
{
    static const struct {
        const char *iso, *text;
    } rows[] = {{"1958-03-14", "14 Mar 1958"},
                {"2026-11-04", "4 Nov 2026"},
                {"2026-11", "Nov 2026"},
                {"2026", "2026"},
                {"", ""},
                {"9999-12-31", "31 Dec 9999"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[DATE_TEXT_MAX];
        cr_assert_str_eq(date_format_human(day(rows[i].iso), text), rows[i].text);
        cr_assert_leq(strlen(text), 11);
    }
}

static void check_human(const char *typed, bool month_first, const char *expected,
                        bool is_ambiguous)
{
    static const struct date today = {2026, 11, 24};
    struct date d = {0, 0, 0};
    bool ambiguous = !is_ambiguous;
    char text[DATE_TEXT_MAX];
    struct error err = ERROR_INIT;
    enum status status = date_parse_human(typed, today, month_first, &d, &ambiguous, &err);
    if (!*expected) {
        cr_assert_eq(status, STATUS_INVALID, "'%s' was read as %s", typed,
                     date_format_iso(d, text));
        cr_assert_gt(strlen(err.message), 0);
        cr_assert(date_is_none(d), "'%s' touched the result", typed);
        return;
    }
    cr_assert_eq(status, STATUS_OK, "'%s' was refused", typed);
    cr_assert_str_eq(date_format_iso(d, text), expected, "'%s' was read as %s", typed, text);
    cr_assert_eq(ambiguous, is_ambiguous, "'%s': ambiguous %d", typed, ambiguous);
}

Test(date, reads_what_people_type)
{
    static const struct {
        const char *typed, *day_first, *month_first;
        bool is_ambiguous;
    } rows[] = {
        {"1958-03-14", "1958-03-14", "1958-03-14", false},
        {" 1958-03-14 ", "1958-03-14", "1958-03-14", false},
        {"14/3/1958", "1958-03-14", "1958-03-14", false},
        {"3/14/1958", "1958-03-14", "1958-03-14", false},
        {"14/3/58", "1958-03-14", "1958-03-14", true},
        {"3/4/1958", "1958-04-03", "1958-03-04", true},
        {"4/4/1958", "1958-04-04", "1958-04-04", false},
        {"3/4/58", "1958-04-03", "1958-03-04", true},
        {"14.3.1958", "1958-03-14", "1958-03-14", false},
        {"14-3-1958", "1958-03-14", "1958-03-14", false},
        {"14 3 1958", "1958-03-14", "1958-03-14", false},
        {"1958/3/14", "1958-03-14", "1958-03-14", false},
        {"1958.03.14", "1958-03-14", "1958-03-14", false},
        {"19580314", "1958-03-14", "1958-03-14", false},
        {"14 mar 1958", "1958-03-14", "1958-03-14", false},
        {"14MAR1958", "1958-03-14", "1958-03-14", false},
        {"14-Mar-1958", "1958-03-14", "1958-03-14", false},
        {"14 March, 1958", "1958-03-14", "1958-03-14", false},
        {"Mar 14, 1958", "1958-03-14", "1958-03-14", false},
        {"mar 14 58", "1958-03-14", "1958-03-14", true},
        {"14 mar 58", "1958-03-14", "1958-03-14", true},
        {"1958 mar 14", "1958-03-14", "1958-03-14", false},
        {"1 sept 1999", "1999-09-01", "1999-09-01", false},
        {"29 feb 2024", "2024-02-29", "2024-02-29", false},
        {"1/2/46", "2046-02-01", "2046-01-02", true},
        {"1/2/47", "1947-02-01", "1947-01-02", true},
        {"1/1/00", "2000-01-01", "2000-01-01", true},
        {"31/1/26", "2026-01-31", "2026-01-31", true},
        {"today", "2026-11-24", "2026-11-24", false},
        {"TODAY", "2026-11-24", "2026-11-24", false},
        {"yesterday", "2026-11-23", "2026-11-23", false},
        {"tomorrow", "2026-11-25", "2026-11-25", false},
        {"-3d", "2026-11-21", "2026-11-21", false},
        {"+2w", "2026-12-08", "2026-12-08", false},
        {"-9m", "2026-02-24", "2026-02-24", false},
        {"-2y", "2024-11-24", "2024-11-24", false},
        {"+3m", "2027-02-24", "2027-02-24", false},
        {"1958", "1958", "1958", false},
        {"1958-03", "1958-03", "1958-03", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_human(rows[i].typed, false, rows[i].day_first, rows[i].is_ambiguous);
        check_human(rows[i].typed, true, rows[i].month_first, rows[i].is_ambiguous);
    }
}

Test(date, refuses_what_is_no_date)
{
    static const char *const rows[] = {
        "",
        "x",
        "14",
        "14/3",
        "14/3/1958/1",
        "0/3/1958",
        "32/1/1958",
        "31/4/1958",
        "29/2/2023",
        "13/13/1958",
        "14/3/158",
        "14/3/19588",
        "14/3/1",
        "19581314",
        "1958031",
        "195803140",
        "14 ma 1958",
        "14 marx 1958",
        "mar 1958",
        "-d",
        "3d",
        "-3",
        "-3x",
        "-3dd",
        "--3d",
        "-999999d",
        "+99999999999d",
        "-99999d",
        "1/1/0000",
        "0058-03-14",
        "1/1/1799",
        "1/1/2201",
        "to day",
        "14 mar mar 1958",
        "1958 14 mar",
        "999999999999999999999999",
        "14 \xF0\x9F\x98\x80 1958",
        "\xFF\xFE",
        "1e3/1/1958",
        "14 marchmarchmarchmarchmarchmarchmarch 1958",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_human(rows[i], false, "", false);
    }
    struct date d = {0, 0, 0};
    cr_assert_eq(date_parse_human(NULL, (struct date){2026, 1, 31}, false, &d, NULL, NULL),
                 STATUS_INVALID);
    cr_assert_eq(date_parse_human("+1m", (struct date){2026, 1, 31}, false, &d, NULL, NULL),
                 STATUS_OK);
    cr_assert_eq(date_compare(d, (struct date){2026, 2, 28}), 0, "the last day of a shorter month");
}
