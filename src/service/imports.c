/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/imports.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "exchange/ccda.h"
#include "exchange/fhir.h"
#include "service/act.h"
#include "service/import_report.h"
#include "service/import_write.h"
#include "store/patient_store.h"

#define FOLDERS_MAX 16 /* folders in folders */

/* Files whose charts are being written: which reports are theirs, and how far it is. */
struct batch {
    struct fhir_import import;
    size_t *reports;    /* one a file of import.files */
    bool has_providers; /* written, or there are none */
    size_t next;        /* chart */
};

struct import_run {
    struct actor *actor;
    enum import_format format;
    struct {
        struct import_report *items;
        size_t len, cap;
    } reports; /* one a file, in order */
    size_t next_file;
    struct fhir_options options;
    struct fhir_reader *held; /* files that need one another */
    struct {
        size_t *items;
        size_t len, cap;
    } held_reports;
    struct batch batch;
    size_t patients_done, patients;
    bool is_trial;
};

/* --- formats --- */

static const struct {
    const char *word;
    enum import_format format;
} formats[] = {
    {"auto", IMPORT_FORMAT_AUTO},
    {"fhir", IMPORT_FORMAT_FHIR},
    {"ccda", IMPORT_FORMAT_CCDA},
};

bool import_format_parse(const char *word, enum import_format *out)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (strcmp(formats[i].word, word) == 0) {
            *out = formats[i].format;
            return true;
        }
    }
    return false;
}

char *import_format_names(void)
{
    struct buffer names = BUFFER_INIT;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        buffer_append_format(&names, "%s%s", i > 0 ? ", " : "", formats[i].word);
    }
    return buffer_take(&names);
}

/* --- which files --- */

static struct import_report *add_report(struct import_run *run, const char *path)
{
    MEM_GROW(&run->reports);
    struct import_report *report = &run->reports.items[run->reports.len++];
    *report = (struct import_report){.file = mem_copy_text(path)};
    return report;
}

static void refuse_file(struct import_report *report, const char *why)
{
    report->error = mem_copy_text(why);
    report->is_done = true;
}

static bool is_data_name(const char *name)
{
    static const char *const suffixes[] = {".json", ".ndjson", ".jsonl", ".ndj", ".xml", ".cda"};
    size_t len = strlen(name);
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        size_t tail = strlen(suffixes[i]);
        if (len > tail && strcasecmp(name + len - tail, suffixes[i]) == 0) {
            return true;
        }
    }
    return false;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int compare_entries(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name); /* the same order whatever the locale */
}

static enum status add_folder(struct import_run *run, const char *path, int depth,
                              struct error *err);

static enum status add_entry(struct import_run *run, const char *path, int depth, struct error *err)
{
    struct stat info;
    if (lstat(path, &info) != 0) {
        return error_set(err, STATUS_IO, _("%s cannot be read: %s."), path, strerror(errno));
    }
    if (S_ISDIR(info.st_mode)) {
        return add_folder(run, path, depth + 1, err);
    }
    bool is_link = S_ISLNK(info.st_mode) && stat(path, &info) == 0; /* to a folder: not followed */
    if (!S_ISREG(info.st_mode) && (!is_link || !S_ISREG(info.st_mode))) {
        return STATUS_OK;
    }
    struct import_report *report = add_report(run, path);
    if (!is_data_name(path)) {
        import_counts_add(&report->skipped, _("file"),
                          _("Its name is not one of a data file; name it by itself to read it."), 0,
                          1);
        report->is_done = true;
    }
    return STATUS_OK;
}

static enum status add_folder(struct import_run *run, const char *path, int depth,
                              struct error *err)
{
    struct dirent **entries = NULL;
    if (depth > FOLDERS_MAX) {
        return error_set(err, STATUS_LIMIT, _("Too many folders stand inside one another: %s."),
                         path);
    }
    int count = scandir(path, &entries, is_visible, compare_entries);
    enum status status = count < 0 ? error_set(err, STATUS_IO, _("%s cannot be read: %s."), path,
                                               strerror(errno))
                                   : STATUS_OK;
    for (int i = 0; i < count; i++) {
        if (status == STATUS_OK) {
            char *file = mem_format("%s/%s", path, entries[i]->d_name);
            status = add_entry(run, file, depth, err);
            mem_free(file);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

static enum status add_path(struct import_run *run, const char *path, struct error *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        bool is_missing = errno == ENOENT || errno == ENOTDIR;
        refuse_file(add_report(run, path),
                    is_missing ? _("There is no such file.") : _("It cannot be read."));
        return STATUS_OK;
    }
    if (S_ISDIR(info.st_mode)) {
        char *trimmed = mem_copy_text(path);
        for (size_t len = strlen(trimmed); len > 1 && trimmed[len - 1] == '/'; len--) {
            trimmed[len - 1] = '\0';
        }
        enum status status = add_folder(run, trimmed, 0, err);
        mem_free(trimmed);
        return status;
    }
    (void)add_report(run, path); /* whatever its name: it was asked for */
    return STATUS_OK;
}

/* --- the account --- */

static void report_file(const struct fhir_file *file, struct import_report *out)
{
    out->entries += (int64_t)file->entries;
    for (size_t i = 0; i < file->counts.len; i++) {
        import_counts_add(&out->read, file->counts.items[i].type, "", 0,
                          (int64_t)file->counts.items[i].read);
    }
    for (size_t i = 0; i < file->skips.len; i++) {
        const struct fhir_skip *skip = &file->skips.items[i];
        import_counts_add(&out->skipped, skip->what, skip->reason, skip->first_line,
                          (int64_t)skip->count);
    }
    for (size_t i = 0; i < file->refusals.len; i++) {
        import_counts_add(&out->refused, file->refusals.items[i].what,
                          error_text(&file->refusals.items[i].error), 0, 1);
    }
    for (size_t i = 0; i < file->warnings.len; i++) {
        const struct fhir_warning *warning = &file->warnings.items[i];
        import_counts_add(&out->warnings, warning->what, warning->message, warning->line, 1);
    }
    if (file->is_refused && !out->error) {
        out->error = mem_copy_text(error_text(&file->error));
    }
}

static struct import_report *report_of(struct import_run *run, size_t file)
{
    return &run->reports.items[run->batch.reports[file]];
}

/* Warnings are counted by type: a list of ids would be as long as the file. */
static void report_warnings(struct import_run *run, const struct fhir_warning_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        const struct fhir_warning *warning = &list->items[i];
        char *type = mem_copy_bytes(warning->what, strcspn(warning->what, "/"));
        import_counts_add(&report_of(run, warning->file)->warnings, type, warning->message,
                          warning->line, 1);
        mem_free(type);
    }
}

static void report_entries(struct import_run *run, const bool *is_written,
                           const struct fhir_origin_list *origins)
{
    size_t last = SIZE_MAX; /* an entry that gave two records was written once */
    for (size_t i = 0; i < origins->len; i++) {
        const struct fhir_origin *origin = &origins->items[i];
        if (is_written[i] && origin->entry != last) {
            import_counts_add(&report_of(run, origin->file)->written, origin->type, "", 0, 1);
            last = origin->entry;
        }
    }
}

static void report_written(struct import_run *run, const struct fhir_chart *chart,
                           const struct import_written *written)
{
    struct import_report *report = report_of(run, chart->origin.file);
    report->patients += written->is_new_patient;
    report->patients_changed += !written->is_new_patient && written->count > 0;
    report->patients_unchanged += !written->is_new_patient && written->count == 0;
    import_counts_add(&report->written, "Patient", "", 0, written->is_new_patient);
    report_entries(run, written->orders, &chart->order_origins);
    report_entries(run, written->allergies, &chart->allergy_origins);
    report_entries(run, written->conditions, &chart->condition_origins);
    report_entries(run, written->metrics, &chart->metric_origins);
    report_entries(run, written->coverages, &chart->coverage_origins);
    report_warnings(run, &chart->warnings);
    report_warnings(run, &written->warnings);
}

/* --- steps --- */

static struct uid derive(void *context, const char *name)
{
    (void)
        context; /* ids depend on the name alone, so that every site gives a record the same one */
    const char *const parts[] = {name};
    return derived_id("prescripcare.import.fhir.1", parts, 1);
}

static bool knows(void *context, struct uid patient)
{
    struct import_run *run = context;
    struct patient found;
    if (patient_get(run->actor->site->store, patient, &found, NULL) != STATUS_OK) {
        return false;
    }
    patient_release(&found);
    return true;
}

/* The charts of what was read are written next. */
static void start_batch(struct import_run *run, struct fhir_import import, size_t *reports)
{
    run->batch = (struct batch){.import = import, .reports = reports};
    for (size_t i = 0; i < run->batch.import.files.len; i++) {
        report_file(&run->batch.import.files.items[i], report_of(run, i));
    }
    run->patients += run->batch.import.charts.len;
}

static void end_batch(struct import_run *run)
{
    for (size_t i = 0; i < run->batch.import.files.len; i++) {
        report_of(run, i)->is_done = true;
    }
    fhir_import_release(&run->batch.import);
    mem_free(run->batch.reports);
    run->batch = (struct batch){0};
}

static struct fhir_import join(struct fhir_reader *reader)
{
    struct fhir_import import;
    fhir_reader_finish(reader, &import);
    return import;
}

static void start_file(struct import_run *run, struct fhir_import import, size_t at)
{
    size_t *reports = mem_alloc(sizeof *reports);
    *reports = at;
    start_batch(run, import, reports);
}

/* By what is asked for, else by how the file begins. */
static bool is_ccda(const struct import_run *run, const char *path)
{
    char head[4096];
    FILE *file = run->format == IMPORT_FORMAT_AUTO ? fopen(path, "re") : NULL;
    if (!file) { /* whoever reads it says why it cannot be read */
        return run->format == IMPORT_FORMAT_CCDA;
    }
    size_t len = fread(head, 1, sizeof head, file);
    (void)fclose(file); /* only read */
    return ccda_is_document(head, len);
}

static void read_document(struct import_run *run, size_t at)
{
    struct import_report *report = &run->reports.items[at];
    struct fhir_import import = {0};
    struct error err = ERROR_INIT;
    if (ccda_read_file(report->file, &run->options, &import, &err) == STATUS_OK) {
        start_file(run, import, at);
        return;
    }
    fhir_import_release(&import);
    refuse_file(report, error_text(&err));
}

static void read_file(struct import_run *run)
{
    size_t at = run->next_file++;
    struct import_report *report = &run->reports.items[at];
    if (report->is_done) {
        return;
    }
    if (is_ccda(run, report->file)) {
        read_document(run, at);
        return;
    }
    struct fhir_reader *reader = fhir_reader_new(&run->options);
    struct error err = ERROR_INIT;
    enum status status = fhir_reader_add_file(reader, report->file, &err);
    bool is_held = status == STATUS_OK && !fhir_reader_is_complete(reader);
    if (is_held) {
        status = fhir_reader_move(reader, run->held, &err);
        MEM_GROW(&run->held_reports);
        run->held_reports.items[run->held_reports.len] = at;
        run->held_reports.len += status == STATUS_OK ? 1 : 0;
    }
    if (status != STATUS_OK) {
        refuse_file(report, error_text(&err));
    } else if (!is_held) {
        start_file(run, join(reader), at);
    }
    fhir_reader_free(reader);
}

/* What concerns one patient only; anything else would meet the next one too. */
static bool is_of_patient(enum status status)
{
    return status == STATUS_INVALID || status == STATUS_NOT_FOUND || status == STATUS_EXISTS ||
           status == STATUS_STALE || status == STATUS_REFUSED || status == STATUS_LIMIT;
}

static enum status write_chart(struct import_run *run, struct error *err)
{
    const struct fhir_chart *chart = &run->batch.import.charts.items[run->batch.next++];
    struct import_written written = {0};
    struct error why = ERROR_INIT;
    enum status status = import_write_chart(run->actor, &run->batch.import, chart, run->is_trial, &written, &why);
    run->patients_done++;
    if (status == STATUS_OK) {
        report_written(run, chart, &written);
        import_written_release(&written);
        return STATUS_OK;
    }
    if (!is_of_patient(status)) {
        return error_set_field(err, status, why.field, "%s", error_text(&why));
    }
    char *reason = mem_format(_("%s, line %d: nothing of this patient was written: %s"),
                              report_of(run, chart->origin.file)->file, chart->origin.line,
                              error_text(&why));
    const char *id = strrchr(chart->origin.source_id, '|');
    char *what = mem_format("Patient/%s", id ? id + 1 : chart->origin.source_id);
    import_counts_add(&report_of(run, chart->origin.file)->refused, what, reason,
                      chart->origin.line, 1);
    mem_free(what);
    mem_free(reason);
    return STATUS_OK;
}

static enum status write_providers(struct import_run *run, struct error *err)
{
    struct fhir_import *import = &run->batch.import;
    bool *is_new = mem_alloc_array(import->providers.len + 1, sizeof *is_new);
    enum status status = import->providers.len > 0
                             ? import_write_providers(run->actor, import, run->is_trial, is_new, err)
                             : STATUS_OK;
    if (status == STATUS_OK) {
        report_entries(run, is_new, &import->provider_origins);
    }
    mem_free(is_new);
    run->batch.has_providers = true;
    return status;
}

enum status import_step(struct import_run *run, bool *out_more, struct error *err)
{
    enum status status = STATUS_OK;
    *out_more = true;
    if (run->batch.reports && !run->batch.has_providers) {
        status = write_providers(run, err);
    } else if (run->batch.next < run->batch.import.charts.len) {
        status = write_chart(run, err);
    } else if (run->batch.reports) {
        end_batch(run);
    } else if (run->next_file < run->reports.len) {
        read_file(run);
    } else if (run->held_reports.len > 0) {
        start_batch(run, join(run->held), run->held_reports.items);
        run->held_reports.items = NULL;
        run->held_reports.len = run->held_reports.cap = 0;
    } else {
        *out_more = false;
    }
    return status;
}

/* --- the run --- */

enum status import_begin(struct actor *actor, const char *const *paths, size_t count,
                         enum import_format format, struct import_run **out, struct error *err)
{
    if (!actor_may(actor, PERMISSION_IMPORT_RUN)) {
        return actor_refuse(actor, err);
    }
    struct import_run *run = mem_alloc(sizeof *run);
    enum status status = STATUS_OK;
    run->actor = actor;
    run->format = format;
    run->options = (struct fhir_options){
        .zone = actor->site->zone, .derive = derive, .knows = knows, .knows_context = run};
    run->held = fhir_reader_new(&run->options);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = add_path(run, paths[i], err);
    }
    if (status != STATUS_OK) {
        import_end(run);
        return status;
    }
    *out = run;
    return STATUS_OK;
}

enum status import_try(struct import_run *run, struct error *err)
{
    struct act act = ACT(run->actor, PERMISSION_IMPORT_RUN, "import.try", "user_profiles", UID_NONE);
    run->is_trial = true;
    return act_read(&act, err); /* who is here already can be read off the account */
}

struct import_progress import_progress(const struct import_run *run)
{
    size_t at = run->batch.reports ? run->batch.reports[0] : run->next_file;
    return (struct import_progress){
        .files_done = run->next_file,
        .files = run->reports.len,
        .patients_done = run->patients_done,
        .patients = run->patients,
        .file = at < run->reports.len ? run->reports.items[at].file : "",
    };
}

size_t import_report_count(const struct import_run *run)
{
    return run->reports.len;
}

const struct import_report *import_report_at(const struct import_run *run, size_t at)
{
    return &run->reports.items[at];
}

void import_end(struct import_run *run)
{
    if (!run) {
        return;
    }
    fhir_import_release(&run->batch.import);
    mem_free(run->batch.reports);
    fhir_reader_free(run->held);
    mem_free(run->held_reports.items);
    for (size_t i = 0; i < run->reports.len; i++) {
        import_report_release(&run->reports.items[i]);
    }
    mem_free(run->reports.items);
    mem_free(run);
}
