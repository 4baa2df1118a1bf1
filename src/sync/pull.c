/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fetching what changed between the cursor and now, by exact difference of snapshots (sync.md 7.5, 7.6, 7.8). */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "store/outbox_store.h"
#include "sync/engine_private.h"
#include "sync/synced.h"

enum { KEYS_AT_ONCE = 5000, FETCH_AT_ONCE = 2000, TABLES_MAX = 256, QUIET_TRIES = 100, QUIET_PAUSE_MS = 20 };

/* Ids, grouped by table at the end by sorting. */
struct key {
    int table; /* place in TABLES; -1: the scope */
    struct uid id;
};
struct key_list {
    struct key *items;
    size_t len, cap;
};

static int place_of(const char *name)
{
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (strcmp(TABLES[i]->name, name) == 0) {
            return table_is_pulled(TABLES[i]) ? i : TABLES_COUNT;
        }
    }
    return strcmp(name, "scope") == 0 ? -1 : TABLES_COUNT; /* a newer centre's table: not ours */
}

static void add_key(void *to, const char *table, struct uid id)
{
    struct key_list *list = to;
    int place = place_of(table);
    if (place < TABLES_COUNT) {
        MEM_GROW(list);
        list->items[list->len++] = (struct key){place, id};
    }
}

static int compare(const void *a, const void *b)
{
    const struct key *x = a, *y = b;
    return x->table != y->table ? x->table - y->table : uid_compare(x->id, y->id);
}

static void sort_unique(struct key_list *list)
{
    size_t n = 0;
    if (list->len > 0) {
        qsort(list->items, list->len, sizeof *list->items, compare);
    }
    for (size_t i = 0; i < list->len; i++) {
        if (n == 0 || compare(&list->items[n - 1], &list->items[i]) != 0) {
            list->items[n++] = list->items[i];
        }
    }
    list->len = n;
}

/* The part of a sorted list that belongs to one table. */
static struct key *part(const struct key_list *list, int table, size_t *out_count)
{
    size_t from = 0;
    while (from < list->len && list->items[from].table < table) {
        from++;
    }
    size_t to = from;
    while (to < list->len && list->items[to].table == table) {
        to++;
    }
    *out_count = to - from;
    return list->items + from;
}

static int compare_uid(const void *a, const void *b)
{
    return uid_compare(*(const struct uid *)a, *(const struct uid *)b);
}

/* --- fetching ------------------------------------------------------------------------------------------------------ */

static enum status query_ids(struct engine *engine, const char *function, const struct table_info *table, const struct uid *ids,
                             size_t count, PGresult **out, struct error *err)
{
    struct link_params params = {0};
    struct buffer sql = BUFFER_INIT;
    buffer_append_text(&sql, "SELECT ");
    columns_append(&sql, table);
    buffer_append_format(&sql, " FROM sync.%s_%s($1)", function, table->name);
    struct buffer *array = link_params_array(&params, LINK_ARRAY_UUID, count);
    for (size_t i = 0; i < count; i++) {
        link_array_uid(array, ids[i]);
    }
    enum status status = link_query(engine->link, sql.bytes, &params, out, err);
    link_params_release(&params);
    buffer_release(&sql);
    return status;
}

/* A key that gives no row is not visible to this site any more: never trust the logged operation. */
static enum status drop_missing(struct engine *engine, const struct table_info *table, const struct uid *ids, size_t count,
                                const PGresult *result, struct error *err)
{
    int rows = PQntuples(result), key = 0;
    if ((size_t)rows >= count) {
        return STATUS_OK;
    }
    while (strcmp(table->columns[key].name, table->key) != 0) {
        key++;
    }
    struct uid *found = mem_alloc_array((size_t)rows + 1, sizeof *found);
    for (int i = 0; i < rows; i++) {
        found[i] = result_uid(result, i, key);
    }
    qsort(found, (size_t)rows, sizeof *found, compare_uid);
    enum status status = turn_begin(engine, err);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        if (bsearch(&ids[i], found, (size_t)rows, sizeof *found, compare_uid) == NULL) {
            status = mirror_drop(engine->mirror, table, ids[i], err);
        }
    }
    mem_free(found);
    return status;
}

/* What one question brought: rows of a table for these ids. */
struct fetched {
    const struct table_info *table;
    const struct key *keys; /* borrowed */
    size_t key_count;
    struct uid *ids; /* that were asked for: facts that never change and are here need no fetching */
    size_t id_count;
    PGresult *result; /* NULL: nothing was asked */
};

static void fetched_release(struct fetched *f)
{
    mem_free(f->ids);
    PQclear(f->result);
    memset(f, 0, sizeof *f);
}

static enum status ask(struct engine *engine, struct fetched *f, struct error *err)
{
    f->ids = mem_alloc_array(f->key_count + 1, sizeof *f->ids);
    for (size_t i = 0; i < f->key_count; i++) {
        if (f->table->merge != MERGE_APPEND_ONLY || !mirror_has(engine->mirror, f->table, f->keys[i].id)) {
            f->ids[f->id_count++] = f->keys[i].id;
        }
    }
    return f->id_count > 0 ? query_ids(engine, "fetch", f->table, f->ids, f->id_count, &f->result, err) : STATUS_OK;
}

/* Leaves the last turn open. */
static enum status write_fetched(struct engine *engine, const struct fetched *f, bool is_pending, struct error *err)
{
    enum status status = STATUS_OK;
    if (f->result != NULL) {
        status = put_result(engine, f->table, f->result, err);
        if (status == STATUS_OK) {
            status = drop_missing(engine, f->table, f->ids, f->id_count, f->result, err);
        }
    }
    if (status == STATUS_OK && is_pending) {
        status = turn_begin(engine, err);
        for (size_t i = 0; status == STATUS_OK && i < f->key_count; i++) {
            status = mirror_pending_remove(engine->mirror, f->table->name, f->keys[i].id, err);
        }
    }
    return status;
}

/* Keys that were noted as missing: question by question, each kept. */
static enum status fetch_noted(struct engine *engine, const struct key_list *list, struct error *err)
{
    enum status status = STATUS_OK;
    for (const struct table_info *const *table = pulled_tables(); status == STATUS_OK && *table != NULL; table++) {
        size_t count = 0;
        struct key *keys = part(list, place_of((*table)->name), &count);
        for (size_t at = 0; status == STATUS_OK && at < count; at += FETCH_AT_ONCE) {
            struct fetched f = {.table = *table, .keys = keys + at, .key_count = count - at < FETCH_AT_ONCE ? count - at : FETCH_AT_ONCE};
            status = ask(engine, &f, err);
            if (status == STATUS_OK) {
                status = write_fetched(engine, &f, true, err);
            }
            status = turn_end(engine, status, err);
            fetched_release(&f);
        }
    }
    return status;
}

/* All questions first, then all writing: so that nobody here waits for the file while we wait for the line, and the rows of
 * one change appear together. Leaves the last turn open, for the cursor. */
static enum status fetch_changed(struct engine *engine, const struct key_list *list, struct error *err)
{
    struct fetched all[TABLES_MAX];
    int asked = 0;
    enum status status = STATUS_OK;
    memset(all, 0, sizeof all);
    for (const struct table_info *const *table = pulled_tables(); status == STATUS_OK && *table != NULL && asked < TABLES_MAX; table++) {
        struct fetched *f = &all[asked];
        f->table = *table;
        f->keys = part(list, place_of((*table)->name), &f->key_count);
        if (f->key_count > 0) {
            status = ask(engine, f, err);
            asked++;
        }
    }
    for (int i = 0; i < asked; i++) {
        if (status == STATUS_OK) {
            status = write_fetched(engine, &all[i], false, err);
        }
        fetched_release(&all[i]);
    }
    return status;
}

/* --- persons who come and go --------------------------------------------------------------------------------------- */

enum status wait_quiet(struct engine *engine, bool *out_quiet, struct error *err)
{
    PGresult *result = NULL;
    *out_quiet = false;
    enum status status = link_query(engine->link, "SELECT pg_snapshot_xmax(pg_current_snapshot())::text", NULL, &result, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *horizon = mem_copy_text(result_text(result, 0, 0));
    PQclear(result);
    for (int i = 0; status == STATUS_OK && !*out_quiet && i < QUIET_TRIES; i++) {
        struct link_params params = {0};
        link_params_text(&params, horizon);
        status = link_query(engine->link, "SELECT sync.is_quiet($1::xid8)", &params, &result, err);
        if (status == STATUS_OK) {
            *out_quiet = result_int(result, 0, 0) != 0;
            PQclear(result);
        }
        link_params_release(&params);
        if (!*out_quiet) {
            const struct timespec pause = {0, QUIET_PAUSE_MS * 1000000L};
            (void)nanosleep(&pause, NULL); /* a shorter pause asks sooner */
        }
    }
    mem_free(horizon);
    return status;
}

/* As fetch_changed(): no question while the file is held. */
static enum status copy_person(struct engine *engine, struct uid user, struct error *err)
{
    struct fetched all[TABLES_MAX];
    int asked = 0;
    enum status status = STATUS_OK;
    memset(all, 0, sizeof all);
    for (const struct table_info *const *table = pulled_tables(); status == STATUS_OK && *table != NULL && asked < TABLES_MAX; table++) {
        if (table_owner(*table) == OWNER_PERSON) {
            all[asked].table = *table;
            status = query_ids(engine, "of", *table, &user, 1, &all[asked].result, err);
            asked++;
        }
    }
    for (int i = 0; i < asked; i++) {
        if (status == STATUS_OK) {
            status = put_result(engine, all[i].table, all[i].result, err);
        }
        fetched_release(&all[i]);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
    }
    if (status == STATUS_OK) {
        status = mirror_pending_remove(engine->mirror, "scope", user, err);
    }
    return turn_end(engine, status, err);
}

static enum status leave_person(struct engine *engine, struct uid user, struct error *err)
{
    enum status status = turn_begin(engine, err);
    if (status == STATUS_OK && !mirror_person_waits(engine->mirror, user)) {
        status = mirror_forget(engine->mirror, user, err);
        if (status == STATUS_OK) {
            status = mirror_pending_remove(engine->mirror, "scope", user, err);
        }
        engine->report->left++;
    }
    return turn_end(engine, status, err);
}

/* Each scope key is asked about now, not believed. A person whom this push or another device of the site has just
 * registered has no older rows that could be missing. */
static enum status settle_scope(struct engine *engine, const struct key *keys, size_t count, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    struct buffer *array = link_params_array(&params, LINK_ARRAY_UUID, count);
    bool is_quiet = false, asked = false;
    for (size_t i = 0; i < count; i++) {
        link_array_uid(array, keys[i].id);
    }
    enum status status = link_query(engine->link, "SELECT user_id, is_new FROM sync.in_scope($1) ORDER BY user_id", &params, &result, err);
    link_params_release(&params);
    int rows = status == STATUS_OK ? PQntuples(result) : 0, at = 0;
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        while (at < rows && uid_compare(result_uid(result, at, 0), keys[i].id) < 0) {
            at++;
        }
        bool is_in = at < rows && uid_compare(result_uid(result, at, 0), keys[i].id) == 0;
        if (!is_in) {
            status = leave_person(engine, keys[i].id, err);
        } else if (result_int(result, at, 1) != 0) {
            status = turn_begin(engine, err);
            if (status == STATUS_OK) {
                status = mirror_pending_remove(engine->mirror, "scope", keys[i].id, err);
            }
        } else {
            status = turn_end(engine, STATUS_OK, err);
            if (status == STATUS_OK && !asked) {
                status = wait_quiet(engine, &is_quiet, err);
                asked = true;
            }
            if (status == STATUS_OK && is_quiet) {
                status = copy_person(engine, keys[i].id, err);
            } else {
                engine->report->entering++; /* the mark stays, and the next cycle asks again */
            }
        }
    }
    PQclear(result);
    return turn_end(engine, status, err);
}

/* --- what is known to be missing ----------------------------------------------------------------------------------- */

enum status fetch_pending(struct engine *engine, struct error *err)
{
    struct key_list list = {0};
    size_t count = 0;
    enum status status = mirror_pending_list(engine->mirror, add_key, &list, err);
    sort_unique(&list);
    struct key *scope = part(&list, -1, &count);
    if (status == STATUS_OK && count > 0) {
        status = settle_scope(engine, scope, count, err);
    }
    if (status == STATUS_OK && list.len > count) {
        status = fetch_noted(engine, &list, err);
    }
    mem_free(list.items);
    return status;
}

/* --- a pull -------------------------------------------------------------------------------------------------------- */

static enum status read_keys(struct engine *engine, const char *cursor, struct key_list *list, char **out_snapshot, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    enum status status = link_query(engine->link, "SELECT pg_current_snapshot()::text", NULL, &result, err);
    if (status != STATUS_OK) {
        return status;
    }
    *out_snapshot = mem_copy_text(result_text(result, 0, 0));
    PQclear(result);
    result = NULL;
    link_params_text(&params, cursor);
    status = link_query(engine->link, "SELECT name, pk FROM sync.pull_keys($1::pg_snapshot)", &params, &result, err);
    link_params_release(&params);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        add_key(list, result_text(result, i, 0), result_uid(result, i, 1));
    }
    PQclear(result);
    return status;
}

/* Too many for one transaction at the centre: the keys are kept here with the cursor, the rows follow in pieces. */
static enum status keep_keys(struct engine *engine, const struct key_list *list, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < list->len; i++) {
        if (turn_is_over(engine)) {
            status = turn_end(engine, STATUS_OK, err);
        }
        if (status == STATUS_OK) {
            status = turn_begin(engine, err);
        }
        if (status == STATUS_OK) {
            const char *table = list->items[i].table < 0 ? "scope" : TABLES[list->items[i].table]->name;
            status = mirror_pending_add(engine->mirror, table, list->items[i].id, NULL, err);
        }
    }
    return status;
}

/* Scope keys always wait for the next step; rows are written here, and the cursor moves with the last of them. */
static enum status take_rows(struct engine *engine, struct key_list *list, struct error *err)
{
    size_t scopes = 0;
    sort_unique(list);
    struct key_list waiting = {part(list, -1, &scopes), 0, 0};
    waiting.len = scopes;
    enum status status = turn_end(engine, keep_keys(engine, &waiting, err), err);
    if (status != STATUS_OK) {
        return status;
    }
    return list->len - scopes > KEYS_AT_ONCE ? keep_keys(engine, list, err) : fetch_changed(engine, list, err);
}

enum status start_afresh(struct engine *engine, bool is_older_schema, struct error *err)
{
    enum status status = turn_begin(engine, err);
    if (status == STATUS_OK) {
        status = store_meta_set(engine->store, META_CURSOR, "", err);
    }
    if (status == STATUS_OK) {
        status = store_meta_set(engine->store, META_FIRST_CURSOR, "", err);
    }
    if (status == STATUS_OK) {
        status = store_meta_set(engine->store, META_VERIFY, "1", err);
    }
    if (status == STATUS_OK) {
        status = mirror_progress_clear(engine->mirror, err);
    }
    if (status == STATUS_OK && is_older_schema) {
        status = meta_set_int(engine->store, META_SCHEMA, SCHEMA_FETCHES, err);
    }
    return turn_end(engine, status, err);
}

static enum status pull_in_snapshot(struct engine *engine, const char *cursor, struct error *err)
{
    struct key_list list = {0};
    struct snapshot snapshot = {0};
    char *text = NULL;
    enum status status = read_keys(engine, cursor, &list, &text, err);
    if (status == STATUS_OK) {
        status = snapshot_parse(text, &snapshot, err);
    }
    if (status == STATUS_OK && engine->mirror == NULL) {
        engine->mirror = mirror_new(engine->store);
    }
    if (status == STATUS_OK) {
        mirror_set_snapshot(engine->mirror, snapshot_sees, &snapshot);
        status = mirror_confirmable(engine->mirror, add_key, &list, err);
    }
    if (status == STATUS_OK) {
        status = take_rows(engine, &list, err);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
    }
    if (status == STATUS_OK) {
        status = mirror_confirm(engine->mirror, err);
    }
    if (status == STATUS_OK) {
        status = store_meta_set(engine->store, META_CURSOR, text, err);
    }
    if (status == STATUS_OK) {
        status = meta_set_int(engine->store, META_LAST_OK, clock_now_us(store_clock(engine->store)), err);
    }
    status = turn_end(engine, status, err);
    if (engine->mirror != NULL) {
        mirror_set_snapshot(engine->mirror, NULL, NULL);
    }
    mem_free(list.items);
    mem_free(text);
    snapshot_release(&snapshot);
    return status;
}

enum status pull_changes(struct engine *engine, struct error *err)
{
    char *cursor = NULL;
    bool is_too_old = false;
    enum status status = store_meta_get(engine->store, META_CURSOR, &cursor, err);
    if (status == STATUS_OK) {
        status = link_run(engine->link, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", err);
    }
    if (status == STATUS_OK) {
        status = pull_in_snapshot(engine, cursor != NULL ? cursor : "", err);
        if (status == STATUS_REFUSED && strcmp(engine->link->sqlstate, "SY020") == 0) {
            log_write(LOG_WARNING, "sync: away for longer than the centre's log reaches back");
            status = start_afresh(engine, false, err);
            is_too_old = status == STATUS_OK;
        }
    }
    if (engine->link != NULL) {
        enum status ended = link_run(engine->link, "ROLLBACK", status == STATUS_OK ? err : NULL); /* it only read */
        status = status == STATUS_OK ? ended : status;
    }
    mem_free(cursor);
    if (status == STATUS_OK && is_too_old) { /* the snapshot sets a cursor that is not */
        status = first_snapshot(engine, err);
        return status == STATUS_OK ? pull_changes(engine, err) : status;
    }
    return status == STATUS_OK ? fetch_pending(engine, err) : status;
}

struct erased_list {
    struct buffer users, macs;
    size_t count;
};

static void add_erased(void *to, struct uid user, const void *mac, int len)
{
    struct erased_list *list = to;
    link_array_uid(&list->users, user);
    link_array_bytes(&list->macs, mac, (size_t)len);
    list->count++;
}

/* The centre is another incarnation: whom it had erased must not come back with its backup. */
enum status assert_erasures(struct engine *engine, struct error *err)
{
    struct erased_list list = {BUFFER_INIT, BUFFER_INIT, 0};
    struct link_params params = {0};
    enum status status = mirror_erased_list(engine->mirror, add_erased, &list, err);
    if (status == STATUS_OK && list.count > 0) {
        struct buffer *users = link_params_array(&params, LINK_ARRAY_UUID, list.count);
        buffer_append(users, list.users.bytes, list.users.len);
        struct buffer *macs = link_params_array(&params, LINK_ARRAY_BYTEA, list.count);
        buffer_append(macs, list.macs.bytes, list.macs.len);
        status = link_query(engine->link, "SELECT sync.reassert_erasures($1, $2)", &params, NULL, err);
    }
    link_params_release(&params);
    buffer_release(&list.users);
    buffer_release(&list.macs);
    return status;
}

/* Before anything is sent: rows, search terms and waiting changes of erased persons go (sync.md 7.8). */
static enum status pull_some_erasures(struct engine *engine, int *out_count, struct error *err)
{
    struct link_params params = {0};
    PGresult *result = NULL;
    int64_t last = 0;
    enum status status = meta_get_int(engine->store, META_ERASURE, &last, err);
    *out_count = 0;
    if (status != STATUS_OK) {
        return status;
    }
    link_params_int(&params, last);
    status = link_query(engine->link, "SELECT erasure_seq, user_id, mac FROM sync.erasures($1)", &params, &result, err);
    link_params_release(&params);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        struct uid user = result_uid(result, i, 1);
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = mirror_forget(engine->mirror, user, err);
        }
        if (status == STATUS_OK) {
            status = outbox_blank_person(engine->store, user, err);
        }
        if (status == STATUS_OK) {
            status = mirror_erased_add(engine->mirror, user, PQgetvalue(result, i, 2), PQgetlength(result, i, 2), err);
        }
        if (status == STATUS_OK) {
            status = store_log_mark(engine->store, err);
        }
        if (status == STATUS_OK) {
            status = meta_set_int(engine->store, META_ERASURE, result_int(result, i, 0), err);
        }
        status = turn_end(engine, status, err);
    }
    *out_count = status == STATUS_OK ? PQntuples(result) : 0;
    PQclear(result);
    return status;
}

enum status pull_erasures(struct engine *engine, struct error *err)
{
    int count = 0;
    enum status status = pull_some_erasures(engine, &count, err);
    while (status == STATUS_OK && count > 0) { /* asking for the next ones confirms these */
        status = pull_some_erasures(engine, &count, err);
    }
    return status;
}
