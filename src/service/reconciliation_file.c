/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines from a file of this patient: C-CDA, or FHIR R4. Nothing of it is left out: what is no line is a note. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/content_hash.h"
#include "crypt/derived_id.h"
#include "exchange/ccda.h"
#include "exchange/fhir.h"
#include "service/import_coding.h"
#include "service/reconciliation_private.h"
#include "store/patient_store.h"

enum { FILE_BYTES_MAX = 32 << 20 };

static struct uid derive(void *context, const char *name)
{
    (void)context;
    const char *const parts[] = {name};
    return derived_id("prescripcare.import.fhir.1", parts, 1);
}

static enum status read_file(const char *path, char **out, size_t *out_len, struct error *err)
{
    struct stat info;
    FILE *file = fopen(path, "re");
    if (file == NULL || fstat(fileno(file), &info) != 0 || !S_ISREG(info.st_mode)) {
        if (file != NULL) {
            (void)fclose(file); /* only read */
        }
        return error_set_field(err, STATUS_NOT_FOUND, "file", _("There is no such file, or it cannot be read."));
    }
    if (info.st_size > FILE_BYTES_MAX) {
        (void)fclose(file); /* only read */
        return error_set_field(err, STATUS_LIMIT, "file", _("The file is larger than 32 MB."));
    }
    char *bytes = mem_alloc((size_t)info.st_size + 1);
    size_t len = fread(bytes, 1, (size_t)info.st_size, file);
    (void)fclose(file); /* only read */
    *out = bytes;
    *out_len = len;
    return STATUS_OK;
}

/* Another person's document must not get into this session: the birth date decides, then a name. */
static enum status check_person(const struct reconcile_work *w, const struct patient *theirs, bool is_confirmed, struct error *err)
{
    struct patient ours;
    enum status status = patient_get(w->site->store, w->session.patient, &ours, err);
    if (status != STATUS_OK) {
        return status;
    }
    bool has_births = !date_is_none(ours.birth_date) && !date_is_none(theirs->birth_date);
    bool is_other_birth = has_births && date_compare(ours.birth_date, theirs->birth_date) != 0;
    bool is_same_name = text_equal_folded(ours.last_name, theirs->last_name) || text_equal_folded(ours.first_name, theirs->first_name);
    char day[DATE_TEXT_MAX];
    char *name = patient_display_name(theirs);
    if ((is_other_birth || !is_same_name || !has_births) && !is_confirmed) {
        status = error_set_field(err, STATUS_REFUSED, "person",
                                 _("The file is about %s, born %s. If that is this patient, say so; nothing was read yet."), name,
                                 date_is_none(theirs->birth_date) ? _("on an unknown day") : date_format_human(theirs->birth_date, day));
    }
    mem_free(name);
    patient_release(&ours);
    return status;
}

static const char *ended_words(const struct order *order)
{
    return order->status == MEDICATION_STATUS_STOPPED || order->status == MEDICATION_STATUS_COMPLETED ||
                   order->status == MEDICATION_STATUS_CANCELLED || order->status == MEDICATION_STATUS_IN_ERROR
               ? enum_label(ENUM_MEDICATION_STATUS, (int)order->status)
               : "";
}

static void take_order(const struct site *site, const struct order *order, const struct fhir_origin *origin, struct reconcile_line *line)
{
    int64_t now_us = clock_now_us(site->clock);
    char day[DATE_TEXT_MAX];
    char *keys = import_ingredients(site->knowledge, order, origin->codings);
    put_text(&line->text, order->drug_text);
    put_text(&line->ingredients, keys);
    put_text(&line->code_system, order->code_system);
    put_text(&line->code, order->code);
    put_text(&line->strength, order->strength);
    put_text(&line->dosage_form, order->dosage_form);
    put_text(&line->directions, order->directions);
    put_text(&line->indication, order->indication);
    put_text(&line->prescriber, order->prescriber_name);
    put_text(&line->note, origin->codings);
    line->sig = order->sig;
    line->started = order->start_us != 0 ? zone_local(site->zone, order->start_us).date : (struct date){0};
    line->is_on_hold = order->status == MEDICATION_STATUS_ON_HOLD;
    put_text(&line->status_text, ended_words(order));
    if (order->stop_us != 0 && order->stop_us < now_us) { /* ended by its own dates; whether it is still taken, the patient says */
        char *words = mem_format(_("ended %s"), date_format_human(zone_local(site->zone, order->stop_us).date, day));
        put_text(&line->status_text, words);
        mem_free(words);
    }
    line->taking = line->status_text[0] != '\0' ? TAKING_NOT : TAKING_NONE_GIVEN;
    mem_free(keys);
}

static void take_allergy(const struct allergy *allergy, struct reconcile_line *line)
{
    put_text(&line->text, allergy->allergen_name);
    put_text(&line->code_system, allergy->code_system);
    put_text(&line->code, allergy->code);
    put_text(&line->directions, allergy->reaction);
    put_text(&line->status_text, enum_word(ENUM_REACTION_SEVERITY, (int)allergy->severity));
    put_text(&line->dosage_form, enum_word(ENUM_ALLERGY_KIND, (int)allergy->kind));
    put_text(&line->note, allergy->note);
}

static void add_note(struct reconcile_line_list *out, const char *what, const char *text, const char *reason)
{
    struct reconcile_line *line = lines_add(out, RECONCILE_KIND_NOTE);
    put_text(&line->text, text[0] != '\0' ? text : what);
    put_text(&line->status_text, what);
    put_text(&line->note, reason);
}

static bool is_live_allergy(const struct allergy *a)
{
    return a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED || a->state == ALLERGY_STATE_NONE_GIVEN;
}

static bool is_live_problem(const struct condition *c)
{
    return c->status == CONDITION_STATUS_ACTIVE || c->status == CONDITION_STATUS_RECURRENCE || c->status == CONDITION_STATUS_RELAPSE ||
           c->status == CONDITION_STATUS_NONE_GIVEN;
}

static bool is_dispense(const struct fhir_origin *origin)
{
    return strcmp(origin->type, "MedicationDispense") == 0;
}

static bool is_same_drug(const struct reconcile_line *line, const struct order *order)
{
    return line->kind == RECONCILE_KIND_MEDICATION &&
           ((order->code[0] != '\0' && strcmp(line->code, order->code) == 0 && strcmp(line->code_system, order->code_system) == 0) ||
            text_equal_folded(line->text, order->drug_text));
}

/* A bag that was handed over says something about a line of the same file; only without one it is a line. Older bags of
 * the same drug are only read. */
static void take_dispense(const struct site *site, const struct order *order, const struct fhir_origin *origin, struct reconcile_line_list *out)
{
    for (size_t i = 0; i < out->len; i++) {
        if (is_same_drug(&out->items[i], order)) {
            if (out->items[i].status_text == NULL || out->items[i].status_text[0] == '\0') {
                put_text(&out->items[i].status_text, order->reason);
            } else {
                char *words = mem_format("%s; %s", order->drug_text, order->reason);
                add_note(out, _("dispensed"), words, _("There is a newer one, or a line of the same drug."));
                mem_free(words);
            }
            return;
        }
    }
    struct reconcile_line *line = lines_add(out, RECONCILE_KIND_MEDICATION);
    take_order(site, order, origin, line);
    if (line->status_text[0] == '\0') {
        put_text(&line->status_text, order->reason);
    }
}

/* Newest first. */
static void take_dispenses(const struct site *site, const struct fhir_chart *chart, struct reconcile_line_list *out)
{
    bool *is_done = mem_alloc_array(chart->orders.len + 1, sizeof *is_done);
    for (;;) {
        size_t newest = chart->orders.len;
        for (size_t i = 0; i < chart->orders.len; i++) {
            bool is_next = is_dispense(&chart->order_origins.items[i]) && !is_done[i] &&
                           chart->orders.items[i].status != MEDICATION_STATUS_IN_ERROR;
            if (is_next && (newest == chart->orders.len ||
                            chart->orders.items[i].recorded_at_us > chart->orders.items[newest].recorded_at_us)) {
                newest = i;
            }
        }
        if (newest == chart->orders.len) {
            break;
        }
        is_done[newest] = true;
        take_dispense(site, &chart->orders.items[newest], &chart->order_origins.items[newest], out);
    }
    mem_free(is_done);
}

/* Every record is a line to be decided, or one that is only read, with the reason. */
static void lines_of_chart(const struct site *site, const struct fhir_chart *chart, struct reconcile_line_list *out)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        if (order->status == MEDICATION_STATUS_IN_ERROR) {
            add_note(out, _("medication"), order->drug_text, _("The source says that this was entered in error."));
        } else if (!is_dispense(&chart->order_origins.items[i])) {
            take_order(site, order, &chart->order_origins.items[i], lines_add(out, RECONCILE_KIND_MEDICATION));
        }
    }
    take_dispenses(site, chart, out);
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *allergy = &chart->allergies.items[i];
        if (is_live_allergy(allergy) && allergy->kind != ALLERGY_KIND_TOLERATED) {
            take_allergy(allergy, lines_add(out, RECONCILE_KIND_ALLERGY));
        } else {
            add_note(out, _("allergy"), allergy->allergen_name, enum_label(ENUM_ALLERGY_STATE, (int)allergy->state));
        }
    }
    for (size_t i = 0; i < chart->conditions.len; i++) {
        const struct condition *condition = &chart->conditions.items[i];
        if (is_live_problem(condition)) {
            struct reconcile_line *line = lines_add(out, RECONCILE_KIND_PROBLEM);
            put_text(&line->text, condition->name);
            put_text(&line->code_system, condition->code_system);
            put_text(&line->code, condition->code);
            put_text(&line->note, condition->notes);
            line->started = condition->diagnosed;
        } else {
            add_note(out, _("problem"), condition->name, enum_label(ENUM_CONDITION_STATUS, (int)condition->status));
        }
    }
    for (size_t i = 0; i < chart->notes.len; i++) {
        add_note(out, chart->notes.items[i].what, chart->notes.items[i].text, chart->notes.items[i].reason);
    }
    if (chart->patient.allergy_status == ALLERGY_STATUS_NONE_KNOWN) {
        add_note(out, _("allergy"), _("no known allergies"), _("The source says so; record it in the tab Allergies when the patient does too."));
    }
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static enum status read_charts(struct actor *actor, const char *path, const char *bytes, size_t len, struct fhir_import *out,
                               struct error *err)
{
    const struct fhir_options options = {.zone = actor->site->zone, .derive = derive, .keeps_dispenses = true};
    const char *name = file_name(path);
    if (ccda_is_document(bytes, len)) {
        return ccda_read_text(name, bytes, len, &options, out, err);
    }
    struct fhir_reader *reader = fhir_reader_new(&options);
    enum status status = fhir_reader_add_text(reader, name, bytes, len, err);
    if (status == STATUS_OK) {
        fhir_reader_finish(reader, out);
    }
    fhir_reader_free(reader);
    return status;
}

/* A C-CDA document has listed each by itself. FHIR has listed what is clinical; the rest is counted: one note a kind. */
static void notes_of_file(const struct fhir_file *file, const struct fhir_note_list *listed, struct reconcile_line_list *out)
{
    for (size_t i = 0; i < file->skips.len; i++) {
        const struct fhir_skip *skip = &file->skips.items[i];
        size_t count = skip->count;
        for (size_t n = 0; n < listed->len; n++) {
            bool is_same = strcmp(listed->items[n].what, skip->what) == 0 && strcmp(listed->items[n].reason, skip->reason) == 0;
            count -= is_same && count > 0 ? 1 : 0;
        }
        if (count > 0) {
            char *text = mem_format(_("%zu of %s"), count, skip->what);
            add_note(out, skip->what, text, skip->reason);
            mem_free(text);
        }
    }
}

static enum status add_import(struct reconcile_work *w, const struct fhir_import *import, const char *path, const char *bytes, size_t len,
                              const struct reconcile_new_source *what, bool is_confirmed, struct reconcile_account *out,
                              struct error *err)
{
    struct reconcile_line_list lines = {0};
    char hash[CONTENT_HASH_TEXT];
    struct uid source_id = UID_NONE;
    if (import->charts.len != 1) {
        return error_set_field(err, STATUS_INVALID, "file",
                               import->charts.len == 0 ? _("There is no patient in this file.")
                                                       : _("There are several patients in this file: it cannot be read here."));
    }
    enum status status = check_person(w, &import->charts.items[0].patient, is_confirmed, err);
    (void)content_hash(bytes, len, hash);
    for (size_t i = 0; status == STATUS_OK && i < w->sources.len; i++) {
        if (strcmp(w->sources.items[i].content_hash, hash) == 0) {
            status = error_set_field(err, STATUS_EXISTS, "file", _("This file was read already."));
        }
    }
    if (status != STATUS_OK) {
        return status;
    }
    lines_of_chart(w->site, &import->charts.items[0], &lines);
    if (!ccda_is_document(bytes, len)) {
        notes_of_file(&import->files.items[0], &import->charts.items[0].notes, &lines);
    }
    const struct fhir_file *file = &import->files.items[0];
    *out = (struct reconcile_account){.entries = (int)file->entries, .shown = (int)file->read, .listed = (int)file->skipped};
    for (size_t i = 0; i < lines.len; i++) {
        out->lines += lines.items[i].kind != RECONCILE_KIND_NOTE;
    }
    const char *name = file_name(path);
    char *reference = text_clean(name, strlen(name), 120, TEXT_LINE, NULL);
    const struct reconcile_source source = {.kind = what->kind,
                                            .obtained_us = clock_now_us(w->site->clock),
                                            .as_of = what->as_of,
                                            .reliability = what->reliability != RELIABILITY_NONE_GIVEN ? what->reliability : RELIABILITY_STATED,
                                            .reference = reference,
                                            .content_hash = hash};
    status = work_new_source(w, &source, &source_id, err);
    if (status == STATUS_OK) {
        status = work_add_lines(w, source_id, &lines, err);
    }
    mem_free(reference);
    reconcile_line_list_release(&lines);
    return status;
}

enum status reconcile_add_file(struct actor *actor, struct uid id, const struct reconcile_new_source *source, const char *path,
                               bool is_confirmed, struct reconcile_account *out, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.add_file", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct fhir_import import = {0};
    struct reconcile_new_source what = *source;
    char *bytes = NULL;
    size_t len = 0;
    what.kind = what.kind != HISTORY_SOURCE_NONE_GIVEN ? what.kind : HISTORY_SOURCE_DOCUMENT;
    enum status status = read_file(path, &bytes, &len, err);
    if (status == STATUS_OK) {
        status = read_charts(actor, path, bytes, len, &import, err);
    }
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_file", id, WANTS_OPEN_AND_HELD, err);
        if (status == STATUS_OK) {
            status = add_import(&w, &import, path, bytes, len, &what, is_confirmed, out, err);
            status = work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
        }
    }
    fhir_import_release(&import);
    mem_free(bytes);
    return status;
}
