/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several allergies in one text, each perhaps with what the record says of it: "codeine (nausea),
 * penicillin (hives)". */
#ifndef SAFETY_ALLERGY_LIST_H
#define SAFETY_ALLERGY_LIST_H

#include <stddef.h>

#include "safety/knowledge.h"

/* Bytes of the first entry where the text holds more than one allergen, with what is said of it; 0
 * where it holds one or none, or is a name as a whole. */
size_t allergy_list_first(const struct knowledge *k, const char *text);
/* Bytes of what parts two entries, at its start. */
size_t allergy_list_gap(const char *text);

#endif
