/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first start on a computer: no empty screen, a clinic from nothing to its door, and stopping that leaves nothing behind. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "pty/demo_site.h"
#include "support/folder.h"

#define PASSWORD "lantern-orchard-47-basalt"

static char *home, *variable;

static void start(void)
{
    home = folder_new();
    variable = mem_format("HOME=%s", home);
}

static void stop(void)
{
    mem_free(variable);
    folder_remove(home);
}

TestSuite(first_run_pty, .init = start, .fini = stop);

static struct pty *open_program_at(int rows, int cols)
{
    const struct pty_options options = {.arguments = {"prescripcare"}, .environment = {variable}, .rows = rows, .cols = cols};
    struct pty *p = pty_start(&options);
    pty_expect(p, "Welcome to PrescripCare");
    return p;
}

static struct pty *open_program(void)
{
    return open_program_at(0, 0);
}

static bool is_there(const char *below)
{
    char *path = folder_path(home, below);
    struct stat what;
    bool is = stat(path, &what) == 0;
    mem_free(path);
    return is;
}

static void fill(struct pty *p, const char *text)
{
    demo_site_type(p, text);
    pty_press(p, "Down");
}

static void fill_secret(struct pty *p, const char *text)
{
    pty_type(p, text);
    pty_press(p, "End"); /* breaks the burst: a person's, not a scanner's */
    pty_press(p, "Down");
}

/* The last four signs of the key that stands on the screen: groups of four behind each other. */
static void read_tail(struct pty *p, char out[5])
{
    for (int row = 0; row < emulator_rows(p->screen); row++) {
        char *text = emulator_row(p->screen, row);
        size_t len = strlen(text);
        if (len > 40 && text[len - 5] == '-' && text[len - 10] == '-' && text[len - 15] == '-') {
            memcpy(out, text + len - 4, 5);
        }
        mem_free(text);
    }
}

static void make_clinic(struct pty *p)
{
    char tail[5] = "";
    pty_press(p, "Down");
    pty_press(p, "Enter");
    pty_expect(p, "A clinic on this computer");
    fill(p, "Ward Two");
    pty_press(p, "Ctrl-U");
    fill(p, "Europe/Nowhere");
    fill(p, "Reyes");
    fill(p, "Maria");
    fill(p, "mreyes");
    fill_secret(p, PASSWORD);
    fill_secret(p, PASSWORD);
    pty_press(p, "F10");
    pty_expect(p, "This time zone does not exist");
    pty_press(p, "Ctrl-U");
    pty_press(p, "F4");
    demo_site_type(p, "berlin");
    pty_expect(p, "Europe/Berlin");
    pty_press(p, "Enter");
    pty_press(p, "F10");
    pty_expect(p, "Write this down now");
    read_tail(p, tail);
    cr_assert_eq(strlen(tail), 4, "no key is shown");
    demo_site_type(p, "0000");
    pty_press(p, "F10");
    pty_expect(p, "not the last four signs");
    pty_press(p, "Ctrl-U");
    demo_site_type(p, tail);
    pty_press(p, "F10");
    pty_expect(p, "The clinic is ready");
    demo_site_type(p, "mreyes");
    pty_press(p, "Down");
    pty_type(p, PASSWORD);
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Maria Reyes");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    cr_assert(pty_modes_are_back(p));
    pty_free(p);
}

/* The line is lost while the key is shown: it is in force and nobody saw it. The next sign-in of the administrator says so. */
Test(first_run_pty, tells_of_a_key_that_nobody_saw)
{
    struct pty *p = open_program();
    pty_press(p, "Down");
    pty_press(p, "Enter");
    pty_expect(p, "A clinic on this computer");
    fill(p, "Ward Two");
    pty_press(p, "Ctrl-U");
    fill(p, "Europe/Berlin");
    fill(p, "Reyes");
    fill(p, "Maria");
    fill(p, "mreyes");
    fill_secret(p, PASSWORD);
    fill_secret(p, PASSWORD);
    pty_press(p, "F10");
    pty_expect(p, "Write this down now");
    pty_signal(p, SIGHUP);
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    const struct pty_options again = {.arguments = {"prescripcare"}, .environment = {variable}};
    p = pty_start(&again);
    pty_expect(p, "Sign in");
    demo_site_type(p, "mreyes");
    pty_press(p, "Down");
    pty_type(p, PASSWORD);
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Nobody has shown to hold the recovery key");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
}

Test(first_run_pty, makes_a_clinic_and_opens_its_door)
{
    make_clinic(open_program());
}

Test(first_run_pty, makes_one_on_a_large_terminal)
{
    make_clinic(open_program_at(60, 200));
}

Test(first_run_pty, stops_a_demo_and_leaves_nothing)
{
    struct pty *p = open_program();
    pty_press(p, "Enter");
    pty_expect(p, "Esc stops it");
    pty_press(p, "Esc");
    pty_expect(p, "Nothing was kept");
    cr_expect_not(is_there(".local/share/prescripcare/demo"), "a half demo is left");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
}

Test(first_run_pty, goes_back_and_names_what_a_file_lacks)
{
    struct pty *p = open_program();
    pty_press(p, "Down");
    pty_press(p, "Down");
    pty_expect(p, "becomes one of several");
    pty_press(p, "Enter");
    pty_expect(p, "A clinic on this computer");
    pty_press(p, "F10");
    pty_expect(p, "Type the clinic's name");
    pty_press(p, "Esc");
    pty_expect(p, "Welcome to PrescripCare");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    cr_expect_not(is_there(".local/share/prescripcare/site"), "looking made something");
    pty_free(p);
}
