/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts: what an administrator may do to them, and that it counts at once, on every terminal of the site. */
#include <criterion/criterion.h>

#include <string.h>

#include "base/memory.h"
#include "service/audits.h"
#include "service/site_settings.h"
#include "service/staff_desk.h"
#include "service/chart.h"
#include "service/staffing.h"
#include "service/unlock.h"
#include "support/clinic.h"

#define NEW_PASSWORD "lantern-orchard-47-basalt"

static enum status sign_in(struct clinic *c, struct site *site, enum clinic_person who, const char *password)
{
    struct actor *actor = NULL;
    struct error err = ERROR_INIT;
    enum status status = session_sign_in(site != NULL ? site : c->site, clinic_login(who), password, &actor, &err);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    return status;
}

Test(staffing, closes_an_account_and_its_sessions_at_once)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *there = NULL;
    clinic_hire(c, CLINIC_NURSE);
    struct site *other = clinic_open_again(c);
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &there, &err), STATUS_OK);
    cr_assert_eq(staff_disable(admin, clinic_login(CLINIC_NURSE), "test", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(session_check(there, &err), STATUS_SIGNED_OUT);
    cr_expect_eq(sign_in(c, other, CLINIC_NURSE, clinic_password(CLINIC_NURSE)), STATUS_NOT_PERMITTED);
    cr_expect_eq(staff_disable(admin, clinic_login(CLINIC_NURSE), "test", &err), STATUS_EXISTS);
    cr_assert_eq(staff_enable(admin, clinic_login(CLINIC_NURSE), "test", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(sign_in(c, other, CLINIC_NURSE, clinic_password(CLINIC_NURSE)), STATUS_OK, "open again");
    session_sign_out(there, SESSION_END_SIGNED_OUT);
    site_close(other);
    clinic_free(c);
}

Test(staffing, lets_a_new_colleague_in_where_the_site_was_open_before)
{
    struct clinic *c = clinic_new();
    struct site *other = clinic_open_again(c);
    clinic_hire(c, CLINIC_PHARMACIST);
    cr_expect_eq(sign_in(c, other, CLINIC_PHARMACIST, clinic_password(CLINIC_PHARMACIST)), STATUS_OK);
    site_close(other);
    clinic_free(c);
}

Test(staffing, loses_no_account_when_two_sessions_change_the_key_file)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *nurse = clinic_actor(c, CLINIC_NURSE), *there = NULL;
    struct site *other = clinic_open_again(c); /* knows the key file of now */
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_ADMIN), clinic_password(CLINIC_ADMIN), &there, &err), STATUS_OK);
    cr_assert_eq(staff_add(admin, "new.one", "New", "One", ROLE_NURSE, NEW_PASSWORD, true, PASSWORD_COST_TEST, &err), STATUS_OK);
    cr_assert_eq(staff_reset(there, clinic_login(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, "test", &err), STATUS_OK, "%s",
                 error_text(&err));
    struct actor *added = NULL;
    cr_expect_eq(session_sign_in(c->site, "new.one", NEW_PASSWORD, &added, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(session_check(nurse, &err), STATUS_SIGNED_OUT, "a reset ends what the old password opened");
    session_sign_out(added, SESSION_END_SIGNED_OUT);
    session_sign_out(there, SESSION_END_SIGNED_OUT);
    site_close(other);
    clinic_free(c);
}

Test(staffing, gives_a_forgotten_password_anew)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN);
    clinic_hire(c, CLINIC_NURSE);
    for (int i = 0; i < 3; i++) {
        cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, "wrong"), STATUS_BAD_SECRET);
    }
    cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, clinic_password(CLINIC_NURSE)), STATUS_OK, "the third costs nothing yet");
    for (int i = 0; i < 4; i++) {
        cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, "wrong"), STATUS_BAD_SECRET, "%d", i);
    }
    cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, clinic_password(CLINIC_NURSE)), STATUS_LOCKED_OUT);
    cr_expect_eq(staff_reset(admin, clinic_login(CLINIC_NURSE), "short", PASSWORD_COST_TEST, "test", &err), STATUS_INVALID);
    cr_assert_eq(staff_reset(admin, clinic_login(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, "test", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, NEW_PASSWORD), STATUS_OK);
    cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE, clinic_password(CLINIC_NURSE)), STATUS_BAD_SECRET, "the old one is gone");
    clinic_free(c);
}

/* What an administrator knows is good for choosing what they do not know, and for nothing else. */
Test(staffing, a_given_password_opens_nothing_but_its_own_change)
{
    static const char GIVEN[] = "umbra-otter-canoe-9", OWN[] = "a sentence of my own 3";
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *actor = NULL;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct chart *chart = NULL;
    cr_assert_eq(staff_add(admin, "new.one", "New", "One", ROLE_NURSE, GIVEN, true, PASSWORD_COST_TEST, &err), STATUS_OK, "%s",
                 error_text(&err));
    for (int round = 0; round < 2; round++) {
        const char *given = round == 0 ? GIVEN : NEW_PASSWORD;
        cr_assert_eq(session_sign_in(c->site, "new.one", given, &actor, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect(actor->must_change_password);
        cr_expect_not(actor_may(actor, PERMISSION_CLINICAL_READ), "nothing is offered");
        cr_expect_eq(chart_open(actor, patient, 1, 1, &chart, &err), STATUS_NOT_PERMITTED);
        cr_expect_eq(own_password_change(actor, given, given, PASSWORD_COST_TEST, &err), STATUS_INVALID, "the same one is no change");
        cr_expect_str_eq(err.field, "password");
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        cr_assert_eq(session_sign_in(c->site, "new.one", given, &actor, &err), STATUS_OK, "it was not spent: %s", error_text(&err));
        cr_expect(actor->must_change_password);
        cr_assert_eq(own_password_change(actor, given, OWN, PASSWORD_COST_TEST, &err), STATUS_OK, "%s", error_text(&err));
        cr_assert_eq(chart_open(actor, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
        chart_free(chart);
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        cr_assert_eq(session_sign_in(c->site, "new.one", OWN, &actor, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_not(actor->must_change_password);
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        /* the second round: forgotten, and given another one */
        cr_assert_eq(staff_reset(admin, "new.one", NEW_PASSWORD, PASSWORD_COST_TEST, "forgotten", &err), STATUS_OK, "%s", error_text(&err));
    }
    clinic_free(c);
}

Test(staffing, changes_a_role_from_the_next_session_on)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *student = clinic_actor(c, CLINIC_STUDENT);
    cr_assert_eq(staff_change_role(admin, clinic_login(CLINIC_STUDENT), ROLE_NURSE, "test", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(session_check(student, &err), STATUS_SIGNED_OUT);
    clinic_sign_out(c, CLINIC_STUDENT);
    cr_expect_eq(clinic_actor(c, CLINIC_STUDENT)->role, ROLE_NURSE);
    cr_expect_eq(staff_change_role(admin, clinic_login(CLINIC_STUDENT), ROLE_NURSE, "test", &err), STATUS_EXISTS);
    clinic_free(c);
}

Test(staffing, refuses_strangers_ones_own_account_and_other_roles)
{
    static const enum clinic_person OTHERS[] = {CLINIC_NURSE, CLINIC_PHARMACIST, CLINIC_PRESCRIBER, CLINIC_AUDITOR,
                                                CLINIC_PRIVACY_OFFICER, CLINIC_FRONT_DESK};
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN);
    clinic_hire(c, CLINIC_NURSE_2);
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        cr_expect_eq(staff_disable(clinic_actor(c, OTHERS[i]), clinic_login(CLINIC_NURSE_2), "test", &err), STATUS_NOT_PERMITTED);
    }
    cr_expect_eq(staff_disable(admin, "nobody", "test", &err), STATUS_NOT_FOUND);
    cr_expect_eq(staff_disable(admin, clinic_login(CLINIC_ADMIN), "test", &err), STATUS_REFUSED);
    cr_expect_eq(staff_change_role(admin, clinic_login(CLINIC_ADMIN), ROLE_NURSE, "test", &err), STATUS_REFUSED);
    cr_expect_eq(sign_in(c, NULL, CLINIC_NURSE_2, clinic_password(CLINIC_NURSE_2)), STATUS_OK, "nothing was done");
    clinic_free(c);
}

Test(staffing, lets_everybody_change_their_own_password)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    cr_expect_eq(own_password_change(nurse, "wrong", NEW_PASSWORD, PASSWORD_COST_TEST, &err), STATUS_BAD_SECRET);
    cr_expect_eq(own_password_change(nurse, clinic_password(CLINIC_NURSE), "password1", PASSWORD_COST_TEST, &err),
                 STATUS_INVALID);
    cr_assert_eq(own_password_change(nurse, clinic_password(CLINIC_NURSE), NEW_PASSWORD, PASSWORD_COST_TEST, &err), STATUS_OK,
                 "%s", error_text(&err));
    cr_expect_eq(session_check(nurse, &err), STATUS_OK, "the session goes on");
    cr_expect_eq(session_unlock(nurse, NEW_PASSWORD, &err), STATUS_OK);
    cr_expect_eq(session_unlock(nurse, clinic_password(CLINIC_NURSE), &err), STATUS_BAD_SECRET);
    clinic_free(c);
}

static struct password_cost cost_of(struct clinic *c, struct uid user)
{
    const struct key_user *known = key_file_find_user_by_id(&c->site->keys, user);
    cr_assert_not_null(known);
    return known->credential.params.cost;
}

Test(staffing, a_sign_in_raises_an_account_to_the_present_cost_of_passwords)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid nurse = clinic_user(c, CLINIC_NURSE);
    cr_assert_eq(cost_of(c, nurse).memory_kib, PASSWORD_COST_TEST.memory_kib);
    cr_assert_eq(site_setting_change(clinic_actor(c, CLINIC_ADMIN), SETTING_PASSWORD_MEMORY, "64", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(site_settings_load(c->site, &err), STATUS_OK);
    clinic_sign_out(c, CLINIC_NURSE);
    (void)clinic_actor(c, CLINIC_NURSE);
    cr_expect_eq(cost_of(c, nurse).memory_kib, PASSWORD_FLOOR_KIB);
    clinic_sign_out(c, CLINIC_NURSE);
    (void)clinic_actor(c, CLINIC_NURSE); /* the same password opens it */
    clinic_free(c);
}

Test(staffing, a_colleague_of_another_device_gets_a_slot_here)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct actor *nurse = NULL;
    struct uid user = clinic_user(c, CLINIC_NURSE);
    clinic_sign_out(c, CLINIC_NURSE);
    /* as on a device that the nurse never used: the rows came from the centre, the key file knows nobody of that name */
    char *path = mem_format("%s/keys", c->site_folder);
    struct key_file keys = KEY_FILE_INIT;
    cr_assert_eq(key_file_load(path, &c->site->device, &keys, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < keys.users.len; i++) {
        if (uid_compare(keys.users.items[i].credential.user_id, user) == 0) {
            keys.users.items[i] = keys.users.items[--keys.users.len];
            break;
        }
    }
    key_file_drop_slots_of(&keys, user);
    cr_assert_eq(key_file_save(&keys, path, &c->site->device, &err), STATUS_OK);
    key_file_release(&keys);
    mem_free(path);
    cr_assert_eq(session_sign_in(c->site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_BAD_SECRET);
    clinic_sign_out(c, CLINIC_ADMIN);
    (void)clinic_actor(c, CLINIC_ADMIN); /* anybody who signs in here */
    cr_assert_eq(session_sign_in(c->site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK, "%s",
                 error_text(&err));
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    clinic_free(c);
}

Test(staffing, keeps_why_an_account_was_changed)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    struct audit_period period = {.to_us = INT64_MAX, .action_begin = "staff.disable", .before_seq = INT64_MAX, .limit = 10};
    clinic_hire(c, CLINIC_NURSE);
    cr_assert_eq(staff_disable(clinic_actor(c, CLINIC_ADMIN), clinic_login(CLINIC_NURSE), "left on Friday", &err), STATUS_OK);
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].details, "because: left on Friday");
    audit_line_list_release(&list);
    clinic_free(c);
}

Test(staffing, shows_and_ends_where_a_person_is_signed_in)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct staff_session_list sessions = {0};
    int ended = 0;
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN), *nurse = clinic_actor(c, CLINIC_NURSE);
    cr_assert_eq(staff_sessions(admin, clinic_login(CLINIC_NURSE), &sessions, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(sessions.len, 1);
    cr_expect_str_eq(sessions.items[0].address, "local");
    staff_session_list_release(&sessions);
    cr_assert_eq(staff_sessions_end(admin, clinic_login(CLINIC_NURSE), "left the terminal", &ended, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(ended, 1);
    cr_expect_eq(session_check(nurse, &err), STATUS_SIGNED_OUT);
    cr_expect_eq(staff_sessions_end(admin, clinic_login(CLINIC_NURSE), "again", &ended, &err), STATUS_EXISTS);
    cr_expect_eq(staff_sessions_end(admin, clinic_login(CLINIC_ADMIN), "own", &ended, &err), STATUS_REFUSED);
    cr_expect_eq(staff_sessions(admin, "nobody", &sessions, &err), STATUS_NOT_FOUND);
    clinic_free(c);
}

#define TEXT(literal) ((char *)(uintptr_t)(literal)) /* only read */

Test(staffing, keeps_licenses_that_can_be_right)
{
    static const struct {
        const char *npi, *number;
        struct date expires;
        const char *field; /* that is refused; NULL: kept */
    } CASES[] = {
        {"1234567893", "RN-4711", {2027, 3, 14}, NULL}, {"", "RN-4711", {2027, 3, 14}, NULL}, {"1234567893", "", {0, 0, 0}, NULL},
        {"1234567890", "", {0, 0, 0}, "npi"},           {"123", "", {0, 0, 0}, "npi"},        {"", "RN-4711", {0, 0, 0}, "license_expires"},
        {"", "", {2027, 3, 14}, "license"},             {"", "", {0, 0, 0}, NULL},
    };
    struct clinic *c = clinic_new();
    struct actor *admin = clinic_actor(c, CLINIC_ADMIN);
    clinic_hire(c, CLINIC_NURSE);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error err = ERROR_INIT;
        struct staff now = {0};
        const struct staff_license license = {TEXT(CASES[i].npi), TEXT(CASES[i].number), TEXT("Board of Nursing"), CASES[i].expires};
        enum status status = staff_set_license(admin, clinic_login(CLINIC_NURSE), &license, "copied from the card", &err);
        cr_expect_eq(status, CASES[i].field == NULL ? STATUS_OK : STATUS_INVALID, "case %zu: %s", i, error_text(&err));
        cr_expect(CASES[i].field == NULL || strcmp(err.field, CASES[i].field) == 0, "case %zu: %s", i, err.field);
        if (CASES[i].field == NULL) {
            cr_assert_eq(staff_look(admin, clinic_login(CLINIC_NURSE), &now, &err), STATUS_OK);
            cr_expect_str_eq(now.license.npi, CASES[i].npi);
            cr_expect_eq(date_compare(now.license.expires, CASES[i].expires), 0, "case %zu", i);
            staff_release(&now);
        }
    }
    clinic_free(c);
}

Test(staffing, tells_licenses_that_end)
{
    const struct staff_license license = {TEXT(""), TEXT("RN-1"), TEXT(""), {2027, 3, 14}};
    static const struct {
        struct date today;
        enum license_state state;
    } CASES[] = {{{2026, 11, 24}, LICENSE_VALID}, {{2027, 1, 13}, LICENSE_EXPIRES_SOON}, {{2027, 1, 12}, LICENSE_VALID},
                 {{2027, 3, 14}, LICENSE_EXPIRES_SOON}, {{2027, 3, 15}, LICENSE_EXPIRED}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        cr_expect_eq(staff_license_state(&license, CASES[i].today), CASES[i].state, "case %zu", i);
    }
}

Test(staffing, makes_passwords_that_pass_and_differ)
{
    char one[STAFF_PASSWORD_TEXT], other[STAFF_PASSWORD_TEXT];
    const char *const words[] = {"nurse", NULL};
    for (int i = 0; i < 100; i++) {
        struct error err = ERROR_INIT;
        staff_password_make(one);
        staff_password_make(other);
        cr_expect_neq(strcmp(one, other), 0);
        cr_expect_null(strpbrk(one, "01lIO"), "%s", one);
        cr_expect_eq(password_check(one, false, words, &err), STATUS_OK, "%s: %s", one, error_text(&err));
    }
}
