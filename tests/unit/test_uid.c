/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/uid.h"

#define NOW_US (INT64_C(1709164790123) * 1000 + 456)

Test(uid, carries_version_variant_and_time)
{
    struct clock clock = clock_fixed(NOW_US);
    for (int i = 0; i < 1000; i++) {
        struct uid id = uid_new(&clock);
        cr_assert_eq(id.bytes[6] >> 4, 7, "version");
        cr_assert_eq(id.bytes[8] >> 6, 2, "variant");
        cr_assert_eq(uid_time_us(id), INT64_C(1709164790123000));
        clock.fixed_us = NOW_US; /* the first ids of one millisecond stay in it */
    }
}

Test(uid, rises_strictly_within_and_across_milliseconds)
{
    struct clock clock = clock_fixed(NOW_US);
    struct uid last = uid_new(&clock);
    for (int i = 0; i < 200000; i++) {
        clock.fixed_us += i % 1000 == 0 ? 900 : 0;
        clock.fixed_us -= i % 70000 == 69999 ? 5 * US_PER_SECOND
                                             : 0; /* the system corrects its time */
        struct uid id = uid_new(&clock);
        cr_assert_gt(uid_compare(id, last), 0, "id %d", i);
        last = id;
    }
}

Test(uid, follows_a_clock_that_was_set_back_for_good)
{
    struct clock clock = clock_fixed(NOW_US);
    (void)uid_new(&clock);
    clock.fixed_us -= 24 * US_PER_HOUR;
    cr_assert_eq(uid_time_us(uid_new(&clock)), INT64_C(1709164790123000) - 24 * US_PER_HOUR);
}

Test(uid, holds_times_it_cannot_write_at_its_limits)
{
    struct clock clock = clock_fixed(-5 * US_PER_SECOND);
    cr_assert_eq(uid_time_us(uid_new(&clock)), 0);
    clock.fixed_us = INT64_MAX;
    cr_assert_eq(uid_time_us(uid_new(&clock)), ((INT64_C(1) << 48) - 1) * 1000);
}

Test(uid, repeats_itself_under_a_test_seed_only)
{
    struct clock clock = clock_fixed(NOW_US);
    char first[UID_TEXT_MAX], second[UID_TEXT_MAX];
    uid_set_test_seed(7);
    (void)uid_format(uid_new(&clock), first);
    cr_assert_str_eq(first, "018df229-016b-7000-8000-000000000007");
    uid_set_test_seed(7);
    cr_assert_str_eq(uid_format(uid_new(&clock), second), first);
    cr_assert_str_neq(uid_format(uid_new(&clock), second), first);
    uid_set_test_seed(0);
    (void)uid_format(uid_new(&clock), first);
    uid_set_test_seed(0);
    cr_assert_str_neq(uid_format(uid_new(&clock), second), first);
}

Test(uid, reads_what_it_writes)
{
    char text[UID_TEXT_MAX];
    struct uid id;
    cr_assert_eq(uid_parse("0192F0c1-1234-7abc-8def-0123456789aB", &id, NULL), STATUS_OK);
    cr_assert_str_eq(uid_format(id, text), "0192f0c1-1234-7abc-8def-0123456789ab");
    struct uid again;
    cr_assert_eq(uid_parse(text, &again, NULL), STATUS_OK);
    cr_assert_eq(uid_compare(id, again), 0);
    cr_assert(uid_is_none(UID_NONE));
    cr_assert_not(uid_is_none(id));
    cr_assert_str_eq(uid_format(UID_NONE, text), "00000000-0000-0000-0000-000000000000");
}

Test(uid, refuses_anything_else)
{
    static const char *const rows[] = {
        "",
        "0192f0c1",
        "0192f0c1-1234-7abc-8def-0123456789a",
        "0192f0c1-1234-7abc-8def-0123456789abc",
        "0192f0c1-1234-7abc-8def-0123456789ag",
        "0192f0c1-1234-7abc-8def_0123456789ab",
        "{192f0c1-1234-7abc-8def-0123456789ab",
        "0192f0c11234-7abc-8def-0123456789ab-",
        "0192f0c1-1234-7abc-8def-01234567\xC3\xA9--",
        " 192f0c1-1234-7abc-8def-0123456789ab",
        "+192f0c1-1234-7abc-8def-0123456789ab",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct uid id = {{9}};
        struct error err = ERROR_INIT;
        cr_assert_eq(uid_parse(rows[i], &id, &err), STATUS_INVALID, "'%s'", rows[i]);
        cr_assert_eq(id.bytes[0], 9, "'%s' touched the result", rows[i]);
        cr_assert_gt(strlen(err.message), 0);
    }
    struct uid id;
    cr_assert_eq(uid_parse(NULL, &id, NULL), STATUS_INVALID);
}
