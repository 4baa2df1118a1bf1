/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units of doses and measurements: one list, ISMP-safe words ("units", "mcg", never U, IU or the Greek letter), what a
 * person may type for each, and exact conversion inside a dimension. */
#ifndef MODEL_UNIT_H
#define MODEL_UNIT_H

#include <stdbool.h>

#include "base/decimal.h"

enum unit_dimension {
    UNIT_DIMENSION_MASS,
    UNIT_DIMENSION_VOLUME,
    UNIT_DIMENSION_ACTIVITY,
    UNIT_DIMENSION_MOLES,
    UNIT_DIMENSION_CHARGE,
    UNIT_DIMENSION_RATE,  /* what a patch gives off */
    UNIT_DIMENSION_COUNT, /* things: tablets, puffs; only equal units compare */
    UNIT_DIMENSION_OTHER,
};

enum unit {
    UNIT_NONE = 0,
    UNIT_MG,
    UNIT_MCG,
    UNIT_G,
    UNIT_NG,
    UNIT_KG,
    UNIT_ML,
    UNIT_L,
    UNIT_UNITS,
    UNIT_MILLION_UNITS,
    UNIT_MMOL,
    UNIT_MCMOL,
    UNIT_MEQ,
    UNIT_TABLET,
    UNIT_CAPSULE,
    UNIT_PUFF,
    UNIT_DROP,
    UNIT_PATCH,
    UNIT_SPRAY,
    UNIT_APPLICATION,
    UNIT_SUPPOSITORY,
    UNIT_SACHET,
    UNIT_LOZENGE,
    UNIT_VIAL,
    UNIT_RING,
    UNIT_IMPLANT,
    UNIT_DOSE,
    UNIT_PERCENT,
    UNIT_MG_ML,
    UNIT_MCG_H,
    UNIT_MG_H,
    UNIT_COUNT
};

/* "mg", "mcg", "units", "mL", "tab": stored and shown. "" for UNIT_NONE. Static storage. */
const char *unit_word(enum unit unit);

/* What people and other systems write: "milligrams", "µg", "IU", "[iU]", "tablets", "cc"... UNIT_NONE when unknown.
 * *out_is_unsafe (may be NULL): the spelling is on the error-prone list (U, IU, µg, cc) and must be echoed back. */
enum unit unit_parse(const char *text, bool *out_is_unsafe);
enum unit_dimension unit_dimension(enum unit unit);

/* Exact; STATUS_INVALID across dimensions, STATUS_LIMIT when it does not fit. */
enum status unit_convert(struct decimal value, enum unit from, enum unit to, struct decimal *out) MUST_USE;

#endif
