/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding, registering and correcting patients. Each function checks its permission, writes its audit row in the same
 * commit as the change, and for reads before anything is given back. Results are owned by the caller. */
#ifndef SERVICE_PATIENTS_H
#define SERVICE_PATIENTS_H

#include "service/site.h"
#include "store/patient_match.h"
#include "store/patient_store.h"

/* One audit row for a whole search session, durable before the first result, closed with shape and counts. */
struct find_session;
enum status find_begin(struct actor *actor, struct find_session **out, struct error *err) MUST_USE;
enum status find_type(struct find_session *find, const char *typed, int limit, struct patient_hit_list *out,
                      struct error *err) MUST_USE;
void find_end(struct find_session *find, struct uid chosen); /* UID_NONE: nobody */

/* id text or MRN */
enum status patient_resolve(struct actor *actor, const char *text, struct uid *out, struct error *err) MUST_USE;

/* Who a person is; audited. A role that sees no charts gets nothing clinical. Caller releases. */
enum status patient_open(struct actor *actor, struct uid id, struct patient *out, struct error *err) MUST_USE;
/* The same once more while it is still looked at, without another audit row. */
enum status patient_open_again(struct actor *actor, struct uid id, struct patient *out, struct error *err) MUST_USE;

/* Checks names, dates, MRN (unique; empty: the next free one), phone, time zone, language; STATUS_INVALID and STATUS_EXISTS
 * name the field. Nothing is merged: who might be the same person is asked before (patient_alike). */
/* Born and died on days that a living person can have been: typed and imported alike. STATUS_INVALID names the field. */
enum status patient_check_dates(const struct patient *patient, struct date today, struct error *err) MUST_USE;

enum status patient_register(struct actor *actor, const struct patient *patient, struct uid *out, struct error *err) MUST_USE;
/* patient->ver is what the form was based on; STATUS_STALE when it is another by now. MRN and national number are those of
 * `patient`; other identifiers stay. */
enum status patient_correct(struct actor *actor, const struct patient *patient, struct error *err) MUST_USE;

/* The likeliest first, with score and reasons. Audited as a search. */
enum status patient_alike(struct actor *actor, const struct patient *patient, struct patient_match_list *out, struct error *err)
    MUST_USE;
/* "same birth date, name sounds alike, sex differs". Translated; caller frees. */
char *patient_match_text(const struct patient_match *match);

/* This site's own number of a kind; "" when there is none. Borrowed. */
const char *patient_number(const struct patient *patient, enum identifier_kind kind);

#endif
