/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "fault/sessions.h"
#include "support/random.h"

Test(sessions, share_one_cache_and_lose_nothing)
{
    static struct sessions_report report;
    struct sessions_options options = {.processes = 8, .writers = 3, .deeds = 25, .kills = 2,
                                       .seed = random_start("sessions").seed};
    sessions_run(&options, &report);
    cr_expect_str_empty(report.why, "%s (seed %llu)", report.why, (unsigned long long)options.seed);
    cr_expect_gt(report.reads.count, 100);
    cr_expect_gt(report.writes.count, 10);
}
