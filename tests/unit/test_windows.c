/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "schedule/windows.h"

#define MINUTES(n) ((n)*US_PER_MINUTE)
#define NOON_US (INT64_C(1780315200) * US_PER_SECOND) /* 2026-06-01T12:00:00Z */

static struct sig wall(int count, const int *times)
{
    struct sig sig = {.kind = SCHEDULE_KIND_WALL, .times_count = (uint8_t)count};
    for (int i = 0; i < count; i++) {
        sig.times_min[i] = (uint16_t)(times[i] * 60);
    }
    return sig;
}

static struct sig every(int hours)
{
    return (struct sig){.kind = SCHEDULE_KIND_ELAPSED, .interval_min = (uint32_t)hours * 60};
}

Test(windows, classify_orders)
{
    struct sig daily = wall(1, (int[]){8});
    struct sig bid = wall(2, (int[]){8, 20});
    struct sig qid = wall(4, (int[]){8, 12, 16, 20});
    struct sig close = wall(3, (int[]){8, 11, 20});
    struct sig weekly = wall(1, (int[]){18});
    weekly.weekdays = SIG_WEEKDAY(1);
    struct sig stat = {.kind = SCHEDULE_KIND_ONCE, .timing_word = "stat"};
    struct sig once = {.kind = SCHEDULE_KIND_ONCE};
    struct sig prn = {.kind = SCHEDULE_KIND_PRN, .as_needed = true, .interval_min = 240};
    struct sig q4h = every(4);
    struct sig q3h = every(3);
    struct sig q24h = every(24);
    struct sig q72h = every(72);
    const struct {
        const char *name;
        const struct sig *sig;
        bool is_listed;
        enum window_class expect;
    } rows[] = {
        {"daily", &daily, false, WINDOW_CLASS_DAILY},
        {"daily, listed", &daily, true, WINDOW_CLASS_TIME_CRITICAL},
        {"bid", &bid, false, WINDOW_CLASS_FREQUENT},
        {"qid every 4 hours by day", &qid, false, WINDOW_CLASS_FREQUENT},
        {"two doses 3 hours apart", &close, false, WINDOW_CLASS_TIME_CRITICAL},
        {"weekly", &weekly, false, WINDOW_CLASS_DAILY},
        {"stat", &stat, false, WINDOW_CLASS_STAT},
        {"once", &once, false, WINDOW_CLASS_FREE},
        {"prn", &prn, false, WINDOW_CLASS_FREE},
        {"prn, listed", &prn, true, WINDOW_CLASS_FREE},
        {"q4h", &q4h, false, WINDOW_CLASS_FREQUENT},
        {"q3h", &q3h, false, WINDOW_CLASS_TIME_CRITICAL},
        {"q24h", &q24h, false, WINDOW_CLASS_DAILY},
        {"q72h", &q72h, false, WINDOW_CLASS_DAILY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(window_class_of(rows[i].sig, rows[i].is_listed), rows[i].expect, "%s",
                     rows[i].name);
    }
}

Test(windows, tell_the_state_of_a_slot_from_the_clock)
{
    struct window_rules rules = window_rules_default();
    const struct {
        enum window_class class;
        int seconds;
        enum slot_state expect;
    } rows[] = {
        {WINDOW_CLASS_FREQUENT, -61 * 60, SLOT_FUTURE},
        {WINDOW_CLASS_FREQUENT, -60 * 60, SLOT_EARLY_OK},
        {WINDOW_CLASS_FREQUENT, -1, SLOT_EARLY_OK},
        {WINDOW_CLASS_FREQUENT, 0, SLOT_DUE},
        {WINDOW_CLASS_FREQUENT, 60 * 60, SLOT_DUE},
        {WINDOW_CLASS_FREQUENT, 61 * 60, SLOT_LATE},
        {WINDOW_CLASS_FREQUENT, 180 * 60, SLOT_LATE},
        {WINDOW_CLASS_FREQUENT, 181 * 60, SLOT_OVERDUE},
        {WINDOW_CLASS_DAILY, 120 * 60, SLOT_DUE},
        {WINDOW_CLASS_DAILY, 121 * 60, SLOT_LATE},
        {WINDOW_CLASS_TIME_CRITICAL, 30 * 60, SLOT_DUE},
        {WINDOW_CLASS_TIME_CRITICAL, 31 * 60, SLOT_LATE},
        {WINDOW_CLASS_STAT, -60, SLOT_FUTURE},
        {WINDOW_CLASS_STAT, 31 * 60, SLOT_LATE},
        {WINDOW_CLASS_FREE, -3600, SLOT_EARLY_OK},
        {WINDOW_CLASS_FREE, 90000, SLOT_DUE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_expect_eq(window_slot_state(rules.windows[rows[i].class], rules.grace_min, NOON_US,
                                       NOON_US + rows[i].seconds * US_PER_SECOND),
                     rows[i].expect, "row %zu", i);
    }
}

Test(windows, judge_a_dose_against_its_slot)
{
    struct window frequent = window_rules_default().windows[WINDOW_CLASS_FREQUENT];
    struct window is_free = window_rules_default().windows[WINDOW_CLASS_FREE];
    const struct {
        const char *name;
        int minutes, next_min, given_min, start_min, stop_min; /* from the planned time; 0 none */
        bool is_free;
        enum window_finding finding;
        enum window_need need;
        int answer_min;
    } rows[] = {
        {"in time", 10, 360, 0, -600, 0, false, WINDOW_FINDING_ON_TIME, WINDOW_NEED_NOTHING, 10},
        {"at the late limit", 60, 360, 0, -600, 0, false, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, 60},
        {"past it", 61, 360, 0, -600, 0, false, WINDOW_FINDING_LATE, WINDOW_NEED_REASON, 61},
        {"at the early limit", -60, 360, 0, -600, 0, false, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, -60},
        {"before it", -61, 360, 0, -600, 0, false, WINDOW_FINDING_EARLY, WINDOW_NEED_REASON, -61},
        {"half way to the next", 180, 360, 0, -600, 0, false, WINDOW_FINDING_LATE,
         WINDOW_NEED_REASON, 180},
        {"closer to the next", 181, 360, 0, -600, 0, false, WINDOW_FINDING_VERY_LATE,
         WINDOW_NEED_CHOICE, 181},
        {"very late without a next", 900, 0, 0, -600, 0, false, WINDOW_FINDING_LATE,
         WINDOW_NEED_REASON, 900},
        {"before a later one was given", 5, 360, 360, -600, 0, false, WINDOW_FINDING_OUT_OF_ORDER,
         WINDOW_NEED_SUPERVISOR, 5},
        {"an earlier one was given", 5, 360, -360, -600, 0, false, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, 5},
        {"before the order starts", -30, 360, 0, -20, 0, false, WINDOW_FINDING_BEFORE_START,
         WINDOW_NEED_REFUSAL, 10},
        {"at the order's start", -20, 360, 0, -20, 0, false, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, -20},
        {"at the stop", 30, 360, 0, -600, 30, false, WINDOW_FINDING_AFTER_STOP, WINDOW_NEED_REFUSAL,
         0},
        {"just before the stop", 29, 360, 0, -600, 30, false, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, 29},
        {"free of any window", 300, 0, 0, -600, 0, true, WINDOW_FINDING_ON_TIME,
         WINDOW_NEED_NOTHING, 300},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct window_question question = {
            .planned_us = NOON_US,
            .occurred_us = NOON_US + MINUTES(rows[i].minutes),
            .next_planned_us = rows[i].next_min != 0 ? NOON_US + MINUTES(rows[i].next_min) : 0,
            .latest_given_planned_us = rows[i].given_min != 0 ? NOON_US + MINUTES(rows[i].given_min)
                                                              : 0,
            .start_us = NOON_US + MINUTES(rows[i].start_min),
            .stop_us = rows[i].stop_min != 0 ? NOON_US + MINUTES(rows[i].stop_min) : 0,
        };
        struct window_answer answer = window_check(rows[i].is_free ? is_free : frequent, &question);
        cr_expect_eq(answer.finding, rows[i].finding, "%s: finding %d", rows[i].name,
                     (int)answer.finding);
        cr_expect_eq(answer.need, rows[i].need, "%s: need %d", rows[i].name, (int)answer.need);
        cr_expect_eq(answer.minutes, rows[i].answer_min, "%s: %d min", rows[i].name,
                     answer.minutes);
    }
}

/* 4.B.13: 01:30 EST on the day the clocks go back is an hour after the slot's 01:30 EDT, not early.
 */
Test(windows, measure_real_time_over_a_clock_change)
{
    struct window_question question = {
        .planned_us = INT64_C(1793511000) * US_PER_SECOND,  /* 2026-11-01T05:30:00Z */
        .occurred_us = INT64_C(1793514600) * US_PER_SECOND, /* 2026-11-01T06:30:00Z */
    };
    struct window_answer answer = window_check(
        window_rules_default().windows[WINDOW_CLASS_TIME_CRITICAL], &question);
    cr_assert_eq(answer.finding, WINDOW_FINDING_LATE);
    cr_assert_eq(answer.minutes, 60);
}

Test(windows, keep_doses_of_one_ingredient_apart)
{
    struct sig qid = wall(4, (int[]){8, 12, 16, 20});
    struct sig night = wall(4, (int[]){0, 6, 12, 18});
    struct sig daily = wall(1, (int[]){8});
    struct sig weekdays = wall(1, (int[]){8});
    weekdays.weekdays = SIG_WEEKDAY(1) | SIG_WEEKDAY(3) | SIG_WEEKDAY(5);
    struct sig weekly = wall(1, (int[]){8});
    weekly.weekdays = SIG_WEEKDAY(7);
    struct sig alternate = wall(1, (int[]){8});
    alternate.every_n_days = 2;
    struct sig q6h = every(6);
    struct sig prn = {.kind = SCHEDULE_KIND_PRN, .as_needed = true, .interval_min = 240};
    const struct {
        const char *name;
        const struct sig *sig;
        unsigned nominal, gap;
    } gaps[] = {
        {"qid by day", &qid, 240, 180},   {"00 06 12 18", &night, 360, 270},
        {"daily", &daily, 1440, 1080},    {"mwf", &weekdays, 2880, 2160},
        {"weekly", &weekly, 10080, 7560}, {"every other day", &alternate, 2880, 2160},
        {"q6h", &q6h, 360, 270},          {"prn q4h: its own", &prn, 240, 240},
    };
    for (size_t i = 0; i < sizeof gaps / sizeof *gaps; i++) {
        cr_expect_eq(window_nominal_interval_min(gaps[i].sig), gaps[i].nominal, "%s", gaps[i].name);
        cr_expect_eq(window_minimum_gap_min(gaps[i].sig), gaps[i].gap, "%s", gaps[i].name);
    }
    cr_expect_geq(300u, window_minimum_gap_min(&night), "the 5 h gap in spring is legal");
    const struct {
        unsigned required;
        int minutes;
        enum window_need need;
    } rows[] = {
        {180, 180, WINDOW_NEED_NOTHING}, {180, 179, WINDOW_NEED_REASON},
        {180, 90, WINDOW_NEED_REASON},   {180, 89, WINDOW_NEED_SUPERVISOR},
        {180, -100, WINDOW_NEED_REASON}, {181, 90, WINDOW_NEED_SUPERVISOR},
        {0, 0, WINDOW_NEED_NOTHING},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct gap_answer answer = window_check_gap(rows[i].required, NOON_US,
                                                    NOON_US + MINUTES(rows[i].minutes));
        cr_expect_eq(answer.need, rows[i].need, "row %zu", i);
    }
    cr_expect_eq(window_check_weekly(NOON_US, NOON_US + MINUTES(156 * 60)).need,
                 WINDOW_NEED_NOTHING);
    cr_expect_eq(window_check_weekly(NOON_US, NOON_US + MINUTES(156 * 60 - 1)).need,
                 WINDOW_NEED_REFUSAL);
    cr_expect_eq(window_check_weekly(NOON_US, NOON_US - MINUTES(1)).need, WINDOW_NEED_REFUSAL);
}

Test(windows, ask_for_more_the_later_an_entry_is_made)
{
    struct window_rules rules = window_rules_default();
    const struct {
        int minutes_after;
        bool is_active;
        enum window_need need;
    } rows[] = {
        {0, true, WINDOW_NEED_NOTHING},       {60, true, WINDOW_NEED_NOTHING},
        {61, true, WINDOW_NEED_REASON},       {1440, true, WINDOW_NEED_REASON},
        {1441, true, WINDOW_NEED_SUPERVISOR}, {5, false, WINDOW_NEED_SUPERVISOR},
        {-2, true, WINDOW_NEED_NOTHING},      {-3, true, WINDOW_NEED_REFUSAL},
        {-3, false, WINDOW_NEED_REFUSAL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct entry_answer answer = window_check_entry(
            &rules, NOON_US, NOON_US + MINUTES(rows[i].minutes_after), rows[i].is_active);
        cr_expect_eq(answer.need, rows[i].need, "row %zu: need %d", i, (int)answer.need);
        cr_expect_eq(answer.minutes, rows[i].minutes_after, "row %zu", i);
    }
    cr_expect_eq(window_check_entry(&rules, NOON_US + MINUTES(2) + 1, NOON_US, true).need,
                 WINDOW_NEED_REFUSAL);
}
