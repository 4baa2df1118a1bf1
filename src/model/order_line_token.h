/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts a typed order line into tokens and gives each a lower-case spelling for look-up: "B.I.D." is
 * "bid", every dash is
 * '-', one half is TOKEN_HALF. The spellings stand one after the other with single spaces, so that
 * a phrase of several words is one comparison. Private to the order line. */
#ifndef MODEL_ORDER_LINE_TOKEN_H
#define MODEL_ORDER_LINE_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "model/order_line.h"

#define TOKEN_QUARTER '\1'
#define TOKEN_HALF '\2'
#define TOKEN_THREE_QUARTERS '\3'

struct token {
    uint16_t start, end; /* bytes of the line */
    uint16_t word;       /* its spelling in words, ended by ' ' or NUL */
    uint16_t len;
};

struct token_list {
    const char *line; /* borrowed */
    struct token items[ORDER_LINE_MAX];
    size_t len;
    char words[2 * ORDER_LINE_MAX + 1];
};

/* The line has at most ORDER_LINE_MAX bytes. */
void token_list_read(struct token_list *list, const char *line);

/* Spelling of the token, "" behind the last one. Not NUL-terminated: a space or NUL follows. */
const char *token_word(const struct token_list *list, size_t index);
size_t token_word_len(const struct token_list *list, size_t index);

/* The byte of the line where the spelling's byte `at` of the token comes from. */
uint16_t token_source(const struct token_list *list, size_t index, size_t at);

/* How many bytes of space begin at text: ASCII, no-break and thin spaces. 0 none. */
size_t token_space_bytes(const char *text);

#endif
