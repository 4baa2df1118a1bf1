/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/condition.h"

#include "base/memory.h"

void condition_release(struct condition *condition)
{
    mem_free(condition->name);
    mem_free(condition->code_system);
    mem_free(condition->code);
    mem_free(condition->notes);
    mem_free(condition->original);
    mem_free(condition->recorded_by);
    *condition = (struct condition){0};
}

void condition_list_release(struct condition_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        condition_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct condition_list){0};
}
