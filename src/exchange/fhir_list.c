/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_list.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/zone.h"

#define LOINC "http://loinc.org"
#define RXNORM "http://www.nlm.nih.gov/research/umls/rxnorm"
#define UCUM "http://unitsofmeasure.org"

static bool has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static void write_if(struct json_writer *w, const char *key, const char *text)
{
    if (has(text)) {
        json_write_member(w, key, text);
    }
}

static void write_reference(struct json_writer *w, const char *key, const char *prefix, struct uid id, const char *display)
{
    char text[UID_TEXT_MAX], reference[80];
    (void)snprintf(reference, sizeof reference, "%s%s", prefix, uid_format(id, text)); /* fits */
    json_write_key(w, key);
    json_begin_object(w);
    json_write_member(w, "reference", reference);
    write_if(w, "display", display);
    json_end_object(w);
}

static void write_concept(struct json_writer *w, const char *key, const char *system, const char *code, const char *text)
{
    json_write_key(w, key);
    json_begin_object(w);
    if (has(code)) {
        json_write_key(w, "coding");
        json_begin_array(w);
        json_begin_object(w);
        write_if(w, "system", system);
        json_write_member(w, "code", code);
        json_end_object(w);
        json_end_array(w);
    }
    write_if(w, "text", text);
    json_end_object(w);
}

static const char *system_of(const char *system)
{
    bool is_rxnorm = has(system) && (strstr(system, "rxnorm") != NULL || strstr(system, "113883.6.88") != NULL);
    return is_rxnorm ? RXNORM : system;
}

/* The bound words of MedicationStatement.status; what nobody could verify is "unknown". */
static const char *status_of(const char *state)
{
    return strcmp(state, "active") == 0    ? "active"
           : strcmp(state, "on_hold") == 0 ? "on-hold"
           : strcmp(state, "stopped") == 0 ? "stopped"
                                           : "unknown";
}

/* "unit": what FHIR's usual code system calls the mass and volume units; others have words only. */
static const char *ucum_of(enum unit unit)
{
    static const struct {
        enum unit unit;
        const char *code;
    } codes[] = {{UNIT_MG, "mg"}, {UNIT_MCG, "ug"}, {UNIT_G, "g"}, {UNIT_ML, "mL"}, {UNIT_MEQ, "meq"}, {UNIT_MMOL, "mmol"}};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        if (codes[i].unit == unit) {
            return codes[i].code;
        }
    }
    return NULL;
}

static void write_dose(struct json_writer *w, const struct sig *sig)
{
    char value[DECIMAL_TEXT_MAX];
    if (decimal_is_zero(sig->dose) || !decimal_is_zero(sig->dose_high)) {
        return; /* a range is in the text */
    }
    json_write_key(w, "doseAndRate");
    json_begin_array(w);
    json_begin_object(w);
    json_write_key(w, "doseQuantity");
    json_begin_object(w);
    json_write_key(w, "value");
    json_write_raw(w, decimal_format(sig->dose, value));
    json_write_member(w, "unit", unit_word(sig->unit));
    if (ucum_of(sig->unit) != NULL) {
        json_write_member(w, "system", UCUM);
        json_write_member(w, "code", ucum_of(sig->unit));
    }
    json_end_object(w);
    json_end_object(w);
    json_end_array(w);
}

/* Only what FHIR can say without loss; the text has all of it. */
static void write_timing(struct json_writer *w, const struct sig *sig)
{
    static const char *const days[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
    bool is_wall = sig->kind == SCHEDULE_KIND_WALL && sig->later_count == 0, is_elapsed = sig->kind == SCHEDULE_KIND_ELAPSED && sig->later_count == 0;
    if (!is_wall && !is_elapsed) {
        return;
    }
    json_write_key(w, "timing");
    json_begin_object(w);
    json_write_key(w, "repeat");
    json_begin_object(w);
    json_write_key(w, "frequency");
    json_write_int(w, is_wall && sig->times_count > 0 ? sig->times_count : 1);
    json_write_key(w, "period");
    json_write_int(w, is_elapsed ? sig->interval_min : sig->every_n_days > 1 ? sig->every_n_days : 1);
    if (is_elapsed && sig->interval_high_min > 0) {
        json_write_key(w, "periodMax");
        json_write_int(w, sig->interval_high_min);
    }
    json_write_member(w, "periodUnit", is_elapsed ? "min" : "d");
    if (is_wall && sig->weekdays != 0) {
        json_write_key(w, "dayOfWeek");
        json_begin_array(w);
        for (int day = 1; day <= 7; day++) {
            if ((sig->weekdays & SIG_WEEKDAY(day)) != 0) {
                json_write_string(w, days[day - 1]);
            }
        }
        json_end_array(w);
    }
    json_end_object(w);
    json_end_object(w);
}

static void write_dosage(struct json_writer *w, const struct fhir_list_entry *e)
{
    json_write_key(w, "dosage");
    json_begin_array(w);
    json_begin_object(w);
    write_if(w, "text", e->directions);
    write_timing(w, e->sig);
    if (sig_is_as_needed(e->sig)) {
        json_write_key(w, "asNeededBoolean");
        json_write_bool(w, true);
    }
    if (e->sig->route != ROUTE_NONE_GIVEN) {
        write_concept(w, "route", NULL, NULL, enum_word(ENUM_ROUTE, (int)e->sig->route));
    }
    write_dose(w, e->sig);
    json_end_object(w);
    json_end_array(w);
}

static void begin_resource(struct json_writer *w, struct uid id, const char *type)
{
    char text[UID_TEXT_MAX], url[64];
    (void)snprintf(url, sizeof url, "urn:uuid:%s", uid_format(id, text)); /* fits */
    json_begin_object(w);
    json_write_member(w, "fullUrl", url);
    json_write_key(w, "resource");
    json_begin_object(w);
    json_write_member(w, "resourceType", type);
    json_write_member(w, "id", text);
}

static void end_resource(struct json_writer *w)
{
    json_end_object(w);
    json_end_object(w);
}

static void write_statement(struct json_writer *w, const struct fhir_list *list, const struct fhir_list_entry *e)
{
    char at[INSTANT_TEXT_MAX];
    bool has_strength = has(e->strength) && strstr(e->drug, e->strength) == NULL;
    char *drug = mem_format("%s%s%s", e->drug, has_strength ? " " : "", has_strength ? e->strength : "");
    begin_resource(w, e->id, "MedicationStatement");
    json_write_member(w, "status", status_of(e->state));
    if (has(e->reason)) {
        json_write_key(w, "statusReason");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", e->reason);
        json_end_object(w);
        json_end_array(w);
    }
    write_concept(w, "medicationCodeableConcept", system_of(e->code_system), e->code, drug);
    write_reference(w, "subject", "Patient/", list->patient, list->patient_name);
    json_write_member(w, "dateAsserted", instant_format_utc(list->signed_us, at));
    if (has(e->indication)) {
        json_write_key(w, "reasonCode");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", e->indication);
        json_end_object(w);
        json_end_array(w);
    }
    write_dosage(w, e);
    end_resource(w);
    mem_free(drug);
}

static void write_list(struct json_writer *w, const struct fhir_list *list)
{
    char at[INSTANT_TEXT_MAX];
    begin_resource(w, list->id, "List");
    json_write_member(w, "status", "current");
    json_write_member(w, "mode", "snapshot");
    write_concept(w, "code", LOINC, "10160-0", NULL);
    write_reference(w, "subject", "Patient/", list->patient, list->patient_name);
    json_write_member(w, "date", instant_format_utc(list->signed_us, at));
    write_reference(w, "source", "Practitioner/", list->signer, list->signer_name);
    json_write_key(w, "entry");
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++) {
        json_begin_object(w);
        if (has(list->entries[i].outcome)) {
            write_concept(w, "flag", NULL, NULL, list->entries[i].outcome);
        }
        write_reference(w, "item", "urn:uuid:", list->entries[i].id, list->entries[i].drug);
        json_end_object(w);
    }
    json_end_array(w);
    end_resource(w);
}

void fhir_list_write(const struct fhir_list *list, struct buffer *out)
{
    struct json_writer w = JSON_WRITER_INIT;
    char at[INSTANT_TEXT_MAX];
    json_begin_object(&w);
    json_write_member(&w, "resourceType", "Bundle");
    json_write_member(&w, "type", "collection");
    json_write_member(&w, "timestamp", instant_format_utc(list->signed_us, at));
    json_write_key(&w, "entry");
    json_begin_array(&w);
    write_list(&w, list);
    for (size_t i = 0; i < list->count; i++) {
        write_statement(&w, list, &list->entries[i]);
    }
    json_end_array(&w);
    json_end_object(&w);
    buffer_append(out, w.out.bytes, w.out.len);
    json_writer_release(&w);
}
