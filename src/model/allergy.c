/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/allergy.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"

enum reaction_severity allergy_severity(const struct allergy *allergy)
{
    static const char *const grave[] = {" anaphyla", " angioedema", " stevens", " sjs ", " toxic epidermal", " necrolysis"};
    if (allergy->severity != REACTION_SEVERITY_NONE_GIVEN || allergy->reaction == NULL) {
        return allergy->severity;
    }
    char *folded = text_fold(allergy->reaction), *padded = mem_format(" %s ", folded);
    enum reaction_severity severity = REACTION_SEVERITY_NONE_GIVEN;
    for (size_t i = 0; i < sizeof grave / sizeof *grave; i++) {
        severity = strstr(padded, grave[i]) != NULL ? REACTION_SEVERITY_LIFE_THREATENING : severity;
    }
    mem_free(folded);
    mem_free(padded);
    return severity;
}

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
