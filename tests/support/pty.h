/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A real program on a real pseudo-terminal, seen through the emulator. Everything waits for an
 * event (bytes, exit) with a deadline, never for time to pass. Failures are Criterion's, with the
 * picture in the message. */
#ifndef SUPPORT_PTY_H
#define SUPPORT_PTY_H

#include <stdbool.h>
#include <sys/types.h>

#include "support/emulator.h"

enum { PTY_ARGUMENTS_MAX = 8, PTY_DEADLINE_MS = 20000, PTY_PICTURE_MS = 4000, PTY_QUIET_MS = 12 };

struct pty {
    int master_fd;
    int slave_fd; /* kept open, so that the line outlives the program and its modes can be read */
    int pid_fd;
    pid_t pid;
    struct emulator *screen;
    unsigned char modes[64]; /* struct termios before the start */
    bool has_ended;
    int end_code; /* exit code, or 128 + signal */
};

struct pty_options {
    const char *arguments[PTY_ARGUMENTS_MAX];   /* [0]: the program; relative to the build folder
                                                   unless it has a "/" first */
    const char *terminal;                       /* NULL: xterm-256color */
    const char *environment[PTY_ARGUMENTS_MAX]; /* "NAME=value" besides PATH, LC_ALL=C.UTF-8,
                                                   TERM */
    int rows, cols;                             /* 0: 24 x 80 */
    int (*run)(void *context); /* in the place of a program: what the child does at its terminal. NULL: arguments[0] */
    void *context;
};

struct pty *pty_start(const struct pty_options *options);
void pty_free(struct pty *p); /* kills what still runs; an unknown sequence is a failure */

void pty_expect(struct pty *p, const char *text);      /* waits until it is seen */
void pty_expect_gone(struct pty *p, const char *text); /* waits until it is not */
void pty_drain(struct pty *p, int most_ms); /* reads what comes, waits so long for the first of it */
/* Waits until the picture is another one than `before` (emulator_dump() without styles) and its frame has come. */
void pty_expect_change(struct pty *p, const char *before);
/* Whether it becomes this one within PTY_PICTURE_MS. */
bool pty_becomes(struct pty *p, const char *picture, const struct style_spec *specs);
void pty_press(struct pty *p, const char *key);
void pty_send(struct pty *p, const char *bytes,
              size_t len_bytes); /* fails when the program stops reading */
void pty_send_unread(struct pty *p, const char *bytes,
                     size_t len_bytes); /* as a reader that has stopped */
void pty_type(struct pty *p, const char *text);
void pty_resize(struct pty *p, int rows, int cols);
void pty_signal(struct pty *p, int number);
int pty_wait_end(struct pty *p); /* reads until the program ends; its exit code or 128 + signal */
void pty_hang_up(struct pty *p); /* the line is cut; then pty_wait_end() */
bool pty_modes_are_back(struct pty *p); /* termios as before the start */

#endif
