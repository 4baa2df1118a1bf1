/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The week of directions: sig_week_of() and sig_is_weekly() of sig.h. */
#include <string.h>

#include "model/sig.h"

#define MINUTES_PER_DAY 1440
#define EVERY_DAY 0x7f

/* False where the doses of a step do not come back every week. */
static bool mark_step(const struct sig *step, uint8_t minutes[SIG_WEEK_MIN])
{
    unsigned days = step->weekdays != 0 ? step->weekdays : EVERY_DAY;
    if (step->kind != SCHEDULE_KIND_WALL || step->as_needed || step->every_n_days > 1 || step->month_day != 0) {
        return false;
    }
    for (int day = 1; day <= 7; day++) {
        for (int i = 0; (days & SIG_WEEKDAY(day)) != 0 && i < step->times_count && i < SIG_TIMES_MAX; i++) {
            minutes[(day - 1) * MINUTES_PER_DAY + step->times_min[i] % MINUTES_PER_DAY]++;
        }
    }
    return true;
}

struct sig_week sig_week_of(const struct sig *sig)
{
    uint8_t minutes[SIG_WEEK_MIN] = {0};
    struct sig_week week = {0};
    uint32_t first = 0, last = 0, longest = 0, least = SIG_WEEK_MIN;
    for (size_t i = 0; i < (sig->is_parallel ? sig_step_count(sig) : 1); i++) {
        struct sig step;
        sig_step(sig, i, &step);
        if (!mark_step(&step, minutes)) {
            return (struct sig_week){0};
        }
    }
    for (uint32_t at = 0; at < SIG_WEEK_MIN; at++) {
        if (minutes[at] == 0) {
            continue;
        }
        if (week.doses == 0) {
            first = at;
        } else {
            least = at - last < least ? at - last : least;
            longest = at - last > longest ? at - last : longest;
        }
        week.doses += minutes[at];
        last = at;
    }
    if (week.doses == 0) {
        return week;
    }
    uint32_t around = SIG_WEEK_MIN - last + first; /* Sunday's last to Monday's first */
    week.least_gap_min = around < least ? around : least;
    week.span_min = SIG_WEEK_MIN - (around > longest ? around : longest);
    return week;
}

bool sig_is_weekly(const struct sig *sig)
{
    if (sig->kind == SCHEDULE_KIND_ELAPSED && !sig->as_needed) {
        return sig->interval_min >= SIG_WEEK_MIN;
    }
    if (sig->kind == SCHEDULE_KIND_WALL && !sig->is_parallel && (sig->every_n_days > 1 || sig->month_day != 0)) {
        return sig->every_n_days >= 7 || sig->month_day != 0;
    }
    struct sig_week week = sig_week_of(sig);
    return week.doses > 0 && week.span_min <= SIG_SPLIT_MIN;
}
