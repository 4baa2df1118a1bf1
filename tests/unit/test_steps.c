/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Orders in steps, from the typed line to the planned doses (clinical.md 4.B.11). */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "model/order_line.h"
#include "schedule/slots.h"
#include "support/random.h"

static int64_t at(const char *iso)
{
    int64_t us = 0;
    cr_assert_eq(instant_parse_iso(iso, &us, NULL), STATUS_OK, "instant %s", iso);
    return us;
}

static struct order_line parse(const char *text)
{
    struct order_line line;
    cr_assert_eq(order_line_parse(text, NULL, &line, NULL), STATUS_OK, "%s", text);
    return line;
}

/* "1T08:00 40 | 2T08:00 40 | ..." : local day of the month, time and the dose of the slot. */
static void slots_text(const struct schedule_order *order, const char *from, const char *to, char buf[4096])
{
    struct planned_slot_list list = {0};
    size_t len = 0;
    buf[0] = '\0';
    cr_assert_eq(schedule_slots(order, at(from), at(to), &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.len && len < 4000; i++) {
        struct sig step;
        char dose[DECIMAL_TEXT_MAX];
        struct local_time local = zone_local(order->zone, list.items[i].planned_us);
        sig_step(order->sig, list.items[i].step, &step);
        len += (size_t)snprintf(buf + len, 4096 - len, "%s%uT%02u:%02u %s%s", i > 0 ? " | " : "", local.date.day,
                                (unsigned)local.hour, (unsigned)local.minute, decimal_format(step.dose, dose),
                                list.items[i].is_extra ? "+" : "");
    }
    planned_slot_list_release(&list);
}

static const struct {
    const char *line, *zone, *start, *expect, *end; /* end "" open */
} vectors[] = {
    {"prednisone 40 mg daily 2d then 20 mg daily 2d then 10 mg 1d", "America/New_York", "2026-06-01T14:00:00-04:00",
     "2T08:00 40 | 3T08:00 40 | 4T08:00 20 | 5T08:00 20 | 6T08:00 10", "2026-06-07T04:00:00Z"},
    {"prednisone 20 mg bid for 2 days then 20 mg daily for 2 days", "America/New_York", "2026-06-01T06:00:00-04:00",
     "1T08:00 20 | 1T20:00 20 | 2T08:00 20 | 2T20:00 20 | 3T08:00 20 | 4T08:00 20", "2026-06-05T04:00:00Z"},
    /* started in the evening: the first date is a day of the step; nothing falls between the steps */
    {"prednisone 20 mg bid for 2 days then 10 mg bid for 1 day", "America/New_York", "2026-06-01T14:00:00-04:00",
     "1T20:00 20 | 2T08:00 20 | 2T20:00 20 | 3T08:00 10 | 3T20:00 10", "2026-06-04T04:00:00Z"},
    /* every other day counts from the step's own first date */
    {"prednisone 10 mg daily 3d then 10 mg every other day for 6 days", "America/New_York", "2026-06-01T06:00:00-04:00",
     "1T08:00 10 | 2T08:00 10 | 3T08:00 10 | 4T08:00 10 | 6T08:00 10 | 8T08:00 10", "2026-06-10T04:00:00Z"},
    /* a loading dose */
    {"azithromycin 500 mg once then 250 mg daily for 4 days", "America/New_York", "2026-06-01T14:00:00-04:00",
     "1T14:00 500 | 2T08:00 250 | 3T08:00 250 | 4T08:00 250 | 5T08:00 250", "2026-06-06T04:00:00Z"},
    {"vancomycin 2000 mg iv once then 1000 mg q12h x 3 doses", "America/New_York", "2026-06-01T14:00:00-04:00",
     "1T14:00 2000 | 2T02:00 1000 | 2T14:00 1000 | 3T02:00 1000", "2026-06-03T06:00:00.000001Z"},
    /* counted in doses: the next step begins at its own next time behind the last planned one */
    {"drug 5 mg tid for 4 doses then 5 mg daily for 2 days", "America/New_York", "2026-06-01T06:00:00-04:00",
     "1T08:00 5 | 1T14:00 5 | 1T20:00 5 | 2T08:00 5 | 3T08:00 5 | 4T08:00 5", "2026-06-05T04:00:00Z"},
    {"drug 8 mg q6h for 1 day then 4 mg q8h for 1 day", "America/New_York", "2026-06-01T06:00:00-04:00",
     "1T06:00 8 | 1T12:00 8 | 1T18:00 8 | 2T00:00 8 | 2T06:00 4 | 2T14:00 4 | 2T22:00 4", "2026-06-03T10:00:00Z"},
    /* over the clock change in autumn: dates, not multiples of 24 h */
    {"prednisone 40 mg daily 2d then 20 mg daily 2d", "America/New_York", "2026-10-31T06:00:00-04:00",
     "31T08:00 40 | 1T08:00 40 | 2T08:00 20 | 3T08:00 20", "2026-11-04T05:00:00Z"},
    {"prednisone 40 mg daily 28d then 20 mg daily 1d", "Europe/Paris", "2028-02-01T06:00:00+01:00", NULL, "2028-02-29T23:00:00Z"},
    /* the last step may be open */
    {"amiodarone 400 mg bid 1d then 200 mg daily", "America/New_York", "2026-06-28T06:00:00-04:00",
     "28T08:00 400 | 28T20:00 400 | 29T08:00 200 | 30T08:00 200", ""},
    /* by the day of the month: where there is none, the month's last day; never two months on */
    {"drug 5 mg monthly on day 31 for 4 doses", "America/New_York", "2028-01-15T10:00:00-05:00",
     "31T08:00 5 | 29T08:00 5 | 31T08:00 5 | 30T08:00 5", "2028-04-30T12:00:00.000001Z"},
    {"drug 5 mg monthly on the 30th for 3 doses", "America/New_York", "2027-01-30T10:00:00-05:00",
     "28T08:00 5 | 30T08:00 5 | 30T08:00 5", "2027-04-30T12:00:00.000001Z"},
    {"drug 5 mg monthly on day 1 for 2 doses", "Europe/Paris", "2026-12-02T10:00:00+01:00", "1T08:00 5 | 1T08:00 5",
     "2027-02-01T07:00:00.000001Z"},
    /* one step, counted in doses */
    {"drug 5 mg tid for 4 doses", "America/New_York", "2026-06-01T10:00:00-04:00",
     "1T14:00 5 | 1T20:00 5 | 2T08:00 5 | 2T14:00 5", "2026-06-02T18:00:00.000001Z"},
    {"drug 5 mg daily first dose now for 2 doses then 2.5 mg daily for 1 dose", "America/New_York",
     "2026-06-01T10:00:00-04:00", "1T10:00 5+ | 2T08:00 5 | 3T08:00 5 | 4T08:00 2.5", "2026-06-04T12:00:00.000001Z"},
    /* side by side: a weekly dose in three parts (4.B.12), 1 June 2026 is a Monday */
    {"methotrexate 5 mg mon 20:00 and 5 mg tue 08:00 20:00 for 8 days", "America/New_York", "2026-06-01T06:00:00-04:00",
     "1T20:00 5 | 2T08:00 5 | 2T20:00 5 | 8T20:00 5 | 9T08:00 5", "2026-06-10T00:00:00Z"},
    {"warfarin 5 mg mon-fri 18:00 and 2.5 mg sat sun 18:00 for 9 days", "America/New_York", "2026-06-04T19:00:00-04:00",
     "5T18:00 5 | 6T18:00 2.5 | 7T18:00 2.5 | 8T18:00 5 | 9T18:00 5 | 10T18:00 5 | 11T18:00 5 | 12T18:00 5 | 13T18:00 2.5",
     "2026-06-14T22:00:00Z"},
    /* a day begins with the second part: the end counts from the order's first dose, whichever it is */
    {"prednisone 10 mg qam and 5 mg qpm for 2 days", "America/New_York", "2026-06-01T12:00:00-04:00",
     "1T18:00 5 | 2T08:00 10 | 2T18:00 5 | 3T08:00 10", "2026-06-03T22:00:00Z"},
    {"levodopa 100 mg 07:00 11:00 and 50 mg 15:00 for 5 doses", "America/New_York", "2026-06-01T08:00:00-04:00",
     "1T11:00 100 | 1T15:00 50 | 2T07:00 100 | 2T11:00 100 | 2T15:00 50", "2026-06-02T19:00:00.000001Z"},
    /* over the clock change: wall times */
    {"warfarin 5 mg sat 18:00 and 2.5 mg sun 18:00 for 2 days", "America/New_York", "2026-10-31T06:00:00-04:00",
     "31T18:00 5 | 1T18:00 2.5", "2026-11-02T23:00:00Z"},
};

Test(steps, plan_doses_as_written)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct order_line line = parse(vectors[i].line);
        struct zone *zone = NULL;
        char text[4096];
        cr_assert(order_line_is_ready(&line), "%s", vectors[i].line);
        cr_assert_eq(zone_open(vectors[i].zone, &zone, NULL), STATUS_OK);
        const struct schedule_order order = {&line.sig, at(vectors[i].start), 0, zone};
        int64_t end_us = 0;
        bool has_end = schedule_end(&order, &end_us);
        if (vectors[i].expect != NULL) {
            slots_text(&order, "2026-05-30T00:00:00Z", has_end ? "2029-12-30T00:00:00Z" : "2026-07-01T04:00:00Z", text);
            cr_expect_str_eq(text, vectors[i].expect, "%s:\n%s", vectors[i].line, text);
        }
        cr_expect_eq(has_end, vectors[i].end[0] != '\0', "%s", vectors[i].line);
        if (has_end && vectors[i].end[0] != '\0') {
            cr_expect_eq(end_us, at(vectors[i].end), "%s ends %ld", vectors[i].line, (long)end_us);
        }
        zone_free(zone);
    }
}

Test(steps, stop_wins_over_what_is_left_of_them)
{
    struct order_line line = parse("prednisone 40 mg daily 2d then 20 mg daily 2d then 10 mg 9d");
    struct zone *zone = NULL;
    char text[4096];
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    const struct schedule_order order = {&line.sig, at("2026-06-01T06:00:00-04:00"), at("2026-06-04T00:00:00-04:00"), zone};
    slots_text(&order, "2026-05-30T00:00:00Z", "2026-12-30T00:00:00Z", text);
    cr_expect_str_eq(text, "1T08:00 40 | 2T08:00 40 | 3T08:00 20");
    int64_t end_us = 0;
    cr_expect(schedule_end(&order, &end_us));
    cr_expect_eq(end_us, order.stop_us);
    zone_free(zone);
}

/* The next dose is the soonest of all parts, and a slot's moment names its own part. */
Test(steps, side_by_side_are_told_by_the_moment)
{
    struct order_line line = parse("warfarin 5 mg mon-fri 18:00 and 2.5 mg sat sun 18:00");
    struct zone *zone = NULL;
    struct planned_slot slot;
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    const struct schedule_order order = {&line.sig, at("2026-06-01T06:00:00-04:00"), 0, zone};
    static const struct {
        const char *when, *next;
        size_t step;
    } rows[] = {{"2026-05-01T00:00:00Z", "2026-06-01T18:00:00-04:00", 0},      {"2026-06-05T18:00:00-04:00", "2026-06-05T18:00:00-04:00", 0},
                {"2026-06-05T18:00:01-04:00", "2026-06-06T18:00:00-04:00", 1}, {"2026-06-07T18:00:00-04:00", "2026-06-07T18:00:00-04:00", 1},
                {"2026-06-07T18:00:01-04:00", "2026-06-08T18:00:00-04:00", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert(schedule_next(&order, at(rows[i].when), &slot), "%s", rows[i].when);
        cr_expect_eq(slot.planned_us, at(rows[i].next), "%s", rows[i].when);
        cr_expect_eq(slot.step, rows[i].step, "%s", rows[i].when);
        cr_expect_eq(schedule_step_at(&order, at(rows[i].when)), rows[i].step, "%s", rows[i].when);
    }
    zone_free(zone);
}

Test(steps, are_told_by_the_moment)
{
    struct order_line line = parse("prednisone 40 mg daily 2d then 20 mg daily 2d then 10 mg 2d");
    struct zone *zone = NULL;
    cr_assert_eq(zone_open("America/New_York", &zone, NULL), STATUS_OK);
    const struct schedule_order order = {&line.sig, at("2026-06-01T06:00:00-04:00"), 0, zone};
    static const struct {
        const char *when;
        size_t step;
    } rows[] = {{"2026-05-01T00:00:00Z", 0}, {"2026-06-02T23:59:59-04:00", 0}, {"2026-06-03T00:00:00-04:00", 1},
                {"2026-06-05T00:00:00-04:00", 2}, {"2027-06-05T00:00:00-04:00", 2}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(schedule_step_at(&order, at(rows[i].when)), rows[i].step, "%s", rows[i].when);
    }
    zone_free(zone);
}

static const struct {
    const char *line, *sentence; /* NULL: is not ready */
} sentences[] = {
    {"prednisone 40 mg po daily x 5 days then 20 mg daily x 5 days",
     "40 mg by mouth daily at 08:00 for 5 days, then 20 mg daily at 08:00 for 5 days"},
    {"prednisone 40 mg po daily for 5 days, then 30 mg for 5 days; then stop",
     "40 mg by mouth daily at 08:00 for 5 days, then 30 mg daily at 08:00 for 5 days"},
    {"prednisone 10 mg tab 4 tab po qam 3d then 2 tab 3d followed by 1 tab 3d",
     "4 tab by mouth daily in the morning at 08:00 for 3 days, then 2 tab daily in the morning at 08:00 for 3 days, then 1 tab "
     "daily in the morning at 08:00 for 3 days"},
    {"methylprednisolone 1 g iv daily for 3 doses then 500 mg daily 2d",
     "1 g intravenously daily at 08:00 for 3 doses, then 0.5 g daily at 08:00 for 2 days"},
    {"prednisone 40 mg daily then 20 mg daily 5d", NULL},             /* when does the first end? */
    {"prednisone 40 mg daily 5d then daily 5d", NULL},                /* how much? */
    {"prednisone 40 mg daily 5d then 20 mg prn pain", NULL},          /* as needed is no step */
    {"prednisone 40 mg daily 5d then methotrexate 20 mg weekly", NULL}, /* another drug */
    {"prednisone 1 tab daily 5d then 20 mg daily 5d", NULL},          /* tablets of what strength? */
    {"prednisone 1 mg/kg daily 5d then 0.5 mg/kg daily 5d", NULL},    /* each step in numbers */
    {"prednisone 40 mg daily 5d then 1,000 mg daily", NULL},
    {"prednisone 40 mg once then 20 mg", NULL},                       /* how often? */
    {"x 5 mg monthly", NULL}, /* on which day? */
    {"x 5 mg monthly on day 32", NULL},
    {"x 5 mg monthly on day 3 mon", NULL},
    {"prednisone 40 mg daily 5d then", NULL},
    {"then 40 mg daily", NULL},
};

Test(steps, read_as_one_sentence_or_block)
{
    for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++) {
        char text[SIG_TEXT_MAX];
        struct order_line line = parse(sentences[i].line);
        bool is_ready = order_line_is_ready(&line);
        cr_expect_eq(is_ready, sentences[i].sentence != NULL, "%s: %s", sentences[i].line, sig_format(&line.sig, text));
        if (is_ready && sentences[i].sentence != NULL) {
            cr_expect_str_eq(sig_format(&line.sig, text), sentences[i].sentence);
        }
    }
}

Test(steps, survive_json_and_typing_exactly)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        struct order_line line = parse(vectors[i].line);
        struct sig back;
        char *json = sig_to_json(&line.sig);
        cr_assert_eq(sig_from_json(json, &back, NULL), STATUS_OK, "%s", json);
        cr_expect(sig_equal(&back, &line.sig), "%s", json);
        char typed[ORDER_LINE_MAX + 1];
        const struct order_line_options options = {.is_drug_known = true};
        cr_expect(order_line_write(&line.sig, &options, typed, sizeof typed), "%s", vectors[i].line);
        mem_free(json);
    }
}

/* Whatever the window, the same doses: asked day by day they are those of the whole. */
Test(steps, do_not_depend_on_the_window)
{
    struct random random = random_start("steps");
    static const char *const zones[] = {"America/New_York", "Europe/Paris", "Australia/Lord_Howe", "Asia/Kathmandu"};
    for (int round = 0; round < 60; round++) {
        struct order_line line = parse(vectors[random_below(&random, sizeof vectors / sizeof *vectors)].line);
        struct zone *zone = NULL;
        cr_assert_eq(zone_open(zones[random_below(&random, 4)], &zone, NULL), STATUS_OK);
        int64_t start_us = at("2026-03-01T00:00:00Z") + (int64_t)random_below(&random, 400) * 24 * US_PER_HOUR +
                           (int64_t)random_below(&random, 1440) * US_PER_MINUTE;
        const struct schedule_order order = {&line.sig, start_us, 0, zone};
        struct planned_slot_list all = {0};
        size_t seen = 0;
        cr_assert_eq(schedule_slots(&order, start_us, start_us + 40 * 24 * US_PER_HOUR, &all, NULL), STATUS_OK);
        for (int64_t from = start_us; from < start_us + 40 * 24 * US_PER_HOUR; from += 7 * US_PER_HOUR) {
            struct planned_slot_list part = {0};
            int64_t to = from + 7 * US_PER_HOUR;
            to = to < start_us + 40 * 24 * US_PER_HOUR ? to : start_us + 40 * 24 * US_PER_HOUR;
            cr_assert_eq(schedule_slots(&order, from, to, &part, NULL), STATUS_OK);
            for (size_t i = 0; i < part.len; i++, seen++) {
                cr_assert_lt(seen, all.len);
                cr_assert_eq(part.items[i].planned_us, all.items[seen].planned_us);
                cr_assert_eq(part.items[i].step, all.items[seen].step);
                cr_assert(seen == 0 || line.sig.is_parallel || all.items[seen].step >= all.items[seen - 1].step);
                cr_assert(seen == 0 || all.items[seen].planned_us > all.items[seen - 1].planned_us);
            }
            planned_slot_list_release(&part);
        }
        cr_assert_eq(seen, all.len);
        planned_slot_list_release(&all);
        zone_free(zone);
    }
}
