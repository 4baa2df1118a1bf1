/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof audit: 10,000 random mutations (first argument: another count), each found; then the speed of verifying. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/fatal.h"
#include "fault/audit_mutants.h"
#include "store/audit_store.h"

enum { RECORDS = 700, RUNS = 10000, LONG_LOG = 200000 };

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

static void measure(void)
{
    struct scratch_store *s = scratch_store_new();
    struct audit_report report;
    struct error err = ERROR_INIT;
    audit_log_fill(s, LONG_LOG);
    clock_t started = clock(); /* of this process: a busy machine adds nothing */
    if (audit_verify(s->store, &report, &err) != STATUS_OK || report.records != LONG_LOG) {
        fatal("%s", error_text(&err));
    }
    double seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
    printf("audit: %d records and %llu checkpoints verified in %.2f s of cpu, %.0f records/s\n", LONG_LOG,
           (unsigned long long)report.checkpoints, seconds, LONG_LOG / seconds);
    scratch_store_free(s);
}

int main(int argc, char **argv)
{
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what was found so far stays, whatever comes */
    int survived = mutate(argc > 1 ? (int)strtol(argv[1], NULL, 10) : RUNS);
    measure();
    return survived == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
