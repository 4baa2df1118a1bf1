/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A clinic (support/clinic.h) that has joined a centre, with its own engine: one terminal of a test. */
#ifndef SUPPORT_TERMINAL_H
#define SUPPORT_TERMINAL_H

#include <sqlite3.h>

#include "support/clinic.h"
#include "support/postgres.h"
#include "sync/engine.h"

struct terminal {
    struct clinic *clinic;
    struct store *mirror;
    struct engine *engine;
    char role[64];
};

/* device and site: names at the centre. port: 0 the server's own, else that of a proxy in between. */
struct terminal *terminal_new(const struct centre *centre, const char *device, const char *site, int port);
/* The same of a clinic that worked alone so far, which it takes. */
struct terminal *terminal_of(struct clinic *clinic, const struct centre *centre, const char *device, const char *site, int port);
void terminal_free(struct terminal *t);

/* Until nothing is left to exchange; a failure fails the test. */
struct engine_report terminal_sync(struct terminal *t);
enum status terminal_try(struct terminal *t, struct engine_report *sum, struct error *err);
void terminal_reopen(struct terminal *t); /* mirror and engine, as after a restart */
/* Lets go of every file of the site, so that another process may work on it; and takes them up again. */
void terminal_close(struct terminal *t);
void terminal_open(struct terminal *t);

/* First cell of a query on the site's file; -1 when there is none. */
int64_t terminal_number(struct terminal *t, const char *sql);
char *terminal_text(struct terminal *t, const char *sql); /* the caller frees; "" */
void terminal_exec(struct terminal *t, const char *sql);

#endif
