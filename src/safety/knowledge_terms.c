/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/knowledge_terms.h"

#include <string.h>

#include "model/unit.h"
#include "safety/knowledge_format.h"

const char *knowledge_class_key(const struct knowledge *k, uint16_t class_id)
{
    return knowledge_text(k, KNOWLEDGE_RECORDS(k, CLASSES, struct stored_class)[class_id].key);
}

static void begin(struct buffer *out, size_t start)
{
    buffer_append_text(out, out->len > start ? ", " : "");
}

static void put_amount(struct buffer *out, const char *name, int64_t mantissa, uint8_t scale, uint8_t unit)
{
    char number[DECIMAL_TEXT_MAX];
    const char *word = unit != UNIT_NONE ? unit_word((enum unit)unit) : NULL;
    buffer_append_format(out, "%s %s%s%s", name, decimal_format((struct decimal){mantissa, scale}, number), word != NULL ? " " : "",
                         word != NULL ? word : "");
}

static void put_words(struct buffer *out, enum enum_kind list, uint32_t mask)
{
    bool is_first = true;
    for (int i = 1; i <= enum_list(list)->count && i < 32; i++) {
        if (mask & UINT32_C(1) << i) {
            buffer_append_format(out, "%s%s", is_first ? "" : "/", enum_word(list, i));
            is_first = false;
        }
    }
}

static void put_selector(const struct knowledge *k, struct buffer *out, uint32_t ref)
{
    uint16_t id = (uint16_t)(ref & 0xffffu);
    bool is_class = (ref & STORED_SELECTOR_CLASS) != 0;
    buffer_append_format(out, "%s%s", is_class ? "class:" : "", is_class ? knowledge_class_key(k, id) : knowledge_key(k, id));
}

static void put_test(const struct knowledge *k, const struct stored_test *t, bool has_sides, struct buffer *out)
{
    static const char *const names[STORED_TEST_KIND_COUNT] = {
        [STORED_TEST_ROUTE] = "route",     [STORED_TEST_DOSE] = "dose",           [STORED_TEST_AGE] = "age",
        [STORED_TEST_EGFR] = "egfr",       [STORED_TEST_WEIGHT] = "weight",       [STORED_TEST_SEX] = "sex",
        [STORED_TEST_WITHOUT] = "without", [STORED_TEST_WITH] = "with",           [STORED_TEST_CONDITION] = "condition",
        [STORED_TEST_TRIMESTER] = "trimester", [STORED_TEST_ONCE] = "once",
    };
    static const char *const compares[] = {" <", " <=", " >", " >="};
    bool is_one_drug = t->kind == STORED_TEST_ROUTE || t->kind == STORED_TEST_DOSE || t->kind == STORED_TEST_ONCE;
    buffer_append_format(out, "%s%s%s", has_sides && is_one_drug ? (t->side ? "b." : "a.") : "", t->is_absent ? "no " : "",
                         names[t->kind]);
    switch ((enum stored_test_kind)t->kind) {
    case STORED_TEST_ROUTE:
        buffer_append_text(out, t->is_said ? " as ordered " : " ");
        put_words(out, ENUM_ROUTE, t->ref);
        break;
    case STORED_TEST_SEX:
        buffer_append_format(out, " %s", enum_word(ENUM_GENDER, (int)t->ref));
        break;
    case STORED_TEST_WITHOUT:
    case STORED_TEST_WITH:
        buffer_append_text(out, " ");
        put_selector(k, out, t->ref);
        break;
    case STORED_TEST_CONDITION:
        buffer_append_format(out, " %s", knowledge_condition_key(k, (uint16_t)t->ref));
        break;
    case STORED_TEST_TRIMESTER:
        buffer_append_format(out, " %u", (unsigned)t->ref);
        break;
    case STORED_TEST_DOSE:
    case STORED_TEST_AGE:
    case STORED_TEST_EGFR:
    case STORED_TEST_WEIGHT:
        put_amount(out, compares[t->compare & 3u], t->mantissa, t->scale, t->unit);
        break;
    case STORED_TEST_ONCE:
    case STORED_TEST_KIND_COUNT:
        break;
    }
}

static void put_limits(const struct knowledge *k, uint32_t rule, size_t start, struct buffer *out)
{
    uint32_t count = 0;
    const struct stored_dose *doses = knowledge_section(k, KNOWLEDGE_DOSES, &count);
    for (uint32_t i = 0; i < count; i++) {
        const struct stored_dose *d = &doses[i];
        const struct {
            const char *name;
            const struct stored_amount *amount;
            uint8_t unit;
        } limits[] = {{"max_single", &d->max_single, d->unit},       {"max_daily", &d->max_daily, d->unit},
                      {"usual_low", &d->usual_low, d->unit},         {"min_interval_h", &d->min_interval_h, UNIT_NONE},
                      {"per_kg_day", &d->per_kg_day, d->unit},       {"per_kg_single", &d->per_kg_single, d->unit},
                      {"per_kg_max_day", &d->per_kg_max_day, d->unit}, {"age_floor_y", &d->age_floor_y, UNIT_NONE}};
        for (size_t n = 0; d->rule == rule && n < sizeof limits / sizeof *limits; n++) {
            if (limits[n].amount->is_given) {
                begin(out, start);
                put_amount(out, limits[n].name, limits[n].amount->mantissa, limits[n].amount->scale, limits[n].unit);
            }
        }
    }
}

static void put_allowed(const struct knowledge *k, uint32_t rule, size_t start, struct buffer *out)
{
    uint32_t count = 0;
    const struct stored_duplicate *duplicates = knowledge_section(k, KNOWLEDGE_DUPLICATES, &count);
    for (uint32_t i = 0; i < count; i++) {
        if (duplicates[i].rule == rule) {
            begin(out, start);
            buffer_append_format(out, "allowed %u, route ", duplicates[i].allowed);
            put_words(out, ENUM_ROUTE, duplicates[i].routes);
        }
    }
}

void knowledge_rule_terms(const struct knowledge *k, uint32_t rule, struct buffer *out)
{
    const struct stored_rule *r = &KNOWLEDGE_RECORDS(k, RULES, struct stored_rule)[rule];
    const char *id = knowledge_text(k, r->id), *onset = knowledge_text(k, r->onset);
    const char *evidence = enum_word(ENUM_EVIDENCE_LEVEL, r->evidence);
    size_t start = out->len;
    if (evidence != NULL) {
        buffer_append_format(out, "evidence %s", evidence);
    }
    if (onset[0] != '\0') {
        begin(out, start);
        buffer_append_format(out, "onset %s", onset);
    }
    if (r->separate_hours > 0) {
        begin(out, start);
        buffer_append_format(out, "%u hours apart", r->separate_hours);
    }
    for (uint32_t i = r->first_test; i < r->first_test + r->test_count; i++) {
        begin(out, start);
        put_test(k, &KNOWLEDGE_RECORDS(k, TESTS, struct stored_test)[i], r->has_sides, out);
    }
    if (strncmp(id, "dose.", 5) == 0) {
        put_limits(k, rule, start, out);
    }
    if (strncmp(id, "dup.", 4) == 0) {
        put_allowed(k, rule, start, out);
    }
}
