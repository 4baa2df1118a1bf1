/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordering: propose, see what the safety engine says, decide, save. order_propose() screens without saving; order_save()
 * screens again inside the transaction and refuses (STATUS_REFUSED) when a finding that interrupts has no decision. */
#ifndef SERVICE_ORDERS_H
#define SERVICE_ORDERS_H

#include "model/order.h"
#include "safety/screen.h"
#include "service/chart.h"
#include "service/site.h"

struct proposal {
    struct order order;                /* drug resolved, words completed */
    struct screen_request *screening;
    struct screen_result *result;      /* findings that involve the new drug */
    bool *is_settled;                  /* per finding: an accepted decision still holds, do not interrupt */
    int interrupting;                  /* findings that need a decision now */
    bool needs_second_role;            /* a contraindicated one: role without override_contraindicated may not go on */
};

enum status order_propose(struct actor *actor, struct uid patient, const struct order *order, struct proposal **out,
                          struct error *err) MUST_USE;
void proposal_free(struct proposal *proposal);

struct finding_answer {
    int finding;                 /* index in proposal->result */
    enum override_reason reason;
    const char *reason_text;
    const char *plan;
};

/* Saves a new order with its decisions in one transaction. *out_order its id. */
enum status order_save(struct actor *actor, const struct proposal *proposal, const struct finding_answer *answers,
                       size_t answer_count, struct uid *out_order, struct error *err) MUST_USE;
/* The person turned the drug down because of a finding: kept for the alert-load report. */
enum status order_decline(struct actor *actor, const struct proposal *proposal, struct error *err) MUST_USE;

/* A new version of an existing order: change (screened like a new one), hold, resume, stop with reason. base: the version
 * that was looked at; STATUS_STALE when it is no longer current. */
enum status order_change(struct actor *actor, const struct proposal *proposal, const struct finding_answer *answers,
                         size_t answer_count, struct error *err) MUST_USE;
enum status order_hold(struct actor *actor, struct uid order, struct uid base, const char *reason, struct error *err) MUST_USE;
enum status order_resume(struct actor *actor, struct uid order, struct uid base, struct error *err) MUST_USE;
enum status order_stop(struct actor *actor, struct uid order, struct uid base, const char *reason, struct error *err) MUST_USE;

#endif
