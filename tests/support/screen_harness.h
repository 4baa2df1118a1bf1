/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Real screens in this process: curses on a memory file and a pipe, the frames into an emulator, a
 * clock that stands still. After each step the picture can be compared with a golden
 * (tests/screen/goldens/SCREEN.CASE.COLSxROWS.txt; UPDATE_GOLDENS=1 rewrites) and its bytes with
 * tests/screen/budget.txt. One harness for each test: curses is global. Failures are Criterion's,
 * with the picture in the message. */
#ifndef SUPPORT_SCREEN_HARNESS_H
#define SUPPORT_SCREEN_HARNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "shell/shell.h"
#include "support/emulator.h"

struct harness {
    struct term *term;
    struct shell *shell;
    struct emulator *screen;
    int keys_fd;         /* what is written here has been typed */
    uint64_t step_bytes; /* of the last step */
    uint64_t step_frames;
    int rows, cols;
    void (*tap)(void *context, const char *bytes, size_t len); /* sees what the terminal gets; NULL: nobody */
    void *tap_context;
};

struct harness_options {
    int rows, cols;       /* 0: 24 x 80 */
    const char *terminal; /* NULL: xterm-256color */
    const char *locale;   /* NULL: C.UTF-8 */
    const char *scan_prefix;
    const char *tz;       /* of the terminal; NULL: not set */
    bool no_color;
};

/* `shell` says what the shell gets; its term and clock are filled in here. */
struct harness *harness_new(const struct harness_options *options,
                            const struct shell_options *shell);
void harness_free(struct harness *h);
int64_t harness_now_us(void);

void harness_open(struct harness *h, const struct screen_ops *ops, const void *argument);
void harness_press(struct harness *h,
                   const char *key); /* "F2", "Down", "a"; a tenth of a second later */
void harness_type(struct harness *h, const char *text);  /* letter by letter, as a person */
void harness_send(struct harness *h, const char *bytes); /* all in one read */
void harness_send_more(struct harness *h, const char *bytes,
                       int64_t after_us);               /* a later read, no pause added */
void harness_scan(struct harness *h, const char *code); /* one read, with Enter */
void harness_paste(struct harness *h, const char *text);
void harness_act(struct harness *h, const char *action); /* by name; fails when it is refused */
void harness_try(struct harness *h, const char *action); /* by name; may be refused */
void harness_resize(struct harness *h, int rows, int cols);
void harness_advance(struct harness *h, int64_t ms); /* time passes, timers run */

bool harness_shows(const struct harness *h, const char *text);
void harness_expect(const struct harness *h, const char *text); /* fails with the picture */
void harness_expect_not(const struct harness *h, const char *text);
void harness_golden(struct harness *h, const char *screen, const char *name);

/* The last step against the line "SCREEN ACTION BYTES" of budget.txt. */
void harness_budget(const struct harness *h, const char *screen, const char *action);

#endif
