/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A signed list of medicines as FHIR R4: a collection Bundle with one List (LOINC 10160-0) and a MedicationStatement for
 * each entry. Writes text only; reads no clock. */
#ifndef EXCHANGE_FHIR_LIST_H
#define EXCHANGE_FHIR_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/date.h"
#include "base/uid.h"
#include "model/sig.h"

struct fhir_list_entry { /* borrowed; texts may be NULL or "" */
    struct uid id;
    const char *state;   /* "active", "on_hold", "stopped", "unverified" */
    const char *drug, *code_system, *code, *strength, *form;
    const struct sig *sig;
    const char *directions; /* in words */
    const char *indication, *reason, *outcome;
};

struct fhir_list {
    struct uid id, patient, signer;
    const char *patient_name, *signer_name;
    int64_t signed_us;
    const struct fhir_list_entry *entries;
    size_t count;
};

/* Appends the Bundle. */
void fhir_list_write(const struct fhir_list *list, struct buffer *out);

#endif
