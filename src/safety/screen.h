/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The safety engine (clinical.md 4.C): a pure function from a patient's drugs and circumstances to
 * CLEAR, HITS or INCOMPLETE. It allocates nothing, reads no clock and keeps no state; all memory is
 * the caller's. The order of the inputs never changes the answer. A drug that could not be checked
 * is named in `incomplete`, never passed over.
 *
 * Every circumstance is present, missing (it should be known but is not) or not assessed (the
 * caller did not ask for this check). Not assessed is silent; missing counts only where a rule that
 * otherwise matches needs the value. */
#ifndef SAFETY_SCREEN_H
#define SAFETY_SCREEN_H

#include "base/decimal.h"
#include "safety/knowledge.h"
#include "safety/resolve.h"

#define SCREEN_DRUGS_MAX 128
#define SCREEN_FINDINGS_MAX 1024
#define SCREEN_INCOMPLETE_MAX 256
#define SCREEN_FINDING_DRUGS_MAX 8
#define SCREEN_NO_INDEX UINT8_MAX

/* ---- input: plain values; texts are borrowed and only handed back ---- */

enum screen_presence { SCREEN_NOT_ASSESSED, SCREEN_MISSING, SCREEN_PRESENT };

enum screen_state {
    SCREEN_ACTIVE,
    SCREEN_NEW,     /* being ordered now */
    SCREEN_ON_HOLD, /* may be resumed any time: checked like an active one */
    SCREEN_STOPPED, /* takes part only while its washout lasts */
};

struct screen_dose {
    enum screen_presence presence;
    struct decimal amount;        /* of one dose, upper end of a range */
    enum unit unit;               /* a tablet, puff ... is turned into an amount by the strength */
    bool is_per_kg;               /* amount is per kilogram of body weight */
    struct decimal doses_per_day; /* 3; weekly 0.142857; zero: frequency unknown; may be known without an amount */
    struct decimal interval_h;    /* least time between two doses; zero: not stated */
    bool is_prn;
    bool is_weekly;  /* ordered as weekly or rarer, whatever doses_per_day says */
    bool is_single;  /* one dose only */
    bool is_of_part; /* of a combination: the amount is that of ingredient `part` */
    uint8_t part;    /* index into the identity's ingredients */
    bool is_partly_read; /* some words of the directions were not understood */
    bool is_strength_assumed; /* pieces of a brand that may come in another strength than the one that is listed */
};

struct screen_drug {
    const char *text;              /* as shown to people */
    struct drug_identity identity; /* from resolve_drug() or from codes */
    enum route route; /* of the order; ROUTE_NONE_GIVEN: of the identity, else the usual one */
    enum screen_state state;
    int32_t stopped_days_ago; /* SCREEN_STOPPED; -1: unknown */
    struct screen_dose dose;
};

enum screen_reaction {
    SCREEN_REACTION_UNKNOWN,
    SCREEN_REACTION_MILD,             /* rash, itch */
    SCREEN_REACTION_SEVERE,           /* anaphylaxis, angioedema */
    SCREEN_REACTION_SEVERE_CUTANEOUS, /* Stevens-Johnson, TEN, DRESS, HIT: the whole family is out */
};

struct screen_allergy {
    const char *text;
    struct allergen_identity identity;
    enum allergy_kind kind;   /* tolerated: taken without harm, lowers class and cross findings */
    enum allergy_state state; /* only active, unconfirmed and "none given" take part */
    enum screen_reaction reaction;
};

struct screen_condition {
    const char *text;
    struct condition_identity identity;
};

struct screen_food {
    const char *text;
    uint16_t food; /* KNOWLEDGE_NO_ID: not recognised */
};

enum screen_population {
    SCREEN_POPULATION_BY_AGE,
    SCREEN_POPULATION_ADULT,
    SCREEN_POPULATION_CHILD,
    SCREEN_POPULATION_INFANT,
    SCREEN_POPULATION_GERIATRIC,
};

enum screen_scope {
    SCREEN_WHOLE_CHART,
    SCREEN_NEW_ONLY, /* only findings that involve a SCREEN_NEW drug */
};

struct screen_input {
    const struct screen_drug *drugs;
    int drug_count;
    enum screen_presence allergies_presence; /* MISSING: nobody asked */
    const struct screen_allergy *allergies;
    int allergy_count;
    enum screen_presence conditions_presence;
    const struct screen_condition *conditions;
    int condition_count;
    enum screen_presence foods_presence;
    const struct screen_food *foods;
    int food_count;

    enum screen_presence age_presence;
    int32_t age_days;
    enum screen_population population; /* BY_AGE, or said by the caller where no age is known */
    enum gender sex;                   /* GENDER_NONE_GIVEN: not assessed */
    enum screen_presence weight_presence;
    struct decimal weight_kg;
    enum screen_presence egfr_presence;
    struct decimal egfr; /* mL/min/1.73 m2 */
    enum screen_presence pregnancy_presence;
    bool is_pregnant;
    uint8_t trimester; /* 0: unknown */
    enum screen_presence lactation_presence;
    bool is_lactating;

    enum screen_scope scope;
    bool names_dose_gaps; /* a stated dose that the tables hold no limit for is INCOMPLETE too */
    const char *const
        *unread; /* names of inputs that the caller could not understand: never passed over */
    int unread_count;
    int32_t knowledge_age_days;     /* of the tables today; 0: not looked at */
    int32_t knowledge_age_max_days; /* site setting; 0: no limit */
};

/* ---- result ---- */

enum screen_status { SCREEN_CLEAR, SCREEN_HITS, SCREEN_INCOMPLETE };

/* In the order in which findings of one severity are shown. */
enum finding_kind {
    FINDING_ALLERGY,
    FINDING_DUPLICATE_INGREDIENT,
    FINDING_DUPLICATE_THERAPY,
    FINDING_INTERACTION,
    FINDING_CONDITION,
    FINDING_PREGNANCY,
    FINDING_LACTATION,
    FINDING_AGE,
    FINDING_RENAL,
    FINDING_DOSE,
    FINDING_FOOD,
    FINDING_KIND_COUNT
};

enum finding_relation {
    FINDING_RELATION_NONE,
    FINDING_DIRECT,
    FINDING_CROSS_HIGH,
    FINDING_CROSS_LOW
};

enum finding_dose_check {
    FINDING_DOSE_NONE,
    FINDING_DOSE_SINGLE, /* one dose above the maximum */
    FINDING_DOSE_DAILY,  /* the day's total of the ingredient, over all products */
    FINDING_DOSE_PER_KG, /* one dose above the maximum per kg */
    FINDING_DOSE_PER_KG_DAY,
    FINDING_DOSE_INTERVAL,  /* doses too close */
    FINDING_DOSE_NOT_DAILY, /* a weekly drug ordered daily */
    FINDING_DOSE_ROUTE,     /* into a vein or the spinal canal, where the drug is for neither */
    FINDING_DOSE_UNIT_HIGH, /* ten times the maximum or more: unit or decimal point? */
    FINDING_DOSE_UNIT_LOW,  /* a tenth of the usual dose or less: unit or decimal point? */
    FINDING_DOSE_AGE_FLOOR, /* kind AGE: younger than the label allows */
};

/* Small fields in few bytes: a chart of many drugs has dozens, and they are moved into their order. */
struct screen_finding {
    enum finding_kind kind : 8;
    enum interaction_type severity : 8; /* smaller is worse */
    enum evidence_level evidence : 8;
    enum finding_relation relation : 8;
    enum finding_dose_check dose_check : 8;
    enum unit unit : 8; /* of `measured` and `limit` */
    bool is_lowered;        /* by a tolerated entry or an intolerance */
    bool is_told_elsewhere; /* a finding that is as bad holds the same drugs, and one of the two is a duplicate: it stops for both */
    uint32_t rule;       /* index for knowledge_rule_at(); UINT32_MAX for findings without a row */
    int16_t washout_days_left; /* > 0: one drug was stopped and still counts */
    uint8_t separate_hours;    /* management by spacing the doses */
    uint8_t allergy, condition, food; /* index into the input, else SCREEN_NO_INDEX */
    uint8_t drug_count;
    uint8_t drugs[SCREEN_FINDING_DRUGS_MAX]; /* indexes into input->drugs, in canonical order; a
                                                duplicate of more than SCREEN_FINDING_DRUGS_MAX
                                                lists the first ones */
    uint16_t
        ingredients[2]; /* what met in drugs[0] and drugs[1]; KNOWLEDGE_NO_ID where there is none */
    const char *rule_id; /* never NULL */
    const char *
        with; /* the other side in words: allergen, condition, class, food; "" where it is a drug */
    const char *effect, *mechanism, *management, *source; /* of the knowledge, or "" */
    struct decimal measured, limit;                       /* dose findings, in `unit` */
};

enum incomplete_reason {
    INCOMPLETE_DRUG_UNKNOWN,
    INCOMPLETE_DRUG_NAME_ONLY,
    INCOMPLETE_DRUG_NO_RULES, /* in the tables, but no rule speaks of it */
    INCOMPLETE_DRUG_AMBIGUOUS,
    INCOMPLETE_DRUG_PARTIAL,
    INCOMPLETE_ALLERGIES_NOT_ASKED,
    INCOMPLETE_ALLERGY_UNCODED,
    INCOMPLETE_ALLERGY_NAME_ONLY,
    INCOMPLETE_CONDITIONS_MISSING,
    INCOMPLETE_CONDITION_UNCODED,
    INCOMPLETE_FOOD_UNKNOWN,
    INCOMPLETE_AGE,
    INCOMPLETE_SEX,
    INCOMPLETE_WEIGHT,
    INCOMPLETE_EGFR,
    INCOMPLETE_PREGNANCY,
    INCOMPLETE_TRIMESTER,
    INCOMPLETE_LACTATION,
    INCOMPLETE_DOSE,
    INCOMPLETE_DOSE_UNIT,
    INCOMPLETE_DOSE_WORDS, /* part of the directions was not understood */
    INCOMPLETE_DOSE_LIMITS, /* the tables hold no limit for this dose */
    INCOMPLETE_STRENGTH,
    INCOMPLETE_CHILD_DOSE, /* a child, and the tables hold only adult doses */
    INCOMPLETE_STOP_DATE,
    INCOMPLETE_KNOWLEDGE_EXPIRED,
    INCOMPLETE_TOO_MANY_FINDINGS,
    INCOMPLETE_TOO_MANY_DRUGS,
    INCOMPLETE_INPUT_UNKNOWN, /* a check was given something that nobody reads */
    INCOMPLETE_REASON_COUNT
};

struct screen_incomplete {
    enum incomplete_reason reason;
    const char *item;    /* text of the input it is about, or "" */
    const char *rule_id; /* the rule that needs the value, or "" */
    const char *word;    /* of the item: what was not understood, or "" */
};

struct screen_result {
    enum screen_status status;
    int finding_count;
    int incomplete_count;
    int severity_counts[INTERACTION_TYPE_COUNT];
    struct screen_finding findings[SCREEN_FINDINGS_MAX]; /* by severity, kind, rule, drugs */
    struct screen_incomplete incomplete[SCREEN_INCOMPLETE_MAX];
    bool is_dose_unchecked[SCREEN_DRUGS_MAX]; /* no dose given, or no limits in the tables: "dose
                                                 not checked" */
};

/* Fills *result (about 170 KB: allocate it once and use it again). */
void screen(const struct knowledge *k, const struct screen_input *input,
            struct screen_result *result);

/* True where ui.md rule 8 stops the action: contraindicated and major, once for what two findings say of the same drugs. */
bool finding_interrupts(const struct screen_finding *f);

/* A number that stays the same as long as the finding and all it depends on do: severity, rule,
 * drugs, routes, doses, kidney function (by band), pregnancy, lactation, knowledge release. For
 * repeat suppression. */
uint64_t finding_fingerprint(const struct knowledge *k, const struct screen_input *input,
                             const struct screen_finding *f);

/* Drugs that could stand in the place of drugs[drug] and were themselves screened there on this chart. */
enum screen_kinship {
    SCREEN_KIN_CLASS,      /* of the same therapeutic class of the tables */
    SCREEN_KIN_INDICATION, /* of a class for the same use ("pain relief") */
    SCREEN_KIN_ATC_4,      /* of the same chemical group of the ATC index; wider groups of the index hold thyroid hormones
                              beside what blocks them */
};

struct screen_alternative {
    uint16_t substance;
    uint16_t class_id; /* what they share; KNOWLEDGE_NO_ID where it is a group of the ATC index */
    enum screen_kinship kinship;
    enum interaction_type
        worst; /* INTERACTION_TYPE_NONE: no finding; never contraindicated or major */
};
/* Mildest finding first, then the nearest kin, then the one of most products; at most max. A drug that is on the chart,
 * interrupts or cannot be checked is left out. Needs a second result as work space. */
int screen_alternatives(const struct knowledge *k, const struct screen_input *input, int drug,
                        struct screen_result *scratch, struct screen_alternative *out, int max);

#endif
