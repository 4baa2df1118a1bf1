/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pty_demo REPORT: the shell with the demo screens; writes how it ended to the file REPORT.
 * pty_demo --jobs REPORT: starts itself below a tiny shell that says when it stops, and goes on
 * after a line. */
#include "config.h" /* tcsetpgrp() */

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "support/demo_screens.h"

static const char *report_path;

static void tell_end(struct shell *sh, void *app, enum shell_end end)
{
    static const char *const WORDS[] = {"running", "quit", "terminated", "hung up"};
    const struct screen_ops *top = shell_top(sh);
    (void)app;
    FILE *file = fopen(report_path, "w");
    if (file) {
        fprintf(file, "%s on %s\n", WORDS[end], top ? top->name : "nothing");
        fclose(file);
    }
}

static int fail(const struct error *err)
{
    fprintf(stderr, "%s\n", error_text(err));
    return EXIT_FAILURE;
}

static int run(void)
{
    struct error err = ERROR_INIT;
    struct term *term;
    struct shell *sh;
    if (term_start(&(struct term_options){.in_fd = 0, .out_fd = 1, .title = "PrescripCare"}, &term,
                   &err) != STATUS_OK) {
        return fail(&err);
    }
    struct demo_app app = {
        .row_count = 1000, .may_remove = true, .status = "RN J. Alvarez", .work_total = 1 << 30};
    struct shell_options options = demo_options(&app);
    options.term = term;
    options.stop = tell_end;
    enum status status = shell_new(&options, &sh, &err);
    if (status == STATUS_OK) {
        status = shell_open(sh, &DEMO_LIST, NULL, &err);
        if (status == STATUS_OK) {
            shell_run(sh);
        }
        shell_free(sh);
    }
    term_stop();
    return status == STATUS_OK ? EXIT_SUCCESS : fail(&err);
}

/* What a job-control shell does, as far as Ctrl-Z goes. */
static int run_jobs(void)
{
    signal(SIGTTOU, SIG_IGN);
    pid_t pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        tcsetpgrp(0, getpid());
        signal(SIGTTOU, SIG_DFL);
        exit(run());
    }
    setpgid(pid, pid);
    int status;
    while (waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status)) {
        char line[16];
        struct termios modes;
        tcsetpgrp(0, getpid());
        tcgetattr(0, &modes);
        printf("stopped, %s\r\n", modes.c_lflag & ICANON ? "modes are back" : "modes are raw");
        fflush(stdout);
        if (!fgets(line, sizeof line, stdin)) {
            return EXIT_FAILURE;
        }
        tcsetpgrp(0, pid);
        kill(-pid, SIGCONT);
    }
    tcsetpgrp(0, getpid());
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    (void)setlocale(LC_ALL, ""); /* a missing locale leaves "C" */
    bool has_jobs = argc == 3 && strcmp(argv[1], "--jobs") == 0;
    if (argc != 2 && !has_jobs) {
        return 2;
    }
    report_path = argv[argc - 1];
    return has_jobs ? run_jobs() : run();
}
