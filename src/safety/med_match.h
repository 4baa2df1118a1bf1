/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which lines of different lists are the same medicine (clinical.md 4.A.3): a pure function over what the lines say.
 * Every line comes out in exactly one group. A group holds at most one statement of each list (several lines where two
 * strengths make one dose); what only resembles another group is named as a hint and never put together. Doses are
 * compared exactly by ingredient and week, so that 2 x 5 mg daily is 10 mg daily and 15 mg weekly is not 15 mg daily. */
#ifndef SAFETY_MED_MATCH_H
#define SAFETY_MED_MATCH_H

#include "model/sig.h"
#include "safety/knowledge.h"
#include "safety/resolve.h"

#define MATCH_CHART (-1) /* the list of the chart; other lists are 0, 1, 2 ... */
#define MATCH_NO_GROUP SIZE_MAX

/* In the order in which they are shown. */
#define MATCH_DIFFERENCE_LIST(X)                                                                                     \
    X(MATCH_DIFFERS_UNCODED, "uncoded", N_("not checked: unknown drug"))                                             \
    X(MATCH_DIFFERS_TAKING, "taking", N_("not taken"))                                                               \
    X(MATCH_DIFFERS_HELD, "held", N_("on hold"))                                                                     \
    X(MATCH_DIFFERS_UNIT, "unit", N_("unit"))                                                                        \
    X(MATCH_DIFFERS_DOSE, "dose", N_("dose"))                                                                        \
    X(MATCH_DIFFERS_STEPS, "steps", N_("steps of a taper"))                                                          \
    X(MATCH_DIFFERS_FREQUENCY, "frequency", N_("frequency"))                                                         \
    X(MATCH_DIFFERS_STRENGTH, "strength", N_("strength"))                                                            \
    X(MATCH_DIFFERS_RELEASE, "release", N_("release"))                                                               \
    X(MATCH_DIFFERS_SALT, "salt", N_("salt"))                                                                        \
    X(MATCH_DIFFERS_FORM, "form", N_("form"))                                                                        \
    X(MATCH_DIFFERS_ROUTE, "route", N_("route"))                                                                     \
    X(MATCH_DIFFERS_PRN, "prn", N_("as needed or not"))                                                              \
    X(MATCH_DIFFERS_UNSTATED, "unstated", N_("dose or frequency not stated"))

#define MATCH_DIFFERENCE_CONSTANT(name, word, label) name##_BIT,
enum match_difference_bit { MATCH_DIFFERENCE_LIST(MATCH_DIFFERENCE_CONSTANT) MATCH_DIFFERENCE_COUNT };
#define MATCH_DIFFERENCE_MASK(name, word, label) name = 1 << name##_BIT,
enum match_difference { MATCH_SAME = 0, MATCH_DIFFERENCE_LIST(MATCH_DIFFERENCE_MASK) };

struct match_line {
    const char *text;              /* as given; borrowed */
    const char *code;              /* a product code with its system, "rxnorm 860975"; "" or NULL: none */
    struct drug_identity identity; /* of the whole text, strengths with it */
    struct sig sig;
    int list;                      /* MATCH_CHART, or the number of a source */
    bool is_not_taken;             /* the source says so, or that it has ended */
    bool is_on_hold;
};

struct match_group {
    size_t *lines, line_count;     /* indexes into the input, ascending */
    enum match_tier tier;          /* CODE, CLINICAL, CHANGED: put together; PART_OF, CLASS, TEXT: see hint; ONLY */
    unsigned differences;          /* of enum match_difference */
    size_t hint;                   /* the group that this one resembles, MATCH_NO_GROUP: none */
    enum match_tier hint_tier;     /* CLINICAL or CHANGED: the same drug once more */
    bool has_weekly_trap;          /* a drug taken weekly stands as daily on one list */
    bool is_tenfold;               /* the amounts differ ten times or more: unit or decimal point */
};
struct match_group_list {
    struct match_group *items;
    size_t len, cap;
};

/* Lines of the chart come first. Groups in the order of their first line. Caller releases *out. */
void med_match(const struct knowledge *k, const struct match_line *lines, size_t count, struct match_group_list *out);
void match_group_list_release(struct match_group_list *list);

/* "frequency" and its words for people, translated; bit of enum match_difference_bit. */
const char *match_difference_word(int bit);
const char *match_difference_label(int bit);

#endif
