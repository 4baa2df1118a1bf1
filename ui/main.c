/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program's entrance: sets the locale, then hands over to the workstation or to a sub-command. */
#include <config.h>

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "screens/screens.h"

static int fail(const struct error *err)
{
    fprintf(stderr, "prescripcare: %s\n", error_text(err));
    return status_exit_code(err->status);
}

static enum status run_screens(struct workstation *ws, struct term *term, struct error *err)
{
    struct shell_options options = workstation_options(ws);
    struct shell *sh;
    options.term = term;
    enum status status = shell_new(&options, &sh, err);
    if (status == STATUS_OK) {
        status = shell_open(sh, &SCREEN_SIGN_IN, NULL, err);
        if (status == STATUS_OK) {
            (void)shell_run(sh); /* however it ended: Home has ended the session */
        }
        shell_free(sh);
    }
    return status;
}

/* The screens on a site's folder; returns the exit code. */
static int workstation(const char *site_folder, const struct clock *clock)
{
    struct error err = ERROR_INIT;
    struct term *term;
    char *standard = site_folder == NULL ? site_default_folder() : NULL;
    struct workstation ws = {.site_folder = site_folder != NULL ? site_folder : standard, .clock = clock};
    enum status status =
        term_start(&(struct term_options){.in_fd = 0, .out_fd = 1, .title = "PrescripCare"}, &term, &err);
    if (status == STATUS_OK) {
        status = run_screens(&ws, term, &err);
        term_stop();
    }
    workstation_close(&ws);
    mem_free(standard);
    return status == STATUS_OK ? EXIT_SUCCESS : fail(&err);
}

int main(int argc, char **argv)
{
    /* A missing locale leaves "C"; texts stay English and nothing else depends on it. */
    (void)setlocale(LC_ALL, "");
    (void)bindtextdomain(PACKAGE, LOCALEDIR);
    (void)bind_textdomain_codeset(PACKAGE, "UTF-8");
    (void)textdomain(PACKAGE);
    struct clock clock = clock_system();
    return command_main(argc, argv, &clock, workstation);
}
