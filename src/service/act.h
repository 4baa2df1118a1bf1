/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The frame of every service function: one permission, one transaction, one audit row in the same commit. A refusal by
 * the permission table or by a restricted record (restrictions.h) is audited too. Private to src/service. */
#ifndef SERVICE_ACT_H
#define SERVICE_ACT_H

#include "model/permission.h"
#include "service/site.h"

struct act {
    struct actor *actor;
    enum permission permission;
    const char *action;   /* "order.add" */
    const char *table;    /* "" none */
    struct uid record;
    struct uid subject;   /* the patient, UID_NONE none */
    struct uid also;      /* another patient whom it is about too: gets a row of its own; UID_NONE none */
    char *old_values, *new_values; /* JSON, owned; set by the writer */
    char details[128];    /* shape and counts only */
    const char *outcome;  /* of what is recorded, static; NULL: "ok" */
    enum risk_level risk;
};

#define ACT(who, may, what, where, patient)                                                                          \
    {.actor = (who), .permission = (may), .action = (what), .table = (where), .subject = (patient), .risk = RISK_LEVEL_LOW}

/* For a function that has to look at something before it can begin its act: who may not is refused first, with an audit row, and
 * learns nothing of what is there. STATUS_NOT_PERMITTED. Outside a transaction only. */
enum status act_permit(struct actor *actor, enum permission permission, const char *action, struct error *err) MUST_USE;

/* Why it is done, in the person's own words: into the audit row's values. STATUS_INVALID, field "reason", for fewer than
 * ACT_REASON_LEAST letters and digits. */
#define ACT_REASON_LEAST 10
enum status act_reason_check(const char *reason, struct error *err) MUST_USE;
void act_set_reason(struct act *act, const char *reason);

/* Why, in the words of who does it, for the trail: about staff and the site only, never about a patient. "" and NULL: nobody
 * said why. Cut to what a row holds. */
void act_because(struct act *act, const char *reason);

/* STATUS_SIGNED_OUT, STATUS_NOT_PERMITTED and STATUS_RESTRICTED (audited), STATUS_BUSY. After it every path leads through act_end(). */
enum status act_begin(struct act *act, struct error *err) MUST_USE;

/* The same for what leaves or ends a record: who may not is refused first and learns nothing, then a reason in words and a fresh proof
 * of who it is (step_up.h) are asked for. STATUS_INVALID, field "reason"; STATUS_STEP_UP. */
enum status act_begin_proved(struct act *act, const char *reason, struct error *err) MUST_USE;

/* With STATUS_OK appends the audit row and commits; with anything else rolls back and hands the status on. */
enum status act_end(struct act *act, enum status status, struct error *err) MUST_USE;

/* A read: permission and one durable audit row before anything is given back. */
enum status act_read(struct act *act, struct error *err) MUST_USE;

#endif
