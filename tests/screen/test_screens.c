/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The workstation's screens on a small demo clinic: sign in, find, chart, add, lock. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "screens/screens.h"
#include "service/demo.h"
#include "support/folder.h"
#include "support/screen_harness.h"

enum { NURSE = 1, PATIENTS = 3 };

struct clinic {
    char *folder, *site, *device;
    struct clock clock;
    struct demo_user users[DEMO_USERS];
    struct workstation ws;
    struct shell_options options;
    struct harness *h;
};

static void clinic_open(struct clinic *c, int rows, int cols)
{
    struct error err = ERROR_INIT;
    memset(c, 0, sizeof *c);
    c->folder = folder_new();
    c->site = folder_path(c->folder, "site");
    c->device = folder_path(c->folder, "device.key");
    c->clock = clock_fixed(INT64_C(1795527000000000)); /* 2026-11-24 13:30 UTC */
    cr_assert_eq(demo_create(c->site, c->device, PATIENTS, 1, PASSWORD_COST_TEST, &c->clock, c->users, &err), STATUS_OK, "%s",
                 error_text(&err));
    c->ws = (struct workstation){.site_folder = c->site, .device_key_path = c->device, .clock = &c->clock};
    c->options = workstation_options(&c->ws);
    c->h = harness_new(&(struct harness_options){.rows = rows, .cols = cols}, &c->options);
    harness_open(c->h, &SCREEN_SIGN_IN, NULL);
}

static void clinic_close(struct clinic *c)
{
    harness_free(c->h);
    cr_assert_null(c->ws.actor, "the session outlived its screens");
    workstation_close(&c->ws);
    mem_free(c->site);
    mem_free(c->device);
    folder_remove(c->folder);
}

static void sign_in(struct clinic *c, int user)
{
    harness_type(c->h, c->users[user].login);
    harness_press(c->h, "Enter");
    harness_type(c->h, c->users[user].password);
    harness_press(c->h, "Enter");
}

Test(screens, says_what_to_do_without_a_site)
{
    struct clock clock = clock_fixed(0);
    char *folder = folder_new();
    struct workstation ws = {.site_folder = folder, .device_key_path = "/nowhere", .clock = &clock};
    struct shell_options options = workstation_options(&ws);
    struct harness *h = harness_new(&(struct harness_options){0}, &options);
    harness_open(h, &SCREEN_SIGN_IN, NULL);
    harness_expect(h, "prescripcare demo");
    harness_expect(h, "prescripcare init");
    harness_free(h);
    folder_remove(folder);
}

Test(screens, signs_in_when_the_password_and_its_enter_come_in_one_read)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    harness_type(c.h, c.users[NURSE].login);
    harness_press(c.h, "Enter");
    harness_scan(c.h, c.users[NURSE].password); /* as a password manager or a badge does */
    cr_assert_not_null(c.ws.actor);
    harness_expect_not(c.h, "Sign in to begin");
    clinic_close(&c);
}

Test(screens, refuses_a_wrong_password_and_shows_nothing)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    harness_golden(c.h, "sign_in", "empty");
    harness_resize(c.h, 11, 39);
    harness_golden(c.h, "sign_in", "empty");
    harness_resize(c.h, 24, 80);
    harness_type(c.h, "nurse");
    harness_press(c.h, "Enter");
    harness_type(c.h, "not this one");
    harness_press(c.h, "Enter");
    harness_expect(c.h, "Sign in to begin.");
    cr_assert_null(c.ws.actor);
    clinic_close(&c);
}

Test(screens, opens_a_chart_and_keeps_its_banner)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_expect(c.h, "Doses due");
    harness_expect(c.h, "DEMO");
    harness_type(c.h, "a");
    harness_expect(c.h, "Patients");
    harness_press(c.h, "Enter");
    harness_expect(c.h, "[Meds]");
    harness_expect(c.h, "MRN");
    harness_press(c.h, "Right");
    harness_expect(c.h, "[Doses]");
    harness_expect(c.h, "MRN");
    clinic_close(&c);
}

Test(screens, locks_and_brings_back_what_was_typed)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_type(c.h, "zzq");
    harness_press(c.h, "F9");
    harness_expect(c.h, "Locked");
    harness_expect_not(c.h, "zzq");
    harness_type(c.h, "wrong");
    harness_press(c.h, "Enter");
    harness_expect(c.h, "Locked");
    harness_type(c.h, c.users[NURSE].password);
    harness_press(c.h, "Enter");
    harness_expect(c.h, "zzq");
    clinic_close(&c);
}

Test(screens, let_the_next_person_in_at_a_locked_station)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_press(c.h, "F9");
    harness_press(c.h, "F12");
    harness_expect(c.h, "Sign in to begin.");
    cr_assert_null(c.ws.actor);
    sign_in(&c, NURSE + 1);
    harness_expect(c.h, "Find or scan:");
    cr_assert_str_eq(c.ws.actor->login, c.users[NURSE + 1].login);
    clinic_close(&c);
}

Test(screens, end_the_session_when_nobody_comes_back)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_advance(c.h, 5 * 60 * 1000);
    harness_expect(c.h, "Locked");
    c.clock.fixed_us += 25 * US_PER_MINUTE - US_PER_SECOND;
    harness_advance(c.h, 1100);
    harness_expect(c.h, "Locked");
    c.clock.fixed_us += US_PER_SECOND;
    harness_advance(c.h, 1100);
    harness_expect(c.h, "because nobody was here");
    cr_assert_null(c.ws.actor);
    clinic_close(&c);
}

Test(screens, end_the_session_when_its_hours_are_up)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    c.clock.fixed_us += 12 * US_PER_HOUR;
    harness_advance(c.h, 1100);
    harness_expect(c.h, "hours are up");
    cr_assert_null(c.ws.actor);
    clinic_close(&c);
}

Test(screens, show_the_audit_trail_to_the_auditor_only)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_press(c.h, "Ctrl-F");
    harness_expect_not(c.h, "Audit trail");
    harness_press(c.h, "F9");
    harness_press(c.h, "F12");
    sign_in(&c, DEMO_USERS - 1);
    harness_press(c.h, "Ctrl-F");
    harness_expect(c.h, "Audit trail");
    harness_expect(c.h, "signed in");
    harness_press(c.h, "!");
    harness_press(c.h, "!");
    harness_press(c.h, "!");
    harness_expect(c.h, "risk: high");
    harness_expect(c.h, "added an account");
    harness_expect_not(c.h, "signed in");
    clinic_close(&c);
}

Test(screens, find_somebody_else_from_an_open_chart)
{
    struct clinic c;
    clinic_open(&c, 24, 80);
    sign_in(&c, NURSE);
    harness_type(c.h, "okafor");
    harness_press(c.h, "Enter");
    harness_expect(c.h, "[Meds]");
    harness_press(c.h, "F2");
    harness_expect(c.h, "Find or scan:");
    harness_type(c.h, "reyes");
    harness_press(c.h, "Enter");
    harness_expect(c.h, "REYES");
    harness_press(c.h, "/");
    harness_expect(c.h, "Find or scan:");
    clinic_close(&c);
}
