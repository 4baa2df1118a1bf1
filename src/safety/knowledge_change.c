/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids mean something only inside one block, so everything is compared by signatures: hashes over keys and texts. */
#include "safety/knowledge_change.h"

#include <string.h>

#include "base/memory.h"
#include "safety/knowledge_format.h"

/* ---- signatures ---- */

static uint64_t mix(uint64_t hash, uint64_t value)
{
    uint64_t parts[2] = {hash, value};
    return knowledge_hash(parts, sizeof parts);
}

static uint64_t mix_text(const struct knowledge *k, uint64_t hash, uint32_t text)
{
    const char *t = knowledge_text(k, text);
    return mix(hash, knowledge_hash(t, strlen(t)));
}

static uint64_t key_signature(const struct knowledge *k, uint32_t ingredient)
{
    const char *key = knowledge_key(k, (uint16_t)ingredient);
    return knowledge_hash(key, strlen(key));
}

/* One side of the comparison. */
struct side {
    const struct knowledge *k;
    uint64_t *classes;     /* a class: its key and all its members */
    uint64_t *rules;       /* a rule: what it says and when */
    uint64_t *ingredients; /* an ingredient: all that does not need a second drug */
};

static uint64_t class_signature(const struct knowledge *k, uint32_t class_id)
{
    const uint64_t *bits = knowledge_class_bits(k, class_id);
    uint64_t hash = mix_text(k, 1, KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].key);
    for (uint32_t i = 0; i < k->header->curated; i++) {
        hash = knowledge_bit(bits, i) ? mix(hash, key_signature(k, i)) : hash;
    }
    return hash;
}

static uint64_t test_signature(const struct side *side, const struct stored_test *t)
{
    const struct knowledge *k = side->k;
    uint64_t hash = mix((uint64_t)t->mantissa, (uint64_t)t->kind << 32 | (uint64_t)t->side << 24 | (uint64_t)t->compare << 16 |
                                                   (uint64_t)t->unit << 8 | t->scale);
    if (t->kind == STORED_TEST_WITH || t->kind == STORED_TEST_WITHOUT) {
        uint32_t id = t->ref & 0xffffu;
        return mix(hash, t->ref & STORED_SELECTOR_CLASS ? side->classes[id] : key_signature(k, id));
    }
    if (t->kind == STORED_TEST_CONDITION) {
        return mix_text(k, mix(hash, t->is_absent), KNOWLEDGE_RECORDS(k, CONDITIONS, struct stored_condition)[t->ref].key);
    }
    return mix(hash, t->ref);
}

static uint64_t rule_signature(const struct side *side, const struct stored_rule *r)
{
    const struct knowledge *k = side->k;
    const uint32_t texts[] = {r->id, r->effect, r->mechanism, r->management};
    uint64_t hash = (uint64_t)r->severity << 16 | (uint64_t)r->evidence << 8 | r->separate_hours;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        hash = mix_text(k, hash, texts[i]);
    }
    for (uint32_t i = r->first_test; i < r->first_test + r->test_count; i++) {
        hash = mix(hash, test_signature(side, &KNOWLEDGE_RECORDS(k, TESTS, struct stored_test)[i]));
    }
    return hash;
}

static uint64_t cell_signature(const struct side *side, const struct stored_cell *cell)
{
    const uint32_t *references = knowledge_cell_rules(side->k, cell);
    uint64_t hash = cell->count;
    for (uint32_t i = 0; i < cell->count; i++) {
        hash = mix(hash, side->rules[references[i] >> 1]);
    }
    return hash;
}

/* Which of the two is the rule's a: by key order, which is the order of the ids in both blocks. */
static uint64_t pair_signature(const struct side *side, const struct stored_cell *cell)
{
    const uint32_t *references = knowledge_cell_rules(side->k, cell);
    uint64_t hash = cell_signature(side, cell);
    for (uint32_t i = 0; i < cell->count; i++) {
        hash = hash << 1 ^ hash >> 63 ^ (references[i] & 1u);
    }
    return hash;
}

/* Adds what the cells of a row say, whatever their order. */
static uint64_t sum_of_cells(const struct side *side, uint32_t row, const uint32_t *rows, const struct stored_cell *cells,
                             const char *(*key)(const struct knowledge *k, uint16_t id))
{
    uint64_t sum = 0;
    for (uint32_t i = rows[row]; i < rows[row + 1]; i++) {
        const char *other = key(side->k, cells[i].other);
        sum += mix(knowledge_hash(other, strlen(other)), cell_signature(side, &cells[i]));
    }
    return sum;
}

static uint64_t amounts_signature(const struct side *side, const struct stored_dose *d)
{
    const struct stored_amount *amounts[] = {&d->max_single,    &d->max_daily,     &d->usual_low,      &d->min_interval_h,
                                             &d->per_kg_day,    &d->per_kg_single, &d->per_kg_max_day, &d->age_floor_y};
    uint64_t hash = mix(side->rules[d->rule], (uint64_t)d->routes << 16 | (uint64_t)d->population << 8 | d->unit);
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        hash = mix(hash, amounts[i]->is_given ? (uint64_t)amounts[i]->mantissa << 8 | amounts[i]->scale : UINT64_MAX);
    }
    return hash;
}

static uint64_t ingredient_signature(const struct side *side, uint32_t i)
{
    const struct knowledge *k = side->k;
    const struct stored_substance *s = &KNOWLEDGE_RECORDS(k, SUBSTANCES, struct stored_substance)[i];
    const uint32_t *dose_rows = KNOWLEDGE_RECORDS(k, DOSE_ROWS, uint32_t);
    const struct stored_dose *doses = KNOWLEDGE_RECORDS(k, DOSES, struct stored_dose);
    const uint64_t *in = KNOWLEDGE_RECORDS(k, DUPLICATE_BITS, uint64_t) + (size_t)i * knowledge_duplicate_words(k);
    uint32_t duplicate_count = 0;
    const struct stored_duplicate *duplicates = knowledge_section(k, KNOWLEDGE_DUPLICATES, &duplicate_count);
    uint64_t sum = mix((uint64_t)s->routes << 32 | (uint64_t)s->flags << 16 | s->washout_days, s->usual_route);
    sum += sum_of_cells(side, i, KNOWLEDGE_RECORDS(k, SUBJECT_ROWS, uint32_t),
                        KNOWLEDGE_RECORDS(k, SUBJECT_CELLS, struct stored_cell), knowledge_condition_key);
    sum += sum_of_cells(side, i, KNOWLEDGE_RECORDS(k, FOOD_ROWS, uint32_t),
                        KNOWLEDGE_RECORDS(k, FOOD_CELLS, struct stored_cell), knowledge_food_key);
    for (uint32_t d = dose_rows[i]; d < dose_rows[i + 1]; d++) {
        sum += amounts_signature(side, &doses[d]);
    }
    for (uint32_t d = 0; d < duplicate_count; d++) {
        if (knowledge_bit(in, d)) {
            sum += mix(side->rules[duplicates[d].rule], (uint64_t)duplicates[d].routes << 8 | duplicates[d].allowed);
        }
    }
    return sum;
}

/* What an allergy to anything means for each ingredient. */
static void add_allergies(struct side *side)
{
    const struct knowledge *k = side->k;
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, ALLERGY_ROWS, uint32_t);
    const struct stored_allergy *cells = KNOWLEDGE_RECORDS(k, ALLERGY_CELLS, struct stored_allergy);
    uint32_t groups = (uint32_t)knowledge_group_count(k);
    for (uint32_t source = 0; source < groups + k->header->curated; source++) {
        const char *key = source < groups ? knowledge_group_key(k, (uint16_t)source) : knowledge_key(k, (uint16_t)(source - groups));
        uint64_t name = mix(knowledge_hash(key, strlen(key)), source < groups);
        for (uint32_t i = rows[source]; i < rows[source + 1]; i++) {
            const struct stored_allergy *a = &cells[i];
            uint64_t rule = a->rule == KNOWLEDGE_NO_RULE ? a->group != KNOWLEDGE_NO_ID : side->rules[a->rule];
            side->ingredients[a->ingredient] += mix(mix(name, rule), (uint64_t)a->relation << 8 | a->severity);
        }
    }
}

static void side_init(struct side *side, const struct knowledge *k)
{
    uint32_t rules = 0, classes = 0;
    const struct stored_rule *all = knowledge_section(k, KNOWLEDGE_RULES, &rules);
    (void)knowledge_section(k, KNOWLEDGE_CLASSES, &classes);
    *side = (struct side){.k = k,
                          .classes = mem_alloc_array(classes + 1, sizeof *side->classes),
                          .rules = mem_alloc_array(rules + 1, sizeof *side->rules),
                          .ingredients = mem_alloc_array(k->header->curated + 1, sizeof *side->ingredients)};
    for (uint32_t i = 0; i < classes; i++) {
        side->classes[i] = class_signature(k, i);
    }
    for (uint32_t i = 0; i < rules; i++) {
        side->rules[i] = rule_signature(side, &all[i]);
    }
    for (uint32_t i = 0; i < k->header->curated; i++) {
        side->ingredients[i] = ingredient_signature(side, i);
    }
    add_allergies(side);
}

static void side_release(struct side *side)
{
    mem_free(side->classes);
    mem_free(side->rules);
    mem_free(side->ingredients);
}

/* ---- what is named: texts and the sets behind them ---- */

static uint64_t names_signature(const struct knowledge *k, enum knowledge_section section,
                                const char *(*key)(const struct knowledge *k, uint16_t id), enum stored_name_kind kind)
{
    uint32_t count = 0;
    const struct stored_name *names = knowledge_section(k, section, &count);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        const char *target = names[i].kind == kind ? key(k, (uint16_t)names[i].target) : "";
        sum += names[i].is_inner ? 0
                                 : mix_text(k, mix(knowledge_hash(target, strlen(target)), names[i].kind), names[i].folded);
    }
    return sum;
}

static uint64_t general_signature(const struct side *side)
{
    const struct knowledge *k = side->k;
    uint32_t allergen_count = 0;
    const struct stored_name *allergens = knowledge_section(k, KNOWLEDGE_ALLERGEN_NAMES, &allergen_count);
    uint32_t condition_count = 0, code_count = 0;
    const struct stored_condition *conditions = knowledge_section(k, KNOWLEDGE_CONDITIONS, &condition_count);
    const struct stored_code *codes = knowledge_section(k, KNOWLEDGE_CONDITION_CODES, &code_count);
    uint64_t sum = names_signature(k, KNOWLEDGE_CONDITION_NAMES, knowledge_condition_key, STORED_NAME_CONDITION) +
                   names_signature(k, KNOWLEDGE_FOOD_NAMES, knowledge_food_key, STORED_NAME_FOOD) +
                   names_signature(k, KNOWLEDGE_ALLERGEN_NAMES, knowledge_group_key, STORED_NAME_GROUP);
    for (uint32_t i = 0; i < condition_count; i++) {
        uint64_t hash = mix_text(k, (uint64_t)conditions[i].egfr_from << 16 | conditions[i].egfr_below, conditions[i].key);
        for (uint32_t c = 0; c < condition_count; c++) {
            hash = knowledge_bit(conditions[i].implies, c) ? mix_text(k, hash, conditions[c].key) : hash;
        }
        sum += hash;
    }
    for (uint32_t i = 0; i < allergen_count; i++) { /* a class may be what somebody is allergic to */
        sum += allergens[i].kind == STORED_NAME_CLASS ? side->classes[allergens[i].target] : 0;
    }
    for (uint32_t i = 0; i < code_count; i++) {
        sum += mix_text(k, mix_text(k, codes[i].system, codes[i].text), conditions[codes[i].condition].key);
    }
    return sum;
}

/* ---- the comparison ---- */

struct knowledge_change {
    const struct knowledge *before, *after;
    bool is_general;
    uint64_t *drugs; /* ingredients of `after` whose own rules changed */
    uint64_t *pairs; /* bit_words for each ingredient of `after`, the lower one's row */
    uint32_t words;
};

static bool is_same_cell(const struct side *before, const struct stored_cell *old, const struct side *after,
                         const struct stored_cell *new)
{
    if (old == NULL || new == NULL) {
        return old == new;
    }
    return pair_signature(before, old) == pair_signature(after, new);
}

/* Ingredients are sorted by key in every block, so that low stays below high. */
static void compare_pairs(struct knowledge_change *c, const struct side *before, const struct side *after, const uint16_t *old_ids)
{
    uint32_t count = c->after->header->curated;
    for (uint32_t low = 0; low < count; low++) {
        struct cell_row new = knowledge_pair_row(c->after, (uint16_t)low);
        uint64_t *bits = c->pairs + (size_t)low * c->words;
        if (old_ids[low] == KNOWLEDGE_NO_ID) {
            continue; /* it is a new drug: changed as a whole */
        }
        struct cell_row old = knowledge_pair_row(c->before, old_ids[low]);
        for (uint32_t high = low + 1; high < count; high++) {
            if (old_ids[high] != KNOWLEDGE_NO_ID &&
                !is_same_cell(before, knowledge_row_cell(&old, old_ids[high]), after, knowledge_row_cell(&new, (uint16_t)high))) {
                bits_set(bits, (uint32_t)high);
            }
        }
    }
}

struct knowledge_change *knowledge_change_new(const struct knowledge *before, const struct knowledge *after)
{
    struct knowledge_change *c = mem_alloc(sizeof *c);
    struct side old, new;
    uint32_t count = after->header->curated;
    uint16_t *old_ids = mem_alloc_array(count + 1, sizeof *old_ids);
    side_init(&old, before);
    side_init(&new, after);
    *c = (struct knowledge_change){.before = before,
                                   .after = after,
                                   .is_general = general_signature(&old) != general_signature(&new),
                                   .words = after->header->bit_words};
    c->drugs = mem_alloc_array(c->words + 1, sizeof *c->drugs);
    c->pairs = mem_alloc_array((size_t)count * c->words + 1, sizeof *c->pairs);
    for (uint32_t i = 0; i < count; i++) {
        old_ids[i] = knowledge_find_key(before, knowledge_key(after, (uint16_t)i));
        bool is_known = old_ids[i] != KNOWLEDGE_NO_ID && knowledge_is_curated(before, old_ids[i]);
        old_ids[i] = is_known ? old_ids[i] : KNOWLEDGE_NO_ID;
        if (!is_known || old.ingredients[old_ids[i]] != new.ingredients[i]) {
            bits_set(c->drugs, (uint32_t)i);
        }
    }
    compare_pairs(c, &old, &new, old_ids);
    side_release(&old);
    side_release(&new);
    mem_free(old_ids);
    return c;
}

void knowledge_change_free(struct knowledge_change *c)
{
    if (c != NULL) {
        mem_free(c->drugs);
        mem_free(c->pairs);
        mem_free(c);
    }
}

bool knowledge_change_is_general(const struct knowledge_change *c)
{
    return c->is_general;
}

bool knowledge_change_of_drug(const struct knowledge_change *c, const struct drug_identity *before,
                              const struct drug_identity *after)
{
    if (before->match != after->match || before->ingredient_count != after->ingredient_count || before->route != after->route ||
        before->form != after->form || before->primary != after->primary) {
        return true;
    }
    for (int i = 0; i < after->ingredient_count; i++) {
        uint16_t old = before->ingredients[i], new = after->ingredients[i];
        const struct drug_strength *s = &before->strengths[i], *t = &after->strengths[i];
        if (strcmp(knowledge_name(c->before, old), knowledge_name(c->after, new)) != 0 || s->unit != t->unit ||
            s->per_unit != t->per_unit || decimal_compare(s->amount, t->amount) != 0 || decimal_compare(s->per, t->per) != 0) {
            return true;
        }
        if (knowledge_is_curated(c->after, new) && knowledge_bit(c->drugs, new)) {
            return true;
        }
    }
    return false;
}

bool knowledge_change_of_pair(const struct knowledge_change *c, const struct drug_identity *a, const struct drug_identity *b)
{
    for (int i = 0; i < a->ingredient_count; i++) {
        for (int j = 0; j < b->ingredient_count; j++) {
            uint16_t x = a->ingredients[i], y = b->ingredients[j];
            uint16_t low = x < y ? x : y, high = x < y ? y : x;
            if (knowledge_is_curated(c->after, high) && low != high &&
                knowledge_bit(c->pairs + (size_t)low * c->words, high)) {
                return true;
            }
        }
    }
    return false;
}
