/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What surrounds a finding: whether it is the same as one that was decided before, and which drugs
 * would have none. */
#include <string.h>

#include "safety/screen_internal.h"

/* ---- fingerprint ---- */

static uint64_t mix(uint64_t hash, const void *bytes, size_t len)
{
    uint64_t parts[2] = {hash, knowledge_hash(bytes, len)};
    return knowledge_hash(parts, sizeof parts);
}

static uint64_t mix_int(uint64_t hash, int64_t value)
{
    return mix(hash, &value, sizeof value);
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    return mix(hash, text, strlen(text));
}

/* 2.50 and 2.5 are one amount. */
static uint64_t mix_decimal(uint64_t hash, struct decimal value)
{
    char text[DECIMAL_TEXT_MAX];
    return mix_text(hash, decimal_format(value, text));
}

/* Stages of kidney function, so that a laboratory's scatter is not news. */
static int egfr_band(const struct screen_input *in)
{
    static const int steps[] = {15, 30, 45, 60, 90};
    int band = 0;
    if (in->egfr_presence != SCREEN_PRESENT) {
        return -1 - (int)in->egfr_presence;
    }
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        band += decimal_compare(in->egfr, decimal_from_int(steps[i])) >= 0;
    }
    return band;
}

static uint64_t drug_hash(const struct screen_drug *drug)
{
    uint64_t hash = mix_int(0, drug->identity.ingredient_count);
    hash = mix(hash, drug->identity.ingredients, sizeof drug->identity.ingredients);
    hash = mix_int(hash, drug->route != ROUTE_NONE_GIVEN ? drug->route : drug->identity.route);
    hash = mix_int(hash, drug->dose.presence);
    if (drug->dose.presence == SCREEN_PRESENT) {
        hash = mix_decimal(hash, drug->dose.amount);
        hash = mix_int(hash, (int64_t)drug->dose.unit * 2 + drug->dose.is_per_kg);
        hash = mix_decimal(hash, drug->dose.doses_per_day);
        hash = mix_decimal(hash, drug->dose.interval_h);
    }
    return hash;
}

uint64_t finding_fingerprint(const struct knowledge *k, const struct screen_input *input,
                             const struct screen_finding *f)
{
    uint64_t hash = knowledge_checksum(k);
    const int64_t fields[] = {f->kind,
                              f->severity,
                              f->relation,
                              f->dose_check,
                              f->washout_days_left > 0,
                              egfr_band(input), /* a recorded stage is in `with` */
                              input->pregnancy_presence == SCREEN_PRESENT && input->is_pregnant,
                              input->is_pregnant ? input->trimester : 0,
                              input->lactation_presence == SCREEN_PRESENT && input->is_lactating};
    hash = mix(hash, fields, sizeof fields);
    hash = mix_text(hash, f->rule_id);
    hash = mix_text(hash, f->with);
    uint64_t drugs = 0; /* a sum: the order of the chart's rows does not matter */
    for (int i = 0; i < f->drug_count; i++) {
        drugs += drug_hash(&input->drugs[f->drugs[i]]);
    }
    hash = mix(hash, &drugs, sizeof drugs);
    if (f->allergy != SCREEN_NO_INDEX) {
        const struct screen_allergy *a = &input->allergies[f->allergy];
        const int64_t allergy[] = {a->kind, a->state, a->reaction};
        hash = mix(hash, allergy, sizeof allergy);
    }
    return hash;
}

/* ---- alternatives ---- */

#define CANDIDATES_MAX 64

/* Therapeutic classes that hold the drug, the smallest first: the nearest relatives come first. */
static int therapeutic_classes(const struct knowledge *k, const struct drug_identity *drug,
                               uint16_t *out, int max)
{
    int sizes[32];
    int count = 0;
    for (int c = 0; c < knowledge_class_count(k); c++) {
        uint16_t id = (uint16_t)c;
        bool fits = knowledge_is_therapeutic(k, id) && drug->ingredient_count > 0;
        for (int i = 0; fits && i < drug->ingredient_count; i++) {
            fits = knowledge_in_class(k, drug->ingredients[i], id);
        }
        if (!fits) {
            continue;
        }
        int size = 0;
        for (int i = 0; i < knowledge_ingredient_count(k); i++) {
            size += knowledge_in_class(k, (uint16_t)i, id);
        }
        int at = count < max ? count++ : max;
        while (at > 0 && sizes[at - 1] > size) {
            if (at < max) {
                sizes[at] = sizes[at - 1];
                out[at] = out[at - 1];
            }
            at--;
        }
        if (at < max) {
            sizes[at] = size;
            out[at] = id;
        }
    }
    return count;
}

struct trial {
    const struct knowledge *k;
    struct screen_input input; /* the chart with the candidate in the drug's place */
    struct screen_drug drugs[SCREEN_DRUGS_MAX];
    int place;
    struct screen_result *scratch;
};

/* Screens one candidate; INTERACTION_TYPE_NONE_GIVEN when it may not be offered. */
static enum interaction_type try_candidate(struct trial *t, uint16_t substance)
{
    struct screen_drug *drug = &t->drugs[t->place];
    drug->text = knowledge_name(t->k, substance);
    drug->identity = (struct drug_identity){.match = DRUG_KNOWN, .ingredient_count = 1};
    drug->identity.ingredients[0] = substance;
    drug->dose = (struct screen_dose){0}; /* its dose is not the other's */
    drug->state = SCREEN_NEW;
    screen(t->k, &t->input, t->scratch);
    for (int i = 0; i < t->scratch->incomplete_count; i++) {
        if (strcmp(t->scratch->incomplete[i].item, drug->text) == 0) {
            return INTERACTION_TYPE_NONE_GIVEN; /* not checked: not offered */
        }
    }
    enum interaction_type worst = INTERACTION_TYPE_NONE;
    for (int i = 0; i < t->scratch->finding_count; i++) {
        const struct screen_finding *f = &t->scratch->findings[i];
        worst = f->severity < worst ? f->severity : worst;
    }
    return worst == INTERACTION_TYPE_CONTRAINDICATED || worst == INTERACTION_TYPE_MAJOR
               ? INTERACTION_TYPE_NONE_GIVEN
               : worst;
}

static int insert_alternative(struct screen_alternative *out, int count, int max,
                              struct screen_alternative a)
{
    int at = count < max ? count : max;
    while (at > 0 && out[at - 1].worst < a.worst) { /* larger is milder */
        at--;
    }
    if (at >= max) {
        return count;
    }
    int moved = (count < max ? count : max - 1) - at;
    memmove(&out[at + 1], &out[at], (size_t)moved * sizeof *out);
    out[at] = a;
    return count < max ? count + 1 : max;
}

int screen_alternatives(const struct knowledge *k, const struct screen_input *input, int drug,
                        struct screen_result *scratch, struct screen_alternative *out, int max)
{
    struct trial t = {.k = k, .input = *input, .place = drug, .scratch = scratch};
    uint16_t classes[8];
    uint64_t tried[KNOWLEDGE_BIT_WORDS_MAX] = {0};
    int count = 0;
    int tries = 0;
    if (drug < 0 || drug >= input->drug_count || input->drug_count > SCREEN_DRUGS_MAX || max <= 0) {
        return 0;
    }
    memcpy(t.drugs, input->drugs, (size_t)input->drug_count * sizeof *t.drugs);
    for (int i = 0; i < input->drug_count; i++) {
        t.drugs[i].state = t.drugs[i].state == SCREEN_NEW ? SCREEN_ACTIVE : t.drugs[i].state;
    }
    t.input.drugs = t.drugs;
    t.input.scope = SCREEN_NEW_ONLY;
    const struct screen_drug *old = &input->drugs[drug];
    enum route route = old->route != ROUTE_NONE_GIVEN ? old->route : old->identity.route;
    if (route == ROUTE_NONE_GIVEN && old->identity.ingredient_count > 0) {
        route = knowledge_usual_route(k, old->identity.ingredients[0]);
    }
    int class_count = therapeutic_classes(k, &old->identity, classes, 8);
    for (int c = 0; c < class_count; c++) {
        for (int i = 0; i < knowledge_ingredient_count(k) && tries < CANDIDATES_MAX; i++) {
            uint16_t id = (uint16_t)i;
            bool is_other = knowledge_in_class(k, id, classes[c]) && !knowledge_bit(tried, id);
            for (int p = 0; p < old->identity.ingredient_count; p++) {
                is_other = is_other && old->identity.ingredients[p] != id;
            }
            if (!is_other || !(knowledge_routes(k, id) & (1u << route))) {
                continue;
            }
            tried[id / 64] |= UINT64_C(1) << (id % 64);
            tries++;
            t.drugs[drug].route = route;
            enum interaction_type worst = try_candidate(&t, id);
            if (worst != INTERACTION_TYPE_NONE_GIVEN) {
                struct screen_alternative a = {id, classes[c], worst};
                count = insert_alternative(out, count, max, a);
            }
        }
    }
    return count;
}
