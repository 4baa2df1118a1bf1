/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bench_safety compares the engine with: the blueprint's self-join over as many pairs (16-byte ids), and all that the
 * engine does for these charts as SQL over tables that are filled from the same knowledge (whole-number ids: the best form
 * that SQL has). Neither holds doses: the charts have none. */
#ifndef BENCH_SAFETY_SQL_H
#define BENCH_SAFETY_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "safety/check_text.h"

/* ours_ns: the engine's median for one of the charts, our_findings: of all of them. */
void compare_with_sql(const struct knowledge *k, const struct check_request *charts, int chart_count, int64_t ours_ns,
                      long our_findings);

/* Both end the program where they fail. */
void sql_exec(sqlite3 *db, const char *sql);
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql);

int64_t bench_now_ns(void);

#endif
