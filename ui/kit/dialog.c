/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/dialog.h"

#include "base/text.h"

enum { WIDTH_MAX = 72, MARGIN = 2, ROWS_AROUND = 5 /* title, blank, blank, answers, blank */ };

static unsigned move(struct dialog *d, int by)
{
    d->focus = (d->focus + by + d->answer_count) % d->answer_count;
    return STALE_CELLS;
}

unsigned dialog_handle(struct dialog *d, const struct event *event)
{
    if (event->kind != EVENT_KEY) {
        return STALE_NOTHING; /* neither typed nor pasted nor scanned text means anything here */
    }
    switch (event->key) {
    case UI_KEY_LEFT:
    case UI_KEY_UP:
    case UI_KEY_BACKTAB:
        return move(d, -1);
    case UI_KEY_RIGHT:
    case UI_KEY_DOWN:
    case UI_KEY_TAB:
        return move(d, 1);
    case UI_KEY_ENTER:
        return CHOICE_MADE;
    case UI_KEY_ESCAPE:
        d->focus = 0;
        return CHOICE_MADE;
    default:
        return EVENT_UNHANDLED;
    }
}

/* Answers stand beside each other, or below each other when they are too long for that. */
static int answers_width(const struct dialog *d)
{
    int width = 0;
    for (int i = 0; i < d->answer_count; i++) {
        width += text_width_cells(d->answers[i]) + 4 + (i > 0 ? 1 : 0);
    }
    return width;
}

struct area dialog_place(const struct dialog *d, struct area a)
{
    int cols = a.cols - 4 < WIDTH_MAX ? a.cols - 4 : WIDTH_MAX;
    bool is_stacked = answers_width(d) > cols - 2 * MARGIN;
    int rows = draw_wrapped_rows(d->text, cols - 2 * MARGIN) + ROWS_AROUND +
               (is_stacked ? d->answer_count - 1 : 0);
    rows = rows < a.rows ? rows : a.rows;
    return area_part(a, (a.rows - rows) / 2, (a.cols - cols) / 2, rows, cols);
}

int dialog_draw_answers(const struct dialog *d, struct area a, int row, int col)
{
    bool is_stacked = answers_width(d) > a.cols - 2 * MARGIN;
    for (int i = 0, at = col; i < d->answer_count; i++) {
        bool has_focus = i == d->focus;
        /* the marker says where the focus is without colour */
        int end = draw_format(a, row, at, has_focus ? STYLE_BUTTON_FOCUS : STYLE_BUTTON,
                              has_focus ? "> %s <" : "  %s  ", d->answers[i]);
        if (has_focus) {
            draw_focus(a, row, at);
        }
        row += is_stacked;
        at = is_stacked ? at : end + 1;
    }
    return is_stacked ? d->answer_count : 1;
}

void dialog_draw(const struct dialog *d, struct area a)
{
    draw_clear(a);
    enum style bar = d->title_style == STYLE_TEXT ? STYLE_BAR : d->title_style;
    draw_fill(a, 0, 0, a.cols, bar, ' ');
    draw_text(a, 0, MARGIN, bar, d->title);
    bool is_stacked = answers_width(d) > a.cols - 2 * MARGIN;
    int answer_rows = is_stacked ? d->answer_count : 1;
    int text_rows = a.rows - ROWS_AROUND - (answer_rows - 1);
    draw_wrapped(area_part(a, 2, MARGIN, text_rows, a.cols - 2 * MARGIN), 0, 0, STYLE_TEXT,
                 d->text);
    dialog_draw_answers(d, a, a.rows - 1 - answer_rows, MARGIN);
}
