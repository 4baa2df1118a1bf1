/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Medication reconciliation (clinical.md 4.A): the records, and the rules that need no other data: which action fits which
 * line, what each needs to be said with it, which state follows which, and what the list is after all of it. The structs
 * own their strings; release accepts half-built ones. */
#ifndef MODEL_RECONCILE_H
#define MODEL_RECONCILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/uid.h"
#include "model/enums.h"
#include "model/sig.h"

/* One session, or one version of what was signed. */
struct reconciliation {
    struct uid id, patient;
    int32_t ver;
    enum reconcile_transition transition;
    char *encounter;
    enum reconcile_state state;
    struct uid started_by;
    int64_t started_us, due_us;
    struct uid holder;          /* who may write */
    char *holder_session;
    int64_t held_us;
    char *takeover_reason;
    enum reconciled_with with;
    char *no_history_reason;    /* "" : there are sources */
    bool is_single_source;
    char *acknowledged;         /* JSON array of names, or "" */
    struct uid signed_by, cosigned_by;
    int64_t signed_us, cosigned_us;
    char *rejected_reason;
    char *knowledge_version;
    char *signed_list;          /* JSON, "" before */
    char *list_hash;
    char *base_list;            /* JSON of {"order":version}, "" before */
    struct uid previous;
    char *closed_reason;
    char *told_how;
    int64_t told_us;
    struct uid told_by;
};

struct reconcile_source {
    struct uid id;
    int32_t ver;
    enum history_source kind;
    int64_t obtained_us;
    struct date as_of;
    enum reliability reliability;
    char *reference;
    char *content_hash;
    int position;
};

struct reconcile_line {
    struct uid id;
    int32_t ver;
    enum reconcile_kind kind;
    struct uid source;          /* UID_NONE: the chart */
    struct uid item;            /* UID_NONE: only read */
    struct uid record, base_version; /* of the chart */
    char *text;                 /* as given */
    char *ingredients, *code_system, *code, *strength, *dosage_form;
    struct sig sig;
    char *directions, *indication;
    struct date started;
    char *last_taken;
    enum taking taking;
    bool is_on_hold;
    char *prescriber;
    char *status_text;
    char *note;
    bool is_alone;
    int position;
};

struct reconcile_item {
    struct uid id;
    int32_t ver;
    enum reconcile_kind kind;
    enum match_tier tier;
    char *differences;          /* words with blanks between */
    bool has_weekly_trap, is_tenfold;
    struct uid hint;
    enum match_tier hint_tier;
    enum reconcile_action action; /* 0: UNREVIEWED */
    char *reason, *words;
    enum resume_rule resume_rule;
    char *resume_event;
    struct date due_on;
    struct uid owner;
    char *new_text;
    struct sig new_sig;
    bool has_new_sig;
    char *new_drug;
    char *indication;
    struct uid survivor;
    char *since;
    int prescriber_told;        /* -1 not asked, 0 no, 1 yes */
    struct uid order;           /* that signing made */
    struct uid decided_by;
    int64_t decided_us;
    char *reopened;
    int position;
};

struct reconcile_discrepancy {
    struct uid id, item;
    int32_t ver;
    enum discrepancy_type type;
    enum discrepancy_class class_of;
    enum harm_level harm;
    struct uid found_by;
    int64_t found_us;
    char *resolution;
    char *contact_name, *contact_how;
    int64_t contact_us;
    bool is_read_back;
};

struct reconciliation_list {
    struct reconciliation *items;
    size_t len, cap;
};
struct reconcile_source_list {
    struct reconcile_source *items;
    size_t len, cap;
};
struct reconcile_line_list {
    struct reconcile_line *items;
    size_t len, cap;
};
struct reconcile_item_list {
    struct reconcile_item *items;
    size_t len, cap;
};
struct reconcile_discrepancy_list {
    struct reconcile_discrepancy *items;
    size_t len, cap;
};

void reconciliation_release(struct reconciliation *r);
void reconcile_source_release(struct reconcile_source *source);
void reconcile_line_release(struct reconcile_line *line);
void reconcile_item_release(struct reconcile_item *item);
void reconcile_discrepancy_release(struct reconcile_discrepancy *d);
void reconciliation_list_release(struct reconciliation_list *list);
void reconcile_source_list_release(struct reconcile_source_list *list);
void reconcile_line_list_release(struct reconcile_line_list *list);
void reconcile_item_list_release(struct reconcile_item_list *list);
void reconcile_discrepancy_list_release(struct reconcile_discrepancy_list *list);

/* ---- states (4.A.1) ---- */

bool reconcile_state_may(enum reconcile_state from, enum reconcile_state to);
bool reconcile_state_is_open(enum reconcile_state state);   /* lines may still be decided */
bool reconcile_state_is_signed(enum reconcile_state state); /* there is a list that stands */
/* Hours until a session of this kind is overdue: 24 in hospital, the same visit (8 h) elsewhere. */
int reconcile_due_hours(enum reconcile_transition transition);

/* ---- actions (4.A.4) ---- */

/* On which side an item has lines. */
enum reconcile_shape { RECONCILE_BOTH, RECONCILE_CHART_ONLY, RECONCILE_HOME_ONLY };

/* False: not for such an item ("add" of what is on the chart). */
bool reconcile_action_fits(enum reconcile_action action, enum reconcile_shape shape, enum reconcile_kind kind);

/* What has to be said with an action. */
enum reconcile_need {
    NEED_REASON = 1,      /* a word of the list of reasons */
    NEED_WORDS = 2,
    NEED_NEW_VALUE = 4,   /* new directions */
    NEED_NEW_DRUG = 8,
    NEED_RESUME = 16,     /* date, event or review */
    NEED_INDICATION = 32,
    NEED_SURVIVOR = 64,
    NEED_SINCE = 128,
    NEED_TOLD = 256,      /* prescriber told or not */
    NEED_OWNER = 512,
    NEED_DUE = 1024,
    NEED_CLASS = 2048,    /* was the difference meant */
};
/* differs: the lines of the item differ (tier CHANGED). */
unsigned reconcile_action_needs(enum reconcile_action action, enum reconcile_kind kind, bool differs);
/* The n-th (0..) word for NEED_REASON with its words for people; NULL behind the last. */
struct reconcile_reason {
    const char *word, *label; /* N_() */
    unsigned actions;         /* bit per enum reconcile_action */
};
const struct reconcile_reason *reconcile_reason_for(enum reconcile_action action, int n);
const char *reconcile_reason_label(const char *word); /* translated; the word itself when unknown */

/* A decision with all that belongs to it; STATUS_INVALID names the field. `item` holds what was typed. */
enum status reconcile_check_decision(const struct reconcile_item *item, enum reconcile_shape shape,
                                     enum discrepancy_class class_of, struct error *err) MUST_USE;

/* A decided item counts as open (4.A.4): deferred, or not verifiable at discharge. */
bool reconcile_item_is_open(const struct reconcile_item *item, enum reconcile_transition transition);
/* What may be accepted together: matched alike, and nobody decided yet. */
bool reconcile_item_is_plain(const struct reconcile_item *item);
bool reconcile_item_differs(const struct reconcile_item *item);
/* What the difference is called in the record of discrepancies; NONE_GIVEN: there is none. */
enum discrepancy_type reconcile_discrepancy_of(const struct reconcile_item *item, enum reconcile_shape shape);

/* What a kept line lacks (4.A.2): "ingredient", "dose", "route", "frequency", translated, or NULL. is_coded: the knowledge
 * knows the drug. */
const char *reconcile_line_lacks(const struct sig *sig, const char *directions, bool is_coded);
/* Directions that were written as text, read as far as they can be; the sig itself where it is structured. True: dose and
 * frequency are known. */
bool reconcile_read_directions(const struct sig *sig, const char *directions, struct sig *out);

/* At discharge each line of the home list has come to one of these. */
enum discharge_outcome {
    DISCHARGE_NONE,
    DISCHARGE_UNCHANGED,
    DISCHARGE_CHANGED,
    DISCHARGE_NEW,
    DISCHARGE_STOPPED,
    DISCHARGE_RESUMED,
    DISCHARGE_HELD,
};
enum discharge_outcome reconcile_discharge_outcome(const struct reconcile_item *item, enum reconcile_shape shape, bool was_on_hold);
const char *discharge_outcome_word(enum discharge_outcome outcome);  /* "unchanged"; "" for none */

#endif
