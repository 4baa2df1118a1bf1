/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "fault/ward_steps.h"
#include "support/random.h"

Test(ward, loses_no_dose_and_counts_none_twice)
{
    struct ward_steps_report report;
    ward_steps_run(random_start("ward").seed, 300, &report);
    cr_assert_str_eq(report.why, "");
    cr_assert_gt(report.recorded, 30);
    cr_assert_gt(report.slots_checked, 1000);
}
