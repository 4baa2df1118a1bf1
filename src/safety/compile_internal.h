/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the knowledge compiler share: the tables that were read, the things they name,
 * and the sections being written. Only src/safety/compile*.c includes it. */
#ifndef SAFETY_COMPILE_INTERNAL_H
#define SAFETY_COMPILE_INTERNAL_H

#include "base/buffer.h"
#include "safety/compile.h"
#include "safety/knowledge_format.h"
#include "safety/table.h"

#define COMPILE_KEY_MAX 128
#define COMPILE_CELL_PART_MAX 512

/* Something with a key (ingredient, class, group ...). Its id is its place in the sorted list. */
struct compile_entity {
    const char *key;
    const struct table_row *row;
};

struct compile_entities {
    struct compile_entity *items;
    size_t len, cap;
};

struct compile_selector {
    bool is_class;
    uint16_t id;
};

/* One rule against one (ingredient, other) before the winner is found. */
struct compile_candidate {
    uint32_t key; /* row << 16 | other */
    uint32_t reference;
    uint8_t specificity;
    uint8_t severity;
    bool is_unconditional;
    bool is_plain; /* its row names no condition; the routes of a class may still bind it */
    bool is_site, is_raised; /* of data that the site loaded; raised to interrupt */
};

struct compile_candidates {
    struct compile_candidate *items;
    size_t len, cap;
};

/* Text interning: offsets into the text section. */
struct compile_pool {
    struct buffer bytes;
    uint32_t *slots; /* offset + 1; 0 free */
    size_t slot_count, used;
};

/* Where a rule came from, for messages; beside RULES. */
struct compile_origin {
    const struct table *table;
    const struct table_row *row;
    uint32_t wins;    /* pairs in whose final list it stands */
    bool is_expanded; /* by candidates: a rule that never wins is dead */
};

struct compile_origins {
    struct compile_origin *items;
    size_t len, cap;
};

/* A milder rule that stands before a worse one on some pair. */
struct compile_shadow {
    uint32_t winner, loser;
};

struct compile_shadows {
    struct compile_shadow *items;
    size_t len, cap;
};

struct compile {
    struct compile_report *report;
    struct table tables[TABLE_COUNT];
    struct compile_entities ingredients, classes, groups, conditions, foods;
    struct compile_pool pool;
    struct buffer sections[KNOWLEDGE_SECTION_COUNT];
    uint32_t bit_words;
    uint64_t *class_bits; /* classes.len * bit_words */
    uint64_t *group_bits;
    uint32_t *class_routes; /* classes.len: the routes by which its members count, 0: all */
    const char *newest_review;
    bool *class_is_used; /* for lint: named by a rule, a duplicate, an allergy or another class */
    struct compile_origins origins;
    struct compile_shadows shadows;
};

/* compile_set.c */
uint32_t pool_add(struct compile_pool *pool, const char *text);
uint32_t pool_add_folded(struct compile_pool *pool, const char *text);
const char *pool_text(const struct compile_pool *pool, uint32_t offset);
void pool_release(struct compile_pool *pool);
void entities_load(struct compile *c, struct compile_entities *set, enum table_kind kind);
int entities_find(const struct compile_entities *set, const char *key); /* -1 when there is none */
bool selector_parse(struct compile *c, const struct table *t, const struct table_row *row,
                    const char *column, const char *text, struct compile_selector *out);
const uint64_t *selector_bits(const struct compile *c, struct compile_selector s,
                              uint64_t *scratch);
bool bits_contain(const uint64_t *outer, const uint64_t *inner, uint32_t words);
bool bits_equal(const uint64_t *a, const uint64_t *b, uint32_t words);
bool bits_any(const uint64_t *a, uint32_t words);
#define SECTION_APPEND(c, name, record) \
    buffer_append(&(c)->sections[KNOWLEDGE_##name], &(record), sizeof(record))
#define SECTION_COUNT(c, name, type) \
    ((uint32_t)((c)->sections[KNOWLEDGE_##name].len / sizeof(type)))
#define SECTION_RECORDS(c, name, type) ((type *)(void *)(c)->sections[KNOWLEDGE_##name].bytes)

/* Words of the tables. 0 is "not in the list"; the fault is reported. */
int word_parse(struct compile *c, const struct table *t, const struct table_row *row,
               const char *column, enum enum_kind list);
bool routes_parse(struct compile *c, const struct table *t, const struct table_row *row,
                  const char *column, const char *text, uint32_t *out_mask);
#define ROUTES_SYSTEMIC                                                                \
    ((1u << ROUTE_ORAL) | (1u << ROUTE_IV) | (1u << ROUTE_IM) | (1u << ROUTE_SUBCUT) | \
     (1u << ROUTE_RECTAL) | (1u << ROUTE_TRANSDERMAL) | (1u << ROUTE_SUBLINGUAL) |     \
     (1u << ROUTE_BUCCAL))
#define ROUTES_LOCAL                                                                               \
    ((1u << ROUTE_TOPICAL) | (1u << ROUTE_OPHTHALMIC) | (1u << ROUTE_OTIC) | (1u << ROUTE_NASAL) | \
     (1u << ROUTE_INHALED) | (1u << ROUTE_VAGINAL))
#define ROUTES_ALL ((1u << ROUTE_COUNT) - 2u)

/* compile_entities.c: ingredients, classes, groups, conditions, foods and their memberships */
bool compile_entities(
    struct compile *c); /* false: more than the format holds; nothing else may run */
/* A group, or a computed state behind the groups; a group that has a state's name implies the
 * state. -1: neither. */
int condition_id(const struct compile *c, const char *key);

/* compile_rules.c */
/* The columns that all rules share; the caller adds it with rule_add() when the rest is right too.
 */
bool rule_parse(struct compile *c, const struct table *t, const struct table_row *row,
                struct stored_rule *out);
void rules_order(struct compile *c); /* after every rule was added; an id that is there twice is a fault */
void compile_interactions(struct compile *c);
void compile_subjects(struct compile *c); /* condition rules and foods */
uint32_t rule_add(struct compile *c, const struct table *t, const struct table_row *row,
                  const struct stored_rule *rule);

/* compile_test.c: the condition language */
void compile_class_routes(struct compile *c); /* before the first rule */
/* The routes of the class behind a selector, unless the rule says some itself for this side (1: b). Right behind
 * tests_parse(): the tests of a rule lie together. */
void imply_routes(struct compile *c, struct stored_rule *rule, struct compile_selector selector, uint8_t side);
bool tests_parse(struct compile *c, const struct table *t, const struct table_row *row,
                 const char *text, struct stored_rule *rule);

/* compile_dose.c */
void compile_doses(struct compile *c);
void compile_duplicates(struct compile *c);
void compile_washouts(struct compile *c);
void compile_kidney_stages(struct compile *c);
void compile_forms(struct compile *c);

/* compile_allergy.c */
void compile_allergies(struct compile *c);

/* compile_names.c, compile_products.c */
struct compile_names {
    struct stored_name *items;
    size_t len, cap;
};
void name_add(struct compile *c, struct compile_names *list, const char *text,
              enum stored_name_kind kind, enum stored_name_rank rank, uint32_t target);
void names_sort(struct compile *c, struct compile_names *list); /* and drops what stands twice */
bool names_hold(const struct compile *c, const struct compile_names *sorted, const char *folded);
void tongues_add(struct compile *c, struct compile_names *list);
void products_add(struct compile *c, struct compile_names *list);
void product_codes_add(struct compile *c);
void compile_names(struct compile *c);

/* compile.c: the tables in, the sections filled. */
enum status compile_load(struct compile *c, const struct compile_files *files, struct compile_report *report,
                         struct error *err) MUST_USE;
void compile_release(struct compile *c);

#endif
