/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every call of this process that changes a file or syncs one, counted; the n-th one is the last thing that the process
 * ever does. Stands in for the C library's calls in the program that it is linked into, SQLite's among them; pipes and
 * the standard streams are left alone. */
#ifndef FAULT_COUNTED_CALLS_H
#define FAULT_COUNTED_CALLS_H

#include <stdbool.h>
#include <stdint.h>

/* From now on; the process dies by SIGKILL at the n-th call (from 1), before it is made or, when is_torn, with half of the
 * bytes written. 0: it only counts. */
void counted_calls_arm(uint64_t n, bool is_torn);
/* Instead of dying: the n-th call fails with this errno, is_sticky: and every one after it; a write that fails has written its first
 * half. n 0: no more faults. */
void counted_calls_fail(uint64_t n, int error, bool is_sticky);
/* Instead: at the n-th call the power goes. What was written or cut off since a file's last sync survives sector by sector (512 bytes)
 * as it will, by that seed; then the process dies. Names in folders are taken as kept. */
void counted_calls_lose_power(uint64_t n, uint64_t seed);
uint64_t counted_calls(void); /* since arm() or fail() */

#endif
