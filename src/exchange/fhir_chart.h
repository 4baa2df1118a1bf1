/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patient's chart as a FHIR R4 collection Bundle: Patient, AllergyIntolerance, Condition, MedicationRequest,
 * MedicationAdministration, Observation. What FHIR has no place for stands in a note or is in the JSON export only. Writes
 * text; reads no clock; everything is borrowed. */
#ifndef EXCHANGE_FHIR_CHART_H
#define EXCHANGE_FHIR_CHART_H

#include "base/buffer.h"
#include "model/allergy.h"
#include "model/condition.h"
#include "model/dose.h"
#include "model/metric.h"
#include "model/order.h"
#include "model/patient.h"

struct fhir_whole {
    const struct patient *patient;
    const struct allergy_list *allergies;
    const struct condition_list *conditions;
    const struct order_list *orders;
    const struct metric_list *metrics;  /* in force */
    const struct dose_event_list *doses; /* those that stand */
    int64_t written_us;
};

/* Appends the Bundle; how many resources it has. */
int64_t fhir_chart_write(const struct fhir_whole *chart, struct buffer *out);

#endif
