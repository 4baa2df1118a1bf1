/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sending: changes in their order, whole local transactions, each call one transaction at the centre; then the audit
 * (sync.md 7.4). */
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/audit_export.h"
#include "store/outbox_store.h"
#include "sync/engine_private.h"

enum { BATCH_OPS = 50, BATCHES_MAX = 200, IN_FLIGHT = 4, ACKS_MAX = 10, AUDIT_BATCH = 500 };

static void fill(struct link_params *params, const struct outbox_list *list, bool isolate)
{
    link_params_int(params, list->items[0].seq);
    struct buffer *array = link_params_array(params, LINK_ARRAY_UUID, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_uid(array, list->items[i].op_uuid);
    }
    array = link_params_array(params, LINK_ARRAY_TEXT, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_text(array, list->items[i].table);
    }
    array = link_params_array(params, LINK_ARRAY_UUID, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_uid(array, list->items[i].row);
    }
    array = link_params_array(params, LINK_ARRAY_UUID, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_uid(array, list->items[i].user);
    }
    array = link_params_array(params, LINK_ARRAY_INT8, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_int(array, list->items[i].created_us);
    }
    array = link_params_array(params, LINK_ARRAY_JSONB, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_json(array, list->items[i].op);
    }
    link_params_bool(params, isolate);
}

static const char PUSH[] = "SELECT acked, xid, applied, problems FROM sync.push($1, $2, $3, $4, $5, $6, $7, $8)";

static enum status send(struct engine *engine, const struct outbox_list *list, bool isolate, PGresult **out, struct error *err)
{
    struct link_params params = {0};
    fill(&params, list, isolate);
    enum status status = link_query(engine->link, PUSH, &params, out, err);
    link_params_release(&params);
    return status;
}

/* What the centre could not apply is named to the people here. */
static enum status note_problems(struct engine *engine, const char *problems, struct error *err)
{
    struct json_document *doc = NULL;
    enum status status = json_parse(problems, strlen(problems), &JSON_LIMITS_DEFAULT, 1, &doc, err);
    for (const struct json *item = status == STATUS_OK ? json_first(json_root(doc)) : NULL; status == STATUS_OK && item != NULL;
         item = json_next(item)) {
        struct decimal seq;
        status = json_decimal(json_get(item, "seq"), &seq, err);
        if (status == STATUS_OK) {
            char *problem = mem_format("%s: %s", json_get_string(item, "sqlstate"), json_get_string(item, "message"));
            status = outbox_set_problem(engine->store, seq.mantissa, problem, err);
            mem_free(problem);
            engine->report->quarantined++;
        }
    }
    json_free(doc);
    return status;
}

/* Acknowledgements that are not written down yet. To lose them is harmless, because what is sent twice changes nothing; so
 * that several share one commit on the disk. */
struct acks {
    struct ack {
        int64_t up_to, xid;
        char *problems;
    } items[ACKS_MAX];
    int len;
};

static enum status write_acks(struct engine *engine, struct acks *acks, struct error *err)
{
    enum status status = acks->len > 0 ? turn_begin(engine, err) : STATUS_OK;
    for (int i = 0; i < acks->len; i++) {
        if (status == STATUS_OK) {
            status = outbox_acknowledge(engine->store, acks->items[i].up_to, acks->items[i].xid, err);
        }
        if (status == STATUS_OK) {
            status = note_problems(engine, acks->items[i].problems, err);
        }
        mem_free(acks->items[i].problems);
    }
    acks->len = 0;
    return turn_end(engine, status, err);
}

static void add_ack(struct acks *acks, PGresult *result)
{
    acks->items[acks->len++] = (struct ack){result_int(result, 0, 0), result_int(result, 0, 1), mem_copy_text(result_text(result, 0, 3))};
    PQclear(result);
}

/* One batch by itself: where it is refused, the bad change alone goes into quarantine. */
static enum status send_batch(struct engine *engine, const struct outbox_list *list, struct acks *acks, struct error *err)
{
    PGresult *result = NULL;
    enum status status = send(engine, list, false, &result, err);
    if (status == STATUS_REFUSED && strcmp(engine->link->sqlstate, "SY012") == 0) {
        return engine_fence(engine, "fenced", err);
    }
    /* 42501: something inside the change may not be, which is no reason to stop the others. */
    if ((status == STATUS_REFUSED && !link_is_passing(engine->link)) ||
        (status == STATUS_NOT_PERMITTED && strcmp(engine->link->sqlstate, "42501") == 0)) {
        status = send(engine, list, true, &result, err);
    }
    if (status == STATUS_NOT_PERMITTED && strcmp(engine->link->sqlstate, "SY010") == 0) {
        return engine_fence(engine, "revoked", err);
    }
    if (status == STATUS_OK) {
        engine->report->pushed += (int64_t)list->len;
        add_ack(acks, result);
    }
    return status;
}

/* Batches on their way: each a transaction of its own at the centre. When one is refused, those behind it fail for the gap and
 * change nothing (sync.md 7.4). */
struct window {
    struct {
        int64_t last;
        size_t count;
    } items[IN_FLIGHT];
    int first, len;
    int64_t sent;  /* last number that is on its way */
    int64_t acked; /* and that was answered */
    int batches;
};

static enum status send_next(struct engine *engine, struct window *w, bool *out_more, struct error *err)
{
    struct outbox_list list = {0};
    struct link_params params = {0};
    enum status status = outbox_next(engine->store, w->sent, BATCH_OPS, &list, err);
    *out_more = status == STATUS_OK && list.len > 0;
    if (*out_more) {
        fill(&params, &list, false);
        status = link_send(engine->link, PUSH, &params, err);
        link_params_release(&params);
        int at = (w->first + w->len++) % IN_FLIGHT;
        w->items[at].last = w->sent = list.items[list.len - 1].seq;
        w->items[at].count = list.len;
        w->batches++;
    }
    outbox_list_release(&list);
    return status;
}

static enum status receive_first(struct engine *engine, struct window *w, struct acks *acks, struct error *err)
{
    PGresult *result = NULL;
    int at = w->first;
    enum status status = link_receive(engine->link, &result, err);
    w->first = (w->first + 1) % IN_FLIGHT;
    w->len--;
    if (status == STATUS_OK) {
        engine->report->pushed += (int64_t)w->items[at].count;
        w->acked = w->items[at].last;
        add_ack(acks, result);
    }
    return status;
}

/* Until nothing waits, the turn is over, or a batch fails; nothing is on its way then. *out_failed: the centre answered and
 * refused; the batch behind w->acked has to go by itself. */
static enum status send_window(struct engine *engine, struct window *w, struct acks *acks, bool *out_failed, struct error *err)
{
    enum status status = STATUS_OK;
    bool more = true;
    w->sent = w->acked;
    w->len = 0;
    do {
        while (status == STATUS_OK && more && w->len < IN_FLIGHT && w->batches < BATCHES_MAX) {
            status = send_next(engine, w, &more, err);
        }
        if (status == STATUS_OK && w->len > 0) {
            status = receive_first(engine, w, acks, err);
        }
        if (status == STATUS_OK && acks->len == ACKS_MAX) {
            status = write_acks(engine, acks, err);
        }
    } while (status == STATUS_OK && w->len > 0);
    *out_failed = status != STATUS_OK && !link_is_lost(engine->link) && engine->link->sqlstate[0] != '\0';
    while (w->len > 0 && !link_is_lost(engine->link)) { /* they failed for the gap */
        PGresult *result = NULL;
        if (link_receive(engine->link, &result, NULL) == STATUS_OK) {
            PQclear(result);
        }
        w->len--;
    }
    enum status ended = link_send_end(engine->link, status == STATUS_OK ? err : NULL);
    return status == STATUS_OK ? ended : status;
}

enum status push_changes(struct engine *engine, struct error *err)
{
    struct acks acks = {.len = 0};
    struct window w = {.batches = 0};
    enum status status = STATUS_OK;
    bool is_refused = true;
    while (status == STATUS_OK && is_refused && w.batches < BATCHES_MAX) {
        status = send_window(engine, &w, &acks, &is_refused, err);
        if (is_refused && !link_is_lost(engine->link)) {
            struct outbox_list list = {0};
            status = outbox_next(engine->store, w.acked, BATCH_OPS, &list, err);
            if (status == STATUS_OK && list.len > 0) {
                status = send_batch(engine, &list, &acks, err);
                w.acked = list.items[list.len - 1].seq;
                w.batches++;
            }
            outbox_list_release(&list);
            if (status == STATUS_OK && acks.len == ACKS_MAX) {
                status = write_acks(engine, &acks, err);
            }
        }
    }
    enum status written = write_acks(engine, &acks, status == STATUS_OK ? err : NULL); /* of what went before a failure, too */
    status = status == STATUS_OK ? written : status;
    return status == STATUS_OK && w.acked > 0 ? link_query(engine->link, "SELECT sync.wake()", NULL, NULL, err) : status;
}

/* --- what is kept -------------------------------------------------------------------------------------------------- */

struct cut {
    int64_t marked_us, mark, to;
};

/* A mark that is as old as the backups lets everything below it go and is set anew, so that a change stays for one to two times
 * their reach. One that lies ahead comes from a clock that was wrong. */
static enum status move_mark(struct engine *engine, struct cut *cut, int64_t now_us, struct error *err)
{
    if (cut->marked_us != 0 && cut->marked_us <= now_us) {
        cut->to = cut->mark;
    }
    cut->marked_us = now_us;
    return outbox_acknowledged(engine->store, &cut->mark, err);
}

static enum status write_cut(struct engine *engine, const struct cut *cut, struct error *err)
{
    enum status status = meta_set_int(engine->store, META_MARK_AT, cut->marked_us, err);
    if (status == STATUS_OK) {
        status = meta_set_int(engine->store, META_MARK, cut->mark, err);
    }
    return status == STATUS_OK ? meta_set_int(engine->store, META_CUT, cut->to, err) : status;
}

enum status cut_outbox(struct engine *engine, struct error *err)
{
    struct cut cut = {0};
    int64_t now_us = clock_now_us(store_clock(engine->store)) + engine->offset_us;
    bool more = true;
    enum status status = meta_get_int(engine->store, META_MARK_AT, &cut.marked_us, err);
    if (status == STATUS_OK) {
        status = meta_get_int(engine->store, META_MARK, &cut.mark, err);
    }
    if (status == STATUS_OK) {
        status = meta_get_int(engine->store, META_CUT, &cut.to, err);
    }
    bool is_due = cut.marked_us == 0 || cut.marked_us > now_us || now_us - cut.marked_us > engine->backup_us;
    if (status != STATUS_OK || (!is_due && cut.to == 0)) {
        return status;
    }
    status = turn_begin(engine, err);
    if (status == STATUS_OK && is_due) {
        status = move_mark(engine, &cut, now_us, err);
    }
    if (status == STATUS_OK) {
        status = outbox_cut(engine->store, cut.to, &more, err);
    }
    if (status == STATUS_OK) {
        cut.to = more ? cut.to : 0;
        status = write_cut(engine, &cut, err);
    }
    return turn_end(engine, status, err);
}

/* --- quarantine ---------------------------------------------------------------------------------------------------- */

static void add_seq(void *to, int64_t seq)
{
    struct buffer *seqs = to;
    buffer_append_u64be(seqs, (uint64_t)seq);
}

enum status settle_quarantine(struct engine *engine, struct error *err)
{
    struct buffer seqs = BUFFER_INIT;
    struct link_params params = {0};
    PGresult *result = NULL;
    enum status status = outbox_quarantined(engine->store, add_seq, &seqs, err);
    if (status != STATUS_OK || seqs.len == 0) {
        buffer_release(&seqs);
        return status;
    }
    struct buffer *array = link_params_array(&params, LINK_ARRAY_INT8, seqs.len / sizeof(uint64_t));
    for (size_t i = 0; i < seqs.len; i += sizeof(uint64_t)) {
        buffer_append_u32be(array, sizeof(uint64_t));
        buffer_append(array, seqs.bytes + i, sizeof(uint64_t));
    }
    status = link_query(engine->link, "SELECT s FROM sync.quarantine_settled($1) s", &params, &result, err);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = turn_end(engine, mirror_settle(engine->mirror, result_int(result, i, 0), err), err);
        }
    }
    PQclear(result);
    link_params_release(&params);
    buffer_release(&seqs);
    return status;
}

/* --- audit --------------------------------------------------------------------------------------------------------- */

static enum status send_audit(struct engine *engine, const struct audit_row_list *list, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    link_params_int(&params, (int64_t)list->items[0].seq);
    struct buffer *array = link_params_array(&params, LINK_ARRAY_JSONB, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_json(array, list->items[i].columns);
    }
    array = link_params_array(&params, LINK_ARRAY_BYTEA, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_bytes(array, list->items[i].record.bytes, list->items[i].record.len);
    }
    array = link_params_array(&params, LINK_ARRAY_BYTEA, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_bytes(array, list->items[i].hash, CHAIN_HASH_BYTES);
    }
    array = link_params_array(&params, LINK_ARRAY_BYTEA, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_bytes(array, list->items[i].mac, CHAIN_HASH_BYTES);
    }
    enum status status = link_query(engine->link, "SELECT sync.audit_append($1, $2, $3, $4, $5)", &params, &result, err);
    if (status == STATUS_OK) {
        engine->audit_seq = result_int(result, 0, 0);
        engine->report->audit_sent += (int64_t)list->len;
        PQclear(result);
    } else if (strcmp(engine->link->sqlstate, "SY015") == 0) {
        log_write(LOG_ERROR, "sync: the audit chain here is not the one that the centre knows");
        status = engine_fence(engine, "fenced", err);
    }
    link_params_release(&params);
    return status;
}

enum status push_audit(struct engine *engine, struct error *err)
{
    enum status status = STATUS_OK;
    for (bool more = true; status == STATUS_OK && more;) {
        struct audit_row_list list = {0};
        status = audit_rows_after(engine->store, (uint64_t)engine->audit_seq, AUDIT_BATCH, &list, err);
        more = status == STATUS_OK && list.len > 0;
        if (more) {
            status = send_audit(engine, &list, err);
        }
        audit_row_list_release(&list);
    }
    return status == STATUS_OK ? push_checkpoints(engine, err) : status;
}
