/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a real terminal line shows: modes, signals, a cut or slow line, job control. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "support/pty.h"

static char report[64];

/* An empty file of its own for each program that is started. */
static void make_report(void)
{
    snprintf(report, sizeof report, "/tmp/pty_report.XXXXXX");
    int fd = mkstemp(report);
    cr_assert_geq(fd, 0);
    close(fd);
}

static struct pty *start_with(const char *terminal, const char *variable, const char *more)
{
    make_report();
    return pty_start(&(struct pty_options){
        .arguments = {"pty_demo", report}, .terminal = terminal, .environment = {variable, more}});
}

static struct pty *start(void)
{
    struct pty *p = start_with(NULL, NULL, NULL);
    pty_expect(p, "OKAFOR Grace 0");
    pty_expect(p, "F1 help");
    return p;
}

static void expect_report(const char *text)
{
    struct buffer got = BUFFER_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(buffer_read_file(&got, report, 1000, &err), STATUS_OK);
    cr_assert_str_eq(got.bytes ? got.bytes : "", text);
    buffer_release(&got);
    unlink(report);
}

/* The line is as before, and shows nothing of what was on it. */
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

Test(pty, quits_and_gives_the_line_back)
{
    struct pty *p = start();
    cr_assert_str_eq(emulator_title(p->screen), "PrescripCare");
    cr_assert_not(pty_modes_are_back(p), "raw mode changes something");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    expect_report("quit on demo.list\n");
    expect_restored(p);
    pty_free(p);
}

Test(pty, gives_the_line_back_after_signals)
{
    static const int SIGNALS[] = {SIGTERM, SIGINT, SIGQUIT};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof SIGNALS[0]; i++) {
        struct pty *p = start();
        pty_press(p, "F5");
        pty_expect(p, "Birth date");
        pty_signal(p, SIGNALS[i]);
        cr_assert_eq(pty_wait_end(p), 0, "signal %d", SIGNALS[i]);
        expect_report("terminated on demo.form\n");
        expect_restored(p);
        pty_free(p);
    }
}

Test(pty, gives_the_line_back_after_sighup_on_a_line_that_lives)
{
    struct pty *p = start();
    pty_signal(p, SIGHUP);
    cr_assert_eq(pty_wait_end(p), 0);
    expect_report("hung up on demo.list\n");
    expect_restored(p);
    pty_free(p);
}

Test(pty, ends_in_order_when_the_line_is_cut)
{
    struct pty *p = start();
    pty_press(p, "F5");
    pty_expect(p, "Birth date");
    pty_hang_up(p);
    int end = pty_wait_end(p);
    cr_assert_eq(end, 0, "it ended with %d", end);
    expect_report("hung up on demo.form\n");
    pty_free(p);
}

Test(pty, gives_the_line_back_after_a_crash)
{
    struct pty *p = start();
    pty_press(p, "Ctrl-X");
    cr_assert_neq(pty_wait_end(p), 0);
    expect_restored(p);
    unlink(report);
    pty_free(p);
}

Test(pty, gives_the_line_back_after_a_fault)
{
    struct pty *p = start();
    pty_signal(p, SIGSEGV);
    cr_assert_neq(pty_wait_end(p), 0);
    cr_assert(pty_modes_are_back(p));
    cr_assert_not(emulator_is_alternate(p->screen));
    unlink(report);
    pty_free(p);
}

Test(pty, follows_the_size_of_the_window)
{
    struct pty *p = start();
    pty_press(p, "F5");
    pty_expect(p, "Birth date");
    pty_type(p, "Half typed");
    pty_expect(p, "Half typed_");
    for (int i = 0; i < 50; i++) {
        pty_resize(p, 6 + i * 7 % 50, 30 + i * 11 % 150);
    }
    pty_resize(p, 8, 30);
    pty_expect(p, "too small");
    pty_resize(p, 43, 132);
    pty_expect(p, "Half typed_");
    pty_press(p, "Esc");
    pty_expect(p, "What you typed here");
    pty_press(p, "Right");
    pty_press(p, "Enter");
    pty_expect(p, "Prescriber"); /* a column that 80 cells do not have */
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    unlink(report);
    pty_free(p);
}

Test(pty, does_not_believe_lines_and_columns)
{
    struct pty *p = start_with(NULL, "LINES=10", "COLUMNS=30");
    pty_expect(p, "F1 help");
    pty_expect(p, "Age");
    pty_resize(p, 30, 130);
    pty_expect(p, "Prescriber");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    unlink(report);
    pty_free(p);
}

Test(pty, refuses_a_terminal_that_cannot_place_text)
{
    struct pty *p = start_with("dumb", NULL, NULL);
    cr_assert_eq(pty_wait_end(p), 1);
    cr_assert(emulator_shows(p->screen, "cannot place text"));
    cr_assert(pty_modes_are_back(p));
    pty_free(p);
    unlink(report);
    p = start_with("no-such-terminal", NULL, NULL);
    cr_assert_eq(pty_wait_end(p), 1);
    cr_assert(emulator_shows(p->screen, "is not known here"));
    cr_assert(pty_modes_are_back(p));
    unlink(report);
    pty_free(p);
}

Test(pty, uses_no_colour_when_asked)
{
    struct pty *p = start_with(NULL, "NO_COLOR=1", NULL);
    pty_expect(p, "F1 help");
    char *picture = emulator_dump(p->screen, NULL);
    const char *runs = strstr(picture, "-- cursor");
    cr_assert_not_null(runs);
    cr_assert_null(strchr(runs, '/'), "%s", picture); /* colours are written as fg/bg */
    cr_assert_not_null(strstr(runs, "+reverse"));
    mem_free(picture);
    pty_press(p, "Ctrl-Q");
    pty_wait_end(p);
    unlink(report);
    pty_free(p);
}

Test(pty, runs_on_plain_terminals)
{
    static const char *const TERMINALS[] = {"vt220", "linux", "screen", "tmux-256color", "vt100"};
    for (size_t i = 0; i < sizeof TERMINALS / sizeof TERMINALS[0]; i++) {
        struct pty *p = start_with(TERMINALS[i], NULL, NULL);
        pty_expect(p, "F1 help");
        pty_press(p, "Ctrl-N");
        pty_expect(p, "Birth date");
        pty_type(p, "x");
        pty_expect(p, "x___");
        pty_press(p, "Ctrl-S");
        pty_expect(p, "is no date");
        pty_press(p, "Ctrl-Q");
        pty_expect(p, "Not saved");
        pty_press(p, "Tab");
        pty_press(p, "Enter");
        cr_assert_eq(pty_wait_end(p), 0, "%s", TERMINALS[i]);
        cr_assert(pty_modes_are_back(p), "%s", TERMINALS[i]);
        cr_assert_not(emulator_shows(p->screen, "Birth date"), "%s leaves its picture",
                      TERMINALS[i]);
        unlink(report);
        pty_free(p);
    }
}

/* Nobody reads while hundreds of pages are asked for: keys go on being read, pages are left out,
 * the last one is right. */
Test(pty, skips_frames_for_a_slow_reader)
{
    struct pty *p = start();
    struct buffer page = BUFFER_INIT, home = BUFFER_INIT;
    pty_press(p, "Tab"); /* Home is the list's now */
    cr_assert(emulator_key(p->screen, "PgDn", &page));
    cr_assert(emulator_key(p->screen, "Home", &home));
    for (int i = 0; i < 3000; i++) {
        const struct buffer *keys = i % 40 == 39 ? &home : &page;
        pty_send_unread(p, keys->bytes, keys->len);
    }
    pty_press(p, "End");
    pty_expect(p, " 999 ");
    pty_press(p, "Home");
    pty_expect(p, "OKAFOR Grace 0 ");
    buffer_release(&page);
    buffer_release(&home);
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    unlink(report);
    pty_free(p);
}

Test(pty, stops_and_goes_on_as_a_job)
{
    struct pty *p;
    make_report();
    p = pty_start(&(struct pty_options){.arguments = {"pty_demo", "--jobs", report}});
    pty_expect(p, "F1 help");
    pty_press(p, "F5");
    pty_expect(p, "Birth date");
    pty_type(p, "Okafor");
    pty_expect(p, "Okafor_");
    pty_press(p, "Ctrl-Z");
    pty_expect(p, "stopped, modes are back");
    cr_assert_not(emulator_is_alternate(p->screen));
    cr_assert_not(emulator_shows(p->screen, "Okafor_"));
    pty_send(p, "\n", 1);
    pty_expect(p, "Okafor_");
    cr_assert(emulator_is_alternate(p->screen));
    pty_type(p, " Grace");
    pty_expect(p, "Okafor Grace_");
    pty_press(p, "Ctrl-Q");
    pty_expect(p, "Not saved");
    pty_press(p, "Tab");
    pty_press(p, "Enter");
    cr_assert_eq(pty_wait_end(p), 0);
    expect_report("quit on demo.form\n");
    pty_free(p);
}

Test(pty, stops_long_work_by_a_key)
{
    struct pty *p = start();
    pty_press(p, "F7");
    pty_expect(p, "Esc stops it.");
    pty_press(p, "Esc");
    pty_expect(p, "Counted to");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    unlink(report);
    pty_free(p);
}
