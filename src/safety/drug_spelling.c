/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which drugs a misspelt name may have meant. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/drug_reading.h"
#include "safety/drug_words.h"
#include "safety/knowledge_format.h"
#include "safety/resolve.h"

enum { NAME_MAX = 48, SHORTEST = 4, FAR = 9 };

/* Letters that a name holds, one bit each: two slips change at most four of them. */
static uint32_t letters_of(const char *name)
{
    uint32_t bits = 0;
    for (; *name; name++) {
        bits |= *name >= 'a' && *name <= 'z' ? UINT32_C(1) << (*name - 'a') : UINT32_C(1) << 26;
    }
    return bits;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Letters to put in, leave out, change or swap (optimal string alignment); FAR when more than `most`. */
static int distance(const char *a, size_t a_len, const char *b, size_t b_len, int most)
{
    int rows[3][NAME_MAX + 1];
    for (size_t j = 0; j <= b_len; j++) {
        rows[0][j] = (int)j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        int *now = rows[i % 3];
        const int *before = rows[(i - 1) % 3];
        const int *two_before = rows[(i + 1) % 3];
        int best = now[0] = (int)i;
        for (size_t j = 1; j <= b_len; j++) {
            int value = least(least(before[j], now[j - 1]) + 1, before[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                value = least(value, two_before[j - 2] + 1);
            }
            now[j] = value;
            best = least(best, value);
        }
        if (best > most) {
            return FAR;
        }
    }
    return rows[a_len % 3][b_len];
}

/* How many slips a name of this length forgives. */
static int forgiven(size_t len)
{
    return len < SHORTEST ? 0 : len < 7 ? 1 : 2;
}

struct near {
    const struct stored_name *name;
    int distance;
};

static bool is_nearer(const struct knowledge *k, const struct near *a, const struct near *b)
{
    bool a_curated = a->name->kind == STORED_NAME_MIX || knowledge_is_curated(k, (uint16_t)a->name->target);
    bool b_curated = b->name->kind == STORED_NAME_MIX || knowledge_is_curated(k, (uint16_t)b->name->target);
    if (a->distance != b->distance) {
        return a->distance < b->distance;
    }
    if (a_curated != b_curated) {
        return a_curated;
    }
    return strcmp(knowledge_text(k, a->name->folded), knowledge_text(k, b->name->folded)) < 0;
}

/* Keeps the nearest `max`, each drug once. */
static int keep(const struct knowledge *k, struct near *best, int count, int max, struct near entry)
{
    for (int i = 0; i < count; i++) {
        if (best[i].name->kind == entry.name->kind && best[i].name->target == entry.name->target) {
            if (!is_nearer(k, &entry, &best[i])) {
                return count;
            }
            memmove(&best[i], &best[i + 1], (size_t)(count - i - 1) * sizeof *best);
            count--;
            break;
        }
    }
    int at = count;
    while (at > 0 && is_nearer(k, &entry, &best[at - 1])) {
        at--;
    }
    if (at >= max) {
        return count;
    }
    count -= count == max;
    memmove(&best[at + 1], &best[at], (size_t)(count - at) * sizeof *best);
    best[at] = entry;
    return count + 1;
}

/* The first name that begins with this letter or a later one; names are sorted. */
static uint32_t first_with(const struct knowledge *k, const struct stored_name *names, uint32_t total, int letter)
{
    uint32_t low = 0, high = total;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if ((unsigned char)knowledge_text(k, names[middle].folded)[0] < letter) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Letters that the right name may begin with: the one that was typed, the second one (the first left out, or both
 * swapped), and what sounds like the first. All others would be a tenfold of work for hardly a name. */
static int first_letters(const char *wrong, char out[8])
{
    static const char *const alike[] = {"ckq", "szxc", "fpv", "jg", "iy", "eai", "oua"};
    int count = 0;
    out[count++] = wrong[0];
    for (size_t i = 0; i < sizeof alike / sizeof *alike + 1; i++) {
        const char *more = i == 0 ? (const char[]){wrong[1], '\0'} : strchr(alike[i - 1], wrong[0]) != NULL ? alike[i - 1] : "";
        for (; *more != '\0' && count < 8; more++) {
            bool is_there = false;
            for (int j = 0; j < count; j++) {
                is_there = is_there || out[j] == *more;
            }
            if (!is_there) {
                out[count++] = *more;
            }
        }
    }
    return count;
}

static int search(const struct knowledge *k, const char *wrong, struct near *best, int count, int max)
{
    uint32_t total = 0;
    const struct stored_name *names = knowledge_section(k, KNOWLEDGE_DRUG_NAMES, &total);
    size_t len = strlen(wrong);
    int most = forgiven(len);
    uint32_t letters = letters_of(wrong);
    char starts[8];
    if (most == 0 || len > NAME_MAX) {
        return count;
    }
    int start_count = first_letters(wrong, starts);
    for (int s = 0; s < start_count; s++) {
        uint32_t end = first_with(k, names, total, (unsigned char)starts[s] + 1);
        for (uint32_t i = first_with(k, names, total, (unsigned char)starts[s]); i < end; i++) {
            const char *name = knowledge_text(k, names[i].folded);
            size_t name_len = strnlen(name, NAME_MAX + 1);
            if (names[i].is_inner || name_len + (size_t)most < len || name_len > len + (size_t)most || name_len > NAME_MAX ||
                __builtin_popcount(letters ^ letters_of(name)) > 2 * most) {
                continue;
            }
            int slips = distance(wrong, len, name, name_len, most);
            /* a wrong first letter is rare, and doubles what could be meant */
            slips += slips > 0 && slips <= most && name[0] != wrong[0];
            if (slips > 0 && slips <= most) {
                count = keep(k, best, count, max, (struct near){&names[i], slips});
            }
        }
    }
    return count;
}

/* The words of a text that name nothing known: numbers, forms, routes and salts left out. */
static void name_words(const struct knowledge *k, const char *text, char out[FOLDED_MAX])
{
    struct drug_identity unused = {0};
    struct reading r = {.k = k, .text = text, .out = &unused};
    size_t len = 0;
    drug_tokenize(&r);
    out[0] = '\0';
    for (int i = 0; i < r.count; i++) {
        char word[FOLDED_MAX];
        drug_fold_tokens(&r, i, i, word);
        bool is_name = !r.tokens[i].is_number && drug_word_find(word) == NULL && drug_unit_at(&r, i) == UNIT_NONE;
        size_t word_len = strlen(word);
        if (is_name && word_len > 0 && len + word_len + 2 < FOLDED_MAX) {
            len += (size_t)snprintf(out + len, FOLDED_MAX - len, "%s%s", len > 0 ? " " : "", word);
        }
    }
}

static struct drug_suggestion suggestion_of(const struct knowledge *k, const struct stored_name *name)
{
    struct drug_suggestion found[1];
    char *display = mem_copy_text(knowledge_text(k, name->display));
    int count = drug_suggest(k, display, found, 1); /* whole names come first */
    mem_free(display);
    return count > 0 ? found[0] : (struct drug_suggestion){.name = knowledge_text(k, name->display), .ingredients = ""};
}

/* The other one of a look-alike pair stands beside each, so that nobody takes the first for the right one. */
static int add_partners(const struct knowledge *k, struct drug_suggestion *out, int count, int max)
{
    for (int i = 0, own = count; i < own && count < max; i++) {
        const char *other = NULL;
        for (int n = 0; count < max && (other = knowledge_lookalike(k, out[i].name, n)) != NULL; n++) {
            bool is_there = false;
            for (int j = 0; j < count; j++) {
                is_there = is_there || text_equal_folded(out[j].name, other);
            }
            out[i].is_lookalike = true;
            if (!is_there) {
                out[count++] = (struct drug_suggestion){.name = other, .ingredients = "", .is_curated = true, .is_lookalike = true};
            }
        }
    }
    return count;
}

int drug_did_you_mean(const struct knowledge *k, const char *text, struct drug_suggestion *out, int max)
{
    struct drug_identity identity;
    struct near best[DRUG_MEANT_MAX + 1];
    char words[FOLDED_MAX];
    max = max > DRUG_MEANT_MAX ? DRUG_MEANT_MAX : max;
    enum drug_match match = resolve_drug(k, text, &identity);
    if (match == DRUG_KNOWN || match == DRUG_NAME_ONLY) {
        return 0;
    }
    name_words(k, text, words);
    if (match == DRUG_AMBIGUOUS) { /* "insulin": all that begins with it */
        struct drug_suggestion all[DRUG_SUGGEST_MAX];
        struct drug_identity kept[DRUG_MEANT_MAX];
        int total = drug_suggest(k, words, all, DRUG_SUGGEST_MAX), count = 0;
        for (int i = 0; i < total && count < max; i++) {
            bool is_new = resolve_drug(k, all[i].name, &kept[count]) == DRUG_KNOWN;
            for (int j = 0; j < count; j++) {
                is_new = is_new && memcmp(kept[j].ingredients, kept[count].ingredients, sizeof kept[j].ingredients) != 0;
            }
            if (is_new) {
                out[count++] = all[i];
            }
        }
        return count;
    }
    int count = search(k, words, best, 0, max);
    if (count == 0 && identity.unmatched[0] != '\0') {
        char *folded = text_fold(identity.unmatched);
        count = search(k, folded, best, 0, max);
        mem_free(folded);
    }
    int found = count;
    count = 0;
    for (int i = 0; i < found; i++) { /* a brand and its drug may show the same name */
        struct drug_suggestion s = suggestion_of(k, best[i].name);
        bool is_new = true;
        for (int j = 0; j < count; j++) {
            is_new = is_new && !text_equal_folded(out[j].name, s.name);
        }
        if (is_new) {
            out[count++] = s;
        }
    }
    return add_partners(k, out, count, max);
}
