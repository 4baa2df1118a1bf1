/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/patient.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

static void release_identifiers(struct identifier_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].system);
        mem_free(list->items[i].value);
    }
    mem_free(list->items);
    *list = (struct identifier_list){0};
}

void patient_release(struct patient *patient)
{
    mem_free(patient->first_name);
    mem_free(patient->last_name);
    mem_free(patient->phone_number);
    mem_free(patient->address);
    mem_free(patient->language);
    mem_free(patient->timezone);
    mem_free(patient->mrn);
    mem_free(patient->allergy_status_reason);
    mem_free(patient->allergy_status_by);
    release_identifiers(&patient->identifiers);
    mem_free(patient->source_system);
    *patient = (struct patient){0};
}

void identifier_list_add(struct identifier_list *list, enum identifier_kind kind,
                         const char *system, const char *value)
{
    MEM_GROW(list);
    list->items[list->len++] = (struct identifier){
        .kind = kind,
        .system = mem_copy_text(system),
        .value = mem_copy_text(value),
    };
}

char *patient_display_name(const struct patient *patient)
{
    const char *first = patient->first_name != NULL ? patient->first_name : "";
    const char *last = patient->last_name != NULL ? patient->last_name : "";
    if (*last == '\0') {
        return mem_copy_text(*first != '\0' ? first : _("(no name)"));
    }
    char *upper = text_upper(last);
    char *name = *first != '\0' ? mem_format("%s, %s", upper, first) : mem_copy_text(upper);
    mem_free(upper);
    return name;
}
