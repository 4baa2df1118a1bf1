/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/clock.h"
#include "schedule/prn.h"

#define NOON_US (INT64_C(1780315200) * US_PER_SECOND)

static int64_t hours(double n)
{
    return NOON_US + (int64_t)(n * 60) * US_PER_MINUTE;
}

static struct prn_dose dose(double at_h, int amount, enum unit unit, bool is_same_order)
{
    return (struct prn_dose){hours(at_h), decimal_from_int(amount), unit, is_same_order};
}

static struct prn_limits limits(unsigned interval_min, unsigned times, int amount)
{
    return (struct prn_limits){interval_min, (uint16_t)times, decimal_from_int(amount), UNIT_MG};
}

Test(prn, keeps_the_least_time_between_doses)
{
    struct prn_limits four_hours = limits(240, 0, 0);
    struct prn_dose given[] = {dose(0, 500, UNIT_MG, true)};
    struct prn_answer answer = prn_check(&four_hours, given, 1, dose(3.5, 500, UNIT_MG, true));
    cr_assert_eq(answer.finding, PRN_FINDING_TOO_SOON);
    cr_assert_eq(answer.minutes, 210);
    cr_assert_eq(answer.allowed_from_us, hours(4));
    cr_assert_eq(prn_check(&four_hours, given, 1, dose(4, 500, UNIT_MG, true)).finding,
                 PRN_FINDING_ALLOWED);
    cr_assert_eq(prn_check(&four_hours, given, 1, dose(-3, 500, UNIT_MG, true)).finding,
                 PRN_FINDING_TOO_SOON, "a back entry 3 hours before a recorded dose");
    given[0].is_same_order = false;
    cr_assert_eq(prn_check(&four_hours, given, 1, dose(1, 500, UNIT_MG, true)).finding,
                 PRN_FINDING_ALLOWED, "the gap is the order's own");
    cr_assert_eq(prn_check(&four_hours, NULL, 0, dose(1, 500, UNIT_MG, true)).minutes, UINT32_MAX);
}

/* 4.B.13: given 00:30 EDT, asked 03:45 EST: the clocks show 3 h 15, 4 h 15 have passed. */
Test(prn, counts_real_hours_over_a_clock_change)
{
    struct prn_limits four_hours = limits(240, 0, 0);
    struct prn_dose given = {INT64_C(1793507400) * US_PER_SECOND, decimal_from_int(1), UNIT_TABLET,
                             true};
    struct prn_dose wanted = {INT64_C(1793522700) * US_PER_SECOND, decimal_from_int(1), UNIT_TABLET,
                              true};
    struct prn_answer answer = prn_check(&four_hours, &given, 1, wanted);
    cr_assert_eq(answer.finding, PRN_FINDING_ALLOWED);
    cr_assert_eq(answer.minutes, 255);
    /* 24 real hours: at 00:29 EST of the next day the dose of 00:30 EDT is over by an hour less a
     * minute */
    struct prn_limits once = limits(0, 1, 0);
    wanted.at_us = given.at_us + 24 * US_PER_HOUR - US_PER_MINUTE;
    cr_assert_eq(prn_check(&once, &given, 1, wanted).finding, PRN_FINDING_TOO_MANY);
    wanted.at_us = given.at_us + 24 * US_PER_HOUR;
    cr_assert_eq(prn_check(&once, &given, 1, wanted).finding, PRN_FINDING_ALLOWED);
}

Test(prn, counts_doses_in_any_24_hours)
{
    struct prn_limits four_times = limits(0, 4, 0);
    struct prn_dose given[] = {dose(0, 1, UNIT_TABLET, true), dose(20, 1, UNIT_TABLET, true),
                               dose(6, 1, UNIT_TABLET, true), dose(12, 1, UNIT_TABLET, true)};
    struct prn_answer answer = prn_check(&four_times, given, 4, dose(23, 1, UNIT_TABLET, true));
    cr_assert_eq(answer.finding, PRN_FINDING_TOO_MANY);
    cr_assert_eq(answer.count, 5);
    cr_assert_eq(answer.allowed_from_us, hours(24));
    cr_assert_eq(prn_check(&four_times, given, 4, dose(24, 1, UNIT_TABLET, true)).finding,
                 PRN_FINDING_ALLOWED);
    cr_assert_eq(prn_check(&four_times, given, 4, dose(-2, 1, UNIT_TABLET, true)).finding,
                 PRN_FINDING_TOO_MANY, "a back entry that overfills a later window");
    cr_assert_eq(prn_check(&four_times, given, 4, dose(-13, 1, UNIT_TABLET, true)).finding,
                 PRN_FINDING_ALLOWED);
}

Test(prn, sums_the_ingredient_over_all_orders)
{
    struct prn_limits four_grams = limits(0, 0, 4000);
    struct prn_dose given[] = {dose(0, 1, UNIT_G, false), dose(4, 1000, UNIT_MG, true),
                               dose(8, 1, UNIT_G, false)};
    struct prn_answer answer = prn_check(&four_grams, given, 3, dose(10, 1000, UNIT_MG, true));
    cr_assert_eq(answer.finding, PRN_FINDING_ALLOWED, "exactly the maximum");
    cr_assert_eq(decimal_compare(answer.amount, decimal_from_int(4000)), 0);
    answer = prn_check(&four_grams, given, 3, dose(10, 1001, UNIT_MG, true));
    cr_assert_eq(answer.finding, PRN_FINDING_TOO_MUCH);
    cr_assert_eq(answer.allowed_from_us, hours(24));
    answer = prn_check(&four_grams, given, 3, dose(10, 5, UNIT_G, true));
    cr_assert_eq(answer.finding, PRN_FINDING_TOO_MUCH);
    cr_assert_eq(answer.allowed_from_us, 0, "never");
    given[1].unit = UNIT_TABLET;
    cr_assert_eq(prn_check(&four_grams, given, 3, dose(10, 1, UNIT_MG, true)).finding,
                 PRN_FINDING_NOT_COMPARABLE);
}

Test(prn, says_when_an_order_has_no_limits)
{
    struct sig sig = {.kind = SCHEDULE_KIND_PRN, .as_needed = true};
    struct prn_limits none = prn_limits_of(&sig);
    struct prn_dose given = dose(0, 1, UNIT_TABLET, true);
    cr_assert_eq(prn_check(&none, &given, 1, given).finding, PRN_FINDING_NO_LIMITS);
}

Test(prn, suspects_one_act_recorded_twice)
{
    cr_assert(
        prn_may_be_duplicate(NOON_US, NOON_US + 15 * US_PER_MINUTE, PRN_DUPLICATE_WITHIN_MIN));
    cr_assert(
        prn_may_be_duplicate(NOON_US + 15 * US_PER_MINUTE, NOON_US, PRN_DUPLICATE_WITHIN_MIN));
    cr_assert_not(
        prn_may_be_duplicate(NOON_US, NOON_US + 15 * US_PER_MINUTE + 1, PRN_DUPLICATE_WITHIN_MIN));
}
