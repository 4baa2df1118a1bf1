/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An order before it is an order: words completed, screened against the chart, nothing saved. What the engine found is
 * shown from it and decided on it; service/orders.h saves it. The caller frees. */
#ifndef SERVICE_PROPOSALS_H
#define SERVICE_PROPOSALS_H

#include "model/order.h"
#include "safety/screen.h"
#include "service/chart.h"
#include "service/site.h"
#include "service/witness.h"

struct proposal {
    struct order order;                /* drug resolved, words completed */
    struct screen_request *screening;
    struct screen_result *result;      /* findings that involve the new drug */
    bool *is_settled;                  /* per finding: an accepted decision still holds, do not interrupt */
    const struct decision **travelled; /* per finding: the decision on exactly this finding that somebody of any role made, for
                                          who verifies, dispenses or gives; NULL: nobody did. Borrowed */
    int interrupting;                  /* findings that need a decision now */
    bool needs_second_role;            /* a contraindicated one is among them that the actor's role may not decide alone */
};

/* Checks the order (service/order_guards.h) and screens it on a fresh picture of the chart. An order with an id is a change
 * of that one: it is screened in its place. */
enum status order_propose(struct actor *actor, struct uid patient, const struct order *order, struct proposal **out,
                          struct error *err) MUST_USE;
/* The same on the chart as it is open, from memory and in microseconds, whatever is still missing: for what is shown while
 * an order is typed. The chart must outlive it. */
struct proposal *order_preview(const struct actor *actor, const struct chart *chart, const struct order *order);
void proposal_free(struct proposal *proposal);

/* A controlled drug: who orders it proves first who it is (service/step_up.h). STATUS_STEP_UP, or STATUS_OK. */
enum status proposal_check_proof(const struct actor *actor, const struct proposal *proposal, struct error *err) MUST_USE;

bool proposal_needs_decision(const struct proposal *proposal, int finding);

/* Drugs of the same use, each screened in the place of the new one on this chart; the best first. */
int proposal_alternatives(const struct knowledge *k, const struct proposal *proposal, struct screen_alternative *out, int max);

/* One decision: to go on in spite of one finding. */
struct finding_answer {
    int finding;                 /* index in proposal->result */
    enum override_reason reason;
    const char *reason_text;     /* needed for "other" */
    const char *plan;            /* needed for a contraindicated one */
    bool is_alone;               /* nobody else is on duty: where the site allows it, another person reviews it later */
    int quiet_days;              /* how long the finding does not interrupt again; 0: what the site sets, which is the most */
};

/* Somebody else looks at what was decided alone within this time (solo_reviews.h). */
#define SOLO_REVIEW_US (24 * US_PER_HOUR)

/* One of them alone, for the field that it is typed into: "reason", "words", "plan". */
enum status proposal_check_answer(const struct proposal *proposal, const struct finding_answer *answer,
                                  struct error *err) MUST_USE;
/* Every finding that interrupts has an answer with reason and, where asked, plan, by somebody who may give it. second: who
 * stands in for the contraindicated ones (NULL: nobody). STATUS_STEP_UP: who decides on a contraindicated one alone proves
 * first who it is (service/step_up.h). */
enum status proposal_check_answers(const struct actor *actor, const struct proposal *proposal,
                                   const struct finding_answer *answers, size_t count, const struct witness *second,
                                   struct error *err) MUST_USE;

/* Inside store_begin(): STATUS_STALE when the chart changed and there is an interrupting finding that was not shown. */
enum status proposal_recheck(struct actor *actor, const struct proposal *shown, struct error *err) MUST_USE;
/* Inside store_begin(): writes each decision. answers NULL: all were turned down. */
enum status proposal_decide(struct actor *actor, const struct proposal *proposal, const struct finding_answer *answers,
                            size_t count, const struct witness *second, struct uid order, struct error *err) MUST_USE;

#endif
