/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medication reconciliation (clinical.md 4.A): sources are collected, lines matched, each is decided by one person at a
 * time, the resulting list is checked, signed, applied to the chart's orders in one transaction, and given to the patient.
 * Nothing is decided by itself. A line that changed meanwhile is reopened; the others keep their decisions. Every function
 * that writes is one transaction with its audit row. STATUS_STALE: look again. STATUS_REFUSED with field "holder": somebody
 * else holds the session; see reconcile_take_over(). */
#ifndef SERVICE_RECONCILIATION_H
#define SERVICE_RECONCILIATION_H

#include "base/buffer.h"
#include "model/allergy.h"
#include "model/condition.h"
#include "model/order.h"
#include "model/patient.h"
#include "model/reconcile.h"
#include "safety/screen.h"
#include "print/document.h"
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
    RECONCILE_GUARD_LEAVING,    /* at discharge: an effect nobody asked, waste that is open, a possible double dose (4.B.14) */
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
/* The same without an audit row, for a form of a session that is open. */
enum status reconcile_look(struct actor *actor, struct uid id, struct reconcile_view **out, struct error *err) MUST_USE;
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

/* ---- sources ---- */

struct reconcile_new_source {
    enum history_source kind;
    enum reliability reliability;
    struct date as_of;
    const char *reference; /* who, where; NULL none. The same kind and reference is the same source */
};
struct reconcile_said {
    const char *text;      /* "metf 500 bid" */
    enum taking taking;
    const char *last_taken, *prescriber; /* or NULL */
};
enum status reconcile_add_line(struct actor *actor, struct uid id, const struct reconcile_new_source *source,
                               const struct reconcile_said *said, struct error *err) MUST_USE;
/* A pasted list, a line each. */
enum status reconcile_add_text(struct actor *actor, struct uid id, const struct reconcile_new_source *source, const char *text,
                               int *out_count, struct error *err) MUST_USE;
/* What this site knows by itself: doses given, bags handed over, the last signed list. STATUS_INVALID for any other source. */
bool reconcile_source_is_own(enum history_source kind);
enum status reconcile_add_own(struct actor *actor, struct uid id, enum history_source kind, struct error *err) MUST_USE;

/* Of a file, in its own entries (the patient is one): entries == shown + listed. An entry may give several lines. */
struct reconcile_account {
    int entries, shown, listed;
    int lines; /* to be decided */
};
/* A C-CDA or FHIR R4 file. STATUS_REFUSED for the field "person": it is about somebody of another name or birth date, and
 * is_confirmed does not say that it is this patient all the same. */
enum status reconcile_add_file(struct actor *actor, struct uid id, const struct reconcile_new_source *source, const char *path,
                               bool is_confirmed, struct reconcile_account *out, struct error *err) MUST_USE;

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
/* Reads decision->new_text into its new directions, and its new drug where one is substituted; seen: the item as it is. */
enum status reconcile_read_value(struct actor *actor, const struct reconcile_view *view, const struct reconcile_item *seen,
                                 struct reconcile_item *decision, struct error *err) MUST_USE;
/* What is understood of a half-typed value, or "". Caller frees. */
char *reconcile_value_note(struct actor *actor, const struct reconcile_view *view, const struct reconcile_item *seen,
                           enum reconcile_action action, const char *text);
/* Who can be asked to go on with a line. */
struct reconcile_owner {
    struct uid id;
    char *name; /* "Kwame Osei, prescriber" */
};
struct reconcile_owner_list {
    struct reconcile_owner *items;
    size_t len, cap;
};
void reconcile_owner_list_release(struct reconcile_owner_list *list);
enum status reconcile_owner_list(struct actor *actor, struct reconcile_owner_list *out, struct error *err) MUST_USE;
/* All undecided lines that match alike and take part in no finding that interrupts. */
enum status reconcile_accept_plain(struct actor *actor, struct uid id, int *out_count, struct error *err) MUST_USE;
/* Each of the chart's lines of a group by itself. */
enum status reconcile_split(struct actor *actor, struct uid id, struct uid item, struct error *err) MUST_USE;
enum status reconcile_acknowledge(struct actor *actor, struct uid id, const char *name, struct error *err) MUST_USE;
/* The findings that need an answer before signing, in the form in which orders ask (SCREEN_ALERT). Borrows from the view. */
struct proposal *reconcile_proposal_new(const struct actor *actor, const struct reconcile_view *view);
void reconcile_proposal_free(struct proposal *proposal); /* accepts NULL */
/* Going on past them. */
enum status reconcile_override(struct actor *actor, struct uid id, const struct proposal *shown, const struct finding_answer *answers,
                               size_t count, const struct witness *second, struct error *err) MUST_USE;

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
enum status reconcile_worklist(struct actor *actor, bool is_first, struct reconcile_row_list *out, struct error *err)
    MUST_USE; /* is_first: writes the audit row; later looks at the same open list do not */

/* ---- text ---- */

/* Every source as it was given, with what is no line of the list. Caller frees. */
char *reconcile_sources_text(const struct actor *actor, const struct reconcile_view *view);
/* The signed list for the patient in plain words. language: one of reconcile_language(). Caller frees. */
char *reconcile_copy_text(const struct actor *actor, const struct reconcile_view *view, const char *language);
/* The signed list as a FHIR R4 Bundle (List and MedicationStatements), appended to *out; a record leaves the house: permission
 * and a fresh proof (service/step_up.h). */
enum status reconcile_export(struct actor *actor, struct uid id, struct buffer *out, struct error *err) MUST_USE;
/* The same copy in large type, to be printed (service/printing.h). The caller frees with document_free(). */
enum status reconcile_copy_document(struct actor *actor, const struct reconcile_view *view, const char *language,
                                    struct document **out, struct error *err) MUST_USE;
const char *reconcile_language(int n); /* "en", "es", "fr"; NULL behind the last */

/* ---- helpers for whoever shows a view ---- */

enum reconcile_shape reconcile_shape_of(const struct reconcile_view *view, const struct reconcile_item *item);
/* The n-th line of an item on the chart (is_chart) or from sources; NULL behind the last. */
const struct reconcile_line *reconcile_line_of(const struct reconcile_view *view, const struct reconcile_item *item, bool is_chart,
                                               int n);
const struct reconcile_source *reconcile_source_of(const struct reconcile_view *view, struct uid source); /* NULL: chart */
/* "metformin 500 mg tab  1 tab by mouth twice daily". Caller frees. */
char *reconcile_line_text(const struct reconcile_line *line);
/* "dose, frequency" translated; "" for none. Caller frees. */
char *reconcile_differences_text(const struct reconcile_item *item);
/* The worst finding that an item's drugs take part in; INTERACTION_TYPE_NONE: none. */
enum interaction_type reconcile_item_severity(const struct reconcile_view *view, size_t item);

#endif
