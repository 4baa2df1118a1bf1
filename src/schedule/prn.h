/* SPDX-License-Identifier: GPL-3.0-or-later */
/* As-needed doses (clinical.md 4.B.7): the least time between two and the most in any 24 hours,
 * summed by ingredient over all orders. Instants only, so that a 25-hour day adds no room. Pure. */
#ifndef SCHEDULE_PRN_H
#define SCHEDULE_PRN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/decimal.h"
#include "model/sig.h"

/* One dose of the ingredient, of any order; both of a conflict count. */
struct prn_dose {
    int64_t at_us;
    struct decimal amount;
    enum unit unit;
    bool is_same_order; /* the count of doses and the gap are the order's, the amount is the
                           ingredient's */
};

struct prn_limits {
    uint32_t interval_min;     /* 0 none stated */
    uint16_t max_times;        /* in 24 hours, 0 none stated */
    struct decimal max_amount; /* in 24 hours, zero none stated */
    enum unit unit;
};
struct prn_limits prn_limits_of(const struct sig *sig);

enum prn_finding {
    PRN_FINDING_ALLOWED = 0,
    PRN_FINDING_NO_LIMITS, /* the order states neither gap nor maximum: allowed, to be said */
    PRN_FINDING_TOO_SOON,
    PRN_FINDING_TOO_MANY,
    PRN_FINDING_TOO_MUCH,
    PRN_FINDING_NOT_COMPARABLE, /* an amount in a unit that the maximum cannot be compared with:
                                   never passed silently */
};

struct prn_answer {
    enum prn_finding finding;
    uint32_t minutes; /* since (or, in a back entry, to) the nearest dose of the order; UINT32_MAX
                         none */
    uint32_t
        count; /* doses of the order in the fullest 24 hours around this one, this one included */
    struct decimal amount;   /* of the ingredient, likewise, in the limit's unit */
    int64_t allowed_from_us; /* earliest moment at which this dose would be allowed; 0 when it is
                                now, or never */
};

/* doses in any order, voided ones left out by the caller. Looks before and after: a back entry is
 * held against the doses that follow it. */
struct prn_answer prn_check(const struct prn_limits *limits, const struct prn_dose *doses,
                            size_t count, struct prn_dose wanted);

/* Two records of one ingredient without a slot, this close: one act recorded twice? (4.B.6) */
bool prn_may_be_duplicate(int64_t a_us, int64_t b_us, uint16_t within_min);
#define PRN_DUPLICATE_WITHIN_MIN 15

#endif
