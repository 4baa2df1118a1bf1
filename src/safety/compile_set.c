/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts, keys, selectors and bit sets of the knowledge compiler. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "safety/compile_internal.h"

/* ---- texts ---- */

static uint32_t *pool_slot(const struct compile_pool *pool, const char *text)
{
    size_t at = knowledge_hash(text, strlen(text)) & (pool->slot_count - 1);
    while (pool->slots[at] && strcmp(pool_text(pool, pool->slots[at] - 1), text) != 0) {
        at = (at + 1) & (pool->slot_count - 1);
    }
    return &pool->slots[at];
}

static void pool_grow(struct compile_pool *pool)
{
    struct compile_pool grown = *pool;
    grown.slot_count = pool->slot_count ? pool->slot_count * 2 : 4096;
    grown.slots = mem_alloc_array(grown.slot_count, sizeof *grown.slots);
    for (size_t i = 0; i < pool->slot_count; i++) {
        if (pool->slots[i]) {
            *pool_slot(&grown, pool_text(pool, pool->slots[i] - 1)) = pool->slots[i];
        }
    }
    mem_free(pool->slots);
    *pool = grown;
}

const char *pool_text(const struct compile_pool *pool, uint32_t offset)
{
    return pool->bytes.bytes + offset;
}

uint32_t pool_add(struct compile_pool *pool, const char *text)
{
    if (pool->slot_count == 0) {
        pool_grow(pool);
        (void)pool_add(pool, ""); /* offset 0 is always the empty text */
    }
    if (pool->used * 2 > pool->slot_count) {
        pool_grow(pool);
    }
    uint32_t *slot = pool_slot(pool, text);
    if (!*slot) {
        *slot = (uint32_t)pool->bytes.len + 1;
        buffer_append(&pool->bytes, text, strlen(text) + 1);
        pool->used++;
    }
    return *slot - 1;
}

uint32_t pool_add_folded(struct compile_pool *pool, const char *text)
{
    char *folded = text_fold(text);
    uint32_t offset = pool_add(pool, folded);
    mem_free(folded);
    return offset;
}

void pool_release(struct compile_pool *pool)
{
    buffer_release(&pool->bytes);
    mem_free(pool->slots);
    *pool = (struct compile_pool){0};
}

/* ---- things with keys ---- */

static bool is_key(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len >= COMPILE_KEY_MAX || text[0] == '_' || text[len - 1] == '_') {
        return false;
    }
    for (const char *p = text; *p; p++) {
        bool is_letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        if (!is_letter && !(*p == '_' && p[1] != '_')) {
            return false;
        }
    }
    return true;
}

static int compare_entities(const void *a, const void *b)
{
    const struct compile_entity *left = a;
    const struct compile_entity *right = b;
    int order = strcmp(left->key, right->key);
    if (order != 0) {
        return order;
    }
    /* the row that comes first in the files stays when a key is there twice */
    if (left->row->file != right->row->file) {
        return left->row->file < right->row->file ? -1 : 1;
    }
    return left->row->line < right->row->line ? -1 : left->row->line > right->row->line;
}

void entities_load(struct compile *c, struct compile_entities *set, enum table_kind kind)
{
    const struct table *t = &c->tables[kind];
    for (size_t i = 0; i < t->len; i++) {
        const char *key = table_cell(t, &t->items[i], "key");
        if (!is_key(key)) {
            report_error(c->report, t, &t->items[i], "key",
                         _("\"%s\" is not a key; use lower case letters, digits and single _"),
                         key);
            continue;
        }
        MEM_GROW(set);
        set->items[set->len++] = (struct compile_entity){key, &t->items[i]};
    }
    if (set->len > 1) {
        qsort(set->items, set->len, sizeof *set->items, compare_entities);
    }
    size_t kept = 0;
    for (size_t i = 0; i < set->len; i++) {
        if (kept > 0 && strcmp(set->items[kept - 1].key, set->items[i].key) == 0) {
            report_error(c->report, t, set->items[i].row, "key",
                         _("\"%s\" is there already in line %u; keep one row"), set->items[i].key,
                         set->items[kept - 1].row->line);
            continue;
        }
        set->items[kept++] = set->items[i];
    }
    set->len = kept;
}

int entities_find(const struct compile_entities *set, const char *key)
{
    size_t low = 0;
    size_t high = set->len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(set->items[middle].key, key);
        if (order == 0) {
            return (int)middle;
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return -1;
}

bool selector_parse(struct compile *c, const struct table *t, const struct table_row *row,
                    const char *column, const char *text, struct compile_selector *out)
{
    bool is_class = strncmp(text, "class:", 6) == 0;
    const char *key = is_class ? text + 6 : text;
    int id = entities_find(is_class ? &c->classes : &c->ingredients, key);
    if (id < 0) {
        report_error(c->report, t, row, column,
                     is_class ? _("there is no class \"%s\"; add it to classes.tsv")
                              : _("there is no ingredient \"%s\"; add it to ingredients.tsv"),
                     key);
        return false;
    }
    if (is_class) {
        c->class_is_used[id] = true;
    }
    *out = (struct compile_selector){is_class, (uint16_t)id};
    return true;
}

const uint64_t *selector_bits(const struct compile *c, struct compile_selector s, uint64_t *scratch)
{
    if (s.is_class) {
        return c->class_bits + (size_t)s.id * c->bit_words;
    }
    memset(scratch, 0, c->bit_words * sizeof *scratch);
    bits_set(scratch, s.id);
    return scratch;
}

bool bits_contain(const uint64_t *outer, const uint64_t *inner, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if (inner[i] & ~outer[i]) {
            return false;
        }
    }
    return true;
}

bool bits_equal(const uint64_t *a, const uint64_t *b, uint32_t words)
{
    return memcmp(a, b, words * sizeof *a) == 0;
}

bool bits_any(const uint64_t *a, uint32_t words)
{
    for (uint32_t i = 0; i < words; i++) {
        if (a[i]) {
            return true;
        }
    }
    return false;
}

/* ---- words ---- */

int word_parse(struct compile *c, const struct table *t, const struct table_row *row,
               const char *column, enum enum_kind list)
{
    const char *word = table_cell(t, row, column);
    int value = enum_value(list, word);
    if (value == 0) {
        report_error(c->report, t, row, column,
                     _("\"%s\" is not a word of this list; see the README"), word);
    }
    return value;
}

static uint32_t route_mask(const char *word)
{
    if (strcmp(word, "systemic") == 0) {
        return ROUTES_SYSTEMIC;
    }
    if (strcmp(word, "local") == 0) {
        return ROUTES_LOCAL;
    }
    if (strcmp(word, "any") == 0) {
        return ROUTES_ALL;
    }
    int route = enum_value(ENUM_ROUTE, word);
    return route ? 1u << route : 0;
}

bool routes_parse(struct compile *c, const struct table *t, const struct table_row *row,
                  const char *column, const char *text, uint32_t *out_mask)
{
    uint32_t mask = 0;
    const char *p = text;
    while (*p) {
        size_t len = strcspn(p, "|;");
        char word[32];
        if (len > 0 && len < sizeof word) {
            memcpy(word, p, len);
            word[len] = '\0';
            uint32_t one = route_mask(word);
            if (one == 0) {
                report_error(c->report, t, row, column, _("\"%s\" is not a route"), word);
                return false;
            }
            mask |= one;
        } else if (len > 0) {
            report_error(c->report, t, row, column, _("\"%.40s\" is not a route"), p);
            return false;
        }
        p += len + (p[len] != '\0');
    }
    *out_mask = mask;
    return true;
}
