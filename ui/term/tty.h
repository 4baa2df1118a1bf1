/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line below curses: termios, signals, a descriptor that never blocks, and the way back from a
 * crash. Only ui/term uses it. The state that signal handlers need is static in tty.c, because
 * handlers have no argument. */
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct tty;

/* STATUS_REFUSED when in_fd or out_fd is no terminal. Signals are blocked from here on. */
enum status tty_open(int in_fd, int out_fd, struct tty **out, struct error *err) MUST_USE;
void tty_close(struct tty *tty); /* modes and signals as they were */

void tty_set_raw(struct tty *tty);
void tty_restore(struct tty *tty);
void tty_suspend(struct tty *tty); /* stops the process group; returns when it goes on */
void tty_get_size(const struct tty *tty, int *rows, int *cols); /* 24 x 80 when it does not say */
unsigned tty_wait(struct tty *tty, int timeout_ms, bool want_write);
ssize_t tty_write(void *tty, const void *bytes, size_t len_bytes); /* a frame_write_fn */

/* The bytes that a crash writes. Kept by copy. */
void tty_set_emergency(struct tty *tty, const char *bytes);

#endif
