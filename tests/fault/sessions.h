/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Many sessions on one cache: processes of their own, all opening charts and finding people, some of them writing
 * (patients corrected, orders held and resumed, allergies, doses for which two race), some killed at any moment. No
 * lock error reaches a person, no update is lost, no slot has two doses, and the audit chain is whole.
 * A small one runs in `make check`, the full one in sessions_campaign. */
#ifndef FAULT_SESSIONS_H
#define FAULT_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

enum { SESSIONS_MAX = 64, SESSIONS_BUCKETS = 4096 };

struct sessions_options {
    int processes, writers; /* the first ones write */
    int deeds;              /* of each process */
    int kills;
    uint64_t seed;
};

/* How long deeds took, in tenths of a millisecond; the last bucket holds all that took longer. */
struct sessions_times {
    uint64_t buckets[SESSIONS_BUCKETS], count;
};
double sessions_time_ms(const struct sessions_times *times, double share);

struct sessions_report {
    struct sessions_times reads, writes;
    uint64_t stale;   /* refused because somebody else was first, and done again */
    uint64_t killed;
    uint64_t records; /* of the audit */
    int64_t rss_kib, pss_kib; /* of one reading session, in the middle; 0 unknown */
    char why[400];    /* "" when everything holds */
};
void sessions_run(const struct sessions_options *options, struct sessions_report *out);

#endif
