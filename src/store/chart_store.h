/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergies and problems of a patient. Lists are newest-relevant first and owned by the caller. Writers run inside
 * store_begin(); *out_old / *out_new are JSON for the audit (may be NULL; the caller frees). */
#ifndef STORE_CHART_STORE_H
#define STORE_CHART_STORE_H

#include "model/allergy.h"
#include "model/condition.h"
#include "model/metric.h"
#include "store/store.h"

/* All but entered-in-error unless all is true; active first, worst first. */
enum status allergy_list_get(struct store *store, struct uid patient, bool all, struct allergy_list *out, struct error *err)
    MUST_USE;
enum status allergy_insert(struct store *store, const struct allergy *allergy, struct uid by, char **out_new,
                           struct error *err) MUST_USE;
/* Version allergy->ver. STATUS_STALE when somebody was quicker. */
enum status allergy_update(struct store *store, const struct allergy *allergy, char **out_old, char **out_new,
                           struct error *err) MUST_USE;

enum status condition_list_get(struct store *store, struct uid patient, bool all, struct condition_list *out,
                               struct error *err) MUST_USE;
enum status condition_insert(struct store *store, const struct condition *condition, struct uid by, char **out_new,
                             struct error *err) MUST_USE;
enum status condition_update(struct store *store, const struct condition *condition, char **out_old, char **out_new,
                             struct error *err) MUST_USE;

/* Measurements are append-only. The latest of one type; STATUS_NOT_FOUND when there is none. */
enum status metric_insert(struct store *store, const struct metric *metric, struct uid by, struct error *err) MUST_USE;
enum status metric_latest(struct store *store, struct uid patient, enum metric_type type, struct metric *out,
                          struct error *err) MUST_USE;

#endif
