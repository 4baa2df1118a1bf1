/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, notes and drafts that are markers, planted into a site by its own services; and the search of every byte that the
 * running, the killed and the closed program leaves anywhere (security.md S1). */
#ifndef PTY_MARKERS_H
#define PTY_MARKERS_H

#include "support/random.h"

struct marker_scan {
    int planted;
    int files;          /* searched, in all three states together */
    long long bytes;
    int found;
    char where[600];    /* the first of them, a line each */
};

/* planted: at least so many. */
void markers_run(int planted, struct random *r, struct marker_scan *out);

#endif
