/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Second persons at a dose (clinical.md 4.B.3): the independent double check, where the checker enters drug, dose and rate
 * without seeing them (agreeing is not checking), and the instructor of a student. */
#ifndef SERVICE_DOSES_SECOND_H
#define SERVICE_DOSES_SECOND_H

#include "service/doses.h"
#include "service/doses_private.h"

struct double_check {
    struct witness who;
    struct uid order;
    struct decimal amount;
    enum unit unit;
    char rate[32]; /* "" where none runs */
};

/* The checker signs in (as in witness_authenticate()) and says what they read from order, label and pump. STATUS_REFUSED
 * names what differs from the record, never the value; each try is audited. */
enum status double_check_read(struct actor *actor, const struct dose_event *event, const char *login, const char *password,
                              const char *code, const char *drug, const char *dose, const char *rate, struct double_check *out,
                              struct error *err) MUST_USE;

/* The person of this site with that sign-in name. "" is nobody: UID_NONE. STATUS_INVALID names `field`. */
enum status dose_person_find(struct actor *actor, const char *login, const char *field, struct uid *out, struct error *err)
    MUST_USE;

/* What of this file a record has to show, as bits of enum dose_question. */
unsigned dose_second_questions(struct site *site, const struct actor *actor, const struct dose_picture *picture,
                               const struct dose_event *event, unsigned lists);

/* STATUS_REFUSED or STATUS_STEP_UP unless what is asked stands beside the event. */
enum status dose_second_check(const struct actor *actor, const struct dose_event *event, const struct dose_check *check,
                              const struct dose_with *with, struct error *err) MUST_USE;

#endif
