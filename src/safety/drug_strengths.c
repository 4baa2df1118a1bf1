/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers with units behind (or before) the names: how much of each ingredient one piece holds. */
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/drug_reading.h"

enum unit drug_unit_at(const struct reading *r, int at)
{
    char word[24];
    if (at >= r->count || r->tokens[at].is_number) {
        return UNIT_NONE;
    }
    size_t len = r->tokens[at].end - r->tokens[at].start;
    if (len >= sizeof word) {
        return UNIT_NONE;
    }
    memcpy(word, r->text + r->tokens[at].start, len);
    word[len] = '\0';
    if (strcmp(word, "unt") == 0 || strcmp(word, "UNT") == 0) {
        return UNIT_UNITS; /* RxNorm */
    }
    if (strcmp(word, "ACTUAT") == 0 || strcmp(word, "actuat") == 0) {
        return UNIT_PUFF;
    }
    return unit_parse(word, NULL);
}

/* "/5 mL", "/mL", "/ACTUAT" behind a unit. */
static int take_per(struct reading *r, int at, struct drug_strength *s)
{
    if (at >= r->count || r->tokens[at].before != '/') {
        return at;
    }
    char word[FOLDED_MAX];
    drug_fold_tokens(r, at, at, word);
    if (strcmp(word, "h") == 0 || strcmp(word, "hr") == 0 || strcmp(word, "hour") == 0) {
        /* what a patch gives off; of anything else a rate is not the content of one piece */
        s->unit = s->unit == UNIT_MCG ? UNIT_MCG_H : s->unit == UNIT_MG ? UNIT_MG_H : UNIT_NONE;
        return at + 1;
    }
    bool has_number = r->tokens[at].is_number;
    int unit_place = has_number ? at + 1 : at;
    enum unit unit = drug_unit_at(r, unit_place);
    bool is_glued = unit_place < r->count && (!has_number || r->tokens[unit_place].before != '/');
    if (unit_dimension(unit) != UNIT_DIMENSION_VOLUME || !is_glued) {
        return has_number || unit == UNIT_NONE ? at : at + 1; /* per puff, per hour: per piece */
    }
    s->per = has_number ? r->tokens[at].value : decimal_from_int(1);
    s->per_unit = unit;
    return unit_place + 1;
}

/* A list like "875 mg/125 mg", "5-325 mg", "20-12.5": gives how many, moves *at behind it. */
static int take_list(struct reading *r, int *at, struct drug_strength list[DRUG_INGREDIENTS_MAX])
{
    int count = 0;
    int i = *at;
    while (i < r->count && r->tokens[i].is_number && count < DRUG_INGREDIENTS_MAX) {
        struct drug_strength *s = &list[count];
        if (count > 0 && r->tokens[i].before != '/' && r->tokens[i].before != '-') {
            break;
        }
        *s = (struct drug_strength){.amount = r->tokens[i].value};
        count++;
        i++;
        bool is_percent = i < r->count && r->text[r->tokens[i].start] == '%';
        s->unit = is_percent ? UNIT_PERCENT : drug_unit_at(r, i);
        if (s->unit != UNIT_NONE) {
            i = take_per(r, i + 1, s);
        }
    }
    for (int n = count - 1; n > 0; n--) {
        if (list[n - 1].unit == UNIT_NONE) {
            list[n - 1].unit = list[n].unit;
        }
    }
    *at = i;
    return count;
}

bool drug_is_strength(const struct drug_strength *s)
{
    enum unit_dimension d = unit_dimension(s->unit);
    return s->amount.mantissa > 0 && s->unit != UNIT_NONE &&
           (d == UNIT_DIMENSION_MASS || d == UNIT_DIMENSION_ACTIVITY || d == UNIT_DIMENSION_MOLES ||
            d == UNIT_DIMENSION_CHARGE || d == UNIT_DIMENSION_RATE || s->unit == UNIT_PERCENT || s->unit == UNIT_MG_ML);
}

/* Gives a list of strengths to the last parts that have none. */
static void place_strengths(struct reading *r, const struct drug_strength *list, int count)
{
    int open = 0;
    while (open < r->found && !r->has_strength[r->found - 1 - open]) {
        open++;
    }
    if (count > open || (count == 1 && r->last_parts > 1)) {
        return; /* more numbers than names, or one number for a combination: nobody knows whose it
                   is */
    }
    /* one strength behind a name is that name's; a list covers the names before it */
    int first = count == 1 ? r->found - 1 : r->found - count;
    for (int i = 0; i < count; i++) {
        if (drug_is_strength(&list[i])) {
            r->out->strengths[first + i] = list[i];
            r->has_strength[first + i] = true;
        }
    }
}

int drug_take_strengths(struct reading *r, int at, struct drug_strength *pending)
{
    struct drug_strength list[DRUG_INGREDIENTS_MAX];
    int count = take_list(r, &at, list);
    if (r->found == 0) {
        if (count == 1 && drug_is_strength(&list[0])) {
            *pending = list[0]; /* "500 mg amoxicillin" */
        }
        return at;
    }
    if (count > 1) {
        memcpy(r->list, list, sizeof r->list);
        r->list_count = count;
    }
    place_strengths(r, list, count);
    return at;
}

void drug_place_strength(struct reading *r, const struct drug_strength *strength)
{
    place_strengths(r, strength, 1);
}

void drug_read_strengths(struct reading *r, const char *cell)
{
    struct reading cells = {.k = r->k, .text = cell, .out = r->out};
    int at = 0;
    drug_tokenize(&cells);
    for (int part = 0; part < r->found && at < cells.count; part++) {
        struct drug_strength list[DRUG_INGREDIENTS_MAX];
        int before = at;
        int count = take_list(&cells, &at, list);
        if (count == 1 && drug_is_strength(&list[0])) {
            r->out->strengths[part] = list[0];
        }
        at = at == before ? at + 1 : at;
    }
}

/* ---- products that exist ---- */

static bool has_same_parts(const struct reading *r, const struct stored_mix *mix,
                           const uint16_t *parts)
{
    bool is_same = mix->part_count == r->found;
    for (int i = 0; is_same && i < r->found; i++) {
        bool is_there = false;
        for (int j = 0; j < mix->part_count; j++) {
            is_there = is_there || parts[j] == r->out->ingredients[i];
        }
        is_same = is_there;
    }
    return is_same;
}

/* Goes through the products of just these ingredients: {.r = reading} at the start. They lie by their mix. */
struct product_walk {
    const struct reading *r;
    const uint16_t *parts; /* of the product that was given last, in the order of its strengths */
    uint32_t mix;          /* one more than that of `parts` */
    uint32_t at;           /* the next product */
};

static uint32_t first_of_mix(const struct stored_product *products, uint32_t count, uint32_t mix)
{
    uint32_t low = 0;
    while (low < count) {
        uint32_t middle = low + (count - low) / 2;
        if (products[middle].mix < mix) {
            low = middle + 1;
        } else {
            count = middle;
        }
    }
    return low;
}

static const struct stored_product *next_product(struct product_walk *w)
{
    uint32_t count = 0, mix_count = 0;
    const struct stored_product *products = knowledge_section(w->r->k, KNOWLEDGE_PRODUCTS, &count);
    const struct stored_mix *mixes = knowledge_section(w->r->k, KNOWLEDGE_MIXES, &mix_count);
    const uint16_t *parts = KNOWLEDGE_RECORDS(w->r->k, MIX_PARTS, uint16_t);
    while (w->mix == 0 || w->at >= count || products[w->at].mix != w->mix - 1) {
        while (w->mix < mix_count && !has_same_parts(w->r, &mixes[w->mix], parts + mixes[w->mix].first_part)) {
            w->mix++;
        }
        if (w->mix == mix_count) {
            return NULL;
        }
        w->parts = parts + mixes[w->mix].first_part;
        w->at = first_of_mix(products, count, w->mix++);
    }
    return &products[w->at++];
}

/* The product's strengths fit the numbers in some order: they become the identity's. */
static bool take_product(struct reading *r, const uint16_t *parts, const char *strength)
{
    struct drug_identity product = {0};
    struct reading p = {.k = r->k, .out = &product, .found = r->found};
    bool is_used[DRUG_INGREDIENTS_MAX] = {false};
    memcpy(product.ingredients, parts, (size_t)r->found * sizeof *parts);
    drug_read_strengths(&p, strength);
    for (int i = 0; i < r->list_count; i++) {
        int j = 0;
        while (j < r->found &&
               (is_used[j] || product.strengths[j].unit == UNIT_NONE ||
                decimal_compare(product.strengths[j].amount, r->list[i].amount) != 0 ||
                (r->list[i].unit != UNIT_NONE && r->list[i].unit != product.strengths[j].unit))) {
            j++;
        }
        if (j == r->found) {
            return false;
        }
        is_used[j] = true;
    }
    for (int i = 0; i < r->found; i++) {
        for (int j = 0; j < r->found; j++) {
            if (r->out->ingredients[i] == product.ingredients[j]) {
                r->out->strengths[i] = product.strengths[j];
            }
        }
    }
    return true;
}

void drug_match_product(struct reading *r)
{
    if (r->list_count < 2 || r->list_count != r->found || r->last_parts != r->found) {
        return; /* only where one name stood for all of them is their order open */
    }
    struct product_walk walk = {.r = r};
    const struct stored_product *product = next_product(&walk);
    while (product && !take_product(r, walk.parts, knowledge_text(r->k, product->strength))) {
        product = next_product(&walk);
    }
}

/* Bytes of the longest of the brands ("Bactrim DS;Septra DS") that stands in the folded text as whole words. */
static size_t longest_brand(const char *brands, const char *folded)
{
    size_t longest = 0;
    while (*brands) {
        size_t len = strcspn(brands, ";");
        char *brand = mem_copy_bytes(brands, len);
        char *name = text_fold(brand);
        size_t name_len = strlen(name);
        const char *at = name_len > longest ? strstr(folded, name) : NULL;
        bool is_whole = at && (at == folded || at[-1] == ' ') && (at[name_len] == ' ' || at[name_len] == '\0');
        longest = is_whole ? name_len : longest;
        mem_free(name);
        mem_free(brand);
        brands += len + (brands[len] == ';');
    }
    return longest;
}

/* ---- a combination by the sum of its parts ---- */

/* The sum of what one piece holds; false where a part is not known, or is a concentration. */
static bool sum_of_parts(const struct drug_identity *product, int count, enum unit unit, struct decimal *out)
{
    *out = decimal_from_int(0);
    for (int i = 0; i < count; i++) {
        struct decimal part;
        if (product->strengths[i].unit == UNIT_NONE || !decimal_is_zero(product->strengths[i].per) ||
            unit_convert(product->strengths[i].amount, product->strengths[i].unit, unit, &part) != STATUS_OK ||
            decimal_add(*out, part, out) != STATUS_OK) {
            return false;
        }
    }
    return true;
}

/* The place of the part that is as strong as that; -1: none. */
static int part_of(const struct drug_identity *product, int count, struct decimal amount, enum unit unit)
{
    for (int i = 0; i < count; i++) {
        struct decimal part;
        if (product->strengths[i].unit != UNIT_NONE && decimal_is_zero(product->strengths[i].per) &&
            unit_convert(product->strengths[i].amount, product->strengths[i].unit, unit, &part) == STATUS_OK &&
            decimal_compare(part, amount) == 0) {
            return i;
        }
    }
    return -1;
}

/* What products of the combination fit an amount, by a part of that strength or by their sum. */
struct fitting {
    struct drug_identity product; /* the first of them */
    uint16_t ingredient;          /* whose part it is; KNOWLEDGE_NO_ID: of several, as the case may be */
    bool is_found, is_sole;       /* all that fit hold the same strengths */
};

static bool has_same_strengths(const struct drug_identity *a, const struct drug_identity *b, int count)
{
    for (int i = 0; i < count; i++) {
        int j = 0;
        while (j < count && b->ingredients[j] != a->ingredients[i]) {
            j++;
        }
        if (j == count || a->strengths[i].unit != b->strengths[j].unit ||
            decimal_compare(a->strengths[i].amount, b->strengths[j].amount) != 0) {
            return false;
        }
    }
    return true;
}

static void note_fitting(struct fitting *f, const struct drug_identity *product, int count, uint16_t ingredient)
{
    if (!f->is_found) {
        *f = (struct fitting){*product, ingredient, true, true};
        return;
    }
    f->is_sole = f->is_sole && has_same_strengths(&f->product, product, count);
    f->ingredient = f->ingredient == ingredient ? ingredient : KNOWLEDGE_NO_ID;
}

/* Among all products of these ingredients, or with `folded` among those of a brand that stands in it. */
static void find_fitting(const struct knowledge *k, struct drug_identity *drug, const char *folded, struct decimal amount,
                         enum unit unit, struct fitting *by_part, struct fitting *by_sum)
{
    const struct reading r = {.k = k, .out = drug, .found = drug->ingredient_count};
    struct product_walk walk = {.r = &r};
    for (const struct stored_product *found = next_product(&walk); found; found = next_product(&walk)) {
        struct drug_identity product = {0};
        struct reading p = {.k = k, .out = &product, .found = r.found};
        struct decimal sum;
        if (folded && longest_brand(knowledge_text(k, found->brands), folded) == 0) {
            continue;
        }
        memcpy(product.ingredients, walk.parts, (size_t)r.found * sizeof *walk.parts);
        drug_read_strengths(&p, knowledge_text(k, found->strength));
        int part = part_of(&product, r.found, amount, unit);
        if (part >= 0) {
            note_fitting(by_part, &product, r.found, product.ingredients[part]);
        } else if (sum_of_parts(&product, r.found, unit, &sum) && decimal_compare(sum, amount) == 0) {
            note_fitting(by_sum, &product, r.found, KNOWLEDGE_NO_ID);
        }
    }
}

int drug_read_amount(const struct knowledge *k, const char *text, struct drug_identity *drug, struct decimal amount,
                     enum unit unit)
{
    struct fitting by_part = {.is_found = false};
    struct fitting by_sum = {.is_found = false};
    int part = -1;
    for (int i = 0; i < drug->ingredient_count; i++) {
        if (drug->strengths[i].unit != UNIT_NONE) {
            return -1; /* the text says it */
        }
    }
    if (drug->ingredient_count < 2 || unit_dimension(unit) != UNIT_DIMENSION_MASS) {
        return -1;
    }
    char *folded = text_fold(text);
    find_fitting(k, drug, folded, amount, unit, &by_part, &by_sum);
    if (!by_part.is_found && !by_sum.is_found) {
        find_fitting(k, drug, NULL, amount, unit, &by_part, &by_sum);
    }
    mem_free(folded);
    const struct fitting *fits = by_part.is_found ? &by_part : &by_sum; /* "250 mg" of carbidopa with levodopa is levodopa's */
    for (int i = 0; fits->is_found && i < drug->ingredient_count; i++) {
        part = by_part.is_found && drug->ingredients[i] == by_part.ingredient ? i : part;
        for (int j = 0; fits->is_sole && j < drug->ingredient_count; j++) {
            if (drug->ingredients[i] == fits->product.ingredients[j]) {
                drug->strengths[i] = fits->product.strengths[j];
            }
        }
    }
    return part;
}

/* ---- a brand that comes in one strength ---- */

static const struct stored_product *sole_product(const struct knowledge *k, const char *text,
                                                 const struct drug_identity *drug, bool *out_is_listed)
{
    struct drug_identity copy = *drug;
    const struct reading r = {.k = k, .out = &copy, .found = drug->ingredient_count};
    struct product_walk walk = {.r = &r};
    const struct stored_product *found = NULL;
    size_t longest = 0;
    bool is_sole = false;
    char *folded = text_fold(text);
    for (const struct stored_product *product = next_product(&walk); product; product = next_product(&walk)) {
        size_t len = longest_brand(knowledge_text(k, product->brands), folded);
        if (len > longest) {
            longest = len;
            found = product;
            is_sole = true;
            *out_is_listed = product->is_listed;
        } else if (len > 0 && len == longest) {
            *out_is_listed = *out_is_listed && product->is_listed;
            is_sole = is_sole && strcmp(knowledge_text(k, product->strength), knowledge_text(k, found->strength)) == 0;
        }
    }
    mem_free(folded);
    return is_sole ? found : NULL;
}

bool drug_sole_strength(const struct knowledge *k, const char *text, const struct drug_identity *drug, int part,
                        struct drug_strength *out, bool *out_is_listed)
{
    const struct stored_product *found = text ? sole_product(k, text, drug, out_is_listed) : NULL;
    if (!found) {
        return false;
    }
    const struct stored_mix *mix = &KNOWLEDGE_RECORDS(k, MIXES, struct stored_mix)[found->mix];
    const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t) + mix->first_part;
    struct drug_identity product = {0};
    struct reading r = {.k = k, .out = &product, .found = mix->part_count};
    drug_read_strengths(&r, knowledge_text(k, found->strength));
    for (int i = 0; i < mix->part_count; i++) {
        if (parts[i] == drug->ingredients[part] && product.strengths[i].unit != UNIT_NONE) {
            *out = product.strengths[i];
            return true;
        }
    }
    return false;
}
