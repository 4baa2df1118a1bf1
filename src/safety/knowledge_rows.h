/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The knowledge as rows, one drug, pair or food at a time: for tables and pages that list what it says. Texts live as long
 * as the knowledge, those in buffers until the next row. A walk ends when the callback answers something else than
 * STATUS_OK, which is handed on. */
#ifndef SAFETY_KNOWLEDGE_ROWS_H
#define SAFETY_KNOWLEDGE_ROWS_H

#include "base/buffer.h"
#include "safety/knowledge.h"

struct knowledge_drug {
    const char *key;               /* "warfarin", "amoxicillin;clavulanate" */
    const char *name, *generic_name; /* the first with tall-man letters */
    uint32_t rxcui;                /* 0: none */
    const char *brands, *ingredients, *strengths, *forms; /* JSON arrays */
    const char *classes;           /* titles joined by ", " */
    const char *category;          /* the first therapy class, "" none */
    const char *contraindications; /* titles of conditions joined by "; " */
};
typedef enum status knowledge_drug_fn(void *to, const struct knowledge_drug *drug, struct error *err);
/* Curated ingredients, then combinations, each set of ingredients once. */
enum status knowledge_each_drug(const struct knowledge *k, knowledge_drug_fn *take, void *to, struct error *err) MUST_USE;

/* keys of both drugs in order; the worst rule that can hold for the two. */
typedef enum status knowledge_pair_fn(void *to, const char *key_a, const char *key_b, const struct knowledge_rule *rule,
                                      struct error *err);
/* Pairs whose worst rule is `least` or worse. */
enum status knowledge_each_pair(const struct knowledge *k, enum interaction_type least, knowledge_pair_fn *take, void *to,
                                struct error *err) MUST_USE;

typedef enum status knowledge_food_fn(void *to, const char *key, const char *food, const struct knowledge_rule *rule,
                                      struct error *err);
enum status knowledge_each_food(const struct knowledge *k, knowledge_food_fn *take, void *to, struct error *err) MUST_USE;

#endif
