/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/imports.h"

static void write_counts(struct json_writer *w, const char *key, const struct import_counts *counts)
{
    json_write_key(w, key);
    json_begin_object(w);
    for (size_t i = 0; i < counts->len; i++) {
        json_write_key(w, counts->items[i].what);
        json_write_int(w, counts->items[i].count);
    }
    json_end_object(w);
}

static void print(const struct invocation *call, const char *path, const struct import_report *report,
                  const struct error *failed)
{
    if (!call->is_json) {
        if (failed != NULL) {
            fprintf(stderr, "%s: %s\n", path, error_text(failed));
            return;
        }
        printf(_("%s: %d new patients, %d already here\n"), path, report->patients, report->patients_unchanged);
        for (size_t i = 0; i < report->skipped.len; i++) {
            printf(_("  skipped %d %s: %s\n"), report->skipped.items[i].count, report->skipped.items[i].what,
                   report->skipped.items[i].reason);
        }
        return;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "file", path);
    json_write_key(&w, "patients");
    json_write_int(&w, report->patients);
    json_write_key(&w, "unchanged");
    json_write_int(&w, report->patients_unchanged);
    write_counts(&w, "read", &report->read);
    write_counts(&w, "written", &report->written);
    json_write_key(&w, "skipped");
    json_begin_array(&w);
    for (size_t i = 0; i < report->skipped.len; i++) {
        json_begin_object(&w);
        json_write_member(&w, "what", report->skipped.items[i].what);
        json_write_member(&w, "reason", report->skipped.items[i].reason);
        json_write_key(&w, "count");
        json_write_int(&w, report->skipped.items[i].count);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_write_member(&w, "error", failed != NULL ? error_text(failed) : NULL);
    json_end_object(&w);
    command_print_json(&w);
}

static int import_one(const struct invocation *call, struct actor *actor, const char *path)
{
    struct error err = ERROR_INIT;
    struct import_report report = {0};
    enum status status = import_file(actor, path, NULL, NULL, &report, &err);
    print(call, path, &report, status == STATUS_OK ? NULL : &err);
    import_report_release(&report);
    return status == STATUS_OK ? 0 : status == STATUS_NOT_PERMITTED ? 3 : 1;
}

static int is_file(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* A folder's files in the order of their names; not those of folders in it. */
static int import_folder(const struct invocation *call, struct actor *actor, const char *path)
{
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_file, alphasort), worst = 0;
    for (int i = 0; i < count; i++) {
        char *file = mem_format("%s/%s", path, entries[i]->d_name);
        struct stat info;
        if (stat(file, &info) == 0 && S_ISREG(info.st_mode)) {
            int code = import_one(call, actor, file);
            worst = code > worst ? code : worst;
        }
        mem_free(file);
        free(entries[i]);
    }
    free(entries);
    return worst;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *format = flag_value(call, "format");
    if (call->word_count == 0) {
        return command_usage(call, _("name at least one file or folder"));
    }
    if (format != NULL && strcmp(format, "auto") != 0 && strcmp(format, "fhir") != 0) {
        return command_usage(call, _("the format %s is not known; known are: auto, fhir"), format);
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int worst = 0;
    for (int i = 0; i < call->word_count; i++) {
        struct stat info;
        bool is_folder = stat(call->words[i], &info) == 0 && S_ISDIR(info.st_mode);
        int code = is_folder ? import_folder(call, actor, call->words[i]) : import_one(call, actor, call->words[i]);
        worst = code > worst ? code : worst;
    }
    command_leave(site, actor);
    return worst;
}

const struct command COMMAND_import = {
    .name = "import",
    .usage = "FILE|DIR... [--format auto|fhir]",
    .help = N_("Reads patients from files; every patient whole or not at all."),
    .flags = {{"format", "NAME", N_("auto or fhir")}},
    .run = run,
};
