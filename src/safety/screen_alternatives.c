/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drugs that could stand in a drug's place, each screened there on this chart before anybody sees its name. */
#include <string.h>

#include "safety/screen_internal.h"

#define CANDIDATES_MAX 96
#define NOT_OFFERED INTERACTION_TYPE_NONE_GIVEN

struct candidate {
    uint16_t substance, class_id;
    enum screen_kinship kinship;
    int class_rank; /* of the classes that fit, the smallest first */
    int products;
};

struct search {
    const struct knowledge *k;
    struct screen_input input; /* the chart with the candidate in the drug's place */
    struct screen_drug drugs[SCREEN_DRUGS_MAX];
    int place;
    struct screen_result *scratch;
    const struct drug_identity *old;
    enum route route;
    uint64_t taken[KNOWLEDGE_BIT_WORDS_MAX]; /* on the chart, or a candidate already */
    struct candidate candidates[CANDIDATES_MAX];
    int count;
};

/* ---- who comes into question ---- */

/* No herb for a drug, no opioid for what is none. */
static bool may_replace(const struct search *s, uint16_t id)
{
    static const unsigned never = INGREDIENT_HERBAL | INGREDIENT_VACCINE | INGREDIENT_DIAGNOSTIC | INGREDIENT_DEVICE |
                                  INGREDIENT_UNSPECIFIED | INGREDIENT_WITHDRAWN;
    static const unsigned controlled = INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_3 | INGREDIENT_CONTROLLED_4 |
                                       INGREDIENT_CONTROLLED_5;
    unsigned flags = knowledge_flags(s->k, id);
    bool was_controlled = false;
    for (int i = 0; i < s->old->ingredient_count; i++) {
        was_controlled = was_controlled || (knowledge_flags(s->k, s->old->ingredients[i]) & controlled);
    }
    return !(flags & never) && (was_controlled || !(flags & controlled)) && !knowledge_bit(s->taken, id) &&
           (knowledge_routes(s->k, id) & (1u << s->route));
}

static bool is_nearer(const struct candidate *a, const struct candidate *b)
{
    if (a->kinship != b->kinship) {
        return a->kinship < b->kinship;
    }
    return a->class_rank != b->class_rank ? a->class_rank < b->class_rank : a->products > b->products;
}

/* Products of its own in the tables: what most pharmacies have comes first. */
static int count_products(const struct knowledge *k, uint16_t id)
{
    uint32_t count = 0;
    int found = 0;
    const struct stored_product *products = knowledge_section(k, KNOWLEDGE_PRODUCTS, &count);
    const struct stored_mix *mixes = KNOWLEDGE_RECORDS(k, MIXES, struct stored_mix);
    const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t);
    for (uint32_t i = 0; i < count; i++) {
        const struct stored_mix *mix = &mixes[products[i].mix];
        found += mix->part_count == 1 && parts[mix->first_part] == id;
    }
    return found;
}

static void add_candidate(struct search *s, uint16_t id, enum screen_kinship kinship, uint16_t class_id, int class_rank)
{
    if (s->count == CANDIDATES_MAX || !may_replace(s, id)) {
        return;
    }
    struct candidate c = {id, class_id, kinship, class_rank, count_products(s->k, id)};
    if (c.products == 0) {
        return; /* no product of it in the tables: no pharmacy here has it */
    }
    int at = s->count++;
    while (at > 0 && is_nearer(&c, &s->candidates[at - 1])) {
        s->candidates[at] = s->candidates[at - 1];
        at--;
    }
    s->candidates[at] = c;
    bits_set(s->taken, id);
}

static int class_size(const struct knowledge *k, uint16_t class_id)
{
    int size = 0;
    for (int i = 0; i < knowledge_ingredient_count(k); i++) {
        size += knowledge_in_class(k, (uint16_t)i, class_id);
    }
    return size;
}

/* Whether the class holds all of the drug; for a use what it is named for is enough ("amoxicillin / clavulanate"). */
static bool holds_drug(const struct search *s, uint16_t class_id, enum screen_kinship kinship)
{
    if (kinship == SCREEN_KIN_INDICATION) {
        return s->old->ingredient_count > 0 && knowledge_in_class(s->k, s->old->ingredients[s->old->primary], class_id);
    }
    bool fits = true;
    for (int i = 0; fits && i < s->old->ingredient_count; i++) {
        fits = knowledge_in_class(s->k, s->old->ingredients[i], class_id);
    }
    return fits;
}

/* Members of the classes that hold the drug, the smallest class first. */
static void add_of_classes(struct search *s, bool (*is_of_use)(const struct knowledge *, uint16_t),
                           enum screen_kinship kinship)
{
    enum { CLASSES_MAX = 8 };
    uint16_t classes[CLASSES_MAX];
    int sizes[CLASSES_MAX];
    int count = 0;
    for (int c = 0; c < knowledge_class_count(s->k); c++) {
        uint16_t id = (uint16_t)c;
        if (!is_of_use(s->k, id) || count == CLASSES_MAX || !holds_drug(s, id, kinship)) {
            continue;
        }
        int size = class_size(s->k, id);
        int at = count++;
        for (; at > 0 && sizes[at - 1] > size; at--) {
            sizes[at] = sizes[at - 1];
            classes[at] = classes[at - 1];
        }
        sizes[at] = size;
        classes[at] = id;
    }
    for (int c = 0; c < count; c++) {
        uint16_t offered = knowledge_offers(s->k, classes[c]);
        for (int i = 0; offered != KNOWLEDGE_NO_ID && i < knowledge_ingredient_count(s->k); i++) {
            if (knowledge_in_class(s->k, (uint16_t)i, offered)) {
                add_candidate(s, (uint16_t)i, kinship, classes[c], c);
            }
        }
    }
}

/* A code for another way of giving it says nothing of what a swallowed or injected drug is for. */
static bool is_local_code(const char *code)
{
    static const char *const fronts[] = {"D", "S", "A01", "A07", "C01EB", "C05", "G01", "G02CC", "M02", "N01", "R01", "R02"};
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
        if (strncmp(code, fronts[i], strlen(fronts[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Groups that hold things with nothing in common but the organ: what the index calls "other" ends in X; enzymes, clotting
 * factors and immune globulins each answer one disease; cancer and immune treatment is nobody's to swap by its group; with
 * the platelet drugs stand the prostacyclins of lung pressure, with the codeine of coughs what stops a cough only. */
static bool is_mixed_group(const char *code)
{
    static const char *const fronts[] = {"A11HA", "A16A", "B01AC", "B02BD", "C02KX", "G03D", "H05", "J05AP", "J06",
                                         "L01",   "L03",  "L04",   "N06BA", "P01B",  "R05DA", "V"};
    for (size_t i = 0; i < sizeof fronts / sizeof *fronts; i++) {
        if (strncmp(code, fronts[i], strlen(fronts[i])) == 0) {
            return true;
        }
    }
    return strcspn(code, ";") >= 5 && code[4] == 'X';
}

/* Whether two lists of ATC codes ("B01AA03;...") share a beginning of so many letters. */
static bool shares_atc(const char *a, const char *b, size_t len)
{
    for (const char *p = a; *p; p += strcspn(p, ";"), p += *p == ';') {
        for (const char *q = b; *q; q += strcspn(q, ";"), q += *q == ';') {
            if (!is_local_code(p) && !is_mixed_group(p) && strcspn(p, ";") >= len && strcspn(q, ";") >= len && memcmp(p, q, len) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* Whether all systemic codes lie in one therapeutic group: ibuprofen is for pain and for an open duct of the newborn. */
static bool has_one_use(const char *atc)
{
    const char *first = NULL;
    for (const char *p = atc; *p; p += strcspn(p, ";"), p += *p == ';') {
        if (is_local_code(p)) {
            continue;
        }
        if (first && strncmp(first, p, 3) != 0) {
            return false;
        }
        first = first ? first : p;
    }
    return first != NULL;
}

/* A relative by the ATC index (its chemical group, five letters) of everything that the drug holds. */
static void add_of_atc(struct search *s)
{
    enum { GROUP_LETTERS = 5 };
    for (int part = 0; part < s->old->ingredient_count; part++) {
        if (screen_compartment(s->route) != screen_compartment(ROUTE_ORAL) ||
            !has_one_use(knowledge_atc(s->k, s->old->ingredients[part]))) {
            return;
        }
    }
    for (int i = 0; i < knowledge_ingredient_count(s->k); i++) {
        bool fits = true;
        for (int part = 0; fits && part < s->old->ingredient_count; part++) {
            fits = shares_atc(knowledge_atc(s->k, s->old->ingredients[part]), knowledge_atc(s->k, (uint16_t)i), GROUP_LETTERS);
        }
        if (fits) {
            add_candidate(s, (uint16_t)i, SCREEN_KIN_ATC_4, KNOWLEDGE_NO_ID, 0);
        }
    }
}

/* ---- the trial ---- */

/* The worst that the candidate would meet on the chart; NOT_OFFERED where it would interrupt, stands there already,
 * or cannot be checked. */
static enum interaction_type try_candidate(struct search *s, uint16_t substance)
{
    struct screen_drug *drug = &s->drugs[s->place];
    drug->text = knowledge_name(s->k, substance);
    drug->identity = (struct drug_identity){.match = DRUG_KNOWN, .ingredient_count = 1};
    drug->identity.ingredients[0] = substance;
    drug->route = s->route;
    drug->dose = (struct screen_dose){0}; /* its dose is not the other's */
    drug->state = SCREEN_NEW;
    screen(s->k, &s->input, s->scratch);
    for (int i = 0; i < s->scratch->incomplete_count; i++) {
        if (strcmp(s->scratch->incomplete[i].item, drug->text) == 0) {
            return NOT_OFFERED;
        }
    }
    enum interaction_type worst = INTERACTION_TYPE_NONE;
    for (int i = 0; i < s->scratch->finding_count; i++) {
        const struct screen_finding *f = &s->scratch->findings[i];
        if (finding_interrupts(f)) {
            return NOT_OFFERED;
        }
        worst = f->severity < worst ? f->severity : worst;
    }
    return worst;
}

static int insert_alternative(struct screen_alternative *out, int count, int max, struct screen_alternative a)
{
    int at = count < max ? count : max;
    while (at > 0 && out[at - 1].worst < a.worst) { /* larger is milder; of equals the nearer stays in front */
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

static void search_init(struct search *s, int drug)
{
    const struct screen_input *in = &s->input;
    memcpy(s->drugs, in->drugs, (size_t)in->drug_count * sizeof *s->drugs);
    for (int i = 0; i < in->drug_count; i++) {
        s->drugs[i].state = s->drugs[i].state == SCREEN_NEW ? SCREEN_ACTIVE : s->drugs[i].state;
        for (int p = 0; p < s->drugs[i].identity.ingredient_count && s->drugs[i].state != SCREEN_STOPPED; p++) {
            uint16_t id = s->drugs[i].identity.ingredients[p];
            if (knowledge_is_curated(s->k, id)) {
                bits_set(s->taken, id);
            }
        }
    }
    s->old = &in->drugs[drug].identity;
    s->route = in->drugs[drug].route != ROUTE_NONE_GIVEN ? in->drugs[drug].route : s->old->route;
    if (s->route == ROUTE_NONE_GIVEN && s->old->ingredient_count > 0) {
        s->route = knowledge_usual_route(s->k, s->old->ingredients[0]);
    }
    s->place = drug;
    s->input.drugs = s->drugs;
    s->input.scope = SCREEN_NEW_ONLY;
}

int screen_alternatives(const struct knowledge *k, const struct screen_input *input, int drug,
                        struct screen_result *scratch, struct screen_alternative *out, int max)
{
    struct search s = {.k = k, .input = *input, .scratch = scratch};
    int count = 0;
    if (drug < 0 || drug >= input->drug_count || input->drug_count > SCREEN_DRUGS_MAX || max <= 0 ||
        input->drugs[drug].identity.ingredient_count == 0) {
        return 0;
    }
    for (int i = 0; i < input->drugs[drug].identity.ingredient_count; i++) {
        if (!knowledge_is_curated(k, input->drugs[drug].identity.ingredients[i])) {
            return 0;
        }
    }
    search_init(&s, drug);
    add_of_classes(&s, knowledge_is_therapeutic, SCREEN_KIN_CLASS);
    add_of_classes(&s, knowledge_is_indication, SCREEN_KIN_INDICATION);
    add_of_atc(&s);
    for (int i = 0; i < s.count; i++) {
        const struct candidate *c = &s.candidates[i];
        enum interaction_type worst = try_candidate(&s, c->substance);
        if (worst != NOT_OFFERED) {
            struct screen_alternative a = {c->substance, c->class_id, c->kinship, worst};
            count = insert_alternative(out, count, max, a);
        }
    }
    return count;
}
