/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drug text while resolve_drug() reads it: its tokens, and what was found so far. Only
 * resolve_drug.c, drug_tokens.c and drug_strengths.c include it. */
#ifndef SAFETY_DRUG_READING_H
#define SAFETY_DRUG_READING_H

#include "safety/knowledge_format.h"
#include "safety/resolve.h"

#define TOKENS_MAX 96
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
    struct drug_strength
        list[DRUG_INGREDIENTS_MAX]; /* numbers of a list, before anybody knew whose they are */
    int list_count;
};

/* drug_tokens.c */
void drug_tokenize(struct reading *r);
/* text_fold() of tokens first .. last, without allocating for ASCII; "" when it does not fit. */
void drug_fold_tokens(const struct reading *r, int first, int last, char out[FOLDED_MAX]);
static inline bool drug_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* drug_code.c: whether the text is a code and no name; *out NULL when nobody knows the code. *out_is_ambiguous: ten digits
 * that are several drugs, by where the hyphens stood. */
bool drug_code_read(const struct knowledge *k, const char *text,
                    const struct stored_product_code **out, bool *out_is_ambiguous);

/* drug_strengths.c */
enum unit drug_unit_at(const struct reading *r, int at);
bool drug_is_strength(const struct drug_strength *s);
/* Reads a list like "875 mg/125 mg" or "5-325 mg" at token `at`, gives it to the parts before it
 * (or to *pending when there is none yet) and answers the token behind it. */
int drug_take_strengths(struct reading *r, int at, struct drug_strength *pending);
void drug_place_strength(struct reading *r, const struct drug_strength *strength);
/* "875 mg;125 mg": the strengths of the parts in the order of the table. */
void drug_read_strengths(struct reading *r, const char *cell);
/* "Percocet 5/325": the numbers in the order of a product that exists, with its units. */
void drug_match_product(struct reading *r);

#endif
