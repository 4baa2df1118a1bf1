/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "schedule/slots.h"
#include "schedule/windows.h"
#include "support/random.h"

static struct zone *open_zone(const char *name)
{
    struct zone *zone = NULL;
    cr_assert_eq(zone_open(name, &zone, NULL), STATUS_OK, "zone %s", name);
    return zone;
}

static int64_t at(const char *iso)
{
    int64_t us = 0;
    cr_assert_eq(instant_parse_iso(iso, &us, NULL), STATUS_OK, "instant %s", iso);
    return us;
}

/* "02:30 14:00" as times; interval in hours when there is no time. */
static struct sig make_sig(const char *times, int interval_h)
{
    struct sig sig = {.kind = interval_h > 0 ? SCHEDULE_KIND_ELAPSED : SCHEDULE_KIND_WALL};
    sig.interval_min = (uint32_t)interval_h * 60;
    for (; times != NULL && strlen(times) >= 5; times += times[5] == ' ' ? 6 : 5) {
        unsigned hour = 0;
        unsigned minute = 0;
        cr_assert_eq(sscanf(times, "%2u:%2u", &hour, &minute), 2);
        sig.times_min[sig.times_count++] = (uint16_t)(hour * 60 + minute);
    }
    return sig;
}

/* All planned instants as "2026-03-08T07:30Z 2026-..."; '*' behind a shifted one, '+' behind an
 * extra one. */
static const char *list_text(const struct schedule_order *order, const char *from, const char *to,
                             char buf[2048])
{
    struct planned_slot_list list = {0};
    size_t len = 0;
    buf[0] = '\0';
    cr_assert_eq(schedule_slots(order, at(from), at(to), &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.len && len < 2000; i++) {
        char text[INSTANT_TEXT_MAX];
        instant_format_utc(list.items[i].planned_us, text);
        len += (size_t)snprintf(buf + len, 2048 - len, "%s%.16sZ%s%s", i > 0 ? " " : "", text,
                                list.items[i].is_shifted ? "*" : "",
                                list.items[i].is_extra ? "+" : "");
    }
    planned_slot_list_release(&list);
    return buf;
}

struct vector {
    const char *name, *zone, *times;
    int interval_h;
    const char *start, *stop; /* stop "" open */
    const char *from, *to;
    const char *expect;
    int duration_days, every_n_days;
    unsigned weekdays;
};

static const struct vector vectors[] = {
    /* clinical.md 4.B.13 */
    {"New York, a time that does not exist", "America/New_York", "02:30", 0, "2026-03-01T00:00:00Z",
     "", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", "2026-03-08T07:30Z*", 0, 0, 0},
    {"New York, a time that occurs twice", "America/New_York", "01:30", 0, "2026-10-01T00:00:00Z",
     "", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", "2026-11-01T05:30Z", 0, 0, 0},
    {"New York, every 6 hours over the autumn change", "America/New_York", NULL, 6,
     "2026-10-31T20:00:00-04:00", "", "2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z",
     "2026-11-01T00:00Z 2026-11-01T06:00Z 2026-11-01T12:00Z 2026-11-01T18:00Z", 0, 0, 0},
    {"New York, every 6 hours over the spring change", "America/New_York", NULL, 6,
     "2026-03-07T20:00:00-05:00", "", "2026-03-08T00:00:00Z", "2026-03-09T00:00:00Z",
     "2026-03-08T01:00Z 2026-03-08T07:00Z 2026-03-08T13:00Z 2026-03-08T19:00Z", 0, 0, 0},
    {"New York, 00 06 12 18 in spring: first gap 5 h", "America/New_York",
     "00:00 06:00 12:00 18:00", 0, "2026-03-01T00:00:00Z", "", "2026-03-08T05:00:00Z",
     "2026-03-09T04:00:00Z",
     "2026-03-08T05:00Z 2026-03-08T10:00Z 2026-03-08T16:00Z 2026-03-08T22:00Z", 0, 0, 0},
    {"New York, 00 06 12 18 in autumn: first gap 7 h", "America/New_York",
     "00:00 06:00 12:00 18:00", 0, "2026-10-01T00:00:00Z", "", "2026-11-01T04:00:00Z",
     "2026-11-02T05:00:00Z",
     "2026-11-01T04:00Z 2026-11-01T11:00Z 2026-11-01T17:00Z 2026-11-01T23:00Z", 0, 0, 0},
    {"Paris in spring", "Europe/Paris", "02:30", 0, "2026-03-01T00:00:00Z", "",
     "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-29T01:30Z*", 0, 0, 0},
    {"Paris in autumn", "Europe/Paris", "02:30", 0, "2026-10-01T00:00:00Z", "",
     "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-25T00:30Z", 0, 0, 0},
    {"Lord Howe, a change of half an hour", "Australia/Lord_Howe", "02:15", 0,
     "2026-09-01T00:00:00Z", "", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z",
     "2026-10-03T15:45Z*", 0, 0, 0},
    {"Kathmandu", "Asia/Kathmandu", "08:00", 0, "2026-01-01T00:00:00Z", "", "2026-05-05T00:00:00Z",
     "2026-05-06T00:00:00Z", "2026-05-05T02:15Z", 0, 0, 0},
    /* midnight, borders, calendar */
    {"midnight itself is a slot of the date it begins", "America/New_York", "00:00", 0,
     "2026-06-01T04:00:00Z", "", "2026-06-10T04:00:00Z", "2026-06-11T04:00:00Z",
     "2026-06-10T04:00Z", 0, 0, 0},
    {"a stop at midnight excludes that day", "America/New_York", "00:00 08:00", 0,
     "2026-06-01T04:00:00Z", "2026-06-03T04:00:00Z", "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z",
     "2026-06-01T04:00Z 2026-06-01T12:00Z 2026-06-02T04:00Z 2026-06-02T12:00Z", 0, 0, 0},
    {"a start at the slot's own time includes it", "America/New_York", "08:00", 0,
     "2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z", "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z",
     "2026-06-01T12:00Z", 0, 0, 0},
    {"a start one second later does not", "America/New_York", "08:00", 0, "2026-06-01T12:00:01Z",
     "2026-06-02T12:00:01Z", "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", "2026-06-02T12:00Z", 0,
     0, 0},
    {"stop before start gives nothing", "America/New_York", "08:00", 0, "2026-06-05T12:00:00Z",
     "2026-06-02T12:00:01Z", "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", "", 0, 0, 0},
    {"daily for 5 days from 14:00: five, the first next morning", "America/New_York", "08:00", 0,
     "2026-06-01T14:00:00-04:00", "", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
     "2026-06-02T12:00Z 2026-06-03T12:00Z 2026-06-04T12:00Z 2026-06-05T12:00Z 2026-06-06T12:00Z", 5,
     0, 0},
    {"twice daily for 2 days from 14:00: four", "America/New_York", "08:00 20:00", 0,
     "2026-06-01T14:00:00-04:00", "", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
     "2026-06-02T00:00Z 2026-06-02T12:00Z 2026-06-03T00:00Z 2026-06-03T12:00Z", 2, 0, 0},
    {"the stop wins over the duration", "America/New_York", "08:00", 0, "2026-06-01T14:00:00-04:00",
     "2026-06-04T00:00:00-04:00", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
     "2026-06-02T12:00Z 2026-06-03T12:00Z", 5, 0, 0},
    {"three days over a clock change are three doses", "America/New_York", "08:00", 0,
     "2026-03-07T00:00:00-05:00", "", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z",
     "2026-03-07T13:00Z 2026-03-08T12:00Z 2026-03-09T12:00Z", 3, 0, 0},
    {"leap day", "UTC", "08:00", 0, "2028-02-28T00:00:00Z", "", "2028-02-28T00:00:00Z",
     "2028-03-02T00:00:00Z", "2028-02-28T08:00Z 2028-02-29T08:00Z 2028-03-01T08:00Z", 0, 0, 0},
    {"no leap day in 2100", "UTC", "08:00", 0, "2100-02-28T00:00:00Z", "", "2100-02-28T00:00:00Z",
     "2100-03-02T00:00:00Z", "2100-02-28T08:00Z 2100-03-01T08:00Z", 0, 0, 0},
    {"year end", "UTC", "23:59", 0, "2026-12-30T00:00:00Z", "", "2026-12-30T00:00:00Z",
     "2027-01-02T00:00:00Z", "2026-12-30T23:59Z 2026-12-31T23:59Z 2027-01-01T23:59Z", 0, 0, 0},
    {"every other day counts over the month's end", "UTC", "08:00", 0, "2026-01-29T00:00:00Z", "",
     "2026-01-29T00:00:00Z", "2026-02-05T00:00:00Z",
     "2026-01-29T08:00Z 2026-01-31T08:00Z 2026-02-02T08:00Z 2026-02-04T08:00Z", 0, 2, 0},
    {"every other day from the afternoon starts next morning", "UTC", "08:00", 0,
     "2026-01-29T14:00:00Z", "", "2026-01-29T00:00:00Z", "2026-02-04T00:00:00Z",
     "2026-01-30T08:00Z 2026-02-01T08:00Z 2026-02-03T08:00Z", 0, 2, 0},
    {"every third day, asked in the middle", "UTC", "08:00", 0, "2026-01-01T00:00:00Z", "",
     "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z", "2026-03-02T08:00Z 2026-03-05T08:00Z", 0, 3,
     0},
    {"Mondays", "America/New_York", "18:00", 0, "2026-06-03T00:00:00Z", "", "2026-06-01T00:00:00Z",
     "2026-06-17T00:00:00Z", "2026-06-08T22:00Z 2026-06-15T22:00Z", 0, 0, SIG_WEEKDAY(1)},
    {"Monday, Wednesday, Friday for a week from Tuesday", "UTC", "08:00", 0, "2026-06-02T12:00:00Z",
     "", "2026-06-01T00:00:00Z", "2026-07-01T00:00:00Z",
     "2026-06-03T08:00Z 2026-06-05T08:00Z 2026-06-08T08:00Z", 7, 0,
     SIG_WEEKDAY(1) | SIG_WEEKDAY(3) | SIG_WEEKDAY(5)},
    {"every 72 hours for 9 days", "America/New_York", NULL, 72, "2026-03-06T09:00:00-05:00", "",
     "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z",
     "2026-03-06T14:00Z 2026-03-09T14:00Z 2026-03-12T14:00Z", 9, 0, 0},
    {"an interval starts at its first wall time", "America/New_York", "20:00", 6,
     "2026-10-31T14:05:00-04:00", "", "2026-10-31T00:00:00Z", "2026-11-01T07:00:00Z",
     "2026-11-01T00:00Z 2026-11-01T06:00Z", 0, 0, 0},
    {"an interval stops before its stop", "UTC", NULL, 6, "2026-01-01T00:00:00Z",
     "2026-01-01T12:00:00Z", "2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z",
     "2026-01-01T00:00Z 2026-01-01T06:00Z", 0, 0, 0},
    {"a slot that moves past the next is listed by its instant", "America/New_York", "02:30 03:00",
     0, "2026-03-01T00:00:00Z", "", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z",
     "2026-03-08T07:00Z 2026-03-08T07:30Z*", 0, 0, 0},
    {"a date that the zone left out has no dose", "Pacific/Apia", "08:00", 0,
     "2011-12-28T00:00:00Z", "", "2011-12-29T00:00:00Z", "2011-12-31T10:00:00Z",
     "2011-12-29T18:00Z 2011-12-30T18:00Z", 0, 0, 0},
    {"a midnight that a clock change leaves out", "Africa/Cairo", "00:15", 0,
     "2024-04-20T00:00:00Z", "", "2024-04-25T21:00:00Z", "2024-04-26T20:00:00Z",
     "2024-04-25T22:15Z*", 0, 0, 0},
};

Test(slots, follow_the_vectors)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        const struct vector *v = &vectors[i];
        struct zone *zone = open_zone(v->zone);
        struct sig sig = make_sig(v->times, v->interval_h);
        sig.duration_days = (uint16_t)v->duration_days;
        sig.every_n_days = (uint16_t)v->every_n_days;
        sig.weekdays = (uint8_t)v->weekdays;
        struct schedule_order order = {&sig, at(v->start), *v->stop != '\0' ? at(v->stop) : 0,
                                       zone};
        char text[2048];
        cr_expect_str_eq(list_text(&order, v->from, v->to, text), v->expect, "%s: %s", v->name,
                         text);
        zone_free(zone);
    }
}

Test(slots, tell_the_wall_time_and_the_date_they_belong_to)
{
    struct zone *zone = open_zone("America/New_York");
    struct sig sig = make_sig("02:30 22:00", 0);
    struct schedule_order order = {&sig, at("2026-03-01T00:00:00Z"), 0, zone};
    struct planned_slot_list list = {0};
    cr_assert_eq(
        schedule_slots(&order, at("2026-03-08T05:00:00Z"), at("2026-03-09T04:00:00Z"), &list, NULL),
        STATUS_OK);
    cr_assert_eq(list.len, 2);
    cr_assert_eq(list.items[0].wall_min, 150);
    struct local_time shown = zone_local(zone, list.items[0].planned_us);
    cr_assert_eq(shown.hour * 60 + shown.minute, 210);
    cr_assert_str_eq(shown.abbreviation, "EDT");
    cr_assert_eq(date_compare(list.items[1].date, (struct date){2026, 3, 8}), 0);
    cr_assert_eq(list.items[1].planned_us, at("2026-03-09T02:00:00Z"),
                 "22:00 belongs to the 8th, in UTC the 9th");
    planned_slot_list_release(&list);
    zone_free(zone);
}

Test(slots, are_none_for_as_needed_and_unstructured)
{
    struct zone *zone = open_zone("UTC");
    struct sig sigs[] = {
        {.kind = SCHEDULE_KIND_PRN, .as_needed = true, .interval_min = 360},
        {.kind = SCHEDULE_KIND_UNSTRUCTURED},
        {.kind = SCHEDULE_KIND_WALL, .as_needed = true, .times_count = 1, .first_now = true}};
    for (size_t i = 0; i < sizeof sigs / sizeof *sigs; i++) {
        struct schedule_order order = {&sigs[i], at("2026-01-01T00:00:00Z"), 0, zone};
        struct planned_slot slot;
        char text[2048];
        cr_expect_str_eq(list_text(&order, "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z", text),
                         "", "row %zu", i);
        cr_expect_not(schedule_next(&order, order.start_us, &slot), "row %zu", i);
    }
    zone_free(zone);
}

Test(slots, plan_once_at_the_start_or_at_its_time)
{
    struct zone *zone = open_zone("America/New_York");
    struct sig sig = {.kind = SCHEDULE_KIND_ONCE};
    struct schedule_order order = {&sig, at("2026-06-01T14:05:30-04:00"), 0, zone};
    char text[2048];
    cr_expect_str_eq(list_text(&order, "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", text),
                     "2026-06-01T18:05Z");
    sig.times_count = 1;
    sig.times_min[0] = 8 * 60;
    cr_expect_str_eq(list_text(&order, "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", text),
                     "2026-06-02T12:00Z");
    cr_expect_str_eq(list_text(&order, "2026-06-02T12:00:01Z", "2026-06-10T00:00:00Z", text), "");
    zone_free(zone);
}

Test(slots, add_a_first_dose_now_that_is_not_counted)
{
    struct zone *zone = open_zone("America/New_York");
    struct sig sig = make_sig("06:00", 0);
    sig.duration_days = 2;
    sig.first_now = true;
    struct schedule_order order = {&sig, at("2026-06-01T22:00:00-04:00"), 0, zone};
    char text[2048];
    cr_expect_str_eq(list_text(&order, "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", text),
                     "2026-06-02T02:00Z+ 2026-06-02T10:00Z 2026-06-03T10:00Z");
    order.start_us = at("2026-06-02T06:00:00-04:00");
    cr_expect_str_eq(list_text(&order, "2026-06-01T00:00:00Z", "2026-06-10T00:00:00Z", text),
                     "2026-06-02T10:00Z 2026-06-03T10:00Z",
                     "no extra dose where the first is due at once");
    zone_free(zone);
}

static bool same_slot(const struct planned_slot *a, const struct planned_slot *b)
{
    return a->seq == b->seq && a->kind == b->kind && a->planned_us == b->planned_us &&
           a->wall_min == b->wall_min && a->is_shifted == b->is_shifted &&
           a->is_extra == b->is_extra && date_compare(a->date, b->date) == 0;
}

static struct sig random_sig(struct random *r)
{
    struct sig sig = {0};
    sig.kind = random_below(r, 4) == 0 ? SCHEDULE_KIND_ELAPSED : SCHEDULE_KIND_WALL;
    int count = sig.kind == SCHEDULE_KIND_WALL ? 1 + (int)random_below(r, 4)
                                               : (int)random_below(r, 2);
    for (int minute = 0; sig.times_count < count && minute < 1440;
         minute += 1 + (int)random_below(r, 600)) {
        sig.times_min[sig.times_count++] = (uint16_t)minute;
    }
    sig.interval_min = sig.kind == SCHEDULE_KIND_ELAPSED ? 30 + (uint32_t)random_below(r, 5000) : 0;
    if (random_below(r, 3) == 0) {
        sig.every_n_days = (uint16_t)random_below(r, 5);
    } else if (random_below(r, 3) == 0) {
        sig.weekdays = (uint8_t)random_below(r, 128);
    }
    sig.duration_days = (uint16_t)(random_below(r, 2) * random_below(r, 40));
    sig.first_now = random_below(r, 3) == 0;
    return sig;
}

/* Any window cut out of a longer one gives the same slots, with the same seq, and seq names one
 * slot only. */
Test(slots, do_not_depend_on_the_window)
{
    static const char *const zones[] = {"America/New_York", "Europe/Paris", "Australia/Lord_Howe",
                                        "Pacific/Apia",     "Africa/Cairo", "UTC"};
    struct random r = random_start("slots");
    for (int round = 0; round < 300; round++) {
        struct zone *zone = open_zone(zones[random_below(&r, 6)]);
        struct sig sig = random_sig(&r);
        struct schedule_order order = {
            &sig, at("2011-12-01T00:00:00Z") + (int64_t)random_below(&r, 5000) * US_PER_HOUR, 0,
            zone};
        int64_t end_us = order.start_us + 200 * 24 * US_PER_HOUR;
        struct planned_slot_list all = {0};
        cr_assert_eq(schedule_slots(&order, INT64_MIN, end_us, &all, NULL), STATUS_OK,
                     "seed %lu round %d", (unsigned long)r.seed, round);
        for (size_t i = 1; i < all.len; i++) {
            cr_assert_leq(all.items[i - 1].planned_us, all.items[i].planned_us, "seed %lu round %d",
                          (unsigned long)r.seed, round);
            for (size_t j = 0; j < i && j < 400; j++) {
                cr_assert_neq(all.items[i].seq, all.items[j].seq, "seed %lu round %d",
                              (unsigned long)r.seed, round);
            }
        }
        size_t next = 0;
        for (int64_t from_us = order.start_us - 7 * US_PER_HOUR; from_us < end_us;) {
            int64_t to_us = from_us + (1 + (int64_t)random_below(&r, 72 * 60)) * US_PER_MINUTE;
            to_us = to_us < end_us ? to_us : end_us;
            struct planned_slot_list part = {0};
            struct planned_slot first;
            cr_assert_eq(schedule_slots(&order, from_us, to_us, &part, NULL), STATUS_OK);
            for (size_t i = 0; i < part.len; i++, next++) {
                cr_assert(next < all.len && same_slot(&part.items[i], &all.items[next]),
                          "seed %lu round %d slot %zu", (unsigned long)r.seed, round, next);
            }
            size_t expect = next - part.len;
            while (expect < all.len && all.items[expect].is_extra) {
                expect++;
            }
            if (expect < all.len) {
                cr_assert(schedule_next(&order, from_us, &first) &&
                              same_slot(&first, &all.items[expect]),
                          "next: seed %lu round %d slot %zu", (unsigned long)r.seed, round, expect);
            }
            planned_slot_list_release(&part);
            from_us = to_us;
        }
        cr_assert_eq(next, all.len, "seed %lu round %d", (unsigned long)r.seed, round);
        int64_t over_us;
        cr_assert(!schedule_end(&order, &over_us) || all.len == 0 ||
                      all.items[all.len - 1].planned_us < over_us,
                  "end: seed %lu round %d", (unsigned long)r.seed, round);
        planned_slot_list_release(&all);
        zone_free(zone);
    }
}

Test(slots, give_identity_bytes_as_decided)
{
    struct zone *zone = open_zone("America/New_York");
    uint8_t bytes[PLANNED_IDENTITY_MAX];
    struct planned_slot wall = {
        .kind = PLANNED_KIND_WALL, .date = {2026, 3, 8}, .wall_min = 150, .is_shifted = true};
    static const char expected[] = "2026-03-08T02:30\0America/New_York";
    cr_assert_eq(planned_slot_identity(&wall, zone, bytes), sizeof expected - 1);
    cr_assert_arr_eq(bytes, expected, sizeof expected - 1);
    struct planned_slot instant = {.kind = PLANNED_KIND_INSTANT,
                                   .planned_us = INT64_C(0x0102030405060708)};
    static const uint8_t eight[] = {1, 2, 3, 4, 5, 6, 7, 8};
    cr_assert_eq(planned_slot_identity(&instant, zone, bytes), 8);
    cr_assert_arr_eq(bytes, eight, 8);
    zone_free(zone);
}

Test(slots, number_by_date_and_index)
{
    struct zone *zone = open_zone("UTC");
    struct sig sig = make_sig("08:00 20:00", 0);
    struct schedule_order order = {&sig, at("2026-01-01T12:00:00Z"), 0, zone};
    struct planned_slot slot;
    cr_assert(schedule_next(&order, order.start_us, &slot));
    cr_assert_eq(slot.seq, 3, "20:00 of the first date: one day after the day before, second time");
    cr_assert(schedule_next(&order, at("2026-01-11T00:00:00Z"), &slot));
    cr_assert_eq(slot.seq, 22);
    struct sig every = make_sig(NULL, 6);
    order.sig = &every;
    cr_assert(schedule_next(&order, at("2026-01-02T12:00:00Z"), &slot));
    cr_assert_eq(slot.seq, 4);
    zone_free(zone);
}

Test(slots, refuse_what_has_no_end)
{
    struct zone *zone = open_zone("UTC");
    struct sig sig = make_sig("08:00", 0);
    struct schedule_order order = {&sig, at("2026-01-01T12:00:00Z"), 0, zone};
    struct planned_slot_list list = {0};
    cr_assert_eq(schedule_slots(&order, INT64_MIN, INT64_MAX, &list, NULL), STATUS_LIMIT);
    sig.duration_days = 10;
    cr_assert_eq(schedule_slots(&order, INT64_MIN, INT64_MAX, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 10);
    planned_slot_list_release(&list);
    struct sig bad = {.kind = SCHEDULE_KIND_ELAPSED};
    order.sig = &bad;
    cr_assert_eq(schedule_slots(&order, 0, 1, &list, NULL), STATUS_INVALID);
    struct sig minute = {.kind = SCHEDULE_KIND_ELAPSED, .interval_min = 1};
    order.sig = &minute;
    cr_assert_eq(schedule_slots(&order, INT64_MIN, INT64_MAX, &list, NULL), STATUS_LIMIT);
    order.start_us = INT64_MAX - 1;
    cr_assert_eq(schedule_slots(&order, INT64_MIN, INT64_MAX, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 0);
    zone_free(zone);
}

static int64_t cost_of_a_day(const struct schedule_order *order, int64_t day_us)
{
    int64_t best = INT64_MAX;
    for (int round = 0; round < 9; round++) {
        int64_t begin_us = clock_monotonic_us();
        for (int i = 0; i < 200; i++) {
            struct planned_slot_list list = {0};
            cr_assert_eq(schedule_slots(order, day_us, day_us + 24 * US_PER_HOUR, &list, NULL),
                         STATUS_OK);
            cr_assert_gt(list.len, 0);
            planned_slot_list_release(&list);
        }
        int64_t took = clock_monotonic_us() - begin_us;
        best = took < best ? took : best;
    }
    return best;
}

/* Thirty years would be 43,000 doses: a count from the start could not hide behind a factor of 8.
 */
Test(slots, cost_the_same_for_an_old_order)
{
    struct zone *zone = open_zone("America/New_York");
    struct sig sigs[] = {make_sig("06:00 12:00 18:00 22:00", 0), make_sig("08:00 20:00", 0),
                         make_sig(NULL, 6)};
    sigs[1].every_n_days = 2;
    sigs[0].duration_days = 20000;
    for (size_t i = 0; i < sizeof sigs / sizeof *sigs; i++) {
        struct schedule_order young = {&sigs[i], at("2026-05-28T00:00:00-04:00"), 0, zone};
        struct schedule_order old = {&sigs[i], at("1996-06-03T00:00:00-04:00"), 0, zone};
        int64_t day_us = at("2026-06-01T00:00:00-04:00");
        int64_t young_us = cost_of_a_day(&young, day_us);
        int64_t old_us = cost_of_a_day(&old, day_us - 24 * US_PER_HOUR * (i == 1));
        fprintf(stderr, "slots of a day, row %zu: %.2f us young, %.2f us old\n", i,
                (double)young_us / 200, (double)old_us / 200);
        cr_assert_lt(old_us, young_us * 8 + 200, "row %zu: %ld us against %ld us", i, (long)old_us,
                     (long)young_us);
    }
    zone_free(zone);
}
