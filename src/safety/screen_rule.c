/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the conditions of a rule hold on this chart: yes, no, or a value is missing. */
#include <string.h>

#include "safety/screen_internal.h"

int32_t screen_years_to_days(struct decimal years)
{
    struct decimal days;
    if (decimal_multiply(years, (struct decimal){36525, 2}, &days) != STATUS_OK) {
        return INT32_MAX;
    }
    while (days.scale > 0) { /* rounded down, so that a birthday counts */
        days.mantissa /= 10;
        days.scale--;
    }
    return days.mantissa > INT32_MAX ? INT32_MAX : (int32_t)days.mantissa;
}

static enum truth compare(int order, uint8_t how)
{
    bool is_true = false;
    switch ((enum stored_compare)how) {
    case STORED_LESS:
        is_true = order < 0;
        break;
    case STORED_LESS_EQUAL:
        is_true = order <= 0;
        break;
    case STORED_GREATER:
        is_true = order > 0;
        break;
    case STORED_GREATER_EQUAL:
        is_true = order >= 0;
        break;
    }
    return is_true ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth unknown(enum incomplete_reason reason, enum incomplete_reason *out_why)
{
    *out_why = reason;
    return TRUTH_UNKNOWN;
}

static enum truth test_value(const struct stored_test *t, enum screen_presence presence,
                             struct decimal value, enum incomplete_reason reason,
                             enum incomplete_reason *out_why)
{
    if (presence != SCREEN_PRESENT) {
        return unknown(reason, out_why);
    }
    return compare(decimal_compare(value, (struct decimal){t->mantissa, t->scale}), t->compare);
}

/* A recorded stage is a band: it decides where the whole band lies on one side. */
static enum truth test_egfr(const struct screening *s, const struct stored_test *t,
                            enum incomplete_reason *out_why)
{
    struct decimal limit = {t->mantissa, t->scale};
    if (s->egfr.presence != SCREEN_PRESENT) {
        return unknown(INCOMPLETE_EGFR, out_why);
    }
    if (s->egfr.is_measured) {
        return compare(decimal_compare(s->egfr.from, limit), t->compare);
    }
    bool asks_less = t->compare == STORED_LESS || t->compare == STORED_LESS_EQUAL;
    if (decimal_compare(s->egfr.below, limit) <= 0) {
        return asks_less ? TRUTH_TRUE : TRUTH_FALSE;
    }
    if (decimal_compare(s->egfr.from, limit) >= 0) {
        return asks_less ? TRUTH_FALSE : TRUTH_TRUE;
    }
    return unknown(INCOMPLETE_EGFR, out_why);
}

/* Who takes a tablet takes at least one: its strength is a least for the day, of all that is not
 * taken weekly. */
static void add_least(const struct screening *s, uint16_t ingredient, uint32_t routes,
                      enum unit unit, struct decimal *sum)
{
    bool is_weekly = knowledge_flags(s->k, ingredient) & INGREDIENT_WEEKLY;
    for (int i = 0; i < s->item_count && !is_weekly; i++) {
        const struct chart_item *item = &s->items[i];
        const struct screen_drug *drug = &s->in->drugs[item->drug];
        const struct drug_strength *strength = &drug->identity.strengths[item->part];
        bool is_here = item->ingredient == ingredient && !item->is_stopped &&
                       (routes & (1u << item->route)) != 0;
        bool is_piece = strength->unit != UNIT_NONE && decimal_is_zero(strength->per);
        struct decimal least;
        if (is_here && is_piece && drug->dose.presence == SCREEN_NOT_ASSESSED &&
            unit_convert(strength->amount, strength->unit, unit, &least) == STATUS_OK &&
            decimal_add(*sum, least, &least) == STATUS_OK) {
            *sum = least;
        }
    }
}

/* A sum that is not complete can already decide: it only grows. */
static enum truth test_dose(const struct screening *s, const struct stored_test *t,
                            const struct chart_item *item, enum incomplete_reason *out_why)
{
    struct decimal sum = {0, 0};
    bool is_whole = screen_daily_total(s, item->ingredient,
                                       screen_compartment((enum route)item->route),
                                       (enum unit)t->unit, &sum, out_why);
    if (!is_whole) {
        add_least(s, item->ingredient, screen_compartment((enum route)item->route),
                  (enum unit)t->unit, &sum);
    }
    enum truth now = compare(decimal_compare(sum, (struct decimal){t->mantissa, t->scale}),
                             t->compare);
    bool asks_more = t->compare == STORED_GREATER || t->compare == STORED_GREATER_EQUAL;
    if (is_whole || (asks_more ? now == TRUTH_TRUE : now == TRUTH_FALSE)) {
        return now;
    }
    return TRUTH_UNKNOWN;
}

static bool is_same_part(const struct chart_item *item, const struct chart_item *other)
{
    return other && item->drug == other->drug && item->part == other->part;
}

/* Another drug on the chart: one that is neither of the two. The partner in the same product counts: the steroid
 * in a combined inhaler, the diuretic in a combined tablet. */
static bool has_third(const struct screening *s, const struct stored_test *t, const struct chart_item *a,
                      const struct chart_item *b)
{
    uint32_t id = t->ref & 0xffffu;
    uint32_t routes = (uint32_t)t->mantissa; /* those of the class; 0: all */
    bool is_class = (t->ref & STORED_SELECTOR_CLASS) != 0;
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        bool is_other = !item->is_stopped && !is_same_part(item, a) && !is_same_part(item, b);
        bool fits = is_class ? knowledge_bit(knowledge_class_bits(s->k, id), item->ingredient)
                             : item->ingredient == id;
        bool counts = routes == 0 || item->drug == a->drug || item->route == ROUTE_NONE_GIVEN || (routes & (1u << item->route)) != 0;
        if (is_other && fits && counts) {
            return true;
        }
    }
    return false;
}

static enum truth test_sex(const struct screening *s, const struct stored_test *t,
                           enum incomplete_reason *out_why)
{
    if (s->in->sex != GENDER_FEMALE && s->in->sex != GENDER_MALE) {
        return unknown(INCOMPLETE_SEX, out_why);
    }
    return s->in->sex == (enum gender)t->ref ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth test_condition(const struct screening *s, const struct stored_test *t,
                                 enum incomplete_reason *out_why)
{
    if (knowledge_bit(s->condition_bits, t->ref)) {
        return t->is_absent ? TRUTH_FALSE : TRUTH_TRUE;
    }
    if (t->is_absent) {
        return TRUTH_TRUE; /* what nobody recorded silences no rule */
    }
    return s->in->conditions_presence == SCREEN_MISSING
               ? unknown(INCOMPLETE_CONDITIONS_MISSING, out_why)
               : TRUTH_FALSE;
}

static enum truth test_age(const struct screening *s, const struct stored_test *t,
                           enum incomplete_reason *out_why)
{
    if (s->in->age_presence != SCREEN_PRESENT) {
        return unknown(INCOMPLETE_AGE, out_why);
    }
    int32_t limit = screen_years_to_days((struct decimal){t->mantissa, t->scale});
    return compare(s->in->age_days < limit ? -1 : s->in->age_days > limit, t->compare);
}

/* A dose that nobody said to be repeated counts as one; that its frequency is missing is told elsewhere. */
static enum truth test_once(const struct screening *s, const struct stored_test *t, const struct chart_item *item)
{
    const struct screen_dose *dose = &s->in->drugs[item->drug].dose;
    bool is_once = dose->presence == SCREEN_PRESENT && (dose->is_single || decimal_is_zero(dose->doses_per_day));
    return is_once != (t->is_absent != 0) ? TRUTH_TRUE : TRUTH_FALSE;
}

static enum truth run_test(const struct screening *s, const struct stored_test *t,
                           const struct chart_item *a, const struct chart_item *b,
                           enum incomplete_reason *out_why)
{
    const struct chart_item *item = t->side && b ? b : a;
    switch ((enum stored_test_kind)t->kind) {
    case STORED_TEST_ROUTE:
        if (t->is_said && !item->is_route_said) {
            return TRUTH_FALSE;
        }
        /* no usual route in the tables: nobody can rule it out */
        return item->route == ROUTE_NONE_GIVEN || (t->ref & (1u << item->route)) ? TRUTH_TRUE
                                                                                 : TRUTH_FALSE;
    case STORED_TEST_DOSE:
        return test_dose(s, t, item, out_why);
    case STORED_TEST_AGE:
        return test_age(s, t, out_why);
    case STORED_TEST_EGFR:
        return test_egfr(s, t, out_why);
    case STORED_TEST_WEIGHT:
        return test_value(t, s->in->weight_presence, s->in->weight_kg, INCOMPLETE_WEIGHT, out_why);
    case STORED_TEST_SEX:
        return test_sex(s, t, out_why);
    case STORED_TEST_WITHOUT:
        return has_third(s, t, a, b) ? TRUTH_FALSE : TRUTH_TRUE;
    case STORED_TEST_WITH:
        return has_third(s, t, a, b) ? TRUTH_TRUE : TRUTH_FALSE;
    case STORED_TEST_CONDITION:
        return test_condition(s, t, out_why);
    case STORED_TEST_TRIMESTER:
        if (s->in->trimester == 0) {
            return unknown(INCOMPLETE_TRIMESTER, out_why);
        }
        return s->in->trimester == t->ref ? TRUTH_TRUE : TRUTH_FALSE;
    case STORED_TEST_ONCE:
        return test_once(s, t, item);
    case STORED_TEST_KIND_COUNT:
        break;
    }
    return TRUTH_FALSE;
}

enum truth screen_tests_hold(const struct screening *s, const struct stored_rule *rule,
                             const struct chart_item *a, const struct chart_item *b,
                             struct screen_missing *out_why)
{
    const struct stored_test *tests = KNOWLEDGE_RECORDS(s->k, TESTS, struct stored_test) +
                                      rule->first_test;
    enum truth result = TRUTH_TRUE;
    for (int i = 0; i < rule->test_count; i++) {
        enum incomplete_reason why = INCOMPLETE_DOSE;
        enum truth one = run_test(s, &tests[i], a, b, &why);
        if (one == TRUTH_FALSE) {
            return TRUTH_FALSE;
        }
        if (one == TRUTH_UNKNOWN && result == TRUTH_TRUE) {
            result = TRUTH_UNKNOWN;
            *out_why = (struct screen_missing){why, tests[i].side && b ? b : a};
        }
    }
    return result;
}
