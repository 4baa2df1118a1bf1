/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the fault campaigns of the exchange share: two terminals of a site, what they exchange each time, and what has to hold
 * afterwards. */
#ifndef SYNC_STAGE_H
#define SYNC_STAGE_H

#include "support/proxy.h"
#include "support/terminal.h"

struct stage {
    struct centre *centre;
    struct proxy *proxy;
    struct terminal *near, *far; /* near reaches the centre through the proxy */
    int round;
};

void stage_init(struct stage *s);
void stage_release(struct stage *s);

/* A new patient with an allergy and an order, a change, every second time one that the centre cannot take, and something to
 * fetch. */
void stage_prepare(struct stage *s);
/* Both ends agree: every acknowledged change is in the ledger exactly once, nothing waits, both hold the same rows. Says on
 * stderr what does not hold; returns how much. Near exchanges what is left before. */
long stage_settle(struct stage *s, const char *where);

#endif
