/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that this site may see, table by table in the order of the ids, in pieces that are kept: a cut costs one
 * piece. What changes meanwhile comes with the pull that begins where the snapshot began (sync.md 7.7). */
#include <endian.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "sync/engine_private.h"

/* Rows are taken off the line first and written then: a turn that ended whenever the line had nothing more made a commit of every few
 * rows. While a batch is written the centre goes on into the line's buffers. */
enum { ROWS_AT_ONCE = 20000, BATCH_ROWS = 4000, BATCH_BYTES = 2 * 1024 * 1024, HEADER_BYTES = 11 + 4 };

static uint32_t take_u32(const char *at)
{
    uint32_t be;
    memcpy(&be, at, sizeof be);
    return be32toh(be);
}

/* One tuple of COPY BINARY (libpq gives one a time; the first comes behind the file's header). False: the end. */
static bool read_tuple(const char *bytes, int len, const struct table_info *table, struct mirror_value *values)
{
    const char *at = bytes, *end = bytes + len;
    if (len >= HEADER_BYTES && memcmp(bytes, "PGCOPY\n", 7) == 0) {
        at += HEADER_BYTES + 4 + take_u32(bytes + HEADER_BYTES);
    }
    if (end - at < 2 || ((unsigned char)at[0] << 8 | (unsigned char)at[1]) != table->column_count) {
        return false;
    }
    at += 2;
    for (int i = 0; i < table->column_count; i++) {
        if (end - at < 4) {
            return false;
        }
        int32_t field = (int32_t)take_u32(at);
        at += 4;
        if (field > end - at) {
            return false;
        }
        values[i] = wire_value(&table->columns[i], field < 0 ? NULL : at, field < 0 ? 0 : field);
        at += field < 0 ? 0 : field;
    }
    return true;
}

static int key_place(const struct table_info *table)
{
    int i = 0;
    while (strcmp(table->columns[i].name, table->key) != 0) {
        i++;
    }
    return i;
}

/* Progress goes with the rows of its turn. */
static enum status end_turn(struct engine *engine, const struct table_info *table, struct uid last, struct error *err)
{
    enum status status = mirror_progress_set(engine->mirror, table->name, last, false, err);
    return turn_end(engine, status, err);
}

static enum status put_tuple(struct engine *engine, const struct table_info *table, const struct mirror_value *values, int key,
                             struct uid *last, struct error *err)
{
    enum status status = turn_begin(engine, err);
    memcpy(last->bytes, values[key].bytes, sizeof last->bytes);
    if (status == STATUS_OK && engine->is_refetching && table->merge == MERGE_APPEND_ONLY && mirror_has(engine->mirror, table, *last)) {
        status = mirror_drop(engine->mirror, table, *last, err); /* what never changes is written once, then without the new columns */
    }
    if (status == STATUS_OK) {
        status = mirror_put(engine->mirror, table, values, err);
    }
    if (status == STATUS_OK) {
        engine->report->pulled++;
        if (turn_is_over(engine)) {
            status = end_turn(engine, table, *last, err);
        }
    }
    return status;
}

/* As they came off the line. */
struct batch {
    struct row {
        char *bytes;
        int len;
    } items[BATCH_ROWS];
    int count;
    long bytes;
};

static void batch_empty(struct batch *batch)
{
    for (int i = 0; i < batch->count; i++) {
        PQfreemem(batch->items[i].bytes);
    }
    batch->count = 0;
    batch->bytes = 0;
}

/* False: nothing comes behind it. */
static bool batch_fill(struct engine *engine, struct batch *batch)
{
    int len = 1;
    while (batch->count < BATCH_ROWS && batch->bytes < BATCH_BYTES && len > 0) {
        char *bytes = NULL;
        len = link_copy_row(engine->link, &bytes);
        if (len > 0) {
            batch->items[batch->count++] = (struct row){bytes, len};
            batch->bytes += len;
        }
    }
    return len > 0;
}

/* The file is held while rows are written only: the last turn ends here. */
static enum status write_batch(struct engine *engine, const struct table_info *table, const struct batch *batch, struct mirror_value *values,
                               struct uid *last, int *rows, struct error *err)
{
    enum status status = STATUS_OK;
    int key = key_place(table);
    for (int i = 0; status == STATUS_OK && i < batch->count; i++) {
        if (read_tuple(batch->items[i].bytes, batch->items[i].len, table, values)) {
            status = put_tuple(engine, table, values, key, last, err);
            ++*rows;
        }
    }
    return engine->in_turn && status == STATUS_OK ? end_turn(engine, table, *last, err) : turn_end(engine, status, err);
}

static enum status copy_piece(struct engine *engine, const struct table_info *table, struct uid *last, int *out_rows, struct error *err)
{
    struct buffer sql = BUFFER_INIT;
    char id[UID_TEXT_MAX];
    buffer_append_text(&sql, "COPY (SELECT ");
    columns_append(&sql, table);
    buffer_append_format(&sql, " FROM sync.snap_%s('%s', %d)) TO STDOUT (FORMAT binary)", table->name, uid_format(*last, id), ROWS_AT_ONCE);
    enum status status = link_copy(engine->link, sql.bytes, err);
    buffer_release(&sql);
    if (status != STATUS_OK) {
        return status;
    }
    struct mirror_value *values = mem_alloc_array((size_t)table->column_count, sizeof *values);
    struct batch *batch = mem_alloc(sizeof *batch);
    bool more = true;
    *out_rows = 0;
    while (more) { /* after a failure the rest is only taken off the line */
        more = batch_fill(engine, batch);
        status = status == STATUS_OK ? write_batch(engine, table, batch, values, last, out_rows, err) : status;
        batch_empty(batch);
    }
    mem_free(batch);
    mem_free(values);
    enum status ended = link_copy_end(engine->link, status == STATUS_OK ? err : NULL);
    return status == STATUS_OK ? ended : status;
}

static enum status copy_table(struct engine *engine, const struct table_info *table, struct error *err)
{
    struct uid last = UID_NONE;
    bool is_done = false;
    int rows = ROWS_AT_ONCE;
    enum status status = mirror_progress_get(engine->mirror, table->name, &last, &is_done, err);
    while (status == STATUS_OK && !is_done && rows == ROWS_AT_ONCE) {
        status = copy_piece(engine, table, &last, &rows, err);
    }
    if (status == STATUS_OK && !is_done) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = mirror_progress_set(engine->mirror, table->name, last, true, err);
        }
        status = turn_end(engine, status, err);
    }
    return status;
}

/* Remembers where the pull shall go on, once what was under way there has ended: a writer who began before a patient came to this
 * site has not noted the row for it, and the copy does not see the row before it is committed. */
static enum status mark_start(struct engine *engine, struct error *err)
{
    PGresult *result = NULL;
    bool is_quiet = false;
    enum status status = link_query(engine->link, "SELECT pg_current_snapshot()::text", NULL, &result, err);
    if (status == STATUS_OK) {
        status = wait_quiet(engine, &is_quiet, err);
        if (status == STATUS_OK && !is_quiet) {
            status = error_set(err, STATUS_BUSY, _("The centre is still writing what was begun before. The first copy begins when that has "
                                                   "ended; nothing needs to be done here."));
        }
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = store_meta_set(engine->store, META_FIRST_CURSOR, result_text(result, 0, 0), err);
        }
        status = turn_end(engine, status, err);
    }
    PQclear(result);
    return status;
}

enum status first_snapshot(struct engine *engine, struct error *err)
{
    char *cursor = NULL, *first = NULL;
    int64_t schema = 0;
    enum status status = store_meta_get(engine->store, META_CURSOR, &cursor, err);
    if (status == STATUS_OK) {
        status = meta_get_int(engine->store, META_SCHEMA, &schema, err);
    }
    bool is_complete = cursor != NULL && cursor[0] != '\0';
    mem_free(cursor);
    if (status == STATUS_OK && is_complete) {
        if (schema == store_schema_version(engine->store)) {
            return STATUS_OK;
        }
        status = start_afresh(engine, true, err);
        schema = SCHEMA_FETCHES;
    }
    engine->is_refetching = schema != 0 && schema != store_schema_version(engine->store);
    if (status == STATUS_OK) {
        status = store_meta_get(engine->store, META_FIRST_CURSOR, &first, err);
    }
    if (status == STATUS_OK && (first == NULL || first[0] == '\0')) {
        status = mark_start(engine, err);
        mem_free(first);
        first = NULL;
        if (status == STATUS_OK) {
            status = store_meta_get(engine->store, META_FIRST_CURSOR, &first, err);
        }
    }
    for (const struct table_info *const *table = pulled_tables(); status == STATUS_OK && *table != NULL; table++) {
        status = copy_table(engine, *table, err);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = store_meta_set(engine->store, META_CURSOR, first, err);
        }
        if (status == STATUS_OK) {
            status = meta_set_int(engine->store, META_SCHEMA, store_schema_version(engine->store), err);
        }
        status = turn_end(engine, status, err);
    }
    mem_free(first);
    return status;
}
