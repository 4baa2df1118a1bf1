/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/med_week.h"

#include <string.h>

/* ---- fractions: what does not fit has under 0 and equals nothing ---- */

static int64_t common(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a < 0 ? -a : a;
}

static struct fraction lowest(int64_t over, int64_t under)
{
    int64_t by = common(over, under);
    return by == 0 ? (struct fraction){0, 1} : (struct fraction){over / by, under / by};
}

static struct fraction times(struct fraction a, struct fraction b)
{
    struct fraction x = lowest(a.over, b.under), y = lowest(b.over, a.under);
    struct fraction made;
    if (a.under == 0 || b.under == 0 || __builtin_mul_overflow(x.over, y.over, &made.over) ||
        __builtin_mul_overflow(x.under, y.under, &made.under)) {
        return (struct fraction){0, 0};
    }
    return made;
}

static struct fraction plus(struct fraction a, struct fraction b)
{
    int64_t left, right, over, under;
    if (a.under == 0 || b.under == 0 || __builtin_mul_overflow(a.over, b.under, &left) ||
        __builtin_mul_overflow(b.over, a.under, &right) || __builtin_add_overflow(left, right, &over) ||
        __builtin_mul_overflow(a.under, b.under, &under)) {
        return (struct fraction){0, 0};
    }
    return lowest(over, under);
}

static bool equal(struct fraction a, struct fraction b)
{
    return a.under != 0 && a.over == b.over && a.under == b.under;
}

static struct fraction of_decimal(struct decimal value)
{
    int64_t under = 1;
    for (int i = 0; i < value.scale; i++) {
        under *= 10; /* DECIMAL_SCALE_MAX is 12 */
    }
    return lowest(value.mantissa, under);
}

static bool is_tenfold(struct fraction a, struct fraction b)
{
    struct fraction ratio = b.over == 0 ? (struct fraction){0, 0} : times(a, lowest(b.under, b.over));
    return ratio.under != 0 && ratio.over / ratio.under >= 10;
}

/* ---- how often ---- */

static int days_in(uint8_t weekdays)
{
    int days = 0;
    for (int day = 1; day <= 7; day++) {
        days += (weekdays & SIG_WEEKDAY(day)) != 0;
    }
    return days;
}

/* Doses a week; 0/1 where the directions do not say. As needed: the most that is allowed. */
static struct fraction times_of(const struct sig *sig)
{
    const struct fraction unknown = {0, 1};
    if (sig->as_needed && sig->max_times_per_day > 0) {
        return (struct fraction){sig->max_times_per_day * 7, 1};
    }
    switch (sig->kind) {
    case SCHEDULE_KIND_WALL: {
        int64_t a_day = sig->times_count > 0 ? sig->times_count : 1;
        if (sig->weekdays != 0) {
            return (struct fraction){a_day * days_in(sig->weekdays), 1};
        }
        return lowest(a_day * 7, sig->every_n_days > 1 ? sig->every_n_days : 1);
    }
    case SCHEDULE_KIND_ELAPSED:
    case SCHEDULE_KIND_PRN:
        return sig->interval_min == 0 ? unknown : lowest(7 * 24 * 60, sig->interval_min);
    case SCHEDULE_KIND_ONCE:
    case SCHEDULE_KIND_UNSTRUCTURED:
    case SCHEDULE_KIND_NONE_GIVEN:
    case SCHEDULE_KIND_COUNT:
        break;
    }
    return unknown;
}

/* ---- how much ---- */

/* Into the one unit in which amounts of a kind are added up. */
static struct fraction in_base(struct decimal value, enum unit unit, enum unit *out_unit)
{
    static const enum unit bases[] = {
        [UNIT_DIMENSION_MASS] = UNIT_MG,   [UNIT_DIMENSION_VOLUME] = UNIT_ML, [UNIT_DIMENSION_ACTIVITY] = UNIT_UNITS,
        [UNIT_DIMENSION_MOLES] = UNIT_MMOL, [UNIT_DIMENSION_CHARGE] = UNIT_MEQ, [UNIT_DIMENSION_COUNT] = UNIT_NONE,
        [UNIT_DIMENSION_OTHER] = UNIT_NONE,
    };
    enum unit base = bases[unit_dimension(unit)];
    struct decimal converted;
    *out_unit = unit;
    if (base != UNIT_NONE && unit_convert(value, unit, base, &converted) == STATUS_OK) {
        *out_unit = base;
        return of_decimal(converted);
    }
    return of_decimal(value);
}

/* A tablet, a puff, a millilitre: as an amount of the ingredient where its strength says how much that is. */
static bool by_strength(const struct drug_strength *strength, struct decimal dose, enum unit unit, struct fraction *out,
                        enum unit *out_unit)
{
    bool has_per = !decimal_is_zero(strength->per);
    bool is_piece = unit_dimension(unit) == UNIT_DIMENSION_COUNT;
    if (strength->unit == UNIT_NONE) {
        return false;
    }
    struct fraction one = in_base(strength->amount, strength->unit, out_unit);
    if (!has_per && is_piece) {
        *out = times(of_decimal(dose), one);
        return true;
    }
    struct decimal in_per;
    if (has_per && unit_convert(dose, unit, strength->per_unit, &in_per) == STATUS_OK) {
        struct fraction per = of_decimal(strength->per);
        *out = times(times(of_decimal(in_per), one), lowest(per.under, per.over));
        return true;
    }
    return false;
}

static void add_amount(struct med_week *week, int part, struct fraction low, struct fraction high, enum unit unit)
{
    if (week->is_empty) {
        week->units[part] = unit;
    } else if (week->units[part] != unit) {
        week->amounts[part] = week->amounts_high[part] = (struct fraction){0, 0};
        return;
    }
    week->amounts[part] = plus(week->amounts[part], low);
    week->amounts_high[part] = plus(week->amounts_high[part], high);
}

void med_week_start(struct med_week *week)
{
    memset(week, 0, sizeof *week);
    for (int i = 0; i < DRUG_INGREDIENTS_MAX; i++) {
        week->amounts[i] = week->amounts_high[i] = (struct fraction){0, 1};
    }
    week->times = (struct fraction){0, 1};
    week->is_stated = true;
    week->is_empty = true;
}

/* A combination: every ingredient by its strength where the dose is in pieces or millilitres; else the amount is that of
 * the whole, which compares with the same way of saying it only. */
static int parts_of(const struct drug_identity *drug, const struct sig *sig)
{
    for (int i = 0; i < drug->ingredient_count; i++) {
        struct fraction unused;
        enum unit unit;
        if (!by_strength(&drug->strengths[i], sig->dose, sig->unit, &unused, &unit)) {
            return 1;
        }
    }
    return drug->ingredient_count > 0 ? drug->ingredient_count : 1;
}

void med_week_add(struct med_week *week, const struct drug_identity *drug, const struct sig *sig)
{
    if (sig->is_parallel) { /* the week is the sum of its doses */
        for (size_t i = 0; i < sig_step_count(sig); i++) {
            struct sig part;
            sig_step(sig, i, &part);
            med_week_add(week, drug, &part);
        }
        return;
    }
    struct fraction often = times_of(sig);
    bool has_dose = sig->unit != UNIT_NONE && !decimal_is_zero(sig->dose);
    struct decimal highest = decimal_is_zero(sig->dose_high) ? sig->dose : sig->dose_high;
    if (!has_dose || often.over == 0) {
        week->is_stated = false;
    }
    int parts = has_dose ? parts_of(drug, sig) : 1;
    if (!week->is_empty && parts != week->parts) {
        week->is_stated = false;
    }
    week->parts = parts;
    for (int i = 0; has_dose && i < parts; i++) {
        struct fraction low, high;
        enum unit unit;
        if (!by_strength(&drug->strengths[i], sig->dose, sig->unit, &low, &unit) ||
            !by_strength(&drug->strengths[i], highest, sig->unit, &high, &unit)) {
            low = in_base(sig->dose, sig->unit, &unit);
            high = in_base(highest, sig->unit, &unit);
        }
        add_amount(week, i, times(low, often), times(high, often), unit);
    }
    week->times = plus(week->times, often);
    week->weekdays |= sig->kind == SCHEDULE_KIND_WALL ? sig->weekdays : 0;
    week->is_empty = false;
}

/* ---- two weeks ---- */

enum med_week_result med_week_compare(const struct med_week *a, const struct med_week *b)
{
    enum med_week_result result = MED_WEEK_EQUAL;
    if (!a->is_stated || !b->is_stated) {
        return MED_WEEK_UNSTATED;
    }
    if (a->parts != b->parts) {
        return MED_WEEK_UNIT;
    }
    for (int i = 0; i < a->parts; i++) {
        if (a->units[i] != b->units[i]) {
            return MED_WEEK_UNIT;
        }
        if (is_tenfold(a->amounts_high[i], b->amounts_high[i]) || is_tenfold(b->amounts_high[i], a->amounts_high[i])) {
            result = MED_WEEK_TENFOLD;
        } else if (result == MED_WEEK_EQUAL &&
                   (!equal(a->amounts[i], b->amounts[i]) || !equal(a->amounts_high[i], b->amounts_high[i]))) {
            result = MED_WEEK_DIFFERENT;
        }
    }
    return result;
}

bool med_week_same_times(const struct med_week *a, const struct med_week *b)
{
    bool is_unknown = a->times.over == 0 || b->times.over == 0;
    bool has_days = a->weekdays != 0 && b->weekdays != 0;
    return is_unknown || (equal(a->times, b->times) && (!has_days || a->weekdays == b->weekdays));
}

bool med_week_is_daily(const struct med_week *week)
{
    return week->times.under > 0 && week->times.over / week->times.under >= 7;
}
