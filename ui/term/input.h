/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns what the keyboard, the scanner and the clipboard send into events. A pure machine:
 * characters and keys go in with their time, events come out; term/read.c feeds it from curses,
 * tests and the fuzzer feed it by hand. A barcode scanner is a fast keyboard: a burst (6 or more
 * characters, each within 30 ms of the one before, ended by Enter or Tab) or a configured prefix
 * makes one EVENT_SCAN, and its Enter is part of it. While a text field has the focus letters are
 * given out at once and the scan says that they have to be taken back (`retract`); elsewhere
 * letters are commands, so they wait 30 ms until it is clear that nobody is scanning. */
#ifndef TERM_INPUT_H
#define TERM_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "term/key.h"

enum event_kind {
    EVENT_NONE,
    EVENT_KEY,     /* key: UI_KEY_*, or UI_KEY_CTRL() */
    EVENT_TEXT,    /* key: one typed character */
    EVENT_PASTE,   /* text: as pasted, line ends as spaces; never a command */
    EVENT_SCAN,    /* text: the code as sent, GS (0x1D) kept, without prefix and Enter */
    EVENT_MOUSE,   /* mouse, row, col */
    EVENT_RESIZE,  /* row, col: the new size */
    EVENT_RETRACT, /* shell -> field: take back the typed burst; it was a scan */
    EVENT_TICK,    /* shell -> screen: a second has passed */
    EVENT_DATA,    /* shell -> screen: the data may have changed, read it again */
    EVENT_CLOSED   /* shell -> screen: the one above has closed; text: its name, key: its result */
};

enum mouse_what { MOUSE_CLICK, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN };

struct event {
    enum event_kind kind;
    uint32_t key;
    const char *text; /* borrowed until the next input_next(); NULL when there is none */
    size_t len_bytes;
    bool starts_burst; /* TEXT: first character after a pause; a field remembers its state here */
    bool retract;      /* SCAN: its first characters were given out as TEXT */
    bool was_cut;      /* PASTE: longer than INPUT_PASTE_MAX, the rest is lost */
    enum mouse_what mouse;
    int row, col;
};

#define INPUT_PASTE_MAX 65536
#define INPUT_SCAN_MAX 4096
#define INPUT_BURST_MIN 6
#define INPUT_BURST_GAP_US 30000
#define INPUT_PREFIX_WAIT_US 500000
#define INPUT_SEQUENCE_WAIT_US 100000
#define INPUT_PASTE_WAIT_US \
    2000000 /* a terminal that loses the end mark does not freeze the program */

struct input;

struct input *input_new(const char *scan_prefix); /* NULL or "": bursts only */
void input_free(struct input *in);

/* Whether letters go to a field at once. The shell keeps this true to the focus. */
void input_set_text_focus(struct input *in, bool has_text_focus);

void input_put_character(struct input *in, uint32_t character,
                         int64_t now_us); /* control characters too */
void input_put_key(struct input *in, uint32_t key,
                   int64_t now_us); /* UI_KEY_*, decoded elsewhere */
void input_put_mouse(struct input *in, enum mouse_what what, int row, int col);
void input_put_resize(struct input *in, int rows, int cols);

/* The end of one read, or time has passed: lets go what need not wait any longer. */
void input_settle(struct input *in, int64_t now_us);

/* When input_settle() has to be called again though nothing comes; INT64_MAX: never. */
int64_t input_deadline_us(const struct input *in);

/* The next event; false when there is none. */
bool input_next(struct input *in, struct event *out);

#endif
