/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two small screens, a form and a lock, written as ui/screens are: what the shell's tests and the
 * pty program use. */
#ifndef SUPPORT_DEMO_SCREENS_H
#define SUPPORT_DEMO_SCREENS_H

#include "shell/shell.h"

enum { DEMO_NAME_MAX = 200, DEMO_PERMISSION_REMOVE = 7 };

struct demo_app {
    int row_count;
    const char *const *names; /* row_count of them; NULL: made up */
    bool may_remove;
    bool is_changed;                                 /* the next poll says so */
    int polls, opened, saved, removed, tasks, reads; /* how often */
    bool was_cancelled;
    int work_total;
    char last_scan[DEMO_NAME_MAX];
    char saved_name[DEMO_NAME_MAX];
    char status[64];
};

extern const struct screen_ops DEMO_LIST, DEMO_FORM, DEMO_LOCK;
extern const struct screen_ops *const DEMO_SCREENS[];
extern const struct action DEMO_ACTIONS[];

/* Options of a shell with these screens; `app` is the caller's. */
struct shell_options demo_options(struct demo_app *app);

#endif
