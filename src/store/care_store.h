/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Providers, what they are to a patient, and insurance. Writers run inside store_begin(). */
#ifndef STORE_CARE_STORE_H
#define STORE_CARE_STORE_H

#include "model/care.h"
#include "store/store.h"

/* Inserts unless the id or the NPI is there; *out_id is the row that stands, *out_is_new (may be
 * NULL) whether it is this one. */
enum status provider_put(struct store *store, const struct provider *provider, struct uid *out_id,
                         bool *out_is_new, struct error *err) MUST_USE;
/* STATUS_NOT_FOUND: nobody has it. */
enum status provider_find_npi(struct store *store, const char *npi, struct uid *out, struct error *err) MUST_USE;
/* No rights go with it: who may see or prescribe is the site's decision. STATUS_EXISTS. */
enum status relationship_insert(struct store *store, struct uid id, struct uid patient,
                                struct uid provider, enum relationship_type type, bool is_primary,
                                struct error *err) MUST_USE;
enum status coverage_insert(struct store *store, const struct coverage *coverage,
                            struct error *err) MUST_USE;

#endif
