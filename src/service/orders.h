/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordering: propose (service/proposals.h), see what the safety engine says, decide, save; then change, hold, resume, stop.
 * Every one of these is a new version of the order, one transaction with its audit row; nothing is ever overwritten.
 * Saving screens once more inside the transaction. STATUS_STALE: somebody else was quicker, and the sentence says what is
 * in force now. */
#ifndef SERVICE_ORDERS_H
#define SERVICE_ORDERS_H

#include "model/order.h"
#include "service/proposals.h"
#include "service/site.h"

/* A new order with its decisions. second: who stands in for contraindicated findings, or NULL. *out_order its id. */
enum status order_save(struct actor *actor, const struct proposal *proposal, const struct finding_answer *answers,
                       size_t answer_count, const struct witness *second, struct uid *out_order, struct error *err) MUST_USE;
/* The person turned the drug down because of a finding: kept for the alert-load report. */
enum status order_decline(struct actor *actor, const struct proposal *proposal, struct error *err) MUST_USE;

/* The proposal's order has the id of the one that is changed, and as version the one that was looked at. */
enum status order_change(struct actor *actor, const struct proposal *proposal, const struct finding_answer *answers,
                         size_t answer_count, const struct witness *second, struct error *err) MUST_USE;

/* Why, and on whose word: who is no prescriber names the source (permission order_stop). */
struct order_cause {
    const char *reason; /* model/order_reason.h: a word, or a word with words behind it */
    enum order_source source;
    const char *prescriber_name;
    struct order_relay relay;
};

/* base: the version that was looked at. STATUS_REFUSED where the order is not in a state for it. */
enum status order_hold(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                       struct error *err) MUST_USE;
enum status order_resume(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                         struct error *err) MUST_USE;
enum status order_stop(struct actor *actor, struct uid order, struct uid base, const struct order_cause *cause,
                       struct error *err) MUST_USE;

/* As it stands now, for a chart that is open. */
enum status order_look(struct actor *actor, struct uid order, struct order *out, struct error *err) MUST_USE;

/* The site's usual directions for these ingredients ('' gives none), the most used first. */
#define ORDER_USUAL_MAX 9
struct order_usual {
    struct sig sig;
    int uses;
};
enum status order_usual_list(struct actor *actor, const char *ingredients, struct order_usual out[ORDER_USUAL_MAX],
                             int *out_count, struct error *err) MUST_USE;

#endif
