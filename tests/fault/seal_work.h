/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fixed piece of work that meets a fault: the connection is closed and reopened as sealed_open.h
 * asks, the work goes on, and at the end everything is compared with the model. */
#ifndef FAULT_SEAL_WORK_H
#define FAULT_SEAL_WORK_H

#include "fault/seal_tests.h"

struct fault {
    void (*stop)(void *context); /* from now on everything works again */
    void *context;
};

struct seal_work {
    struct seal_run *run;
    struct seal_site *site;
    uint64_t seed;
    uint32_t transactions; /* to do */
    uint32_t n;            /* acknowledged */
    uint32_t failures;
    bool is_stopped;
};

/* The whole work and the judgement. False with the reason in run->why. */
bool seal_work_holds(struct seal_work *w, const struct fault *fault);

/* The site as it was when `fresh` was copied. */
void seal_work_put_back(struct seal_site *site, const char *fresh);

#endif
