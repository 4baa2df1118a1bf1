/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to follow a record (clinical.md 4.B.3, 4.B.5): missed doses that nobody has looked at, doses that were not on the
 * unit, patients who were away, two refusals in a row, doses without a scan, a student's records for the instructor, records that say somebody else gave it, and what was
 * entered from paper. A task is made of the records themselves and ends with one row of dose_follow_ups. */
#ifndef SERVICE_DOSES_TASKS_H
#define SERVICE_DOSES_TASKS_H

#include "model/dose.h"
#include "service/site.h"

enum dose_task_kind {
    TASK_MISSED = 1,
    TASK_SUPPLY = 2,      /* not on the unit: the pharmacy's missing-dose list */
    TASK_REFUSED = 4,     /* two refusals of one order in a row: the prescriber is told */
    TASK_COSIGN = 8,      /* this person is the instructor */
    TASK_BACK_ENTRY = 16, /* a second person reads the paper: a form at once, controlled and high-alert doses one by one */
    TASK_CONFIRM = 32,    /* somebody recorded that this person gave it */
    TASK_AFTER_STOP = 64, /* given after the order was stopped: somebody has to look at the patient */
    TASK_AWAY = 128,      /* the patient was away: the dose is given late or skipped when they are back */
    TASK_NO_SCAN = 256,   /* for who supervises: what others gave without a scan, and why; one line a person and day */
    TASK_ALL = 511
};

struct dose_task {
    enum dose_task_kind kind;
    struct uid patient, event, order, slot;
    char *patient_name, *drug;
    char *words;         /* "not delivered", "2 refusals: nausea", "form F-12: 7 doses" */
    char *form_number;   /* of a back entry, or "" */
    bool is_batch;       /* stands for every record of the form that is not listed by itself; without a scan: of the day */
    int count;           /* records that it stands for */
    struct uid who;      /* who recorded it */
    enum no_scan_reason no_scan_reason;
    int reasons[NO_SCAN_REASON_COUNT]; /* without a scan: how many for each reason */
    int64_t return_us;   /* away: expected back, 0 not known */
    int64_t planned_us, occurred_us;
};
struct dose_task_list {
    struct dose_task *items;
    size_t len, cap;
};
void dose_task_list_release(struct dose_task_list *list);

/* kinds: bits of enum dose_task_kind. By time. _refresh reads the same list again, unaudited. */
enum status dose_task_list_get(struct actor *actor, unsigned kinds, struct dose_task_list *out, struct error *err) MUST_USE;
enum status dose_task_list_refresh(struct actor *actor, unsigned kinds, struct dose_task_list *out, struct error *err) MUST_USE;

/* The words that end a task, in order, 0 ends: enum follow_up. */
const enum follow_up *dose_task_answers(enum dose_task_kind kind);

/* STATUS_INVALID (answer, note), STATUS_REFUSED: not this person's to answer; STATUS_STALE: somebody did already. */
enum status dose_task_close(struct actor *actor, const struct dose_task *task, enum follow_up answer, const char *note,
                            struct error *err) MUST_USE;

/* ---- the sweep ---- */

/* Closes as missed what stayed open past its time, its late limit and the site's grace, on the device that leads (a
 * stand-alone site leads itself). Ids follow from the slot: a second device, or the same one again, writes the same row.
 * At most SWEEP_MAX at once; *out_closed tells how many. The dead, held orders and what was planned before the order was
 * known here are left alone. */
enum { SWEEP_MAX = 40 };
enum status dose_sweep(struct actor *actor, int *out_closed, struct error *err) MUST_USE;

#endif
