/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shell with two small screens (support/demo_screens): what every screen can rely on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/demo_screens.h"
#include "support/screen_harness.h"

static struct demo_app people(int count)
{
    return (struct demo_app){.row_count = count, .may_remove = true, .status = "RN J. Alvarez"};
}

static struct harness *start(struct demo_app *app, int rows, int cols)
{
    struct shell_options options = demo_options(app);
    struct harness *h = harness_new(&(struct harness_options){.rows = rows, .cols = cols},
                                    &options);
    harness_open(h, &DEMO_LIST, NULL);
    return h;
}

Test(shell, shows_a_list_at_every_size)
{
    static const struct {
        int rows, cols;
    } SIZES[] = {{24, 80}, {43, 132}, {60, 200}, {20, 60}, {12, 40}, {11, 39}};
    struct demo_app app = people(100);
    struct harness *h = start(&app, 24, 80);
    for (size_t i = 0; i < sizeof SIZES / sizeof SIZES[0]; i++) {
        harness_resize(h, SIZES[i].rows, SIZES[i].cols);
        harness_golden(h, "demo.list", "page");
    }
    harness_free(h);
}

Test(shell, shows_lists_of_every_length)
{
    static const struct {
        int count;
        const char *name;
    } LENGTHS[] = {{0, "empty"}, {1, "one"}, {18, "full"}, {19, "one_more"}};
    for (size_t i = 0; i < sizeof LENGTHS / sizeof LENGTHS[0]; i++) {
        struct demo_app app = people(LENGTHS[i].count);
        struct harness *h = start(&app, 24, 80);
        harness_golden(h, "demo.list", LENGTHS[i].name);
        harness_press(h, "End");
        harness_press(h, "PgDn");
        harness_press(h, "PgUp");
        harness_press(h, "Down");
        harness_free(h);
    }
}

/* A sentence that says what to do is of no use when its end is cut off. */
Test(shell, shows_a_long_message_to_its_end)
{
    struct demo_app app = people(100);
    struct harness *h = start(&app, 24, 80);
    shell_say(h->shell, MESSAGE_ERROR, "%s",
              "The dose was not recorded because somebody else recorded it first: R. Shah, 08:04, "
              "given. Look at the chart again and decide with them what happened.");
    harness_advance(h, 1);
    harness_expect(h, "happened.");
    harness_press(h, "Down");
    harness_expect_not(h, "happened.");
    harness_free(h);
}

/* Names from outside: nothing in them may move a cell that is not theirs. */
Test(shell, keeps_columns_whatever_a_name_holds)
{
    static const char *const NAMES[] = {
        "Wolfeschlegelsteinhausenbergerdorff-Hubertus Adolph Blaine",
        "\xE5\xB1\xB1\xE7\x94\xB0 \xE5\xA4\xAA\xE9\x83\x8E", /* CJK */
        "\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7"
        "\x94\xB0\xE5\xB1\xB1"
        "\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5\xB1\xB1\xE7\x94\xB0\xE5"
        "\xB1\xB1\xE7\x94\xB0",
        "Rene\xCC\x81 Dvor\xCC\x8C"
        "a\xCC\x81k", /* combining */
        "e\xCC\x81\xCC\x82\xCC\x83\xCC\x84\xCC\x85 too many marks",
        "\xD7\x93\xD7\x95\xD7\x93 \xD7\x9B\xD7\x94\xD7\x9F",                 /* Hebrew */
        "\xD9\x81\xD8\xA7\xD8\xB7\xD9\x85\xD8\xA9 \xD8\xB9\xD9\x84\xD9\x8A", /* Arabic */
        "abc\xE2\x80\xAE"
        "def\xE2\x80\xAC bidi override",
        "\033[2J\033[31mred\007 bell\tTab\r\nnew line",
        "\xC2\x9B"
        "31mC1 \xFF\xFE broken \xC0\xAF",
        "zero\xE2\x80\x8Bwidth\xEF\xBB\xBF joiner\xE2\x80\x8D.",
        "\xE0\xB8\x99\xE0\xB9\x89\xE0\xB8\xB3 "
        "\xE0\xA4\xB9\xE0\xA4\xBF\xE0\xA4\xA8\xE0\xA5\x8D\xE0\xA4\xA6\xE0\xA5\x80", /* Thai, Hindi
                                                                                     */
        "\xED\x95\x9C\xEA\xB8\x80 \xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", /* Hangul, jamo */
        "",
    };
    struct demo_app app = people((int)(sizeof NAMES / sizeof NAMES[0]));
    app.names = NAMES;
    struct harness *h = start(&app, 24, 80);
    harness_golden(h, "demo.list", "names");
    for (int row = 4; row < 4 + app.row_count; row++) {
        char *line = emulator_row(h->screen, row);
        cr_assert(strstr(line, "metoprolol") || strstr(line, "insulin"),
                  "row %d has lost its drug: %s", row, line);
        size_t len = strlen(line);
        cr_assert(len > 3 && line[len - 1] >= '0' && line[len - 1] <= '9', "row %d: %s", row, line);
        mem_free(line);
    }
    harness_free(h);
}

Test(shell, stays_in_its_budget_of_bytes)
{
    struct demo_app app = people(1000);
    struct harness *h = start(&app, 24, 80);
    harness_budget(h, "demo.list", "first_paint");
    harness_press(h, "Tab");
    harness_press(h, "Down");
    harness_budget(h, "demo.list", "step");
    uint64_t bytes = h->step_bytes;
    for (int i = 0; i < 99; i++) { /* 17 within the page, 82 that scroll */
        harness_press(h, "Down");
        bytes += h->step_bytes;
    }
    harness_budget(h, "demo.list", "scroll");
    cr_assert_leq(bytes / 100, 120, "%lu bytes a step", (unsigned long)bytes / 100);
    harness_press(h, "PgDn");
    harness_budget(h, "demo.list", "page");
    harness_press(h, "F5");
    harness_type(h, "Okafo");
    harness_type(h, "r");
    harness_budget(h, "demo.form", "letter");
    harness_free(h);
}

Test(shell, draws_once_for_all_keys_that_wait)
{
    struct demo_app app = people(1000);
    struct harness *h = start(&app, 24, 80);
    struct buffer keys = BUFFER_INIT;
    for (int i = 0; i < 10; i++) {
        cr_assert(emulator_key(h->screen, "Down", &keys));
    }
    harness_send(h, keys.bytes);
    cr_assert_eq(h->step_frames, 1, "%d frames", (int)h->step_frames);
    harness_budget(h, "demo.list", "drained_keys");
    harness_expect(h, "> REYES Thi Mai 10");
    buffer_release(&keys);
    harness_free(h);
}

Test(shell, sends_nothing_when_nothing_differs)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    for (int i = 0; i < 100; i++) {
        harness_advance(h, 250);
        cr_assert_eq(h->step_bytes, 0, "step %d sent %lu bytes", i, (unsigned long)h->step_bytes);
    }
    cr_assert_geq(app.polls, 99);
    cr_assert_eq(app.reads, 1, "nobody said that the data had changed");
    harness_free(h);
}

Test(shell, reads_again_when_the_data_changed)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    app.row_count = 3;
    app.is_changed = true;
    harness_advance(h, 300);
    cr_assert_eq(app.reads, 2);
    harness_expect_not(h, "REYES Carlos 3");
    harness_expect(h, "NGUYEN Thi Mai 2");
    harness_free(h);
}

Test(shell, keeps_the_chosen_record_when_rows_move)
{
    static const char *const BEFORE[] = {"A", "B", "C", "D"};
    struct demo_app app = people(4);
    app.names = BEFORE;
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Down");
    harness_press(h, "Down");
    harness_expect(h, "> C");
    harness_type(h, "C"); /* fewer rows: the same record is now the first */
    harness_expect(h, "> C");
    harness_expect_not(h, "  B ");
    harness_press(h, "Backspace");
    harness_expect(h, "> C");
    harness_free(h);
}

Test(shell, survives_a_storm_of_resizes)
{
    struct demo_app app = people(100);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F5");
    harness_type(h, "Half typed n");
    harness_golden(h, "demo.form", "half_typed");
    for (int i = 0; i < 50; i++) {
        harness_resize(h, 5 + i * 37 % 60, 20 + i * 53 % 180);
    }
    harness_resize(h, 24, 80);
    harness_golden(h, "demo.form", "half_typed");
    harness_type(h, "ame");
    harness_expect(h, "Half typed name");
    harness_free(h);
}

Test(shell, keeps_typed_text_while_too_small)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F5");
    harness_type(h, "Okafor");
    harness_resize(h, 11, 39);
    harness_expect(h, "too small");
    harness_type(h, "unseen"); /* nobody sees what it would do */
    harness_press(h, "F10");
    harness_resize(h, 24, 80);
    harness_expect(h, "> Name        Okafor_");
    cr_assert_eq(app.saved, 0);
    harness_free(h);
}

Test(shell, scrolls_a_small_screen_to_the_focus)
{
    struct demo_app app = people(100);
    struct harness *h = start(&app, 12, 40);
    harness_expect(h, "Find or scan");
    harness_press(h, "Tab");
    for (int i = 0; i < 16; i++) {
        harness_press(h, "Down");
    }
    harness_expect(h, "> NGUYEN Grace 16");
    harness_expect(h, "Rows 12-20 of 21");
    harness_free(h);
}

Test(shell, takes_letters_as_text_in_a_field_and_as_actions_elsewhere)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_type(h, "a");
    cr_assert_eq(app.opened, 0);
    harness_expect(h, "Find or scan:  a_");
    harness_press(h, "Tab");
    harness_type(h, "A"); /* upper and lower case never differ in meaning */
    cr_assert_eq(app.opened, 1);
    harness_free(h);
}

Test(shell, never_acts_on_pasted_text)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Tab");
    harness_paste(h, "a a a\ra\n\033[15~a :quit\r");
    cr_assert_eq(app.opened, 0);
    harness_expect(h, "Pasted text was ignored");
    harness_press(h, "F8");
    harness_paste(h, "\r\ry\r");
    cr_assert_eq(app.removed, 0);
    harness_press(h, "Esc");
    harness_press(h, "Tab");
    harness_paste(h, "two\nlines\r");
    harness_expect(h, "Find or scan:  two lines _");
    harness_free(h);
}

Test(shell, takes_a_burst_without_marks_for_a_paste)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Tab");
    harness_send(h, "aaaaaaaaaa");
    harness_advance(h, 100);
    cr_assert_eq(app.opened, 0);
    harness_free(h);
}

Test(shell, recognises_a_scan_at_any_focus)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_scan(h, "0109876543210");
    cr_assert_str_eq(app.last_scan, "0109876543210");
    harness_expect(h, "Find or scan:  ____");
    cr_assert_eq(app.opened, 0, "the Enter of a scan opens nothing");
    harness_press(h, "Tab");
    harness_scan(h, "0109876543210\035"
                    "17260301");
    cr_assert_str_eq(app.last_scan,
                     "0109876543210\035"
                     "17260301",
                     "the separator is part of the code");
    cr_assert_eq(app.opened, 0);
    harness_free(h);
}

Test(shell, takes_back_letters_of_a_scan_that_came_one_by_one)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_type(h, "Ok");
    const char *code = "0109876543";
    for (size_t i = 0; code[i]; i++) {
        harness_send_more(h, (char[]){code[i], 0}, i == 0 ? 200000 : 8000);
    }
    harness_expect(h, "Find or scan:  Ok0109876543_");
    harness_send_more(h, "\r", 8000);
    cr_assert_str_eq(app.last_scan, code);
    harness_expect(h, "Find or scan:  Ok_");
    cr_assert_eq(app.opened, 0);
    harness_free(h);
}

Test(shell, keeps_an_unknown_code_as_text_without_its_enter)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_scan(h, "WRISTBAND-77");
    harness_expect(h, "Find or scan:  WRISTBAND-77_");
    cr_assert_eq(app.opened, 0);
    harness_free(h);
}

Test(shell, does_not_answer_a_question_by_a_scan)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F8");
    harness_golden(h, "demo.list", "question");
    harness_scan(h, "0109876543210");
    harness_press(h, "Tab");
    harness_scan(h, "0109876543210");
    cr_assert_eq(app.removed, 0);
    cr_assert_str_empty(app.last_scan);
    harness_expect(h, "Answer the question first");
    harness_press(h, "Enter");
    cr_assert_eq(app.removed, 1);
    harness_free(h);
}

Test(shell, has_the_safe_answer_in_focus)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F8");
    harness_press(h, "Enter");
    cr_assert_eq(app.removed, 0);
    harness_press(h, "F8");
    harness_press(h, "Right");
    harness_press(h, "Esc");
    cr_assert_eq(app.removed, 0);
    harness_expect_not(h, "Remove OKAFOR");
    harness_free(h);
}

Test(shell, hides_and_refuses_what_is_not_permitted)
{
    struct demo_app app = people(10);
    app.may_remove = false;
    struct harness *h = start(&app, 24, 80);
    harness_golden(h, "demo.list", "no_permission");
    harness_press(h, "F8");
    harness_expect(h, "Your role may not do this");
    cr_assert_eq(shell_run_action(h->shell, "remove", NULL), STATUS_NOT_PERMITTED);
    harness_press(h, ":");
    harness_press(h, "Backspace");
    harness_press(h, "Ctrl-P");
    harness_expect_not(h, "remove");
    harness_free(h);
}

Test(shell, says_why_an_action_does_not_apply)
{
    struct demo_app app = people(0);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Enter");
    harness_expect(h, "Not possible here now");
    harness_expect_not(h, "Enter open");
    harness_free(h);
}

Test(shell, runs_an_action_from_the_palette)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Ctrl-P");
    harness_golden(h, "demo.list", "palette");
    harness_type(h, "add");
    harness_press(h, "Enter");
    cr_assert_eq(app.opened, 1);
    harness_expect(h, "Birth date");
    harness_free(h);
}

Test(shell, explains_its_keys)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F1");
    harness_golden(h, "demo.list", "help");
    harness_press(h, "End");
    harness_press(h, "Esc");
    harness_expect(h, "Find or scan");
    harness_free(h);
}

Test(shell, asks_before_typed_text_is_lost)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F5");
    harness_press(h, "Esc");
    harness_expect(h, "Find or scan"); /* nothing typed, nothing asked */
    harness_press(h, "F5");
    harness_type(h, "Okafor");
    harness_press(h, "Esc");
    harness_expect(h, "Not saved");
    harness_press(h, "Enter");
    harness_expect(h, "Okafor_");
    harness_press(h, "Ctrl-C");
    harness_press(h, "Right");
    harness_press(h, "Enter");
    harness_expect(h, "Find or scan");
    cr_assert_eq(app.saved, 0);
    harness_free(h);
}

Test(shell, shows_an_error_at_its_field_and_keeps_what_was_typed)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F5");
    harness_type(h, "Okafor");
    harness_press(h, "Tab");
    harness_type(h, "31/2");
    harness_press(h, "F10");
    harness_golden(h, "demo.form", "error");
    harness_type(h, "/1958"); /* the cursor is in the field at fault */
    harness_press(h, "Ctrl-S");
    cr_assert_eq(app.saved, 1);
    cr_assert_str_eq(app.saved_name, "Okafor");
    harness_expect(h, "Saved here: Okafor");
    harness_free(h);
}

Test(shell, locks_when_idle_and_brings_everything_back)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F5");
    harness_type(h, "Half typed");
    harness_advance(h, 299000);
    harness_expect(h, "Half typed");
    harness_advance(h, 2000);
    harness_golden(h, "demo.lock", "idle");
    harness_press(h, "Esc");
    harness_press(h, "F9");
    harness_press(h, "F2");
    harness_press(h, "Ctrl-P");
    harness_expect_not(h, "Half typed");
    harness_type(h, "0000");
    harness_press(h, "Enter");
    harness_expect(h, "not the PIN");
    harness_type(h, "4711");
    harness_press(h, "Enter");
    harness_expect(h, "Half typed_");
    char *gone = emulator_scrollback(h->screen);
    cr_assert_str_empty(gone, "the scrollback holds: %s", gone);
    mem_free(gone);
    harness_free(h);
}

Test(shell, does_long_work_between_keys)
{
    struct demo_app app = people(10);
    app.work_total = 40;
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F7");
    uint64_t frames = 0;
    for (int i = 0; i < 20; i++) { /* two seconds */
        harness_advance(h, 100);
        frames += h->step_frames;
    }
    cr_assert_leq(frames, 4, "%lu frames in two seconds", (unsigned long)frames);
    harness_golden(h, "demo.list", "work");
    for (int i = 0; i < 30; i++) {
        harness_advance(h, 100);
    }
    harness_expect(h, "Counted to 40.");
    cr_assert_not(app.was_cancelled);
    harness_free(h);
}

Test(shell, stops_long_work_when_asked)
{
    struct demo_app app = people(10);
    app.work_total = 1000;
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F7");
    harness_advance(h, 100);
    harness_press(h, "Esc");
    harness_advance(h, 100);
    cr_assert(app.was_cancelled);
    cr_assert_lt(app.tasks, 20);
    harness_expect(h, "Counted to");
    harness_free(h);
}

Test(shell, abandons_work_when_everything_is_closed)
{
    struct demo_app app = people(10);
    app.work_total = 1000;
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "F7");
    shell_close_all(h->shell);
    harness_open(h, &DEMO_LIST, NULL);
    cr_assert(app.was_cancelled);
    harness_expect(h, "Find or scan");
    harness_free(h);
}

Test(shell, reads_without_colour)
{
    struct demo_app app = people(30);
    struct shell_options options = demo_options(&app);
    struct harness *h = harness_new(&(struct harness_options){.no_color = true}, &options);
    harness_open(h, &DEMO_LIST, NULL);
    harness_golden(h, "demo.list", "no_color");
    harness_free(h);
}

Test(shell, reads_on_a_vt220)
{
    struct demo_app app = people(30);
    struct shell_options options = demo_options(&app);
    struct harness *h = harness_new(&(struct harness_options){.terminal = "vt220"}, &options);
    harness_open(h, &DEMO_LIST, NULL);
    harness_golden(h, "demo.list", "vt220");
    harness_press(h, "Ctrl-N"); /* F5 does not exist there */
    cr_assert_eq(app.opened, 1);
    harness_free(h);
}

Test(shell, reads_in_the_c_locale)
{
    static const char *const NAMES[] = {"Ren\xC3\xA9 Dvo\xC5\x99\xC3\xA1k",
                                        "\xE5\xB1\xB1\xE7\x94\xB0",
                                        "O\xE2\x80\x99Reilly"};
    struct demo_app app = people(3);
    app.names = NAMES;
    struct shell_options options = demo_options(&app);
    struct harness *h = harness_new(&(struct harness_options){.locale = "C"}, &options);
    harness_open(h, &DEMO_LIST, NULL);
    harness_golden(h, "demo.list", "ascii");
    harness_free(h);
}

Test(shell, wears_every_theme)
{
    static const char *const THEMES_[] = {"dark", "light", "night", "contrast", "mono"};
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    for (size_t i = 0; i < sizeof THEMES_ / sizeof THEMES_[0]; i++) {
        struct error err = ERROR_INIT;
        cr_assert_eq(shell_set_theme(h->shell, THEMES_[i], &err), STATUS_OK);
        harness_advance(h, 10);
        harness_golden(h, "demo.list", THEMES_[i]);
    }
    cr_assert_eq(shell_set_theme(h->shell, "pink", NULL), STATUS_INVALID);
    harness_free(h);
}

Test(shell, ignores_what_it_does_not_understand)
{
    struct demo_app app = people(10);
    struct harness *h = start(&app, 24, 80);
    harness_press(h, "Tab");
    harness_send(h, "\033[1;5A"); /* Ctrl-Up */
    harness_send(h, "\033a");     /* Alt-a is not a */
    harness_send(h, "\033[27;5;9~");
    harness_send(h, "\033]11;rgb:0000/0000/0000\033\\");
    harness_advance(h, 200);
    cr_assert_eq(app.opened, 0);
    harness_expect(h, "Find or scan");
    harness_free(h);
}

Test(shell, takes_the_mouse_when_asked)
{
    struct demo_app app = people(100);
    struct harness *h = start(&app, 24, 80);
    harness_send(h, "\033[<0;5;8M"); /* off: the terminal's own business */
    harness_expect(h, "> OKAFOR Grace 0");
    harness_press(h, "Ctrl-T");
    harness_send(h, "\033[<0;5;8M");
    harness_expect(h, "> REYES Carlos 3");
    harness_send(h, "\033[<65;5;8M");
    harness_expect(h, "> OSEI Kofi 6");
    harness_press(h, "Ctrl-T");
    harness_free(h);
}

/* Keys and actions at random, under the sanitizers in CI: nothing may break, and no step may paint
 * twice. */
Test(shell, survives_a_monkey)
{
    static const char *const KEYS[] = {
        "Up",     "Down",      "PgUp", "PgDn", "Home",   "End",    "Tab",    "Shift-Tab",
        "Enter",  "Esc",       "F1",   "F5",   "F7",     "F8",     "F9",     "F10",
        "Ctrl-P", "Ctrl-L",    "a",    "4",    "7",      "1",      "?",      ":",
        "Space",  "Backspace", "Del",  "Left", "Right",  "Ctrl-U", "Ctrl-W", "Ctrl-C",
        "F2",     "Esc",       "Esc",  "Esc",  "Ctrl-N", "Ctrl-N"};
    uint32_t seed = 42;
    struct demo_app app = people(60);
    app.work_total = 5;
    struct harness *h = start(&app, 24, 80);
    for (int i = 0; i < 4000; i++) {
        seed = seed * 1664525 + 1013904223;
        uint32_t r = seed >> 10;
        if (shell_top(h->shell) == &DEMO_LOCK && r % 10 == 0) {
            harness_press(h, "Ctrl-U");
            harness_type(h, "4711");
            harness_press(h, "Enter");
        }
        switch (r % 40) {
        case 0:
            harness_resize(h, 5 + (int)(r >> 6) % 50, 20 + (int)(r >> 8) % 150);
            break;
        case 1:
            harness_paste(h, "pasted text");
            break;
        case 2:
            harness_scan(h, "0109876543210");
            break;
        case 3:
            harness_advance(h, (r >> 6) % 400000);
            break;
        case 4:
            app.row_count = (int)(r >> 6) % 100;
            app.is_changed = true;
            harness_advance(h, 300);
            break;
        default:
            harness_press(h, KEYS[(r >> 6) % (sizeof KEYS / sizeof KEYS[0])]);
        }
        cr_assert_leq(h->step_frames, 2, "step %d", i);
        cr_assert_not_null(shell_top(h->shell), "step %d closed everything", i);
    }
    cr_assert_gt(app.opened, 10, "opened %d", app.opened);
    harness_free(h);
}
