/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "pty/lost.h"

/* A few screens, others at each run; all of them: ./run proof lost. */
Test(lost_pty, nothing_is_lost_with_the_line)
{
    struct random r = random_start("lost");
    struct lost_run run;
    lost_run(8, &r, &run);
    cr_expect_eq(run.wrong, 0, "seed %llu:\n%s", (unsigned long long)r.seed, run.why);
    cr_expect_gt(run.ends, 2, "%d ends", run.ends);
}
