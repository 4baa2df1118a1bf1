/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "support/random.h"

#define BLOB_MAX 20000

const char *const SCENARIO_MARKERS[] = {"Amoxicillin", "Okaforowitz", "penicillinallergy",
                                        "MRN-77120934", NULL};

static const char *const WORDS[] = {
    "Amoxicillin", "warfarin", "Okaforowitz", "tablet",  "penicillinallergy", "morning",
    "with food",   "capsule",  "evening",     "stop",    "MRN-77120934",      "review",
    "renal",       "dose",     "weekly",      "insulin",
};

void scenario_init(struct scenario *s, uint64_t seed)
{
    s->seed = seed;
    s->model_n = 0;
    if (sqlite3_open_v2(":memory:", &s->model, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                        "unix") != SQLITE_OK ||
        scenario_create(s->model) != SQLITE_OK) {
        fatal("the model cannot be made");
    }
}

void scenario_release(struct scenario *s)
{
    (void)sqlite3_close(s->model); /* in memory */
    s->model = NULL;
}

static int run(sqlite3 *db, const char *sql)
{
    return sqlite3_exec(db, sql, NULL, NULL, NULL);
}

int scenario_create(sqlite3 *db)
{
    return run(db, "BEGIN;"
                   "CREATE TABLE ledger(n INTEGER PRIMARY KEY);"
                   "CREATE TABLE item(id INTEGER PRIMARY KEY, grp INTEGER, words TEXT, big BLOB);"
                   "CREATE INDEX item_words ON item(words, grp);"
                   "CREATE VIRTUAL TABLE find USING fts5(words, content='item', "
                   "content_rowid='id', prefix='2 3');"
                   "COMMIT");
}

static void make_words(struct random *r, char out[160])
{
    size_t at = 0;
    size_t count = 2 + (size_t)random_below(r, 5);
    for (size_t i = 0; i < count; i++) {
        at += (size_t)snprintf(out + at, 160 - at, "%s ",
                               WORDS[random_below(r, sizeof WORDS / sizeof *WORDS)]);
    }
    (void)snprintf(out + at, 160 - at, "x%llx", (unsigned long long)random_below(r, 100000));
}

/* Steps the statement with its up to three values and drops it. */
static int step(sqlite3 *db, const char *sql, int64_t a, const char *b, int64_t c, const void *blob,
                int len)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    if (rc == SQLITE_OK) {
        int values = sqlite3_bind_parameter_count(s);
        rc = values >= 1 ? sqlite3_bind_int64(s, 1, a) : SQLITE_OK;
        rc = rc == SQLITE_OK && values >= 2 ? sqlite3_bind_text(s, 2, b, -1, SQLITE_STATIC) : rc;
        rc = rc == SQLITE_OK && values >= 3 ? sqlite3_bind_int64(s, 3, c) : rc;
        rc = rc == SQLITE_OK && values >= 4 ? sqlite3_bind_blob(s, 4, blob, len, SQLITE_STATIC)
                                            : rc;
    }
    if (rc == SQLITE_OK) {
        rc = sqlite3_step(s);
        rc = rc == SQLITE_DONE || rc == SQLITE_ROW ? SQLITE_OK : rc;
    }
    int finished = sqlite3_finalize(s);
    return rc != SQLITE_OK ? rc : finished;
}

static int insert_rows(sqlite3 *db, struct random *r, uint32_t n, uint32_t count)
{
    static uint8_t blob[BLOB_MAX + 8];
    int rc = SQLITE_OK;
    for (uint32_t i = 0; i < count && rc == SQLITE_OK; i++) {
        char words[160];
        int len = random_below(r, 4) == 0 ? (int)random_below(r, BLOB_MAX)
                                          : (int)random_below(r, 60);
        make_words(r, words);
        for (int at = 0; at < len; at += 8) {
            uint64_t bits = random_next(r);
            memcpy(blob + at, &bits, sizeof bits);
        }
        rc = step(db, "INSERT INTO item(id, words, grp, big) VALUES(?1, ?2, ?3, ?4)",
                  (int64_t)n * 1000 + i, words, (int64_t)random_below(r, 9), blob, len);
        rc = rc == SQLITE_OK ? step(db, "INSERT INTO find(rowid, words) VALUES(?1, ?2)",
                                    (int64_t)n * 1000 + i, words, 0, NULL, 0)
                             : rc;
    }
    return rc;
}

/* External content by hand: FTS5 refuses to be written by triggers while trusted_schema is off. */
static int update_words(sqlite3 *db, int64_t which, const char *words)
{
    int rc = step(db,
                  "INSERT INTO find(find, rowid, words) SELECT 'delete', id, words FROM item WHERE "
                  "id % 7 = ?1",
                  which, NULL, 0, NULL, 0);
    rc = rc == SQLITE_OK ? step(db, "UPDATE item SET words = ?2, grp = grp + ?3 WHERE id % 7 = ?1",
                                which, words, 1, NULL, 0)
                         : rc;
    return rc == SQLITE_OK
               ? step(db,
                      "INSERT INTO find(rowid, words) SELECT id, words FROM item WHERE id % 7 = ?1",
                      which, NULL, 0, NULL, 0)
               : rc;
}

static int delete_rows(sqlite3 *db, int64_t which)
{
    int rc = step(db,
                  "INSERT INTO find(find, rowid, words) SELECT 'delete', id, words FROM item WHERE "
                  "id % 5 = ?1",
                  which, NULL, 0, NULL, 0);
    return rc == SQLITE_OK ? step(db, "DELETE FROM item WHERE id % 5 = ?1", which, NULL, 0, NULL, 0)
                           : rc;
}

static int change(sqlite3 *db, struct random *r, uint32_t n)
{
    char words[160];
    make_words(r, words);
    switch (random_below(r, 10)) {
    case 0: /* large: spills a small cache, then comes back to the same pages */
    {
        int rc = insert_rows(db, r, n, 40);
        rc = rc == SQLITE_OK ? step(db, "UPDATE item SET grp = grp + 1 WHERE id % 3 = ?1",
                                    (int64_t)random_below(r, 3), NULL, 0, NULL, 0)
                             : rc;
        return rc == SQLITE_OK ? step(db, "UPDATE item SET grp = grp + 1", 0, NULL, 0, NULL, 0)
                               : rc;
    }
    case 1:
    case 2:
        return update_words(db, (int64_t)random_below(r, 7), words);
    case 3:
        return delete_rows(db, (int64_t)random_below(r, 5));
    case 4:
        return step(db,
                    "UPDATE item SET big = zeroblob(length(big) / 2), grp = grp + ?3 WHERE id % 11 "
                    "= ?1 AND ?2 <> ''",
                    (int64_t)random_below(r, 11), words, 1, NULL, 0);
    default:
        return insert_rows(db, r, n, 1 + (uint32_t)random_below(r, 6));
    }
}

static struct random of_transaction(uint64_t seed, uint32_t n)
{
    struct random r = {.state = seed ^ (uint64_t)n * UINT64_C(0x9E3779B97F4A7C15), .seed = seed};
    (void)random_next(&r);
    return r;
}

int scenario_apply(sqlite3 *db, uint64_t seed, uint32_t n)
{
    struct random r = of_transaction(seed, n);
    int rc = run(db, "BEGIN IMMEDIATE");
    rc = rc == SQLITE_OK ? change(db, &r, n) : rc;
    rc = rc == SQLITE_OK ? step(db, "INSERT INTO ledger VALUES(?1)", n, NULL, 0, NULL, 0) : rc;
    return rc == SQLITE_OK ? run(db, "COMMIT") : rc;
}

int scenario_maintain(sqlite3 *db, uint64_t seed, uint32_t n)
{
    struct random r = of_transaction(~seed, n);
    switch (random_below(&r, 12)) {
    case 0:
        return run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
    case 1:
        return run(db, "PRAGMA wal_checkpoint(PASSIVE)");
    case 2:
        return run(db, "PRAGMA wal_checkpoint(RESTART)");
    case 3:
        return run(db, "PRAGMA incremental_vacuum(5)");
    case 4:
        return run(db, "INSERT INTO find(find) VALUES('optimize')");
    default:
        return SQLITE_OK;
    }
}

static void mix(uint64_t *digest, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;
    uint64_t h = *digest ^ len;
    for (size_t i = 0; i < len; i++) { /* FNV-1a */
        h = (h ^ at[i]) * UINT64_C(0x100000001b3);
    }
    *digest = h;
}

static int digest_rows(sqlite3 *db, const char *sql, uint64_t *digest)
{
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &s, NULL);
    while (rc == SQLITE_OK && (rc = sqlite3_step(s)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(s); i++) {
            const void *bytes = sqlite3_column_blob(s, i);
            mix(digest, bytes, (size_t)sqlite3_column_bytes(s, i));
        }
        rc = SQLITE_OK;
    }
    int finished = sqlite3_finalize(s);
    return rc == SQLITE_DONE ? finished : rc;
}

int scenario_digest(sqlite3 *db, uint64_t *out)
{
    static const char *const QUERIES[] = {
        "SELECT n FROM ledger ORDER BY n",
        "SELECT id, grp, words, big FROM item ORDER BY id",
        "SELECT id FROM item INDEXED BY item_words ORDER BY words, grp, id",
        "SELECT rowid FROM find WHERE find MATCH 'am*' ORDER BY rowid",
        "SELECT rowid FROM find WHERE find MATCH 'penicillinallergy OR weekly' ORDER BY rowid",
    };
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    int rc = SQLITE_OK;
    for (size_t i = 0; i < sizeof QUERIES / sizeof *QUERIES && rc == SQLITE_OK; i++) {
        rc = digest_rows(db, QUERIES[i], &digest);
    }
    *out = digest;
    return rc;
}

static int is_ok_row(void *result, int columns, char **values, char **names)
{
    (void)names;
    *(bool *)result = columns == 1 && values[0] != NULL && strcmp(values[0], "ok") == 0;
    return 0;
}

int scenario_check(sqlite3 *db)
{
    bool ok = false;
    int rc = sqlite3_exec(db, "PRAGMA integrity_check(1)", is_ok_row, &ok, NULL);
    rc = rc == SQLITE_OK && !ok ? SQLITE_CORRUPT : rc;
    return rc == SQLITE_OK ? run(db, "INSERT INTO find(find) VALUES('integrity-check')") : rc;
}

int64_t scenario_count(sqlite3 *db)
{
    sqlite3_stmt *s = NULL;
    int64_t count = -1;
    if (sqlite3_prepare_v2(db, "SELECT count(*), coalesce(max(n), 0) FROM ledger", -1, &s, NULL) ==
            SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int64(s, 0) == sqlite3_column_int64(s, 1)) {
        count = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s); /* a failure left count at -1 */
    return count;
}

static void advance_model(struct scenario *s, uint32_t n)
{
    while (s->model_n < n) {
        if (scenario_apply(s->model, s->seed, s->model_n + 1) != SQLITE_OK) {
            fatal("the model failed");
        }
        s->model_n++;
    }
}

bool scenario_holds(struct scenario *s, sqlite3 *db, uint32_t acked, uint32_t begun, char why[200])
{
    uint64_t expected = 0;
    uint64_t found = 0;
    int64_t count = scenario_count(db);
    if (count < acked || count > begun) {
        (void)snprintf(why, 200, "%lld transactions, %u acknowledged, %u begun", (long long)count,
                       acked, begun);
        return false;
    }
    int rc = scenario_check(db);
    if (rc != SQLITE_OK) {
        (void)snprintf(why, 200, "check: %s (%d) at %lld", sqlite3_errmsg(db), rc,
                       (long long)count);
        return false;
    }
    advance_model(s, (uint32_t)count);
    rc = scenario_digest(db, &found);
    if (rc != SQLITE_OK || scenario_digest(s->model, &expected) != SQLITE_OK || found != expected) {
        (void)snprintf(why, 200, "rows differ after %lld transactions (%d)", (long long)count, rc);
        return false;
    }
    return true;
}

bool scenario_is_prefix(uint64_t seed, sqlite3 *db, uint32_t least, uint32_t most, char why[200])
{
    struct scenario s;
    scenario_init(&s, seed);
    bool ok = scenario_holds(&s, db, least, most, why);
    scenario_release(&s);
    return ok;
}
