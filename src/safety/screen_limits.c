/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses against the limits of the tables. Of several rows that apply (adult, geriatric, renal ...)
 * the strictest limit speaks, once for each kind of check. */
#include <string.h>

#include "safety/screen_internal.h"

#define ADOLESCENT_DAYS \
    4383                /* 12 years: from here adult limits stand where a child's are missing */
#define CHILD_DAYS 6574 /* 18 years */
#define INFANT_DAYS 365
#define SPARSE_H 120 /* nearly a week: the interval of a dose that is never daily */

enum age_group { AGE_UNKNOWN, AGE_INFANT, AGE_CHILD, AGE_ADOLESCENT, AGE_ADULT, AGE_GERIATRIC };

static enum age_group age_group(const struct screen_input *in)
{
    if (in->age_presence == SCREEN_PRESENT) {
        return in->age_days < INFANT_DAYS       ? AGE_INFANT
               : in->age_days < ADOLESCENT_DAYS ? AGE_CHILD
               : in->age_days < CHILD_DAYS      ? AGE_ADOLESCENT
               : in->age_days < SCREEN_GERIATRIC_DAYS  ? AGE_ADULT
                                                : AGE_GERIATRIC;
    }
    switch (in->population) {
    case SCREEN_POPULATION_CHILD:
        return AGE_CHILD;
    case SCREEN_POPULATION_INFANT:
        return AGE_INFANT;
    case SCREEN_POPULATION_GERIATRIC:
        return AGE_GERIATRIC;
    case SCREEN_POPULATION_ADULT:
        return AGE_ADULT;
    case SCREEN_POPULATION_BY_AGE:
        break;
    }
    return AGE_UNKNOWN;
}

static bool is_young(enum age_group age)
{
    return age == AGE_INFANT || age == AGE_CHILD || age == AGE_ADOLESCENT;
}

/* ---- which rows concern this item ---- */

struct rows {
    const struct stored_dose *items;
    uint32_t count;
};

static struct rows rows_of(const struct screening *s, uint16_t ingredient)
{
    const uint32_t *starts = KNOWLEDGE_RECORDS(s->k, DOSE_ROWS, uint32_t);
    const struct stored_dose *all = KNOWLEDGE_RECORDS(s->k, DOSES, struct stored_dose);
    return (struct rows){all + starts[ingredient], starts[ingredient + 1] - starts[ingredient]};
}

static bool is_for_route(const struct stored_dose *row, const struct chart_item *item)
{
    return item->route == ROUTE_NONE_GIVEN || (row->routes & (1u << item->route)) != 0;
}

static bool has_population(const struct rows *rows, const struct chart_item *item,
                           enum stored_population population)
{
    for (uint32_t i = 0; i < rows->count; i++) {
        if (rows->items[i].population == population && is_for_route(&rows->items[i], item)) {
            return true;
        }
    }
    return false;
}

/* Adult limits stand for the young only where the tables hold nothing of theirs. */
static bool lacks_child_rows(const struct rows *rows, const struct chart_item *item)
{
    return !has_population(rows, item, STORED_POPULATION_CHILD) &&
           !has_population(rows, item, STORED_POPULATION_INFANT) &&
           !has_population(rows, item, STORED_POPULATION_ANY);
}

static bool is_for_age(const struct rows *rows, const struct chart_item *item,
                       const struct stored_dose *row, enum age_group age)
{
    switch ((enum stored_population)row->population) {
    case STORED_POPULATION_ANY:
    case STORED_POPULATION_RENAL:
        return true;
    case STORED_POPULATION_ADULT:
        return !is_young(age) || lacks_child_rows(rows, item);
    case STORED_POPULATION_CHILD:
        return age == AGE_CHILD || age == AGE_ADOLESCENT ||
               (age == AGE_INFANT && !has_population(rows, item, STORED_POPULATION_INFANT));
    case STORED_POPULATION_INFANT:
        return age == AGE_INFANT;
    case STORED_POPULATION_GERIATRIC:
        return age == AGE_GERIATRIC;
    case STORED_POPULATION_COUNT:
        break;
    }
    return false;
}

static const struct stored_rule *rule_of(const struct screening *s, const struct stored_dose *row)
{
    return screen_rule(s, row->rule);
}

/* A row with conditions that hold (an indication, a weight band) replaces the plain row of its
 * population. */
static bool is_replaced(const struct screening *s, const struct rows *rows,
                        const struct chart_item *item, const struct stored_dose *row)
{
    struct screen_missing why;
    if (rule_of(s, row)->test_count > 0) {
        return false;
    }
    for (uint32_t i = 0; i < rows->count; i++) {
        const struct stored_dose *other = &rows->items[i];
        if (other->population == row->population && is_for_route(other, item) &&
            rule_of(s, other)->test_count > 0 &&
            screen_rule_holds(s, rule_of(s, other), item, NULL, &why) == TRUTH_TRUE) {
            return true;
        }
    }
    return false;
}

/* ---- violations ---- */

struct violation {
    const struct stored_dose *row; /* NULL: none */
    struct decimal measured, limit;
    enum unit unit;
};

struct dose_view {
    struct screening *s;
    const struct chart_item *item;
    struct rows rows;
    enum age_group age;
    struct violation worst[FINDING_DOSE_AGE_FLOOR + 1];
};

static bool amount_of(const struct stored_amount *stored, struct decimal *out)
{
    *out = (struct decimal){stored->mantissa, stored->scale};
    return stored->is_given;
}

static void note_missing(struct dose_view *v, const struct stored_dose *row,
                         enum incomplete_reason reason)
{
    const struct screen_input *in = v->s->in;
    bool is_silent = (reason == INCOMPLETE_EGFR && v->s->egfr.presence == SCREEN_NOT_ASSESSED &&
                      row->population == STORED_POPULATION_RENAL) ||
                     (in->scope == SCREEN_NEW_ONLY && !v->item->is_new);
    if (!is_silent) {
        screen_add_incomplete(v->s, reason, screen_drug_text(v->s, v->item->drug),
                              knowledge_text(v->s->k, rule_of(v->s, row)->id));
    }
}

/* Only where a limit is broken do the row's conditions matter. */
static void break_limit(struct dose_view *v, const struct stored_dose *row,
                        enum finding_dose_check check, struct decimal measured,
                        struct decimal limit, enum unit unit)
{
    struct screen_missing why;
    enum truth truth = screen_rule_holds(v->s, rule_of(v->s, row), v->item, NULL, &why);
    struct violation *worst = &v->worst[check];
    if (truth == TRUTH_UNKNOWN) {
        note_missing(v, row, why.reason);
    }
    if (truth != TRUTH_TRUE) {
        return;
    }
    bool is_stricter = !worst->row || decimal_compare(limit, worst->limit) < 0;
    if (check == FINDING_DOSE_AGE_FLOOR || check == FINDING_DOSE_INTERVAL) {
        is_stricter = !worst->row || decimal_compare(limit, worst->limit) > 0;
    }
    if (is_stricter) {
        *worst = (struct violation){row, measured, limit, unit};
    }
}

static bool is_above(struct decimal measured, struct decimal limit)
{
    return decimal_compare(measured, limit) > 0;
}

/* The tables hold the limit in several units (vitamin D in units and in mcg): one that fits is enough. */
static bool has_comparable_row(const struct dose_view *v, const struct stored_dose *row)
{
    enum incomplete_reason why;
    struct decimal one;
    for (uint32_t i = 0; i < v->rows.count; i++) {
        const struct stored_dose *other = &v->rows.items[i];
        bool is_of_patient = other->population == row->population || is_for_age(&v->rows, v->item, other, v->age);
        if (is_of_patient && other->unit != row->unit && is_for_route(other, v->item) && (other->max_single.is_given || other->max_daily.is_given) &&
            screen_dose_amount(v->s, v->item, (enum unit)other->unit, &one, &why)) {
            return true;
        }
    }
    return false;
}

static bool is_loading_row(const struct screening *s, const struct stored_dose *row)
{
    const struct stored_rule *rule = rule_of(s, row);
    const struct stored_test *tests = KNOWLEDGE_RECORDS(s->k, TESTS, struct stored_test) + rule->first_test;
    for (int i = 0; i < rule->test_count; i++) {
        if (tests[i].kind == STORED_TEST_ONCE && !tests[i].is_absent) {
            return true;
        }
    }
    return false;
}

/* The day's total that the row's limit is about. A loading dose that the tables know ("dose=once") is no part of what
 * goes on after it. */
static void total_of_day(const struct dose_view *v, const struct stored_dose *row, struct decimal *out)
{
    enum incomplete_reason why;
    enum unit unit = (enum unit)row->unit;
    bool has_loading = false;
    (void)screen_daily_total(v->s, v->item->ingredient, row->routes, unit, out, &why);
    for (uint32_t i = 0; i < v->rows.count; i++) {
        has_loading = has_loading || ((v->rows.items[i].routes & row->routes) && is_loading_row(v->s, &v->rows.items[i]));
    }
    for (int i = 0; has_loading && i < v->s->item_count; i++) {
        const struct chart_item *item = &v->s->items[i];
        struct decimal load;
        bool is_load = item != v->item && item->ingredient == v->item->ingredient && !item->is_stopped &&
                       (item->route == ROUTE_NONE_GIVEN || (row->routes & (1u << item->route))) &&
                       v->s->in->drugs[item->drug].dose.is_single && screen_dose_daily(v->s, item, unit, &load, &why);
        if (is_load && decimal_subtract(*out, load, out) != STATUS_OK) {
            return;
        }
    }
}

static void check_amounts(struct dose_view *v, const struct stored_dose *row)
{
    enum unit unit = (enum unit)row->unit;
    enum incomplete_reason why = INCOMPLETE_DOSE;
    struct decimal limit;
    struct decimal one;
    struct decimal day;
    bool has_limit = row->max_single.is_given || row->max_daily.is_given;
    if (!screen_dose_amount(v->s, v->item, unit, &one, &why)) {
        bool is_in_another = why == INCOMPLETE_DOSE_UNIT && has_comparable_row(v, row);
        if (has_limit && why != INCOMPLETE_DOSE && !is_in_another) {
            note_missing(v, row, why);
        }
        return;
    }
    const struct screen_dose *dose = &v->s->in->drugs[v->item->drug].dose;
    if (has_limit && dose->is_strength_assumed && dose->unit != unit) { /* drops against drops need no strength */
        note_missing(v, row, INCOMPLETE_STRENGTH); /* the brand may come in another: too much is said, enough is not */
    }
    if (amount_of(&row->max_single, &limit) && is_above(one, limit)) {
        break_limit(v, row, FINDING_DOSE_SINGLE, one, limit, unit);
    }
    bool is_day_known = screen_dose_daily(v->s, v->item, unit, &day, &why);
    if (row->max_daily.is_given && !is_day_known) {
        note_missing(v, row, why); /* a frequency that nobody understood */
    }
    /* products whose dose is not known are left out: what is known can already be too much */
    total_of_day(v, row, &day);
    if (!is_day_known && decimal_add(day, one, &limit) == STATUS_OK) {
        day = limit; /* however often: on the day on which it is given it is given once at least */
    }
    if (amount_of(&row->max_daily, &limit) && is_above(day, limit)) {
        break_limit(v, row, FINDING_DOSE_DAILY, day, limit, unit);
    }
    struct decimal tenfold;
    struct decimal least = decimal_is_zero(day) ? one : day;
    bool is_mixed = v->s->in->drugs[v->item->drug].identity.ingredient_count > 1; /* its amounts are made so */
    bool is_grown = v->age == AGE_ADULT || v->age == AGE_GERIATRIC || v->age == AGE_UNKNOWN;
    if (amount_of(&row->usual_low, &limit) && is_grown && !is_mixed && !decimal_is_zero(least) &&
        decimal_multiply(least, decimal_from_int(10), &tenfold) == STATUS_OK &&
        decimal_compare(tenfold, limit) <= 0) {
        break_limit(v, row, FINDING_DOSE_UNIT_LOW, least, limit, unit);
    }
}

/* amount / weight; false when the weight is not known. */
static bool per_kg(const struct dose_view *v, struct decimal amount, struct decimal *out)
{
    return v->s->in->weight_presence == SCREEN_PRESENT &&
           decimal_divide(amount, v->s->in->weight_kg, 6, out) == STATUS_OK;
}

static void check_per_kg(struct dose_view *v, const struct stored_dose *row)
{
    const struct screen_dose *dose = &v->s->in->drugs[v->item->drug].dose;
    enum unit unit = (enum unit)row->unit;
    enum incomplete_reason why = INCOMPLETE_DOSE;
    struct decimal limit;
    struct decimal one;
    struct decimal value;
    struct decimal day;
    if (!row->per_kg_single.is_given && !row->per_kg_day.is_given) {
        return;
    }
    bool needs_weight = v->s->in->weight_presence == SCREEN_MISSING ||
                        (v->s->in->weight_presence == SCREEN_NOT_ASSESSED && is_young(v->age));
    if (needs_weight && dose->presence == SCREEN_PRESENT) {
        note_missing(v, row, INCOMPLETE_WEIGHT);
    }
    if (!screen_dose_amount(v->s, v->item, unit, &one, &why)) {
        return;
    }
    if (amount_of(&row->per_kg_single, &limit) && per_kg(v, one, &value) &&
        is_above(value, limit)) {
        break_limit(v, row, FINDING_DOSE_PER_KG, value, limit, unit);
    }
    total_of_day(v, row, &day);
    if (amount_of(&row->per_kg_day, &limit) && per_kg(v, day, &value) && is_above(value, limit)) {
        break_limit(v, row, FINDING_DOSE_PER_KG_DAY, value, limit, unit);
    }
    if (amount_of(&row->per_kg_max_day, &limit) && is_above(day, limit)) {
        break_limit(v, row, FINDING_DOSE_DAILY, day, limit, unit);
    }
}

static void check_interval(struct dose_view *v, const struct stored_dose *row)
{
    const struct screen_dose *dose = &v->s->in->drugs[v->item->drug].dose;
    struct decimal limit;
    struct decimal gap = dose->interval_h;
    if (!amount_of(&row->min_interval_h, &limit) || dose->presence != SCREEN_PRESENT ||
        dose->is_single) {
        return;
    }
    if (decimal_is_zero(gap) && !decimal_is_zero(dose->doses_per_day) &&
        decimal_divide(decimal_from_int(24), dose->doses_per_day, 2, &gap) != STATUS_OK) {
        return;
    }
    /* "three times a day" is every 8 hours to the pharmacist: an hour's slack for waking times */
    struct decimal slack;
    if (!decimal_is_zero(gap) && decimal_add(gap, decimal_from_int(1), &slack) == STATUS_OK &&
        is_above(limit, slack)) {
        break_limit(v, row, FINDING_DOSE_INTERVAL, gap, limit, UNIT_NONE);
    }
}

static void check_age_floor(struct dose_view *v, const struct stored_dose *row)
{
    struct decimal limit;
    struct decimal years;
    if (amount_of(&row->age_floor_y, &limit) && v->s->in->age_presence == SCREEN_PRESENT &&
        v->s->in->age_days < screen_years_to_days(limit) &&
        decimal_divide(decimal_from_int(v->s->in->age_days), (struct decimal){36525, 2}, 1,
                       &years) == STATUS_OK) {
        break_limit(v, row, FINDING_DOSE_AGE_FLOOR, years, limit, UNIT_NONE);
    }
}

/* ---- findings ---- */

/* How many times the limit, in tenths, at most 1000. */
static int tenths(const struct violation *v)
{
    struct decimal ratio;
    if (decimal_is_zero(v->limit) ||
        decimal_divide(v->measured, v->limit, 1, &ratio) != STATUS_OK) {
        return 1000;
    }
    int64_t value = ratio.scale ? ratio.mantissa : ratio.mantissa * 10;
    return value > 1000 ? 1000 : (int)value;
}

static enum interaction_type severity_of(const struct dose_view *v, enum finding_dose_check check,
                                         const struct violation *violation)
{
    unsigned flags = knowledge_flags(v->s->k, v->item->ingredient);
    /* the lower ceiling of the old is advice about a dose that others take: twice as much stops nobody */
    bool is_dangerous = (flags & (INGREDIENT_HIGH_ALERT | INGREDIENT_NARROW_INDEX)) &&
                        violation->row->population != STORED_POPULATION_GERIATRIC;
    if (check == FINDING_DOSE_INTERVAL) { /* a weekly injection every day is many doses in one */
        bool is_sparse = decimal_compare(violation->limit, decimal_from_int(SPARSE_H)) >= 0;
        return is_sparse && tenths(violation) <= 5 ? INTERACTION_TYPE_MAJOR : INTERACTION_TYPE_MODERATE;
    }
    if (check == FINDING_DOSE_UNIT_LOW) {
        return INTERACTION_TYPE_MODERATE;
    }
    if (check == FINDING_DOSE_AGE_FLOOR) {
        return INTERACTION_TYPE_MAJOR;
    }
    int ratio = tenths(violation);
    if (ratio >= 100 || (is_dangerous && ratio >= 20)) {
        return INTERACTION_TYPE_CONTRAINDICATED;
    }
    return ratio <= 11 ? INTERACTION_TYPE_MODERATE : INTERACTION_TYPE_MAJOR;
}

static enum finding_kind kind_of(enum finding_dose_check check, const struct stored_dose *row)
{
    return check == FINDING_DOSE_AGE_FLOOR              ? FINDING_AGE
           : row->population == STORED_POPULATION_RENAL ? FINDING_RENAL
                                                        : FINDING_DOSE;
}

/* A day's total is about every product that adds to it. */
static void name_products(const struct dose_view *v, uint32_t routes, struct screen_finding *f,
                          bool *has_new)
{
    const struct screening *s = v->s;
    f->drug_count = 0;
    f->ingredients[1] = KNOWLEDGE_NO_ID;
    for (int i = 0; i < s->item_count; i++) { /* items of one ingredient lie by rank */
        const struct chart_item *item = &s->items[i];
        bool adds = item->ingredient == v->item->ingredient && !item->is_stopped &&
                    (item->route == ROUTE_NONE_GIVEN || (routes & (1u << item->route))) &&
                    s->in->drugs[item->drug].dose.presence == SCREEN_PRESENT;
        if (adds && f->drug_count < SCREEN_FINDING_DRUGS_MAX) {
            f->drugs[f->drug_count++] = item->drug;
            *has_new = *has_new || item->is_new;
        }
    }
}

static void add_violation(struct dose_view *v, enum finding_dose_check check,
                          const struct violation *violation)
{
    const struct stored_dose *row = violation->row;
    struct screen_finding *f = screen_begin(v->s, kind_of(check, row), row->rule, v->item,
                                                NULL);
    f->dose_check = check;
    f->severity = severity_of(v, check, violation);
    f->evidence = EVIDENCE_LEVEL_ESTABLISHED;
    f->measured = violation->measured;
    f->limit = violation->limit;
    f->unit = violation->unit;
    f->effect = ""; /* said with the amounts by finding_effect(); the row's note is the management */
    f->management = knowledge_text(v->s->k, rule_of(v->s, row)->effect);
    bool is_amount = check == FINDING_DOSE_SINGLE || check == FINDING_DOSE_DAILY ||
                     check == FINDING_DOSE_PER_KG || check == FINDING_DOSE_PER_KG_DAY;
    if (is_amount && tenths(violation) >= 100) {
        f->dose_check = FINDING_DOSE_UNIT_HIGH;
    }
    bool has_new = v->item->is_new;
    if (check == FINDING_DOSE_DAILY || check == FINDING_DOSE_PER_KG_DAY) {
        name_products(v, row->routes, f, &has_new);
    }
    screen_keep(v->s, f, has_new);
}

static void add_not_daily(struct dose_view *v)
{
    const struct screen_dose *dose = &v->s->in->drugs[v->item->drug].dose;
    bool is_weekly_drug = knowledge_flags(v->s->k, v->item->ingredient) & INGREDIENT_WEEKLY;
    bool is_daily = !dose->is_weekly && !dose->is_single && /* however much */
                    decimal_compare(dose->doses_per_day, (struct decimal){5, 1}) >= 0;
    if (!is_weekly_drug || !is_daily) {
        return;
    }
    struct screen_finding *f = screen_begin(v->s, FINDING_DOSE, KNOWLEDGE_NO_RULE, v->item,
                                                NULL);
    f->dose_check = FINDING_DOSE_NOT_DAILY;
    f->severity = INTERACTION_TYPE_CONTRAINDICATED;
    f->rule_id = "dose.not_daily";
    f->measured = dose->doses_per_day;
    f->limit = (struct decimal){143, 3};
    screen_keep(v->s, f, v->item->is_new);
}

static void add_wrong_route(struct dose_view *v, enum route route, enum interaction_type severity,
                            const struct stored_dose *row)
{
    struct screening *s = v->s;
    struct screen_finding *f = screen_begin(s, FINDING_DOSE, row ? row->rule : KNOWLEDGE_NO_RULE,
                                                v->item, NULL);
    f->dose_check = FINDING_DOSE_ROUTE;
    f->severity = severity;
    f->evidence = EVIDENCE_LEVEL_ESTABLISHED;
    f->rule_id = row ? f->rule_id : "dose.route";
    f->effect = row ? f->effect : "";
    f->with = enum_label(ENUM_ROUTE, (int)route);
    screen_keep(v->s, f, v->item->is_new);
}

/* A maximum of nothing: by this route the drug is never given. The row's note says why. */
static bool is_nothing_allowed(const struct stored_dose *row)
{
    return row->max_single.is_given && row->max_single.mantissa == 0;
}

static bool forbids_route(struct dose_view *v, const struct stored_dose *row)
{
    struct screen_missing why;
    bool is_nothing = is_nothing_allowed(row);
    if (is_nothing && v->item->route != ROUTE_NONE_GIVEN &&
        screen_rule_holds(v->s, rule_of(v->s, row), v->item, NULL, &why) == TRUTH_TRUE) {
        add_wrong_route(v, (enum route)v->item->route, INTERACTION_TYPE_CONTRAINDICATED, row);
    }
    return is_nothing;
}

static bool has_forbidding_row(const struct dose_view *v)
{
    for (uint32_t i = 0; i < v->rows.count; i++) {
        const struct stored_dose *row = &v->rows.items[i];
        if (is_nothing_allowed(row) && v->item->route != ROUTE_NONE_GIVEN &&
            (row->routes & (1u << v->item->route)) != 0) {
            return true;
        }
    }
    return false;
}

/* By a needle where the tables know no such use: other routes that they lack harm nobody. A product that is made for
 * muscle or skin only does not belong into a vein, whatever else its drug is given by. */
static void add_route(struct dose_view *v)
{
    const struct screening *s = v->s;
    const struct screen_drug *drug = &s->in->drugs[v->item->drug];
    enum route route = drug->route != ROUTE_NONE_GIVEN ? drug->route : drug->identity.route;
    uint32_t known = knowledge_routes(s->k, v->item->ingredient);
    bool is_needle = route == ROUTE_INTRATHECAL || route == ROUTE_IV;
    bool is_depot = is_needle && route != drug->identity.route &&
                    (drug->identity.route == ROUTE_IM || drug->identity.route == ROUTE_SUBCUT);
    bool is_unknown_use = is_needle && known != 0 && (known & (1u << route)) == 0;
    if ((is_unknown_use || is_depot) && !has_forbidding_row(v)) {
        add_wrong_route(v, route,
                        route == ROUTE_INTRATHECAL ? INTERACTION_TYPE_CONTRAINDICATED
                                                   : INTERACTION_TYPE_MAJOR,
                        NULL);
    }
}

/* ten times too much in one dose is also too much for the day, and one dose a day is the day: say it once */
static void drop_repeats(struct dose_view *v)
{
    struct violation *single = &v->worst[FINDING_DOSE_SINGLE];
    struct violation *daily = &v->worst[FINDING_DOSE_DAILY];
    if (!single->row || !daily->row) {
        return;
    }
    if (tenths(single) >= 100 && tenths(daily) >= 100) {
        daily->row = NULL;
    } else if (single->unit == daily->unit && decimal_compare(single->measured, daily->measured) == 0 &&
               decimal_compare(single->limit, daily->limit) == 0) {
        single->row = NULL;
    }
}

/* A dose that somebody gave and nothing could judge. */
static void note_gap(struct dose_view *v, bool has_row)
{
    const struct screen_input *in = v->s->in;
    bool is_asked = in->names_dose_gaps && (in->scope == SCREEN_WHOLE_CHART || v->item->is_new);
    bool is_weekly_drug = knowledge_flags(v->s->k, v->item->ingredient) & INGREDIENT_WEEKLY;
    if (is_asked && !has_row && !is_weekly_drug &&
        in->drugs[v->item->drug].dose.presence == SCREEN_PRESENT) {
        screen_add_incomplete(v->s, INCOMPLETE_DOSE_LIMITS, screen_drug_text(v->s, v->item->drug),
                              "");
    }
}

/* A limit for this kidney function is in the tables, and the dose stays below it. */
static bool keeps_renal_limit(struct dose_view *v)
{
    bool has_limit = false;
    for (uint32_t i = 0; i < v->rows.count; i++) {
        const struct stored_dose *row = &v->rows.items[i];
        enum incomplete_reason why;
        struct screen_missing missing;
        struct decimal day;
        bool is_amount = row->max_daily.is_given || row->max_single.is_given || row->per_kg_day.is_given ||
                         row->per_kg_single.is_given;
        if (row->population == STORED_POPULATION_RENAL && is_amount && is_for_route(row, v->item) &&
            screen_rule_holds(v->s, rule_of(v->s, row), v->item, NULL, &missing) == TRUTH_TRUE) {
            bool needs_weight = row->per_kg_day.is_given || row->per_kg_single.is_given;
            if (!screen_dose_daily(v->s, v->item, (enum unit)row->unit, &day, &why) ||
                (needs_weight && v->s->in->weight_presence != SCREEN_PRESENT)) {
                return false;
            }
            has_limit = true;
        }
    }
    for (int check = 0; check <= FINDING_DOSE_AGE_FLOOR; check++) {
        has_limit = has_limit && v->worst[check].row == NULL;
    }
    return has_limit;
}

/* "Lower the dose" is no news where it is lowered: it becomes a note. What is contraindicated stays. */
static void quiet_renal_rules(struct dose_view *v)
{
    struct screen_result *out = v->s->out;
    const struct screen_dose *dose = &v->s->in->drugs[v->item->drug].dose;
    if (dose->presence != SCREEN_PRESENT || dose->is_strength_assumed || dose->is_partly_read || !keeps_renal_limit(v)) {
        return;
    }
    bool is_narrow = knowledge_flags(v->s->k, v->item->ingredient) & INGREDIENT_NARROW_INDEX; /* levels are watched all the same */
    enum interaction_type lowest = is_narrow ? INTERACTION_TYPE_MODERATE : INTERACTION_TYPE_MINOR;
    for (int i = 0; i < out->finding_count; i++) {
        struct screen_finding *f = &out->findings[i];
        bool is_of_item = f->kind == FINDING_RENAL && f->dose_check == FINDING_DOSE_NONE && f->drug_count == 1 &&
                          f->drugs[0] == v->item->drug && f->ingredients[0] == v->item->ingredient;
        if (is_of_item && f->severity != INTERACTION_TYPE_CONTRAINDICATED) {
            f->severity = f->severity < lowest ? lowest : f->severity;
        }
    }
}

static void screen_item(struct screening *s, const struct chart_item *item)
{
    const struct screen_dose *dose = &s->in->drugs[item->drug].dose;
    struct dose_view v; /* not cleared as a whole: most items break no limit */
    v.s = s;
    v.item = item;
    v.rows = rows_of(s, item->ingredient);
    v.age = age_group(s->in);
    for (int check = 0; check <= FINDING_DOSE_AGE_FLOOR; check++) {
        v.worst[check].row = NULL;
    }
    bool has_row = false;
    bool has_dose = dose->presence == SCREEN_PRESENT;
    bool has_age = s->in->age_presence == SCREEN_PRESENT;
    add_not_daily(&v);
    add_route(&v);
    for (uint32_t i = 0; i < v.rows.count; i++) {
        const struct stored_dose *row = &v.rows.items[i];
        if (!has_dose && !(has_age && row->age_floor_y.is_given) && !is_nothing_allowed(row)) {
            continue; /* without a dose it has nothing to say */
        }
        bool is_renal_unasked = row->population == STORED_POPULATION_RENAL &&
                                s->egfr.presence == SCREEN_NOT_ASSESSED;
        if (!is_for_route(row, item) || !is_for_age(&v.rows, item, row, v.age) ||
            is_renal_unasked || is_replaced(s, &v.rows, item, row)) {
            continue;
        }
        has_row = true;
        if (forbids_route(&v, row)) {
            continue;
        }
        check_age_floor(&v, row);
        if (has_dose) {
            check_amounts(&v, row);
            check_per_kg(&v, row);
            check_interval(&v, row);
        }
    }
    bool is_small = v.age == AGE_INFANT || v.age == AGE_CHILD;
    if (has_row && is_small && has_dose &&
        lacks_child_rows(&v.rows, item)) {
        screen_add_incomplete(s, INCOMPLETE_CHILD_DOSE, screen_drug_text(s, item->drug), "");
    }
    if (!has_row || !has_dose) {
        s->out->is_dose_unchecked[item->drug] = true;
    }
    note_gap(&v, has_row);
    quiet_renal_rules(&v);
    drop_repeats(&v);
    for (int check = 0; check <= FINDING_DOSE_AGE_FLOOR; check++) {
        if (v.worst[check].row) {
            add_violation(&v, (enum finding_dose_check)check, &v.worst[check]);
        }
    }
}

void screen_doses(struct screening *s)
{
    for (int i = 0; i < s->drug_count; i++) {
        const struct screen_drug *drug = &s->in->drugs[i];
        if (drug->dose.presence == SCREEN_MISSING && drug->state != SCREEN_STOPPED) {
            screen_add_incomplete(s, INCOMPLETE_DOSE, drug->text ? drug->text : "", "");
        }
        if (drug->dose.is_partly_read && drug->state != SCREEN_STOPPED) {
            screen_add_incomplete(s, INCOMPLETE_DOSE_WORDS, drug->text ? drug->text : "", "");
        }
        s->out->is_dose_unchecked[i] = drug->identity.match != DRUG_KNOWN;
    }
    for (int i = 0; i < s->item_count; i++) {
        if (!s->items[i].is_stopped) {
            screen_item(s, &s->items[i]);
        }
    }
}
