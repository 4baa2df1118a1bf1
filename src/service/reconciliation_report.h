/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well lists are reconciled (clinical.md 4.A.5), and what was put off and by whom. The first holds counts only; the
 * second names patients and is audited. */
#ifndef SERVICE_RECONCILIATION_REPORT_H
#define SERVICE_RECONCILIATION_REPORT_H

#include "base/date.h"
#include "service/site.h"

struct reconcile_report {
    struct date from, to;          /* both included; by when a session was begun */
    int sessions;                  /* begun; without those that were closed unsigned or replaced */
    int signed_in_24h, signed_later, not_signed;
    int patients;                  /* with a session */
    int discrepancies[5];          /* per enum discrepancy_class */
    int patients_with_unintentional;
};
enum status reconcile_report_get(struct actor *actor, struct date from, struct date to, struct reconcile_report *out,
                                 struct error *err) MUST_USE;

struct reconcile_open_line {
    struct uid reconciliation, patient;
    char *patient_name, *mrn, *owner, *text, *words;
    enum reconcile_action action;  /* defer or unable_to_verify */
    struct date due_on;
    bool is_overdue;
};
struct reconcile_open_lines {
    struct reconcile_open_line *items; /* by owner, then by due date */
    size_t len, cap;
};
void reconcile_open_lines_release(struct reconcile_open_lines *list);
enum status reconcile_open_lines_get(struct actor *actor, struct reconcile_open_lines *out, struct error *err) MUST_USE;

#endif
