/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The compiled drug knowledge: one read-only block of bytes (offsets, no pointers) that
 * safety/compile made from the tables in data/drugs. The program carries one; a site may bring its
 * own file. Every text handed out lives as long as the struct knowledge; ids are dense numbers that
 * mean something only together with it. Nothing here is ever changed after opening, so one may be
 * shared by all threads. */
#ifndef SAFETY_KNOWLEDGE_H
#define SAFETY_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "model/enums.h"
#include "model/unit.h"

#define KNOWLEDGE_NO_ID UINT16_MAX
#define DRUG_INGREDIENTS_MAX 12
#define CONDITION_GROUPS_MAX 8

struct knowledge;

/* The tables that are built into the program, or a file of the same form (mapped read-only).
 * STATUS_DAMAGED when the checksum or a reference is wrong, STATUS_NEWER for a later format. The
 * caller frees with knowledge_free(). */
enum status knowledge_open(struct knowledge **out, struct error *err) MUST_USE;
enum status knowledge_open_file(const char *path, struct knowledge **out,
                                struct error *err) MUST_USE;
/* The same over bytes (8-byte aligned) that the caller keeps alive. */
enum status knowledge_open_bytes(const void *bytes, size_t len_bytes, struct knowledge **out,
                                 struct error *err) MUST_USE;
void knowledge_free(struct knowledge *k);

/* Lets go of the pages that whoever reads the whole of it has brought into memory: a session needs few of them, and they come
 * back when they are read. Nothing for bytes that the caller keeps. */
void knowledge_let_go(const struct knowledge *k);

const char *
knowledge_version(const struct knowledge *k); /* "2026.11.24-1a2b3c4d": newest review, content */
const char *
knowledge_date(const struct knowledge *k); /* "2026-11-24": newest date of review in the tables */
uint64_t knowledge_checksum(const struct knowledge *k);
const void *knowledge_bytes(const struct knowledge *k, size_t *out_len); /* the whole block */

/* ---- substances: 0 .. curated-1 are in the tables, curated .. count-1 are known by name only ----
 */

enum ingredient_flag {
    INGREDIENT_CONTROLLED_2 = 1 << 0,
    INGREDIENT_CONTROLLED_3 = 1 << 1,
    INGREDIENT_CONTROLLED_4 = 1 << 2,
    INGREDIENT_CONTROLLED_5 = 1 << 3,
    INGREDIENT_WEEKLY = 1 << 4, /* taken weekly: a daily frequency is a trap */
    INGREDIENT_HIGH_ALERT = 1 << 5,
    INGREDIENT_NARROW_INDEX = 1 << 6,
    INGREDIENT_OTC = 1 << 7,
    INGREDIENT_HERBAL = 1 << 8,
    INGREDIENT_VACCINE = 1 << 9,
    INGREDIENT_DIAGNOSTIC = 1 << 10,
    INGREDIENT_DEVICE = 1 << 11,
    INGREDIENT_UNSPECIFIED = 1 << 12, /* "insulin": stands for several drugs; an order must say which */
    INGREDIENT_WITHDRAWN = 1 << 13,   /* taken from the market: never offered in another's place */
    INGREDIENT_NO_RULES = 1 << 14,    /* looked at: nothing is to be expected of it (mupirocin, saline) */
    INGREDIENT_BOOSTED = 1 << 15,     /* comes with its booster only: what both do is told once (nirmatrelvir) */
};

int knowledge_ingredient_count(const struct knowledge *k); /* the curated ones */
bool knowledge_is_curated(const struct knowledge *k, uint16_t substance);
/* A rule about an interaction, a condition or a food speaks of it, or the tables say that none is to be expected: only
 * then does silence mean that nothing was found. */
bool knowledge_has_rules(const struct knowledge *k, uint16_t substance);
const char *knowledge_key(const struct knowledge *k,
                          uint16_t substance); /* "insulin_lispro"; "" when name only */
const char *knowledge_name(const struct knowledge *k, uint16_t substance); /* "insulin lispro" */
const char *knowledge_tallman(const struct knowledge *k,
                              uint16_t substance); /* "hydrOXYzine", else the name */
uint32_t knowledge_rxcui(const struct knowledge *k, uint16_t substance);  /* 0: none */
const char *knowledge_atc(const struct knowledge *k, uint16_t substance); /* "B01AA03;..." or "" */
unsigned knowledge_flags(const struct knowledge *k,
                         uint16_t substance); /* of enum ingredient_flag */
enum route knowledge_usual_route(const struct knowledge *k,
                                 uint16_t substance); /* ROUTE_NONE_GIVEN when unknown */
uint32_t knowledge_routes(const struct knowledge *k, uint16_t substance); /* bit 1 << route */
int knowledge_washout_days(const struct knowledge *k,
                           uint16_t substance); /* it still acts so long after the last dose; 0: no */
int knowledge_washout_longest(const struct knowledge *k);
uint16_t knowledge_find_key(const struct knowledge *k,
                            const char *key); /* KNOWLEDGE_NO_ID when there is none */

/* The other name of a look-alike pair, n-th (0..); NULL behind the last. Works on a display name of
 * any case. */
const char *knowledge_lookalike(const struct knowledge *k, const char *name, int n);
/* Tall-man spelling of any name on the look-alike list, else NULL. */
const char *knowledge_tallman_of(const struct knowledge *k, const char *name);

/* ---- classes ---- */

int knowledge_class_count(const struct knowledge *k);
const char *knowledge_class_title(const struct knowledge *k, uint16_t class_id);
uint16_t knowledge_find_class(const struct knowledge *k, const char *key);
bool knowledge_in_class(const struct knowledge *k, uint16_t substance,
                        uint16_t class_id); /* nested members too */
bool knowledge_is_therapeutic(const struct knowledge *k,
                              uint16_t class_id); /* named in duplicates.tsv */
bool knowledge_is_indication(const struct knowledge *k, uint16_t class_id); /* named in indications.tsv */
uint16_t knowledge_offers(const struct knowledge *k, uint16_t class_id);     /* whose members it offers: itself as a rule, KNOWLEDGE_NO_ID: nobody's */

/* ---- allergens, conditions, foods: ids and words for people ---- */

int knowledge_group_count(const struct knowledge *k); /* allergy groups */
const char *knowledge_group_key(const struct knowledge *k, uint16_t group);
const char *knowledge_group_title(const struct knowledge *k, uint16_t group);
bool knowledge_in_group(const struct knowledge *k, uint16_t substance, uint16_t group);
int knowledge_condition_count(const struct knowledge *k);
const char *knowledge_condition_key(const struct knowledge *k, uint16_t condition);
const char *knowledge_condition_title(const struct knowledge *k, uint16_t condition);
int knowledge_food_count(const struct knowledge *k);
const char *knowledge_food_key(const struct knowledge *k, uint16_t food);
const char *knowledge_food_title(const struct knowledge *k, uint16_t food);

/* ---- rules, for showing one by its id ---- */

struct knowledge_rule {
    const char *id; /* "ddi.warfarin.nsaid" */
    enum interaction_type severity;
    enum evidence_level evidence;
    const char *onset, *effect, *mechanism, *management, *source, *reviewed;
    const char *a, *b;  /* the selectors as written */
    int separate_hours; /* 0: not a matter of spacing */
};

uint64_t
knowledge_pair_count(const struct knowledge *k); /* ingredient pairs that have at least one rule */
int knowledge_rule_count(const struct knowledge *k);
struct knowledge_rule knowledge_rule_at(const struct knowledge *k, uint32_t rule);

#endif
