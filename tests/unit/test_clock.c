/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/clock.h"

Test(clock, stands_still_until_it_is_moved)
{
    struct clock clock = clock_fixed(1709164790 * US_PER_SECOND);
    cr_assert_eq(clock_now_us(&clock), INT64_C(1709164790000000));
    cr_assert_eq(clock_now_us(&clock), INT64_C(1709164790000000));
    clock.fixed_us += US_PER_HOUR;
    cr_assert_eq(clock_now_us(&clock), INT64_C(1709168390000000));
}

Test(clock, of_the_system_is_after_this_was_written)
{
    struct clock clock = clock_system();
    cr_assert_gt(clock_now_us(&clock), INT64_C(1700000000) * US_PER_SECOND);
}

Test(clock, monotonic_never_goes_back)
{
    int64_t last = clock_monotonic_us();
    cr_assert_gt(last, 0);
    for (int i = 0; i < 10000; i++) {
        int64_t now = clock_monotonic_us();
        cr_assert_geq(now, last);
        last = now;
    }
}
