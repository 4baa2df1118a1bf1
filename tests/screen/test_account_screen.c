/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The own account as a nurse meets it: PIN, phone codes, password, and the lock. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "crypt/totp.h"
#include "kit/qr.h"
#include "service/recovery_mark.h"
#include "support/clinic_screen.h"

static struct clinic *c;
static struct clinic_screen s;

static void start(void)
{
    c = clinic_new();
    clinic_screen_open(&s, c, CLINIC_NURSE, 24, 80);
}

static void stop(void)
{
    clinic_screen_close(&s);
    clinic_free(c);
}

TestSuite(account, .init = start, .fini = stop);

static void prove(void)
{
    harness_expect(s.h, "Is it still you");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "Enter");
}

Test(account, says_how_long_the_session_lasts)
{
    harness_act(s.h, "account.open");
    harness_expect(s.h, "Ends at the latest");
    harness_expect(s.h, "at 20:30");
    harness_golden(s.h, "account", "nurse");
}

Test(account, sets_a_pin_that_opens_the_lock_five_tries_long)
{
    harness_act(s.h, "account.open");
    harness_act(s.h, "account.pin");
    prove();
    harness_type(s.h, "123456");
    harness_press(s.h, "Enter");
    harness_type(s.h, "123456");
    harness_press(s.h, "F10");
    harness_expect(s.h, "among the first that would be guessed");
    harness_press(s.h, "Ctrl-U");
    harness_type(s.h, "802417");
    harness_press(s.h, "Enter");
    harness_press(s.h, "Ctrl-U");
    harness_type(s.h, "802418");
    harness_press(s.h, "F10");
    harness_expect(s.h, "not the same");
    harness_press(s.h, "Ctrl-U");
    harness_type(s.h, "802417");
    harness_press(s.h, "F10");
    harness_expect(s.h, "The PIN opens");
    harness_act(s.h, "lock");
    harness_expect(s.h, "PIN or password");
    harness_golden(s.h, "lock", "pin");
    harness_type(s.h, "802417");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Your account");
    harness_act(s.h, "lock");
    for (int i = 0; i < 5; i++) {
        harness_type(s.h, "111222");
        harness_press(s.h, "Enter");
        harness_expect(s.h, i < 4 ? "Wrong PIN" : "Too many wrong PINs");
    }
    harness_type(s.h, "802417");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Locked");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Your account");
}

/* The letters of the secret, from the picture itself. */
static void read_secret(struct secret *out)
{
    char letters[TOTP_LETTERS_MAX] = "";
    size_t len = 0;
    struct error err = ERROR_INIT;
    for (int row = 0; row < emulator_rows(s.h->screen); row++) {
        char *line = emulator_row(s.h->screen, row);
        for (size_t at = 0; at + 4 <= strlen(line); at++) {
            bool is_group = (at == 0 || line[at - 1] == ' ') && (line[at + 4] == ' ' || line[at + 4] == '\0') &&
                            strspn(line + at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") == 4;
            if (is_group && len + 5 < sizeof letters) {
                memcpy(letters + len, line + at, 4);
                len += 4;
            }
        }
        mem_free(line);
    }
    cr_assert_eq(totp_secret_parse(letters, out, &err), STATUS_OK, "read \"%s\"", letters);
}

Test(account, sets_up_codes_from_a_phone_and_is_asked_for_one)
{
    struct secret secret = SECRET_INIT;
    char code[9];
    harness_act(s.h, "account.open");
    harness_act(s.h, "account.factor");
    prove();
    harness_expect(s.h, "Codes from a phone");
    read_secret(&secret);
    harness_type(s.h, "000000");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "not the code");
    cr_assert(totp_code(&secret, clock_now_us(&c->clock), TOTP_DIGITS, code));
    harness_type(s.h, code);
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Recovery codes: write them down");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "10 recovery codes are left");
    clinic_pass(c, 31 * US_PER_SECOND);
    cr_assert_not_null(s.ws.site->store);
    harness_act(s.h, "session.sign_out");
    harness_press(s.h, "Right");
    harness_press(s.h, "Enter");
    cr_expect_null(s.ws.site->store, "nobody is signed in and the records stay open, with their key");
    harness_type(s.h, clinic_login(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    cr_assert_null(s.ws.actor);
    harness_golden(s.h, "sign_in", "code");
    harness_type(s.h, "12 34 56");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "This code is not right");
    cr_assert(totp_code(&secret, clock_now_us(&c->clock), TOTP_DIGITS, code));
    harness_type(s.h, code);
    harness_press(s.h, "Enter");
    cr_assert_not_null(s.ws.actor);
    secret_release(&secret);
}

Test(account, paints_a_whole_picture_or_none)
{
    struct qr qr = {0, NULL};
    cr_assert(qr_make(&qr, "otpauth://totp/PrescripCare:a.longer.sign-in?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    cr_expect_leq(qr_rows(&qr, false), 21, "fits beside its text at 80 x 24");
    cr_expect_leq(qr_cols(&qr, false), 46);
    cr_expect_eq(qr_cols(&qr, true), 2 * qr_rows(&qr, true));
    qr_release(&qr);
    cr_expect_eq(qr.size, 0);
}

Test(account, changes_the_password)
{
    static const char NEW[] = "four teal owls at dusk";
    harness_act(s.h, "account.open");
    harness_act(s.h, "account.password");
    harness_type(s.h, "wrong");
    harness_press(s.h, "Enter");
    harness_paste(s.h, NEW);
    harness_press(s.h, "Enter");
    harness_paste(s.h, NEW);
    harness_press(s.h, "Enter");
    harness_expect(s.h, "That is not your password");
    harness_press(s.h, "Ctrl-U");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "F10");
    harness_expect(s.h, "Your password is changed");
    harness_act(s.h, "lock");
    harness_type(s.h, NEW);
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Your account");
}

Test(account, leaves_the_draft_when_somebody_else_takes_the_locked_station)
{
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    clinic_hire(c, CLINIC_NURSE_2);
    harness_open(s.h, &SCREEN_CHART, &patient);
    harness_act(s.h, "allergy.add");
    harness_type(s.h, "half an allergen");
    harness_act(s.h, "lock");
    harness_press(s.h, "F12");
    harness_type(s.h, clinic_login(CLINIC_NURSE_2));
    harness_press(s.h, "Enter");
    harness_type(s.h, clinic_password(CLINIC_NURSE_2));
    harness_press(s.h, "Enter");
    cr_assert_not_null(s.ws.actor);
    harness_expect_not(s.h, "OKAFOR");
    harness_act(s.h, "session.sign_out");
    harness_press(s.h, "Right");
    harness_press(s.h, "Enter");
    harness_type(s.h, clinic_login(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Drafts 1");
    harness_press(s.h, "Tab");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "OKAFOR");
    harness_expect(s.h, "half an allergen");
}

/* Of another clinic: its administrator. */
Test(account, tells_an_administrator_of_a_recovery_key_that_nobody_saw)
{
    struct error err = ERROR_INIT;
    clinic_screen_close(&s);
    cr_assert_eq(recovery_mark_set(c->site_folder, &err), STATUS_OK, "%s", error_text(&err));
    clinic_screen_open(&s, c, CLINIC_ADMIN, 24, 80);
    harness_expect(s.h, "Nobody has shown to hold the recovery key");
    harness_press(s.h, "@");
    harness_expect(s.h, "NOBODY HAS SHOWN TO HOLD IT");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Have pen and paper ready");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Is it still you");
    harness_type(s.h, clinic_password(CLINIC_ADMIN));
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Write this down now");
    cr_expect(recovery_mark_is_set(c->site_folder));
    harness_type(s.h, "0000"); /* keys end in a checksum: this one does not */
    harness_press(s.h, "F10");
    harness_expect(s.h, "not the last four signs");
    cr_expect(recovery_mark_is_set(c->site_folder), "it is not written down");
    harness_press(s.h, "Ctrl-U");
    for (int row = 0; row < s.h->rows; row++) { /* groups of four behind each other */
        char *text = emulator_row(s.h->screen, row);
        size_t len = strlen(text);
        if (len > 40 && text[len - 5] == '-' && text[len - 10] == '-' && text[len - 15] == '-') {
            harness_type(s.h, text + len - 4);
        }
        mem_free(text);
    }
    harness_press(s.h, "F10");
    harness_expect(s.h, "The new recovery key is in force");
    harness_expect_not(s.h, "NOBODY");
    cr_expect_not(recovery_mark_is_set(c->site_folder));
}

Test(account, of_a_nurse_says_nothing_of_the_recovery_key)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(recovery_mark_set(c->site_folder, &err), STATUS_OK);
    clinic_screen_close(&s);
    clinic_screen_open(&s, c, CLINIC_NURSE, 24, 80);
    harness_expect_not(s.h, "recovery key");
    harness_press(s.h, "@");
    harness_expect(s.h, "Your account");
    harness_expect_not(s.h, "Recovery key");
    harness_press(s.h, "Enter");
    harness_expect_not(s.h, "pen and paper");
}
