/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/knowledge_store.h"

#include <string.h>

#include "base/memory.h"
#include "store/statement.h"

/* A person's name, "" when there is none. */
#define PERSON(id) "coalesce((SELECT first_name || ' ' || last_name FROM user_profiles WHERE user_id = " id "), '')"

enum { SETS, TABLES, REMOVE_NAME, PUT, RAISE, REMOVE, AFFECTED, COUNT, AFFECT, SEE };
static const struct statement statements[] = {
    [SETS] = {"knowledge.sets", "SELECT set_id, name, files, counts, preview, ceiling, " PERSON("imported_by") ", " PERSON(
                                    "raised_by") ", imported_at, raised_at FROM knowledge_sets ORDER BY name"},
    [TABLES] = {"knowledge.tables", "SELECT tables FROM knowledge_sets WHERE set_id = ?1"},
    [REMOVE_NAME] = {"knowledge.remove_name", "DELETE FROM knowledge_sets WHERE name = ?1"},
    [PUT] = {"knowledge.put", "INSERT INTO knowledge_sets (set_id, name, files, tables, counts, ceiling, preview, imported_by, "
                              "imported_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
    [RAISE] = {"knowledge.raise", "UPDATE knowledge_sets SET ceiling = ?2, raised_by = ?3, raised_at = ?4 WHERE set_id = ?1"},
    [REMOVE] = {"knowledge.remove", "DELETE FROM knowledge_sets WHERE set_id = ?1"},
    [AFFECTED] = {"knowledge.affected",
                  "SELECT a.user_id, " PERSON("a.user_id") ", coalesce((SELECT value FROM patient_identifiers i WHERE "
                  "i.user_id = a.user_id AND i.kind = 'mrn' AND i.deleted_at IS NULL LIMIT 1), ''), a.from_version, "
                  "a.to_version, a.worst, a.changes, a.found_at FROM knowledge_affected a WHERE a.seen_at IS NULL "
                  "ORDER BY CASE a.worst WHEN 'contraindicated' THEN 0 WHEN 'major' THEN 1 WHEN 'moderate' THEN 2 ELSE 3 END, "
                  "a.user_id LIMIT ?1"},
    [COUNT] = {"knowledge.affected_count", "SELECT count(*) FROM knowledge_affected WHERE seen_at IS NULL"},
    [AFFECT] = {"knowledge.affect", "INSERT OR REPLACE INTO knowledge_affected (user_id, from_version, to_version, worst, "
                                    "changes, found_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"},
    [SEE] = {"knowledge.see", "UPDATE knowledge_affected SET seen_by = ?2, seen_at = ?3 WHERE user_id = ?1 AND seen_at IS NULL"},
};
const struct statement_list KNOWLEDGE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void knowledge_set_list_release(struct knowledge_set_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct knowledge_set *set = &list->items[i];
        char *const texts[] = {set->name, set->files, set->counts, set->preview, set->imported_by, set->raised_by};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            mem_free(texts[t]);
        }
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

void affected_list_release(struct affected_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        struct affected *row = &list->items[i];
        char *const texts[] = {row->name, row->mrn, row->from_version, row->to_version, row->changes};
        for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
            mem_free(texts[t]);
        }
    }
    mem_free(list->items);
    memset(list, 0, sizeof *list);
}

enum status knowledge_set_list_get(struct store *store, struct knowledge_set_list *out, struct error *err)
{
    struct knowledge_set_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[SETS], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct knowledge_set){
            .id = column_id(stmt, 0),
            .name = column_text(stmt, 1),
            .files = column_text(stmt, 2),
            .counts = column_text(stmt, 3),
            .preview = column_text(stmt, 4),
            .ceiling = (enum interaction_type)column_enum(stmt, 5, ENUM_INTERACTION_TYPE),
            .imported_by = column_text(stmt, 6),
            .raised_by = column_text(stmt, 7),
            .imported_us = column_int(stmt, 8),
            .raised_us = column_int(stmt, 9),
        };
    }
    if (status != STATUS_OK) {
        knowledge_set_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status knowledge_set_tables(struct store *store, struct uid id, struct buffer *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[TABLES], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        buffer_append(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
        statement_reset(stmt);
    }
    return status;
}

enum status knowledge_set_put(struct store *store, const struct knowledge_set *set, const struct buffer *tables,
                              struct uid by, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[REMOVE_NAME], &stmt, err);
    if (status == STATUS_OK) {
        bind_text(stmt, 1, set->name);
        status = statement_run(store, stmt, err);
    }
    if (status == STATUS_OK) {
        status = statement_use(store, &statements[PUT], &stmt, err);
    }
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, set->id);
    bind_text(stmt, 2, set->name);
    bind_text(stmt, 3, set->files);
    bind_bytes(stmt, 4, tables->bytes, (int)tables->len);
    bind_text(stmt, 5, set->counts);
    bind_text(stmt, 6, enum_word(ENUM_INTERACTION_TYPE, (int)set->ceiling));
    bind_text(stmt, 7, set->preview);
    bind_id(stmt, 8, by);
    bind_int(stmt, 9, set->imported_us);
    return statement_run(store, stmt, err);
}

enum status knowledge_set_raise(struct store *store, struct uid id, enum interaction_type ceiling, struct uid by, int64_t now_us,
                                struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[RAISE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    bind_text(stmt, 2, enum_word(ENUM_INTERACTION_TYPE, (int)ceiling));
    bind_id(stmt, 3, by);
    bind_int(stmt, 4, now_us);
    return statement_run(store, stmt, err);
}

/* For statements whose only value is an id. */
static enum status run_for(struct store *store, int statement, struct uid id, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[statement], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    return statement_run(store, stmt, err);
}

enum status knowledge_set_remove(struct store *store, struct uid id, struct error *err)
{
    return run_for(store, REMOVE, id, err);
}

enum status affected_list_get(struct store *store, int limit, struct affected_list *out, struct error *err)
{
    struct affected_list list = {0};
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[AFFECTED], &stmt, err);
    if (status == STATUS_OK) {
        bind_int(stmt, 1, limit);
    }
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct affected){
            .patient = column_id(stmt, 0),
            .name = column_text(stmt, 1),
            .mrn = column_text(stmt, 2),
            .from_version = column_text(stmt, 3),
            .to_version = column_text(stmt, 4),
            .worst = (enum interaction_type)column_enum(stmt, 5, ENUM_INTERACTION_TYPE),
            .changes = column_text(stmt, 6),
            .found_us = column_int(stmt, 7),
        };
    }
    if (status != STATUS_OK) {
        affected_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status affected_count(struct store *store, int64_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[COUNT], &stmt, err);
    if (status == STATUS_OK) {
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && row) {
        *out = column_int(stmt, 0);
        statement_reset(stmt);
    }
    return status;
}

enum status affected_put(struct store *store, const struct affected *row, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[AFFECT], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, row->patient);
    bind_text(stmt, 2, row->from_version);
    bind_text(stmt, 3, row->to_version);
    bind_text(stmt, 4, enum_word(ENUM_INTERACTION_TYPE, (int)row->worst));
    bind_text(stmt, 5, row->changes);
    bind_int(stmt, 6, row->found_us);
    return statement_run(store, stmt, err);
}

enum status affected_see(struct store *store, struct uid patient, struct uid by, int64_t now_us, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[SEE], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, patient);
    bind_id(stmt, 2, by);
    bind_int(stmt, 3, now_us);
    return statement_run(store, stmt, err);
}
