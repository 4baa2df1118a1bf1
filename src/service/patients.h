/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding, registering and correcting patients. Each function checks its permission, writes its audit row in the same
 * commit as the change, and for reads before anything is given back. Results are owned by the caller. */
#ifndef SERVICE_PATIENTS_H
#define SERVICE_PATIENTS_H

#include "service/site.h"
#include "store/patient_store.h"

/* One audit row for a whole search session, durable before the first result, closed with shape and counts. */
struct find_session;
enum status find_begin(struct actor *actor, struct find_session **out, struct error *err) MUST_USE;
enum status find_type(struct find_session *find, const char *typed, int limit, struct patient_hit_list *out,
                      struct error *err) MUST_USE;
void find_end(struct find_session *find, struct uid chosen); /* UID_NONE: nobody */

/* id text or MRN */
enum status patient_resolve(struct actor *actor, const char *text, struct uid *out, struct error *err) MUST_USE;

enum status patient_register(struct actor *actor, const struct patient *patient, struct uid *out, struct error *err) MUST_USE;
enum status patient_correct(struct actor *actor, const struct patient *patient, struct error *err) MUST_USE;

#endif
