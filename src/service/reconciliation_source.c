/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where lines come from: what people say, pasted text, files, and what this site knows itself. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "crypt/content_hash.h"
#include "crypt/derived_id.h"
#include "exchange/ccda.h"
#include "exchange/fhir.h"
#include "model/order_line.h"
#include "service/import_coding.h"
#include "service/reconciliation_private.h"
#include "service/site_settings.h"
#include "store/dose_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

enum { TEXT_LINES_MAX = 200, DOSES_MAX = 500, FILE_BYTES_MAX = 32 << 20 };
#define MAR_LOOK_BACK_US (7 * 24 * US_PER_HOUR)

static struct reconcile_line *add_line(struct reconcile_line_list *lines, enum reconcile_kind kind)
{
    MEM_GROW(lines);
    struct reconcile_line *line = &lines->items[lines->len++];
    *line = (struct reconcile_line){.kind = kind, .sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
    return line;
}

/* ---- what people say ---- */

/* "metformin 500 mg tab 1 tab bid": the drug apart from its directions where all was understood; else the line stays
 * whole. Nothing typed is lost either way. */
static void line_of_text(const struct site *site, const char *typed, struct reconcile_line *out)
{
    struct timing_table times = site_timing_table(site);
    const struct order_line_options options = {.times = &times};
    struct order_line *parsed = mem_alloc(sizeof *parsed);
    bool is_read = order_line_parse(typed, &options, parsed, NULL) == STATUS_OK && parsed->drug[0] != '\0';
    bool is_whole = is_read && parsed->unknown_count == 0;
    put_text(&out->text, is_whole ? parsed->drug : typed);
    if (is_whole && sig_check(&parsed->sig, NULL) == STATUS_OK && parsed->sig.kind != SCHEDULE_KIND_NONE_GIVEN) {
        out->sig = parsed->sig;
        put_text(&out->indication, parsed->indication);
    }
    put_text(&out->directions, typed);
    mem_free(parsed);
}

/* A source of this kind and reference that is there already takes further lines. */
static enum status source_for(struct reconcile_work *w, const struct reconcile_new_source *what, struct uid *out, struct error *err)
{
    const char *reference = what->reference != NULL ? what->reference : "";
    for (size_t i = 0; i < w->sources.len; i++) {
        const struct reconcile_source *source = &w->sources.items[i];
        if (source->kind == what->kind && strcmp(source->reference, reference) == 0) {
            *out = source->id;
            return STATUS_OK;
        }
    }
    char name[] = "";
    const struct reconcile_source source = {.kind = what->kind,
                                            .obtained_us = clock_now_us(w->site->clock),
                                            .as_of = what->as_of,
                                            .reliability = what->reliability != RELIABILITY_NONE_GIVEN ? what->reliability
                                                                                                       : RELIABILITY_STATED,
                                            .reference = mem_copy_text(reference),
                                            .content_hash = name};
    enum status status = work_new_source(w, &source, out, err);
    mem_free(source.reference);
    return status;
}

static enum status check_kind(enum history_source kind, struct error *err)
{
    return kind == HISTORY_SOURCE_NONE_GIVEN ? error_set_field(err, STATUS_INVALID, "source", _("Choose who or what told it.")) : STATUS_OK;
}

enum status reconcile_add_line(struct actor *actor, struct uid id, const struct reconcile_new_source *source,
                               const struct reconcile_said *said, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.add_line", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    char *typed = text_clean(said->text != NULL ? said->text : "", said->text != NULL ? strlen(said->text) : 0, ORDER_LINE_MAX, TEXT_LINE, NULL);
    enum status status = check_kind(source->kind, err);
    if (status == STATUS_OK && typed[strspn(typed, " ")] == '\0') {
        status = error_set_field(err, STATUS_INVALID, "line", _("Type what is taken, such as metformin 500 mg bid."));
    }
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_line", id, WANTS_OPEN_AND_HELD, err);
    }
    if (status != STATUS_OK) {
        mem_free(typed);
        return status;
    }
    struct reconcile_line *line = add_line(&lines, RECONCILE_KIND_MEDICATION);
    line_of_text(actor->site, typed, line);
    put_text(&line->last_taken, said->last_taken);
    put_text(&line->prescriber, said->prescriber);
    line->taking = said->taking;
    status = source_for(&w, source, &source_id, err);
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    mem_free(typed);
    return work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
}

/* Lines of a pasted list, without bullets and numbers in front. */
static const char *without_bullet(const char *text)
{
    const char *at = text + strspn(text, " \t-*.>•");
    size_t digits = strspn(at, "0123456789");
    if (digits > 0 && digits <= 3 && (at[digits] == '.' || at[digits] == ')') && at[digits + 1] == ' ') {
        at += digits + 2;
    }
    return at + strspn(at, " \t");
}

enum status reconcile_add_text(struct actor *actor, struct uid id, const struct reconcile_new_source *source, const char *text,
                               int *out_count, struct error *err)
{
    enum status may = work_may(actor, PERMISSION_RECONCILE, "reconcile.add_text", err);
    if (may != STATUS_OK) {
        return may;
    }
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    enum status status = check_kind(source->kind, err);
    for (const char *at = text; status == STATUS_OK && *at != '\0';) {
        size_t len = strcspn(at, "\r\n");
        char *clean = text_clean(at, len, ORDER_LINE_MAX, TEXT_LINE, NULL);
        const char *typed = without_bullet(clean);
        if (typed[0] != '\0') {
            line_of_text(actor->site, typed, add_line(&lines, RECONCILE_KIND_MEDICATION));
        }
        if (lines.len > TEXT_LINES_MAX) {
            status = error_set_field(err, STATUS_LIMIT, "text", _("That are more than %d lines: paste it in parts."), TEXT_LINES_MAX);
        }
        mem_free(clean);
        at += len;
        at += *at == '\r';
        at += *at == '\n';
    }
    if (status == STATUS_OK && lines.len == 0) {
        status = error_set_field(err, STATUS_INVALID, "text", _("There is no line in it."));
    }
    if (status == STATUS_OK) {
        status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_text", id, WANTS_OPEN_AND_HELD, err);
    }
    if (status != STATUS_OK) {
        reconcile_line_list_release(&lines);
        return status;
    }
    int count = (int)lines.len;
    status = source_for(&w, source, &source_id, err);
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    status = work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
    if (status == STATUS_OK) {
        *out_count = count;
    }
    return status;
}

/* ---- what this site knows ---- */

static void lines_of_doses(const struct dose_event_list *events, const struct order_list *orders, const struct zone *zone,
                           struct reconcile_line_list *out)
{
    for (size_t o = 0; o < orders->len; o++) {
        const struct order *order = &orders->items[o];
        for (size_t i = 0; i < events->len; i++) { /* newest first: the first one counts */
            const struct dose_event *event = &events->items[i];
            bool is_taken = event->status == DOSE_STATUS_GIVEN || event->status == DOSE_STATUS_PARTIAL || event->status == DOSE_STATUS_SELF;
            if (uid_compare(event->order, order->id) == 0 && is_taken) {
                struct local_time at = zone_local(zone, event->occurred_us);
                char day[DATE_TEXT_MAX];
                struct reconcile_line *line = add_line(out, RECONCILE_KIND_MEDICATION);
                put_text(&line->text, order->drug_text);
                put_text(&line->ingredients, order->ingredients);
                put_text(&line->code_system, order->code_system);
                put_text(&line->code, order->code);
                put_text(&line->strength, order->strength);
                put_text(&line->dosage_form, order->dosage_form);
                put_text(&line->directions, order->directions);
                line->sig = order->sig;
                line->taking = TAKING_AS_DIRECTED;
                char *last = mem_format("%s %02d:%02d", date_format_iso(at.date, day), at.hour, at.minute);
                mem_free(line->last_taken);
                line->last_taken = last;
                break;
            }
        }
    }
}

static enum status lines_of_mar(struct reconcile_work *w, struct reconcile_line_list *out, struct error *err)
{
    int64_t now_us = clock_now_us(w->site->clock);
    struct dose_event_list events = {0};
    struct order_list orders = {0};
    enum status status = dose_list_get(w->site->store, w->session.patient, now_us - MAR_LOOK_BACK_US, now_us + 1, DOSES_MAX, &events, err);
    if (status == STATUS_OK) {
        status = order_list_get(w->site->store, w->session.patient, now_us - MAR_LOOK_BACK_US, &orders, err);
    }
    if (status == STATUS_OK) {
        lines_of_doses(&events, &orders, w->site->zone, out);
    }
    dose_event_list_release(&events);
    order_list_release(&orders);
    return status;
}

static void line_of_entry(const struct json *entry, struct reconcile_line_list *out)
{
    const char *state = json_get_string(entry, "state");
    if (state == NULL || strcmp(state, "stopped") == 0) {
        return;
    }
    struct reconcile_line *line = add_line(out, RECONCILE_KIND_MEDICATION);
    put_text(&line->text, json_get_string(entry, "drug"));
    put_text(&line->ingredients, json_get_string(entry, "ingredients"));
    put_text(&line->code_system, json_get_string(entry, "code_system"));
    put_text(&line->code, json_get_string(entry, "code"));
    put_text(&line->strength, json_get_string(entry, "strength"));
    put_text(&line->dosage_form, json_get_string(entry, "form"));
    put_text(&line->directions, json_get_string(entry, "directions"));
    put_text(&line->indication, json_get_string(entry, "indication"));
    struct json_writer sig = {0};
    json_write_node(&sig, json_get(entry, "sig"));
    if (sig_from_json(sig.out.bytes, &line->sig, NULL) != STATUS_OK) {
        line->sig = (struct sig){.kind = SCHEDULE_KIND_UNSTRUCTURED};
    }
    json_writer_release(&sig);
    line->is_on_hold = strcmp(state, "on_hold") == 0;
}

/* The newest list that was signed. */
static enum status lines_of_previous(struct reconcile_work *w, struct reconcile_line_list *out, struct date *out_as_of, struct error *err)
{
    struct reconciliation_list list = {0};
    struct json_document *doc = NULL;
    enum status status = reconciliation_list_get(w->site->store, w->session.patient, &list, err);
    const struct reconciliation *found = NULL;
    for (size_t i = 0; status == STATUS_OK && i < list.len && found == NULL; i++) {
        found = reconcile_state_is_signed(list.items[i].state) ? &list.items[i] : NULL;
    }
    if (status == STATUS_OK && found == NULL) {
        status = error_set_field(err, STATUS_NOT_FOUND, "source", _("There is no signed list of this patient yet."));
    }
    if (status == STATUS_OK) {
        *out_as_of = zone_local(w->site->zone, found->signed_us).date;
        status = json_parse(found->signed_list, strlen(found->signed_list), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    }
    for (const struct json *at = status == STATUS_OK ? json_first(json_get(json_root(doc), "entries")) : NULL; at != NULL;
         at = json_next(at)) {
        line_of_entry(at, out);
    }
    json_free(doc);
    reconciliation_list_release(&list);
    return status;
}

enum status reconcile_add_own(struct actor *actor, struct uid id, enum history_source kind, struct error *err)
{
    struct reconcile_work w;
    struct reconcile_line_list lines = {0};
    struct uid source_id = UID_NONE;
    struct reconcile_new_source source = {.kind = kind, .reliability = RELIABILITY_VERIFIED, .as_of = site_today(actor->site)};
    enum status status = work_begin(&w, actor, PERMISSION_RECONCILE, "reconcile.add_own", id, WANTS_OPEN_AND_HELD, err);
    if (status != STATUS_OK) {
        return status;
    }
    for (size_t i = 0; i < w.sources.len; i++) {
        if (w.sources.items[i].kind == kind) {
            return work_end(&w, error_set_field(err, STATUS_EXISTS, "source", _("This source is there already.")), err);
        }
    }
    switch (kind) {
    case HISTORY_SOURCE_MAR:
        status = lines_of_mar(&w, &lines, err);
        break;
    case HISTORY_SOURCE_PREVIOUS:
        status = lines_of_previous(&w, &lines, &source.as_of, err);
        break;
    default:
        status = error_set_field(err, STATUS_INVALID, "source", _("This source has to be typed, pasted or read from a file."));
        break;
    }
    if (status == STATUS_OK && lines.len == 0) {
        status = error_set_field(err, STATUS_NOT_FOUND, "source", _("Nothing of the last seven days is recorded here."));
    }
    if (status == STATUS_OK) {
        status = source_for(&w, &source, &source_id, err);
    }
    if (status == STATUS_OK) {
        status = work_add_lines(&w, source_id, &lines, err);
    }
    reconcile_line_list_release(&lines);
    return work_end(&w, status == STATUS_OK ? work_match(&w, NULL, err) : status, err);
}

/* ---- files ---- */

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
    struct reconcile_line *line = add_line(out, RECONCILE_KIND_NOTE);
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

/* Every record is a line to be decided, or one that is only read, with the reason. */
static void lines_of_chart(const struct site *site, const struct fhir_chart *chart, struct reconcile_line_list *out)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        const struct order *order = &chart->orders.items[i];
        if (order->status == MEDICATION_STATUS_IN_ERROR) {
            add_note(out, _("medication"), order->drug_text, _("The source says that this was entered in error."));
        } else {
            take_order(site, order, &chart->order_origins.items[i], add_line(out, RECONCILE_KIND_MEDICATION));
        }
    }
    for (size_t i = 0; i < chart->allergies.len; i++) {
        const struct allergy *allergy = &chart->allergies.items[i];
        if (is_live_allergy(allergy) && allergy->kind != ALLERGY_KIND_TOLERATED) {
            take_allergy(allergy, add_line(out, RECONCILE_KIND_ALLERGY));
        } else {
            add_note(out, _("allergy"), allergy->allergen_name, enum_label(ENUM_ALLERGY_STATE, (int)allergy->state));
        }
    }
    for (size_t i = 0; i < chart->conditions.len; i++) {
        const struct condition *condition = &chart->conditions.items[i];
        if (is_live_problem(condition)) {
            struct reconcile_line *line = add_line(out, RECONCILE_KIND_PROBLEM);
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
    const struct fhir_options options = {.zone = actor->site->zone, .derive = derive};
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

/* FHIR counts what it skips by kind: one note a kind. A C-CDA document has listed each by itself. */
static void notes_of_file(const struct fhir_file *file, bool has_notes, struct reconcile_line_list *out)
{
    for (size_t i = 0; !has_notes && i < file->skips.len; i++) {
        const struct fhir_skip *skip = &file->skips.items[i];
        char *text = mem_format(_("%zu of %s"), skip->count, skip->what);
        add_note(out, skip->what, text, skip->reason);
        mem_free(text);
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
    notes_of_file(&import->files.items[0], import->charts.items[0].notes.len > 0, &lines);
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
