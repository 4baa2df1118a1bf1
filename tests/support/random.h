/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pseudo-random numbers for property tests. The seed is printed by random_start(), so that a
 * failure can be replayed with TEST_SEED=n. Plain value; nothing to release. */
#ifndef SUPPORT_RANDOM_H
#define SUPPORT_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
    uint64_t seed; /* for messages */
};

/* From TEST_SEED, else from the clock. Prints "seed: NAME N" to stderr. */
struct random random_start(const char *name);
uint64_t random_next(struct random *r);
uint64_t random_below(struct random *r, uint64_t limit); /* 0 .. limit - 1 */

#endif
