/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/fhir_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"

struct uid fixture_derive(void *context, const char *name)
{
    struct uid id = {{0}};
    (void)context; /* nothing to know */
    for (int half = 0; half < 2; half++) {
        uint64_t hash = UINT64_C(0xcbf29ce484222325) + (uint64_t)half;
        for (const char *at = name; *at; at++) {
            hash = (hash ^ (unsigned char)*at) * UINT64_C(0x100000001b3);
        }
        memcpy(id.bytes + half * 8, &hash, sizeof hash);
    }
    return id;
}

const struct fhir_options FIXTURE_OPTIONS = {.derive = fixture_derive};

static struct fhir_import finish(struct fhir_reader *reader)
{
    struct fhir_import import;
    fhir_reader_finish(reader, &import);
    fhir_reader_free(reader);
    return import;
}

struct fhir_import fixture_read_named(const char *name, const char *json)
{
    struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
    struct error err = ERROR_INIT;
    enum status status = fhir_reader_add_text(reader, name, json, strlen(json), &err);
    struct fhir_import import = finish(reader);
    cr_assert_eq(status == STATUS_OK, !import.files.items[0].is_refused);
    cr_assert_str_eq(err.message, import.files.items[0].error.message);
    return import;
}

struct fhir_import fixture_read(const char *json)
{
    return fixture_read_named("test.json", json);
}

struct fhir_import fixture_read_file(const char *name)
{
    struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
    struct error err = ERROR_INIT;
    char *path = mem_format("%s/tests/data/fhir/%s", PC_SRCDIR, name);
    enum status status = fhir_reader_add_file(reader, path, &err);
    mem_free(path);
    cr_assert_eq(status, STATUS_OK, "%s", err.message);
    return finish(reader);
}

struct fhir_chart *fixture_chart(struct fhir_import *import)
{
    cr_assert_eq(import->charts.len, 1, "%zu charts; %s", import->charts.len,
                 import->files.items[0].error.message);
    return &import->charts.items[0];
}

const struct fhir_chart *fixture_find(const struct fhir_import *import, const char *source_id)
{
    for (size_t i = 0; i < import->charts.len; i++) {
        if (strcmp(import->charts.items[i].origin.source_id, source_id) == 0) {
            return &import->charts.items[i];
        }
    }
    return NULL;
}

const struct order *fixture_order(const struct fhir_chart *chart, const char *drug_text)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (strcmp(chart->orders.items[i].drug_text, drug_text) == 0) {
            return &chart->orders.items[i];
        }
    }
    return NULL;
}

bool fixture_warns(const struct fhir_warning_list *list, const char *part_of_message)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strstr(list->items[i].message, part_of_message)) {
            return true;
        }
    }
    return false;
}

size_t fixture_skipped(const struct fhir_file *file, const char *what, const char *part_of_reason)
{
    size_t count = 0;
    for (size_t i = 0; i < file->skips.len; i++) {
        const struct fhir_skip *skip = &file->skips.items[i];
        count += strcmp(skip->what, what) == 0 && strstr(skip->reason, part_of_reason) ? skip->count : 0;
    }
    return count;
}

size_t fixture_read_count(const struct fhir_file *file, const char *type)
{
    for (size_t i = 0; i < file->counts.len; i++) {
        if (strcmp(file->counts.items[i].type, type) == 0) {
            return file->counts.items[i].read;
        }
    }
    return 0;
}

char *fixture_bundle(const char *json)
{
    struct buffer made = BUFFER_INIT;
    buffer_append_text(&made, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[\n"
                              "{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\",\"name\":"
                              "[{\"family\":\"Okafor\",\"given\":[\"Grace\"]}],"
                              "\"birthDate\":\"1958-03-14\",\"gender\":\"female\"}}");
    int depth = 0;
    for (const char *at = json; *at; at++) { /* each resource at the top becomes an entry */
        depth += *at == '{' || *at == '[' ? 1 : *at == '}' || *at == ']' ? -1 : 0;
        if (*at == '{' && depth == 1) {
            buffer_append_text(&made, ",\n{\"resource\":");
        }
        if (depth > 0 || *at == '}') {
            buffer_append_byte(&made, *at);
        }
        if (*at == '}' && depth == 0) {
            buffer_append_text(&made, "}");
        }
    }
    buffer_append_text(&made, "]}");
    return buffer_take(&made);
}

struct fhir_import fixture_read_with_patient(const char *json)
{
    char *bundle = fixture_bundle(json);
    struct fhir_import import = fixture_read(bundle);
    mem_free(bundle);
    return import;
}
