/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all statements: a store file that has SQL has a line here, and a test checks the plan of each. */
#include "store/statement.h"

#include <stddef.h>

#define LISTS(X) \
    X(OUTBOX) \
    X(MIRROR) X(MIRROR_QUEUE) \
    X(AUDIT_EXPORT) \
    X(CONFLICT) \
    X(STORE) \
    X(CHANGE) X(DRUG_TABLE) \
    X(AUDIT) \
    X(PATIENT) \
    X(SEARCH) \
    X(CHART) \
    X(METRIC) \
    X(CARE) \
    X(NEWS) \
    X(MATCH) \
    X(AUDIT_READ) \
    X(AUDIT_VERIFY) \
    X(ORDER) \
    X(ORDER_SIGNATURE) \
    X(REVIEW) \
    X(FILL) \
    X(DIRECTORY) \
    X(USUAL) \
    X(REFILL) \
    X(DOSE) \
    X(DOSE_FOLLOW) \
    X(CONTROLLED) \
    X(HANDOVER) \
    X(STAFF) \
    X(DRAFT) \
    X(DOSE_CLAIM) \
    X(DECISION) \
    X(SETTING) \
    X(KNOWLEDGE) \
    X(RECONCILE) \
    X(PRODUCT) \
    X(RESTRICTION) \
    X(STAY) \
    X(PATIENT_LINK) \
    X(PERSON_ERASE)
#define DECLARE(name) extern const struct statement_list name##_STATEMENTS;
LISTS(DECLARE)

#define ROW(name) &name##_STATEMENTS,
const struct statement_list *const STATEMENT_LISTS[] = {LISTS(ROW) NULL};
