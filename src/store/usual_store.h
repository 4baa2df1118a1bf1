/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site's usual directions of a drug: counted with every order that is entered here, so that reading them costs a few
 * rows of an index however many orders there are. Writers run inside store_begin(). */
#ifndef STORE_USUAL_STORE_H
#define STORE_USUAL_STORE_H

#include "model/sig.h"
#include "store/store.h"

struct usual {
    struct sig sig;
    int uses;
};

/* What a sig has of its patient (the weight, the dose made from it) is left out. Nothing for '' and for directions that
 * have no structure. */
enum status usual_count(struct store *store, const char *ingredients, const struct sig *sig, int64_t now_us,
                        struct error *err) MUST_USE;
/* The most used first; fills at most `max`, *out_count how many. */
enum status usual_list(struct store *store, const char *ingredients, struct usual *out, int max, int *out_count,
                       struct error *err) MUST_USE;

#endif
