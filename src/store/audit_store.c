/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit_store.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/chain_walk.h"
#include "crypt/record_seal.h"
#include "store/statement.h"
#include "store/store_private.h"

#define PROGRAM "prescripcare" /* user_agent of every record */
#define CHECKPOINT_AFTER_US (5 * US_PER_MINUTE)

enum { HEAD_GET, HEAD_SET, HEAD_START, ADD, SUBJECT_GET, SUBJECT_ADD, CHECKPOINT_ADD, WALK, CHECKPOINTS, NEWEST_NOTE };
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
    [WALK] = {"audit.walk", "SELECT seq, record, hash, epoch, log_id, performed_at, user_id, action_type, table_name, "
                            "record_id, subject_pseudonym, old_values, new_values, risk_level, ip_address, mac, user_agent "
                            "FROM audit_logs WHERE device_id = ?1 ORDER BY seq"},
    [CHECKPOINTS] = {"audit.checkpoints", "SELECT seq, note FROM audit_checkpoints WHERE device_id = ?1 "
                                          "ORDER BY seq"},
    [NEWEST_NOTE] = {"audit.newest_note", "SELECT note FROM audit_checkpoints WHERE device_id = ?1 ORDER BY seq DESC LIMIT 1"},
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

/* All zero for NULL and for what has another length. */
static void column_hash(sqlite3_stmt *stmt, int at, uint8_t out[CHAIN_HASH_BYTES])
{
    memset(out, 0, CHAIN_HASH_BYTES);
    if (sqlite3_column_bytes(stmt, at) == CHAIN_HASH_BYTES) {
        memcpy(out, sqlite3_column_blob(stmt, at), CHAIN_HASH_BYTES);
    }
}

/* The head as a record of its own, under the key of the epoch that the next record belongs to. */
static void head_seal(struct store *store, const struct audit_head *head, const struct secret *key,
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

/* out_seal: NULL, or the stored seal; all zero where there is none (before the first record). */
static enum status head_read(struct store *store, struct audit_head *out, uint8_t out_seal[CHAIN_HASH_BYTES],
                             struct error *err)
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
    column_hash(stmt, 3, out->last_mac);
    if (out_seal != NULL) {
        column_hash(stmt, 4, out_seal);
    }
    statement_reset(stmt);
    return STATUS_OK;
}

enum status audit_transaction_begin(struct store *store, struct error *err)
{
    store->audit_is_dirty = false;
    enum status status = head_read(store, &store->head, NULL, err);
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
    head_seal(store, &head, &key, seal);
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
    bind_text(stmt, 10, PROGRAM);
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

/* --- verifying ----------------------------------------------------------------------------------------------------- */

static enum status bad(struct audit_report *out, uint64_t seq, const char *what, struct error *err)
{
    out->first_bad_seq = seq;
    size_t len = strlen(what) < sizeof out->what - 1 ? strlen(what) : sizeof out->what - 1;
    memcpy(out->what, what, len);
    out->what[len] = '\0';
    return error_set(err, STATUS_DAMAGED, _("The audit chain is broken at record %llu: %s."), (unsigned long long)seq, what);
}

static const char *fault_words(enum chain_fault fault)
{
    switch (fault) {
    case CHAIN_SOUND:
        break;
    case CHAIN_GAP:
        return _("a number is missing or doubled");
    case CHAIN_BAD_LINK:
        return _("the record or one before it was changed");
    case CHAIN_BAD_MAC:
        return _("it was not made with this device's key");
    case CHAIN_BAD_CHECKPOINT:
        return _("a checkpoint is not what this device signed");
    case CHAIN_CLOCK_BACK:
        return _("a checkpoint's time goes back");
    }
    return _("it cannot be read");
}

/* A record as it is read field by field (hash_chain.h). */
struct record {
    const uint8_t *at;
    size_t left;
};

/* The length of the next field, which it stands in front of then; UINT32_MAX: NULL. False at the end. */
static bool record_next(struct record *r, uint32_t *out_len)
{
    if (r->left < 4) {
        return false;
    }
    *out_len = (uint32_t)r->at[0] << 24 | (uint32_t)r->at[1] << 16 | (uint32_t)r->at[2] << 8 | r->at[3];
    r->at += 4;
    r->left -= 4;
    return *out_len == UINT32_MAX || *out_len <= r->left;
}

/* Is the next field these bytes? NULL: is it NULL? */
static bool record_has(struct record *r, const void *bytes, size_t len)
{
    uint32_t found;
    if (!record_next(r, &found)) {
        return false;
    }
    if (bytes == NULL || found == UINT32_MAX) {
        return bytes == NULL && found == UINT32_MAX;
    }
    bool is_same = found == len && memcmp(r->at, bytes, len) == 0;
    r->at += found;
    r->left -= found;
    return is_same;
}

static bool record_has_text(struct record *r, sqlite3_stmt *stmt, int column)
{
    const unsigned char *text = sqlite3_column_text(stmt, column);
    return record_has(r, text, (size_t)sqlite3_column_bytes(stmt, column));
}

static bool record_has_id(struct record *r, sqlite3_stmt *stmt, int column)
{
    struct uid id = column_id(stmt, column);
    return record_has(r, uid_is_none(id) ? NULL : id.bytes, sizeof id.bytes);
}

static bool record_has_int(struct record *r, int64_t value)
{
    uint8_t bytes[8];
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)((uint64_t)value >> (56 - 8 * i));
    }
    return record_has(r, bytes, sizeof bytes);
}

/* The columns that a reader sees must be the ones that the hash covers: the record begins with them. */
static bool row_matches(sqlite3_stmt *stmt, struct record *r)
{
    static const int TEXTS[] = {11, 12, 13, 14};
    bool fits = record_has_id(r, stmt, 4) && record_has_int(r, column_int(stmt, 5)) && record_has_id(r, stmt, 6) &&
                record_has_text(r, stmt, 7) && record_has_text(r, stmt, 8) && record_has_id(r, stmt, 9) && record_has_id(r, stmt, 10);
    for (size_t i = 0; fits && i < sizeof TEXTS / sizeof *TEXTS; i++) {
        fits = record_has_text(r, stmt, TEXTS[i]);
    }
    const char *program = (const char *)sqlite3_column_text(stmt, 16);
    return fits && program != NULL && strcmp(program, PROGRAM) == 0;
}

/* What is known of the log when its walk begins. */
struct known_log {
    struct audit_head head; /* as stored */
    uint8_t seal[CHAIN_HASH_BYTES];
    struct secret key; /* of head.epoch; keys of earlier epochs are gone */
    uint8_t last_mac[CHAIN_HASH_BYTES]; /* of the record before */
    const struct audit_anchor_list *anchors;
    uint64_t next_anchor; /* the first of them that the walk has not met; UINT64_MAX: none */
};

/* The first anchor at or behind this record. */
static uint64_t anchor_from(const struct known_log *v, uint64_t seq)
{
    uint64_t next = UINT64_MAX;
    for (size_t i = 0; v->anchors != NULL && i < v->anchors->len; i++) {
        uint64_t at = v->anchors->items[i].seq;
        next = at >= seq && at < next ? at : next;
    }
    return next;
}

/* NULL: the log is at none of the anchors, or has its hash. */
static const char *check_anchor(const struct chain_walk *w, struct known_log *v)
{
    if (w->seq != v->next_anchor) {
        return NULL;
    }
    for (size_t i = 0; i < v->anchors->len; i++) {
        if (v->anchors->items[i].seq == w->seq && memcmp(v->anchors->items[i].hash, w->hash, CHAIN_HASH_BYTES) != 0) {
            return _("it is not the record that a checkpoint kept elsewhere speaks of");
        }
    }
    v->next_anchor = anchor_from(v, w->seq + 1);
    return NULL;
}

/* Behind the columns and what has none: the MAC of the record before; records of the first versions end there. */
static bool covers_last_mac(struct record *r, const uint8_t last_mac[CHAIN_HASH_BYTES])
{
    enum { WITHOUT_COLUMN = 4 }; /* role, session, outcome, details */
    for (int i = 0; i < WITHOUT_COLUMN; i++) {
        uint32_t len;
        if (!record_next(r, &len)) {
            return false;
        }
        size_t step = len == UINT32_MAX ? 0 : len;
        r->at += step;
        r->left -= step;
    }
    return r->left == 0 || (record_has(r, last_mac, CHAIN_HASH_BYTES) && r->left == 0);
}

/* NULL: the row holds. Else what does not. */
static const char *check_record(sqlite3_stmt *row, struct chain_walk *w, struct known_log *v)
{
    const uint8_t *record = sqlite3_column_blob(row, 1);
    size_t len = (size_t)sqlite3_column_bytes(row, 1);
    uint8_t mac[CHAIN_HASH_BYTES], expected[CHAIN_HASH_BYTES];
    if (sqlite3_column_bytes(row, 2) != CHAIN_HASH_BYTES ||
        !chain_walk_record(w, (uint64_t)column_int(row, 0), record, len, sqlite3_column_blob(row, 2), NULL)) {
        return fault_words(w->fault);
    }
    struct record r = {record, len};
    if (!row_matches(row, &r) || (uint64_t)column_int(row, 3) != w->epoch) {
        return _("the row differs from its record");
    }
    if (!covers_last_mac(&r, v->last_mac)) {
        return _("the record before it was changed");
    }
    column_hash(row, 15, mac);
    if (w->epoch == v->head.epoch) {
        chain_mac(&v->key, w->hash, expected);
        if (memcmp(mac, expected, sizeof mac) != 0) {
            return fault_words(CHAIN_BAD_MAC);
        }
    }
    memcpy(v->last_mac, mac, sizeof mac);
    return check_anchor(w, v);
}

/* Walks records and checkpoints together: a checkpoint comes behind the record that it covers. */
static enum status walk(struct store *store, struct chain_walk *w, struct known_log *v, struct audit_report *out,
                        struct error *err)
{
    sqlite3_stmt *records = NULL, *notes = NULL;
    bool row = false, note = false;
    enum status status = statement_use(store, &statements[WALK], &records, err);
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[CHECKPOINTS], &notes, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(records, 1, store_device(store));
    bind_id(notes, 1, store_device(store));
    status = statement_step(store, notes, &note, err);
    while (status == STATUS_OK && (status = statement_step(store, records, &row, err)) == STATUS_OK && row) {
        uint64_t seq = (uint64_t)column_int(records, 0);
        const char *wrong = check_record(records, w, v);
        if (wrong != NULL) {
            status = bad(out, seq, wrong, err);
            break;
        }
        out->records++;
        while (status == STATUS_OK && note && (uint64_t)column_int(notes, 0) <= seq) {
            if (!chain_walk_checkpoint(w, (const char *)sqlite3_column_text(notes, 1))) {
                status = bad(out, seq, fault_words(w->fault), err);
                break;
            }
            out->checkpoints++;
            status = statement_step(store, notes, &note, err);
        }
    }
    if (status == STATUS_OK && note) {
        status = bad(out, w->seq, _("a checkpoint speaks of records that are gone"), err);
    }
    statement_reset(records);
    statement_reset(notes);
    return status;
}

/* The head says how far the log goes; only this device can have sealed it. */
static enum status check_head(struct store *store, const struct chain_walk *w, const struct known_log *v,
                              struct audit_report *out, struct error *err)
{
    uint8_t seal[CHAIN_HASH_BYTES];
    if (v->head.seq != w->seq || v->head.epoch != w->epoch || memcmp(v->head.hash, w->hash, CHAIN_HASH_BYTES) != 0 ||
        memcmp(v->head.last_mac, v->last_mac, CHAIN_HASH_BYTES) != 0) {
        return bad(out, w->seq, _("the chain ends before its head"), err);
    }
    if (v->next_anchor != UINT64_MAX) {
        return bad(out, w->seq, _("the chain ends before a checkpoint that was kept elsewhere"), err);
    }
    head_seal(store, &v->head, &v->key, seal);
    if (v->head.seq > 0 && memcmp(seal, v->seal, sizeof seal) != 0) {
        return bad(out, w->seq, _("the head of the chain was not made with this device's key"), err);
    }
    return STATUS_OK;
}

/* Head and key that fit together, and a view of the database that holds still. */
static enum status known_log_begin(struct store *store, struct known_log *v, struct audit_report *out,
                                      struct error *err)
{
    struct chain_state state = CHAIN_STATE_INIT;
    enum status status = chain_state_lock(store->audit_path, store->device, &state, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = store_read_begin(store, err);
    if (status == STATUS_OK) {
        status = head_read(store, &v->head, v->seal, err);
    }
    if (status == STATUS_OK && v->head.epoch != state.epoch && v->head.epoch != state.epoch + 1) {
        status = bad(out, v->head.seq, _("it was put back to an older copy, or its key was"), err);
    }
    if (status == STATUS_OK) {
        secret_init_copy(&v->key, &state.key);
        if (v->head.epoch != state.epoch) { /* a crash between commit and advance; looking changes nothing */
            chain_evolve(&v->key);
        }
        (void)secret_open(&v->key); /* for the whole walk: protecting it costs more than a record */
    }
    chain_state_unlock(&state);
    return status;
}

enum status audit_verify(struct store *store, struct audit_report *out, struct error *err)
{
    return audit_verify_against(store, NULL, out, err);
}

enum status audit_verify_against(struct store *store, const struct audit_anchor_list *anchors, struct audit_report *out,
                                 struct error *err)
{
    struct known_log v = {.key = SECRET_INIT, .anchors = anchors};
    v.next_anchor = anchor_from(&v, 1);
    struct chain_walk w;
    memset(out, 0, sizeof *out);
    chain_walk_init(&w, store_device(store), store->device->signing.public_key, NULL, 0);
    enum status status = known_log_begin(store, &v, out, err);
    if (status == STATUS_OK) {
        status = walk(store, &w, &v, out, err);
    }
    if (status == STATUS_OK) {
        status = check_head(store, &w, &v, out, err);
    }
    out->unanchored = chain_walk_unanchored(&w);
    secret_release(&v.key);
    chain_walk_release(&w);
    store_read_end(store);
    return status;
}

/* --- what is known from elsewhere ---------------------------------------------------------------------------------- */

enum status audit_anchor_add_note(struct store *store, const char *note, struct audit_anchor_list *list, struct error *err)
{
    struct checkpoint c;
    enum status status = checkpoint_open(note, store_device(store), store->device->signing.public_key, &c, err);
    if (status != STATUS_OK) {
        return error_set(err, STATUS_INVALID, _("This is no checkpoint that this site's device signed."));
    }
    MEM_GROW(list);
    struct audit_anchor *anchor = &list->items[list->len++];
    anchor->seq = c.seq;
    memcpy(anchor->hash, c.hash, CHAIN_HASH_BYTES);
    return STATUS_OK;
}

bool audit_anchor_add(struct audit_anchor_list *list, uint64_t seq, const char *hash_hex)
{
    struct audit_anchor anchor = {.seq = seq};
    if (!chain_hash_read(hash_hex, anchor.hash)) {
        return false;
    }
    if (seq > 0) {
        MEM_GROW(list);
        list->items[list->len++] = anchor;
    }
    return true;
}

enum status audit_newest_note(struct store *store, char **out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[NEWEST_NOTE], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, store_device(store));
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK) {
        *out = row ? column_text(stmt, 0) : mem_copy_text("");
        if (row) {
            statement_reset(stmt);
        }
    }
    return status;
}
