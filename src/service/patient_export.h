/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient's whole record leaves the house: with a reason, a fresh proof (service/step_up.h) and an audit row that is
 * durable before the first byte is handed out. */
#ifndef SERVICE_PATIENT_EXPORT_H
#define SERVICE_PATIENT_EXPORT_H

#include "base/buffer.h"
#include "service/site.h"

enum export_format {
    EXPORT_JSON, /* every row about the patient, by the registry: nothing is left out or put into other words */
    EXPORT_FHIR, /* FHIR R4 Bundle: what another system reads (exchange/fhir_chart.h) */
};

/* STATUS_INVALID, field "reason"; STATUS_STEP_UP; STATUS_RESTRICTED. *out is released by the caller, empty on failure. */
enum status patient_export(struct actor *actor, struct uid patient, enum export_format format, const char *reason, struct buffer *out,
                           struct error *err) MUST_USE;

#endif
