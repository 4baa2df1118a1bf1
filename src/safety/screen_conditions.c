/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug against the patient: conditions, pregnancy, lactation, age, kidney function, food. */
#include <string.h>

#include "safety/screen_internal.h"

enum subject_state {
    SUBJECT_ABSENT,
    SUBJECT_MISSING, /* should be known and is not */
    SUBJECT_PRESENT,
};

static uint32_t state_id(const struct screening *s, enum stored_state state)
{
    return (uint32_t)knowledge_condition_count(s->k) + (uint32_t)state;
}

static enum subject_state presence(enum screen_presence p, bool holds)
{
    return p == SCREEN_MISSING            ? SUBJECT_MISSING
           : p == SCREEN_PRESENT && holds ? SUBJECT_PRESENT
                                          : SUBJECT_ABSENT;
}

/* Whoever says that a patient is 65 or older and leaves the kidneys out has not asked for a check without
 * them: at that age what is contraindicated in kidney failure cannot be passed over. */
static enum screen_presence renal_presence(const struct screening *s, bool is_contraindicated)
{
    bool is_old = s->in->age_presence == SCREEN_PRESENT && s->in->age_days >= SCREEN_GERIATRIC_DAYS;
    return s->egfr.presence == SCREEN_NOT_ASSESSED && is_old && is_contraindicated ? SCREEN_MISSING
                                                                                  : s->egfr.presence;
}

/* Whether the subject of the cell's rules is there at all; their tests come later. */
static enum subject_state subject_state(const struct screening *s, const struct stored_cell *cell,
                                        enum incomplete_reason *out_why)
{
    uint16_t subject = cell->other;
    uint32_t groups = (uint32_t)knowledge_condition_count(s->k);
    bool is_contraindicated = false;
    if (knowledge_bit(s->condition_bits, subject)) {
        return SUBJECT_PRESENT;
    }
    if (subject < groups) {
        return SUBJECT_ABSENT;
    }
    switch ((enum stored_state)(subject - groups)) {
    case STORED_STATE_PREGNANCY:
        *out_why = INCOMPLETE_PREGNANCY;
        return s->in->sex == GENDER_MALE ? SUBJECT_ABSENT
                                         : presence(s->in->pregnancy_presence, s->in->is_pregnant);
    case STORED_STATE_LACTATION:
        *out_why = INCOMPLETE_LACTATION;
        return s->in->sex == GENDER_MALE ? SUBJECT_ABSENT
                                         : presence(s->in->lactation_presence, s->in->is_lactating);
    case STORED_STATE_RENAL:
        *out_why = INCOMPLETE_EGFR;
        is_contraindicated = screen_rule(s, knowledge_cell_rules(s->k, cell)[0] >> 1)->severity ==
                             INTERACTION_TYPE_CONTRAINDICATED;
        return presence(renal_presence(s, is_contraindicated), true);
    case STORED_STATE_AGE:
        *out_why = INCOMPLETE_AGE;
        return presence(s->in->age_presence, true);
    case STORED_STATE_HEPATIC:
        break;
    }
    return SUBJECT_ABSENT;
}

static enum finding_kind kind_of(const struct screening *s, uint16_t subject)
{
    static const enum finding_kind kinds[KNOWLEDGE_STATES] = {
        [STORED_STATE_PREGNANCY] = FINDING_PREGNANCY,
        [STORED_STATE_LACTATION] = FINDING_LACTATION,
        [STORED_STATE_RENAL] = FINDING_RENAL,
        [STORED_STATE_HEPATIC] = FINDING_CONDITION,
        [STORED_STATE_AGE] = FINDING_AGE};
    uint32_t groups = (uint32_t)knowledge_condition_count(s->k);
    return subject < groups ? FINDING_CONDITION : kinds[subject - groups];
}

/* The recorded condition behind a subject: the first in the order of the texts. */
static uint8_t condition_behind(const struct screening *s, uint16_t subject)
{
    const struct stored_condition *all = KNOWLEDGE_RECORDS(s->k, CONDITIONS,
                                                           struct stored_condition);
    uint8_t best = SCREEN_NO_INDEX;
    for (int i = 0; i < s->in->condition_count && i < SCREEN_NO_INDEX; i++) {
        const struct screen_condition *c = &s->in->conditions[i];
        bool fits = false;
        for (int j = 0; j < c->identity.count; j++) {
            fits = fits || knowledge_bit(all[c->identity.groups[j]].implies, subject);
        }
        if (fits &&
            (best == SCREEN_NO_INDEX ||
             strcmp(c->text ? c->text : "",
                    s->in->conditions[best].text ? s->in->conditions[best].text : "") < 0)) {
            best = (uint8_t)i;
        }
    }
    return best;
}

static void add_condition(struct screening *s, uint16_t subject, uint32_t rule,
                          const struct chart_item *item)
{
    struct screen_finding *f = screen_begin(s, kind_of(s, subject), rule, item, NULL);
    bool is_by_stage = subject == state_id(s, STORED_STATE_RENAL) && !s->egfr.is_measured;
    if (is_by_stage) { /* what is known is the condition, not a number */
        f->kind = FINDING_CONDITION;
    }
    f->condition = is_by_stage ? s->egfr.condition : condition_behind(s, subject);
    f->with = knowledge_condition_title(s->k, subject);
    if (f->condition != SCREEN_NO_INDEX && s->in->conditions[f->condition].text) {
        f->with = s->in->conditions[f->condition].text;
    }
    screen_keep(s, f, item->is_new);
}

static void add_missing(struct screening *s, enum incomplete_reason why, uint32_t rule,
                        const struct chart_item *item)
{
    if (s->in->scope == SCREEN_WHOLE_CHART || item->is_new) {
        screen_add_incomplete(s, why, screen_drug_text(s, item->drug),
                              knowledge_text(s->k, screen_rule(s, rule)->id));
    }
}

/* The first rule of the cell that holds, KNOWLEDGE_NO_RULE when none does. */
static uint32_t winning_rule(const struct screening *s, const struct stored_cell *cell,
                             const struct chart_item *item)
{
    const uint32_t *references = knowledge_cell_rules(s->k, cell);
    struct screen_missing why = {INCOMPLETE_DOSE, item};
    for (int i = 0; i < cell->count; i++) {
        uint32_t rule = references[i] >> 1;
        if (screen_rule_holds(s, screen_rule(s, rule), item, NULL, &why) == TRUTH_TRUE) {
            return rule;
        }
    }
    return KNOWLEDGE_NO_RULE;
}

/* A rule about a narrower condition that the patient has too speaks instead of this one. */
static bool is_overruled(const struct screening *s, const struct chart_item *item, const struct cell_row *row,
                         uint16_t subject)
{
    const struct stored_condition *all = KNOWLEDGE_RECORDS(s->k, CONDITIONS,
                                                           struct stored_condition);
    for (uint16_t w = 0; w < KNOWLEDGE_CONDITION_WORDS; w++) {
        for (uint64_t left = row->bits[w] & s->condition_bits[w]; left; left &= left - 1) {
            uint16_t other = (uint16_t)(w * 64 + __builtin_ctzll(left));
            if (other != subject && knowledge_bit(all[other].implies, subject) &&
                !knowledge_bit(all[subject].implies, other) &&
                winning_rule(s, knowledge_cell_at(row, other), item) != KNOWLEDGE_NO_RULE) {
                return true;
            }
        }
    }
    return false;
}

static void screen_subject(struct screening *s, const struct cell_row *row, const struct stored_cell *cell,
                           const struct chart_item *item)
{
    enum incomplete_reason subject_why = INCOMPLETE_CONDITIONS_MISSING;
    const uint32_t *references = knowledge_cell_rules(s->k, cell);
    enum subject_state state = subject_state(s, cell, &subject_why);
    if (state == SUBJECT_ABSENT || is_overruled(s, item, row, cell->other)) {
        return;
    }
    for (int i = 0; i < cell->count; i++) {
        uint32_t rule = references[i] >> 1;
        const struct stored_rule *r = screen_rule(s, rule);
        struct screen_missing why = {subject_why, item};
        enum truth truth = screen_rule_holds(s, r, item, NULL, &why);
        if (truth == TRUTH_TRUE && state == SUBJECT_PRESENT) {
            add_condition(s, cell->other, rule, item);
            return;
        }
        /* a value that nobody has only matters where the rule would stop somebody */
        bool matters = r->severity == INTERACTION_TYPE_CONTRAINDICATED ||
                       r->severity == INTERACTION_TYPE_MAJOR;
        if (truth == TRUTH_TRUE && matters) {
            add_missing(s, subject_why, rule, item);
            return;
        }
        if (truth == TRUTH_UNKNOWN && (state == SUBJECT_PRESENT || matters) &&
            r->severity != INTERACTION_TYPE_NONE) {
            add_missing(s, why.reason, rule, item);
        }
    }
}

/* Nobody was asked about anything that these rules look at: then none of them can hold, and none can lack its value. */
static bool is_nothing_assessed(const struct screening *s)
{
    const struct screen_input *in = s->in;
    bool is_nothing = s->egfr.presence == SCREEN_NOT_ASSESSED && in->age_presence == SCREEN_NOT_ASSESSED &&
                      in->pregnancy_presence == SCREEN_NOT_ASSESSED && in->lactation_presence == SCREEN_NOT_ASSESSED;
    for (int w = 0; w < KNOWLEDGE_CONDITION_WORDS && is_nothing; w++) {
        is_nothing = s->condition_bits[w] == 0;
    }
    return is_nothing;
}

void screen_conditions(struct screening *s)
{
    if (s->in->pregnancy_presence == SCREEN_PRESENT && s->in->is_pregnant) {
        bits_set(s->condition_bits, state_id(s, STORED_STATE_PREGNANCY));
    }
    /* most cells speak of what the patient does not have: they are never looked at. The computed states always are. */
    uint64_t asked[KNOWLEDGE_CONDITION_WORDS];
    memcpy(asked, s->condition_bits, sizeof asked);
    for (int state = 0; state < KNOWLEDGE_STATES; state++) {
        bits_set(asked, state_id(s, (enum stored_state)state));
    }
    int item_count = is_nothing_assessed(s) ? 0 : s->item_count;
    for (int i = 0; i < item_count; i++) {
        const struct chart_item *item = &s->items[i];
        struct cell_row row = knowledge_subject_row(s->k, item->ingredient);
        for (uint16_t w = 0; w < KNOWLEDGE_CONDITION_WORDS && !item->is_stopped; w++) {
            for (uint64_t left = row.bits[w] & asked[w]; left; left &= left - 1) {
                uint16_t subject = (uint16_t)(w * 64 + __builtin_ctzll(left));
                screen_subject(s, &row, knowledge_cell_at(&row, subject), item);
            }
        }
    }
}

/* ---- food ---- */

/* The rule of the food that holds for the item, or KNOWLEDGE_NO_RULE. */
static uint32_t food_rule(struct screening *s, uint16_t food, const struct chart_item *item)
{
    const uint32_t *rows = KNOWLEDGE_RECORDS(s->k, FOOD_ROWS, uint32_t);
    const struct stored_cell *cells = KNOWLEDGE_RECORDS(s->k, FOOD_CELLS, struct stored_cell);
    const struct stored_cell *cell = knowledge_find_cell(rows, cells, item->ingredient, food);
    const uint32_t *references = cell ? knowledge_cell_rules(s->k, cell) : NULL;
    for (int i = 0; cell && i < cell->count; i++) {
        uint32_t rule = references[i] >> 1;
        const struct stored_rule *r = screen_rule(s, rule);
        struct screen_missing why = {INCOMPLETE_DOSE, item};
        enum truth truth = screen_rule_holds(s, r, item, NULL, &why);
        if (truth == TRUTH_TRUE) {
            return rule;
        }
        if (truth == TRUTH_UNKNOWN && r->severity != INTERACTION_TYPE_NONE) {
            add_missing(s, why.reason, rule, item);
        }
    }
    return KNOWLEDGE_NO_RULE;
}

static void screen_food(struct screening *s, int food)
{
    const struct screen_food *eaten = &s->in->foods[food];
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        uint32_t rule = item->is_stopped ? KNOWLEDGE_NO_RULE : food_rule(s, eaten->food, item);
        if (rule != KNOWLEDGE_NO_RULE) {
            struct screen_finding *f = screen_begin(s, FINDING_FOOD, rule, item, NULL);
            f->food = food < SCREEN_NO_INDEX ? (uint8_t)food : SCREEN_NO_INDEX;
            f->with = eaten->text ? eaten->text : knowledge_food_title(s->k, eaten->food);
            screen_keep(s, f, item->is_new);
        }
    }
}

/* Whether an interaction that is as bad stands between the two already. */
static bool is_told(const struct screening *s, const struct chart_item *a, const struct chart_item *b, uint32_t rule)
{
    uint8_t severity = screen_rule(s, rule)->severity;
    for (int i = 0; i < s->out->finding_count; i++) {
        const struct screen_finding *f = &s->out->findings[i];
        if (f->kind == FINDING_INTERACTION && (uint8_t)f->severity <= severity &&
            ((f->ingredients[0] == a->ingredient && f->ingredients[1] == b->ingredient) ||
             (f->ingredients[0] == b->ingredient && f->ingredients[1] == a->ingredient))) {
            return true;
        }
    }
    return false;
}

/* A drug that is the food itself, as ethanol is alcohol: the rules of the food hold between it and the others. */
static void screen_drug_as_food(struct screening *s, uint16_t food, const struct chart_item *drug)
{
    for (int i = 0; i < s->item_count; i++) {
        const struct chart_item *item = &s->items[i];
        if (item->is_stopped || item->ingredient == drug->ingredient || item->drug == drug->drug) {
            continue;
        }
        uint32_t rule = food_rule(s, food, item);
        if (rule != KNOWLEDGE_NO_RULE && !is_told(s, drug, item, rule)) {
            bool is_first = drug->rank < item->rank;
            screen_keep(s, screen_begin(s, FINDING_INTERACTION, rule, is_first ? drug : item, is_first ? item : drug),
                        screen_involves_new(drug, item));
        }
    }
}

static bool is_eaten(const struct screening *s, uint16_t food)
{
    for (int f = 0; f < s->in->food_count; f++) {
        if (s->in->foods[f].food == food) {
            return true;
        }
    }
    return false;
}

void screen_foods(struct screening *s)
{
    for (int f = 0; f < s->in->food_count; f++) {
        if (s->in->foods[f].food == KNOWLEDGE_NO_ID) {
            screen_add_incomplete(s, INCOMPLETE_FOOD_UNKNOWN, s->in->foods[f].text ? s->in->foods[f].text : "", "");
        } else {
            screen_food(s, f);
        }
    }
    const struct stored_food *foods = KNOWLEDGE_RECORDS(s->k, FOODS, struct stored_food);
    for (uint16_t food = 0; food < (uint16_t)knowledge_food_count(s->k); food++) {
        for (int i = 0; foods[food].drug != KNOWLEDGE_NO_ID && i < s->item_count; i++) {
            const struct chart_item *item = &s->items[i];
            if (item->ingredient == foods[food].drug && !item->is_stopped && item->route == ROUTE_ORAL &&
                !is_eaten(s, food)) {
                screen_drug_as_food(s, food, item);
            }
        }
    }
}
