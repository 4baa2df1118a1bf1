/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An audit log that somebody who can write the database tampers with: rows and checkpoints edited, deleted, inserted,
 * swapped, spliced, cut off, with and without mending hashes and head behind it. The one who does it has the data key and
 * not the device's keys. audit_verify() has to find every one. A sample runs in `make check`, all of them in
 * audit_campaign. */
#ifndef FAULT_AUDIT_MUTANTS_H
#define FAULT_AUDIT_MUTANTS_H

#include <stdbool.h>

#include "support/random.h"
#include "support/scratch_store.h"

/* A log of so many records in transactions of 1 to 9, with its checkpoints; the tail behind the last one is not empty. */
void audit_log_fill(struct scratch_store *s, int records);

struct audit_mutant {
    const char *name;
    void (*apply)(struct scratch_store *s, struct random *r); /* inside a transaction that is rolled back */
};
extern const struct audit_mutant AUDIT_MUTANTS[];
extern const int AUDIT_MUTANTS_COUNT;

/* Applies it, verifies, takes it back. True: it was found. */
bool audit_mutant_is_found(struct scratch_store *s, const struct audit_mutant *mutant, struct random *r);

#endif
