/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/fatal.h"
#include "base/log.h"
#include "base/memory.h"

static void say_hook(void)
{
    (void)!write(STDERR_FILENO, "hook,", 5);
}

static void failing_hook(void)
{
    fatal("inside the hook");
}

/* Runs fatal() in a child and gives what it wrote to stderr. */
static char *die(void (*hook)(void), const char *log_path, int *out_signal)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        struct rlimit none = {0, 0};
        (void)setrlimit(RLIMIT_CORE, &none);
        (void)signal(SIGABRT, SIG_DFL);
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[0]);
        if (log_path && log_open(log_path, LOG_ERROR) != STATUS_OK) {
            _exit(9);
        }
        fatal_set_hook(hook);
        fatal("chain broken at %d", 42);
    }
    (void)close(ends[1]);
    struct buffer said = BUFFER_INIT;
    char chunk[256];
    for (ssize_t got; (got = read(ends[0], chunk, sizeof chunk)) > 0;) {
        buffer_append(&said, chunk, (size_t)got);
    }
    (void)close(ends[0]);
    int state;
    cr_assert_eq(waitpid(child, &state, 0), child);
    *out_signal = WIFSIGNALED(state) ? WTERMSIG(state) : 0;
    return buffer_take(&said);
}

Test(fatal, runs_the_hook_before_its_message_then_aborts)
{
    int signal_number;
    char *said = die(say_hook, NULL, &signal_number);
    cr_assert_eq(signal_number, SIGABRT);
    cr_assert_str_eq(said, "hook,prescripcare: chain broken at 42\n");
    mem_free(said);
}

Test(fatal, does_not_go_in_circles_when_the_hook_fails)
{
    int signal_number;
    char *said = die(failing_hook, NULL, &signal_number);
    cr_assert_eq(signal_number, SIGABRT);
    mem_free(said);
}

Test(fatal, leaves_one_line_in_the_log)
{
    char folder[] = "fatal-test-XXXXXX";
    cr_assert_not_null(mkdtemp(folder));
    char *path = mem_format("%s/log", folder);
    int signal_number;
    mem_free(die(NULL, path, &signal_number));
    cr_assert_eq(signal_number, SIGABRT);
    struct buffer log = BUFFER_INIT;
    cr_assert_eq(buffer_read_file(&log, path, 10000, NULL), STATUS_OK);
    cr_assert(strstr(log.bytes, " error fatal: chain broken at 42\n"), "%s", log.bytes);
    cr_assert_eq(strchr(log.bytes, '\n'), log.bytes + log.len - 1, "one line");
    buffer_release(&log);
    cr_assert_eq(unlink(path), 0);
    cr_assert_eq(rmdir(folder), 0);
    mem_free(path);
}
