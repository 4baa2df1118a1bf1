/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model/permission.h"

/* Roles by letter: P T N S R(prescriber) F O(privacy officer) A(auditor) M(administrator). Written
 * down a second time on purpose: a change of the table has to be meant. */
static const struct {
    const char *word, *roles;
} expected[] = {
    {"patient_find", "PTNSRFO"}, {"patient_read", "PTNSRFO"},
    {"patient_write", "PTNRF"},  {"patient_join", "PNRO"},  {"clinical_read", "PTNSR"},
    {"allergy_write", "PTNR"},   {"condition_write", "PNR"}, {"metric_write", "PTNSR"}, {"access_read", "PNROA"},
    {"order_write", "R"},        {"order_transcribe", "PN"},
    {"order_stop", "PNR"},       {"order_verify", "P"}, {"refill_ask", "PT"},
    {"fill_prepare", "PT"},      {"fill_check", "P"},        {"fill_hand_over", "PT"}, {"pickup_read", "PTF"}, {"directory_write", "PNRTFM"},
    {"dose_record", "PNR"},      {"dose_correct", "PNR"},
    {"dose_supervise", "PR"},
    {"dose_witness", "PNR"},     {"dose_assist", "S"},
    {"override_major", "PNR"},   {"override_contraindicated", "PR"},
    {"reconcile", "PTNR"},       {"reconcile_sign", "PNR"},
    {"import_run", "PM"},        {"site_admin", "M"},
    {"staff_admin", "M"},        {"audit_read", "OA"},
    {"audit_verify", "OAM"},     {"report_read", "PNROAM"},
    {"export_patient", "PRO"},   {"erase_patient", "O"},
    {"patient_restrict", "O"},   {"emergency_access", "PNR"},
    {"emergency_review", "O"},
    {"settings_write", "M"},     {"knowledge_admin", "PM"}, {"knowledge_raise", "P"},
    {"draft_own", "PTNSRFOAM"},  {"session_own", "PTNSRFOAM"},
};
static const char letters[] = {
    [ROLE_PHARMACIST] = 'P',      [ROLE_TECHNICIAN] = 'T', [ROLE_NURSE] = 'N',
    [ROLE_STUDENT] = 'S',         [ROLE_PRESCRIBER] = 'R', [ROLE_FRONT_DESK] = 'F',
    [ROLE_PRIVACY_OFFICER] = 'O', [ROLE_AUDITOR] = 'A',    [ROLE_ADMINISTRATOR] = 'M'};

Test(permission, is_given_to_the_roles_that_were_decided)
{
    cr_assert_eq(sizeof expected / sizeof *expected, PERMISSION_COUNT - 1,
                 "a permission without an expectation");
    cr_assert_eq(sizeof letters, ROLE_COUNT, "a role without a letter");
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        enum permission permission = permission_from_word(expected[i].word);
        cr_assert_neq(permission, PERMISSION_NONE, "%s", expected[i].word);
        for (int role = 1; role < ROLE_COUNT; role++) {
            cr_expect_eq(permission_allows((enum role)role, permission),
                         strchr(expected[i].roles, letters[role]) != NULL, "%s, %s",
                         expected[i].word, enum_word(ENUM_ROLE, role));
        }
    }
}

Test(permission, refuses_what_is_not_listed)
{
    cr_expect_not(permission_allows(ROLE_NONE_GIVEN, PERMISSION_SESSION_OWN));
    cr_expect_not(permission_allows(ROLE_COUNT, PERMISSION_SESSION_OWN));
    cr_expect_not(permission_allows((enum role)99, PERMISSION_SESSION_OWN));
    cr_expect_not(permission_allows(ROLE_PRESCRIBER, PERMISSION_NONE));
    cr_expect_not(permission_allows(ROLE_PRESCRIBER, PERMISSION_COUNT));
    cr_expect_eq(permission_from_word("everything"), PERMISSION_NONE);
    cr_expect_eq(permission_from_word(NULL), PERMISSION_NONE);
    cr_expect_str_eq(permission_word(PERMISSION_COUNT), "");
}

Test(permission, gives_every_role_a_row_and_every_permission_a_role)
{
    for (int role = 1; role < ROLE_COUNT; role++) {
        int count = 0;
        for (int i = 1; i < PERMISSION_COUNT; i++) {
            count += permission_allows((enum role)role, (enum permission)i);
        }
        cr_expect_gt(count, 2, "%s can do nothing but sign in", enum_word(ENUM_ROLE, role));
    }
    for (int i = 1; i < PERMISSION_COUNT; i++) {
        int count = 0;
        for (int role = 1; role < ROLE_COUNT; role++) {
            count += permission_allows((enum role)role, (enum permission)i);
        }
        cr_expect_gt(count, 0, "nobody has %s", permission_word((enum permission)i));
        const char *help = permission_help((enum permission)i);
        cr_expect(strlen(help) > 8 && help[strlen(help) - 1] == '.', "%s", help);
    }
}

Test(permission, keeps_the_office_out_of_the_chart)
{
    static const enum role office[] = {ROLE_FRONT_DESK, ROLE_PRIVACY_OFFICER, ROLE_AUDITOR,
                                       ROLE_ADMINISTRATOR};
    for (int i = 1; i < PERMISSION_COUNT; i++) {
        enum permission_kind kind = permission_kind((enum permission)i);
        for (size_t k = 0; k < sizeof office / sizeof *office; k++) {
            cr_expect(kind != PERMISSION_KIND_CLINICAL_WRITE ||
                          !permission_allows(office[k], (enum permission)i),
                      "%s may %s", enum_word(ENUM_ROLE, (int)office[k]),
                      permission_word((enum permission)i));
        }
        cr_expect(kind != PERMISSION_KIND_CLINICAL_READ ||
                  !permission_allows(ROLE_FRONT_DESK, (enum permission)i));
        cr_expect(kind != PERMISSION_KIND_PERSONAL ||
                  !permission_allows(ROLE_ADMINISTRATOR, (enum permission)i));
    }
    static const char *const clinical_writes[] = {"allergy_write",  "condition_write", "metric_write",
                                                  "order_write",    "order_transcribe",
                                                  "order_stop",     "order_verify", "refill_ask",
                                                  "dose_record",    "dose_correct",
                                                  "override_major", "override_contraindicated"};
    for (size_t i = 0; i < sizeof clinical_writes / sizeof *clinical_writes; i++) {
        cr_expect_eq(permission_kind(permission_from_word(clinical_writes[i])),
                     PERMISSION_KIND_CLINICAL_WRITE, "%s", clinical_writes[i]);
    }
}

/* UPDATE_DOCS=1 writes the page instead. */
Test(permission, is_documented_as_it_is)
{
    struct buffer page = BUFFER_INIT;
    struct buffer file = BUFFER_INIT;
    permission_write_markdown(&page);
    if (getenv("UPDATE_DOCS") != NULL) {
        FILE *out = fopen(PC_SRCDIR "/docs/permissions.md", "w");
        cr_assert_not_null(out);
        fputs(page.bytes, out);
        fclose(out);
    }
    cr_assert_eq(buffer_read_file(&file, PC_SRCDIR "/docs/permissions.md", 1 << 16, NULL),
                 STATUS_OK);
    cr_assert_str_eq(file.bytes, page.bytes,
                     "docs/permissions.md is old: UPDATE_DOCS=1 ./unit_tests");
    buffer_release(&page);
    buffer_release(&file);
}
