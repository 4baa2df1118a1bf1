/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kidney function of an adult by Cockcroft and Gault, from what is known of the patient. Never invented: what lacks is
 * said. Pure. */
#ifndef MODEL_KIDNEY_H
#define MODEL_KIDNEY_H

#include "model/patient.h"

enum { KIDNEY_ADULT_YEARS = 18 };

enum kidney_gap {
    KIDNEY_KNOWN,
    KIDNEY_NO_CREATININE,
    KIDNEY_NO_AGE,
    KIDNEY_NO_WEIGHT,
    KIDNEY_NO_SEX,
    KIDNEY_CHILD, /* the formula is for adults */
};

struct kidney {
    enum kidney_gap gap;
    struct decimal crcl;       /* mL/min, whole; KIDNEY_KNOWN */
    struct decimal creatinine; /* mg/dL */
    int64_t creatinine_at_us;
    struct decimal weight_kg;  /* that it was calculated with */
    int age_years;
};

/* (140 - age) x kg / (72 x mg/dL), x 0.85 for a woman. */
struct kidney kidney_clearance(const struct patient *patient, struct date today);

/* What lacks, translated: "no creatinine". "" when it is known. */
const char *kidney_gap_text(enum kidney_gap gap);

/* The number that dosing by kidney function goes by: the newer of a laboratory's eGFR and the clearance, the lower when
 * both are of one instant. False: neither is known. */
bool kidney_function(const struct patient *patient, struct date today, struct decimal *out, int64_t *out_at_us);

#endif
