/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was measured before a dose and decided about it (clinical.md 4.B.8, 4.B.10): kept with the record of the dose, so that
 * a measurement that is corrected later does not change what the giver saw. Plain values, nothing to release. Pure. */
#ifndef MODEL_DOSE_VALUE_H
#define MODEL_DOSE_VALUE_H

#include <stddef.h>
#include <stdint.h>

#include "base/uid.h"
#include "base/zone.h"
#include "model/observation.h"

#define DOSE_VALUES_MAX (HOLD_RULES_MAX + 1)

struct dose_value {
    enum metric_type type;
    struct uid metric;    /* health_metrics row */
    struct decimal value;
    char unit[OBSERVATION_UNIT_MAX];
    int64_t at_us;
};

/* For the column dose_events.observed; the caller frees. NULL for none. */
char *dose_values_to_json(const struct dose_value *values, size_t count);
/* The other way round: how many there were. What cannot be read (a newer program's) is left out; text NULL: none. */
size_t dose_values_from_json(const char *text, struct dose_value out[DOSE_VALUES_MAX]);

/* "glucose 62 mg/dL at 08:10" */
#define DOSE_VALUE_TEXT_MAX 96
const char *dose_value_words(const struct dose_value *value, const struct zone *zone, char buf[DOSE_VALUE_TEXT_MAX]);
/* All of them with commas between; the caller frees. "" for none. */
char *dose_values_words(const struct dose_value *values, size_t count, const struct zone *zone);

#endif
