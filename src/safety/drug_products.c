/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the products of a drug tell about a number without a unit. */
#include <string.h>

#include "safety/knowledge_format.h"
#include "safety/resolve.h"

/* "500 mg", "125 mg/5 mL": the unit of the amount. */
static enum unit unit_of(const char *strength)
{
    char word[24] = "";
    const char *at = strength + strspn(strength, "0123456789.");
    at += strspn(at, " ");
    size_t len = strcspn(at, "/;");
    if (len == 0 || len >= sizeof word) {
        return UNIT_NONE;
    }
    memcpy(word, at, len);
    return unit_parse(word, NULL);
}

enum unit drug_strength_unit(const struct knowledge *k, const struct drug_identity *drug)
{
    uint32_t count = 0;
    const struct stored_product *products = knowledge_section(k, KNOWLEDGE_PRODUCTS, &count);
    const struct stored_mix *mixes = KNOWLEDGE_RECORDS(k, MIXES, struct stored_mix);
    const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t);
    enum unit unit = UNIT_NONE;
    if (drug->ingredient_count != 1 || !knowledge_is_curated(k, drug->ingredients[0])) {
        return UNIT_NONE;
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct stored_mix *mix = &mixes[products[i].mix];
        if (mix->part_count != 1 || parts[mix->first_part] != drug->ingredients[0]) {
            continue;
        }
        enum unit here = unit_of(knowledge_text(k, products[i].strength));
        if (here == UNIT_NONE || (unit != UNIT_NONE && unit != here)) {
            return UNIT_NONE;
        }
        unit = here;
    }
    return unit;
}
