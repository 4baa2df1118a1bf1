/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A second person on this terminal: who may stand for what, and for how long. */
#include <criterion/criterion.h>

#include "service/audits.h"
#include "service/witness.h"
#include "support/clinic.h"

Test(witness, is_somebody_else_whose_role_allows_it)
{
    static const struct {
        enum clinic_person actor, second;
        enum permission permission;
        enum status status;
    } cases[] = {
        {CLINIC_NURSE, CLINIC_PHARMACIST, PERMISSION_OVERRIDE_CONTRAINDICATED, STATUS_OK},
        {CLINIC_NURSE, CLINIC_PRESCRIBER, PERMISSION_OVERRIDE_CONTRAINDICATED, STATUS_OK},
        {CLINIC_NURSE, CLINIC_NURSE, PERMISSION_DOSE_RECORD, STATUS_REFUSED},
        {CLINIC_PHARMACIST, CLINIC_PHARMACIST, PERMISSION_OVERRIDE_CONTRAINDICATED, STATUS_REFUSED},
        {CLINIC_NURSE, CLINIC_NURSE_2, PERMISSION_OVERRIDE_CONTRAINDICATED, STATUS_NOT_PERMITTED},
        {CLINIC_NURSE, CLINIC_NURSE_2, PERMISSION_DOSE_RECORD, STATUS_OK},
        {CLINIC_NURSE, CLINIC_TECHNICIAN, PERMISSION_DOSE_RECORD, STATUS_NOT_PERMITTED},
        {CLINIC_NURSE, CLINIC_ADMIN, PERMISSION_OVERRIDE_CONTRAINDICATED, STATUS_NOT_PERMITTED},
    };
    struct clinic *c = clinic_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct witness witness = {0};
        clinic_hire(c, cases[i].second);
        cr_assert_eq(witness_authenticate(clinic_actor(c, cases[i].actor), clinic_login(cases[i].second),
                                          clinic_password(cases[i].second), NULL, cases[i].permission, &witness, &err),
                     cases[i].status, "case %zu: %s", i, error_text(&err));
        cr_assert_eq(uid_is_none(witness.user), cases[i].status != STATUS_OK, "case %zu", i);
    }
    clinic_free(c);
}

Test(witness, needs_their_own_password)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct witness witness = {0};
    clinic_hire(c, CLINIC_PHARMACIST);
    cr_assert_eq(witness_authenticate(clinic_actor(c, CLINIC_NURSE), clinic_login(CLINIC_PHARMACIST),
                                      clinic_password(CLINIC_NURSE), NULL, PERMISSION_OVERRIDE_CONTRAINDICATED, &witness, &err),
                 STATUS_BAD_SECRET);
    cr_assert(uid_is_none(witness.user));
    clinic_free(c);
}

/* Who tries names at an open screen leaves a row for each. */
Test(witness, a_wrong_password_is_written_down)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct witness witness = {0};
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    struct audit_line_list lines = {0};
    const struct audit_period all = {.to_us = INT64_MAX, .action_begin = "witness.", .before_seq = INT64_MAX, .limit = 10};
    clinic_hire(c, CLINIC_PHARMACIST);
    cr_assert_eq(witness_authenticate(nurse, clinic_login(CLINIC_PHARMACIST), "not this one, certainly", NULL, PERMISSION_DOSE_RECORD,
                                      &witness, &err), STATUS_BAD_SECRET);
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &all, &lines, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(lines.len, (size_t)1);
    cr_expect_str_eq(lines.items[0].outcome, status_name(STATUS_BAD_SECRET));
    cr_expect_eq(lines.items[0].risk, RISK_LEVEL_HIGH);
    audit_line_list_release(&lines);
    clinic_free(c);
}

Test(witness, is_good_for_the_actor_who_asked_and_for_five_minutes)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct witness witness = {0};
    const enum permission may = PERMISSION_OVERRIDE_CONTRAINDICATED;
    clinic_hire(c, CLINIC_PHARMACIST);
    cr_assert_eq(witness_authenticate(clinic_actor(c, CLINIC_NURSE), clinic_login(CLINIC_PHARMACIST),
                                      clinic_password(CLINIC_PHARMACIST), NULL, may, &witness, &err),
                 STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(witness_check(clinic_actor(c, CLINIC_NURSE), &witness, may, &err), STATUS_OK);
    cr_assert_eq(witness_check(clinic_actor(c, CLINIC_NURSE_2), &witness, may, &err), STATUS_REFUSED);
    clinic_pass(c, WITNESS_LIFE_US);
    cr_assert_eq(witness_check(clinic_actor(c, CLINIC_NURSE), &witness, may, &err), STATUS_OK);
    clinic_pass(c, 1);
    cr_assert_eq(witness_check(clinic_actor(c, CLINIC_NURSE), &witness, may, &err), STATUS_REFUSED);
    const struct witness nobody = {0};
    cr_assert_eq(witness_check(clinic_actor(c, CLINIC_NURSE), &nobody, may, &err), STATUS_REFUSED);
    clinic_free(c);
}
