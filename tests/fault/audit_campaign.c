/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof audit: 10,000 random mutations (first argument: another count), each found; then the speed of verifying a long
 * log (second argument: its length), of which the best of some rounds counts: what other programs take adds to the others. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fatal.h"
#include "fault/audit_mutants.h"
#include "store/audit_store.h"

enum { RECORDS = 700, RUNS = 10000, LONG_LOG = 200000, ROUNDS = 5 };

static int mutate(int runs)
{
    struct scratch_store *s = scratch_store_new();
    struct random r = random_start("audit");
    int survived = 0;
    audit_log_fill(s, RECORDS);
    for (int which = 0; which < AUDIT_MUTANTS_COUNT; which++) {
        int share = runs / AUDIT_MUTANTS_COUNT + (which < runs % AUDIT_MUTANTS_COUNT), found = 0;
        for (int i = 0; i < share; i++) {
            found += audit_mutant_is_found(s, &AUDIT_MUTANTS[which], &r);
        }
        printf("%-32s %6d of %6d found\n", AUDIT_MUTANTS[which].name, found, share);
        survived += share - found;
    }
    scratch_store_free(s);
    printf("audit: %d mutations, %d not found (seed %llu)\n", runs, survived, (unsigned long long)r.seed);
    return survived;
}

static void measure(int records)
{
    struct scratch_store *s = scratch_store_new();
    struct audit_report report;
    struct error err = ERROR_INIT;
    double best = 0, worst = 0;
    audit_log_fill(s, records);
    for (int i = 0; i < ROUNDS; i++) {
        clock_t started = clock(); /* of this process: a busy machine adds little */
        if (audit_verify(s->store, &report, &err) != STATUS_OK || report.records != (uint64_t)records) {
            fatal("%s", error_text(&err));
        }
        double seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
        best = i == 0 || seconds < best ? seconds : best;
        worst = seconds > worst ? seconds : worst;
    }
    printf("audit: %d records and %llu checkpoints verified in %.2f s of cpu, %.0f records/s (the slowest of %d rounds: %.0f)\n", records,
           (unsigned long long)report.checkpoints, best, records / best, ROUNDS, records / worst);
    scratch_store_free(s);
}

int main(int argc, char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what was found so far stays, whatever comes */
    int survived = mutate(argc > 1 ? (int)strtol(argv[1], NULL, 10) : RUNS);
    measure(argc > 2 ? (int)strtol(argv[2], NULL, 10) : LONG_LOG);
    return survived == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
