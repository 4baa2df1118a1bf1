/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_list.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "base/zone.h"
#include "exchange/fhir_code.h"
#include "exchange/fhir_write.h"

#define LOINC "http://loinc.org"

/* The bound words of MedicationStatement.status; what nobody could verify is "unknown". */
static const char *status_of(const char *state)
{
    return strcmp(state, "active") == 0    ? "active"
           : strcmp(state, "on_hold") == 0 ? "on-hold"
           : strcmp(state, "stopped") == 0 ? "stopped"
                                           : "unknown";
}

static void write_statement(struct json_writer *w, const struct fhir_list *list, const struct fhir_list_entry *e)
{
    char at[INSTANT_TEXT_MAX];
    bool has_strength = fhir_has(e->strength) && strstr(e->drug, e->strength) == NULL;
    char *drug = mem_format("%s%s%s", e->drug, has_strength ? " " : "", has_strength ? e->strength : "");
    fhir_begin_resource(w, e->id, "MedicationStatement");
    json_write_member(w, "status", status_of(e->state));
    if (fhir_has(e->reason)) {
        json_write_key(w, "statusReason");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", e->reason);
        json_end_object(w);
        json_end_array(w);
    }
    fhir_write_concept(w, "medicationCodeableConcept", fhir_system_uri(e->code_system), e->code, drug);
    fhir_write_reference(w, "subject", "Patient/", list->patient, list->patient_name);
    json_write_member(w, "dateAsserted", instant_format_utc(list->signed_us, at));
    if (fhir_has(e->indication)) {
        json_write_key(w, "reasonCode");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", e->indication);
        json_end_object(w);
        json_end_array(w);
    }
    fhir_write_dosage(w, "dosage", e->sig, e->directions);
    fhir_end_resource(w);
    mem_free(drug);
}

static void write_list(struct json_writer *w, const struct fhir_list *list)
{
    char at[INSTANT_TEXT_MAX];
    fhir_begin_resource(w, list->id, "List");
    json_write_member(w, "status", "current");
    json_write_member(w, "mode", "snapshot");
    fhir_write_concept(w, "code", LOINC, "10160-0", NULL);
    fhir_write_reference(w, "subject", "Patient/", list->patient, list->patient_name);
    json_write_member(w, "date", instant_format_utc(list->signed_us, at));
    fhir_write_reference(w, "source", "Practitioner/", list->signer, list->signer_name);
    json_write_key(w, "entry");
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++) {
        json_begin_object(w);
        if (fhir_has(list->entries[i].outcome)) {
            fhir_write_concept(w, "flag", NULL, NULL, list->entries[i].outcome);
        }
        fhir_write_reference(w, "item", "urn:uuid:", list->entries[i].id, list->entries[i].drug);
        json_end_object(w);
    }
    json_end_array(w);
    fhir_end_resource(w);
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
