/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct store, for src/store only. */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <sqlite3.h>

#include "base/embedded.h"
#include "crypt/chain_state.h"
#include "store/sealed_open.h"
#include "store/site_gate.h"
#include "store/store.h"

struct prepared {
    const char *sql; /* identity: the literal's address */
    sqlite3_stmt *stmt;
};

/* Where the chain stands, read inside the writing transaction. */
struct audit_head {
    uint64_t seq;   /* of the last record, 0 before the first */
    uint64_t epoch; /* of the next record's MAC */
    uint8_t hash[CHAIN_HASH_BYTES];
    uint8_t last_mac[CHAIN_HASH_BYTES]; /* of the last record; the next one covers it */
};

struct store {
    struct sealed_db db;
    struct site_gate gate; /* inside while db is open */
    char *path;
    int busy_timeout_ms;
    struct secret data_key;
    uint32_t epoch;
    const struct device_key *device;
    const struct clock *clock;
    struct prepared *prepared; /* open addressing by address, a power of two */
    size_t prepared_len, prepared_cap;
    char *audit_path;
    struct hash_chain *chain;
    struct chain_state state;  /* locked inside a write */
    struct audit_head head;
    bool in_write, in_read;
    int64_t txn;               /* of this write: its rows of the outbox travel together */
    bool is_mirror;            /* writes what the centre says; see store_options */
    bool audit_is_dirty;       /* head changed in this transaction */
    int64_t last_checkpoint_us;
};

enum status store_exec(struct store *store, const char *sql, struct error *err) MUST_USE; /* constant SQL only */
void store_finalize_statements(struct store *store);

/* audit_store.c */
enum status audit_create(struct store *store, struct error *err) MUST_USE;
enum status audit_transaction_begin(struct store *store, struct error *err) MUST_USE;
enum status audit_transaction_before_commit(struct store *store, bool *out_advance, struct error *err) MUST_USE;
/* For audit_verify.c. out_seal: NULL, or the stored seal; all zero where there is none (before the first record). */
enum status audit_head_read(struct store *store, struct audit_head *out, uint8_t out_seal[CHAIN_HASH_BYTES], struct error *err) MUST_USE;
void audit_head_seal(struct store *store, const struct audit_head *head, const struct secret *key, uint8_t out[CHAIN_HASH_BYTES]);
void audit_column_hash(sqlite3_stmt *stmt, int at, uint8_t out[CHAIN_HASH_BYTES]); /* zero for NULL and for another length */
#define AUDIT_PROGRAM "prescripcare" /* user_agent of every record */

/* migrate.c */
enum status migrate(struct store *store, struct error *err) MUST_USE;
int migrate_latest(void);
const struct embedded_file *migrate_next(int after); /* the file with the next number, NULL after the last */
int migrate_number(const struct embedded_file *file); /* 0: no migration */

#endif
