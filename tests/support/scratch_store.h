/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed database of its own in a temporary folder: device key, data key, a clock that stands still until it is moved.
 * For tests of the store below the services; what a test did not expect to fail is a failure of Criterion's. */
#ifndef SUPPORT_SCRATCH_STORE_H
#define SUPPORT_SCRATCH_STORE_H

#include <sqlite3.h>

#include "store/store.h"

#define SCRATCH_START_US INT64_C(1795527000000000) /* 2026-11-24 13:30 UTC */

struct scratch_store {
    char *folder, *path, *audit_path;
    struct clock clock; /* move clock.fixed_us to let time pass */
    struct device_key device;
    struct secret key;
    struct store_options options;
    struct store *store; /* NULL while closed */
};

struct scratch_store *scratch_store_new(void); /* made, migrated, open */
struct scratch_store *scratch_store_without_file(void); /* keys and folder only */
void scratch_store_free(struct scratch_store *s);
void scratch_store_open(struct scratch_store *s);
void scratch_store_close(struct scratch_store *s);

/* The connection below the store; borrowed. */
sqlite3 *scratch_store_handle(struct scratch_store *s);
void scratch_store_exec(struct scratch_store *s, const char *sql);
int64_t scratch_store_number(struct scratch_store *s, const char *sql); /* first cell of the first row; -1: none */

#endif
