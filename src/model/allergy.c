/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/allergy.h"

#include "base/memory.h"

void allergy_release(struct allergy *allergy)
{
    mem_free(allergy->allergen_name);
    mem_free(allergy->allergen_key);
    mem_free(allergy->code_system);
    mem_free(allergy->code);
    mem_free(allergy->reaction);
    mem_free(allergy->note);
    mem_free(allergy->original);
    mem_free(allergy->recorded_by);
    *allergy = (struct allergy){0};
}

void allergy_list_release(struct allergy_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        allergy_release(&list->items[i]);
    }
    mem_free(list->items);
    *list = (struct allergy_list){0};
}
