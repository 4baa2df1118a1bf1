/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Proving once more who it is: what counts, for whom, and how long. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/audits.h"
#include "service/orders.h"
#include "service/step_up.h"
#include "service/unlock.h"
#include "support/clinic.h"

static enum status require(struct clinic *c, enum clinic_person who, int64_t max_age_us)
{
    struct error err = ERROR_INIT;
    return step_up_require(clinic_actor(c, who), max_age_us, &err);
}

Test(step_up, is_the_own_password_typed_lately)
{
    struct clinic *c = clinic_new();
    cr_assert_eq(require(c, CLINIC_NURSE, STEP_UP_ACT_US), STATUS_STEP_UP, "signing in is no proof of an act");
    clinic_prove(c, CLINIC_NURSE);
    cr_expect_eq(require(c, CLINIC_NURSE, STEP_UP_ACT_US), STATUS_OK);
    cr_expect_eq(require(c, CLINIC_NURSE_2, STEP_UP_ACT_US), STATUS_STEP_UP, "another session's proof");
    clinic_pass(c, STEP_UP_ACT_US);
    cr_expect_eq(require(c, CLINIC_NURSE, STEP_UP_ACT_US), STATUS_OK);
    clinic_pass(c, 1);
    cr_expect_eq(require(c, CLINIC_NURSE, STEP_UP_ACT_US), STATUS_STEP_UP);
    cr_expect_eq(require(c, CLINIC_NURSE, STEP_UP_SIGN_US), STATUS_OK);
    clinic_pass(c, -STEP_UP_ACT_US - 2);
    cr_expect_eq(require(c, CLINIC_NURSE, STEP_UP_SIGN_US), STATUS_STEP_UP, "a clock that was set back");
    clinic_free(c);
}

Test(step_up, does_not_get_younger_by_the_wall_clock)
{
    struct clinic *c = clinic_new();
    clinic_prove(c, CLINIC_NURSE);
    clinic_actor(c, CLINIC_NURSE)->proof.monotonic_us -= STEP_UP_ACT_US + 1; /* it was that long ago, whatever the wall says */
    cr_assert_eq(require(c, CLINIC_NURSE, STEP_UP_ACT_US), STATUS_STEP_UP);
    clinic_free(c);
}

/* The sign-in name of an open session may go to somebody else; that one's password is not this person's. */
Test(step_up, another_persons_password_proves_and_unlocks_nothing)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    clinic_hire(c, CLINIC_NURSE_2);
    mem_free(nurse->login);
    nurse->login = mem_copy_text(clinic_login(CLINIC_NURSE_2));
    cr_expect_eq(step_up_prove(nurse, clinic_password(CLINIC_NURSE_2), NULL, &err), STATUS_BAD_SECRET);
    cr_expect_eq(step_up_require(nurse, STEP_UP_ACT_US, &err), STATUS_STEP_UP);
    cr_expect_eq(session_unlock(nurse, clinic_password(CLINIC_NURSE_2), &err), STATUS_BAD_SECRET);
    clinic_free(c);
}

Test(step_up, is_taken_away_by_a_wrong_password_and_counts_it)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    clinic_prove(c, CLINIC_NURSE);
    for (int i = 0; i < 4; i++) {
        cr_assert_eq(step_up_prove(nurse, "somebody else's", NULL, &err), STATUS_BAD_SECRET, "try %d", i);
        cr_assert_eq(require(c, CLINIC_NURSE, STEP_UP_SIGN_US), STATUS_STEP_UP);
    }
    cr_assert_eq(step_up_prove(nurse, clinic_password(CLINIC_NURSE), NULL, &err), STATUS_LOCKED_OUT, "the wait of the door");
    clinic_pass(c, 6 * US_PER_SECOND);
    cr_assert_eq(step_up_prove(nurse, clinic_password(CLINIC_NURSE), NULL, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(c);
}

Test(step_up, leaves_a_row_for_each_try)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    clinic_prove(c, CLINIC_NURSE);
    cr_assert_eq(step_up_prove(clinic_actor(c, CLINIC_NURSE), "wrong", NULL, &err), STATUS_BAD_SECRET);
    const struct audit_period period = {.to_us = INT64_MAX, .action_begin = "session.prove", .before_seq = INT64_MAX, .limit = 10};
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 2);
    cr_expect_str_eq(list.items[0].outcome, "bad_secret");
    cr_expect_str_eq(list.items[1].outcome, "ok");
    audit_line_list_release(&list);
    clinic_free(c);
}

/* One line, proposed and saved by the prescriber. */
static enum status order(struct clinic *c, struct uid patient, const char *text)
{
    struct order_line line;
    struct error err = ERROR_INIT;
    struct proposal *p = NULL;
    struct uid id;
    struct actor *doctor = clinic_actor(c, CLINIC_PRESCRIBER);
    cr_assert_eq(order_line_parse(text, &(struct order_line_options){0}, &line, &err), STATUS_OK, "%s", error_text(&err));
    struct order order = {.patient = patient, .drug_text = line.drug, .sig = line.sig, .source = ORDER_SOURCE_WRITTEN};
    cr_assert_eq(order_propose(doctor, patient, &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    enum status status = order_save(doctor, p, NULL, 0, NULL, &id, &err);
    proposal_free(p);
    return status;
}

Test(step_up, is_asked_of_who_orders_a_controlled_drug)
{
    struct clinic *c = clinic_new();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .weight_kg = "70"});
    cr_expect_eq(order(c, patient, "loratadine 10 mg tab 1 tab daily"), STATUS_OK);
    cr_expect_eq(order(c, patient, "oxycodone 5 mg tab 1 tab q6h prn pain"), STATUS_STEP_UP);
    clinic_prove(c, CLINIC_PRESCRIBER);
    cr_expect_eq(order(c, patient, "oxycodone 5 mg tab 1 tab q6h prn pain"), STATUS_OK);
    clinic_free(c);
}
