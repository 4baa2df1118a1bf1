/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "term/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "term/private.h"

enum { TEXT_MAX = 4096, CLUSTER_MAX = 64, CLUSTER_CHARACTERS = 8 };

/* U+00C0..U+017F for the C locale: a name stays readable when its accents cannot be shown. */
static const char LATIN[] = "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
                            "aaaaaaaceeeeiiiidnooooo/ouuuuyty"
                            "AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi"
                            "IiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSs"
                            "TtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

struct area area_part(struct area a, int top, int left, int rows, int cols)
{
    int bottom = top + rows < a.rows ? top + rows : a.rows;
    int right = left + cols < a.cols ? left + cols : a.cols;
    top = top < 0 ? 0 : top;
    left = left < 0 ? 0 : left;
    return (struct area){a.canvas, a.top + top, a.left + left, bottom > top ? bottom - top : 0,
                         right > left ? right - left : 0};
}

struct area area_rows(struct area a, int top, int rows)
{
    return area_part(a, top, 0, rows, a.cols);
}

bool area_is_ascii(struct area a)
{
    return a.canvas->term->ascii_symbols;
}

static bool is_inside(struct area a, int row, int col)
{
    return row >= 0 && row < a.rows && col >= 0 && col < a.cols;
}

static void set_style(struct area a, enum style style)
{
    const struct term *t = a.canvas->term;
    wattr_set(a.canvas->window, t->styles[style].attributes, t->styles[style].pair, NULL);
}

void draw_fill(struct area a, int row, int col, int cells, enum style style, char c)
{
    if (!is_inside(a, row, col)) {
        return;
    }
    cells = cells < a.cols - col ? cells : a.cols - col;
    if (cells > 0) {
        set_style(a, style);
        wmove(a.canvas->window, a.top + row, a.left + col);
        whline(a.canvas->window, (chtype)(unsigned char)c | 0, cells);
        /* whline() keeps the window's attributes out of its character: paint them in */
        wchgat(a.canvas->window, cells, a.canvas->term->styles[style].attributes,
               a.canvas->term->styles[style].pair, NULL);
    }
}

void draw_clear_rows(struct area from, struct area overlay)
{
    draw_clear(area_rows(from, overlay.top - from.top, overlay.rows));
}

void draw_clear(struct area a)
{
    for (int row = 0; row < a.rows; row++) {
        draw_fill(a, row, 0, a.cols, STYLE_TEXT, ' ');
    }
}

static bool is_plain(const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
        if (*p < 0x20 || *p > 0x7E) {
            return false;
        }
    }
    return true;
}

static int decode_cluster(const char *bytes, size_t len, wchar_t out[CLUSTER_CHARACTERS])
{
    int count = 0;
    for (size_t at = 0; at < len && count < CLUSTER_CHARACTERS;) {
        int32_t c = UTF8_REPLACEMENT;
        size_t n = utf8_decode(bytes + at, len - at, &c);
        out[count++] = (wchar_t)c;
        at += n ? n : 1;
    }
    return count;
}

static char ascii_of(wchar_t c)
{
    if (c >= 0x20 && c < 0x7F) {
        return (char)c;
    }
    if (c >= 0xC0 && c <= 0x17F) {
        return LATIN[c - 0xC0];
    }
    switch (c) {
    case 0xA0:
        return ' ';
    case 0xB7: /* middle dot */
    case 0x2022:
        return '.';
    case 0xB5:
        return 'u';
    case 0x2010:
    case 0x2011:
    case 0x2012:
    case 0x2013:
    case 0x2014:
        return '-';
    case 0x2018:
    case 0x2019:
        return '\'';
    case 0x201C:
    case 0x201D:
        return '"';
    case 0x2026:
        return '~';
    default:
        return '?';
    }
}

/* One cluster at its own place: whatever curses thinks of its width, the next one starts where it
 * has to. */
static void put_cluster(struct area a, int row, int col, enum style style, const char *bytes,
                        size_t len, int cells)
{
    const struct term *t = a.canvas->term;
    WINDOW *w = a.canvas->window;
    wchar_t characters[CLUSTER_CHARACTERS];
    int count = decode_cluster(bytes, len, characters);
    int y = a.top + row;
    if (t->ascii_text) {
        char plain[3] = {ascii_of(characters[0]), cells > 1 ? ' ' : 0, 0};
        if (cells > 0) {
            mvwaddstr(w, y, a.left + col, plain);
        }
        return;
    }
    for (int i = 0; i < count;) {
        wchar_t cell[CCHARW_MAX + 1] = {characters[i++], 0};
        for (int n = 1; i < count && wcwidth(characters[i]) == 0; i++) {
            if (n < CCHARW_MAX) {
                cell[n++] = characters[i];
            }
        }
        int width = wcwidth(cell[0]);
        if (width < 1 || width > cells) {
            cell[0] = 0xFFFD; /* what this system cannot place, or wider than text says */
            cell[1] = 0;
            width = 1;
        }
        cchar_t made;
        if (cells >= width &&
            setcchar(&made, cell, t->styles[style].attributes, t->styles[style].pair, NULL) == OK) {
            mvwadd_wch(w, y, a.left + col, &made);
        }
        col += width;
        cells -= width;
    }
}

static void put_ellipsis(struct area a, int row, int col, enum style style)
{
    put_cluster(a, row, col, style, a.canvas->term->ascii_symbols ? "~" : "\xE2\x80\xA6",
                a.canvas->term->ascii_symbols ? 1 : 3, 1);
}

static int put_plain(struct area a, int row, int col, int max_cells, const char *text,
                     enum style style)
{
    size_t len = strlen(text);
    bool is_cut = len > (size_t)max_cells;
    int n = is_cut ? max_cells - 1 : (int)len;
    if (n > 0) {
        mvwaddnstr(a.canvas->window, a.top + row, a.left + col, text, n);
    }
    if (is_cut) {
        put_ellipsis(a, row, col + n, style);
        n++;
    }
    return n;
}

static int put_wide(struct area a, int row, int col, int max_cells, const char *text,
                    enum style style)
{
    int width = text_width_cells(text);
    bool is_cut = width > max_cells;
    size_t len = is_cut ? text_prefix_bytes(text, max_cells - 1, &width) : strlen(text);
    int used = 0;
    for (size_t at = 0; at < len;) {
        size_t next = text_next(text, at);
        char cluster[CLUSTER_MAX];
        size_t n = next - at < sizeof cluster - 1 ? next - at : sizeof cluster - 1;
        memcpy(cluster, text + at, n);
        cluster[n] = 0;
        int cells = text_width_cells(cluster);
        put_cluster(a, row, col + used, style, cluster, n, cells);
        used += cells;
        at = next > at ? next : len;
    }
    if (is_cut) {
        put_ellipsis(a, row, col + used, style);
        used++;
    }
    return used;
}

/* Paints at most max_cells; returns the cells used. */
static int put_text(struct area a, int row, int col, int max_cells, enum style style,
                    const char *text)
{
    if (!is_inside(a, row, col) || !text) {
        return 0;
    }
    max_cells = max_cells < a.cols - col ? max_cells : a.cols - col;
    if (max_cells <= 0 || !*text) {
        return 0;
    }
    set_style(a, style);
    if (is_plain(text)) {
        return put_plain(a, row, col, max_cells, text, style);
    }
    char *clean = text_clean(text, strlen(text), TEXT_MAX, TEXT_LINE, NULL);
    int used = put_wide(a, row, col, max_cells, clean, style);
    mem_free(clean);
    return used;
}

int draw_text(struct area a, int row, int col, enum style style, const char *text)
{
    return col + put_text(a, row, col, a.cols - col, style, text);
}

int draw_format(struct area a, int row, int col, enum style style, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return draw_text(a, row, col, style, text);
}

int draw_fit(struct area a, int row, int col, int cells, enum style style, const char *text)
{
    int used = put_text(a, row, col, cells, style, text);
    draw_fill(a, row, col + used, cells - used, style, ' ');
    return col + cells;
}

int draw_fit_right(struct area a, int row, int col, int cells, enum style style, const char *text)
{
    char *clean = text_clean(text, strlen(text), TEXT_MAX, TEXT_LINE, NULL);
    int width = text_width_cells(clean);
    int gap = width < cells ? cells - width : 0;
    draw_fill(a, row, col, gap, style, ' ');
    draw_fit(a, row, col + gap, cells - gap, style, clean);
    mem_free(clean);
    return col + cells;
}

/* Length of the next row of wrapped text, and how much to go on behind it. */
static size_t wrap_row(const char *text, int cols, size_t *out_skip)
{
    size_t fits = text_prefix_bytes(text, cols, NULL);
    const char *newline = memchr(text, '\n', fits + (text[fits] == '\n'));
    if (newline) {
        *out_skip = (size_t)(newline - text) + 1;
        return (size_t)(newline - text);
    }
    if (!text[fits]) {
        *out_skip = fits;
        return fits;
    }
    size_t end = fits;
    while (end > 0 && text[end] != ' ') {
        end--;
    }
    if (end == 0) { /* one word longer than the row: cut it */
        end = fits ? fits : text_next(text, 0);
        *out_skip = end;
        return end;
    }
    *out_skip = end + 1;
    return end;
}

int draw_wrapped_rows(const char *text, int cols)
{
    int rows = 0;
    char *clean = text_clean(text, strlen(text), TEXT_MAX, TEXT_KEEP_NEWLINES, NULL);
    for (const char *p = clean; *p && cols > 0;) {
        size_t skip;
        (void)wrap_row(p, cols, &skip);
        p += skip;
        rows++;
    }
    mem_free(clean);
    return rows ? rows : 1;
}

/* Paints rows until the area ends; with `ellipsis` the last row says that there is more. */
static int put_wrapped(struct area a, int row, int col, enum style style, const char *text,
                       bool ellipsis)
{
    int start = row;
    int cols = a.cols - col;
    char *clean = text_clean(text, strlen(text), TEXT_MAX, TEXT_KEEP_NEWLINES, NULL);
    for (char *p = clean; *p && cols > 0 && row < a.rows; row++) {
        if (ellipsis && row + 1 == a.rows) {
            draw_text(a, row, col, style, p);
            row++;
            break;
        }
        size_t skip;
        size_t len = wrap_row(p, cols, &skip);
        char kept = p[len];
        p[len] = 0;
        draw_text(a, row, col, style, p);
        p[len] = kept;
        p += skip;
    }
    mem_free(clean);
    return row - start;
}

int draw_wrapped(struct area a, int row, int col, enum style style, const char *text)
{
    return put_wrapped(a, row, col, style, text, true);
}

void draw_wrapped_from(struct area a, int row, enum style style, const char *text)
{
    (void)put_wrapped(a, row, 0, style, text, false);
}

void draw_focus(struct area a, int row, int col)
{
    if (is_inside(a, row, col)) {
        a.canvas->has_focus = true;
        a.canvas->focus_row = a.top + row;
        a.canvas->focus_col = a.left + col;
    }
}

void draw_cursor(struct area a, int row, int col)
{
    if (is_inside(a, row, col)) {
        draw_focus(a, row, col);
        a.canvas->has_cursor = true;
        a.canvas->cursor_row = a.top + row;
        a.canvas->cursor_col = a.left + col;
    }
}

void draw_forget_focus(struct area a)
{
    a.canvas->has_cursor = a.canvas->has_focus = false;
}
