/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of an ingredient is taken: one dose, a day, over all products. Exact decimals only. */
#include "safety/screen_internal.h"

#define RATIO_SCALE 6

static const struct screen_dose *dose_of(const struct screening *s, const struct chart_item *item)
{
    return &s->in->drugs[item->drug].dose;
}

static bool fail(enum incomplete_reason reason, enum incomplete_reason *out_why)
{
    *out_why = reason;
    return false;
}

static bool convert(struct decimal value, enum unit from, enum unit to, struct decimal *out,
                    enum incomplete_reason *out_why)
{
    return unit_convert(value, from, to, out) == STATUS_OK || fail(INCOMPLETE_DOSE_UNIT, out_why);
}

/* amount * strength, in `unit`. */
static bool times_strength(struct decimal amount, const struct drug_strength *strength,
                           enum unit unit, struct decimal *out, enum incomplete_reason *out_why)
{
    struct decimal product;
    if (strength->unit == UNIT_NONE) {
        return fail(INCOMPLETE_STRENGTH, out_why);
    }
    return (decimal_multiply(amount, strength->amount, &product) == STATUS_OK ||
            fail(INCOMPLETE_DOSE_UNIT, out_why)) &&
           convert(product, strength->unit, unit, out, out_why);
}

/* mL of a liquid whose strength is known. */
static bool from_volume(struct decimal amount, enum unit from, const struct drug_strength *strength,
                        enum unit unit, struct decimal *out, enum incomplete_reason *out_why)
{
    struct drug_strength per_ml = *strength;
    struct decimal ml;
    struct decimal share;
    if (strength->unit == UNIT_PERCENT) { /* 1 % is 10 mg in 1 mL */
        per_ml = (struct drug_strength){
            {strength->amount.mantissa * 10, strength->amount.scale}, UNIT_MG, {1, 0}, UNIT_ML};
    } else if (strength->unit == UNIT_MG_ML) {
        per_ml = (struct drug_strength){strength->amount, UNIT_MG, {1, 0}, UNIT_ML};
    }
    if (per_ml.unit == UNIT_NONE || decimal_is_zero(per_ml.per)) {
        return fail(INCOMPLETE_STRENGTH, out_why);
    }
    if (!convert(amount, from, per_ml.per_unit, &ml, out_why) ||
        decimal_divide(ml, per_ml.per, RATIO_SCALE, &share) != STATUS_OK) {
        return fail(INCOMPLETE_STRENGTH, out_why);
    }
    return times_strength(share, &per_ml, unit, out, out_why);
}

/* The amount is that of all parts of one piece together: "4.5 g" where one holds 4 g and 0.5 g. */
static bool is_whole_piece(const struct drug_identity *identity, struct decimal amount, enum unit unit)
{
    struct decimal sum = {0, 0};
    struct decimal part;
    for (int i = 0; i < identity->ingredient_count; i++) {
        if (identity->strengths[i].unit == UNIT_NONE || !decimal_is_zero(identity->strengths[i].per) ||
            unit_convert(identity->strengths[i].amount, identity->strengths[i].unit, unit, &part) != STATUS_OK ||
            decimal_add(sum, part, &sum) != STATUS_OK) {
            return false;
        }
    }
    return decimal_compare(sum, amount) == 0;
}

/* "875 mg" of a combination means the ingredient that the order names, else the whole piece where its parts add up to that,
 * else the one of the greatest strength; the others follow in proportion. Without strengths only the ingredient that is
 * named first is known. */
static bool from_combination(const struct screening *s, const struct chart_item *item,
                             struct decimal amount, enum unit from, enum unit unit,
                             struct decimal *out, enum incomplete_reason *out_why)
{
    const struct drug_identity *identity = &s->in->drugs[item->drug].identity;
    const struct screen_dose *dose = dose_of(s, item);
    uint8_t named = dose->is_of_part ? dose->part : identity->primary;
    struct decimal greatest = {0, 0};
    if (item->part == named && dose->is_of_part) {
        return convert(amount, from, unit, out, out_why);
    }
    if (!dose->is_of_part && is_whole_piece(identity, amount, from)) {
        return times_strength(decimal_from_int(1), &identity->strengths[item->part], unit, out, out_why);
    }
    for (int i = 0; i < identity->ingredient_count; i++) {
        struct decimal strength;
        bool counts = !dose->is_of_part || i == named;
        if (counts && identity->strengths[i].unit != UNIT_NONE &&
            unit_convert(identity->strengths[i].amount, identity->strengths[i].unit, from,
                         &strength) == STATUS_OK &&
            decimal_compare(strength, greatest) > 0) {
            greatest = strength;
        }
    }
    if (decimal_is_zero(greatest)) {
        return item->part == named ? convert(amount, from, unit, out, out_why)
                                   : fail(INCOMPLETE_STRENGTH, out_why);
    }
    struct decimal pieces;
    if (decimal_divide(amount, greatest, RATIO_SCALE, &pieces) != STATUS_OK) {
        return fail(INCOMPLETE_DOSE_UNIT, out_why);
    }
    return times_strength(pieces, &identity->strengths[item->part], unit, out, out_why);
}

/* "75 mcg" of a patch that is named by what it gives off in an hour. */
static enum unit as_rate(enum unit dose, enum unit wanted)
{
    bool is_meant = unit_dimension(wanted) == UNIT_DIMENSION_RATE;
    return is_meant && dose == UNIT_MCG ? UNIT_MCG_H : is_meant && dose == UNIT_MG ? UNIT_MG_H : dose;
}

bool screen_dose_amount(const struct screening *s, const struct chart_item *item, enum unit unit,
                        struct decimal *out, enum incomplete_reason *out_why)
{
    const struct screen_dose *dose = dose_of(s, item);
    const struct drug_identity *identity = &s->in->drugs[item->drug].identity;
    const struct drug_strength *strength = &identity->strengths[item->part];
    struct decimal amount = dose->amount;
    if (dose->presence != SCREEN_PRESENT || dose->unit == UNIT_NONE) {
        return fail(INCOMPLETE_DOSE, out_why);
    }
    if (dose->is_per_kg) {
        if (s->in->weight_presence != SCREEN_PRESENT) {
            return fail(INCOMPLETE_WEIGHT, out_why);
        }
        if (decimal_multiply(amount, s->in->weight_kg, &amount) != STATUS_OK) {
            return fail(INCOMPLETE_DOSE_UNIT, out_why);
        }
    }
    enum unit given = as_rate(dose->unit, unit);
    enum unit_dimension from = unit_dimension(given);
    if (given == unit) {
        from = unit_dimension(unit);
    }
    if (from == UNIT_DIMENSION_COUNT && given != unit) {
        return decimal_is_zero(strength->per) ? times_strength(amount, strength, unit, out, out_why)
                                              : fail(INCOMPLETE_STRENGTH, out_why);
    }
    if (from == UNIT_DIMENSION_VOLUME && unit_dimension(unit) != UNIT_DIMENSION_VOLUME) {
        return from_volume(amount, given, strength, unit, out, out_why);
    }
    if (identity->ingredient_count > 1 && from == UNIT_DIMENSION_MASS) {
        return from_combination(s, item, amount, given, unit, out, out_why);
    }
    return convert(amount, given, unit, out, out_why);
}

bool screen_dose_daily(const struct screening *s, const struct chart_item *item, enum unit unit,
                       struct decimal *out, enum incomplete_reason *out_why)
{
    const struct screen_dose *dose = dose_of(s, item);
    struct decimal amount;
    if (!screen_dose_amount(s, item, unit, &amount, out_why)) {
        return false;
    }
    if (dose->is_single || unit_dimension(unit) == UNIT_DIMENSION_RATE) { /* a patch gives off all the time */
        *out = amount;
        return true;
    }
    if (decimal_is_zero(dose->doses_per_day)) {
        return fail(INCOMPLETE_DOSE, out_why);
    }
    return decimal_multiply(amount, dose->doses_per_day, out) == STATUS_OK ||
           fail(INCOMPLETE_DOSE_UNIT, out_why);
}

bool screen_daily_total(const struct screening *s, uint16_t ingredient, uint32_t routes,
                        enum unit unit, struct decimal *out_sum, enum incomplete_reason *out_why)
{
    bool is_whole = true;
    *out_sum = (struct decimal){0, 0};
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        bool is_here = item->ingredient == ingredient &&
                       (item->route == ROUTE_NONE_GIVEN || (routes & (1u << item->route)));
        struct decimal daily;
        if (!is_here || item->is_stopped) {
            continue;
        }
        if (!screen_dose_daily(s, item, unit, &daily, out_why)) {
            is_whole = false;
        } else if (decimal_add(*out_sum, daily, out_sum) != STATUS_OK) {
            is_whole = fail(INCOMPLETE_DOSE_UNIT, out_why);
        }
    }
    return is_whole;
}
