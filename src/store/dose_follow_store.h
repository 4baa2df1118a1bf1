/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows doses: effects of as-needed doses, and slots that two people recorded. Append-only; writers run inside
 * store_begin(). */
#ifndef STORE_DOSE_FOLLOW_STORE_H
#define STORE_DOSE_FOLLOW_STORE_H

#include "model/dose.h"
#include "store/store.h"

struct dose_assessment {
    struct uid id, patient, dose;
    enum dose_outcome outcome;
    struct decimal score;
    bool has_score;
    const char *note;
    struct uid by;
};
enum status dose_assessment_insert(struct store *store, const struct dose_assessment *a, char **out_new, struct error *err)
    MUST_USE;

struct dose_resolution {
    struct uid id, patient, slot, kept, other;
    enum double_class class_of;
    const char *reason, *people_asked, *notified, *monitoring;
    enum next_dose next_dose;
    struct uid moved_to;
    struct uid by;
};
enum status dose_resolution_insert(struct store *store, const struct dose_resolution *r, char **out_new, struct error *err)
    MUST_USE;

struct dose_follow_up {
    struct uid id, patient, dose;
    enum follow_up kind;
    const char *note;
    struct uid by;
};
enum status dose_follow_up_insert(struct store *store, const struct dose_follow_up *f, char **out_new, struct error *err) MUST_USE;

/* Events that ask for something and about which nothing was done yet, oldest first; voided ones are left out. MISSED,
 * UNAVAILABLE, REFUSED; records of a back entry; records that name this instructor; records of others that say this person
 * gave it; what was given after the order was stopped; patients who were away; what others gave without a scan. */
enum dose_follow_list { FOLLOW_LIST_STATES, FOLLOW_LIST_BACK_ENTRY, FOLLOW_LIST_INSTRUCTOR, FOLLOW_LIST_GIVEN_BY, FOLLOW_LIST_AFTER_STOP,
                       FOLLOW_LIST_AWAY, FOLLOW_LIST_UNSCANNED };
enum status dose_follow_list_get(struct store *store, enum dose_follow_list which, struct uid person, int64_t since_us,
                                 struct dose_event_list *out, struct error *err) MUST_USE;

/* Whether somebody has judged the two records of the slot. */
enum status dose_slot_is_judged(struct store *store, struct uid slot, bool *out, struct error *err) MUST_USE;

#endif
