/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many terminals on one centre: connections with a session each over TLS (first argument: how many, default 500; ten to a site), as
 * agents hold them. What a connection costs, how fast all of them together send, how soon the others of a site are woken, what
 * an idle poll costs, how the change log grows and how it is cut. The terminals are sessions of device roles without a cache of
 * their own; what a cache costs is bench_sync's. One machine, which runs the server, too. */
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/memory.h"
#include "support/postgres.h"

enum { TERMINALS = 500, PER_SITE = 10, WAKES = 60, POLLS = 500 };

struct fleet {
    struct centre *centre;
    PGconn **lines;
    int count;
};

static double ms_since(int64_t began_us)
{
    return (double)(clock_monotonic_us() - began_us) / 1000;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void run(PGconn *pg, const char *sql)
{
    PGresult *result = PQexec(pg, sql);
    if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK) {
        fatal("%s: %s", sql, PQerrorMessage(pg));
    }
    PQclear(result);
}

/* Roles, sites and replicas as `central enroll` makes them, by the hundred; a patient at each site. */
static void enroll(const struct fleet *fleet)
{
    char *sql = mem_format(
        "DO $$ DECLARE s int; u uuid; BEGIN FOR i IN 1 .. %d LOOP IF (i - 1) %% %d = 0 THEN INSERT INTO sync.site (site_name) VALUES ('Site ' || i) "
        "RETURNING site_no INTO s; u := ('00000000-0000-7000-8000-' || lpad(i::text, 12, '0'))::uuid; INSERT INTO clin.users (user_id, created_at, updated_at, "
        "account_status) VALUES (u, now(), now(), 'no_login'); INSERT INTO sync.scope (user_id, site_no, reason) VALUES (u, s, 'registered'); "
        "END IF; EXECUTE format('CREATE ROLE %%I LOGIN IN ROLE prescripcare_device', 'prescripcare_scale' || i); INSERT INTO sync.replica (role_name, "
        "device_name, site_no, device_uuid) VALUES ('prescripcare_scale' || i, 'scale ' || i, s, ('00000000-0000-7000-9000-' || lpad(i::text, 12, "
        "'0'))::uuid); END LOOP; END $$",
        fleet->count, PER_SITE);
    centre_run(fleet->centre, sql);
    mem_free(sql);
}

/* Over TLS, as the device's own session. */
static PGconn *sign_in(const struct fleet *fleet, int i)
{
    char sql[256], *info = mem_format("%s sslmode=require", fleet->centre->admin);
    PGconn *pg = PQconnectdb(info);
    if (PQstatus(pg) != CONNECTION_OK) {
        fatal("connection %d: %s", i, PQerrorMessage(pg));
    }
    (void)snprintf(sql, sizeof sql, "SET SESSION AUTHORIZATION prescripcare_scale%d", i + 1);
    run(pg, sql);
    (void)snprintf(sql, sizeof sql, "SELECT * FROM sync.hello('00000000-0000-7000-9000-%012d', 1, 1, 0)", i + 1);
    run(pg, sql);
    (void)snprintf(sql, sizeof sql, "LISTEN site_%d; LISTEN site_0", i / PER_SITE + 1);
    run(pg, sql);
    mem_free(info);
    return pg;
}

/* One metric of the site's patient. */
static void push(PGconn *pg, int i, int seq)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
                   "WITH m AS (SELECT gen_random_uuid() AS id, ('00000000-0000-7000-8000-' || lpad('%d', 12, '0'))::uuid AS u) SELECT p.* FROM m, "
                   "sync.push(%d, ARRAY[gen_random_uuid()], ARRAY['health_metrics'], ARRAY[m.id], ARRAY[m.u], ARRAY[0::bigint], "
                   "ARRAY[jsonb_build_object('schema', 1, 'base_ver', 0, 'old', NULL, 'new', jsonb_build_object('metric_id', m.id, 'user_id', m.u, "
                   "'metric_type', 'weight', 'metric_value', '60', 'recorded_at', 1700000000000000, 'recorded_via', 'workstation'))], false) p",
                   i / PER_SITE * PER_SITE + 1, seq);
    run(pg, sql);
}

static void drain(PGconn *pg)
{
    (void)PQconsumeInput(pg); /* a broken line shows at the next call */
    for (PGnotify *note; (note = PQnotifies(pg)) != NULL; PQfreemem(note)) {
    }
}

/* The sum over every server process of what `read` finds in its file of /proc. */
static double sum_server(const struct fleet *fleet, const char *name, double (*read)(FILE *))
{
    double sum = 0;
    char *pids = centre_value(fleet->centre, "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity");
    char *rest = pids;
    for (long pid = strtol(rest, &rest, 10); pid > 0; pid = strtol(rest, &rest, 10)) {
        char *path = mem_format("/proc/%ld/%s", pid, name);
        FILE *file = fopen(path, "re");
        if (file != NULL) {
            sum += read(file);
            (void)fclose(file); /* it was only read */
        }
        mem_free(path);
    }
    mem_free(pids);
    return sum;
}

static double proportional_mb(FILE *file)
{
    char line[256];
    double kb = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        kb += strncmp(line, "Pss:", 4) == 0 ? (double)strtol(line + 4, NULL, 10) : 0;
    }
    return kb / 1024;
}

static double processor_ms(FILE *file)
{
    char line[256];
    return fgets(line, sizeof line, file) != NULL ? (double)strtoll(line, NULL, 10) / 1e6 : 0;
}

static double server_mb(const struct fleet *fleet)
{
    return sum_server(fleet, "smaps_rollup", proportional_mb);
}

/* Of the processes that serve now: says what a thing costs, whatever else the machine does. */
static double server_cpu_ms(const struct fleet *fleet)
{
    return sum_server(fleet, "schedstat", processor_ms);
}

static void bench_push(const struct fleet *fleet, int rounds, const char *phase)
{
    static int seq;
    double before_ms = server_cpu_ms(fleet);
    int64_t began_us = clock_monotonic_us();
    for (int round = 0; round < rounds; round++, seq++) {
        for (int i = 0; i < fleet->count; i++) {
            push(fleet->lines[i], i, seq + 1);
        }
    }
    double ms = ms_since(began_us), cpu_ms = server_cpu_ms(fleet) - before_ms;
    printf("%s: %d terminals, %d changes each, one at a time, one after another: %.0f changes/s, %.2f ms of the server's processor each\n", phase,
           fleet->count, rounds, 1000.0 * fleet->count * rounds / ms, cpu_ms / fleet->count / rounds);
}

/* From the wake() of one terminal until the last of its site has heard. */
static void bench_wake(const struct fleet *fleet)
{
    static double ms[WAKES];
    for (int n = 0; n < WAKES; n++) {
        int first = n * PER_SITE % fleet->count / PER_SITE * PER_SITE;
        int64_t began_us = clock_monotonic_us();
        run(fleet->lines[first], "SELECT sync.wake()");
        for (int i = first + 1; i < first + PER_SITE && i < fleet->count; i++) {
            PGnotify *note = NULL;
            while ((note = PQnotifies(fleet->lines[i])) == NULL) {
                struct pollfd line = {.fd = PQsocket(fleet->lines[i]), .events = POLLIN};
                (void)poll(&line, 1, 1000);
                if (PQconsumeInput(fleet->lines[i]) == 0) {
                    fatal("a terminal lost its line");
                }
            }
            PQfreemem(note);
        }
        ms[n] = ms_since(began_us);
        drain(fleet->lines[first]);
    }
    qsort(ms, WAKES, sizeof *ms, compare);
    printf("wake-up of the %d others of a site, %d listening in all: p50 %.1f ms  p95 %.1f ms  worst %.1f ms\n", PER_SITE - 1, fleet->count,
           ms[WAKES / 2], ms[WAKES * 95 / 100], ms[WAKES - 1]);
}

static void bench_poll(const struct fleet *fleet)
{
    PGresult *result = PQexec(fleet->lines[0], "SELECT pg_current_snapshot()");
    char *sql = mem_format("SELECT count(*) FROM sync.pull_keys('%s')", PQgetvalue(result, 0, 0));
    PQclear(result);
    int64_t began_us = clock_monotonic_us();
    for (int n = 0; n < POLLS; n++) {
        run(fleet->lines[n % fleet->count], sql);
    }
    double each = ms_since(began_us) / POLLS;
    printf("an idle poll: %.2f ms; with one in 30 s a terminal, one connection after another serves %.0f terminals\n", each, 30000 / each);
    mem_free(sql);
}

static void report_log(const struct fleet *fleet)
{
    char *size = centre_value(fleet->centre, "SELECT round(sum(pg_total_relation_size(c.oid)) / greatest(1, (SELECT count(*) FROM sync.change))) || ' bytes a "
                                             "change in the log of ' || (SELECT count(*) FROM sync.change) FROM pg_class c WHERE c.relname LIKE 'change%' AND "
                                             "c.relnamespace = 'sync'::regnamespace AND c.relkind = 'r'");
    printf("change log: %s\n", size);
    centre_run(fleet->centre, "UPDATE sync.op SET at = now() - interval '400 days'");
    int64_t began_us = clock_monotonic_us();
    centre_run(fleet->centre, "SELECT sync.maintain()");
    printf("cut: %.0f ms, %lld rows left\n", ms_since(began_us), centre_number(fleet->centre, "SELECT count(*) FROM sync.change"));
    mem_free(size);
}

int main(int argc, char **argv)
{
    struct fleet fleet = {.count = argc > 1 ? (int)strtol(argv[1], NULL, 10) : TERMINALS};
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* each line when it is known */
    if (fleet.count < PER_SITE || !postgres_start()) {
        (void)fprintf(stderr, "bench_scale: at least %d terminals, and PostgreSQL 15 with pg_partman\n", PER_SITE);
        return EXIT_FAILURE;
    }
    fleet.centre = centre_new();
    char *connections = mem_format("ALTER SYSTEM SET max_connections = %d", fleet.count + 50);
    centre_run(fleet.centre, connections);
    centre_run(fleet.centre, "ALTER SYSTEM SET fsync = on");
    mem_free(connections);
    postgres_crash();
    postgres_restart();
    enroll(&fleet);
    fleet.lines = mem_alloc_array((size_t)fleet.count, sizeof(PGconn *));
    double before_mb = server_mb(&fleet), before_ms = server_cpu_ms(&fleet);
    int64_t began_us = clock_monotonic_us();
    for (int i = 0; i < fleet.count; i++) {
        fleet.lines[i] = sign_in(&fleet, i);
    }
    double ms = ms_since(began_us);
    printf("connections: %d with TLS and hello, %.1f ms each, of which the server's own process %.1f\n", fleet.count, ms / fleet.count,
           (server_cpu_ms(&fleet) - before_ms) / fleet.count);
    bench_push(&fleet, 1, "first call");
    bench_push(&fleet, 5, "next five");
    bench_push(&fleet, 5, "afterwards");
    printf("memory of the server: %.1f MB a terminal\n", (server_mb(&fleet) - before_mb) / fleet.count);
    bench_wake(&fleet);
    bench_poll(&fleet);
    report_log(&fleet);
    for (int i = 0; i < fleet.count; i++) {
        PQfinish(fleet.lines[i]);
    }
    mem_free(fleet.lines);
    centre_free(fleet.centre);
    postgres_stop();
    return EXIT_SUCCESS;
}
