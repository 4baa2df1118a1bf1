/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside that means harm (security.md 5.3): control sequences, broken UTF-8, marks that turn the direction or
 * pile up, letters of every width. It is put behind the door, straight into the tables of a scratch clinic, and looked at
 * on every screen: nothing of it may reach the terminal as more than letters, and nothing may stand where the screen did
 * not put it. */
#ifndef SCREEN_HOSTILE_H
#define SCREEN_HOSTILE_H

#include <stddef.h>

#include "support/random.h"

enum { HOSTILE_MAX = 400 };
/* NUL-terminated; no NUL inside. Its sequences carry the number 7777, which the program never sends. */
void hostile_make(struct random *r, char out[HOSTILE_MAX]);

/* What the program may send, letter by letter; "" or what is wrong with it. Sequences of curses pass, hostile ones not. */
struct stream_check {
    char pending[64]; /* an escape sequence or a letter that is not complete */
    size_t len;
    char why[160];
};
void stream_check_bytes(struct stream_check *c, const char *bytes, size_t len);

struct hostile_run {
    unsigned strings, frames; /* shown, looked at */
    char why[600];            /* "" nothing wrong */
};
/* At least so many strings through every screen. */
void hostile_run(unsigned strings, struct random *r, struct hostile_run *out);

/* So many random actions and keys on a scratch clinic; the sanitizers and the harness watch. */
void monkey_run(unsigned steps, struct random *r);

#endif
