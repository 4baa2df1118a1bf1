/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergies, intolerances, side effects and what is tolerated: adding, correcting, and the four-way assessment (not asked,
 * unable with a reason, none known, list). A correction is a new row; what was written stays. */
#ifndef SERVICE_ALLERGIES_H
#define SERVICE_ALLERGIES_H

#include "model/allergy.h"
#include "service/site.h"

/* The allergen is resolved by the knowledge; a text that it does not know is kept and is not checked. Refused when the same
 * substance is on the list already. Ends "no known allergies". */
enum status allergy_add(struct actor *actor, const struct allergy *allergy, struct error *err) MUST_USE;

/* allergy->supersedes is the row that is corrected: wrong details, refuted, resolved, entered in error. STATUS_STALE when
 * somebody corrected it meanwhile; nothing is saved then. */
enum status allergy_correct(struct actor *actor, const struct allergy *allergy, struct error *err) MUST_USE;

/* "No known allergies", or "unable" with a reason. Refused while an active allergy is listed. */
enum status allergy_assess(struct actor *actor, struct uid patient, int32_t base_ver, enum allergy_status status,
                           const char *reason, struct error *err) MUST_USE;

/* What the knowledge makes of a text: "drug", "class of drugs", "group of related substances", or that it is not known.
 * Translated, static. *out_is_known may be NULL. */
const char *allergen_kind_text(const struct site *site, const char *text, bool *out_is_known);

/* Names that begin with what was typed: groups, classes, drugs. Borrowed from the knowledge; at most max. */
int allergen_suggest(const struct site *site, const char *typed, const char **out, int max);

#endif
