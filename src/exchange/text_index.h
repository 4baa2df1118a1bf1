/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts to numbers, many of the same text allowed: filled, sorted once, then searched. Sorted
 * rather than hashed, so that no chosen set of texts can make it slow. Owns its texts. */
#ifndef EXCHANGE_TEXT_INDEX_H
#define EXCHANGE_TEXT_INDEX_H

#include <stddef.h>

struct text_entry {
    char *text;
    size_t value;
};
struct text_index {
    struct text_entry *items;
    size_t len, cap;
};

void text_index_release(struct text_index *index);
void text_index_add(struct text_index *index, char *text, size_t value); /* takes the text */
void text_index_sort(struct text_index *index);                          /* equal texts by value */
/* First entry of that text and how many follow it with the same one, itself included; NULL and 0
 * when there is none. */
const struct text_entry *text_index_find(const struct text_index *index, const char *text,
                                         size_t *out_count);

#endif
