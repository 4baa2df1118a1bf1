/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a measurement comes in: units as people and other systems write them, exact conversion to the unit that is kept,
 * what is plausible at an age, and the reference band. One table for typed and for imported values. Pure. */
#ifndef MODEL_MEASURE_H
#define MODEL_MEASURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/decimal.h"
#include "model/enums.h"

/* The unit that a value is kept and shown in; "" for a plain number. Glucose, creatinine and HbA1c keep either of the two
 * that laboratories use; this is the first. */
/* A weight as people read it: grams count below 10 kg, hundredths above; imported ones may have a dozen places. Returns buf. */
const char *weight_format(struct decimal weight_kg, char buf[DECIMAL_TEXT_MAX]);

const char *measure_unit(enum metric_type type);

/* Whether a bare number is refused because the unit cannot be taken for granted (kg or lb). */
bool measure_needs_unit(enum metric_type type);

/* Exactly converted and rounded once. False: this is not measured in that unit. *out_unit is static. */
bool measure_convert(enum metric_type type, struct decimal value, const char *unit, struct decimal *out, const char **out_unit);

/* A kept value in another of the type's units: glucose mg/dL and mmol/L, creatinine mg/dL and umol/L, HbA1c % and
 * mmol/mol; and back to people's units (kg to lb). */
bool measure_in(enum metric_type type, struct decimal value, const char *unit, const char *wanted, struct decimal *out);

/* "150 lb", "5 ft 7 in", "98.6 F", "7.2 mmol/L", "120". STATUS_INVALID (field "value") says what to type. */
enum status measure_parse(enum metric_type type, const char *text, struct decimal *out, const char **out_unit, struct error *err)
    MUST_USE;

/* A form's example of what to type: "68.5 kg or 150 lb"; not translated. */
const char *measure_hint(enum metric_type type);

enum measure_plausibility {
    MEASURE_PLAUSIBLE,
    MEASURE_UNUSUAL,   /* for the age: asked before it is saved */
    MEASURE_IMPOSSIBLE /* in a living person: refused */
};
/* age_days -1: unknown. *out_low and *out_high are the limits of what is usual, in measure_unit(). */
enum measure_plausibility measure_check(enum metric_type type, struct decimal value, const char *unit, int32_t age_days,
                                        struct decimal *out_low, struct decimal *out_high);

/* Band of an adult at rest, in measure_unit(); false when there is none. */
bool measure_band(enum metric_type type, struct decimal *out_low, struct decimal *out_high);

#endif
