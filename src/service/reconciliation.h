/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medication reconciliation (clinical.md 4.A): sources are collected, lines matched, each is decided by one person at a
 * time, the resulting list is checked, signed, applied to the chart's orders in one transaction, and given to the patient.
 * Nothing is decided by itself. A line that changed meanwhile is reopened; the others keep their decisions. Every function
 * that writes is one transaction with its audit row. STATUS_STALE: look again. STATUS_REFUSED with field "holder": somebody
 * else holds the session; see reconcile_take_over(). */
#ifndef SERVICE_RECONCILIATION_H
#define SERVICE_RECONCILIATION_H

#include "model/allergy.h"
#include "model/condition.h"
#include "model/order.h"
#include "model/patient.h"
#include "model/reconcile.h"
#include "safety/screen.h"
#include "service/proposals.h"
#include "service/site.h"
#include "service/witness.h"

/* What still stands in the way of a signature (4.A.6), in words, the first one first. */
enum reconcile_guard_kind {
    RECONCILE_GUARD_UNREVIEWED,
    RECONCILE_GUARD_DIFFERENCE, /* of a CHANGED pair that is deferred */
    RECONCILE_GUARD_DISCHARGE,  /* a line that may not stay open at discharge */
    RECONCILE_GUARD_MINIMUM,    /* a kept line without ingredient, dose, route or frequency */
    RECONCILE_GUARD_WEEKLY,
    RECONCILE_GUARD_ALLERGIES,
    RECONCILE_GUARD_INCOMPLETE, /* item: what to acknowledge */
    RECONCILE_GUARD_FINDING,    /* finding: index to decide */
    RECONCILE_GUARD_SOURCES,    /* fewer than two, and nobody said so */
    RECONCILE_GUARD_WITH,       /* nobody said who it was gone through with */
    RECONCILE_GUARD_RIVAL,      /* another open session of this patient */
    RECONCILE_GUARD_DECEASED,
};
struct reconcile_guard {
    enum reconcile_guard_kind kind;
    char *text;       /* one sentence */
    char *name;       /* INCOMPLETE: what reconcile_acknowledge() takes; else NULL */
    size_t item;      /* index into the view's items; SIZE_MAX none */
    int finding;      /* index into the view's findings; -1 none */
};

/* One entry of the list that results. */
enum reconcile_effect {
    EFFECT_NONE,      /* stays as it is */
    EFFECT_CHANGE,
    EFFECT_HOLD,
    EFFECT_RESUME,
    EFFECT_STOP,
    EFFECT_NEW,       /* a new order */
    EFFECT_LISTED,    /* taken at home as far as anybody knows, but no order is made */
};
struct reconcile_entry {
    struct order order; /* as it will be */
    enum reconcile_effect effect;
    size_t item;        /* SIZE_MAX: on the chart, in no item */
    struct uid line;
};

/* One consistent picture. The caller frees. */
struct reconcile_view {
    struct reconciliation session;
    struct reconcile_source_list sources;
    struct reconcile_line_list lines;
    struct reconcile_item_list items;
    struct reconcile_discrepancy_list discrepancies;
    struct patient patient;
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;      /* of the chart, current */
    struct reconcile_entry *entries;
    size_t entry_count;
    struct order_list result;      /* borrows from entries: what was screened */
    struct screen_request *screening;
    struct screen_result *findings;
    bool *is_settled;              /* per finding: an accepted decision holds */
    struct reconcile_guard *guards;
    size_t guard_count;
    int undecided;
    bool may_write;                /* this session holds it, and it is open */
    char *holder_name;
    struct uid rival;              /* another open session of this patient; UID_NONE: none */
    char *rival_text;              /* who started it, and when */
    bool needs_match;              /* the chart changed and this reader may not write it down */
};

struct reconcile_begin {
    struct uid patient;
    enum reconcile_transition transition;
    const char *encounter;
    int64_t due_us;                /* 0: by the transition */
};
/* STATUS_EXISTS when one is open already: *out_id is that one. */
enum status reconcile_start(struct actor *actor, const struct reconcile_begin *what, struct uid *out_id, struct error *err)
    MUST_USE;
/* Planned, not begun: a transition that somebody has to go through. */
enum status reconcile_plan(struct actor *actor, const struct reconcile_begin *what, struct uid *out_id, struct error *err)
    MUST_USE;

/* Audited; brings the chart's lines up to date when this session may write. */
enum status reconcile_open(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err) MUST_USE;
enum status reconcile_refresh(struct actor *actor, struct reconcile_view **view, struct error *err) MUST_USE;
void reconcile_view_free(struct reconcile_view *view);

enum status reconcile_take_over(struct actor *actor, struct uid id, const char *reason, struct error *err) MUST_USE;
enum status reconcile_abandon(struct actor *actor, struct uid id, const char *reason, struct error *err) MUST_USE;

/* Who it was gone through with, that there is one source only, why there is none. */
struct reconcile_facts {
    enum reconciled_with with;
    bool is_single_source;
    const char *no_history_reason;
};
enum status reconcile_set_facts(struct actor *actor, struct uid id, const struct reconcile_facts *facts, struct error *err)
    MUST_USE;

/* ---- decisions ---- */

/* What is said about the difference, for the record of discrepancies. */
struct reconcile_difference {
    enum discrepancy_class class_of;
    enum harm_level harm;
    const char *contact_name, *contact_how;
    int64_t contact_us;
    bool is_read_back;
};
/* decision: id and ver of the item as it was seen, action and all that belongs to it. Action NONE takes a decision back. */
enum status reconcile_decide(struct actor *actor, struct uid id, const struct reconcile_item *decision,
                             const struct reconcile_difference *difference, struct error *err) MUST_USE;
/* All undecided lines that match alike and take part in no finding that interrupts. */
enum status reconcile_accept_plain(struct actor *actor, struct uid id, int *out_count, struct error *err) MUST_USE;
/* Each of the chart's lines of a group by itself. */
enum status reconcile_split(struct actor *actor, struct uid id, struct uid item, struct error *err) MUST_USE;
enum status reconcile_acknowledge(struct actor *actor, struct uid id, const char *name, struct error *err) MUST_USE;
/* Going on past a finding of the resulting list. */
enum status reconcile_override(struct actor *actor, struct uid id, const struct reconcile_view *shown,
                               const struct finding_answer *answer, const struct witness *second, struct error *err) MUST_USE;

/* ---- signing ---- */

/* Needs a proof of at most five minutes (service/step_up.h). A signer who orders applies the list at once; another's waits
 * for a prescriber unless nothing on the chart changes. */
enum status reconcile_sign(struct actor *actor, struct uid id, const struct reconcile_view *shown, struct error *err) MUST_USE;
enum status reconcile_cosign(struct actor *actor, struct uid id, const struct reconcile_view *shown, struct error *err) MUST_USE;
enum status reconcile_reject(struct actor *actor, struct uid id, const char *reason, struct error *err) MUST_USE;
enum status reconcile_tell(struct actor *actor, struct uid id, const char *how, struct error *err) MUST_USE;
/* A new version of a signed list: starts from it, the old one is kept. */
enum status reconcile_amend(struct actor *actor, struct uid id, struct uid *out_new, struct error *err) MUST_USE;
/* Signed while offline: what the centre brought since. *out_is_settled false: the list is another, somebody has to look. */
enum status reconcile_settle(struct actor *actor, struct uid id, bool *out_is_settled, struct error *err) MUST_USE;

/* ---- lists ---- */

struct reconcile_row {
    struct uid id, patient;
    char *patient_name, *mrn;      /* of the work list; NULL in a patient's own list */
    enum reconcile_transition transition;
    enum reconcile_state state;
    int64_t started_us, due_us, signed_us;
    char *by;                      /* who holds or signed it */
    bool is_overdue;
};
struct reconcile_row_list {
    struct reconcile_row *items;
    size_t len, cap;
};
void reconcile_row_list_release(struct reconcile_row_list *list);
/* Of one patient, newest first; the chart is open already, so that no audit row is written. */
enum status reconcile_list(struct actor *actor, struct uid patient, struct reconcile_row_list *out, struct error *err) MUST_USE;
/* Home: what is open, overdue, waits for a prescriber, was signed offline. */
enum status reconcile_worklist(struct actor *actor, struct reconcile_row_list *out, struct error *err) MUST_USE;

/* ---- helpers for whoever shows a view ---- */

enum reconcile_shape reconcile_shape_of(const struct reconcile_view *view, const struct reconcile_item *item);
/* The n-th line of an item on the chart (is_chart) or from sources; NULL behind the last. */
const struct reconcile_line *reconcile_line_of(const struct reconcile_view *view, const struct reconcile_item *item, bool is_chart,
                                               int n);
const struct reconcile_source *reconcile_source_of(const struct reconcile_view *view, struct uid source); /* NULL: chart */
const struct reconcile_discrepancy *reconcile_discrepancy_for(const struct reconcile_view *view, struct uid item);
/* "metformin 500 mg tab  1 tab by mouth twice daily". Caller frees. */
char *reconcile_line_text(const struct reconcile_line *line);
/* "dose, frequency" translated; "" for none. Caller frees. */
char *reconcile_differences_text(const struct reconcile_item *item);
/* The worst finding that an item's drugs take part in; INTERACTION_TYPE_NONE: none. */
enum interaction_type reconcile_item_severity(const struct reconcile_view *view, size_t item);

#endif
