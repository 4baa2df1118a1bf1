/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line of text that is typed into: cursor and deletion go by grapheme clusters, paste is cleaned
 * and cut at the limit, a burst that turns out to be a scan is taken back (EVENT_RETRACT). The
 * memory never moves and is wiped on release, so that a password leaves no copies; text behind
 * field_text() is good until the next event. */
#ifndef KIT_FIELD_H
#define KIT_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "kit/stale.h"
#include "term/draw.h"
#include "term/input.h"

enum field_flag {
    FIELD_PASSWORD = 1, /* shown as stars, kept byte for byte */
    FIELD_DIGITS = 2,   /* 0-9 only: a PIN, a code */
    FIELD_NO_FILL = 4   /* no line of underscores behind the text */
};

struct field {
    char *bytes;
    size_t len, max_bytes;
    size_t cursor; /* byte offset, always between clusters */
    size_t first; /* byte offset of the first cluster that is seen; field_draw() keeps the cursor in
                     sight */
    unsigned flags;
    char *before_burst;
    size_t before_cursor;
    bool has_before;
};

void field_init(struct field *f, size_t max_bytes, unsigned flags);
void field_release(struct field *f);
const char *field_text(const struct field *f);
void field_set_text(struct field *f, const char *text); /* cleaned; the cursor goes to the end */
void field_clear(struct field *f);

/* TEXT, PASTE, RETRACT and editing keys (arrows, Home, End, Backspace, Del, Ctrl-U all, Ctrl-W
 * word). Anything else is EVENT_UNHANDLED. Adds TEXT_CHANGED when the text is another. */
unsigned field_handle(struct field *f, const struct event *event);
bool field_edits_with(
    uint32_t key); /* these keys belong to the field that has the focus, before any action */

/* Into the first row of the area. With focus the cursor is shown. */
void field_draw(struct field *f, struct area a, bool has_focus);

#endif
