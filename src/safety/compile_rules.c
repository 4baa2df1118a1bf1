/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules between two selectors, expanded to ingredients. For every pair the rules are kept in the
 * order in which they win (specificity, then severity) up to and including the first that has no
 * condition: nothing behind it can apply. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

static uint32_t text_of(struct compile *c, const struct table *t, const struct table_row *row,
                        const char *column)
{
    int at = table_find_column(t->kind, column);
    return pool_add(&c->pool, at < 0 ? "" : row->cells[at]);
}

static bool has_column(const struct table *t, const char *column)
{
    return table_find_column(t->kind, column) >= 0;
}

static const char *effect_column(const struct table *t)
{
    return has_column(t, "effect") ? "effect" : has_column(t, "text") ? "text" : "note";
}

static bool check_onset(struct compile *c, const struct table *t, const struct table_row *row)
{
    static const char *const words[] = {"immediate", "rapid", "delayed", "unknown", ""};
    const char *onset = table_cell(t, row, "onset");
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(words[i], onset) == 0) {
            return true;
        }
    }
    report_error(c->report, t, row, "onset",
                 _("\"%s\" is not immediate, rapid, delayed or unknown"), onset);
    return false;
}

bool rule_parse(struct compile *c, const struct table *t, const struct table_row *row,
                struct stored_rule *out)
{
    bool is_right = true;
    *out = (struct stored_rule){
        .id = text_of(c, t, row, "id"),
        .effect = text_of(c, t, row, effect_column(t)),
        .mechanism = text_of(c, t, row, "mechanism"),
        .management = text_of(c, t, row, "management"),
        .source = text_of(c, t, row, "source"),
        .reviewed = text_of(c, t, row, "reviewed"),
        .onset = text_of(c, t, row, "onset"),
    };
    if (has_column(t, "id") && out->id == 0) {
        report_error(c->report, t, row, "id", _("is empty; a rule needs an id of its own"));
        is_right = false;
    }
    if (has_column(t, "severity") && table_cell(t, row, "severity")[0] == '\0' &&
        t->kind == TABLE_ALLERGY_RELATIONS) {
        out->severity = 0; /* by the relation */
    } else if (has_column(t, "severity")) {
        out->severity = (uint8_t)word_parse(c, t, row, "severity", ENUM_INTERACTION_TYPE);
        is_right = is_right && out->severity;
    }
    enum interaction_type ceiling = t->files[row->file].ceiling;
    if (ceiling != INTERACTION_TYPE_NONE_GIVEN && out->severity && out->severity < ceiling) {
        out->severity = (uint8_t)ceiling; /* nobody of the site raised it so far */
    }
    if (has_column(t, "evidence")) {
        out->evidence = (uint8_t)word_parse(c, t, row, "evidence", ENUM_EVIDENCE_LEVEL);
        is_right = is_right && out->evidence;
    } else {
        out->evidence = EVIDENCE_LEVEL_ESTABLISHED;
    }
    if (has_column(t, "onset")) {
        is_right = check_onset(c, t, row) && is_right;
    }
    if (has_column(t, "effect") && out->effect == 0 && out->severity != INTERACTION_TYPE_NONE) {
        report_error(c->report, t, row, "effect", _("is empty; say what happens"));
        is_right = false;
    }
    if (has_column(t, "conditions")) {
        is_right = tests_parse(c, t, row, table_cell(t, row, "conditions"), out) && is_right;
    }
    return is_right;
}

uint32_t rule_add(struct compile *c, const struct table *t, const struct table_row *row,
                  const struct stored_rule *rule)
{
    SECTION_APPEND(c, RULES, *rule);
    MEM_GROW(&c->origins);
    c->origins.items[c->origins.len++] = (struct compile_origin){.table = t, .row = row};
    return (uint32_t)c->origins.len - 1;
}

static int compare_ids(const void *a, const void *b, void *compile)
{
    const struct compile *c = compile;
    const struct stored_rule *rules = SECTION_RECORDS(c, RULES, struct stored_rule);
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    int order = strcmp(pool_text(&c->pool, rules[left].id), pool_text(&c->pool, rules[right].id));
    return order ? order : left < right ? -1 : left > right;
}

void rules_order(struct compile *c)
{
    size_t count = c->origins.len;
    uint32_t *order = mem_alloc_array(count + 1, sizeof *order);
    struct stored_rule *rules = SECTION_RECORDS(c, RULES, struct stored_rule);
    for (size_t i = 0; i < count; i++) {
        order[i] = (uint32_t)i;
    }
    if (count > 1) {
        qsort_r(order, count, sizeof *order, compare_ids, c);
    }
    for (size_t i = 0; i < count; i++) {
        rules[order[i]].rank = (uint32_t)i;
    }
    buffer_append(&c->sections[KNOWLEDGE_RULE_ORDER], order, count * sizeof *order);
    for (size_t i = 1; i < count; i++) {
        if (rules[order[i]].id == rules[order[i - 1]].id) {
            const struct compile_origin *first = &c->origins.items[order[i - 1]];
            const struct compile_origin *second = &c->origins.items[order[i]];
            report_error(c->report, second->table, second->row, "id",
                         _("\"%s\" is there already (%s:%u); ids are never used twice"),
                         pool_text(&c->pool, rules[order[i]].id),
                         first->table->files[first->row->file].name, first->row->line);
        }
    }
    mem_free(order);
}

/* ---- candidates ---- */

static int compare_candidates(const void *a, const void *b)
{
    const struct compile_candidate *left = a;
    const struct compile_candidate *right = b;
    if (left->key != right->key) {
        return left->key < right->key ? -1 : 1;
    }
    if (left->is_site != right->is_site) {
        return left->is_site ? 1 : -1; /* our own rules speak first */
    }
    if (left->specificity != right->specificity) {
        return left->specificity > right->specificity ? -1 : 1;
    }
    if (left->severity != right->severity) {
        return left->severity < right->severity ? -1 : 1;
    }
    return left->reference < right->reference ? -1 : left->reference > right->reference;
}

static void candidate_add(struct compile *c, struct compile_candidates *list, uint16_t row,
                          uint16_t other, uint32_t reference, int specificity,
                          const struct stored_rule *rule)
{
    const struct compile_origin *origin = &c->origins.items[reference >> 1];
    enum interaction_type ceiling = origin->table->files[origin->row->file].ceiling;
    MEM_GROW(list);
    list->items[list->len++] = (struct compile_candidate){
        .key = (uint32_t)row << 16 | other,
        .reference = reference,
        .specificity = (uint8_t)specificity,
        .severity = rule->severity,
        .is_unconditional = rule->test_count == 0,
        .is_plain = rule->test_count == rule->implied_count,
        .is_site = ceiling != INTERACTION_TYPE_NONE_GIVEN,
        .is_raised = ceiling != INTERACTION_TYPE_NONE_GIVEN && ceiling < INTERACTION_TYPE_MODERATE,
    };
}

/* A rule that the site raised and that is worse than all of ours for the pair speaks before them. The group is sorted
 * with ours in front, the worst of the site's first among equals. */
static void lift_raised(struct compile_candidate *first, size_t count)
{
    size_t ours = 0;
    size_t worst = count;
    while (ours < count && !first[ours].is_site) {
        ours++;
    }
    for (size_t i = ours; i < count; i++) {
        if (first[i].is_raised && (worst == count || first[i].severity < first[worst].severity)) {
            worst = i;
        }
    }
    for (size_t i = 0; i < ours && worst < count; i++) {
        worst = first[i].severity <= first[worst].severity ? count : worst;
    }
    if (worst < count && worst > 0) {
        struct compile_candidate moving = first[worst];
        memmove(first + 1, first, worst * sizeof *first);
        first[0] = moving;
    }
}

/* A milder rule with conditions between the same two selectors speaks before the one without:
 * "major, but moderate where the dose is known to be low". */
static void lift_exceptions(const struct compile *c, struct compile_candidate *first, size_t count)
{
    const struct stored_rule *rules = SECTION_RECORDS(c, RULES, struct stored_rule);
    size_t plain = 0;
    while (plain < count && !first[plain].is_plain) {
        plain++;
    }
    for (size_t i = plain + 1; i < count; i++) {
        struct compile_candidate milder = first[i];
        const struct stored_rule *rule = &rules[milder.reference >> 1];
        const struct stored_rule *other = &rules[first[plain].reference >> 1];
        bool is_narrower = !milder.is_plain && milder.is_site == first[plain].is_site;
        if (is_narrower && rule->a == other->a && rule->b == other->b) {
            memmove(&first[plain + 1], &first[plain], (i - plain) * sizeof *first);
            first[plain++] = milder;
        }
    }
}

/* How many of the candidates of one key stay. */
static size_t keep_count(const struct compile_candidate *first, size_t count)
{
    size_t kept = 0;
    while (kept < count && !first[kept].is_unconditional) {
        kept++;
    }
    kept += kept < count;
    while (kept > 0 && first[kept - 1].severity == INTERACTION_TYPE_NONE) {
        kept--; /* an exception with nothing behind it says nothing */
    }
    return kept;
}

static void write_cell(struct compile *c, const struct compile_candidate *first, size_t kept,
                       struct buffer *cells)
{
    struct stored_cell cell = {.other = (uint16_t)first->key, .count = (uint16_t)kept};
    cell.first = kept == 1 ? first->reference : SECTION_COUNT(c, LISTS, uint32_t);
    for (size_t i = 0; i < kept; i++) {
        c->origins.items[first[i].reference >> 1].wins++;
        if (kept > 1) {
            SECTION_APPEND(c, LISTS, first[i].reference);
        }
    }
    buffer_append(cells, &cell, sizeof cell);
}

/* Remembers, once for two rules, that an unconditional one hides a worse one. `none` is meant to.
 */
static void note_shadows(struct compile *c, const struct compile_candidate *first, size_t count)
{
    size_t last = 0;
    while (last < count && !first[last].is_unconditional) {
        last++;
    }
    for (size_t i = last + 1; i < count && first[last].severity != INTERACTION_TYPE_NONE; i++) {
        struct compile_shadow shadow = {first[last].reference >> 1, first[i].reference >> 1};
        bool is_known = first[i].severity >= first[last].severity;
        for (size_t j = c->shadows.len; j > 0 && !is_known; j--) {
            is_known = c->shadows.items[j - 1].winner == shadow.winner &&
                       c->shadows.items[j - 1].loser == shadow.loser;
        }
        if (!is_known) {
            MEM_GROW(&c->shadows);
            c->shadows.items[c->shadows.len++] = shadow;
        }
    }
}

static void candidates_write(struct compile *c, struct compile_candidates *list, uint32_t row_count,
                             struct buffer *rows, struct buffer *cells)
{
    if (list->len > 1) {
        qsort(list->items, list->len, sizeof *list->items, compare_candidates);
    }
    uint32_t row = 0;
    uint32_t written = 0;
    size_t at = 0;
    while (at < list->len) {
        size_t end = at + 1;
        while (end < list->len && list->items[end].key == list->items[at].key) {
            end++;
        }
        for (; row <= list->items[at].key >> 16; row++) {
            buffer_append(rows, &written, sizeof written);
        }
        lift_exceptions(c, &list->items[at], end - at);
        lift_raised(&list->items[at], end - at);
        size_t kept = keep_count(&list->items[at], end - at);
        note_shadows(c, &list->items[at], end - at);
        for (size_t i = at; i < end; i++) {
            struct compile_origin *origin = &c->origins.items[list->items[i].reference >> 1];
            origin->is_expanded = true;
            /* an exception does its work by being first, even where its cell then vanishes */
            origin->wins += list->items[i].severity == INTERACTION_TYPE_NONE && end - at > 1;
        }
        if (kept > 0) {
            write_cell(c, &list->items[at], kept, cells);
            written++;
        }
        at = end;
    }
    for (; row <= row_count; row++) {
        buffer_append(rows, &written, sizeof written);
    }
    mem_free(list->items);
}

/* ---- drug and drug ---- */

static void expand_pair(struct compile *c, struct compile_candidates *list,
                        const struct stored_rule *rule, uint32_t index, struct compile_selector a,
                        struct compile_selector b)
{
    uint64_t scratch_a[KNOWLEDGE_BIT_WORDS_MAX];
    uint64_t scratch_b[KNOWLEDGE_BIT_WORDS_MAX];
    const uint64_t *bits_a = selector_bits(c, a, scratch_a);
    const uint64_t *bits_b = selector_bits(c, b, scratch_b);
    int specificity = !a.is_class + !b.is_class;
    for (uint32_t x = 0; x < c->ingredients.len; x++) {
        if (!knowledge_bit(bits_a, x)) {
            continue;
        }
        for (uint32_t y = 0; y < c->ingredients.len; y++) {
            if (!knowledge_bit(bits_b, y) || x == y) {
                continue;
            }
            bool is_mirrored = knowledge_bit(bits_a, y) && knowledge_bit(bits_b, x);
            if (is_mirrored && !rule->has_sides && x > y) {
                continue; /* the other orientation says the same */
            }
            uint16_t low = (uint16_t)(x < y ? x : y);
            uint16_t high = (uint16_t)(x < y ? y : x);
            candidate_add(c, list, low, high, index << 1 | (x > y), specificity, rule);
        }
    }
}

/* What knowledge_cell_at() finds a cell by: `words` 64-bit words a row. */
static void index_rows(struct compile *c, const uint32_t *rows, const struct stored_cell *cells, uint32_t words,
                       struct buffer *bits_out, struct buffer *ranks_out)
{
    for (uint32_t row = 0; row < c->ingredients.len; row++) {
        uint64_t bits[KNOWLEDGE_BIT_WORDS_MAX] = {0};
        uint16_t before = 0;
        for (uint32_t i = rows[row]; i < rows[row + 1]; i++) {
            bits_set(bits, cells[i].other);
        }
        buffer_append(bits_out, bits, words * sizeof *bits);
        for (uint32_t w = 0; w < words; w++) {
            buffer_append(ranks_out, &before, sizeof before);
            before = (uint16_t)(before + knowledge_count_bits(bits[w]));
        }
    }
}

void compile_interactions(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_INTERACTIONS];
    struct compile_candidates list = {0};
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        struct stored_rule rule;
        struct compile_selector a;
        struct compile_selector b;
        bool is_right = rule_parse(c, t, row, &rule);
        is_right = selector_parse(c, t, row, "a", table_cell(t, row, "a"), &a) && is_right;
        is_right = selector_parse(c, t, row, "b", table_cell(t, row, "b"), &b) && is_right;
        if (!is_right) {
            continue;
        }
        rule.a = text_of(c, t, row, "a");
        rule.b = text_of(c, t, row, "b");
        imply_routes(c, &rule, a, 0);
        imply_routes(c, &rule, b, 1);
        bool is_same_class = a.is_class && b.is_class && a.id == b.id;
        rule.has_sides |= rule.implied_count > 0 && !is_same_class;
        expand_pair(c, &list, &rule, rule_add(c, t, row, &rule), a, b);
    }
    candidates_write(c, &list, (uint32_t)c->ingredients.len, &c->sections[KNOWLEDGE_PAIR_ROWS],
                     &c->sections[KNOWLEDGE_PAIR_CELLS]);
    index_rows(c, SECTION_RECORDS(c, PAIR_ROWS, uint32_t), SECTION_RECORDS(c, PAIR_CELLS, struct stored_cell), c->bit_words,
               &c->sections[KNOWLEDGE_PAIR_BITS], &c->sections[KNOWLEDGE_PAIR_RANKS]);
}

/* ---- drug and condition, drug and food ---- */

static void expand_subject(struct compile *c, struct compile_candidates *list,
                           const struct stored_rule *rule, uint32_t index,
                           struct compile_selector drug, uint16_t subject)
{
    uint64_t scratch[KNOWLEDGE_BIT_WORDS_MAX];
    const uint64_t *bits = selector_bits(c, drug, scratch);
    for (uint32_t x = 0; x < c->ingredients.len; x++) {
        if (knowledge_bit(bits, x)) {
            candidate_add(c, list, (uint16_t)x, subject, index << 1, !drug.is_class, rule);
        }
    }
}

static void subjects_of(struct compile *c, enum table_kind kind, const char *column,
                        struct buffer *rows, struct buffer *cells)
{
    const struct table *t = &c->tables[kind];
    struct compile_candidates list = {0};
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        struct stored_rule rule;
        struct compile_selector drug;
        const char *key = table_cell(t, row, column);
        int subject = kind == TABLE_FOODS ? entities_find(&c->foods, key) : condition_id(c, key);
        bool is_right = rule_parse(c, t, row, &rule);
        is_right = selector_parse(c, t, row, "drug", table_cell(t, row, "drug"), &drug) && is_right;
        if (subject < 0) {
            report_error(c->report, t, row, column,
                         kind == TABLE_FOODS
                             ? _("there is no food \"%s\" in food_names.tsv")
                             : _("there is no condition \"%s\" in condition_groups.tsv"),
                         key);
            continue;
        }
        if (rule.has_sides) {
            report_error(c->report, t, row, "conditions",
                         _("a rule with one drug has no a. or b.; leave it out"));
            continue;
        }
        if (is_right) {
            rule.a = text_of(c, t, row, "drug");
            rule.b = text_of(c, t, row, column);
            imply_routes(c, &rule, drug, 0);
            expand_subject(c, &list, &rule, rule_add(c, t, row, &rule), drug, (uint16_t)subject);
        }
    }
    candidates_write(c, &list, (uint32_t)c->ingredients.len, rows, cells);
}

static void note_rows(struct stored_substance *substances, const uint32_t *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i + 1] > rows[i]) {
            substances[i].is_spoken_of = true;
        }
    }
}

/* Asked of every drug of every chart. A pair stands once, in the row of its smaller id. */
static void note_spoken_of(struct compile *c)
{
    struct stored_substance *substances = SECTION_RECORDS(c, SUBSTANCES, struct stored_substance);
    const struct stored_cell *pairs = SECTION_RECORDS(c, PAIR_CELLS, struct stored_cell);
    const uint32_t *pair_rows = SECTION_RECORDS(c, PAIR_ROWS, uint32_t);
    size_t count = c->ingredients.len;
    note_rows(substances, SECTION_RECORDS(c, SUBJECT_ROWS, uint32_t), count);
    note_rows(substances, SECTION_RECORDS(c, FOOD_ROWS, uint32_t), count);
    note_rows(substances, pair_rows, count);
    for (uint32_t i = 0; i < pair_rows[count]; i++) {
        substances[pairs[i].other].is_spoken_of = true;
    }
}

void compile_subjects(struct compile *c)
{
    subjects_of(c, TABLE_CONDITION_RULES, "condition", &c->sections[KNOWLEDGE_SUBJECT_ROWS],
                &c->sections[KNOWLEDGE_SUBJECT_CELLS]);
    subjects_of(c, TABLE_FOODS, "food", &c->sections[KNOWLEDGE_FOOD_ROWS],
                &c->sections[KNOWLEDGE_FOOD_CELLS]);
    index_rows(c, SECTION_RECORDS(c, SUBJECT_ROWS, uint32_t), SECTION_RECORDS(c, SUBJECT_CELLS, struct stored_cell),
               KNOWLEDGE_CONDITION_WORDS, &c->sections[KNOWLEDGE_SUBJECT_BITS], &c->sections[KNOWLEDGE_SUBJECT_RANKS]);
    note_spoken_of(c);
}
