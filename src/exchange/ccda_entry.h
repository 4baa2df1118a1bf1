/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One entry of a section as a record. Private to src/exchange/ccda*.c. */
#ifndef EXCHANGE_CCDA_ENTRY_H
#define EXCHANGE_CCDA_ENTRY_H

#include "exchange/ccda_node.h"
#include "exchange/fhir.h"

/* What became of an entry. Strings are static and translated. */
struct ccda_outcome {
    const char *skipped;           /* why; NULL: it is a record */
    enum allergy_status statement; /* "none known": not a record, an answer */
};

/* The records own their strings; empty after a skip. *out_codings: the caller frees. */
/* The observations of a concern act, one after the other; the node itself when it is one. NULL
 * ends. */
const xmlNode *ccda_observation_next(const xmlNode *act, const xmlNode *after);

struct ccda_outcome ccda_order_read(const xmlNode *administration, const struct zone *zone,
                                    struct order *out, char **out_codings);
struct ccda_outcome ccda_allergy_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct allergy *out,
                                      char **out_codings);
struct ccda_outcome ccda_problem_read(const xmlNode *act, const xmlNode *observation,
                                      const struct zone *zone, struct condition *out,
                                      char **out_codings);

/* The schedule of an administration into `sig`: false where it is not stated, or not understood as a
 * whole (sig may then hold a part: drop it). times NULL: FHIR_TIMES_DEFAULT. */
bool ccda_timing_read(const xmlNode *administration, const struct fhir_times *times,
                      struct sig *sig);

#endif
