/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/cuts.h"
#include "sync/sync_test.h"

/* A small sample that moves from run to run; `./run proof sync` tries every record of TLS at five places, and every byte when it is told to. */
Test(cuts, of_the_line_at_any_byte_lose_nothing_and_double_nothing)
{
    NEEDS_POSTGRES();
    struct cuts_result result;
    struct random random = random_start("cuts");
    cr_expect_eq(cuts_run(&random, 6, &result), 0, "TEST_SEED=%llu", (unsigned long long)random.seed);
    cr_expect_eq(result.cuts, 12);
    cr_expect_gt(result.broken, 6, "the cuts cut nothing");
    cr_expect_gt(result.records[0], 10);
    cr_expect_gt(result.records[1], 10);
}
