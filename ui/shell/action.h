/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that a person can trigger is a row here. Key bar, help page, palette, permission
 * check, keys.conf and docs/keys.md are made from the rows; nothing of it is typed twice. A name is
 * a meaning: the same name in two tables is the same thing with the same keys, and one key never
 * has two names (keymap_check(), a test). */
#ifndef SHELL_ACTION_H
#define SHELL_ACTION_H

#include <stdbool.h>

#include "base/buffer.h"
#include "kit/stale.h"

struct shell;
struct screen_ops;

enum action_flag {
    ACTION_IN_BAR = 1,  /* shown in the key bar, in the order of the table */
    ACTION_UNLISTED = 2, /* not in the palette: it makes no sense as a command (back, help) */
    ACTION_OVER_TEXT = 4 /* its sign is a command although a field has the focus, as long as `applies`: for the field of
                            Home while nothing is typed. Only signs that no name, number or code begins with */
};

struct action {
    const char *name;    /* "dose.record"; NULL ends a table */
    const char *keys;    /* shipped keys, "F6, Ctrl-D"; "" only by palette and keys.conf */
    unsigned permission; /* asked of shell_options.may; 0: everybody */
    const char *label;   /* N_(), short, for the key bar: "record dose" */
    const char *help;    /* N_(), one sentence */
    unsigned (*run)(struct shell *sh,
                    void *state); /* returns STALE_*; state is the screen's. NULL: the general one
                                   * of that name, such as "back" (to have it in this key bar) */
    unsigned flags;
    bool (*applies)(const void *state); /* NULL: always. False: not in the bar, and the key says why
                                           nothing happens */
};

/* Keys of actions that several tables have, so that they cannot differ. */
#define KEYS_BACK "Esc, Ctrl-C"
#define KEYS_SAVE "F10, Ctrl-S"
#define KEYS_FIND "F2, /, Ctrl-F"
#define KEYS_OPEN "Enter"
#define KEYS_PRINT "p" /* action "print" */

/* The row with that name, or NULL. `table` may be NULL. */
const struct action *action_find(const struct action *table, const char *name);

/* docs/keys.md. `screens` ends with NULL; `program` (may be NULL) are the program's actions.
 * Appends to out. */
void action_write_markdown(struct buffer *out, const struct screen_ops *const *screens,
                           const struct action *program);

#endif
