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

/* The cells of one allergen that lie at or behind the ingredient that was asked for last. */
struct relation_row {
    const struct stored_allergy *at, *end;
};

static struct relation_row row_of(const struct screening *s, const struct screen_allergy *a, uint16_t id)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(s->k, ALLERGY_ROWS, uint32_t);
    const struct stored_allergy *cells = KNOWLEDGE_RECORDS(s->k, ALLERGY_CELLS,
                                                           struct stored_allergy);
    uint32_t source = id;
    if (a->identity.kind == ALLERGEN_SUBSTANCE && knowledge_is_curated(s->k, id)) {
        source += (uint32_t)knowledge_group_count(s->k);
    } else if (a->identity.kind != ALLERGEN_GROUP) {
        return (struct relation_row){0};
    }
    return (struct relation_row){cells + rows[source], cells + rows[source + 1]};
}

/* Ingredients are asked for in ascending order, as the cells lie: each search goes on where the last one ended, in steps
 * that double, then by halves. */
static const struct stored_allergy *find_relation(struct relation_row *row, uint16_t ingredient)
{
    const struct stored_allergy *low = row->at;
    size_t left = (size_t)(row->end - low);
    for (size_t step = 1; step < left; step *= 2) {
        if (low[step].ingredient >= ingredient) {
            left = step;
            break;
        }
        low += step;
        left -= step;
    }
    while (left > 0) {
        size_t half = left / 2;
        bool is_behind = low[half].ingredient < ingredient;
        low = is_behind ? low + half + 1 : low;
        left = is_behind ? left - half - 1 : half;
    }
    row->at = low;
    return low < row->end && low->ingredient == ingredient ? low : NULL;
}

static struct reaction reaction_of_cell(const struct screening *s, const struct screen_allergy *a,
                                        const struct stored_allergy *cell, const struct chart_item *item)
{
    enum finding_relation relation = (enum finding_relation)cell->relation;
    if (relation == FINDING_CROSS_LOW && a->reaction == SCREEN_REACTION_SEVERE_CUTANEOUS) {
        relation = FINDING_CROSS_HIGH; /* the whole family is out */
    }
    return (struct reaction){
        .relation = relation,
        .severity = relation == FINDING_DIRECT ? direct_severity(a)
                                               : cross_severity(a, relation, cell->severity),
        .item = item,
        .rule = cell->rule,
        .rule_id = knowledge_text(
            s->k, cell->rule == KNOWLEDGE_NO_RULE
                      ? KNOWLEDGE_RECORDS(s->k, GROUPS, struct stored_group)[cell->group].rule_id
                      : screen_rule(s, cell->rule)->id)};
}

/* What allergen `id` of the allergy, whose cells `row` holds, means for one ingredient; false: nothing. */
static bool reaction_of(const struct screening *s, const struct screen_allergy *a, uint16_t id,
                        struct relation_row *row, const struct chart_item *item,
                        struct reaction *out)
{
    if (a->identity.kind == ALLERGEN_CLASS) {
        *out = (struct reaction){FINDING_DIRECT,    direct_severity(a), item,
                                 KNOWLEDGE_NO_RULE, "allergy.class",    false};
        return knowledge_in_class(s->k, item->ingredient, id);
    }
    if (a->identity.kind == ALLERGEN_SUBSTANCE && id == item->ingredient) {
        *out = (struct reaction){FINDING_DIRECT,    direct_severity(a), item,
                                 KNOWLEDGE_NO_RULE, "allergy.direct",   true};
        return true;
    }
    const struct stored_allergy *cell = find_relation(row, item->ingredient);
    if (cell) {
        *out = reaction_of_cell(s, a, cell, item);
    }
    return cell != NULL;
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

static void weigh(const struct screening *s, const struct reaction *reaction, bool is_first, struct drug_reaction *of_drug)
{
    struct reaction r = *reaction;
    bool lowers = !r.is_exact && r.severity < INTERACTION_TYPE_MODERATE &&
                  is_tolerated(s, r.item->ingredient);
    r.severity = lowers ? INTERACTION_TYPE_MODERATE : r.severity;
    if (is_first || is_worse_reaction(&r, &of_drug->worst)) {
        *of_drug = (struct drug_reaction){r, lowers};
    }
}

/* What an allergy says about the drugs of the chart, by canonical order. */
struct drug_reactions {
    uint64_t said[SCREEN_DRUGS_MAX / 64]; /* whose item is filled */
    struct drug_reaction items[SCREEN_DRUGS_MAX];
};

/* One allergen of an allergy against all items. */
static void weigh_allergen(const struct screening *s, const struct screen_allergy *a, uint16_t id,
                           struct drug_reactions *of_drugs)
{
    struct relation_row row = row_of(s, a, id);
    bool is_by_row = a->identity.kind == ALLERGEN_GROUP;
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        struct reaction r;
        bool is_before_row = row.at == row.end || item->ingredient < row.at->ingredient;
        if (item->is_stopped || (is_by_row && is_before_row)) {
            continue; /* most items: no call */
        }
        if (reaction_of(s, a, id, &row, item, &r)) {
            weigh(s, &r, !knowledge_bit(of_drugs->said, item->rank), &of_drugs->items[item->rank]);
            bits_set(of_drugs->said, item->rank);
        }
    }
}

static void screen_allergy(struct screening *s, int allergy)
{
    const struct screen_allergy *a = &s->in->allergies[allergy];
    struct drug_reactions of_drugs;
    memset(of_drugs.said, 0, sizeof of_drugs.said);
    for (int j = 0; j < a->identity.count; j++) {
        weigh_allergen(s, a, a->identity.ids[j], &of_drugs);
    }
    for (int w = 0; w < SCREEN_DRUGS_MAX / 64; w++) {
        for (uint64_t left = of_drugs.said[w]; left; left &= left - 1) {
            const struct drug_reaction *r = &of_drugs.items[w * 64 + __builtin_ctzll(left)];
            add_reaction(s, allergy, &r->worst, r->is_lowered);
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
    if (a->identity.kind != ALLERGEN_SUBSTANCE) {
        return;
    }
    for (int i = 0; i < s->drug_count; i++) {
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
