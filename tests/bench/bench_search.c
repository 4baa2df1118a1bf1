/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Type-ahead over N patients (default 1,000,000; first argument): each keystroke of realistic searches through the sealed
 * store with the session's 16 MB of page cache, against LIKE over the same names in a plain database in memory, in one
 * run. Time on the clock, and of this process alone, which a busy machine adds nothing to. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "bench/big_site.h"
#include "store/patient_store.h"

enum { SEARCHES = 500, LIKE_EVERY = 64, KEYS_MAX = 10 };

struct typed_times {
    struct timings wall, cpu;
};

static void report(const char *what, struct typed_times *m)
{
    printf("%-32s %6d keystrokes  clock: median %8.3f ms  p99 %8.3f ms  worst %8.3f ms   cpu: median %8.3f ms  p99 %8.3f ms\n", what,
           m->wall.len, (double)timings_at(&m->wall, 0.5) / 1000, (double)timings_at(&m->wall, 0.99) / 1000,
           (double)timings_at(&m->wall, 1) / 1000, (double)timings_at(&m->cpu, 0.5) / 1000,
           (double)timings_at(&m->cpu, 0.99) / 1000);
}

static void ours(struct store *store, const char *typed, struct typed_times *m)
{
    struct error err = ERROR_INIT;
    struct patient_hit_list hits = {0};
    int64_t wall_us = clock_monotonic_us(), cpu_us = cpu_now_us();
    if (patient_search(store, typed, 20, (struct date){2026, 11, 24}, &hits, &err) != STATUS_OK) {
        fatal("%s", error_text(&err));
    }
    timings_add(&m->wall, clock_monotonic_us() - wall_us);
    timings_add(&m->cpu, cpu_now_us() - cpu_us);
    patient_hit_list_release(&hits);
}

static sqlite3 *plain_copy(int patients)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    char last[64], first[64];
    if (sqlite3_open(":memory:", &db) != SQLITE_OK || sqlite3_exec(db, "CREATE TABLE p (last TEXT, first TEXT)", NULL, NULL, NULL)) {
        fatal("no plain database");
    }
    (void)sqlite3_prepare_v2(db, "INSERT INTO p VALUES (?1, ?2)", -1, &insert, NULL);
    (void)sqlite3_exec(db, "BEGIN", NULL, NULL, NULL);
    for (int i = 0; i < patients; i++) {
        big_site_name(i, last, first);
        (void)sqlite3_bind_text(insert, 1, last, -1, SQLITE_STATIC);
        (void)sqlite3_bind_text(insert, 2, first, -1, SQLITE_STATIC);
        (void)sqlite3_step(insert);
        (void)sqlite3_reset(insert);
    }
    (void)sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
    (void)sqlite3_finalize(insert);
    return db;
}

static void like(sqlite3_stmt *query, const char *typed, struct typed_times *m)
{
    char pattern[170];
    (void)snprintf(pattern, sizeof pattern, "%s%%", typed); /* fits */
    int64_t wall_us = clock_monotonic_us(), cpu_us = cpu_now_us();
    (void)sqlite3_bind_text(query, 1, pattern, -1, SQLITE_STATIC);
    while (sqlite3_step(query) == SQLITE_ROW) {
    }
    (void)sqlite3_reset(query);
    timings_add(&m->wall, clock_monotonic_us() - wall_us);
    timings_add(&m->cpu, cpu_now_us() - cpu_us);
}

/* Every beginning of surname and some of a first name, birth date and MRN, as somebody types them. */
static void type_all(struct store *store, sqlite3_stmt *query, int patients, struct typed_times m[3])
{
    int turn = 0;
    for (int i = 0; i < SEARCHES; i++) {
        char last[64], first[64], whole[160], typed[160];
        int n = (int)((int64_t)i * patients / SEARCHES);
        big_site_name(n, last, first);
        (void)snprintf(whole, sizeof whole, "%s %.3s", last, first); /* fits */
        for (size_t len = 1; len <= strlen(whole) && len <= KEYS_MAX + 4; len++) {
            (void)snprintf(typed, sizeof typed, "%.*s", (int)len, whole); /* fits */
            ours(store, typed, &m[0]);
            if (++turn % LIKE_EVERY == 0) {
                like(query, typed, &m[2]);
            }
        }
        (void)snprintf(whole, sizeof whole, "%08d", n); /* fits */
        for (size_t len = 3; len <= 8; len++) {
            (void)snprintf(typed, sizeof typed, "%.*s", (int)len, whole); /* fits */
            ours(store, typed, &m[1]);
        }
    }
}

int main(int argc, char **argv)
{
    struct big_site big;
    struct typed_times m[3] = {0};
    sqlite3_stmt *query = NULL;
    big_site_init(&big, argc > 1 ? (int)strtol(argv[1], NULL, 10) : 1000000);
    struct actor *actor = big_site_enter(&big);
    struct site *site = actor->site;
    sqlite3 *plain = plain_copy(big.patients);
    (void)sqlite3_prepare_v2(plain, "SELECT last, first FROM p WHERE last LIKE ?1 OR first LIKE ?1 ORDER BY last, first LIMIT 20", -1,
                             &query, NULL);
    type_all(site->store, query, big.patients, m);
    printf("search: %d patients\n", big.patients);
    report("type-ahead by name, sealed", &m[0]);
    report("type-ahead by number, sealed", &m[1]);
    report("LIKE, plain, in memory", &m[2]);
    printf("LIKE / type-ahead, median of cpu: %.1f\n", (double)timings_at(&m[2].cpu, 0.5) / (double)(timings_at(&m[0].cpu, 0.5) + 1));
    (void)sqlite3_finalize(query);
    (void)sqlite3_close(plain);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    for (size_t i = 0; i < sizeof m / sizeof *m; i++) {
        timings_release(&m[i].wall);
        timings_release(&m[i].cpu);
    }
    big_site_release(&big);
    return 0;
}
