/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill -9. Workers tell what was committed through a pipe, one write for each commit, so that what
 * was acknowledged before the kill is in the pipe. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "fault/scenario.h"
#include "fault/seal_tests.h"
#include "support/random.h"

#define KILLS_A_SITE 20
#define WORKERS 5
#define ACCOUNTS 40
#define START_SUM 4000

struct worker {
    pid_t pid;
    int pipe; /* acknowledgements come out */
    uint32_t acked;
};

static bool start_worker(struct worker *w, void (*work)(void *context, int out), void *context)
{
    int ends[2];
    if (pipe(ends) != 0) {
        return false;
    }
    w->pid = fork();
    if (w->pid == 0) {
        (void)close(ends[0]); /* the parent's end */
        work(context, ends[1]);
        _exit(1); /* work() ends only when something failed */
    }
    (void)close(ends[1]); /* the child's end */
    w->pipe = ends[0];
    return w->pid > 0;
}

/* Reads acknowledgements until `deadline_us` or until there are `most`. False at the end of the
 * pipe. */
static bool read_acks(struct worker *w, uint32_t most, int64_t deadline_us)
{
    while (w->acked < most) {
        uint32_t number = 0;
        struct pollfd wait = {.fd = w->pipe, .events = POLLIN};
        int64_t left_us = deadline_us - clock_monotonic_us();
        struct timespec left = {left_us / US_PER_SECOND, left_us % US_PER_SECOND * 1000};
        if (left_us <= 0 || ppoll(&wait, 1, &left, NULL) <= 0) {
            return true;
        }
        if (read(w->pipe, &number, sizeof number) != (ssize_t)sizeof number) {
            return false;
        }
        w->acked = number;
    }
    return true;
}

/* Kills it, waits for it, and reads what it still said. True if it was alive until then. */
static bool end_worker(struct worker *w)
{
    int result = 0;
    uint32_t number = 0;
    (void)kill(w->pid, SIGKILL);
    (void)waitpid(w->pid, &result, 0);
    while (read(w->pipe, &number, sizeof number) == (ssize_t)sizeof number) {
        w->acked = number;
    }
    (void)close(w->pipe); /* was read only */
    return WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL;
}

struct writing {
    struct seal_site *site;
    uint64_t seed;
    uint32_t n;
    int cache_kib;
};

static void write_until_killed(void *context, int out)
{
    struct writing *w = context;
    struct sealed_db db = SEALED_DB_INIT;
    if (!seal_site_open(w->site, w->cache_kib, &db, NULL)) {
        return;
    }
    for (uint32_t n = w->n + 1; scenario_apply(db.handle, w->seed, n) == SQLITE_OK; n++) {
        if (write(out, &n, sizeof n) != (ssize_t)sizeof n ||
            scenario_maintain(db.handle, w->seed, n) != SQLITE_OK) {
            return;
        }
    }
}

/* One worker, one kill, one comparison. */
static bool kill_once(struct seal_run *r, struct seal_site *site, struct scenario *s,
                      struct random *random)
{
    struct writing writing = {site, s->seed, s->model_n, random_below(random, 2) == 0 ? 40 : 2000};
    struct worker w = {.acked = s->model_n};
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    char why[200] = "";
    if (!start_worker(&w, write_until_killed, &writing)) {
        return seal_fail(r, "no process");
    }
    /* Some acknowledgements, or none when the worker is killed while it opens and recovers; then
     * any moment. */
    if (random_below(random, 8) > 0) {
        (void)read_acks(&w, s->model_n + 1 + (uint32_t)random_below(random, 12),
                        clock_monotonic_us() + 20 * US_PER_SECOND);
    }
    (void)read_acks(&w, UINT32_MAX, clock_monotonic_us() + (int64_t)random_below(random, 4000));
    if (!end_worker(&w)) {
        return seal_fail(r, "the worker failed by itself after %u", w.acked);
    }
    if (!seal_site_open(site, 2000, &db, &err)) {
        return seal_fail(r, "does not open after the kill: %s", err.message);
    }
    bool ok = scenario_holds(s, db.handle, w.acked, w.acked + 1, why) || seal_fail(r, "%s", why);
    sealed_close(&db);
    return ok;
}

void seal_kill(struct seal_run *r)
{
    struct random random = {.state = r->seed, .seed = r->seed};
    struct seal_site site;
    struct scenario s = {0, NULL, 0};
    uint64_t transactions = 0;
    bool ok = true;
    r->was_possible = true;
    seal_site_init(&site, true);
    for (; ok && r->done < r->runs; r->done += ok) {
        if (r->done % KILLS_A_SITE == 0) {
            if (s.model != NULL) {
                transactions += s.model_n;
                scenario_release(&s);
            }
            seal_site_create(&site);
            scenario_init(&s, random_next(&random));
        }
        ok = kill_once(r, &site, &s, &random);
    }
    (void)snprintf(r->note, sizeof r->note, "%llu transactions",
                   (unsigned long long)(transactions + s.model_n));
    scenario_release(&s);
    seal_site_release(&site);
}

/* Several writers. Each moves amounts between accounts, whose sum stays, and counts its own
 * transactions. */
struct moving {
    struct seal_site *site;
    uint32_t worker;
    uint64_t seed;
};

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

static int create_accounts(sqlite3 *db)
{
    char sql[400];
    (void)snprintf(sql, sizeof sql,
                   "BEGIN; CREATE TABLE account(id INTEGER PRIMARY KEY, amount INTEGER, note TEXT);"
                   "CREATE TABLE counter(worker INTEGER PRIMARY KEY, n INTEGER);"
                   "CREATE VIRTUAL TABLE notes USING fts5(note);"
                   "WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM i WHERE n<%d)"
                   " INSERT INTO account SELECT n, %d, '' FROM i;"
                   "INSERT INTO counter SELECT id-1, 0 FROM account WHERE id<=%d; COMMIT",
                   ACCOUNTS, START_SUM / ACCOUNTS, WORKERS);
    return run(db, sql);
}

static void move_until_killed(void *context, int out)
{
    struct moving *m = context;
    struct random random = {.state = m->seed, .seed = m->seed};
    struct sealed_db db = SEALED_DB_INIT;
    int64_t done = 0;
    if (!seal_site_open(m->site, 60, &db, NULL)) {
        return;
    }
    for (;;) {
        char sql[600];
        unsigned from = 1 + (unsigned)random_below(&random, ACCOUNTS);
        unsigned to = 1 + (unsigned)random_below(&random, ACCOUNTS);
        (void)snprintf(
            sql, sizeof sql,
            "BEGIN IMMEDIATE; UPDATE account SET amount=amount-7, note=hex(randomblob(200)) WHERE "
            "id=%u;"
            "UPDATE account SET amount=amount+7 WHERE id=%u;"
            "INSERT INTO notes(note) VALUES('worker %u moved %u to %u');"
            "DELETE FROM notes WHERE rowid IN (SELECT rowid FROM notes ORDER BY rowid LIMIT 1)"
            " AND (SELECT count(*) FROM notes) > 300;"
            "UPDATE counter SET n=n+1 WHERE worker=%u; COMMIT",
            from, to, m->worker, from, to, m->worker);
        if (run(db.handle, sql) != SQLITE_OK) {
            return;
        }
        done++;
        uint32_t tell = (uint32_t)done;
        if (write(out, &tell, sizeof tell) != (ssize_t)sizeof tell) {
            return;
        }
        if (random_below(&random, 40) == 0 &&
            (run(db.handle, "PRAGMA wal_checkpoint(PASSIVE)") & 0xff) != SQLITE_OK) {
            return;
        }
    }
}

static int64_t number(sqlite3 *db, const char *sql, int64_t argument)
{
    sqlite3_stmt *s = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(s, 1, argument) != SQLITE_NOMEM && sqlite3_step(s) == SQLITE_ROW) {
        value = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s); /* a failure left value at -1 */
    return value;
}

struct crowd {
    struct seal_run *run;
    struct seal_site site;
    struct random random;
    struct worker workers[WORKERS];
    struct moving moving[WORKERS];
    uint64_t acked[WORKERS]; /* in all lives */
    uint64_t lives[WORKERS]; /* that ended: each may have committed one more than it said */
};

static bool revive(struct crowd *c, uint32_t i)
{
    c->workers[i] = (struct worker){0, -1, 0};
    c->moving[i] = (struct moving){&c->site, i, random_next(&c->random)};
    return start_worker(&c->workers[i], move_until_killed, &c->moving[i]) ||
           seal_fail(c->run, "no process");
}

static bool bury(struct crowd *c, uint32_t i)
{
    bool was_alive = end_worker(&c->workers[i]);
    c->acked[i] += c->workers[i].acked;
    c->lives[i]++;
    return was_alive ||
           seal_fail(c->run, "worker %u failed by itself after %u", i, c->workers[i].acked);
}

/* The rest of the crowd goes on while this looks. */
static bool crowd_holds(struct crowd *c, bool is_end)
{
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    if (!seal_site_open(&c->site, 2000, &db, &err)) {
        return seal_fail(c->run, "does not open: %s", err.message);
    }
    bool ok = number(db.handle, "SELECT sum(amount) FROM account WHERE ?1 = 0", 0) == START_SUM ||
              seal_fail(c->run, "the sum changed");
    for (int64_t i = 0; ok && is_end && i < WORKERS; i++) {
        int64_t there = number(db.handle, "SELECT n FROM counter WHERE worker = ?1", i);
        ok = (there >= (int64_t)c->acked[i] && there <= (int64_t)(c->acked[i] + c->lives[i])) ||
             seal_fail(c->run, "worker %lld: %lld there, %llu acknowledged in %llu lives",
                       (long long)i, (long long)there, (unsigned long long)c->acked[i],
                       (unsigned long long)c->lives[i]);
    }
    if (ok && is_end) {
        ok = (number(db.handle,
                     "SELECT integrity_check = 'ok' FROM pragma_integrity_check WHERE ?1 = 0",
                     0) == 1 &&
              run(db.handle, "INSERT INTO notes(notes) VALUES('integrity-check')") == SQLITE_OK) ||
             seal_fail(c->run, "integrity: %s", sqlite3_errmsg(db.handle));
    }
    sealed_close(&db);
    return ok;
}

void seal_processes(struct seal_run *r)
{
    struct crowd c = {.run = r, .random = {.state = r->seed, .seed = r->seed}};
    struct sealed_db db = SEALED_DB_INIT;
    uint64_t transactions = 0;
    r->was_possible = true;
    seal_site_init(&c.site, true);
    seal_site_create(&c.site);
    bool ok = seal_site_open(&c.site, 0, &db, NULL) && create_accounts(db.handle) == SQLITE_OK;
    sealed_close(&db);
    for (uint32_t i = 0; ok && i < WORKERS; i++) {
        ok = revive(&c, i);
    }
    for (; ok && r->done < r->runs; r->done += ok) {
        uint32_t i = (uint32_t)random_below(&c.random, WORKERS);
        /* A worker that the others starve is killed while it waits for the lock. */
        (void)read_acks(&c.workers[i], 1 + (uint32_t)random_below(&c.random, 8),
                        clock_monotonic_us() + US_PER_SECOND / 2);
        (void)read_acks(&c.workers[i], UINT32_MAX,
                        clock_monotonic_us() + (int64_t)random_below(&c.random, 3000));
        ok = bury(&c, i) && (r->done % 10 != 9 || crowd_holds(&c, false)) && revive(&c, i);
    }
    for (uint32_t i = 0; i < WORKERS; i++) {
        if (c.workers[i].pid > 0) {
            ok = bury(&c, i) && ok;
        }
        transactions += c.acked[i];
    }
    ok = ok && crowd_holds(&c, true);
    if (!ok) {
        (void)seal_fail(r, "the crowd did not start");
    }
    (void)snprintf(r->note, sizeof r->note, "%llu transactions", (unsigned long long)transactions);
    seal_site_release(&c.site);
}
