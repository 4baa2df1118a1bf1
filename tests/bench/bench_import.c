/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing the shared bundles and bulk data (PRESCRIPCARE_SHARED, else ../shared) into a new
 * sealed site, and the same files again, against cJSON parsing them and nothing else, in one run.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "service/imports.h"
#include "support/clinic.h"
#include "support/folder.h"

struct total {
    int64_t bytes, patients, records;
};

static struct total import(struct clinic *c, const char *path)
{
    struct total total = {0};
    struct import_run *run = NULL;
    struct error err = ERROR_INIT;
    bool has_more = true;
    enum status status = import_begin(clinic_actor(c, CLINIC_ADMIN), &path, 1, IMPORT_FORMAT_AUTO,
                                      &run, &err);
    while (status == STATUS_OK && has_more) {
        status = import_step(run, &has_more, &err);
    }
    if (status != STATUS_OK) {
        fprintf(stderr, "bench_import: %s\n", error_text(&err));
        exit(1);
    }
    for (size_t i = 0; i < import_report_count(run); i++) {
        const struct import_report *report = import_report_at(run, i);
        total.patients += report->patients + report->patients_unchanged + report->patients_changed;
        for (size_t k = 0; k < report->read.len; k++) {
            total.records += report->read.items[k].count;
        }
    }
    import_end(run);
    return total;
}

/* What reading alone costs: each line, or the file as a whole. */
static int64_t parse_alone(const char *path, int64_t *out_bytes)
{
    size_t len = 0;
    char *bytes = (char *)file_read(path, &len), *text = mem_copy_bytes(bytes, len);
    int64_t before_us = clock_monotonic_us();
    for (char *line = text; line && *line;) {
        char *next = strstr(path, ".ndjson") ? strchr(line, '\n') : NULL;
        if (next) {
            *next++ = '\0';
        }
        cJSON_Delete(cJSON_Parse(line));
        line = next;
    }
    int64_t took_us = clock_monotonic_us() - before_us;
    mem_free(text);
    mem_free(bytes);
    *out_bytes += (int64_t)len;
    return took_us;
}

static void report(const char *what, struct total t, int64_t took_us, int64_t alone_us)
{
    double s = (double)took_us / 1e6;
    printf("%-34s %5lld patients %6lld records %6.1f MB  %7.3f s  %7.0f patients/s  %6.1f MB/s  "
           "%5.1fx cJSON alone\n",
           what, (long long)t.patients, (long long)t.records, (double)t.bytes / 1e6, s,
           (double)t.patients / s, (double)t.bytes / 1e6 / s, (double)took_us / (double)alone_us);
}

static void measure(const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    if (!file_is_there(path)) {
        printf("%-34s not here\n", name);
        mem_free(path);
        return;
    }
    struct clinic *c = clinic_new();
    (void)clinic_actor(c, CLINIC_ADMIN); /* signed in before the clock runs */
    int64_t alone_us = 0, bytes = 0;
    char *list = mem_format("%s/%s", folder, name);
    char **files = NULL;
    size_t count = folder_list(list, &files);
    for (size_t i = 0; i < count; i++) {
        alone_us += parse_alone(files[i], &bytes);
    }
    for (int turn = 0; turn < 2; turn++) {
        int64_t before_us = clock_monotonic_us();
        struct total total = import(c, path);
        total.bytes = bytes;
        char *what = mem_format("%s%s", name, turn == 0 ? "" : ", again");
        report(what, total, clock_monotonic_us() - before_us, alone_us);
        mem_free(what);
    }
    for (size_t i = 0; i < count; i++) {
        mem_free(files[i]);
    }
    mem_free(files);
    mem_free(list);
    mem_free(path);
    clinic_free(c);
}

int main(void)
{
    const char *shared = getenv("PRESCRIPCARE_SHARED");
    char *folder = shared ? mem_format("%s/data", shared)
                          : mem_format("%s/../shared/data", PC_SRCDIR);
    measure(folder, "fhir_synthea_r4");
    measure(folder, "fhir_synthea_r4_ndjson");
    mem_free(folder);
    return 0;
}
