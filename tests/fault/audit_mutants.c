/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/audit_mutants.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "store/audit_store.h"
#include "store/store_private.h"

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fatal("%s", error_text(err));
    }
}

void audit_log_fill(struct scratch_store *s, int records)
{
    static const char *const actions[] = {"patient.read", "order.add", "dose.record", "find", "session.sign_in"};
    struct error err = ERROR_INIT;
    struct random r = {.state = 7, .seed = 7};
    for (int done = 0; done < records;) {
        int together = 1 + (int)random_below(&r, 9);
        must(store_begin(s->store, &err), &err);
        for (int i = 0; i < together && done < records; i++, done++) {
            char details[32];
            (void)snprintf(details, sizeof details, "count %d", done); /* fits */
            struct audit_entry entry = {.actor = uid_new(&s->clock),
                                        .role = "nurse",
                                        .session = "a1b2",
                                        .action = actions[random_below(&r, 5)],
                                        .table = "dose_events",
                                        .record = uid_new(&s->clock),
                                        .old_values = i % 2 == 0 ? NULL : "{\"a\":1}",
                                        .new_values = "{\"a\":2}",
                                        .outcome = "ok",
                                        .details = details,
                                        .risk = RISK_LEVEL_LOW,
                                        .address = "local"};
            must(audit_append(s->store, &entry, &err), &err);
        }
        s->clock.fixed_us += 20 * US_PER_SECOND;
        must(store_commit(s->store, &err), &err);
    }
}

/* --- SQL of the one who tampers -------------------------------------------------------------------------------------- */

static void sql(struct scratch_store *s, const char *text, int64_t a, int64_t b, int64_t c)
{
    const int64_t values[] = {a, b, c};
    sqlite3 *db = scratch_store_handle(s);
    sqlite3_stmt *stmt = NULL;
    bool ok = sqlite3_prepare_v2(db, text, -1, &stmt, NULL) == SQLITE_OK;
    for (int i = 0; ok && i < sqlite3_bind_parameter_count(stmt); i++) {
        ok = sqlite3_bind_int64(stmt, i + 1, values[i]) == SQLITE_OK;
    }
    if (!ok || sqlite3_step(stmt) != SQLITE_DONE) {
        fatal("%s: %s", text, sqlite3_errmsg(db));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}

static int64_t length(struct scratch_store *s)
{
    return scratch_store_number(s, "SELECT max(seq) FROM audit_logs");
}

static int64_t any_record(struct scratch_store *s, struct random *r)
{
    return 1 + (int64_t)random_below(r, (uint64_t)length(s));
}

static int64_t any_checkpoint(struct scratch_store *s, struct random *r)
{
    int64_t count = scratch_store_number(s, "SELECT count(*) FROM audit_checkpoints");
    char text[100];
    (void)snprintf(text, sizeof text, "SELECT seq FROM audit_checkpoints ORDER BY seq LIMIT 1 OFFSET %d", /* fits */
                   (int)random_below(r, (uint64_t)count));
    return scratch_store_number(s, text);
}

/* Hashes of all records from `first` on as they would have to be, and the head moved to the last one. */
static void mend(struct scratch_store *s, int64_t first)
{
    sqlite3 *db = scratch_store_handle(s);
    uint8_t hash[CHAIN_HASH_BYTES] = {0};
    sqlite3_stmt *read = NULL, *write = NULL;
    (void)sqlite3_prepare_v2(db, "SELECT seq, record, hash FROM audit_logs WHERE seq >= ?1 - 1 ORDER BY seq", -1, &read, NULL);
    (void)sqlite3_prepare_v2(db, "UPDATE audit_logs SET hash = ?2 WHERE seq = ?1", -1, &write, NULL);
    (void)sqlite3_bind_int64(read, 1, first);
    int64_t last = first - 1;
    while (sqlite3_step(read) == SQLITE_ROW) {
        int64_t seq = sqlite3_column_int64(read, 0);
        if (seq < first) {
            memcpy(hash, sqlite3_column_blob(read, 2), sizeof hash);
            continue;
        }
        hash_chain_link(s->store->chain, (uint64_t)seq, hash, sqlite3_column_blob(read, 1),
                        (size_t)sqlite3_column_bytes(read, 1), hash);
        (void)sqlite3_bind_int64(write, 1, seq);
        (void)sqlite3_bind_blob(write, 2, hash, sizeof hash, SQLITE_TRANSIENT);
        if (sqlite3_step(write) != SQLITE_DONE) {
            fatal("%s", sqlite3_errmsg(db));
        }
        (void)sqlite3_reset(write);
        last = seq;
    }
    (void)sqlite3_finalize(read);
    (void)sqlite3_finalize(write);
    sql(s, "UPDATE audit_head SET seq = ?1, hash = coalesce((SELECT hash FROM audit_logs WHERE seq = ?2), zeroblob(32)), "
           "last_mac = (SELECT mac FROM audit_logs WHERE seq = ?3)",
        last, last, last);
}

/* --- mutants --------------------------------------------------------------------------------------------------------- */

static void edit_column(struct scratch_store *s, struct random *r)
{
    static const char *const edits[] = {
        "log_id = randomblob(16)", "user_id = randomblob(16)", "user_id = NULL", "action_type = 'patient.write'",
        "table_name = 'users'", "record_id = randomblob(16)", "old_values = '{}'", "new_values = NULL",
        "performed_at = performed_at + 1000", "ip_address = '10.0.0.1'", "user_agent = 'other'", "risk_level = 'critical'",
        "device_id = randomblob(16)", "epoch = epoch + 1", "subject_pseudonym = randomblob(16)", "mac = randomblob(32)",
        "hash = randomblob(32)", "seq = seq + 100000", "record = randomblob(80)", "record = zeroblob(0)",
    };
    char *text = mem_format("UPDATE audit_logs SET %s WHERE seq = ?1", edits[random_below(r, sizeof edits / sizeof *edits)]);
    sql(s, text, any_record(s, r), 0, 0);
    mem_free(text);
}

static void flip_bit(struct scratch_store *s, int64_t seq, const char *column, struct random *r)
{
    sqlite3 *db = scratch_store_handle(s);
    sqlite3_blob *blob = NULL;
    char text[80];
    uint8_t byte = 0;
    (void)snprintf(text, sizeof text, "SELECT rowid FROM audit_logs WHERE seq = %lld", (long long)seq); /* fits */
    if (sqlite3_blob_open(db, "main", "audit_logs", column, scratch_store_number(s, text), 1, &blob) != SQLITE_OK) {
        fatal("%s: %s", column, sqlite3_errmsg(db));
    }
    int at = (int)random_below(r, (uint64_t)sqlite3_blob_bytes(blob));
    (void)sqlite3_blob_read(blob, &byte, 1, at);
    byte ^= (uint8_t)(1u << random_below(r, 8));
    (void)sqlite3_blob_write(blob, &byte, 1, at);
    (void)sqlite3_blob_close(blob);
}

static void flip_record(struct scratch_store *s, struct random *r)
{
    flip_bit(s, any_record(s, r), "record", r);
}

static void flip_hash(struct scratch_store *s, struct random *r)
{
    flip_bit(s, any_record(s, r), random_below(r, 2) == 0 ? "hash" : "mac", r);
}

static void flip_and_mend(struct scratch_store *s, struct random *r)
{
    int64_t seq = any_record(s, r);
    flip_bit(s, seq, "record", r);
    mend(s, seq);
}

/* The last record only: no checkpoint speaks of it yet. */
static void flip_tail_and_mend(struct scratch_store *s, struct random *r)
{
    int64_t seq = length(s);
    flip_bit(s, seq, "record", r);
    mend(s, seq);
}

static void delete_one(struct scratch_store *s, struct random *r)
{
    sql(s, "DELETE FROM audit_logs WHERE seq = ?1", any_record(s, r), 0, 0);
}

static void delete_range_and_close_up(struct scratch_store *s, struct random *r)
{
    int64_t from = any_record(s, r), count = 1 + (int64_t)random_below(r, 20);
    sql(s, "DELETE FROM audit_logs WHERE seq >= ?1 AND seq < ?2 + ?3", from, from, count);
    sql(s, "UPDATE audit_logs SET seq = seq - ?1 WHERE seq >= ?2", count, from, 0);
    mend(s, from);
}

static void insert_copy(struct scratch_store *s, int64_t of, int64_t at)
{
    sql(s, "INSERT INTO audit_logs (log_id, user_id, action_type, table_name, record_id, old_values, new_values, performed_at, "
           "ip_address, user_agent, risk_level, device_id, seq, epoch, subject_pseudonym, record, hash, mac) "
           "SELECT randomblob(16), user_id, action_type, table_name, record_id, old_values, new_values, performed_at, "
           "ip_address, user_agent, risk_level, device_id, ?1, epoch, subject_pseudonym, record, hash, mac "
           "FROM audit_logs WHERE seq = ?2",
        at, of, 0);
}

static void insert_in_the_middle(struct scratch_store *s, struct random *r)
{
    int64_t at = any_record(s, r);
    sql(s, "UPDATE audit_logs SET seq = -seq - 1 WHERE seq >= ?1", at, 0, 0); /* unique all the way */
    sql(s, "UPDATE audit_logs SET seq = -seq WHERE seq < 0", 0, 0, 0);
    insert_copy(s, at > 1 ? at - 1 : at + 1, at);
    mend(s, at);
}

static void insert_at_the_end(struct scratch_store *s, struct random *r)
{
    int64_t end = length(s) + 1;
    insert_copy(s, any_record(s, r), end);
    if (random_below(r, 2) == 0) {
        mend(s, end);
    }
}

static void swap_two(struct scratch_store *s, struct random *r)
{
    int64_t a = any_record(s, r), b = any_record(s, r);
    b = a == b ? a % length(s) + 1 : b;
    sql(s, "UPDATE audit_logs SET seq = -1 WHERE seq = ?1", a, 0, 0);
    sql(s, "UPDATE audit_logs SET seq = ?1 WHERE seq = ?2", a, b, 0);
    sql(s, "UPDATE audit_logs SET seq = ?1 WHERE seq = -1", b, 0, 0);
    if (random_below(r, 2) == 0) {
        mend(s, a < b ? a : b);
    }
}

static void cut_tail(struct scratch_store *s, struct random *r)
{
    sql(s, "DELETE FROM audit_logs WHERE seq > ?1", any_record(s, r) - 1, 0, 0);
}

/* Behind the last checkpoint, with the head moved back: only the head's seal tells. */
static void cut_tail_and_mend(struct scratch_store *s, struct random *r)
{
    int64_t anchored = scratch_store_number(s, "SELECT max(seq) FROM audit_checkpoints");
    int64_t last = anchored + (int64_t)random_below(r, (uint64_t)(length(s) - anchored));
    sql(s, "DELETE FROM audit_logs WHERE seq > ?1", last, 0, 0);
    mend(s, last + 1);
}

/* As if the last epochs had never been: records, checkpoints and head put back together. */
static void put_back(struct scratch_store *s, struct random *r)
{
    int64_t last = any_checkpoint(s, r);
    sql(s, "DELETE FROM audit_logs WHERE seq > ?1", last, 0, 0);
    sql(s, "DELETE FROM audit_checkpoints WHERE seq > ?1", last, 0, 0);
    mend(s, last + 1);
    sql(s, "UPDATE audit_head SET epoch = (SELECT max(epoch) FROM audit_checkpoints) + 1", 0, 0, 0);
}

/* A stretch of the log takes the place of another one. */
static void splice(struct scratch_store *s, struct random *r)
{
    int64_t all = length(s), count = 1 + (int64_t)random_below(r, 10);
    int64_t from = 1 + (int64_t)random_below(r, (uint64_t)(all - count)), to = 1 + (int64_t)random_below(r, (uint64_t)(all - count));
    to = from == to ? to % (all - count) + 1 : to;
    for (int64_t i = 0; i < count; i++) {
        sql(s, "UPDATE audit_logs SET (record, hash, mac, action_type, performed_at) = (SELECT record, hash, mac, action_type, "
               "performed_at FROM audit_logs WHERE seq = ?1) WHERE seq = ?2",
            from + i, to + i, 0);
    }
    if (random_below(r, 2) == 0) {
        mend(s, to);
    }
}

static void drop_checkpoint(struct scratch_store *s, struct random *r)
{
    sql(s, "DELETE FROM audit_checkpoints WHERE seq = ?1", any_checkpoint(s, r), 0, 0);
}

static void replay_checkpoint(struct scratch_store *s, struct random *r)
{
    int64_t old = any_checkpoint(s, r), place = any_checkpoint(s, r);
    if (old == place) {
        sql(s, "UPDATE audit_checkpoints SET seq = seq + 1 WHERE seq = ?1", old, 0, 0);
    } else {
        sql(s, "UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints WHERE seq = ?1) WHERE seq = ?2", old,
            place, 0);
    }
}

/* An old statement of the head once more, behind a record that it does not speak of. */
static void add_checkpoint(struct scratch_store *s, struct random *r)
{
    sql(s, "INSERT OR REPLACE INTO audit_checkpoints (device_id, seq, epoch, note, created_at) SELECT device_id, ?1, epoch + 1, "
           "note, created_at FROM audit_checkpoints WHERE seq = ?2",
        length(s), any_checkpoint(s, r), 0);
}

static void edit_checkpoint(struct scratch_store *s, struct random *r)
{
    int64_t at = 1 + (int64_t)random_below(r, 60);
    sql(s, "UPDATE audit_checkpoints SET note = substr(note, 1, ?1) || 'x' || substr(note, ?2 + 2) WHERE seq = ?3", at, at,
        any_checkpoint(s, r));
}

static void edit_head(struct scratch_store *s, struct random *r)
{
    static const char *const edits[] = {"seq = seq - 1", "seq = seq + 1", "hash = randomblob(32)", "epoch = epoch - 1",
                                        "epoch = epoch + 1", "last_mac = randomblob(32)", "seal = randomblob(32)",
                                        "seal = NULL", "last_mac = NULL"};
    char *text = mem_format("UPDATE audit_head SET %s", edits[random_below(r, sizeof edits / sizeof *edits)]);
    scratch_store_exec(s, text);
    mem_free(text);
}

const struct audit_mutant AUDIT_MUTANTS[] = {
    {"edit a column", edit_column},
    {"flip a bit of a record", flip_record},
    {"flip a bit of a hash or MAC", flip_hash},
    {"edit, mend all hashes", flip_and_mend},
    {"edit the last record, mend", flip_tail_and_mend},
    {"delete a record", delete_one},
    {"delete some, close up, mend", delete_range_and_close_up},
    {"insert in the middle, mend", insert_in_the_middle},
    {"insert at the end", insert_at_the_end},
    {"swap two records", swap_two},
    {"cut the tail", cut_tail},
    {"cut the tail, mend the head", cut_tail_and_mend},
    {"put back to a checkpoint", put_back},
    {"splice", splice},
    {"drop a checkpoint", drop_checkpoint},
    {"replay an old checkpoint", replay_checkpoint},
    {"add an old checkpoint", add_checkpoint},
    {"edit a checkpoint", edit_checkpoint},
    {"edit the head", edit_head},
};
const int AUDIT_MUTANTS_COUNT = (int)(sizeof AUDIT_MUTANTS / sizeof *AUDIT_MUTANTS);

bool audit_mutant_is_found(struct scratch_store *s, const struct audit_mutant *mutant, struct random *r)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    must(store_read_begin(s->store, &err), &err);
    scratch_store_exec(s, "DROP TRIGGER audit_logs_append_only");
    mutant->apply(s, r);
    enum status status = audit_verify(s->store, &report, &err); /* its end of reading takes everything back */
    return status == STATUS_DAMAGED && report.what[0] != '\0';
}
