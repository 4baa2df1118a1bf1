/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Longer text to read: wrapped to the width, walked with Up, Down, PgUp, PgDn, Home, End. Owns a
 * copy of its text. */
#ifndef KIT_PAGER_H
#define KIT_PAGER_H

#include "kit/stale.h"
#include "term/draw.h"
#include "term/input.h"

struct pager {
    char *text;
    int top, total, page; /* rows; page and total come from pager_layout() */
};

void pager_init(struct pager *p, const char *text);
void pager_release(struct pager *p);
void pager_layout(struct pager *p, int rows, int cols);
unsigned pager_handle(struct pager *p, const struct event *event);
void pager_draw(const struct pager *p, struct area a);

#endif
