/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synchronisation against a PostgreSQL of the bench's own (fsync on, TLS 1.3, loopback): first snapshot of N dose events
 * (first argument, default 200,000; the whole bench: 1,000,000) against `psql \copy | sqlite3 .import` of the same rows, and broken off
 * in the middle; push against single INSERTs; a saved dose to another terminal's file against a bare LISTEN; catching up. The
 * arguments behind it name the parts that are wanted. One run, one machine; ratios count. */
#include <fcntl.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "store/audit_store.h"
#include "store/change.h"
#include "support/folder.h"
#include "support/proxy.h"
#include "support/terminal.h"

enum { PUSH_CHANGES = 20000, PUSH_GROUP = 50, SINGLE_INSERTS = 2000, LATENCY_ROUNDS = 500, CATCH_UP = 10000, REPEATS = 3, WRITES_MAX = 100000 };

static double seconds_since(int64_t began_us)
{
    return (double)(clock_monotonic_us() - began_us) / 1e6;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fatal("%s", error_text(err));
    }
}

/* One dose event of the patient, in a transaction of its own when `group` is 1. */
static void add_doses(struct terminal *t, struct uid patient, struct uid order, struct uid version, int count, int group)
{
    struct error err = ERROR_INIT;
    struct store *store = t->clinic->site->store;
    for (int i = 0; i < count; i++) {
        t->clinic->clock.fixed_us += 1000;
        struct uid event = uid_new(&t->clinic->clock);
        const struct cell cells[] = {
            CELL_ID("medication_id", order),      CELL_ID("order_version_id", version),  CELL_INT("actual_datetime", CLINIC_START_US),
            CELL_TEXT("status", "given"),         CELL_TEXT("recorded_via", "workstation"), CELL_ID("device_id", store_device(store)),
            CELL_TEXT("zone", "America/New_York"), CELL_INT("offset_s", -18000),          CELL_INT("recorded_at", uid_time_us(event)),
        };
        if (i % group == 0) {
            must(store_begin(store, &err), &err);
        }
        must(change_insert(store, "dose_events", event, patient, cells, sizeof cells / sizeof *cells, NULL, &err), &err);
        if (i % group == group - 1 || i == count - 1) { /* its audit row makes it a transaction that travels whole */
            const struct audit_entry entry = {.role = "", .session = "", .action = "bench.doses", .table = "dose_events", .subject = patient,
                                              .outcome = "ok", .details = "", .risk = RISK_LEVEL_LOW, .address = ""};
            must(audit_append(store, &entry, &err), &err);
            must(store_commit(store, &err), &err);
        }
    }
}

static void bench_push(const struct centre *centre, struct terminal *t, struct uid patient, struct uid order, struct uid version)
{
    PGconn *pg = PQconnectdb(centre->admin);
    PQclear(PQexec(pg, "CREATE TABLE public.plain AS SELECT * FROM clin.dose_events WHERE false"));
    int64_t began_us = clock_monotonic_us();
    for (int i = 0; i < SINGLE_INSERTS; i++) {
        PQclear(PQexec(pg, "INSERT INTO public.plain (event_id, user_id, medication_id, actual_datetime, status, recorded_via, zone, offset_s, "
                           "recorded_at) VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now(), 'given', 'workstation', "
                           "'America/New_York', -18000, now())"));
    }
    double single = SINGLE_INSERTS / seconds_since(began_us);
    PQfinish(pg);
    add_doses(t, patient, order, version, PUSH_CHANGES, PUSH_GROUP);
    began_us = clock_monotonic_us();
    struct engine_report report = terminal_sync(t);
    double ours = (double)report.pushed / seconds_since(began_us);
    printf("push                 %8.0f changes/s   single INSERTs %8.0f rows/s   ratio %.1fx   (%lld changes in whole transactions of 50)\n",
           ours, single, ours / single, (long long)report.pushed);
}

static void print_waits(const char *name, int64_t *us, int count)
{
    qsort(us, (size_t)count, sizeof *us, compare);
    printf("%-20s p50 %6.1f ms  p95 %6.1f ms  p99 %6.1f ms  worst %6.1f ms\n", name, (double)us[count / 2] / 1000, (double)us[count * 95 / 100] / 1000,
           (double)us[count * 99 / 100] / 1000, (double)us[count - 1] / 1000);
}

static void tell(int fd, int64_t value)
{
    if (write(fd, &value, sizeof value) != (ssize_t)sizeof value) {
        fatal("the other process is gone");
    }
}

static int64_t hear(int fd)
{
    int64_t value = 0;
    if (read(fd, &value, sizeof value) != (ssize_t)sizeof value) {
        fatal("the other process is gone");
    }
    return value;
}

/* As an agent does, in a process of its own: waits for the centre's word, fetches, and says when one more dose stood in its file. */
static pid_t listen_on(struct terminal *b, int *out_fd)
{
    int ends[2];
    terminal_close(b);
    (void)fflush(stdout);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fatal("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        struct engine_report report;
        struct error err = ERROR_INIT;
        terminal_open(b);
        must(engine_cycle(b->engine, &report, &err), &err);
        int64_t before = terminal_number(b, "SELECT count(*) FROM dose_events");
        tell(ends[1], 0);
        for (int i = 0; i < LATENCY_ROUNDS;) {
            (void)engine_wait(b->engine, NULL, 0, 1000); /* whatever woke it, it looks */
            must(engine_cycle(b->engine, &report, &err), &err);
            int64_t now = terminal_number(b, "SELECT count(*) FROM dose_events");
            for (; before < now; before++, i++) {
                tell(ends[1], clock_monotonic_us());
            }
        }
        terminal_close(b);
        _exit(0);
    }
    (void)close(ends[1]);
    *out_fd = ends[0];
    return child;
}

static void bench_latency(const struct centre *centre, struct terminal *a, struct terminal *b, struct uid patient, struct uid order,
                          struct uid version)
{
    static int64_t ours[LATENCY_ROUNDS], bare[LATENCY_ROUNDS];
    PGconn *sender = PQconnectdb(centre->admin), *listener = PQconnectdb(centre->admin);
    int heard = -1;
    pid_t other = listen_on(b, &heard);
    PQclear(PQexec(listener, "LISTEN bench"));
    (void)hear(heard); /* it is ready */
    for (int i = 0; i < LATENCY_ROUNDS; i++) {
        struct engine_report report;
        struct error err = ERROR_INIT;
        int64_t began_us = clock_monotonic_us();
        add_doses(a, patient, order, version, 1, 1);
        must(engine_cycle(a->engine, &report, &err), &err);
        ours[i] = hear(heard) - began_us;
        began_us = clock_monotonic_us();
        PQclear(PQexec(sender, "NOTIFY bench"));
        PGnotify *note = NULL;
        while (PQconsumeInput(listener) != 0 && (note = PQnotifies(listener)) == NULL) {
        }
        PQfreemem(note);
        bare[i] = clock_monotonic_us() - began_us;
    }
    PQfinish(sender);
    PQfinish(listener);
    (void)close(heard);
    (void)waitpid(other, NULL, 0); /* it has said everything */
    terminal_open(b);
    print_waits("saved to other file", ours, LATENCY_ROUNDS);
    print_waits("bare LISTEN wake-up", bare, LATENCY_ROUNDS);
}

static void bench_catch_up(const struct centre *centre, struct terminal *b)
{
    terminal_sync(b);
    char *sql = mem_format("INSERT INTO clin.health_metrics (metric_id, user_id, metric_type, metric_value, recorded_at, recorded_via) SELECT "
                           "gen_random_uuid(), user_id, 'weight', 60, now(), 'workstation' FROM sync.scope CROSS JOIN generate_series(1, %d) "
                           "WHERE reason = 'registered' AND user_id IN (SELECT user_id FROM clin.user_medications) LIMIT %d", CATCH_UP, CATCH_UP);
    centre_run(centre, sql);
    int64_t began_us = clock_monotonic_us();
    struct engine_report report = terminal_sync(b);
    printf("catch up             %lld changed rows in %.2f s\n", (long long)report.pulled, seconds_since(began_us));
    mem_free(sql);
}

/* psql writes CSV into sqlite3, tuned: WAL, no sync, index afterwards. */
static double pipe_once(const struct centre *centre, const char *folder)
{
    char *database = folder_path(folder, "plain.db");
    char *make = mem_format("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; CREATE TABLE t (event_id TEXT PRIMARY KEY, user_id TEXT, "
                            "medication_id TEXT, actual_datetime TEXT, status TEXT, recorded_via TEXT, zone TEXT, offset_s INTEGER, recorded_at "
                            "TEXT) WITHOUT ROWID;");
    int ends[2];
    (void)unlink(database);
    int64_t began_us = clock_monotonic_us();
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fatal("no pipe");
    }
    pid_t from = fork();
    if (from == 0) {
        (void)dup2(ends[1], STDOUT_FILENO); /* execv fails visibly otherwise */
        char *argv[] = {"/usr/bin/psql", "-qX", (char *)(uintptr_t)centre->admin, "-c",
                        "COPY (SELECT event_id, user_id, medication_id, actual_datetime, status, recorded_via, zone, offset_s, recorded_at FROM "
                        "clin.dose_events ORDER BY event_id) TO STDOUT (FORMAT csv)", NULL};
        (void)execv(argv[0], argv); /* comes back only when it fails */
        _exit(127);
    }
    pid_t to = fork();
    if (to == 0) {
        (void)dup2(ends[0], STDIN_FILENO);
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
        (void)dup2(null, STDOUT_FILENO);
        char *argv[] = {"/usr/bin/sqlite3", database, make, ".mode csv", ".import /dev/stdin t",
                        "CREATE INDEX t_user ON t (user_id, actual_datetime); CREATE INDEX t_med ON t (medication_id, actual_datetime); "
                        "PRAGMA wal_checkpoint(TRUNCATE);", NULL};
        (void)execv(argv[0], argv); /* comes back only when it fails */
        _exit(127);
    }
    (void)close(ends[0]);
    (void)close(ends[1]);
    int first = 1, second = 1;
    (void)waitpid(from, &first, 0);
    (void)waitpid(to, &second, 0);
    double took = seconds_since(began_us);
    if (first != 0 || second != 0) {
        fatal("psql or sqlite3 failed");
    }
    mem_free(database);
    mem_free(make);
    return took;
}

/* Dose events of one order, each a millisecond behind the other. */
static void fill(const struct centre *centre, int rows)
{
    char *sql = mem_format("INSERT INTO clin.dose_events (event_id, user_id, medication_id, actual_datetime, status, recorded_via, "
                           "order_version_id, device_id, zone, offset_s, recorded_at) SELECT (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint "
                           "- %d + g), 12, '0') || '7' || substr(md5(g::text), 1, 3) || '8' || substr(md5(g::text), 4, 15))::uuid, m.user_id, "
                           "m.medication_id, now(), 'given', 'workstation', m.current_version_id, gen_random_uuid(), 'America/New_York', -18000, "
                           "sync.uuid_time((lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - %d + g), 12, '0') || '7' || "
                           "substr(md5(g::text), 1, 3) || '8' || substr(md5(g::text), 4, 15))::uuid) FROM generate_series(1, %d) g, "
                           "(SELECT * FROM clin.user_medications LIMIT 1) m", rows, rows, rows);
    centre_run(centre, sql);
    centre_run(centre, "ANALYZE clin.dose_events");
    mem_free(sql);
}

static void expect_rows(struct terminal *t, long long rows)
{
    if (terminal_number(t, "SELECT count(*) FROM dose_events") != rows) {
        fatal("the snapshot is not complete");
    }
}

static void bench_snapshot(const struct centre *centre)
{
    char name[32];
    double ours[REPEATS], piped[REPEATS];
    char *folder = folder_new();
    long long there = centre_number(centre, "SELECT count(*) FROM clin.dose_events");
    for (int i = 0; i < REPEATS; i++) {
        (void)snprintf(name, sizeof name, "new-%d", i);
        struct terminal *t = terminal_new(centre, name, "Eastside", 0);
        int64_t began_us = clock_monotonic_us();
        terminal_sync(t);
        ours[i] = seconds_since(began_us);
        expect_rows(t, there);
        char *indexes = terminal_text(t, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'dose_events'");
        terminal_free(t);
        piped[i] = pipe_once(centre, folder);
        printf("snapshot %d           %.2f s (%.0f rows/s, sealed, resumable, all columns, %s indexes)   psql | sqlite3 %.2f s (plain, 9 columns, 3 "
               "indexes)   ours / theirs %.2fx\n", i + 1, ours[i], (double)there / ours[i], indexes, piped[i], ours[i] / piped[i]);
        mem_free(indexes);
    }
    folder_remove(folder);
}

/* How long somebody who works on the same file waits for a turn to write, until the other process has ended. */
static void write_beside(struct terminal *t, pid_t other)
{
    static int64_t waits[WRITES_MAX];
    int count = 0;
    struct error err = ERROR_INIT;
    struct actor *nurse = NULL;
    struct site *here = clinic_open_again(t->clinic);
    must(session_sign_in(here, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), &err);
    while (waitpid(other, NULL, WNOHANG) == 0) {
        int64_t began_us = clock_monotonic_us();
        must(store_begin(here->store, &err), &err);
        if (count < WRITES_MAX) {
            waits[count++] = clock_monotonic_us() - began_us;
        }
        store_rollback(here->store);
        (void)poll(NULL, 0, 5); /* somebody who writes 200 times a second */
    }
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(here);
    print_waits("wait for the file", waits, count);
}

/* Child of through(): says how long it took, how many doses were here when the line broke, and how many rows were fetched behind that. */
static void first_exchange(struct terminal *t, struct proxy *line, bool breaks, int fd)
{
    struct error err = ERROR_INIT;
    struct engine_report report;
    terminal_open(t);
    int64_t began_us = clock_monotonic_us(), kept = 0;
    enum status status = terminal_try(t, &report, &err);
    if (breaks) {
        kept = terminal_number(t, "SELECT count(*) FROM dose_events");
        if (status == STATUS_OK) {
            fatal("it was not broken off");
        }
        proxy_cut_after(line, PROXY_TO_TERMINAL, -1);
        status = terminal_try(t, &report, &err);
    }
    must(status, &err);
    tell(fd, clock_monotonic_us() - began_us);
    tell(fd, kept);
    tell(fd, report.pulled);
    terminal_close(t);
    _exit(0);
}

/* A first exchange in a process of its own, while somebody here works on; broken off behind that many bytes and begun again at once,
 * 0: whole. */
static double through(struct terminal *t, struct proxy *line, long bytes)
{
    int ends[2];
    terminal_close(t);
    (void)fflush(stdout);
    proxy_cut_after(line, PROXY_TO_TERMINAL, bytes > 0 ? bytes : -1);
    if (pipe2(ends, O_CLOEXEC) != 0) {
        fatal("no pipe");
    }
    pid_t child = fork();
    if (child == 0) {
        first_exchange(t, line, bytes > 0, ends[1]);
    }
    (void)close(ends[1]);
    write_beside(t, child);
    double took = (double)hear(ends[0]) / 1e6;
    int64_t kept = hear(ends[0]), fetched = hear(ends[0]);
    (void)close(ends[0]);
    terminal_open(t);
    if (bytes > 0) {
        printf("broken off           when %lld doses were here; resumed at once, %lld rows of all tables were fetched for the other %lld\n", (long long)kept,
               (long long)fetched, (long long)terminal_number(t, "SELECT count(*) FROM dose_events") - (long long)kept);
    }
    return took;
}

static void bench_resumed(const struct centre *centre)
{
    long long there = centre_number(centre, "SELECT count(*) FROM clin.dose_events");
    struct proxy *line = proxy_new(postgres_port());
    double took[2];
    long bytes = 0;
    for (int i = 0; i < 2; i++) {
        struct terminal *t = terminal_new(centre, i == 0 ? "whole" : "broken off", "Eastside", proxy_port(line));
        took[i] = through(t, line, bytes / 2);
        bytes = proxy_bytes(line, PROXY_TO_TERMINAL);
        expect_rows(t, there);
        terminal_free(t);
    }
    proxy_free(line);
    printf("through a proxy      whole %.2f s, broken off in the middle and resumed %.2f s: %.2fx\n", took[0], took[1], took[1] / took[0]);
}

static bool is_wanted(int argc, char **argv, const char *part)
{
    bool found = argc <= 2;
    for (int i = 2; i < argc; i++) {
        found = found || strcmp(argv[i], part) == 0;
    }
    return found;
}

int main(int argc, char **argv)
{
    int rows = argc > 1 ? (int)strtol(argv[1], NULL, 10) : 200000;
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* each line when it is known */
    if (!postgres_start()) {
        (void)fprintf(stderr, "bench_sync: PostgreSQL 15 with pg_partman is not installed\n");
        return EXIT_FAILURE;
    }
    struct centre *centre = centre_new();
    centre_run(centre, "ALTER SYSTEM SET fsync = on");
    centre_run(centre, "SELECT pg_reload_conf()");
    struct terminal *a = terminal_new(centre, "a", "Eastside", 0), *b = terminal_new(centre, "b", "Eastside", 0);
    struct uid patient = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    struct uid order = clinic_add_order(a->clinic, patient, "lisinopril 10 mg tab 1 tab daily");
    struct order now = clinic_get_order(a->clinic, order);
    struct uid version = now.version;
    order_release(&now);
    terminal_sync(a);
    terminal_sync(b);
    if (is_wanted(argc, argv, "latency")) {
        bench_latency(centre, a, b, patient, order, version);
    }
    if (is_wanted(argc, argv, "push")) {
        bench_push(centre, a, patient, order, version);
    }
    if (is_wanted(argc, argv, "catch_up")) {
        bench_catch_up(centre, b);
    }
    fill(centre, rows);
    if (is_wanted(argc, argv, "snapshot")) {
        bench_snapshot(centre);
    }
    if (is_wanted(argc, argv, "resumed")) {
        bench_resumed(centre);
    }
    terminal_free(a);
    terminal_free(b);
    centre_free(centre);
    postgres_stop();
    return EXIT_SUCCESS;
}
