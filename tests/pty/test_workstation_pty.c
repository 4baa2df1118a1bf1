/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real program as its user meets it: a demo clinic, a terminal line, keys. */
#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "pty/demo_site.h"
#include "service/patients.h"
#include "store/audit_store.h"

ReportHook(PRE_ALL)(struct criterion_test_set *set)
{
    (void)set; /* whatever runs: the demo is made once */
    demo_site_make();
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
    (void)stats; /* its result is reported elsewhere */
    demo_site_remove();
}

static struct demo_site *demo;

static void start(void)
{
    demo = demo_site_new();
}

static void stop(void)
{
    demo_site_free(demo);
}

TestSuite(workstation_pty, .init = start, .fini = stop);

static void expect_restored(struct pty *p)
{
    cr_assert(pty_modes_are_back(p), "the modes are not as before");
    cr_assert_not(emulator_is_alternate(p->screen));
    cr_assert(emulator_cursor_is_on(p->screen));
    cr_assert_not(emulator_takes_paste(p->screen));
    cr_assert_not(emulator_shows(p->screen, "OKAFOR"));
    char *gone = emulator_scrollback(p->screen);
    cr_assert_null(strstr(gone, "OKAFOR"), "scrollback: %s", gone);
    mem_free(gone);
}

static struct pty *open_chart(enum role role)
{
    struct pty *p = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(p, role);
    demo_site_open_chart(p);
    return p;
}

static void quit(struct pty *p)
{
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    expect_restored(p);
    pty_free(p);
}

static void expect_sound(struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    cr_expect_eq(audit_verify(actor->site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(store_check(actor->site->store, &err), STATUS_OK, "%s", error_text(&err));
}

/* Grace's warfarin is due: to the form that records it, identified by two answers, everything filled in. */
static void fill_dose(struct pty *p)
{
    pty_press(p, "Right");
    pty_expect(p, "Drug and dose");
    pty_press(p, "Down");
    pty_press(p, "F6");
    pty_expect(p, "Who is in front of you?");
    demo_site_type(p, "004182");
    pty_press(p, "Down");
    demo_site_type(p, "okafor");
    pty_press(p, "Enter");
    pty_expect(p, "Why no scan");
    pty_expect(p, "choose with the right arrow");
    pty_press(p, "Right");
    pty_expect_gone(p, "choose with the right arrow");
}

Test(workstation_pty, records_a_dose_by_keys_and_keeps_it_through_a_kill)
{
    static const char doses[] = "SELECT count(*) FROM dose_events WHERE recorded_at > (strftime('%s', 'now') - 600) * 1000000 "
                                "AND recorded_via = 'workstation'";
    struct actor *actor = demo_site_look(demo);
    int64_t before = demo_site_count(actor, doses);
    demo_site_look_away(actor);
    struct pty *p = open_chart(ROLE_NURSE);
    fill_dose(p);
    pty_press(p, "F10");
    pty_expect(p, "Saved here");
    pty_signal(p, SIGKILL);
    cr_assert_eq(pty_wait_end(p), 128 + SIGKILL);
    pty_free(p);
    actor = demo_site_look(demo);
    cr_expect_eq(demo_site_count(actor, doses), before + 1, "the dose that was called saved is gone");
    expect_sound(actor);
    demo_site_look_away(actor);
    p = open_chart(ROLE_NURSE);
    pty_press(p, "Right");
    pty_expect(p, "Drug and dose");
    pty_expect(p, "given");
    quit(p);
}

Test(workstation_pty, tells_who_looks_from_another_zone_both_times)
{
    static const char *const more[3] = {"TZ=Asia/Kathmandu"};
    struct pty *p = demo_site_start(demo, NULL, 0, 0, more);
    demo_site_sign_in(p, ROLE_NURSE);
    demo_site_open_chart(p);
    pty_press(p, "Right");
    pty_expect(p, "Times are America/New_York");
    quit(p);
}

Test(workstation_pty, asks_before_it_loses_what_was_typed)
{
    struct pty *p = open_chart(ROLE_PRESCRIBER);
    pty_press(p, "F5");
    pty_expect(p, "New medication");
    demo_site_type(p, "ibuprofen");
    pty_press(p, "Ctrl-Q");
    pty_expect(p, "Not saved");
    pty_press(p, "Enter"); /* the safe answer is the one that is ready */
    pty_expect_gone(p, "Not saved");
    pty_expect(p, "ibuprofen");
    pty_press(p, "Ctrl-Q");
    pty_expect(p, "Not saved");
    pty_press(p, "Tab");
    pty_press(p, "Enter");
    cr_assert_eq(pty_wait_end(p), 0);
    expect_restored(p);
    pty_free(p);
}

Test(workstation_pty, ends_in_order_on_signals)
{
    static const struct {
        int number;
        const char *reason;
    } SIGNALS[] = {{SIGTERM, "signed_out"}, {SIGHUP, "lost"}, {SIGINT, "signed_out"}};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        struct pty *p = open_chart(ROLE_NURSE);
        pty_signal(p, SIGNALS[i].number);
        cr_assert_eq(pty_wait_end(p), 0, "signal %d", SIGNALS[i].number);
        expect_restored(p);
        pty_free(p);
        struct actor *actor = demo_site_look(demo);
        char *sql = mem_format("SELECT end_reason = '%s' FROM session_management AS s JOIN staff_members USING (user_id) "
                               "WHERE login_name = 'nurse' ORDER BY s.created_at DESC LIMIT 1",
                               SIGNALS[i].reason);
        cr_expect_eq(demo_site_count(actor, sql), 1, "signal %d: the session is not ended", SIGNALS[i].number);
        cr_expect_eq(demo_site_count(actor, "SELECT count(*) FROM session_management WHERE is_active = 1"), 1,
                     "signal %d: only our own look is active", SIGNALS[i].number);
        mem_free(sql);
        expect_sound(actor);
        demo_site_look_away(actor);
    }
}

Test(workstation_pty, ends_in_order_when_the_line_is_cut)
{
    struct pty *p = open_chart(ROLE_NURSE);
    pty_hang_up(p);
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    struct actor *actor = demo_site_look(demo);
    cr_expect_eq(demo_site_count(actor, "SELECT count(*) FROM session_management WHERE end_reason = 'lost'"), 1);
    expect_sound(actor);
    demo_site_look_away(actor);
}

Test(workstation_pty, gives_the_line_back_after_a_fault)
{
    struct pty *p = open_chart(ROLE_NURSE);
    pty_signal(p, SIGSEGV);
    cr_assert_neq(pty_wait_end(p), 0);
    cr_assert(pty_modes_are_back(p));
    cr_assert_not(emulator_is_alternate(p->screen));
    cr_assert_not(emulator_shows(p->screen, "OKAFOR"));
    pty_free(p);
}

Test(workstation_pty, follows_the_size_of_the_window)
{
    struct pty *p = open_chart(ROLE_NURSE);
    pty_resize(p, 10, 30);
    pty_expect(p, "small");
    pty_expect_gone(p, "warfarin");
    pty_resize(p, 60, 200);
    pty_expect(p, "warfarin 5 mg tab");
    pty_expect(p, "ALLERGIES");
    pty_resize(p, 24, 80);
    pty_expect(p, "warfarin 5 mg tab");
    quit(p);
}

Test(workstation_pty, runs_on_plain_terminals)
{
    static const char *const TERMINALS[] = {"vt220", "linux", "xterm-256color", "screen", "tmux-256color"};
    for (size_t i = 0; i < sizeof TERMINALS / sizeof *TERMINALS; i++) {
        struct pty *p = demo_site_start(demo, TERMINALS[i], 0, 0, NULL);
        demo_site_sign_in(p, ROLE_NURSE);
        demo_site_open_chart(p);
        pty_expect(p, "MAJOR");
        pty_press(p, "Ctrl-Q");
        cr_expect_eq(pty_wait_end(p), 0, "%s", TERMINALS[i]);
        cr_expect(pty_modes_are_back(p), "%s", TERMINALS[i]);
        pty_free(p);
    }
}

Test(workstation_pty, refuses_a_terminal_that_cannot_place_text)
{
    static const char *const TERMINALS[] = {"dumb", "no-such-terminal", ""};
    for (size_t i = 0; i < sizeof TERMINALS / sizeof *TERMINALS; i++) {
        struct pty *p = demo_site_start(demo, TERMINALS[i], 0, 0, NULL);
        cr_expect_neq(pty_wait_end(p), 0, "TERM='%s'", TERMINALS[i]);
        cr_expect(emulator_shows(p->screen, "prescripcare: "), "TERM='%s' says nothing", TERMINALS[i]);
        cr_expect(pty_modes_are_back(p));
        pty_free(p);
    }
}

Test(workstation_pty, speaks_ascii_where_the_locale_knows_no_more)
{
    static const char *const C_LOCALE[3] = {"LC_ALL=C", NULL, NULL};
    struct pty *p = demo_site_start(demo, NULL, 0, 0, C_LOCALE);
    demo_site_sign_in(p, ROLE_NURSE);
    demo_site_open_chart(p);
    for (int row = 0; row < emulator_rows(p->screen); row++) {
        char *text = emulator_row(p->screen, row);
        for (const char *c = text; *c != '\0'; c++) {
            cr_assert_gt(*c, 0, "row %d: %s", row, text);
        }
        mem_free(text);
    }
    quit(p);
}

Test(workstation_pty, uses_no_colour_when_asked)
{
    static const char *const NO_COLOR[3] = {"NO_COLOR=1", NULL, NULL};
    struct pty *p = demo_site_start(demo, NULL, 0, 0, NO_COLOR);
    demo_site_sign_in(p, ROLE_NURSE);
    demo_site_open_chart(p);
    char *dump = emulator_dump(p->screen, NULL);
    cr_expect_null(strstr(dump, "fg="), "%s", dump);
    cr_expect_null(strstr(dump, "bg="), "%s", dump);
    mem_free(dump);
    quit(p);
}

Test(workstation_pty, is_not_held_up_by_a_slow_reader)
{
    struct pty *p = open_chart(ROLE_NURSE);
    struct buffer right = BUFFER_INIT, left = BUFFER_INIT;
    cr_assert(emulator_key(p->screen, "Right", &right));
    cr_assert(emulator_key(p->screen, "Left", &left));
    for (int i = 0; i < 2000; i++) {
        const struct buffer *keys = i % 2 == 0 ? &right : &left;
        pty_send_unread(p, keys->bytes, keys->len);
    }
    pty_press(p, "Right");
    pty_expect(p, "Drug and dose");
    buffer_release(&right);
    buffer_release(&left);
    quit(p);
}

Test(workstation_pty, keeps_a_half_typed_order_through_a_lost_line)
{
    struct pty *p = open_chart(ROLE_PRESCRIBER);
    pty_press(p, "F5");
    pty_expect(p, "Drug");
    demo_site_type(p, "ibuprof");
    pty_hang_up(p);
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    p = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(p, ROLE_PRESCRIBER);
    pty_expect(p, "1 draft is kept for you");
    quit(p);
}

/* Behind the walls: the list beside the device's key is outside of the site's folder, and is written all the same. */
Test(workstation_pty, puts_who_is_erased_on_the_list_beside_the_devices_key)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    struct stat list;
    struct patient twice = {.last_name = mem_copy_text("Zyxwvut"), .first_name = mem_copy_text("Vera"), .birth_date = {1950, 1, 2},
                            .mrn = mem_copy_text("778899")};
    struct uid id;
    demo_users(DEMO_SITE_SEED, users);
    int desk = 0;
    while (desk < DEMO_USERS - 1 && users[desk].role != ROLE_FRONT_DESK) {
        desk++;
    }
    struct actor *clerk = demo_site_enter(demo, &users[desk]);
    cr_assert_eq(patient_register(clerk, &twice, &id, &err), STATUS_OK, "%s", error_text(&err));
    patient_release(&twice);
    demo_site_look_away(clerk);
    struct pty *p = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(p, ROLE_PRIVACY_OFFICER);
    char *path = mem_format("%s/state/prescripcare/device.key.erased", demo->folder);
    cr_assert_eq(stat(path, &list), 0, "the walls have no door for it");
    cr_assert_eq(list.st_size, 0);
    demo_site_type(p, "zyxwv");
    pty_expect(p, "ZYXWVUT, Vera");
    pty_press(p, "Enter");
    pty_expect(p, "778899");
    pty_type(p, "`");
    pty_expect(p, "Erase this person's record");
    pty_press(p, "Right"); /* registered by mistake */
    pty_press(p, "Tab");
    demo_site_type(p, "778899");
    pty_press(p, "Tab");
    demo_site_type(p, "typed twice at the front desk");
    pty_press(p, "F10");
    pty_expect(p, "Is it still you");
    for (int i = 0; i < DEMO_USERS; i++) {
        if (users[i].role == ROLE_PRIVACY_OFFICER) {
            pty_type(p, users[i].password);
        }
    }
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Erased.");
    cr_assert_eq(stat(path, &list), 0);
    cr_expect_gt(list.st_size, 0, "nobody stands on it");
    cr_expect_eq(list.st_mode & 077, 0);
    pty_signal(p, SIGTERM);
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    mem_free(path);
}
