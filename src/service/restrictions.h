/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that not everybody may open, whatever their role (security.md 2.5): the privacy officer restricts them and names
 * who works with the patient. act_begin() asks restriction_gate() for every act about a patient, so that no way leads past
 * it; in an emergency a licensed person passes it for an hour (emergencies.h). */
#ifndef SERVICE_RESTRICTIONS_H
#define SERVICE_RESTRICTIONS_H

#include "base/date.h"
#include "service/site.h"
#include "store/restriction_store.h"

/* Why and with whom. logins: sign-in names of who may open it, NULL ends; may be empty. STATUS_EXISTS when it is restricted
 * already; STATUS_STEP_UP without a proof; STATUS_NOT_FOUND, field "allow", names a person who is not here. */
enum status patient_restrict(struct actor *actor, struct uid patient, enum restriction_rule rule, const char *const *logins,
                             struct error *err) MUST_USE;
enum status patient_lift_restriction(struct actor *actor, struct uid patient, const char *reason, struct error *err) MUST_USE;
/* Names one more person, or takes the name back. STATUS_NOT_FOUND where there is no restriction. */
enum status patient_name_member(struct actor *actor, struct uid patient, const char *login, bool is_member, struct error *err)
    MUST_USE;

/* How a record stands for the acting person. A provider whom the directory does not let see this patient's medicines
 * (care_rights.h) stands before it as before a record whose consent is withheld: whole or not at all, because a chart
 * without its medicines would be read as one that has none. */
struct restriction_view {
    bool is_restricted;
    enum restriction_rule rule;
    bool is_open;              /* to this person: named for it, or the privacy officer */
    int64_t emergency_until_us; /* 0: no emergency opening runs */
};
enum status restriction_see(const struct actor *actor, struct uid patient, struct restriction_view *out, struct error *err)
    MUST_USE;

/* Whether a record that is open in an emergency lets this be done: to read it and to record doses. */
bool restriction_in_emergency(enum permission permission);

/* For lists of many patients: true when the record is closed to who looks, who then sees that something is due and for whom,
 * but not what. The memo keeps the last answer; lists come by patient as a rule. A failure closes. */
struct restriction_memo {
    bool is_known, is_closed;
    struct uid patient;
};
bool restriction_hides(const struct actor *actor, struct uid patient, struct restriction_memo *memo);
/* What a row of such a list says of a patient, when it hides: the first text (the caller's strings) becomes "restricted
 * record" and the others empty. texts ends with NULL. Answers whether it hides. */
bool restriction_cover(const struct actor *actor, struct uid patient, struct restriction_memo *memo, char **const *texts);

/* One record as the privacy officer sees it: who it is, how it is restricted, who may open it. The caller releases. */
struct privacy_view {
    char *name, *mrn;
    struct date birth_date;
    struct restriction_view restriction;
    struct login_list members;
};
enum status privacy_open(struct actor *actor, struct uid patient, struct privacy_view *out, struct error *err) MUST_USE;
void privacy_view_release(struct privacy_view *view);

/* Private to act.c and to lists that show many patients. STATUS_RESTRICTED: ask for the emergency; STATUS_NOT_PERMITTED:
 * more than reading and recording doses in an emergency. UID_NONE passes. */
enum status restriction_gate(const struct actor *actor, struct uid subject, enum permission permission, struct error *err)
    MUST_USE;

#endif
