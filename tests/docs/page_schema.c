/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database as the migrations leave it. What a column means stands behind it in its migration, or else in
 * data/schema/comments.tsv. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/embedded.h"
#include "base/memory.h"
#include "docs/pages.h"
#include "model/registry.h"
#include "support/folder.h"
#include "support/scratch_store.h"

static const char *const TYPES[] = {
    [COLUMN_ID] = "id",         [COLUMN_TEXT] = "text", [COLUMN_INTEGER] = "integer", [COLUMN_BOOL] = "yes/no",
    [COLUMN_INSTANT] = "instant", [COLUMN_DATE] = "date", [COLUMN_TIME] = "time",     [COLUMN_DECIMAL] = "decimal",
    [COLUMN_JSON] = "JSON",     [COLUMN_ENUM] = "word", [COLUMN_BYTES] = "bytes",
};
static const char *const SCOPES[] = {
    [SCOPE_PATIENT] = "patient", [SCOPE_SITE] = "site", [SCOPE_GLOBAL] = "everywhere", [SCOPE_DEVICE] = "this device"};
static const char *const DIRECTIONS[] = {
    [SYNC_NONE] = "stays here", [SYNC_UP] = "goes to the centre", [SYNC_DOWN] = "comes from the centre", [SYNC_BOTH] = "both ways"};

/* The words of comments.tsv for a column of a table ("-": the table), or NULL. Caller frees. */
static char *listed(const char *comments, const char *table, const char *column)
{
    char *key = mem_format("\n%s\t%s\t", table, column);
    const char *at = strstr(comments, key);
    char *words = at == NULL ? NULL : mem_copy_bytes(at + strlen(key), strcspn(at + strlen(key), "\n"));
    mem_free(key);
    return words;
}

/* "    name TYPE ..., -- words" in the statement that made the table. Caller frees; NULL: none. */
static char *inline_words(const char *sql, const char *column)
{
    char *key = mem_format("\n    %s ", column), *words = NULL;
    const char *at = strstr(sql, key);
    if (at != NULL) {
        size_t line = strcspn(at + 1, "\n");
        char *text = mem_copy_bytes(at + 1, line);
        const char *comment = strstr(text, "-- ");
        if (comment != NULL) {
            words = mem_copy_text(comment + 3);
        }
        mem_free(text);
    }
    mem_free(key);
    return words;
}

/* The comment lines right above the CREATE TABLE of a migration, joined. Caller frees; NULL: none. */
static char *words_above(const char *table)
{
    char *made = mem_format("\nCREATE TABLE %s (", table);
    struct buffer words = BUFFER_INIT;
    for (const struct embedded_file *file = EMBEDDED_FILES; file->path != NULL; file++) {
        const char *text = (const char *)file->bytes, *at = strstr(text, made), *first = at;
        while (first != NULL && first > text) {
            const char *line = first;
            while (line > text && line[-1] != '\n') {
                line--;
            }
            if (strncmp(line, "-- ", 3) != 0) {
                break;
            }
            first = line > text ? line - 1 : line;
        }
        if (at != NULL && first < at) {
            for (const char *line = first + 1; line < at; line += strcspn(line, "\n") + 1) {
                buffer_append_format(&words, "%s%.*s", words.len == 0 ? "" : " ", (int)strcspn(line + 3, "\n"), line + 3);
            }
            break;
        }
    }
    mem_free(made);
    return words.len == 0 ? NULL : buffer_take(&words);
}

static char *words_of(const char *comments, const char *sql, const char *table, const char *column)
{
    char *words = listed(comments, table, column);
    words = words == NULL ? inline_words(sql, column) : words;
    return words == NULL ? listed(comments, "*", column) : words;
}

static void write_words(struct buffer *out, const struct column_info *column)
{
    if (column->type == COLUMN_ENUM) {
        buffer_append_text(out, " (");
        for (int value = 1; enum_word(column->enum_kind, value) != NULL; value++) {
            buffer_append_format(out, "%s%s", value == 1 ? "" : ", ", enum_word(column->enum_kind, value));
        }
        buffer_append_text(out, ")");
    }
}

static char *sql_of(struct scratch_store *s, const char *table)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = NULL;
    cr_assert_eq(sqlite3_prepare_v2(scratch_store_handle(s), "SELECT sql FROM sqlite_schema WHERE name = ?1", -1, &stmt, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_bind_text(stmt, 1, table, -1, SQLITE_TRANSIENT), SQLITE_OK);
    if (sqlite3_step(stmt) == SQLITE_ROW) {
        sql = mem_copy_text((const char *)sqlite3_column_text(stmt, 0));
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    cr_assert_not_null(sql, "%s is not in the database", table);
    return sql;
}

static void write_table(struct buffer *out, struct scratch_store *s, const struct table_info *table, const char *comments)
{
    char *sql = sql_of(s, table->name), *about = listed(comments, table->name, "-");
    about = about == NULL ? words_above(table->name) : about;
    cr_expect_not_null(about, "data/schema/comments.tsv says nothing of table %s", table->name);
    buffer_append_format(out, "\n## %s\n\n%s %s; %s%s.\n\n| column | kind | what |\n| --- | --- | --- |\n", table->name,
                         about == NULL ? "" : about, SCOPES[table->scope], DIRECTIONS[table->direction],
                         table->is_blueprint ? "; of the blueprint" : "");
    for (int c = 0; c < table->column_count; c++) {
        const struct column_info *column = &table->columns[c];
        char *words = words_of(comments, sql, table->name, column->name);
        cr_expect_not_null(words, "data/schema/comments.tsv says nothing of %s.%s", table->name, column->name);
        buffer_append_format(out, "| %s%s | %s", column->name, column->is_blueprint ? " *" : "", TYPES[column->type]);
        write_words(out, column);
        buffer_append_format(out, " | %s |\n", words == NULL ? "" : words);
        mem_free(words);
    }
    mem_free(sql);
    mem_free(about);
}

void page_schema(struct buffer *out)
{
    size_t len = 0;
    struct scratch_store *s = scratch_store_new();
    uint8_t *bytes = file_read(PC_SRCDIR "/data/schema/comments.tsv", &len);
    char *comments = mem_copy_bytes((const char *)bytes, len);
    buffer_append_text(out, "# Schema\n\nMade from the migrated database, the registry and data/schema/comments.tsv; do not edit. A "
                            "star marks the\nblueprint's own columns. Ids are 16 bytes, instants microseconds UTC, decimals exact text.\n");
    for (int t = 0; t < TABLES_COUNT; t++) {
        write_table(out, s, TABLES[t], comments);
    }
    mem_free(comments);
    mem_free(bytes);
    scratch_store_free(s);
}
