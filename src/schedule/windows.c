/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "schedule/windows.h"

#include <string.h>

#include "base/clock.h"

#define MINUTES_PER_DAY 1440

/* ISMP's guideline on timely administration; the one table of windows. */
static const struct window_rules default_rules = {
    .windows =
        {
            [WINDOW_CLASS_TIME_CRITICAL] = {30, 30, false},
            [WINDOW_CLASS_FREQUENT] = {60, 60, false},
            [WINDOW_CLASS_DAILY] = {120, 120, false},
            [WINDOW_CLASS_STAT] = {0, 30, false},
            [WINDOW_CLASS_FREE] = {0, 0, true},
        },
    .grace_min = 120,
    .late_entry_min = 60,
    .late_entry_far_min = 24 * 60,
    .clock_skew_min = 2,
};

struct window_rules window_rules_default(void)
{
    return default_rules;
}

static uint32_t smaller_gap(uint32_t a, uint32_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static uint32_t days_between_doses(const struct sig *sig)
{
    if (sig->month_day != 0) {
        return 28; /* February */
    }
    if (sig->weekdays == 0) {
        return sig->every_n_days > 1 ? sig->every_n_days : 1;
    }
    uint32_t least = 7;
    for (uint32_t day = 0; day < 7; day++) {
        if ((sig->weekdays & (1u << day)) == 0) {
            continue;
        }
        uint32_t gap = 1;
        while ((sig->weekdays & (1u << (day + gap) % 7)) == 0) {
            gap++;
        }
        least = gap < least ? gap : least;
    }
    return least;
}

/* The least, not the mean: four times a day at 08, 12, 16, 20 is every 4 hours, and on time must
 * never be too soon. */
static uint32_t wall_interval(const struct sig *sig)
{
    if (sig->times_count == 0) {
        return 0;
    }
    uint32_t around = days_between_doses(sig) * MINUTES_PER_DAY + sig->times_min[0] -
                      sig->times_min[sig->times_count - 1];
    for (int i = 1; i < sig->times_count; i++) {
        around = smaller_gap(around, (uint32_t)(sig->times_min[i] - sig->times_min[i - 1]));
    }
    return around;
}

uint32_t window_nominal_interval_min(const struct sig *sig)
{
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        return sig_is_as_needed(sig) ? sig->interval_min : sig->is_parallel ? sig_week_of(sig).least_gap_min : wall_interval(sig);
    case SCHEDULE_KIND_ELAPSED:
    case SCHEDULE_KIND_PRN:
        return sig->interval_min;
    case SCHEDULE_KIND_ONCE:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    return 0;
}

uint32_t window_minimum_gap_min(const struct sig *sig)
{
    uint32_t interval = window_nominal_interval_min(sig);
    return sig_is_as_needed(sig) ? interval : (uint32_t)((uint64_t)interval * 3 / 4);
}

enum window_class window_class_of(const struct sig *sig, bool is_listed)
{
    if (sig_is_as_needed(sig)) {
        return WINDOW_CLASS_FREE;
    }
    uint32_t interval = window_nominal_interval_min(sig);
    switch (sig->kind) {
    case SCHEDULE_KIND_ONCE:
        return strcmp(sig->timing_word, "stat") == 0 ? WINDOW_CLASS_STAT : WINDOW_CLASS_FREE;
    case SCHEDULE_KIND_WALL:
    case SCHEDULE_KIND_ELAPSED:
        if (is_listed || interval < 4 * 60) {
            return WINDOW_CLASS_TIME_CRITICAL;
        }
        return interval < MINUTES_PER_DAY ? WINDOW_CLASS_FREQUENT : WINDOW_CLASS_DAILY;
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    return WINDOW_CLASS_FREE;
}

static int32_t minutes_between(int64_t from_us, int64_t to_us)
{
    int64_t minutes = (to_us - from_us) / US_PER_MINUTE;
    if (minutes > INT32_MAX) {
        return INT32_MAX;
    }
    return minutes < INT32_MIN ? INT32_MIN : (int32_t)minutes;
}

enum slot_state window_slot_state(struct window window, uint16_t grace_min, int64_t planned_us,
                                  int64_t now_us)
{
    int32_t minutes = minutes_between(planned_us, now_us);
    if (now_us < planned_us) {
        return !window.is_free && -minutes > window.early_min ? SLOT_FUTURE : SLOT_EARLY_OK;
    }
    if (window.is_free || minutes <= window.late_min) {
        return SLOT_DUE;
    }
    return minutes <= window.late_min + grace_min ? SLOT_LATE : SLOT_OVERDUE;
}

static struct window_answer answer(enum window_finding finding, enum window_need need,
                                   int32_t minutes)
{
    return (struct window_answer){finding, need, minutes};
}

struct window_answer window_check(struct window window, const struct window_question *q)
{
    int32_t minutes = minutes_between(q->planned_us, q->occurred_us);
    if (q->occurred_us < q->start_us) {
        return answer(WINDOW_FINDING_BEFORE_START, WINDOW_NEED_REFUSAL,
                      minutes_between(q->occurred_us, q->start_us));
    }
    if (q->stop_us != 0 && q->occurred_us >= q->stop_us) {
        return answer(WINDOW_FINDING_AFTER_STOP, WINDOW_NEED_REFUSAL,
                      minutes_between(q->stop_us, q->occurred_us));
    }
    if (q->latest_given_planned_us != 0 && q->planned_us < q->latest_given_planned_us) {
        return answer(WINDOW_FINDING_OUT_OF_ORDER, WINDOW_NEED_SUPERVISOR, minutes);
    }
    if (q->next_planned_us != 0 && q->next_planned_us > q->planned_us &&
        q->occurred_us - q->planned_us > q->next_planned_us - q->occurred_us) {
        return answer(WINDOW_FINDING_VERY_LATE, WINDOW_NEED_CHOICE, minutes);
    }
    if (!window.is_free && minutes > window.late_min) {
        return answer(WINDOW_FINDING_LATE, WINDOW_NEED_REASON, minutes);
    }
    if (!window.is_free && -minutes > window.early_min) {
        return answer(WINDOW_FINDING_EARLY, WINDOW_NEED_REASON, minutes);
    }
    return answer(WINDOW_FINDING_ON_TIME, WINDOW_NEED_NOTHING, minutes);
}

static uint32_t distance_min(int64_t a_us, int64_t b_us)
{
    int64_t distance = (a_us < b_us ? b_us - a_us : a_us - b_us) / US_PER_MINUTE;
    return distance < UINT32_MAX ? (uint32_t)distance : UINT32_MAX;
}

struct gap_answer window_check_gap(uint32_t required_min, int64_t other_us, int64_t occurred_us)
{
    struct gap_answer gap = {WINDOW_NEED_NOTHING, distance_min(other_us, occurred_us),
                             required_min};
    if (gap.minutes * UINT64_C(2) < required_min) {
        gap.need = WINDOW_NEED_SUPERVISOR;
    } else if (gap.minutes < required_min) {
        gap.need = WINDOW_NEED_REASON;
    }
    return gap;
}

struct gap_answer window_check_weekly(int64_t other_us, int64_t occurred_us)
{
    struct gap_answer gap = {WINDOW_NEED_NOTHING, distance_min(other_us, occurred_us),
                             WINDOW_WEEKLY_GUARD_MIN};
    if (gap.minutes < gap.required) {
        gap.need = WINDOW_NEED_REFUSAL;
    }
    return gap;
}

struct entry_answer window_check_entry(const struct window_rules *rules, int64_t occurred_us,
                                       int64_t recorded_us, bool is_order_active)
{
    struct entry_answer entry = {WINDOW_NEED_NOTHING, minutes_between(occurred_us, recorded_us)};
    if (occurred_us - recorded_us > rules->clock_skew_min * US_PER_MINUTE) {
        entry.need = WINDOW_NEED_REFUSAL;
    } else if (entry.minutes > rules->late_entry_far_min || !is_order_active) {
        entry.need = WINDOW_NEED_SUPERVISOR;
    } else if (entry.minutes > rules->late_entry_min) {
        entry.need = WINDOW_NEED_REASON;
    }
    return entry;
}
