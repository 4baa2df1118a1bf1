/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/simulate.h"

#include "support/random.h"
#include "sync/sync_test.h"

/* A short run that moves from day to day; `./run proof sync` runs longer ones. */
Test(simulate, people_lines_clocks_and_restarts_in_any_order_lose_nothing)
{
    NEEDS_POSTGRES();
    struct simulate_result result;
    struct random random = random_start("simulate");
    cr_expect_eq(simulate_run(random.seed, 3, 90, &result), 0, "TEST_SEED=%llu", (unsigned long long)random.seed);
    cr_expect_gt(result.writes, 10);
    cr_expect_gt(result.exchanges, 10);
}
