/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A medication order. order_versions is insert-only: a change is a new version that names its parent; the order's row in
 * user_medications shows the version in force (decisions.md 1). The struct is an order as the chart shows it: identity
 * plus its current version. Owns its strings. */
#ifndef MODEL_ORDER_H
#define MODEL_ORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/uid.h"
#include "model/enums.h"
#include "model/sig.h"

/* How an order reached the person who entered it (clinical.md 4.B.15). Plain values. */
struct order_relay {
    struct uid prescriber; /* of this site's staff; UID_NONE: from elsewhere, nobody here can sign it */
    int64_t told_us;       /* when the prescriber said it */
    bool is_read_back;
};

struct order {
    struct uid id;         /* user_medications.medication_id */
    struct uid patient;
    struct uid version;    /* current_version_id */
    struct uid parent;     /* the version this one follows; UID_NONE for the first */
    int32_t ver;
    enum order_action action; /* what this version did */
    enum medication_status status;
    char *drug_text;       /* the drug as ordered or as the source wrote it; never discarded */
    char *ingredients;     /* knowledge keys joined by ';', "" = not coded: shown as unchecked */
    char *code_system, *code; /* "rxnorm" or the source's URI, or "" */
    char *strength;        /* "500 mg" */
    char *dosage_form;     /* "tab" */
    struct sig sig;
    char *directions;      /* written instructions; the only ones when sig is unstructured */
    char *indication;
    enum order_source source;
    enum verification verification;
    char *prescriber_name;
    struct order_relay relay; /* while a verbal or telephone order is entered; kept as its signature's row */
    struct uid ordered_by; /* the staff member who entered it; UID_NONE for imports */
    int quantity;          /* quantity_prescribed, 0 unknown */
    int refills;           /* refills_remaining */
    char *prescription_number;
    int64_t start_us;      /* validity is [start, stop) */
    int64_t stop_us;       /* 0 open */
    int64_t first_due_us;  /* first planned dose of the version in force, for the queue of who verifies; 0: nobody does */
    char *reason;          /* of this version: why changed, held, stopped */
    char *original;        /* source text of what could not be coded, or "" */
    int64_t planned_end_us; /* not kept, filled by chart_open(): the end of its course or last step; 0 open */
    int64_t recorded_at_us;
    char *zone;            /* zone of the wall-clock times */
};

struct order_list {
    struct order *items;
    size_t len, cap;
};

void order_release(struct order *order);
void order_list_release(struct order_list *list);
void order_copy(const struct order *order, struct order *out); /* deep; *out is overwritten */
bool order_is_current(const struct order *order);              /* active or on hold */

/* Two versions say the same: the same drug, strength, form and directions. A hold that was lifted makes such a one. */
bool order_reads_same(const struct order *a, const struct order *b);

/* Another order of the list that is in force and as needed for the same thing, however it is spelled; NULL: none. Which of the two
 * comes first has to be said (clinical.md 4.B.7). */
const struct order *order_same_need(const struct order_list *list, const struct sig *sig, struct uid except);

/* "metformin 500 mg tab"; tall-man is the screen's business. Caller frees. */
char *order_display_drug(const struct order *order);

#endif
