/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the audit trail: about one patient, with the sealed details opened where the subject's key still exists; and
 * of a period, about everybody. */
#ifndef STORE_AUDIT_READ_H
#define STORE_AUDIT_READ_H

#include "model/enums.h"
#include "store/store.h"

struct audit_line {
    struct uid id;
    int64_t at_us;
    struct uid actor;
    char *actor_name;   /* "" when the person is not known here */
    enum role actor_role; /* when it was done */
    char *outcome;      /* "ok", or the name of the status that refused it */
    char *details;      /* shape and counts */
    char *action;       /* "chart.open" */
    char *table;
    char *address;
    enum risk_level risk;
    int64_t seq;        /* in the chain of its device */
    struct uid subject; /* the patient; UID_NONE: none, or erased */
    char *old_values, *new_values; /* JSON; NULL: none, not asked for, or erased */
};

struct audit_line_list {
    struct audit_line *items;
    size_t len, cap;
    bool is_cut; /* there are older ones */
};
void audit_line_list_release(struct audit_line_list *list);

struct audit_query {
    struct uid subject;
    struct uid actor;         /* UID_NONE: everybody */
    const char *action_begin; /* "patient." ; "" all */
    bool writes_only;
    bool with_values;
    int64_t before_us;        /* INT64_MAX: from the newest */
    int limit;
};

/* Newest first. The caller releases. */
enum status audit_list_subject(struct store *store, const struct audit_query *query, struct audit_line_list *out,
                               struct error *err) MUST_USE;

#define AUDIT_NOT_OK "!ok" /* whatever was refused or failed, for whichever reason */
struct audit_period {
    int64_t from_us, to_us;   /* [from, to) */
    struct uid actor;         /* UID_NONE: everybody */
    struct uid subject;       /* about this patient; UID_NONE: about anybody */
    const char *outcome;      /* "ok", "not_permitted", AUDIT_NOT_OK; NULL or "" all */
    const char *action_begin; /* "" all */
    enum risk_level least_risk; /* none given: all */
    int64_t before_us, before_seq; /* of the row where a list was cut: goes on behind it; seq INT64_MAX: from the newest */
    int limit;
};

/* Newest first, without values; by the clock, and those of one moment by their number. The caller releases. */
enum status audit_list_period(struct store *store, const struct audit_period *period, struct audit_line_list *out,
                              struct error *err) MUST_USE;

/* When the first row of the trail was written; 0: there is none. */
enum status audit_first_us(struct store *store, int64_t *out, struct error *err) MUST_USE;
/* The latest moment in it, by the clocks that wrote it. */
enum status audit_last_us(struct store *store, int64_t *out, struct error *err) MUST_USE;

#endif
