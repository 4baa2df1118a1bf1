/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_seal [--rows N] [--rounds N]: the sealed database against plain SQLite, the same work in
 * turns in one run, as the median of the rounds' ratios and against the gates of security.md S3.
 * Exit 1 when a gate is passed over. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/memory.h"
#include "store/sealed_open.h"
#include "support/folder.h"
#include "support/random.h"

#define ROUNDS_MAX 25
#define BATCH 10000
#define LOOKUPS 20000
#define SEARCHES 400
#define COMMITS 300

enum side { PLAIN, SEALED, SIDES };

struct bench {
    char *folder;
    char *path[SIDES];
    struct secret key;
    uint32_t rows;
    uint32_t rounds;
    uint32_t round;
    sqlite3 *db;             /* of the side that is measured */
    struct sealed_db sealed; /* owns it, when sealed */
};

/* Measures once; the time of one piece (row, lookup, commit) in microseconds. */
typedef double (*work_fn)(struct bench *b);

static void must(struct bench *b, int rc)
{
    if (rc != SQLITE_OK) {
        fatal("bench: %s", b->db != NULL ? sqlite3_errmsg(b->db) : "no database");
    }
}

static void run(struct bench *b, const char *sql)
{
    must(b, sqlite3_exec(b->db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(struct bench *b, const char *sql)
{
    sqlite3_stmt *s = NULL;
    must(b, sqlite3_prepare_v2(b->db, sql, -1, &s, NULL));
    return s;
}

static void open_side(struct bench *b, enum side side, int cache_kib)
{
    char cache[40];
    if (side == SEALED) {
        struct sealed_options o = {
            .path = b->path[side], .key = &b->key, .epoch = 1, .cache_kib = cache_kib};
        if (sealed_open(&o, &b->sealed, NULL) != STATUS_OK) {
            fatal("bench: the sealed database does not open");
        }
        b->db = b->sealed.handle;
        return;
    }
    must(b, sqlite3_open_v2(b->path[side], &b->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                            "unix"));
    (void)snprintf(cache, sizeof cache, "PRAGMA cache_size=-%d", cache_kib);
    run(b, "PRAGMA auto_vacuum=INCREMENTAL"); /* as the sealed one, in everything but the seal */
    run(b,
        "PRAGMA temp_store=MEMORY; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
        "secure_delete=ON;"
        "PRAGMA cell_size_check=ON; PRAGMA trusted_schema=OFF; PRAGMA journal_size_limit=67108864");
    run(b, cache);
}

static void close_side(struct bench *b, enum side side)
{
    if (side == SEALED) {
        sealed_close(&b->sealed);
    } else {
        must(b, sqlite3_close(b->db));
    }
    b->db = NULL;
}

static void remove_side(struct bench *b, enum side side)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *name = mem_format("%s%s", b->path[side], ENDINGS[i]);
        (void)unlink(name); /* may not be there */
        mem_free(name);
    }
}

/* Spread over the table like real numbers, and found again from i. */
static uint32_t shuffled(uint32_t i, uint32_t rows)
{
    return (uint32_t)((uint64_t)i * 2654435761u % rows);
}

static void mrn_text(uint32_t number, char out[24])
{
    (void)snprintf(out, 24, "MRN%09u", number * 7u + 1000000u);
}

static void bind_row(struct bench *b, sqlite3_stmt *s, uint32_t i)
{
    static const char *const FIRST[] = {"Maria", "Chidi", "Wei",  "Anna",   "Olu",
                                        "Sven",  "Priya", "Jose", "Fatima", "Ivan"};
    static const char *const LAST[] = {"Okafor", "Nguyen",   "Garcia", "Smith",
                                       "Haddad", "Kowalski", "Tanaka", "Silva"};
    char mrn[24];
    char name[80];
    char phone[24];
    mrn_text(shuffled(i, b->rows), mrn);
    (void)snprintf(name, sizeof name, "%s %s%u %s", FIRST[i % 10], LAST[i / 10 % 8], i % 997,
                   FIRST[i / 77 % 10]);
    (void)snprintf(phone, sizeof phone, "+1 555 %07u", i);
    must(b, sqlite3_bind_int64(s, 1, i + 1));
    must(b, sqlite3_bind_text(s, 2, mrn, -1, SQLITE_TRANSIENT));
    must(b, sqlite3_bind_text(s, 3, name, -1, SQLITE_TRANSIENT));
    must(b, sqlite3_bind_text(s, 4, "1958-03-14", -1, SQLITE_STATIC));
    must(b, sqlite3_bind_text(s, 5, phone, -1, SQLITE_TRANSIENT));
}

static double bulk_insert(struct bench *b)
{
    run(b, "CREATE TABLE patient(id INTEGER PRIMARY KEY, mrn TEXT NOT NULL UNIQUE, name TEXT, "
           "birth TEXT, phone TEXT);"
           "CREATE TABLE event(id INTEGER PRIMARY KEY, what TEXT);"
           "CREATE VIRTUAL TABLE find USING fts5(name, content='patient', content_rowid='id', "
           "prefix='2 3')");
    int64_t start_us = clock_monotonic_us();
    sqlite3_stmt *s = prepare(
        b, "INSERT INTO patient(id, mrn, name, birth, phone) VALUES(?1, ?2, ?3, ?4, ?5)");
    for (uint32_t i = 0; i < b->rows; i++) {
        if (i % BATCH == 0) {
            run(b, "BEGIN");
        }
        bind_row(b, s, i);
        must(b, sqlite3_step(s) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR);
        must(b, sqlite3_reset(s));
        if (i % BATCH == BATCH - 1 || i + 1 == b->rows) {
            run(b, "COMMIT");
        }
    }
    must(b, sqlite3_finalize(s));
    return (double)(clock_monotonic_us() - start_us) / b->rows;
}

static double build_search(struct bench *b)
{
    int64_t start_us = clock_monotonic_us();
    run(b, "INSERT INTO find(find) VALUES('rebuild')");
    double took = (double)(clock_monotonic_us() - start_us) / b->rows;
    run(b, "PRAGMA wal_checkpoint(TRUNCATE)"); /* the readers below read the file */
    return took;
}

static uint32_t lookups_of(struct bench *b, uint32_t count, uint64_t seed)
{
    struct random random = {.state = seed, .seed = seed};
    sqlite3_stmt *s = prepare(b, "SELECT id, name, birth, phone FROM patient WHERE mrn = ?1");
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        char mrn[24];
        mrn_text((uint32_t)random_below(&random, b->rows), mrn);
        must(b, sqlite3_bind_text(s, 1, mrn, -1, SQLITE_STATIC));
        found += sqlite3_step(s) == SQLITE_ROW;
        must(b, sqlite3_reset(s));
    }
    must(b, sqlite3_finalize(s));
    return found;
}

static double lookup(struct bench *b)
{
    int64_t start_us = clock_monotonic_us();
    uint32_t found = lookups_of(b, LOOKUPS, b->round + 1);
    int64_t took_us = clock_monotonic_us() - start_us;
    if (found * 10 < LOOKUPS * 5) {
        fatal("bench: only %u of %d looked-up rows were found", found, LOOKUPS);
    }
    return (double)took_us / LOOKUPS;
}

static double lookup_warm(struct bench *b)
{
    (void)lookups_of(b, LOOKUPS * 2, 99); /* fills the cache */
    return lookup(b);
}

static void searches_of(struct bench *b, uint32_t count)
{
    static const char *const PREFIXES[] = {"oka*", "ng*",   "gar*",    "smith1*", "ta*",
                                           "ko*",  "hadd*", "silva2*", "pri*",    "wei*"};
    sqlite3_stmt *s = prepare(
        b, "SELECT p.id, p.name, p.mrn FROM find JOIN patient p ON p.id = find.rowid "
           "WHERE find MATCH ?1 LIMIT 50");
    for (uint32_t i = 0; i < count; i++) {
        uint32_t rows = 0;
        must(b, sqlite3_bind_text(s, 1, PREFIXES[i % 10], -1, SQLITE_STATIC));
        while (sqlite3_step(s) == SQLITE_ROW) {
            rows++;
        }
        must(b, rows > 0 ? sqlite3_reset(s) : SQLITE_ERROR);
    }
    must(b, sqlite3_finalize(s));
}

static double search(struct bench *b)
{
    int64_t start_us = clock_monotonic_us();
    searches_of(b, SEARCHES);
    return (double)(clock_monotonic_us() - start_us) / SEARCHES;
}

static double search_warm(struct bench *b)
{
    searches_of(b, SEARCHES); /* fills the cache */
    return search(b);
}

static double scan(struct bench *b)
{
    int64_t start_us = clock_monotonic_us();
    run(b, "SELECT sum(length(name)) + sum(length(phone)) FROM patient NOT INDEXED");
    return (double)(clock_monotonic_us() - start_us) / b->rows;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a;
    double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, uint32_t n)
{
    qsort(values, n, sizeof *values, compare);
    return n % 2 == 1 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* The median of single commits: a disk that others use answers now and then ten times later. */
static double commit_rows(struct bench *b)
{
    double took[COMMITS];
    sqlite3_stmt *s = prepare(
        b, "INSERT INTO event(what) VALUES('dose given at the bedside, 500 mg')");
    for (int i = 0; i < COMMITS; i++) {
        int64_t start_us = clock_monotonic_us();
        must(b, sqlite3_step(s) == SQLITE_DONE ? SQLITE_OK : SQLITE_ERROR);
        must(b, sqlite3_reset(s));
        took[i] = (double)(clock_monotonic_us() - start_us);
    }
    must(b, sqlite3_finalize(s));
    return median(took, COMMITS);
}

static double commit_normal(struct bench *b)
{
    run(b, "PRAGMA synchronous=NORMAL");
    return commit_rows(b);
}

static double quick_check(struct bench *b)
{
    int64_t start_us = clock_monotonic_us();
    run(b, "PRAGMA quick_check");
    return (double)(clock_monotonic_us() - start_us) / b->rows;
}

static const struct workload {
    const char *name;
    int cache_kib;
    double gate; /* 0: shown only */
    bool is_new; /* on an empty database, before the others */
    work_fn work;
} WORKLOADS[] = {
    {"bulk insert, 10,000 a transaction", 16384, 1.6, true, bulk_insert},
    {"full-text build", 16384, 0, false, build_search},
    {"lookup, 2 MB cache", 2048, 2.5, false, lookup},
    {"lookup, 64 MB cache, warm", 65536, 1.6, false, lookup_warm},
    {"full-text prefix, 2 MB cache", 2048, 1.8, false, search},
    {"full-text prefix, 64 MB cache, warm", 65536, 1.2, false, search_warm},
    {"full scan, 2 MB cache", 2048, 1.7, false, scan},
    {"one-row commit, FULL", 16384, 1.2, false, commit_rows},
    {"one-row commit, NORMAL", 16384, 0, false, commit_normal},
    {"quick_check", 16384, 0, false, quick_check},
};

#define COUNT (sizeof WORKLOADS / sizeof *WORKLOADS)

static double measure(struct bench *b, const struct workload *w, enum side side)
{
    if (w->is_new) {
        remove_side(b, side);
        struct sealed_options o = {.path = b->path[side], .key = &b->key, .epoch = 1};
        if (side == SEALED && sealed_create(&o, NULL) != STATUS_OK) {
            fatal("bench: the sealed database cannot be made");
        }
    }
    open_side(b, side, w->cache_kib);
    double took = w->work(b);
    close_side(b, side);
    return took;
}

static double megabytes(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (double)st.st_size / 1e6 : 0;
}

static int report(struct bench *b, double took[COUNT][SIDES][ROUNDS_MAX])
{
    int over = 0;
    (void)printf("%-38s %11s %11s %7s %6s\n", "microseconds a piece (median)", "plain", "sealed",
                 "ratio", "gate");
    for (size_t i = 0; i < COUNT; i++) {
        double ratios[ROUNDS_MAX];
        for (uint32_t r = 0; r < b->rounds;
             r++) { /* of neighbours in time: a shared machine drifts */
            ratios[r] = took[i][SEALED][r] / took[i][PLAIN][r];
        }
        double ratio = median(ratios, b->rounds);
        double plain = median(took[i][PLAIN], b->rounds);
        double sealed = median(took[i][SEALED], b->rounds);
        bool is_over = WORKLOADS[i].gate > 0 && ratio > WORKLOADS[i].gate;
        over += is_over;
        (void)printf("%-38s %11.3f %11.3f %6.2fx ", WORKLOADS[i].name, plain, sealed, ratio);
        if (WORKLOADS[i].gate > 0) {
            (void)printf("%5.1fx %s", WORKLOADS[i].gate, is_over ? "OVER" : "ok");
        }
        (void)printf("\n");
    }
    (void)printf("file: %.1f MB plain, %.1f MB sealed (%+.1f %%)\n", megabytes(b->path[PLAIN]),
                 megabytes(b->path[SEALED]),
                 100 * (megabytes(b->path[SEALED]) / megabytes(b->path[PLAIN]) - 1));
    (void)printf("%d of the gates passed over\n", over);
    return over == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
    static double took[COUNT][SIDES][ROUNDS_MAX];
    struct bench b = {.rows = 100000, .rounds = 5};
    for (int i = 1; i + 1 < argc; i += 2) {
        uint32_t value = (uint32_t)strtoul(argv[i + 1], NULL, 10);
        if (strcmp(argv[i], "--rows") == 0) {
            b.rows = value;
        } else if (strcmp(argv[i], "--rounds") == 0) {
            b.rounds = value;
        }
    }
    if (argc % 2 == 0 || b.rows < BATCH || b.rounds < 1 || b.rounds > ROUNDS_MAX) {
        (void)fprintf(stderr, "usage: bench_seal [--rows N, from 10000] [--rounds N, up to %d]\n",
                      ROUNDS_MAX);
        return 2;
    }
    if (crypt_init(NULL) != STATUS_OK) {
        return 1;
    }
    b.folder = folder_new();
    b.path[PLAIN] = folder_path(b.folder, "plain.db");
    b.path[SEALED] = folder_path(b.folder, "sealed.db");
    secret_init_random(&b.key, SECRET_KEY_BYTES);
    (void)printf("%u rows, %u rounds in turns, SQLite %s\n", b.rows, b.rounds,
                 sqlite3_libversion());
    for (b.round = 0; b.round < b.rounds; b.round++) {
        for (size_t i = 0; i < COUNT; i++) {
            enum side first = b.round % 2 == 0 ? PLAIN : SEALED; /* who goes first changes */
            took[i][first][b.round] = measure(&b, &WORKLOADS[i], first);
            took[i][!first][b.round] = measure(&b, &WORKLOADS[i], !first);
        }
    }
    int result = report(&b, took);
    secret_release(&b.key);
    mem_free(b.path[PLAIN]);
    mem_free(b.path[SEALED]);
    folder_remove(b.folder);
    return result;
}
