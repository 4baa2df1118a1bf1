/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal to look at: libvterm behind a small face. Takes the bytes of the program, answers what
 * stands in the cells, and makes the bytes of keys as a terminal would in the modes that the
 * program has switched on. A sequence that it does not know is remembered; the harnesses turn it
 * into a failure. */
#ifndef SUPPORT_EMULATOR_H
#define SUPPORT_EMULATOR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "term/style.h"

struct emulator;

struct emulator *emulator_new(int rows, int cols);
void emulator_free(struct emulator *e);
void emulator_resize(struct emulator *e, int rows, int cols);
void emulator_write(struct emulator *e, const char *bytes, size_t len_bytes);

const char *emulator_unknown(const struct emulator *e); /* the first unknown sequence, or "" */
bool emulator_is_alternate(const struct emulator *e);
bool emulator_cursor_is_on(const struct emulator *e);
void emulator_cursor(const struct emulator *e, int *row, int *col);
const char *emulator_title(const struct emulator *e);
bool emulator_takes_paste(const struct emulator *e); /* bracketed paste is on */
int emulator_rows(const struct emulator *e);
int emulator_cols(const struct emulator *e);

char *emulator_row(const struct emulator *e,
                   int row); /* UTF-8 without trailing blanks; the caller frees */
bool emulator_shows(const struct emulator *e, const char *text); /* in one row */
char *emulator_scrollback(
    const struct emulator *e); /* all rows that have left the screen at the top; caller frees */

/* Rows, cursor and runs of style; roles are named by how `specs` (may be NULL) looks with 256
 * colours. */
char *emulator_dump(const struct emulator *e, const struct style_spec *specs);

/* Appends what the terminal sends for a key ("F2", "Ctrl-S", "a"); false when the name is no key.
 */
bool emulator_key(struct emulator *e, const char *name, struct buffer *out);
void emulator_paste(struct emulator *e, const char *text, struct buffer *out);

#endif
