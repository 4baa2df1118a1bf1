/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Look-ups in the name index: exact names, type-ahead, look-alikes. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/knowledge_format.h"
#include "safety/resolve.h"

#define SUGGEST_SCAN_MAX 2000 /* names looked at for one answer; a one-letter prefix has more */

/* First name whose folded text is not before `folded`. */
static uint32_t lower_bound(const struct knowledge *k, const struct stored_name *names,
                            uint32_t count, const char *folded)
{
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(knowledge_text(k, names[middle].folded), folded) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct stored_name *knowledge_find_name(const struct knowledge *k,
                                              enum knowledge_section section, const char *folded,
                                              const struct stored_name **out_end)
{
    uint32_t count = 0;
    const struct stored_name *names = knowledge_section(k, section, &count);
    uint32_t at = lower_bound(k, names, count, folded);
    uint32_t end = at;
    while (end < count && !names[end].is_inner &&
           strcmp(knowledge_text(k, names[end].folded), folded) == 0) {
        end++;
    }
    *out_end = names + end;
    return end > at ? names + at : NULL;
}

/* ---- look-alikes ---- */

static const struct stored_lookalike *first_lookalike(const struct knowledge *k, const char *name,
                                                      uint32_t *out_left)
{
    uint32_t count = 0;
    const struct stored_lookalike *all = knowledge_section(k, KNOWLEDGE_LOOKALIKES, &count);
    char *folded = text_fold(name);
    uint32_t low = 0;
    uint32_t high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (strcmp(knowledge_text(k, all[middle].folded), folded) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool is_there = low < count && strcmp(knowledge_text(k, all[low].folded), folded) == 0;
    mem_free(folded);
    *out_left = count - low;
    return is_there ? &all[low] : NULL;
}

const char *knowledge_lookalike(const struct knowledge *k, const char *name, int n)
{
    uint32_t left = 0;
    const struct stored_lookalike *first = first_lookalike(k, name, &left);
    if (!first || n < 0 || (uint32_t)n >= left || first[n].folded != first->folded) {
        return NULL;
    }
    return knowledge_text(k, first[n].other);
}

const char *knowledge_tallman_of(const struct knowledge *k, const char *name)
{
    uint32_t left = 0;
    const struct stored_lookalike *first = first_lookalike(k, name, &left);
    return first ? knowledge_text(k, first->tallman) : NULL;
}

/* ---- type-ahead ---- */

struct ranked {
    const struct stored_name *name;
    int rank; /* smaller is better */
};

static bool is_curated_name(const struct knowledge *k, const struct stored_name *n)
{
    return n->kind == STORED_NAME_MIX || knowledge_is_curated(k, (uint16_t)n->target);
}

static int rank_of(const struct knowledge *k, const struct stored_name *n, size_t typed_len)
{
    bool is_whole = knowledge_text(k, n->folded)[typed_len] == '\0';
    return (is_whole && !n->is_inner ? 0 : 4) + (is_curated_name(k, n) ? 0 : 2) +
           (n->is_inner ? 1 : 0);
}

static bool is_better(const struct knowledge *k, const struct ranked *a, const struct ranked *b)
{
    if (a->rank != b->rank) {
        return a->rank < b->rank;
    }
    return strcmp(knowledge_text(k, a->name->display), knowledge_text(k, b->name->display)) < 0;
}

/* Keeps the best `max`, in order; the same display and target only once. */
static int insert_ranked(const struct knowledge *k, struct ranked *best, int count, int max,
                         const struct stored_name *name, size_t typed_len)
{
    struct ranked entry = {name, rank_of(k, name, typed_len)};
    for (int i = 0; i < count; i++) {
        if (best[i].name->display == name->display && best[i].name->kind == name->kind &&
            best[i].name->target == name->target) {
            return count;
        }
    }
    int at = count;
    while (at > 0 && is_better(k, &entry, &best[at - 1])) {
        at--;
    }
    if (at >= max) {
        return count;
    }
    if (count == max) {
        count--;
    }
    memmove(&best[at + 1], &best[at], (size_t)(count - at) * sizeof *best);
    best[at] = entry;
    return count + 1;
}

static struct drug_suggestion suggestion_of(const struct knowledge *k, const struct stored_name *n)
{
    const char *display = knowledge_text(k, n->display);
    struct drug_suggestion s = {
        .name = display, .ingredients = "", .is_curated = is_curated_name(k, n)};
    if (n->kind == STORED_NAME_MIX) {
        const struct stored_mix *mix = &KNOWLEDGE_RECORDS(k, MIXES, struct stored_mix)[n->target];
        s.ingredients = knowledge_text(k, mix->title);
    } else if (n->rank != STORED_RANK_NAME) {
        s.ingredients = knowledge_tallman(k, (uint16_t)n->target);
    } else {
        s.name = knowledge_tallman(k, (uint16_t)n->target);
    }
    const char *tallman = knowledge_tallman_of(k, display);
    s.name = tallman ? tallman : s.name;
    return s;
}

static void mark_lookalikes(const struct knowledge *k, struct drug_suggestion *items, int count)
{
    for (int i = 0; i < count; i++) {
        const char *other = NULL;
        for (int n = 0; (other = knowledge_lookalike(k, items[i].name, n)) != NULL; n++) {
            for (int j = 0; j < count; j++) {
                if (j != i && text_equal_folded(items[j].name, other)) {
                    items[i].is_lookalike = true;
                }
            }
        }
    }
}

int drug_suggest(const struct knowledge *k, const char *typed, struct drug_suggestion *out, int max)
{
    struct ranked best[DRUG_SUGGEST_MAX + 1];
    uint32_t total = 0;
    const struct stored_name *names = knowledge_section(k, KNOWLEDGE_DRUG_NAMES, &total);
    char *folded = text_fold(typed);
    size_t len = strlen(folded);
    int count = 0;
    max = max > DRUG_SUGGEST_MAX ? DRUG_SUGGEST_MAX : max;
    uint32_t at = len ? lower_bound(k, names, total, folded) : total;
    for (uint32_t n = 0; at + n < total && n < SUGGEST_SCAN_MAX; n++) {
        if (strncmp(knowledge_text(k, names[at + n].folded), folded, len) != 0) {
            break;
        }
        count = insert_ranked(k, best, count, max, &names[at + n], len);
    }
    mem_free(folded);
    for (int i = 0; i < count; i++) {
        out[i] = suggestion_of(k, best[i].name);
    }
    mark_lookalikes(k, out, count);
    return count;
}
