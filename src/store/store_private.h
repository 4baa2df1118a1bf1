/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct store, for src/store only. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "crypt/hash_chain.h"
#include "store/sealed_open.h"
#include "store/store.h"

struct prepared {
    const char *sql; /* identity: the literal's address */
    sqlite3_stmt *stmt;
};

struct store {
    struct sealed_db db;
    struct secret data_key, device_key;
    struct uid device;
    const struct clock *clock;
    struct prepared *prepared; /* open addressing by address, a power of two */
    size_t prepared_len, prepared_cap;
    char *audit_path;
    int lock_fd;               /* of audit_path, held inside a transaction */
    bool in_write, in_read;
    bool audit_is_dirty;       /* head changed in this transaction */
    struct chain_head head;    /* valid inside a transaction */
    struct secret epoch_key;
    uint32_t epoch_key_epoch;
    int64_t last_checkpoint_us;
};

enum status store_exec(struct store *store, const char *sql, struct error *err) MUST_USE; /* constant SQL only */
void store_finalize_statements(struct store *store);

/* audit_store.c */
enum status audit_transaction_begin(struct store *store, struct error *err) MUST_USE;
enum status audit_transaction_before_commit(struct store *store, bool *out_evolve, struct error *err) MUST_USE;
enum status audit_transaction_evolve(struct store *store, struct error *err) MUST_USE;
enum status audit_create(struct store *store, struct error *err) MUST_USE;

/* audit_key_file.c: the epoch key's two-slot file */
enum status audit_key_create(const char *path, const struct secret *device_key, const struct secret *key, struct error *err)
    MUST_USE;
enum status audit_key_read(int fd, const struct secret *device_key, struct secret *out_key, uint32_t *out_epoch,
                           struct error *err) MUST_USE;
enum status audit_key_write(int fd, const struct secret *device_key, const struct secret *key, uint32_t epoch,
                            struct error *err) MUST_USE;

/* migrate.c */
enum status migrate(struct store *store, struct error *err) MUST_USE;
int migrate_latest(void);

#endif
