/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The injected clock. Instants are UTC microseconds since 1970 in int64_t (name ends in _us). Only clock_system() reads
 * the machine's time; rules take the time as an argument. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
    int64_t (*now)(const struct clock *clock);
    int64_t fixed_us; /* for clock_fixed(); advance it by assigning */
};

#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR (60 * US_PER_MINUTE)

int64_t clock_now_us(const struct clock *clock);
struct clock clock_system(void);
struct clock clock_fixed(int64_t now_us);

/* Monotonic, for timeouts and measurement only; never stored. */
int64_t clock_monotonic_us(void);

#endif
