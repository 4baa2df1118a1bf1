/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/table.h"

#include <assert.h>

#include "base/i18n.h"

/* What list callbacks need to know of the table. */
struct binding {
    const struct table *table;
    const struct table_source *source;
};

void table_init(struct table *t, const struct table_column *columns, int column_count)
{
    assert(column_count <= TABLE_COLUMNS_MAX);
    *t = (struct table){.columns = columns, .column_count = column_count};
    list_init(&t->list);
}

static int gap_before(const struct table *t, int column)
{
    return column == 0 || t->widths[column] == 0 ? 0 : 1;
}

static int before_columns(const struct table *t)
{
    return TABLE_MARKER_CELLS + (t->has_signs ? TABLE_SIGN_CELLS : 0);
}

void table_layout(struct table *t, int rows, int cols)
{
    int left = cols - before_columns(t);
    int growth = 0;
    for (int i = 0; i < t->column_count; i++) {
        const struct table_column *c = &t->columns[i];
        int cells = c->cells < left
                        ? c->cells
                        : left; /* too narrow even for the essential: the last are cut */
        t->widths[i] = cols >= c->from_cells && cells > 0 ? cells : 0;
        left -= t->widths[i] + gap_before(t, i);
        growth += t->widths[i] ? c->grow : 0;
    }
    for (int i = 0; i < t->column_count && growth > 0 && left > 0; i++) {
        if (t->widths[i] && t->columns[i].grow) {
            int share = left * t->columns[i].grow / growth;
            growth -= t->columns[i].grow;
            left -= share;
            t->widths[i] += share;
        }
    }
    list_layout(&t->list, rows - 1);
}

static void draw_row(const void *context, int row, struct area line, bool is_selected)
{
    const struct binding *b = context;
    const struct table *t = b->table;
    draw_text(line, 0, 0, is_selected ? STYLE_SELECTED : STYLE_TEXT, is_selected ? "> " : "  ");
    int col = before_columns(t);
    if (t->has_signs) {
        mark_draw_symbol(line, 0, TABLE_MARKER_CELLS, b->source->mark(b->source->context, row));
    }
    for (int i = 0; i < t->column_count; i++) {
        if (t->widths[i] == 0) {
            continue;
        }
        char buf[TABLE_CELL_MAX];
        buf[0] = 0;
        enum style style = STYLE_TEXT;
        const char *text = b->source->cell(b->source->context, row, i, buf, &style);
        col += gap_before(t, i);
        struct area cell = area_part(line, 0, col, 1, t->widths[i]);
        if (t->columns[i].is_right) {
            draw_fit_right(cell, 0, 0, cell.cols, style, text);
        } else {
            draw_text(cell, 0, 0, style, text);
        }
        col += t->widths[i];
    }
}

static struct list_source bind(const struct binding *b)
{
    return (struct list_source){b, NULL, draw_row, b->source->empty_text};
}

/* The list asks for ids with the source's own context. */
static struct list_source bind_ids(const struct table_source *source)
{
    return (struct list_source){source->context, source->id, NULL, source->empty_text};
}

void table_refresh(struct table *t, const struct table_source *source, int row_count)
{
    struct list_source ids = bind_ids(source);
    list_refresh(&t->list, &ids, row_count);
}

unsigned table_handle(struct table *t, const struct table_source *source, const struct event *event)
{
    struct list_source ids = bind_ids(source);
    return list_handle(&t->list, &ids, event);
}

void table_select(struct table *t, const struct table_source *source, int row)
{
    struct list_source ids = bind_ids(source);
    list_select(&t->list, &ids, row);
}

void table_draw(struct table *t, const struct table_source *source, struct area a)
{
    int col = before_columns(t);
    for (int i = 0; i < t->column_count; i++) {
        if (t->widths[i]) {
            struct area cell = area_part(a, 0, col + gap_before(t, i), 1, t->widths[i]);
            const char *title = *t->columns[i].title ? _(t->columns[i].title) : "";
            if (t->columns[i].is_right) {
                draw_fit_right(cell, 0, 0, cell.cols, STYLE_HEADING, title);
            } else {
                draw_text(cell, 0, 0, STYLE_HEADING, title);
            }
            col += gap_before(t, i) + t->widths[i];
        }
    }
    struct binding b = {t, source};
    struct list_source rows = bind(&b);
    list_draw(&t->list, &rows, area_rows(a, 1, a.rows - 1));
}
