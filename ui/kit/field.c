/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "kit/field.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

void field_init(struct field *f, size_t max_bytes, unsigned flags)
{
    *f = (struct field){.bytes = mem_alloc(max_bytes + 1),
                        .before_burst = mem_alloc(max_bytes + 1),
                        .max_bytes = max_bytes,
                        .flags = flags};
}

void field_release(struct field *f)
{
    if (f->bytes) {
        mem_wipe(f->bytes, f->max_bytes);
        mem_wipe(f->before_burst, f->max_bytes);
    }
    mem_free(f->bytes);
    mem_free(f->before_burst);
    *f = (struct field){0};
}

const char *field_text(const struct field *f)
{
    return f->bytes;
}

static void set_bytes(struct field *f, const char *bytes, size_t len)
{
    mem_wipe(f->bytes, f->len);
    memcpy(f->bytes, bytes, len);
    f->bytes[len] = 0;
    f->len = len;
}

void field_set_text(struct field *f, const char *text)
{
    char *clean = text_clean(text, strlen(text), f->max_bytes, TEXT_LINE, NULL);
    set_bytes(f, clean, strlen(clean));
    mem_wipe(f->before_burst, f->max_bytes); /* it may have been a password that is taken away here */
    f->cursor = f->len;
    f->first = 0;
    f->has_before = false;
    mem_wipe(clean, strlen(clean));
    mem_free(clean);
}

void field_clear(struct field *f)
{
    set_bytes(f, "", 0);
    mem_wipe(f->before_burst, f->max_bytes);
    f->cursor = f->first = 0;
    f->has_before = false;
}

static unsigned delete_range(struct field *f, size_t from, size_t to)
{
    if (from >= to) {
        return STALE_NOTHING;
    }
    size_t old_len = f->len;
    memmove(f->bytes + from, f->bytes + to, f->len - to);
    f->len -= to - from;
    mem_wipe(f->bytes + f->len, old_len - f->len);
    f->bytes[f->len] = 0;
    f->cursor = from;
    f->first = f->first > from ? 0 : f->first;
    return STALE_CELLS | TEXT_CHANGED;
}

/* Passwords and digits: as they come, in place, no copies. */
static unsigned insert_raw(struct field *f, const char *bytes, size_t len)
{
    size_t taken = 0;
    for (size_t i = 0; i < len && f->len < f->max_bytes;) {
        size_t n = text_next(bytes, i) - i;
        bool is_wanted = !(f->flags & FIELD_DIGITS) ||
                         (n == 1 && bytes[i] >= '0' && bytes[i] <= '9');
        if (n == 0 || f->len + n > f->max_bytes) {
            break;
        }
        if (is_wanted) {
            memmove(f->bytes + f->cursor + n, f->bytes + f->cursor, f->len - f->cursor + 1);
            memcpy(f->bytes + f->cursor, bytes + i, n);
            f->len += n;
            f->cursor += n;
            taken += n;
        }
        i += n;
    }
    return taken ? STALE_CELLS | TEXT_CHANGED : STALE_NOTHING;
}

/* Text is cleaned together with what stands before it, so that a mark joins its letter and the
 * third one is dropped. */
static unsigned insert(struct field *f, const char *bytes, size_t len)
{
    if (f->flags & (FIELD_PASSWORD | FIELD_DIGITS)) {
        return insert_raw(f, bytes, len);
    }
    size_t room = f->max_bytes - f->len;
    char *before = mem_alloc(f->cursor + len + 1);
    memcpy(before, f->bytes, f->cursor);
    memcpy(before + f->cursor, bytes, len);
    char *clean = text_clean(before, f->cursor + len, f->cursor + room, TEXT_LINE, NULL);
    size_t clean_len = strlen(clean);
    char *all = mem_format("%s%s", clean, f->bytes + f->cursor);
    unsigned stale = STALE_NOTHING;
    if (strcmp(all, f->bytes) != 0 && strlen(all) <= f->max_bytes) {
        set_bytes(f, all, strlen(all));
        f->cursor = clean_len;
        stale = STALE_CELLS | TEXT_CHANGED;
    }
    mem_free(all);
    mem_free(clean);
    mem_free(before);
    return stale;
}

static unsigned take_back(struct field *f)
{
    if (!f->has_before) {
        return STALE_NOTHING;
    }
    f->has_before = false;
    if (strcmp(f->bytes, f->before_burst) == 0) {
        return STALE_NOTHING;
    }
    set_bytes(f, f->before_burst, strlen(f->before_burst));
    f->cursor = f->before_cursor;
    f->first = f->first > f->cursor ? 0 : f->first;
    return STALE_CELLS | TEXT_CHANGED;
}

static size_t word_start(const struct field *f)
{
    size_t at = f->cursor;
    while (at > 0 && f->bytes[at - 1] == ' ') {
        at--;
    }
    while (at > 0 && f->bytes[at - 1] != ' ') {
        at--;
    }
    return at;
}

static unsigned move_to(struct field *f, size_t at)
{
    unsigned stale = at == f->cursor ? STALE_NOTHING : STALE_CELLS;
    f->cursor = at;
    return stale;
}

bool field_edits_with(uint32_t key)
{
    switch (key) {
    case UI_KEY_LEFT:
    case UI_KEY_RIGHT:
    case UI_KEY_HOME:
    case UI_KEY_END:
    case UI_KEY_BACKSPACE:
    case UI_KEY_DELETE:
    case UI_KEY_CTRL('u'):
    case UI_KEY_CTRL('w'):
        return true;
    default:
        return key_is_text(key);
    }
}

static unsigned edit(struct field *f, uint32_t key)
{
    f->has_before = false; /* what follows an edit is no scan */
    switch (key) {
    case UI_KEY_LEFT:
        return move_to(f, text_previous(f->bytes, f->cursor));
    case UI_KEY_RIGHT:
        return move_to(f, text_next(f->bytes, f->cursor));
    case UI_KEY_HOME:
        return move_to(f, 0);
    case UI_KEY_END:
        return move_to(f, f->len);
    case UI_KEY_BACKSPACE:
        return delete_range(f, text_previous(f->bytes, f->cursor), f->cursor);
    case UI_KEY_DELETE:
        return delete_range(f, f->cursor, text_next(f->bytes, f->cursor));
    case UI_KEY_CTRL('u'):
        return delete_range(f, 0, f->len);
    case UI_KEY_CTRL('w'):
        return delete_range(f, word_start(f), f->cursor);
    default:
        return EVENT_UNHANDLED;
    }
}

unsigned field_handle(struct field *f, const struct event *event)
{
    if (event->kind == EVENT_TEXT) {
        char utf8[5];
        int len = key_to_utf8(event->key, utf8);
        if (event->starts_burst) {
            mem_wipe(f->before_burst, f->max_bytes);
            memcpy(f->before_burst, f->bytes, f->len + 1);
            f->before_cursor = f->cursor;
            f->has_before = true;
        }
        unsigned stale = insert(f, utf8, (size_t)len);
        mem_wipe(utf8, sizeof utf8);
        return stale;
    }
    if (event->kind == EVENT_PASTE) {
        f->has_before = false;
        return insert(f, event->text, event->len_bytes);
    }
    if (event->kind == EVENT_RETRACT) {
        return take_back(f);
    }
    return event->kind == EVENT_KEY ? edit(f, event->key) : EVENT_UNHANDLED;
}

/* What stands in the cells: the text, or a star for each cluster. The caller frees. */
static char *shown_text(const struct field *f, size_t *cursor)
{
    if (!(f->flags & FIELD_PASSWORD)) {
        return mem_copy_text(f->bytes);
    }
    char *stars = mem_alloc(f->len + 1);
    size_t count = 0;
    size_t star_cursor = 0;
    for (size_t at = 0; at < f->len; count++) {
        size_t next = text_next(f->bytes, at);
        stars[count] = '*';
        at = next > at ? next : f->len;
        star_cursor += at <= *cursor;
    }
    *cursor = star_cursor;
    return stars;
}

static int width_between(const char *text, size_t from, size_t to)
{
    char *part = mem_copy_bytes(text + from, to - from);
    int width = text_width_cells(part);
    mem_wipe(part, to - from);
    mem_free(part);
    return width;
}

void field_draw(struct field *f, struct area a, bool has_focus)
{
    size_t cursor = f->cursor;
    char *text = shown_text(f, &cursor);
    int cells = a.cols;
    f->first = f->first > cursor ? cursor : f->first;
    if (!has_focus) {
        f->first = 0;
    } else if (width_between(text, f->first, cursor) >= cells) {
        /* jump by half a field: moving cell by cell would repaint all of it for each letter */
        while (f->first < cursor && width_between(text, f->first, cursor) > cells / 2) {
            f->first = text_next(text, f->first);
        }
    }
    int used = draw_text(area_rows(a, 0, 1), 0, 0, STYLE_TEXT, text + f->first);
    if (!(f->flags & FIELD_NO_FILL)) {
        draw_fill(a, 0, used, cells - used, STYLE_DIM, '_');
    }
    if (has_focus) {
        draw_cursor(a, 0, width_between(text, f->first, cursor));
    }
    mem_wipe(text, strlen(text));
    mem_free(text);
}
