/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/random.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"

struct random random_start(const char *name)
{
    const char *given = getenv("TEST_SEED");
    uint64_t seed = given ? strtoull(given, NULL, 10) : (uint64_t)clock_monotonic_us();
    fprintf(stderr, "seed: %s %llu\n", name, (unsigned long long)seed);
    return (struct random){.state = seed, .seed = seed};
}

/* splitmix64 */
uint64_t random_next(struct random *r)
{
    uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

uint64_t random_below(struct random *r, uint64_t limit)
{
    return random_next(r) % limit;
}
