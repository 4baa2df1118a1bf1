/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recorded allergies against every drug: the same substance, a member of the recorded group, a
 * cross-reaction. */
#include <string.h>

#include "safety/screen_internal.h"

/* The worst that one allergy says about one drug. */
struct reaction {
    enum finding_relation relation;
    enum interaction_type severity;
    const struct chart_item *item;
    uint32_t rule;
    const char *rule_id;
    bool is_exact;
};

static bool takes_part(const struct screen_allergy *a)
{
    bool is_live = a->state == ALLERGY_STATE_ACTIVE || a->state == ALLERGY_STATE_UNCONFIRMED ||
                   a->state == ALLERGY_STATE_NONE_GIVEN;
    return is_live && a->kind != ALLERGY_KIND_TOLERATED;
}

/* What the patient took without harm: lowers findings of class and cross-reaction, never an exact
 * one. */
static bool is_tolerated(const struct screening *s, uint16_t ingredient)
{
    for (int i = 0; i < s->in->allergy_count; i++) {
        const struct screen_allergy *a = &s->in->allergies[i];
        if (a->kind != ALLERGY_KIND_TOLERATED || a->state == ALLERGY_STATE_IN_ERROR) {
            continue;
        }
        for (int j = 0; j < a->identity.count; j++) {
            uint16_t id = a->identity.ids[j];
            bool fits = a->identity.kind == ALLERGEN_SUBSTANCE ? id == ingredient
                        : a->identity.kind == ALLERGEN_GROUP
                            ? knowledge_in_group(s->k, ingredient, id)
                            : knowledge_in_class(s->k, ingredient, id);
            if (fits) {
                return true;
            }
        }
    }
    return false;
}

static enum interaction_type worse(enum interaction_type a, enum interaction_type b)
{
    return a < b ? a : b;
}

static enum interaction_type direct_severity(const struct screen_allergy *a)
{
    if (a->kind == ALLERGY_KIND_INTOLERANCE) {
        return INTERACTION_TYPE_MODERATE; /* side effects never block */
    }
    return a->reaction == SCREEN_REACTION_MILD ? INTERACTION_TYPE_MAJOR
                                               : INTERACTION_TYPE_CONTRAINDICATED;
}

static enum interaction_type cross_severity(const struct screen_allergy *a,
                                            enum finding_relation relation, uint8_t stored)
{
    enum interaction_type severity = stored ? (enum interaction_type)stored
                                     : relation == FINDING_CROSS_HIGH ? INTERACTION_TYPE_MAJOR
                                                                      : INTERACTION_TYPE_MODERATE;
    if (a->kind == ALLERGY_KIND_INTOLERANCE) {
        return relation == FINDING_CROSS_HIGH ? INTERACTION_TYPE_MINOR : INTERACTION_TYPE_NONE;
    }
    if (relation == FINDING_CROSS_HIGH && a->reaction == SCREEN_REACTION_SEVERE_CUTANEOUS) {
        return INTERACTION_TYPE_CONTRAINDICATED;
    }
    if (relation == FINDING_CROSS_HIGH && a->reaction == SCREEN_REACTION_SEVERE) {
        return worse(severity, INTERACTION_TYPE_MAJOR);
    }
    return severity;
}

static const struct stored_allergy *find_relation(const struct screening *s, uint32_t source,
                                                  uint16_t ingredient)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(s->k, ALLERGY_ROWS, uint32_t);
    const struct stored_allergy *cells = KNOWLEDGE_RECORDS(s->k, ALLERGY_CELLS,
                                                           struct stored_allergy);
    uint32_t low = rows[source];
    uint32_t high = rows[source + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (cells[middle].ingredient == ingredient) {
            return &cells[middle];
        }
        if (cells[middle].ingredient < ingredient) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static bool reaction_of_cell(const struct screening *s, const struct screen_allergy *a,
                             const struct stored_allergy *cell, struct reaction *out)
{
    if (!cell) {
        return false;
    }
    enum finding_relation relation = (enum finding_relation)cell->relation;
    if (relation == FINDING_CROSS_LOW && a->reaction == SCREEN_REACTION_SEVERE_CUTANEOUS) {
        relation = FINDING_CROSS_HIGH; /* the whole family is out */
    }
    out->relation = relation;
    out->severity = relation == FINDING_DIRECT ? direct_severity(a)
                                               : cross_severity(a, relation, cell->severity);
    out->rule = cell->rule;
    out->rule_id =
        cell->rule == KNOWLEDGE_NO_RULE
            ? knowledge_text(
                  s->k, KNOWLEDGE_RECORDS(s->k, GROUPS, struct stored_group)[cell->group].rule_id)
            : knowledge_text(s->k, screen_rule(s, cell->rule)->id);
    return true;
}

static bool reaction_of_substance(const struct screening *s, const struct screen_allergy *a,
                                  uint16_t id, const struct chart_item *item, struct reaction *out)
{
    if (id == item->ingredient) {
        *out = (struct reaction){FINDING_DIRECT,    direct_severity(a), item,
                                 KNOWLEDGE_NO_RULE, "allergy.direct",   true};
        return true;
    }
    if (!knowledge_is_curated(s->k, id)) {
        return false;
    }
    uint32_t source = (uint32_t)knowledge_group_count(s->k) + id;
    return reaction_of_cell(s, a, find_relation(s, source, item->ingredient), out);
}

/* What allergen `id` of the allergy means for one ingredient. */
static bool reaction_of(const struct screening *s, const struct screen_allergy *a, uint16_t id,
                        const struct chart_item *item, struct reaction *out)
{
    *out = (struct reaction){.item = item, .rule = KNOWLEDGE_NO_RULE, .rule_id = ""};
    switch (a->identity.kind) {
    case ALLERGEN_SUBSTANCE:
        return reaction_of_substance(s, a, id, item, out);
    case ALLERGEN_GROUP:
        return reaction_of_cell(s, a, find_relation(s, id, item->ingredient), out);
    case ALLERGEN_CLASS:
        out->relation = FINDING_DIRECT;
        out->severity = direct_severity(a);
        out->rule_id = "allergy.class";
        return knowledge_in_class(s->k, item->ingredient, id);
    case ALLERGEN_UNKNOWN:
    case ALLERGEN_NONE_KNOWN:
        break;
    }
    return false;
}

static bool is_worse_reaction(const struct reaction *a, const struct reaction *b)
{
    if (a->severity != b->severity) {
        return a->severity < b->severity;
    }
    return a->relation != b->relation ? a->relation < b->relation
                                      : a->item->ingredient < b->item->ingredient;
}

static void add_reaction(struct screening *s, int allergy, const struct reaction *r,
                         bool is_lowered)
{
    const struct screen_allergy *a = &s->in->allergies[allergy];
    struct screen_finding *f = screen_begin(s, FINDING_ALLERGY, r->rule, r->item, NULL);
    f->severity = r->severity;
    f->relation = r->relation;
    f->rule_id = r->rule_id;
    f->allergy = allergy < SCREEN_NO_INDEX ? (uint8_t)allergy : SCREEN_NO_INDEX;
    f->with = a->text ? a->text : "";
    f->is_lowered = is_lowered || a->kind == ALLERGY_KIND_INTOLERANCE;
    if (r->rule == KNOWLEDGE_NO_RULE && r->relation != FINDING_DIRECT) {
        f->evidence = EVIDENCE_LEVEL_PROBABLE;
    }
    screen_keep(s, f, r->item->is_new);
}

/* The worst that the allergy says about each drug, over all ingredients of it. */
struct drug_reaction {
    struct reaction worst;
    bool is_lowered;
};

static void weigh_item(const struct screening *s, const struct screen_allergy *a,
                       const struct chart_item *item, struct drug_reaction *of_drug)
{
    for (int j = 0; j < a->identity.count; j++) {
        struct reaction r;
        if (!reaction_of(s, a, a->identity.ids[j], item, &r)) {
            continue;
        }
        bool lowers = !r.is_exact && r.severity < INTERACTION_TYPE_MODERATE &&
                      is_tolerated(s, item->ingredient);
        r.severity = lowers ? INTERACTION_TYPE_MODERATE : r.severity;
        if (!of_drug->worst.item || is_worse_reaction(&r, &of_drug->worst)) {
            *of_drug = (struct drug_reaction){r, lowers};
        }
    }
}

static void screen_allergy(struct screening *s, int allergy)
{
    struct drug_reaction of_drugs[SCREEN_DRUGS_MAX]; /* by canonical order */
    for (int rank = 0; rank < s->drug_count; rank++) {
        of_drugs[rank].worst.item = NULL;
    }
    for (int i = 0; i < s->item_count; i++) {
        if (!s->items[i].is_stopped) {
            weigh_item(s, &s->in->allergies[allergy], &s->items[i], &of_drugs[s->items[i].rank]);
        }
    }
    for (int rank = 0; rank < s->drug_count; rank++) {
        if (of_drugs[rank].worst.item) {
            add_reaction(s, allergy, &of_drugs[rank].worst, of_drugs[rank].is_lowered);
        }
    }
}

static void note_gaps(struct screening *s, const struct screen_allergy *a)
{
    const char *text = a->text ? a->text : "";
    if (a->identity.kind == ALLERGEN_UNKNOWN) {
        screen_add_incomplete(s, INCOMPLETE_ALLERGY_UNCODED, text, "");
    }
    for (int j = 0; a->identity.kind == ALLERGEN_SUBSTANCE && j < a->identity.count; j++) {
        if (!knowledge_is_curated(s->k, a->identity.ids[j])) {
            screen_add_incomplete(s, INCOMPLETE_ALLERGY_NAME_ONLY, text, "");
        }
    }
}

/* A drug that is known by name only can still be the very substance of the allergy. */
static void screen_bare_drugs(struct screening *s, int allergy)
{
    const struct screen_allergy *a = &s->in->allergies[allergy];
    for (int i = 0; i < s->drug_count && a->identity.kind == ALLERGEN_SUBSTANCE; i++) {
        const struct screen_drug *drug = &s->in->drugs[s->order[i]];
        for (int p = 0; p < drug->identity.ingredient_count; p++) {
            uint16_t id = drug->identity.ingredients[p];
            bool is_bare = !knowledge_is_curated(s->k, id) && drug->state != SCREEN_STOPPED;
            for (int j = 0; is_bare && j < a->identity.count; j++) {
                if (a->identity.ids[j] == id) {
                    struct chart_item item = {
                        .ingredient = id, .drug = s->order[i], .is_new = drug->state == SCREEN_NEW};
                    struct reaction r = {FINDING_DIRECT,    direct_severity(a), &item,
                                         KNOWLEDGE_NO_RULE, "allergy.direct",   true};
                    add_reaction(s, allergy, &r, false);
                }
            }
        }
    }
}

void screen_allergies(struct screening *s)
{
    if (s->in->allergies_presence == SCREEN_MISSING) {
        screen_add_incomplete(s, INCOMPLETE_ALLERGIES_NOT_ASKED, "", "");
    }
    for (int i = 0; i < s->in->allergy_count; i++) {
        const struct screen_allergy *a = &s->in->allergies[i];
        if (!takes_part(a)) {
            continue;
        }
        note_gaps(s, a);
        screen_allergy(s, i);
        screen_bare_drugs(s, i);
    }
}
