/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule/prn.h"

#include "base/clock.h"

#define ROLLING_US (24 * US_PER_HOUR)

struct prn_limits prn_limits_of(const struct sig *sig)
{
    return (struct prn_limits){
        .interval_min = sig->interval_min,
        .max_times = sig->max_times_per_day,
        .max_amount = sig->max_per_day,
        .unit = sig->unit,
    };
}

static int64_t distance_us(int64_t a_us, int64_t b_us)
{
    return a_us < b_us ? b_us - a_us : a_us - b_us;
}

struct total {
    uint32_t count;
    struct decimal amount;
    bool is_comparable;
};

static void total_add(struct total *total, const struct prn_limits *limits,
                      const struct prn_dose *dose)
{
    struct decimal amount;
    struct decimal sum;
    total->count += dose->is_same_order;
    if (decimal_is_zero(limits->max_amount) || !total->is_comparable) {
        return;
    }
    if (unit_convert(dose->amount, dose->unit, limits->unit, &amount) != STATUS_OK ||
        decimal_add(total->amount, amount, &sum) != STATUS_OK) {
        total->is_comparable = false;
        return;
    }
    total->amount = sum;
}

/* Doses in the 24 hours that end at end_us, itself included: exactly 24 hours ago is over. */
static struct total total_until(const struct prn_limits *limits, const struct prn_dose *doses,
                                size_t count, const struct prn_dose *wanted, int64_t end_us)
{
    struct total total = {.is_comparable = true};
    total_add(&total, limits, wanted);
    for (size_t i = 0; i < count; i++) {
        if (doses[i].at_us <= end_us && doses[i].at_us > end_us - ROLLING_US) {
            total_add(&total, limits, &doses[i]);
        }
    }
    return total;
}

static bool exceeds(const struct total *a, const struct total *b)
{
    return a->count > b->count || decimal_compare(a->amount, b->amount) > 0;
}

/* The fullest of the windows that hold the wanted dose: one ends at it, one at each dose less than
 * a day later. */
static struct total fullest(const struct prn_limits *limits, const struct prn_dose *doses,
                            size_t count, const struct prn_dose *wanted)
{
    struct total most = total_until(limits, doses, count, wanted, wanted->at_us);
    for (size_t i = 0; i < count; i++) {
        if (doses[i].at_us > wanted->at_us && doses[i].at_us < wanted->at_us + ROLLING_US) {
            struct total other = total_until(limits, doses, count, wanted, doses[i].at_us);
            bool is_comparable = most.is_comparable && other.is_comparable;
            if (exceeds(&other, &most)) {
                most.count = other.count > most.count ? other.count : most.count;
                most.amount = decimal_compare(other.amount, most.amount) > 0 ? other.amount
                                                                             : most.amount;
            }
            most.is_comparable = is_comparable;
        }
    }
    return most;
}

static int64_t nearest_us(const struct prn_dose *doses, size_t count, int64_t at_us)
{
    int64_t nearest = INT64_MAX;
    for (size_t i = 0; i < count; i++) {
        if (doses[i].is_same_order && distance_us(doses[i].at_us, at_us) < nearest) {
            nearest = distance_us(doses[i].at_us, at_us);
        }
    }
    return nearest;
}

static struct prn_answer judge(const struct prn_limits *limits, const struct prn_dose *doses,
                               size_t count, const struct prn_dose *wanted)
{
    int64_t nearest = nearest_us(doses, count, wanted->at_us);
    struct total total = fullest(limits, doses, count, wanted);
    bool has_amount = !decimal_is_zero(limits->max_amount);
    struct prn_answer answer = {
        .minutes = nearest / US_PER_MINUTE < UINT32_MAX ? (uint32_t)(nearest / US_PER_MINUTE)
                                                        : UINT32_MAX,
        .count = total.count,
        .amount = total.amount,
    };
    if (limits->interval_min > 0 && nearest < limits->interval_min * US_PER_MINUTE) {
        answer.finding = PRN_FINDING_TOO_SOON;
    } else if (limits->max_times > 0 && total.count > limits->max_times) {
        answer.finding = PRN_FINDING_TOO_MANY;
    } else if (has_amount && !total.is_comparable) {
        answer.finding = PRN_FINDING_NOT_COMPARABLE;
    } else if (has_amount && decimal_compare(total.amount, limits->max_amount) > 0) {
        answer.finding = PRN_FINDING_TOO_MUCH;
    } else if (limits->interval_min == 0 && limits->max_times == 0 && !has_amount) {
        answer.finding = PRN_FINDING_NO_LIMITS;
    }
    return answer;
}

static bool is_allowed(enum prn_finding finding)
{
    return finding == PRN_FINDING_ALLOWED || finding == PRN_FINDING_NO_LIMITS;
}

/* Room appears only when a gap ends or a dose leaves the 24 hours: these moments are the
 * candidates. */
static int64_t allowed_from(const struct prn_limits *limits, const struct prn_dose *doses,
                            size_t count, struct prn_dose wanted)
{
    int64_t asked_us = wanted.at_us;
    int64_t best = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t moments[] = {doses[i].at_us + limits->interval_min * US_PER_MINUTE,
                             doses[i].at_us + ROLLING_US};
        for (size_t k = 0; k < sizeof moments / sizeof *moments; k++) {
            wanted.at_us = moments[k];
            bool is_sooner = moments[k] > asked_us && (best == 0 || moments[k] < best);
            if (is_sooner && is_allowed(judge(limits, doses, count, &wanted).finding)) {
                best = moments[k];
            }
        }
    }
    return best;
}

struct prn_answer prn_check(const struct prn_limits *limits, const struct prn_dose *doses,
                            size_t count, struct prn_dose wanted)
{
    wanted.is_same_order = true;
    struct prn_answer answer = judge(limits, doses, count, &wanted);
    if (!is_allowed(answer.finding)) {
        answer.allowed_from_us = allowed_from(limits, doses, count, wanted);
    }
    return answer;
}

bool prn_may_be_duplicate(int64_t a_us, int64_t b_us, uint16_t within_min)
{
    return distance_us(a_us, b_us) <= within_min * US_PER_MINUTE;
}
