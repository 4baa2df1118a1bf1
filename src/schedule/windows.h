/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Early, late, too soon, entered late: the time rules of giving a dose (clinical.md 4.B.4, 4.B.5)
 * as pure functions over instants. They answer with what is needed (nothing, a reason, a second
 * person, a refusal); whoever asks decides and records. Differences are whole minutes, cut off: a
 * dose 60 min 59 s after its time is 60 min late. */
#ifndef SCHEDULE_WINDOWS_H
#define SCHEDULE_WINDOWS_H

#include <stdbool.h>
#include <stdint.h>

#include "model/dose.h"
#include "model/sig.h"

enum window_class {
    WINDOW_CLASS_TIME_CRITICAL = 1, /* listed drugs, and anything more often than every 4 hours */
    WINDOW_CLASS_FREQUENT,          /* more often than daily, at most every 4 hours */
    WINDOW_CLASS_DAILY,             /* daily, weekly, monthly */
    WINDOW_CLASS_STAT,              /* once, at once: late only */
    WINDOW_CLASS_FREE,              /* first dose, on call, as needed: no window */
    WINDOW_CLASS_COUNT
};

struct window {
    uint16_t early_min, late_min; /* before and after the planned time, before a reason is needed */
    bool is_free;                 /* no scheduled window */
};

/* Site settings, with the defaults of clinical.md. */
struct window_rules {
    struct window windows[WINDOW_CLASS_COUNT];
    uint16_t grace_min;          /* behind the late limit, before a dose may be closed as missed */
    uint16_t late_entry_min;     /* recorded this long after it happened: reason */
    uint16_t late_entry_far_min; /* supervisor */
    uint16_t clock_skew_min;     /* how far in the future an entry may lie */
};
struct window_rules window_rules_default(void);

/* is_listed: the drug is on the site's time-critical list. */
enum window_class window_class_of(const struct sig *sig, bool is_listed);

/* From the clock alone: FUTURE, EARLY_OK (window open, not yet time), DUE, LATE (window over),
 * OVERDUE (may be closed as missed). A free window is never late. */
enum slot_state window_slot_state(struct window window, uint16_t grace_min, int64_t planned_us,
                                  int64_t now_us);

/* Planned distance of two doses that follow each other most closely, 0 when there is none. */
uint32_t window_nominal_interval_min(const struct sig *sig);

/* What must lie between two doses: the order's own minimum (as needed), else three quarters of the
 * nominal interval. */
uint32_t window_minimum_gap_min(const struct sig *sig);

/* What a finding asks for, mildest first. */
enum window_need {
    WINDOW_NEED_NOTHING = 0,
    WINDOW_NEED_REASON,
    WINDOW_NEED_CHOICE,     /* give late, skip or call: never silently re-timed */
    WINDOW_NEED_SUPERVISOR, /* or the prescriber */
    WINDOW_NEED_REFUSAL,
};

enum window_finding {
    WINDOW_FINDING_ON_TIME = 0,
    WINDOW_FINDING_EARLY,
    WINDOW_FINDING_LATE,
    WINDOW_FINDING_VERY_LATE,    /* closer to the next slot than to this one */
    WINDOW_FINDING_OUT_OF_ORDER, /* a later slot of the order is already given */
    WINDOW_FINDING_BEFORE_START,
    WINDOW_FINDING_AFTER_STOP,
};

struct window_answer {
    enum window_finding finding;
    enum window_need need;
    int32_t minutes; /* from the planned time, negative early; before start and after stop: to that
                        border, positive */
};

struct window_question {
    int64_t planned_us;
    int64_t occurred_us;
    int64_t next_planned_us;         /* 0 none */
    int64_t latest_given_planned_us; /* latest slot of this order that is given, 0 none */
    int64_t start_us, stop_us;       /* validity [start, stop), stop 0 open */
};

/* The gravest finding. */
struct window_answer window_check(struct window window, const struct window_question *question);

struct gap_answer {
    enum window_need need;
    uint32_t minutes; /* since the other dose */
    uint32_t required;
};

/* Rule 4.B.4 (a), also between orders: other_us is the nearest dose of the same ingredient that was
 * given, before or after (back entry). Below required: reason; below half of it: supervisor.
 * required 0 asks for nothing. */
struct gap_answer window_check_gap(uint32_t required_min, int64_t other_us, int64_t occurred_us);

/* Weekly-only drugs (4.B.12): one dose in 6 days 12 hours over all orders of the ingredient; a
 * second one is refused. */
#define WINDOW_WEEKLY_GUARD_MIN ((6 * 24 + 12) * 60)
#define WINDOW_WEEKLY_LATE_MIN (48 * 60) /* so late a missed one may be given; behind it the prescriber says */
#define WINDOW_STACKING_MIN (3 * 60)     /* rapid insulin works so long (4.B.10) */
struct gap_answer window_check_weekly(int64_t other_us, int64_t occurred_us);

struct entry_answer {
    enum window_need need; /* REFUSAL: in the future */
    int32_t minutes;       /* recorded after it happened; negative: before */
};

/* Rule 4.B.5. is_order_active: at the moment of the entry, not of the dose. */
struct entry_answer window_check_entry(const struct window_rules *rules, int64_t occurred_us,
                                       int64_t recorded_us, bool is_order_active);

#endif
