/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two states of the knowledge, drug by drug and pair by pair: a chart that holds nothing of it has the
 * findings that it had. Errs on the side of "changed". Pure; both states must outlive the comparison. */
#ifndef SAFETY_KNOWLEDGE_CHANGE_H
#define SAFETY_KNOWLEDGE_CHANGE_H

#include <stdbool.h>

#include "safety/resolve.h"

struct knowledge_change;

/* Caller frees with knowledge_change_free(). */
struct knowledge_change *knowledge_change_new(const struct knowledge *before, const struct knowledge *after);
void knowledge_change_free(struct knowledge_change *change);

/* Names of allergens, conditions or foods, or what these imply, differ: every chart may be touched. */
bool knowledge_change_is_general(const struct knowledge_change *change);
/* What one text means before and after: another drug, another strength or form, or a drug whose own rules changed. */
bool knowledge_change_of_drug(const struct knowledge_change *change, const struct drug_identity *before,
                              const struct drug_identity *after);
/* The rules between the two changed. Identities of `after`. */
bool knowledge_change_of_pair(const struct knowledge_change *change, const struct drug_identity *a,
                              const struct drug_identity *b);

#endif
