/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "store/store_private.h"
#include "support/folder.h"
#include "sync/central.h"
#include "sync/join.h"

static void must(enum status status, const struct error *err, const char *what)
{
    if (status != STATUS_OK) {
        (void)fprintf(stderr, "terminal: %s: %s\n", what, error_text(err));
        abort();
    }
}

void terminal_reopen(struct terminal *t)
{
    struct error err = ERROR_INIT;
    engine_close(t->engine);
    store_close(t->mirror);
    t->engine = NULL;
    t->mirror = NULL;
    must(site_open_mirror(t->clinic->site, &t->mirror, &err), &err, "opening the mirror");
    must(engine_open(t->mirror, t->clinic->site_folder, &t->engine, &err), &err, "opening the engine");
}

void terminal_close(struct terminal *t)
{
    engine_close(t->engine);
    store_close(t->mirror);
    t->engine = NULL;
    t->mirror = NULL;
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(t->clinic, (enum clinic_person)who);
    }
    site_close(t->clinic->site);
    t->clinic->site = NULL;
}

void terminal_open(struct terminal *t)
{
    t->clinic->site = clinic_open_again(t->clinic);
    (void)clinic_actor(t->clinic, CLINIC_ADMIN); /* opens the store */
    terminal_reopen(t);
}

static void join(struct terminal *t, const struct centre *centre, const char *device, const char *site, int port)
{
    struct error err = ERROR_INIT;
    struct clock clock = clock_system(); /* TLS looks at the real one */
    char *file = folder_path(t->clinic->folder, "enrolment"), *code = NULL, ports[16];
    struct join_result result = {0};
    (void)snprintf(ports, sizeof ports, "%d", port != 0 ? port : postgres_port());
    const struct central_enrolment what = {device, site, centre->authority, "127.0.0.1", ports, file};
    must(central_enroll(centre->admin, &what, &clock, &code, &err), &err, "enrolling");
    must(join_centre(t->mirror, t->clinic->site_folder, file, code, false, t->clinic->site->device.signing.public_key, &result, &err), &err,
         "joining");
    mem_free(result.site_name);
    mem_free(code);
    mem_free(file);
}

struct terminal *terminal_new(const struct centre *centre, const char *device, const char *site, int port)
{
    return terminal_of(clinic_new(), centre, device, site, port);
}

struct terminal *terminal_of(struct clinic *clinic, const struct centre *centre, const char *device, const char *site, int port)
{
    struct error err = ERROR_INIT;
    struct terminal *t = mem_alloc(sizeof *t);
    t->clinic = clinic;
    /* Before others of the same names come from other terminals. */
    static const enum clinic_person people[] = {CLINIC_ADMIN, CLINIC_NURSE, CLINIC_PHARMACIST, CLINIC_PRESCRIBER, CLINIC_PRESCRIBER_2};
    for (size_t i = 0; i < sizeof people / sizeof *people; i++) {
        (void)clinic_actor(t->clinic, people[i]); /* the first one opens the store */
    }
    must(site_open_mirror(t->clinic->site, &t->mirror, &err), &err, "opening the mirror");
    join(t, centre, device, site, port);
    terminal_reopen(t);
    char *sql = mem_format("SELECT role_name FROM sync.replica WHERE device_name = '%s'", device), *role = centre_value(centre, sql);
    (void)snprintf(t->role, sizeof t->role, "%s", role);
    mem_free(sql);
    mem_free(role);
    return t;
}

void terminal_free(struct terminal *t)
{
    engine_close(t->engine);
    store_close(t->mirror);
    clinic_free(t->clinic);
    mem_free(t);
}

static enum status go_on(struct terminal *t, struct engine_report *sum, struct error *err)
{
    struct engine_report part;
    enum status status;
    do {
        status = engine_cycle(t->engine, &part, err);
        sum->pushed += part.pushed;
        sum->pulled += part.pulled;
        sum->quarantined += part.quarantined;
        sum->audit_sent += part.audit_sent;
        sum->left += part.left;
    } while (status == STATUS_OK && part.pushed + part.pulled + part.entering > 0);
    return status;
}

enum status terminal_try(struct terminal *t, struct engine_report *sum, struct error *err)
{
    memset(sum, 0, sizeof *sum);
    return go_on(t, sum, err);
}

enum { TRIES = 20 };

struct engine_report terminal_sync(struct terminal *t)
{
    struct error err = ERROR_INIT;
    struct engine_report sum = {0}; /* of all tries: what was sent in one that was kept waiting behind it is sent */
    enum status status = STATUS_BUSY;
    /* Numbers of transactions are the server's: a test beside this one that writes for long keeps a first copy waiting, two
     * seconds a try. The agent comes again, too. */
    for (int tries = 0; status == STATUS_BUSY && tries < TRIES; tries++) {
        status = go_on(t, &sum, &err);
    }
    must(status, &err, "exchanging");
    return sum;
}

static sqlite3_stmt *first_row(struct terminal *t, const char *sql, bool *out_row)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(t->mirror->db.handle, sql, -1, &stmt, NULL) != SQLITE_OK) {
        (void)fprintf(stderr, "terminal: %s: %s\n", sql, sqlite3_errmsg(t->mirror->db.handle));
        abort();
    }
    *out_row = sqlite3_step(stmt) == SQLITE_ROW;
    return stmt;
}

int64_t terminal_number(struct terminal *t, const char *sql)
{
    bool row = false;
    sqlite3_stmt *stmt = first_row(t, sql, &row);
    int64_t number = row ? sqlite3_column_int64(stmt, 0) : -1;
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return number;
}

char *terminal_text(struct terminal *t, const char *sql)
{
    bool row = false;
    sqlite3_stmt *stmt = first_row(t, sql, &row);
    char *text = mem_copy_text(row && sqlite3_column_text(stmt, 0) != NULL ? (const char *)sqlite3_column_text(stmt, 0) : "");
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return text;
}

void terminal_exec(struct terminal *t, const char *sql)
{
    struct error err = ERROR_INIT;
    must(store_exec(t->mirror, sql, &err), &err, sql);
}
