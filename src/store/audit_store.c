/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit_store.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/record_seal.h"
#include "store/statement.h"
#include "store/store_private.h"

#define CHECKPOINT_AFTER_US (5 * US_PER_MINUTE)

enum { HEAD_GET, HEAD_SET, HEAD_START, ADD, SUBJECT_GET, SUBJECT_ADD, CHECKPOINT_ADD };
static const struct statement statements[] = {
    [HEAD_GET] = {"audit.head_get", "SELECT seq, hash, epoch, last_mac, seal FROM audit_head WHERE one = 1"},
    [HEAD_SET] = {"audit.head_set", "UPDATE audit_head SET seq = ?1, hash = ?2, epoch = ?3, last_mac = ?4, seal = ?5 "
                                   "WHERE one = 1"},
    [HEAD_START] = {"audit.head_start", "INSERT INTO audit_head (one, device_id, seq, hash, epoch) VALUES (1, ?1, 0, ?2, 0)"},
    [ADD] = {"audit.add",
             "INSERT INTO audit_logs (log_id, user_id, action_type, table_name, record_id, old_values, new_values, "
             "performed_at, ip_address, user_agent, risk_level, device_id, seq, epoch, subject_pseudonym, record, hash, mac) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"},
    [SUBJECT_GET] = {"audit.subject_get", "SELECT pseudonym, seal_key FROM subject_keys WHERE user_id = ?1"},
    [SUBJECT_ADD] = {"audit.subject_add",
                     "INSERT INTO subject_keys (user_id, pseudonym, seal_key, created_at) VALUES (?1, ?2, ?3, ?4)"},
    [CHECKPOINT_ADD] = {"audit.checkpoint_add",
                        "INSERT INTO audit_checkpoints (device_id, seq, epoch, note, created_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5)"},
};
const struct statement_list AUDIT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

/* --- transaction hooks, called by store.c -------------------------------------------------------------------------- */

enum status audit_create(struct store *store, struct error *err)
{
    static const uint8_t zero[CHAIN_HASH_BYTES];
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HEAD_START], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, store_device(store));
        bind_bytes(stmt, 2, zero, sizeof zero);
        status = statement_run(store, stmt, err);
    }
    return status;
}

void audit_column_hash(sqlite3_stmt *stmt, int at, uint8_t out[CHAIN_HASH_BYTES])
{
    memset(out, 0, CHAIN_HASH_BYTES);
    if (sqlite3_column_bytes(stmt, at) == CHAIN_HASH_BYTES) {
        memcpy(out, sqlite3_column_blob(stmt, at), CHAIN_HASH_BYTES);
    }
}

/* The head as a record of its own, under the key of the epoch that the next record belongs to. */
void audit_head_seal(struct store *store, const struct audit_head *head, const struct secret *key,
                     uint8_t out[CHAIN_HASH_BYTES])
{
    struct buffer record = BUFFER_INIT;
    uint8_t hash[CHAIN_HASH_BYTES];
    chain_put_text(&record, "prescripcare.audit.head.1");
    chain_put_int(&record, (int64_t)head->epoch);
    chain_put_bytes(&record, head->last_mac, CHAIN_HASH_BYTES);
    hash_chain_link(store->chain, head->seq, head->hash, record.bytes, record.len, hash);
    chain_mac(key, hash, out);
    buffer_release(&record);
}

enum status audit_head_read(struct store *store, struct audit_head *out, uint8_t out_seal[CHAIN_HASH_BYTES], struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[HEAD_GET], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!row || sqlite3_column_bytes(stmt, 1) != CHAIN_HASH_BYTES) {
        statement_reset(stmt);
        return error_set(err, STATUS_DAMAGED, _("The audit chain of this site has no head. Restore from a backup."));
    }
    out->seq = (uint64_t)column_int(stmt, 0);
    memcpy(out->hash, sqlite3_column_blob(stmt, 1), CHAIN_HASH_BYTES);
    out->epoch = (uint64_t)column_int(stmt, 2);
    audit_column_hash(stmt, 3, out->last_mac);
    if (out_seal != NULL) {
        audit_column_hash(stmt, 4, out_seal);
    }
    statement_reset(stmt);
    return STATUS_OK;
}

enum status audit_transaction_begin(struct store *store, struct error *err)
{
    store->audit_is_dirty = false;
    enum status status = audit_head_read(store, &store->head, NULL, err);
    /* A crash between commit and advance left the key one epoch behind the head: it moves on now. */
    return status == STATUS_OK ? chain_state_align(&store->state, store->device, store->head.epoch, err) : status;
}

static enum status head_write(struct store *store, bool is_new_epoch, struct error *err)
{
    struct audit_head head = store->head;
    struct secret key = SECRET_INIT;
    uint8_t seal[CHAIN_HASH_BYTES];
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HEAD_SET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    secret_init_copy(&key, &store->state.key);
    if (is_new_epoch) {
        head.epoch++;
        chain_evolve(&key);
    }
    audit_head_seal(store, &head, &key, seal);
    secret_release(&key);
    bind_int(stmt, 1, (int64_t)head.seq);
    bind_bytes(stmt, 2, head.hash, CHAIN_HASH_BYTES);
    bind_int(stmt, 3, (int64_t)head.epoch);
    bind_bytes(stmt, 4, head.last_mac, CHAIN_HASH_BYTES);
    bind_bytes(stmt, 5, seal, CHAIN_HASH_BYTES);
    return statement_run(store, stmt, err);
}

static enum status checkpoint_add(struct store *store, struct error *err)
{
    struct checkpoint checkpoint = {
        .device_id = store_device(store),
        .seq = store->head.seq,
        .epoch = store->head.epoch,
        .time_us = clock_now_us(store->clock),
        .clock = CHAIN_CLOCK_UNKNOWN,
    };
    memcpy(checkpoint.hash, store->head.hash, CHAIN_HASH_BYTES);
    char *note = checkpoint_sign(&checkpoint, &store->device->signing);
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[CHECKPOINT_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, checkpoint.device_id);
        bind_int(stmt, 2, (int64_t)checkpoint.seq);
        bind_int(stmt, 3, (int64_t)checkpoint.epoch);
        bind_text(stmt, 4, note);
        bind_int(stmt, 5, checkpoint.time_us);
        status = statement_run(store, stmt, err);
    }
    mem_free(note);
    if (status == STATUS_OK) {
        store->last_checkpoint_us = checkpoint.time_us;
    }
    return status;
}

void audit_request_checkpoint(struct store *store)
{
    store->last_checkpoint_us = INT64_MIN / 2;
}

enum status audit_transaction_before_commit(struct store *store, bool *out_advance, struct error *err)
{
    *out_advance = false;
    if (!store->audit_is_dirty) {
        return STATUS_OK;
    }
    if (store->head.seq % CHAIN_CHECKPOINT_EVERY == 0 ||
        clock_now_us(store->clock) - store->last_checkpoint_us > CHECKPOINT_AFTER_US) {
        enum status status = checkpoint_add(store, err);
        if (status != STATUS_OK) {
            return status;
        }
        *out_advance = true;
    }
    return head_write(store, *out_advance, err);
}

/* --- appending ----------------------------------------------------------------------------------------------------- */

/* The subject's pseudonym and key; made at first use. */
static enum status subject_get(struct store *store, struct uid subject, struct uid *out_pseudonym, struct secret *out_key,
                               struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SUBJECT_GET], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, subject);
        status = statement_step(store, stmt, &row, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (row) {
        *out_pseudonym = column_id(stmt, 0);
        secret_init(out_key, sqlite3_column_blob(stmt, 1), SECRET_KEY_BYTES);
        statement_reset(stmt);
        return STATUS_OK;
    }
    struct secret name = SECRET_INIT;
    secret_init_random(out_key, SECRET_KEY_BYTES);
    secret_init_random(&name, sizeof out_pseudonym->bytes);
    memcpy(out_pseudonym->bytes, secret_open(&name), sizeof out_pseudonym->bytes);
    secret_close(&name);
    secret_release(&name);
    status = statement_use(store, &statements[SUBJECT_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, subject);
        bind_id(stmt, 2, *out_pseudonym);
        bind_bytes(stmt, 3, secret_open(out_key), SECRET_KEY_BYTES);
        secret_close(out_key);
        bind_int(stmt, 4, clock_now_us(store->clock));
        status = statement_run(store, stmt, err);
    }
    if (status != STATUS_OK) {
        secret_release(out_key);
    }
    return status;
}

enum status audit_pseudonym(struct store *store, struct uid subject, struct uid *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SUBJECT_GET], &stmt, err);
    *out = UID_NONE;
    if (status == STATUS_OK) {
        bind_id(stmt, 1, subject);
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        *out = column_id(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}

/* {"sealed":"..."}, bound to its column and row; NULL stays NULL. The caller frees. */
static enum status seal_details(const struct secret *key, const char *column, struct uid log_id, const char *json, char **out,
                                struct error *err)
{
    char id[UID_TEXT_MAX], *text = NULL;
    *out = NULL;
    if (json == NULL) {
        return STATUS_OK;
    }
    char *place = mem_format("audit_logs|%s|%s", column, uid_format(log_id, id));
    enum status status = record_seal_close(key, place, json, strlen(json), &text, err);
    if (status == STATUS_OK) {
        *out = mem_format("{\"sealed\":\"%s\"}", text);
    }
    mem_free(place);
    mem_free(text);
    return status;
}

/* What is stored of an entry, ready to be hashed. */
struct sealed_entry {
    struct uid log_id, record, pseudonym;
    int64_t at_us;
    char *old_values, *new_values;
};

/* Everything that a row shows is covered; the details only as they are stored, sealed. row_matches() reads it back. */
static void canonical(struct buffer *b, const struct audit_entry *entry, const struct sealed_entry *sealed,
                      const uint8_t last_mac[CHAIN_HASH_BYTES])
{
    chain_put_uid(b, sealed->log_id);
    chain_put_int(b, sealed->at_us);
    chain_put_uid(b, entry->actor);
    chain_put_text(b, entry->action);
    chain_put_text(b, entry->table);
    chain_put_uid(b, sealed->record);
    chain_put_uid(b, sealed->pseudonym);
    chain_put_text(b, sealed->old_values);
    chain_put_text(b, sealed->new_values);
    chain_put_text(b, enum_word(ENUM_RISK_LEVEL, (int)entry->risk));
    chain_put_text(b, entry->address);
    chain_put_text(b, entry->role);
    chain_put_text(b, entry->session);
    chain_put_text(b, entry->outcome);
    chain_put_text(b, entry->details);
    chain_put_bytes(b, last_mac, CHAIN_HASH_BYTES);
}

static enum status row_add(struct store *store, const struct audit_entry *entry, const struct sealed_entry *sealed,
                           const struct buffer *record, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[ADD], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    chain_mac(&store->state.key, store->head.hash, store->head.last_mac);
    bind_id(stmt, 1, sealed->log_id);
    bind_id(stmt, 2, entry->actor);
    bind_text(stmt, 3, entry->action);
    bind_text(stmt, 4, entry->table);
    bind_id(stmt, 5, sealed->record);
    bind_text(stmt, 6, sealed->old_values);
    bind_text(stmt, 7, sealed->new_values);
    bind_int(stmt, 8, sealed->at_us);
    bind_text(stmt, 9, entry->address);
    bind_text(stmt, 10, AUDIT_PROGRAM);
    bind_text(stmt, 11, enum_word(ENUM_RISK_LEVEL, (int)entry->risk));
    bind_id(stmt, 12, store_device(store));
    bind_int(stmt, 13, (int64_t)store->head.seq);
    bind_int(stmt, 14, (int64_t)store->head.epoch);
    bind_id(stmt, 15, sealed->pseudonym);
    bind_bytes(stmt, 16, record->bytes, (int)record->len);
    bind_bytes(stmt, 17, store->head.hash, CHAIN_HASH_BYTES);
    bind_bytes(stmt, 18, store->head.last_mac, CHAIN_HASH_BYTES);
    return statement_run(store, stmt, err);
}

/* Replaces the subject by a pseudonym and seals the details under the subject's key. */
static enum status entry_seal(struct store *store, const struct audit_entry *entry, struct sealed_entry *out,
                              struct error *err)
{
    struct secret key = SECRET_INIT;
    out->log_id = uid_new(store->clock);
    out->at_us = uid_time_us(out->log_id); /* recorded_at equals the id's millisecond (decisions.md 4) */
    out->record = entry->record;
    out->pseudonym = UID_NONE;
    if (uid_is_none(entry->subject)) {
        out->old_values = mem_copy_text(entry->old_values);
        out->new_values = mem_copy_text(entry->new_values);
        return STATUS_OK;
    }
    enum status status = subject_get(store, entry->subject, &out->pseudonym, &key, err);
    if (status != STATUS_OK) {
        return status;
    }
    if (uid_compare(out->record, entry->subject) == 0) {
        out->record = out->pseudonym;
    }
    status = seal_details(&key, "old_values", out->log_id, entry->old_values, &out->old_values, err);
    if (status == STATUS_OK) {
        status = seal_details(&key, "new_values", out->log_id, entry->new_values, &out->new_values, err);
    }
    secret_release(&key);
    return status;
}

enum status audit_append(struct store *store, const struct audit_entry *entry, struct error *err)
{
    struct sealed_entry sealed = {0};
    struct buffer record = BUFFER_INIT;
    enum status status = entry_seal(store, entry, &sealed, err);
    if (status == STATUS_OK) {
        canonical(&record, entry, &sealed, store->head.last_mac);
        hash_chain_link(store->chain, store->head.seq + 1, store->head.hash, record.bytes, record.len, store->head.hash);
        store->head.seq++;
        store->audit_is_dirty = true;
        status = row_add(store, entry, &sealed, &record, err);
    }
    buffer_release(&record);
    mem_free(sealed.old_values);
    mem_free(sealed.new_values);
    return status;
}
