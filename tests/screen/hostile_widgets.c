/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The screen is a fence of '#' with holes; each hole is an area in which hostile text is painted in one of the ways that
 * screens have. On the terminal the fence has to be whole. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "kit/bar.h"
#include "kit/dialog.h"
#include "kit/form.h"
#include "kit/pager.h"
#include "kit/table.h"
#include "screen/hostile.h"
#include "support/demo_screens.h"
#include "support/screen_harness.h"

enum { ROWS = 24, COLS = 80, BLOCK_ROWS = 6, BLOCK_COLS = 20, TEXTS = 6 };

struct painting {
    struct random *r;
    struct hostile_run *out;
    char texts[TEXTS][HOSTILE_MAX];
};

static const char *text_of(const struct painting *p, int i)
{
    return p->texts[i % TEXTS];
}

static const char *cell_of(const void *context, int row, int column, char *buf, enum style *style)
{
    (void)buf;
    (void)style;
    return text_of(context, row + column);
}

static void row_of(const void *context, int row, struct area line, bool is_selected)
{
    draw_fit(line, 0, 0, line.cols, is_selected ? STYLE_SELECTED : STYLE_TEXT, text_of(context, row));
}

static void paint_form(struct painting *p, struct area a, bool has_error)
{
    struct form form;
    struct error err = ERROR_INIT;
    form_init(&form);
    form_add_text(&form, "one", p->texts[0], 200, 0, 0);
    form_add_text(&form, "two", "Two", 200, 8, 0);
    form_set_text(&form, "one", p->texts[1]);
    form_set_text(&form, "two", p->texts[2]);
    form_set_note(&form, "two", STYLE_DIM, p->texts[3]);
    if (has_error) {
        (void)error_set_field(&err, STATUS_INVALID, "two", "%s", p->texts[4]);
        (void)form_show_error(&form, &err);
    }
    form_layout(&form, a.rows, a.cols);
    form_draw(&form, a);
    form_release(&form);
}

static void paint_table(struct painting *p, struct area a)
{
    static const struct table_column COLUMNS[] = {{"One", 4, 2, 0, false}, {"Two", 3, 1, 0, true}, {"Three", 3, 1, 14, false}};
    const struct table_source source = {.context = p, .cell = cell_of, .empty_text = "none"};
    struct table table;
    table_init(&table, COLUMNS, 3);
    table_refresh(&table, &source, TEXTS);
    table_layout(&table, a.rows, a.cols);
    table_draw(&table, &source, a);
}

static void paint_list(struct painting *p, struct area a)
{
    const struct list_source source = {.context = p, .draw = row_of, .empty_text = "none"};
    struct list list;
    list_init(&list);
    list_refresh(&list, &source, TEXTS);
    list_layout(&list, a.rows);
    list_draw(&list, &source, a);
}

static void paint_pager(struct painting *p, struct area a)
{
    struct pager pager;
    char *text = mem_format("%s\n%s\n\n%s", p->texts[0], p->texts[1], p->texts[2]);
    pager_init(&pager, text);
    pager_layout(&pager, a.rows, a.cols);
    pager_draw(&pager, a);
    pager_release(&pager);
    mem_free(text);
}

static void paint_field(struct painting *p, struct area a)
{
    struct field field;
    field_init(&field, 300, 0);
    field_set_text(&field, p->texts[0]);
    field_draw(&field, a, random_below(p->r, 2) == 0);
    field_release(&field);
}

/* One of the ways; the number of strings it took. */
static unsigned paint(struct painting *p, struct area a)
{
    int row = (int)random_below(p->r, 3) - 1, col = (int)random_below(p->r, 4) - 1, cells = (int)random_below(p->r, 24);
    const char *const names[] = {p->texts[0], p->texts[1], p->texts[2]};
    const struct key_label keys[] = {{"F6", p->texts[0]}, {p->texts[1], "two"}, {"F1", p->texts[2]}};
    switch (random_below(p->r, 16)) {
    case 0:
        (void)draw_text(a, row, col, STYLE_TEXT, p->texts[0]);
        return 1;
    case 1:
        (void)draw_format(a, row, col, STYLE_HEADING, "%s, %s", p->texts[0], p->texts[1]);
        return 2;
    case 2:
        (void)draw_fit(a, row, col, cells, STYLE_TEXT, p->texts[0]);
        return 1;
    case 3:
        (void)draw_fit_right(a, row, col, cells, STYLE_TEXT, p->texts[0]);
        return 1;
    case 4:
        (void)draw_wrapped(a, row, col, STYLE_TEXT, p->texts[0]);
        return 1;
    case 5:
        draw_wrapped_from(a, -row, STYLE_TEXT, p->texts[0]);
        return 1;
    case 6:
        paint_field(p, a);
        return 1;
    case 7:
        paint_pager(p, a);
        return 3;
    case 8:
        paint_table(p, a);
        return TEXTS;
    case 9:
        paint_list(p, a);
        return TEXTS;
    case 10:
        paint_form(p, a, false);
        return 4;
    case 11:
        paint_form(p, a, true);
        return 5;
    case 12:
        statusbar_draw(a, (struct status_part){p->texts[0], STYLE_TEXT}, (struct status_part){p->texts[1], STYLE_OFFLINE},
                       (struct status_part){p->texts[2], STYLE_TEXT});
        return 3;
    case 13:
        message_draw(a, MESSAGE_WARNING, p->texts[0]);
        return 1;
    case 14:
        tabs_draw(a, names, 3, 1);
        return 3;
    default:
        keybar_draw(a, keys, 3);
        return 3;
    }
}

/* The columns of a row in a map of the fence: '#' where it has to stand. */
static void check_fence(struct harness *h, char fence[ROWS][COLS], struct hostile_run *out)
{
    for (int row = 0; row < ROWS && out->why[0] == '\0'; row++) {
        char *text = emulator_row(h->screen, row);
        int col = 0;
        for (size_t at = 0; text[at] != '\0' && col < COLS;) {
            size_t next = text_next(text, at);
            char *letter = mem_copy_bytes(text + at, next - at);
            int cells = text_width_cells(letter);
            if (fence[row][col] == '#' && strcmp(letter, "#") != 0) {
                (void)snprintf(out->why, sizeof out->why, "row %d, column %d: the fence is broken\n|%.800s|", row, col, text); /* cut is fine */
            }
            mem_free(letter);
            col += cells > 0 ? cells : 1;
            at = next;
        }
        for (; col < COLS; col++) {
            if (fence[row][col] == '#' && out->why[0] == '\0') {
                (void)snprintf(out->why, sizeof out->why, "row %d, column %d: the fence is gone\n|%.800s|", row, col, text); /* as above */
            }
        }
        mem_free(text);
    }
}

static void frame(struct harness *h, struct painting *p, struct stream_check *check)
{
    char fence[ROWS][COLS];
    struct area all = term_begin(h->term);
    memset(fence, '#', sizeof fence);
    for (int row = 0; row < ROWS; row++) {
        draw_fill(all, row, 0, COLS, STYLE_TEXT, '#');
    }
    for (int top = 0; top < ROWS; top += BLOCK_ROWS) {
        for (int left = 0; left < COLS; left += BLOCK_COLS) {
            int rows = 1 + (int)random_below(p->r, BLOCK_ROWS - 2), cols = 1 + (int)random_below(p->r, BLOCK_COLS - 2);
            struct area hole = area_part(all, top + 1, left + 1, rows, cols);
            for (int i = 0; i < TEXTS; i++) {
                hostile_make(p->r, p->texts[i]);
                hostile_leave_out_disputed(p->texts[i]);
            }
            draw_clear(hole);
            p->out->strings += paint(p, hole);
            for (int row = 0; row < rows; row++) {
                memset(&fence[top + 1 + row][left + 1], ' ', (size_t)cols);
            }
        }
    }
    term_present(h->term);
    p->out->frames++;
    check_fence(h, fence, p->out);
    char *both = hostile_difference(h->screen, ROWS, COLS);
    if (both != NULL && p->out->why[0] == '\0') {
        (void)snprintf(p->out->why, sizeof p->out->why, "%.900s", both); /* cut is fine */
    }
    mem_free(both);
    if (check->why[0] != '\0' && p->out->why[0] == '\0') {
        (void)snprintf(p->out->why, sizeof p->out->why, "%s", check->why); /* fits */
    }
}

static void tap(void *context, const char *bytes, size_t len)
{
    stream_check_bytes(context, bytes, len);
}

void hostile_widgets(unsigned strings, struct random *r, struct hostile_run *out)
{
    struct demo_app app = {.row_count = 1};
    struct shell_options options = demo_options(&app);
    struct stream_check check = {.len = 0};
    struct painting *p = mem_alloc(sizeof *p);
    memset(out, 0, sizeof *out);
    p->r = r;
    p->out = out;
    hostile_prepare();
    struct harness *h = harness_new(&(struct harness_options){.rows = ROWS, .cols = COLS}, &options);
    h->tap_context = &check;
    while (out->strings < strings && out->why[0] == '\0') {
        frame(h, p, &check);
        h->tap = tap; /* the first picture brings the window's title along */
    }
    h->tap = NULL;
    harness_free(h);
    mem_free(p);
}
