/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/knowledge_rows.h"

#include <string.h>

#include "base/json.h"
#include "base/memory.h"
#include "safety/knowledge_format.h"

/* ---- pairs and foods ---- */

/* The worst rule of a cell; "none" only where nothing else stands. */
static uint32_t worst_rule(const struct knowledge *k, const struct stored_cell *cell)
{
    const struct stored_rule *rules = KNOWLEDGE_RECORDS(k, RULES, struct stored_rule);
    const uint32_t *references = knowledge_cell_rules(k, cell);
    uint32_t worst = references[0] >> 1;
    for (uint32_t i = 1; i < cell->count; i++) {
        worst = rules[references[i] >> 1].severity < rules[worst].severity ? references[i] >> 1 : worst;
    }
    return worst;
}

enum status knowledge_each_pair(const struct knowledge *k, enum interaction_type least, knowledge_pair_fn *take, void *to,
                                struct error *err)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, PAIR_ROWS, uint32_t);
    const struct stored_cell *cells = KNOWLEDGE_RECORDS(k, PAIR_CELLS, struct stored_cell);
    enum status status = STATUS_OK;
    for (uint32_t row = 0; row < k->header->curated && status == STATUS_OK; row++) {
        for (uint32_t i = rows[row]; i < rows[row + 1] && status == STATUS_OK; i++) {
            struct knowledge_rule rule = knowledge_rule_at(k, worst_rule(k, &cells[i]));
            if (rule.severity <= least) {
                status = take(to, knowledge_key(k, (uint16_t)row), knowledge_key(k, cells[i].other), &rule, err);
            }
        }
    }
    return status;
}

enum status knowledge_each_food(const struct knowledge *k, knowledge_food_fn *take, void *to, struct error *err)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, FOOD_ROWS, uint32_t);
    const struct stored_cell *cells = KNOWLEDGE_RECORDS(k, FOOD_CELLS, struct stored_cell);
    enum status status = STATUS_OK;
    for (uint32_t row = 0; row < k->header->curated && status == STATUS_OK; row++) {
        for (uint32_t i = rows[row]; i < rows[row + 1] && status == STATUS_OK; i++) {
            struct knowledge_rule rule = knowledge_rule_at(k, worst_rule(k, &cells[i]));
            if (rule.severity < INTERACTION_TYPE_NONE) {
                status = take(to, knowledge_key(k, (uint16_t)row), knowledge_food_title(k, cells[i].other), &rule, err);
            }
        }
    }
    return status;
}

/* ---- drugs ---- */

/* Lists that grow while the names and products of one drug are gathered. */
struct gathered {
    struct json_writer brands, ingredients, strengths, forms;
    struct buffer classes, contraindications, key;
};

static void gathered_begin(struct gathered *g)
{
    struct json_writer *const lists[] = {&g->brands, &g->ingredients, &g->strengths, &g->forms};
    *g = (struct gathered){JSON_WRITER_INIT, JSON_WRITER_INIT, JSON_WRITER_INIT, JSON_WRITER_INIT,
                           BUFFER_INIT,      BUFFER_INIT,      BUFFER_INIT};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_begin_array(lists[i]);
    }
}

static enum status gathered_end(struct gathered *g, struct knowledge_drug *drug, knowledge_drug_fn *take, void *to,
                                struct error *err)
{
    struct json_writer *const lists[] = {&g->brands, &g->ingredients, &g->strengths, &g->forms};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_end_array(lists[i]);
    }
    drug->key = g->key.bytes;
    drug->brands = g->brands.out.bytes;
    drug->ingredients = g->ingredients.out.bytes;
    drug->strengths = g->strengths.out.bytes;
    drug->forms = g->forms.out.bytes;
    drug->classes = g->classes.len > 0 ? g->classes.bytes : "";
    drug->contraindications = g->contraindications.len > 0 ? g->contraindications.bytes : "";
    enum status status = take(to, drug, err);
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        json_writer_release(lists[i]);
    }
    buffer_release(&g->classes);
    buffer_release(&g->contraindications);
    buffer_release(&g->key);
    return status;
}

static void join(struct buffer *list, const char *between, const char *text)
{
    buffer_append_format(list, "%s%s", list->len > 0 ? between : "", text);
}

/* Class titles, therapy classes first; contraindications. */
static const char *add_classes(const struct knowledge *k, uint16_t id, struct gathered *g)
{
    const char *category = "";
    for (int therapy = 1; therapy >= 0; therapy--) {
        for (int c = 0; c < knowledge_class_count(k); c++) {
            if (knowledge_in_class(k, id, (uint16_t)c) && knowledge_is_therapeutic(k, (uint16_t)c) == (therapy == 1)) {
                const char *title = knowledge_class_title(k, (uint16_t)c);
                category = therapy == 1 && category[0] == '\0' ? title : category;
                join(&g->classes, ", ", title);
            }
        }
    }
    return category;
}

static void add_contraindications(const struct knowledge *k, uint16_t id, struct gathered *g)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(k, SUBJECT_ROWS, uint32_t);
    const struct stored_cell *cells = KNOWLEDGE_RECORDS(k, SUBJECT_CELLS, struct stored_cell);
    for (uint32_t i = rows[id]; i < rows[id + 1]; i++) {
        if (knowledge_rule_at(k, worst_rule(k, &cells[i])).severity == INTERACTION_TYPE_CONTRAINDICATED) {
            join(&g->contraindications, "; ", knowledge_condition_title(k, cells[i].other));
        }
    }
}

/* Products of the set of ingredients that the mixes [first, last) hold: strengths and forms, each once. */
static bool has_seen(const char *const *seen, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(seen[i], text) == 0) {
            return true;
        }
    }
    return false;
}

enum { SEEN_MAX = 64 };
struct seen {
    const char *texts[SEEN_MAX];
    size_t count;
};

static void add_once(struct json_writer *list, struct seen *seen, const char *text)
{
    if (text[0] != '\0' && seen->count < SEEN_MAX && !has_seen(seen->texts, seen->count, text)) {
        seen->texts[seen->count++] = text;
        json_write_string(list, text);
    }
}

static void add_products(const struct knowledge *k, uint32_t mix, struct gathered *g, struct seen *strengths, struct seen *forms)
{
    uint32_t count = 0;
    const struct stored_product *products = knowledge_section(k, KNOWLEDGE_PRODUCTS, &count);
    uint32_t low = 0, high = count; /* products lie by mix */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (products[middle].mix < mix) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < count && products[low].mix == mix; low++) {
        add_once(&g->strengths, strengths, knowledge_text(k, products[low].strength));
        add_once(&g->forms, forms, knowledge_text(k, products[low].form));
    }
}

/* Brand names, found once for all substances: the names section is sorted by text, not by drug. */
struct brand_index {
    uint32_t *first; /* of each target, one more at the end */
    uint32_t *names;
};

static void index_brands(const struct knowledge *k, enum stored_name_kind kind, uint32_t targets, struct brand_index *out)
{
    uint32_t count = 0;
    const struct stored_name *names = knowledge_section(k, KNOWLEDGE_DRUG_NAMES, &count);
    out->first = mem_alloc_array((size_t)targets + 2, sizeof *out->first);
    out->names = mem_alloc_array((size_t)count + 1, sizeof *out->names);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < count; i++) {
            bool is_brand = names[i].kind == kind && names[i].rank == STORED_RANK_BRAND && !names[i].is_inner &&
                            names[i].target < targets;
            if (is_brand && round == 0) {
                out->first[names[i].target + 2]++;
            } else if (is_brand) {
                out->names[out->first[names[i].target + 1]++] = i;
            }
        }
        for (uint32_t t = 0; t < targets && round == 0; t++) {
            out->first[t + 2] += out->first[t + 1];
        }
    }
}

static void brand_index_release(struct brand_index *index)
{
    mem_free(index->first);
    mem_free(index->names);
}

static void add_brands(const struct knowledge *k, const struct brand_index *index, uint32_t target, struct gathered *g,
                       struct seen *seen)
{
    const struct stored_name *names = KNOWLEDGE_RECORDS(k, DRUG_NAMES, struct stored_name);
    for (uint32_t i = index->first[target]; i < index->first[target + 1]; i++) {
        add_once(&g->brands, seen, knowledge_text(k, names[index->names[i]].display));
    }
}

static enum status each_ingredient(const struct knowledge *k, knowledge_drug_fn *take, void *to, struct error *err)
{
    uint32_t mix_count = 0;
    const struct stored_mix *mixes = knowledge_section(k, KNOWLEDGE_MIXES, &mix_count);
    const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t);
    struct brand_index brands;
    enum status status = STATUS_OK;
    index_brands(k, STORED_NAME_SUBSTANCE, k->header->curated, &brands);
    for (uint32_t i = 0; i < k->header->curated && status == STATUS_OK; i++) {
        uint16_t id = (uint16_t)i;
        struct gathered g;
        struct seen strengths = {0}, forms = {0}, seen = {0};
        struct knowledge_drug drug = {
            .name = knowledge_tallman(k, id), .generic_name = knowledge_name(k, id), .rxcui = knowledge_rxcui(k, id)};
        gathered_begin(&g);
        buffer_append_text(&g.key, knowledge_key(k, id));
        json_write_string(&g.ingredients, knowledge_key(k, id));
        add_brands(k, &brands, i, &g, &seen);
        for (uint32_t m = 0; m < mix_count; m++) {
            if (mixes[m].part_count == 1 && parts[mixes[m].first_part] == i) {
                add_products(k, m, &g, &strengths, &forms);
            }
        }
        drug.category = add_classes(k, id, &g);
        add_contraindications(k, id, &g);
        status = gathered_end(&g, &drug, take, to, err);
    }
    brand_index_release(&brands);
    return status;
}

static bool is_same_set(const uint16_t *parts, const struct stored_mix *a, const struct stored_mix *b)
{
    bool is_same = a->part_count == b->part_count;
    for (int i = 0; is_same && i < a->part_count; i++) {
        bool is_there = false;
        for (int j = 0; j < b->part_count; j++) {
            is_there = is_there || parts[a->first_part + (uint32_t)i] == parts[b->first_part + (uint32_t)j];
        }
        is_same = is_there;
    }
    return is_same;
}

static bool is_first_of_set(const struct stored_mix *mixes, const uint16_t *parts, uint32_t mix)
{
    for (uint32_t m = 0; m < mix; m++) {
        if (is_same_set(parts, &mixes[m], &mixes[mix])) {
            return false;
        }
    }
    return true;
}

static enum status each_combination(const struct knowledge *k, knowledge_drug_fn *take, void *to, struct error *err)
{
    uint32_t count = 0;
    const struct stored_mix *mixes = knowledge_section(k, KNOWLEDGE_MIXES, &count);
    const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t);
    struct brand_index brands;
    enum status status = STATUS_OK;
    index_brands(k, STORED_NAME_MIX, count, &brands);
    for (uint32_t m = 0; m < count && status == STATUS_OK; m++) {
        if (mixes[m].part_count < 2 || !is_first_of_set(mixes, parts, m)) {
            continue;
        }
        struct gathered g;
        struct seen strengths = {0}, forms = {0}, seen = {0};
        const char *title = knowledge_text(k, mixes[m].title);
        struct knowledge_drug drug = {.name = title, .generic_name = title, .category = ""};
        gathered_begin(&g);
        for (uint32_t i = 0; i < mixes[m].part_count; i++) {
            const char *key = knowledge_key(k, parts[mixes[m].first_part + i]);
            join(&g.key, ";", key);
            json_write_string(&g.ingredients, key);
        }
        for (uint32_t same = m; same < count; same++) {
            if (is_same_set(parts, &mixes[m], &mixes[same])) {
                add_brands(k, &brands, same, &g, &seen);
                add_products(k, same, &g, &strengths, &forms);
            }
        }
        status = gathered_end(&g, &drug, take, to, err);
    }
    brand_index_release(&brands);
    return status;
}

enum status knowledge_each_drug(const struct knowledge *k, knowledge_drug_fn *take, void *to, struct error *err)
{
    enum status status = each_ingredient(k, take, to, err);
    return status == STATUS_OK ? each_combination(k, take, to, err) : status;
}
