/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shared data sets, file by file, against a recount that knows nothing of the reader. Skipped where they are
 * missing (PRESCRIPCARE_SHARED, else ../shared beside the sources). */
#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "support/fhir_fixture.h"
#include "support/folder.h"

#define FILES_MAX 200

struct folder {
    char *path;
    char *names[FILES_MAX];
    size_t count;
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* False: reported as skipped. */
static bool open_folder(const char *name, struct folder *out)
{
    const char *shared = getenv("PRESCRIPCARE_SHARED");
    *out = (struct folder){.path = shared ? mem_format("%s/data/%s", shared, name)
                                          : mem_format("%s/../shared/data/%s", PC_SRCDIR, name)};
    DIR *dir = opendir(out->path);
    if (!dir) {
        mem_free(out->path);
        return false;
    }
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        if (strstr(entry->d_name, "json") && out->count < FILES_MAX) {
            out->names[out->count++] = mem_format("%s/%s", out->path, entry->d_name);
        }
    }
    (void)closedir(dir); /* only read */
    qsort(out->names, out->count, sizeof *out->names, compare_names);
    return true;
}

static void close_folder(struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        mem_free(folder->names[i]);
    }
    mem_free(folder->path);
}

/* Entries of one file by type, counted with cJSON alone. */
static size_t recount(const char *path, const char *type)
{
    size_t len = 0, count = 0;
    char *text = (char *)file_read(path, &len);
    char *whole = mem_copy_bytes(text, len);
    for (char *line = whole; line && *line;) {
        char *next = strstr(path, ".ndjson") ? strchr(line, '\n') : NULL;
        if (next) {
            *next++ = '\0';
        }
        cJSON *root = cJSON_Parse(line);
        const cJSON *entries = cJSON_GetObjectItem(root, "entry");
        const cJSON *entry = entries ? entries->child : NULL;
        for (const cJSON *at = entries ? entry : root; at; at = entries ? at->next : NULL) {
            const cJSON *resource = entries ? cJSON_GetObjectItem(at, "resource") : at;
            const char *found = cJSON_GetStringValue(cJSON_GetObjectItem(resource, "resourceType"));
            count += !type || (found && strcmp(found, type) == 0) ? 1 : 0;
        }
        cJSON_Delete(root);
        line = next;
    }
    mem_free(whole);
    mem_free(text);
    return count;
}

static void check_account(const struct fhir_file *file)
{
    size_t read = 0, skipped = 0, reasons = 0;
    for (size_t i = 0; i < file->counts.len; i++) {
        const struct fhir_count *count = &file->counts.items[i];
        cr_assert_eq(count->read + count->skipped, recount(file->name, count->type), "%s: %s", file->name,
                     count->type);
        read += count->read;
        skipped += count->skipped;
    }
    for (size_t i = 0; i < file->skips.len; i++) {
        cr_assert_gt(strlen(file->skips.items[i].reason), 10, "%s", file->name);
        reasons += file->skips.items[i].count;
    }
    cr_assert_eq(read, file->read, "%s", file->name);
    cr_assert_eq(skipped, file->skipped, "%s", file->name);
    cr_assert_eq(reasons, file->skipped, "%s", file->name);
    cr_assert_eq(file->entries, file->read + file->skipped, "%s", file->name);
    cr_assert_eq(file->entries, recount(file->name, NULL), "%s: %zu entries, recount %zu", file->name,
                 file->entries, recount(file->name, NULL));
}

struct sums {
    size_t entries, patients, orders, allergies, conditions, metrics, refused_patients, refused_files;
};

static struct sums read_folder(const struct folder *folder)
{
    struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
    struct fhir_import import;
    struct sums sums = {0};
    for (size_t i = 0; i < folder->count; i++) {
        struct error err = ERROR_INIT;
        if (fhir_reader_add_file(reader, folder->names[i], &err) != STATUS_OK) {
            cr_assert(strstr(err.message, folder->names[i]) && strstr(err.message, "line"), "%s", err.message);
            sums.refused_files++;
        }
    }
    fhir_reader_finish(reader, &import);
    fhir_reader_free(reader);
    for (size_t i = 0; i < import.files.len; i++) {
        const struct fhir_file *file = &import.files.items[i];
        if (!file->is_refused) {
            check_account(file);
        }
        sums.entries += file->entries;
        sums.refused_patients += file->refusals.len;
        for (size_t k = 0; k < file->refusals.len; k++) {
            const struct error *error = &file->refusals.items[k].error;
            cr_assert(*error->field && strstr(error->message, "line"), "%s", error->message);
        }
    }
    for (size_t i = 0; i < import.charts.len; i++) {
        const struct fhir_chart *chart = &import.charts.items[i];
        sums.patients += chart->has_patient ? 1 : 0;
        sums.orders += chart->orders.len;
        sums.allergies += chart->allergies.len;
        sums.conditions += chart->conditions.len;
        sums.metrics += chart->metrics.len;
    }
    fhir_import_release(&import);
    return sums;
}

static void check_folder(const char *name, struct sums expected)
{
    struct folder folder;
    if (!open_folder(name, &folder)) {
        cr_skip_test("the shared data are not here");
    }
    struct sums got = read_folder(&folder);
    (void)fprintf(stderr,
                  "%s: %zu files, %zu entries, %zu patients, %zu orders, %zu allergies, %zu conditions, %zu metrics\n",
                  name, folder.count, got.entries, got.patients, got.orders, got.allergies, got.conditions,
                  got.metrics);
    close_folder(&folder);
    cr_assert_eq(got.refused_files, expected.refused_files);
    cr_assert_eq(got.refused_patients, expected.refused_patients);
    cr_assert_eq(got.patients, expected.patients, "%zu patients", got.patients);
    cr_assert_eq(got.orders, expected.orders, "%zu orders", got.orders);
    cr_assert_eq(got.allergies, expected.allergies, "%zu allergies", got.allergies);
    cr_assert_eq(got.conditions, expected.conditions, "%zu conditions", got.conditions);
    cr_assert_eq(got.metrics, expected.metrics, "%zu metrics", got.metrics);
}

Test(fhir_shared, reads_the_synthea_bundles)
{
    check_folder("fhir_synthea_r4", (struct sums){.patients = 32,
                                                  .orders = 120,
                                                  .allergies = 34,
                                                  .conditions = 156,
                                                  .metrics = 1026});
}

Test(fhir_shared, reads_the_synthea_lines)
{
    check_folder("fhir_synthea_r4_ndjson",
                 (struct sums){.patients = 169, .orders = 1367, .allergies = 124, .conditions = 1318});
}

/* 10 patients; the dog is refused. */
Test(fhir_shared, reads_the_examples_of_the_standard)
{
    check_folder("fhir_hl7_r4_examples", (struct sums){.patients = 9,
                                                       .orders = 27,
                                                       .allergies = 2,
                                                       .conditions = 7,
                                                       .refused_patients = 1});
}

static size_t count_ids(const struct fhir_import *import, struct uid *out, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < import->charts.len; i++) {
        const struct fhir_chart *chart = &import->charts.items[i];
        for (size_t k = 0; k < chart->orders.len && count + 2 < most; k++) {
            out[count++] = chart->orders.items[k].id;
            out[count++] = chart->orders.items[k].version;
        }
        out[count < most ? count++ : 0] = chart->patient.id;
    }
    return count;
}

static struct fhir_import read_one(const char *path)
{
    struct fhir_reader *reader = fhir_reader_new(&FIXTURE_OPTIONS);
    struct fhir_import import;
    cr_assert_eq(fhir_reader_add_file(reader, path, NULL), STATUS_OK, "%s", path);
    fhir_reader_finish(reader, &import);
    fhir_reader_free(reader);
    return import;
}

Test(fhir_shared, a_second_reading_gives_the_same_ids)
{
    enum { MOST = 4000 };
    struct folder folder;
    if (!open_folder("fhir_synthea_r4", &folder)) {
        cr_skip_test("the shared data are not here");
    }
    struct uid *first = mem_alloc_array(MOST, sizeof *first), *second = mem_alloc_array(MOST, sizeof *second);
    for (size_t i = 0; i < folder.count; i++) {
        struct fhir_import one = read_one(folder.names[i]), two = read_one(folder.names[i]);
        size_t count = count_ids(&one, first, MOST);
        cr_assert_eq(count, count_ids(&two, second, MOST));
        cr_assert_eq(memcmp(first, second, count * sizeof *first), 0, "%s", folder.names[i]);
        for (size_t k = 1; k < count; k++) {
            cr_assert_neq(uid_compare(first[k], first[k - 1]), 0);
        }
        fhir_import_release(&one);
        fhir_import_release(&two);
    }
    mem_free(first);
    mem_free(second);
    close_folder(&folder);
}
