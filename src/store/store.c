/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/rekey.h"
#include "store/sealed_vfs.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { META_GET, META_SET };
static const struct statement statements[] = {
    [META_GET] = {"meta.get", "SELECT value FROM site_meta WHERE key = ?1"},
    [META_SET] = {"meta.set", "INSERT INTO site_meta (key, value) VALUES (?1, ?2) "
                              "ON CONFLICT (key) DO UPDATE SET value = excluded.value"},
};
const struct statement_list STORE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

enum { BUSY_MS = 5000 };

enum status store_exec(struct store *store, const char *sql, struct error *err)
{
    return sealed_result(&store->db, sqlite3_exec(store->db.handle, sql, NULL, NULL, NULL), err);
}

static struct store *store_new(const struct store_options *options)
{
    struct store *store = mem_alloc(sizeof *store);
    secret_init_copy(&store->data_key, options->data_key);
    store->epoch = options->epoch;
    store->device = options->device_key;
    store->chain = hash_chain_new(options->device_key->device_id);
    store->state = (struct chain_state)CHAIN_STATE_INIT;
    store->clock = options->clock;
    store->is_mirror = options->is_mirror;
    store->audit_path = mem_copy_text(options->audit_path);
    store->path = mem_copy_text(options->path);
    store->busy_timeout_ms = options->busy_timeout_ms != 0 ? options->busy_timeout_ms : BUSY_MS;
    store->gate = (struct site_gate)SITE_GATE_INIT;
    return store;
}

static enum status connect(struct store *store, const struct store_options *options, struct error *err)
{
    struct sealed_options sealed = {.path = options->path,
                                    .key = options->data_key,
                                    .epoch = options->epoch,
                                    .busy_timeout_ms = store->busy_timeout_ms};
    enum status status = site_gate_enter(&store->gate, store->path, SITE_GATE_WAIT_MS, err);
    return status == STATUS_OK ? sealed_open(&sealed, &store->db, err) : status;
}

void store_close(struct store *store)
{
    if (store == NULL) {
        return;
    }
    store_rollback(store);
    if (store->prepared != NULL) {
        store_finalize_statements(store);
    }
    mem_free(store->prepared);
    sealed_close(&store->db);
    site_gate_release(&store->gate); /* out when nothing is open any more */
    mem_free(store->path);
    hash_chain_free(store->chain);
    secret_release(&store->data_key);
    mem_free(store->audit_path);
    mem_free(store);
}

enum status store_create(const struct store_options *options, struct error *err)
{
    struct sealed_options sealed = {.path = options->path, .key = options->data_key, .epoch = options->epoch};
    struct secret first = SECRET_INIT;
    enum status status = sealed_vfs_install(NULL, err);
    if (status == STATUS_OK) {
        status = sealed_create(&sealed, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    secret_init_random(&first, SECRET_KEY_BYTES);
    status = chain_state_create(options->audit_path, options->device_key, &first, err);
    secret_release(&first);
    struct store *store = store_new(options);
    if (status == STATUS_OK) {
        status = connect(store, options, err);
    }
    if (status == STATUS_OK) {
        status = migrate(store, err);
    }
    store_close(store);
    return status;
}

enum status store_open(const struct store_options *options, struct store **out, struct error *err)
{
    enum status status = sealed_vfs_install(NULL, err);
    if (status != STATUS_OK) {
        return status;
    }
    struct store *store = store_new(options);
    status = connect(store, options, err);
    if (status == STATUS_OK) {
        store_rekey_tidy(store);
        status = migrate(store, err);
    }
    if (status != STATUS_OK) {
        store_close(store);
        return status;
    }
    *out = store;
    return STATUS_OK;
}

/* --- transactions -------------------------------------------------------------------------------------------------- */

enum status store_begin(struct store *store, struct error *err)
{
    enum status status = STATUS_OK;
    if (!store->in_read && (site_gate_is_asked(&store->gate) || !store->gate.is_inside)) {
        status = store_step_aside(store, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = chain_state_lock(store->audit_path, store->device, &store->state, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (store->db.is_spoilt) {
        store_finalize_statements(store);
        status = sealed_reopen(&store->db, err);
    }
    if (status == STATUS_OK && store->is_mirror) {
        status = store_exec(store, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON", err);
    }
    if (status == STATUS_OK) {
        status = store_exec(store, "BEGIN IMMEDIATE", err);
    }
    store->in_write = status == STATUS_OK;
    if (status == STATUS_OK) {
        status = audit_transaction_begin(store, err);
        store->txn = (int64_t)store->head.seq + 1;
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        chain_state_unlock(&store->state);
    }
    return status;
}

void store_let_go(struct store *store)
{
    (void)sqlite3_db_release_memory(store->db.handle); /* what is not pinned */
    mem_trim();
}

enum status store_commit(struct store *store, struct error *err)
{
    bool advance = false;
    enum status status = audit_transaction_before_commit(store, &advance, err);
    if (status == STATUS_OK) {
        status = store_exec(store, "COMMIT", err);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    store->in_write = false;
    if (advance) {
        /* The data are safe; a key that could not move on is moved at the next begin. */
        if (chain_state_advance(&store->state, store->device, NULL) != STATUS_OK) {
            log_write(LOG_WARNING, "audit key not advanced, epoch %llu", (unsigned long long)store->head.epoch);
        }
    }
    chain_state_unlock(&store->state);
    return STATUS_OK;
}

void store_rollback(struct store *store)
{
    if (!store->in_write && !store->in_read) {
        return;
    }
    if (store->db.handle != NULL && sqlite3_get_autocommit(store->db.handle) == 0) {
        (void)sqlite3_exec(store->db.handle, "ROLLBACK", NULL, NULL, NULL); /* SQLite may have rolled back itself */
    }
    if (store->in_write) {
        chain_state_unlock(&store->state);
    }
    store->in_write = false;
    store->in_read = false;
}

enum status store_read_begin(struct store *store, struct error *err)
{
    if (store->in_write || store->in_read) {
        return STATUS_OK;
    }
    enum status status = store_exec(store, "BEGIN", err);
    store->in_read = status == STATUS_OK;
    return status;
}

void store_read_end(struct store *store)
{
    if (store->in_read && !store->in_write) {
        store_rollback(store);
    }
}

/* --- facts --------------------------------------------------------------------------------------------------------- */

int64_t store_data_version(struct store *store)
{
    static const struct statement data_version = {"store.data_version", "PRAGMA data_version"};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    int64_t version = -1;
    /* Each session looks here several times a second: the moment to let go of a file that is about to be replaced. */
    if (!store->in_write && !store->in_read && (site_gate_is_asked(&store->gate) || !store->gate.is_inside) &&
        store_step_aside(store, NULL) != STATUS_OK) {
        return version;
    }
    if (statement_use(store, &data_version, &stmt, NULL) == STATUS_OK &&
        statement_step(store, stmt, &row, NULL) == STATUS_OK && row) {
        version = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return version;
}

uint32_t store_epoch(const struct store *store)
{
    return store->epoch;
}

int store_schema_version(struct store *store)
{
    static const struct statement user_version = {"store.user_version", "PRAGMA user_version"};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    int version = -1;
    if (statement_use(store, &user_version, &stmt, NULL) == STATUS_OK &&
        statement_step(store, stmt, &row, NULL) == STATUS_OK && row) {
        version = (int)column_int(stmt, 0);
        statement_reset(stmt);
    }
    return version;
}

const struct clock *store_clock(const struct store *store)
{
    return store->clock;
}

struct uid store_device(const struct store *store)
{
    return store->device->device_id;
}

/* --- the log after an erasure ---------------------------------------------------------------------------------------- */

#define META_LOG_MARK "store.erased_in_log" /* a number, another one with each erasure; absent or "0": nothing to do */

static enum status log_mark_get(struct store *store, long long *out, struct error *err)
{
    char *text = NULL;
    enum status status = store_meta_get(store, META_LOG_MARK, &text, err);
    *out = status == STATUS_OK && text != NULL ? strtoll(text, NULL, 10) : 0;
    mem_free(text);
    return status;
}

static enum status log_mark_set(struct store *store, long long value, struct error *err)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%lld", value); /* fits */
    return store_meta_set(store, META_LOG_MARK, text, err);
}

enum status store_log_mark(struct store *store, struct error *err)
{
    long long mark = 0;
    enum status status = log_mark_get(store, &mark, err);
    if (status == STATUS_OK && mark == 0) { /* one that was settled must not come again: somebody may be about to clear it */
        mark = clock_now_us(store->clock);
    }
    return status == STATUS_OK ? log_mark_set(store, mark + 1, err) : status;
}

/* *out_whole false: somebody reads or writes. */
static enum status truncate_log(struct store *store, bool *out_whole, struct error *err)
{
    static const struct statement checkpoint = {"store.checkpoint", "PRAGMA wal_checkpoint(TRUNCATE)"};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &checkpoint, &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    *out_whole = status == STATUS_OK && row && column_int(stmt, 0) == 0; /* "busy" */
    if (status == STATUS_OK) {
        statement_reset(stmt);
    }
    return status;
}

/* First what holds up nobody; then little is left for which writers would have to wait. */
static enum status checkpoint_at_once(struct store *store, bool *out_whole, struct error *err)
{
    *out_whole = false;
    (void)sqlite3_busy_timeout(store->db.handle, 0); /* an open handle takes it */
    enum status status = store_exec(store, "PRAGMA wal_checkpoint(PASSIVE)", err);
    if (status == STATUS_OK) {
        status = truncate_log(store, out_whole, err);
    }
    (void)sqlite3_busy_timeout(store->db.handle, store->db.busy_timeout_ms); /* as above */
    return status;
}

enum status store_log_settle(struct store *store, bool *out_whole, struct error *err)
{
    long long mark = 0, now = 0;
    enum status status = log_mark_get(store, &mark, err);
    *out_whole = status == STATUS_OK && mark == 0;
    if (status != STATUS_OK || mark == 0) {
        return status;
    }
    status = checkpoint_at_once(store, out_whole, err);
    if (status != STATUS_OK || !*out_whole) {
        return status;
    }
    status = store_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = log_mark_get(store, &now, err);
    if (status == STATUS_OK && now == mark) { /* nobody was erased in between */
        status = log_mark_set(store, 0, err);
    }
    if (status != STATUS_OK) {
        store_rollback(store);
        return status;
    }
    return store_commit(store, err);
}

enum status store_check(struct store *store, struct error *err)
{
    static const struct statement check = {"store.check", "PRAGMA integrity_check"};
    uint32_t pages = 0, bad = 0;
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = store_exec(store, "PRAGMA wal_checkpoint(TRUNCATE)", err);
    if (status == STATUS_OK) {
        status = sealed_vfs_verify(store->db.path, &pages, &bad, err);
    }
    if (status == STATUS_OK) {
        status = statement_use(store, &check, &stmt, err);
    }
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        bool good = strcmp((const char *)sqlite3_column_text(stmt, 0), "ok") == 0;
        statement_reset(stmt);
        if (!good) {
            status = error_set(err, STATUS_DAMAGED, _("The site's database is damaged. Restore it from a backup."));
        }
    }
    return status;
}

enum status store_meta_get(struct store *store, const char *key, char **out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[META_GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, key);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK) {
        *out = row ? column_text(stmt, 0) : NULL;
        statement_reset(stmt);
    }
    return status;
}

enum status store_meta_set(struct store *store, const char *key, const char *value, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[META_SET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, key);
    bind_text(stmt, 2, value);
    return statement_run(store, stmt, err);
}

const struct secret *store_data_key(const struct store *store)
{
    return &store->data_key;
}
