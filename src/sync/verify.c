/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Comparing what is here with what the centre says this site should hold (sync.md 7.9): for every table and the last byte
 * of the id, a count and a checksum over ids and versions. Groups that differ are fetched again, and the log says so. */
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "sync/engine_private.h"
#include "sync/synced.h"

/* The rows of one side, by their ids. */
struct found {
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

static int compare(const void *a, const void *b)
{
    return uid_compare(((const struct uid_version *)a)->id, ((const struct uid_version *)b)->id);
}

static void sort(struct found *found)
{
    if (found->len > 0) {
        qsort(found->items, found->len, sizeof *found->items, compare);
    }
}

/* Is fetched again. A fact that never changes is fetched only where it is missing: a wrong one goes first. */
static enum status note(struct engine *engine, const struct table_info *table, struct uid id, struct engine_verdict *out, struct error *err)
{
    enum status status = table->merge == MERGE_APPEND_ONLY ? mirror_drop(engine->mirror, table, id, err) : STATUS_OK;
    out->refetched++;
    return status == STATUS_OK ? mirror_pending_add(engine->mirror, table->name, id, NULL, err) : status;
}

/* As above, of a row that is there and not as it is here. */
static enum status note_differing(struct engine *engine, const struct table_info *table, struct uid id, struct engine_verdict *out, struct error *err)
{
    if (mirror_waits(engine->mirror, table, id)) {
        return STATUS_OK;
    }
    if (mirror_is_unwritable(engine->mirror, table->name, id)) {
        out->unwritable++;
        return STATUS_OK;
    }
    return note(engine, table, id, out, err);
}

/* Both lists are in the order of their ids: one walk along both, because a group of a large site has tens of thousands. */
static enum status note_differences(struct engine *engine, const struct table_info *table, const struct found *here, const struct found *there,
                                    struct engine_verdict *out, struct error *err)
{
    enum status status = STATUS_OK;
    for (size_t h = 0, t = 0; status == STATUS_OK && (h < here->len || t < there->len);) {
        int order = h == here->len ? 1 : t == there->len ? -1 : compare(&here->items[h], &there->items[t]);
        if (order < 0) {
            status = mirror_waits(engine->mirror, table, here->items[h].id) ? STATUS_OK : note(engine, table, here->items[h].id, out, err);
        } else if (order > 0 || here->items[h].ver != there->items[t].ver) {
            status = note_differing(engine, table, there->items[t].id, out, err);
        }
        h += order <= 0;
        t += order >= 0;
    }
    return status;
}

/* Every row of the group that one side lacks or holds in another version waits to be fetched. Rows with changes that the centre has
 * not confirmed differ for a reason. */
static enum status mark_group(struct engine *engine, const struct table_info *table, int group, struct engine_verdict *out,
                              struct error *err)
{
    struct found here = {0}, there = {0};
    PGresult *result = NULL;
    enum status status = mirror_group_rows(engine->mirror, table, group, add_row, &here, err);
    if (status == STATUS_OK) {
        status = query_table(engine, "id, ver", "ids", table->name, group, &result, err);
    }
    if (status == STATUS_OK) {
        status = turn_begin(engine, err);
    }
    for (int i = 0; status == STATUS_OK && i < PQntuples(result); i++) {
        add_row(&there, result_uid(result, i, 0), result_int(result, i, 1));
    }
    if (status == STATUS_OK) {
        sort(&here);
        sort(&there);
        status = note_differences(engine, table, &here, &there, out, err);
    }
    PQclear(result);
    mem_free(here.items);
    mem_free(there.items);
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
