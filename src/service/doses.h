/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording doses (clinical.md 4.B). Two steps: dose_prepare() says what would be recorded and what must be asked (early,
 * late, too soon, already recorded by whom); dose_record() checks the same again inside the transaction and saves one
 * append-only event. The patient must have been identified: a wristband or two typed identifiers that match. */
#ifndef SERVICE_DOSES_H
#define SERVICE_DOSES_H

#include "model/dose.h"
#include "service/chart.h"
#include "service/site.h"

/* What was scanned or typed against the patient's record: MRN, birth date, name. Two different kinds, or a wristband (the
 * MRN as a scan). STATUS_REFUSED names what does not match. */
enum status patient_identify(struct actor *actor, struct uid patient, bool is_scan, const char *first, const char *second,
                             enum identified_by *out, struct error *err) MUST_USE;

enum dose_question {
    DOSE_ASK_NONE = 0,
    DOSE_ASK_TIMING_REASON = 1, /* outside the window */
    DOSE_ASK_TOO_SOON = 2,      /* closer to the last dose than the rule allows: needs a reason */
    DOSE_ASK_ALREADY = 4,       /* the slot has a standing event: say by whom; a second one is a conflict */
    DOSE_ASK_HELD_ORDER = 8,    /* the order is on hold */
    DOSE_ASK_NO_SCAN = 16,      /* no product was scanned: needs a reason */
};

struct dose_check {
    unsigned questions;         /* of enum dose_question */
    int minutes_off;            /* + late, - early */
    int minutes_since_last;     /* of the same order, -1 none */
    char already[160];          /* "recorded as given by R. Shah at 08:04" */
};

enum status dose_prepare(struct actor *actor, const struct dose_event *event, struct dose_check *out, struct error *err)
    MUST_USE;

/* event->id is ignored and given back in *out_event. STATUS_REFUSED when a question is open without its reason, when the
 * order is not active, or when somebody recorded the slot first (the sentence says who, when and what). */
enum status dose_record(struct actor *actor, const struct dose_event *event, struct uid *out_event, struct error *err) MUST_USE;

/* Takes back one's own last record within 60 seconds, or corrects with a reason: a new event that points at the old. */
enum status dose_undo(struct actor *actor, struct uid event, const char *reason, struct error *err) MUST_USE;

#endif
