/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "fault/audit_mutants.h"
#include "store/audit_store.h"
#include "store/store_private.h"
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

/* Database and key put back together: only what was kept elsewhere finds it. */
Test(audit, finds_what_was_put_back_with_its_key_by_a_checkpoint_kept_elsewhere)
{
    static const char *const copies[] = {"yesterday.db", "yesterday.key"};
    struct audit_report report;
    struct error err = ERROR_INIT;
    struct audit_anchor_list anchors = {0};
    char *note = NULL, *key = mem_copy_text(scratch->store->audit_path);
    char *copy[] = {folder_path(scratch->folder, copies[0]), folder_path(scratch->folder, copies[1])};
    audit_log_fill(scratch, 300);
    scratch_store_close(scratch);
    file_copy(scratch->path, copy[0]);
    file_copy(key, copy[1]);
    scratch_store_open(scratch);
    audit_log_fill(scratch, 600);
    cr_assert_eq(audit_newest_note(scratch->store, &note, &err), STATUS_OK);
    cr_assert_eq(audit_anchor_add_note(scratch->store, note, &anchors, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(audit_verify_against(scratch->store, &anchors, &report, &err), STATUS_OK, "%s", error_text(&err));
    scratch_store_close(scratch);
    file_copy(copy[0], scratch->path);
    file_copy(copy[1], key);
    scratch_store_open(scratch);
    cr_expect_eq(verify(&report), STATUS_OK, "by itself it looks whole");
    cr_expect_eq(audit_verify_against(scratch->store, &anchors, &report, &err), STATUS_DAMAGED, "it ends before the checkpoint");
    audit_log_fill(scratch, 900); /* another history over the same numbers */
    cr_expect_eq(verify(&report), STATUS_OK);
    cr_expect_eq(audit_verify_against(scratch->store, &anchors, &report, &err), STATUS_DAMAGED);
    cr_expect_eq(report.first_bad_seq, anchors.items[0].seq);
    note[strlen(note) / 2] ^= 1;
    cr_expect_eq(audit_anchor_add_note(scratch->store, note, &anchors, &err), STATUS_INVALID);
    cr_expect_eq(anchors.len, 1);
    mem_free(anchors.items);
    mem_free(note);
    mem_free(key);
    mem_free(copy[0]);
    mem_free(copy[1]);
}
