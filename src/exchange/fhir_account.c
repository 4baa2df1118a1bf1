/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account of each file, and how results are released. */
#include "exchange/fhir_item.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

#define TYPES_MAX 200    /* R4 has 148 */
#define REASONS_MAX 1000 /* a file chooses some of the words in them */

/* --- counting --- */

static struct fhir_count *count_of(struct fhir_file *file, const char *type)
{
    for (size_t i = 0; i < file->counts.len; i++) {
        if (strcmp(file->counts.items[i].type, type) == 0) {
            return &file->counts.items[i];
        }
    }
    if (file->counts.len >= TYPES_MAX) {
        return &file->counts.items[TYPES_MAX - 1];
    }
    MEM_GROW(&file->counts);
    struct fhir_count *count = &file->counts.items[file->counts.len++];
    *count = (struct fhir_count){.type = mem_copy_text(type)};
    return count;
}

void fhir_file_count(struct fhir_file *file, const char *type, bool is_read)
{
    struct fhir_count *count = count_of(file, type);
    file->entries++;
    if (is_read) {
        count->read++;
        file->read++;
    } else {
        count->skipped++;
        file->skipped++;
    }
}

void fhir_file_skip(struct fhir_file *file, const char *type, const char *reason, int line)
{
    fhir_file_count(file, type, false);
    if (file->skips.len >= REASONS_MAX) {
        type = _("others");
        reason = _("Too many different reasons to list.");
    }
    for (size_t i = 0; i < file->skips.len; i++) {
        struct fhir_skip *skip = &file->skips.items[i];
        if (strcmp(skip->what, type) == 0 && strcmp(skip->reason, reason) == 0) {
            skip->count++;
            return;
        }
    }
    MEM_GROW(&file->skips);
    file->skips.items[file->skips.len++] = (struct fhir_skip){.what = mem_copy_text(type),
                                                              .reason = mem_copy_text(reason),
                                                              .count = 1,
                                                              .first_line = line};
}

void fhir_file_refuse_patient(struct fhir_file *file, const char *what, const struct error *error)
{
    MEM_GROW(&file->refusals);
    file->refusals.items[file->refusals.len++] = (struct fhir_refusal){.what = mem_copy_text(what),
                                                                       .error = *error};
}

void fhir_warning_add(struct fhir_warning_list *list, size_t file, int line, const char *what,
                      const char *message)
{
    MEM_GROW(list);
    list->items[list->len++] = (struct fhir_warning){
        .file = file, .line = line, .what = mem_copy_text(what), .message = mem_copy_text(message)};
}

/* --- releasing --- */

static void release_warnings(struct fhir_warning_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].what);
        mem_free(list->items[i].message);
    }
    mem_free(list->items);
    *list = (struct fhir_warning_list){0};
}

static void release_origins(struct fhir_origin_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].source_id);
        mem_free(list->items[i].codings);
    }
    mem_free(list->items);
    *list = (struct fhir_origin_list){0};
}

void fhir_chart_release(struct fhir_chart *chart)
{
    for (size_t i = 0; i < chart->notes.len; i++) {
        mem_free(chart->notes.items[i].what);
        mem_free(chart->notes.items[i].text);
        mem_free(chart->notes.items[i].reason);
    }
    mem_free(chart->notes.items);
    patient_release(&chart->patient);
    mem_free(chart->origin.source_id);
    mem_free(chart->origin.codings);
    allergy_list_release(&chart->allergies);
    condition_list_release(&chart->conditions);
    order_list_release(&chart->orders);
    metric_list_release(&chart->metrics);
    coverage_list_release(&chart->coverages);
    mem_free(chart->carers.items);
    release_origins(&chart->allergy_origins);
    release_origins(&chart->condition_origins);
    release_origins(&chart->order_origins);
    release_origins(&chart->metric_origins);
    release_origins(&chart->coverage_origins);
    release_warnings(&chart->warnings);
    *chart = (struct fhir_chart){0};
}

void fhir_file_clear_account(struct fhir_file *file)
{
    for (size_t i = 0; i < file->counts.len; i++) {
        mem_free(file->counts.items[i].type);
    }
    for (size_t i = 0; i < file->skips.len; i++) {
        mem_free(file->skips.items[i].what);
        mem_free(file->skips.items[i].reason);
    }
    for (size_t i = 0; i < file->refusals.len; i++) {
        mem_free(file->refusals.items[i].what);
    }
    mem_free(file->counts.items);
    mem_free(file->skips.items);
    mem_free(file->refusals.items);
    release_warnings(&file->warnings);
    char *name = file->name;
    *file = (struct fhir_file){.name = name};
}

void fhir_import_release(struct fhir_import *import)
{
    for (size_t i = 0; i < import->charts.len; i++) {
        fhir_chart_release(&import->charts.items[i]);
    }
    for (size_t i = 0; i < import->files.len; i++) {
        fhir_file_clear_account(&import->files.items[i]);
        mem_free(import->files.items[i].name);
    }
    provider_list_release(&import->providers);
    release_origins(&import->provider_origins);
    mem_free(import->charts.items);
    mem_free(import->files.items);
    *import = (struct fhir_import){0};
}

static void release_drug(struct fhir_drug *drug)
{
    fhir_concept_release(&drug->concept);
    mem_free(drug->form);
    for (size_t i = 0; i < drug->parts.len; i++) {
        fhir_concept_release(&drug->parts.items[i].concept);
        fhir_reference_release(&drug->parts.items[i].reference);
        mem_free(drug->parts.items[i].strength);
    }
    mem_free(drug->parts.items);
}

/* Whatever was moved into a chart is empty by now. */
static void release_record(struct fhir_item *item)
{
    void *record = NULL;
    switch (item->kind) {
    case FHIR_ITEM_NONE:
        return;
    case FHIR_ITEM_PATIENT:
        record = item->of.patient;
        patient_release(&item->of.patient->patient);
        break;
    case FHIR_ITEM_ALLERGY:
        record = item->of.allergy;
        allergy_release(&item->of.allergy->allergy);
        break;
    case FHIR_ITEM_CONDITION:
        record = item->of.condition;
        condition_release(item->of.condition);
        break;
    case FHIR_ITEM_ORDER:
        record = item->of.order;
        order_release(item->of.order);
        break;
    case FHIR_ITEM_METRICS:
        record = item->of.metrics;
        metric_list_release(item->of.metrics);
        break;
    case FHIR_ITEM_DRUG:
        record = item->of.drug;
        release_drug(item->of.drug);
        break;
    case FHIR_ITEM_COVERAGE:
        record = item->of.coverage;
        coverage_release(item->of.coverage);
        break;
    case FHIR_ITEM_NAME:
        record = item->of.name;
        mem_free(item->of.name->words);
        provider_release(&item->of.name->provider);
        fhir_reference_release(&item->of.name->next);
        break;
    }
    mem_free(record);
}

void fhir_item_release(struct fhir_item *item)
{
    release_record(item);
    mem_free(item->owned_reason);
    mem_free(item->id);
    mem_free(item->base);
    mem_free(item->full_url);
    mem_free(item->updated);
    mem_free(item->codings);
    mem_free(item->path);
    mem_free(item->error);
    fhir_reference_release(&item->subject);
    fhir_reference_release(&item->drug);
    fhir_reference_release(&item->prescriber);
    fhir_reference_release(&item->reason_reference);
    release_warnings(&item->warnings);
    *item = (struct fhir_item){0};
}

void fhir_item_skip(struct fhir_item *item, const char *reason)
{
    if (item->outcome == FHIR_READ) {
        item->outcome = FHIR_SKIPPED;
        item->reason = reason;
    }
}

void fhir_need_subject(struct fhir_item *item)
{
    if (fhir_reference_is_empty(&item->subject)) {
        fhir_item_skip(item, _("It does not say whose record it is."));
    }
}

void fhir_item_refuse(struct fhir_item *item, const struct error *error)
{
    if (!item->error) {
        item->error = mem_alloc(sizeof *item->error);
    }
    *item->error = *error;
    item->outcome = FHIR_REFUSED;
}

void fhir_item_skip_owned(struct fhir_item *item, char *reason)
{
    if (item->outcome == FHIR_READ) {
        item->outcome = FHIR_SKIPPED;
        item->owned_reason = reason;
        item->reason = reason;
    } else {
        mem_free(reason);
    }
}
