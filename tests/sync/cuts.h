/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The line is cut at a byte of an exchange, again and again; whatever was cut, both ends agree afterwards. */
#ifndef SYNC_CUTS_H
#define SYNC_CUTS_H

#include "support/random.h"

struct cuts_result {
    long cuts;     /* tried */
    long broken;   /* of them that ended in an error, as they should */
    long bytes[2]; /* of one whole exchange, to the centre and back */
};

/* `every` byte (1: each) when it is positive; else `count` places drawn at random. Says on stderr what the ends disagree
 * about; returns how often. */
long cuts_run(struct random *random, long count, long every, struct cuts_result *out);

#endif
