/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/patients.h"
#include "service/reconciliation.h"
#include "service/step_up.h"

/* ---- words ---- */

static void write_instant(struct json_writer *w, const char *key, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];
    json_write_member(w, key, at_us != 0 ? instant_format_utc(at_us, text) : NULL);
}

static void write_bool(struct json_writer *w, const char *key, bool value)
{
    json_write_key(w, key);
    json_write_bool(w, value);
}

static void write_row(struct json_writer *w, const struct reconcile_row *row)
{
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(row->id, id));
    json_write_member(w, "patient", uid_format(row->patient, id));
    json_write_member(w, "name", row->patient_name);
    json_write_member(w, "mrn", row->mrn);
    json_write_member(w, "transition", enum_word(ENUM_RECONCILE_TRANSITION, (int)row->transition));
    json_write_member(w, "state", enum_word(ENUM_RECONCILE_STATE, (int)row->state));
    write_instant(w, "started_at", row->started_us);
    write_instant(w, "due_at", row->due_us);
    write_instant(w, "signed_at", row->signed_us);
    json_write_member(w, "by", row->by);
    write_bool(w, "overdue", row->is_overdue);
    json_end_object(w);
}

static void print_row(const struct reconcile_row *row)
{
    char id[UID_TEXT_MAX];
    printf("%s  %s  %s, %s%s  %s\n", uid_format(row->id, id), row->patient_name != NULL ? row->patient_name : "",
           enum_label(ENUM_RECONCILE_TRANSITION, (int)row->transition), enum_label(ENUM_RECONCILE_STATE, (int)row->state),
           row->is_overdue ? _(", overdue") : "", row->by);
}

static void write_lines(struct json_writer *w, const struct reconcile_view *v, const struct reconcile_item *item, bool is_chart)
{
    const struct reconcile_line *line;
    json_begin_array(w);
    for (int n = 0; (line = reconcile_line_of(v, item, is_chart, n)) != NULL; n++) {
        const struct reconcile_source *source = reconcile_source_of(v, line->source);
        char *text = reconcile_line_text(line);
        json_begin_object(w);
        json_write_member(w, "source", source != NULL ? enum_word(ENUM_HISTORY_SOURCE, (int)source->kind) : "chart");
        json_write_member(w, "text", line->text);
        json_write_member(w, "words", text);
        json_write_member(w, "ingredients", line->ingredients);
        json_write_member(w, "directions", line->directions);
        json_write_member(w, "taking", enum_word(ENUM_TAKING, (int)line->taking));
        json_write_member(w, "last_taken", line->last_taken);
        json_end_object(w);
        mem_free(text);
    }
    json_end_array(w);
}

static void write_item(struct json_writer *w, const struct reconcile_view *v, size_t at)
{
    const struct reconcile_item *item = &v->items.items[at];
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(item->id, id));
    json_write_member(w, "kind", enum_word(ENUM_RECONCILE_KIND, (int)item->kind));
    json_write_member(w, "tier", enum_word(ENUM_MATCH_TIER, (int)item->tier));
    json_write_member(w, "differences", item->differences);
    write_bool(w, "weekly_trap", item->has_weekly_trap);
    write_bool(w, "tenfold", item->is_tenfold);
    json_write_member(w, "action", item->action == RECONCILE_ACTION_NONE_GIVEN ? "unreviewed" : enum_word(ENUM_RECONCILE_ACTION, (int)item->action));
    json_write_member(w, "reason", item->reason);
    json_write_member(w, "worst_finding", enum_word(ENUM_INTERACTION_TYPE, (int)reconcile_item_severity(v, at)));
    json_write_key(w, "home");
    write_lines(w, v, item, false);
    json_write_key(w, "chart");
    write_lines(w, v, item, true);
    json_end_object(w);
}

static void write_notes(struct json_writer *w, const struct reconcile_view *v)
{
    json_begin_array(w);
    for (size_t i = 0; i < v->lines.len; i++) {
        const struct reconcile_line *line = &v->lines.items[i];
        if (line->kind == RECONCILE_KIND_NOTE) {
            json_begin_object(w);
            json_write_member(w, "section", line->status_text);
            json_write_member(w, "text", line->text);
            json_write_member(w, "reason", line->note);
            json_end_object(w);
        }
    }
    json_end_array(w);
}

static void write_view(struct json_writer *w, const struct reconcile_view *v)
{
    char id[UID_TEXT_MAX];
    json_begin_object(w);
    json_write_member(w, "id", uid_format(v->session.id, id));
    json_write_member(w, "patient", uid_format(v->session.patient, id));
    json_write_member(w, "transition", enum_word(ENUM_RECONCILE_TRANSITION, (int)v->session.transition));
    json_write_member(w, "state", enum_word(ENUM_RECONCILE_STATE, (int)v->session.state));
    write_instant(w, "due_at", v->session.due_us);
    json_write_member(w, "holder", v->holder_name);
    json_write_key(w, "undecided");
    json_write_int(w, v->undecided);
    json_write_key(w, "items");
    json_begin_array(w);
    for (size_t i = 0; i < v->items.len; i++) {
        write_item(w, v, i);
    }
    json_end_array(w);
    json_write_key(w, "listed_as_text");
    write_notes(w, v);
    json_write_key(w, "before_signing");
    json_begin_array(w);
    for (size_t i = 0; i < v->guard_count; i++) {
        json_write_string(w, v->guards[i].text);
    }
    json_end_array(w);
    json_write_member(w, "list_sha256", v->session.list_hash);
    json_end_object(w);
}

static void print_view(const struct reconcile_view *v)
{
    char id[UID_TEXT_MAX];
    printf("%s  %s, %s\n", uid_format(v->session.id, id), enum_label(ENUM_RECONCILE_TRANSITION, (int)v->session.transition),
           enum_label(ENUM_RECONCILE_STATE, (int)v->session.state));
    for (size_t i = 0; i < v->items.len; i++) {
        const struct reconcile_item *item = &v->items.items[i];
        for (int side = 0; side < 2; side++) {
            const struct reconcile_line *line = reconcile_line_of(v, item, side == 1, 0);
            if (line != NULL) {
                char *text = reconcile_line_text(line);
                printf("  %s %s\n", side == 1 ? "-" : "+", text);
                mem_free(text);
            }
        }
        char *differences = reconcile_differences_text(item);
        printf("    %s%s%s: %s\n", enum_label(ENUM_MATCH_TIER, (int)item->tier), differences[0] != '\0' ? ", " : "", differences,
               item->action == RECONCILE_ACTION_NONE_GIVEN ? _("not decided") : enum_label(ENUM_RECONCILE_ACTION, (int)item->action));
        mem_free(differences);
    }
    for (size_t i = 0; i < v->guard_count; i++) {
        printf(_("before signing: %s\n"), v->guards[i].text);
    }
}

/* ---- what it does ---- */

static enum status list(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct reconcile_row_list rows = {0};
    struct uid patient = UID_NONE;
    enum status status = call->word_count > 1 ? patient_resolve(actor, call->words[1], &patient, err) : STATUS_OK;
    if (status == STATUS_OK) {
        status = call->word_count > 1 ? reconcile_list(actor, patient, &rows, err) : reconcile_worklist(actor, true, &rows, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "reconciliations");
    json_begin_array(&w);
    for (size_t i = 0; i < rows.len; i++) {
        write_row(&w, &rows.items[i]);
        if (!call->is_json) {
            print_row(&rows.items[i]);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    reconcile_row_list_release(&rows);
    return STATUS_OK;
}

static enum status say_view(const struct invocation *call, struct actor *actor, struct uid id, struct error *err)
{
    struct reconcile_view *view = NULL;
    enum status status = reconcile_open(actor, id, &view, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        write_view(&w, view);
        command_print_json(&w);
    } else {
        print_view(view);
    }
    reconcile_view_free(view);
    return STATUS_OK;
}

static enum status start(const struct invocation *call, struct actor *actor, struct error *err)
{
    const char *word = flag_value(call, "transition");
    struct reconcile_begin what = {.transition = (enum reconcile_transition)enum_value(ENUM_RECONCILE_TRANSITION, word)};
    struct uid id = UID_NONE;
    enum status status = patient_resolve(actor, call->words[1], &what.patient, err);
    if (status == STATUS_OK) {
        status = flag_given(call, "plan") ? reconcile_plan(actor, &what, &id, err) : reconcile_start(actor, &what, &id, err);
    }
    return status == STATUS_OK ? say_view(call, actor, id, err) : status;
}

static enum status add(const struct invocation *call, struct actor *actor, struct uid id, struct error *err)
{
    struct reconcile_new_source source = {.kind = (enum history_source)enum_value(ENUM_HISTORY_SOURCE, flag_value(call, "source")),
                                          .reference = flag_value(call, "reference")};
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < call->given_count; i++) {
        if (strcmp(call->given[i].name, "line") == 0) {
            struct reconcile_new_source said = source;
            said.kind = said.kind != HISTORY_SOURCE_NONE_GIVEN ? said.kind : HISTORY_SOURCE_PATIENT;
            status = reconcile_add_line(actor, id, &said, &(struct reconcile_said){.text = call->given[i].value}, err);
        } else if (strcmp(call->given[i].name, "file") == 0) {
            struct reconcile_account account;
            status = reconcile_add_file(actor, id, &source, call->given[i].value, flag_given(call, "same-patient"), &account, err);
            if (status == STATUS_OK && !call->is_json) {
                printf(_("%s: %d entries, %d shown (%d lines to decide), %d listed as text\n"), call->given[i].value, account.entries,
                       account.shown, account.lines, account.listed);
            }
        }
    }
    bool is_own = reconcile_source_is_own(source.kind);
    if (status == STATUS_OK && is_own && flag_value(call, "line") == NULL && flag_value(call, "file") == NULL) {
        status = reconcile_add_own(actor, id, source.kind, err);
    }
    return status == STATUS_OK ? say_view(call, actor, id, err) : status;
}

static enum status copy(const struct invocation *call, struct actor *actor, struct uid id, struct error *err)
{
    const char *format = flag_value(call, "format"), *language = flag_value(call, "language"), *path = flag_value(call, "output");
    struct buffer out = BUFFER_INIT;
    enum status status;
    if (format != NULL && strcmp(format, "fhir") == 0) {
        step_up_count_sign_in(actor);
        status = reconcile_export(actor, id, &out, err);
    } else {
        struct reconcile_view *view = NULL;
        status = reconcile_open(actor, id, &view, err);
        if (status == STATUS_OK) {
            char *text = reconcile_copy_text(actor, view, language);
            buffer_append_text(&out, text);
            mem_free(text);
            reconcile_view_free(view);
        }
    }
    if (status == STATUS_OK) {
        FILE *file = path != NULL ? fopen(path, "wxe") : stdout;
        if (file == NULL || fwrite(out.bytes, 1, out.len, file) != out.len || fputc('\n', file) == EOF ||
            (path != NULL && fclose(file) != 0)) {
            status = error_set(err, STATUS_IO, _("%s cannot be written, or is there already."), path != NULL ? path : "");
        }
    }
    buffer_release(&out);
    return status;
}

static enum status act_on(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct uid id = UID_NONE;
    if (strcmp(call->words[0], "list") == 0) {
        return list(call, actor, err);
    }
    if (strcmp(call->words[0], "start") == 0) {
        return start(call, actor, err);
    }
    enum status status = uid_parse(call->words[1], &id, err);
    if (status != STATUS_OK) {
        return status;
    }
    return strcmp(call->words[0], "show") == 0   ? say_view(call, actor, id, err)
           : strcmp(call->words[0], "add") == 0  ? add(call, actor, id, err)
           : strcmp(call->words[0], "copy") == 0 ? copy(call, actor, id, err)
                                                 : reconcile_abandon(actor, id, flag_value(call, "reason"), err);
}

static bool is_known(const char *word, int words)
{
    static const char *const verbs[] = {"show", "start", "add", "copy", "close"};
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        if (strcmp(verbs[i], word) == 0) {
            return words == 2;
        }
    }
    return strcmp(word, "list") == 0 && words <= 2;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    if (call->word_count < 1 || !is_known(call->words[0], call->word_count)) {
        return command_usage(call, _("say list, start PATIENT, show ID, add ID, copy ID or close ID"));
    }
    const char *source = flag_value(call, "source"), *transition = flag_value(call, "transition");
    if ((source != NULL && enum_value(ENUM_HISTORY_SOURCE, source) == 0) ||
        (transition != NULL && enum_value(ENUM_RECONCILE_TRANSITION, transition) == 0)) {
        return command_usage(call, _("this source or transition is not known"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = act_on(call, actor, &err);
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_reconcile = {
    .name = "reconcile",
    .usage = "list [PATIENT] | start PATIENT --transition WORD [--plan] | show ID | add ID [--source WORD] [--line TEXT]... [--file FILE]... "
             "| copy ID [--language en|es|fr] [--format text|fhir] [--output FILE] | close ID --reason TEXT",
    .help = N_("Medication reconciliation: what is due, sources for a session, its lines, and the signed list. Decisions and signatures "
               "are made at the workstation."),
    .flags = {{"transition", "WORD", N_("admission, transfer, discharge, clinic_visit or pharmacy_consult")},
              {"plan", NULL, N_("only put it on the list of what is due")},
              {"source", "WORD", N_("patient, carer, pill_bottles, pharmacy_fills, clinic_list, discharge_letter, document, own_dispensing, mar, previous_list")},
              {"reference", "TEXT", N_("who or where")},
              {"line", "TEXT", N_("a medicine as it is said: \"metformin 500 mg bid\"")},
              {"file", "FILE", N_("a C-CDA or FHIR R4 file of this patient")},
              {"same-patient", NULL, N_("the file is about this patient although name or birth date differ")},
              {"language", "WORD", N_("of the patient's copy: en, es, fr")},
              {"format", "WORD", N_("text (for the patient) or fhir (List and MedicationStatement)")},
              {"output", "FILE", N_("write there; the file must not exist")},
              {"reason", "TEXT", N_("why it is closed without a signature")}},
    .run = run,
};
