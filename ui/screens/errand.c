/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"

enum { WAIT_MS = 20, OUTPUT_MAX = 1 << 20 };

/* The reading end of a pipe that holds one line; -1: the system has none. */
static int secret_pipe(const char *secret)
{
    int ends[2];
    size_t len = strlen(secret);
    if (pipe(ends) != 0) {
        return -1;
    }
    /* Far below what a pipe holds, so that nobody has to read yet. */
    bool is_written = write(ends[1], secret, len) == (ssize_t)len && write(ends[1], "\n", 1) == 1;
    close(ends[1]);
    if (!is_written) {
        close(ends[0]);
        return -1;
    }
    return ends[0];
}

/* In the new process: never returns. */
static void be_the_child(errand_run_fn run, const char *const *words, const int secret_fds[ERRAND_SECRETS], int output, int error)
{
    char *argv[ERRAND_WORDS_MAX + 2];
    int argc = 0, nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    static const int SIGNALS[] = {SIGHUP, SIGINT, SIGTERM, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof SIGNALS / sizeof *SIGNALS; i++) {
        (void)signal(SIGNALS[i], SIG_DFL); /* the screens' own handlers stay with the screens */
    }
    if (nothing < 0 || dup2(nothing, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) {
        _exit(STATUS_IO);
    }
    argv[argc++] = mem_copy_text("prescripcare");
    for (int i = 0; words[i] != NULL; i++) {
        if (argc > ERRAND_WORDS_MAX) { /* a command without its last words would be another one */
            (void)fputs(_("This command has more words than can be handed on.\n"), stderr);
            _exit(STATUS_INVALID);
        }
        bool is_secret = words[i][0] == '@' && (words[i][1] == '0' || words[i][1] == '1') && words[i][2] == '\0';
        argv[argc++] = is_secret ? mem_format("/dev/fd/%d", secret_fds[words[i][1] - '0']) : mem_copy_text(words[i]);
    }
    argv[argc] = NULL;
    int code = run(argc, argv);
    (void)fflush(NULL); /* into the pipes; nobody is left to hear of a failure */
    _exit(code);
}

enum status errand_start(struct errand *e, errand_run_fn run, const char *const *words, const char *const secrets[ERRAND_SECRETS],
                         struct error *err)
{
    int output[2] = {-1, -1}, error[2] = {-1, -1}, secret_fds[ERRAND_SECRETS] = {-1, -1};
    bool is_ready = pipe(output) == 0 && pipe(error) == 0;
    for (int i = 0; i < ERRAND_SECRETS && is_ready; i++) {
        secret_fds[i] = secrets[i] != NULL ? secret_pipe(secrets[i]) : -1;
        is_ready = secrets[i] == NULL || secret_fds[i] >= 0;
    }
    *e = (struct errand){.output_fd = -1, .error_fd = -1, .started_us = clock_monotonic_us()};
    (void)fflush(NULL); /* else the child would print it once more */
    pid_t pid = is_ready ? fork() : -1;
    if (pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody would read what it says any more; where it fails it runs to its end */
        be_the_child(run, words, secret_fds, output[1], error[1]);
    }
    const int ours[] = {output[1], error[1], secret_fds[0], secret_fds[1]};
    for (size_t i = 0; i < sizeof ours / sizeof *ours; i++) {
        if (ours[i] >= 0) {
            close(ours[i]);
        }
    }
    if (pid < 0) {
        for (int i = 0; i < 2; i++) {
            int fd = i == 0 ? output[0] : error[0];
            if (fd >= 0) {
                close(fd);
            }
        }
        return error_set(err, STATUS_IO, _("The system has no room for another process. Try again."));
    }
    e->pid = pid;
    e->output_fd = output[0];
    e->error_fd = error[0];
    return STATUS_OK;
}

/* False: that end is closed. */
static bool take(int *fd, struct buffer *into)
{
    char bytes[4096];
    ssize_t len = read(*fd, bytes, sizeof bytes);
    if (len > 0 && into->len < OUTPUT_MAX) {
        buffer_append(into, bytes, (size_t)len);
    }
    mem_wipe(bytes, sizeof bytes);
    if (len > 0 || (len < 0 && errno == EINTR)) {
        return true;
    }
    close(*fd);
    *fd = -1;
    return false;
}

bool errand_step(struct errand *e)
{
    struct pollfd fds[2] = {{e->output_fd, POLLIN, 0}, {e->error_fd, POLLIN, 0}};
    int status = 0;
    if (e->pid == 0) {
        return false;
    }
    if ((e->output_fd >= 0 || e->error_fd >= 0) && poll(fds, 2, WAIT_MS) > 0) {
        if (fds[0].revents != 0) {
            (void)take(&e->output_fd, &e->output);
        }
        if (fds[1].revents != 0) {
            (void)take(&e->error_fd, &e->words);
        }
    }
    if (e->output_fd >= 0 || e->error_fd >= 0) {
        return true;
    }
    if (waitpid(e->pid, &status, 0) == e->pid || errno != EINTR) {
        e->pid = 0;
        e->code = WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_IO;
    }
    return e->pid != 0;
}

void errand_kill(struct errand *e)
{
    if (e->pid != 0) {
        int status = 0;
        (void)kill(e->pid, SIGKILL); /* it may have ended already */
        while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR) {
        }
        e->pid = 0;
        e->code = STATUS_CANCELLED;
    }
}

void errand_release(struct errand *e)
{
    errand_kill(e);
    if (e->output_fd >= 0) {
        close(e->output_fd);
    }
    if (e->error_fd >= 0) {
        close(e->error_fd);
    }
    if (e->output.len > 0) {
        mem_wipe(e->output.bytes, e->output.len);
    }
    buffer_release(&e->output);
    buffer_release(&e->words);
    *e = (struct errand){.output_fd = -1, .error_fd = -1};
}

char *errand_last_words(const struct errand *e)
{
    static const char NAME[] = "prescripcare: ";
    const char *text = e->words.bytes != NULL ? e->words.bytes : "";
    size_t end = e->words.len;
    while (end > 0 && text[end - 1] == '\n') {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && text[begin - 1] != '\n') {
        begin--;
    }
    if (end - begin >= sizeof NAME - 1 && strncmp(text + begin, NAME, sizeof NAME - 1) == 0) {
        begin += sizeof NAME - 1;
    }
    return mem_copy_bytes(text + begin, end - begin);
}
