/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/audit_store.h"

#include <string.h>

#include "base/buffer.h"
#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/zone.h"
#include "crypt/record_seal.h"
#include "crypt/sign.h"
#include "store/statement.h"
#include "store/store_private.h"

#define DOMAIN_DETAILS "prescripcare.audit.details.1"
#define RECORD_FORMAT 1
enum { CHECKPOINT_EVERY = 256 };
#define CHECKPOINT_AFTER_US (5 * US_PER_MINUTE)

enum { HEAD_GET, HEAD_SET, HEAD_START, ADD, SUBJECT_GET, SUBJECT_ADD, CHECKPOINT_ADD, WALK, CHECKPOINTS };
static const struct statement statements[] = {
    [HEAD_GET] = {"audit.head_get", "SELECT device_id, seq, hash, epoch FROM audit_head WHERE one = 1"},
    [HEAD_SET] = {"audit.head_set", "UPDATE audit_head SET seq = ?1, hash = ?2, epoch = ?3 WHERE one = 1"},
    [HEAD_START] = {"audit.head_start", "INSERT INTO audit_head (one, device_id, seq, hash, epoch) VALUES (1, ?1, 0, ?2, 0)"},
    [ADD] = {"audit.add",
             "INSERT INTO audit_logs (log_id, user_id, action_type, table_name, record_id, old_values, new_values, "
             "performed_at, ip_address, user_agent, risk_level, device_id, seq, epoch, subject_pseudonym, record, hash, mac) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"},
    [SUBJECT_GET] = {"audit.subject_get", "SELECT pseudonym, seal_key FROM subject_keys WHERE user_id = ?1"},
    [SUBJECT_ADD] = {"audit.subject_add",
                     "INSERT INTO subject_keys (user_id, pseudonym, seal_key, created_at) VALUES (?1, ?2, ?3, ?4)"},
    [CHECKPOINT_ADD] = {"audit.checkpoint_add",
                        "INSERT INTO audit_checkpoints (device_id, seq, epoch, note, signature, created_at) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
    [WALK] = {"audit.walk", "SELECT seq, record, hash, epoch, old_values, new_values, user_id, action_type, performed_at, "
                            "log_id FROM audit_logs WHERE device_id = ?1 ORDER BY seq"},
    [CHECKPOINTS] = {"audit.checkpoints", "SELECT seq, note, signature FROM audit_checkpoints WHERE device_id = ?1 "
                                          "ORDER BY seq"},
};
const struct statement_list AUDIT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

/* --- transaction hooks, called by store.c -------------------------------------------------------------------------- */

enum status audit_create(struct store *store, struct error *err)
{
    static const unsigned char zero[CHAIN_HASH_BYTES];
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HEAD_START], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, store->device);
        bind_bytes(stmt, 2, zero, sizeof zero);
        status = statement_run(store, stmt, err);
    }
    return status;
}

static enum status head_read(struct store *store, struct chain_head *out, struct error *err)
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
    if (!row || sqlite3_column_bytes(stmt, 2) != CHAIN_HASH_BYTES) {
        statement_reset(stmt);
        return error_set(err, STATUS_DAMAGED, _("The audit chain of this site has no head. Restore from a backup."));
    }
    out->device = column_id(stmt, 0);
    out->seq = (uint64_t)column_int(stmt, 1);
    memcpy(out->hash, sqlite3_column_blob(stmt, 2), CHAIN_HASH_BYTES);
    out->epoch = (uint32_t)column_int(stmt, 3);
    statement_reset(stmt);
    return STATUS_OK;
}

enum status audit_transaction_begin(struct store *store, struct error *err)
{
    store->audit_is_dirty = false;
    enum status status = head_read(store, &store->head, err);
    if (status != STATUS_OK) {
        return status;
    }
    secret_release(&store->epoch_key);
    status = audit_key_read(store->lock_fd, &store->device_key, &store->epoch_key, &store->epoch_key_epoch, err);
    /* A crash between commit and evolve left the key one epoch behind the head. */
    while (status == STATUS_OK && store->epoch_key_epoch < store->head.epoch) {
        chain_evolve(&store->epoch_key);
        store->epoch_key_epoch++;
        status = audit_key_write(store->lock_fd, &store->device_key, &store->epoch_key, store->epoch_key_epoch, err);
    }
    if (status == STATUS_OK && store->epoch_key_epoch > store->head.epoch) {
        status = error_set(err, STATUS_DAMAGED, _("The database is older than its audit key: it was put back from a copy. "
                                                  "Restore the whole site folder from one backup."));
    }
    return status;
}

static enum status head_write(struct store *store, uint32_t epoch, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[HEAD_SET], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, (int64_t)store->head.seq);
        bind_bytes(stmt, 2, store->head.hash, CHAIN_HASH_BYTES);
        bind_int(stmt, 3, epoch);
        status = statement_run(store, stmt, err);
    }
    return status;
}

/* C2SP signed-note form: origin, size, root, then our own lines. */
static char *checkpoint_note(const struct store *store, int64_t now_us)
{
    char device[UID_TEXT_MAX], at[INSTANT_TEXT_MAX];
    char *root = record_to_base64(store->head.hash, CHAIN_HASH_BYTES);
    char *note = mem_format("prescripcare/audit/%s\n%llu\n%s\nepoch %u\ntime %s\n", uid_format(store->head.device, device),
                            (unsigned long long)store->head.seq, root, store->head.epoch, instant_format_utc(now_us, at));
    mem_free(root);
    return note;
}

static enum status checkpoint_add(struct store *store, struct error *err)
{
    int64_t now_us = clock_now_us(store->clock);
    char *note = checkpoint_note(store, now_us);
    unsigned char signature[SIGN_BYTES];
    sqlite3_stmt *stmt = NULL;
    sign_make(&store->device_key, note, strlen(note), signature);
    enum status status = statement_use(store, &statements[CHECKPOINT_ADD], &stmt, err);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, store->head.device);
        bind_int(stmt, 2, (int64_t)store->head.seq);
        bind_int(stmt, 3, store->head.epoch);
        bind_text(stmt, 4, note);
        bind_bytes(stmt, 5, signature, sizeof signature);
        bind_int(stmt, 6, now_us);
        status = statement_run(store, stmt, err);
    }
    mem_free(note);
    if (status == STATUS_OK) {
        store->last_checkpoint_us = now_us;
    }
    return status;
}

void audit_request_checkpoint(struct store *store)
{
    store->last_checkpoint_us = INT64_MIN / 2;
}

enum status audit_transaction_before_commit(struct store *store, bool *out_evolve, struct error *err)
{
    *out_evolve = false;
    if (!store->audit_is_dirty) {
        return STATUS_OK;
    }
    if (store->head.seq % CHECKPOINT_EVERY == 0 ||
        clock_now_us(store->clock) - store->last_checkpoint_us > CHECKPOINT_AFTER_US) {
        enum status status = checkpoint_add(store, err);
        if (status != STATUS_OK) {
            return status;
        }
        *out_evolve = true;
    }
    return head_write(store, store->head.epoch + (*out_evolve ? 1 : 0), err);
}

enum status audit_transaction_evolve(struct store *store, struct error *err)
{
    chain_evolve(&store->epoch_key);
    store->epoch_key_epoch++;
    return audit_key_write(store->lock_fd, &store->device_key, &store->epoch_key, store->epoch_key_epoch, err);
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

/* {"sealed":"base64"}; NULL stays NULL. Caller frees. */
static char *seal_details(const struct secret *key, const char *json)
{
    if (json == NULL) {
        return NULL;
    }
    struct buffer sealed = BUFFER_INIT;
    record_seal(key, DOMAIN_DETAILS, json, strlen(json), &sealed);
    char *text = record_to_base64(sealed.bytes, sealed.len);
    char *out = mem_format("{\"sealed\":\"%s\"}", text);
    mem_free(text);
    buffer_release(&sealed);
    return out;
}

static void put_text(struct buffer *b, const char *text)
{
    size_t len = text == NULL ? 0 : strlen(text);
    buffer_append_u32be(b, (uint32_t)len);
    buffer_append(b, text == NULL ? "" : text, len);
}

/* Fixed order, length-prefixed; details only as they are stored (sealed). Everything that a row shows is covered. */
static void canonical(struct buffer *b, const struct audit_entry *entry, struct uid log_id, struct uid record,
                      struct uid pseudonym, const char *old_sealed, const char *new_sealed, int64_t now_us)
{
    buffer_append_u32be(b, RECORD_FORMAT);
    buffer_append(b, log_id.bytes, sizeof log_id.bytes);
    buffer_append_u64be(b, (uint64_t)now_us);
    buffer_append(b, entry->actor.bytes, sizeof entry->actor.bytes);
    put_text(b, entry->role);
    put_text(b, entry->session);
    put_text(b, entry->action);
    put_text(b, entry->table);
    buffer_append(b, record.bytes, sizeof record.bytes);
    buffer_append(b, pseudonym.bytes, sizeof pseudonym.bytes);
    put_text(b, entry->outcome);
    put_text(b, entry->details);
    put_text(b, enum_word(ENUM_RISK_LEVEL, entry->risk));
    put_text(b, entry->address);
    put_text(b, old_sealed);
    put_text(b, new_sealed);
}

static enum status row_add(struct store *store, const struct audit_entry *entry, struct uid log_id, struct uid record,
                           struct uid pseudonym, const char *old_sealed, const char *new_sealed, int64_t now_us,
                           const struct buffer *bytes, struct error *err)
{
    unsigned char mac[CHAIN_MAC_BYTES];
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[ADD], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    chain_mac(&store->epoch_key, store->head.hash, mac);
    bind_id(stmt, 1, log_id);
    bind_id(stmt, 2, entry->actor);
    bind_text(stmt, 3, entry->action);
    bind_text(stmt, 4, entry->table);
    bind_id(stmt, 5, record);
    bind_text(stmt, 6, old_sealed);
    bind_text(stmt, 7, new_sealed);
    bind_int(stmt, 8, now_us);
    bind_text(stmt, 9, entry->address);
    bind_text(stmt, 10, "prescripcare");
    bind_text(stmt, 11, enum_word(ENUM_RISK_LEVEL, entry->risk));
    bind_id(stmt, 12, store->device);
    bind_int(stmt, 13, (int64_t)store->head.seq);
    bind_int(stmt, 14, store->head.epoch);
    bind_id(stmt, 15, pseudonym);
    bind_bytes(stmt, 16, bytes->bytes, (int)bytes->len);
    bind_bytes(stmt, 17, store->head.hash, CHAIN_HASH_BYTES);
    bind_bytes(stmt, 18, mac, sizeof mac);
    return statement_run(store, stmt, err);
}

enum status audit_append(struct store *store, const struct audit_entry *entry, struct error *err)
{
    struct uid log_id = uid_new(store->clock), pseudonym = UID_NONE, record = entry->record;
    struct secret key = SECRET_INIT;
    struct buffer bytes = BUFFER_INIT;
    int64_t now_us = uid_time_us(log_id); /* recorded_at equals the id's millisecond (decisions.md 4) */
    char *old_sealed = NULL, *new_sealed = NULL;
    enum status status = STATUS_OK;
    if (!uid_is_none(entry->subject)) {
        status = subject_get(store, entry->subject, &pseudonym, &key, err);
        if (status != STATUS_OK) {
            return status;
        }
        if (uid_compare(record, entry->subject) == 0) {
            record = pseudonym;
        }
        old_sealed = seal_details(&key, entry->old_values);
        new_sealed = seal_details(&key, entry->new_values);
        secret_release(&key);
    } else {
        old_sealed = mem_copy_text(entry->old_values);
        new_sealed = mem_copy_text(entry->new_values);
    }
    canonical(&bytes, entry, log_id, record, pseudonym, old_sealed, new_sealed, now_us);
    chain_append(&store->head, bytes.bytes, bytes.len);
    store->audit_is_dirty = true;
    status = row_add(store, entry, log_id, record, pseudonym, old_sealed, new_sealed, now_us, &bytes, err);
    buffer_release(&bytes);
    mem_free(old_sealed);
    mem_free(new_sealed);
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

/* The columns that a reader sees must be the ones that the hash covers. */
static bool row_matches_record(sqlite3_stmt *stmt)
{
    const unsigned char *record = sqlite3_column_blob(stmt, 1);
    int len = sqlite3_column_bytes(stmt, 1);
    if (len < 44) {
        return false;
    }
    uint64_t at = 0;
    for (int i = 0; i < 8; i++) {
        at = at << 8 | record[20 + i];
    }
    struct uid log_id = column_id(stmt, 9), actor = column_id(stmt, 6);
    if (memcmp(record + 4, log_id.bytes, 16) != 0 || (int64_t)at != column_int(stmt, 8) ||
        memcmp(record + 28, actor.bytes, 16) != 0) {
        return false;
    }
    /* role, session, action: the third text; old and new values: the last two */
    const unsigned char *p = record + 44, *end = record + len, *texts[9];
    uint32_t lens[9];
    for (int i = 0; i < 9; i++) {
        if (i == 4) {
            p += 32; /* record and pseudonym ids stand behind role, session, action, table */
        }
        if (end - p < 4) {
            return false;
        }
        lens[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        texts[i] = p + 4;
        if (lens[i] > (size_t)(end - p - 4)) {
            return false;
        }
        p += 4 + lens[i];
    }
    if (end - p < 4) {
        return false;
    }
    uint32_t last = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    if (last != (size_t)(end - p - 4)) {
        return false;
    }
    const int columns[3] = {7, 4, 5};
    const unsigned char *covered[3] = {texts[2], texts[8], p + 4};
    const uint32_t covered_len[3] = {lens[2], lens[8], last};
    for (int i = 0; i < 3; i++) {
        const void *shown = sqlite3_column_text(stmt, columns[i]);
        int shown_len = sqlite3_column_bytes(stmt, columns[i]);
        if ((uint32_t)shown_len != covered_len[i] || (shown_len > 0 && memcmp(shown, covered[i], (size_t)shown_len) != 0)) {
            return false;
        }
    }
    return true;
}

static enum status walk(struct store *store, struct chain_head *head, struct audit_report *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[WALK], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, store->device);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        uint64_t seq = (uint64_t)column_int(stmt, 0);
        const char *what = NULL;
        if (seq != head->seq + 1) {
            what = "a number is missing or doubled";
        } else {
            chain_append(head, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
            if (sqlite3_column_bytes(stmt, 2) != CHAIN_HASH_BYTES ||
                memcmp(sqlite3_column_blob(stmt, 2), head->hash, CHAIN_HASH_BYTES) != 0) {
                what = "the hash does not fit the record before it";
            } else if (!row_matches_record(stmt)) {
                what = "the row differs from its record";
            }
        }
        if (what != NULL) {
            statement_reset(stmt);
            return bad(out, seq, what, err);
        }
        out->records++;
    }
    return status;
}

/* Signatures and the roots they state, walked beside the chain in a second pass over the (few) checkpoints. */
static enum status checkpoints(struct store *store, const struct chain_head *head, struct audit_report *out,
                               struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    unsigned char public_key[SIGN_PUBLIC_BYTES];
    bool row = false;
    uint64_t last = 0;
    sign_public(&store->device_key, public_key);
    enum status status = statement_use(store, &statements[CHECKPOINTS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, store->device);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        uint64_t seq = (uint64_t)column_int(stmt, 0);
        const char *note = (const char *)sqlite3_column_text(stmt, 1);
        bool good = sqlite3_column_bytes(stmt, 2) == SIGN_BYTES && seq <= head->seq &&
                    sign_is_good(public_key, note, strlen(note), sqlite3_column_blob(stmt, 2));
        if (!good) {
            statement_reset(stmt);
            return bad(out, seq, "a checkpoint is not what this device signed", err);
        }
        out->checkpoints++;
        last = seq;
    }
    out->unanchored = head->seq - last;
    return status;
}

enum status audit_verify(struct store *store, struct audit_report *out, struct error *err)
{
    struct chain_head computed, stored;
    memset(out, 0, sizeof *out);
    chain_start(&computed, store->device);
    enum status status = store_read_begin(store, err);
    if (status != STATUS_OK) {
        return status;
    }
    status = head_read(store, &stored, err);
    if (status == STATUS_OK) {
        status = walk(store, &computed, out, err);
    }
    if (status == STATUS_OK && (stored.seq != computed.seq || memcmp(stored.hash, computed.hash, CHAIN_HASH_BYTES) != 0)) {
        status = bad(out, computed.seq, "the chain ends before its head", err);
    }
    if (status == STATUS_OK) {
        status = checkpoints(store, &computed, out, err);
    }
    store_read_end(store);
    return status;
}
