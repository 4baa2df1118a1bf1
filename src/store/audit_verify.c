/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether the audit log holds: audit_verify() and what is known of it from elsewhere (audit_store.h). */
#include "store/audit_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/chain_walk.h"
#include "store/statement.h"
#include "store/store_private.h"

enum { WALK, CHECKPOINTS, NEWEST_NOTE };
static const struct statement statements[] = {
    [WALK] = {"audit.walk", "SELECT seq, record, hash, epoch, log_id, performed_at, user_id, action_type, table_name, "
                            "record_id, subject_pseudonym, old_values, new_values, risk_level, ip_address, mac, user_agent "
                            "FROM audit_logs WHERE device_id = ?1 ORDER BY seq"},
    [CHECKPOINTS] = {"audit.checkpoints", "SELECT seq, note FROM audit_checkpoints WHERE device_id = ?1 "
                                          "ORDER BY seq"},
    [NEWEST_NOTE] = {"audit.newest_note", "SELECT note FROM audit_checkpoints WHERE device_id = ?1 ORDER BY seq DESC LIMIT 1"},
};
const struct statement_list AUDIT_VERIFY_STATEMENTS = {statements, sizeof statements / sizeof *statements};

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
    return fits && program != NULL && strcmp(program, AUDIT_PROGRAM) == 0;
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
    audit_column_hash(row, 15, mac);
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
    audit_head_seal(store, &v->head, &v->key, seal);
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
        status = audit_head_read(store, &v->head, v->seal, err);
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
