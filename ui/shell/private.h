/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of ui/shell share and screens do not see. */
#ifndef SHELL_PRIVATE_H
#define SHELL_PRIVATE_H

#include "shell/shell.h"
#include "shell/shell_actions.h"
#include "shell/theme.h"

enum {
    STACK_MAX = 24,
    MESSAGE_MAX = 512,
    ROWS_MIN = 12, /* below: "too small" */
    COLS_MIN = 40,
    ROWS_FULL = 24, /* below: a larger picture is scrolled */
    COLS_FULL = 80,
    BODY_ROWS_FULL = 21
};

#define POLL_US INT64_C(250000)
#define TICK_US INT64_C(1000000)
#define PROGRESS_US INT64_C(500000)
#define WORK_SLICE_US INT64_C(20000)

struct level {
    const struct screen_ops *ops;
    void *state;
    unsigned stale;
    struct area body; /* it was laid out for */
    bool is_closing;
    uint32_t result;
};

struct shell {
    struct shell_options options;
    struct term *term;
    struct keymap keymap;
    const struct theme *theme;
    struct level stack[STACK_MAX];
    int depth;
    unsigned stale; /* of the whole picture */
    enum shell_end end;
    struct shell_status status;
    enum message_kind message_kind;
    char message[MESSAGE_MAX];
    bool is_small; /* below COLS_MIN x ROWS_MIN */
    bool mouse_is_on;
    int body_top, body_left; /* where on the terminal the picture's 0,0 is: for the mouse */
    int64_t last_input_us, last_poll_us, last_tick_us;
    struct work *work; /* work.c */
};

int64_t shell_now_us(const struct shell *sh);
struct level *shell_level(struct shell *sh); /* the top one that is not closing; NULL */
bool shell_has_text_focus(struct shell *sh);
void shell_note(struct shell *sh, unsigned stale); /* what a handler of the top screen answered */
void shell_sweep(struct shell *sh);                /* takes closed screens off the stack */

/* dispatch.c */
void shell_dispatch(struct shell *sh, const struct event *event);
const struct action *shell_find_action(struct shell *sh, uint32_t key, const char *name);
void shell_run_found(struct shell *sh, const struct action *a);

/* view.c */
void shell_view(struct shell *sh);

/* work.c: false when there is nothing to do */
bool work_step(struct shell *sh);
bool work_is_on(const struct shell *sh);
void work_abandon(struct shell *sh); /* its screen is being closed from outside */

extern const struct screen_ops ASK_SCREEN, PICK_SCREEN, HELP_SCREEN, PALETTE_SCREEN, WORK_SCREEN;

#endif
