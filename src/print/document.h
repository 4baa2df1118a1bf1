/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is printed, before it is known where: headings, paragraphs, pairs, tables, boxes to tick. Rendered to plain text
 * in cells or to PDF pages (A4, Letter, label), shaped for any script. No I/O, no clock. All texts are copied and cleaned
 * (base/text.h), so that nothing from outside reaches a printer as a command. */
#ifndef PRINT_DOCUMENT_H
#define PRINT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

#define DOCUMENT_COLUMNS_MAX 12

/* Repeated on every page. All may be NULL. */
struct document_info {
    const char *title;  /* first line of each page */
    const char *form;   /* form number, at the right of the title: "PC-201" */
    const char *header; /* below the title: whose sheet it is, the site */
    const char *footer; /* left of "page 1 of 3": who printed it, when, DEMO */
    const char *barcode; /* printable ASCII, at most 40; Code 128 where the printer draws it */
};

enum document_align { DOCUMENT_LEFT, DOCUMENT_RIGHT };

/* `share`: width in parts of all shares. `title` "" for none. */
struct document_column {
    const char *title; /* translated */
    int share;
    enum document_align align;
};

struct document;

struct document *document_new(const struct document_info *info);
void document_free(struct document *d); /* accepts NULL */

void document_heading(struct document *d, const char *text); /* stays with what follows it */
void document_paragraph(struct document *d, const char *text);  /* \n starts a new line */
void document_bold(struct document *d, const char *text);
void document_large(struct document *d, const char *text);   /* for patients who see badly: twice the size in PDF */
void document_pair(struct document *d, const char *name, const char *value); /* "Weight: 62.0 kg" */
void document_check(struct document *d, bool is_ticked, const char *text);
void document_line(struct document *d, const char *what); /* a line to write on: "Signature ______" */
void document_rule(struct document *d);

/* A table; its header is repeated on each page that it goes on to. Rows are added to the last table that was begun; each
 * takes `count` cells as in document_table(), NULL is empty. A row is not cut unless it is taller than a page. */
void document_table(struct document *d, const struct document_column *columns, int count);
void document_row(struct document *d, const char *const *cells);
/* The same with room for handwriting: high rows with a line under each. */
void document_table_to_fill(struct document *d, const struct document_column *columns, int count);

/* ---- plain text ---- */
/* UTF-8, lines of at most width_cells, "\n" between them. page_rows 0: one endless page; else pages of that many lines,
 * "\f" between them. */
void document_to_text(const struct document *d, int width_cells, int page_rows, struct buffer *out);

/* ---- ZPL ---- */
/* One label of 4 x 3 inches at 203 dpi for each page, in UTF-8 (^CI28); '^', '~' and '_' of the texts are escaped. */
void document_to_zpl(const struct document *d, int copies, struct buffer *out);

/* ---- PDF ---- */
enum document_paper { DOCUMENT_A4, DOCUMENT_LETTER, DOCUMENT_LABEL /* 4 x 3 inches */ };

/* "a4", "letter", "label"; A4 for anything else. */
enum document_paper document_paper_find(const char *word);

/* Appends one PDF file. *out_missing (may be NULL): letters that no font of this computer has; they are printed as boxes,
 * and a person has to be told. STATUS_IO when the PDF cannot be made. */
enum status document_to_pdf(const struct document *d, enum document_paper paper, struct buffer *out, int *out_missing,
                            struct error *err) MUST_USE;

#endif
