/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/list.h"

#include <stdio.h>

#include "base/i18n.h"

/* How far a record may have moved for the choice to follow it. */
enum { FOLLOW_ROWS = 10000 };

void list_init(struct list *l)
{
    *l = (struct list){.page = 1, .screen_row = -1};
}

static void keep_in_sight(struct list *l)
{
    int last_top = l->count > l->page ? l->count - l->page : 0;
    if (l->selected < l->top) {
        l->top = l->selected;
    } else if (l->selected >= l->top + l->page) {
        l->top = l->selected - l->page + 1;
    }
    l->top = l->top > last_top ? last_top : l->top;
}

static void remember(struct list *l, const struct list_source *source)
{
    l->selected_id = source->id && l->count > 0 ? source->id(source->context, l->selected)
                                                : UID_NONE;
}

static bool is_at(const struct list *l, const struct list_source *source, int row)
{
    return row >= 0 && row < l->count &&
           uid_compare(source->id(source->context, row), l->selected_id) == 0;
}

void list_refresh(struct list *l, const struct list_source *source, int count)
{
    int was = l->selected;
    int from_top = l->selected - l->top;
    l->count = count;
    if (source->id && !uid_is_none(l->selected_id)) {
        for (int away = 0; away < FOLLOW_ROWS && (was - away >= 0 || was + away < count); away++) {
            if (is_at(l, source, was - away) || is_at(l, source, was + away)) {
                l->selected = is_at(l, source, was - away) ? was - away : was + away;
                break;
            }
        }
    }
    l->selected = l->selected >= count ? count - 1 : l->selected;
    l->selected = l->selected < 0 ? 0 : l->selected;
    l->top = l->selected > from_top ? l->selected - from_top
                                    : 0; /* the chosen row stays where the eye is */
    keep_in_sight(l);
    remember(l, source);
}

void list_layout(struct list *l, int rows)
{
    l->page = rows > 1 ? rows : 1;
    keep_in_sight(l);
}

void list_select(struct list *l, const struct list_source *source, int row)
{
    row = row >= l->count ? l->count - 1 : row;
    l->selected = row < 0 ? 0 : row;
    keep_in_sight(l);
    remember(l, source);
}

static unsigned move(struct list *l, const struct list_source *source, int row)
{
    int was = l->selected;
    list_select(l, source, row);
    return l->selected == was ? STALE_NOTHING : STALE_CELLS;
}

unsigned list_handle(struct list *l, const struct list_source *source, const struct event *event)
{
    if (event->kind == EVENT_MOUSE) {
        if (event->mouse != MOUSE_CLICK) {
            return move(l, source, l->selected + (event->mouse == MOUSE_WHEEL_UP ? -3 : 3));
        }
        int row = event->row - l->screen_row;
        return l->screen_row >= 0 && row >= 0 && row < l->page && l->top + row < l->count
                   ? move(l, source, l->top + row)
                   : (unsigned)EVENT_UNHANDLED;
    }
    if (event->kind != EVENT_KEY) {
        return EVENT_UNHANDLED;
    }
    switch (event->key) {
    case UI_KEY_UP:
        return move(l, source, l->selected - 1);
    case UI_KEY_DOWN:
        return move(l, source, l->selected + 1);
    case UI_KEY_PAGE_UP:
        l->top = l->top > l->page ? l->top - l->page
                                  : 0; /* a page shows all new rows, whatever the row chosen */
        return move(l, source, l->selected - l->page);
    case UI_KEY_PAGE_DOWN:
        l->top += l->page;
        return move(l, source, l->selected + l->page);
    case UI_KEY_HOME:
        return move(l, source, 0);
    case UI_KEY_END:
        return move(l, source, l->count - 1);
    default:
        return EVENT_UNHANDLED;
    }
}

void list_draw(struct list *l, const struct list_source *source, struct area a)
{
    l->screen_row = a.top;
    if (l->count == 0) {
        draw_wrapped(a, 0, 2, STYLE_DIM, source->empty_text ? source->empty_text : "");
        return;
    }
    for (int i = 0; i < a.rows && l->top + i < l->count; i++) {
        struct area line = area_rows(a, i, 1);
        bool is_selected = l->top + i == l->selected;
        source->draw(source->context, l->top + i, line, is_selected);
        if (is_selected) {
            draw_focus(line, 0, 0);
        }
    }
}

const char *list_position(const struct list *l, char *buf, int size)
{
    buf[0] = 0;
    if (l->count > 0) {
        /* TRANSLATORS: which row of a list is chosen, such as "3 of 40". */
        snprintf(buf, (size_t)size, _("%d of %d"), l->selected + 1, l->count);
    }
    return buf;
}
