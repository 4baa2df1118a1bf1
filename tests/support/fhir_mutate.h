/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damages FHIR text at random and reads it: whatever the damage, the account adds up, what is
 * handed over is clean, and a refusal says where. For the quick sample and for the long campaign. */
#ifndef SUPPORT_FHIR_MUTATE_H
#define SUPPORT_FHIR_MUTATE_H

#include <stddef.h>

#include "support/random.h"

/* A bundle with every kind of resource and element that the reader knows. Static storage. */
const char *fhir_mutate_sample(void);

struct fhir_mutate_result {
    uint64_t turns, refused, charts;
    uint64_t broken;   /* turns that broke a rule */
    char why[300];     /* the first of them */
};
/* `turns` damaged copies of text. */
void fhir_mutate_run(const char *text, size_t len, struct random *r, uint64_t turns,
                     struct fhir_mutate_result *out);

#endif
