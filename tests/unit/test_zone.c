/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/zone.h"
#include "support/random.h"

static struct zone *open_zone(const char *name)
{
    struct zone *zone = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(zone_open(name, &zone, &err), STATUS_OK, "%s: %s", name, error_text(&err));
    cr_assert_str_eq(zone_name(zone), name);
    return zone;
}

static int64_t instant(const char *iso)
{
    int64_t at_us = 0;
    cr_assert_eq(instant_parse_iso(iso, &at_us, NULL), STATUS_OK, "%s", iso);
    return at_us;
}

static struct date day(const char *iso)
{
    struct date d = {0, 0, 0};
    cr_assert_eq(date_parse_iso(iso, &d, NULL), STATUS_OK, "%s", iso);
    return d;
}

static void shown(const struct zone *zone, int64_t at_us, char *buf, size_t size)
{
    struct local_time t = zone_local(zone, at_us);
    char date[DATE_TEXT_MAX];
    (void)snprintf(buf, size, "%s %02u:%02u:%02u %s", date_format_iso(t.date, date), t.hour,
                   t.minute, t.second, t.abbreviation);
}

/* clinical.md 4.B.13, and the same rules in years after the last change that the files list (their
 * footer). */
Test(zone, resolves_wall_times_as_rfc_5545_says)
{
    static const struct {
        const char *zone, *date;
        int hour, minute;
        const char *utc, *shown;
        bool is_shifted;
    } rows[] = {
        {"America/New_York", "2026-03-08", 2, 30, "2026-03-08T07:30:00Z", "2026-03-08 03:30:00 EDT",
         true},
        {"America/New_York", "2026-03-08", 1, 59, "2026-03-08T06:59:00Z", "2026-03-08 01:59:00 EST",
         false},
        {"America/New_York", "2026-03-08", 3, 0, "2026-03-08T07:00:00Z", "2026-03-08 03:00:00 EDT",
         false},
        {"America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z", "2026-11-01 01:30:00 EDT",
         false},
        {"America/New_York", "2026-11-01", 2, 0, "2026-11-01T07:00:00Z", "2026-11-01 02:00:00 EST",
         false},
        {"America/New_York", "2026-10-31", 20, 0, "2026-11-01T00:00:00Z", "2026-10-31 20:00:00 EDT",
         false},
        {"America/New_York", "2026-03-07", 20, 0, "2026-03-08T01:00:00Z", "2026-03-07 20:00:00 EST",
         false},
        {"America/New_York", "2026-03-08", 0, 0, "2026-03-08T05:00:00Z", "2026-03-08 00:00:00 EST",
         false},
        {"America/New_York", "2026-03-08", 6, 0, "2026-03-08T10:00:00Z", "2026-03-08 06:00:00 EDT",
         false},
        {"America/New_York", "2026-11-01", 0, 0, "2026-11-01T04:00:00Z", "2026-11-01 00:00:00 EDT",
         false},
        {"America/New_York", "2026-11-01", 6, 0, "2026-11-01T11:00:00Z", "2026-11-01 06:00:00 EST",
         false},
        {"America/New_York", "2026-07-01", 24, 0, "2026-07-02T04:00:00Z", "2026-07-02 00:00:00 EDT",
         false},
        {"America/New_York", "2060-03-14", 2, 30, "2060-03-14T07:30:00Z", "2060-03-14 03:30:00 EDT",
         true},
        {"America/New_York", "2060-11-07", 1, 30, "2060-11-07T05:30:00Z", "2060-11-07 01:30:00 EDT",
         false},
        {"America/New_York", "2099-07-04", 12, 0, "2099-07-04T16:00:00Z", "2099-07-04 12:00:00 EDT",
         false},
        {"America/New_York", "2099-12-25", 12, 0, "2099-12-25T17:00:00Z", "2099-12-25 12:00:00 EST",
         false},
        {"America/New_York", "2400-07-04", 12, 0, "2400-07-04T16:00:00Z", "2400-07-04 12:00:00 EDT",
         false},
        {"Europe/Paris", "2026-03-29", 2, 30, "2026-03-29T01:30:00Z", "2026-03-29 03:30:00 CEST",
         true},
        {"Europe/Paris", "2026-10-25", 2, 30, "2026-10-25T00:30:00Z", "2026-10-25 02:30:00 CEST",
         false},
        {"Europe/Paris", "2050-03-27", 2, 30, "2050-03-27T01:30:00Z", "2050-03-27 03:30:00 CEST",
         true},
        {"Europe/Paris", "2050-10-30", 2, 30, "2050-10-30T00:30:00Z", "2050-10-30 02:30:00 CEST",
         false},
        {"Australia/Lord_Howe", "2026-10-04", 2, 15, "2026-10-03T15:45:00Z",
         "2026-10-04 02:45:00 +11", true},
        {"Australia/Lord_Howe", "2026-04-05", 1, 45, "2026-04-04T14:45:00Z",
         "2026-04-05 01:45:00 +11", false},
        {"Australia/Lord_Howe", "2050-10-02", 2, 15, "2050-10-01T15:45:00Z",
         "2050-10-02 02:45:00 +11", true},
        {"Asia/Kathmandu", "2026-06-01", 8, 0, "2026-06-01T02:15:00Z", "2026-06-01 08:00:00 +0545",
         false},
        {"Asia/Kathmandu", "2090-06-01", 8, 0, "2090-06-01T02:15:00Z", "2090-06-01 08:00:00 +0545",
         false},
        {"Europe/Dublin", "2026-07-01", 12, 0, "2026-07-01T11:00:00Z", "2026-07-01 12:00:00 IST",
         false},
        {"Europe/Dublin", "2070-01-01", 12, 0, "2070-01-01T12:00:00Z", "2070-01-01 12:00:00 GMT",
         false},
        {"America/Nuuk", "2045-07-01", 12, 0, "2045-07-01T13:00:00Z", "2045-07-01 12:00:00 -01",
         false},
        {"Pacific/Apia", "2011-12-30", 8, 0, "2011-12-30T18:00:00Z", "2011-12-31 08:00:00 +14",
         true},
        {"America/New_York", "1800-01-01", 12, 0, "1800-01-01T16:56:02Z", "1800-01-01 12:00:00 LMT",
         false},
        {"UTC", "2026-11-24", 12, 0, "2026-11-24T12:00:00Z", "2026-11-24 12:00:00 UTC", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zone *zone = open_zone(rows[i].zone);
        bool is_shifted = !rows[i].is_shifted;
        int64_t at_us = zone_instant(zone, day(rows[i].date), rows[i].hour, rows[i].minute,
                                     &is_shifted);
        char utc[INSTANT_TEXT_MAX], local[64];
        cr_assert_eq(at_us, instant(rows[i].utc), "row %zu: %s", i, instant_format_utc(at_us, utc));
        shown(zone, at_us, local, sizeof local);
        cr_assert_str_eq(local, rows[i].shown, "row %zu: %s", i, local);
        cr_assert_eq(is_shifted, rows[i].is_shifted, "row %zu", i);
        cr_assert_eq(zone_instant(zone, day(rows[i].date), rows[i].hour, rows[i].minute, NULL),
                     at_us);
        zone_free(zone);
    }
}

Test(zone, shows_instants_on_both_sides_of_a_change)
{
    static const struct {
        const char *zone, *utc, *shown;
        int offset_s;
    } rows[] = {
        {"America/New_York", "2026-11-01T05:59:59Z", "2026-11-01 01:59:59 EDT", -4 * 3600},
        {"America/New_York", "2026-11-01T06:00:00Z", "2026-11-01 01:00:00 EST", -5 * 3600},
        {"America/New_York", "2026-11-01T06:30:00Z", "2026-11-01 01:30:00 EST", -5 * 3600},
        {"America/New_York", "2026-11-01T12:00:00Z", "2026-11-01 07:00:00 EST", -5 * 3600},
        {"America/New_York", "2026-11-01T18:00:00Z", "2026-11-01 13:00:00 EST", -5 * 3600},
        {"America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00:00 EDT", -4 * 3600},
        {"America/New_York", "2026-03-08T13:00:00Z", "2026-03-08 09:00:00 EDT", -4 * 3600},
        {"America/New_York", "2026-03-08T19:00:00Z", "2026-03-08 15:00:00 EDT", -4 * 3600},
        {"America/New_York", "2060-11-07T05:59:59Z", "2060-11-07 01:59:59 EDT", -4 * 3600},
        {"America/New_York", "2060-11-07T06:00:00Z", "2060-11-07 01:00:00 EST", -5 * 3600},
        {"Australia/Lord_Howe", "2026-10-03T15:29:59Z", "2026-10-04 01:59:59 +1030", 37800},
        {"Australia/Lord_Howe", "2026-10-03T15:30:00Z", "2026-10-04 02:30:00 +11", 39600},
        {"Australia/Lord_Howe", "2050-04-02T14:59:59Z", "2050-04-03 01:59:59 +11", 39600},
        {"Australia/Lord_Howe", "2050-04-02T15:00:00Z", "2050-04-03 01:30:00 +1030", 37800},
        {"Pacific/Kiritimati", "2026-01-01T00:00:00Z", "2026-01-01 14:00:00 +14", 14 * 3600},
        {"UTC", "1969-12-31T23:59:59Z", "1969-12-31 23:59:59 UTC", 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zone *zone = open_zone(rows[i].zone);
        char local[64];
        shown(zone, instant(rows[i].utc), local, sizeof local);
        cr_assert_str_eq(local, rows[i].shown, "row %zu: %s", i, local);
        cr_assert_eq(zone_local(zone, instant(rows[i].utc)).offset_s, rows[i].offset_s, "row %zu",
                     i);
        zone_free(zone);
    }
    struct zone *utc = open_zone("UTC");
    struct local_time t = zone_local(utc, -1);
    cr_assert_eq(t.microsecond, 999999, "before 1970 the fraction still counts upwards");
    cr_assert_eq(t.second, 59);
    (void)zone_local(utc, INT64_MIN);
    (void)zone_local(utc, INT64_MAX);
    zone_free(utc);
}

Test(zone, day_starts_where_its_first_second_is)
{
    static const struct {
        const char *zone, *date, *utc;
    } rows[] = {
        {"America/New_York", "2026-03-08", "2026-03-08T05:00:00Z"},
        {"America/New_York", "2026-03-09", "2026-03-09T04:00:00Z"},
        {"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00Z"}, /* midnight does not exist */
        {"America/Sao_Paulo", "2018-02-18",
         "2018-02-18T03:00:00Z"}, /* 23:00 to 24:00 of the day before runs twice */
        {"America/Toronto", "1919-03-31", "1919-03-31T04:30:00Z"}, /* from 23:30 to 00:30 */
        {"America/Havana", "2025-11-02", "2025-11-02T04:00:00Z"},  /* 00:00 to 01:00 runs twice */
        {"Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00Z"}, /* the day before does not exist */
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zone *zone = open_zone(rows[i].zone);
        char utc[INSTANT_TEXT_MAX];
        int64_t at_us = zone_day_start(zone, day(rows[i].date));
        cr_assert_eq(at_us, instant(rows[i].utc), "row %zu: %s", i, instant_format_utc(at_us, utc));
        zone_free(zone);
    }
}

/* Whatever instant is shown resolves back to itself or, in a repeated hour, to its first
 * occurrence. */
Test(zone, resolves_back_what_it_shows)
{
    static const char *const names[] = {
        "America/New_York",  "Europe/Paris",     "Australia/Lord_Howe", "Asia/Kathmandu",
        "Africa/Casablanca", "America/Santiago", "Europe/Dublin",       "Pacific/Apia",
        "Antarctica/Troll",  "Asia/Tehran",      "America/Caracas",     "Africa/Monrovia"};
    struct random r = random_start("zone");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = open_zone(names[i]);
        for (int round = 0; round < 5000; round++) {
            int64_t at_us = ((int64_t)random_below(&r, INT64_C(400) * 366 * 1440) -
                             INT64_C(140) * 366 * 1440) *
                            US_PER_MINUTE;
            struct local_time t = zone_local(zone, at_us);
            bool is_shifted;
            int64_t back_us = zone_instant(zone, t.date, t.hour, t.minute, &is_shifted) +
                              t.second * US_PER_SECOND;
            struct local_time again = zone_local(zone, back_us);
            cr_assert_not(is_shifted, "%s, seed %llu", names[i], (unsigned long long)r.seed);
            cr_assert_leq(back_us, at_us, "%s, seed %llu", names[i], (unsigned long long)r.seed);
            cr_assert(again.hour == t.hour && again.minute == t.minute &&
                          date_compare(again.date, t.date) == 0,
                      "%s, seed %llu", names[i], (unsigned long long)r.seed);
            cr_assert_leq(zone_day_start(zone, t.date), at_us, "%s, seed %llu", names[i],
                          (unsigned long long)r.seed);
        }
        zone_free(zone);
    }
}

Test(zone, refuses_names_that_are_none)
{
    static const char *const names[] = {
        "",
        "/etc/passwd",
        "../etc/passwd",
        "Europe/../../etc/passwd",
        "Europe",
        "Europe/",
        "Europe//Paris",
        "No/Where",
        ".",
        "a.b",
        "Europe/Paris\n",
        "posix rules",
        "zone.tab",
        "Europe/Par\xC3\xAFs",
        "a234567890123456789012345678901234567890123456789012345678901234567890"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zone *zone = NULL;
        struct error err = ERROR_INIT;
        cr_assert_eq(zone_open(names[i], &zone, &err), STATUS_NOT_FOUND, "'%s'", names[i]);
        cr_assert_null(zone);
        cr_assert_gt(strlen(err.message), 0);
    }
    struct zone *zone = NULL;
    cr_assert_eq(zone_open(NULL, &zone, NULL), STATUS_NOT_FOUND);
    zone_free(NULL);
}

/* --- files made here --- */

static void put_header(struct buffer *b, char version, uint32_t changes, uint32_t types,
                       uint32_t chars)
{
    buffer_append_text(b, "TZif");
    buffer_append_byte(b, version);
    for (int i = 0; i < 15; i++) {
        buffer_append_byte(b, '\0');
    }
    for (int i = 0; i < 3; i++) {
        buffer_append_u32be(b, 0);
    }
    buffer_append_u32be(b, changes);
    buffer_append_u32be(b, types);
    buffer_append_u32be(b, chars);
}

/* One type "AAA" at UTC+1 and the footer given. */
static void put_file(struct buffer *b, const char *footer)
{
    buffer_clear(b);
    put_header(b, '2', 0, 1, 4);
    buffer_append(b, "\0\0\x0E\x10\0\0AAA", 10);
    put_header(b, '2', 0, 1, 4);
    buffer_append(b, "\0\0\x0E\x10\0\0AAA", 10);
    buffer_append_format(b, "\n%s\n", footer);
}

Test(zone, follows_the_footer)
{
    static const struct {
        const char *footer, *utc, *shown;
    } rows[] = {
        {"", "2026-07-01T00:00:00Z", "2026-07-01 01:00:00 AAA"},
        {"BBB-2", "2026-07-01T00:00:00Z", "2026-07-01 02:00:00 BBB"},
        {"<-0330>3:30", "2026-07-01T00:00:00Z", "2026-06-30 20:30:00 -0330"},
        {"XXX5YYY,0/0,J365/25", "2026-01-01T05:00:00Z", "2026-01-01 01:00:00 YYY"},
        {"XXX5YYY,0/0,J365/25", "2026-12-31T23:00:00Z", "2026-12-31 19:00:00 YYY"},
        {"XXX5YYY,0/0,J365/25", "2027-01-01T04:30:00Z", "2027-01-01 00:30:00 YYY"},
        {"XXX0YYY-2,J60/0,J61/0", "2024-03-01T12:00:00Z",
         "2024-03-01 14:00:00 YYY"}, /* J60 is always 1 March */
        {"XXX0YYY-2,J60/0,J61/0", "2024-02-29T12:00:00Z", "2024-02-29 12:00:00 XXX"},
        {"XXX0YYY-2,59/0,60/0", "2024-02-29T12:00:00Z",
         "2024-02-29 14:00:00 YYY"}, /* day 59 counts the leap day */
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T00:59:59Z", "2026-03-28 22:59:59 -02"},
        {"<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-03-29T01:00:00Z", "2026-03-29 00:00:00 -01"},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-26T23:59:59Z", "2026-03-27 01:59:59 IST"},
        {"IST-2IDT,M3.4.4/26,M10.5.0", "2026-03-27T00:00:00Z", "2026-03-27 03:00:00 IDT"},
        {"XXX-10YYY,M10.1.0,M4.1.0/3", "2026-01-01T00:00:00Z", "2026-01-01 11:00:00 YYY"},
        {"XXX-10YYY,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00Z", "2026-07-01 10:00:00 XXX"},
    };
    struct buffer file = BUFFER_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zone *zone = NULL;
        put_file(&file, rows[i].footer);
        cr_assert_eq(zone_from_bytes("Test/Zone", file.bytes, file.len, &zone, NULL), STATUS_OK,
                     "row %zu", i);
        char local[64];
        shown(zone, instant(rows[i].utc), local, sizeof local);
        cr_assert_str_eq(local, rows[i].shown, "row %zu: %s", i, local);
        zone_free(zone);
    }
    buffer_release(&file);
}

Test(zone, calls_bad_footers_damaged)
{
    static const char *const rows[] = {"B",
                                       "BB-2",
                                       "BBB",
                                       "BBB-",
                                       "BBB-25",
                                       "BBB-2:60",
                                       "BBB-2CCC",
                                       "BBB-2CCC,",
                                       "BBB-2CCC,M3.2.0",
                                       "BBB-2CCC,M13.2.0,M11.1.0",
                                       "BBB-2CCC,M3.6.0,M11.1.0",
                                       "BBB-2CCC,M3.2.7,M11.1.0",
                                       "BBB-2CCC,J0,J1",
                                       "BBB-2CCC,J366,J1",
                                       "BBB-2CCC,366,1",
                                       "BBB-2CCC,M3.2.0/168,M11.1.0",
                                       "BBB-2CCC,M3.2.0,M11.1.0x",
                                       "<BBB-2",
                                       "BBB--2",
                                       "BBB-99999999999",
                                       " BBB-2",
                                       "<>-2"};
    struct buffer file = BUFFER_INIT;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct zone *zone = NULL;
        put_file(&file, rows[i]);
        cr_assert_eq(zone_from_bytes("Test/Zone", file.bytes, file.len, &zone, NULL),
                     STATUS_DAMAGED, "%s", rows[i]);
        cr_assert_null(zone);
    }
    buffer_release(&file);
}

static char *tz_path(const char *name)
{
    return mem_format("/usr/share/zoneinfo/%s", name);
}

/* Real files cut short or with flipped bits: damaged, or still a zone that answers; never a crash
 * (sanitizers). */
Test(zone, survives_damaged_files)
{
    struct buffer file = BUFFER_INIT;
    char *path = tz_path("America/New_York");
    cr_assert_eq(buffer_read_file(&file, path, 1 << 20, NULL), STATUS_OK);
    mem_free(path);
    for (size_t len = 0; len < file.len; len++) {
        struct zone *zone = NULL;
        char *cut = mem_copy_bytes(file.bytes, len);
        cr_assert_eq(zone_from_bytes("x", cut, len, &zone, NULL), STATUS_DAMAGED, "%zu bytes", len);
        mem_free(cut);
    }
    struct random r = random_start("damaged zones");
    int damaged = 0;
    for (int i = 0; i < 20000; i++) {
        char *copy = mem_copy_bytes(file.bytes, file.len);
        for (uint64_t flips = 1 + random_below(&r, 3); flips > 0; flips--) {
            copy[random_below(&r, file.len)] ^= (char)(1 << random_below(&r, 8));
        }
        struct zone *zone = NULL;
        if (zone_from_bytes("x", copy, file.len, &zone, NULL) != STATUS_OK) {
            damaged++;
        } else {
            struct date date = date_from_days((int32_t)random_below(&r, 100000) - 30000);
            (void)zone_local(zone, zone_instant(zone, date, 2, 30, NULL));
            (void)zone_local(zone, zone_day_start(zone, date));
            zone_free(zone);
        }
        mem_free(copy);
    }
    cr_assert_gt(damaged, 0);
    buffer_release(&file);
}

Test(zone, reads_instants)
{
    static const struct {
        const char *text, *utc;
    } rows[] = {
        {"2026-11-24T14:05:00-05:00", "2026-11-24T19:05:00.000000Z"},
        {"2026-11-24T14:05:00Z", "2026-11-24T14:05:00.000000Z"},
        {"2026-11-24t14:05:00z", "2026-11-24T14:05:00.000000Z"},
        {"2026-11-24T14:05Z", "2026-11-24T14:05:00.000000Z"},
        {"2026-11-24T14:05:00.1+05:45", "2026-11-24T08:20:00.100000Z"},
        {"2026-11-24T14:05:00.123456Z", "2026-11-24T14:05:00.123456Z"},
        {"2026-11-24T14:05:00.123456789Z", "2026-11-24T14:05:00.123456Z"},
        {"2026-12-31T23:59:60Z", "2027-01-01T00:00:00.000000Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000000Z"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[INSTANT_TEXT_MAX];
        cr_assert_str_eq(instant_format_utc(instant(rows[i].text), text), rows[i].utc, "%s gave %s",
                         rows[i].text, text);
    }
}

Test(zone, refuses_instants_without_offset_or_sense)
{
    static const char *const rows[] = {
        "",
        "2026-11-24",
        "2026-11-24T14:05:00",
        "2026-11-24 14:05:00Z",
        "2026-11-24T14Z",
        "2026-11-24T24:00:00Z",
        "2026-11-24T14:60:00Z",
        "2026-11-24T14:05:61Z",
        "2026-11-24T14:05:00.Z",
        "2026-11-24T14:05:00.1234567890123Z",
        "2026-11-24T14:05:00+0500",
        "2026-11-24T14:05:00+16:00",
        "2026-11-24T14:05:00+05:60",
        "2026-11-24T14:05:00+05",
        "2026-11-24T14:05:00Zx",
        "2026-11-24T14:05:00-",
        "2026-02-30T14:05:00Z",
        "2026-11T14:05:00Z",
        "2026-11-24T",
        "2026-11-24T1",
        "2026-11-24T-1:05:00Z",
        "20261124T140500Z",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int64_t at_us = 77;
        cr_assert_eq(instant_parse_iso(rows[i], &at_us, NULL), STATUS_INVALID, "'%s'", rows[i]);
        cr_assert_eq(at_us, 77);
    }
    int64_t at_us;
    cr_assert_eq(instant_parse_iso(NULL, &at_us, NULL), STATUS_INVALID);
    char text[INSTANT_TEXT_MAX];
    cr_assert_lt(strlen(instant_format_utc(INT64_MIN, text)), INSTANT_TEXT_MAX);
    cr_assert_lt(strlen(instant_format_utc(INT64_MAX, text)), INSTANT_TEXT_MAX);
}

Test(zone, says_which_hour_is_meant_on_the_day_of_a_change)
{
    struct zone *zone = NULL;
    char buf[ZONE_CLOCK_MAX];
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    struct date change = {2026, 11, 1};
    int64_t first_us = zone_instant(zone, change, 1, 30, NULL);
    cr_expect_str_eq(zone_clock(zone, first_us, buf), "01:30 EDT");
    cr_expect_str_eq(zone_clock(zone, first_us + INT64_C(3600000000), buf), "01:30 EST");
    cr_expect_str_eq(zone_clock(zone, first_us - INT64_C(7200000000), buf), "23:30");
    cr_expect(zone_is_change_day(zone, (struct date){2026, 3, 8}));
    cr_expect_not(zone_is_change_day(zone, (struct date){2026, 11, 2}));
    zone_free(zone);
}

/* Whatever an SSH client brings along: the site's zone is the site's. */
Test(zone, does_not_follow_the_environment)
{
    static const char *const BROUGHT[] = {"Asia/Kathmandu", "UTC", "EST5EDT", "no such zone"};
    struct zone *zone = NULL;
    char buf[ZONE_CLOCK_MAX];
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof BROUGHT / sizeof *BROUGHT; i++) {
        cr_assert_eq(setenv("TZ", BROUGHT[i], 1), 0);
        tzset();
        int64_t at_us = zone_instant(zone, (struct date){2026, 6, 1}, 8, 0, NULL);
        cr_expect_eq(at_us, INT64_C(1780315200000000), "%s: 12:00 UTC", BROUGHT[i]);
        cr_expect_str_eq(zone_clock(zone, at_us, buf), "08:00", "%s", BROUGHT[i]);
    }
    zone_free(zone);
}
