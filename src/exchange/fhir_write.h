/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The elements that every FHIR R4 resource we write is made of. Text only; nothing is owned. */
#ifndef EXCHANGE_FHIR_WRITE_H
#define EXCHANGE_FHIR_WRITE_H

#include <stdbool.h>

#include "base/json.h"
#include "base/uid.h"
#include "model/sig.h"

bool fhir_has(const char *text); /* neither NULL nor "" */
void fhir_write_if(struct json_writer *w, const char *key, const char *text);
void fhir_write_reference(struct json_writer *w, const char *key, const char *prefix, struct uid id, const char *display);
/* system: a URI (fhir_system_uri()); without a code only the text stands. */
void fhir_write_concept(struct json_writer *w, const char *key, const char *system, const char *code, const char *text);
/* The array of one Dosage. What FHIR cannot say without loss stands in its text only. */
void fhir_write_dosage(struct json_writer *w, const char *key, const struct sig *sig, const char *directions);
/* ucum NULL: the unit is a word only. */
void fhir_write_quantity(struct json_writer *w, const char *key, struct decimal amount, const char *unit, const char *ucum);
const char *fhir_ucum(enum unit unit); /* NULL: none */
/* An entry of a Bundle with its resource, open. */
void fhir_begin_resource(struct json_writer *w, struct uid id, const char *type);
void fhir_end_resource(struct json_writer *w);

#endif
