/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What bench_safety compares the engine with: the blueprint's self-join over as many pairs (16-byte ids), and all that the
 * engine does for these charts as SQL over tables that are filled from the same knowledge (whole-number ids: the best form
 * that SQL has). Neither holds doses: the charts have none. */
#ifndef BENCH_SAFETY_SQL_H
#define BENCH_SAFETY_SQL_H

#include <sqlite3.h>
#include <stdint.h>

#include "safety/check_text.h"

/* The engine's medians for one of the charts, and its findings in all of them: whole charts, and the drugs alone as the
 * self-join sees them. */
struct our_times {
    int64_t all_ns, pairs_ns;
    long all_findings, pairs_findings;
};

void compare_with_sql(const struct knowledge *k, const struct check_request *charts, int chart_count, const struct our_times *ours);

/* Both end the program where they fail. */
void sql_exec(sqlite3 *db, const char *sql);
sqlite3_stmt *sql_prepare(sqlite3 *db, const char *sql);

int64_t bench_now_ns(void);

#endif
