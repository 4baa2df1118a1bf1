/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads C-CDA documents (CCD, discharge summary, referral): the patient, medications, allergies and
 * problems, in the shape of the FHIR reader's result (fhir.h), one file at a time. Each entry of
 * each section is read, or counted with its section's name and a reason. No network, no entities,
 * no document type, no inclusion; size and depth are limited. Nothing is stored here. */
#ifndef EXCHANGE_CCDA_H
#define EXCHANGE_CCDA_H

#include "exchange/fhir.h"

/* Of the options, zone, derive and knows count. *out has one file with its account; on failure the
 * file is refused and out->files says why. Caller releases *out with fhir_import_release(). */
enum status ccda_read_file(const char *path, const struct fhir_options *options,
                           struct fhir_import *out, struct error *err) MUST_USE;
enum status ccda_read_text(const char *name, const char *bytes, size_t len_bytes,
                           const struct fhir_options *options, struct fhir_import *out,
                           struct error *err) MUST_USE;

/* Whether the text begins as XML does: whatever is XML is read, or refused by name, here. */
bool ccda_is_document(const char *bytes, size_t len_bytes);

#endif
