/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doses that two people recorded: one slot twice, or an as-needed drug twice within a quarter of an hour (clinical.md 4.B.6). Neither record is dropped, not by time, not by role: a person finds
 * out what happened and says so, with who was asked. Until then the slot reads POSSIBLE DOUBLE and the next dose of the
 * ingredient asks. */
#ifndef SERVICE_DOSES_DOUBLE_H
#define SERVICE_DOSES_DOUBLE_H

#include "model/dose.h"
#include "service/site.h"

struct person_records; /* store/patient_link_store.h */

struct double_dose {
    struct uid patient;
    struct uid slot; /* as needed: the id of the earlier record, which names the pair */
    char *patient_name, *drug;
    int64_t planned_us; /* as needed: when the first one happened */
    bool is_as_needed;
    struct dose_event first, second; /* owned: the two records that stand */
};
struct double_dose_list {
    struct double_dose *items;
    size_t len, cap;
};
void double_dose_list_release(struct double_dose_list *list);

/* Unjudged ones of the last 30 days (as needed: 7), oldest first. _refresh reads the same list again, unaudited. */
enum status double_dose_list_get(struct actor *actor, struct double_dose_list *out, struct error *err) MUST_USE;
enum status double_dose_list_refresh(struct actor *actor, struct double_dose_list *out, struct error *err) MUST_USE;
/* For an open chart: of this person, and possible doubles of as-needed doses of others, which the caller leaves out. */
enum status double_dose_list_of(struct actor *actor, const struct person_records *person, struct double_dose_list *out,
                                struct error *err) MUST_USE;

struct double_judgement {
    struct uid slot;
    struct uid kept, other; /* which record stands; both do where the drug was given twice */
    enum double_class class_of;
    const char *reason;       /* how that is known */
    const char *people_asked;
    const char *notified;     /* given twice: the prescriber who was told, and when */
    const char *monitoring;   /* given twice: what is watched, how long */
    enum next_dose next_dose; /* given twice: what becomes of the next one */
    const char *moved_to;     /* another patient's: their MRN; the dose is recorded there anew */
};

/* One of the two recorders or a supervisor; not alone when both records are the same person's. What turned out not to have
 * happened becomes entered in error by a new event. STATUS_INVALID names the field, STATUS_STALE: judged already. */
enum status dose_judge(struct actor *actor, const struct double_judgement *judgement, struct error *err) MUST_USE;

#endif
