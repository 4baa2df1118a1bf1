/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that give the codes of FHIR and its usual code systems our words. Pure look-ups; nothing
 * is owned. */
#ifndef EXCHANGE_FHIR_CODE_H
#define EXCHANGE_FHIR_CODE_H

#include <stdbool.h>

#include "model/enums.h"
#include "model/unit.h"

struct fhir_word {
    const char *code;
    int value;
};
/* 0 when code is NULL or not in the table (which ends in a row without code). */
int fhir_word_value(const struct fhir_word *words, const char *code);

/* "rxnorm", "snomed", "ndc", "icd10", "atc", "unii", "loinc"... for a code system's URI or OID; the
 * URI itself when it is not known; "" for NULL. */
const char *fhir_system_word(const char *uri);

/* The other way: a URI for such a word, or what was given. */
const char *fhir_system_uri(const char *word);

enum route
fhir_route(const char *code); /* SNOMED CT, NCI, EDQM, HL7 v3: codes do not collide; 0 unknown */
enum route fhir_route_text(const char *words); /* "by mouth", "Intravenous route"; 0 unknown */
/* Codes and words of a feeding tube, whichever it is: what is for the mouth goes through it. */
bool fhir_route_is_tube(const char *code);
bool fhir_route_text_is_tube(const char *words);

/* Of a Quantity: its code, else its unit text. *out_basis tells of "mg/kg" (per dose) and "mg/kg/d"
 * (per day); the unit is then the one above the line. UNIT_NONE when unknown. */
enum fhir_basis { FHIR_BASIS_NONE, FHIR_BASIS_PER_DOSE, FHIR_BASIS_PER_DAY };
enum unit fhir_unit(const char *code, const char *text, enum fhir_basis *out_basis);

/* The LOINC code of a measurement; NULL: none. */
const char *fhir_metric_code(enum metric_type type);

/* Statements of absence, in SNOMED CT, in the International Patient Summary's own list and in whole
 * usual sentences. */
enum fhir_absence {
    FHIR_ABSENCE_NONE = 0,
    FHIR_ABSENCE_NO_ALLERGY,      /* of any kind, or of any drug */
    FHIR_ABSENCE_NO_SUCH_ALLERGY, /* of food, animals, latex, ... only */
    FHIR_ABSENCE_NOT_ASKED,
    FHIR_ABSENCE_NO_MEDICATION,
    FHIR_ABSENCE_NO_PROBLEM,
};
enum fhir_absence fhir_absence(const char *system, const char *code, const char *words);

bool fhir_is_r4_type(const char *type);
bool fhir_is_foreign_order_type(const char *type); /* orders of an earlier release */

#endif
