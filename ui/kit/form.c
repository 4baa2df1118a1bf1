/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/form.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

enum { LABEL_GAP = 2, MARKER_CELLS = 2 };

void form_init(struct form *f)
{
    *f = (struct form){0};
}

void form_release(struct form *f)
{
    for (int i = 0; i < f->len; i++) {
        field_release(&f->items[i].field);
        mem_free(f->items[i].first_text);
    }
    mem_free(f->items);
    *f = (struct form){0};
}

static struct form_item *add(struct form *f, enum form_kind kind, const char *name,
                             const char *label)
{
    MEM_GROW(f);
    struct form_item *item = &f->items[f->len++];
    *item = (struct form_item){.name = name, .label = label, .kind = kind};
    return item;
}

struct field *form_add_text(struct form *f, const char *name, const char *label, size_t max_bytes,
                            int cells, unsigned field_flags)
{
    struct form_item *item = add(f, FORM_TEXT, name, label);
    item->cells = cells;
    field_init(&item->field, max_bytes, field_flags);
    return &item->field;
}

void form_add_choice(struct form *f, const char *name, const char *label,
                     const char *const *choices, int count)
{
    struct form_item *item = add(f, FORM_CHOICE, name, label);
    item->choices = choices;
    item->choice_count = count;
}

void form_add_check(struct form *f, const char *name, const char *label)
{
    add(f, FORM_CHECK, name, label)->choice_count = 2;
}

static int find_item(const struct form *f, const char *name)
{
    for (int i = 0; i < f->len; i++) {
        if (strcmp(f->items[i].name, name) == 0) {
            return i;
        }
    }
    return -1;
}

/* A name that the screen itself has added: not finding it is our mistake. */
static struct form_item *get_item(const struct form *f, const char *name)
{
    int i = find_item(f, name);
    assert(i >= 0);
    return &f->items[i];
}

void form_set_hint(struct form *f, const char *name, const char *hint)
{
    get_item(f, name)->hint = hint;
}

const char *form_text(const struct form *f, const char *name)
{
    return field_text(&get_item(f, name)->field);
}

void form_set_text(struct form *f, const char *name, const char *text)
{
    field_set_text(&get_item(f, name)->field, text);
}

int form_choice(const struct form *f, const char *name)
{
    return get_item(f, name)->choice;
}

void form_set_choice(struct form *f, const char *name, int choice)
{
    get_item(f, name)->choice = choice;
}

/* The next field that is shown, from `at` on; -1 when there is none. */
static int next_shown(const struct form *f, int at, int by)
{
    while (at >= 0 && at < f->len && f->items[at].is_hidden) {
        at += by;
    }
    return at < f->len ? at : -1;
}

void form_show(struct form *f, const char *name, bool is_shown)
{
    get_item(f, name)->is_hidden = !is_shown;
    int to = next_shown(f, f->focus, 1);
    to = to < 0 ? next_shown(f, f->focus, -1) : to;
    f->focus = to < 0 ? 0 : to;
}

bool form_is_shown(const struct form *f, const char *name)
{
    return !get_item(f, name)->is_hidden;
}

const char *form_focus_name(const struct form *f)
{
    return f->focus < f->len ? f->items[f->focus].name : "";
}

bool form_show_error(struct form *f, const struct error *err)
{
    int i = find_item(f, err->field);
    if (i < 0) {
        return false;
    }
    f->items[i].is_hidden = false; /* a refusal that nobody sees helps nobody */
    snprintf(f->items[i].error, sizeof f->items[i].error, "%s", error_text(err));
    f->focus = i;
    return true;
}

void form_clear_errors(struct form *f)
{
    for (int i = 0; i < f->len; i++) {
        f->items[i].error[0] = 0;
    }
}

void form_mark_clean(struct form *f)
{
    for (int i = 0; i < f->len; i++) {
        struct form_item *item = &f->items[i];
        mem_free(item->first_text);
        /* a password is changed as soon as there is one; no second copy of it */
        item->first_text = mem_copy_text(item->kind == FORM_TEXT &&
                                                 !(item->field.flags & FIELD_PASSWORD)
                                             ? field_text(&item->field)
                                             : "");
        item->first_choice = item->choice;
    }
}

void form_set_note(struct form *f, const char *name, enum style style, const char *text)
{
    int at = find_item(f, name);
    if (at >= 0) {
        (void)snprintf(f->items[at].note, sizeof f->items[at].note, "%s", text);
        text_drop_cut(f->items[at].note);
        f->items[at].note_style = style;
    }
}

bool form_is_changed(const struct form *f)
{
    for (int i = 0; i < f->len; i++) {
        const struct form_item *item = &f->items[i];
        const char *first = item->first_text ? item->first_text : "";
        if (item->kind == FORM_TEXT ? strcmp(first, field_text(&item->field)) != 0
                                    : item->choice != item->first_choice) {
            return true;
        }
    }
    return false;
}

void form_focus(struct form *f, const char *name)
{
    f->focus = find_item(f, name) >= 0 ? find_item(f, name) : f->focus;
}

bool form_has_text_focus(const struct form *f)
{
    return f->focus < f->len && f->items[f->focus].kind == FORM_TEXT;
}

static unsigned walk(struct form *f, int by)
{
    int to = next_shown(f, f->focus + by, by);
    if (to < 0) {
        return STALE_NOTHING;
    }
    f->focus = to;
    return STALE_CELLS;
}

/* The same, round the end. */
static unsigned walk_round(struct form *f, int by)
{
    int to = next_shown(f, f->focus + by, by);
    f->focus = to >= 0 ? to : next_shown(f, by > 0 ? 0 : f->len - 1, by);
    return STALE_CELLS;
}

static unsigned turn(struct form_item *item, int by)
{
    item->choice = (item->choice + by + item->choice_count) % item->choice_count;
    item->error[0] = 0; /* it is being mended */
    return STALE_CELLS | TEXT_CHANGED;
}

static unsigned handle_key(struct form *f, uint32_t key)
{
    switch (key) {
    case UI_KEY_TAB:
        return walk_round(f, 1);
    case UI_KEY_BACKTAB:
        return walk_round(f, -1);
    case UI_KEY_DOWN:
        return walk(f, 1);
    case UI_KEY_UP:
        return walk(f, -1);
    case UI_KEY_ENTER:
        return next_shown(f, f->focus + 1, 1) >= 0 ? walk(f, 1) : (unsigned)EVENT_UNHANDLED;
    default:
        return EVENT_UNHANDLED;
    }
}

unsigned form_handle(struct form *f, const struct event *event)
{
    if (f->len == 0) {
        return EVENT_UNHANDLED;
    }
    struct form_item *item = &f->items[f->focus];
    if (item->kind == FORM_TEXT) {
        unsigned stale = field_handle(&item->field, event);
        if (stale & TEXT_CHANGED && item->error[0]) {
            item->error[0] = 0; /* it is being mended */
        }
        if (!(stale & EVENT_UNHANDLED)) {
            return stale;
        }
    } else if (event->kind == EVENT_KEY && event->key == UI_KEY_LEFT) {
        return turn(item, -1);
    } else if ((event->kind == EVENT_KEY && event->key == UI_KEY_RIGHT) ||
               (event->kind == EVENT_TEXT && event->key == ' ')) {
        return turn(item, 1);
    }
    return event->kind == EVENT_KEY ? handle_key(f, event->key) : (unsigned)EVENT_UNHANDLED;
}

void form_layout(struct form *f, int rows, int cols)
{
    f->rows = rows;
    f->cols = cols;
    f->label_cells = 0;
    for (int i = 0; i < f->len; i++) {
        int cells = text_width_cells(_(f->items[i].label));
        f->label_cells = cells > f->label_cells ? cells : f->label_cells;
    }
    int most = cols / 2 - MARKER_CELLS - LABEL_GAP; /* labels are cut before fields vanish */
    f->label_cells = f->label_cells > most && most > 0 ? most : f->label_cells;
}

int form_field_left(const struct form *f)
{
    return MARKER_CELLS + f->label_cells + LABEL_GAP;
}

static int item_height(const struct form *f, const struct form_item *item)
{
    if (item->is_hidden) {
        return 0;
    }
    int cols = f->cols - form_field_left(f);
    return 1 + (item->error[0] ? draw_wrapped_rows(item->error, cols > 0 ? cols : 1) : 0);
}

int form_height(const struct form *f)
{
    int height = 0;
    for (int i = 0; i < f->len; i++) {
        height += item_height(f, &f->items[i]);
    }
    return height;
}

static void draw_value(const struct form *f, struct form_item *item, struct area a, bool has_focus)
{
    int cells = item->cells > 0 && item->cells < a.cols ? item->cells : a.cols;
    struct area place = area_part(a, 0, 0, 1, cells);
    (void)f;
    switch (item->kind) {
    case FORM_TEXT:
        field_draw(&item->field, place, has_focus);
        if (item->note[0]) {
            draw_text(a, 0, cells + 1, item->note_style, item->note);
        } else if (has_focus && item->hint && item->field.len == 0) {
            draw_text(a, 0, cells + 1, STYLE_DIM, _(item->hint));
        }
        break;
    case FORM_CHOICE:
        draw_format(a, 0, 0, STYLE_TEXT, "< %s >", _(item->choices[item->choice]));
        break;
    case FORM_CHECK:
        draw_text(a, 0, 0, STYLE_TEXT, item->choice ? "[x]" : "[ ]");
        break;
    }
    if (has_focus && item->kind != FORM_TEXT) {
        draw_cursor(a, 0, item->kind == FORM_CHECK ? 1 : 2);
    }
}

static void draw_item(const struct form *f, int index, struct area a)
{
    struct form_item *item = &f->items[index];
    bool has_focus = index == f->focus;
    draw_text(a, 0, 0, STYLE_TEXT, has_focus ? ">" : " ");
    draw_text(area_part(a, 0, MARKER_CELLS, 1, f->label_cells), 0, 0,
              has_focus ? STYLE_LABEL_FOCUS : STYLE_LABEL, _(item->label));
    int left = form_field_left(f);
    draw_value(f, item, area_part(a, 0, left, 1, a.cols - left), has_focus);
    if (item->error[0]) {
        draw_wrapped(area_part(a, 1, left, a.rows - 1, a.cols - left), 0, 0, STYLE_ERROR,
                     item->error);
    }
}

void form_draw(struct form *f, struct area a)
{
    int at = 0;
    for (int i = 0; i < f->focus && i < f->len; i++) {
        at += item_height(f, &f->items[i]);
    }
    int height = f->focus < f->len ? item_height(f, &f->items[f->focus]) : 0;
    f->top = at + height > f->top + a.rows ? at + height - a.rows : f->top;
    f->top = at < f->top ? at : f->top;
    int row = -f->top;
    for (int i = 0; i < f->len && row < a.rows; i++) {
        int rows = item_height(f, &f->items[i]);
        if (row >= 0 && rows > 0) {
            draw_item(f, i, area_part(a, row, 0, rows, a.cols));
        }
        row += rows;
    }
}
