/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first start on a computer, joining a centre: the real program on a pseudo-terminal, from nothing to the first patient of the
 * centre, with a wrong file and a wrong code on the way. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/folder.h"
#include "support/pty.h"
#include "support/terminal.h"
#include "sync/central.h"
#include "sync/sync_test.h"

#define PASSWORD "lantern-orchard-47-basalt"

static void put(struct pty *p, const char *text)
{
    pty_type(p, text);
    pty_press(p, "End"); /* a person's, not a scanner's */
    pty_press(p, "Down");
}

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

static void make_site(struct pty *p)
{
    char tail[5] = "";
    pty_expect(p, "Welcome to PrescripCare");
    pty_press(p, "Down");
    pty_press(p, "Down");
    pty_expect(p, "the enrolment file");
    pty_press(p, "Enter");
    pty_expect(p, "Name of the clinic");
    put(p, "Ward Two");
    pty_press(p, "Ctrl-U");
    put(p, "Europe/Berlin");
    put(p, "Reyes");
    put(p, "Maria");
    put(p, "mreyes");
    put(p, PASSWORD);
    put(p, PASSWORD);
    pty_press(p, "F10");
    pty_expect(p, "Write this down now");
    read_tail(p, tail);
    cr_assert_eq(strlen(tail), 4, "no key is shown");
    put(p, tail);
    pty_press(p, "F10");
    pty_expect(p, "Joining a centre");
}

static void walk(int rows, int cols)
{
    struct error err = ERROR_INIT;
    struct clock clock = clock_system(); /* TLS looks at the real one */
    struct centre *centre = centre_new();
    struct terminal *far = terminal_new(centre, "far", "Eastside", 0);
    char *home = folder_new(), *variable = mem_format("HOME=%s", home), *file = folder_path(home, "ward2.enrol"), *code = NULL, port[16];
    clinic_add_patient(far->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
    terminal_sync(far);
    (void)snprintf(port, sizeof port, "%d", postgres_port());
    const struct central_enrolment what = {"ward2", "Eastside", centre->authority, "127.0.0.1", port, file};
    cr_assert_eq(central_enroll(centre->admin, &what, &clock, &code, &err), STATUS_OK, "%s", error_text(&err));
    struct pty *p = pty_start(&(struct pty_options){.arguments = {"prescripcare"}, .environment = {variable}, .rows = rows, .cols = cols});
    make_site(p);
    put(p, "/nowhere/at.all");
    put(p, code);
    pty_press(p, "F10");
    pty_expect(p, "There is no such file");
    pty_press(p, "Ctrl-U");
    put(p, file);
    pty_press(p, "Ctrl-U");
    put(p, "not-the-code");
    pty_press(p, "F10");
    pty_expect(p, "not a code of an enrolment file");
    pty_expect_gone(p, "Asking the centre");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.replica WHERE device_name = 'ward2' AND joined_at IS NOT NULL"), 0);
    pty_press(p, "Ctrl-U"); /* the code is the last field: Down stayed on it */
    put(p, code);
    pty_press(p, "F10");
    pty_expect(p, "The clinic is ready");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.replica WHERE device_name = 'ward2' AND joined_at IS NOT NULL"), 1);
    put(p, "mreyes");
    pty_type(p, PASSWORD);
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Maria Reyes");
    pty_expect_gone(p, "stand-alone");
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    mem_free(variable);
    mem_free(file);
    mem_free(code);
    terminal_free(far);
    centre_free(centre);
    folder_remove(home);
}

Test(first_join, from_nothing_to_the_records_of_the_centre)
{
    NEEDS_POSTGRES();
    walk(24, 80);
}

Test(first_join, on_a_large_terminal)
{
    NEEDS_POSTGRES();
    walk(60, 200);
}
