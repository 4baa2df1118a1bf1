/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A site's database, open for one process. Everything is written through one path: store_begin() takes the writer's
 * place (audit lock, then BEGIN IMMEDIATE), rows are changed through change.h, the audit record is appended through
 * audit_store.h, store_commit() makes all of it durable together or nothing. Reads need no transaction unless several
 * have to agree. Strings inside are owned by the store; a struct store is used by one thread. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/uid.h"
#include "crypt/device_key.h"

struct store;

struct store_options {
    const char *path;              /* site.db */
    const char *audit_path;        /* the audit key's two-slot file; also the writer's lock */
    const struct secret *data_key; /* copied */
    const struct device_key *device_key; /* borrowed for the store's life: seals the audit key, signs checkpoints */
    uint32_t epoch;                /* of the data key */
    const struct clock *clock;     /* borrowed for the store's life */
    int busy_timeout_ms;           /* 0: 5 s */
    bool is_mirror;                /* the sync agent's: rows from the centre may refer to rows outside this site's scope and
                                    * hold newer words (decisions.md 5), so references and CHECKs are not enforced */
};

/* Makes the file, runs every migration, starts the audit chain. STATUS_EXISTS leaves what is there alone. */
enum status store_create(const struct store_options *options, struct error *err) MUST_USE;

/* Opens and, when the schema is older, migrates after taking a sealed copy beside it. STATUS_NEWER, STATUS_DAMAGED,
 * STATUS_BAD_SECRET leave the file untouched. */
enum status store_open(const struct store_options *options, struct store **out, struct error *err) MUST_USE;
void store_close(struct store *store);

enum status store_begin(struct store *store, struct error *err) MUST_USE;
enum status store_commit(struct store *store, struct error *err) MUST_USE; /* rolls back when it fails */
void store_rollback(struct store *store); /* harmless without a transaction */
void store_let_go(struct store *store); /* gives the memory back that a great transaction took */
/* Somebody was erased: until the log was written back and emptied their rows are in it. _mark: in the transaction that erases. _settle empties the
 * log if that is marked and waits for nobody, neither who reads nor who writes: *out_whole false, and the mark stays for the next
 * try. Not inside store_begin(). */
enum status store_log_mark(struct store *store, struct error *err) MUST_USE;
enum status store_log_settle(struct store *store, bool *out_whole, struct error *err) MUST_USE;

/* A consistent view over several reads. Nests inside store_begin(). */
enum status store_read_begin(struct store *store, struct error *err) MUST_USE;
void store_read_end(struct store *store);

/* Changes whenever another process committed; costs one page-cache look. */
int64_t store_data_version(struct store *store);

const struct secret *store_data_key(const struct store *store); /* for a new key slot; borrowed */
uint32_t store_epoch(const struct store *store); /* of that key; another one after a rekeying */
const struct clock *store_clock(const struct store *store);
struct uid store_device(const struct store *store);
int store_schema_version(struct store *store);
enum status store_check(struct store *store, struct error *err) MUST_USE; /* integrity of pages, b-trees, keys */

/* Small facts: site_meta. Caller frees *out; NULL when absent. */
enum status store_meta_get(struct store *store, const char *key, char **out, struct error *err) MUST_USE;
enum status store_meta_set(struct store *store, const char *key, const char *value, struct error *err) MUST_USE;

#endif
