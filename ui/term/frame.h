/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One write for each frame. curses writes into a file in memory; frame_send() takes the bytes from
 * there and hands them to the terminal at once, between marks of a synchronized update when there
 * are many. A reader that is slow costs frames, never bytes: while a rest waits, frame_is_blocked()
 * says that nothing new may be painted. */
#ifndef TERM_FRAME_H
#define TERM_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/error.h"

#define FRAME_SYNC_BYTES 200 /* below, the marks (16 bytes) cost more than they give */

struct frame_counts {
    uint64_t frames; /* that had anything to say */
    uint64_t bytes;  /* all that was sent */
    uint64_t writes;
    uint64_t blocked;    /* times that the terminal did not take a frame whole */
    uint64_t last_bytes; /* of the last frame, 0 when nothing differed */
};

/* Where the bytes go: as write(2), EAGAIN included. */
typedef ssize_t (*frame_write_fn)(void *context, const void *bytes, size_t len_bytes);

struct frame;

/* STATUS_IO when there is no file in memory to be had. */
enum status frame_new(frame_write_fn write, void *context, bool can_sync, struct frame **out,
                      struct error *err) MUST_USE;
void frame_free(struct frame *f);

FILE *frame_stream(struct frame *f); /* for newterm() */
void frame_add(struct frame *f,
               const char *bytes); /* a sequence of our own, sent with the next frame, in front */
void frame_send(struct frame *f);  /* after doupdate() or endwin() */
bool frame_is_blocked(const struct frame *f); /* wait for POLLOUT, then frame_send() */
void frame_give_up(struct frame *f);          /* the terminal is gone: forget what waits */
struct frame_counts frame_counts(const struct frame *f);

#endif
