/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text of a reconciliation: the sources as they were given, and the signed list for the patient. */
#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "exchange/fhir_list.h"
#include "model/list_words.h"
#include "service/printing.h"
#include "service/reconciliation_private.h"
#include "service/step_up.h"
#include "store/patient_store.h"
#include "store/reconcile_store.h"

const char *reconcile_language(int n)
{
    return n >= 0 && n < SIG_LANGUAGE_COUNT ? sig_language_code((enum sig_language)n) : NULL;
}

/* ---- sources ---- */

static void append_said(struct buffer *out, const char *label, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        buffer_append_format(out, "; %s%s", label, text);
    }
}

static void append_source_line(struct buffer *out, const struct reconcile_line *line)
{
    char *text = reconcile_line_text(line);
    buffer_append_format(out, "  %s", text);
    if (line->kind == RECONCILE_KIND_MEDICATION) {
        const char *directions = line->directions != NULL ? line->directions : "";
        append_said(out, _("as given: "), strstr(text, directions) == NULL ? directions : "");
        append_said(out, _("state: "), line->status_text);
        append_said(out, _("for "), line->indication);
        append_said(out, _("last taken "), line->last_taken);
        append_said(out, "", enum_label(ENUM_TAKING, (int)line->taking));
        append_said(out, _("prescribed by "), line->prescriber);
    }
    buffer_append_text(out, "\n");
    mem_free(text);
}

static void append_lines(const struct reconcile_view *v, struct uid source, enum reconcile_kind kind, struct buffer *out)
{
    for (size_t i = 0; i < v->lines.len; i++) {
        const struct reconcile_line *line = &v->lines.items[i];
        if (line->kind != kind || uid_is_none(line->source) || uid_compare(line->source, source) != 0) {
            continue;
        }
        if (kind == RECONCILE_KIND_NOTE) {
            buffer_append_format(out, "  %s: %s\n    (%s)\n", line->status_text, line->text, line->note);
        } else {
            append_source_line(out, line);
        }
    }
}

char *reconcile_sources_text(const struct actor *actor, const struct reconcile_view *v)
{
    static const struct {
        enum reconcile_kind kind;
        const char *title;
    } kinds[] = {{RECONCILE_KIND_MEDICATION, N_("Medicines")},
                 {RECONCILE_KIND_ALLERGY, N_("Allergies")},
                 {RECONCILE_KIND_PROBLEM, N_("Problems")},
                 {RECONCILE_KIND_NOTE, N_("Listed as text")}};
    struct buffer out = BUFFER_INIT;
    for (size_t s = 0; s < v->sources.len; s++) {
        const struct reconcile_source *source = &v->sources.items[s];
        struct local_time at = zone_local(actor->site->zone, source->obtained_us);
        char day[DATE_TEXT_MAX];
        buffer_append_format(&out, "%s%s%s, %s %02d:%02d, %s\n", enum_label(ENUM_HISTORY_SOURCE, (int)source->kind),
                             source->reference[0] != '\0' ? ": " : "", source->reference, date_format_human(at.date, day), at.hour, at.minute,
                             enum_label(ENUM_RELIABILITY, (int)source->reliability));
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
            struct buffer lines = BUFFER_INIT;
            append_lines(v, source->id, kinds[k].kind, &lines);
            if (lines.len > 0) {
                buffer_append_format(&out, " %s\n%s", _(kinds[k].title), lines.bytes);
            }
            buffer_release(&lines);
        }
        buffer_append_text(&out, "\n");
    }
    if (v->sources.len == 0) {
        buffer_append_text(&out, _("There is no source yet."));
    }
    return buffer_take(&out);
}

/* ---- the patient's copy ---- */

static const char *outcome_words(const char *outcome, enum sig_language language)
{
    return outcome == NULL                      ? ""
           : strcmp(outcome, "new") == 0     ? list_words(LIST_NEW_ONE, language)
           : strcmp(outcome, "changed") == 0 ? list_words(LIST_CHANGED_ONE, language)
           : strcmp(outcome, "resumed") == 0 ? list_words(LIST_AGAIN, language)
                                             : "";
}

/* Caller frees. */
static char *directions_of(const struct json *entry, enum sig_language language)
{
    struct json_writer text = {0};
    struct sig sig;
    char buf[SIG_TEXT_MAX];
    json_write_node(&text, json_get(entry, "sig"));
    bool is_read = sig_from_json(text.out.bytes, &sig, NULL) == STATUS_OK;
    json_writer_release(&text);
    char *words = is_read ? sig_words(&sig, language) : NULL;
    if (words != NULL) {
        return words;
    }
    const char *written = is_read ? sig_format(&sig, buf) : "";
    const char *directions = json_get_string(entry, "directions");
    return mem_format("%s%s", list_words(LIST_AS_WRITTEN, language), written[0] != '\0' ? written : directions != NULL ? directions : "");
}

static void append_entry(const struct json *entry, bool is_taken, enum sig_language language, struct buffer *out)
{
    const char *drug = json_get_string(entry, "drug"), *strength = json_get_string(entry, "strength");
    const char *indication = json_get_string(entry, "indication"), *until = json_get_string(entry, "until");
    const char *outcome = outcome_words(json_get_string(entry, "outcome"), language);
    bool has_strength = strength != NULL && strength[0] != '\0' && strstr(drug, strength) == NULL;
    buffer_append_format(out, "[ ] %s%s%s%s%s%s\n", drug, has_strength ? " " : "", has_strength ? strength : "", outcome[0] != '\0' ? "  (" : "",
                         outcome, outcome[0] != '\0' ? ")" : "");
    if (is_taken) {
        char *words = directions_of(entry, language);
        buffer_append_format(out, "    %s\n", words);
        mem_free(words);
    }
    if (indication != NULL && indication[0] != '\0') {
        buffer_append_format(out, "    %s%s\n", list_words(LIST_FOR, language), indication);
    }
    if (until != NULL && until[0] != '\0') {
        buffer_append_format(out, "    %s%s\n", list_words(LIST_UNTIL, language), until);
    }
}

static void append_group(const struct json *entries, const char *state, const char *title, bool is_taken, enum sig_language language,
                         struct buffer *out)
{
    bool has_title = false;
    for (const struct json *at = json_first(entries); at != NULL; at = json_next(at)) {
        const char *of = json_get_string(at, "state");
        if (of == NULL || strcmp(of, state) != 0) {
            continue;
        }
        if (!has_title) {
            buffer_append_format(out, "%s\n\n", title);
            has_title = true;
        }
        append_entry(at, is_taken, language, out);
        buffer_append_text(out, "\n");
    }
}

char *reconcile_copy_text(const struct actor *actor, const struct reconcile_view *v, const char *code)
{
    enum sig_language language = sig_language_of(code);
    struct json_document *doc = NULL;
    struct buffer out = BUFFER_INIT;
    char day[DATE_TEXT_MAX];
    const char *list = v->session.signed_list;
    if (list == NULL || list[0] == '\0' || json_parse(list, strlen(list), &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        return mem_copy_text(_("The list is not signed yet: there is nothing to hand over."));
    }
    const struct json *entries = json_get(json_root(doc), "entries");
    buffer_append_format(&out, "%s\n%s %s   %s\n\n", list_words(LIST_TITLE, language), v->patient.first_name, v->patient.last_name,
                         date_format_iso(zone_local(actor->site->zone, v->session.signed_us).date, day));
    append_group(entries, "active", list_words(LIST_TAKE, language), true, language, &out);
    append_group(entries, "on_hold", list_words(LIST_HELD, language), false, language, &out);
    append_group(entries, "stopped", list_words(LIST_STOPPED, language), false, language, &out);
    append_group(entries, "unverified", list_words(LIST_ASK, language), false, language, &out);
    buffer_append_format(&out, "%s\n", list_words(LIST_SHOW, language));
    json_free(doc);
    return buffer_take(&out);
}

/* One line of the copy: a drug to tick off, what belongs to it, a heading. */
static void put_line(struct document *d, const char *line)
{
    if (strncmp(line, "[ ] ", 4) == 0) {
        document_check(d, false, "");
        document_large(d, line + 4);
    } else if (line[0] == ' ') {
        document_large(d, line + strspn(line, " "));
    } else {
        document_heading(d, line);
    }
}

enum status reconcile_copy_document(struct actor *actor, const struct reconcile_view *v, const char *code, struct document **out,
                                    struct error *err)
{
    struct document *d = NULL;
    if (v->session.signed_list[0] == '\0') {
        return error_set(err, STATUS_REFUSED, _("The list is not signed yet: there is nothing to hand over."));
    }
    enum status status =
        print_document_new(actor, list_words(LIST_TITLE, sig_language_of(code)), "PC-301", v->patient.id, NULL, &d, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *text = reconcile_copy_text(actor, v, code);
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        char *line = mem_copy_bytes(at, len);
        if (line[0] != '\0' && at != text) { /* the title stands on every page */
            put_line(d, line);
        }
        mem_free(line);
        at += len + (at[len] == '\n');
    }
    mem_free(text);
    *out = d;
    return STATUS_OK;
}

/* ---- FHIR ---- */

/* One entry of the signed list; the texts are the document's. False for what cannot be read. */
static bool export_entry(const struct json *from, struct sig *sig, char words[SIG_TEXT_MAX], struct fhir_list_entry *out)
{
    struct json_writer text = JSON_WRITER_INIT;
    json_write_node(&text, json_get(from, "sig"));
    bool is_read = sig_from_json(text.out.bytes, sig, NULL) == STATUS_OK;
    json_writer_release(&text);
    const char *directions = json_get_string(from, "directions"), *id = json_get_string(from, "order");
    const char *formatted = is_read ? sig_format(sig, words) : "";
    *out = (struct fhir_list_entry){
        .state = json_get_string(from, "state"),
        .drug = json_get_string(from, "drug"),
        .code_system = json_get_string(from, "code_system"),
        .code = json_get_string(from, "code"),
        .strength = json_get_string(from, "strength"),
        .form = json_get_string(from, "form"),
        .sig = sig,
        .directions = formatted[0] != '\0' ? formatted : directions,
        .indication = json_get_string(from, "indication"),
        .reason = json_get_string(from, "reason"),
        .outcome = json_get_string(from, "outcome"),
    };
    return is_read && id != NULL && uid_parse(id, &out->id, NULL) == STATUS_OK && out->state != NULL && out->drug != NULL;
}

static void export_list(const struct reconciliation *session, const char *patient, const char *signer, const struct json *entries,
                        struct buffer *out)
{
    size_t room = (size_t)json_count(entries) + 1;
    struct fhir_list_entry *list = mem_alloc_array(room, sizeof *list);
    struct sig *sigs = mem_alloc_array(room, sizeof *sigs);
    char(*words)[SIG_TEXT_MAX] = mem_alloc_array(room, sizeof *words);
    size_t count = 0;
    for (const struct json *at = json_first(entries); at != NULL; at = json_next(at)) {
        count += export_entry(at, &sigs[count], words[count], &list[count]);
    }
    fhir_list_write(&(struct fhir_list){.id = session->id,
                                        .patient = session->patient,
                                        .signer = session->signed_by,
                                        .patient_name = patient,
                                        .signer_name = signer,
                                        .signed_us = session->signed_us,
                                        .entries = list,
                                        .count = count},
                    out);
    mem_free(words);
    mem_free(sigs);
    mem_free(list);
}

static enum status export_session(struct act *act, const struct reconciliation *session, struct buffer *out, struct error *err)
{
    struct site *site = act->actor->site;
    struct json_document *doc = NULL;
    struct patient patient;
    char *signer = NULL;
    if (session->signed_list[0] == '\0' || session->signed_us == 0) {
        return error_set(err, STATUS_REFUSED, _("The list is not signed yet: there is nothing to hand over."));
    }
    enum status status = json_parse(session->signed_list, strlen(session->signed_list), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    if (status == STATUS_OK) {
        status = patient_get(site->store, session->patient, &patient, err);
    }
    if (status == STATUS_OK) {
        char *name = patient_display_name(&patient);
        status = person_name(site->store, session->signed_by, &signer, err);
        if (status == STATUS_OK) {
            export_list(session, name, signer, json_get(json_root(doc), "entries"), out);
        }
        mem_free(name);
        mem_free(signer);
        patient_release(&patient);
    }
    json_free(doc);
    return status;
}

enum status reconcile_export(struct actor *actor, struct uid id, struct buffer *out, struct error *err)
{
    struct reconciliation session;
    enum status status = work_may(actor, PERMISSION_EXPORT_PATIENT, "reconcile.export", err);
    if (status == STATUS_OK) {
        status = step_up_require(actor, STEP_UP_ACT_US, err);
    }
    if (status == STATUS_OK) {
        status = reconciliation_get(actor->site->store, id, &session, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    struct act act = ACT(actor, PERMISSION_EXPORT_PATIENT, "reconcile.export", "reconciliations", session.patient);
    act.record = id;
    act.risk = RISK_LEVEL_MEDIUM;
    status = act_begin(&act, err);
    if (status == STATUS_OK) {
        status = act_end(&act, export_session(&act, &session, out, err), err);
    }
    reconciliation_release(&session);
    return status;
}
