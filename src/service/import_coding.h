/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the knowledge base can make of an imported substance: its words, else a code, else the words
 * of one of its codes ("system|code|display" lines). Nothing is guessed: "" is shown as unchecked.
 * Private to src/service/import*.c. */
#ifndef SERVICE_IMPORT_CODING_H
#define SERVICE_IMPORT_CODING_H

#include "model/allergy.h"
#include "model/order.h"
#include "safety/knowledge.h"

/* A text that resolve_allergen() understands; screening resolves it again and so follows new
 * knowledge. Caller frees. */
char *import_allergen_key(const struct knowledge *k, const struct allergy *allergy,
                          const char *codings);
/* Knowledge keys joined by ';'. Caller frees. */
char *import_ingredients(const struct knowledge *k, const struct order *order, const char *codings);

#endif
