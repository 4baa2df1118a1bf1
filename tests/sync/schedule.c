/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/schedule.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"

enum { ASK_EVERY_MS = 10, ASK_TIMES = 6000 };
#define GATE_KEY "4711"

struct gate gate_shut(const struct centre *centre)
{
    struct gate gate = {.centre = centre};
    struct error err = ERROR_INIT;
    centre_run(centre, "CREATE OR REPLACE FUNCTION public.gate() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN IF "
                       "session_user = TG_ARGV[0] THEN PERFORM pg_advisory_xact_lock_shared(" GATE_KEY "); END IF; RETURN NULL; END $$");
    cr_assert_eq(link_open_admin(centre->admin, &gate.holder, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(gate.holder, "SELECT pg_advisory_lock(" GATE_KEY ")", &err), STATUS_OK, "%s", error_text(&err));
    return gate;
}

void gate_stop(const struct gate *gate, const char *table, const char *role)
{
    char *sql = mem_format("CREATE TRIGGER zz_gate_%s AFTER INSERT ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.gate('%s')", role, table, role);
    centre_run(gate->centre, sql);
    mem_free(sql);
}

void gate_stop_copy(const struct gate *gate, const char *table)
{
    char *sql = mem_format("ALTER FUNCTION sync.of_%s(uuid[]) RENAME TO gated_%s; CREATE FUNCTION sync.of_%s(p_users uuid[]) RETURNS SETOF clin.%s "
                           "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared(" GATE_KEY "); "
                           "RETURN QUERY SELECT * FROM sync.gated_%s(p_users); END $$; GRANT EXECUTE ON FUNCTION sync.of_%s TO prescripcare_device",
                           table, table, table, table, table, table);
    centre_run(gate->centre, sql);
    mem_free(sql);
}

void gate_open(struct gate *gate)
{
    link_close(gate->holder);
    gate->holder = NULL;
}

static struct other begin(const struct centre *centre, struct terminal *t, const char *sql)
{
    struct other other = {.centre = centre, .terminal = t};
    if (t != NULL) {
        (void)snprintf(other.role, sizeof other.role, "%s", t->role);
        terminal_close(t); /* SQLite's locks are a process's */
    }
    (void)fflush(stderr);
    other.pid = fork();
    cr_assert_geq(other.pid, 0);
    if (other.pid == 0) {
        struct engine_report report;
        struct error err = ERROR_INIT;
        struct link *link = NULL;
        enum status status;
        if (t != NULL) {
            terminal_open(t);
            status = terminal_try(t, &report, &err);
        } else {
            status = link_open_admin(centre->admin, &link, &err);
            status = status == STATUS_OK ? link_run(link, "SET application_name = 'other'", &err) : status;
            status = status == STATUS_OK ? link_run(link, sql, &err) : status;
        }
        if (status != STATUS_OK) {
            (void)fprintf(stderr, "the other: %s\n", error_text(&err));
        }
        _exit(status == STATUS_OK ? 0 : 1);
    }
    return other;
}

struct other other_exchange(const struct centre *centre, struct terminal *t)
{
    return begin(centre, t, NULL);
}

struct other other_run(const struct centre *centre, const char *sql)
{
    return begin(centre, NULL, sql);
}

static void look(struct other *other, int options)
{
    int result = 0;
    if (!other->has_ended && waitpid(other->pid, &result, options) == other->pid) {
        other->has_ended = true;
        other->went_well = WIFEXITED(result) && WEXITSTATUS(result) == 0;
    }
}

static bool waits_for(struct other *other, const char *events)
{
    char *sql = mem_format("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND %s AND %s = '%s'",
                           events, other->terminal != NULL ? "usename" : "application_name", other->terminal != NULL ? other->role : "other");
    bool waits = false;
    int tries = 0;
    for (; !waits && !other->has_ended && tries < ASK_TIMES; tries++) {
        waits = centre_number(other->centre, sql) > 0;
        look(other, WNOHANG);
        (void)poll(NULL, 0, waits || other->has_ended ? 0 : ASK_EVERY_MS); /* asks again */
    }
    mem_free(sql);
    cr_assert_lt(tries, ASK_TIMES, "it neither waits nor ends");
    return waits;
}

bool other_waits(struct other *other)
{
    return waits_for(other, "true");
}

bool other_waits_for_row(struct other *other)
{
    return waits_for(other, "wait_event IN ('transactionid', 'tuple')");
}

bool other_end(struct other *other)
{
    look(other, 0);
    if (other->terminal != NULL) {
        terminal_open(other->terminal);
    }
    return other->went_well;
}
