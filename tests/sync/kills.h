/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The real program is killed (SIGKILL) at a random moment of an exchange, and sometimes the centre crashes under it;
 * whatever happened, both ends agree afterwards and nothing that was saved is missing. */
#ifndef SYNC_KILLS_H
#define SYNC_KILLS_H

#include "support/random.h"

struct kills_result {
    long kills, crashes, written;
};

/* Returns the number of disagreements; says each on stderr. */
long kills_run(struct random *random, long kills, struct kills_result *out);

#endif
