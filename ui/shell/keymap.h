/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which keys an action has: those of its row, or those that keys.conf gives it. One map for the
 * whole program, because the same key means the same thing everywhere. Owns its copies of nothing
 * but key numbers; names stay with the tables. */
#ifndef SHELL_KEYMAP_H
#define SHELL_KEYMAP_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "shell/action.h"

enum { KEYMAP_KEYS_MAX = 6 };

struct key_binding {
    const char *name; /* the action's */
    const char *keys; /* as in its row; a second table has to say the same */
    uint32_t bound[KEYMAP_KEYS_MAX];
    int count;
};

struct keymap {
    struct key_binding *items;
    size_t len, cap;
};

void keymap_init(struct keymap *km);
void keymap_release(struct keymap *km);

/* Adds a table's rows. STATUS_INVALID (our mistake, a test finds it): a key that is none, or other
 * keys than the same action has in another table. */
enum status keymap_add(struct keymap *km, const struct action *table, struct error *err) MUST_USE;

/* One key, one meaning; nothing takes the keys that lists and fields need; function keys have a
 * second key, because not every terminal has them all. STATUS_INVALID names the key and the
 * actions. */
enum status keymap_check(const struct keymap *km, struct error *err) MUST_USE;

/* keys.conf: lines "action = key, key" ("action =" takes its keys away), # comments. All or
 * nothing: on STATUS_INVALID the keys are as before and the message names file and line and says
 * what to do. */
enum status keymap_load(struct keymap *km, const char *file_name, const char *text,
                        struct error *err) MUST_USE;

/* The row of `table` that has this key, or NULL. */
const struct action *keymap_find(const struct keymap *km, const struct action *table, uint32_t key);

/* Names of its keys, "F6, Ctrl-D"; or only the first. "" when it has none. Returns buf. */
const char *keymap_keys(const struct keymap *km, const char *action_name, char *buf, size_t size);
const char *keymap_first_key(const struct keymap *km, const char *action_name, char *buf,
                             size_t size);

#endif
