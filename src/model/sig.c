/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sig.h"

#include <string.h>

#include "base/i18n.h"

#define MINUTES_PER_DAY 1440
#define ALL_WEEKDAYS 0x7f

bool sig_is_as_needed(const struct sig *sig)
{
    return sig->as_needed || sig->kind == SCHEDULE_KIND_PRN;
}

static int count_bits(unsigned mask)
{
    int count = 0;
    for (; mask != 0; mask &= mask - 1) {
        count++;
    }
    return count;
}

static bool is_positive(struct decimal value)
{
    return value.mantissa > 0;
}

static enum status check_dose(const struct sig *sig, struct error *err)
{
    bool is_negative = sig->dose.mantissa < 0 || sig->dose_high.mantissa < 0 ||
                       sig->per_kg.mantissa < 0 || sig->max_per_day.mantissa < 0 ||
                       sig->weight_kg.mantissa < 0;
    if (is_negative) {
        return error_set_field(err, STATUS_INVALID, "dose", _("An amount must not be below zero."));
    }
    if ((unsigned)sig->unit >= UNIT_COUNT || (unsigned)sig->per_kg_unit >= UNIT_COUNT) {
        return error_set_field(err, STATUS_INVALID, "unit", _("The unit is not known."));
    }
    if (is_positive(sig->dose) && sig->unit == UNIT_NONE) {
        return error_set_field(err, STATUS_INVALID, "unit", _("The dose has no unit."));
    }
    if (is_positive(sig->dose_high) && decimal_compare(sig->dose_high, sig->dose) <= 0) {
        return error_set_field(err, STATUS_INVALID, "dose",
                               _("The upper end of the dose must be above the lower end."));
    }
    if ((unsigned)sig->weight_basis > WEIGHT_BASIS_PER_DAY) {
        return error_set_field(err, STATUS_INVALID, "weight_basis",
                               _("Say mg/kg per dose or mg/kg per day."));
    }
    bool has_per_kg = is_positive(sig->per_kg) && sig->per_kg_unit != UNIT_NONE;
    if ((sig->weight_basis != WEIGHT_BASIS_NONE) != has_per_kg) {
        return error_set_field(err, STATUS_INVALID, "weight_basis",
                               _("Say mg/kg per dose or mg/kg per day."));
    }
    return STATUS_OK;
}

static enum status check_times(const struct sig *sig, struct error *err)
{
    if (sig->times_count > SIG_TIMES_MAX) {
        return error_set_field(err, STATUS_INVALID, "times", _("There are too many times of day."));
    }
    for (int i = 0; i < sig->times_count; i++) {
        if (sig->times_min[i] >= MINUTES_PER_DAY ||
            (i > 0 && sig->times_min[i] <= sig->times_min[i - 1])) {
            return error_set_field(err, STATUS_INVALID, "times",
                                   _("The times of day must be ascending."));
        }
    }
    bool has_one_at_most = sig->kind == SCHEDULE_KIND_ELAPSED || sig->kind == SCHEDULE_KIND_ONCE;
    if (has_one_at_most && sig->times_count > 1) {
        return error_set_field(err, STATUS_INVALID, "times",
                               _("Only the first dose can have a time of day here."));
    }
    if (sig->kind == SCHEDULE_KIND_WALL && sig->times_count == 0) {
        return error_set_field(err, STATUS_INVALID, "times", _("A time of day is missing."));
    }
    if (sig->month_day > 31 || (sig->month_day != 0 && (sig->weekdays != 0 || sig->every_n_days > 1))) {
        return error_set_field(err, STATUS_INVALID, "month_day", _("Name a day of the month or of the week, not both."));
    }
    if ((sig->weekdays & ~ALL_WEEKDAYS) != 0 || (sig->weekdays != 0 && sig->every_n_days > 1)) {
        return error_set_field(err, STATUS_INVALID, "weekdays",
                               _("Name weekdays or a number of days, not both."));
    }
    return STATUS_OK;
}

size_t sig_step_count(const struct sig *sig)
{
    return (size_t)sig->later_count + 1;
}

void sig_step(const struct sig *sig, size_t step, struct sig *out)
{
    *out = *sig;
    out->later_count = 0;
    out->is_parallel = false;
    if (step == 0 || step > sig->later_count) {
        return;
    }
    const struct sig_later *later = &sig->later[step - 1];
    out->dose = later->dose;
    out->dose_high = later->dose_high;
    out->kind = later->kind;
    out->times_count = later->times_count;
    memcpy(out->times_min, later->times_min, sizeof out->times_min);
    out->weekdays = later->weekdays;
    out->every_n_days = later->every_n_days;
    out->month_day = 0;
    out->interval_min = later->interval_min;
    out->interval_high_min = later->interval_high_min;
    out->duration_days = later->duration_days;
    out->duration_doses = later->duration_doses;
    memcpy(out->timing_word, later->timing_word, sizeof out->timing_word);
    out->first_now = false;
}

bool sig_add_step(struct sig *sig, const struct sig *step)
{
    if (sig->later_count == SIG_LATER_MAX) {
        return false;
    }
    struct sig_later *later = &sig->later[sig->later_count++];
    *later = (struct sig_later){
        .dose = step->dose,
        .dose_high = step->dose_high,
        .kind = step->kind,
        .times_count = step->times_count,
        .weekdays = step->weekdays,
        .every_n_days = step->every_n_days,
        .interval_min = step->interval_min,
        .interval_high_min = step->interval_high_min,
        .duration_days = step->duration_days,
        .duration_doses = step->duration_doses,
    };
    memcpy(later->times_min, step->times_min, sizeof later->times_min);
    memcpy(later->timing_word, step->timing_word, sizeof later->timing_word);
    return true;
}

static enum status check_duration(const struct sig *sig, struct error *err)
{
    if (sig->duration_doses > SIG_DOSES_MAX) {
        return error_set_field(err, STATUS_INVALID, "duration", _("At most %d doses can be counted."), SIG_DOSES_MAX);
    }
    return sig->duration_days == 0 || sig->duration_doses == 0
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, "duration", _("Give the days or the number of doses, not both."));
}

static enum status check_rules(const struct sig *sig, struct error *err)
{
    enum status status = sig->hold_count <= HOLD_RULES_MAX
                             ? STATUS_OK
                             : error_set_field(err, STATUS_INVALID, "hold", _("There are too many hold rules."));
    for (size_t i = 0; i < sig->hold_count && status == STATUS_OK; i++) {
        status = hold_rule_check(&sig->holds[i], err);
    }
    if (status != STATUS_OK || sig->scale.count == 0) {
        return status;
    }
    if (is_positive(sig->dose) || sig->weight_basis != WEIGHT_BASIS_NONE || sig->later_count > 0 || sig->unit == UNIT_NONE) {
        return error_set_field(err, STATUS_INVALID, "scale", _("With a scale the dose, its steps and its weight are the scale's: "
                                                               "give the unit only."));
    }
    return scale_check(&sig->scale, err);
}

static enum status check_one(const struct sig *sig, struct error *err)
{
    if (sig->kind <= SCHEDULE_KIND_NONE_GIVEN || sig->kind >= SCHEDULE_KIND_COUNT) {
        return error_set_field(err, STATUS_INVALID, "kind",
                               _("It is not known when the doses are due."));
    }
    if ((unsigned)sig->route >= ROUTE_COUNT) {
        return error_set_field(err, STATUS_INVALID, "route", _("The route is not known."));
    }
    if (sig->by_tube && sig->route != ROUTE_ORAL) {
        return error_set_field(err, STATUS_INVALID, "route", _("Only what is taken by mouth goes through a feeding tube."));
    }
    enum status status = check_dose(sig, err);
    if (status == STATUS_OK) {
        status = check_times(sig, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (sig->kind == SCHEDULE_KIND_ELAPSED && sig->interval_min == 0) {
        return error_set_field(err, STATUS_INVALID, "interval",
                               _("The interval between doses is missing."));
    }
    if (sig->interval_high_min != 0 && sig->interval_high_min <= sig->interval_min) {
        return error_set_field(err, STATUS_INVALID, "interval",
                               _("The longer interval must come second."));
    }
    return check_duration(sig, err);
}

/* A step that nobody can say the end of would leave the next one without a beginning. */
static enum status check_step(const struct sig *step, bool is_last, struct error *err)
{
    bool is_planned = step->kind == SCHEDULE_KIND_WALL || step->kind == SCHEDULE_KIND_ELAPSED ||
                      step->kind == SCHEDULE_KIND_ONCE;
    if (sig_is_as_needed(step) || !is_planned) {
        return error_set_field(err, STATUS_INVALID, "steps", _("Each step needs fixed times: none can be as needed."));
    }
    if (step->weight_basis != WEIGHT_BASIS_NONE || !is_positive(step->dose)) {
        return error_set_field(err, STATUS_INVALID, "steps", _("Each step needs its own dose, in numbers."));
    }
    if (step->month_day != 0) {
        return error_set_field(err, STATUS_INVALID, "steps", _("A step cannot be by the day of the month."));
    }
    bool has_end = step->kind == SCHEDULE_KIND_ONCE || step->duration_days > 0 || step->duration_doses > 0;
    return has_end || is_last
               ? STATUS_OK
               : error_set_field(err, STATUS_INVALID, "steps", _("Each step but the last needs its number of days or doses."));
}

static bool falls_on(const struct sig *part, unsigned days, uint16_t minute)
{
    bool is_day = part->weekdays == 0 || days == 0 || (part->weekdays & days) != 0;
    for (int i = 0; is_day && i < part->times_count; i++) {
        if (part->times_min[i] == minute) {
            return true;
        }
    }
    return false;
}

/* Parallel directions share one week, and each minute of it has one dose at most: else nobody knows which it is. */
static enum status check_parallel(const struct sig *sig, struct error *err)
{
    struct sig part, other;
    for (size_t i = 0; i < sig_step_count(sig); i++) {
        sig_step(sig, i, &part);
        if (part.kind != SCHEDULE_KIND_WALL || part.every_n_days > 1 || part.first_now ||
            (i > 0 && (part.duration_days > 0 || part.duration_doses > 0))) {
            return error_set_field(err, STATUS_INVALID, "parts",
                                   _("Doses that differ by day need weekdays or times of day, and one end for all of them."));
        }
        for (size_t j = 0; j < i; j++) {
            sig_step(sig, j, &other);
            for (int t = 0; t < part.times_count; t++) {
                if (falls_on(&other, part.weekdays, part.times_min[t])) {
                    return error_set_field(err, STATUS_INVALID, "parts", _("Two different doses fall on the same time."));
                }
            }
        }
    }
    return sig->later_count > 0 ? STATUS_OK : error_set_field(err, STATUS_INVALID, "parts", _("The second dose is missing."));
}

enum status sig_check(const struct sig *sig, struct error *err)
{
    if (sig->later_count > SIG_LATER_MAX) {
        return error_set_field(err, STATUS_INVALID, "steps", _("There are too many steps: at most %d."), SIG_LATER_MAX + 1);
    }
    enum status status = check_one(sig, err);
    status = status == STATUS_OK ? check_rules(sig, err) : status;
    for (size_t i = 0; i <= sig->later_count && sig->later_count > 0 && status == STATUS_OK; i++) {
        struct sig step;
        sig_step(sig, i, &step);
        status = check_one(&step, err);
        status = status == STATUS_OK ? check_step(&step, sig->is_parallel || i == sig->later_count, err) : status;
    }
    return status == STATUS_OK && sig->is_parallel ? check_parallel(sig, err) : status;
}

/* The tightest of the stated limits; a dose range counts at its upper end, so that count * dose
 * stays the maximum. */
static int most_as_needed(const struct sig *sig)
{
    int64_t most = sig->times_count * INT64_C(1000);
    if (sig->max_times_per_day > 0) {
        most = sig->max_times_per_day * INT64_C(1000);
    }
    if (sig->interval_min > 0) {
        int64_t by_interval = (MINUTES_PER_DAY * INT64_C(1000) + sig->interval_min / 2) /
                              sig->interval_min;
        most = most == 0 || by_interval < most ? by_interval : most;
    }
    struct decimal dose = is_positive(sig->dose_high) ? sig->dose_high : sig->dose;
    struct decimal count;
    if (is_positive(sig->max_per_day) && is_positive(dose) &&
        decimal_divide(sig->max_per_day, dose, 3, &count) == STATUS_OK) {
        for (; count.scale < 3 && count.mantissa < INT32_MAX; count.scale++) {
            count.mantissa *= 10;
        }
        most = most == 0 || count.mantissa < most ? count.mantissa : most;
    }
    return most < INT32_MAX ? (int)most : INT32_MAX;
}

int sig_doses_per_day_thousandths(const struct sig *sig)
{
    int64_t times = sig->times_count * INT64_C(1000);
    if (sig_is_as_needed(sig)) {
        return most_as_needed(sig);
    }
    if (sig->is_parallel) {
        return (int)((sig_week_of(sig).doses * 2000 + 7) / 14);
    }
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL:
        if (sig->weekdays != 0) {
            return (int)((times * count_bits(sig->weekdays) * 2 + 7) / 14);
        }
        if (sig->month_day != 0) {
            return (int)((times * 12 * 2 + 365) / (365 * 2));
        }
        if (sig->every_n_days > 1) {
            return (int)((times * 2 + sig->every_n_days) / (sig->every_n_days * 2));
        }
        return (int)times;
    case SCHEDULE_KIND_ELAPSED:
        if (sig->interval_min == 0) {
            return 0;
        }
        return (int)((MINUTES_PER_DAY * INT64_C(1000) + sig->interval_min / 2) / sig->interval_min);
    case SCHEDULE_KIND_ONCE:
        return 1000;
    case SCHEDULE_KIND_PRN:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    return 0;
}

enum status sig_apply_weight(struct sig *sig, struct decimal weight_kg, struct date weight_on,
                             uint8_t scale, struct error *err)
{
    struct decimal dose;
    int per_day = sig_doses_per_day_thousandths(sig);
    if (sig->weight_basis == WEIGHT_BASIS_NONE || !is_positive(weight_kg) ||
        (sig->weight_basis == WEIGHT_BASIS_PER_DAY && per_day < 1000)) {
        return error_set_field(err, STATUS_INVALID, "weight_kg",
                               _("The dose cannot be calculated from the weight."));
    }
    enum status status = decimal_multiply(sig->per_kg, weight_kg, &dose);
    if (status == STATUS_OK && sig->weight_basis == WEIGHT_BASIS_PER_DAY) {
        status = decimal_multiply(dose, decimal_from_int(1000), &dose);
        status = status == STATUS_OK ? decimal_divide(dose, decimal_from_int(per_day), scale, &dose)
                                     : status;
    }
    if (status != STATUS_OK) {
        return error_set_field(err, status, "weight_kg",
                               _("The dose cannot be calculated from the weight."));
    }
    dose = decimal_round(dose, scale);
    if (!is_positive(dose)) {
        return error_set_field(err, STATUS_INVALID, "weight_kg",
                               _("The calculated dose is rounded to nothing."));
    }
    sig->dose = dose;
    sig->dose_high = (struct decimal){0};
    sig->unit = sig->per_kg_unit;
    sig->weight_kg = weight_kg;
    sig->weight_on = weight_on;
    return STATUS_OK;
}

static bool is_same_dose(const struct sig *a, const struct sig *b)
{
    return decimal_compare(a->dose, b->dose) == 0 &&
           decimal_compare(a->dose_high, b->dose_high) == 0 && a->unit == b->unit &&
           a->route == b->route && a->by_tube == b->by_tube && a->weight_basis == b->weight_basis &&
           decimal_compare(a->per_kg, b->per_kg) == 0 && a->per_kg_unit == b->per_kg_unit &&
           decimal_compare(a->weight_kg, b->weight_kg) == 0 &&
           date_compare(a->weight_on, b->weight_on) == 0;
}

static bool is_same_step(const struct sig *a, const struct sig *b)
{
    return is_same_dose(a, b) && a->kind == b->kind && a->times_count == b->times_count &&
           memcmp(a->times_min, b->times_min, a->times_count * sizeof *a->times_min) == 0 &&
           a->weekdays == b->weekdays && a->every_n_days == b->every_n_days && a->month_day == b->month_day &&
           a->interval_min == b->interval_min && a->interval_high_min == b->interval_high_min &&
           a->as_needed == b->as_needed && decimal_compare(a->max_per_day, b->max_per_day) == 0 &&
           a->max_times_per_day == b->max_times_per_day &&
           strcmp(a->prn_reason, b->prn_reason) == 0 &&
           strcmp(a->timing_word, b->timing_word) == 0 && a->with_food == b->with_food &&
           a->before_food == b->before_food && a->after_food == b->after_food &&
           a->first_now == b->first_now && a->duration_days == b->duration_days &&
           a->duration_doses == b->duration_doses;
}

bool sig_equal(const struct sig *a, const struct sig *b)
{
    bool is_same = a->later_count == b->later_count && a->is_parallel == b->is_parallel &&
                   a->hold_count == b->hold_count && scale_equal(&a->scale, &b->scale);
    for (size_t i = 0; i < a->hold_count && is_same; i++) {
        is_same = hold_rule_equal(&a->holds[i], &b->holds[i]);
    }
    for (size_t i = 0; i < sig_step_count(a) && is_same; i++) {
        struct sig x, y;
        sig_step(a, i, &x);
        sig_step(b, i, &y);
        is_same = is_same_step(&x, &y);
    }
    return is_same;
}
