/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "print/document.h"

#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "base/text.h"
#include "print/document_blocks.h"

enum { TEXT_MAX_BYTES = 16 * 1024, BARCODE_MAX_BYTES = 40 };

static char *clean(const char *text, unsigned flags)
{
    return text != NULL ? text_clean(text, strlen(text), TEXT_MAX_BYTES, flags, NULL) : mem_copy_text("");
}

struct document *document_new(const struct document_info *info)
{
    struct document *d = mem_alloc(sizeof *d);
    d->title = clean(info->title, TEXT_LINE);
    d->form = clean(info->form, TEXT_LINE);
    d->header = clean(info->header, TEXT_KEEP_NEWLINES);
    d->footer = clean(info->footer, TEXT_LINE);
    d->barcode = info->barcode != NULL
                     ? text_clean(info->barcode, strlen(info->barcode), BARCODE_MAX_BYTES, TEXT_LINE | TEXT_ASCII, NULL)
                     : mem_copy_text("");
    return d;
}

static void block_release(struct block *b)
{
    mem_free(b->text);
    mem_free(b->value);
    for (int i = 0; i < b->column_count; i++) {
        mem_free(b->columns[i].title);
    }
    for (size_t r = 0; r < b->rows.len; r++) {
        for (int i = 0; i < b->column_count; i++) {
            mem_free(b->rows.items[r].cells[i]);
        }
    }
    mem_free(b->rows.items);
}

void document_free(struct document *d)
{
    if (d == NULL) {
        return;
    }
    for (size_t i = 0; i < d->blocks.len; i++) {
        block_release(&d->blocks.items[i]);
    }
    mem_free(d->blocks.items);
    mem_free(d->title);
    mem_free(d->form);
    mem_free(d->header);
    mem_free(d->footer);
    mem_free(d->barcode);
    mem_free(d);
}

static struct block *add(struct document *d, enum block_kind kind, const char *text)
{
    MEM_GROW(&d->blocks);
    struct block *b = &d->blocks.items[d->blocks.len++];
    *b = (struct block){.kind = kind, .text = clean(text, TEXT_KEEP_NEWLINES)};
    return b;
}

void document_heading(struct document *d, const char *text)
{
    (void)add(d, BLOCK_HEADING, text);
}

void document_paragraph(struct document *d, const char *text)
{
    (void)add(d, BLOCK_PARAGRAPH, text);
}

void document_bold(struct document *d, const char *text)
{
    (void)add(d, BLOCK_BOLD, text);
}

void document_large(struct document *d, const char *text)
{
    (void)add(d, BLOCK_LARGE, text);
}

void document_pair(struct document *d, const char *name, const char *value)
{
    struct block *b = add(d, BLOCK_PAIR, name);
    b->value = clean(value, TEXT_KEEP_NEWLINES);
}

void document_check(struct document *d, bool is_ticked, const char *text)
{
    add(d, BLOCK_CHECK, text)->is_ticked = is_ticked;
}

void document_line(struct document *d, const char *what)
{
    (void)add(d, BLOCK_LINE, what);
}

void document_rule(struct document *d)
{
    (void)add(d, BLOCK_RULE, NULL);
}

void document_table(struct document *d, const struct document_column *columns, int count)
{
    struct block *b = add(d, BLOCK_TABLE, NULL);
    if (count < 1 || count > DOCUMENT_COLUMNS_MAX) {
        fatal("a table of %d columns", count);
    }
    b->column_count = count;
    for (int i = 0; i < count; i++) {
        b->columns[i].title = clean(columns[i].title, TEXT_LINE);
        b->columns[i].share = columns[i].share > 0 ? columns[i].share : 1;
        b->columns[i].align = columns[i].align;
    }
}

void document_table_to_fill(struct document *d, const struct document_column *columns, int count)
{
    document_table(d, columns, count);
    d->blocks.items[d->blocks.len - 1].is_to_fill = true;
}

void document_row(struct document *d, const char *const *cells)
{
    struct block *b = d->blocks.len > 0 ? &d->blocks.items[d->blocks.len - 1] : NULL;
    if (b == NULL || b->kind != BLOCK_TABLE) {
        fatal("a table's row without its table");
    }
    MEM_GROW(&b->rows);
    struct block_row *row = &b->rows.items[b->rows.len++];
    for (int i = 0; i < b->column_count; i++) {
        row->cells[i] = clean(cells[i], TEXT_KEEP_NEWLINES);
    }
}

bool block_has_titles(const struct block *table)
{
    for (int i = 0; i < table->column_count; i++) {
        if (table->columns[i].title[0] != '\0') {
            return true;
        }
    }
    return false;
}

int block_shares(const struct block *table)
{
    int sum = 0;
    for (int i = 0; i < table->column_count; i++) {
        sum += table->columns[i].share;
    }
    return sum > 0 ? sum : 1;
}
