/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of a section as a record. Private to src/exchange/ccda*.c. */
#ifndef EXCHANGE_CCDA_ENTRY_H
#define EXCHANGE_CCDA_ENTRY_H

#include "exchange/ccda_node.h"
#include "exchange/fhir.h"
#include "exchange/fhir_code.h"

/* What became of an entry. Strings are static and translated. */
struct ccda_outcome {
    const char *skipped;           /* why; NULL: it is a record */
    enum allergy_status statement; /* "none known": not a record, an answer */
};

bool ccda_is_negated(const xmlNode *node);
int ccda_word(const struct fhir_word *words, const xmlNode *node, const char *attribute); /* 0: not among them */

/* The observations of a concern act, one after the other, without those about the concern itself (priority, status); the
 * node itself when it is one. NULL ends. */
const xmlNode *ccda_observation_next(const xmlNode *act, const xmlNode *after);

/* The records own their strings; empty after a skip. *out_codings: the caller frees. */
struct ccda_outcome ccda_order_read(const xmlNode *administration_or_supply, const struct zone *zone,
                                    struct order *out, char **out_codings);
struct ccda_outcome ccda_allergy_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct allergy *out,
                                      char **out_codings);
struct ccda_outcome ccda_problem_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct condition *out,
                                      char **out_codings);

/* The schedule of an administration into `sig`: false where it is not stated, or not understood as a
 * whole (sig may then hold a part: drop it). times NULL: FHIR_TIMES_DEFAULT. */
int64_t ccda_minutes(const xmlNode *quantity); /* "4 h"; 0: not stated, or no whole number of minutes */
bool ccda_timing_read(const xmlNode *administration, const struct fhir_times *times,
                      struct sig *sig);

#endif
