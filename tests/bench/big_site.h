/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site with very many patients, for benchmarks: made once in a folder that stays ($TMPDIR/prescripcare-bench-N), written
 * straight into the tables, because the write path is not what is measured on it. Failures end the program. */
#ifndef BENCH_BIG_SITE_H
#define BENCH_BIG_SITE_H

#include "service/site.h"

struct big_site {
    char *folder, *site_folder, *device_key_path;
    struct clock clock;
    int patients;
};

#define BIG_SITE_LOGIN "admin"
#define BIG_SITE_PASSWORD "harbor-lantern-meadow"

/* Makes it where it is not there yet; says how long that took and how big it is. */
void big_site_init(struct big_site *b, int patients);
void big_site_release(struct big_site *b);
struct actor *big_site_enter(struct big_site *b); /* signed in; site_close(actor->site) after signing out */

/* The n-th patient's names; the same each time. */
void big_site_name(int n, char last[64], char first[64]);

/* Measuring: times are kept and given as median, 99th percentile and worst. */
struct timings {
    int64_t *items;
    int len, cap;
};
int64_t cpu_now_us(void); /* of this process: what a busy machine does not add to */
void timings_add(struct timings *t, int64_t us);
int64_t timings_at(struct timings *t, double share); /* 0.5: the median; sorts */
void timings_release(struct timings *t);

#endif
