/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h" /* pidfd_open(), posix_openpt() */

#include "support/pty.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

_Static_assert(sizeof(struct termios) <= sizeof((struct pty){0}.modes), "room for the modes");

static void set_size(int fd, int rows, int cols)
{
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)cols};
    cr_assert_eq(ioctl(fd, TIOCSWINSZ, &size), 0);
}

static void open_line(struct pty *p)
{
    p->master_fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(p->master_fd, 0, "no pseudo-terminal: %s", strerror(errno));
    cr_assert_eq(grantpt(p->master_fd), 0);
    cr_assert_eq(unlockpt(p->master_fd), 0);
    char name[128];
    cr_assert_eq(ptsname_r(p->master_fd, name, sizeof name), 0);
    p->slave_fd = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
    cr_assert_geq(p->slave_fd, 0);
    struct termios modes;
    cr_assert_eq(tcgetattr(p->slave_fd, &modes), 0);
    memcpy(p->modes, &modes, sizeof modes);
    cr_assert_neq(fcntl(p->master_fd, F_SETFL, O_NONBLOCK), -1);
}

/* In the child. Only what a program started at a terminal has. */
static void become_program(const struct pty *p, const struct pty_options *options, char *path,
                           char *terminal)
{
    setsid();
    ioctl(p->slave_fd, TIOCSCTTY, 0);
    dup2(p->slave_fd, 0);
    dup2(p->slave_fd, 1);
    dup2(p->slave_fd, 2);
    char *environment[PTY_ARGUMENTS_MAX + 8] = {"LC_ALL=C.UTF-8", terminal, NULL};
    int n = 2;
    char *inherited[] = {getenv("PATH"), getenv("ASAN_OPTIONS")};
    static char kept[2][4096];
    for (int i = 0; i < 2; i++) {
        if (inherited[i]) {
            snprintf(kept[i], sizeof kept[i], "%s=%s", i ? "ASAN_OPTIONS" : "PATH", inherited[i]);
            environment[n++] = kept[i];
        }
    }
    for (int i = 0; i < PTY_ARGUMENTS_MAX && options->environment[i]; i++) {
        environment[n++] = (char *)options->environment[i]; /* execve() does not write to it */
    }
    environment[n] = NULL;
    char *arguments[PTY_ARGUMENTS_MAX + 1] = {path};
    for (int i = 1; i < PTY_ARGUMENTS_MAX && options->arguments[i]; i++) {
        arguments[i] = (char *)options->arguments[i];
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int number = 1; number < 32; number++) {
        signal(number, SIG_DFL); /* Criterion's are not the program's */
    }
    if (options->run != NULL) {
        close(p->master_fd); /* else the line is never cut */
        setenv("LC_ALL", "C.UTF-8", 1);
        setenv("TERM", terminal + strlen("TERM="), 1);
        _exit(options->run(options->context));
    }
    execve(path, arguments, environment);
    _exit(127);
}

struct pty *pty_start(const struct pty_options *options)
{
    struct pty *p = mem_alloc(sizeof *p);
    int rows = options->rows ? options->rows : 24, cols = options->cols ? options->cols : 80;
    open_line(p);
    set_size(p->master_fd, rows, cols);
    p->screen = emulator_new(rows, cols);
    const char *program = options->run != NULL ? "" : options->arguments[0];
    char *path = program[0] == '/' ? mem_copy_text(program)
                                   : mem_format("%s/%s", PC_BUILDDIR, program);
    char *terminal = mem_format("TERM=%s",
                                options->terminal ? options->terminal : "xterm-256color");
    p->pid = fork();
    cr_assert_geq(p->pid, 0);
    if (p->pid == 0) {
        become_program(p, options, path, terminal);
    }
    p->pid_fd = pidfd_open(p->pid, 0);
    cr_assert_geq(p->pid_fd, 0);
    mem_free(path);
    mem_free(terminal);
    return p;
}

static void take_end(struct pty *p)
{
    int status;
    if (!p->has_ended && waitpid(p->pid, &status, WNOHANG) == p->pid) {
        p->has_ended = true;
        p->end_code = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    }
}

void pty_free(struct pty *p)
{
    if (!p->has_ended) {
        kill(-p->pid, SIGKILL); /* its session: what it has started too */
        kill(p->pid, SIGKILL);
        waitpid(p->pid, NULL, 0);
    }
    cr_expect_str_empty(emulator_unknown(p->screen), "unknown sequence: %s",
                        emulator_unknown(p->screen));
    if (p->master_fd >= 0) {
        close(p->master_fd);
    }
    close(p->slave_fd);
    close(p->pid_fd);
    emulator_free(p->screen);
    mem_free(p);
}

static bool read_some(struct pty *p)
{
    char bytes[4096];
    ssize_t n = read(p->master_fd, bytes, sizeof bytes);
    if (n > 0) {
        emulator_write(p->screen, bytes, (size_t)n);
    }
    return n > 0;
}

/* Waits for the next event until the deadline. False: nothing came. */
static bool wait_event(struct pty *p, int64_t deadline_us, bool want_write, bool *out_writable)
{
    int64_t left_ms = (deadline_us - clock_monotonic_us()) / 1000;
    struct pollfd fds[2] = {
        {.fd = p->master_fd, .events = (short)(POLLIN | (want_write ? POLLOUT : 0))},
        {.fd = p->has_ended ? -1 : p->pid_fd, .events = POLLIN}};
    if (left_ms <= 0 || poll(fds, 2, (int)left_ms) <= 0) {
        return false;
    }
    if (fds[0].revents & POLLIN) {
        read_some(p);
    }
    if (fds[1].revents & POLLIN) {
        take_end(p);
    }
    if (out_writable) {
        *out_writable = fds[0].revents & POLLOUT;
    }
    return true;
}

static int64_t deadline(void)
{
    return clock_monotonic_us() + PTY_DEADLINE_MS * INT64_C(1000);
}

static void wait_for(struct pty *p, const char *text, bool is_seen)
{
    int64_t until_us = deadline();
    while (emulator_shows(p->screen, text) != is_seen) {
        bool had_ended = p->has_ended;
        if (!wait_event(p, until_us, false, NULL) || had_ended) {
            char *picture = emulator_dump(p->screen, NULL);
            cr_assert(false, "\"%s\" %s in%s:\n%s", text, is_seen ? "is not seen" : "stays",
                      p->has_ended ? " the picture of a program that has ended" : "", picture);
        }
    }
}

void pty_expect(struct pty *p, const char *text)
{
    wait_for(p, text, true);
}

void pty_expect_gone(struct pty *p, const char *text)
{
    wait_for(p, text, false);
}

void pty_drain(struct pty *p, int most_ms)
{
    (void)wait_event(p, clock_monotonic_us() + most_ms * INT64_C(1000), false, NULL); /* nothing may come */
}

void pty_expect_change(struct pty *p, const char *before)
{
    int64_t until_us = deadline();
    char *now = emulator_dump(p->screen, NULL);
    while (strcmp(now, before) == 0) {
        cr_assert(wait_event(p, until_us, false, NULL), "nothing changes:\n%s", now);
        mem_free(now);
        now = emulator_dump(p->screen, NULL);
    }
    mem_free(now);
    while (wait_event(p, clock_monotonic_us() + PTY_QUIET_MS * INT64_C(1000), false, NULL) && !p->has_ended) {
    } /* the rest of the frame */
}

bool pty_becomes(struct pty *p, const char *picture, const struct style_spec *specs)
{
    int64_t until_us = clock_monotonic_us() + PTY_PICTURE_MS * INT64_C(1000);
    for (;;) {
        char *now = emulator_dump(p->screen, specs);
        bool is_same = strcmp(now, picture) == 0;
        mem_free(now);
        if (is_same || !wait_event(p, until_us, false, NULL)) {
            return is_same;
        }
    }
}

void pty_send(struct pty *p, const char *bytes, size_t len)
{
    int64_t until_us = deadline();
    for (size_t sent = 0; sent < len;) {
        ssize_t n = write(p->master_fd, bytes + sent, len - sent);
        if (n > 0) {
            sent += (size_t)n;
        } else {
            bool is_writable = false;
            cr_assert(errno == EAGAIN, "the line takes no keys: %s", strerror(errno));
            cr_assert(wait_event(p, until_us, true, &is_writable),
                      "the program does not read keys");
        }
    }
}

void pty_send_unread(struct pty *p, const char *bytes, size_t len)
{
    for (size_t sent = 0; sent < len;) {
        ssize_t n = write(p->master_fd, bytes + sent, len - sent);
        if (n > 0) {
            sent += (size_t)n;
        } else {
            struct pollfd fd = {.fd = p->master_fd, .events = POLLOUT};
            cr_assert(errno == EAGAIN, "the line takes no keys: %s", strerror(errno));
            cr_assert_gt(poll(&fd, 1, PTY_DEADLINE_MS), 0, "the program does not read keys");
        }
    }
}

void pty_press(struct pty *p, const char *key)
{
    struct buffer bytes = BUFFER_INIT;
    cr_assert(emulator_key(p->screen, key, &bytes), "no such key: %s", key);
    pty_send(p, bytes.bytes, bytes.len);
    buffer_release(&bytes);
}

void pty_type(struct pty *p, const char *text)
{
    pty_send(p, text, strlen(text));
}

void pty_resize(struct pty *p, int rows, int cols)
{
    while (read_some(p)) {
    }
    emulator_resize(p->screen, rows, cols);
    set_size(p->master_fd, rows, cols);
}

void pty_signal(struct pty *p, int number)
{
    cr_assert_eq(kill(p->pid, number), 0);
}

int pty_wait_end(struct pty *p)
{
    int64_t until_us = deadline();
    while (!p->has_ended) {
        if (p->master_fd < 0) {
            struct pollfd fd = {.fd = p->pid_fd, .events = POLLIN};
            cr_assert_gt(poll(&fd, 1, PTY_DEADLINE_MS), 0, "the program does not end");
            take_end(p);
        } else {
            cr_assert(wait_event(p, until_us, false, NULL), "the program does not end");
        }
    }
    while (p->master_fd >= 0 && read_some(p)) {
    }
    return p->end_code;
}

void pty_hang_up(struct pty *p)
{
    close(p->slave_fd);
    p->slave_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    close(p->master_fd);
    p->master_fd = -1;
}

bool pty_modes_are_back(struct pty *p)
{
    struct termios now, before;
    memcpy(&before, p->modes, sizeof before);
    cr_assert_eq(tcgetattr(p->slave_fd, &now), 0);
    return now.c_iflag == before.c_iflag && now.c_oflag == before.c_oflag &&
           now.c_cflag == before.c_cflag && now.c_lflag == before.c_lflag &&
           memcmp(now.c_cc, before.c_cc, sizeof now.c_cc) == 0;
}
