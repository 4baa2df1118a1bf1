/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/memory.h"
#include "fault/audit_mutants.h"
#include "store/audit_store.h"
#include "support/folder.h"

enum { RECORDS = 600, RUNS_OF_EACH = 6 };

static struct scratch_store *scratch;

static void start(void)
{
    scratch = scratch_store_new();
}

static void stop(void)
{
    scratch_store_free(scratch);
}

TestSuite(audit, .init = start, .fini = stop);

static enum status verify(struct audit_report *report)
{
    struct error err = ERROR_INIT;
    enum status status = audit_verify(scratch->store, report, &err);
    if (status != STATUS_OK) {
        fprintf(stderr, "%s\n", error_text(&err));
    }
    return status;
}

Test(audit, of_an_empty_log_holds)
{
    struct audit_report report;
    cr_assert_eq(verify(&report), STATUS_OK);
    cr_expect_eq(report.records, 0);
}

Test(audit, of_an_untouched_log_holds)
{
    struct audit_report report;
    audit_log_fill(scratch, RECORDS);
    cr_assert_eq(verify(&report), STATUS_OK);
    cr_expect_eq(report.records, RECORDS);
    cr_expect_gt(report.checkpoints, 1);
    cr_expect_gt(report.unanchored, 0, "the sample needs a tail");
    scratch_store_close(scratch);
    scratch_store_open(scratch);
    cr_expect_eq(verify(&report), STATUS_OK, "opened again");
}

Test(audit, finds_every_mutation)
{
    struct random r = random_start("audit");
    struct audit_report report;
    audit_log_fill(scratch, RECORDS);
    for (int which = 0; which < AUDIT_MUTANTS_COUNT; which++) {
        for (int i = 0; i < RUNS_OF_EACH; i++) {
            cr_expect(audit_mutant_is_found(scratch, &AUDIT_MUTANTS[which], &r), "%s (run %d, seed %llu)",
                      AUDIT_MUTANTS[which].name, i, (unsigned long long)r.seed);
        }
    }
    cr_expect_eq(verify(&report), STATUS_OK, "the mutations were taken back");
}

/* The whole file of yesterday put back: the key has gone on since. */
Test(audit, finds_an_older_copy_of_the_database)
{
    struct audit_report report;
    struct error err = ERROR_INIT;
    audit_log_fill(scratch, 300);
    scratch_store_close(scratch);
    char *copy = folder_path(scratch->folder, "yesterday.db");
    file_copy(scratch->path, copy);
    scratch_store_open(scratch);
    audit_log_fill(scratch, 600); /* more than one epoch */
    cr_assert_eq(verify(&report), STATUS_OK);
    scratch_store_close(scratch);
    file_copy(copy, scratch->path);
    scratch_store_open(scratch);
    cr_expect_eq(verify(&report), STATUS_DAMAGED);
    cr_expect_eq(store_begin(scratch->store, &err), STATUS_STALE, "nothing is written behind it either");
    mem_free(copy);
}
