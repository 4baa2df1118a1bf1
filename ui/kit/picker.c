/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/picker.h"

#include "base/i18n.h"

void picker_init(struct picker *p, const char *label, size_t max_bytes)
{
    *p = (struct picker){.label = label};
    field_init(&p->field, max_bytes, FIELD_NO_FILL);
    list_init(&p->list);
}

void picker_release(struct picker *p)
{
    field_release(&p->field);
}

void picker_refresh(struct picker *p, const struct picker_source *source)
{
    int count = source->filter(source->filter_context, field_text(&p->field));
    list_refresh(&p->list, &source->list, count);
}

void picker_layout(struct picker *p, int rows)
{
    list_layout(&p->list, rows - 1);
}

unsigned picker_handle(struct picker *p, const struct picker_source *source,
                       const struct event *event)
{
    if (event->kind == EVENT_KEY && event->key == UI_KEY_ENTER) {
        return p->list.count > 0 ? CHOICE_MADE : STALE_NOTHING;
    }
    bool is_for_list = event->kind == EVENT_MOUSE ||
                       (event->kind == EVENT_KEY && event->key != UI_KEY_HOME &&
                        event->key != UI_KEY_END);
    if (is_for_list) {
        unsigned stale = list_handle(&p->list, &source->list, event);
        if (!(stale & EVENT_UNHANDLED)) {
            return stale;
        }
    }
    unsigned stale = field_handle(&p->field, event);
    if (stale & TEXT_CHANGED) {
        p->list.selected = p->list.top = 0; /* the best match is the first one */
        p->list.selected_id = UID_NONE;
        picker_refresh(p, source);
    }
    return stale;
}

void picker_draw(struct picker *p, const struct picker_source *source, struct area a)
{
    int col = draw_text(a, 0, 1, STYLE_LABEL_FOCUS, _(p->label)) + 1;
    field_draw(&p->field, area_part(a, 0, col, 1, a.cols - col), true);
    list_draw(&p->list, &source->list, area_rows(a, 1, a.rows - 1));
}
