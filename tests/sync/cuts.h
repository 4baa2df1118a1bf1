/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line is cut in an exchange, again and again; whatever was cut, both ends agree afterwards. */
#ifndef SYNC_CUTS_H
#define SYNC_CUTS_H

#include "support/random.h"

struct cuts_result {
    long cuts;       /* tried */
    long broken;     /* of them that ended in an error, as they should */
    long bytes[2];   /* of one whole exchange, to the centre and back */
    long records[2]; /* of TLS in it */
};

/* These say on stderr what the ends disagree about, and return how often. */
long cuts_run(struct random *random, long count, struct cuts_result *out); /* at `count` bytes of each direction, drawn at random */
long cuts_run_bytes(long every, struct cuts_result *out);                  /* after every byte (1), every second (2) ... */
long cuts_run_records(struct cuts_result *out);                            /* at every place of every record (support/proxy.h) */

#endif
