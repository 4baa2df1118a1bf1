/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The name index: everything that people and other systems call a drug, an allergen, a condition or
 * a food, folded and sorted. Also codes, look-alikes and the name-only layer. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/compile_internal.h"

void name_add(struct compile *c, struct compile_names *list, const char *text,
              enum stored_name_kind kind, enum stored_name_rank rank, uint32_t target)
{
    struct stored_name name = {
        .folded = pool_add_folded(&c->pool, text),
        .display = pool_add(&c->pool, text),
        .target = target,
        .kind = (uint8_t)kind,
        .rank = (uint8_t)rank,
        .use = KNOWLEDGE_NO_ID,
    };
    if (name.folded != 0) {
        MEM_GROW(list);
        list->items[list->len++] = name;
    }
}

static void name_add_list(struct compile *c, struct compile_names *list, const char *cell,
                          enum stored_name_kind kind, enum stored_name_rank rank, uint32_t target)
{
    char part[COMPILE_CELL_PART_MAX];
    while (table_next_part(&cell, part, sizeof part, NULL)) {
        name_add(c, list, part, kind, rank, target);
    }
}

static int compare_stored_names(const void *a, const void *b, void *pool)
{
    const struct stored_name *left = a;
    const struct stored_name *right = b;
    int order = strcmp(pool_text(pool, left->folded), pool_text(pool, right->folded));
    if (order != 0) {
        return order;
    }
    if (left->is_inner != right->is_inner) {
        return left->is_inner ? 1 : -1;
    }
    if (left->rank != right->rank) {
        return left->rank < right->rank ? -1 : 1;
    }
    if (left->kind != right->kind) {
        return left->kind < right->kind ? -1 : 1;
    }
    return left->target < right->target ? -1 : left->target > right->target;
}

void names_sort(struct compile *c, struct compile_names *list)
{
    if (list->len > 1) {
        qsort_r(list->items, list->len, sizeof *list->items, compare_stored_names, &c->pool);
    }
    size_t kept = 0;
    for (size_t i = 0; i < list->len; i++) {
        const struct stored_name *last = kept ? &list->items[kept - 1] : NULL;
        const struct stored_name *name = &list->items[i];
        bool is_again = last && last->folded == name->folded && last->target == name->target &&
                        last->kind == name->kind && last->is_inner == name->is_inner;
        if (!is_again) {
            list->items[kept++] = *name;
        }
    }
    list->len = kept;
}

static void names_write(struct compile *c, struct compile_names *list,
                        enum knowledge_section section)
{
    names_sort(c, list);
    buffer_append(&c->sections[section], list->items, list->len * sizeof *list->items);
    mem_free(list->items);
    *list = (struct compile_names){0};
}

/* ---- drugs ---- */

static void add_ingredient_names(struct compile *c, struct compile_names *list)
{
    const struct table *t = &c->tables[TABLE_INGREDIENTS];
    for (size_t i = 0; i < c->ingredients.len; i++) {
        const struct table_row *row = c->ingredients.items[i].row;
        uint32_t id = (uint32_t)i;
        name_add(c, list, table_cell(t, row, "name"), STORED_NAME_SUBSTANCE, STORED_RANK_NAME, id);
        name_add(c, list, c->ingredients.items[i].key, STORED_NAME_SUBSTANCE, STORED_RANK_NAME, id);
        name_add_list(c, list, table_cell(t, row, "synonyms"), STORED_NAME_SUBSTANCE,
                      STORED_RANK_SYNONYM, id);
        name_add_list(c, list, table_cell(t, row, "brands"), STORED_NAME_SUBSTANCE,
                      STORED_RANK_BRAND, id);
    }
}

bool names_hold(const struct compile *c, const struct compile_names *sorted, const char *folded)
{
    size_t low = 0;
    size_t high = sorted->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(pool_text(&c->pool, sorted->items[middle].folded), folded);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return false;
}

/* A name of the name-only layer. */
struct bare_name {
    char *folded;
    const struct table_row *row;
};

static int compare_bare(const void *a, const void *b)
{
    const struct bare_name *left = a;
    const struct bare_name *right = b;
    int order = strcmp(left->folded, right->folded);
    return order ? order : (left->row < right->row ? -1 : left->row > right->row);
}

static void add_bare_names(struct compile *c, struct compile_names *list)
{
    const struct table *t = &c->tables[TABLE_NAMES];
    struct bare_name *bare = mem_alloc_array(t->len + 1, sizeof *bare);
    size_t count = 0;
    names_sort(c, list);
    for (size_t i = 0; i < t->len; i++) {
        char *folded = text_fold(table_cell(t, &t->items[i], "name"));
        if (folded[0] && !names_hold(c, list, folded)) {
            bare[count++] = (struct bare_name){folded, &t->items[i]};
        } else {
            mem_free(folded);
        }
    }
    if (count > 1) {
        qsort(bare, count, sizeof *bare, compare_bare);
    }
    for (size_t i = 0; i < count; i++) {
        const char *name = table_cell(t, bare[i].row, "name");
        uint32_t id = SECTION_COUNT(c, SUBSTANCES, struct stored_substance);
        bool is_again = i > 0 && strcmp(bare[i].folded, bare[i - 1].folded) == 0;
        if (!is_again && id < KNOWLEDGE_NO_ID) {
            struct stored_substance s = {
                .name = pool_add(&c->pool, name),
                .tallman = pool_add(&c->pool, name),
                .rxcui = (uint32_t)strtoul(table_cell(t, bare[i].row, "rxcui"), NULL, 10),
            };
            SECTION_APPEND(c, SUBSTANCES, s);
            name_add(c, list, name, STORED_NAME_SUBSTANCE, STORED_RANK_NAME, id);
        }
    }
    for (size_t i = 0; i < count; i++) {
        mem_free(bare[i].folded);
    }
    mem_free(bare);
}

/* "lispro" finds insulin lispro: one entry for each later word, for type-ahead only. */
static void add_inner_names(struct compile *c, struct compile_names *list)
{
    size_t count = list->len;
    for (size_t i = 0; i < count; i++) {
        struct stored_name inner = list->items[i];
        inner.is_inner = 1;
        uint32_t whole = inner.folded;
        const char *text = pool_text(&c->pool, whole);
        for (size_t at = 0; text[at]; at++) {
            if (text[at] != ' ') {
                continue;
            }
            char *rest = mem_copy_text(text + at + 1); /* the pool may move while it grows */
            inner.folded = pool_add(&c->pool, rest);
            mem_free(rest);
            text = pool_text(&c->pool, whole);
            MEM_GROW(list);
            list->items[list->len++] = inner;
        }
    }
}

static bool means_the_same(const struct compile *c, const struct stored_name *a,
                           const struct stored_name *b)
{
    const struct stored_mix *mixes = SECTION_RECORDS(c, MIXES, struct stored_mix);
    const uint16_t *parts = SECTION_RECORDS(c, MIX_PARTS, uint16_t);
    if (a->kind == b->kind) {
        return a->target == b->target; /* two sets under one name are two mixes */
    }
    const struct stored_name *one = a->kind == STORED_NAME_SUBSTANCE ? a : b;
    const struct stored_mix *mix = &mixes[a->kind == STORED_NAME_MIX ? a->target : b->target];
    return mix->part_count == 1 && parts[mix->first_part] == one->target;
}

static void mark_ambiguous(struct compile *c, struct compile_names *list)
{
    for (size_t at = 0, end = 0; at < list->len; at = end) {
        struct stored_name *first = &list->items[at];
        for (end = at + 1; end < list->len && list->items[end].folded == first->folded; end++) {
            struct stored_name *other = &list->items[end];
            if (first->is_inner || other->is_inner || means_the_same(c, first, other)) {
                continue;
            }
            bool is_tie = other->rank == first->rank;
            first->is_ambiguous = first->is_ambiguous || is_tie;
            report_note(c->report, &c->tables[TABLE_INGREDIENTS], NULL, NULL,
                        is_tie ? _("\"%s\" means two drugs: it is refused as ambiguous")
                               : _("\"%s\" also names another drug: the generic name wins"),
                        pool_text(&c->pool, first->display));
        }
    }
}

/* "Revatio" is sildenafil for one thing only, which rules may ask for. */
static void mark_uses(struct compile *c, struct compile_names *list)
{
    const struct table *t = &c->tables[TABLE_BRAND_USES];
    for (size_t i = 0; i < t->len; i++) {
        const char *name = table_cell(t, &t->items[i], "name");
        const char *key = table_cell(t, &t->items[i], "condition");
        int condition = entities_find(&c->conditions, key);
        char *folded = text_fold(name);
        bool is_found = false;
        for (size_t n = 0; n < list->len && condition >= 0; n++) {
            struct stored_name *stored = &list->items[n];
            if (!stored->is_inner && strcmp(pool_text(&c->pool, stored->folded), folded) == 0) {
                stored->use = (uint16_t)condition;
                is_found = true;
            }
        }
        if (condition < 0) {
            report_error(c->report, t, &t->items[i], "condition",
                         _("there is no \"%s\" in condition_groups.tsv"), key);
        } else if (!is_found) {
            report_error(c->report, t, &t->items[i], "name", _("no drug is called \"%s\""), name);
        }
        mem_free(folded);
    }
}

static int compare_codes(const void *a, const void *b)
{
    const struct stored_product_code *left = a;
    const struct stored_product_code *right = b;
    if (left->code != right->code) {
        return left->code < right->code ? -1 : 1;
    }
    if (left->substance != right->substance) {
        return left->substance < right->substance ? -1 : 1;
    }
    return left->mix < right->mix ? -1 : left->mix > right->mix;
}

static void write_codes(struct compile *c)
{
    const struct stored_substance *s = SECTION_RECORDS(c, SUBSTANCES, struct stored_substance);
    uint32_t count = SECTION_COUNT(c, SUBSTANCES, struct stored_substance);
    for (uint32_t i = 0; i < count; i++) {
        if (s[i].rxcui) {
            struct stored_product_code code = {.code = s[i].rxcui, .substance = i};
            SECTION_APPEND(c, PRODUCT_CODES, code);
        }
    }
    count = SECTION_COUNT(c, PRODUCT_CODES, struct stored_product_code);
    struct stored_product_code *codes = SECTION_RECORDS(c, PRODUCT_CODES, struct stored_product_code);
    if (count > 1) {
        qsort(codes, count, sizeof *codes, compare_codes);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool is_again = kept > 0 && codes[kept - 1].code == codes[i].code;
        if (is_again && codes[i].substance != UINT32_MAX &&
            codes[i].substance != codes[kept - 1].substance) {
            report_error(c->report, &c->tables[TABLE_INGREDIENTS], NULL, "rxcui",
                         _("%u stands for \"%s\" and for \"%s\"; correct one"), (unsigned)codes[i].code,
                         pool_text(&c->pool, s[codes[kept - 1].substance].name),
                         pool_text(&c->pool, s[codes[i].substance].name));
        }
        if (!is_again) {
            codes[kept++] = codes[i]; /* an ingredient's own code comes before a product's */
        }
    }
    c->sections[KNOWLEDGE_PRODUCT_CODES].len = kept * sizeof *codes;
}

/* ---- look-alikes ---- */

static void lookalike_add(struct compile *c, const char *name, const char *tallman,
                          const char *other)
{
    struct stored_lookalike l = {pool_add_folded(&c->pool, name), pool_add(&c->pool, tallman),
                                 pool_add(&c->pool, other)};
    SECTION_APPEND(c, LOOKALIKES, l);
    struct stored_substance *s = SECTION_RECORDS(c, SUBSTANCES, struct stored_substance);
    const struct stored_name *names = SECTION_RECORDS(c, DRUG_NAMES, struct stored_name);
    uint32_t count = SECTION_COUNT(c, DRUG_NAMES, struct stored_name);
    for (uint32_t i = 0; i < count; i++) {
        if (names[i].folded == l.folded && !names[i].is_inner &&
            names[i].rank == STORED_RANK_NAME && names[i].kind == STORED_NAME_SUBSTANCE) {
            s[names[i].target].tallman = l.tallman;
        }
    }
}

static int compare_lookalikes(const void *a, const void *b, void *pool)
{
    const struct stored_lookalike *left = a;
    const struct stored_lookalike *right = b;
    int order = strcmp(pool_text(pool, left->folded), pool_text(pool, right->folded));
    return order ? order : strcmp(pool_text(pool, left->other), pool_text(pool, right->other));
}

static void write_lookalikes(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_LOOKALIKES];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *a = table_cell(t, row, "name_a");
        const char *b = table_cell(t, row, "name_b");
        const char *tall_a = table_cell(t, row, "tallman_a");
        const char *tall_b = table_cell(t, row, "tallman_b");
        tall_a = tall_a[0] ? tall_a : a;
        tall_b = tall_b[0] ? tall_b : b;
        if (!a[0] || !b[0] || !text_equal_folded(a, tall_a) || !text_equal_folded(b, tall_b)) {
            report_error(c->report, t, row, "tallman_a",
                         _("a name is missing, or the tall-man spelling has other letters"));
            continue;
        }
        lookalike_add(c, a, tall_a, tall_b);
        lookalike_add(c, b, tall_b, tall_a);
    }
    uint32_t count = SECTION_COUNT(c, LOOKALIKES, struct stored_lookalike);
    if (count > 1) {
        qsort_r(SECTION_RECORDS(c, LOOKALIKES, struct stored_lookalike), count,
                sizeof(struct stored_lookalike), compare_lookalikes, &c->pool);
    }
}

/* ---- allergens, conditions, foods ---- */

static void add_entity_names(struct compile *c, struct compile_names *list,
                             const struct compile_entities *set, enum table_kind kind,
                             enum stored_name_kind name_kind)
{
    const struct table *t = &c->tables[kind];
    for (size_t i = 0; i < set->len; i++) {
        const struct table_row *row = set->items[i].row;
        uint32_t id = (uint32_t)i;
        name_add(c, list, table_cell(t, row, "title"), name_kind, STORED_RANK_NAME, id);
        name_add(c, list, set->items[i].key, name_kind, STORED_RANK_NAME, id);
        if (table_find_column(kind, "synonyms") >= 0) {
            name_add_list(c, list, table_cell(t, row, "synonyms"), name_kind, STORED_RANK_SYNONYM,
                          id);
        }
    }
}

void compile_names(struct compile *c)
{
    struct compile_names list = {0};
    add_ingredient_names(c, &list);
    products_add(c, &list);
    add_bare_names(c, &list);
    tongues_add(c, &list);
    add_inner_names(c, &list);
    names_sort(c, &list);
    mark_ambiguous(c, &list);
    mark_uses(c, &list);
    names_write(c, &list, KNOWLEDGE_DRUG_NAMES);
    product_codes_add(c);
    write_codes(c);
    write_lookalikes(c);
    add_entity_names(c, &list, &c->groups, TABLE_ALLERGY_GROUPS, STORED_NAME_GROUP);
    add_entity_names(c, &list, &c->classes, TABLE_CLASSES, STORED_NAME_CLASS);
    names_write(c, &list, KNOWLEDGE_ALLERGEN_NAMES);
    add_entity_names(c, &list, &c->conditions, TABLE_CONDITION_GROUPS, STORED_NAME_CONDITION);
    names_write(c, &list, KNOWLEDGE_CONDITION_NAMES);
    add_entity_names(c, &list, &c->foods, TABLE_FOOD_NAMES, STORED_NAME_FOOD);
    names_write(c, &list, KNOWLEDGE_FOOD_NAMES);
}
