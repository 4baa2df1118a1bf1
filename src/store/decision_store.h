/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people decided about findings (finding_decisions): for repeat suppression and for whoever dispenses or gives.
 * Writers run inside store_begin(). */
#ifndef STORE_DECISION_STORE_H
#define STORE_DECISION_STORE_H

#include <stdbool.h>

#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

struct decision {
    struct uid id, patient, order; /* order UID_NONE: the drug was not added */
    char *fingerprint, *rule;
    enum interaction_type severity;
    char *shown;
    bool is_accepted;
    enum override_reason reason;
    char *reason_text, *plan;
    struct uid decided_by;
    struct uid second_person; /* UID_NONE: nobody else was needed */
    enum role role;
    char *knowledge_version;
    int64_t decided_us, expires_us;
    int64_t review_due_us; /* it was decided alone; 0: no review */
};
struct decision_list {
    struct decision *items;
    size_t len, cap;
};
void decision_release(struct decision *decision);
void decision_list_release(struct decision_list *list);
enum status decision_insert(struct store *store, const struct decision *decision, struct error *err) MUST_USE;
/* Accepted ones of a patient that have not expired at now_us. */
enum status decision_list_get(struct store *store, struct uid patient, int64_t now_us, struct decision_list *out,
                              struct error *err) MUST_USE;

/* A decision that was made alone and waits for another person's review. Owns its strings. */
struct solo_decision {
    struct decision decision; /* no fingerprint, rule or knowledge */
    char *by_name, *patient_name, *drug;
};
struct solo_list {
    struct solo_decision *items;
    size_t len, cap;
};
void solo_decision_release(struct solo_decision *solo);
void solo_list_release(struct solo_list *list);
/* The first due on top; at most `limit`. */
enum status solo_list_open(struct store *store, int limit, struct solo_list *out, struct error *err) MUST_USE;

struct decision_review {
    struct uid id, patient, decision;
    enum review_verdict verdict;
    const char *words;
    struct uid by;
    int64_t at_us;
};
enum status decision_review_insert(struct store *store, const struct decision_review *review, char **out_new,
                                   struct error *err) MUST_USE;

/* How often findings that interrupt were shown and gone past, between two instants. */
enum decision_group { DECISION_BY_SEVERITY, DECISION_BY_RULE, DECISION_BY_PERSON, DECISION_BY_MONTH, DECISION_BY_REASON };
struct decision_share {
    char *key; /* "ddi.warfarin.nsaid", "Grace Okafor, nurse", "2026-11", "monitored" */
    int64_t shown, overridden;
};
struct decision_share_list {
    struct decision_share *items;
    size_t len, cap;
};
void decision_share_list_release(struct decision_share_list *list);
/* The most often shown first; months in their order (of UTC). */
enum status decision_report(struct store *store, enum decision_group by, int64_t from_us, int64_t to_us,
                            struct decision_share_list *out, struct error *err) MUST_USE;

#endif
