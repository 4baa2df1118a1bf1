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

enum { BATCH_OPS = 50, BATCHES_MAX = 200, ACKS_MAX = 10, AUDIT_BATCH = 500 };

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

static enum status send(struct engine *engine, const struct outbox_list *list, bool isolate, PGresult **out, struct error *err)
{
    struct link_params params = {0};
    fill(&params, list, isolate);
    enum status status = link_query(engine->link, "SELECT acked, xid, applied, problems FROM sync.push($1, $2, $3, $4, $5, $6, $7, $8)",
                                    &params, out, err);
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

static enum status send_batch(struct engine *engine, const struct outbox_list *list, struct acks *acks, struct error *err)
{
    PGresult *result = NULL;
    enum status status = send(engine, list, false, &result, err);
    if (status == STATUS_REFUSED && strcmp(engine->link->sqlstate, "SY012") == 0) {
        return engine_fence(engine, "fenced", err);
    }
    if (status == STATUS_REFUSED && !link_is_passing(engine->link)) {
        status = send(engine, list, true, &result, err); /* the bad one alone goes into quarantine */
    }
    if (status == STATUS_NOT_PERMITTED && strcmp(engine->link->sqlstate, "SY010") == 0) {
        return engine_fence(engine, "revoked", err);
    }
    if (status == STATUS_OK) {
        acks->items[acks->len++] = (struct ack){result_int(result, 0, 0), result_int(result, 0, 1), mem_copy_text(result_text(result, 0, 3))};
        engine->report->pushed += (int64_t)list->len;
        PQclear(result);
    }
    return status;
}

enum status push_changes(struct engine *engine, struct error *err)
{
    struct acks acks = {.len = 0};
    enum status status = STATUS_OK;
    int64_t sent = 0;
    for (int i = 0; status == STATUS_OK && i < BATCHES_MAX; i++) {
        struct outbox_list list = {0};
        status = outbox_next(engine->store, sent, BATCH_OPS, &list, err);
        if (status == STATUS_OK && list.len == 0) {
            break;
        }
        if (status == STATUS_OK) {
            status = send_batch(engine, &list, &acks, err);
            sent = list.items[list.len - 1].seq;
        }
        outbox_list_release(&list);
        if (status == STATUS_OK && acks.len == ACKS_MAX) {
            status = write_acks(engine, &acks, err);
        }
    }
    enum status written = write_acks(engine, &acks, status == STATUS_OK ? err : NULL); /* of what went before a failure, too */
    status = status == STATUS_OK ? written : status;
    return status == STATUS_OK && sent > 0 ? link_query(engine->link, "SELECT sync.wake()", NULL, NULL, err) : status;
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
    return status;
}
