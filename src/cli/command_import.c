/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/imports.h"

static void write_int(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

static void write_totals(struct json_writer *w, const char *key, const struct import_counts *counts)
{
    json_write_key(w, key);
    json_begin_object(w);
    for (size_t i = 0; i < counts->len; i++) {
        write_int(w, counts->items[i].what, counts->items[i].count);
    }
    json_end_object(w);
}

static void write_reasons(struct json_writer *w, const char *key,
                          const struct import_counts *counts)
{
    json_write_key(w, key);
    json_begin_array(w);
    for (size_t i = 0; i < counts->len; i++) {
        json_begin_object(w);
        json_write_member(w, "what", counts->items[i].what);
        json_write_member(w, "reason", counts->items[i].reason);
        write_int(w, "count", counts->items[i].count);
        write_int(w, "line", counts->items[i].line);
        json_end_object(w);
    }
    json_end_array(w);
}

static void print_json(const struct import_report *report)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "file", report->file);
    write_int(&w, "patients", report->patients);
    write_int(&w, "changed", report->patients_changed);
    write_int(&w, "unchanged", report->patients_unchanged);
    write_int(&w, "entries", report->entries);
    write_totals(&w, "read", &report->read);
    write_totals(&w, "written", &report->written);
    write_reasons(&w, "skipped", &report->skipped);
    write_reasons(&w, "refused", &report->refused);
    write_reasons(&w, "warnings", &report->warnings);
    json_write_member(&w, "error", report->error);
    json_end_object(&w);
    command_print_json(&w);
}

static void print_lines(const char *label, const struct import_counts *counts)
{
    for (size_t i = 0; i < counts->len; i++) {
        printf("  %s %" PRId64 " %s: %s\n", label, counts->items[i].count, counts->items[i].what,
               counts->items[i].reason);
    }
}

static void print_words(const struct import_report *report)
{
    if (report->error) {
        fprintf(stderr, _("%s was refused; nothing of it was written: %s\n"), report->file,
                report->error);
        return;
    }
    printf(_("%s: new patients %d, changed %d, already here %d\n"), report->file, report->patients,
           report->patients_changed, report->patients_unchanged);
    for (size_t i = 0; i < report->written.len; i++) {
        printf(_("  written %" PRId64 " %s\n"), report->written.items[i].count,
               report->written.items[i].what);
    }
    print_lines(_("skipped"), &report->skipped);
    print_lines(_("REFUSED"), &report->refused);
    print_lines(_("note on"), &report->warnings);
}

/* The accounts of files that are done, in order. */
static void print_done(const struct invocation *call, const struct import_run *run, size_t *next,
                       int *worst)
{
    for (; *next < import_report_count(run) && import_report_at(run, *next)->is_done; *next += 1) {
        const struct import_report *report = import_report_at(run, *next);
        if (call->is_json) {
            print_json(report);
        } else {
            print_words(report);
        }
        *worst = report->error || report->refused.len > 0 ? 1 : *worst;
    }
}

static int import_all(const struct invocation *call, struct actor *actor, enum import_format format)
{
    struct error err = ERROR_INIT;
    struct import_run *run = NULL;
    bool has_more = true;
    size_t printed = 0;
    int worst = 0;
    enum status status = import_begin(actor, call->words, (size_t)call->word_count, format, &run,
                                      &err);
    if (status == STATUS_OK && flag_given(call, "dry-run")) {
        status = import_try(run, &err);
        fprintf(stderr, "%s\n", _("A trial: nothing is kept."));
    }
    while (status == STATUS_OK && has_more) {
        status = import_step(run, &has_more, &err);
        print_done(call, run, &printed, &worst);
    }
    import_end(run);
    if (status != STATUS_OK) {
        int code = command_fail(&err);
        worst = code > worst ? code : worst;
    }
    return worst;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *word = flag_value(call, "format");
    enum import_format format = IMPORT_FORMAT_AUTO;
    if (call->word_count == 0) {
        return command_usage(call, _("name at least one file or folder"));
    }
    if (word && !import_format_parse(word, &format)) {
        char *names = import_format_names();
        int code = command_usage(call, _("the format %s is not known; known are: %s"), word, names);
        mem_free(names);
        return code;
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = import_all(call, actor, format);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_import = {
    .name = "import",
    .usage = "FILE|DIR... [--format auto|fhir|ccda] [--dry-run]",
    .help = N_("Reads patients from files; every patient whole or not at all."),
    .flags = {{"format", "NAME", N_("auto, fhir or ccda")},
              {"dry-run", NULL, N_("say what would be written and keep nothing")}},
    .run = run,
};
