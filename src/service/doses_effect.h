/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What as-needed doses did (clinical.md 4.B.7): due an hour after a dose by mouth, half an hour after one into the vein;
 * anyone on duty may record it. A dose that is voided takes its question with it. */
#ifndef SERVICE_DOSES_EFFECT_H
#define SERVICE_DOSES_EFFECT_H

#include "model/dose.h"
#include "service/site.h"

struct effect_due {
    struct uid patient, event;
    char *patient_name, *drug;
    char *given_for;     /* "pain" */
    int64_t given_us, due_us;
};
struct effect_due_list {
    struct effect_due *items;
    size_t len, cap;
    int overdue_count;
};
void effect_due_list_release(struct effect_due_list *list);

/* Doses of the last day whose effect is not recorded, by when it is due. _refresh reads the same list again, unaudited. */
enum status effect_due_list_get(struct actor *actor, struct effect_due_list *out, struct error *err) MUST_USE;
enum status effect_due_list_refresh(struct actor *actor, struct effect_due_list *out, struct error *err) MUST_USE;

/* score: "" or a number from 0 to 10. STATUS_INVALID names the field (outcome, score, note). */
enum status dose_assess(struct actor *actor, struct uid event, enum dose_outcome outcome, const char *score,
                        const char *note, struct error *err) MUST_USE;

#endif
