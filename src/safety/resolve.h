/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a text means: drugs as people and other systems write them ("Augmentin 875 mg/125 mg
 * tablet", "Simvastatin 10 MG", "rxcui:161", "timolol ophthalmic"), allergens, conditions and
 * foods. Names match whole words after folding, never a part of a word. Nothing is guessed: a word
 * that is not understood is reported, not dropped. */
#ifndef SAFETY_RESOLVE_H
#define SAFETY_RESOLVE_H

#include "safety/knowledge.h"

enum drug_match {
    DRUG_UNKNOWN,   /* no ingredient found */
    DRUG_NAME_ONLY, /* a real drug, outside the curated tables: at least one ingredient cannot be
                       checked */
    DRUG_AMBIGUOUS, /* the name stands for different drugs */
    DRUG_PARTIAL,   /* some ingredients found, but a word that may be another one was not understood
                     */
    DRUG_KNOWN,
};

enum drug_form {
    DRUG_FORM_NONE = 0,
    DRUG_FORM_TABLET,
    DRUG_FORM_CAPSULE,
    DRUG_FORM_LIQUID, /* solution, suspension, syrup, drops by mouth */
    DRUG_FORM_INJECTION,
    DRUG_FORM_CREAM, /* cream, ointment, gel, lotion, foam */
    DRUG_FORM_DROPS,
    DRUG_FORM_INHALER,
    DRUG_FORM_SPRAY,
    DRUG_FORM_PATCH,
    DRUG_FORM_SUPPOSITORY,
    DRUG_FORM_POWDER,
    DRUG_FORM_RING,
    DRUG_FORM_IMPLANT,
    DRUG_FORM_OTHER,
    DRUG_FORM_COUNT
};

/* amount of one unit of the form, or in `per` (5 mg / 5 mL). UNIT_NONE: not stated. */
struct drug_strength {
    struct decimal amount;
    enum unit unit;
    struct decimal per; /* mantissa 0: per piece */
    enum unit per_unit;
};

struct drug_identity {
    enum drug_match match;
    uint8_t ingredient_count;
    uint16_t ingredients[DRUG_INGREDIENTS_MAX]; /* substances, ascending; name-only ones too */
    struct drug_strength strengths[DRUG_INGREDIENTS_MAX];
    enum route route; /* as the text or the product says; ROUTE_NONE_GIVEN when neither does */
    enum drug_form form;
    bool is_extended_release;
    bool is_delayed_release; /* "delayed", "enteric": not before the stomach is passed */
    bool is_release_said; /* by a word ("ER", "IR") or by a brand */
    bool is_salt_said;    /* "tartrate" */
    bool is_loose;        /* "warfarin, aspirin": no product holds these together, so they are screened against each other */
    uint16_t use;       /* 1 + the condition that the name is for ("Revatio"); 0: it says none */
    uint8_t primary;    /* index of the ingredient that the text names first */
    char unmatched[48]; /* the first word that was not understood, or "" */
};

/* Fills *out whatever the text is and gives its match back. */
enum drug_match resolve_drug(const struct knowledge *k, const char *text,
                             struct drug_identity *out);

/* What a name was taken for that leaves open which of several forms it is ("metoprolol": tartrate or succinate), a whole
 * sentence; "" where the text says it or where there is one form only. */
const char *drug_assumed_form(const struct knowledge *k, const struct drug_identity *drug);

/* The unit in which every product of a drug of one ingredient states its strength: what a bare number
 * can only mean. UNIT_NONE where they differ (levothyroxine in mcg and mg), for combinations, and
 * where no product is known. */
enum unit drug_strength_unit(const struct knowledge *k, const struct drug_identity *drug);

/* How much of its ingredient `part` one piece holds of a drug whose text names a brand ("Bactrim DS") that the tables hold
 * in one strength only. False where there are several, or none. *out_is_listed: somebody listed all strengths of the brand;
 * else it may come in others, and only what is too much by this one counts. */
bool drug_sole_strength(const struct knowledge *k, const char *text, const struct drug_identity *drug, int part,
                        struct drug_strength *out, bool *out_is_listed);

/* What an amount says of a combination whose text says no strength, by the products of the tables: "250 mg" of carbidopa with
 * levodopa is the levodopa of 25/250 (gives the place of the ingredient, -1 otherwise), "4.5 g" of piperacillin with
 * tazobactam the sum of 4 g and 0.5 g. The strengths become the identity's where only one set of them fits, of the brand that the text
 * names or of all. */
int drug_read_amount(const struct knowledge *k, const char *text, struct drug_identity *drug, struct decimal amount,
                     enum unit unit);

enum allergen_kind {
    ALLERGEN_UNKNOWN,
    ALLERGEN_SUBSTANCE,  /* ids: substances (a combination has several) */
    ALLERGEN_CLASS,      /* ids[0]: a class */
    ALLERGEN_GROUP,      /* ids[0]: an allergy group */
    ALLERGEN_NONE_KNOWN, /* "NKDA": an assessment, not an allergen */
};

struct allergen_identity {
    enum allergen_kind kind;
    uint8_t count;
    uint16_t ids[DRUG_INGREDIENTS_MAX];
};
enum allergen_kind resolve_allergen(const struct knowledge *k, const char *text,
                                    struct allergen_identity *out);

struct condition_identity {
    uint8_t count; /* 0: in none of the groups, whether a text or a code: nothing is known about it */
    uint16_t groups[CONDITION_GROUPS_MAX];
};
bool resolve_condition(const struct knowledge *k, const char *text, struct condition_identity *out);
uint16_t resolve_food(const struct knowledge *k,
                      const char *text); /* KNOWLEDGE_NO_ID when unknown */

/* ---- type-ahead ---- */

struct drug_suggestion {
    const char *name;        /* as to be shown, tall-man where it has one */
    const char *ingredients; /* "amoxicillin / clavulanate" for a brand or combination, else "" */
    bool is_curated;
    bool is_lookalike; /* another suggestion in this answer is its look-alike partner */
};

#define DRUG_SUGGEST_MAX 64

/* Names whose first word, or a later word, begins with what was typed; whole names first, then
 * curated ones, then the alphabet. At most max (and DRUG_SUGGEST_MAX). */
int drug_suggest(const struct knowledge *k, const char *typed, struct drug_suggestion *out,
                 int max);

#define DRUG_MEANT_MAX 8

/* What a text that is no known drug may have meant: names at most two slips away, nearest first, each with its look-alike
 * partners beside it; for a word that stands for several drugs ("insulin") those. For people to choose from: nothing
 * ever takes the first by itself. 0 for a text that is known. */
int drug_did_you_mean(const struct knowledge *k, const char *text, struct drug_suggestion *out, int max);

/* A word for a form ("tablet"), translated. */
const char *drug_form_label(enum drug_form form);

#endif
