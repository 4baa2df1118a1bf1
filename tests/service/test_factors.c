/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second factor: set up by its owner, asked at the door and at acts, good once, taken off by an administrator. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/audits.h"
#include "service/factors.h"
#include "service/staffing.h"
#include "service/step_up.h"
#include "service/unlock.h"
#include "service/witness.h"
#include "support/clinic.h"

static struct clinic *c;
static struct factor_offer offer = FACTOR_OFFER_INIT;
static struct factor_codes codes;

static void start(void)
{
    c = clinic_new();
}

static void stop(void)
{
    factor_offer_release(&offer);
    clinic_free(c);
}

TestSuite(factors, .init = start, .fini = stop);

static const char *shown(void)
{
    static char code[9];
    cr_assert(totp_code(&offer.secret, clock_now_us(&c->clock), TOTP_DIGITS, code));
    return code;
}

static void set_up(void)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    clinic_prove(c, CLINIC_NURSE);
    cr_assert_eq(factor_offer(nurse, NULL, &offer, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(factor_confirm(nurse, &offer, shown(), &codes, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(c, 31 * US_PER_SECOND); /* that code is used up */
}

static enum status sign_in(const char *password, const char *code, struct error *err)
{
    struct actor *actor = NULL;
    enum status status = session_sign_in_code(c->site, clinic_login(CLINIC_NURSE), password, code, &actor, err);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    return status;
}

Test(factors, need_a_proof_and_the_phones_code_to_be_set_up)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    cr_assert_eq(factor_offer(nurse, NULL, &offer, &err), STATUS_STEP_UP);
    clinic_prove(c, CLINIC_NURSE);
    cr_assert_eq(factor_offer(nurse, NULL, &offer, &err), STATUS_OK);
    cr_expect_eq(factor_confirm(nurse, &offer, "000000", &codes, &err), STATUS_BAD_SECRET);
    cr_expect_str_eq(err.field, "code");
    cr_expect_not(factor_state(c->site, nurse->user).is_on);
    cr_expect_eq(sign_in(clinic_password(CLINIC_NURSE), "", &err), STATUS_OK, "not yet set up: %s", error_text(&err));
    cr_assert_eq(factor_confirm(nurse, &offer, shown(), &codes, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect(factor_state(c->site, nurse->user).is_on);
    cr_expect_eq(factor_state(c->site, nurse->user).codes_left, FACTOR_CODES);
    cr_expect_eq(sign_in(clinic_password(CLINIC_NURSE), shown(), &err), STATUS_BAD_SECRET, "the same code once more");
}

Test(factors, are_asked_at_the_door_and_count_wrong_codes)
{
    struct error err = ERROR_INIT;
    const char *password = clinic_password(CLINIC_NURSE);
    set_up();
    cr_assert_eq(sign_in(password, "", &err), STATUS_STEP_UP);
    cr_expect_str_eq(err.field, "code");
    cr_expect_eq(sign_in("a wrong password", "", &err), STATUS_BAD_SECRET, "who knows no password learns nothing of codes");
    cr_expect_eq(sign_in(password, shown(), &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(sign_in(password, shown(), &err), STATUS_BAD_SECRET, "a code is good once");
    clinic_pass(c, 30 * US_PER_SECOND);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(sign_in(password, "000000", &err), STATUS_BAD_SECRET, "try %d", i);
    }
    cr_expect_eq(sign_in(password, shown(), &err), STATUS_LOCKED_OUT, "wrong codes wait like wrong passwords");
    clinic_pass(c, 60 * US_PER_SECOND);
    cr_expect_eq(sign_in(password, shown(), &err), STATUS_OK, "%s", error_text(&err));
}

Test(factors, let_a_recovery_code_in_once)
{
    struct error err = ERROR_INIT;
    const char *password = clinic_password(CLINIC_NURSE);
    struct uid user = clinic_user(c, CLINIC_NURSE);
    set_up();
    cr_assert_eq(sign_in(password, codes.text[7], &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(factor_state(c->site, user).codes_left, FACTOR_CODES - 1);
    cr_expect_eq(sign_in(password, codes.text[7], &err), STATUS_BAD_SECRET);
    struct site *again = clinic_open_again(c);
    struct actor *actor = NULL;
    cr_expect_eq(session_sign_in_code(again, clinic_login(CLINIC_NURSE), password, codes.text[0], &actor, &err), STATUS_OK, "%s",
                 error_text(&err));
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(again);
    cr_expect_eq(sign_in(password, codes.text[0], &err), STATUS_BAD_SECRET, "another process used it");
}

Test(factors, are_part_of_a_proof)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    const char *password = clinic_password(CLINIC_NURSE);
    set_up();
    cr_expect(step_up_wants_code(nurse));
    cr_expect_eq(step_up_prove(nurse, password, NULL, &err), STATUS_STEP_UP);
    cr_expect_eq(step_up_prove(nurse, password, "123456", &err), STATUS_BAD_SECRET);
    cr_expect_eq(step_up_require(nurse, STEP_UP_SIGN_US, &err), STATUS_STEP_UP);
    cr_expect_eq(step_up_prove(nurse, password, shown(), &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(step_up_prove(nurse, password, codes.text[2], &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(step_up_prove(nurse, password, codes.text[2], &err), STATUS_BAD_SECRET, "a recovery code is good once");
    cr_expect_eq(session_unlock(nurse, password, &err), STATUS_OK, "a live session opens by the password: %s", error_text(&err));
}

/* A password that somebody saw is not enough to be somebody's witness either. */
Test(factors, are_asked_of_a_witness_who_has_one)
{
    struct error err = ERROR_INIT;
    struct witness who = {.user = UID_NONE};
    struct actor *pharmacist = clinic_actor(c, CLINIC_PHARMACIST);
    const char *login = clinic_login(CLINIC_NURSE), *password = clinic_password(CLINIC_NURSE);
    set_up();
    cr_expect_eq(witness_authenticate(pharmacist, login, password, NULL, PERMISSION_DOSE_WITNESS, &who, &err), STATUS_STEP_UP);
    cr_expect_str_eq(err.field, "code");
    cr_expect(uid_is_none(who.user));
    cr_expect_eq(witness_authenticate(pharmacist, login, "wrong", shown(), PERMISSION_DOSE_WITNESS, &who, &err), STATUS_BAD_SECRET);
    cr_expect_eq(witness_authenticate(pharmacist, login, password, "000000", PERMISSION_DOSE_WITNESS, &who, &err), STATUS_BAD_SECRET);
    cr_expect_str_eq(err.field, "code");
    cr_expect_eq(witness_authenticate(pharmacist, login, password, shown(), PERMISSION_DOSE_WITNESS, &who, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(uid_compare(who.user, clinic_user(c, CLINIC_NURSE)), 0);
    cr_expect_eq(witness_authenticate(pharmacist, login, password, shown(), PERMISSION_DOSE_WITNESS, &who, &err), STATUS_BAD_SECRET,
                 "a code is good once");
    cr_expect_eq(witness_authenticate(pharmacist, login, password, codes.text[3], PERMISSION_DOSE_WITNESS, &who, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(witness_authenticate(pharmacist, login, password, codes.text[3], PERMISSION_DOSE_WITNESS, &who, &err), STATUS_BAD_SECRET,
                 "a recovery code is good once");
}

Test(factors, stay_when_the_password_changes_and_allow_a_shorter_one)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    static const char SHORT[] = "teal-owl-9";
    cr_expect_eq(own_password_change(nurse, clinic_password(CLINIC_NURSE), SHORT, PASSWORD_COST_TEST, &err), STATUS_INVALID);
    set_up();
    cr_assert_eq(own_password_change(nurse, clinic_password(CLINIC_NURSE), SHORT, PASSWORD_COST_TEST, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(sign_in(SHORT, "", &err), STATUS_STEP_UP);
    cr_expect_eq(sign_in(SHORT, shown(), &err), STATUS_OK, "%s", error_text(&err));
}

Test(factors, are_taken_off_by_an_administrator_with_a_reason)
{
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *nurse = clinic_actor(c, CLINIC_NURSE);
    const char *login = clinic_login(CLINIC_NURSE);
    static const char WHY[] = "phone lost, seen in person";
    cr_expect_eq(factor_remove(admin, login, "lost", &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "reason");
    cr_expect_eq(factor_remove(admin, login, WHY, &err), STATUS_STEP_UP);
    clinic_prove(c, CLINIC_ADMIN);
    cr_expect_eq(factor_remove(admin, login, WHY, &err), STATUS_NOT_FOUND, "there is none");
    set_up();
    clinic_prove(c, CLINIC_ADMIN);
    cr_expect_eq(factor_remove(nurse, login, WHY, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(factor_remove(admin, clinic_login(CLINIC_ADMIN), WHY, &err), STATUS_REFUSED);
    cr_assert_eq(factor_remove(admin, login, WHY, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(session_check(nurse, &err), STATUS_SIGNED_OUT);
    cr_expect_not(factor_state(c->site, nurse->user).is_on);
    cr_expect_eq(sign_in(clinic_password(CLINIC_NURSE), "", &err), STATUS_OK, "%s", error_text(&err));
}
