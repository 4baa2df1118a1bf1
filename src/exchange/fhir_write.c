/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_write.h"

#include <stdio.h>
#include <string.h>

#define UCUM "http://unitsofmeasure.org"

bool fhir_has(const char *text)
{
    return text != NULL && text[0] != '\0';
}

void fhir_write_if(struct json_writer *w, const char *key, const char *text)
{
    if (fhir_has(text)) {
        json_write_member(w, key, text);
    }
}

void fhir_write_reference(struct json_writer *w, const char *key, const char *prefix, struct uid id, const char *display)
{
    char text[UID_TEXT_MAX], reference[80];
    (void)snprintf(reference, sizeof reference, "%s%s", prefix, uid_format(id, text)); /* fits */
    json_write_key(w, key);
    json_begin_object(w);
    json_write_member(w, "reference", reference);
    fhir_write_if(w, "display", display);
    json_end_object(w);
}

void fhir_write_concept(struct json_writer *w, const char *key, const char *system, const char *code, const char *text)
{
    json_write_key(w, key);
    json_begin_object(w);
    if (fhir_has(code)) {
        json_write_key(w, "coding");
        json_begin_array(w);
        json_begin_object(w);
        fhir_write_if(w, "system", system);
        json_write_member(w, "code", code);
        json_end_object(w);
        json_end_array(w);
    }
    fhir_write_if(w, "text", text);
    json_end_object(w);
}

/* "unit": what FHIR's usual code system calls the mass and volume units; others have words only. */
const char *fhir_ucum(enum unit unit)
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
    if (decimal_is_zero(sig->dose) || !decimal_is_zero(sig->dose_high)) {
        return; /* a range is in the text */
    }
    json_write_key(w, "doseAndRate");
    json_begin_array(w);
    json_begin_object(w);
    fhir_write_quantity(w, "doseQuantity", sig->dose, unit_word(sig->unit), fhir_ucum(sig->unit));
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

static void write_one(struct json_writer *w, const struct sig *sig, const char *directions, int sequence)
{
    json_begin_object(w);
    if (sequence > 0) {
        json_write_key(w, "sequence");
        json_write_int(w, sequence);
    }
    fhir_write_if(w, "text", directions);
    write_timing(w, sig);
    if (sig_is_as_needed(sig)) {
        json_write_key(w, "asNeededBoolean");
        json_write_bool(w, true);
    }
    if (sig->by_tube) {
        fhir_write_concept(w, "route", "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration", "EFT", "feeding tube");
    } else if (sig->route != ROUTE_NONE_GIVEN) {
        fhir_write_concept(w, "route", NULL, NULL, enum_word(ENUM_ROUTE, (int)sig->route));
    }
    write_dose(w, sig);
    json_end_object(w);
}

/* Dosages of one sequence number are taken together: so are parallel directions, each in its own words. */
void fhir_write_dosage(struct json_writer *w, const char *key, const struct sig *sig, const char *directions)
{
    json_write_key(w, key);
    json_begin_array(w);
    for (size_t i = 0; sig->is_parallel && i < sig_step_count(sig); i++) {
        struct sig part;
        char text[SIG_TEXT_MAX];
        sig_step(sig, i, &part);
        part.duration_days = sig->duration_days;
        part.duration_doses = 0; /* counted over all of them */
        write_one(w, &part, sig_format(&part, text), 1);
    }
    if (!sig->is_parallel) {
        write_one(w, sig, directions, 0);
    }
    json_end_array(w);
}

void fhir_write_quantity(struct json_writer *w, const char *key, struct decimal amount, const char *unit, const char *ucum)
{
    char value[DECIMAL_TEXT_MAX];
    json_write_key(w, key);
    json_begin_object(w);
    json_write_key(w, "value");
    json_write_raw(w, decimal_format(amount, value));
    fhir_write_if(w, "unit", unit);
    if (fhir_has(ucum)) {
        json_write_member(w, "system", UCUM);
        json_write_member(w, "code", ucum);
    }
    json_end_object(w);
}

void fhir_begin_resource(struct json_writer *w, struct uid id, const char *type)
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

void fhir_end_resource(struct json_writer *w)
{
    json_end_object(w);
    json_end_object(w);
}

