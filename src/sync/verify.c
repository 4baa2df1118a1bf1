/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing what is here with what the centre says this site should hold (sync.md 7.9): for every table and the last byte
 * of the id, a count and a checksum over ids and versions. Groups that differ are fetched again, and the log says so. */
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "sync/engine_private.h"
#include "sync/synced.h"

struct found {
    struct engine *engine;
    const struct table_info *table;
    struct uid_version {
        struct uid id;
        int64_t ver;
    } *items;
    size_t len, cap;
};

static void add_row(void *to, struct uid id, int64_t ver)
{
    struct found *found = to;
    MEM_GROW(found);
    found->items[found->len].id = id;
    found->items[found->len++].ver = ver;
}

static enum status query_table(struct engine *engine, const char *what, const char *function, const char *table, int group, PGresult **out,
                               struct error *err)
{
    struct link_params params = {0};
    char *sql = mem_format("SELECT %s FROM sync.%s_%s(%s)", what, function, table, group >= 0 ? "$1" : "");
    if (group >= 0) {
        link_params_int4(&params, group);
    }
    enum status status = link_query(engine->link, sql, &params, out, err);
    link_params_release(&params);
    mem_free(sql);
    return status;
}

static bool matches(const struct found *here, struct uid id, int64_t ver)
{
    for (size_t i = 0; i < here->len; i++) {
        if (uid_compare(here->items[i].id, id) == 0) {
            return here->items[i].ver == ver;
        }
    }
    return false;
}

static bool is_there(const PGresult *result, struct uid id)
{
    for (int i = 0; i < PQntuples(result); i++) {
        if (uid_compare(result_uid(result, i, 0), id) == 0) {
            return true;
        }
    }
    return false;
}

/* Is fetched again. A fact that never changes is fetched only where it is missing: a wrong one goes first. */
static enum status note(struct engine *engine, const struct table_info *table, struct uid id, struct engine_verdict *out, struct error *err)
{
    enum status status = table->merge == MERGE_APPEND_ONLY ? mirror_drop(engine->mirror, table, id, err) : STATUS_OK;
    out->refetched++;
    return status == STATUS_OK ? mirror_pending_add(engine->mirror, table->name, id, NULL, err) : status;
}

/* Every row of the group that one side lacks or holds in another version waits to be fetched. Rows with changes that the centre has
 * not confirmed differ for a reason. */
static enum status mark_group(struct engine *engine, const struct table_info *table, int group, struct engine_verdict *out,
                              struct error *err)
{
    struct found here = {engine, table, NULL, 0, 0};
    PGresult *result = NULL;
    enum status status = mirror_group_rows(engine->mirror, table, group, add_row, &here, err);
    if (status == STATUS_OK) {
        status = query_table(engine, "id, ver", "ids", table->name, group, &result, err);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
    }
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        struct uid id = result_uid(result, i, 0);
        if (matches(&here, id, result_int(result, i, 1)) || mirror_waits(engine->mirror, table, id)) {
            continue;
        }
        if (mirror_is_unwritable(engine->mirror, table->name, id)) {
            out->unwritable++;
        } else {
            status = note(engine, table, id, out, err);
        }
    }
    for (size_t i = 0; status == STATUS_OK && i < here.len; i++) {
        if (!is_there(result, here.items[i].id) && !mirror_waits(engine->mirror, table, here.items[i].id)) {
            status = note(engine, table, here.items[i].id, out, err);
        }
    }
    PQclear(result);
    mem_free(here.items);
    return turn_end(engine, status, err);
}

static enum status compare_table(struct engine *engine, const struct table_info *table, struct engine_verdict *out, struct error *err)
{
    struct mirror_sum here[MIRROR_GROUPS] = {{0, 0}}, there[MIRROR_GROUPS] = {{0, 0}};
    PGresult *result = NULL;
    enum status status = query_table(engine, "grp, n, x", "sums", table->name, -1, &result, err);
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        there[result_int(result, i, 0) & (MIRROR_GROUPS - 1)] = (struct mirror_sum){result_int(result, i, 1), (uint64_t)result_int(result, i, 2)};
    }
    PQclear(result);
    if (status == STATUS_OK) {
        status = mirror_sums(engine->mirror, table, here, err);
    }
    for (int group = 0; status == STATUS_OK && group < MIRROR_GROUPS; group++) {
        out->groups += here[group].count > 0 || there[group].count > 0;
        if (here[group].count != there[group].count || here[group].sum != there[group].sum) {
            int64_t before = out->refetched;
            status = mark_group(engine, table, group, out, err);
            if (out->refetched > before) {
                log_write(LOG_WARNING, "sync: %s differs from the centre in group %d (%lld here, %lld there)", table->name, group,
                          (long long)here[group].count, (long long)there[group].count);
                out->differing++;
            }
        }
    }
    return status;
}

enum status compare_tables(struct engine *engine, struct engine_verdict *out, struct error *err)
{
    enum status status = STATUS_OK;
    for (const struct table_info *const *table = pulled_tables(); status == STATUS_OK && *table != NULL; table++) {
        if (table_is_pushed(*table)) { /* drug data are the program's own until the centre releases some */
            status = compare_table(engine, *table, out, err);
        }
    }
    return status;
}

enum status engine_verify(struct engine *engine, struct engine_verdict *out, struct error *err)
{
    struct engine_report report = {0};
    memset(out, 0, sizeof *out);
    enum status status = engine_is_connected(engine) ? STATUS_OK : engine_cycle(engine, &report, err);
    engine->report = &report;
    if (status == STATUS_OK) {
        status = compare_tables(engine, out, err);
    }
    engine->report = NULL;
    return status == STATUS_OK && out->differing > 0 ? engine_cycle(engine, &report, err) : status;
}

enum status engine_resolve(struct engine *engine, int64_t seq, bool again, struct error *err)
{
    struct link_params params = {0};
    link_params_int(&params, seq);
    link_params_bool(&params, again);
    enum status status = link_query(engine->link, "SELECT sync.quarantine_resolve($1, $2)", &params, NULL, err);
    link_params_release(&params);
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
        if (status == STATUS_OK) {
            status = mirror_settle(engine->mirror, seq, err);
        }
        status = turn_end(engine, status, err);
    }
    return status;
}
