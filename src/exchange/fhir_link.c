/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_link.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

#define CANDIDATES_MAX 4

static const char *source_of(const struct fhir_links *links)
{
    return links->stage->options->source ? links->stage->options->source : "";
}

struct fhir_item *fhir_links_item(const struct fhir_links *links, size_t at)
{
    return &links->stage->items.items[at];
}

/* --- references taken apart --- */

struct target {
    char *base; /* "https://host/fhir", or "" */
    char *type; /* or "" */
    char *id;   /* or "" */
    bool is_urn;
};

static void target_release(struct target *t)
{
    mem_free(t->base);
    mem_free(t->type);
    mem_free(t->id);
}

/* "base/Type/id/_history/2", "Type/id", "urn:uuid:id" or just "id". */
static struct target split(const char *text)
{
    struct target t = {NULL, NULL, NULL, false};
    const char *history = strstr(text, "/_history/");
    char *whole = mem_copy_bytes(text, history ? (size_t)(history - text) : strlen(text));
    t.is_urn = strncmp(whole, "urn:", 4) == 0;
    char *slash = t.is_urn ? NULL : strrchr(whole, '/');
    if (t.is_urn) {
        t.id = mem_copy_text(strncmp(whole, "urn:uuid:", 9) == 0  ? whole + 9
                             : strncmp(whole, "urn:oid:", 8) == 0 ? whole + 8
                                                                  : whole + 4);
    } else if (slash) {
        *slash = '\0';
        t.id = mem_copy_text(slash + 1);
        char *before = strrchr(whole, '/');
        t.type = mem_copy_text(before ? before + 1 : whole);
        if (before) {
            *before = '\0';
            t.base = mem_copy_text(whole);
        }
    } else {
        t.id = mem_copy_text(whole);
    }
    t.base = t.base ? t.base : mem_copy_text("");
    t.type = t.type ? t.type : mem_copy_text("");
    mem_free(whole);
    return t;
}

char *fhir_reference_type(const struct fhir_reference *reference)
{
    char *type = NULL;
    if (reference->target && *reference->target != '#') {
        const char *query = strchr(reference->target, '?');
        struct target t = {NULL, NULL, NULL, false};
        if (query) {
            type = mem_copy_bytes(reference->target, (size_t)(query - reference->target));
        } else {
            t = split(reference->target);
            type = *t.type ? mem_copy_text(t.type) : NULL;
        }
        target_release(&t);
    }
    return type ? type : mem_copy_text(reference->type);
}

/* --- names --- */

static char *key_of(const char *system, const char *type, const char *id)
{
    return mem_format("%s|%s|%s", system, type, id);
}

static char *name_in_file(size_t file, const char *type, const char *id)
{
    return mem_format("F|%zu|%s|%s", file, type, id);
}

static char *name_of_url(size_t file, const char *url)
{
    return mem_format("U|%zu|%s", file, url);
}

static char *name_contained(size_t owner, const char *id)
{
    return mem_format("C|%zu|%s", owner, id);
}

static char *name_identifier(const char *type, const char *identifier)
{
    return mem_format("I|%s|%s", type, identifier);
}

/* What has no id is named by its content: the same content gives the same id again. */
static char *make_key(const struct fhir_links *links, const struct fhir_item *item)
{
    const char *system = *item->base ? item->base : source_of(links);
    if (item->is_contained) {
        return mem_format("%s#%s", links->keys[item->owner], item->id);
    }
    if (*item->id) {
        return key_of(system, item->type, item->id);
    }
    return mem_format("%s|%s|~%016" PRIx64, system, item->type, item->print);
}

static void add_names(struct fhir_links *links, size_t at)
{
    const struct fhir_item *item = fhir_links_item(links, at);
    struct text_index *names = &links->names;
    if (item->is_contained) {
        text_index_add(names, name_contained(item->owner, item->id), at);
        return;
    }
    text_index_add(names, mem_format("K|%s", links->keys[at]), at);
    if (*item->full_url) {
        text_index_add(names, name_of_url(item->file, item->full_url), at);
    }
    if (*item->id) {
        text_index_add(names, name_in_file(item->file, item->type, item->id), at);
    }
    if (item->kind == FHIR_ITEM_PATIENT) {
        const struct identifier_list *list = &item->of.patient->patient.identifiers;
        for (size_t i = 0; i < list->len; i++) {
            char *identifier = mem_format("%s|%s", list->items[i].system, list->items[i].value);
            text_index_add(names, name_identifier("Patient", identifier), at);
            mem_free(identifier);
        }
    }
}

/* --- one id, several resources --- */

static void refuse_pair(const struct fhir_links *links, size_t first, size_t second)
{
    struct fhir_item *items = links->stage->items.items;
    struct fhir_item *other = &items[second];
    if (other->kind == FHIR_ITEM_METRICS || other->kind == FHIR_ITEM_COVERAGE ||
        other->kind == FHIR_ITEM_NAME) { /* no chart is wrong without it */
        other->is_repetition = true;
        fhir_item_skip(other, _("Another record with the same id was read before it."));
        return;
    }
    const char *file = links->stage->import.files.items[other->file].name;
    const char *first_file = links->stage->import.files.items[items[first].file].name;
    char field[64];
    (void)snprintf(field, sizeof field, "%s.id", other->type); /* ours */
    /* TRANSLATORS: file, line, field; type and id of a record; file and line of the first one */
    struct error error = ERROR_INIT;
    (void)error_set_field(&error, STATUS_INVALID, field,
                          _("%s, line %d, %s: two different records are called %s/%s; the other "
                            "one is in %s, line %d."),
                          file, other->line, field, other->type, other->id, first_file,
                          items[first].line);
    fhir_item_refuse(&items[first], &error);
    fhir_item_refuse(other, &error);
}

/* Negative when a is older. Without dates, a history lists the newest first. */
static int compare_age(const struct fhir_item *a, const struct fhir_item *b)
{
    int64_t left = 0, right = 0;
    bool has_both = instant_parse_iso(a->updated, &left, NULL) == STATUS_OK &&
                    instant_parse_iso(b->updated, &right, NULL) == STATUS_OK;
    return has_both ? (left > right) - (left < right) : 0;
}

/* `kept` was read before `at`. Gives back which of the two stands. */
static size_t settle_pair(const struct fhir_links *links, size_t kept, size_t at)
{
    struct fhir_item *items = links->stage->items.items;
    if (items[kept].print == items[at].print) {
        items[at].outcome = FHIR_READ; /* whatever is wrong with it was said of the first */
        items[at].is_repetition = true;
        fhir_item_skip(&items[at], _("It stands twice, word for word."));
        return kept;
    }
    int age = compare_age(&items[kept], &items[at]);
    bool is_history = items[kept].is_version && items[at].is_version;
    bool may_replace = items[at].kind != FHIR_ITEM_PATIENT && age != 0;
    if (is_history || may_replace) {
        size_t old = age < 0 ? kept : at;
        items[old].outcome = FHIR_READ; /* whatever was wrong with it is past */
        items[old].is_repetition = true;
        fhir_item_skip(&items[old], _("It is an older version of another entry."));
        return old == kept ? at : kept;
    }
    refuse_pair(links, kept, at);
    return kept;
}

static void settle_repetitions(struct fhir_links *links)
{
    struct fhir_stage *stage = links->stage;
    struct text_index keys = {0};
    for (size_t i = 0; i < stage->items.len; i++) {
        if (!stage->items.items[i].is_contained) {
            text_index_add(&keys, mem_copy_text(links->keys[i]), i);
        }
    }
    text_index_sort(&keys);
    for (size_t i = 0; i < keys.len;) {
        size_t kept = keys.items[i].value, next = i + 1;
        for (; next < keys.len && strcmp(keys.items[next].text, keys.items[i].text) == 0; next++) {
            kept = settle_pair(links, kept, keys.items[next].value);
        }
        i = next;
    }
    text_index_release(&keys);
}

void fhir_links_init(struct fhir_links *links, struct fhir_stage *stage)
{
    *links = (struct fhir_links){.stage = stage};
    links->keys = mem_alloc_array(stage->items.len, sizeof *links->keys);
    for (size_t i = 0; i < stage->items.len; i++) { /* owners stand before what they contain */
        links->keys[i] = make_key(links, fhir_links_item(links, i));
    }
    settle_repetitions(links);
    for (size_t i = 0; i < stage->items.len; i++) {
        const struct fhir_item *item = fhir_links_item(links, i);
        if (!item->is_repetition &&
            (item->outcome != FHIR_SKIPPED || item->kind == FHIR_ITEM_DRUG)) {
            add_names(links, i);
        }
    }
    text_index_sort(&links->names);
}

void fhir_links_release(struct fhir_links *links)
{
    for (size_t i = 0; i < links->stage->items.len; i++) {
        mem_free(links->keys[i]);
    }
    mem_free(links->keys);
    text_index_release(&links->names);
    *links = (struct fhir_links){0};
}

void fhir_links_refuse(const struct fhir_links *links, size_t at, const char *key, const char *why)
{
    struct fhir_item *item = fhir_links_item(links, at);
    const char *file = links->stage->import.files.items[item->file].name;
    char field[64];
    (void)snprintf(field, sizeof field, "%s.%s", item->type, key); /* both are ours */
    struct error error = ERROR_INIT;
    char *path = *item->path ? mem_format("%s.%s", item->path, key) : mem_copy_text("");
    (void)fhir_say_where(&error, STATUS_INVALID, file, item->line, field, path, why);
    mem_free(path);
    fhir_item_refuse(item, &error);
}

/* --- finding --- */

static size_t owner_of(const struct fhir_links *links, size_t from)
{
    return fhir_links_item(links, from)->is_contained ? fhir_links_item(links, from)->owner : from;
}

/* "Patient?identifier=system|value" of a conditional reference. */
static const char *queried_identifier(const char *target)
{
    const char *query = strstr(target, "?identifier=");
    return query ? query + 12 : NULL;
}

/* Names to try, the most exact one first. */
static size_t candidates_of(const struct fhir_links *links, size_t from,
                            const struct fhir_reference *reference, const char *type,
                            char *out[CANDIDATES_MAX])
{
    const struct fhir_item *item = fhir_links_item(links, owner_of(links, from));
    size_t count = 0;
    if (!reference->target || queried_identifier(reference->target)) {
        const char *identifier = reference->target ? queried_identifier(reference->target)
                                                   : reference->identifier;
        if (identifier) {
            out[count++] = name_identifier(type, identifier);
        }
        return count;
    }
    if (*reference->target == '#') {
        out[count++] = name_contained(owner_of(links, from), reference->target + 1);
        return count;
    }
    struct target t = split(reference->target);
    const char *kind = *t.type ? t.type : type;
    out[count++] = name_of_url(item->file, reference->target);
    if (*t.base || *item->base) {
        char *key = key_of(*t.base ? t.base : item->base, kind, t.id);
        out[count++] = mem_format("K|%s", key);
        mem_free(key);
    }
    if (!*t.base) {
        char *key = key_of(source_of(links), kind, t.id);
        out[count++] = name_in_file(item->file, kind, t.id);
        out[count++] = mem_format("K|%s", key);
        mem_free(key);
    }
    target_release(&t);
    return count;
}

enum fhir_found fhir_links_find(const struct fhir_links *links, size_t from,
                                const struct fhir_reference *reference, const char *type,
                                size_t *out)
{
    char *candidates[CANDIDATES_MAX];
    size_t count = candidates_of(links, from, reference, type, candidates);
    enum fhir_found found = FHIR_FOUND_NONE;
    for (size_t i = 0; i < count; i++) {
        size_t matches = 0;
        const struct text_entry *entry = text_index_find(&links->names, candidates[i], &matches);
        if (entry && found == FHIR_FOUND_NONE) {
            found = FHIR_FOUND_ONE;
            *out = entry->value;
            for (size_t other = 1; other < matches;
                 other++) { /* one resource may bear a name twice */
                bool is_same = strcmp(links->keys[entry[other].value], links->keys[entry->value]) ==
                               0;
                found = is_same ? found : FHIR_FOUND_SEVERAL;
            }
        }
        mem_free(candidates[i]);
    }
    return found;
}

char *fhir_links_key(const struct fhir_links *links, size_t from,
                     const struct fhir_reference *reference, const char *type)
{
    const struct fhir_item *item = fhir_links_item(links, owner_of(links, from));
    const char *query = reference->target ? queried_identifier(reference->target) : NULL;
    if (query || !reference->target) {
        const char *identifier = query ? query : reference->identifier;
        return mem_format("%s|%s|identifier:%s", source_of(links), type,
                          identifier ? identifier : "");
    }
    if (*reference->target == '#') {
        return mem_format("%s%s", links->keys[owner_of(links, from)], reference->target);
    }
    struct target t = split(reference->target);
    const char *system = *t.base                    ? t.base
                         : *item->base && !t.is_urn ? item->base
                                                    : source_of(links);
    char *key = key_of(system, *t.type ? t.type : type, t.id);
    target_release(&t);
    return key;
}
