/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measurements of a patient (health_metrics). Append-only: a correction is a new row that names the one it replaces. Those
 * that were replaced or entered in error are nowhere but in the history. Lists are owned by the caller; writers run inside
 * store_begin(). */
#ifndef STORE_METRIC_STORE_H
#define STORE_METRIC_STORE_H

#include "model/metric.h"
#include "store/store.h"

enum status metric_insert(struct store *store, const struct metric *metric, struct uid by, char **out_new,
                          struct error *err) MUST_USE;
/* The latest of one type; STATUS_NOT_FOUND when there is none. */
enum status metric_latest(struct store *store, struct uid patient, enum metric_type type, struct metric *out,
                          struct error *err) MUST_USE;
/* Newest first, at most limit; type METRIC_TYPE_NONE_GIVEN: of every type, measured before before_us. */
enum status metric_list_get(struct store *store, struct uid patient, enum metric_type type, int64_t before_us, int limit,
                            struct metric_list *out, struct error *err) MUST_USE;
/* One row, in force or not. */
enum status metric_get(struct store *store, struct uid id, struct metric *out, struct error *err) MUST_USE;
enum status metric_is_superseded(struct store *store, struct uid id, bool *out, struct error *err) MUST_USE;

#endif
