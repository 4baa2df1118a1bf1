/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "screens/facts.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/i18n.h"

enum { LABEL_CELLS = 24 };

void facts_add(struct facts *f, const char *label, const char *format, ...)
{
    va_list args;
    if (f->count == FACTS_MAX) {
        return;
    }
    va_start(args, format);
    (void)vsnprintf(f->items[f->count].text, FACT_TEXT_MAX, format, args); /* cut is fine */
    va_end(args);
    f->items[f->count++].label = label;
}

void facts_of_person(struct facts *f, const struct patient *p, struct date today)
{
    char day[DATE_TEXT_MAX], age[DATE_TEXT_MAX];
    f->count = 0;
    facts_add(f, _("Last name"), "%s", p->last_name);
    facts_add(f, _("First names"), "%s", p->first_name);
    facts_add(f, _("Birth date"), "%s  %s", date_format_human(p->birth_date, day), date_format_age(p->birth_date, today, age));
    facts_add(f, _("Sex"), "%s", enum_label(ENUM_GENDER, (int)p->gender));
    facts_add(f, _("MRN"), "%s", p->mrn);
    for (size_t i = 0; i < p->identifiers.len; i++) {
        const struct identifier *n = &p->identifiers.items[i];
        if (n->kind != IDENTIFIER_KIND_MRN || n->system[0] != '\0') {
            facts_add(f, enum_label(ENUM_IDENTIFIER_KIND, (int)n->kind), "%s  %s", n->value, n->system);
        }
    }
    facts_add(f, _("Phone"), "%s", p->phone_number);
    facts_add(f, _("Address"), "%s", p->address);
    facts_add(f, _("Language"), "%s", p->language);
    facts_add(f, _("Time zone"), "%s", p->timezone);
    if (!date_is_none(p->death_date)) {
        facts_add(f, _("Died"), "%s", date_format_human(p->death_date, day));
    }
}

void facts_layout(struct facts *f, struct area a)
{
    f->area = a;
    f->top = 0;
}

void facts_draw(const struct facts *f)
{
    for (int i = f->top; i < f->count && i - f->top < f->area.rows; i++) {
        int row = i - f->top;
        const char *text = f->items[i].text;
        while (*text == ' ') {
            text++;
        }
        draw_fit(f->area, row, 2, LABEL_CELLS - 3, STYLE_LABEL, f->items[i].label);
        draw_text(f->area, row, LABEL_CELLS, *text != '\0' ? STYLE_TEXT : STYLE_DIM, *text != '\0' ? text : _("not known"));
    }
}

unsigned facts_key(struct facts *f, const struct event *event)
{
    int last = f->count - f->area.rows, was = f->top;
    if (event->kind != EVENT_KEY) {
        return EVENT_UNHANDLED;
    }
    f->top += event->key == UI_KEY_DOWN        ? 1
              : event->key == UI_KEY_UP        ? -1
              : event->key == UI_KEY_PAGE_DOWN ? f->area.rows
              : event->key == UI_KEY_PAGE_UP   ? -f->area.rows
                                               : 0;
    f->top = f->top > last ? last : f->top;
    f->top = f->top < 0 ? 0 : f->top;
    return f->top == was ? (unsigned)EVENT_UNHANDLED : STALE_CELLS;
}
