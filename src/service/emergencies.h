/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a restricted record in an emergency: one patient, one session, one hour at most, to read and to record doses. The
 * row and its audit record are on the disk before anything of the record is given back. Each opening waits on the privacy
 * officer's list until it is reviewed, within 72 hours. */
#ifndef SERVICE_EMERGENCIES_H
#define SERVICE_EMERGENCIES_H

#include "base/date.h"
#include "service/site.h"
#include "store/restriction_store.h"

#define EMERGENCY_LIFE_US (60 * US_PER_MINUTE)
#define EMERGENCY_REVIEW_US (72 * US_PER_HOUR)

/* Who it would be and why it is restricted; nothing else of the record. Asking is recorded. The caller releases. */
struct emergency_prompt {
    char *name, *mrn;
    struct date birth_date;
    enum restriction_rule rule;
};
enum status emergency_ask(struct actor *actor, struct uid patient, struct emergency_prompt *out, struct error *err) MUST_USE;
void emergency_prompt_release(struct emergency_prompt *prompt);

/* STATUS_STEP_UP: the password again, within STEP_UP_ACT_US. STATUS_INVALID, field "reason" or "words". STATUS_NOT_FOUND
 * where nothing is restricted; STATUS_EXISTS where it is open to this person anyway. */
enum status emergency_begin(struct actor *actor, struct uid patient, enum emergency_reason reason, const char *words,
                            struct error *err) MUST_USE;
/* The chart was left. OK where none runs. */
enum status emergency_end(struct actor *actor, struct uid patient, struct error *err) MUST_USE;

/* What waits for a review, the first due on top. _refresh: the same list once more, without another audit row. */
enum status emergency_reviews(struct actor *actor, struct emergency_list *out, struct error *err) MUST_USE;
enum status emergency_reviews_refresh(struct actor *actor, struct emergency_list *out, struct error *err) MUST_USE;
/* STATUS_STALE when somebody reviewed it meanwhile; STATUS_INVALID, field "verdict" or "reason". Nobody reviews their own. */
enum status emergency_review(struct actor *actor, struct uid access, enum review_verdict verdict, const char *words,
                             struct error *err) MUST_USE;

/* In passing, by the device that leads: an opening whose 72 hours are over without a review gets a row of its own in the trail, of high
 * risk and once, so that the report of that day has it whatever becomes of it later. No right is asked for, nothing is told. */
enum status emergency_sweep(struct actor *actor, struct error *err) MUST_USE;

#endif
