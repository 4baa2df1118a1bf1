/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/doses_total.h"

#include <string.h>

#include "service/screening.h"

enum { SCALE = 6 };

/* One of the words between ';'. */
static bool has_key(const char *keys, const char *key, size_t len)
{
    while (keys != NULL && *keys != '\0') {
        size_t word = strcspn(keys, ";");
        if (word == len && memcmp(keys, key, len) == 0) {
            return true;
        }
        keys += word + (keys[word] == ';');
    }
    return false;
}

bool orders_share_ingredient(const struct order *a, const struct order *b)
{
    if (uid_compare(a->id, b->id) == 0) {
        return true;
    }
    const char *keys = a->ingredients;
    while (keys != NULL && *keys != '\0') {
        size_t len = strcspn(keys, ";");
        if (len > 0 && has_key(b->ingredients, keys, len)) {
            return true;
        }
        keys += len + (keys[len] == ';');
    }
    return false;
}

static struct drug_identity identity_of(const struct knowledge *k, const struct order *order)
{
    struct drug_identity identity = {0};
    if (order->ingredients != NULL && order->ingredients[0] != '\0') {
        (void)order_identify(k, order, &identity); /* the match is in the identity */
    }
    return identity;
}

int dose_total_ingredients(const struct knowledge *k, const struct order *order)
{
    struct drug_identity identity = identity_of(k, order);
    return identity.ingredient_count > 0 ? identity.ingredient_count : 1;
}

struct amount {
    struct decimal value;
    enum unit unit; /* UNIT_NONE: cannot be told */
    bool is_absent; /* the drug holds none of the substance */
};

/* value / from * to, both strengths of one product. */
static struct amount in_proportion(struct decimal value, enum unit unit, const struct drug_strength *from,
                                   const struct drug_strength *to)
{
    struct amount out = {.unit = UNIT_NONE};
    struct decimal same, product;
    if (from->unit == UNIT_NONE || to->unit == UNIT_NONE || decimal_is_zero(from->amount) ||
        unit_convert(value, unit, from->unit, &same) != STATUS_OK || decimal_multiply(same, to->amount, &product) != STATUS_OK ||
        decimal_divide(product, from->amount, SCALE, &out.value) != STATUS_OK) {
        return out;
    }
    out.unit = to->unit;
    return out;
}

/* Pieces or volume by the strength of the product. */
static struct amount by_strength(struct decimal value, enum unit unit, const struct drug_strength *strength)
{
    struct amount out = {.unit = UNIT_NONE};
    struct decimal product, measure;
    bool is_per_piece = decimal_is_zero(strength->per);
    if (strength->unit == UNIT_NONE) {
        return out;
    }
    if (is_per_piece) {
        if (unit_dimension(unit) == UNIT_DIMENSION_COUNT && decimal_multiply(value, strength->amount, &out.value) == STATUS_OK) {
            out.unit = strength->unit;
        }
        return out;
    }
    if (unit_convert(value, unit, strength->per_unit, &measure) == STATUS_OK &&
        decimal_multiply(measure, strength->amount, &product) == STATUS_OK &&
        decimal_divide(product, strength->per, SCALE, &out.value) == STATUS_OK) {
        out.unit = strength->unit;
    }
    return out;
}

/* What an amount of an order's drug holds of a substance. */
static struct amount of_substance(const struct knowledge *k, const struct order *order, uint16_t substance,
                                  struct decimal value, enum unit unit)
{
    struct drug_identity identity = identity_of(k, order);
    for (int i = 0; i < identity.ingredient_count; i++) {
        if (identity.ingredients[i] != substance) {
            continue;
        }
        struct amount amount = by_strength(value, unit, &identity.strengths[i]);
        if (amount.unit != UNIT_NONE) {
            return amount;
        }
        if (identity.ingredient_count == 1) {
            return (struct amount){.value = value, .unit = unit};
        }
        return in_proportion(value, unit, &identity.strengths[identity.primary], &identity.strengths[i]);
    }
    return (struct amount){.is_absent = true};
}

static struct amount amount_of(const struct knowledge *k, const struct order *order, const struct order *of, int ingredient,
                               struct decimal value, enum unit unit)
{
    struct drug_identity identity = identity_of(k, order);
    if (ingredient >= identity.ingredient_count) { /* not coded: only doses of the order itself, as they are */
        return (struct amount){.value = value, .unit = unit};
    }
    return of_substance(k, of, identity.ingredients[ingredient], value, unit);
}

bool dose_total_entry(const struct knowledge *k, const struct order *order, const struct order *of,
                      const struct dose_event *event, int ingredient, struct prn_dose *out)
{
    struct amount amount = amount_of(k, order, of, ingredient, event->amount, event->unit);
    *out = (struct prn_dose){
        .at_us = event->occurred_us,
        .amount = amount.value,
        .unit = amount.unit,
        .is_same_order = uid_compare(order->id, of->id) == 0,
    };
    return !amount.is_absent;
}

void dose_total_limit(const struct knowledge *k, const struct order *order, int ingredient, struct prn_limits *limits)
{
    if (decimal_is_zero(limits->max_amount)) {
        return;
    }
    struct amount amount = amount_of(k, order, order, ingredient, limits->max_amount, limits->unit);
    if (amount.unit != UNIT_NONE) {
        limits->max_amount = amount.value;
        limits->unit = amount.unit;
    }
}
