/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/stay.h"

#include "base/memory.h"

void stay_release(struct stay *stay)
{
    mem_free(stay->place);
    *stay = (struct stay){0};
}

void stay_list_release(struct stay_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        stay_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct stay_list){0};
}

/* Two devices may have written one stay twice: whoever has one open is in it. */
const struct stay *stay_at(const struct stay_list *list, int64_t at_us)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct stay *stay = &list->items[i];
        if (stay->admitted_us <= at_us && (stay->left_us == 0 || stay->left_us > at_us)) {
            return stay;
        }
    }
    return NULL;
}

const struct stay *stay_left_by(const struct stay_list *list, int64_t at_us)
{
    const struct stay *last = NULL;
    if (stay_at(list, at_us) != NULL) {
        return NULL;
    }
    for (size_t i = 0; i < list->len; i++) {
        const struct stay *stay = &list->items[i];
        if (stay->admitted_us <= at_us && (last == NULL || stay->left_us > last->left_us)) {
            last = stay;
        }
    }
    return last;
}

bool stay_ends_order(const struct stay_list *list, int64_t ordered_us, int64_t at_us)
{
    const struct stay *left = stay_left_by(list, at_us);
    return left != NULL && ordered_us <= left->left_us;
}
