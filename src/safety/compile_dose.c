/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dose limits, duplicate therapy and washouts. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

static bool amount_parse(struct compile *c, const struct table *t, const struct table_row *row,
                         const char *column, struct stored_amount *out)
{
    const char *text = table_cell(t, row, column);
    struct decimal value;
    *out = (struct stored_amount){0};
    if (!text[0]) {
        return true;
    }
    if (decimal_parse(text, &value, NULL) != STATUS_OK || value.mantissa < 0) {
        report_error(c->report, t, row, column, _("\"%s\" is not an amount like 12.5"), text);
        return false;
    }
    *out = (struct stored_amount){.mantissa = value.mantissa, .scale = value.scale, .is_given = 1};
    return true;
}

static bool population_parse(struct compile *c, const struct table *t, const struct table_row *row,
                             uint8_t *out)
{
    static const char *const words[STORED_POPULATION_COUNT] = {
        [STORED_POPULATION_ANY] = "any",     [STORED_POPULATION_ADULT] = "adult",
        [STORED_POPULATION_CHILD] = "child", [STORED_POPULATION_GERIATRIC] = "geriatric",
        [STORED_POPULATION_RENAL] = "renal", [STORED_POPULATION_INFANT] = "infant"};
    const char *word = table_cell(t, row, "population");
    for (int i = 0; i < STORED_POPULATION_COUNT; i++) {
        if (strcmp(words[i], word) == 0) {
            *out = (uint8_t)i;
            return true;
        }
    }
    report_error(c->report, t, row, "population",
                 _("\"%s\" is not adult, child, infant, geriatric, renal or any"), word);
    return false;
}

static bool dose_parse(struct compile *c, const struct table *t, const struct table_row *row,
                       struct stored_dose *out, int *out_ingredient)
{
    struct stored_dose d = {0};
    bool is_right = true;
    *out_ingredient = entities_find(&c->ingredients, table_cell(t, row, "ingredient"));
    if (*out_ingredient < 0) {
        report_error(c->report, t, row, "ingredient", _("there is no ingredient \"%s\""),
                     table_cell(t, row, "ingredient"));
        is_right = false;
    }
    is_right = routes_parse(c, t, row, "route", table_cell(t, row, "route"), &d.routes) && is_right;
    if (d.routes == 0) {
        d.routes = ROUTES_ALL;
    }
    is_right = population_parse(c, t, row, &d.population) && is_right;
    const struct {
        const char *column;
        struct stored_amount *out;
    } amounts[] = {{"max_single", &d.max_single},         {"max_daily", &d.max_daily},
                   {"usual_low", &d.usual_low},           {"min_interval_h", &d.min_interval_h},
                   {"per_kg_day", &d.per_kg_day},         {"per_kg_single", &d.per_kg_single},
                   {"per_kg_max_day", &d.per_kg_max_day}, {"age_floor_y", &d.age_floor_y}};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        is_right = amount_parse(c, t, row, amounts[i].column, amounts[i].out) && is_right;
    }
    const char *unit = table_cell(t, row, "unit");
    d.unit = (uint8_t)unit_parse(unit, NULL);
    bool needs_unit = d.max_single.is_given || d.max_daily.is_given || d.usual_low.is_given ||
                      d.per_kg_day.is_given || d.per_kg_single.is_given ||
                      d.per_kg_max_day.is_given;
    if (d.unit == UNIT_NONE && (unit[0] || needs_unit)) {
        report_error(c->report, t, row, "unit", _("\"%s\" is not a known unit"), unit);
        is_right = false;
    }
    *out = d;
    return is_right;
}

struct placed_dose {
    struct stored_dose dose;
    int ingredient;
};

static int compare_doses(const void *a, const void *b)
{
    const struct placed_dose *left = a;
    const struct placed_dose *right = b;
    if (left->ingredient != right->ingredient) {
        return left->ingredient < right->ingredient ? -1 : 1;
    }
    return left->dose.rule < right->dose.rule ? -1 : left->dose.rule > right->dose.rule;
}

void compile_doses(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_DOSES];
    struct placed_dose *list = mem_alloc_array(t->len + 1, sizeof *list);
    size_t count = 0;
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        struct stored_rule rule;
        struct placed_dose *d = &list[count];
        bool is_right = rule_parse(c, t, row, &rule);
        is_right = dose_parse(c, t, row, &d->dose, &d->ingredient) && is_right;
        if (rule.has_sides) {
            report_error(c->report, t, row, "conditions",
                         _("a rule with one drug has no a. or b.; leave it out"));
            is_right = false;
        }
        if (is_right) {
            rule.a = pool_add(&c->pool, table_cell(t, row, "ingredient"));
            d->dose.rule = rule_add(c, t, row, &rule);
            count++;
        }
    }
    if (count > 1) {
        qsort(list, count, sizeof *list, compare_doses);
    }
    uint32_t written = 0;
    for (uint32_t i = 0; i <= c->ingredients.len; i++) {
        SECTION_APPEND(c, DOSE_ROWS, written);
        while (written < count && list[written].ingredient == (int)i) {
            SECTION_APPEND(c, DOSES, list[written].dose);
            written++;
        }
    }
    mem_free(list);
}

/* For each ingredient the duplicates in whose class it is. */
static void index_duplicates(struct compile *c)
{
    const struct stored_duplicate *all = SECTION_RECORDS(c, DUPLICATES, struct stored_duplicate);
    uint32_t count = SECTION_COUNT(c, DUPLICATES, struct stored_duplicate);
    for (uint32_t i = 0; i < c->ingredients.len; i++) {
        uint64_t bits[KNOWLEDGE_DUPLICATE_WORDS_MAX] = {0};
        for (uint32_t d = 0; d < count; d++) {
            const uint64_t *members = c->class_bits + (size_t)all[d].class_id * c->bit_words;
            if (knowledge_bit(members, i)) {
                bits_set(bits, d);
            }
        }
        buffer_append(&c->sections[KNOWLEDGE_DUPLICATE_BITS], bits,
                      (count + 63) / 64 * sizeof *bits);
    }
}

/* Classes for one use, and the class that is offered in place of their members: itself where none is named, nothing where
 * the word is "none" (what a class of duplicates holds is not always a stand-in for its mates). */
static void add_indications(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_INDICATIONS];
    for (size_t i = 0; i < t->len; i++) {
        const char *key = table_cell(t, &t->items[i], "class");
        const char *offers_key = table_cell(t, &t->items[i], "offers");
        int class_id = entities_find(&c->classes, key);
        bool offers_nothing = strcmp(offers_key, "none") == 0;
        int offers = offers_key[0] && !offers_nothing ? entities_find(&c->classes, offers_key) : class_id;
        if (class_id < 0 || offers < 0) {
            report_error(c->report, t, &t->items[i], class_id < 0 ? "class" : "offers", _("there is no class \"%s\""),
                         class_id < 0 ? key : offers_key);
            continue;
        }
        c->class_is_used[class_id] = true;
        c->class_is_used[offers] = true;
        SECTION_RECORDS(c, CLASSES, struct stored_class)[class_id].offers =
            offers_nothing ? STORED_OFFERS_NOTHING : (uint16_t)(offers + 1);
    }
}

void compile_duplicates(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_DUPLICATES];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *key = table_cell(t, row, "class");
        const char *compartment = table_cell(t, row, "compartment");
        const char *allowed = table_cell(t, row, "allowed");
        int class_id = entities_find(&c->classes, key);
        struct stored_rule rule;
        struct stored_duplicate d = {0};
        bool is_right = rule_parse(c, t, row, &rule);
        if (class_id < 0) {
            report_error(c->report, t, row, "class", _("there is no class \"%s\""), key);
            continue;
        }
        if (allowed[0] < '0' || allowed[0] > '9' || allowed[1]) {
            report_error(c->report, t, row, "allowed", _("\"%s\" is not a digit"), allowed);
            is_right = false;
        }
        is_right = routes_parse(c, t, row, "compartment", compartment, &d.routes) && is_right;
        if (SECTION_COUNT(c, DUPLICATES, struct stored_duplicate) ==
            KNOWLEDGE_DUPLICATE_WORDS_MAX * 64) {
            report_error(c->report, t, row, "class", _("is one therapy class too many"));
            is_right = false;
        }
        if (!is_right) {
            continue;
        }
        char *id = mem_format("dup.%s.%s", key, compartment[0] ? compartment : "any");
        rule.id = pool_add(&c->pool, id);
        mem_free(id);
        rule.a = pool_add(&c->pool, key);
        c->class_is_used[class_id] = true;
        d.routes = d.routes ? d.routes : ROUTES_ALL;
        d.class_id = (uint16_t)class_id;
        d.allowed = (uint16_t)(allowed[0] - '0');
        d.rule = rule_add(c, t, row, &rule);
        SECTION_APPEND(c, DUPLICATES, d);
        SECTION_RECORDS(c, CLASSES, struct stored_class)[class_id].is_therapeutic = 1;
    }
    index_duplicates(c);
    add_indications(c);
}

static bool whole_number(const char *text, unsigned long max, uint16_t *out)
{
    char *end = NULL;
    unsigned long value = strtoul(text, &end, 10);
    *out = (uint16_t)value;
    return text[0] >= '0' && text[0] <= '9' && !*end && value <= max;
}

void compile_kidney_stages(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_KIDNEY_STAGES];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *key = table_cell(t, row, "condition");
        int condition = entities_find(&c->conditions, key);
        uint16_t from = 0;
        uint16_t below = 0;
        if (condition < 0) {
            report_error(c->report, t, row, "condition", _("there is no condition \"%s\""), key);
        } else if (!whole_number(table_cell(t, row, "egfr_from"), 300, &from) ||
                   !whole_number(table_cell(t, row, "egfr_below"), 300, &below) || from >= below) {
            report_error(c->report, t, row, "egfr_below", _("from and below are whole numbers, the "
                                                            "second the larger"));
        } else {
            struct stored_condition *s = &SECTION_RECORDS(c, CONDITIONS,
                                                          struct stored_condition)[condition];
            s->egfr_from = from;
            s->egfr_below = below;
        }
    }
}

/* Names that stand for forms which are not dosed alike. */
void compile_forms(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_FORMS];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *key = table_cell(t, row, "ingredient");
        const char *salt = table_cell(t, row, "salt");
        const char *text = table_cell(t, row, "text");
        int ingredient = entities_find(&c->ingredients, key);
        if (ingredient < 0) {
            report_error(c->report, t, row, "ingredient", _("there is no ingredient \"%s\""), key);
        } else if ((strcmp(salt, "yes") != 0 && strcmp(salt, "no") != 0) || !text[0]) {
            report_error(c->report, t, row, "salt", _("write yes or no, and what the name is taken for"));
        } else {
            struct stored_substance *s = &SECTION_RECORDS(c, SUBSTANCES,
                                                          struct stored_substance)[ingredient];
            s->salt_says = salt[0] == 'y';
            s->assumed = pool_add(&c->pool, text);
        }
    }
}

void compile_washouts(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_WASHOUTS];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *key = table_cell(t, row, "ingredient");
        const char *days = table_cell(t, row, "days");
        int ingredient = entities_find(&c->ingredients, key);
        char *end = NULL;
        unsigned long value = strtoul(days, &end, 10);
        if (ingredient < 0) {
            report_error(c->report, t, row, "ingredient", _("there is no ingredient \"%s\""), key);
        } else if (days[0] < '1' || days[0] > '9' || *end || value > 3650) {
            report_error(c->report, t, row, "days", _("\"%s\" is not a number of days up to 3650"),
                         days);
        } else {
            struct stored_substance *s = &SECTION_RECORDS(c, SUBSTANCES,
                                                          struct stored_substance)[ingredient];
            s->washout_days = (uint16_t)value;
            s->washout_text = pool_add(&c->pool, table_cell(t, row, "text"));
        }
    }
}
