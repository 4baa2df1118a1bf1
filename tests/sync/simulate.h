/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terminals of two sites in one process, a scheduler that draws each step from a seed, and a real centre: people write, lines
 * are cut at any byte, what was sent is sent and fetched again, programs restart, clocks are days off, some changes are bad, patients come to the other site and are erased. When all is quiet
 * the invariants of sync.md 8.1 are looked at. One seed gives one run, so that a failure is cut down by its number of steps. */
#ifndef SYNC_SIMULATE_H
#define SYNC_SIMULATE_H

#include <stdint.h>

enum { SIMULATE_TERMINALS_MAX = 8 };

enum simulate_claim {
    CLAIM_SAME_ROWS,     /* I1 */
    CLAIM_LEDGER,        /* I2, I8 */
    CLAIM_ONCE,          /* I3 */
    CLAIM_LOSERS_KEPT,   /* I4 */
    CLAIM_NOTHING_GONE,  /* I5 */
    CLAIM_ERASED_GONE,   /* I7 */
    CLAIM_REPLAY,        /* I8 */
    CLAIM_AUDIT,         /* I10 */
    CLAIM_VERSIONS,      /* I11 */
    CLAIM_NOTHING_STUCK, /* I13 */
    CLAIM_COUNT
};
const char *simulate_claim_text(enum simulate_claim claim);

struct simulate_result {
    long steps, writes, exchanges, broken, restarts, erased, entered, bad, repeats, losers;
    long wrong[CLAIM_COUNT];
};

/* Returns how often a claim does not hold; says each on stderr. */
long simulate_run(uint64_t seed, int terminals, long steps, struct simulate_result *out);
/* The smallest number of steps with which this seed fails, found by halving; the failing one when none is smaller. */
long simulate_shrink(uint64_t seed, int terminals, long steps);

#endif
