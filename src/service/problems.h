/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The problem list. A correction, a change of status included, is a new row; what was written stays. */
#ifndef SERVICE_PROBLEMS_H
#define SERVICE_PROBLEMS_H

#include "model/condition.h"
#include "service/site.h"

/* A name that is a code ("I50.9", SNOMED CT "84114007") becomes the code with the name that the knowledge has for it.
 * Refused when the same problem is active on the list already. */
enum status condition_add(struct actor *actor, const struct condition *condition, struct error *err) MUST_USE;

/* condition->supersedes is the row that is corrected. STATUS_STALE when somebody corrected it meanwhile. */
enum status condition_correct(struct actor *actor, const struct condition *condition, struct error *err) MUST_USE;

/* Whether drugs are checked against it: it belongs to a group of the knowledge, or is a code that no rule concerns. The
 * group's title ("Heart failure") or "". Borrowed. */
bool condition_is_checked(const struct site *site, const struct condition *condition, const char **out_title);

/* Titles of the knowledge's problems that begin with what was typed, in any word; at most max. Borrowed. */
int condition_suggest(const struct site *site, const char *typed, const char **out, int max);

#endif
