/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patients beyond this site's own, at the centre (decisions.md 15). Nothing here speaks to the centre: it makes the question that
 * the caller hands to the agent (agent_client_ask(), or engine_ask() in a command), after permission and audit row, and reads
 * the answer. */
#ifndef SERVICE_CENTRAL_FIND_H
#define SERVICE_CENTRAL_FIND_H

#include "base/date.h"
#include "service/site.h"

/* An MRN, or words of a name and a birth date, as typed in one line: "E-104233", "okafor grace 1958-03-14" in any order.
 * STATUS_INVALID says what is missing. *out_question is freed by the caller. */
enum status central_find_question(struct actor *actor, const char *typed, char **out_question, struct error *err) MUST_USE;

struct central_hit {
    struct uid id;
    char *name;        /* "OKAFOR, Grace" */
    struct date birth_date;
    enum gender gender;
    char *mrn, *sites; /* "Eastside, Westside" */
    bool is_here;
};
struct central_hit_list {
    struct central_hit *items;
    size_t len, cap;
};
void central_hit_list_release(struct central_hit_list *list);
/* The status that the answer carries, with its sentence. */
enum status central_find_answer(const char *answer, struct central_hit_list *out, struct error *err) MUST_USE;

/* Brings the patient to this site: who was found and a reason of a few words. */
enum status central_open_question(struct actor *actor, struct uid patient, const char *reason, char **out_question, struct error *err)
    MUST_USE;
enum status central_open_answer(const char *answer, struct error *err) MUST_USE;

#endif
