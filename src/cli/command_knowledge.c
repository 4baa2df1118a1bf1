/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/knowledge_sets.h"
#include "service/knowledge_tables.h"

enum { AFFECTED_SHOWN = 200, AFFECTED_MAX = 100000 };

static void write_number(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

static void write_raw_member(struct json_writer *w, const char *key, const char *json)
{
    json_write_key(w, key);
    json_write_raw(w, json);
}

static const char *folder_of(const struct invocation *call)
{
    return call->word_count > 1 ? call->words[1] : NULL;
}

/* ---- without a site ---- */

static int run_census(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    enum status status = knowledge_census(folder_of(call), call->is_json, &out, &err);
    if (status == STATUS_OK) {
        fwrite(out.bytes, 1, out.len, stdout);
    }
    buffer_release(&out);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

static int run_lint(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct buffer out = BUFFER_INIT;
    int faults = 0, notes = 0;
    enum status status = knowledge_lint(folder_of(call), &out, &faults, &notes, &err);
    if (status != STATUS_OK && faults == 0) { /* no fault in what was not read */
        buffer_release(&out);
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        write_number(&w, "faults", faults);
        write_number(&w, "notes", notes);
        json_write_key(&w, "messages");
        json_begin_array(&w);
        for (char *line = out.bytes; line != NULL && *line != '\0';) {
            char *end = strchr(line, '\n');
            *end = '\0';
            json_write_string(&w, line);
            line = end + 1;
        }
        json_end_array(&w);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        if (out.len > 0) {
            fwrite(out.bytes, 1, out.len, stdout);
        }
        printf(_("%d faults, %d notes\n"), faults, notes);
    }
    buffer_release(&out);
    return status == STATUS_OK ? 0 : faults > 0 ? 1 : command_fail(&err);
}

struct diff_output {
    struct json_writer w;
    bool is_json;
};

static void print_change(void *to, const struct knowledge_change *change)
{
    struct diff_output *out = to;
    if (!out->is_json) {
        printf("%-14s %s: %s -> %s\n", change->what, change->id, change->from, change->to);
        return;
    }
    json_begin_object(&out->w);
    json_write_member(&out->w, "what", change->what);
    json_write_member(&out->w, "id", change->id);
    json_write_member(&out->w, "from", change->from);
    json_write_member(&out->w, "to", change->to);
    json_end_object(&out->w);
}

static int run_diff(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct knowledge_diff diff = {0};
    struct diff_output out = {JSON_WRITER_INIT, call->is_json};
    if (call->word_count < 2 || call->word_count > 3) {
        return command_usage(call, _("name a folder of tables or a block, and perhaps a second one"));
    }
    json_begin_object(&out.w);
    json_write_key(&out.w, "changes");
    json_begin_array(&out.w);
    enum status status = knowledge_compare(call->words[1], call->word_count == 3 ? call->words[2] : NULL, print_change, &out,
                                           &diff, &err);
    json_end_array(&out.w);
    if (status != STATUS_OK) {
        json_writer_release(&out.w);
        return command_fail(&err);
    }
    const struct {
        const char *name;
        int value;
    } counts[] = {{"rules_added", diff.rules_added},   {"rules_removed", diff.rules_removed}, {"severity", diff.severities},
                  {"terms", diff.terms},               {"wording", diff.wordings},            {"drugs_added", diff.drugs_added},
                  {"drugs_removed", diff.drugs_removed}, {"members", diff.members},           {"washouts", diff.washouts}};
    int total = 0;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        write_number(&out.w, counts[i].name, counts[i].value);
        total += counts[i].value;
    }
    json_write_key(&out.w, "other");
    json_write_bool(&out.w, diff.has_other);
    json_write_member(&out.w, "from", diff.from_version);
    json_write_member(&out.w, "to", diff.to_version);
    json_end_object(&out.w);
    if (call->is_json) {
        command_print_json(&out.w);
    } else {
        printf(_("%s -> %s: %d changes\n"), diff.from_version, diff.to_version, total);
        if (diff.has_other) {
            printf(_("other things differ: names, codes, products, spellings or allergy relations\n"));
        }
    }
    json_writer_release(&out.w);
    bool is_other = total > 0 || diff.has_other;
    knowledge_diff_release(&diff);
    return is_other ? 1 : 0;
}

/* ---- on a site ---- */

static void write_file(struct json_writer *w, const struct knowledge_file_report *file)
{
    json_begin_object(w);
    json_write_member(w, "file", file->file);
    json_write_member(w, "format", file->account.format);
    write_number(w, "rows", file->account.rows);
    json_write_key(w, "skipped");
    json_begin_array(w);
    for (int i = 0; i < file->account.skip_count; i++) {
        json_begin_object(w);
        json_write_member(w, "reason", _(file->account.skips[i].reason));
        write_number(w, "count", file->account.skips[i].count);
        json_end_object(w);
    }
    json_end_array(w);
    json_write_member(w, "error", file->error);
    json_end_object(w);
}

static void write_import(struct json_writer *w, const struct knowledge_import_report *report)
{
    const struct conversion_counts *n = &report->counts;
    const struct review_counts *p = &report->preview;
    json_begin_object(w);
    json_write_member(w, "set", report->set);
    json_write_key(w, "files");
    json_begin_array(w);
    for (size_t i = 0; i < report->len; i++) {
        write_file(w, &report->items[i]);
    }
    json_end_array(w);
    json_write_key(w, "loaded");
    json_write_bool(w, report->is_loaded);
    write_number(w, "rules", n->rules);
    write_number(w, "classes", n->classes);
    write_number(w, "members", n->members);
    write_number(w, "codes", n->codes);
    write_number(w, "names", n->names);
    write_number(w, "brands", n->brands);
    write_number(w, "atc", n->atc);
    if (report->has_preview) { /* a nought that nobody counted would look like good news */
        write_number(w, "charts", p->charts);
        write_number(w, "interrupting_now", p->interrupting_before);
        write_number(w, "interrupting_if_raised", p->interrupting_after);
        write_number(w, "charts_affected_if_raised", p->affected);
    }
    write_number(w, "charts_affected", report->affected);
    json_end_object(w);
}

/* Per 100 charts, in tenths. */
static int64_t per_hundred_tenths(int64_t findings, int64_t charts)
{
    return charts > 0 ? findings * 1000 / charts : 0;
}

static void print_import(const struct knowledge_import_report *report)
{
    const struct conversion_counts *n = &report->counts;
    for (size_t i = 0; i < report->len; i++) {
        const struct knowledge_file_report *file = &report->items[i];
        if (file->error != NULL) {
            fprintf(stderr, _("%s was refused; nothing was loaded: %s\n"), file->file, file->error);
            continue;
        }
        printf(_("%s: %s, %d rows\n"), file->file, file->account.format, file->account.rows);
        for (int s = 0; s < file->account.skip_count; s++) {
            printf(_("  left out %d: %s\n"), file->account.skips[s].count, _(file->account.skips[s].reason));
        }
    }
    printf(_("%s: %d rules, %d classes with %d members, %d codes, %d names, %d brands, %d ATC codes\n"), report->set, n->rules,
           n->classes, n->members, n->codes, n->names, n->brands, n->atc);
    if (!report->has_preview) {
        printf(_("not loaded\n"));
        return;
    }
    int64_t now = per_hundred_tenths(report->preview.interrupting_before, report->preview.charts);
    int64_t then = per_hundred_tenths(report->preview.interrupting_after, report->preview.charts);
    printf(_("interruptions per 100 charts: %" PRId64 ".%" PRId64 " now, %" PRId64 ".%" PRId64
             " if all of it were raised (%" PRId64 " charts)\n"),
           now / 10, now % 10, then / 10, then % 10, report->preview.charts);
    printf(report->is_loaded ? _("loaded; it interrupts nobody until a pharmacist raises it\n")
                             : _("not loaded\n"));
}

static int run_import(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct knowledge_import_report report = {0};
    if (call->word_count < 2 || !flag_given(call, "set")) {
        return command_usage(call, _("name the set with --set, and at least one file"));
    }
    enum status status = knowledge_import(actor, flag_value(call, "set"), call->words + 1, (size_t)call->word_count - 1,
                                          flag_given(call, "preview"), &report, &err);
    if (report.set != NULL && call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        write_import(&w, &report);
        command_print_json(&w);
    } else if (report.set != NULL) {
        print_import(&report);
    }
    bool is_said = false; /* a file's own fault was told with the file */
    for (size_t i = 0; i < report.len; i++) {
        is_said = is_said || (report.items[i].error != NULL && !call->is_json);
    }
    knowledge_import_report_release(&report);
    return status == STATUS_OK ? 0 : is_said ? status_exit_code(status) : command_fail(&err);
}

static int run_list(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct knowledge_set_list sets = {0};
    struct json_writer w = JSON_WRITER_INIT;
    if (knowledge_list(actor, &sets, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    json_begin_object(&w);
    json_write_key(&w, "sets");
    json_begin_array(&w);
    for (size_t i = 0; i < sets.len; i++) {
        const struct knowledge_set *set = &sets.items[i];
        json_begin_object(&w);
        json_write_member(&w, "set", set->name);
        json_write_member(&w, "severity", enum_word(ENUM_INTERACTION_TYPE, (int)set->ceiling));
        write_raw_member(&w, "counts", set->counts);
        write_raw_member(&w, "files", set->files);
        write_raw_member(&w, "preview", set->preview);
        json_write_member(&w, "imported_by", set->imported_by);
        json_write_member(&w, "raised_by", set->raised_by);
        json_end_object(&w);
        if (!call->is_json) {
            printf(_("%s: shows at most %s; loaded by %s\n"), set->name, enum_label(ENUM_INTERACTION_TYPE, (int)set->ceiling),
                   set->imported_by);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else if (sets.len == 0) {
        printf(_("Nothing was loaded beside the program's own tables.\n"));
    }
    json_writer_release(&w);
    knowledge_set_list_release(&sets);
    return 0;
}

static int run_change(const struct invocation *call, struct actor *actor, bool is_raise)
{
    struct error err = ERROR_INIT;
    int64_t affected = 0;
    const char *set = flag_value(call, "set");
    if (set == NULL || (is_raise && !flag_given(call, "severity"))) {
        return command_usage(call, is_raise ? _("name the set with --set and its worst severity with --severity")
                                            : _("name the set with --set"));
    }
    enum status status = is_raise
                             ? knowledge_raise(actor, set,
                                               (enum interaction_type)enum_value(ENUM_INTERACTION_TYPE,
                                                                                 flag_value(call, "severity")),
                                               &affected, &err)
                             : knowledge_remove(actor, set, &affected, &err);
    if (status != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "set", set);
        write_number(&w, "charts_affected", affected);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("%s: done; %" PRId64 " charts gain or lose findings (prescripcare knowledge affected)\n"), set, affected);
    }
    return 0;
}

static int run_affected(const struct invocation *call, struct actor *actor)
{
    struct error err = ERROR_INIT;
    struct affected_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    int64_t count = 0;
    const char *limit_text = flag_value(call, "limit");
    long limit = limit_text != NULL ? strtol(limit_text, NULL, 10) : AFFECTED_SHOWN;
    if (limit <= 0 || limit > AFFECTED_MAX) {
        return command_usage(call, _("--limit is a number from 1 to %d"), AFFECTED_MAX);
    }
    if (knowledge_affected(actor, (int)limit, &list, &count, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    json_begin_object(&w);
    write_number(&w, "count", count);
    json_write_key(&w, "patients");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        const struct affected *row = &list.items[i];
        char id[UID_TEXT_MAX];
        json_begin_object(&w);
        json_write_member(&w, "id", uid_format(row->patient, id));
        json_write_member(&w, "mrn", row->mrn);
        json_write_member(&w, "name", row->name);
        json_write_member(&w, "worst", enum_word(ENUM_INTERACTION_TYPE, (int)row->worst));
        json_write_member(&w, "from", row->from_version);
        json_write_member(&w, "to", row->to_version);
        write_raw_member(&w, "changes", row->changes);
        json_end_object(&w);
        if (!call->is_json) {
            printf("%-15s %s  %s\n", enum_label(ENUM_INTERACTION_TYPE, (int)row->worst), row->mrn, row->name);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else {
        printf(ngettext("%" PRId64 " chart to look at\n", "%" PRId64 " charts to look at\n", (unsigned long)count), count);
    }
    json_writer_release(&w);
    affected_list_release(&list);
    return 0;
}

static int run_on_site(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *what = call->words[0];
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = strcmp(what, "import") == 0     ? run_import(call, actor)
               : strcmp(what, "list") == 0     ? run_list(call, actor)
               : strcmp(what, "affected") == 0 ? run_affected(call, actor)
                                               : run_change(call, actor, strcmp(what, "raise") == 0);
    command_leave(site, actor);
    return code;
}

static int run(const struct invocation *call)
{
    static const struct {
        const char *name;
        int (*run)(const struct invocation *call);
        int words_max; /* 0: any number */
    } parts[] = {{"census", run_census, 2}, {"lint", run_lint, 2},      {"diff", run_diff, 3},      {"import", run_on_site, 0},
                 {"list", run_on_site, 1},  {"raise", run_on_site, 1}, {"remove", run_on_site, 1}, {"affected", run_on_site, 1}};
    for (size_t i = 0; call->word_count > 0 && i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(parts[i].name, call->words[0]) == 0) {
            if (parts[i].words_max > 0 && call->word_count > parts[i].words_max) {
                return command_usage(call, _("unexpected: %s"), call->words[parts[i].words_max]);
            }
            return parts[i].run(call);
        }
    }
    return command_usage(call, _("say census, lint, diff, import, list, raise, remove or affected"));
}

const struct command COMMAND_knowledge = {
    .name = "knowledge",
    .usage = "census|lint [DIR] | diff FROM [TO] | import --set NAME [--preview] FILE... | list | raise|remove --set NAME | affected",
    .help = N_("The drug tables: counts, faults, differences; data that the site loads beside them; charts that changes touch."),
    .flags = {{"set", "NAME", N_("name of a set of loaded data")},
              {"preview", NULL, N_("says what the import would do and loads nothing")},
              {"severity", "WORD", N_("the worst severity that the set may show: major interrupts")},
              {"limit", "N", N_("at most so many charts")}},
    .run = run,
};
