/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text from outside that means harm (security.md 5.3): control sequences, broken UTF-8, marks that turn the direction or
 * pile up, letters of every width. It is put behind the door, straight into the tables of the demo clinic, and looked at
 * on every screen: nothing of it may reach the terminal as more than letters, and nothing may stand where the screen did
 * not put it. */
#ifndef SCREEN_HOSTILE_H
#define SCREEN_HOSTILE_H

#include <stdbool.h>
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

enum { HOSTILE_MARK = 6, HOSTILE_SERIALS = 36 * 36 * 36 * 36 * 36, HOSTILE_SCREENS_MAX = 128 };

struct hostile_run {
    unsigned columns;          /* of the database, that were written over */
    unsigned strings;          /* made and given to a screen, by a column of the database, its argument or the keyboard */
    unsigned seen;             /* different ones whose beginning stood on the terminal */
    unsigned frames;           /* looked at, cell by cell */
    unsigned screens;          /* of WORKSTATION_SCREENS */
    unsigned openings, refused; /* of screens; refused by what was planted */
    unsigned shown_on[HOSTILE_SCREENS_MAX]; /* beginnings in its pictures, by the place of the screen in WORKSTATION_SCREENS */
    char missed[400];          /* screens that were never on top, with a space behind each */
    char why[1000];            /* "" nothing wrong */
};
/* Before the others, once. */
void hostile_prepare(void);
void hostile_leave_out_disputed(char *text);
/* Where the terminal shows something else than what curses believes to have put there; NULL: nowhere. The caller frees. */
struct emulator;
char *hostile_difference(const struct emulator *screen, int rows, int cols);

/* Every screen, as so many people of the demo clinic in turn: first with strings planted in the tables, then read after read
 * with another string in each column, until at least so many different ones were seen on the terminal. */
void hostile_run(unsigned seen, int people, struct random *r, struct hostile_run *out);

/* The second kind: what the store reads from a column of free text becomes what `make` makes of it (NULL: nothing does). The
 * linker puts it before column_text(). */
struct hostile_reads {
    bool (*is_free_text)(void *context, const char *table, const char *column);
    char *(*make)(void *context); /* NULL: as it is */
    void *context;
};
void hostile_reads_set(const struct hostile_reads *reads); /* borrowed; NULL: none */

/* At least so many strings through every way of painting text, in areas with a fence around them: nothing stands on the fence. */
void hostile_widgets(unsigned strings, struct random *r, struct hostile_run *out);

/* So many strings through what leaves the program otherwise: pages, labels, PDF, CSV, FHIR, AuditEvents, the log. */
void hostile_outputs(unsigned strings, struct random *r, struct hostile_run *out);

/* So many random actions and keys on the demo clinic; the sanitizers and the harness watch. */
void monkey_run(unsigned steps, struct random *r);

#endif
