/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "print/document_blocks.h"

#define FONT_FAMILY "DejaVu Sans, sans-serif"

/* Points. */
struct look {
    double width, height, margin;
    double text, heading, large, small;
};

static const struct look LOOKS[] = {
    [DOCUMENT_A4] = {595.28, 841.89, 42, 9.5, 12, 19, 8},
    [DOCUMENT_LETTER] = {612, 792, 42, 9.5, 12, 19, 8},
    [DOCUMENT_LABEL] = {288, 216, 9, 7.5, 9, 11, 6},
};

enum { GAP_POINTS = 6, LINE_POINTS = 22, PAD_POINTS = 2 };

struct press {
    const struct document *document;
    const struct look *look;
    cairo_t *cairo;
    PangoLayout *layout;
    bool draws;         /* the first round only counts the pages */
    int page, pages;
    double y, top, bottom;
    bool is_fresh;      /* nothing stands on this page yet */
    int missing;
};

static void set_font(struct press *p, double points, bool is_bold)
{
    PangoFontDescription *font = pango_font_description_from_string(FONT_FAMILY);
    pango_font_description_set_absolute_size(font, points * PANGO_SCALE);
    pango_font_description_set_weight(font, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(p->layout, font);
    pango_font_description_free(font);
}

/* Lays `text` out; the answer is its height. */
static double measure(struct press *p, const char *text, double width, bool is_right)
{
    int height;
    pango_layout_set_width(p->layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(p->layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(p->layout, is_right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(p->layout, text, -1);
    pango_layout_get_size(p->layout, NULL, &height);
    return (double)height / PANGO_SCALE;
}

/* Draws what was measured last. */
static void show(struct press *p, double x, double y)
{
    if (p->draws) {
        p->missing += pango_layout_get_unknown_glyphs_count(p->layout);
        cairo_move_to(p->cairo, x, y);
        pango_cairo_show_layout(p->cairo, p->layout);
    }
}

static void rule(struct press *p, double x, double y, double width)
{
    if (p->draws) {
        cairo_set_line_width(p->cairo, 0.5);
        cairo_move_to(p->cairo, x, y);
        cairo_line_to(p->cairo, x + width, y);
        cairo_stroke(p->cairo);
    }
}

static double page_width(const struct press *p)
{
    return p->look->width - 2 * p->look->margin;
}

static void draw_foot(struct press *p)
{
    const struct look *look = p->look;
    double y = look->height - look->margin - look->small * 1.3;
    char *number = mem_format(_("page %d of %d"), p->page, p->pages);
    set_font(p, look->small, false);
    rule(p, look->margin, y - PAD_POINTS, page_width(p));
    (void)measure(p, number, page_width(p), true);
    show(p, look->margin, y);
    pango_layout_set_height(p->layout, 0); /* one line */
    pango_layout_set_ellipsize(p->layout, PANGO_ELLIPSIZE_END);
    (void)measure(p, p->document->footer, page_width(p) * 0.8, false);
    show(p, look->margin, y);
    pango_layout_set_ellipsize(p->layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_height(p->layout, -1);
    mem_free(number);
}

static void draw_top(struct press *p)
{
    const struct look *look = p->look;
    const struct document *d = p->document;
    p->y = look->margin;
    if (d->title[0] != '\0' || d->form[0] != '\0') {
        double form_height = 0;
        if (d->form[0] != '\0') {
            set_font(p, look->small, false);
            form_height = measure(p, d->form, page_width(p), true);
            show(p, look->margin, p->y);
        }
        set_font(p, look->heading, true);
        double height = measure(p, d->title, page_width(p) * (d->form[0] != '\0' ? 0.8 : 1), false);
        show(p, look->margin, p->y);
        p->y += height > form_height ? height : form_height;
    }
    if (d->header[0] != '\0') {
        set_font(p, look->text, false);
        p->y += measure(p, d->header, page_width(p), false);
        show(p, look->margin, p->y - measure(p, d->header, page_width(p), false));
    }
    if (p->y > look->margin) {
        rule(p, look->margin, p->y + PAD_POINTS, page_width(p));
        p->y += 3 * PAD_POINTS;
    }
    p->top = p->y;
    p->bottom = look->height - look->margin - look->small * 1.3 - 2 * PAD_POINTS;
    p->is_fresh = true;
}

static void page_begin(struct press *p)
{
    p->page++;
    draw_top(p);
}

static void page_end(struct press *p)
{
    draw_foot(p);
    if (p->draws) {
        cairo_show_page(p->cairo);
    }
}

/* True: a new page was begun. What is taller than a page begins where it is and is cut by the paper's end. */
static bool make_room(struct press *p, double height)
{
    if (p->y + height <= p->bottom || p->is_fresh) {
        p->is_fresh = false;
        return false;
    }
    page_end(p);
    page_begin(p);
    p->is_fresh = false;
    return true;
}

/* Text of any length, line by line over pages. */
static void flow_text(struct press *p, const char *text, double x, double points, bool is_bold, double keep)
{
    set_font(p, points, is_bold);
    double width = p->look->width - p->look->margin - x, height = measure(p, text, width, false);
    if (height + keep <= p->bottom - p->top) {
        (void)make_room(p, height + keep);
        set_font(p, points, is_bold);
        (void)measure(p, text, width, false);
        show(p, x, p->y);
        p->y += height;
        return;
    }
    int count = pango_layout_get_line_count(p->layout);
    for (int i = 0; i < count; i++) {
        set_font(p, points, is_bold);
        (void)measure(p, text, width, false);
        PangoLayoutLine *line = pango_layout_get_line_readonly(p->layout, i);
        char *part = mem_copy_bytes(text + line->start_index, (size_t)line->length);
        double line_height = measure(p, part, width, false);
        if (make_room(p, line_height)) {
            set_font(p, points, is_bold);
            (void)measure(p, part, width, false);
        }
        show(p, x, p->y);
        p->y += line_height;
        mem_free(part);
    }
}

/* ---- tables ---- */

static double cells_height(struct press *p, const struct block *table, char *const *texts, bool is_bold, bool draws)
{
    double width = page_width(p) - GAP_POINTS * (table->column_count - 1), x = p->look->margin, tallest = 0;
    int shares = block_shares(table);
    set_font(p, p->look->text, is_bold);
    for (int i = 0; i < table->column_count; i++) {
        double column = width * table->columns[i].share / shares;
        double height = measure(p, texts[i], column, table->columns[i].align == DOCUMENT_RIGHT);
        tallest = height > tallest ? height : tallest;
        if (draws) {
            show(p, x, p->y);
        }
        x += column + GAP_POINTS;
    }
    return tallest;
}

static void draw_head(struct press *p, const struct block *table)
{
    char *titles[DOCUMENT_COLUMNS_MAX];
    for (int i = 0; i < table->column_count; i++) {
        titles[i] = table->columns[i].title;
    }
    p->y += cells_height(p, table, titles, true, true) + PAD_POINTS;
    rule(p, p->look->margin, p->y, page_width(p));
    p->y += PAD_POINTS;
}

/* A row that is taller than a page: its cells one under the other. */
static void draw_tall_row(struct press *p, const struct block *table, const struct block_row *row)
{
    for (int i = 0; i < table->column_count; i++) {
        if (row->cells[i][0] != '\0') {
            flow_text(p, row->cells[i], p->look->margin, p->look->text, false, 0);
        }
    }
}

static void draw_table(struct press *p, const struct block *table)
{
    bool has_head = block_has_titles(table);
    double head = has_head ? p->look->text * 2 + 2 * PAD_POINTS : 0;
    for (size_t r = 0; r < table->rows.len; r++) {
        const struct block_row *row = &table->rows.items[r];
        double height = cells_height(p, table, row->cells, false, false) + PAD_POINTS;
        height = table->is_to_fill ? (height > LINE_POINTS ? height : LINE_POINTS) + 2 * PAD_POINTS : height;
        bool is_new = make_room(p, height + (r == 0 ? head : 0));
        if (has_head && (r == 0 || is_new)) {
            draw_head(p, table);
        }
        if (height + head > p->bottom - p->top) {
            draw_tall_row(p, table, row);
        } else {
            (void)cells_height(p, table, row->cells, false, true);
            p->y += height;
            if (table->is_to_fill) {
                rule(p, p->look->margin, p->y - PAD_POINTS, page_width(p));
            }
        }
        p->is_fresh = false;
    }
    if (table->rows.len == 0 && has_head) {
        (void)make_room(p, head);
        draw_head(p, table);
    }
    p->y += GAP_POINTS;
}

/* ---- the other blocks ---- */

static void draw_check(struct press *p, const struct block *b)
{
    double size = p->look->text, x = p->look->margin;
    set_font(p, size, false);
    double height = measure(p, b->text, page_width(p) - size * 1.6, false);
    if (height < p->bottom - p->top) {
        (void)make_room(p, height);
    }
    if (p->draws) {
        cairo_set_line_width(p->cairo, 0.8);
        cairo_rectangle(p->cairo, x, p->y + 1.5, size, size);
        if (b->is_ticked) {
            cairo_move_to(p->cairo, x, p->y + 1.5);
            cairo_rel_line_to(p->cairo, size, size);
            cairo_move_to(p->cairo, x + size, p->y + 1.5);
            cairo_rel_line_to(p->cairo, -size, size);
        }
        cairo_stroke(p->cairo);
    }
    flow_text(p, b->text, x + size * 1.6, size, false, 0);
    p->y += PAD_POINTS;
}

static void draw_line(struct press *p, const struct block *b)
{
    (void)make_room(p, LINE_POINTS);
    set_font(p, p->look->text, false);
    (void)measure(p, b->text, page_width(p), false);
    int width;
    pango_layout_get_size(p->layout, &width, NULL);
    double x = (double)width / PANGO_SCALE + GAP_POINTS;
    show(p, p->look->margin, p->y + LINE_POINTS - p->look->text * 1.4);
    rule(p, p->look->margin + x, p->y + LINE_POINTS - 1, page_width(p) - x > 0 ? page_width(p) - x : 0);
    p->y += LINE_POINTS;
}

static void draw_block(struct press *p, const struct block *b)
{
    const struct look *look = p->look;
    char *pair = NULL;
    switch (b->kind) {
    case BLOCK_HEADING:
        p->y += p->is_fresh ? 0 : GAP_POINTS;
        flow_text(p, b->text, look->margin, look->heading, true, look->text * 4);
        p->y += PAD_POINTS;
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_BOLD:
        flow_text(p, b->text, look->margin, look->text, b->kind == BLOCK_BOLD, 0);
        p->y += PAD_POINTS;
        break;
    case BLOCK_LARGE:
        flow_text(p, b->text, look->margin, look->large, false, 0);
        p->y += PAD_POINTS;
        break;
    case BLOCK_PAIR:
        pair = mem_format("%s: %s", b->text, b->value);
        flow_text(p, pair, look->margin, look->text, false, 0);
        p->y += PAD_POINTS;
        break;
    case BLOCK_CHECK:
        draw_check(p, b);
        break;
    case BLOCK_LINE:
        draw_line(p, b);
        break;
    case BLOCK_RULE:
        (void)make_room(p, 2 * PAD_POINTS);
        rule(p, look->margin, p->y + PAD_POINTS, page_width(p));
        p->y += 2 * PAD_POINTS;
        break;
    case BLOCK_TABLE:
        draw_table(p, b);
        break;
    }
    mem_free(pair);
}

static void run(struct press *p, bool draws)
{
    p->draws = draws;
    p->page = 0;
    p->missing = 0;
    page_begin(p);
    for (size_t i = 0; i < p->document->blocks.len; i++) {
        draw_block(p, &p->document->blocks.items[i]);
    }
    page_end(p);
    p->pages = p->page;
}

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned int len)
{
    buffer_append(closure, bytes, len);
    return CAIRO_STATUS_SUCCESS;
}

enum document_paper document_paper_find(const char *word)
{
    return strcmp(word, "letter") == 0 ? DOCUMENT_LETTER : strcmp(word, "label") == 0 ? DOCUMENT_LABEL : DOCUMENT_A4;
}

enum status document_to_pdf(const struct document *d, enum document_paper paper, struct buffer *out, int *out_missing,
                            struct error *err)
{
    struct buffer bytes = BUFFER_INIT;
    const struct look *look = &LOOKS[paper];
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(take_bytes, &bytes, look->width, look->height);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, d->title);
    struct press p = {.document = d, .look = look, .cairo = cairo_create(surface)};
    p.layout = pango_cairo_create_layout(p.cairo);
    run(&p, false);
    run(&p, true);
    g_object_unref(p.layout);
    cairo_status_t drawn = cairo_status(p.cairo);
    cairo_destroy(p.cairo);
    cairo_surface_finish(surface);
    cairo_status_t written = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    enum status status = STATUS_OK;
    if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS || bytes.len == 0) {
        status = error_set(err, STATUS_IO, _("The pages cannot be made: %s. Nothing was printed."),
                           cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written));
    } else {
        buffer_append(out, bytes.bytes, bytes.len);
        if (out_missing != NULL) {
            *out_missing = p.missing;
        }
    }
    buffer_release(&bytes);
    return status;
}
