/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct engine, for src/sync only. */
#ifndef SYNC_ENGINE_PRIVATE_H
#define SYNC_ENGINE_PRIVATE_H

#include "base/json.h"
#include "store/mirror.h"
#include "sync/engine.h"
#include "sync/link.h"
#include "sync/snapshot_text.h"

/* Keys of site_meta. */
#define META_ADDRESS "central.address"         /* JSON */
#define META_STATE "central.state"             /* joined, fenced, revoked */
#define META_GENERATION "central.generation"
#define META_INCARNATION "central.incarnation"
#define META_CURSOR "central.cursor"           /* a snapshot; absent until the first snapshot is complete */
#define META_FIRST_CURSOR "central.first_cursor" /* where the pull goes on behind the first snapshot */
#define META_ERASURE "central.erasure"
#define META_OFFSET "central.offset_us"        /* centre's clock minus ours */
#define META_VERIFY "central.verify_due"      /* a snapshot was taken over rows that may be gone at the centre */
#define META_LAST_OK "central.last_ok_us"
#define META_SCHEMA "central.schema"          /* of the program that fetched what is here; SCHEMA_FETCHES: it is being fetched again */

#define META_MARK_AT "central.outbox_mark_us" /* everything up to the mark was acknowledged by then */
#define META_MARK "central.outbox_mark"
#define META_CUT "central.outbox_cut"         /* up to here it may go */
#define META_LEAD_UNTIL "central.lead_until_us" /* by this device's clock; 0: another device leads the site */

enum { SCHEMA_FETCHES = -1 };
enum { ANCHOR_UNKNOWN = -1 }; /* a centre that keeps no checkpoints */
enum { CACHE_TRANSACTION_US = 12000 }; /* a writer's turn on the shared file (decisions.md 11: 20 ms) */

struct engine {
    struct store *store;
    char *folder;
    struct link_address address;
    char *next_secret; /* a secret that was being changed when the power went */
    struct link *link;
    struct mirror *mirror;
    struct engine_report *report; /* of the cycle that runs */
    int site_no;
    int64_t last_op_seq, audit_seq, offset_us;
    int64_t checkpoint_seq; /* the newest that the centre keeps, or ANCHOR_UNKNOWN */
    int64_t backup_us; /* the centre's backups reach back so far */
    int64_t turn_started_us;
    int64_t lead_asked_us; /* monotonic; 0 not in this connection */
    bool in_turn;
    bool may_pull; /* this program is new enough for the centre */
    bool may_push; /* and the centre for this program: it knows every column that is sent */
    bool is_refetching; /* what an older program fetched is fetched again */
};

/* --- turns: short write transactions on the site's file --- */
enum status turn_begin(struct engine *engine, struct error *err) MUST_USE; /* harmless inside a turn */
bool turn_is_over(const struct engine *engine);
enum status turn_end(struct engine *engine, enum status status, struct error *err) MUST_USE; /* commits, or rolls back */

enum status meta_set_int(struct store *store, const char *key, int64_t value, struct error *err) MUST_USE;
enum status meta_get_int(struct store *store, const char *key, int64_t *out, struct error *err) MUST_USE; /* 0 when absent */

/* --- steps of a cycle --- */
enum status push_changes(struct engine *engine, struct error *err) MUST_USE;
/* Of the queue, what was acknowledged longer ago than the centre's backups reach (sync.md 7.4). */
enum status cut_outbox(struct engine *engine, struct error *err) MUST_USE;
enum status push_audit(struct engine *engine, struct error *err) MUST_USE;
/* Once a connection (anchor.c): the trail here leads to what the centre has of it, or the device is fenced; or, once after a new
 * enrolment, it goes on from where the two part. */
enum status meet_anchor(struct engine *engine, struct error *err) MUST_USE;
enum status push_checkpoints(struct engine *engine, struct error *err) MUST_USE; /* of what was sent */
enum status ask_anchor(struct engine *engine, struct json_writer *w, struct error *err) MUST_USE; /* "seq" and "hash" into the object */
enum status first_snapshot(struct engine *engine, struct error *err) MUST_USE;
/* Everything is fetched again by a snapshot and compared, because the cursor is no use any more; is_older_schema: or because an older
 * program fetched it, without the tables and columns that this one has. */
enum status start_afresh(struct engine *engine, bool is_older_schema, struct error *err) MUST_USE;
/* Has everything ended that was being written at the centre when this was called (sync.md 7.6)? Asks again for two seconds. */
enum status wait_quiet(struct engine *engine, bool *out_quiet, struct error *err) MUST_USE;
enum status pull_changes(struct engine *engine, struct error *err) MUST_USE;
enum status pull_erasures(struct engine *engine, struct error *err) MUST_USE;
enum status fetch_pending(struct engine *engine, struct error *err) MUST_USE;
/* Notes every row that differs as pending. */
enum status compare_tables(struct engine *engine, struct engine_verdict *out, struct error *err) MUST_USE;
/* Changes in quarantine about which the centre has decided meanwhile: their rows are fetched. */
enum status settle_quarantine(struct engine *engine, struct error *err) MUST_USE;
/* After a pull: gives other devices the refills that they asked this one for. */
enum status answer_refills(struct engine *engine, struct error *err) MUST_USE;
enum status renew_lead(struct engine *engine, struct error *err) MUST_USE;
enum status assert_erasures(struct engine *engine, struct error *err) MUST_USE;

/* --- rows --- */
/* Tables that come down, those that are referred to first. NULL-terminated; static. */
const struct table_info *const *pulled_tables(void);
/* "a, b::text, ..." for the registry's columns. */
void columns_append(struct buffer *sql, const struct table_info *table);
/* One field of PostgreSQL's binary form. bytes NULL: NULL. */
struct mirror_value wire_value(const struct column_info *column, const char *bytes, int len);
/* Writes the rows of a result whose columns are columns_append()'s, in turns. */
enum status put_result(struct engine *engine, const struct table_info *table, const PGresult *result, struct error *err) MUST_USE;

/* Notes that this copy may not go on, and says so. */
enum status engine_fence(struct engine *engine, const char *state, struct error *err);

#endif
