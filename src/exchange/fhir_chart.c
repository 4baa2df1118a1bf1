/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_chart.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/zone.h"
#include "exchange/fhir_code.h"
#include "exchange/fhir_write.h"

#define LOINC "http://loinc.org"
#define HL7 "http://terminology.hl7.org/CodeSystem/"

static void write_day(struct json_writer *w, const char *key, struct date date)
{
    char text[DATE_TEXT_MAX];
    fhir_write_if(w, key, date_format_iso(date, text));
}

static void write_instant(struct json_writer *w, const char *key, int64_t at_us)
{
    char text[INSTANT_TEXT_MAX];
    if (at_us != 0) {
        json_write_member(w, key, instant_format_utc(at_us, text));
    }
}

/* "note": [{"text": ...}] */
static void write_text_list(struct json_writer *w, const char *key, const char *text)
{
    if (fhir_has(text)) {
        json_write_key(w, key);
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "text", text);
        json_end_object(w);
        json_end_array(w);
    }
}

static void write_subject(struct json_writer *w, const char *key, const struct fhir_whole *c)
{
    char *name = patient_display_name(c->patient);
    fhir_write_reference(w, key, "Patient/", c->patient->id, name);
    mem_free(name);
}

/* ---- the person ---- */

static void write_identifier(struct json_writer *w, const char *system, const char *value, bool is_mrn)
{
    json_begin_object(w);
    if (is_mrn) {
        fhir_write_concept(w, "type", HL7 "v2-0203", "MR", NULL);
    }
    fhir_write_if(w, "system", system != NULL && strchr(system, ':') != NULL ? system : NULL); /* a URI, or none */
    json_write_member(w, "value", value);
    json_end_object(w);
}

static void write_name(struct json_writer *w, const struct patient *p)
{
    json_write_key(w, "name");
    json_begin_array(w);
    json_begin_object(w);
    fhir_write_if(w, "family", p->last_name);
    if (fhir_has(p->first_name)) {
        json_write_key(w, "given");
        json_begin_array(w);
        json_write_string(w, p->first_name);
        json_end_array(w);
    }
    json_end_object(w);
    json_end_array(w);
}

static void write_patient(struct json_writer *w, const struct patient *p)
{
    fhir_begin_resource(w, p->id, "Patient");
    json_write_key(w, "identifier");
    json_begin_array(w);
    if (fhir_has(p->mrn)) {
        write_identifier(w, NULL, p->mrn, true);
    }
    for (size_t i = 0; i < p->identifiers.len; i++) {
        const struct identifier *id = &p->identifiers.items[i];
        if (strcmp(id->value, p->mrn) != 0) {
            write_identifier(w, id->system, id->value, id->kind == IDENTIFIER_KIND_MRN);
        }
    }
    json_end_array(w);
    write_name(w, p);
    if (p->gender != GENDER_NONE_GIVEN) {
        json_write_member(w, "gender", enum_word(ENUM_GENDER, (int)p->gender));
    }
    write_day(w, "birthDate", p->birth_date);
    write_day(w, "deceasedDateTime", p->death_date);
    if (fhir_has(p->phone_number)) {
        json_write_key(w, "telecom");
        json_begin_array(w);
        json_begin_object(w);
        json_write_member(w, "system", "phone");
        json_write_member(w, "value", p->phone_number);
        json_end_object(w);
        json_end_array(w);
    }
    write_text_list(w, "address", p->address);
    if (fhir_has(p->language)) {
        json_write_key(w, "communication");
        json_begin_array(w);
        json_begin_object(w);
        fhir_write_concept(w, "language", "urn:ietf:bcp:47", p->language, NULL);
        json_end_object(w);
        json_end_array(w);
    }
    fhir_end_resource(w);
}

/* ---- allergies and problems ---- */

static void write_allergy(struct json_writer *w, const struct fhir_whole *c, const struct allergy *a)
{
    static const char *const categories[] = {[ALLERGEN_TYPE_DRUG] = "medication", [ALLERGEN_TYPE_DRUG_CLASS] = "medication",
                                             [ALLERGEN_TYPE_FOOD] = "food", [ALLERGEN_TYPE_ENVIRONMENT] = "environment"};
    bool is_tolerated = a->kind == ALLERGY_KIND_TOLERATED; /* FHIR says it by refuting the allergy */
    bool is_refuted = is_tolerated || a->state == ALLERGY_STATE_REFUTED;
    bool is_over = is_refuted || a->state == ALLERGY_STATE_INACTIVE;
    enum reaction_severity severity = allergy_severity(a);
    const char *category = a->type > 0 && (size_t)a->type < sizeof categories / sizeof *categories ? categories[a->type] : NULL;
    fhir_begin_resource(w, a->id, "AllergyIntolerance");
    fhir_write_concept(w, "clinicalStatus", HL7 "allergyintolerance-clinical",
                       a->state == ALLERGY_STATE_RESOLVED ? "resolved" : is_over ? "inactive" : "active", NULL);
    fhir_write_concept(w, "verificationStatus", HL7 "allergyintolerance-verification",
                       is_refuted       ? "refuted"
                       : a->is_verified ? "confirmed"
                                        : "unconfirmed",
                       NULL);
    json_write_member(w, "type", a->kind == ALLERGY_KIND_ALLERGY || is_tolerated ? "allergy" : "intolerance");
    if (category != NULL) {
        json_write_key(w, "category");
        json_begin_array(w);
        json_write_string(w, category);
        json_end_array(w);
    }
    if (severity >= REACTION_SEVERITY_SEVERE) {
        json_write_member(w, "criticality", "high");
    }
    fhir_write_concept(w, "code", fhir_system_uri(a->code_system), a->code, a->allergen_name);
    write_subject(w, "patient", c);
    write_day(w, "onsetDateTime", a->onset);
    write_instant(w, "recordedDate", a->recorded_at_us);
    write_text_list(w, "note", is_tolerated && !fhir_has(a->note) ? "tolerated" : a->note);
    if (fhir_has(a->reaction)) {
        json_write_key(w, "reaction");
        json_begin_array(w);
        json_begin_object(w);
        write_text_list(w, "manifestation", a->reaction);
        if (severity != REACTION_SEVERITY_NONE_GIVEN) {
            bool is_severe = severity >= REACTION_SEVERITY_SEVERE;
            json_write_member(w, "severity", is_severe ? "severe" : enum_word(ENUM_REACTION_SEVERITY, (int)severity));
        }
        json_end_object(w);
        json_end_array(w);
    }
    fhir_end_resource(w);
}

/* "No known allergies" is a statement of its own; "nobody asked" is none. */
static bool write_no_allergy(struct json_writer *w, const struct fhir_whole *c)
{
    if (c->allergies->len > 0 || c->patient->allergy_status != ALLERGY_STATUS_NONE_KNOWN) {
        return false;
    }
    struct uid id = c->patient->id;
    id.bytes[15] ^= 1; /* of the patient, and not the patient: the same in each export */
    fhir_begin_resource(w, id, "AllergyIntolerance");
    fhir_write_concept(w, "clinicalStatus", HL7 "allergyintolerance-clinical", "active", NULL);
    fhir_write_concept(w, "verificationStatus", HL7 "allergyintolerance-verification", "confirmed", NULL);
    fhir_write_concept(w, "code", "http://snomed.info/sct", "716186003", "No known allergy");
    write_subject(w, "patient", c);
    write_instant(w, "recordedDate", c->patient->allergy_status_at_us);
    fhir_end_resource(w);
    return true;
}

static void write_condition(struct json_writer *w, const struct fhir_whole *c, const struct condition *p)
{
    bool is_refuted = p->status == CONDITION_STATUS_REFUTED;
    fhir_begin_resource(w, p->id, "Condition");
    fhir_write_concept(w, "clinicalStatus", HL7 "condition-clinical",
                       is_refuted ? "inactive" : enum_word(ENUM_CONDITION_STATUS, (int)p->status), NULL);
    fhir_write_concept(w, "verificationStatus", HL7 "condition-ver-status", is_refuted ? "refuted" : "confirmed", NULL);
    if (p->severity != CONDITION_SEVERITY_NONE_GIVEN) {
        fhir_write_concept(w, "severity", NULL, NULL, enum_word(ENUM_CONDITION_SEVERITY, (int)p->severity));
    }
    fhir_write_concept(w, "code", fhir_system_uri(p->code_system), p->code, p->name);
    write_subject(w, "subject", c);
    write_day(w, "onsetDateTime", p->diagnosed);
    write_day(w, "abatementDateTime", p->abated);
    write_instant(w, "recordedDate", p->recorded_at_us);
    write_text_list(w, "note", p->notes);
    fhir_end_resource(w);
}

/* ---- medicines ---- */

static const char *order_status(enum medication_status status)
{
    switch (status) {
    case MEDICATION_STATUS_ON_HOLD:
        return "on-hold";
    case MEDICATION_STATUS_IN_ERROR:
        return "entered-in-error";
    case MEDICATION_STATUS_DRAFT:
    case MEDICATION_STATUS_ACTIVE:
    case MEDICATION_STATUS_STOPPED:
    case MEDICATION_STATUS_COMPLETED:
    case MEDICATION_STATUS_CANCELLED:
        return enum_word(ENUM_MEDICATION_STATUS, (int)status);
    case MEDICATION_STATUS_NONE_GIVEN:
    case MEDICATION_STATUS_UNKNOWN:
    case MEDICATION_STATUS_COUNT:
        break;
    }
    return "unknown";
}

static void write_supply(struct json_writer *w, const struct order *o)
{
    json_write_key(w, "dispenseRequest");
    json_begin_object(w);
    json_write_key(w, "validityPeriod");
    json_begin_object(w);
    write_instant(w, "start", o->start_us);
    write_instant(w, "end", o->stop_us);
    json_end_object(w);
    if (o->quantity > 0) {
        json_write_key(w, "numberOfRepeatsAllowed");
        json_write_int(w, o->refills);
        fhir_write_quantity(w, "quantity", decimal_from_int(o->quantity), NULL, NULL);
    }
    json_end_object(w);
}

static void write_order(struct json_writer *w, const struct fhir_whole *c, const struct order *o)
{
    char words[SIG_TEXT_MAX];
    char *drug = order_display_drug(o);
    const char *directions = sig_format(&o->sig, words);
    fhir_begin_resource(w, o->id, "MedicationRequest");
    if (fhir_has(o->prescription_number)) {
        json_write_key(w, "identifier");
        json_begin_array(w);
        write_identifier(w, NULL, o->prescription_number, false);
        json_end_array(w);
    }
    json_write_member(w, "status", order_status(o->status));
    if (fhir_has(o->reason)) {
        fhir_write_concept(w, "statusReason", NULL, NULL, o->reason);
    }
    json_write_member(w, "intent", "order");
    if (o->source == ORDER_SOURCE_REPORTED) {
        json_write_key(w, "reportedBoolean");
        json_write_bool(w, true);
    }
    fhir_write_concept(w, "medicationCodeableConcept", fhir_system_uri(o->code_system), o->code, drug);
    write_subject(w, "subject", c);
    write_instant(w, "authoredOn", o->recorded_at_us);
    if (fhir_has(o->prescriber_name)) {
        json_write_key(w, "requester");
        json_begin_object(w);
        json_write_member(w, "display", o->prescriber_name);
        json_end_object(w);
    }
    write_text_list(w, "reasonCode", o->indication);
    fhir_write_dosage(w, "dosageInstruction", &o->sig, fhir_has(directions) ? directions : o->directions);
    write_supply(w, o);
    fhir_end_resource(w);
    mem_free(drug);
}

static const char *dose_status(enum dose_status status)
{
    return status == DOSE_STATUS_IN_PROGRESS ? "in-progress"
           : status == DOSE_STATUS_STOPPED   ? "stopped"
           : dose_status_is_taken(status)    ? "completed"
                                             : "not-done";
}

static const struct order *order_of(const struct fhir_whole *c, struct uid id)
{
    for (size_t i = 0; i < c->orders->len; i++) {
        if (uid_compare(c->orders->items[i].id, id) == 0) {
            return &c->orders->items[i];
        }
    }
    return NULL;
}

static void write_dose(struct json_writer *w, const struct fhir_whole *c, const struct dose_event *e)
{
    const struct order *order = order_of(c, e->order);
    const char *status = dose_status(e->status);
    bool is_not_done = strcmp(status, "not-done") == 0;
    char *drug = order != NULL ? order_display_drug(order) : mem_copy_text("");
    fhir_begin_resource(w, e->id, "MedicationAdministration");
    json_write_member(w, "status", status);
    if (is_not_done) { /* which of the ways not to give a dose it was */
        char *why = mem_format("%s%s%s", enum_word(ENUM_DOSE_STATUS, (int)e->status), fhir_has(e->reason) ? ": " : "",
                               fhir_has(e->reason) ? e->reason : "");
        write_text_list(w, "statusReason", why);
        mem_free(why);
    }
    fhir_write_concept(w, "medicationCodeableConcept", order != NULL ? fhir_system_uri(order->code_system) : NULL,
                       order != NULL ? order->code : NULL, drug);
    write_subject(w, "subject", c);
    write_instant(w, "effectiveDateTime", e->occurred_us != 0 ? e->occurred_us : e->planned_us);
    fhir_write_reference(w, "request", "MedicationRequest/", e->order, NULL);
    write_text_list(w, "note", e->notes);
    if (!is_not_done && !decimal_is_zero(e->amount)) {
        json_write_key(w, "dosage");
        json_begin_object(w);
        if (e->route != ROUTE_NONE_GIVEN) {
            fhir_write_concept(w, "route", NULL, NULL, enum_word(ENUM_ROUTE, (int)e->route));
        }
        fhir_write_quantity(w, "dose", e->amount, unit_word(e->unit), fhir_ucum(e->unit));
        json_end_object(w);
    }
    fhir_end_resource(w);
    mem_free(drug);
}

/* ---- measurements ---- */

static void write_metric(struct json_writer *w, const struct fhir_whole *c, const struct metric *m)
{
    fhir_begin_resource(w, m->id, "Observation");
    json_write_member(w, "status", "final");
    fhir_write_concept(w, "code", LOINC, fhir_metric_code(m->type), enum_word(ENUM_METRIC_TYPE, (int)m->type));
    write_subject(w, "subject", c);
    write_instant(w, "effectiveDateTime", m->at_us);
    fhir_write_quantity(w, "valueQuantity", m->value, m->unit, NULL);
    write_text_list(w, "note", m->notes);
    fhir_end_resource(w);
}

/* Weight and height stand in the profile too: there alone where nobody measured them here. */
static size_t write_profile_metric(struct json_writer *w, const struct fhir_whole *c, enum metric_type type, struct decimal value,
                                   const char *unit, int64_t at_us)
{
    char note[] = "", word[8];
    for (size_t i = 0; i < c->metrics->len; i++) {
        if (c->metrics->items[i].type == type) {
            return 0;
        }
    }
    if (decimal_is_zero(value)) {
        return 0;
    }
    (void)snprintf(word, sizeof word, "%s", unit); /* "kg", "cm" */
    struct metric m = {.id = c->patient->id, .type = type, .value = value, .unit = word, .notes = note,
                       .at_us = at_us != 0 ? at_us : c->written_us};
    m.id.bytes[15] ^= (uint8_t)(2 + (int)type); /* as in write_no_allergy() */
    write_metric(w, c, &m);
    return 1;
}

int64_t fhir_chart_write(const struct fhir_whole *c, struct buffer *out)
{
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "resourceType", "Bundle");
    json_write_member(&w, "type", "collection");
    write_instant(&w, "timestamp", c->written_us);
    json_write_key(&w, "entry");
    json_begin_array(&w);
    write_patient(&w, c->patient);
    size_t count = 1 + c->allergies->len + c->conditions->len + c->orders->len + c->metrics->len + c->doses->len;
    count += write_no_allergy(&w, c) ? 1 : 0;
    for (size_t i = 0; i < c->allergies->len; i++) {
        write_allergy(&w, c, &c->allergies->items[i]);
    }
    for (size_t i = 0; i < c->conditions->len; i++) {
        write_condition(&w, c, &c->conditions->items[i]);
    }
    for (size_t i = 0; i < c->orders->len; i++) {
        write_order(&w, c, &c->orders->items[i]);
    }
    for (size_t i = 0; i < c->doses->len; i++) {
        write_dose(&w, c, &c->doses->items[i]);
    }
    for (size_t i = 0; i < c->metrics->len; i++) {
        write_metric(&w, c, &c->metrics->items[i]);
    }
    count += write_profile_metric(&w, c, METRIC_TYPE_WEIGHT, c->patient->weight_kg, "kg", c->patient->weight_at_us);
    count += write_profile_metric(&w, c, METRIC_TYPE_HEIGHT, decimal_from_int(c->patient->height_cm), "cm", 0);
    json_end_array(&w);
    json_end_object(&w);
    buffer_append(out, w.out.bytes, w.out.len);
    json_writer_release(&w);
    return (int64_t)count;
}
