/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording doses (clinical.md 4.B). Two steps: dose_prepare() says what would be recorded and what must be asked (early,
 * late, too soon, over the day's maximum, already recorded by whom); dose_record() asks the same again inside the writing
 * transaction and saves one append-only event. The patient must have been identified: a wristband or two typed
 * identifiers that match. Screens and commands share every rule that is here. */
#ifndef SERVICE_DOSES_H
#define SERVICE_DOSES_H

#include "model/dose.h"
#include "schedule/prn.h"
#include "schedule/windows.h"
#include "service/chart.h"
#include "service/doses_observe.h"
#include "service/doses_rights.h"
#include "service/drug_lists.h"
#include "service/site.h"
#include "service/witness.h"

/* What was scanned or typed against the patient's record: MRN, birth date, name. Two different kinds, or a wristband (the
 * MRN as a scan). STATUS_REFUSED names what does not match. */
enum status patient_identify(struct actor *actor, struct uid patient, bool is_scan, const char *first, const char *second,
                             enum identified_by *out, struct error *err) MUST_USE;

enum dose_question {
    DOSE_ASK_NONE = 0,
    DOSE_ASK_TIMING_REASON = 1, /* outside the window */
    DOSE_ASK_TOO_SOON = 2,      /* closer to the last dose of the ingredient, in any order, than the rule allows */
    DOSE_ASK_ALREADY = 4,       /* the slot has a standing event: say by whom; a second one is a conflict */
    DOSE_ASK_HELD_ORDER = 8,    /* the order is on hold */
    DOSE_ASK_NO_SCAN = 16,      /* no product was scanned: needs a reason */
    DOSE_ASK_LATE_ENTRY = 32,   /* recorded long after it happened */
    DOSE_ASK_VERY_LATE = 64,    /* closer to the next dose than to this one: give late, skip or call */
    DOSE_ASK_MAXIMUM = 128,     /* as needed: count or amount of 24 hours would be passed, or cannot be added up */
    DOSE_ASK_SUPERVISOR = 256,  /* one of the above is so far off that somebody else has to agree */
    DOSE_ASK_WEEKLY = 1024,     /* a weekly drug within 6 days 12 hours: a hard stop, no reason opens it */
    DOSE_ASK_UNRESOLVED = 4096, /* an earlier dose of the ingredient may have been given twice */
    DOSE_ASK_LOT = 2048,        /* vaccine or biologic: lot and expiry */
    DOSE_ASK_MEASURE = 1 << 20,   /* a hold rule or the scale needs a value that is not there or too old */
    DOSE_ASK_HOLD_RULE = 1 << 21, /* a hold rule is met, or the scale gives nothing: held unless the prescriber says so */
    DOSE_ASK_SCALE = 1 << 22,     /* another amount than the scale gives */
    DOSE_ASK_OVERRIDE = 1 << 23,  /* a contraindication was overridden when it was ordered: read why and what the plan is */
    DOSE_ASK_FINDING = 1 << 24,   /* the engine finds a contraindication now that nobody has decided on: an allergy of later, a
                                     new drug; only on the prescriber's word */
    DOSE_ASK_WEIGHT = 1 << 25,    /* by weight, and the weight has changed by more than a tenth since it was calculated */
    DOSE_ASK_TUBE = 1 << 26,      /* released slowly or behind the stomach, and through a tube: on the prescriber's word only */
    DOSE_ASK_STACKING = 1 << 27,  /* rapid insulin was given less than three hours ago, in any order */
    DOSE_ASK_DUPLICATE = 512,   /* as needed: the ingredient was recorded minutes ago: the same act? */
    DOSE_ASK_DOUBLE_CHECK = 8192, /* a second person reads drug, dose and rate by themself: doses_second.h */
    DOSE_ASK_INSTRUCTOR = 16384,  /* a student: who answers for it; high-alert and controlled: signed in here */
    DOSE_ASK_UNVERIFIED = 32768,  /* no pharmacist has verified the order: why it is given all the same */
    DOSE_ASK_CONTROLLED = 65536,  /* how much was taken out: service/controlled.h */
    DOSE_ASK_FORM = 131072,       /* back entry: the number of the paper form */
};

#define DOSE_OVERRIDES_MAX 8
struct dose_check {
    unsigned questions;        /* of enum dose_question */
    enum window_finding window;
    int minutes_off;           /* + late, - early */
    int minutes_since_last;    /* of the ingredient, -1 none */
    int minutes_required;      /* that should lie between */
    int64_t next_planned_us;   /* 0 none */
    struct prn_answer prn;     /* as needed only */
    struct prn_limits limits;
    unsigned lists;            /* of enum drug_list: what the drug stands on */
    bool is_rejected;          /* a pharmacist has rejected the order */
    struct dose_rights rights;
    struct dose_observations seen; /* what hold rules and scale looked at */
    char already[160];         /* "recorded as given by R. Shah at 08:04" */
    char last[160];            /* "last: 500 mg at 08:04 by R. Shah", or "" */
    char words[320];           /* what is asked, one sentence; "" when nothing is */
    struct uid overrides[DOSE_OVERRIDES_MAX]; /* the decisions that OVERRIDE asks to read */
    int override_count;
    char override_words[1600]; /* finding, reason, plan and who decided */
};

enum status dose_prepare(struct actor *actor, const struct dose_event *event, struct dose_check *out, struct error *err)
    MUST_USE;

/* What dose_record() would answer; nothing is written, nothing audited: the open chart has its own row. *out holds what is
 * asked as far as it was looked at. */
enum status dose_try(struct actor *actor, const struct dose_event *event, unsigned accepted, struct dose_check *out,
                     struct error *err) MUST_USE;

/* event->id is ignored and given back in *out_event. accepted: the questions of enum dose_question that the person has
 * answered with "go on" (ALREADY: "I also gave it", kept as a conflict; VERY_LATE; DUPLICATE); the others are answered by
 * the event's own reasons. STATUS_REFUSED when a question is open, when the order is not active, or when somebody recorded
 * the slot first (the sentence says who, when and what). */
enum status dose_record(struct actor *actor, const struct dose_event *event, unsigned accepted, struct uid *out_event,
                        struct error *err) MUST_USE;

/* What stands beside the record: second persons who signed in on this terminal, and what was taken out of the cabinet. */
struct double_check;
struct dose_with {
    const struct double_check *check;   /* NULL: nobody */
    const struct witness *instructor;   /* present at a student's dose; NULL: co-signs later */
    struct decimal removed;             /* of a controlled drug; UNIT_NONE: not said */
    enum unit removed_unit;
    struct uid removal;                 /* that is open already, instead of a new one; UID_NONE */
};
/* dose_record() is the same with nothing beside. A controlled drug wants a step-up (STATUS_STEP_UP). */
enum status dose_record_with(struct actor *actor, const struct dose_event *event, unsigned accepted, const struct dose_with *with,
                             struct uid *out_event, struct error *err) MUST_USE;
/* dose_try() with what stands beside. */
enum status dose_try_with(struct actor *actor, const struct dose_event *event, unsigned accepted, const struct dose_with *with,
                          struct dose_check *out, struct error *err) MUST_USE;

/* Takes back one's own last record within 60 seconds, or corrects with a reason: a new event that points at the old. */
enum status dose_undo(struct actor *actor, struct uid event, const char *reason, struct error *err) MUST_USE;
#define DOSE_UNDO_US (60 * US_PER_SECOND)
#define DOSE_AUTHOR_US (24 * US_PER_HOUR) /* later a supervisor corrects, like other people's records */

#endif
