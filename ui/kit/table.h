/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list whose rows are cut into columns. At 80 cells the essential columns are there; wider areas
 * show more of them (from_cells) and then give room to those that can use it (grow). The chosen row
 * begins with a reverse ">" block: marking the whole row would cost 200 bytes a step on a slow
 * line, its first column still 150 where the list scrolls. */
#ifndef KIT_TABLE_H
#define KIT_TABLE_H

#include "kit/list.h"
#include "kit/mark.h"

enum { TABLE_COLUMNS_MAX = 16, TABLE_MARKER_CELLS = 2, TABLE_SIGN_CELLS = 3, TABLE_CELL_MAX = 512 };

struct table_column {
    const char *title; /* N_() */
    int cells;         /* at least */
    int grow;          /* share of the room that is left over; 0: stays */
    int from_cells;    /* shown only when the table is so wide; 0: essential */
    bool is_right;     /* numbers */
};

struct table_source {
    const void *context;
    struct uid (*id)(const void *context, int row); /* NULL as in a list */
    /* Text of a cell: into buf (TABLE_CELL_MAX) or borrowed; *style is STYLE_TEXT on entry. */
    const char *(*cell)(const void *context, int row, int column, char *buf, enum style *style);
    const char *empty_text;
    /* Sign in front of the first column; NULL: rows have none and no room is kept for it. */
    enum mark (*mark)(const void *context, int row);
};

struct table {
    struct list list;
    const struct table_column *columns;
    int column_count;
    bool has_signs; /* set before table_layout() where the source has mark() */
    int widths[TABLE_COLUMNS_MAX]; /* 0: not shown */
};

void table_init(struct table *t, const struct table_column *columns, int column_count);
void table_refresh(struct table *t, const struct table_source *source, int row_count);
void table_layout(struct table *t, int rows, int cols); /* one row of it is the heads */
unsigned table_handle(struct table *t, const struct table_source *source,
                      const struct event *event);
void table_select(struct table *t, const struct table_source *source, int row);
void table_draw(struct table *t, const struct table_source *source, struct area a);

#endif
