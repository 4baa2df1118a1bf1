/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Painting in cells. An area is a rectangle of the picture; rows and columns are counted inside it
 * and nothing can be painted outside it, so a caller never checks the screen's size. All text is
 * cleaned (text_clean) on its way to the cells whatever was done before. Painting costs nothing on
 * the line: only what differs from the last frame is sent. */
#ifndef TERM_DRAW_H
#define TERM_DRAW_H

#include <stdbool.h>

#include "term/style.h"

struct canvas; /* the screen, or a larger picture of which the screen shows a part */

struct area {
    struct canvas *canvas;
    int top, left, rows, cols;
};

/* The part of an area; cut where it reaches outside. Its size may be 0: painting there does
 * nothing. */
struct area area_part(struct area a, int top, int left, int rows, int cols);
struct area area_rows(struct area a, int top, int rows); /* whole rows */

bool area_is_ascii(
    struct area a); /* symbols have to come from the ASCII column (C locale, TERM=linux) */

/* Empties whole rows of `from` where `overlay` stands: what is left of a row beside it would read as a part of it. */
void draw_clear_rows(struct area from, struct area overlay);
void draw_clear(struct area a);
void draw_fill(struct area a, int row, int col, int cells, enum style style, char c);

/* Text up to the right edge, cut with an ellipsis where it does not fit. Returns the column behind
 * it. */
int draw_text(struct area a, int row, int col, enum style style, const char *text);
int draw_format(struct area a, int row, int col, enum style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Exactly `cells` wide: cut or padded. Returns the column behind it. */
int draw_fit(struct area a, int row, int col, int cells, enum style style, const char *text);
int draw_fit_right(struct area a, int row, int col, int cells, enum style style, const char *text);

/* Wraps between words into the area from `row` on; the last row is cut. Returns the number of rows
 * it took. */
int draw_wrapped(struct area a, int row, int col, enum style style, const char *text);
/* The same without a last ellipsis; `row` may be negative: what lies above the area is left out. */
void draw_wrapped_from(struct area a, int row, enum style style, const char *text);
int draw_wrapped_rows(const char *text, int cols); /* how many rows that takes, at least 1 */

/* Puts the terminal's cursor here; without a call in a picture it is hidden. Implies draw_focus().
 */
void draw_cursor(struct area a, int row, int col);

/* Forgets both: what is painted from here on lies above it (an overlay). */
void draw_forget_focus(struct area a);

/* The place that matters now (chosen row, focused button): a small screen scrolls so that it is
 * seen. */
void draw_focus(struct area a, int row, int col);

#endif
