/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/drug_lists.h"

#include <stdlib.h>
#include <string.h>

#include "service/screening.h"

enum { KEY_BYTES = 64 };

/* One row a rule: the class, the route it is for (0: any), what it puts on. */
static const struct {
    const char *class_key;
    enum route route;
    unsigned lists;
} RULES[] = {
    {"insulin_bolus", ROUTE_NONE_GIVEN, DRUG_LIST_TIME_CRITICAL | DRUG_LIST_RAPID}, /* tied to the meal */
    {"calcineurin_inhibitor", ROUTE_NONE_GIVEN, DRUG_LIST_TIME_CRITICAL},
    {"immunosuppressant_narrow", ROUTE_NONE_GIVEN, DRUG_LIST_TIME_CRITICAL},
    {"dopaminergic", ROUTE_NONE_GIVEN, DRUG_LIST_TIME_CRITICAL},
    {"opioid", ROUTE_NONE_GIVEN, DRUG_LIST_TIME_CRITICAL}, /* scheduled: pain that is always there */
    {"biologic_immunosuppressant", ROUTE_NONE_GIVEN, DRUG_LIST_LOT},
    {"live_vaccine", ROUTE_NONE_GIVEN, DRUG_LIST_LOT},
};

/* "opioid/iv<18": a class, or the key of an ingredient; a route; below an age. What cannot be read matches nothing. */
static bool is_double_checked(const struct knowledge *k, const char *list, uint16_t substance, enum route route, int age_years)
{
    for (const char *at = list; at != NULL && *at != '\0';) {
        char rule[KEY_BYTES * 2];
        size_t len = strcspn(at, " ");
        if (len > 0 && len < sizeof rule) {
            memcpy(rule, at, len);
            rule[len] = '\0';
            char *age = strchr(rule, '<'), *way = strchr(rule, '/');
            int below = age != NULL ? (int)strtol(age + 1, NULL, 10) : 0;
            if (age != NULL) {
                *age = '\0';
            }
            if (way != NULL) {
                *way++ = '\0';
            }
            uint16_t class_id = knowledge_find_class(k, rule);
            bool is_drug = (class_id != KNOWLEDGE_NO_ID && knowledge_in_class(k, substance, class_id)) ||
                           knowledge_find_key(k, rule) == substance;
            bool is_route = way == NULL || enum_value(ENUM_ROUTE, way) == (int)route;
            if (is_drug && is_route && (below == 0 || (age_years >= 0 && age_years < below))) {
                return true;
            }
        }
        at += len + (at[len] == ' ');
    }
    return false;
}

static unsigned of_substance(const struct knowledge *k, const char *double_check, uint16_t substance, const struct order *order, int age_years)
{
    unsigned flags = knowledge_flags(k, substance), lists = 0;
    bool is_controlled = (flags & (INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_3 | INGREDIENT_CONTROLLED_4 |
                                   INGREDIENT_CONTROLLED_5)) != 0;
    lists |= is_controlled ? (unsigned)DRUG_LIST_CONTROLLED : 0;
    lists |= (flags & INGREDIENT_VACCINE) != 0 ? (unsigned)DRUG_LIST_LOT : 0;
    lists |= (flags & INGREDIENT_HIGH_ALERT) != 0 ? (unsigned)DRUG_LIST_HIGH_ALERT : 0;
    lists |= (flags & INGREDIENT_WEEKLY) != 0 && sig_is_weekly(&order->sig) ? (unsigned)DRUG_LIST_WEEKLY : 0;
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        bool is_route = RULES[i].route == ROUTE_NONE_GIVEN || RULES[i].route == order->sig.route;
        uint16_t class_id = is_route ? knowledge_find_class(k, RULES[i].class_key) : KNOWLEDGE_NO_ID;
        if (class_id != KNOWLEDGE_NO_ID && knowledge_in_class(k, substance, class_id)) {
            lists |= RULES[i].lists;
        }
    }
    lists |= is_double_checked(k, double_check, substance, order->sig.route, age_years) ? (unsigned)DRUG_LIST_DOUBLE_CHECK : 0;
    return lists;
}

unsigned drug_lists_of(const struct knowledge *k, const char *double_check, const struct order *order, int age_years)
{
    unsigned lists = order->sig.route == ROUTE_INTRATHECAL ? (unsigned)DRUG_LIST_DOUBLE_CHECK : 0;
    struct drug_identity identity = {0};
    (void)order_identify(k, order, &identity); /* the match is in the identity */
    lists |= (identity.is_extended_release || identity.is_delayed_release) && order->sig.route == ROUTE_ORAL ? (unsigned)DRUG_LIST_WHOLE : 0;
    for (const char *keys = order->ingredients; keys != NULL && *keys != '\0';) {
        char key[KEY_BYTES];
        size_t len = strcspn(keys, ";");
        if (len < sizeof key) {
            memcpy(key, keys, len);
            key[len] = '\0';
            uint16_t substance = knowledge_find_key(k, key);
            lists |= substance != KNOWLEDGE_NO_ID ? of_substance(k, double_check, substance, order, age_years) : 0;
        }
        keys += len + (keys[len] == ';');
    }
    return lists;
}
