/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A deterministic load on a database, and the oracle that knows what must be there afterwards.
 * Transaction n of a seed always does the same to the same state, so a plain in-memory copy (the
 * model) can be brought to any n and compared row by row. The load has an index, full-text search
 * with prefixes over external content, long values with overflow pages, transactions that spill a
 * small page cache, checkpoints and incremental vacuum. */
#ifndef FAULT_SCENARIO_H
#define FAULT_SCENARIO_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

struct scenario {
    uint64_t seed;
    sqlite3 *model;   /* plain, in memory */
    uint32_t model_n; /* transactions in it */
};

/* Words that stand in rows, indexes and the full-text index; none may be found in any file. */
extern const char *const SCENARIO_MARKERS[]; /* NULL ends the list */

void scenario_init(struct scenario *s, uint64_t seed);
void scenario_release(struct scenario *s);

/* Empty tables; once for each database. */
int scenario_create(sqlite3 *db);

/* Transaction n (from 1) from BEGIN to COMMIT; the result code of what failed first. The
 * transaction may be open then. */
int scenario_apply(sqlite3 *db, uint64_t seed, uint32_t n);

/* What goes between transactions: now and then a checkpoint or an incremental vacuum. */
int scenario_maintain(sqlite3 *db, uint64_t seed, uint32_t n);

/* Reads everything. SQLITE_OK and a digest of all rows and of some searches. */
int scenario_digest(sqlite3 *db, uint64_t *out);

/* integrity_check and FTS5's own. SQLITE_OK if both are content. */
int scenario_check(sqlite3 *db);

/* How many transactions the database holds; -1 when that cannot be read or numbers are missing. */
int64_t scenario_count(sqlite3 *db);

/* Sound, holding at least `acked` and at most `begun` transactions, and equal to the model. A
 * reason in `why` if not. The model moves forward to what was found. */
bool scenario_holds(struct scenario *s, sqlite3 *db, uint32_t acked, uint32_t begun, char why[200]);

/* Equal to the model at whatever number of transactions (from `least` on) it holds; for tests that
 * may lose the end. */
bool scenario_is_prefix(uint64_t seed, sqlite3 *db, uint32_t least, uint32_t most, char why[200]);

#endif
