/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A patient's chart as one consistent picture: banner, orders, allergies, problems, doses of the day and what the safety
 * engine says of the whole. chart_open() writes its audit row before anything is given back. Owned by the caller. */
#ifndef SERVICE_CHART_H
#define SERVICE_CHART_H

#include "model/allergy.h"
#include "model/condition.h"
#include "model/dose.h"
#include "model/order.h"
#include "model/patient.h"
#include "model/stay.h"
#include "safety/screen.h"
#include "service/restrictions.h"
#include "service/site.h"
#include "store/decision_store.h"
#include "store/patient_link_store.h"

struct chart {
    struct patient patient;
    struct person_records records;     /* of this person; the chart is of all of them, `patient` is the one in use */
    struct allergy_list allergies;
    struct condition_list conditions;
    struct order_list orders;          /* current ones, then those ended in the last 90 days */
    struct order_list replaced;        /* versions whose doses of the window were planned before a change, a hold or a stop */
    struct dose_slot_list slots;       /* of the MAR window, by planned time */
    struct dose_event_list events;     /* of the same window, newest first */
    struct stay_list stays;            /* on a ward, the newest first */
    struct decision_list decisions;    /* accepted findings that still hold */
    struct screen_request *screening;  /* the engine's input, kept for texts (service/screening.h) */
    struct screen_result *findings;    /* of the whole chart */
    char *doubles;                     /* drugs that may have been given twice and nobody has judged: "morphine, warfarin"; "" none */
    int before_h, after_h;             /* the window goes with the clock: from so many hours before the last reading */
    int64_t read_us;                   /* when that was: what is due changes with time alone */
    int64_t slots_from_us, slots_to_us;
    int64_t data_version;              /* what it was read at */
    struct restriction_view restriction; /* for who reads it */
};

/* window: slots from `before_h` hours ago to `after_h` ahead. */
enum status chart_open(struct actor *actor, struct uid patient, int before_h, int after_h, struct chart **out,
                       struct error *err) MUST_USE;
/* Reads again without another audit row (the same chart is still open), the same hours around the present time. */
enum status chart_refresh(struct actor *actor, struct chart **chart, struct error *err) MUST_USE;
void chart_free(struct chart *chart);
/* The stay that is over, when what was ordered before it ended is not due here any more; NULL: due as ordered. */
const struct stay *chart_left(const struct chart *chart);
/* Neither void nor taken back. */
bool chart_event_stands(const struct chart *chart, const struct dose_event *event);
/* The version that a dose belongs to: of an order that was changed since, the one before. NULL: not on the chart. */
const struct order *chart_slot_order(const struct chart *chart, const struct dose_slot *slot);
/* It may still be given: its order is active and reads as it did when the dose was planned. */
bool chart_slot_is_in_force(const struct chart *chart, const struct dose_slot *slot);

/* Due and overdue doses of everybody, by planned time: Home. */
struct due_dose {
    struct uid patient, order;
    char *patient_name;
    char *mrn;
    char *drug;   /* as ordered; the strength is in the dose */
    char *dose;   /* "500 mg PO" */
    struct dose_slot slot;
    bool is_deceased;
    int64_t entered_us; /* when this version of the order became known here */
};
struct due_list {
    struct due_dose *items;
    size_t len, cap;
    int overdue_count, due_count;
};
enum status due_list_get(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err) MUST_USE;
/* Reads again without another audit row (the same list is still open): else two sessions that both look at Home would
 * wake each other for ever. */
enum status due_list_refresh(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err)
    MUST_USE;
/* Every open dose of the window, those of the future too: audited. */
enum status due_list_planned(struct actor *actor, int before_h, int after_h, struct due_list *out, struct error *err) MUST_USE;
void due_list_release(struct due_list *list);

#endif
