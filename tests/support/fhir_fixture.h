/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FHIR for tests: reads a text or a file of tests/data/fhir and finds things in the result. */
#ifndef SUPPORT_FHIR_FIXTURE_H
#define SUPPORT_FHIR_FIXTURE_H

#include "exchange/fhir.h"

/* Equal names give equal ids, unequal ones different ids; no cryptography. */
struct uid fixture_derive(void *context, const char *name);
extern const struct fhir_options FIXTURE_OPTIONS; /* UTC, no source */

/* One file named "test.json" (or as given). The caller releases the import. */
struct fhir_import fixture_read(const char *json);
struct fhir_import fixture_read_named(const char *name, const char *json);
struct fhir_import fixture_read_file(const char *name); /* of tests/data/fhir */

/* The only chart; the test fails when there is not exactly one. */
struct fhir_chart *fixture_chart(struct fhir_import *import);
/* NULL when there is none. */
const struct fhir_chart *fixture_find(const struct fhir_import *import, const char *source_id);
const struct order *fixture_order(const struct fhir_chart *chart, const char *drug_text);
bool fixture_warns(const struct fhir_warning_list *list, const char *part_of_message);
size_t fixture_skipped(const struct fhir_file *file, const char *what, const char *part_of_reason);
size_t fixture_read_count(const struct fhir_file *file, const char *type);

/* Patient/p and the resource(s) as a collection; `json` is a list of resources, joined by commas. */
char *fixture_bundle(const char *json); /* the caller frees with mem_free() */
struct fhir_import fixture_read_with_patient(const char *json);

#endif
