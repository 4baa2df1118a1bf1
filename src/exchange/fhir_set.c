/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which files can be joined by themselves, and putting those together that cannot. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "exchange/fhir_walk.h"
#include "exchange/text_index.h"

/* --- complete --- */

static void add_names(struct text_index *names, const struct fhir_item *item)
{
    if (*item->full_url) {
        text_index_add(names, mem_copy_text(item->full_url), 0);
    }
    if (*item->id) {
        text_index_add(names, mem_format("Patient/%s", item->id), 0);
    }
}

/* What stands alone, names a person by a number only, or nobody: others may know more. */
static bool is_answered(const struct text_index *names, const struct fhir_reference *reference)
{
    const char *target = reference->target;
    size_t count;
    if (!target) {
        return fhir_reference_is_empty(reference);
    }
    const char *history = strstr(target, "/_history/");
    char *plain = mem_copy_bytes(target, history ? (size_t)(history - target) : strlen(target));
    bool found = *plain == '#' || text_index_find(names, plain, &count);
    mem_free(plain);
    return found;
}

bool fhir_reader_is_complete(const struct fhir_reader *reader)
{
    struct text_index names = {0};
    bool is_complete = true;
    for (size_t i = 0; i < reader->stage.items.len; i++) {
        const struct fhir_item *item = &reader->stage.items.items[i];
        if (item->kind == FHIR_ITEM_PATIENT && !item->is_contained) {
            add_names(&names, item);
        }
    }
    text_index_sort(&names);
    for (size_t i = 0; i < reader->stage.items.len && is_complete; i++) {
        is_complete = is_answered(&names, &reader->stage.items.items[i].subject);
    }
    text_index_release(&names);
    return is_complete && reader->is_all_bundles;
}

/* --- moving --- */

static void shift_warnings(struct fhir_warning_list *list, size_t files)
{
    for (size_t i = 0; i < list->len; i++) {
        list->items[i].file += files;
    }
}

enum status fhir_reader_move(struct fhir_reader *from, struct fhir_reader *to, struct error *err)
{
    size_t files = to->stage.import.files.len, items = to->stage.items.len;
    if (from->entries > to->limits->max_entries - to->entries ||
        from->stage.items.len > to->limits->max_kept - to->stage.items.len) {
        return error_set(err, STATUS_LIMIT, "%s",
                         _("There are too many records for one import. Import the files in smaller "
                           "groups, each with its patients."));
    }
    for (size_t i = 0; i < from->stage.import.files.len; i++) {
        MEM_GROW(&to->stage.import.files);
        struct fhir_file *file = &to->stage.import.files.items[to->stage.import.files.len++];
        *file = from->stage.import.files.items[i];
        shift_warnings(&file->warnings, files);
    }
    for (size_t i = 0; i < from->stage.items.len; i++) {
        MEM_GROW(&to->stage.items);
        struct fhir_item *item = &to->stage.items.items[to->stage.items.len++];
        *item = from->stage.items.items[i];
        item->file += files;
        item->owner += items;
        shift_warnings(&item->warnings, files);
    }
    to->entries += from->entries;
    to->is_all_bundles = to->is_all_bundles && from->is_all_bundles;
    from->stage.import.files.len = from->stage.items.len = 0;
    from->entries = 0;
    return STATUS_OK;
}
