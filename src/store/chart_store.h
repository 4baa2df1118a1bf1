/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergies and problems of a patient. Rows are never changed: a correction is a new row that names the one it replaces,
 * and the lists hold the rows that nobody has replaced. Lists are newest-relevant first and owned by the caller. Writers
 * run inside store_begin(); *out_new is JSON for the audit (may be NULL; the caller frees). */
#ifndef STORE_CHART_STORE_H
#define STORE_CHART_STORE_H

#include "model/allergy.h"
#include "model/condition.h"
#include "store/store.h"

/* All but entered-in-error unless all is true; active first, worst first. */
enum status allergy_list_get(struct store *store, struct uid patient, bool all, struct allergy_list *out, struct error *err)
    MUST_USE;
/* Of this record alone: for who knows that the person has no other one, and would look that up a hundred thousand times. */
enum status allergy_list_of_record(struct store *store, struct uid record, bool all, struct allergy_list *out,
                                   struct error *err) MUST_USE;
/* One row, in force or not. */
enum status allergy_get(struct store *store, struct uid id, struct allergy *out, struct error *err) MUST_USE;
enum status allergy_is_superseded(struct store *store, struct uid id, bool *out, struct error *err) MUST_USE;
enum status allergy_insert(struct store *store, const struct allergy *allergy, struct uid by, char **out_new,
                           struct error *err) MUST_USE;

enum status condition_list_get(struct store *store, struct uid patient, bool all, struct condition_list *out,
                               struct error *err) MUST_USE;
enum status condition_list_of_record(struct store *store, struct uid record, bool all, struct condition_list *out,
                                     struct error *err) MUST_USE;
enum status condition_get(struct store *store, struct uid id, struct condition *out, struct error *err) MUST_USE;
enum status condition_is_superseded(struct store *store, struct uid id, bool *out, struct error *err) MUST_USE;
enum status condition_insert(struct store *store, const struct condition *condition, struct uid by, char **out_new,
                             struct error *err) MUST_USE;

#endif
