/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules between rows: what a single row cannot tell. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

static void lint_classes(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_CLASSES];
    for (size_t i = 0; i < c->classes.len; i++) {
        const struct compile_entity *e = &c->classes.items[i];
        if (!bits_any(c->class_bits + i * c->bit_words, c->bit_words)) {
            report_error(c->report, t, e->row, "key",
                         _("\"%s\" has no members; add some or take it out"), e->key);
        } else if (!c->class_is_used[i]) {
            report_note(c->report, t, e->row, "key", _("\"%s\" is used by no rule"), e->key);
        }
    }
}

static void lint_rules(struct compile *c)
{
    const struct stored_rule *rules = SECTION_RECORDS(c, RULES, struct stored_rule);
    for (size_t i = 0; i < c->origins.len; i++) {
        const struct compile_origin *o = &c->origins.items[i];
        enum table_kind kind = o->table->kind;
        if (kind != TABLE_INTERACTIONS && kind != TABLE_CONDITION_RULES && kind != TABLE_FOODS) {
            continue;
        }
        const char *id = pool_text(&c->pool, rules[i].id);
        if (!o->is_expanded) {
            report_error(c->report, o->table, o->row, "id",
                         _("\"%s\" concerns no pair of different drugs"), id);
        } else if (o->wins == 0 && rules[i].severity == INTERACTION_TYPE_NONE) {
            report_note(c->report, o->table, o->row, "id",
                        _("\"%s\" makes an exception to nothing"), id);
        } else if (o->wins == 0) {
            report_note(c->report, o->table, o->row, "id",
                        _("\"%s\" never applies: narrower or worse rules cover all its pairs"), id);
        }
    }
    for (size_t i = 0; i < c->shadows.len; i++) {
        const struct compile_shadow *s = &c->shadows.items[i];
        const struct compile_origin *o = &c->origins.items[s->winner];
        report_note(c->report, o->table, o->row, "severity",
                    _("\"%s\" (%s) hides the worse \"%s\" (%s) on at least one pair"),
                    pool_text(&c->pool, rules[s->winner].id),
                    enum_word(ENUM_INTERACTION_TYPE, rules[s->winner].severity),
                    pool_text(&c->pool, rules[s->loser].id),
                    enum_word(ENUM_INTERACTION_TYPE, rules[s->loser].severity));
    }
}

/* ---- one pair named twice ---- */

struct named_pair {
    char *key; /* both selectors in order, then the conditions */
    uint32_t rule;
};

static int compare_named(const void *a, const void *b)
{
    const struct named_pair *left = a;
    const struct named_pair *right = b;
    int order = strcmp(left->key, right->key);
    return order ? order : (left->rule < right->rule ? -1 : left->rule > right->rule);
}

static void lint_twice(struct compile *c)
{
    const struct stored_rule *rules = SECTION_RECORDS(c, RULES, struct stored_rule);
    struct named_pair *pairs = mem_alloc_array(c->origins.len + 1, sizeof *pairs);
    size_t count = 0;
    for (size_t i = 0; i < c->origins.len; i++) {
        const struct compile_origin *o = &c->origins.items[i];
        if (o->table->kind != TABLE_INTERACTIONS && o->table->kind != TABLE_CONDITION_RULES &&
            o->table->kind != TABLE_FOODS) {
            continue;
        }
        const char *a = pool_text(&c->pool, rules[i].a);
        const char *b = pool_text(&c->pool, rules[i].b);
        const char *conditions = table_cell(o->table, o->row, "conditions");
        bool is_swapped = o->table->kind == TABLE_INTERACTIONS && strcmp(a, b) > 0;
        pairs[count++] = (struct named_pair){mem_format("%d %s %s %s", (int)o->table->kind,
                                                        is_swapped ? b : a, is_swapped ? a : b,
                                                        conditions),
                                             (uint32_t)i};
    }
    if (count > 1) {
        qsort(pairs, count, sizeof *pairs, compare_named);
    }
    for (size_t i = 1; i < count; i++) {
        if (strcmp(pairs[i].key, pairs[i - 1].key) == 0) {
            const struct compile_origin *o = &c->origins.items[pairs[i].rule];
            report_error(
                c->report, o->table, o->row, "id",
                _("\"%s\" says the same two under the same conditions as \"%s\"; keep one"),
                pool_text(&c->pool, rules[pairs[i].rule].id),
                pool_text(&c->pool, rules[pairs[i - 1].rule].id));
        }
    }
    for (size_t i = 0; i < count; i++) {
        mem_free(pairs[i].key);
    }
    mem_free(pairs);
}

/* ---- doses ---- */

static bool is_below(const struct stored_amount *a, const struct stored_amount *b)
{
    return a->is_given && b->is_given &&
           decimal_compare((struct decimal){a->mantissa, a->scale},
                           (struct decimal){b->mantissa, b->scale}) < 0;
}

static void lint_doses(struct compile *c)
{
    const struct stored_dose *doses = SECTION_RECORDS(c, DOSES, struct stored_dose);
    uint32_t count = SECTION_COUNT(c, DOSES, struct stored_dose);
    for (uint32_t i = 0; i < count; i++) {
        const struct stored_dose *d = &doses[i];
        const struct compile_origin *o = &c->origins.items[d->rule];
        if (is_below(&d->max_single, &d->usual_low)) {
            report_error(c->report, o->table, o->row, "max_single", _("is below usual_low"));
        }
        if (is_below(&d->max_daily, &d->usual_low)) {
            report_error(c->report, o->table, o->row, "max_daily", _("is below usual_low"));
        }
        if (is_below(&d->max_daily, &d->max_single)) {
            report_error(c->report, o->table, o->row, "max_daily", _("is below max_single"));
        }
        if (is_below(&d->per_kg_day, &d->per_kg_single)) {
            report_error(c->report, o->table, o->row, "per_kg_day", _("is below per_kg_single"));
        }
    }
}

static void lint_groups(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_ALLERGY_GROUPS];
    for (size_t i = 0; i < c->groups.len; i++) {
        const struct table_row *row = c->groups.items[i].row;
        bool is_empty = !bits_any(c->group_bits + i * c->bit_words, c->bit_words);
        const struct table *relations = &c->tables[TABLE_ALLERGY_RELATIONS];
        for (size_t r = 0; r < relations->len && is_empty; r++) {
            is_empty = strcmp(table_cell(relations, &relations->items[r], "group"),
                              c->groups.items[i].key) != 0;
        }
        if (is_empty && strcmp(table_cell(t, row, "kind"), "drug") == 0) {
            report_error(
                c->report, t, row, "key",
                _("\"%s\" is a drug group without members or relations: nothing would be found"),
                c->groups.items[i].key);
        }
    }
}

enum status compile_lint(const struct compile_files *files, struct compile_report *report, struct error *err)
{
    struct compile c;
    enum status status = compile_load(&c, files, report, err);
    if (status == STATUS_OK) {
        lint_classes(&c);
        lint_rules(&c);
        lint_twice(&c);
        lint_doses(&c);
        lint_groups(&c);
        if (report->error_count > 0) {
            status = error_set(err, STATUS_INVALID, _("%d faults in the drug tables."),
                               report->error_count);
        }
    }
    compile_release(&c);
    return status;
}
