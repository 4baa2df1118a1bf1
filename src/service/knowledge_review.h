/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of the site (one for each person, whatever the number of records) under two states of the drug knowledge: how often people would be interrupted, and whose chart
 * gains or loses findings. Reads only; about the current orders and those that still act, allergies and problems. */
#ifndef SERVICE_KNOWLEDGE_REVIEW_H
#define SERVICE_KNOWLEDGE_REVIEW_H

#include "service/site.h"

struct review_counts {
    int64_t charts;              /* with at least one current drug */
    int64_t interrupting_before; /* findings that interrupt, over all charts; with `take` over those that can change */
    int64_t interrupting_after;
    int64_t affected;            /* charts that gain or lose a finding above minor */
};

/* One affected chart. changes: JSON {"gained":[...],"lost":[...]}, borrowed for the call. */
typedef enum status review_fn(void *to, struct uid patient, enum interaction_type worst, const char *changes,
                              struct error *err);

/* take may be NULL: only counts, of every chart. With it only charts that can change are screened. Inside a transaction or
 * not. */
enum status knowledge_review(struct site *site, const struct knowledge *before, const struct knowledge *after,
                             review_fn *take, void *to, struct review_counts *out, struct error *err) MUST_USE;

#endif
