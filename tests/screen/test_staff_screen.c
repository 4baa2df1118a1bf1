/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The administrator's screens: from Home to a new colleague who signs in, and every act on an account by its keys. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/staffing.h"
#include "support/clinic_screen.h"

struct scene {
    struct clinic *c;
    struct clinic_screen s;
};

static void open_scene(struct scene *x, int rows, int cols)
{
    x->c = clinic_new();
    clinic_hire(x->c, CLINIC_NURSE);
    clinic_screen_open(&x->s, x->c, CLINIC_ADMIN, rows, cols);
}

static void close_scene(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->c);
}

/* The act with that number in the list of the member's screen. */
static void choose_act(struct scene *x, int number, const char *title)
{
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "What is to be done?");
    for (int i = 0; i < number; i++) {
        harness_press(x->s.h, "Down");
    }
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, title);
}

static void open_nurse(struct scene *x)
{
    harness_act(x->s.h, "staff.open");
    harness_expect(x->s.h, "Find in staff:");
    harness_type(x->s.h, clinic_login(CLINIC_NURSE));
    harness_press(x->s.h, "Enter");
    harness_expect(x->s.h, "Account of");
}

static enum status sign_in(struct scene *x, const char *login, const char *password)
{
    struct actor *actor = NULL;
    struct error err = ERROR_INIT;
    enum status status = session_sign_in(x->c->site, login, password, &actor, &err);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    return status;
}

/* What stands alone in the row with four groups of five letters. */
static char *shown_password(struct scene *x)
{
    for (int row = 0; row < x->s.h->rows; row++) {
        char *text = emulator_row(x->s.h->screen, row);
        char *at = text + strspn(text, " ");
        if (strlen(at) == 23 && at[5] == '-' && at[11] == '-' && at[17] == '-') {
            char *password = mem_copy_text(at);
            mem_free(text);
            return password;
        }
        mem_free(text);
    }
    cr_assert_fail("no password is shown");
    return NULL;
}

Test(staff_screen, adds_a_person_who_can_sign_in)
{
    struct scene x;
    open_scene(&x, 24, 80);
    harness_expect(x.s.h, "Staff");
    harness_press(x.s.h, "F5");
    harness_type(x.s.h, "mreyes");
    harness_press(x.s.h, "Down");
    harness_type(x.s.h, "Reyes");
    harness_press(x.s.h, "Down");
    harness_type(x.s.h, "Maria");
    harness_press(x.s.h, "Down");
    harness_press(x.s.h, "Right"); /* the second role */
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "It is not kept");
    char *password = shown_password(&x);
    cr_expect_eq(sign_in(&x, "mreyes", password), STATUS_OK);
    harness_press(x.s.h, "Esc");
    harness_expect_not(x.s.h, password);
    harness_expect(x.s.h, "mreyes");
    mem_free(password);
    close_scene(&x);
}

static void type_sign_in(struct scene *x, const char *login, const char *password)
{
    harness_expect(x->s.h, "Sign in to begin");
    harness_type(x->s.h, login);
    harness_press(x->s.h, "Enter");
    harness_type(x->s.h, password);
    harness_press(x->s.h, "Enter");
}

Test(staff_screen, who_was_given_a_password_chooses_their_own_before_anything_else)
{
    static const char GIVEN[] = "umbra-otter-canoe-9", OWN[] = "a sentence of my own 3";
    struct scene x;
    struct error err = ERROR_INIT;
    open_scene(&x, 24, 80);
    cr_assert_eq(staff_reset(clinic_actor(x.c, CLINIC_ADMIN), clinic_login(CLINIC_NURSE), GIVEN, PASSWORD_COST_TEST, "forgotten", &err),
                 STATUS_OK);
    harness_press(x.s.h, "F12");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Enter");
    type_sign_in(&x, clinic_login(CLINIC_NURSE), GIVEN);
    harness_expect(x.s.h, "Choose your own password");
    harness_golden(x.s.h, "own_secret", "first");
    harness_press(x.s.h, "Esc");
    type_sign_in(&x, clinic_login(CLINIC_NURSE), GIVEN);
    harness_type(x.s.h, GIVEN);
    harness_press(x.s.h, "Down");
    harness_type(x.s.h, GIVEN);
    harness_press(x.s.h, "Down");
    harness_type(x.s.h, GIVEN);
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "Choose another");
    for (size_t i = 0; i < sizeof GIVEN; i++) {
        harness_press(x.s.h, "Backspace");
    }
    harness_type(x.s.h, OWN);
    harness_press(x.s.h, "Down");
    for (size_t i = 0; i < sizeof GIVEN; i++) {
        harness_press(x.s.h, "Backspace");
    }
    harness_type(x.s.h, OWN);
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "Find or scan");
    cr_expect_eq(sign_in(&x, clinic_login(CLINIC_NURSE), OWN), STATUS_OK);
    close_scene(&x);
}

Test(staff_screen, refuses_a_form_without_a_reason_and_keeps_what_was_typed)
{
    struct scene x;
    open_scene(&x, 24, 80);
    open_nurse(&x);
    choose_act(&x, 5, "Close the account");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "Say why");
    harness_type(x.s.h, "left on Friday");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "closed");
    cr_expect_eq(sign_in(&x, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE)), STATUS_NOT_PERMITTED);
    choose_act(&x, 5, "Open the account again");
    harness_type(x.s.h, "is back");
    harness_press(x.s.h, "F10");
    cr_expect_eq(sign_in(&x, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE)), STATUS_OK);
    close_scene(&x);
}

Test(staff_screen, changes_role_license_and_password)
{
    struct scene x;
    open_scene(&x, 24, 80);
    open_nurse(&x);
    choose_act(&x, 0, "Another role");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Down");
    harness_type(x.s.h, "passed the examination");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "student");
    choose_act(&x, 4, "NPI and license");
    harness_type(x.s.h, "1234567890");
    for (int i = 0; i < 4; i++) {
        harness_press(x.s.h, "Down");
    }
    harness_type(x.s.h, "copied from the card");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "check"); /* the check digit is wrong */
    harness_press(x.s.h, "Backspace");
    harness_type(x.s.h, "3");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "1234567893");
    choose_act(&x, 1, "A new password");
    harness_type(x.s.h, "forgotten");
    harness_press(x.s.h, "F10");
    char *password = shown_password(&x);
    cr_expect_eq(sign_in(&x, clinic_login(CLINIC_NURSE), password), STATUS_OK);
    cr_expect_eq(sign_in(&x, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE)), STATUS_BAD_SECRET);
    mem_free(password);
    close_scene(&x);
}

Test(staff_screen, lists_nobody_who_does_not_match_and_says_what_to_do)
{
    struct scene x;
    open_scene(&x, 24, 80);
    harness_act(x.s.h, "staff.open");
    harness_type(x.s.h, "zzzz");
    harness_expect(x.s.h, "press F5 to add a person");
    close_scene(&x);
}

Test(staff_screen, is_offered_to_administrators_only)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    clinic_screen_open(&s, c, CLINIC_NURSE, 24, 80);
    struct error err = ERROR_INIT;
    cr_expect_eq(shell_run_action(s.h->shell, "staff.open", &err), STATUS_NOT_PERMITTED);
    harness_expect_not(s.h, "Staff ");
    clinic_screen_close(&s);
    clinic_free(c);
}
