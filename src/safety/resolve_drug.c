/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a drug text from left to right: the longest name that the index knows, then strengths,
 * routes, forms, salts and words that say nothing. What is left over may be another ingredient, so
 * it is reported. */
#include <string.h>

#include "safety/drug_reading.h"
#include "safety/drug_words.h"

#define NAME_WORDS_MAX 10

/* ---- names ---- */

static void add_part(struct reading *r, uint16_t substance)
{
    for (int i = 0; i < r->found; i++) {
        if (r->out->ingredients[i] == substance) {
            return; /* "Tylenol (acetaminophen)" is one drug */
        }
    }
    if (r->found == DRUG_INGREDIENTS_MAX) {
        r->is_too_many = true;
        return;
    }
    r->out->ingredients[r->found++] = substance;
}

static void add_name(struct reading *r, const struct stored_name *name)
{
    r->is_ambiguous = r->is_ambiguous || name->is_ambiguous;
    r->last_parts = 1;
    r->list_count = 0;
    r->out->is_release_said = r->out->is_release_said || name->rank == STORED_RANK_BRAND;
    r->out->is_salt_said = r->out->is_salt_said || name->rank == STORED_RANK_SYNONYM;
    if (name->use != KNOWLEDGE_NO_ID) {
        r->out->use = (uint16_t)(name->use + 1);
    }
    if (name->kind == STORED_NAME_SUBSTANCE) {
        add_part(r, (uint16_t)name->target);
        return;
    }
    const struct stored_mix *mix = &KNOWLEDGE_RECORDS(r->k, MIXES, struct stored_mix)[name->target];
    const uint16_t *parts = KNOWLEDGE_RECORDS(r->k, MIX_PARTS, uint16_t) + mix->first_part;
    r->last_parts = mix->part_count;
    for (int i = 0; i < mix->part_count; i++) {
        add_part(r, parts[i]);
    }
    r->mix_route = (enum route)mix->route;
    r->mix_form = (enum drug_form)mix->form;
}

/* A brand of one ingredient whose products all have one route: "Timoptic" is for the eye. A generic name has its usual
 * route, whatever the products are: "ethanol" is a drink before it is a hand rub. */
static void adopt_product(struct reading *r, const struct stored_name *name,
                          const struct stored_name *end)
{
    const struct stored_mix *mixes = KNOWLEDGE_RECORDS(r->k, MIXES, struct stored_mix);
    const uint16_t *parts = KNOWLEDGE_RECORDS(r->k, MIX_PARTS, uint16_t);
    for (const struct stored_name *other = name + 1; other < end; other++) {
        const struct stored_mix *mix = &mixes[other->target];
        if (name->kind == STORED_NAME_SUBSTANCE && name->rank != STORED_RANK_NAME && other->kind == STORED_NAME_MIX &&
            mix->part_count == 1 && parts[mix->first_part] == name->target) {
            r->mix_route = (enum route)mix->route;
            r->mix_form = (enum drug_form)mix->form;
        }
    }
}

/* "losartan potassium": the salt of what stands before it, not a second drug. */
static bool is_salt_here(const struct reading *r, int at)
{
    char folded[FOLDED_MAX];
    bool is_behind_name = r->found > 0 && at == r->last_end &&
                          (r->tokens[at].before == ' ' || r->tokens[at].before == '\0');
    if (!is_behind_name) {
        return false;
    }
    drug_fold_tokens(r, at, at, folded);
    const struct drug_word *word = drug_word_find(folded);
    return word && (word->kind == DRUG_WORD_SALT || word->kind == DRUG_WORD_METAL);
}

/* "vitamin b 12" -> "vitamin b12" in place; false when the text does not end so. */
static bool join_letter_and_number(char *folded)
{
    char *space = strrchr(folded, ' ');
    if (!space || !drug_is_digit(space[1]) || space - folded < 3 || space[-2] != ' ') {
        return false;
    }
    memmove(space, space + 1, strlen(space));
    return true;
}

/* Takes the longest name at token `at`; gives the token behind it, or `at`. */
static int take_name(struct reading *r, int at)
{
    char folded[FOLDED_MAX];
    int most = r->count - at < NAME_WORDS_MAX ? r->count - at : NAME_WORDS_MAX;
    for (int n = most; n > 0; n--) {
        const struct token *last = &r->tokens[at + n - 1];
        if (last->is_in_brackets != r->tokens[at].is_in_brackets ||
            (n == 1 && (last->is_number || is_salt_here(r, at)))) {
            continue;
        }
        drug_fold_tokens(r, at, at + n - 1, folded);
        const struct stored_name *end = NULL;
        const struct stored_name *name =
            folded[0] ? knowledge_find_name(r->k, KNOWLEDGE_DRUG_NAMES, folded, &end) : NULL;
        if (!name && join_letter_and_number(folded)) { /* "vitamin B 12" is vitamin B12 */
            name = knowledge_find_name(r->k, KNOWLEDGE_DRUG_NAMES, folded, &end);
        }
        bool is_word = n == 1 && name && name->rank >= STORED_RANK_BRAND && drug_word_find(folded);
        if (name && !is_word) {
            add_name(r, name);
            adopt_product(r, name, end);
            r->last_end = at + n;
            return at + n;
        }
    }
    return at;
}

/* ---- the other words ---- */

static bool is_unimportant(const struct reading *r, int at, const char *folded)
{
    if (strlen(folded) <= 1 || r->tokens[at].is_number) {
        return true;
    }
    if (strncmp(folded, "nda", 3) == 0 && drug_is_digit(folded[3])) {
        return true; /* RxNorm names some products by their licence */
    }
    if (at == r->last_end && r->tokens[at].before == '-' && strlen(folded) == 4) {
        return true; /* "adalimumab-aaty": the maker's suffix of a biological */
    }
    return drug_unit_at(r, at) != UNIT_NONE;
}

static void take_word(struct reading *r, int at)
{
    char folded[FOLDED_MAX];
    drug_fold_tokens(r, at, at, folded);
    const struct drug_word *word = drug_word_find(folded);
    bool is_alone = word && word->kind == DRUG_WORD_METAL && !is_salt_here(r, at);
    if (word && !is_alone) { /* "calcium + vitamin D": there it is a drug */
        if (word->kind == DRUG_WORD_ROUTE && r->word_route == ROUTE_NONE_GIVEN) {
            r->word_route = word->route;
        }
        if (word->kind == DRUG_WORD_FORM && r->form_route == ROUTE_NONE_GIVEN) {
            r->form_route = word->route;
        }
        if (word->form != DRUG_FORM_NONE && r->out->form == DRUG_FORM_NONE) {
            r->out->form = word->form;
        }
        r->is_injection = r->is_injection || word->kind == DRUG_WORD_INJECTION;
        r->out->is_extended_release = r->out->is_extended_release ||
                                      word->kind == DRUG_WORD_RELEASE;
        r->out->is_delayed_release = r->out->is_delayed_release || strcmp(folded, "dr") == 0 || strcmp(folded, "delayed") == 0 ||
                                     strcmp(folded, "enteric") == 0 || strcmp(folded, "ec") == 0;
        r->out->is_release_said = r->out->is_release_said || word->kind == DRUG_WORD_RELEASE ||
                                  strcmp(folded, "ir") == 0 || strcmp(folded, "immediate") == 0 ||
                                  strcmp(folded, "dr") == 0 || strcmp(folded, "delayed") == 0 ||
                                  strcmp(folded, "liposomal") == 0;
        r->out->is_salt_said = r->out->is_salt_said || word->kind == DRUG_WORD_SALT || word->kind == DRUG_WORD_METAL;
        if ((word->kind == DRUG_WORD_SALT || word->kind == DRUG_WORD_METAL) && r->last_end == at) {
            r->last_end = at + 1;
        }
        return;
    }
    if (!is_unimportant(r, at, folded) && !r->out->unmatched[0]) {
        size_t len = r->tokens[at].end - r->tokens[at].start;
        len = len < sizeof r->out->unmatched ? len : sizeof r->out->unmatched - 1;
        memcpy(r->out->unmatched, r->text + r->tokens[at].start, len);
        r->out->unmatched[len] = '\0';
    }
}

/* ---- route ---- */

static enum route injection_route(uint32_t routes, enum route usual)
{
    static const enum route needles[] = {ROUTE_SUBCUT, ROUTE_IV, ROUTE_IM, ROUTE_INTRATHECAL};
    for (size_t i = 0; i < sizeof needles / sizeof *needles; i++) {
        if (usual == needles[i]) {
            return usual;
        }
    }
    if (routes & (1u << ROUTE_IV)) {
        return ROUTE_IV;
    }
    for (size_t i = 0; i < sizeof needles / sizeof *needles; i++) {
        if (routes & (1u << needles[i])) {
            return needles[i];
        }
    }
    return ROUTE_IV;
}

/* What a form means for this drug: the first of its usual routes that the drug has. */
static enum route form_route(enum drug_form form, enum route hint, uint32_t routes,
                             enum route usual)
{
    static const enum route by_form[DRUG_FORM_COUNT][5] = {
        [DRUG_FORM_TABLET] = {ROUTE_ORAL, ROUTE_SUBLINGUAL, ROUTE_BUCCAL, ROUTE_VAGINAL},
        [DRUG_FORM_CAPSULE] = {ROUTE_ORAL, ROUTE_INHALED},
        [DRUG_FORM_CREAM] = {ROUTE_TOPICAL, ROUTE_VAGINAL, ROUTE_RECTAL, ROUTE_OPHTHALMIC, ROUTE_TRANSDERMAL},
        [DRUG_FORM_DROPS] = {ROUTE_OPHTHALMIC, ROUTE_OTIC, ROUTE_ORAL, ROUTE_NASAL},
        [DRUG_FORM_INHALER] = {ROUTE_INHALED, ROUTE_NASAL},
        [DRUG_FORM_SPRAY] = {ROUTE_NASAL, ROUTE_SUBLINGUAL, ROUTE_TOPICAL, ROUTE_BUCCAL},
        [DRUG_FORM_PATCH] = {ROUTE_TRANSDERMAL, ROUTE_TOPICAL},
        [DRUG_FORM_SUPPOSITORY] = {ROUTE_RECTAL, ROUTE_VAGINAL},
        [DRUG_FORM_RING] = {ROUTE_VAGINAL},
        [DRUG_FORM_IMPLANT] = {ROUTE_SUBCUT},
    };
    if (hint != ROUTE_NONE_GIVEN && (routes == 0 || (routes & (1u << hint)))) {
        return hint;
    }
    for (int i = 0; i < 5 && by_form[form][i] != ROUTE_NONE_GIVEN; i++) {
        if (routes & (1u << by_form[form][i])) {
            return by_form[form][i];
        }
    }
    if (form == DRUG_FORM_DROPS || form == DRUG_FORM_LIQUID || form == DRUG_FORM_POWDER) {
        return usual;
    }
    return hint != ROUTE_NONE_GIVEN ? hint : by_form[form][0];
}

static void settle_route(struct reading *r)
{
    struct drug_identity *out = r->out;
    uint16_t first = out->ingredients[0];
    uint32_t routes = knowledge_routes(r->k, first);
    enum route usual = knowledge_usual_route(r->k, first);
    if (r->word_route != ROUTE_NONE_GIVEN) {
        out->route = r->word_route;
    } else if (r->is_injection) {
        out->route = injection_route(routes, usual);
    } else if (out->form != DRUG_FORM_NONE && out->form != DRUG_FORM_LIQUID &&
               out->form != DRUG_FORM_POWDER && out->form != DRUG_FORM_INJECTION) {
        out->route = form_route(out->form, r->form_route, routes, usual);
    } else {
        out->route = r->form_route != ROUTE_NONE_GIVEN ? r->form_route : r->mix_route;
    }
    if (out->form == DRUG_FORM_NONE) {
        out->form = r->mix_form;
    }
}

/* ---- the whole ---- */

static void sort_parts(struct drug_identity *out)
{
    uint16_t primary = out->ingredients[0];
    for (int i = 1; i < out->ingredient_count; i++) {
        for (int j = i; j > 0 && out->ingredients[j] < out->ingredients[j - 1]; j--) {
            uint16_t id = out->ingredients[j];
            struct drug_strength s = out->strengths[j];
            out->ingredients[j] = out->ingredients[j - 1];
            out->strengths[j] = out->strengths[j - 1];
            out->ingredients[j - 1] = id;
            out->strengths[j - 1] = s;
        }
    }
    for (uint8_t i = 0; i < out->ingredient_count; i++) {
        out->primary = out->ingredients[i] == primary ? i : out->primary;
    }
}

static enum drug_match match_of(const struct reading *r)
{
    const struct drug_identity *out = r->out;
    if (out->ingredient_count == 0) {
        return DRUG_UNKNOWN;
    }
    bool is_unspecified = false;
    for (int i = 0; i < out->ingredient_count; i++) {
        is_unspecified = is_unspecified || (knowledge_is_curated(r->k, out->ingredients[i]) &&
                                            (knowledge_flags(r->k, out->ingredients[i]) & INGREDIENT_UNSPECIFIED));
    }
    if (r->is_ambiguous || is_unspecified) {
        return DRUG_AMBIGUOUS;
    }
    if (out->unmatched[0] || r->is_too_many || r->is_cut) {
        return DRUG_PARTIAL;
    }
    for (int i = 0; i < out->ingredient_count; i++) {
        if (!knowledge_is_curated(r->k, out->ingredients[i])) {
            return DRUG_NAME_ONLY;
        }
    }
    return DRUG_KNOWN;
}

static void read_tokens(struct reading *r, bool in_brackets)
{
    struct drug_strength pending = {0};
    int at = 0;
    while (at < r->count) {
        if (r->tokens[at].is_in_brackets != in_brackets) {
            at++;
            continue;
        }
        int next = take_name(r, at);
        if (next > at) {
            if (drug_is_strength(&pending) && r->found > 0 && !r->has_strength[r->found - 1]) {
                drug_place_strength(r, &pending);
            }
            pending = (struct drug_strength){0};
            at = next;
        } else if (r->tokens[at].is_number) {
            at = drug_take_strengths(r, at, &pending);
        } else {
            take_word(r, at);
            at++;
        }
    }
}

/* The brand in brackets names the drug again: it may complete it ("Acetaminophen 325 MG
 * [Percocet]"), stand alone, or contradict it. */
static void read_brackets(struct reading *r)
{
    struct drug_identity brand = {0};
    struct reading b = *r;
    b.out = &brand;
    b.found = 0;
    b.last_end = 0;
    b.is_ambiguous = false;
    read_tokens(&b, true);
    if (brand.unmatched[0] && r->found > 0) {
        return; /* a brand that is not in the tables adds nothing */
    }
    for (int i = 0; i < r->found && b.found > 0; i++) {
        bool is_in_brand = false;
        for (int j = 0; j < b.found; j++) {
            is_in_brand = is_in_brand || brand.ingredients[j] == r->out->ingredients[i];
        }
        r->is_ambiguous = r->is_ambiguous || !is_in_brand;
    }
    for (int j = 0; j < b.found; j++) {
        add_part(r, brand.ingredients[j]);
    }
    if (r->found == b.found) {
        r->is_ambiguous = r->is_ambiguous || b.is_ambiguous;
        r->mix_route = r->mix_route != ROUTE_NONE_GIVEN ? r->mix_route : b.mix_route;
    }
}

static void take_code(struct reading *r, const struct stored_product_code *code)
{
    if (code->substance != UINT32_MAX) {
        add_part(r, (uint16_t)code->substance);
        return;
    }
    struct stored_name name = {.kind = STORED_NAME_MIX, .target = code->mix};
    add_name(r, &name);
    r->out->form = r->mix_form;
    r->word_route = r->mix_route;
    drug_read_strengths(r, knowledge_text(r->k, code->strength));
}

static bool holds(const struct drug_identity *drug, uint16_t ingredient)
{
    for (int i = 0; i < drug->ingredient_count; i++) {
        if (drug->ingredients[i] == ingredient) {
            return true;
        }
    }
    return false;
}

/* A product that holds all of them that rules speak of, and perhaps more. */
static bool is_one_product(const struct knowledge *k, const struct drug_identity *drug)
{
    uint32_t count = 0;
    int curated = 0;
    for (int i = 0; i < drug->ingredient_count; i++) {
        curated += knowledge_is_curated(k, drug->ingredients[i]);
    }
    const struct stored_mix *mixes = knowledge_section(k, KNOWLEDGE_MIXES, &count);
    for (uint32_t m = 0; m < count; m++) {
        const uint16_t *parts = KNOWLEDGE_RECORDS(k, MIX_PARTS, uint16_t) + mixes[m].first_part;
        int held = 0;
        for (int i = 0; i < mixes[m].part_count; i++) {
            held += knowledge_is_curated(k, parts[i]) && holds(drug, parts[i]);
        }
        if (held == curated) {
            return true;
        }
    }
    return false;
}

static const char *skip_space(const char *text)
{
    while (*text == ' ' || *text == '\t') {
        text++;
    }
    return text;
}

enum drug_match resolve_drug(const struct knowledge *k, const char *text, struct drug_identity *out)
{
    struct reading r = {.k = k, .text = skip_space(text), .out = out};
    *out = (struct drug_identity){0};
    const struct stored_product_code *code = NULL;
    if (!drug_code_read(k, r.text, &code, &r.is_ambiguous)) {
        drug_tokenize(&r);
        read_tokens(&r, false);
        read_brackets(&r);
    } else if (code) {
        take_code(&r, code);
    }
    out->ingredient_count = (uint8_t)r.found;
    if (r.found > 0) {
        drug_match_product(&r);
        settle_route(&r);
        sort_parts(out);
        out->is_loose = r.found > 1 && !is_one_product(k, out);
    }
    out->match = match_of(&r);
    return out->match;
}

const char *drug_assumed_form(const struct knowledge *k, const struct drug_identity *drug)
{
    if (drug->ingredient_count != 1 || !knowledge_is_curated(k, drug->ingredients[0]) || drug->is_release_said) {
        return "";
    }
    const struct stored_substance *s = &KNOWLEDGE_RECORDS(k, SUBSTANCES, struct stored_substance)[drug->ingredients[0]];
    bool is_swallowed = drug->route == ROUTE_ORAL || (drug->route == ROUTE_NONE_GIVEN && s->usual_route == ROUTE_ORAL);
    bool is_one_form = s->usual_route == ROUTE_ORAL && (!is_swallowed || drug->form == DRUG_FORM_LIQUID);
    return is_one_form || (s->salt_says && drug->is_salt_said) ? "" : knowledge_text(k, s->assumed);
}
