/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of src/service/doses*.c share: everything about a dose that its questions are asked from, read in one
 * view. Private to them. */
#ifndef SERVICE_DOSES_PRIVATE_H
#define SERVICE_DOSES_PRIVATE_H

#include "schedule/slots.h"
#include "service/doses.h"

struct dose_picture {
    struct order order;             /* that the dose belongs to */
    struct sig step;                /* of that order's directions: what this dose follows */
    struct order_list orders;       /* of the patient, ended ones of the look-back included */
    struct dose_event_list recent;  /* of the patient, newest first */
    bool has_double;                /* two records of one dose of the ingredient that nobody has judged */
    int age_years;                  /* of the patient, -1 unknown */
    struct dose_event_list slot;    /* of the slot, oldest first */
};

/* STATUS_NOT_FOUND when the order is not here. Inside a read or a transaction. */
enum status dose_picture_read(struct site *site, const struct dose_event *event, struct dose_picture *out,
                              struct error *err) MUST_USE;
void dose_picture_release(struct dose_picture *picture);

/* An order's schedule in its own zone: that of the site when it was planned. The caller frees `own` with zone_free(). False
 * when that zone is not on this computer. */
struct order_clock {
    struct zone *own; /* NULL: the site's */
    struct schedule_order schedule;
};
bool order_clock_open(const struct site *site, const struct order *order, struct order_clock *out);

/* Neither voided nor corrected by another event of the list. */
bool dose_event_stands(const struct dose_event_list *events, const struct dose_event *event);

enum status dose_ask(const struct actor *actor, const struct dose_picture *picture, const struct dose_event *event,
                     struct dose_check *out, struct error *err) MUST_USE;

/* What was decided about contraindicated findings of an order travels to whoever gives it (ui.md rule 8): reason and plan
 * are read once in each person's session, not at every dose. Adds DOSE_ASK_OVERRIDE with its words where the actor has not
 * yet read a decision that is in force for the order. The engine runs again on the chart as it is now: DOSE_ASK_FINDING for a
 * contraindication that nobody has ever decided on, DOSE_ASK_WEIGHT for a dose whose weight is no longer the patient's. */
enum status dose_override_ask(const struct actor *actor, const struct order *order, struct dose_check *check, struct error *err)
    MUST_USE;
/* The actor has read them; the audit row of the dose says so. */
void dose_override_acknowledge(struct actor *actor, const struct dose_check *check);

#endif
