/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ingredients, classes, allergy groups, conditions and foods: the things that rules speak of, and
 * who belongs to what. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

#define NESTING_MAX 32

static const struct {
    const char *word;
    unsigned flag;
} FLAGS[] = {
    {"controlled_2", INGREDIENT_CONTROLLED_2},
    {"controlled_3", INGREDIENT_CONTROLLED_3},
    {"controlled_4", INGREDIENT_CONTROLLED_4},
    {"controlled_5", INGREDIENT_CONTROLLED_5},
    {"weekly", INGREDIENT_WEEKLY},
    {"high_alert", INGREDIENT_HIGH_ALERT},
    {"narrow_index", INGREDIENT_NARROW_INDEX},
    {"otc", INGREDIENT_OTC},
    {"herbal", INGREDIENT_HERBAL},
    {"vaccine", INGREDIENT_VACCINE},
    {"diagnostic", INGREDIENT_DIAGNOSTIC},
    {"device", INGREDIENT_DEVICE},
    {"unspecified", INGREDIENT_UNSPECIFIED},
    {"withdrawn", INGREDIENT_WITHDRAWN},
    {"no_rules", INGREDIENT_NO_RULES},
    {"boosted", INGREDIENT_BOOSTED},
};

static uint32_t number_parse(struct compile *c, const struct table *t, const struct table_row *row,
                             const char *column, const char *text, uint32_t max)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value > max) {
        report_error(c->report, t, row, column, _("\"%s\" is not a whole number up to %u"), text,
                     max);
        return 0;
    }
    return (uint32_t)value;
}

static unsigned flags_parse(struct compile *c, const struct table *t, const struct table_row *row)
{
    unsigned flags = 0;
    char word[32];
    for (const char *p = table_cell(t, row, "flags");
         table_next_part(&p, word, sizeof word, NULL);) {
        unsigned flag = 0;
        for (size_t i = 0; i < sizeof FLAGS / sizeof *FLAGS; i++) {
            if (strcmp(FLAGS[i].word, word) == 0) {
                flag = FLAGS[i].flag;
            }
        }
        if (flag == 0) {
            report_error(c->report, t, row, "flags", _("there is no flag \"%s\""), word);
        }
        flags |= flag;
    }
    return flags;
}

static enum route first_route(const char *cell)
{
    char word[32];
    return table_next_part(&cell, word, sizeof word, NULL)
               ? (enum route)enum_value(ENUM_ROUTE, word)
               : ROUTE_NONE_GIVEN;
}

static void write_ingredients(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_INGREDIENTS];
    for (size_t i = 0; i < c->ingredients.len; i++) {
        const struct table_row *row = c->ingredients.items[i].row;
        const char *name = table_cell(t, row, "name");
        const char *rxcui = table_cell(t, row, "rxcui");
        const char *routes = table_cell(t, row, "routes");
        if (!name[0]) {
            report_error(c->report, t, row, "name", _("is empty; an ingredient needs a name"));
        }
        struct stored_substance s = {
            .key = pool_add(&c->pool, c->ingredients.items[i].key),
            .name = pool_add(&c->pool, name),
            .tallman = pool_add(&c->pool, name),
            .atc = pool_add(&c->pool, table_cell(t, row, "atc")),
            .flags = (uint16_t)flags_parse(c, t, row),
            .usual_route = (uint8_t)first_route(routes),
        };
        if (rxcui[0]) {
            s.rxcui = number_parse(c, t, row, "rxcui", rxcui, 99999999);
        }
        (void)routes_parse(c, t, row, "routes", routes, &s.routes); /* reported; the row stays */
        SECTION_APPEND(c, SUBSTANCES, s);
    }
}

/* ---- memberships: direct ones first, then nested sets are poured in ---- */

struct edge {
    uint16_t outer, inner;
    const struct table_row *row;
};

struct edges {
    struct edge *items;
    size_t len, cap;
};

enum visit { VISIT_NEW, VISIT_OPEN, VISIT_DONE };

struct nesting {
    struct compile *c;
    const struct table *table;
    const struct edges *edges;
    const struct compile_entities *set;
    uint64_t *bits;
    uint8_t *visits;
};

static void pour(struct nesting *n, uint16_t outer)
{
    n->visits[outer] = VISIT_OPEN;
    for (size_t i = 0; i < n->edges->len; i++) {
        const struct edge *e = &n->edges->items[i];
        if (e->outer != outer) {
            continue;
        }
        if (n->visits[e->inner] == VISIT_OPEN) {
            report_error(n->c->report, n->table, e->row, NULL,
                         _("\"%s\" and \"%s\" contain each other; take one row out"),
                         n->set->items[outer].key, n->set->items[e->inner].key);
            continue;
        }
        if (n->visits[e->inner] == VISIT_NEW) {
            pour(n, e->inner);
        }
        uint64_t *to = n->bits + (size_t)outer * n->c->bit_words;
        const uint64_t *from = n->bits + (size_t)e->inner * n->c->bit_words;
        for (uint32_t w = 0; w < n->c->bit_words; w++) {
            to[w] |= from[w];
        }
    }
    n->visits[outer] = VISIT_DONE;
}

static void resolve_nesting(struct compile *c, const struct table *table, const struct edges *edges,
                            const struct compile_entities *set, uint64_t *bits)
{
    struct nesting n = {c, table, edges, set, bits, mem_alloc_array(set->len + 1, 1)};
    for (size_t i = 0; i < set->len; i++) {
        if (n.visits[i] == VISIT_NEW) {
            pour(&n, (uint16_t)i);
        }
    }
    mem_free(n.visits);
}

static void fill_class_bits(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_CLASS_MEMBERS];
    struct edges nested = {0};
    c->class_bits = mem_alloc_array(c->classes.len * c->bit_words + 1, sizeof *c->class_bits);
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        int outer = entities_find(&c->classes, table_cell(t, row, "class"));
        if (outer < 0) {
            report_error(c->report, t, row, "class",
                         _("there is no class \"%s\"; add it to classes.tsv"),
                         table_cell(t, row, "class"));
            continue;
        }
        struct compile_selector member;
        if (!selector_parse(c, t, row, "member", table_cell(t, row, "member"), &member)) {
            continue;
        }
        if (member.is_class) {
            MEM_GROW(&nested);
            nested.items[nested.len++] = (struct edge){(uint16_t)outer, member.id, row};
        } else {
            bits_set(c->class_bits + (size_t)outer * c->bit_words, member.id);
        }
    }
    resolve_nesting(c, t, &nested, &c->classes, c->class_bits);
    mem_free(nested.items);
}

static void fill_group_bits(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_ALLERGY_MEMBERS];
    struct edges nested = {0};
    c->group_bits = mem_alloc_array(c->groups.len * c->bit_words + 1, sizeof *c->group_bits);
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        int outer = entities_find(&c->groups, table_cell(t, row, "group"));
        const char *member = table_cell(t, row, "member");
        if (outer < 0) {
            report_error(c->report, t, row, "group",
                         _("there is no allergy group \"%s\"; add it to allergy_groups.tsv"),
                         table_cell(t, row, "group"));
            continue;
        }
        uint64_t *bits = c->group_bits + (size_t)outer * c->bit_words;
        if (strncmp(member, "group:", 6) == 0) {
            int inner = entities_find(&c->groups, member + 6);
            if (inner < 0) {
                report_error(c->report, t, row, "member", _("there is no allergy group \"%s\""),
                             member + 6);
                continue;
            }
            MEM_GROW(&nested);
            nested.items[nested.len++] = (struct edge){(uint16_t)outer, (uint16_t)inner, row};
            continue;
        }
        struct compile_selector s;
        if (selector_parse(c, t, row, "member", member, &s)) {
            uint64_t scratch[KNOWLEDGE_BIT_WORDS_MAX];
            const uint64_t *from = selector_bits(c, s, scratch);
            for (uint32_t w = 0; w < c->bit_words; w++) {
                bits[w] |= from[w];
            }
        }
    }
    resolve_nesting(c, t, &nested, &c->groups, c->group_bits);
    mem_free(nested.items);
}

static void write_classes(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_CLASSES];
    for (size_t i = 0; i < c->classes.len; i++) {
        const struct table_row *row = c->classes.items[i].row;
        struct stored_class s = {
            .key = pool_add(&c->pool, c->classes.items[i].key),
            .title = pool_add(&c->pool, table_cell(t, row, "title")),
            .text = pool_add(&c->pool, table_cell(t, row, "text")),
        };
        SECTION_APPEND(c, CLASSES, s);
    }
    buffer_append(&c->sections[KNOWLEDGE_CLASS_BITS], c->class_bits,
                  c->classes.len * c->bit_words * sizeof *c->class_bits);
}

/* Codes that a site brought: beside those of the ingredient's own row. */
static void add_atc_codes(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_ATC_CODES];
    for (size_t i = 0; i < t->len; i++) {
        const char *key = table_cell(t, &t->items[i], "ingredient");
        const char *code = table_cell(t, &t->items[i], "atc");
        int ingredient = entities_find(&c->ingredients, key);
        if (ingredient < 0) {
            report_error(c->report, t, &t->items[i], "ingredient", _("there is no ingredient \"%s\""),
                         key);
            continue;
        }
        struct stored_substance *s = &SECTION_RECORDS(c, SUBSTANCES,
                                                      struct stored_substance)[ingredient];
        const char *have = pool_text(&c->pool, s->atc);
        if (strstr(have, code) == NULL) {
            char *both = mem_format("%s%s%s", have, have[0] ? ";" : "", code);
            s->atc = pool_add(&c->pool, both);
            mem_free(both);
        }
    }
}

static void write_groups(struct compile *c)
{
    static const char *const kinds[] = {"drug", "food", "environment"};
    const struct table *t = &c->tables[TABLE_ALLERGY_GROUPS];
    for (size_t i = 0; i < c->groups.len; i++) {
        const struct table_row *row = c->groups.items[i].row;
        const char *key = c->groups.items[i].key;
        const char *kind = table_cell(t, row, "kind");
        uint32_t at = 0;
        while (at < 3 && strcmp(kinds[at], kind) != 0) {
            at++;
        }
        if (at == 3) {
            report_error(c->report, t, row, "kind", _("\"%s\" is not drug, food or environment"),
                         kind);
        }
        char *rule_id = mem_format("allergy.group.%s", key);
        struct stored_group s = {
            .key = pool_add(&c->pool, key),
            .title = pool_add(&c->pool, table_cell(t, row, "title")),
            .rule_id = pool_add(&c->pool, rule_id),
            .kind = at,
        };
        mem_free(rule_id);
        SECTION_APPEND(c, GROUPS, s);
    }
    buffer_append(&c->sections[KNOWLEDGE_GROUP_BITS], c->group_bits,
                  c->groups.len * c->bit_words * sizeof *c->group_bits);
}

/* ---- conditions ---- */

static const char *const STATES[KNOWLEDGE_STATES] = {"pregnancy", "lactation", "renal", "hepatic",
                                                     "age"};

int condition_id(const struct compile *c, const char *key)
{
    for (int i = 0; i < KNOWLEDGE_STATES; i++) {
        if (strcmp(STATES[i], key) == 0) {
            return (int)c->conditions.len + i;
        }
    }
    return entities_find(&c->conditions, key);
}

static void implied_by(struct compile *c, uint16_t condition, uint64_t *bits, int depth)
{
    const struct table *t = &c->tables[TABLE_CONDITION_GROUPS];
    const struct table_row *row = c->conditions.items[condition].row;
    bits_set(bits, condition);
    if (condition_id(c, c->conditions.items[condition].key) >= (int)c->conditions.len) {
        bits_set(bits, (uint32_t)condition_id(c, c->conditions.items[condition].key));
    }
    char key[COMPILE_KEY_MAX];
    for (const char *p = table_cell(t, row, "implies");
         table_next_part(&p, key, sizeof key, NULL);) {
        int implied = condition_id(c, key);
        if (implied < 0) {
            if (depth == 0) {
                report_error(c->report, t, row, "implies", _("there is no condition \"%s\""), key);
            }
            continue;
        }
        if (depth > NESTING_MAX) {
            report_error(c->report, t, row, "implies", _("\"%s\" leads back to itself"), key);
            return;
        }
        if (implied >= (int)c->conditions.len) {
            bits_set(bits, (uint32_t)implied);
        } else if (!knowledge_bit(bits, (uint32_t)implied)) {
            implied_by(c, (uint16_t)implied, bits, depth + 1);
        }
    }
}

static void write_codes(struct compile *c, const struct table_row *row, uint16_t condition,
                        const char *column, enum stored_code_system system)
{
    const struct table *t = &c->tables[TABLE_CONDITION_GROUPS];
    char code[32];
    bool is_cut = false;
    for (const char *p = table_cell(t, row, column);
         table_next_part(&p, code, sizeof code, &is_cut);) {
        char plain[32];
        size_t len = 0;
        bool is_right = !is_cut;
        for (const char *q = code; *q; q++) {
            bool is_digit = *q >= '0' && *q <= '9';
            bool is_letter = *q >= 'A' && *q <= 'Z';
            if (is_digit || (is_letter && system == STORED_CODE_ICD10)) {
                plain[len++] = *q;
            } else if (*q != '.' || system != STORED_CODE_ICD10) {
                is_right = false;
            }
        }
        plain[len] = '\0';
        if (!is_right || len < 2) {
            report_error(c->report, t, row, column,
                         _("\"%s\" is not a code of this system (like I50 or 84114007)"), code);
            continue;
        }
        struct stored_code s = {pool_add(&c->pool, plain), condition, (uint16_t)system};
        SECTION_APPEND(c, CONDITION_CODES, s);
    }
}

static int compare_codes(const void *a, const void *b, void *pool)
{
    const struct stored_code *left = a;
    const struct stored_code *right = b;
    if (left->system != right->system) {
        return left->system < right->system ? -1 : 1;
    }
    int order = strcmp(pool_text(pool, left->text), pool_text(pool, right->text));
    return order ? order : (int)left->condition - (int)right->condition;
}

static void write_conditions(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_CONDITION_GROUPS];
    for (size_t i = 0; i < c->conditions.len; i++) {
        const struct table_row *row = c->conditions.items[i].row;
        struct stored_condition s = {
            .key = pool_add(&c->pool, c->conditions.items[i].key),
            .title = pool_add(&c->pool, table_cell(t, row, "title")),
        };
        implied_by(c, (uint16_t)i, s.implies, 0);
        SECTION_APPEND(c, CONDITIONS, s);
        write_codes(c, row, (uint16_t)i, "icd10", STORED_CODE_ICD10);
        write_codes(c, row, (uint16_t)i, "snomed", STORED_CODE_SNOMED);
    }
    for (uint32_t i = 0; i < KNOWLEDGE_STATES; i++) {
        struct stored_condition s = {
            .key = pool_add(&c->pool, STATES[i]),
            .title = pool_add(&c->pool, STATES[i]),
        };
        bits_set(s.implies, (uint32_t)c->conditions.len + i);
        SECTION_APPEND(c, CONDITIONS, s);
    }
    uint32_t count = SECTION_COUNT(c, CONDITION_CODES, struct stored_code);
    if (count > 1) {
        qsort_r(SECTION_RECORDS(c, CONDITION_CODES, struct stored_code), count,
                sizeof(struct stored_code), compare_codes, &c->pool);
    }
}

static void write_foods(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_FOOD_NAMES];
    for (size_t i = 0; i < c->foods.len; i++) {
        struct stored_food s = {
            pool_add(&c->pool, c->foods.items[i].key),
            pool_add(&c->pool, table_cell(t, c->foods.items[i].row, "title")),
            KNOWLEDGE_NO_ID,
            0,
        };
        const char *drug = table_cell(t, c->foods.items[i].row, "drug");
        int ingredient = *drug ? entities_find(&c->ingredients, drug) : -1;
        if (ingredient >= 0) {
            s.drug = (uint16_t)ingredient;
        } else if (*drug) {
            report_error(c->report, t, c->foods.items[i].row, "drug", _("\"%s\" is no ingredient"), drug);
        }
        SECTION_APPEND(c, FOODS, s);
    }
}

bool compile_entities(struct compile *c)
{
    entities_load(c, &c->ingredients, TABLE_INGREDIENTS);
    entities_load(c, &c->classes, TABLE_CLASSES);
    entities_load(c, &c->groups, TABLE_ALLERGY_GROUPS);
    entities_load(c, &c->conditions, TABLE_CONDITION_GROUPS);
    entities_load(c, &c->foods, TABLE_FOOD_NAMES);
    c->bit_words = (uint32_t)(c->ingredients.len + 63) / 64;
    if (c->bit_words == 0) {
        c->bit_words = 1;
    }
    c->class_is_used = mem_alloc_array(c->classes.len + 1, sizeof *c->class_is_used);
    const struct table *conditions = &c->tables[TABLE_CONDITION_GROUPS];
    if (c->bit_words > KNOWLEDGE_BIT_WORDS_MAX) {
        report_error(c->report, &c->tables[TABLE_INGREDIENTS], NULL, NULL,
                     _("%zu ingredients; the format holds %d"), c->ingredients.len,
                     KNOWLEDGE_BIT_WORDS_MAX * 64);
        return false;
    }
    if (c->conditions.len + KNOWLEDGE_STATES > KNOWLEDGE_CONDITION_WORDS * 64) {
        report_error(c->report, conditions, NULL, NULL, _("%zu conditions; the format holds %d"),
                     c->conditions.len, KNOWLEDGE_CONDITION_WORDS * 64 - KNOWLEDGE_STATES);
        return false;
    }
    write_ingredients(c);
    add_atc_codes(c);
    fill_class_bits(c);
    write_classes(c);
    fill_group_bits(c);
    write_groups(c);
    write_conditions(c);
    write_foods(c);
    return true;
}
