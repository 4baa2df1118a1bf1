/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/pager.h"

#include <string.h>

#include "base/memory.h"

/* Lines are wrapped one by one: a text of many pages never passes draw_wrapped() whole. */
static const char *next_line(const char *line, char *buf, size_t size)
{
    size_t len = strcspn(line, "\n");
    size_t n = len < size - 1 ? len : size - 1;
    memcpy(buf, line, n);
    buf[n] = 0;
    return line[len] ? line + len + 1 : NULL;
}

enum { LINE_MAX_BYTES = 4096 };

void pager_init(struct pager *p, const char *text)
{
    *p = (struct pager){.text = mem_copy_text(text), .page = 1};
}

void pager_release(struct pager *p)
{
    mem_free(p->text);
    p->text = NULL;
}

void pager_layout(struct pager *p, int rows, int cols)
{
    char line[LINE_MAX_BYTES];
    p->page = rows > 1 ? rows : 1;
    p->total = 0;
    for (const char *at = p->text; at && *at;) {
        at = next_line(at, line, sizeof line);
        p->total += draw_wrapped_rows(line, cols);
    }
    int last = p->total > p->page ? p->total - p->page : 0;
    p->top = p->top > last ? last : p->top;
}

static unsigned move_to(struct pager *p, int top)
{
    int last = p->total > p->page ? p->total - p->page : 0;
    top = top > last ? last : top;
    top = top < 0 ? 0 : top;
    unsigned stale = top == p->top ? STALE_NOTHING : STALE_CELLS;
    p->top = top;
    return stale;
}

unsigned pager_handle(struct pager *p, const struct event *event)
{
    if (event->kind == EVENT_MOUSE && event->mouse != MOUSE_CLICK) {
        return move_to(p, p->top + (event->mouse == MOUSE_WHEEL_UP ? -3 : 3));
    }
    if (event->kind != EVENT_KEY) {
        return EVENT_UNHANDLED;
    }
    switch (event->key) {
    case UI_KEY_UP:
        return move_to(p, p->top - 1);
    case UI_KEY_DOWN:
        return move_to(p, p->top + 1);
    case UI_KEY_PAGE_UP:
        return move_to(p, p->top - p->page);
    case UI_KEY_PAGE_DOWN:
        return move_to(p, p->top + p->page);
    case UI_KEY_HOME:
        return move_to(p, 0);
    case UI_KEY_END:
        return move_to(p, p->total);
    default:
        return EVENT_UNHANDLED;
    }
}

void pager_draw(const struct pager *p, struct area a)
{
    char line[LINE_MAX_BYTES];
    int row = -p->top;
    for (const char *at = p->text; at && *at && row < a.rows;) {
        at = next_line(at, line, sizeof line);
        int rows = draw_wrapped_rows(line, a.cols);
        /* no draw_wrapped() here: a line that begins above the area starts in the middle */
        if (row + rows > 0) {
            draw_wrapped_from(a, row, STYLE_TEXT, line);
        }
        row += rows;
    }
    draw_focus(a, 0, 0);
}
