/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What two terminals changed at once, and what the centre could not take: looking at it and settling it. The rule that
 * decided at once (sync.md 7.11) put one value in force; a person sees both and leaves it so, or puts the other in force
 * by a change of its own, audited like any other. Orders are changed in their chart, doses corrected in theirs. */
#ifndef SERVICE_CONFLICTS_H
#define SERVICE_CONFLICTS_H

#include "base/buffer.h"
#include "service/site.h"
#include "store/conflict_store.h"
#include "store/outbox_store.h"

/* One audit row for the list. all: settled ones and those that need nobody, too. */
enum status conflicts_list(struct actor *actor, bool all, struct conflict_list *out, struct error *err) MUST_USE;
enum status quarantine_list(struct actor *actor, struct outbox_problem_list *out, struct error *err) MUST_USE;

enum conflict_choice {
    CONFLICT_LEAVE, /* what is in force stays */
    CONFLICT_OTHER, /* the value that lost comes into force */
};
/* STATUS_REFUSED where the other value cannot be taken over from here (orders, doses); the sentence says what to do. */
enum status conflict_settle(struct actor *actor, struct uid id, enum conflict_choice choice, const char *note, struct error *err) MUST_USE;
bool conflict_has_other(const struct conflict *conflict); /* may CONFLICT_OTHER be chosen? */

/* Words of a conflict, translated: what it is about ("birth date and sex of a patient"), what decided. */
const char *conflict_subject(const struct conflict *conflict);
const char *conflict_rule(const struct conflict *conflict);
/* Lines "birth date: 1958-03-14 | 1958-03-15": what is in force and what is not. */
void conflict_describe(const struct conflict *conflict, struct buffer *out);
const char *quarantine_reason(const char *problem);

#endif
