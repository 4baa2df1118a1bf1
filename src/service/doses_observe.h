/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an order's hold rules and its scale say at the moment of giving (clinical.md 4.B.8, 4.B.10): the newest measurement
 * of each that is not too old, which rule it meets, how much the scale gives. Private to src/service/doses*.c but for the
 * struct, which the check hands to screens. */
#ifndef SERVICE_DOSES_OBSERVE_H
#define SERVICE_DOSES_OBSERVE_H

#include "model/dose.h"
#include "model/sig.h"
#include "service/site.h"

struct dose_observed {
    bool is_there; /* measured, and not too old */
    struct dose_value is; /* type always */
};

struct dose_observations {
    size_t count; /* 0: the order asks of no measurement */
    struct dose_observed items[DOSE_VALUES_MAX];
    bool is_missing;         /* one of them is not there */
    enum metric_type missing;
    int max_age_min;         /* that it may have */
    bool is_met;             /* a hold rule says hold, or the scale does */
    bool is_call;            /* the scale says: call the prescriber */
    bool has_dose;           /* the scale says how much, in the order's unit; zero: nothing is given */
    struct decimal dose;
    char words[240];         /* what is found, one sentence; "" when nothing needs to be said */
};

enum status dose_observe(struct site *site, const struct sig *sig, struct uid patient, int64_t at_us,
                         struct dose_observations *out, struct error *err) MUST_USE;

/* What was there goes into the record. */
void dose_observations_keep(const struct dose_observations *seen, struct dose_event *event);

#endif
