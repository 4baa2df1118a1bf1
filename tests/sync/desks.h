/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two terminals with which most suites of the exchange begin, desk-a and desk-b of one site on a centre of their own, and what
 * people do there. Whatever fails fails the test. */
#ifndef SYNC_DESKS_H
#define SYNC_DESKS_H

#include "support/terminal.h"

/* False: PostgreSQL is not installed, nothing was made. Nothing is exchanged yet. */
bool desks_open(struct centre **centre, struct terminal **a, struct terminal **b);
void desks_close(struct centre *centre, struct terminal *a, struct terminal *b); /* accepts NULL */

/* Grace Okafor with a mild allergy to penicillin and an order of lisinopril: both know, and nothing waits. */
struct uid desks_grace(struct terminal *a, struct terminal *b);

void desks_sync(struct terminal *a, struct terminal *b); /* until both have everything of the other */
void desk_expect_same(struct terminal *t, const char *when); /* as the centre has it, by checksum */

struct uid desk_uid(struct terminal *t, const char *sql); /* of a query for hex(...) */
struct uid desk_order(struct terminal *t, struct uid *out_version); /* the only order and its version in force */

/* One column of the only row of the table about this person, now by the desk's clock. */
void desk_change(struct terminal *t, const char *table, const char *key_column, struct uid user, const char *column, const char *value);
/* A dose of the only order, without a check: in this slot (UID_NONE: none), with what was measured before it (NULL: nothing). */
void desk_give_dose(struct terminal *t, struct uid person, struct uid slot, const char *observed);

#endif
