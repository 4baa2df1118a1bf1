/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One screen = one file in ui/screens that ends with one const struct screen_ops. State is one
 * private struct. Order of a turn: events change the state and say what is stale; then layout where
 * asked for; then one draw. `draw` paints everything from the state; it never queries and never
 * blocks. Include this and shell/shell.h; they bring the kit's drawing and events with them. */
#ifndef SHELL_SCREEN_H
#define SHELL_SCREEN_H

#include "base/error.h"
#include "kit/stale.h"
#include "shell/action.h"
#include "term/draw.h"
#include "term/input.h"

enum screen_flag {
    SCREEN_OVERLAY =
        1, /* painted over what is below; the program's own actions wait until it is closed */
    SCREEN_NO_STATUS = 2, /* has the first row of the terminal too */
    SCREEN_TICKS = 4,     /* gets EVENT_TICK each second while it is on top */
    SCREEN_SECRET =
        8 /* lock, sign-in: nothing below is painted, nothing but itself can be reached */
};

/* A part of a screen, such as a tab: its title and its own actions. */
struct screen_part {
    const char *title;            /* N_() */
    const struct action *actions; /* ends with a row without name; NULL: none */
};

struct screen_ops {
    const char *name;  /* "chart.meds": goldens, docs */
    const char *title; /* N_() */

    /* Makes the state. On failure the screen is not opened and err is shown. */
    enum status (*open)(struct shell *sh, const void *argument, void **out_state,
                        struct error *err);

    /* The only place with coordinates: after open, a resize, STALE_LAYOUT. Areas cut from `body`
     * may be kept until the next call. body is at least 80 x 21 for a full screen, whatever the
     * terminal. */
    void (*layout)(void *state, struct area body);
    void (*draw)(void *state, struct area body);

    /* KEY (that no action has), TEXT, PASTE, RETRACT (while text_focus), MOUSE. Hand it to the
     * widgets. */
    unsigned (*key)(struct shell *sh, void *state, const struct event *event);

    /* SCAN, DATA (read again), CLOSED, TICK. EVENT_UNHANDLED on a SCAN: not for me. NULL: nothing
     * wanted. */
    unsigned (*event)(struct shell *sh, void *state, const struct event *event);
    void (*close)(void *state);
    const struct action *actions; /* ends with a row without name; NULL: none */

    /* A screen in parts: all of them (NULL ends; for keys, help and docs), and the one that is shown, whose rows stand
     * before those of the screen. Both NULL: one piece. */
    const struct screen_part *const *parts;
    const struct screen_part *(*part)(const void *state);

    bool (*text_focus)(
        const void *state); /* a field has the focus: letters are text. NULL: never */
    bool (*unsaved)(
        const void *state); /* leaving would lose something typed: the shell asks. NULL: never */
    unsigned flags;
};

#endif
