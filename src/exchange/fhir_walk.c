/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_walk.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_code.h"

#define BUNDLES_MAX 3 /* bundles inside bundles */
#define NAME_MAX_BYTES 400

typedef void (*read_fn)(struct fhir_input *in, struct fhir_item *item);

static const struct {
    const char *type;
    read_fn read;
    bool refuses_patient; /* a broken one: the chart would be wrong without it */
} readers[] = {
    {"Patient", fhir_patient_read, true},
    {"AllergyIntolerance", fhir_allergy_read, true},
    {"Condition", fhir_condition_read, true},
    {"MedicationRequest", fhir_request_read, true},
    {"MedicationStatement", fhir_statement_read, true},
    {"MedicationDispense", fhir_dispense_read, false},
    {"Medication", fhir_medication_read, false},
    {"Observation", fhir_observation_read, false},
    {"Practitioner", fhir_name_read, false},
    {"PractitionerRole", fhir_name_read, false},
    {"Organization", fhir_name_read, false},
    {"Coverage", fhir_coverage_read, false},
};
#define READERS (sizeof readers / sizeof *readers)

static struct fhir_file *file_of(const struct fhir_walk *w)
{
    return &w->reader->stage.import.files.items[w->file];
}

/* A refused file: one sentence with its name, the line and the field. */
static enum status refuse(const struct fhir_walk *w, enum status status, const struct json *at,
                          const char *field, const char *why)
{
    return fhir_say_where(w->err, status, w->name, json_line(at), field,
                          w->path.bytes ? w->path.bytes : "", why);
}

/* --- which release --- */

/* Elements that other releases write in another shape are read where they mean the same. Types that
 * hold orders under another name are not: a chart without them would look complete. */
static enum status check_release(const struct fhir_walk *w, const char *type,
                                 const struct json *resource)
{
    return fhir_is_foreign_order_type(type)
               ? refuse(w, STATUS_INVALID, resource, type,
                        _("orders of this FHIR release are not read; R4 is."))
               : STATUS_OK;
}

/* --- one resource --- */

char *fhir_clean_name(const char *text)
{
    return text ? text_clean(text, strlen(text), NAME_MAX_BYTES, TEXT_LINE, NULL)
                : mem_copy_text("");
}

/* "https://host/fhir/Patient/17" for Patient: base "https://host/fhir", id "17". "urn:uuid:..." has
 * an id and no base. */
static void split_url(const char *url, const char *type, char **out_base, char **out_id)
{
    const char *id = strrchr(url, '/');
    size_t type_len = strlen(type);
    *out_base = mem_copy_text("");
    if (strncmp(url, "urn:uuid:", 9) == 0 || strncmp(url, "urn:oid:", 8) == 0) {
        *out_id = mem_copy_text(url + (url[4] == 'u' ? 9 : 8));
        return;
    }
    bool is_web = strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0;
    if (is_web && id && (size_t)(id - url) > type_len + 8 &&
        strncmp(id - type_len, type, type_len) == 0 && id[-(ptrdiff_t)type_len - 1] == '/') {
        mem_free(*out_base);
        *out_base = mem_copy_bytes(url, (size_t)(id - url) - type_len - 1);
        *out_id = mem_copy_text(id + 1);
        return;
    }
    *out_id = mem_copy_text("");
}

static void name_item(struct fhir_item *item, const struct json *resource, const char *full_url)
{
    char *url_id;
    item->full_url = fhir_clean_name(full_url);
    split_url(item->full_url, item->type, &item->base, &url_id);
    item->id = fhir_clean_name(json_get_string(resource, "id"));
    if (!*item->id) {
        mem_free(item->id);
        item->id = mem_copy_text(url_id);
    }
    mem_free(url_id);
    item->updated = fhir_clean_name(json_string(json_path(resource, "meta.lastUpdated")));
    item->line = json_line(resource);
    item->print = fhir_print(resource);
}

static size_t reader_of(const char *type)
{
    size_t at = 0;
    while (at < READERS && strcmp(readers[at].type, type) != 0) {
        at++;
    }
    return at;
}

static bool is_wanted(const struct fhir_walk *w, size_t reader)
{
    return reader < READERS && (readers[reader].read != fhir_dispense_read || w->reader->stage.options->keeps_dispenses);
}

static struct fhir_item *add_item(struct fhir_stage *stage)
{
    MEM_GROW(&stage->items);
    struct fhir_item *item = &stage->items.items[stage->items.len++];
    *item = (struct fhir_item){0};
    return item;
}

/* Nobody knows what an unknown modifier does to the meaning. */
static bool skip_modified(struct fhir_input *in, struct fhir_item *item,
                          const struct json *resource)
{
    const char *url = NULL;
    const struct json *found = fhir_find_modifier(resource, &url);
    if (!found) {
        return false;
    }
    char *clean = fhir_clean_name(url);
    char *why = mem_format(
        _("It holds a modifier that is not known (%s), so that its meaning is not certain."),
        clean);
    if (strcmp(item->type, "Patient") == 0) {
        fhir_refuse(in, found, "modifierExtension", why);
        mem_free(why);
    } else {
        fhir_warn(in, found, why);
        fhir_item_skip_owned(item, why);
    }
    mem_free(clean);
    return true;
}

/* What the reader found wrong becomes the item's outcome. */
static void settle(struct fhir_input *in, struct fhir_item *item, bool refuses_patient)
{
    item->warnings = in->warnings;
    if (in->is_refused && refuses_patient) {
        fhir_item_refuse(item, &in->error);
    } else if (in->is_refused) {
        fhir_item_skip_owned(item, mem_format(_("It is broken: %s"), in->error.message));
    }
}

static const char *type_name(const struct json *resource)
{
    const char *type = json_get_string(resource, "resourceType");
    return type ? type : "";
}

static char *contained_path(const struct fhir_walk *w, size_t number)
{
    return mem_format("%s%scontained[%zu]", w->path.len ? w->path.bytes : "",
                      w->path.len ? "." : "", number);
}

static void read_contained(struct fhir_walk *w, const struct json *resource, size_t owner)
{
    struct fhir_stage *stage = &w->reader->stage;
    const struct json *list = json_get(resource, "contained");
    size_t number = 0;
    for (const struct json *node = json_first(list); node; node = json_next(node), number++) {
        const char *type = json_get_string(node, "resourceType");
        size_t at = type ? reader_of(type) : READERS;
        const char *id = json_get_string(node, "id");
        if (at == READERS || !id || readers[at].read == fhir_dispense_read || readers[at].read == fhir_observation_read ||
            readers[at].read == fhir_coverage_read ||
            (readers[at].refuses_patient && strcmp(type, "Patient") != 0 &&
             strcmp(type, "Condition") != 0)) {
            continue;
        }
        struct fhir_item *item = add_item(stage);
        item->type = readers[at].type;
        item->file = w->file;
        item->is_contained = true;
        item->owner = owner;
        item->path = contained_path(w, number);
        name_item(item, node, NULL);
        struct fhir_input in = {.options = stage->options,
                                .file_name = w->name,
                                .type = readers[at].type,
                                .where = "",
                                .path = item->path,
                                .resource = node};
        readers[at].read(&in, item);
        settle(&in, item, readers[at].refuses_patient);
    }
}

/* Most Observations of a chart are none that is kept: they need not be remembered until the end. */
static bool is_count_only(const struct fhir_item *item)
{
    return item->kind == FHIR_ITEM_METRICS && item->outcome == FHIR_SKIPPED &&
           item->warnings.len == 0;
}

static enum status stage_resource(struct fhir_walk *w, const struct json *resource,
                                  const char *full_url, size_t at)
{
    struct fhir_stage *stage = &w->reader->stage;
    size_t index = stage->items.len;
    if (index >= w->reader->limits->max_kept) {
        return refuse(w, STATUS_LIMIT, resource, type_name(resource),
                      _("there are too many records for one import. Import them in smaller "
                        "groups, each with its patients."));
    }
    struct fhir_item *item = add_item(stage);
    item->path = mem_copy_text(w->path.len ? w->path.bytes : "");
    struct fhir_input in = {.options = stage->options,
                            .file_name = w->name,
                            .type = readers[at].type,
                            .where = "",
                            .path = item->path,
                            .resource = resource};
    item->type = readers[at].type;
    item->file = w->file;
    item->is_version = strcmp(w->bundle_type, "history") == 0;
    name_item(item, resource, full_url);
    readers[at].read(&in, item);
    bool is_modified = skip_modified(&in, item, resource);
    settle(&in, item, readers[at].refuses_patient);
    if (is_count_only(item)) {
        fhir_file_skip(file_of(w), item->type, item->reason, item->line);
        fhir_item_release(item);
        stage->items.len--;
    } else if (!is_modified) {
        read_contained(w, resource, index); /* adds items: `item` may have moved */
    }
    return STATUS_OK;
}

static enum status read_bundle(struct fhir_walk *w, const struct json *bundle);

static enum status count_entry(struct fhir_walk *w, const struct json *at)
{
    if (w->reader->entries >= w->reader->limits->max_entries) {
        return refuse(w, STATUS_LIMIT, at, "entry",
                      _("there are too many entries for one import."));
    }
    w->reader->entries++;
    return STATUS_OK;
}

static const char *reason_of_type(const char *type)
{
    if (!fhir_is_r4_type(type)) {
        return _("FHIR R4 has no resource of this type.");
    }
    if (strcmp(type, "OperationOutcome") == 0) {
        return _("It is a message of the server.");
    }
    return _("This type of resource is not kept.");
}

/* A list says which records belong to it; these are read by themselves. It may say more: that there are none, or that some
 * were taken off. NULL: it does not. */
static char *words_of_list(const struct json *list)
{
    const char *empty = json_string(json_path(list, "emptyReason.coding.0.code"));
    const char *text = json_string(json_path(list, "emptyReason.text"));
    struct buffer removed = BUFFER_INIT;
    for (const struct json *entry = json_first(json_get(list, "entry")); entry; entry = json_next(entry)) {
        if (json_is_true(json_get(entry, "deleted"))) {
            const char *name = json_string(json_path(entry, "item.display"));
            name = name ? name : json_string(json_path(entry, "item.reference"));
            buffer_append_format(&removed, "%s%s", removed.len ? "; " : "", name ? name : "?");
        }
    }
    char *cleaned = fhir_clean_name(removed.len ? removed.bytes : text ? text : empty);
    char *words = removed.len                           ? mem_format(_("It says that these were taken off the list: %s"), cleaned)
                  : empty && strcmp(empty, "nilknown") == 0 ? mem_copy_text(_("It says that there is nothing on this list: none known."))
                  : *cleaned                            ? mem_format(_("It says why this list is empty: %s"), cleaned)
                                                        : NULL;
    mem_free(cleaned);
    buffer_release(&removed);
    return words;
}

/* A server may answer with errors beside, or instead of, the data. */
static void warn_of_outcome(struct fhir_walk *w, const struct json *outcome)
{
    for (const struct json *issue = json_first(json_get(outcome, "issue")); issue;
         issue = json_next(issue)) {
        const char *severity = json_get_string(issue, "severity");
        if (!severity || (strcmp(severity, "error") != 0 && strcmp(severity, "fatal") != 0)) {
            continue;
        }
        const char *words = json_get_string(issue, "diagnostics");
        words = words ? words : json_string(json_path(issue, "details.text"));
        char *clean = fhir_clean_name(words ? words : json_get_string(issue, "code"));
        char *message = mem_format(
            _("The server reported an error, so that something may be missing: %s"), clean);
        fhir_warning_add(&file_of(w)->warnings, w->file, json_line(issue), "OperationOutcome",
                         message);
        mem_free(message);
        mem_free(clean);
        return;
    }
}

static enum status read_resource(struct fhir_walk *w, const struct json *resource,
                                 const char *full_url)
{
    const char *type = json_get_string(resource, "resourceType");
    enum status status = count_entry(w, resource);
    if (status != STATUS_OK) {
        return status;
    }
    if (!json_is_object(resource) || !type) {
        fhir_file_skip(file_of(w), _("(no resource)"),
                       _("It does not say what type of resource it is."), json_line(resource));
        return STATUS_OK;
    }
    status = check_release(w, type, resource);
    if (status != STATUS_OK) {
        return status;
    }
    size_t at = reader_of(type);
    if (is_wanted(w, at)) {
        return stage_resource(w, resource, full_url, at);
    }
    if (strcmp(type, "Bundle") == 0) {
        fhir_file_skip(file_of(w), "Bundle", _("Its own entries are counted one by one."),
                       json_line(resource));
        return read_bundle(w, resource);
    }
    if (strcmp(type, "OperationOutcome") == 0) {
        warn_of_outcome(w, resource);
    }
    char *shown = text_clean(type, strlen(type), 64, TEXT_LINE, NULL);
    char *words = strcmp(type, "List") == 0 ? words_of_list(resource) : NULL;
    fhir_file_skip(file_of(w), shown, words ? words : reason_of_type(type), json_line(resource));
    mem_free(words);
    mem_free(shown);
    return STATUS_OK;
}

/* --- bundles --- */

static enum status skip_entry(struct fhir_walk *w, const struct json *entry, const char *reason)
{
    enum status status = count_entry(w, entry);
    if (status == STATUS_OK) {
        fhir_file_skip(file_of(w), _("(no resource)"), reason, json_line(entry));
    }
    return status;
}

static enum status read_entry(struct fhir_walk *w, const struct json *entry)
{
    const struct json *resource = json_get(entry, "resource");
    const char *method = json_string(json_path(entry, "request.method"));
    const struct json *modifier = json_get(entry, "modifierExtension");
    if (!json_is_object(entry)) {
        return skip_entry(w, entry, _("The entry is not an object."));
    }
    if (modifier && json_first(modifier)) {
        return skip_entry(w, entry, _("The entry holds a modifier that is not known."));
    }
    if (resource && !json_is_null(resource)) {
        return read_resource(w, resource, json_get_string(entry, "fullUrl"));
    }
    if (method && strcmp(method, "DELETE") == 0) {
        return skip_entry(
            w, entry, _("It says that the source has deleted something; nothing is deleted here."));
    }
    return skip_entry(w, entry, _("The entry holds no resource."));
}

static void warn_of_next_page(struct fhir_walk *w, const struct json *bundle)
{
    for (const struct json *link = json_first(json_get(bundle, "link")); link;
         link = json_next(link)) {
        const char *relation = json_get_string(link, "relation");
        if (relation && strcmp(relation, "next") == 0) {
            fhir_warning_add(&file_of(w)->warnings, w->file, json_line(link), "Bundle",
                             _("This is one page of several: the server has more."));
        }
    }
}

static enum status read_bundle(struct fhir_walk *w, const struct json *bundle)
{
    const struct json *entries = json_get(bundle, "entry");
    const struct json *modifier = json_get(bundle, "implicitRules");
    const char *outer_type = w->bundle_type;
    const char *type = json_get_string(bundle, "type");
    enum status status = STATUS_OK;
    if (modifier && !json_is_null(modifier)) {
        return refuse(w, STATUS_INVALID, modifier, "Bundle.implicitRules",
                      _("these rules are not known."));
    }
    if (entries && !json_is_null(entries) && !json_is_array(entries)) {
        return refuse(w, STATUS_INVALID, entries, "Bundle.entry", _("a list is expected here."));
    }
    if (++w->bundle_depth > BUNDLES_MAX) {
        return refuse(w, STATUS_LIMIT, bundle, "Bundle",
                      _("too many bundles stand inside one another."));
    }
    w->bundle_type = type ? type : "";
    warn_of_next_page(w, bundle);
    size_t number = 0, outer_len = w->path.len;
    for (const struct json *entry = json_first(entries); entry && status == STATUS_OK;
         entry = json_next(entry), number++) {
        w->path.len = outer_len;
        buffer_append_format(&w->path, "%sentry[%zu].resource", outer_len ? "." : "", number);
        status = read_entry(w, entry);
    }
    w->path.len = outer_len;
    if (w->path.bytes) {
        w->path.bytes[outer_len] = '\0';
    }
    w->bundle_type = outer_type;
    w->bundle_depth--;
    return status;
}

enum status fhir_walk_root(struct fhir_walk *w, const struct json *root)
{
    const char *type = json_get_string(root, "resourceType");
    if (!json_is_object(root) || !type) {
        return refuse(w, STATUS_INVALID, root, "resourceType",
                      _("it is missing: this is not a FHIR resource."));
    }
    if (strcmp(type, "Bundle") == 0) {
        w->reader->is_all_bundles = w->reader->is_all_bundles && !w->is_lines;
        return read_bundle(w, root);
    }
    w->reader->is_all_bundles = false;
    if (!w->is_lines && !fhir_is_r4_type(type) && !fhir_is_foreign_order_type(type)) {
        return refuse(w, STATUS_INVALID, root, "resourceType",
                      _("FHIR R4 has no resource of this type."));
    }
    return read_resource(w, root, NULL);
}
