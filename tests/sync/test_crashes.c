/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/crashes.h"
#include "sync/sync_test.h"

/* A small sample that moves from run to run; `./run proof sync` tries every call. */
Test(crashes, at_any_write_of_an_exchange_lose_nothing_and_double_nothing)
{
    NEEDS_POSTGRES();
    struct crashes_result result;
    struct random random = random_start("crashes");
    cr_expect_eq(crashes_run(&random, 2, &result), 0, "TEST_SEED=%llu", (unsigned long long)random.seed);
    cr_expect_gt(result.calls, 25, "the harness is blind: %llu calls", (unsigned long long)result.calls);
    cr_expect_geq(result.stopped[CRASH_KILL] + result.stopped[CRASH_KILL_TORN], 2, "nothing died");
    cr_expect_geq(result.stopped[CRASH_POWER], 1, "the power stayed on");
    cr_expect_geq(result.stopped[CRASH_IO_ERROR] + result.stopped[CRASH_DISK_FULL], 2, "nothing failed");
}
