/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Generic names as other languages spell them. The WHO makes each name for Latin, English, French and Spanish at once, so
 * that they differ by rule only: metformin, metformine, metformina; furosemide, furosemid, furosemida; hydrochlorothiazide,
 * hidroclorotiazida. A spelling that names something already is left to that; one that two drugs share is ambiguous. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/compile_internal.h"

enum { SHORTEST_NAME = 6, LONGEST_NAME = 40 };

static bool is_vowel(char c)
{
    return c != '\0' && strchr("aeiouy", c) != NULL;
}

/* Letters only: "vitamin b12" and two words are the same everywhere or follow no rule. */
static bool is_plain(const char *name)
{
    size_t len = strlen(name);
    return len >= SHORTEST_NAME && len <= LONGEST_NAME && strspn(name, "abcdefghijklmnopqrstuvwxyz") == len;
}

/* Spanish, Italian and Portuguese: no ph, th, y, ch before l and r, no double letters but rr and ss. */
static void write_romance(const char *name, char out[LONGEST_NAME + 1])
{
    size_t len = 0;
    for (const char *p = name; *p; p++) {
        bool is_doubled = p[1] == p[0] && strchr("lmnptcdf", *p) != NULL;
        if (is_doubled) {
            continue;
        }
        out[len++] = *p == 'y' ? 'i' : p[0] == 'p' && p[1] == 'h' ? 'f' : *p;
        bool is_mute = p[1] == 'h' && (*p == 'p' || *p == 't' || (*p == 'c' && (p[2] == 'l' || p[2] == 'r')));
        p += is_mute;
    }
    out[len] = '\0';
}

static void add_ending(struct compile *c, struct compile_names *out, const struct compile_names *known, const char *stem,
                       const char *ending, const char *display, uint32_t id)
{
    char name[LONGEST_NAME + 3];
    size_t len = strlen(stem);
    memcpy(name, stem, len);
    memcpy(name + len, ending, strlen(ending) + 1);
    if (!names_hold(c, known, name)) {
        name_add(c, out, name, STORED_NAME_SUBSTANCE, STORED_RANK_TONGUE, id);
        out->items[out->len - 1].display = pool_add(&c->pool, display);
    }
}

/* The endings that change: -e falls off or becomes -a or -o, -in and other consonants take one on. In the Romance spelling
 * they must: "amoxicilin" is a slip, "amoxicilina" is Spanish. */
static void add_endings(struct compile *c, struct compile_names *out, const struct compile_names *known, const char *name,
                        bool is_romance, const char *display, uint32_t id)
{
    static const char *const growing[] = {"in", "en", "ol", "ac", "am", "il", "an", "at", "on", "id", "ir", "ox"};
    char stem[LONGEST_NAME + 1];
    size_t len = strlen(name);
    memcpy(stem, name, len + 1);
    bool has_e = name[len - 1] == 'e' && !is_vowel(name[len - 2]);
    bool grows = false;
    for (size_t i = 0; i < sizeof growing / sizeof *growing; i++) {
        grows = grows || strcmp(name + len - 2, growing[i]) == 0;
    }
    if (!grows || !is_romance) {
        add_ending(c, out, known, stem, "", display, id);
    }
    if (has_e) {
        stem[len - 1] = '\0';
        if (!is_romance) {
            add_ending(c, out, known, stem, "", display, id);
        }
    } else if (grows) {
        add_ending(c, out, known, stem, "e", display, id);
    }
    if (has_e || grows) {
        add_ending(c, out, known, stem, "a", display, id);
        add_ending(c, out, known, stem, "o", display, id);
    }
}

void tongues_add(struct compile *c, struct compile_names *list)
{
    const struct table *t = &c->tables[TABLE_INGREDIENTS];
    struct compile_names added = {0};
    names_sort(c, list);
    for (size_t i = 0; i < c->ingredients.len; i++) {
        const char *name = table_cell(t, c->ingredients.items[i].row, "name");
        char *folded = text_fold(name);
        if (is_plain(folded) && strstr(table_cell(t, c->ingredients.items[i].row, "flags"), "unspecified") == NULL) {
            char romance[LONGEST_NAME + 1];
            write_romance(folded, romance);
            add_endings(c, &added, list, folded, false, name, (uint32_t)i);
            if (strcmp(romance, folded) != 0) {
                add_endings(c, &added, list, romance, true, name, (uint32_t)i);
            }
        }
        mem_free(folded);
    }
    for (size_t i = 0; i < added.len; i++) {
        MEM_GROW(list);
        list->items[list->len++] = added.items[i];
    }
    mem_free(added.items);
}
