/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The audit trail is anchored at the centre (security.md 3.2): what is here has to lead to what was sent, and the centre keeps this
 * device's checkpoints. data/server/010_anchors.sql is the other side. */
#include <string.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/audit_export.h"
#include "sync/engine_private.h"

enum { SAMPLES = 64, NOTES_BATCH = 100 };

/* Which of the records in (low, high) both ends have: one look at each of at most SAMPLES of them. */
static enum status sample(struct engine *engine, uint64_t low, uint64_t high, uint64_t *out_step, uint64_t *out_common, struct error *err)
{
    struct link_params params = {0};
    uint64_t step = (high - low + SAMPLES - 1) / SAMPLES, seqs[SAMPLES];
    uint8_t hashes[SAMPLES][CHAIN_HASH_BYTES];
    PGresult *result = NULL;
    size_t count = 0;
    enum status status = STATUS_OK;
    for (uint64_t at = low + step; status == STATUS_OK && at < high && count < SAMPLES; at += step) {
        bool is_here = false;
        seqs[count] = at;
        status = audit_hash_at(engine->store, at, hashes[count], &is_here, err);
        count += is_here;
    }
    struct buffer *array = link_params_array(&params, LINK_ARRAY_INT8, count);
    for (size_t i = 0; i < count; i++) {
        link_array_int(array, (int64_t)seqs[i]);
    }
    array = link_params_array(&params, LINK_ARRAY_BYTEA, count);
    for (size_t i = 0; i < count; i++) {
        link_array_bytes(array, hashes[i], CHAIN_HASH_BYTES);
    }
    if (status == STATUS_OK) {
        status = link_query(engine->link, "SELECT sync.audit_common($1, $2)", &params, &result, err);
    }
    if (status == STATUS_OK) {
        *out_step = step;
        *out_common = (uint64_t)result_int(result, 0, 0);
        PQclear(result);
    }
    link_params_release(&params);
    return status;
}

/* The last record that both have; each link covers all before it. */
static enum status find_fork(struct engine *engine, uint64_t end, uint64_t *out, struct error *err)
{
    uint64_t low = 0, high = end + 1; /* low is common, high is not */
    enum status status = STATUS_OK;
    while (status == STATUS_OK && high - low > 1) {
        uint64_t step = 0, common = 0;
        status = sample(engine, low, high, &step, &common, err);
        if (status == STATUS_OK) {
            low = common > low ? common : low;
            high = low + step < high ? low + step : high;
        }
    }
    *out = low;
    return status;
}

/* Fenced, or, once after a new enrolment, on from where the two trails part. */
static enum status part(struct engine *engine, bool may_fork, struct error *err)
{
    struct link_params params = {0};
    uint8_t hash[CHAIN_HASH_BYTES] = {0};
    uint64_t fork = 0;
    bool is_here = false, goes_on = false;
    PGresult *result = NULL;
    enum status status = may_fork ? find_fork(engine, (uint64_t)engine->audit_seq, &fork, err) : STATUS_OK;
    if (status == STATUS_OK && fork > 0) {
        status = audit_hash_at(engine->store, fork, hash, &is_here, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    link_params_int(&params, (int64_t)fork);
    link_params_bytes(&params, hash, sizeof hash);
    status = link_query(engine->link, "SELECT sync.audit_part($1, $2)", &params, &result, err);
    link_params_release(&params);
    if (status != STATUS_OK) {
        return status;
    }
    goes_on = result_int(result, 0, 0) != 0;
    PQclear(result);
    if (!goes_on) {
        log_write(LOG_ERROR, "sync: the audit trail here does not lead to what the centre has of it");
        status = engine_fence(engine, "fenced", err);
        return status != STATUS_NOT_PERMITTED
                   ? status
                   : error_set(err, status, _("The audit trail of this site does not lead to what the centre has of it: its files were put back to an "
                                              "older state, or changed. Work here goes on; it is not sent. Ask for a new enrolment and run: "
                                              "prescripcare join FILE --keep."));
    }
    log_write(LOG_WARNING, "sync: the audit trail goes on from record %llu; the centre keeps the other end, up to %lld",
              (unsigned long long)fork, (long long)engine->audit_seq);
    engine->audit_seq = (int64_t)fork;
    engine->checkpoint_seq = engine->checkpoint_seq < (int64_t)fork ? engine->checkpoint_seq : (int64_t)fork;
    return STATUS_OK;
}

enum status meet_anchor(struct engine *engine, struct error *err)
{
    PGresult *result = NULL;
    bool is_here = false, is_same = true, may_fork = false;
    enum status status = link_query(engine->link, "SELECT audit_seq, audit_hash, checkpoint_seq, may_fork FROM sync.audit_anchor()", NULL,
                                    &result, err);
    engine->checkpoint_seq = ANCHOR_UNKNOWN;
    if (status != STATUS_OK) {
        return link_is_schema_behind(engine->link) ? STATUS_OK : status; /* a centre that keeps none yet */
    }
    uint8_t here[CHAIN_HASH_BYTES];
    engine->audit_seq = result_int(result, 0, 0);
    engine->checkpoint_seq = result_int(result, 0, 2);
    may_fork = result_int(result, 0, 3) != 0;
    if (engine->audit_seq > 0) {
        status = audit_hash_at(engine->store, (uint64_t)engine->audit_seq, here, &is_here, err);
        is_same = is_here && PQgetlength(result, 0, 1) == CHAIN_HASH_BYTES && memcmp(PQgetvalue(result, 0, 1), here, CHAIN_HASH_BYTES) == 0;
    }
    PQclear(result);
    return status == STATUS_OK && !is_same ? part(engine, may_fork, err) : status;
}

static enum status send_notes(struct engine *engine, const struct audit_note_list *list, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    struct buffer *array = link_params_array(&params, LINK_ARRAY_INT8, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_int(array, (int64_t)list->items[i].seq);
    }
    array = link_params_array(&params, LINK_ARRAY_TEXT, list->len);
    for (size_t i = 0; i < list->len; i++) {
        link_array_text(array, list->items[i].note);
    }
    enum status status = link_query(engine->link, "SELECT sync.audit_keep($1, $2)", &params, &result, err);
    if (status == STATUS_OK) {
        engine->checkpoint_seq = (int64_t)list->items[list->len - 1].seq;
    } else if (strcmp(engine->link->sqlstate, "SY015") == 0) {
        log_write(LOG_ERROR, "sync: a checkpoint here speaks of another trail than the centre has");
        status = engine_fence(engine, "fenced", err);
    }
    PQclear(result);
    link_params_release(&params);
    return status;
}

enum status push_checkpoints(struct engine *engine, struct error *err)
{
    enum status status = STATUS_OK;
    for (bool more = engine->checkpoint_seq != ANCHOR_UNKNOWN; status == STATUS_OK && more;) {
        struct audit_note_list list = {0};
        status = audit_notes_after(engine->store, (uint64_t)engine->checkpoint_seq, (uint64_t)engine->audit_seq, NOTES_BATCH, &list, err);
        more = status == STATUS_OK && list.len > 0;
        if (more) {
            status = send_notes(engine, &list, err);
        }
        audit_note_list_release(&list);
    }
    return status;
}

enum status ask_anchor(struct engine *engine, struct json_writer *w, struct error *err)
{
    PGresult *result = NULL;
    enum status status = link_query(engine->link, "SELECT audit_seq, encode(audit_hash, 'hex') FROM sync.audit_anchor()", NULL, &result, err);
    if (status == STATUS_OK) {
        json_write_key(w, "seq");
        json_write_int(w, result_int(result, 0, 0));
        json_write_member(w, "hash", result_text(result, 0, 1));
        PQclear(result);
    }
    return status;
}
