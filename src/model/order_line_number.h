/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, units and times of day as people type them. Numbers are read so that a doubtful one is
 * never a value: what reads differently under the other decimal sign is ambiguous. Private to the
 * order line. */
#ifndef MODEL_ORDER_LINE_NUMBER_H
#define MODEL_ORDER_LINE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "model/unit.h"

enum number_flag {
    NUMBER_NO_LEADING_ZERO = 1, /* .5 */
    NUMBER_TRAILING_ZERO = 2,   /* 5.0, 5. */
    NUMBER_SEPARATOR = 4,       /* 2,5 or 1,000,000: one reading, but look */
    NUMBER_AMBIGUOUS = 8,       /* 1,000 or 1.000 */
    NUMBER_RANGE = 16,          /* 1-2 */
    NUMBER_PAIR = 32,           /* 5/325, 875-125, 70/30: strengths of a combination */
    NUMBER_CLOCK = 64,          /* four digits that could be a time of day */
    NUMBER_PADDED = 128,        /* 0800, 08 */
    NUMBER_FRACTION = 256,      /* 1/2, one half */
    NUMBER_STROKE = 512,        /* of a pair: 5/325 */
};

struct number {
    struct decimal low, high; /* high zero unless NUMBER_RANGE */
    unsigned flags;
    size_t len; /* bytes read */
};

/* Reads as much of the token's spelling as is a number. False when it does not begin with one. */
bool number_read(const char *word, size_t len, struct number *out);

/* "1 to 2": may high be the upper end of a range from low? Strengths of combinations (5-325) are no
 * ranges. */
bool number_is_range(struct decimal low, struct decimal high);

enum unit_form {
    UNIT_FORM_NONE = 0, /* no unit */
    UNIT_FORM_PLAIN,
    UNIT_FORM_PER_KG, /* mg/kg: per dose or per day? */
    UNIT_FORM_PER_KG_DOSE,
    UNIT_FORM_PER_KG_DAY,
    UNIT_FORM_PER_KG_UNCLEAR, /* mg/kg/d: day or dose */
    UNIT_FORM_PER_NUMBER,     /* mg/5: a strength when mL follows */
    UNIT_FORM_STRENGTH,       /* mg/5 mL, mcg/h, units/mL, % */
    UNIT_FORM_RATE,           /* mg/m2, mcg/kg/min, mg/day: nothing that a dose can be made of */
};

struct unit_read {
    enum unit_form form;
    enum unit unit;
    bool is_unsafe; /* U, IU, µg, cc */
};

struct unit_read unit_read(const char *word, size_t len);

/* "18:00", "8am", "8:30 pm" without its space, "24:00". Minutes after midnight, 1440 for 24:00; -1
 * for none. */
int clock_read(const char *word, size_t len);
int clock_read_digits(const char *word, size_t len); /* "0800", "1800"; -1 for none */

/* Days in "7d", "2wk", "10days": the factor of the unit word that begins at word and ends at len; 0
 * for none. */
int period_days(const char *word, size_t len);
int period_minutes(const char *word, size_t len); /* "h", "hrs", "min": likewise in minutes */

bool word_equals(const char *word, size_t len, const char *text);

#endif
