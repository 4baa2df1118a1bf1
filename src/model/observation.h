/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an order asks of a measurement before a dose is given (clinical.md 4.B.8, 4.B.10): hold rules ("hold if systolic
 * < 100") and scales (a dose by glucose). Plain values, nothing to release. Pure. */
#ifndef MODEL_OBSERVATION_H
#define MODEL_OBSERVATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "base/error.h"
#include "model/enums.h"

#define OBSERVATION_UNIT_MAX 16
#define HOLD_RULES_MAX 4
#define SCALE_BANDS_MAX 12

/* As written: a value that is equal to the limit follows the operator. The values are stored: they never change. */
enum observation_is {
    OBSERVATION_BELOW = 1,
    OBSERVATION_AT_MOST = 2,
    OBSERVATION_ABOVE = 3,
    OBSERVATION_AT_LEAST = 4,
};

struct hold_rule {
    enum metric_type type;
    enum observation_is is;
    struct decimal value;
    char unit[OBSERVATION_UNIT_MAX]; /* one that measure_convert() keeps; "" a plain number */
};

enum scale_action {
    SCALE_DOSE = 1, /* zero: nothing is given, and that is recorded as held */
    SCALE_HOLD = 2, /* held, and the site's protocol for it */
    SCALE_CALL = 3, /* the prescriber is called before anything is given */
};

struct scale_band {
    struct decimal from; /* included; up to the next band's, which is not. The first is zero */
    enum scale_action action;
    struct decimal dose; /* in the order's unit; SCALE_DOSE only */
};

struct scale {
    uint8_t count; /* 0: the order has no scale */
    enum metric_type type;
    char unit[OBSERVATION_UNIT_MAX];
    struct scale_band bands[SCALE_BANDS_MAX]; /* ascending: neither gap nor overlap is possible */
};

/* Typed text, lower or upper case: "sbp < 100 or hr < 60", "glucose <= 4 mmol/L". Fills at most HOLD_RULES_MAX rules and
 * answers the bytes it read, 0 when no rule begins the text. A glucose or another value that laboratories give in two
 * units needs its unit. */
size_t hold_rules_read(const char *text, struct hold_rule *out, size_t *out_count);

/* "glucose mg/dL <70 hold 70-149 0 150-199 2 units ... >400 call"; ranges may also touch (150-200, 200-250). *out_problem
 * is the sentence for a scale that was begun and cannot be kept: gap, overlap, no unit, no action below or above. */
size_t scale_read(const char *text, struct scale *out, const char **out_problem);

/* The other way round, as scale_read() and hold_rules_read() read it back; and in words ("systolic blood pressure below
 * 100 mmHg"). Return buf. */
#define OBSERVATION_TEXT_MAX 128
#define SCALE_TEXT_MAX 512
const char *hold_rule_write(const struct hold_rule *rule, char buf[OBSERVATION_TEXT_MAX]);
const char *hold_rule_words(const struct hold_rule *rule, char buf[OBSERVATION_TEXT_MAX]);
const char *scale_write(const struct scale *scale, char buf[SCALE_TEXT_MAX]);
const char *scale_words(const struct scale *scale, const char *unit_of_dose, char buf[SCALE_TEXT_MAX]);

/* STATUS_INVALID for rules and scales that no order may hold (also what came by import or synchronisation): first band not
 * at zero, not ascending, a dose that falls while the value rises, nothing to do below or above. */
enum status hold_rule_check(const struct hold_rule *rule, struct error *err) MUST_USE;
enum status scale_check(const struct scale *scale, struct error *err) MUST_USE;

/* Whether the rule says hold. False in *out_comparable where the value's unit has nothing to do with the rule's. */
bool hold_rule_is_met(const struct hold_rule *rule, struct decimal value, const char *unit, bool *out_comparable);
/* The band of a value; NULL where it cannot be compared. */
const struct scale_band *scale_find(const struct scale *scale, struct decimal value, const char *unit);

bool hold_rule_equal(const struct hold_rule *a, const struct hold_rule *b);
bool scale_equal(const struct scale *a, const struct scale *b);
struct decimal scale_most(const struct scale *scale); /* the largest dose */

#endif
