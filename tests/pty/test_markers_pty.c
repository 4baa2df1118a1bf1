/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "pty/markers.h"

Test(markers_pty, nothing_planted_is_found_anywhere)
{
    struct random r = random_start("markers");
    struct marker_scan scan;
    markers_run(100, &r, &scan);
    cr_expect_eq(scan.found, 0, "seed %llu:\n%s", (unsigned long long)r.seed, scan.where);
    cr_expect_gt(scan.files, 10, "%d files: nothing was searched", scan.files);
}
