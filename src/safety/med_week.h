/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of each ingredient one statement of a medicine amounts to in a week, exactly (fractions, never rounded), and
 * how often it is taken. Plain values. */
#ifndef SAFETY_MED_WEEK_H
#define SAFETY_MED_WEEK_H

#include <stdbool.h>
#include <stdint.h>

#include "model/sig.h"
#include "safety/resolve.h"

struct fraction {
    int64_t over, under; /* under > 0, in lowest terms */
};

struct med_week {
    int parts;                 /* ingredients; 1 where the amount is of the whole */
    struct fraction amounts[DRUG_INGREDIENTS_MAX], amounts_high[DRUG_INGREDIENTS_MAX]; /* low and high end of a range */
    enum unit units[DRUG_INGREDIENTS_MAX]; /* mg, units, mmol, mL, tab ...: after conversion */
    struct fraction times;     /* doses a week */
    uint8_t weekdays;          /* 0: no fixed days */
    bool is_stated;            /* every line has a dose and a frequency */
    bool is_empty;
};

enum med_week_result {
    MED_WEEK_EQUAL,
    MED_WEEK_DIFFERENT,
    MED_WEEK_TENFOLD,  /* ten times or more */
    MED_WEEK_UNIT,     /* cannot be compared: units of different kinds */
    MED_WEEK_UNSTATED, /* one of the two does not say it all */
};

void med_week_start(struct med_week *week);
void med_week_add(struct med_week *week, const struct drug_identity *drug, const struct sig *sig);
enum med_week_result med_week_compare(const struct med_week *a, const struct med_week *b);

/* As often and, where both name days, on the same days; true as well where one of them does not say. */
bool med_week_same_times(const struct med_week *a, const struct med_week *b);
bool med_week_is_daily(const struct med_week *week); /* seven times a week or more */

#endif
