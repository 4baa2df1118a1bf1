/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of a document, for the files of document.h only. */
#ifndef PRINT_DOCUMENT_BLOCKS_H
#define PRINT_DOCUMENT_BLOCKS_H

#include "print/document.h"

enum block_kind {
    BLOCK_HEADING,
    BLOCK_PARAGRAPH,
    BLOCK_BOLD,
    BLOCK_LARGE,
    BLOCK_PAIR,
    BLOCK_CHECK,
    BLOCK_LINE,
    BLOCK_RULE,
    BLOCK_TABLE,
};

struct block_row {
    char *cells[DOCUMENT_COLUMNS_MAX]; /* never NULL below column_count */
};

struct block {
    enum block_kind kind;
    char *text, *value; /* value: of BLOCK_PAIR */
    bool is_ticked;
    struct {
        char *title;
        int share;
        enum document_align align;
    } columns[DOCUMENT_COLUMNS_MAX];
    int column_count;
    bool is_to_fill; /* TABLE: by hand */
    struct {
        struct block_row *items;
        size_t len, cap;
    } rows;
};

struct document {
    char *title, *form, *header, *footer, *barcode; /* never NULL */
    struct {
        struct block *items;
        size_t len, cap;
    } blocks;
};

bool block_has_titles(const struct block *table);
int block_shares(const struct block *table); /* sum, at least 1 */

#endif
