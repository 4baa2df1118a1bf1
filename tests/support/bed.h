/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient in a scratch clinic whose medicines are reconciled, in the steps that a screen takes. What a test did not
 * expect to fail fails it with the sentence that a person would have read. */
#ifndef SUPPORT_BED_H
#define SUPPORT_BED_H

#include "service/reconciliation.h"
#include "support/clinic.h"

struct bed {
    struct clinic *c;
    struct uid patient, id; /* id: of the session */
};

struct bed bed_new(void); /* Grace Okafor; clinic_free(b.c) ends it */
void bed_begin(struct bed *b, enum clinic_person who, enum reconcile_transition transition);
void bed_say(struct bed *b, enum clinic_person who, enum history_source kind, const char *text);
struct reconcile_view *bed_view(struct bed *b, enum clinic_person who); /* the caller frees */
/* The item whose first line of either side begins with this. */
const struct reconcile_item *bed_find(const struct reconcile_view *v, const char *drug);

struct reconcile_item bed_action(enum reconcile_action action);
extern const struct reconcile_item BED_CONTINUE;
enum status bed_try(struct bed *b, enum clinic_person who, const char *drug, struct reconcile_item what, struct error *err);
void bed_decide(struct bed *b, enum clinic_person who, const char *drug, struct reconcile_item what);
void bed_facts(struct bed *b, enum clinic_person who); /* with the patient, one source */
void bed_clear(struct bed *b, enum clinic_person who); /* accepts whatever could not be checked and whatever was found */
/* With a fresh proof; signs for the other where that is due. */
enum status bed_sign(struct bed *b, enum clinic_person who, struct error *err);

#endif
