/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has the form of a planned dose open (clinical.md 4.B.2 CLAIMED): a lease of one session, for the other sessions of the
 * site on this device. It tells and never blocks, and it is no clinical fact: no audit row, nothing for the centre. A session
 * that crashed is silent when its lease runs out. */
#ifndef SERVICE_DOSE_CLAIMS_H
#define SERVICE_DOSE_CLAIMS_H

#include "model/dose.h"
#include "service/site.h"

#define DOSE_CLAIM_US (5 * US_PER_MINUTE)

/* Its form is open in this session: at once, and again and again while it is. Writes at most once in half a lease, or two
 * sessions would wake each other for ever. STATUS_REFUSED where nobody may claim it: the order is not active, nothing is left
 * to be recorded of the dose, or two records of it wait to be judged. */
enum status dose_claim_hold(struct actor *actor, struct uid order, struct uid slot, struct error *err) MUST_USE;
/* The form was closed. Signing out ends all of the session. */
enum status dose_claim_release(struct actor *actor, struct uid slot, struct error *err) MUST_USE;

/* Of the other sessions, as it is now. Unaudited: it is read beside a chart or a list that is. */
struct dose_claim {
    struct uid slot;
    char by[DOSE_CLAIMED_BY_MAX]; /* "K. Osei" */
};
struct dose_claim_list {
    struct dose_claim *items;
    size_t len, cap;
};
enum status dose_claims_get(struct actor *actor, struct dose_claim_list *out, struct error *err) MUST_USE;
void dose_claim_list_release(struct dose_claim_list *list);
void dose_claim_mark(const struct dose_claim_list *list, struct dose_slot *slot);

#endif
