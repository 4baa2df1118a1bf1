/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `./run proof sync`: the line cut after every byte of an exchange (every 16th with an argument of 16), the centre crashed and
 * the program killed again and again (second argument: how often), the process stopped or failing at every write of an exchange,
 * and simulated weeks of several terminals (third: runs of 400 steps; fourth: how many writes of each kind
 * instead of every one). A line for each; unrun or failing counts as failed. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "support/postgres.h"
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
        for (int c = 0; c < CLAIM_COUNT; c++) {
            sum.wrong[c] += result.wrong[c];
        }
    }
    printf("simulation: %ld runs of %d terminals, %ld steps, %ld writes, %ld exchanges, %ld broken off, %ld restarts, %ld erased, %ld entered\n", runs,
           SIMULATED_TERMINALS, sum.steps, sum.writes, sum.exchanges, sum.broken, sum.restarts, sum.erased, sum.entered);
    for (int c = 0; c < CLAIM_COUNT; c++) {
        printf("%s %s\n", sum.wrong[c] == 0 && sum.writes > 0 ? "PASSED" : "FAILED", simulate_claim_text((enum simulate_claim)c));
        wrong += sum.wrong[c] != 0 || sum.writes == 0;
    }
    return wrong;
}

int main(int argc, char **argv)
{
    long every = argc > 1 ? strtol(argv[1], NULL, 10) : 1, kills = argc > 2 ? strtol(argv[2], NULL, 10) : 300,
         runs = argc > 3 ? strtol(argv[3], NULL, 10) : 20, crashes = argc > 4 ? strtol(argv[4], NULL, 10) : 0;
    struct random random = random_start("sync campaign");
    struct cuts_result cuts;
    struct kills_result killed;
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* a child that starts must not find half a report to print again */
    if (every < 1 || !postgres_start()) {
        (void)fprintf(stderr, "sync: FAILED: PostgreSQL 15 with pg_partman is not installed\n");
        return EXIT_FAILURE;
    }
    long wrong = cuts_run(&random, 0, every, &cuts);
    printf("%s cuts: %ld of %ld exchanges broken off (%ld bytes to the centre, %ld back, every %ld), %ld disagreements\n",
           wrong == 0 && cuts.cuts > 0 ? "PASSED" : "FAILED", cuts.broken, cuts.cuts, cuts.bytes[0], cuts.bytes[1], every, wrong);
    long lost = kills_run(&random, kills, &killed);
    printf("%s kills: %ld of the program, %ld crashes of the centre, %ld changes written, %ld disagreements\n",
           lost == 0 && killed.kills > 0 ? "PASSED" : "FAILED", killed.kills, killed.crashes, killed.written, lost);
    lost += prove_crashes(&random, crashes);
    lost += prove_by_simulation(&random, runs);
    postgres_stop();
    return wrong + lost == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
