/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses, three layers never mixed (clinical.md 4.B.1): the order's version says what is due, a slot is one planned dose
 * whose id is derived, a dose event is an append-only fact. The state of a slot is a fold over its events. */
#ifndef MODEL_DOSE_H
#define MODEL_DOSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/uid.h"
#include "base/zone.h"
#include "model/dose_value.h"
#include "model/enums.h"
#include "model/unit.h"

/* dose_events. Owns its strings; NULL is "". */
struct dose_event {
    struct uid id;             /* event_id: UUIDv7 */
    struct uid patient, order, order_version;
    struct uid schedule;       /* medication_schedules row, UID_NONE for PRN */
    struct uid slot;           /* UID_NONE for PRN and extra doses */
    int64_t planned_us;        /* scheduled_datetime, 0 for PRN */
    int64_t occurred_us;       /* actual_datetime */
    int64_t recorded_us;       /* equals the id's millisecond */
    enum dose_status status;
    struct decimal amount;     /* dose_amount_taken */
    enum unit unit;
    enum route route;
    char *body_site;
    bool with_food;            /* taken_with_food */
    char *reason;              /* coded word of hold, refuse or timing reason, or "" */
    char *reason_text;
    char *timing_reason;       /* coded, when outside the window, or "" */
    enum identified_by identified_by;
    char *product_code;        /* what was scanned, or "" */
    enum no_scan_reason no_scan_reason;
    char *lot;
    char *expiry;
    char *side_effects;        /* side_effects_noted */
    char *notes;
    enum recorded_via recorded_via;
    struct uid given_by, recorded_by, witness;
    struct uid checker;        /* who read drug, dose and rate independently, or UID_NONE */
    struct uid instructor;     /* who answers for what a student gave, or UID_NONE */
    char *form_number;         /* paper form of a back entry, or "" */
    char *rate;                /* of an infusion: "12 mL/h", or "" */
    enum unverified_reason unverified_reason; /* given before the order was verified */
    size_t value_count;
    struct dose_value values[DOSE_VALUES_MAX]; /* observed: what the order asked for, as it was when it decided */
    int64_t return_us;         /* away: expected back; 0 not known */
    enum was_told told;        /* held: the prescriber; refused: the patient, what it is for */
    char *score_before;        /* as needed: how bad it was (model/dose_score.h), or "" */
    int64_t clock_skew_s;      /* the computer's clock was that far ahead of the centre's; 0: right, or not known */
    struct uid device;
    struct uid supersedes;     /* the event this one corrects, or UID_NONE */
    char *zone;
    int32_t offset_s;
    char *recorded_by_name;    /* read only: for lists */
};

struct dose_event_list {
    struct dose_event *items;
    size_t len, cap;
};

void dose_event_release(struct dose_event *event);
void dose_event_list_release(struct dose_event_list *list);

/* Derived from the clock where no event has closed the slot. */
enum slot_state {
    SLOT_FUTURE = 1,
    SLOT_EARLY_OK,
    SLOT_DUE,
    SLOT_LATE,
    SLOT_OVERDUE,
    SLOT_DONE,     /* one terminal event stands: see status */
    SLOT_CONFLICT, /* two terminal events, neither supersedes the other */
};

#define DOSE_CLAIMED_BY_MAX 40
struct dose_slot {
    struct uid id;
    struct uid order, order_version;
    uint32_t seq;
    int64_t planned_us;
    bool is_shifted;          /* the wall time did not exist (clock change) */
    uint16_t wall_min;
    uint8_t step;             /* sig_step() of the order: what this dose is */
    int64_t late_us;          /* on time until here; INT64_MAX: never late */
    enum slot_state state;
    enum dose_status status;  /* of the standing event, 0 when none */
    struct uid event;         /* the standing event */
    bool is_unplanned;        /* only a record: as needed, or of a version that is no longer in force */
    char claimed_by[DOSE_CLAIMED_BY_MAX]; /* somebody else has its form open: "K. Osei"; "" nobody */
};

struct dose_slot_list {
    struct dose_slot *items;
    size_t len, cap;
};
void dose_slot_list_release(struct dose_slot_list *list);

/* The list of coded reasons that a record needs: of the hold, the refusal ...; of what was taken as needed: what for.
 * ENUM_NO_KIND when it needs none. */
enum enum_kind dose_reason_kind(enum dose_status status, bool is_as_needed);
/* Something went into the patient: an amount, a route and a product belong to it. */
bool dose_status_is_taken(enum dose_status status);
/* Injections under the skin and into muscle, patches and what is put on the skin say where. */
bool dose_needs_body_site(enum route route);
/* What stays on or runs in: a record in progress stands until it is ended. */
bool dose_can_last(enum route route);

/* "500 mg", "1/2 tab", "0.5 mL" as people type an amount. STATUS_INVALID (field "amount") for what is no amount, has no
 * unit, or reads differently under another decimal sign. */
enum status dose_amount_parse(const char *text, struct decimal *out_amount, enum unit *out_unit, struct error *err) MUST_USE;
/* Trailing words of an amount are never dropped: "25 mg" round trips. Returns buf. */
#define DOSE_AMOUNT_TEXT_MAX 64
const char *dose_amount_format(struct decimal amount, enum unit unit, char buf[DOSE_AMOUNT_TEXT_MAX]);

/* When it happened, as typed: "" and "now", "08:15", "0815", "8am" (the last such moment, at most two minutes ahead),
 * with a date before it ("28 Nov 23:50", "-1d 23:50"). STATUS_INVALID (field "time"). */
enum status dose_time_parse(const char *text, const struct zone *zone, int64_t now_us, int64_t *out_us, struct error *err)
    MUST_USE;

/* When somebody is expected, as typed: "14:30" is the next such moment. "" is 0. STATUS_INVALID (field "back_at"). */
enum status dose_return_parse(const char *text, const struct zone *zone, int64_t now_us, int64_t *out_us, struct error *err)
    MUST_USE;

/* "explained", "prescriber not told": of a dose that was refused or held; "" where nobody said. */
const char *dose_told_words(const struct dose_event *event);

/* "clock 7 min ahead", "clock 2 h behind": of a computer whose clock is off; "" for 0. Returns buf. */
#define DOSE_CLOCK_TEXT_MAX 64
const char *dose_clock_words(int64_t skew_s, char buf[DOSE_CLOCK_TEXT_MAX]);

/* An amount with its rate: "12 mL/h", "0.5 mg/min". STATUS_INVALID (field "rate") for what is none. */
enum status dose_rate_check(const char *text, struct error *err) MUST_USE;
/* Both say the same rate, however it is spelled. */
bool dose_rate_equal(const char *a, const char *b);

/* An open status leaves something to do: hung infusion or patch on, dose not on the unit, patient away. */
bool dose_status_is_open(enum dose_status status);

/* Folds events (any order, repeats allowed) of one slot. One standing event: SLOT_DONE with its status and id (an open
 * status too). Two that nobody has judged: SLOT_CONFLICT, status 0. None, or only voided ones: status 0 and the state that
 * the clock gave stays. A system's missed or cancelled yields to what a person did before the stop. Pure. */
void dose_slot_fold(struct dose_slot *slot, const struct dose_event *events, size_t count);

#endif
