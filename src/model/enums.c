/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/enums.h"

#include <string.h>

#define WORD(constant, word, label) word,
#define LABEL(constant, word, label) label,
#define DEFINE(tag, PREFIX)                                                                                          \
    static const char *const words_##tag[] = {NULL, PREFIX##_LIST(WORD)};                                            \
    static const char *const labels_##tag[] = {NULL, PREFIX##_LIST(LABEL)};
ENUM_KINDS(DEFINE)

#define ROW(tag, PREFIX) [ENUM_##PREFIX] = {#tag, words_##tag, labels_##tag, PREFIX##_COUNT - 1},
static const struct enum_list lists[ENUM_KIND_COUNT] = {ENUM_KINDS(ROW)};

const struct enum_list *enum_list(enum enum_kind kind)
{
    return &lists[kind];
}

const char *enum_word(enum enum_kind kind, int value)
{
    const struct enum_list *list = &lists[kind];
    return value >= 1 && value <= list->count ? list->words[value] : NULL;
}

const char *enum_label(enum enum_kind kind, int value)
{
    const struct enum_list *list = &lists[kind];
    return value >= 1 && value <= list->count ? _(list->labels[value]) : "";
}

int enum_value(enum enum_kind kind, const char *word)
{
    const struct enum_list *list = &lists[kind];
    for (int i = 1; word != NULL && i <= list->count; i++) {
        if (strcmp(list->words[i], word) == 0) {
            return i;
        }
    }
    return 0;
}
