/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The structured directions of an order: what one dose is and when it is due. Plain values, nothing to release.
 * The words that the patient reads are made from this (never the other way round); directions that could not be
 * structured have kind SCHEDULE_KIND_UNSTRUCTURED and live as text in the order. */
#ifndef MODEL_SIG_H
#define MODEL_SIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/date.h"
#include "base/decimal.h"
#include "model/enums.h"
#include "model/observation.h"
#include "model/unit.h"

#define SIG_TIMES_MAX 24
#define SIG_TEXT_MAX 1400 /* 24 times of day, both limits and a reason, or all steps; what does not fit ends in an ellipsis */
#define SIG_LATER_MAX 11   /* steps behind the first */
#define SIG_DOSES_MAX 400  /* of a step or an order that is counted in doses */
#define SIG_WEEKDAY(n) (1u << ((n) - 1)) /* 1 Monday .. 7 Sunday */

/* clinical.md 4.B.15: an order by weight says per dose or per day; plain mg/kg is never kept. */
enum weight_basis {
    WEIGHT_BASIS_NONE = 0,
    WEIGHT_BASIS_PER_DOSE,
    WEIGHT_BASIS_PER_DAY,
};

/* A later step of an order in steps (taper, loading dose; clinical.md 4.B.11): what it does in place of the step before
 * it; or, in parallel directions, another dose of the same week. Unit, route and food are the order's. */
struct sig_later {
    struct decimal dose, dose_high;
    enum schedule_kind kind;
    uint8_t times_count;
    uint16_t times_min[SIG_TIMES_MAX];
    uint8_t weekdays;
    uint16_t every_n_days;
    uint32_t interval_min, interval_high_min;
    uint16_t duration_days, duration_doses;
    char timing_word[16];
};

/* The fields themselves are the first step; sig_step() gives any step as directions of its own. */
struct sig {
    struct decimal dose;      /* zero with UNIT_NONE: no dose given */
    struct decimal dose_high; /* upper end of a range ("1-2 tab"), else zero */
    enum unit unit;
    enum route route;
    bool by_tube;             /* ORAL: through a feeding tube, so nothing of it can be swallowed whole */
    enum schedule_kind kind;
    uint8_t times_count;              /* WALL: how many times a day */
    uint16_t times_min[SIG_TIMES_MAX]; /* WALL: minutes after local midnight, ascending; ELAPSED and ONCE: at most
                                          one, the wall time of the first dose */
    uint8_t weekdays;                 /* WALL: mask of SIG_WEEKDAY; 0 every day */
    uint16_t every_n_days;            /* WALL: 0 or 1 every day */
    uint8_t month_day;                /* WALL: 1..31, that day of each month; where there is none the month's last */
    uint32_t interval_min;            /* ELAPSED: between doses; PRN: at least between doses */
    uint32_t interval_high_min;       /* upper end of "every 4 to 6 hours", else 0 */
    bool as_needed;                   /* PRN, whatever the timing */
    struct decimal max_per_day;       /* PRN: in `unit`, rolling 24 h; zero: none stated */
    uint16_t max_times_per_day;       /* PRN: count in rolling 24 h; 0: none stated */
    char prn_reason[64];
    char timing_word[16];             /* as ordered: "tid", "qhs", "q6h" */
    bool with_food;
    bool before_food;
    bool after_food;
    bool first_now;                   /* one extra dose when the order starts */
    uint16_t duration_days;           /* 0: until stopped, or until duration_doses */
    uint16_t duration_doses;          /* planned doses, given or not; 0: not counted */
    uint8_t hold_count;
    struct hold_rule holds[HOLD_RULES_MAX]; /* any that is met holds the dose */
    struct scale scale;               /* count 0: none; else `dose` is zero and the scale says how much */
    uint8_t later_count;              /* each step but the last has an end */
    bool is_parallel;                 /* the later ones do not follow but stand beside the first: doses that differ by weekday or
                                         time of day (5 mg Monday to Friday, 2.5 mg at weekends). One duration, the first's */
    struct sig_later later[SIG_LATER_MAX];
    enum weight_basis weight_basis;   /* dose was, or has yet to be, calculated from per_kg */
    struct decimal per_kg;            /* in per_kg_unit; `dose` stays zero until a weight is known */
    enum unit per_kg_unit;
    struct decimal weight_kg;         /* the weight used, zero: not calculated */
    struct date weight_on;
};

/* STATUS_INVALID, naming the field, for what no order may hold: times out of order, a range upside down, an interval
 * schedule without an interval, per-kg without per dose or per day. */
enum status sig_check(const struct sig *sig, struct error *err) MUST_USE;

/* One sentence in ISMP-safe English spelling, translated: "1 tab by mouth twice daily at 08:00, 20:00 for 7 days".
 * Returns buf; "" for unstructured. */
const char *sig_format(const struct sig *sig, char buf[SIG_TEXT_MAX]);

/* "by mouth", "by feeding tube": as lists name the route. */
const char *sig_route_label(const struct sig *sig);

/* "500 mg", "1-2 tab", "0.5 mL", "by scale"; "" when there is no dose. */
const char *sig_format_dose(const struct sig *sig, char buf[SIG_TEXT_MAX]);

/* Exact round trip as JSON for the column dosing_schedule. Caller frees the text. */
char *sig_to_json(const struct sig *sig);
enum status sig_from_json(const char *json, struct sig *out, struct error *err) MUST_USE;

/* Calculates the dose of an order by weight (4.B.15), rounded to `scale` places, and keeps the weight with its date. A
 * dose per day is shared by the doses of a day. STATUS_INVALID without a basis, a weight, or a number of doses. */
enum status sig_apply_weight(struct sig *sig, struct decimal weight_kg, struct date weight_on, uint8_t scale,
                             struct error *err) MUST_USE;

size_t sig_step_count(const struct sig *sig); /* at least 1 */
/* Step `step` (0 the first) as directions without further steps. */
void sig_step(const struct sig *sig, size_t step, struct sig *out);
/* The other way round: what such a step keeps. Adds it behind the last one; false when there is no room. */
bool sig_add_step(struct sig *sig, const struct sig *step);

bool sig_is_as_needed(const struct sig *sig); /* such an order has no slots */

/* The planned week of directions by weekday or by day, parallel ones whole (clinical.md 4.B.12). */
#define SIG_WEEK_MIN (7 * 24 * 60)
#define SIG_SPLIT_MIN (36 * 60) /* a weekly dose in parts, 12 hours apart */
struct sig_week {
    uint32_t doses;        /* 0: these directions have no week: every n-th day, by the month, at intervals, as needed */
    uint32_t least_gap_min; /* between two that follow each other; a week for a single one */
    uint32_t span_min;     /* from the first to the last, the longest pause left out */
};
struct sig_week sig_week_of(const struct sig *sig);
bool sig_is_weekly(const struct sig *sig); /* once a week or rarer, the parts of one weekly dose counted as one */

/* How many doses a day in thousandths (weekly = 143), 0 when unknown: for totals and the safety engine. As needed: the
 * most that the stated limits allow. Of the first step; of parallel directions all. */
int sig_doses_per_day_thousandths(const struct sig *sig);
bool sig_equal(const struct sig *a, const struct sig *b);

#endif
