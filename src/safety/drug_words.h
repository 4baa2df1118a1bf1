/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words around a drug's name: routes, forms, salts, and words that say nothing. One table for
 * resolve_drug(). */
#ifndef SAFETY_DRUG_WORDS_H
#define SAFETY_DRUG_WORDS_H

#include "safety/resolve.h"

enum drug_word_kind {
    DRUG_WORD_NONE,
    DRUG_WORD_ROUTE,
    DRUG_WORD_INJECTION, /* one of the routes by needle: which, the ingredient knows */
    DRUG_WORD_FORM,
    DRUG_WORD_SALT,
    DRUG_WORD_METAL, /* a salt right behind a name; anywhere else a drug */
    DRUG_WORD_RELEASE, /* extended release */
    DRUG_WORD_FILLER,
};

struct drug_word {
    const char *word; /* folded */
    enum drug_word_kind kind;
    enum route route; /* ROUTE_NONE_GIVEN: none */
    enum drug_form form;
};

const struct drug_word *drug_word_find(const char *folded); /* NULL when it is not in the table */

#endif
