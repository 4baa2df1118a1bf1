/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/screen.h"

#include <string.h>

#include "safety/screen_internal.h"

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- sorting ---- */

static inline void put_in_order(uint64_t *a, uint64_t *b)
{
    uint64_t low = *b < *a ? *b : *a;
    uint64_t high = *b < *a ? *a : *b;
    *a = low;
    *b = high;
}

/* Two sorted halves of `half` keys each, from both ends at once, into `to`: two chains of steps that do not wait for each
 * other. No branch depends on a key: which finding comes first cannot be foreseen, and a wrong guess costs a processor
 * more than the step. */
static void merge_halves(const uint64_t *from, uint64_t *to, int half)
{
    const uint64_t *left = from, *right = from + half;
    const uint64_t *left_end = right - 1, *right_end = right + half - 1;
    for (int i = 0; i < half; i++) {
        uint64_t a = *left, b = *right;
        bool takes_right = b < a;
        to[i] = takes_right ? b : a;
        right += takes_right;
        left += !takes_right;
        a = *left_end, b = *right_end;
        bool takes_left = b < a;
        to[2 * half - 1 - i] = takes_left ? a : b;
        left_end -= takes_left;
        right_end -= !takes_left;
    }
}

/* Sorts the keys in one of the two arrays, which it returns, each with room for the next power of two: qsort() may allocate. */
static const uint64_t *sort_keys(uint64_t *keys, uint64_t *spare, int count)
{
    int filled = 4;
    while (filled < count) {
        filled *= 2;
    }
    for (int i = count; i < filled; i++) {
        keys[i] = UINT64_MAX; /* behind all others */
    }
    for (int i = 0; i < filled; i += 4) {
        uint64_t *four = &keys[i];
        put_in_order(&four[0], &four[1]);
        put_in_order(&four[2], &four[3]);
        put_in_order(&four[0], &four[2]);
        put_in_order(&four[1], &four[3]);
        put_in_order(&four[1], &four[2]);
    }
    for (int width = 4; width < filled; width *= 2) {
        for (int start = 0; start < filled; start += 2 * width) {
            merge_halves(keys + start, spare + start, width);
        }
        uint64_t *sorted = spare;
        spare = keys;
        keys = sorted;
    }
    return keys;
}

/* ---- order of the inputs ---- */

/* Drugs that this finds equal are alike in all that the checks look at. */
static int compare_drugs(const struct screen_drug *a, const struct screen_drug *b)
{
    int order = strcmp(text_or_empty(a->text), text_or_empty(b->text));
    if (order != 0) {
        return order;
    }
    if (a->identity.ingredient_count != b->identity.ingredient_count) {
        return a->identity.ingredient_count < b->identity.ingredient_count ? -1 : 1;
    }
    order = memcmp(a->identity.ingredients, b->identity.ingredients,
                   sizeof a->identity.ingredients);
    if (order != 0) {
        return order;
    }
    if (a->route != b->route) {
        return a->route < b->route ? -1 : 1;
    }
    if (a->state != b->state) {
        return a->state < b->state ? -1 : 1;
    }
    order = decimal_compare(a->dose.amount, b->dose.amount);
    return order ? order : decimal_compare(a->dose.doses_per_day, b->dose.doses_per_day);
}

enum { HEAD_PLACE_BITS = 8 };

/* The first bytes of a text as a number that is in the order of strcmp(); the last byte is free. */
static uint64_t text_head(const char *text)
{
    uint64_t head = 0;
    for (int shift = 56; shift >= HEAD_PLACE_BITS && *text; shift -= 8) {
        head |= (uint64_t)(unsigned char)*text++ << shift;
    }
    return head;
}

static void order_drugs(struct screening *s)
{
    _Static_assert((SCREEN_DRUGS_MAX & (SCREEN_DRUGS_MAX - 1)) == 0, "a power of two: room for what sort_keys() fills up");
    uint64_t made[SCREEN_DRUGS_MAX], spare[SCREEN_DRUGS_MAX];
    for (int i = 0; i < s->drug_count; i++) {
        made[i] = text_head(text_or_empty(s->in->drugs[i].text)) | (uint64_t)i;
    }
    const uint64_t *heads = sort_keys(made, spare, s->drug_count);
    for (int i = 0; i < s->drug_count; i++) { /* where the first letters are equal the rest decides */
        uint8_t moving = (uint8_t)heads[i];
        int at = i;
        while (at > 0 && heads[at - 1] >> HEAD_PLACE_BITS == heads[i] >> HEAD_PLACE_BITS &&
               compare_drugs(&s->in->drugs[moving], &s->in->drugs[s->order[at - 1]]) < 0) {
            s->order[at] = s->order[at - 1];
            at--;
        }
        s->order[at] = moving;
    }
    for (int i = 0; i < s->drug_count; i++) {
        s->rank[s->order[i]] = (uint8_t)i;
    }
}

/* ---- items ---- */

static bool item_is_before(const struct chart_item *a, const struct chart_item *b)
{
    return a->ingredient != b->ingredient ? a->ingredient < b->ingredient : a->rank < b->rank;
}

static void insert_item(struct screening *s, const struct chart_item *item)
{
    if (s->item_count == SCREEN_ITEMS_MAX) {
        screen_add_incomplete(s, INCOMPLETE_TOO_MANY_DRUGS, "", "");
        return;
    }
    int at = s->item_count++;
    while (at > 0 && item_is_before(item, &s->items[at - 1])) {
        s->items[at] = s->items[at - 1];
        at--;
    }
    s->items[at] = *item;
}

/* A stopped drug counts while its washout lasts. */
static bool settle_stop(const struct screening *s, const struct screen_drug *drug,
                        struct chart_item *item)
{
    const struct stored_substance *substance = &KNOWLEDGE_RECORDS(
        s->k, SUBSTANCES, struct stored_substance)[item->ingredient];
    item->is_stopped = drug->state == SCREEN_STOPPED;
    if (!item->is_stopped) {
        return true;
    }
    if (substance->washout_days == 0) {
        return false;
    }
    item->is_stop_date_missing = drug->stopped_days_ago < 0;
    if (item->is_stop_date_missing) {
        return true;
    }
    int32_t left = substance->washout_days - drug->stopped_days_ago;
    item->washout_days_left = (int16_t)(left > 0 ? left : 0);
    return left > 0;
}

static enum route route_of(const struct screening *s, const struct screen_drug *drug,
                           uint16_t ingredient)
{
    if (drug->route != ROUTE_NONE_GIVEN) {
        return drug->route;
    }
    if (drug->identity.route != ROUTE_NONE_GIVEN) {
        return drug->identity.route;
    }
    return knowledge_usual_route(s->k, ingredient);
}

static void add_items(struct screening *s, uint8_t index)
{
    const struct screen_drug *drug = &s->in->drugs[index];
    for (uint8_t part = 0; part < drug->identity.ingredient_count; part++) {
        uint16_t ingredient = drug->identity.ingredients[part];
        struct chart_item item = {
            .ingredient = ingredient,
            .drug = index,
            .part = part,
            .rank = s->rank[index],
            .is_new = drug->state == SCREEN_NEW,
        };
        if (!knowledge_is_curated(s->k, ingredient) || !settle_stop(s, drug, &item)) {
            continue;
        }
        item.route = (uint8_t)route_of(s, drug, ingredient);
        item.is_route_said = drug->route != ROUTE_NONE_GIVEN || drug->identity.route != ROUTE_NONE_GIVEN;
        insert_item(s, &item);
        if (!item.is_stopped) {
            bits_set(s->chart_bits, ingredient);
        }
    }
}

static void note_match(struct screening *s, const struct screen_drug *drug)
{
    static const enum incomplete_reason reasons[] = {
        [DRUG_UNKNOWN] = INCOMPLETE_DRUG_UNKNOWN,
        [DRUG_NAME_ONLY] = INCOMPLETE_DRUG_NAME_ONLY,
        [DRUG_AMBIGUOUS] = INCOMPLETE_DRUG_AMBIGUOUS,
        [DRUG_PARTIAL] = INCOMPLETE_DRUG_PARTIAL,
    };
    if (drug->identity.match != DRUG_KNOWN && drug->state != SCREEN_STOPPED) {
        int before = s->out->incomplete_count;
        screen_add_incomplete(s, reasons[drug->identity.match], text_or_empty(drug->text), "");
        if (s->out->incomplete_count > before && drug->identity.match == DRUG_PARTIAL) {
            s->out->incomplete[before].word = drug->identity.unmatched;
        }
    }
}

/* What is known by name and nothing more says so already. */
static void note_silence(struct screening *s, const struct screen_drug *drug)
{
    for (int i = 0; i < drug->identity.ingredient_count && drug->state != SCREEN_STOPPED; i++) {
        uint16_t id = drug->identity.ingredients[i];
        if (knowledge_is_curated(s->k, id) && !knowledge_has_rules(s->k, id)) {
            screen_add_incomplete(s, INCOMPLETE_DRUG_NO_RULES, text_or_empty(drug->text), "");
        }
    }
}

static void find_runs(struct screening *s)
{
    s->run_count = 0;
    for (int i = 0; i < s->item_count; i++) {
        if (i == 0 || s->items[i].ingredient != s->items[i - 1].ingredient) {
            s->runs[s->run_count++] = (struct item_run){s->items[i].ingredient, (uint16_t)i, (uint16_t)i};
        }
        s->runs[s->run_count - 1].to++;
    }
}

static void load_drugs(struct screening *s)
{
    s->drug_count = s->in->drug_count < SCREEN_DRUGS_MAX ? s->in->drug_count : SCREEN_DRUGS_MAX;
    if (s->in->drug_count > SCREEN_DRUGS_MAX) {
        screen_add_incomplete(s, INCOMPLETE_TOO_MANY_DRUGS, "", "");
    }
    order_drugs(s);
    for (int i = 0; i < s->drug_count; i++) {
        note_match(s, &s->in->drugs[s->order[i]]);
        note_silence(s, &s->in->drugs[s->order[i]]);
        add_items(s, s->order[i]);
    }
    find_runs(s);
}

static void imply(struct screening *s, const struct stored_condition *condition)
{
    for (int w = 0; w < KNOWLEDGE_CONDITION_WORDS; w++) {
        s->condition_bits[w] |= condition->implies[w];
    }
}

/* What is recorded, and what the name of a drug says that it is taken for. */
static void load_conditions(struct screening *s)
{
    const struct stored_condition *all = KNOWLEDGE_RECORDS(s->k, CONDITIONS,
                                                           struct stored_condition);
    for (int i = 0; i < s->drug_count; i++) {
        const struct screen_drug *drug = &s->in->drugs[i];
        if (drug->identity.use > 0 && drug->state != SCREEN_STOPPED) {
            imply(s, &all[drug->identity.use - 1]);
        }
    }
    for (int i = 0; i < s->in->condition_count; i++) {
        const struct condition_identity *c = &s->in->conditions[i].identity;
        for (int j = 0; j < c->count; j++) {
            imply(s, &all[c->groups[j]]);
        }
        if (c->count == 0) {
            screen_add_incomplete(s, INCOMPLETE_CONDITION_UNCODED,
                                  text_or_empty(s->in->conditions[i].text), "");
        }
    }
}

/* The worst recorded stage speaks where nobody measured. */
static void load_egfr(struct screening *s)
{
    const struct stored_condition *all = KNOWLEDGE_RECORDS(s->k, CONDITIONS,
                                                           struct stored_condition);
    s->egfr = (struct egfr_view){.presence = s->in->egfr_presence,
                                 .from = s->in->egfr,
                                 .below = s->in->egfr,
                                 .is_measured = s->in->egfr_presence == SCREEN_PRESENT,
                                 .condition = SCREEN_NO_INDEX};
    for (int i = 0; i < s->in->condition_count && i < SCREEN_NO_INDEX && !s->egfr.is_measured; i++) {
        const struct condition_identity *c = &s->in->conditions[i].identity;
        for (int j = 0; j < c->count; j++) {
            const struct stored_condition *stage = &all[c->groups[j]];
            struct decimal below = decimal_from_int(stage->egfr_below);
            bool is_worse = s->egfr.condition == SCREEN_NO_INDEX ||
                            decimal_compare(below, s->egfr.below) < 0;
            if (stage->egfr_below > 0 && is_worse) {
                s->egfr.presence = SCREEN_PRESENT;
                s->egfr.from = decimal_from_int(stage->egfr_from);
                s->egfr.below = below;
                s->egfr.condition = (uint8_t)i;
            }
        }
    }
}

/* ---- results ---- */

uint32_t screen_compartment(enum route route)
{
    static const uint32_t systemic = (1u << ROUTE_ORAL) | (1u << ROUTE_IV) | (1u << ROUTE_IM) |
                                     (1u << ROUTE_SUBCUT) | (1u << ROUTE_RECTAL) |
                                     (1u << ROUTE_TRANSDERMAL) | (1u << ROUTE_SUBLINGUAL) |
                                     (1u << ROUTE_BUCCAL);
    return (systemic & (1u << route)) ? systemic : 1u << route;
}

static inline void put_item(struct screen_finding *f, const struct chart_item *item)
{
    f->drugs[f->drug_count] = item->drug;
    f->ingredients[f->drug_count] = item->ingredient;
    f->drug_count++;
    if (item->washout_days_left > f->washout_days_left) {
        f->washout_days_left = item->washout_days_left;
    }
}

struct screen_finding *screen_begin(struct screening *s, enum finding_kind kind, uint32_t rule, const struct chart_item *a,
                                    const struct chart_item *b)
{
    static const struct stored_rule none = {.evidence = EVIDENCE_LEVEL_ESTABLISHED}; /* all its texts are the empty one */
    bool is_full = s->out->finding_count == SCREEN_FINDINGS_MAX;
    struct screen_finding *f = is_full ? &s->surplus : &s->out->findings[s->out->finding_count];
    const struct stored_rule *r = rule == KNOWLEDGE_NO_RULE ? &none : screen_rule(s, rule);
    const char *texts = knowledge_text(s->k, 0);
    *f = (struct screen_finding){
        .kind = kind,
        .severity = (enum interaction_type)r->severity,
        .evidence = (enum evidence_level)r->evidence,
        .rule = rule,
        .separate_hours = r->separate_hours,
        .allergy = SCREEN_NO_INDEX,
        .condition = SCREEN_NO_INDEX,
        .food = SCREEN_NO_INDEX,
        .ingredients = {KNOWLEDGE_NO_ID, KNOWLEDGE_NO_ID},
        .rule_id = texts + r->id,
        .with = "",
        .effect = texts + r->effect,
        .mechanism = texts + r->mechanism,
        .management = texts + r->management,
        .source = texts + r->source,
    };
    if (a) {
        put_item(f, a);
    }
    if (a && b) {
        put_item(f, b);
    }
    return f;
}

void screen_add_incomplete(struct screening *s, enum incomplete_reason reason, const char *item,
                           const char *rule_id)
{
    struct screen_result *out = s->out;
    for (int i = 0; i < out->incomplete_count; i++) {
        const struct screen_incomplete *have = &out->incomplete[i];
        if (have->reason == reason && strcmp(have->item, item) == 0 &&
            strcmp(have->rule_id, rule_id) == 0) {
            return;
        }
    }
    if (out->incomplete_count < SCREEN_INCOMPLETE_MAX) {
        out->incomplete[out->incomplete_count++] = (struct screen_incomplete){reason, item, rule_id, ""};
    }
}

static int compare_findings(const struct screening *s, const struct screen_finding *a,
                            const struct screen_finding *b)
{
    if (a->severity != b->severity) {
        return a->severity < b->severity ? -1 : 1;
    }
    if (a->kind != b->kind) {
        return a->kind < b->kind ? -1 : 1;
    }
    int order = strcmp(a->rule_id, b->rule_id);
    for (int i = 0; order == 0 && i < a->drug_count && i < b->drug_count; i++) {
        order = (int)s->rank[a->drugs[i]] - (int)s->rank[b->drugs[i]];
    }
    order = order ? order : (int)a->drug_count - (int)b->drug_count;
    order = order ? order : strcmp(a->with, b->with);
    if (order == 0 && a->dose_check != b->dose_check) {
        order = a->dose_check < b->dose_check ? -1 : 1;
    }
    for (int i = 0; order == 0 && i < 2; i++) {
        order = (int)a->ingredients[i] - (int)b->ingredients[i];
    }
    return order;
}

/* Twice the number of rules whose ids come before this one, one more for a rule's own id. */
static uint64_t rule_place(const struct screening *s, const struct screen_finding *f)
{
    if (f->rule != KNOWLEDGE_NO_RULE && f->rule_id == knowledge_text(s->k, screen_rule(s, f->rule)->id)) {
        return (uint64_t)screen_rule(s, f->rule)->rank * 2 + 1;
    }
    uint32_t high = 0;
    uint32_t low = 0;
    const uint32_t *order = knowledge_section(s->k, KNOWLEDGE_RULE_ORDER, &high);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(knowledge_text(s->k, screen_rule(s, order[middle])->id), f->rule_id) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return (uint64_t)low * 2;
}

enum { SORT_DRUG_BITS = 7, SORT_RULE_BITS = 26, SORT_PLACE_BITS = 16 };
/* What two keys of the same finding share whatever their rules are: severity, kind, the first two drugs. */
#define SORT_KEY_NOT_RULE                                                                            \
    (~(((UINT64_C(1) << SORT_RULE_BITS) - 1) << (2 * SORT_DRUG_BITS + SORT_PLACE_BITS)) & \
     ~((UINT64_C(1) << SORT_PLACE_BITS) - 1))

/* compare_findings() up to the first two drugs as one number, with the finding's place in the last
 * bits: a list is sorted without looking at a text. */
static uint64_t sort_key(const struct screening *s, int place)
{
    _Static_assert(SCREEN_DRUGS_MAX <= 1 << SORT_DRUG_BITS, "a drug's place fits");
    const struct screen_finding *f = &s->out->findings[place];
    uint64_t key = (uint64_t)f->severity << 4 | (uint64_t)f->kind;
    key = key << SORT_RULE_BITS | rule_place(s, f);
    for (int i = 0; i < 2; i++) {
        uint64_t drug = i < f->drug_count ? s->rank[f->drugs[i]] : 0;
        key = key << SORT_DRUG_BITS | drug;
    }
    return key << SORT_PLACE_BITS | (uint64_t)place;
}

/* The same rule about the same drugs, met through other ingredients of theirs. */
static bool is_same_finding(const struct screen_finding *a, const struct screen_finding *b)
{
    return a->severity == b->severity && a->kind == b->kind && a->drug_count == b->drug_count &&
           a->dose_check == b->dose_check && memcmp(a->drugs, b->drugs, a->drug_count) == 0 &&
           strcmp(a->rule_id, b->rule_id) == 0 && strcmp(a->with, b->with) == 0;
}

/* Puts the findings into the order of `order` (old places) in place: each moves once. */
static void arrange(struct screen_finding *items, uint16_t *order, int count)
{
    for (int start = 0; start < count; start++) {
        if (order[start] == start) {
            continue;
        }
        struct screen_finding first = items[start];
        int at = start;
        while (order[at] != start) {
            int from = order[at];
            items[at] = items[from];
            order[at] = (uint16_t)at;
            at = from;
        }
        items[at] = first;
        order[at] = (uint16_t)at;
    }
}

static void sort_findings(struct screening *s)
{
    _Static_assert((SCREEN_FINDINGS_MAX & (SCREEN_FINDINGS_MAX - 1)) == 0, "a power of two: room for what sort_keys() fills up");
    struct screen_result *out = s->out;
    uint64_t made[SCREEN_FINDINGS_MAX], spare[SCREEN_FINDINGS_MAX];
    uint16_t order[SCREEN_FINDINGS_MAX];
    int count = out->finding_count;
    for (int i = 0; i < count; i++) {
        made[i] = sort_key(s, i);
    }
    const uint64_t *keys = sort_keys(made, spare, count);
    for (int i = 0; i < count; i++) { /* where the numbers are equal the texts decide */
        uint16_t moving = (uint16_t)keys[i];
        int at = i;
        while (at > 0 && keys[at - 1] >> SORT_PLACE_BITS == keys[i] >> SORT_PLACE_BITS &&
               compare_findings(s, &out->findings[moving], &out->findings[order[at - 1]]) < 0) {
            order[at] = order[at - 1];
            at--;
        }
        order[at] = moving;
    }
    arrange(out->findings, order, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
        bool can_be_same = i > 0 && ((keys[i] ^ keys[i - 1]) & SORT_KEY_NOT_RULE) == 0;
        if (!can_be_same || !is_same_finding(&out->findings[kept - 1], &out->findings[i])) {
            if (kept != i) {
                out->findings[kept] = out->findings[i];
            }
            kept++;
            out->severity_counts[out->findings[i].severity]++;
        }
    }
    out->finding_count = kept;
}

static void sort_incomplete(struct screen_result *out)
{
    for (int i = 1; i < out->incomplete_count; i++) {
        struct screen_incomplete moving = out->incomplete[i];
        int at = i;
        while (at > 0) {
            const struct screen_incomplete *before = &out->incomplete[at - 1];
            int order = (int)moving.reason - (int)before->reason;
            order = order ? order : strcmp(moving.item, before->item);
            order = order ? order : strcmp(moving.rule_id, before->rule_id);
            if (order >= 0) {
                break;
            }
            out->incomplete[at] = *before;
            at--;
        }
        out->incomplete[at] = moving;
    }
}

static void settle(struct screening *s)
{
    struct screen_result *out = s->out;
    if (s->is_overflown) {
        screen_add_incomplete(s, INCOMPLETE_TOO_MANY_FINDINGS, "", "");
    }
    if (s->in->knowledge_age_max_days > 0 &&
        s->in->knowledge_age_days > s->in->knowledge_age_max_days) {
        screen_add_incomplete(s, INCOMPLETE_KNOWLEDGE_EXPIRED, "", "");
    }
    for (int i = 0; i < s->in->unread_count; i++) {
        screen_add_incomplete(s, INCOMPLETE_INPUT_UNKNOWN, s->in->unread[i], "");
    }
    sort_findings(s);
    sort_incomplete(out);
    out->status = out->incomplete_count ? SCREEN_INCOMPLETE
                  : out->finding_count  ? SCREEN_HITS
                                        : SCREEN_CLEAR;
}

void screen(const struct knowledge *k, const struct screen_input *input,
            struct screen_result *result)
{
    struct screening s;
    s.k = k;
    s.in = input;
    s.out = result;
    s.item_count = 0;
    s.drug_count = 0;
    s.is_overflown = false;
    memset(s.chart_bits, 0, sizeof s.chart_bits);
    memset(s.condition_bits, 0, sizeof s.condition_bits);
    result->finding_count = 0;
    result->incomplete_count = 0;
    memset(result->severity_counts, 0, sizeof result->severity_counts);
    memset(result->is_dose_unchecked, 0, sizeof result->is_dose_unchecked);
    load_drugs(&s);
    load_conditions(&s);
    load_egfr(&s);
    screen_allergies(&s);
    screen_duplicates(&s);
    screen_interactions(&s);
    screen_conditions(&s);
    screen_doses(&s);
    screen_foods(&s);
    settle(&s);
}

bool finding_interrupts(const struct screen_finding *f)
{
    bool is_severe = f->severity == INTERACTION_TYPE_CONTRAINDICATED || f->severity == INTERACTION_TYPE_MAJOR;
    return is_severe && !f->is_told_elsewhere;
}
