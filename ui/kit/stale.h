/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What handling an event answers: which part of the picture is no longer true. Or-ed; 0: dealt
 * with, nothing to paint. Nothing paints while it handles an event; the shell paints once, after
 * all waiting keys. */
#ifndef KIT_STALE_H
#define KIT_STALE_H

enum stale {
    STALE_NOTHING = 0,
    STALE_CELLS = 1,      /* paint again from the state as it is */
    STALE_DATA = 2,       /* read the data again (EVENT_DATA), then paint */
    STALE_LAYOUT = 4,     /* places have moved: layout, then paint */
    EVENT_UNHANDLED = 16, /* not mine: let the next one look at it */
    TEXT_CHANGED = 32,    /* the text of a field is another */
    CHOICE_MADE =
        64 /* the widget is finished: dialog answered, row or field confirmed with Enter */
};

#endif
