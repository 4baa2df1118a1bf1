/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "print/document_blocks.h"

enum { GAP = 2, COLUMN_MIN = 6, WIDTH_MIN = 12, WIDTH_MAX = 400, WORD_CUT_MAX = 400, LINE_MIN = 12 };

struct lines {
    char **items;
    size_t len, cap;
};

/* Lines that stay on one page. */
struct piece {
    size_t first, count;       /* in flow.lines */
    const struct block *table; /* whose header is repeated when this piece begins a page; NULL: none */
    bool is_head;              /* the header itself; stays with the next piece, as a heading does */
    bool is_kept;              /* stays with the next piece */
};

struct flow {
    int width;
    struct lines lines;
    struct {
        struct piece *items;
        size_t len, cap;
    } pieces;
};

static void lines_add(struct lines *lines, char *line)
{
    MEM_GROW(lines);
    lines->items[lines->len++] = line;
}

static void lines_release(struct lines *lines)
{
    for (size_t i = 0; i < lines->len; i++) {
        mem_free(lines->items[i]);
    }
    mem_free(lines->items);
}

/* The longest beginning of text[0..len) that fits and ends between words; a longer word is cut between letters. */
static size_t take_line(const char *text, size_t len, int width, size_t *out_skip)
{
    char *line = mem_copy_bytes(text, len);
    size_t fits = text_prefix_bytes(line, width, NULL);
    mem_free(line);
    *out_skip = 0;
    if (fits >= len) {
        return len;
    }
    size_t end = fits;
    while (end > 0 && text[end] != ' ') {
        end--;
    }
    if (end == 0) {
        return fits > 0 ? fits : len; /* one letter wider than the column: rather too wide than lost */
    }
    *out_skip = 1;
    return end;
}

static void wrap(struct lines *out, const char *text, int width)
{
    do {
        size_t len = strcspn(text, "\n"), at = 0;
        do {
            size_t skip, taken = take_line(text + at, len - at, width, &skip);
            lines_add(out, mem_copy_bytes(text + at, taken));
            at += taken + skip;
        } while (at < len);
        text += len;
    } while (*text == '\n' && *++text != '\0');
}

static void spaces(struct buffer *out, int count)
{
    for (int i = 0; i < count; i++) {
        buffer_append_byte(out, ' ');
    }
}

static void fill(struct buffer *out, int count, char with)
{
    for (int i = 0; i < count; i++) {
        buffer_append_byte(out, with);
    }
}

static struct piece *piece_begin(struct flow *flow)
{
    MEM_GROW(&flow->pieces);
    struct piece *p = &flow->pieces.items[flow->pieces.len++];
    *p = (struct piece){.first = flow->lines.len};
    return p;
}

static void piece_end(struct flow *flow)
{
    struct piece *p = &flow->pieces.items[flow->pieces.len - 1];
    p->count = flow->lines.len - p->first;
}

static void line_of(struct flow *flow, struct buffer *line)
{
    size_t len = line->len;
    while (len > 0 && line->bytes[len - 1] == ' ') {
        len--;
    }
    lines_add(&flow->lines, mem_copy_bytes(line->bytes != NULL ? line->bytes : "", len));
    buffer_clear(line);
}

/* `first` before the first line, as many spaces before the others. */
static void hang(struct flow *flow, const char *first, const char *text)
{
    struct lines wrapped = {0};
    struct buffer line = BUFFER_INIT;
    int indent = text_width_cells(first);
    if (indent > flow->width / 2) { /* a name as wide as the page: the value goes below it */
        wrap(&flow->lines, first, flow->width);
        indent = GAP;
        first = "";
        wrap(&wrapped, text, flow->width - indent);
    } else {
        wrap(&wrapped, text, flow->width - indent);
    }
    for (size_t i = 0; i < wrapped.len; i++) {
        if (i == 0 && first[0] != '\0') {
            buffer_append_text(&line, first);
        } else {
            spaces(&line, indent);
        }
        buffer_append_text(&line, wrapped.items[i]);
        line_of(flow, &line);
    }
    lines_release(&wrapped);
    buffer_release(&line);
}

static void column_widths(const struct block *table, int width, int out[DOCUMENT_COLUMNS_MAX])
{
    int room = width - GAP * (table->column_count - 1), shares = block_shares(table), used = 0;
    for (int i = 0; i < table->column_count; i++) {
        out[i] = room * table->columns[i].share / shares;
        used += out[i];
    }
    out[0] += room > used ? room - used : 0;
}

static bool is_too_narrow(const struct block *table, int width)
{
    int cells[DOCUMENT_COLUMNS_MAX];
    column_widths(table, width, cells);
    for (int i = 0; i < table->column_count; i++) {
        if (cells[i] < COLUMN_MIN && cells[i] < text_width_cells(table->columns[i].title)) {
            return true;
        }
    }
    return false;
}

static void write_cells(struct flow *flow, const struct block *table, char *const *texts)
{
    int widths[DOCUMENT_COLUMNS_MAX];
    struct lines cells[DOCUMENT_COLUMNS_MAX];
    struct buffer line = BUFFER_INIT;
    size_t height = 1;
    memset(cells, 0, sizeof cells);
    column_widths(table, flow->width, widths);
    for (int i = 0; i < table->column_count; i++) {
        wrap(&cells[i], texts[i], widths[i] > 0 ? widths[i] : 1);
        height = cells[i].len > height ? cells[i].len : height;
    }
    for (size_t row = 0; row < height; row++) {
        for (int i = 0; i < table->column_count; i++) {
            const char *text = row < cells[i].len ? cells[i].items[row] : "";
            int rest = widths[i] - text_width_cells(text);
            spaces(&line, i > 0 ? GAP : 0);
            spaces(&line, table->columns[i].align == DOCUMENT_RIGHT ? rest : 0);
            buffer_append_text(&line, text);
            spaces(&line, table->columns[i].align == DOCUMENT_LEFT ? rest : 0);
        }
        line_of(flow, &line);
    }
    for (int i = 0; i < table->column_count; i++) {
        lines_release(&cells[i]);
    }
    buffer_release(&line);
}

static void write_head(struct flow *flow, const struct block *table)
{
    char *titles[DOCUMENT_COLUMNS_MAX];
    struct buffer line = BUFFER_INIT;
    for (int i = 0; i < table->column_count; i++) {
        titles[i] = table->columns[i].title;
    }
    write_cells(flow, table, titles);
    fill(&line, flow->width, '-');
    line_of(flow, &line);
    buffer_release(&line);
}

/* On a narrow label a row's cells stand under each other. */
static void write_stacked(struct flow *flow, const struct block *table, const struct block_row *row)
{
    for (int i = 0; i < table->column_count; i++) {
        if (row->cells[i][0] != '\0') {
            char *name = table->columns[i].title[0] != '\0' ? mem_format("%s: ", table->columns[i].title) : mem_copy_text("");
            hang(flow, name, row->cells[i]);
            mem_free(name);
        }
    }
    lines_add(&flow->lines, mem_copy_text(""));
}

static void write_table(struct flow *flow, const struct block *table)
{
    bool is_stacked = is_too_narrow(table, flow->width), has_head = !is_stacked && block_has_titles(table);
    if (has_head) {
        struct piece *head = piece_begin(flow);
        head->is_head = head->is_kept = true;
        write_head(flow, table);
        piece_end(flow);
    }
    for (size_t r = 0; r < table->rows.len; r++) {
        piece_begin(flow)->table = has_head ? table : NULL;
        if (is_stacked) {
            write_stacked(flow, table, &table->rows.items[r]);
        } else {
            write_cells(flow, table, table->rows.items[r].cells);
        }
        if (table->is_to_fill) { /* as much room as another line */
            lines_add(&flow->lines, mem_copy_text(""));
        }
        piece_end(flow);
    }
    if (!is_stacked) {
        (void)piece_begin(flow);
        lines_add(&flow->lines, mem_copy_text(""));
        piece_end(flow);
    }
}

static void write_block(struct flow *flow, const struct block *b)
{
    struct buffer line = BUFFER_INIT;
    char *name = NULL;
    if (b->kind == BLOCK_TABLE) {
        write_table(flow, b);
        return;
    }
    struct piece *piece = piece_begin(flow);
    switch (b->kind) {
    case BLOCK_HEADING:
        piece->is_kept = true;
        wrap(&flow->lines, b->text, flow->width);
        fill(&line, text_width_cells(b->text) < flow->width ? text_width_cells(b->text) : flow->width, '=');
        line_of(flow, &line);
        break;
    case BLOCK_PARAGRAPH:
    case BLOCK_BOLD:
    case BLOCK_LARGE:
        wrap(&flow->lines, b->text, flow->width);
        break;
    case BLOCK_PAIR:
        name = mem_format("%s: ", b->text);
        hang(flow, name, b->value);
        break;
    case BLOCK_CHECK:
        hang(flow, b->is_ticked ? "[x] " : "[ ] ", b->text);
        break;
    case BLOCK_LINE:
        lines_add(&flow->lines, mem_copy_text(""));
        if (flow->width - text_width_cells(b->text) - 1 < LINE_MIN) {
            wrap(&flow->lines, b->text, flow->width);
            fill(&line, flow->width, '_');
        } else {
            buffer_append_text(&line, b->text);
            spaces(&line, b->text[0] != '\0' ? 1 : 0);
            fill(&line, flow->width - text_width_cells(b->text) - 1, '_');
        }
        line_of(flow, &line);
        break;
    case BLOCK_RULE:
        fill(&line, flow->width, '-');
        line_of(flow, &line);
        break;
    case BLOCK_TABLE:
        break; /* above */
    }
    piece_end(flow);
    mem_free(name);
    buffer_release(&line);
}

/* ---- pages ---- */

struct pages {
    struct flow head; /* what stands at the top of each page */
    const struct document *document;
    int width, rows;  /* rows 0: one endless page */
    struct lines *items;
    size_t len, cap;
};

static struct lines *page_last(struct pages *pages)
{
    return &pages->items[pages->len - 1];
}

static void copy_lines(struct lines *out, const struct lines *from, size_t first, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lines_add(out, mem_copy_text(from->items[first + i]));
    }
}

static void page_begin(struct pages *pages)
{
    MEM_GROW(pages);
    pages->items[pages->len++] = (struct lines){0};
    copy_lines(page_last(pages), &pages->head.lines, 0, pages->head.lines.len);
}

static size_t page_room(const struct pages *pages)
{
    size_t foot = 2, head = pages->head.lines.len;
    size_t least = head + foot + 4;
    return (size_t)pages->rows > least ? (size_t)pages->rows - foot : least - foot;
}

/* Lines of the table's header, to be repeated. */
static size_t head_lines(const struct flow *flow, size_t piece)
{
    while (piece > 0 && !flow->pieces.items[piece].is_head) {
        piece--;
    }
    return piece;
}

static void place(struct pages *pages, const struct flow *flow)
{
    size_t room = page_room(pages);
    page_begin(pages);
    size_t empty = page_last(pages)->len;
    for (size_t i = 0; i < flow->pieces.len; i++) {
        const struct piece *p = &flow->pieces.items[i];
        size_t need = p->count;
        for (size_t k = i; flow->pieces.items[k].is_kept && k + 1 < flow->pieces.len; k++) {
            need += flow->pieces.items[k + 1].count;
        }
        bool is_full = pages->rows > 0 && page_last(pages)->len + need > room && page_last(pages)->len > empty;
        if (is_full && page_last(pages)->len > empty) {
            page_begin(pages);
            if (p->table != NULL) {
                const struct piece *head = &flow->pieces.items[head_lines(flow, i)];
                copy_lines(page_last(pages), &flow->lines, head->first, head->count);
            }
        }
        for (size_t k = 0; k < p->count; k++) {
            if (pages->rows > 0 && page_last(pages)->len >= room) { /* taller than a page */
                page_begin(pages);
            }
            copy_lines(page_last(pages), &flow->lines, p->first + k, 1);
        }
    }
}

static void write_top(struct flow *head, const struct document *d)
{
    struct buffer line = BUFFER_INIT;
    int form = text_width_cells(d->form), rest = head->width - text_width_cells(d->title) - form;
    if (rest >= 1) {
        buffer_append_text(&line, d->title);
        spaces(&line, form > 0 ? rest : 0);
        buffer_append_text(&line, d->form);
        line_of(head, &line);
    } else {
        wrap(&head->lines, d->title, head->width);
        wrap(&head->lines, d->form, head->width);
    }
    if (d->header[0] != '\0') {
        wrap(&head->lines, d->header, head->width);
    }
    fill(&line, head->width, '-');
    line_of(head, &line);
    buffer_release(&line);
}

static void write_foot(const struct pages *pages, size_t page, struct buffer *out)
{
    char *number = pages->rows > 0 ? mem_format(_("page %d of %d"), (int)page + 1, (int)pages->len) : mem_copy_text("");
    if (text_width_cells(number) > pages->width) {
        mem_free(number);
        number = mem_format("%d/%d", (int)page + 1, (int)pages->len);
    }
    int rest = pages->width - text_width_cells(number);
    int cells = 0;
    size_t bytes = text_prefix_bytes(pages->document->footer, rest > GAP ? rest - GAP : 0, &cells);
    buffer_append(out, pages->document->footer, bytes);
    spaces(out, number[0] != '\0' ? rest - cells : 0);
    buffer_append_text(out, number);
    buffer_append_byte(out, '\n');
    mem_free(number);
}

static void write_page(const struct pages *pages, size_t page, struct buffer *out)
{
    const struct lines *lines = &pages->items[page];
    size_t room = page_room(pages);
    if (page > 0) {
        buffer_append_byte(out, '\f');
    }
    for (size_t i = 0; i < lines->len; i++) {
        buffer_append_text(out, lines->items[i]);
        buffer_append_byte(out, '\n');
    }
    if (pages->rows == 0 && pages->document->footer[0] == '\0') {
        return;
    }
    for (size_t i = lines->len; pages->rows > 0 && i < room; i++) {
        buffer_append_byte(out, '\n');
    }
    fill(out, pages->width, '-');
    buffer_append_byte(out, '\n');
    write_foot(pages, page, out);
}

void document_to_text(const struct document *d, int width_cells, int page_rows, struct buffer *out)
{
    int width = width_cells < WIDTH_MIN ? WIDTH_MIN : width_cells > WIDTH_MAX ? WIDTH_MAX : width_cells;
    struct flow flow = {.width = width};
    struct pages pages = {.document = d, .width = width, .rows = page_rows, .head = {.width = width}};
    if (d->title[0] != '\0' || d->form[0] != '\0' || d->header[0] != '\0') {
        write_top(&pages.head, d);
    }
    for (size_t i = 0; i < d->blocks.len; i++) {
        write_block(&flow, &d->blocks.items[i]);
    }
    place(&pages, &flow);
    for (size_t i = 0; i < pages.len; i++) {
        write_page(&pages, i, out);
        lines_release(&pages.items[i]);
    }
    mem_free(pages.items);
    mem_free(flow.pieces.items);
    lines_release(&flow.lines);
    mem_free(pages.head.pieces.items);
    lines_release(&pages.head.lines);
}
