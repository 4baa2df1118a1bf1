/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/schema_info.h"

#include <sqlite3.h>
#include <string.h>

#include "base/embedded.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "store/store_private.h"

static char *text_at(sqlite3_stmt *stmt, int at)
{
    return mem_copy_text((const char *)sqlite3_column_text(stmt, at));
}

/* Calls row() for each row of a query with one text parameter. */
static int each(sqlite3 *db, const char *sql, const char *name, void (*row)(sqlite3_stmt *stmt, void *to), void *to)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK && name != NULL) {
        rc = sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT);
    }
    while (rc == SQLITE_OK && (rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        row(stmt, to);
        rc = SQLITE_OK;
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static void add_table(sqlite3_stmt *stmt, void *to)
{
    struct schema_info *info = to;
    MEM_GROW(info);
    info->items[info->len++] = (struct schema_table){.name = text_at(stmt, 0)};
}

static void add_column(sqlite3_stmt *stmt, void *to)
{
    struct schema_table *table = to;
    MEM_GROW(&table->columns);
    table->columns.items[table->columns.len++] =
        (struct schema_column){text_at(stmt, 0), text_at(stmt, 1), sqlite3_column_int(stmt, 2) != 0};
}

static void add_reference(sqlite3_stmt *stmt, void *to)
{
    struct schema_table *table = to;
    MEM_GROW(&table->references);
    table->references.items[table->references.len++] =
        (struct schema_reference){text_at(stmt, 0), text_at(stmt, 1), text_at(stmt, 2)};
}

static void add_index(sqlite3_stmt *stmt, void *to)
{
    struct schema_table *table = to;
    MEM_GROW(&table->indexes);
    table->indexes.items[table->indexes.len++] = (struct schema_index){text_at(stmt, 0), text_at(stmt, 1)};
}

enum status schema_info_read(struct schema_info *out, struct error *err)
{
    struct schema_info info = {0};
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(":memory:", &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    for (const struct embedded_file *file = migrate_next(0); rc == SQLITE_OK && file != NULL; file = migrate_next(info.version)) {
        rc = sqlite3_exec(db, (const char *)file->bytes, NULL, NULL, NULL);
        info.version = migrate_number(file);
    }
    if (rc == SQLITE_OK) {
        rc = each(db, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid", NULL,
                  add_table, &info);
    }
    for (size_t i = 0; rc == SQLITE_OK && i < info.len; i++) {
        struct schema_table *table = &info.items[i];
        rc = each(db, "SELECT name, dflt_value, \"notnull\" FROM pragma_table_info(?1) ORDER BY cid", table->name, add_column, table);
        if (rc == SQLITE_OK) {
            rc = each(db, "SELECT \"from\", \"table\", \"to\" FROM pragma_foreign_key_list(?1)", table->name, add_reference, table);
        }
        if (rc == SQLITE_OK) {
            rc = each(db, "SELECT l.name, group_concat(i.name, ', ') FROM pragma_index_list(?1) l, pragma_index_info(l.name) i "
                          "WHERE l.origin = 'c' AND i.name IS NOT NULL GROUP BY l.name ORDER BY l.name", table->name, add_index,
                      table);
        }
    }
    (void)sqlite3_close(db); /* in memory: nothing to lose */
    if (rc != SQLITE_OK) {
        schema_info_release(&info);
        return error_set(err, STATUS_DAMAGED, _("The program's own migrations cannot be read. Install it again."));
    }
    *out = info;
    return STATUS_OK;
}

void schema_info_release(struct schema_info *info)
{
    for (size_t i = 0; i < info->len; i++) {
        struct schema_table *table = &info->items[i];
        for (size_t k = 0; k < table->columns.len; k++) {
            mem_free(table->columns.items[k].name);
            mem_free(table->columns.items[k].fallback);
        }
        for (size_t k = 0; k < table->references.len; k++) {
            mem_free(table->references.items[k].column);
            mem_free(table->references.items[k].table);
            mem_free(table->references.items[k].to);
        }
        for (size_t k = 0; k < table->indexes.len; k++) {
            mem_free(table->indexes.items[k].name);
            mem_free(table->indexes.items[k].columns);
        }
        mem_free(table->columns.items);
        mem_free(table->references.items);
        mem_free(table->indexes.items);
        mem_free(table->name);
    }
    mem_free(info->items);
    memset(info, 0, sizeof *info);
}

const struct schema_table *schema_info_table(const struct schema_info *info, const char *name)
{
    for (size_t i = 0; i < info->len; i++) {
        if (strcmp(info->items[i].name, name) == 0) {
            return &info->items[i];
        }
    }
    return NULL;
}

const struct schema_column *schema_table_column(const struct schema_table *table, const char *name)
{
    for (size_t i = 0; table != NULL && i < table->columns.len; i++) {
        if (strcmp(table->columns.items[i].name, name) == 0) {
            return &table->columns.items[i];
        }
    }
    return NULL;
}

/* --- comments ------------------------------------------------------------------------------------------------------ */

/* The text of the migration that makes the table, from "CREATE TABLE" on; *out_file is its beginning. NULL when none. */
static const char *find_create(const char *table, const char **out_file)
{
    char *start = mem_format("\nCREATE TABLE %s (", table);
    const char *found = NULL;
    for (const struct embedded_file *file = migrate_next(0); found == NULL && file != NULL; file = migrate_next(migrate_number(file))) {
        *out_file = (const char *)file->bytes;
        found = strstr(*out_file, start);
    }
    mem_free(start);
    return found == NULL ? NULL : found + 1;
}

/* What data/schema/comments.tsv says: table, column ("-" the table itself), words. NULL when nothing; the caller frees. */
static char *listed(const char *table, const char *column)
{
    const struct embedded_file *file = embedded_find("data/schema/comments.tsv");
    char *start = mem_format("\n%s\t%s\t", table, column);
    const char *found = file == NULL ? NULL : strstr((const char *)file->bytes, start);
    size_t len = strlen(start);
    mem_free(start);
    return found == NULL ? NULL : mem_copy_bytes(found + len, strcspn(found + len, "\n"));
}

char *schema_table_comment(const char *table)
{
    const char *file = NULL, *create = find_create(table, &file), *start = create;
    char *words = listed(table, "-");
    if (words != NULL || create == NULL) {
        return words;
    }
    while (start - file >= 2) { /* back over the lines that begin with "--" */
        const char *line = start - 1;
        while (line > file && line[-1] != '\n') {
            line--;
        }
        if (strncmp(line, "--", 2) != 0) {
            break;
        }
        start = line;
    }
    struct buffer text = BUFFER_INIT;
    for (const char *line = start; line < create;) {
        size_t len = strcspn(line, "\n");
        buffer_append_format(&text, "%s%.*s", text.len > 0 ? " " : "", (int)(len > 3 ? len - 3 : 0), line + 3);
        line += len + 1;
    }
    char *comment = text.len > 0 ? mem_copy_text(text.bytes) : NULL;
    buffer_release(&text);
    return comment;
}

char *schema_column_comment(const char *table, const char *column)
{
    const char *file = NULL, *create = find_create(table, &file);
    char *words = listed(table, column);
    if (words != NULL) {
        return words;
    }
    char *start = mem_format("\n    %s ", column);
    const char *line = create == NULL ? NULL : strstr(create, start);
    const char *end = create == NULL ? NULL : strstr(create, "\n)");
    mem_free(start);
    if (line == NULL || line > end) {
        return listed("*", column);
    }
    line++;
    size_t len = strcspn(line, "\n");
    const char *mark = memmem(line, len, "-- ", 3);
    return mark == NULL ? listed("*", column) : mem_copy_bytes(mark + 3, len - (size_t)(mark + 3 - line));
}
