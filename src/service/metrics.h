/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements: recording with units and plausibility, correcting, listing. The latest weight and height are kept with the
 * person, where doses are calculated. */
#ifndef SERVICE_METRICS_H
#define SERVICE_METRICS_H

#include "model/metric.h"
#include "model/patient.h"
#include "service/site.h"

/* What has to be asked before these are saved: unusual for the age, or a weight far from the last one. NULL when there is
 * nothing to ask. Whole sentences, translated; the caller frees. */
char *metric_question(const struct patient *patient, const struct metric *metrics, size_t count, struct date today);

/* One moment's measurements of one patient, all or none. is_confirmed: the question was answered yes. STATUS_INVALID names
 * the field (value, at); STATUS_REFUSED when the question was not asked. A metric that supersedes another corrects it
 * (STATUS_STALE when somebody was quicker); with is_in_error it says that the other was none. */
enum status metric_record(struct actor *actor, const struct patient *patient, const struct metric *metrics, size_t count,
                          bool is_confirmed, struct error *err) MUST_USE;

/* Newest first, at most limit, measured before before_us. type METRIC_TYPE_NONE_GIVEN: all. The chart is open and audited. */
enum status metric_list(struct actor *actor, struct uid patient, enum metric_type type, int64_t before_us, int limit,
                        struct metric_list *out, struct error *err) MUST_USE;

enum status metric_find(struct actor *actor, struct uid id, struct metric *out, struct error *err) MUST_USE;

/* patient->pregnancy, due_date and lactation as they were answered now; patient->ver is what the form was based on. */
enum status pregnancy_record(struct actor *actor, const struct patient *patient, struct error *err) MUST_USE;

/* "82.5 kg", "5.8 mmol/L"; temperature in degrees as the site writes them. Returns buf. */
const char *metric_format(const struct metric *metric, char *buf, size_t size);

#endif
