/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled knowledge as it lies in memory and in a file: a header, then sections of fixed-size
 * records, each 8-byte aligned. Texts are offsets into the text section, everything else is an
 * index. Only safety/compile writes it; only safety/knowledge and the engine read it. Change a
 * record: raise KNOWLEDGE_FORMAT. */
#ifndef SAFETY_KNOWLEDGE_FORMAT_H
#define SAFETY_KNOWLEDGE_FORMAT_H

#include <stdint.h>

#include "safety/knowledge.h"

#define KNOWLEDGE_MAGIC "PCKNOW\r\n"
#define KNOWLEDGE_FORMAT 8u
#define KNOWLEDGE_BYTE_ORDER 0x01020304u
#define KNOWLEDGE_NO_RULE UINT32_MAX
#define KNOWLEDGE_BIT_WORDS_MAX 64  /* 4,096 curated ingredients */
#define KNOWLEDGE_CONDITION_WORDS 8 /* 512 condition groups and computed states */
#define KNOWLEDGE_STATES 5
#define KNOWLEDGE_DUPLICATE_WORDS_MAX 8 /* 512 therapy classes */

/* Section, record type. Rows tables hold one start index more than they have rows. */
#define KNOWLEDGE_SECTIONS(X)                                                     \
    X(TEXTS, char)                                                                \
    X(SUBSTANCES, struct stored_substance)                                        \
    X(CLASSES, struct stored_class)                                               \
    X(CLASS_BITS, uint64_t)                                                       \
    X(GROUPS, struct stored_group)                                                \
    X(GROUP_BITS, uint64_t)                                                       \
    X(ALLERGY_ROWS, uint32_t) /* sources: groups, then curated ingredients */     \
    X(ALLERGY_CELLS, struct stored_allergy)                                       \
    X(CONDITIONS, struct stored_condition) /* groups, then the computed states */ \
    X(CONDITION_CODES, struct stored_code)                                        \
    X(FOODS, struct stored_food)                                                  \
    X(RULES, struct stored_rule)                                                  \
    X(RULE_ORDER, uint32_t) /* rules by id */                                     \
    X(TESTS, struct stored_test)                                                  \
    X(LISTS, uint32_t)                                                            \
    X(PAIR_ROWS, uint32_t)                                                        \
    X(PAIR_CELLS, struct stored_cell)                                             \
    X(PAIR_BITS, uint64_t)  /* bit_words a row: whom it has a cell for */         \
    X(PAIR_RANKS, uint16_t) /* a word of bits: cells of the row before it */      \
    X(SUBJECT_ROWS, uint32_t) /* drug and condition */                            \
    X(SUBJECT_CELLS, struct stored_cell)                                          \
    X(SUBJECT_BITS, uint64_t)  /* KNOWLEDGE_CONDITION_WORDS a row */              \
    X(SUBJECT_RANKS, uint16_t)                                                    \
    X(FOOD_ROWS, uint32_t)                                                        \
    X(FOOD_CELLS, struct stored_cell)                                             \
    X(DOSE_ROWS, uint32_t)                                                        \
    X(DOSES, struct stored_dose)                                                  \
    X(DUPLICATES, struct stored_duplicate)                                        \
    X(DUPLICATE_BITS, uint64_t) /* an ingredient: the duplicates it counts for */ \
    X(MIXES, struct stored_mix)                                                   \
    X(MIX_PARTS, uint16_t)                                                        \
    X(PRODUCTS, struct stored_product)                                            \
    X(PRODUCT_CODES, struct stored_product_code)                                  \
    X(DRUG_NAMES, struct stored_name)                                             \
    X(ALLERGEN_NAMES, struct stored_name)                                         \
    X(CONDITION_NAMES, struct stored_name)                                        \
    X(FOOD_NAMES, struct stored_name)                                             \
    X(LOOKALIKES, struct stored_lookalike)

#define KNOWLEDGE_SECTION_CONSTANT(name, type) KNOWLEDGE_##name,
enum knowledge_section { KNOWLEDGE_SECTIONS(KNOWLEDGE_SECTION_CONSTANT) KNOWLEDGE_SECTION_COUNT };

struct stored_span {
    uint32_t offset; /* from the start of the block */
    uint32_t count;  /* records */
};

struct stored_header {
    char magic[8];
    uint32_t format;
    uint32_t byte_order;
    uint64_t size;     /* of the whole block */
    uint64_t checksum; /* knowledge_hash() of everything behind this field */
    uint32_t version, date;
    uint32_t curated;   /* ingredients from the tables; the rest of the substances is name only */
    uint32_t bit_words; /* 64-bit words of one set of ingredients */
    struct stored_span sections[KNOWLEDGE_SECTION_COUNT];
};

struct stored_substance {
    uint32_t key, name, tallman, atc;
    uint32_t rxcui;
    uint32_t routes; /* bit 1 << route */
    uint16_t flags;
    uint16_t washout_days;
    uint32_t washout_text;
    uint8_t usual_route;
    uint8_t salt_says; /* a salt in the name settles which form it is */
    uint8_t is_spoken_of; /* by a rule about an interaction, a condition or a food */
    uint8_t pad;
    uint32_t assumed; /* what a name without salt and release is taken for; "" where there is only one */
};

enum { STORED_OFFERS_NOTHING = UINT16_MAX };
struct stored_class {
    uint32_t key, title, text;
    uint16_t is_therapeutic;
    uint16_t offers; /* 1 + the class that is offered in place of its members; 0: it is for no one use */
};

struct stored_group {
    uint32_t key, title,
        rule_id; /* "allergy.group.KEY": the id of findings that have no row of their own */
    uint32_t kind;
};

/* What an allergy to the row's source means for one ingredient. */
struct stored_allergy {
    uint16_t ingredient;
    uint8_t relation; /* enum finding_relation */
    uint8_t severity; /* 0: by the reaction */
    uint32_t rule;    /* KNOWLEDGE_NO_RULE: by membership */
    uint16_t group;   /* the group that they share, KNOWLEDGE_NO_ID when the rule says it all */
    uint16_t pad[3];
};

struct stored_condition {
    uint32_t key, title;
    uint64_t implies[KNOWLEDGE_CONDITION_WORDS]; /* itself too */
    uint16_t egfr_from, egfr_below;              /* a stage of kidney disease: its band; below 0: none */
    uint32_t pad;
};

/* Behind the groups, in this order. */
enum stored_state {
    STORED_STATE_PREGNANCY,
    STORED_STATE_LACTATION,
    STORED_STATE_RENAL,
    STORED_STATE_HEPATIC,
    STORED_STATE_AGE,
};

enum stored_code_system { STORED_CODE_ICD10, STORED_CODE_SNOMED };

struct stored_code {
    uint32_t text; /* ICD-10: upper case, no dot */
    uint16_t condition;
    uint16_t system;
};

struct stored_food {
    uint32_t key, title;
    uint16_t drug; /* an ingredient that counts as this food when it is taken by mouth, or KNOWLEDGE_NO_ID */
    uint16_t pad;
};

struct stored_rule {
    uint32_t id, effect, mechanism, management, source, reviewed;
    uint32_t a, b; /* selectors as written */
    uint32_t first_test;
    uint16_t test_count;
    uint16_t implied_count; /* of the tests: those that the routes of a class brought */
    uint8_t severity, evidence, separate_hours;
    uint8_t has_sides; /* a test names a. or b. */
    uint32_t onset;
    uint32_t rank; /* its place in RULE_ORDER */
    uint32_t pad2;
};

enum stored_test_kind {
    STORED_TEST_ROUTE, /* ref: mask of 1 << route */
    STORED_TEST_DOSE,  /* daily total, unit */
    STORED_TEST_AGE,   /* years */
    STORED_TEST_EGFR,
    STORED_TEST_WEIGHT,
    STORED_TEST_SEX,       /* ref: enum gender */
    STORED_TEST_WITHOUT,   /* ref: selector; mantissa: routes of its class, 0: all */
    STORED_TEST_WITH,      /* the same */
    STORED_TEST_CONDITION, /* ref: condition */
    STORED_TEST_TRIMESTER, /* ref: 1..3 */
    STORED_TEST_ONCE,      /* one dose only, or !: a course */
    STORED_TEST_KIND_COUNT
};

enum stored_compare { STORED_LESS, STORED_LESS_EQUAL, STORED_GREATER, STORED_GREATER_EQUAL };

#define STORED_SELECTOR_CLASS 0x10000u /* else an ingredient */

struct stored_test {
    int64_t mantissa;
    uint32_t ref;
    uint8_t kind;
    uint8_t side; /* 0: a, 1: b; rules with one drug: 0 */
    uint8_t compare;
    uint8_t unit;
    uint8_t scale;
    uint8_t is_absent; /* CONDITION: must not be recorded; ONCE: must go on */
    uint8_t is_said;   /* ROUTE: by the order or the text, not the usual one */
    uint8_t pad[5];
};

/* Rules between a row's ingredient and `other`, the one that wins first. A single rule stands in
 * the cell itself. A reference is rule << 1, plus 1 when the row's ingredient is the rule's b. */
struct stored_cell {
    uint16_t other;
    uint16_t count;
    uint32_t first; /* count 1: the reference; else index into LISTS */
};

struct stored_amount {
    int64_t mantissa;
    uint8_t scale;
    uint8_t is_given;
    uint8_t pad[6];
};

enum stored_population {
    STORED_POPULATION_ANY,
    STORED_POPULATION_ADULT,
    STORED_POPULATION_CHILD,
    STORED_POPULATION_GERIATRIC,
    STORED_POPULATION_RENAL,
    STORED_POPULATION_INFANT,
    STORED_POPULATION_COUNT
};

struct stored_dose {
    struct stored_amount max_single, max_daily, usual_low, min_interval_h, per_kg_day,
        per_kg_single, per_kg_max_day, age_floor_y;
    uint32_t rule; /* id, note (effect), tests, source */
    uint32_t routes;
    uint8_t population, unit;
    uint8_t pad[6];
};

struct stored_duplicate {
    uint32_t rule;   /* id "dup.CLASS", text (effect), severity, source */
    uint32_t routes; /* of the compartment */
    uint16_t class_id;
    uint16_t allowed;
};

/* A set of ingredients under one name, in the order of the table. */
struct stored_mix {
    uint32_t first_part;
    uint16_t part_count;
    uint8_t route, form; /* 0: several or none stated */
    uint32_t title;      /* "amoxicillin / clavulanate" */
};

struct stored_product {
    uint32_t mix;                    /* ascending */
    uint32_t strength, form, brands; /* as in the table */
    uint32_t first_strength;         /* reserved: 0 */
    uint8_t route;
    uint8_t is_listed; /* no part of the row is from general knowledge: its brands have no other strength than listed */
    uint8_t pad[2];
};

/* A code: an ingredient, or a product with its parts and their strengths ("875 mg;125 mg"). RxNorm's numbers as they
 * are, national drug codes (11 digits) behind STORED_CODE_NDC. */
#define STORED_CODE_NDC UINT64_C(1000000000000)
#define STORED_CODE_NDC9 UINT64_C(2000000000000) /* labeler and product: any package of it */
struct stored_product_code {
    uint64_t code;
    uint32_t substance; /* UINT32_MAX: a product */
    uint32_t mix;
    uint32_t strength;
    uint32_t pad;
};

enum stored_name_kind {
    STORED_NAME_SUBSTANCE,
    STORED_NAME_MIX,
    STORED_NAME_GROUP,
    STORED_NAME_CLASS,
    STORED_NAME_CONDITION,
    STORED_NAME_FOOD,
    STORED_NAME_KIND_COUNT
};

struct stored_name {
    uint32_t folded;  /* sort key */
    uint32_t display; /* as to be shown */
    uint32_t target;
    uint8_t kind;
    uint8_t is_inner;     /* begins at a later word: for type-ahead only */
    uint8_t is_ambiguous; /* the same name means another drug too */
    uint8_t rank;         /* enum stored_name_rank: the lowest of equal names wins */
    uint16_t use;         /* the condition that a drug of this name is for; KNOWLEDGE_NO_ID: it says none */
    uint16_t pad;
};

enum stored_name_rank {
    STORED_RANK_NAME,
    STORED_RANK_SYNONYM,
    STORED_RANK_BRAND,
    STORED_RANK_MIX,
    STORED_RANK_TONGUE, /* the generic name as another language spells it: "metformina" */
};

struct stored_lookalike {
    uint32_t folded; /* sort key */
    uint32_t tallman;
    uint32_t other; /* the partner, tall-man */
};

struct knowledge {
    const unsigned char *base;
    size_t len_bytes;
    const struct stored_header *header;
    void *mapping; /* from a file: unmapped on free; else NULL */
    bool is_of_file; /* its pages are those of a file, the program's own or the mapping */
};

uint64_t knowledge_hash(const void *bytes, size_t len_bytes);

/* Records of a section; count in *out_count (may be NULL). */
const void *knowledge_section(const struct knowledge *k, enum knowledge_section section,
                              uint32_t *out_count);

static inline const char *knowledge_text(const struct knowledge *k, uint32_t offset)
{
    return (const char *)k->base + k->header->sections[KNOWLEDGE_TEXTS].offset + offset;
}

#define KNOWLEDGE_RECORDS(k, name, type) \
    ((const type *)(const void *)((k)->base + (k)->header->sections[KNOWLEDGE_##name].offset))

static inline const uint64_t *knowledge_class_bits(const struct knowledge *k, uint32_t class_id)
{
    return KNOWLEDGE_RECORDS(k, CLASS_BITS, uint64_t) + (size_t)class_id * k->header->bit_words;
}

static inline const uint64_t *knowledge_group_bits(const struct knowledge *k, uint32_t group)
{
    return KNOWLEDGE_RECORDS(k, GROUP_BITS, uint64_t) + (size_t)group * k->header->bit_words;
}

static inline bool knowledge_bit(const uint64_t *bits, uint32_t i)
{
    return (bits[i / 64] >> (i % 64)) & 1u;
}

static inline void bits_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* The reference list of a cell. */
static inline const uint32_t *knowledge_cell_rules(const struct knowledge *k,
                                                   const struct stored_cell *cell)
{
    return cell->count == 1 ? &cell->first : KNOWLEDGE_RECORDS(k, LISTS, uint32_t) + cell->first;
}

/* 64-bit words of one set of duplicates. */
static inline uint32_t knowledge_duplicate_words(const struct knowledge *k)
{
    return (k->header->sections[KNOWLEDGE_DUPLICATES].count + 63) / 64;
}

/* The cells of one ingredient, with an index of whom they speak of. */
struct cell_row {
    const uint64_t *bits;
    const uint16_t *ranks;
    const struct stored_cell *cells;
};

/* All pairs of one ingredient with those behind it. */
static inline struct cell_row knowledge_pair_row(const struct knowledge *k, uint16_t low)
{
    size_t at = (size_t)low * k->header->bit_words;
    return (struct cell_row){KNOWLEDGE_RECORDS(k, PAIR_BITS, uint64_t) + at,
                             KNOWLEDGE_RECORDS(k, PAIR_RANKS, uint16_t) + at,
                             KNOWLEDGE_RECORDS(k, PAIR_CELLS, struct stored_cell) +
                                 KNOWLEDGE_RECORDS(k, PAIR_ROWS, uint32_t)[low]};
}

/* The conditions and computed states that a rule names with it. */
static inline struct cell_row knowledge_subject_row(const struct knowledge *k, uint16_t ingredient)
{
    size_t at = (size_t)ingredient * KNOWLEDGE_CONDITION_WORDS;
    return (struct cell_row){KNOWLEDGE_RECORDS(k, SUBJECT_BITS, uint64_t) + at,
                             KNOWLEDGE_RECORDS(k, SUBJECT_RANKS, uint16_t) + at,
                             KNOWLEDGE_RECORDS(k, SUBJECT_CELLS, struct stored_cell) +
                                 KNOWLEDGE_RECORDS(k, SUBJECT_ROWS, uint32_t)[ingredient]};
}

/* The processors that this is built for need not have an instruction for it. */
static inline unsigned knowledge_count_bits(uint64_t bits)
{
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (unsigned)(bits * UINT64_C(0x0101010101010101) >> 56);
}

/* The cell for one whose bit is set in the row: no search. */
static inline const struct stored_cell *knowledge_cell_at(const struct cell_row *row, uint16_t other)
{
    uint64_t before = row->bits[other / 64] & ((UINT64_C(1) << (other % 64)) - 1);
    return row->cells + row->ranks[other / 64] + knowledge_count_bits(before);
}

/* The cell of the row for `other`, or NULL. */
static inline const struct stored_cell *knowledge_row_cell(const struct cell_row *row, uint16_t other)
{
    return knowledge_bit(row->bits, other) ? knowledge_cell_at(row, other) : NULL;
}

/* The cell of `row` for `other` in a rows/cells pair of sections, or NULL. */
const struct stored_cell *knowledge_find_cell(const uint32_t *rows, const struct stored_cell *cells,
                                              uint32_t row, uint16_t other);

/* First name of a names section that equals folded, or NULL; *out_end behind the last equal one. */
const struct stored_name *knowledge_find_name(const struct knowledge *k,
                                              enum knowledge_section section, const char *folded,
                                              const struct stored_name **out_end);

#endif
