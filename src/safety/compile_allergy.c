/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an allergy to a group or to an ingredient means for every ingredient. The relation with the
 * narrowest target wins, then the one with the narrowest source; among those that are not
 * comparable the strongest. */
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/compile_internal.h"
#include "safety/screen.h"

struct relation {
    uint16_t group;   /* the source group */
    uint64_t *target; /* bits */
    uint8_t relation; /* FINDING_RELATION_NONE: an explicit exception */
    uint8_t severity;
    uint32_t rule;
};

struct relations {
    struct relation *items;
    size_t len, cap;
};

struct expansion {
    struct compile *c;
    struct relations all;
    const struct relation **near; /* those that the source at hand has */
    size_t near_count;
    const uint64_t *own; /* members of the recorded group; NULL when an ingredient was recorded */
    uint16_t source;
    uint64_t grouped[KNOWLEDGE_BIT_WORDS_MAX]; /* in any group */
};

static int relation_parse(struct compile *c, const struct table *t, const struct table_row *row)
{
    static const char *const words[] = {"none", "direct", "cross_high", "cross_low"};
    const char *word = table_cell(t, row, "relation");
    for (int i = 0; i < 4; i++) {
        if (strcmp(words[i], word) == 0) {
            return i;
        }
    }
    report_error(c->report, t, row, "relation",
                 _("\"%s\" is not direct, cross_high, cross_low or none"), word);
    return -1;
}

/* Bits of group:key, class:key or an ingredient; NULL when it does not exist (reported). */
static uint64_t *target_bits(struct compile *c, const struct table *t, const struct table_row *row)
{
    const char *text = table_cell(t, row, "target");
    uint64_t scratch[KNOWLEDGE_BIT_WORDS_MAX];
    const uint64_t *bits = NULL;
    struct compile_selector s;
    if (strncmp(text, "group:", 6) == 0) {
        int group = entities_find(&c->groups, text + 6);
        if (group < 0) {
            report_error(c->report, t, row, "target", _("there is no allergy group \"%s\""),
                         text + 6);
            return NULL;
        }
        bits = c->group_bits + (size_t)group * c->bit_words;
    } else if (selector_parse(c, t, row, "target", text, &s)) {
        bits = selector_bits(c, s, scratch);
    } else {
        return NULL;
    }
    uint64_t *copy = mem_alloc_array(c->bit_words, sizeof *copy);
    memcpy(copy, bits, c->bit_words * sizeof *copy);
    return copy;
}

static void load_relations(struct compile *c, struct relations *out)
{
    const struct table *t = &c->tables[TABLE_ALLERGY_RELATIONS];
    for (size_t i = 0; i < t->len; i++) {
        const struct table_row *row = &t->items[i];
        int group = entities_find(&c->groups, table_cell(t, row, "group"));
        struct stored_rule rule;
        bool is_right = rule_parse(c, t, row, &rule);
        int relation = relation_parse(c, t, row);
        uint64_t *bits = target_bits(c, t, row);
        if (group < 0) {
            report_error(c->report, t, row, "group", _("there is no allergy group \"%s\""),
                         table_cell(t, row, "group"));
        }
        if (!is_right || relation < 0 || !bits || group < 0) {
            mem_free(bits);
            continue;
        }
        rule.a = pool_add(&c->pool, table_cell(t, row, "group"));
        rule.b = pool_add(&c->pool, table_cell(t, row, "target"));
        MEM_GROW(out);
        out->items[out->len++] = (struct relation){(uint16_t)group, bits, (uint8_t)relation,
                                                   rule.severity, rule_add(c, t, row, &rule)};
    }
}

static const uint64_t *bits_of_group(const struct compile *c, uint16_t group)
{
    return c->group_bits + (size_t)group * c->bit_words;
}

/* True when a says more exactly than b what holds. */
static bool is_narrower(const struct compile *c, const struct relation *a, const struct relation *b)
{
    bool targets_equal = bits_equal(a->target, b->target, c->bit_words);
    if (!targets_equal) {
        return bits_contain(b->target, a->target, c->bit_words);
    }
    const uint64_t *source_a = bits_of_group(c, a->group);
    const uint64_t *source_b = bits_of_group(c, b->group);
    return !bits_equal(source_a, source_b, c->bit_words) &&
           bits_contain(source_b, source_a, c->bit_words) && bits_any(source_a, c->bit_words);
}

static bool is_stronger(const struct relation *a, const struct relation *b)
{
    if ((a->relation == 0) != (b->relation == 0)) {
        return a->relation != 0; /* in doubt an exception does not win */
    }
    if (a->relation != b->relation) {
        return a->relation < b->relation;
    }
    return a->severity != b->severity ? a->severity < b->severity : a->rule < b->rule;
}

static const struct relation *winner(const struct expansion *e, uint32_t drug)
{
    const struct relation *best = NULL;
    for (size_t i = 0; i < e->near_count; i++) {
        const struct relation *r = e->near[i];
        if (!knowledge_bit(r->target, drug)) {
            continue;
        }
        bool is_beaten = false;
        for (size_t j = 0; j < e->near_count && !is_beaten; j++) {
            is_beaten = j != i && knowledge_bit(e->near[j]->target, drug) &&
                        is_narrower(e->c, e->near[j], r);
        }
        if (!is_beaten && (!best || is_stronger(r, best))) {
            best = r;
        }
    }
    return best;
}

static void write_cell(struct expansion *e, uint32_t drug, const struct relation *r,
                       uint16_t shared)
{
    struct stored_allergy cell = {.ingredient = (uint16_t)drug, .group = shared};
    if (r) {
        cell.relation = r->relation;
        cell.severity = r->severity;
        cell.rule = r->rule;
        e->c->origins.items[r->rule].wins++;
        if (r->relation == FINDING_RELATION_NONE) {
            return;
        }
    } else {
        cell.relation = e->own ? FINDING_DIRECT : FINDING_CROSS_HIGH;
        cell.rule = KNOWLEDGE_NO_RULE;
    }
    SECTION_APPEND(e->c, ALLERGY_CELLS, cell);
}

/* The smallest group that holds both; KNOWLEDGE_NO_ID when there is none. */
static uint16_t shared_group(const struct compile *c, uint32_t a, uint32_t b)
{
    uint16_t best = KNOWLEDGE_NO_ID;
    for (uint16_t g = 0; g < c->groups.len; g++) {
        const uint64_t *bits = bits_of_group(c, g);
        if (knowledge_bit(bits, a) && knowledge_bit(bits, b) &&
            (best == KNOWLEDGE_NO_ID || bits_contain(bits_of_group(c, best), bits, c->bit_words))) {
            best = g;
        }
    }
    return best;
}

static void gather(struct expansion *e, uint32_t ingredient)
{
    const struct compile *c = e->c;
    e->near_count = 0;
    for (size_t i = 0; i < e->all.len; i++) {
        const uint64_t *source = bits_of_group(c, e->all.items[i].group);
        bool is_near = e->own ? e->all.items[i].group == e->source ||
                                    (bits_any(e->own, c->bit_words) &&
                                     bits_contain(source, e->own, c->bit_words))
                              : knowledge_bit(source, ingredient);
        if (is_near) {
            e->near[e->near_count++] = &e->all.items[i];
        }
    }
}

static void expand_source(struct expansion *e, uint32_t ingredient)
{
    const struct compile *c = e->c;
    uint32_t written = SECTION_COUNT(c, ALLERGY_CELLS, struct stored_allergy);
    buffer_append(&e->c->sections[KNOWLEDGE_ALLERGY_ROWS], &written, sizeof written);
    gather(e, ingredient);
    if (!e->own && e->near_count == 0 && !knowledge_bit(e->grouped, ingredient)) {
        return;
    }
    for (uint32_t drug = 0; drug < c->ingredients.len; drug++) {
        if (!e->own && drug == ingredient) {
            continue; /* the same substance: the engine sees that itself */
        }
        const struct relation *r = winner(e, drug);
        bool is_member = e->own && knowledge_bit(e->own, drug);
        if (is_member && (!r || r->group != e->source || r->relation > FINDING_DIRECT)) {
            r = NULL; /* a member is direct unless the group's own row makes an exception */
        }
        uint16_t shared = is_member ? e->source : KNOWLEDGE_NO_ID;
        if (!e->own && knowledge_bit(e->grouped, ingredient) && knowledge_bit(e->grouped, drug)) {
            shared = shared_group(c, ingredient, drug);
        }
        if (r || is_member || (!e->own && shared != KNOWLEDGE_NO_ID)) {
            write_cell(e, drug, r, shared);
        }
    }
}

void compile_allergies(struct compile *c)
{
    struct expansion e = {.c = c};
    load_relations(c, &e.all);
    e.near = mem_alloc_array(e.all.len + 1, sizeof *e.near);
    for (uint16_t g = 0; g < c->groups.len; g++) {
        for (uint32_t w = 0; w < c->bit_words; w++) {
            e.grouped[w] |= bits_of_group(c, g)[w];
        }
    }
    for (uint16_t g = 0; g < c->groups.len; g++) {
        e.own = bits_of_group(c, g);
        e.source = g;
        expand_source(&e, 0);
    }
    e.own = NULL;
    for (uint32_t i = 0; i < c->ingredients.len; i++) {
        expand_source(&e, i);
    }
    uint32_t written = SECTION_COUNT(c, ALLERGY_CELLS, struct stored_allergy);
    SECTION_APPEND(c, ALLERGY_ROWS, written);
    for (size_t i = 0; i < e.all.len; i++) {
        mem_free(e.all.items[i].target);
    }
    mem_free(e.all.items);
    mem_free(e.near);
}
