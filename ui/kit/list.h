/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of any length of which a page is seen. Rows are virtual: the list knows how many there are
 * and asks the source for the ones it paints, so a million rows cost what a page costs. The chosen
 * row is remembered by its id: when the data changes the choice stays on the same record, wherever
 * it went. Nothing is owned. */
#ifndef KIT_LIST_H
#define KIT_LIST_H

#include <stdbool.h>

#include "base/uid.h"
#include "kit/stale.h"
#include "term/draw.h"
#include "term/input.h"

struct list_source {
    const void *context;
    struct uid (*id)(const void *context,
                     int row); /* NULL: rows have no identity, the number stays */
    void (*draw)(const void *context, int row, struct area line, bool is_selected);
    const char *empty_text; /* translated; says what to do next */
};

struct list {
    int count;
    int selected;   /* 0 .. count - 1; 0 in an empty list */
    int top;        /* first row that is seen */
    int page;       /* rows that are seen; list_layout() */
    int screen_row; /* where it was painted last, for the mouse; -1 before */
    struct uid selected_id;
};

void list_init(struct list *l);

/* The data has changed: finds the chosen record again (outward from where it was), else the nearest
 * row. */
void list_refresh(struct list *l, const struct list_source *source, int count);
void list_layout(struct list *l, int rows);
void list_select(struct list *l, const struct list_source *source, int row);

/* Up, Down, PgUp, PgDn, Home, End, wheel and click. The rest is EVENT_UNHANDLED (Enter is for an
 * action). */
unsigned list_handle(struct list *l, const struct list_source *source, const struct event *event);
void list_draw(struct list *l, const struct list_source *source, struct area a);

/* "3 of 40" or "". Returns buf. */
const char *list_position(const struct list *l, char *buf, int size);

#endif
