/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the screens of the first start share. */
#ifndef SCREENS_FIRST_RUN_H
#define SCREENS_FIRST_RUN_H

#include "screens/screens.h"

/* The site in that folder is there: the walls go up round it, and its door is shown. notice: under the form; NULL none. */
void first_run_enter(struct shell *sh, struct workstation *ws, const char *folder, const char *notice);

/* A site that was begun and stopped: its files and the folder, nothing else and nothing below. */
void first_run_remove(const char *folder);

/* "Europe/Berlin" and the like, sorted; from the system's own list. The caller frees each and the array. */
char **first_run_zones(size_t *out_count);
/* What this computer says of its zone, or "". Caller frees. */
char *first_run_own_zone(void);

extern const struct screen_ops SCREEN_SETUP; /* const bool *: it joins a centre too */

#endif
