/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A PostgreSQL of the tests' own: a cluster in a temporary folder on a free loopback port, with TLS 1.3 and certificates made
 * by the program's own code; never the system's cluster (decisions.md 23). One for each run of a test program, started
 * by its runner and stopped with it; each test takes a database of its own, copied from a template. PostgreSQL refuses
 * root: then it runs as the user postgres. */
#ifndef SUPPORT_POSTGRES_H
#define SUPPORT_POSTGRES_H

#include <stdbool.h>

/* Called by the runner's hooks (postgres_hooks.c). False: PostgreSQL is not installed; the tests then skip. */
bool postgres_start(void);
void postgres_stop(void);

bool postgres_is_up(void);         /* in a test's process */
int postgres_port(void);
const char *postgres_folder(void); /* holds ca/ (the authority) and log */

/* A second server that follows the first one, with every database. */
struct standby {
    char *data;
    int port;
};
struct standby *standby_new(void);
void standby_free(struct standby *standby);
void standby_catch_up(const struct standby *standby); /* until it has all that is written now */
void standby_part(const struct standby *standby);     /* it hears no more */
void standby_promote(const struct standby *standby);  /* and becomes a primary of its own */

/* A database with a fresh centre in it. */
struct centre {
    char database[64];
    char admin[256]; /* connection string of the administrator */
    char *authority;
};
struct centre *centre_new(void);
struct centre centre_at(const struct centre *centre, int port); /* the same database on another server; borrows */
void centre_free(struct centre *centre);

/* First cell of the first row, as the administrator; "" for NULL. The caller frees. A failure aborts the test. */
char *centre_value(const struct centre *centre, const char *sql);
long long centre_number(const struct centre *centre, const char *sql);
void centre_run(const struct centre *centre, const char *sql);

/* Stops as a crash would, or starts again. */
void postgres_crash(void);
void postgres_restart(void);

#endif
