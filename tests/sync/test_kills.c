/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/kills.h"
#include "sync/sync_test.h"

/* A few; `./run proof sync` kills hundreds. The centre does not crash here, because other tests use it. */
Test(kills, of_the_program_lose_nothing_that_was_saved)
{
    NEEDS_POSTGRES();
    struct kills_result result;
    struct random random = random_start("kills");
    cr_expect_eq(kills_run(&random, 5, &result), 0, "TEST_SEED=%llu", (unsigned long long)random.seed);
    cr_expect_eq(result.kills, 5);
}
