/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug against drug: interactions, the same ingredient twice, too many of one therapeutic class. */
#include <string.h>

#include "safety/screen_internal.h"

/* ---- interactions ---- */

static bool holds_drug(const struct screen_finding *f, uint8_t drug)
{
    for (int i = 0; i < f->drug_count; i++) {
        if (f->drugs[i] == drug) {
            return true;
        }
    }
    return false;
}

static bool is_duplicate(const struct screen_finding *f)
{
    return f->kind == FINDING_DUPLICATE_THERAPY || f->kind == FINDING_DUPLICATE_INGREDIENT;
}

static bool holds_drugs_of(const struct screen_finding *f, const struct screen_finding *other)
{
    for (int i = 0; i < other->drug_count; i++) {
        if (!holds_drug(f, other->drugs[i])) {
            return false;
        }
    }
    return other->drug_count < SCREEN_FINDING_DRUGS_MAX; /* a longer list may be cut off */
}

/* Of two findings about the same drugs the worse one speaks; of two as bad the one about more drugs, then the duplicate. */
static bool speaks_for(const struct screen_finding *f, const struct screen_finding *other)
{
    if (f->severity != other->severity) {
        return f->severity < other->severity;
    }
    if (f->drug_count != other->drug_count) {
        return f->drug_count > other->drug_count;
    }
    return is_duplicate(f) != is_duplicate(other) ? is_duplicate(f) : f < other;
}

/* Two of one class (two SSRIs, two DOACs) are a duplicate, perhaps of two classes, and an interaction: one interruption. */
static void tell_once(struct screening *s)
{
    struct screen_finding *all = s->out->findings;
    for (int i = s->duplicates.from; i < s->duplicates.to; i++) {
        for (int j = s->duplicates.from; j < s->out->finding_count; j++) { /* interactions come next */
            bool is_pair = j != i && (is_duplicate(&all[j]) || all[j].kind == FINDING_INTERACTION);
            if (is_pair && speaks_for(&all[i], &all[j]) && holds_drugs_of(&all[i], &all[j])) {
                all[j].is_told_elsewhere = true;
            } else if (is_pair && speaks_for(&all[j], &all[i]) && holds_drugs_of(&all[j], &all[i])) {
                all[i].is_told_elsewhere = true;
            }
        }
    }
}

/* Both sides in canonical order: the rule's a first; where it fits both ways, the first of the
 * chart. */
static void add_interaction(struct screening *s, uint32_t rule, const struct chart_item *a,
                            const struct chart_item *b)
{
    struct screen_finding *f = screen_begin(s, FINDING_INTERACTION, rule, a, b);
    screen_keep(s, f, screen_involves_new(a, b));
}

static void add_missing(struct screening *s, struct screen_missing why, uint32_t rule,
                        const struct chart_item *a, const struct chart_item *b)
{
    if (s->in->scope == SCREEN_WHOLE_CHART || screen_involves_new(a, b)) {
        screen_add_incomplete(s, why.reason, screen_drug_text(s, why.about->drug),
                              knowledge_text(s->k, screen_rule(s, rule)->id));
    }
}

/* Whether a rule of the cell holds, with the value that it lacks. */
static enum truth test_reference(const struct screening *s, uint32_t reference,
                                 const struct chart_item *low, const struct chart_item *high,
                                 struct screen_missing *out_why)
{
    const struct stored_rule *rule = screen_rule(s, reference >> 1);
    if (rule->test_count == 0 && !low->is_stop_date_missing && !high->is_stop_date_missing) {
        return TRUTH_TRUE; /* most pairs */
    }
    const struct chart_item *a = reference & 1u ? high : low;
    const struct chart_item *b = reference & 1u ? low : high;
    *out_why = (struct screen_missing){INCOMPLETE_DOSE, a};
    enum truth truth = screen_rule_holds(s, rule, a, b, out_why);
    if (truth == TRUTH_TRUE && (a->is_stop_date_missing || b->is_stop_date_missing)) {
        truth = TRUTH_UNKNOWN;
        *out_why = (struct screen_missing){INCOMPLETE_STOP_DATE, a->is_stop_date_missing ? a : b};
    }
    return truth;
}

/* The rules of a cell in their order: the first that holds is the finding; a worse one that would
 * stop somebody and lacks a value is named. */
static void screen_pair(struct screening *s, const struct stored_cell *cell,
                        const struct chart_item *low, const struct chart_item *high)
{
    const uint32_t *references = knowledge_cell_rules(s->k, cell);
    struct screen_missing why;
    uint8_t severity = INTERACTION_TYPE_NONE;
    int holds = 0;
    while (holds < cell->count &&
           test_reference(s, references[holds], low, high, &why) != TRUTH_TRUE) {
        holds++;
    }
    if (holds < cell->count) {
        severity = screen_rule(s, references[holds] >> 1)->severity;
        add_interaction(s, references[holds] >> 1, references[holds] & 1u ? high : low,
                        references[holds] & 1u ? low : high);
    }
    for (int i = 0; i < holds; i++) {
        uint8_t worse = screen_rule(s, references[i] >> 1)->severity;
        bool matters = worse < severity && worse <= INTERACTION_TYPE_MAJOR;
        if (matters && test_reference(s, references[i], low, high, &why) == TRUTH_UNKNOWN) {
            add_missing(s, why, references[i] >> 1, low, high);
        }
    }
}

/* Every way in which two runs of items meet. */
static void screen_runs(struct screening *s, const struct stored_cell *cell, const struct item_run *a,
                        const struct item_run *b)
{
    const struct chart_item *low_end = &s->items[a->to], *high_end = &s->items[b->to];
    for (const struct chart_item *low = &s->items[a->from]; low < low_end; low++) {
        for (const struct chart_item *high = &s->items[b->from]; high < high_end; high++) {
            /* the parts of one product are meant to be together, those of one line of text need not be */
            bool is_meant = low->drug == high->drug && !s->in->drugs[low->drug].identity.is_loose;
            if (!is_meant && !(low->is_stopped && high->is_stopped)) {
                screen_pair(s, cell, low, high);
            }
        }
    }
}

/* The knowledge is larger than a processor's cache: what all rows of pairs need is asked for before the first of them is
 * looked at, and then what the cells of a row need before the first of those. */
static void ask_for_rows(const struct screening *s)
{
    for (int i = 0; i < s->run_count; i++) {
        struct cell_row row = knowledge_pair_row(s->k, s->runs[i].ingredient);
        for (int j = i + 1; j < s->run_count; j++) {
            __builtin_prefetch(&row.bits[s->runs[j].ingredient / 64]);
            __builtin_prefetch(&row.ranks[s->runs[j].ingredient / 64]);
        }
    }
}

/* The side of `f` that is this line of the chart, -1 where it is not there. */
static int side_of(const struct screen_finding *f, uint8_t drug)
{
    return f->drugs[0] == drug ? 0 : f->drugs[1] == drug ? 1 : -1;
}

/* What the booster in the same product does to the same other drug. */
static bool is_of_booster(const struct screen_finding *f, int side, const struct screen_finding *other)
{
    int there = other->kind == FINDING_INTERACTION && other->drug_count == 2 ? side_of(other, f->drugs[side]) : -1;
    return there >= 0 && other->ingredients[there] != f->ingredients[side] &&
           other->drugs[1 - there] == f->drugs[1 - side] &&
           other->ingredients[1 - there] == f->ingredients[1 - side];
}

/* Nirmatrelvir comes with ritonavir only: what both do to another drug is told once, the worse of the two; of two
 * equals what is said of nirmatrelvir, which knows how short the course is. */
static void drop_booster_repeats(struct screening *s)
{
    bool is_dropped[SCREEN_FINDINGS_MAX] = {false};
    struct screen_finding *all = s->out->findings;
    for (int i = 0; i < s->out->finding_count; i++) {
        for (int side = 0; side < 2 && all[i].kind == FINDING_INTERACTION && all[i].drug_count == 2; side++) {
            bool is_boosted = all[i].ingredients[side] != KNOWLEDGE_NO_ID &&
                              (knowledge_flags(s->k, all[i].ingredients[side]) & INGREDIENT_BOOSTED);
            for (int j = 0; is_boosted && !is_dropped[i] && j < s->out->finding_count; j++) {
                if (!is_dropped[j] && is_of_booster(&all[i], side, &all[j])) {
                    is_dropped[all[j].severity < all[i].severity ? i : j] = true;
                }
            }
        }
    }
    int kept = 0;
    for (int i = 0; i < s->out->finding_count; i++) {
        if (!is_dropped[i]) {
            all[kept++] = all[i];
        }
    }
    s->out->finding_count = kept;
}

static bool has_boosted(const struct screening *s)
{
    for (int i = 0; i < s->run_count; i++) {
        if (knowledge_flags(s->k, s->runs[i].ingredient) & INGREDIENT_BOOSTED) {
            return true;
        }
    }
    return false;
}

void screen_interactions(struct screening *s)
{
    struct {
        const struct stored_cell *cell;
        const struct item_run *other;
    } hits[SCREEN_ITEMS_MAX];
    const struct stored_rule *rules = KNOWLEDGE_RECORDS(s->k, RULES, struct stored_rule);
    ask_for_rows(s);
    for (int i = 0; i < s->run_count; i++) {
        struct cell_row row = knowledge_pair_row(s->k, s->runs[i].ingredient);
        int count = 0;
        for (int j = i + 1; j < s->run_count; j++) {
            const struct stored_cell *cell = knowledge_row_cell(&row, s->runs[j].ingredient);
            if (cell) {
                __builtin_prefetch(cell);
                hits[count].cell = cell;
                hits[count++].other = &s->runs[j];
            }
        }
        for (int n = 0; n < count; n++) {
            __builtin_prefetch(&rules[knowledge_cell_rules(s->k, hits[n].cell)[0] >> 1]);
        }
        for (int n = 0; n < count; n++) {
            screen_runs(s, hits[n].cell, &s->runs[i], hits[n].other);
        }
    }
    if (has_boosted(s)) {
        drop_booster_repeats(s);
    }
    tell_once(s);
}

/* ---- the same ingredient ---- */

/* A long-acting opioid with the same one, short-acting, for what breaks through: planned, and only listed. */
static bool is_base_and_rescue(const struct screening *s, const struct chart_item *a, const struct chart_item *b)
{
    unsigned controlled = INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_3 | INGREDIENT_CONTROLLED_4;
    bool is_long = s->in->drugs[a->drug].identity.is_extended_release;
    return (knowledge_flags(s->k, a->ingredient) & controlled) && (knowledge_flags(s->k, a->ingredient) & INGREDIENT_HIGH_ALERT) &&
           is_long != s->in->drugs[b->drug].identity.is_extended_release;
}

static void add_same(struct screening *s, const struct chart_item *a, const struct chart_item *b)
{
    const struct chart_item *first = a->rank < b->rank ? a : b;
    const struct chart_item *second = a->rank < b->rank ? b : a;
    struct screen_finding *f = screen_begin(s, FINDING_DUPLICATE_INGREDIENT, KNOWLEDGE_NO_RULE,
                                                first, second);
    unsigned flags = knowledge_flags(s->k, a->ingredient);
    bool is_dangerous = flags & (INGREDIENT_HIGH_ALERT | INGREDIENT_NARROW_INDEX);
    f->severity = is_dangerous && !is_base_and_rescue(s, a, b) ? INTERACTION_TYPE_MAJOR : INTERACTION_TYPE_MODERATE;
    f->rule_id = "dup.ingredient";
    f->with = knowledge_name(s->k, a->ingredient);
    screen_keep(s, f, screen_involves_new(a, b));
}

static void screen_same(struct screening *s)
{
    for (int i = 0; i < s->run_count; i++) {
        const struct item_run *run = &s->runs[i];
        for (int x = run->from; x < run->to; x++) {
            for (int y = x + 1; y < run->to; y++) {
                const struct chart_item *a = &s->items[x];
                const struct chart_item *b = &s->items[y];
                bool is_together = screen_compartment((enum route)a->route) ==
                                   screen_compartment((enum route)b->route);
                if (a->drug != b->drug && !a->is_stopped && !b->is_stopped && is_together) {
                    add_same(s, a, b);
                }
            }
        }
    }
}

/* ---- the same class ---- */

struct class_count {
    int ingredients;                       /* different ones */
    uint64_t drugs[SCREEN_DRUGS_MAX / 64]; /* by rank */
    int drug_count;
    bool has_new;
};

static struct class_count count_class(const struct screening *s, const struct stored_duplicate *d)
{
    const uint64_t *bits = knowledge_class_bits(s->k, d->class_id);
    struct class_count n = {0};
    uint16_t last = KNOWLEDGE_NO_ID;
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        bool is_here = item->route == ROUTE_NONE_GIVEN || (d->routes & (1u << item->route));
        if (item->is_stopped || !is_here || !knowledge_bit(bits, item->ingredient)) {
            continue;
        }
        n.ingredients += item->ingredient != last;
        last = item->ingredient;
        uint64_t bit = UINT64_C(1) << (item->rank % 64);
        n.drug_count += !(n.drugs[item->rank / 64] & bit);
        n.drugs[item->rank / 64] |= bit;
        n.has_new = n.has_new || item->is_new;
    }
    return n;
}

static void add_class(struct screening *s, const struct stored_duplicate *d,
                      const struct class_count *n)
{
    struct screen_finding *f = screen_begin(s, FINDING_DUPLICATE_THERAPY, d->rule, NULL, NULL);
    f->with = knowledge_class_title(s->k, d->class_id);
    for (int rank = 0; rank < s->drug_count; rank++) {
        bool is_in = (n->drugs[rank / 64] >> (rank % 64)) & 1u;
        if (is_in && f->drug_count < SCREEN_FINDING_DRUGS_MAX) {
            f->drugs[f->drug_count++] = s->order[rank];
        }
    }
    screen_keep(s, f, n->has_new);
}

/* Therapy classes that two or more ingredients of the chart belong to: the others need no counting. */
static void shared_classes(const struct screening *s, uint32_t words, uint64_t *out)
{
    const uint64_t *all = KNOWLEDGE_RECORDS(s->k, DUPLICATE_BITS, uint64_t);
    uint64_t once[KNOWLEDGE_DUPLICATE_WORDS_MAX] = {0};
    for (int i = 0; i < s->run_count; i++) {
        const uint64_t *bits = all + (size_t)s->runs[i].ingredient * words;
        for (uint32_t w = 0; w < words; w++) {
            out[w] |= once[w] & bits[w];
            once[w] |= bits[w];
        }
    }
}

void screen_duplicates(struct screening *s)
{
    const struct stored_duplicate *all = KNOWLEDGE_RECORDS(s->k, DUPLICATES, struct stored_duplicate);
    uint32_t words = knowledge_duplicate_words(s->k);
    uint64_t shared[KNOWLEDGE_DUPLICATE_WORDS_MAX] = {0};
    s->duplicates.from = s->out->finding_count;
    screen_same(s);
    shared_classes(s, words, shared);
    for (uint32_t w = 0; w < words; w++) {
        for (uint64_t left = shared[w]; left; left &= left - 1) {
            const struct stored_duplicate *d = &all[w * 64 + (uint32_t)__builtin_ctzll(left)];
            struct class_count n = count_class(s, d);
            if (n.ingredients > d->allowed + 1 && n.drug_count > 1) {
                add_class(s, d, &n);
            }
        }
    }
    s->duplicates.to = s->out->finding_count;
}
