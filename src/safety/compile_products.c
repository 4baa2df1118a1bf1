/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Combinations and products: sets of ingredients, and the brands that stand for them. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/compile_internal.h"
#include "safety/resolve.h"

struct mix_name {
    char *name;
    char *folded;
    const struct table_row *row;
};

struct mix_names {
    struct mix_name *items;
    size_t len, cap;
};

struct parts {
    uint16_t ids[DRUG_INGREDIENTS_MAX];
    uint16_t count;
};

static const struct {
    const char *word;
    enum drug_form form;
} FORMS[] = {
    {"tablet", DRUG_FORM_TABLET},       {"capsule", DRUG_FORM_CAPSULE},
    {"cream", DRUG_FORM_CREAM},         {"ointment", DRUG_FORM_CREAM},
    {"gel", DRUG_FORM_CREAM},           {"lotion", DRUG_FORM_CREAM},
    {"foam", DRUG_FORM_CREAM},          {"patch", DRUG_FORM_PATCH},
    {"inhaler", DRUG_FORM_INHALER},     {"spray", DRUG_FORM_SPRAY},
    {"drops", DRUG_FORM_DROPS},         {"suppository", DRUG_FORM_SUPPOSITORY},
    {"ring", DRUG_FORM_RING},           {"implant", DRUG_FORM_IMPLANT},
    {"injection", DRUG_FORM_INJECTION}, {"vial", DRUG_FORM_INJECTION},
    {"syringe", DRUG_FORM_INJECTION},   {"pen", DRUG_FORM_INJECTION},
    {"suspension", DRUG_FORM_LIQUID},   {"solution", DRUG_FORM_LIQUID},
    {"syrup", DRUG_FORM_LIQUID},        {"elixir", DRUG_FORM_LIQUID},
    {"liquid", DRUG_FORM_LIQUID},       {"powder", DRUG_FORM_POWDER},
};

static enum drug_form form_of(const char *text)
{
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        if (strstr(text, FORMS[i].word)) {
            return FORMS[i].form;
        }
    }
    return text[0] ? DRUG_FORM_OTHER : DRUG_FORM_NONE;
}

static bool parts_parse(struct compile *c, const struct table *t, const struct table_row *row,
                        struct parts *out)
{
    char key[COMPILE_KEY_MAX];
    *out = (struct parts){0};
    for (const char *p = table_cell(t, row, "ingredients");
         table_next_part(&p, key, sizeof key, NULL);) {
        int id = entities_find(&c->ingredients, key);
        if (id < 0) {
            report_error(c->report, t, row, "ingredients", _("there is no ingredient \"%s\""), key);
            return false;
        }
        if (out->count == DRUG_INGREDIENTS_MAX) {
            report_error(c->report, t, row, "ingredients", _("more than %d ingredients"),
                         DRUG_INGREDIENTS_MAX);
            return false;
        }
        out->ids[out->count++] = (uint16_t)id;
    }
    if (out->count == 0) {
        report_error(c->report, t, row, "ingredients", _("is empty; name the ingredients"));
    }
    return out->count > 0;
}

static bool parts_same_set(const struct parts *a, const struct parts *b)
{
    if (a->count != b->count) {
        return false;
    }
    for (int i = 0; i < a->count; i++) {
        bool is_there = false;
        for (int j = 0; j < b->count; j++) {
            is_there = is_there || a->ids[i] == b->ids[j];
        }
        if (!is_there) {
            return false;
        }
    }
    return true;
}

/* Finds or makes the record; there are a few thousand at most. */
static uint32_t mix_add(struct compile *c, const struct parts *parts, int route, int form)
{
    const struct stored_mix *mixes = SECTION_RECORDS(c, MIXES, struct stored_mix);
    const uint16_t *all = SECTION_RECORDS(c, MIX_PARTS, uint16_t);
    uint32_t count = SECTION_COUNT(c, MIXES, struct stored_mix);
    for (uint32_t i = 0; i < count; i++) {
        if (mixes[i].part_count == parts->count && mixes[i].route == route &&
            mixes[i].form == form &&
            memcmp(all + mixes[i].first_part, parts->ids, parts->count * sizeof *all) == 0) {
            return i;
        }
    }
    struct buffer title = BUFFER_INIT;
    const struct stored_substance *substances = SECTION_RECORDS(c, SUBSTANCES,
                                                                struct stored_substance);
    for (int i = 0; i < parts->count; i++) {
        buffer_append_text(&title, i ? " / " : "");
        buffer_append_text(&title, pool_text(&c->pool, substances[parts->ids[i]].name));
    }
    struct stored_mix mix = {SECTION_COUNT(c, MIX_PARTS, uint16_t), parts->count, (uint8_t)route,
                             (uint8_t)form, pool_add(&c->pool, title.bytes)};
    buffer_release(&title);
    buffer_append(&c->sections[KNOWLEDGE_MIX_PARTS], parts->ids, parts->count * sizeof *parts->ids);
    SECTION_APPEND(c, MIXES, mix);
    return count;
}

static int compare_mix_names(const void *a, const void *b)
{
    const struct mix_name *left = a;
    const struct mix_name *right = b;
    int order = strcmp(left->folded, right->folded);
    if (order != 0) {
        return order;
    }
    if (left->row->file != right->row->file) {
        return left->row->file < right->row->file ? -1 : 1;
    }
    return left->row->line < right->row->line ? -1 : left->row->line > right->row->line;
}

static void mix_name_add(struct mix_names *list, const char *name, const struct table_row *row)
{
    MEM_GROW(list);
    list->items[list->len++] = (struct mix_name){mem_copy_text(name), text_fold(name), row};
}

/* All rows of one name: one mix for each set of ingredients; route and form where all rows agree.
 */
static void write_mix_name(struct compile *c, struct compile_names *names,
                           const struct mix_name *first, size_t count)
{
    const struct table *t = &c->tables[TABLE_PRODUCTS];
    bool *is_done = mem_alloc_array(count, sizeof *is_done);
    for (size_t i = 0; i < count; i++) {
        struct parts parts;
        if (is_done[i] || !parts_parse(c, t, first[i].row, &parts)) {
            continue;
        }
        int route = enum_value(ENUM_ROUTE, table_cell(t, first[i].row, "route"));
        int form = form_of(table_cell(t, first[i].row, "form"));
        for (size_t j = i + 1; j < count; j++) {
            struct parts other;
            if (!parts_parse(c, t, first[j].row, &other) || !parts_same_set(&parts, &other)) {
                continue;
            }
            is_done[j] = true;
            route = enum_value(ENUM_ROUTE, table_cell(t, first[j].row, "route")) == route ? route
                                                                                          : 0;
            form = form_of(table_cell(t, first[j].row, "form")) == (enum drug_form)form ? form : 0;
        }
        name_add(c, names, first[i].name, STORED_NAME_MIX, STORED_RANK_MIX,
                 mix_add(c, &parts, route, form));
    }
    mem_free(is_done);
}

static int compare_products(const void *a, const void *b)
{
    const struct stored_product *left = a;
    const struct stored_product *right = b;
    if (left->mix != right->mix) {
        return left->mix < right->mix ? -1 : 1;
    }
    if (left->strength != right->strength) {
        return left->strength < right->strength ? -1 : 1;
    }
    return left->form < right->form ? -1 : left->form > right->form;
}

void products_add(struct compile *c, struct compile_names *names)
{
    const struct table *t = &c->tables[TABLE_PRODUCTS];
    struct mix_names list = {0};
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        struct parts parts;
        const char *route = table_cell(t, row, "route");
        if (route[0] && !enum_value(ENUM_ROUTE, route)) {
            report_error(c->report, t, row, "route", _("\"%s\" is not a route"), route);
            continue;
        }
        if (!parts_parse(c, t, row, &parts)) {
            continue;
        }
        char brand[COMPILE_CELL_PART_MAX];
        mix_name_add(&list, table_cell(t, row, "name"), row);
        for (const char *p = table_cell(t, row, "brands");
             table_next_part(&p, brand, sizeof brand, NULL);) {
            mix_name_add(&list, brand, row);
        }
        struct stored_product product = {
            .mix = mix_add(c, &parts, 0, 0),
            .strength = pool_add(&c->pool, table_cell(t, row, "strength")),
            .form = pool_add(&c->pool, table_cell(t, row, "form")),
            .brands = pool_add(&c->pool, table_cell(t, row, "brands")),
            .route = (uint8_t)enum_value(ENUM_ROUTE, route),
            .is_listed = strstr(table_cell(t, row, "source"), "unverified") == NULL,
        };
        SECTION_APPEND(c, PRODUCTS, product);
    }
    uint32_t count = SECTION_COUNT(c, PRODUCTS, struct stored_product);
    if (count > 1) {
        qsort(SECTION_RECORDS(c, PRODUCTS, struct stored_product), count,
              sizeof(struct stored_product), compare_products);
    }
    if (list.len > 1) {
        qsort(list.items, list.len, sizeof *list.items, compare_mix_names);
    }
    for (size_t at = 0, end = 0; at < list.len; at = end) {
        for (end = at + 1;
             end < list.len && strcmp(list.items[end].folded, list.items[at].folded) == 0;) {
            end++;
        }
        if (list.items[at].folded[0]) {
            write_mix_name(c, names, &list.items[at], end - at);
        }
    }
    for (size_t i = 0; i < list.len; i++) {
        mem_free(list.items[i].folded);
        mem_free(list.items[i].name);
    }
    mem_free(list.items);
}

/* "1234" of RxNorm, "ndc:00002015201" (11 digits), "ndc9:000020152" (any package). */
static bool code_parse(const char *text, uint64_t *out)
{
    static const struct {
        const char *front;
        size_t least, most;
        uint64_t base;
    } kinds[] = {{"ndc:", 11, 11, STORED_CODE_NDC}, {"ndc9:", 9, 9, STORED_CODE_NDC9}, {"", 1, 8, 0}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        size_t front = strlen(kinds[i].front);
        if (strncmp(text, kinds[i].front, front) != 0) {
            continue;
        }
        size_t len = strspn(text + front, "0123456789");
        *out = kinds[i].base + strtoull(text + front, NULL, 10);
        return text[front + len] == '\0' && len >= kinds[i].least && len <= kinds[i].most &&
               (kinds[i].base || text[0] != '0');
    }
    return false;
}

/* Codes of products, salts and what real records carry; the name is for people only. */
void product_codes_add(struct compile *c)
{
    const struct table *t = &c->tables[TABLE_PRODUCT_CODES];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        const char *rxcui = table_cell(t, row, "rxcui");
        const char *route = table_cell(t, row, "route");
        uint64_t code = 0;
        struct parts parts;
        if (!code_parse(rxcui, &code)) {
            report_error(c->report, t, row, "rxcui",
                         _("\"%s\" is neither a code of RxNorm nor ndc: and 11 digits"), rxcui);
            continue;
        }
        if (route[0] && !enum_value(ENUM_ROUTE, route)) {
            report_error(c->report, t, row, "route", _("\"%s\" is not a route"), route);
            continue;
        }
        if (!parts_parse(c, t, row, &parts)) {
            continue;
        }
        struct stored_product_code stored = {
            .code = code,
            .substance = UINT32_MAX,
            .mix = mix_add(c, &parts, enum_value(ENUM_ROUTE, route),
                           (int)form_of(table_cell(t, row, "form"))),
            .strength = pool_add(&c->pool, table_cell(t, row, "strength")),
        };
        SECTION_APPEND(c, PRODUCT_CODES, stored);
    }
}
