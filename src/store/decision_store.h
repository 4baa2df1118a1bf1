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

#endif
