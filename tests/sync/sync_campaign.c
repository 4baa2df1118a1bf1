/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `./run proof sync`: the line cut in every record of an exchange, at five places (first argument: 0; or after every byte when it is 1,
 * every second when it is 2 ...), the centre crashed and the program killed again and again (second: how often), the process
 * stopped or failing at every write of an exchange, and simulated weeks of several terminals (third: runs of 400 steps, of which
 * 2500 make a million; fourth: how many writes of each kind instead of every one). A line for each; unrun or failing counts as
 * failed. A run that fails is cut down to its smallest number of steps. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/postgres.h"
#include "support/proxy.h"
#include "sync/crashes.h"
#include "sync/cuts.h"
#include "sync/kills.h"
#include "sync/simulate.h"

enum { SIMULATED_STEPS = 400, SIMULATED_TERMINALS = 4 };

static long prove_crashes(struct random *random, long count)
{
    struct crashes_result result;
    long wrong = crashes_run(random, count, &result);
    for (int kind = 0; kind < CRASH_KIND_COUNT; kind++) {
        bool is_run = result.tried[kind] > 0 && result.stopped[kind] > result.tried[kind] / 2;
        printf("%s crashes: %s, %s of %llu calls: %ld of %ld were stopped by it\n", wrong == 0 && is_run ? "PASSED" : "FAILED",
               crash_kind_name((enum crash_kind)kind), count == 0 ? "each" : "some", (unsigned long long)result.calls, result.stopped[kind], result.tried[kind]);
        wrong += !is_run;
    }
    printf("%s I2  after %ld losses of power in an exchange, with writes that were not synced, every saved change is in the ledger once\n",
           wrong == 0 && result.stopped[CRASH_POWER] > 0 ? "PASSED" : "FAILED", result.stopped[CRASH_POWER]);
    return wrong;
}

static long prove_by_simulation(struct random *random, long runs)
{
    struct simulate_result result, sum = {0};
    long wrong = 0;
    for (long i = 0; i < runs; i++) {
        uint64_t seed = random_next(random) % 1000000000;
        if (simulate_run(seed, SIMULATED_TERMINALS, SIMULATED_STEPS, &result) > 0) {
            printf("FAILED simulation: seed %llu fails with %ld steps\n", (unsigned long long)seed,
                   simulate_shrink(seed, SIMULATED_TERMINALS, SIMULATED_STEPS));
        }
        sum.steps += result.steps;
        sum.writes += result.writes;
        sum.exchanges += result.exchanges;
        sum.broken += result.broken;
        sum.restarts += result.restarts;
        sum.erased += result.erased;
        sum.entered += result.entered;
        sum.bad += result.bad;
        sum.repeats += result.repeats;
        sum.losers += result.losers;
        for (int c = 0; c < CLAIM_COUNT; c++) {
            sum.wrong[c] += result.wrong[c];
        }
    }
    printf("simulation: %ld runs of %d terminals, %ld steps, %ld writes (%ld of them bad), %ld exchanges, %ld broken off, %ld repeats, %ld restarts, "
           "%ld erased, %ld entered, %ld losers kept\n", runs, SIMULATED_TERMINALS, sum.steps, sum.writes, sum.bad, sum.exchanges, sum.broken,
           sum.repeats, sum.restarts, sum.erased, sum.entered, sum.losers);
    bool is_run = sum.broken > 0 && sum.bad > 0 && sum.repeats > 0 && sum.restarts > 0 && sum.erased > 0 && sum.entered > 0 && sum.losers > 0;
    long apart = sum.wrong[CLAIM_SAME_ROWS] + sum.wrong[CLAIM_LEDGER] + sum.wrong[CLAIM_ONCE] + sum.wrong[CLAIM_LOSERS_KEPT] + sum.wrong[CLAIM_NOTHING_GONE];
    printf("%s I12 the terminals' clocks were two and four days apart, and I1 to I5 hold\n", is_run && apart == 0 ? "PASSED" : "FAILED");
    for (int c = 0; c < CLAIM_COUNT; c++) {
        printf("%s %s\n", sum.wrong[c] == 0 && is_run ? "PASSED" : "FAILED", simulate_claim_text((enum simulate_claim)c));
        wrong += sum.wrong[c] != 0 || !is_run;
    }
    return wrong;
}

static long prove_cuts(long every)
{
    struct cuts_result cuts;
    long wrong = every > 0 ? cuts_run_bytes(every, &cuts) : cuts_run_records(&cuts);
    bool is_run = cuts.cuts > 0 && cuts.broken > cuts.cuts / 2;
    printf("%s cuts: %ld of %ld exchanges broken off (%ld bytes in %ld records to the centre, %ld in %ld back; ", wrong == 0 && is_run ? "PASSED" : "FAILED",
           cuts.broken, cuts.cuts, cuts.bytes[0], cuts.records[0], cuts.bytes[1], cuts.records[1]);
    if (every > 0) {
        printf("after every byte that %ld divides", every);
    } else {
        printf("in each record at %d places", PROXY_PLACE_COUNT);
    }
    printf("), %ld disagreements\n", wrong);
    printf("%s I6  after %ld exchanges that broke off no row was missing behind the cursor\n", wrong == 0 && is_run ? "PASSED" : "FAILED", cuts.broken);
    return wrong + !is_run;
}

int main(int argc, char **argv)
{
    long every = argc > 1 ? strtol(argv[1], NULL, 10) : 0, kills = argc > 2 ? strtol(argv[2], NULL, 10) : 300,
         runs = argc > 3 ? strtol(argv[3], NULL, 10) : 250, crashes = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
    struct random random = random_start("sync campaign");
    struct kills_result killed;
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* a child that starts must not find half a report to print again */
    if (every < 0 || !postgres_start()) {
        (void)fprintf(stderr, "sync: FAILED: PostgreSQL 15 with pg_partman is not installed\n");
        return EXIT_FAILURE;
    }
    long wrong = prove_cuts(every);
    long lost = kills_run(&random, kills, &killed);
    bool is_run = killed.kills > 0 && killed.crashes > 0;
    printf("%s kills: %ld of the program, %ld crashes of the centre, %ld changes written, %ld disagreements\n",
           lost == 0 && is_run ? "PASSED" : "FAILED", killed.kills, killed.crashes, killed.written, lost);
    wrong += lost + !is_run + prove_crashes(&random, crashes) + prove_by_simulation(&random, runs);
    postgres_stop();
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
