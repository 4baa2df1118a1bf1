/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the safety engine share. Everything lives on the stack of screen(); nothing
 * allocates. */
#ifndef SAFETY_SCREEN_INTERNAL_H
#define SAFETY_SCREEN_INTERNAL_H

#include "safety/knowledge_format.h"
#include "safety/screen.h"

#define SCREEN_ITEMS_MAX 512
#define SCREEN_GERIATRIC_DAYS 23741 /* 65 years */

/* One ingredient of one drug that takes part. */
struct chart_item {
    uint16_t ingredient; /* curated */
    uint8_t drug;        /* index into input->drugs */
    uint8_t part;        /* index into its identity */
    uint8_t rank;        /* of the drug in canonical order */
    uint8_t route;
    bool is_route_said; /* by the order or the text; else the usual one */
    bool is_new;
    bool is_stopped;           /* takes part in interactions only */
    bool is_stop_date_missing; /* stopped some unknown time ago */
    int16_t washout_days_left;
};

/* items[from, to): all of one ingredient. */
struct item_run {
    uint16_t ingredient, from, to;
};

/* Kidney function: measured, or the band of a recorded stage. */
struct egfr_view {
    enum screen_presence presence;
    struct decimal from, below; /* measured: both the value */
    bool is_measured;
    uint8_t condition; /* the recorded stage, SCREEN_NO_INDEX when measured */
};

struct screening {
    const struct knowledge *k;
    const struct screen_input *in;
    struct screen_result *out;
    struct chart_item items[SCREEN_ITEMS_MAX]; /* by ingredient, then rank */
    int item_count;
    struct item_run runs[SCREEN_ITEMS_MAX]; /* in the order of the items */
    int run_count;
    uint8_t order[SCREEN_DRUGS_MAX]; /* drug indexes in canonical order */
    uint8_t rank[SCREEN_DRUGS_MAX];
    int drug_count;
    uint64_t chart_bits[KNOWLEDGE_BIT_WORDS_MAX]; /* ingredients taken now */
    uint64_t condition_bits[KNOWLEDGE_CONDITION_WORDS];
    struct egfr_view egfr;
    struct {
        int from, to;
    } duplicates; /* out->findings[from, to) */
    struct screen_finding surplus; /* where a finding is made when the result is full */
    bool is_overflown;
};

enum truth { TRUTH_FALSE, TRUTH_UNKNOWN, TRUTH_TRUE };

/* A value that a rule needs and nobody gave. */
struct screen_missing {
    enum incomplete_reason reason;
    const struct chart_item *about; /* whose value it is */
};

/* Whether all tests of the rule hold for these two (b NULL: a rule with one drug). On TRUTH_UNKNOWN
 * *out_why says what is missing. Most rules have no test. */
enum truth screen_tests_hold(const struct screening *s, const struct stored_rule *rule,
                             const struct chart_item *a, const struct chart_item *b,
                             struct screen_missing *out_why);
static inline enum truth screen_rule_holds(const struct screening *s, const struct stored_rule *rule,
                                           const struct chart_item *a, const struct chart_item *b,
                                           struct screen_missing *out_why)
{
    return rule->test_count == 0 ? TRUTH_TRUE : screen_tests_hold(s, rule, a, b, out_why);
}

static inline const struct stored_rule *screen_rule(const struct screening *s, uint32_t rule)
{
    return &KNOWLEDGE_RECORDS(s->k, RULES, struct stored_rule)[rule];
}

static inline const char *screen_drug_text(const struct screening *s, uint8_t drug)
{
    const char *text = s->in->drugs[drug].text;
    return text ? text : "";
}

/* Begins a finding about one or two drugs with the rule's texts, in the place where it will stand; the caller completes it
 * and keeps it. One that is not kept is gone with the next. */
struct screen_finding *screen_begin(struct screening *s, enum finding_kind kind, uint32_t rule, const struct chart_item *a,
                                    const struct chart_item *b);
static inline void screen_keep(struct screening *s, const struct screen_finding *f, bool involves_new)
{
    if (f->severity == INTERACTION_TYPE_NONE || f->severity == INTERACTION_TYPE_NONE_GIVEN ||
        (s->in->scope == SCREEN_NEW_ONLY && !involves_new)) {
        return;
    }
    if (f == &s->surplus) {
        s->is_overflown = true;
    } else {
        s->out->finding_count++;
    }
}

void screen_add_incomplete(struct screening *s, enum incomplete_reason reason, const char *item,
                           const char *rule_id);

static inline bool screen_involves_new(const struct chart_item *a, const struct chart_item *b)
{
    return a->is_new || (b && b->is_new);
}

/* The compartment in which a route acts: all systemic routes are one, every local route its own. */
uint32_t screen_compartment(enum route route);

/* Amount of the item's ingredient in one dose, and a day's total of an ingredient over all its
 * products on these routes. False when it is not known, with the reason. *out_sum of the second is
 * what is known so far. */
bool screen_dose_amount(const struct screening *s, const struct chart_item *item, enum unit unit,
                        struct decimal *out, enum incomplete_reason *out_why);
bool screen_daily_total(const struct screening *s, uint16_t ingredient, uint32_t routes,
                        enum unit unit, struct decimal *out_sum, enum incomplete_reason *out_why);
bool screen_dose_daily(const struct screening *s, const struct chart_item *item, enum unit unit,
                       struct decimal *out, enum incomplete_reason *out_why);

/* Years as the tables write them, in days: 0.5 -> 182. */
int32_t screen_years_to_days(struct decimal years);

/* The checks, in the order of clinical.md 4.C. */
void screen_allergies(struct screening *s);
void screen_duplicates(struct screening *s);
void screen_interactions(struct screening *s);
void screen_conditions(struct screening *s);
void screen_doses(struct screening *s);
void screen_foods(struct screening *s);

#endif
