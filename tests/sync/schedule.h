/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two who are at work at the centre at once, in an order that a test decides: each in a process of its own, held up at a gate inside
 * the centre or by the other's lock. Nothing depends on how fast anybody is. */
#ifndef SYNC_SCHEDULE_H
#define SYNC_SCHEDULE_H

#include <stdbool.h>
#include <sys/types.h>

#include "support/terminal.h"
#include "sync/link.h"

/* From now on whoever adds rows to the table, having connected as that role, stops behind them until the gate opens. */
struct gate {
    const struct centre *centre;
    struct link *holder;
};
struct gate gate_shut(const struct centre *centre);
void gate_stop(const struct gate *gate, const char *table, const char *role);
/* And whoever copies a person's rows of the table stops before them. No transaction is open for it, unlike a lock of the table. */
void gate_stop_copy(const struct gate *gate, const char *table);
void gate_open(struct gate *gate);

/* Somebody else's work: an exchange of a terminal, or a statement of the administrator. */
struct other {
    const struct centre *centre;
    struct terminal *terminal; /* closed here while it is at work there; NULL: an administrator */
    char role[64];
    pid_t pid;
    bool has_ended, went_well;
};
struct other other_exchange(const struct centre *centre, struct terminal *t);
struct other other_run(const struct centre *centre, const char *sql);
/* Until it waits for a lock at the centre (true), or has ended. An exchange that hangs fails the test. */
bool other_waits(struct other *other);
/* The same, for a lock on a row: not at the gate. */
bool other_waits_for_row(struct other *other);
/* Until it has ended; its terminal is open here again. False: it failed, as its last word on stderr says. */
bool other_end(struct other *other);

#endif
