/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pharmacists verify orders (clinical.md 4.B.15): unverified -> verified, to clarify, rejected. What the safety engine finds
 * is settled first: by a decision that travelled with the order, or by the pharmacist's own. A change of the order
 * un-verifies it (service/orders.h). Nobody is asked to verify what was imported or only reported. */
#ifndef SERVICE_VERIFICATION_H
#define SERVICE_VERIFICATION_H

#include "print/document.h"
#include "service/proposals.h"
#include "store/review_store.h"

struct verify_item {
    struct uid patient, order, version;
    enum verification state;
    char *patient_name, *mrn;
    char *drug, *directions;
    char *prescriber;
    char *note;            /* of the newest review: what was asked, answered; "" none */
    int64_t first_due_us;
    bool is_urgent;        /* due within an hour, or past */
    bool is_on_hold;
};
struct verify_list {
    struct verify_item *items;
    size_t len, cap;
    int urgent_count;
    bool is_cut; /* there are more */
};
void verify_list_release(struct verify_list *list);

/* Orders to verify, by the first dose due. for_prescriber: only what a pharmacist asked or rejected. The first reading of an
 * open list is audited, refreshing it is not. */
enum status verify_list_get(struct actor *actor, bool for_prescriber, struct verify_list *out, struct error *err) MUST_USE;
enum status verify_list_refresh(struct actor *actor, bool for_prescriber, struct verify_list *out, struct error *err) MUST_USE;

/* What a pharmacist looks at. */
struct order_difference {
    const char *label; /* N_() */
    char *before, *now; /* before "" in a new order */
    bool is_changed;
};
struct verification_view {
    struct order order;
    bool has_before;                 /* it is a change of an earlier version */
    struct order_difference lines[12];
    int line_count;
    struct order_review_list reviews; /* newest first */
    char **reviewers;                /* their names */
    struct proposal *proposal;       /* screened on this chart; borrows from the chart */
};
/* The chart is open and outlives it. STATUS_STALE: the order ended meanwhile. */
enum status verification_look(struct actor *actor, const struct chart *chart, struct uid order, struct verification_view *out,
                              struct error *err) MUST_USE;
void verification_view_release(struct verification_view *view);
/* The whole of it as text: first dose, weight, kidneys, old against new, findings, what was said before. */
void verification_write(const struct actor *actor, const struct chart *chart, const struct verification_view *view,
                        struct document *out);
/* Findings that interrupt and that nobody has decided on. */
int verification_open_findings(const struct proposal *proposal);

struct verification_word {
    enum verification outcome;
    const char *note;          /* needed for clarify, rejected and the prescriber's answer */
    const char *spoke_to;      /* whom the pharmacist called; NULL or "" nobody */
    bool is_read_back;         /* needed where somebody was called */
    bool is_unchecked_seen;    /* needed to verify where something could not be checked */
    const struct finding_answer *answers; /* on findings that nobody has decided on yet */
    size_t answer_count;
    const struct witness *second;
};
/* One transaction: the review, the decisions, the order's state. STATUS_STALE when the order is another than the one that
 * was looked at; STATUS_REFUSED, field "outcome", "note", "read_back", "unchecked". Pharmacists say verified, clarify,
 * rejected; the prescriber answers with VERIFICATION_UNVERIFIED, and it is in the queue again. */
enum status order_verify(struct actor *actor, const struct proposal *proposal, const struct verification_word *word,
                         struct error *err) MUST_USE;

#endif
