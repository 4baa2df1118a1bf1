/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may become of a planned dose: one table of states and transitions (clinical.md 4.B.2, 4.B.3). The service refuses
 * what is not in it; docs/dose-states.md is printed from it. States from the clock (due, late, overdue) are no rows: they
 * are all PENDING. Pure. */
#ifndef MODEL_DOSE_STATES_H
#define MODEL_DOSE_STATES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "model/dose.h"

/* States that no event's status is, beside the statuses. CLAIMED is a lease (service/dose_claims.h), not a record: what may
 * follow it is what may follow what it lies on. */
#define DOSE_STATE_PENDING DOSE_STATUS_NONE_GIVEN
#define DOSE_STATE_CONFLICT DOSE_STATUS_COUNT
#define DOSE_STATE_CLAIMED ((enum dose_status)(DOSE_STATUS_COUNT + 1))

enum dose_actor { DOSE_ACTOR_GIVER, DOSE_ACTOR_SYSTEM, DOSE_ACTOR_AUTHOR };

/* What has to hold, by name: constant, name on the page, kinds of orders that it is for, what it means. Each is asked by
 * the service (service/doses_ask.c, dose_claims.c, doses_rights.c, doses_second.c, doses_double.c, doses_sweep.c). */
#define DOSE_KIND_BIT(kind) (1u << (kind))
#define DOSE_KINDS_PLANNED                                                                                           \
    (DOSE_KIND_BIT(SCHEDULE_KIND_WALL) | DOSE_KIND_BIT(SCHEDULE_KIND_ELAPSED) | DOSE_KIND_BIT(SCHEDULE_KIND_ONCE))
#define DOSE_KINDS_UNPLANNED (DOSE_KIND_BIT(SCHEDULE_KIND_PRN) | DOSE_KIND_BIT(SCHEDULE_KIND_UNSTRUCTURED))
#define DOSE_KINDS_ALL (DOSE_KINDS_PLANNED | DOSE_KINDS_UNPLANNED)
#define DOSE_GUARD_LIST(X)                                                                                           \
    X(DOSE_GUARD_ORDER, "order", DOSE_KINDS_ALL, "the order is in force and reads as it was seen; before its stop, after its start") \
    X(DOSE_GUARD_PATIENT, "patient", DOSE_KINDS_ALL, "wristband, or two identifiers that were typed")               \
    X(DOSE_GUARD_DRUG, "drug", DOSE_KINDS_ALL, "what was scanned is the ordered drug, strength and form; neither expired nor recalled") \
    X(DOSE_GUARD_DOSE, "dose", DOSE_KINDS_ALL, "what was scanned adds up to the dose; not more than ordered")        \
    X(DOSE_GUARD_ROUTE, "route", DOSE_KINDS_ALL, "the form goes with the route")                                     \
    X(DOSE_GUARD_WINDOW, "window", DOSE_KINDS_PLANNED, "in its window, else a reason; closer to the next dose: give late, skip or call; not before a later one that is given") \
    X(DOSE_GUARD_GAP, "gap", DOSE_KINDS_ALL, "far enough from the last dose of the ingredient in any order")         \
    X(DOSE_GUARD_MAXIMUM, "maximum", DOSE_KIND_BIT(SCHEDULE_KIND_PRN), "count and amount of 24 hours by ingredient, all orders") \
    X(DOSE_GUARD_WEEKLY, "weekly", DOSE_KINDS_ALL, "a weekly drug: none in 6 days 12 hours, whatever the order")     \
    X(DOSE_GUARD_MEASURED, "measured", DOSE_KINDS_ALL, "hold rules and scale: a value that is fresh, and no rule that is met") \
    X(DOSE_GUARD_FIRST, "first", DOSE_KINDS_ALL, "nobody else recorded it; no pair of the ingredient is left unjudged") \
    X(DOSE_GUARD_OVERRIDE, "override", DOSE_KINDS_ALL, "what was overridden when it was ordered has been read; the engine finds no contraindication that nobody decided on; the weight is still the patient's")      \
    X(DOSE_GUARD_SECOND, "second", DOSE_KINDS_ALL, "independent check, instructor, pharmacist's word and the cabinet's book, where they are asked") \
    X(DOSE_GUARD_LESS, "less", DOSE_KINDS_ALL, "more than nothing, less than ordered")                               \
    X(DOSE_GUARD_LASTS, "lasts", DOSE_KINDS_ALL, "a patch, or something that runs into a vein or under the skin")    \
    X(DOSE_GUARD_RUNNING, "running", DOSE_KINDS_ALL, "a record in progress stands")                                  \
    X(DOSE_GUARD_OPEN, "open", DOSE_KINDS_ALL, "nothing that ends the dose stands")                                  \
    X(DOSE_GUARD_ENDED, "ended", DOSE_KINDS_PLANNED, "the order was stopped or changed before the time: its later doses are no longer planned") \
    X(DOSE_GUARD_LIMIT, "limit", DOSE_KINDS_PLANNED, "the sweep: past time, late limit and grace, on the device that leads; a person may sooner") \
    X(DOSE_GUARD_AUTHOR, "author", DOSE_KINDS_ALL, "own record within 60 seconds, else a reason and the right to correct; after 24 hours a supervisor") \
    X(DOSE_GUARD_LEASE, "lease", DOSE_KINDS_PLANNED, "its form is open: five minutes, put off while it is, gone when it is closed; the order is active, no two records wait to be judged; others are told and not kept from recording") \
    X(DOSE_GUARD_JUDGE, "judge", DOSE_KINDS_PLANNED, "one of the two recorders or a supervisor; never alone over two records of one's own")

#define DOSE_FIELD_LIST(X)                                                                                           \
    X(DOSE_FIELD_AMOUNT, "amount", DOSE_KINDS_ALL, "amount and unit")                                                \
    X(DOSE_FIELD_ROUTE, "route", DOSE_KINDS_ALL, "by which it went")                                                 \
    X(DOSE_FIELD_TIME, "time", DOSE_KINDS_ALL, "when it happened; at most two minutes ahead")                        \
    X(DOSE_FIELD_SCAN, "scan", DOSE_KINDS_ALL, "what was scanned, or why it was not")                                \
    X(DOSE_FIELD_SITE, "site", DOSE_KINDS_ALL, "where on the body, of an injection or a patch")                      \
    X(DOSE_FIELD_LOT, "lot", DOSE_KINDS_ALL, "of a vaccine or biologic")                                             \
    X(DOSE_FIELD_INDICATION, "indication", DOSE_KIND_BIT(SCHEDULE_KIND_PRN), "what it was given for")                \
    X(DOSE_FIELD_RATE, "rate", DOSE_KINDS_ALL, "of an infusion")                                                     \
    X(DOSE_FIELD_REASON, "reason", DOSE_KINDS_ALL, "coded; other: with words")                                       \
    X(DOSE_FIELD_WORDS, "words", DOSE_KINDS_ALL, "a reason in words")                                                \
    X(DOSE_FIELD_CAUSE, "cause", DOSE_KINDS_PLANNED, "the version of the order that ended it")                       \
    X(DOSE_FIELD_SESSION, "session", DOSE_KINDS_PLANNED, "which session of which person; no record of the dose")    \
    X(DOSE_FIELD_VERDICT, "verdict", DOSE_KINDS_PLANNED, "what happened, how it is known, who was asked; the prescriber told when it was given twice")

#define X(constant, name, kinds, meaning) constant,
enum dose_guard { DOSE_GUARD_LIST(X) DOSE_GUARD_COUNT };
enum dose_field { DOSE_FIELD_LIST(X) DOSE_FIELD_COUNT };
#undef X

struct dose_transition {
    int number;             /* of the page and of the sentences */
    unsigned from;          /* bits of enum dose_status, DOSE_STATE_PENDING and DOSE_STATE_CONFLICT */
    enum dose_status to;    /* DOSE_STATE_PENDING: open again */
    unsigned kinds;         /* bits of enum schedule_kind of the orders that it is for */
    enum dose_actor who;
    unsigned guards;        /* bits of enum dose_guard */
    unsigned required;      /* bits of enum dose_field: what the record holds */
};

extern const struct dose_transition DOSE_TRANSITIONS[];
extern const int DOSE_TRANSITIONS_COUNT;

/* The row by which a person may record `to` on a dose that stands as `from`; NULL: there is none. */
const struct dose_transition *dose_transition_find(enum dose_status from, enum dose_status to, enum schedule_kind kind);

/* What holds for a state of an order of this kind: "given, held ...", or why there is nothing. Never empty for a pair that
 * can occur; "" for an unknown one (a test looks for it). */
void dose_state_write_cell(struct buffer *out, enum dose_status state, enum schedule_kind kind);

/* The guards of a transition that are for this kind of order: "order, patient, window". "" where it is not for it. */
void dose_transition_write_guards(struct buffer *out, const struct dose_transition *transition, enum schedule_kind kind);
void dose_transition_write_required(struct buffer *out, const struct dose_transition *transition, enum schedule_kind kind);

void dose_states_write_markdown(struct buffer *out);

#endif
