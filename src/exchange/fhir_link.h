/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which resource a reference means. Every staged item is known by its key ("system|Type|id", which
 * also names its id in our store), by its fullUrl and its Type/id inside its own file, by its
 * identifiers, and, when it is contained, by its owner. Private to src/exchange/fhir*.c. */
#ifndef EXCHANGE_FHIR_LINK_H
#define EXCHANGE_FHIR_LINK_H

#include "exchange/fhir_item.h"
#include "exchange/text_index.h"

struct fhir_links {
    struct fhir_stage *stage;
    char **keys; /* one an item */
    struct text_index names;
};

/* Makes the keys, marks repetitions as skipped and contradictions as refused, and indexes the rest.
 */
void fhir_links_init(struct fhir_links *links, struct fhir_stage *stage);
void fhir_links_release(struct fhir_links *links);

struct fhir_item *fhir_links_item(const struct fhir_links *links, size_t at);
/* The item is broken: file, line, `key` of its type, and why (translated). */
void fhir_links_refuse(const struct fhir_links *links, size_t at, const char *key, const char *why);

enum fhir_found {
    FHIR_FOUND_NONE, /* it is in no file */
    FHIR_FOUND_ONE,
    FHIR_FOUND_SEVERAL, /* *out is the first of them */
};
/* What `reference` of the item at `from` points to; `type` is what a bare id would be. */
enum fhir_found fhir_links_find(const struct fhir_links *links, size_t from,
                                const struct fhir_reference *reference, const char *type,
                                size_t *out);
/* Key of the resource that a reference would mean if it were there; caller frees. */
char *fhir_links_key(const struct fhir_links *links, size_t from,
                     const struct fhir_reference *reference, const char *type);
/* "Patient" of "Patient/17", of "https://host/Patient/17", or Reference.type; NULL when it does not
 * say. Caller frees. */
char *fhir_reference_type(const struct fhir_reference *reference);

/* The Practitioner that a reference means, straight or by a role. False: none that is in the files.
 */
bool fhir_links_find_provider(const struct fhir_links *links, size_t from,
                              const struct fhir_reference *reference, size_t *out);

/* The payer's name. */
void fhir_coverage_link(const struct fhir_links *links, size_t at);

/* Drug, prescriber and reason of the order at `at`, from what it refers to. */
void fhir_order_link(const struct fhir_links *links, size_t at);

#endif
