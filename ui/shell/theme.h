/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The looks: one table for each, a row for each role of text (term/style.h). */
#ifndef SHELL_THEME_H
#define SHELL_THEME_H

#include <stdbool.h>

#include "term/style.h"

struct theme {
    const char *name;  /* "dark": the setting's value */
    const char *label; /* N_() */
    bool has_color;
    struct style_spec specs[STYLE_COUNT];
};

extern const struct theme THEMES[];
extern const int THEME_COUNT;

const struct theme *theme_find(const char *name); /* NULL when there is none */

#endif
