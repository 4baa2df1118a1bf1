/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/text_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void text_index_release(struct text_index *index)
{
    for (size_t i = 0; i < index->len; i++) {
        mem_free(index->items[i].text);
    }
    mem_free(index->items);
    *index = (struct text_index){0};
}

void text_index_add(struct text_index *index, char *text, size_t value)
{
    MEM_GROW(index);
    index->items[index->len++] = (struct text_entry){text, value};
}

static int compare(const void *a, const void *b)
{
    const struct text_entry *left = a, *right = b;
    int order = strcmp(left->text, right->text);
    return order ? order : (left->value > right->value) - (left->value < right->value);
}

void text_index_sort(struct text_index *index)
{
    if (index->len > 1) {
        qsort(index->items, index->len, sizeof *index->items, compare);
    }
}

const struct text_entry *text_index_find(const struct text_index *index, const char *text,
                                         size_t *out_count)
{
    size_t low = 0, high = index->len;
    while (low < high) { /* the first that is not below text */
        size_t middle = low + (high - low) / 2;
        if (strcmp(index->items[middle].text, text) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t count = 0;
    while (low + count < index->len && strcmp(index->items[low + count].text, text) == 0) {
        count++;
    }
    *out_count = count;
    return count > 0 ? &index->items[low] : NULL;
}
