/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A field and, below it, the rows that match what is typed: letters filter, Up and Down choose,
 * Enter (CHOICE_MADE) takes the chosen row. The source filters; the picker owns only its field. */
#ifndef KIT_PICKER_H
#define KIT_PICKER_H

#include "kit/field.h"
#include "kit/list.h"

struct picker_source {
    struct list_source list;
    /* Makes the rows those that match; returns how many. Called on every change, so it has to be
     * quick. */
    int (*filter)(void *context, const char *text);
    void *filter_context;
};

struct picker {
    struct field field;
    struct list list;
    const char *label; /* N_() */
};

void picker_init(struct picker *p, const char *label, size_t max_bytes);
void picker_release(struct picker *p);
void picker_refresh(struct picker *p,
                    const struct picker_source *source); /* filters again with the text as it is */
void picker_layout(struct picker *p, int rows);

/* CHOICE_MADE when Enter was pressed on a row: it is p->list.selected. */
unsigned picker_handle(struct picker *p, const struct picker_source *source,
                       const struct event *event);
void picker_draw(struct picker *p, const struct picker_source *source, struct area a);

#endif
