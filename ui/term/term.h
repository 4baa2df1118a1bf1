/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal: taken by term_start(), given back by term_stop() whatever happens (exit, fatal(),
 * crash, signals). There is one; curses has room for one. It never decides what is shown: it
 * paints, sends and reads. Signals are blocked outside term_wait(); their handlers only set a flag
 * that term_wait() reports. */
#ifndef TERM_TERM_H
#define TERM_TERM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "term/draw.h"
#include "term/frame.h"
#include "term/input.h"
#include "term/style.h"

struct term;

struct term_options {
    int in_fd, out_fd;
    const char *terminal;    /* NULL: $TERM */
    const char *title;       /* of the window; never a patient's name */
    const char *scan_prefix; /* what the scanners are set to send first; NULL: bursts only */
    int escdelay_ms;         /* 0: $ESCDELAY, else 25 */
    bool no_color;           /* also on by NO_COLOR */
    bool ascii;              /* also on by a locale without UTF-8 and by TERM=linux */

    /* Tests in one process: no signals, no termios, a fixed size, and the bytes go to `write`. */
    bool in_process;
    int rows, cols;
    frame_write_fn write;
    void *write_context;
};

/* STATUS_REFUSED when it is no terminal or one that cannot place text (TERM=dumb); nothing has
 * changed then. */
enum status term_start(const struct term_options *options, struct term **out,
                       struct error *err) MUST_USE;

/* Gives the terminal back as it was and frees. Safe to call twice, and when there was no start. */
void term_stop(void);

/* Look. `specs` has STYLE_COUNT entries; they are copied. */
void term_set_styles(struct term *t, const struct style_spec *specs, bool use_color);
int term_rows(const struct term *t);
int term_cols(const struct term *t);

/* The picture. term_begin() empties it and gives the whole of it; term_present() sends what differs
 * from the last. */
struct area term_begin(struct term *t);
void term_present(struct term *t);
bool term_is_blocked(const struct term *t); /* the line is full: paint nothing until term_wait()
                                               says TERM_WRITABLE */
void term_flush(struct term *t);            /* goes on sending what waits */
void term_redraw(struct term *t);           /* the next frame repaints every cell */
void term_add_bytes(struct term *t,
                    const char *bytes); /* a sequence with the next frame, such as a bell */

/* A picture larger than the screen (of which a part is shown): taken before painting, shown after
 * it. Tells through out_row and out_col (may be NULL) which corner is seen. */
struct area term_pad(struct term *t, int rows, int cols);
void term_show_pad(struct term *t, struct area target, int *out_row, int *out_col);

/* Waiting. The reasons are or-ed. `more` are further descriptors; their revents are filled.
 * timeout_ms < 0: for ever. */
enum term_reason {
    TERM_INPUT = 1,      /* something can be read */
    TERM_WRITABLE = 2,   /* the line takes bytes again */
    TERM_RESIZED = 4,    /* SIGWINCH */
    TERM_TERMINATE = 8,  /* SIGTERM, SIGINT, SIGQUIT */
    TERM_HANGUP = 16,    /* SIGHUP, or the terminal is gone */
    TERM_CHILD = 32,     /* SIGCHLD */
    TERM_CONTINUED = 64, /* SIGCONT: the program was stopped */
    TERM_STOP_ASKED = 256 /* SIGTSTP from outside: term_suspend() */
};
unsigned term_wait(struct term *t, int timeout_ms);

/* Reading. term_read() takes all that waits into the input machine; events come from
 * input_next(term_input(t)). */
void term_read(struct term *t, int64_t now_us);
struct input *term_input(struct term *t);

/* After TERM_RESIZED: asks for the size and queues EVENT_RESIZE. The second sets it (tests). */
void term_update_size(struct term *t);
void term_set_size(struct term *t, int rows, int cols);

void term_suspend(
    struct term *t); /* Ctrl-Z: gives the terminal back, stops the program, takes it again */
void term_resume(struct term *t); /* after TERM_CONTINUED: the shell may have changed its modes */
void term_set_mouse(struct term *t, bool on);
struct frame_counts term_counts(const struct term *t);

#endif
