/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient's chart from outside into the store: one transaction with its audit row, all or
 * nothing. Private to src/service/import*.c. */
#ifndef SERVICE_IMPORT_WRITE_H
#define SERVICE_IMPORT_WRITE_H

#include "exchange/fhir.h"
#include "service/site.h"

struct import_written {
    bool is_new_patient;
    /* Entries that gave a new row or a new version, parallel to the chart's lists. */
    bool *allergies, *conditions, *orders, *metrics, *coverages;
    size_t count;                      /* of all of them */
    struct fhir_warning_list warnings; /* what was here and was not changed */
};
void import_written_release(struct import_written *written);

/* A record that is here already is left alone unless the source changed it and nobody here did. On
 * failure nothing of the patient was written and *out is empty. is_trial: everything is written,
 * providers too, and taken back: *out says what would have been. */
enum status import_write_chart(struct actor *actor, struct fhir_import *import,
                               const struct fhir_chart *chart, bool is_trial,
                               struct import_written *out, struct error *err) MUST_USE;

/* The providers of all charts, before these: one transaction. is_new is parallel to
 * import->providers. */
enum status import_write_providers(struct actor *actor, struct fhir_import *import, bool is_trial,
                                   bool *is_new, struct error *err) MUST_USE;

#endif
