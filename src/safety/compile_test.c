/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The condition language of the tables (data/drugs/README.md, "Conditions"): every part becomes one
 * stored_test. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

struct test_place {
    struct compile *c;
    const struct table *table;
    const struct table_row *row;
    const char *column, *part; /* for messages */
};

static bool fail(const struct test_place *p, const char *what)
{
    report_error(p->c->report, p->table, p->row, p->column, "\"%s\": %s", p->part, what);
    return false;
}

/* Takes ">=", ">", "<=", "<" off the front. */
static bool take_compare(const char **text, uint8_t *out)
{
    static const struct {
        const char *sign;
        uint8_t compare;
    } signs[] = {{">=", STORED_GREATER_EQUAL},
                 {"<=", STORED_LESS_EQUAL},
                 {">", STORED_GREATER},
                 {"<", STORED_LESS}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t len = strlen(signs[i].sign);
        if (strncmp(*text, signs[i].sign, len) == 0) {
            *text += len;
            *out = signs[i].compare;
            return true;
        }
    }
    return false;
}

static bool take_number(const struct test_place *p, const char *text, size_t len,
                        struct stored_test *out)
{
    char number[DECIMAL_TEXT_MAX];
    struct decimal value;
    if (len == 0 || len >= sizeof number) {
        return fail(p, _("a number is missing"));
    }
    memcpy(number, text, len);
    number[len] = '\0';
    if (decimal_parse(number, &value, NULL) != STATUS_OK || value.mantissa < 0) {
        return fail(p, _("not a number"));
    }
    out->mantissa = value.mantissa;
    out->scale = value.scale;
    return true;
}

static bool parse_route(const struct test_place *p, const char *text, struct stored_test *out)
{
    bool is_not = strncmp(text, "!=", 2) == 0;
    if (!is_not && text[0] != '=') {
        return fail(p, _("write = or != and a route"));
    }
    uint32_t mask = 0;
    if (!routes_parse(p->c, p->table, p->row, p->column, text + (is_not ? 2 : 1), &mask)) {
        return false;
    }
    if (mask == 0) {
        return fail(p, _("a route is missing"));
    }
    out->kind = STORED_TEST_ROUTE;
    out->ref = is_not ? ROUTES_ALL & ~mask : mask;
    return true;
}

/* dose>20 mg/day */
static bool parse_dose(const struct test_place *p, const char *text, struct stored_test *out)
{
    out->kind = STORED_TEST_DOSE;
    if (!take_compare(&text, &out->compare)) {
        return fail(p, _("write dose> or dose< and an amount"));
    }
    size_t len = strcspn(text, " ");
    char unit[24];
    const char *per_day = strstr(text, "/day");
    if (!take_number(p, text, len, out)) {
        return false;
    }
    if (text[len] != ' ' || !per_day || per_day[4] || per_day <= text + len + 1 ||
        (size_t)(per_day - text - len) > sizeof unit) {
        return fail(p, _("write the amount as \"20 mg/day\""));
    }
    size_t unit_len = (size_t)(per_day - text) - len - 1;
    memcpy(unit, text + len + 1, unit_len);
    unit[unit_len] = '\0';
    out->unit = (uint8_t)unit_parse(unit, NULL);
    return out->unit != UNIT_NONE || fail(p, _("the unit is not known"));
}

static bool parse_number(const struct test_place *p, const char *text, enum stored_test_kind kind,
                         struct stored_test *out)
{
    out->kind = (uint8_t)kind;
    if (!take_compare(&text, &out->compare)) {
        return fail(p, _("write >, >=, < or <= and a number"));
    }
    return take_number(p, text, strlen(text), out);
}

static bool parse_selector(const struct test_place *p, const char *text, enum stored_test_kind kind,
                           struct stored_test *out)
{
    struct compile_selector s;
    out->kind = (uint8_t)kind;
    if (!selector_parse(p->c, p->table, p->row, "conditions", text, &s)) {
        return false;
    }
    out->ref = s.is_class ? STORED_SELECTOR_CLASS | s.id : s.id;
    out->mantissa = s.is_class ? p->c->class_routes[s.id] : 0;
    return true;
}

static bool parse_word(const struct test_place *p, const char *text, struct stored_test *out)
{
    bool is_absent = strncmp(text, "condition!=", 11) == 0;
    if (is_absent || strncmp(text, "condition=", 10) == 0) {
        int id = entities_find(&p->c->conditions, text + (is_absent ? 11 : 10));
        out->kind = STORED_TEST_CONDITION;
        out->is_absent = is_absent;
        out->ref = (uint32_t)id;
        return id >= 0 || fail(p, _("there is no such condition in condition_groups.tsv"));
    }
    if (strcmp(text, "sex=f") == 0 || strcmp(text, "sex=m") == 0) {
        out->kind = STORED_TEST_SEX;
        out->ref = text[4] == 'f' ? GENDER_FEMALE : GENDER_MALE;
        return true;
    }
    if (strncmp(text, "trimester=", 10) == 0 && text[10] >= '1' && text[10] <= '3' && !text[11]) {
        out->kind = STORED_TEST_TRIMESTER;
        out->ref = (uint32_t)(text[10] - '0');
        return true;
    }
    return fail(p, _("not in the language of conditions; see the README"));
}

static bool parse_separate(const struct test_place *p, const char *text, struct stored_rule *rule)
{
    unsigned hours = 0;
    for (const char *q = text; *q; q++) {
        if (*q < '0' || *q > '9' || hours > 20) {
            return fail(p, _("write separate= and hours from 1 to 99"));
        }
        hours = hours * 10 + (unsigned)(*q - '0');
    }
    rule->separate_hours = (uint8_t)hours;
    return hours > 0 || fail(p, _("write separate= and hours from 1 to 99"));
}

static bool parse_part(const struct test_place *p, struct stored_rule *rule)
{
    static const struct {
        const char *name;
        enum stored_test_kind kind;
    } numbers[] = {
        {"age", STORED_TEST_AGE}, {"egfr", STORED_TEST_EGFR}, {"weight", STORED_TEST_WEIGHT}};
    struct stored_test test = {0};
    const char *text = p->part;
    if (strncmp(text, "separate=", 9) == 0) {
        return parse_separate(p, text + 9, rule);
    }
    bool has_side = (text[0] == 'a' || text[0] == 'b') && text[1] == '.';
    if (has_side) {
        test.side = text[0] == 'b';
        rule->has_sides = 1;
        text += 2;
    }
    bool is_right = false;
    bool is_said = strncmp(text, "said_route", 10) == 0;
    if (is_said || strncmp(text, "route", 5) == 0) {
        text += is_said ? 5 : 0;
        test.is_said = is_said;
        is_right = parse_route(p, text + 5, &test);
    } else if (strcmp(text, "dose=once") == 0 || strcmp(text, "dose!=once") == 0) {
        test.kind = STORED_TEST_ONCE;
        test.is_absent = text[4] == '!';
        is_right = true;
    } else if (strncmp(text, "dose", 4) == 0) {
        is_right = parse_dose(p, text + 4, &test);
    } else if (has_side) {
        is_right = fail(p, _("only route and dose belong to one side"));
    } else if (strncmp(text, "without=", 8) == 0) {
        is_right = parse_selector(p, text + 8, STORED_TEST_WITHOUT, &test);
    } else if (strncmp(text, "with=", 5) == 0) {
        is_right = parse_selector(p, text + 5, STORED_TEST_WITH, &test);
    } else {
        size_t i = 0;
        while (i < 3 && strncmp(text, numbers[i].name, strlen(numbers[i].name)) != 0) {
            i++;
        }
        is_right = i < 3 ? parse_number(p, text + strlen(numbers[i].name), numbers[i].kind, &test)
                         : parse_word(p, text, &test);
    }
    if (is_right) {
        SECTION_APPEND(p->c, TESTS, test);
        rule->test_count++;
    }
    return is_right;
}

bool tests_parse(struct compile *c, const struct table *t, const struct table_row *row,
                 const char *text, struct stored_rule *rule)
{
    char part[COMPILE_CELL_PART_MAX];
    bool is_right = true;
    rule->first_test = SECTION_COUNT(c, TESTS, struct stored_test);
    for (const char *p = text; table_next_part(&p, part, sizeof part, NULL);) {
        struct test_place place = {c, t, row, "conditions", part};
        is_right = parse_part(&place, rule) && is_right;
    }
    return is_right;
}

/* ---- the routes of a class ---- */

void compile_class_routes(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_CLASS_ROUTES];
    c->class_routes = mem_alloc_array(c->classes.len + 1, sizeof *c->class_routes);
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *key = table_cell(t, row, "class");
        const char *routes = table_cell(t, row, "routes");
        int class_id = entities_find(&c->classes, key);
        struct test_place place = {c, t, row, "routes", routes};
        struct stored_test test = {0};
        if (class_id < 0) {
            report_error(c->report, t, row, "class", _("there is no class \"%s\""), key);
        } else if (c->class_routes[class_id] != 0) {
            report_error(c->report, t, row, "class", _("\"%s\" has its routes already"), key);
        } else if (parse_route(&place, routes, &test)) {
            c->class_routes[class_id] = test.ref;
        }
    }
}

static bool names_route(const struct compile *c, const struct stored_rule *rule, uint8_t side)
{
    const struct stored_test *tests = SECTION_RECORDS(c, TESTS, struct stored_test);
    for (uint32_t i = rule->first_test; i < rule->first_test + rule->test_count; i++) {
        if (tests[i].kind == STORED_TEST_ROUTE && tests[i].side == side) {
            return true;
        }
    }
    return false;
}

void imply_routes(struct compile *c, struct stored_rule *rule, struct compile_selector selector, uint8_t side)
{
    uint32_t routes = selector.is_class ? c->class_routes[selector.id] : 0;
    if (routes == 0 || rule->severity == INTERACTION_TYPE_NONE || names_route(c, rule, side)) {
        return; /* an exception holds by every route */
    }
    struct stored_test test = {.kind = STORED_TEST_ROUTE, .side = side, .ref = routes};
    SECTION_APPEND(c, TESTS, test);
    rule->test_count++;
    rule->implied_count++;
}
