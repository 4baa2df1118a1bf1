/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads a drug text from left to right: the longest name that the index knows, then strengths,
 * routes, forms, salts and words that say nothing. What is left over may be another ingredient, so
 * it is reported. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "safety/drug_words.h"
#include "safety/knowledge_format.h"
#include "safety/resolve.h"

#define TOKENS_MAX 96
#define NAME_WORDS_MAX 10
#define FOLDED_MAX 160

struct token {
    size_t start, end; /* bytes in the text */
    bool is_number;
    bool is_in_brackets;
    struct decimal value;
    char before; /* the joint in front: ' ', '/', '-', '+', '\0' when glued */
};

struct reading {
    const struct knowledge *k;
    const char *text;
    struct token tokens[TOKENS_MAX];
    int count;
    bool is_cut;
    struct drug_identity *out;
    int found; /* parts so far, in the order of the text; out->ingredients until they are sorted */
    bool has_strength[DRUG_INGREDIENTS_MAX];
    int last_end;   /* token behind the last name */
    int last_parts; /* ingredients of the last name */
    bool is_ambiguous, is_too_many;
    enum route word_route, form_route, mix_route;
    enum drug_form mix_form;
    bool is_injection;
};

/* ---- tokens ---- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* Bytes of the number at p: digits, one point followed by digits, or commas before three digits. */
static size_t number_len(const char *p)
{
    size_t len = 0;
    while (is_digit(p[len])) {
        len++;
    }
    while (p[len] == ',' && is_digit(p[len + 1]) && is_digit(p[len + 2]) && is_digit(p[len + 3]) &&
           !is_digit(p[len + 4])) {
        len += 4;
    }
    if (p[len] == '.' && is_digit(p[len + 1])) {
        len++;
        while (is_digit(p[len])) {
            len++;
        }
    }
    return len;
}

static struct decimal number_value(const char *p, size_t len)
{
    char plain[DECIMAL_TEXT_MAX];
    size_t n = 0;
    struct decimal value = {0, 0};
    for (size_t i = 0; i < len && n + 1 < sizeof plain; i++) {
        if (p[i] != ',') {
            plain[n++] = p[i];
        }
    }
    plain[n] = '\0';
    if (decimal_parse(plain, &value, NULL) != STATUS_OK) {
        value = (struct decimal){0, 0}; /* too long to be a strength: no strength */
    }
    return value;
}

static void tokenize(struct reading *r)
{
    const char *text = r->text;
    char before = ' ';
    bool is_in_brackets = false;
    size_t at = 0;
    while (text[at]) {
        char c = text[at];
        if (!is_digit(c) && !is_letter(c) && c != '%') {
            is_in_brackets = c == '[' || (is_in_brackets && c != ']');
            before = c == '/' || c == '-' || c == '+' || c == '&' || c == ',' ? c
                     : before                                                 ? before
                                                                              : ' ';
            at++;
            continue;
        }
        if (r->count == TOKENS_MAX) {
            r->is_cut = true;
            return;
        }
        struct token *t = &r->tokens[r->count++];
        *t = (struct token){.start = at, .before = before, .is_in_brackets = is_in_brackets};
        if (is_digit(c)) {
            size_t len = number_len(text + at);
            t->is_number = true;
            t->value = number_value(text + at, len);
            at += len;
        } else if (c == '%') {
            at++;
        } else {
            while (is_letter(text[at]) || is_digit(text[at])) {
                at++;
            }
        }
        t->end = at;
        before = '\0';
    }
}

/* text_fold() of tokens first .. last, without allocating for ASCII. */
static void fold_tokens(const struct reading *r, int first, int last, char out[FOLDED_MAX])
{
    size_t start = r->tokens[first].start;
    size_t end = r->tokens[last].end;
    size_t n = 0;
    bool is_space_due = false;
    out[0] = '\0';
    for (size_t i = start; i < end; i++) {
        char c = r->text[i];
        if ((unsigned char)c >= 0x80) {
            char *slice = mem_copy_bytes(r->text + start, end - start);
            char *folded = text_fold(slice);
            size_t len = strlen(folded);
            memcpy(out, folded, len < FOLDED_MAX ? len + 1 : 0);
            mem_free(folded);
            mem_free(slice);
            return;
        }
        if (!is_letter(c) && !is_digit(c)) {
            is_space_due = n > 0;
            continue;
        }
        if (n + 2 >= FOLDED_MAX) {
            out[0] = '\0';
            return;
        }
        if (is_space_due) {
            out[n++] = ' ';
        }
        is_space_due = false;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    out[n] = '\0';
}

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

/* "losartan potassium": the salt of what stands before it, not a second drug. */
static bool is_salt_here(const struct reading *r, int at)
{
    char folded[FOLDED_MAX];
    bool is_behind_name = r->found > 0 && at == r->last_end &&
                          (r->tokens[at].before == ' ' || r->tokens[at].before == '\0');
    if (!is_behind_name) {
        return false;
    }
    fold_tokens(r, at, at, folded);
    const struct drug_word *word = drug_word_find(folded);
    return word && word->kind == DRUG_WORD_SALT;
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
        fold_tokens(r, at, at + n - 1, folded);
        const struct stored_name *end = NULL;
        const struct stored_name *name =
            folded[0] ? knowledge_find_name(r->k, KNOWLEDGE_DRUG_NAMES, folded, &end) : NULL;
        bool is_word = n == 1 && name && name->rank >= STORED_RANK_BRAND && drug_word_find(folded);
        if (name && !is_word) {
            add_name(r, name);
            r->last_end = at + n;
            return at + n;
        }
    }
    return at;
}

/* ---- strengths ---- */

static enum unit unit_at(const struct reading *r, int at)
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
    bool has_number = r->tokens[at].is_number;
    int unit_place = has_number ? at + 1 : at;
    enum unit unit = unit_at(r, unit_place);
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
        s->unit = is_percent ? UNIT_PERCENT : unit_at(r, i);
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

static bool is_strength(const struct drug_strength *s)
{
    enum unit_dimension d = unit_dimension(s->unit);
    return s->amount.mantissa > 0 && s->unit != UNIT_NONE &&
           (d == UNIT_DIMENSION_MASS || d == UNIT_DIMENSION_ACTIVITY || d == UNIT_DIMENSION_MOLES ||
            d == UNIT_DIMENSION_CHARGE || s->unit == UNIT_PERCENT || s->unit == UNIT_MG_ML);
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
        if (is_strength(&list[i])) {
            r->out->strengths[first + i] = list[i];
            r->has_strength[first + i] = true;
        }
    }
}

static int take_strengths(struct reading *r, int at, struct drug_strength *pending)
{
    struct drug_strength list[DRUG_INGREDIENTS_MAX];
    int count = take_list(r, &at, list);
    if (r->found == 0) {
        if (count == 1 && is_strength(&list[0])) {
            *pending = list[0]; /* "500 mg amoxicillin" */
        }
        return at;
    }
    place_strengths(r, list, count);
    return at;
}

/* ---- the other words ---- */

static bool is_unimportant(const struct reading *r, int at, const char *folded)
{
    if (strlen(folded) <= 1 || r->tokens[at].is_number) {
        return true;
    }
    if (strncmp(folded, "nda", 3) == 0 && is_digit(folded[3])) {
        return true; /* RxNorm names some products by their licence */
    }
    return unit_at(r, at) != UNIT_NONE;
}

static void take_word(struct reading *r, int at)
{
    char folded[FOLDED_MAX];
    fold_tokens(r, at, at, folded);
    const struct drug_word *word = drug_word_find(folded);
    if (word) {
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
        if (word->kind == DRUG_WORD_SALT && r->last_end == at) {
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
    static const enum route by_form[DRUG_FORM_COUNT][4] = {
        [DRUG_FORM_TABLET] = {ROUTE_ORAL, ROUTE_SUBLINGUAL, ROUTE_BUCCAL, ROUTE_VAGINAL},
        [DRUG_FORM_CAPSULE] = {ROUTE_ORAL, ROUTE_INHALED},
        [DRUG_FORM_CREAM] = {ROUTE_TOPICAL, ROUTE_VAGINAL, ROUTE_RECTAL, ROUTE_OPHTHALMIC},
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
    for (int i = 0; i < 4 && by_form[form][i] != ROUTE_NONE_GIVEN; i++) {
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
    if (r->is_ambiguous) {
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
            if (is_strength(&pending) && r->found > 0 && !r->has_strength[r->found - 1]) {
                place_strengths(r, &pending, 1);
            }
            pending = (struct drug_strength){0};
            at = next;
        } else if (r->tokens[at].is_number) {
            at = take_strengths(r, at, &pending);
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

static bool read_rxcui(struct reading *r, const char **out_text)
{
    const char *p = r->text;
    bool is_named = strncmp(p, "rxcui:", 6) == 0 || strncmp(p, "RXCUI:", 6) == 0;
    p += is_named ? 6 : strncmp(p, "rxnorm:", 7) == 0 ? 7 : 0;
    char *end = NULL;
    while (*p == ' ') {
        p++;
    }
    unsigned long code = is_digit(*p) ? strtoul(p, &end, 10) : 0;
    if (code == 0 || *end || code > UINT32_MAX) {
        return false;
    }
    uint32_t high = 0;
    const struct stored_rxcui *codes = knowledge_section(r->k, KNOWLEDGE_RXCUIS, &high);
    for (uint32_t low = 0; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (codes[middle].rxcui == code) {
            if (codes[middle].substance != UINT32_MAX) {
                add_part(r, (uint16_t)codes[middle].substance);
            }
            *out_text = knowledge_text(r->k, codes[middle].text);
            return true;
        }
        if (codes[middle].rxcui < code) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return true;
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
    const char *product = "";
    *out = (struct drug_identity){0};
    if (read_rxcui(&r, &product) && product[0]) {
        r.text = product;
        r.found = 0;
    }
    if (product[0] || r.found == 0) {
        tokenize(&r);
        read_tokens(&r, false);
        read_brackets(&r);
    }
    out->ingredient_count = (uint8_t)r.found;
    if (r.found > 0) {
        settle_route(&r);
        sort_parts(out);
    }
    out->match = match_of(&r);
    return out->match;
}
