/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blueprint against registry against the migrated schema, column by column: names, order, types, keys and words. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/registry.h"
#include "support/folder.h"
#include "support/scratch_store.h"

#define BLUEPRINT_TSV PC_SRCDIR "/tests/store/blueprint.tsv"
#define BLUEPRINT_DOCUMENT PC_SRCDIR "/../shared/blueprint.md"
enum { BLUEPRINT_TABLES = 22, BLUEPRINT_COLUMNS = 226 };

static struct scratch_store *scratch;

static void start(void)
{
    scratch = scratch_store_new();
}

static void stop(void)
{
    scratch_store_free(scratch);
}

TestSuite(schema, .init = start, .fini = stop);

static char *text_of(const char *path)
{
    size_t len = 0;
    uint8_t *bytes = file_read(path, &len);
    char *text = bytes == NULL ? NULL : mem_format("%.*s", (int)len, (const char *)bytes);
    mem_free(bytes);
    return text;
}

/* One column as the blueprint has it. */
struct drawn {
    const char *table, *column, *type, *key;
};

typedef void each_fn(const struct drawn *drawn, void *context);

static int for_each_drawn(each_fn *each, void *context)
{
    char *text = text_of(BLUEPRINT_TSV), *rest = text;
    int count = 0;
    cr_assert_not_null(text);
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        struct drawn d = {.table = strsep(&line, "\t")};
        if (d.table[0] != '\0' && d.table[0] != '#') {
            d.column = strsep(&line, "\t");
            d.type = strsep(&line, "\t");
            d.key = strsep(&line, "\t");
            cr_assert_not_null(d.key, "blueprint.tsv: %s has too few columns", d.table);
            each(&d, context);
            count++;
        }
    }
    mem_free(text);
    return count;
}

/* --- the list against the document ---------------------------------------------------------------------------------- */

static void write_drawn(const struct drawn *d, void *context)
{
    buffer_append_format(context, "%s\t%s\t%s\t%s\n", d->table, d->column, d->type, d->key);
}

/* Entities are four blanks deep and end in "{"; their columns are "type name [key]". */
static void read_document(char *text, struct buffer *out)
{
    char table[64] = "";
    for (char *line = strsep(&text, "\n"); line != NULL; line = strsep(&text, "\n")) {
        char first[64] = "", second[64] = "", third[64] = "";
        int words = sscanf(line, "%63s %63s %63s", first, second, third);
        if (words == 2 && strcmp(second, "{") == 0) {
            (void)snprintf(table, sizeof table, "%s", first); /* fits */
        } else if (words >= 1 && strcmp(first, "}") == 0) {
            table[0] = '\0';
        } else if (table[0] != '\0' && words >= 2 && strncmp(first, "%%", 2) != 0) {
            write_drawn(&(struct drawn){table, second, first, words == 3 ? third : "-"}, out);
        }
    }
}

Test(schema, list_of_the_blueprint_is_the_document)
{
    char *document = text_of(BLUEPRINT_DOCUMENT);
    if (document == NULL) {
        cr_skip_test("the document is not here");
    }
    struct buffer from_list = BUFFER_INIT, from_document = BUFFER_INIT;
    cr_assert_eq(for_each_drawn(write_drawn, &from_list), BLUEPRINT_COLUMNS);
    read_document(document, &from_document);
    cr_assert_str_eq(from_list.bytes, from_document.bytes);
    buffer_release(&from_list);
    buffer_release(&from_document);
    mem_free(document);
}

/* --- the list against the registry ---------------------------------------------------------------------------------- */

static const struct {
    const char *type;
    enum column_type ours;
} TYPES[] = {
    {"uuid", COLUMN_ID},      {"varchar", COLUMN_TEXT}, {"text", COLUMN_TEXT},         {"inet", COLUMN_TEXT},
    {"integer", COLUMN_INTEGER}, {"boolean", COLUMN_BOOL}, {"timestamp", COLUMN_INSTANT}, {"date", COLUMN_DATE},
    {"time", COLUMN_TIME},    {"decimal", COLUMN_DECIMAL}, {"json", COLUMN_JSON},      {"enum", COLUMN_ENUM},
};

/* A column that we keep in a stricter type than the document, and why. */
static const struct {
    const char *table, *column;
    enum column_type ours;
    const char *reason;
} STRICTER[] = {
    {"dose_events", "dose_amount_taken", COLUMN_DECIMAL, "an exact number; its unit is in dose_unit"},
};

static bool type_fits(const struct drawn *d, enum column_type ours)
{
    for (size_t i = 0; i < sizeof STRICTER / sizeof *STRICTER; i++) {
        if (strcmp(STRICTER[i].table, d->table) == 0 && strcmp(STRICTER[i].column, d->column) == 0) {
            return ours == STRICTER[i].ours;
        }
    }
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (strcmp(TYPES[i].type, d->type) == 0) {
            return ours == TYPES[i].ours;
        }
    }
    cr_assert_fail("blueprint.tsv: type %s of %s.%s is not known", d->type, d->table, d->column);
    return false;
}

static void check_registry(const struct drawn *d, void *context)
{
    const struct table_info *table = table_find(d->table);
    (void)context; /* nothing to count */
    cr_assert_not_null(table, "the registry has no table %s", d->table);
    const struct column_info *column = table_column(table, d->column);
    cr_assert_not_null(column, "the registry has no column %s.%s", d->table, d->column);
    cr_expect(table->is_blueprint && column->is_blueprint, "%s.%s is the blueprint's", d->table, d->column);
    cr_expect(type_fits(d, column->type), "%s.%s is a %s in the blueprint", d->table, d->column, d->type);
    cr_expect((strcmp(d->key, "PK") == 0) == (strcmp(table->key, d->column) == 0), "%s.%s: key", d->table, d->column);
}

Test(schema, registry_has_every_column_of_the_blueprint_and_its_type)
{
    int tables = 0, columns = 0;
    cr_assert_eq(for_each_drawn(check_registry, NULL), BLUEPRINT_COLUMNS);
    for (int t = 0; t < TABLES_COUNT; t++) {
        tables += TABLES[t]->is_blueprint;
        for (int c = 0; c < TABLES[t]->column_count; c++) {
            columns += TABLES[t]->columns[c].is_blueprint;
        }
    }
    cr_expect_eq(tables, BLUEPRINT_TABLES);
    cr_expect_eq(columns, BLUEPRINT_COLUMNS, "the registry calls %d columns the blueprint's", columns);
}

/* --- the registry against the database ------------------------------------------------------------------------------ */

static const char *declared_type(enum column_type type)
{
    switch (type) {
    case COLUMN_ID:
    case COLUMN_BYTES:
        return "BLOB";
    case COLUMN_INTEGER:
    case COLUMN_BOOL:
    case COLUMN_INSTANT:
        return "INTEGER";
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
    case COLUMN_DECIMAL:
    case COLUMN_JSON:
    case COLUMN_ENUM:
        return "TEXT";
    }
    return "";
}

static sqlite3_stmt *query(const char *sql, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = scratch_store_handle(scratch);
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    if (name != NULL) {
        cr_assert_eq(sqlite3_bind_text(stmt, 1, name, -1, SQLITE_TRANSIENT), SQLITE_OK);
    }
    return stmt;
}

static void check_table(const struct table_info *table)
{
    sqlite3_stmt *stmt = query("SELECT name, type, \"notnull\", pk FROM pragma_table_info(?1) ORDER BY cid", table->name);
    int at = 0;
    for (; sqlite3_step(stmt) == SQLITE_ROW; at++) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        const struct column_info *column = table_column(table, name);
        cr_assert_not_null(column, "%s.%s is not in the registry", table->name, name);
        cr_expect_str_eq((const char *)sqlite3_column_text(stmt, 1), declared_type(column->type), "%s.%s", table->name, name);
        cr_expect_eq(&table->columns[at], column, "%s.%s stands elsewhere in the registry", table->name, name);
        if (strcmp(table->key, name) == 0) {
            cr_expect(sqlite3_column_int(stmt, 2) != 0 && sqlite3_column_int(stmt, 3) != 0,
                      "%s.%s must be the primary key and NOT NULL", table->name, name);
        }
        if (strcmp(name, "ver") == 0 || strcmp(name, "seq") == 0) {
            cr_expect_neq(sqlite3_column_int(stmt, 2), 0, "%s.%s must be NOT NULL", table->name, name);
        }
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    cr_expect_eq(at, table->column_count, "%s has %d columns, the registry %d", table->name, at, table->column_count);
}

/* Tables that the database makes for itself. */
static bool is_ours(const char *name)
{
    return strncmp(name, "sqlite_", 7) != 0;
}

Test(schema, database_has_the_registry_s_tables_and_no_others)
{
    sqlite3_stmt *stmt = query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name", NULL);
    int count = 0;
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0), *sql = (const char *)sqlite3_column_text(stmt, 1);
        if (is_ours(name)) {
            count++;
            cr_expect_not_null(table_find(name), "%s is not in the registry", name);
            cr_expect_not_null(strstr(sql, ") STRICT"), "%s is not STRICT", name);
        }
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    cr_expect_eq(count, TABLES_COUNT);
    for (int t = 0; t < TABLES_COUNT; t++) {
        check_table(TABLES[t]);
    }
}

/* "CHECK (column IN ('a', 'b'))" of the table's text as "a b ", or "" when there is none. */
static void words_of_check(const char *sql, const char *column, struct buffer *out)
{
    char *start_of = mem_format("CHECK (%s IN (", column);
    const char *at = strstr(sql, start_of);
    for (at = at == NULL ? NULL : at + strlen(start_of); at != NULL && *at != ')'; at++) {
        if (*at == '\'') {
            size_t len = strcspn(at + 1, "'");
            buffer_append_format(out, "%.*s ", (int)len, at + 1);
            at += len + 1;
        }
    }
    mem_free(start_of);
}

Test(schema, words_of_every_enum_are_the_program_s)
{
    int checked = 0;
    for (int t = 0; t < TABLES_COUNT; t++) {
        sqlite3_stmt *stmt = query("SELECT sql FROM sqlite_schema WHERE name = ?1", TABLES[t]->name);
        cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
        for (int c = 0; c < TABLES[t]->column_count; c++) {
            const struct column_info *column = &TABLES[t]->columns[c];
            if (column->type != COLUMN_ENUM) {
                continue;
            }
            struct buffer database = BUFFER_INIT, program = BUFFER_INIT;
            words_of_check((const char *)sqlite3_column_text(stmt, 0), column->name, &database);
            for (int value = 1; enum_word(column->enum_kind, value) != NULL; value++) {
                buffer_append_format(&program, "%s ", enum_word(column->enum_kind, value));
            }
            cr_expect_str_eq(database.len > 0 ? database.bytes : "no CHECK", program.bytes, "%s.%s: '%s' against '%s'",
                             TABLES[t]->name, column->name, database.len > 0 ? database.bytes : "", program.bytes);
            buffer_release(&database);
            buffer_release(&program);
            checked++;
        }
        (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    }
    cr_expect_gt(checked, 30);
}

/* --- keys of the blueprint ------------------------------------------------------------------------------------------ */

/* Foreign keys of the document that the database does not enforce, and why. */
static const char *const NOT_ENFORCED[][3] = {
    {"audit_logs", "user_id", "the actor may be nobody (before sign-in) and outlives the account"},
    {"notification_history", "notification_id", "the queue is emptied earlier than the history (partitioned at the centre)"},
};

static void check_key(const struct drawn *d, void *context)
{
    static const char foreign[] = "SELECT count(*) FROM pragma_foreign_key_list(?1) WHERE \"from\" = ?2";
    static const char unique[] = "SELECT count(*) FROM pragma_index_list(?1) AS l WHERE l.\"unique\" AND l.origin <> 'pk' AND "
                                 "(SELECT count(*) FROM pragma_index_info(l.name)) = 1 AND "
                                 "(SELECT name FROM pragma_index_info(l.name)) = ?2";
    bool is_foreign = strcmp(d->key, "FK") == 0;
    (void)context; /* nothing to count */
    if (!is_foreign && strcmp(d->key, "UK") != 0) {
        return;
    }
    for (size_t i = 0; i < sizeof NOT_ENFORCED / sizeof *NOT_ENFORCED; i++) {
        if (strcmp(NOT_ENFORCED[i][0], d->table) == 0 && strcmp(NOT_ENFORCED[i][1], d->column) == 0) {
            return;
        }
    }
    sqlite3_stmt *stmt = query(is_foreign ? foreign : unique, d->table);
    cr_assert_eq(sqlite3_bind_text(stmt, 2, d->column, -1, SQLITE_TRANSIENT), SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    cr_expect_eq(sqlite3_column_int(stmt, 0), 1, "%s.%s has no %s", d->table, d->column, is_foreign ? "foreign key" : "unique index");
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}

Test(schema, database_enforces_the_blueprint_s_keys)
{
    cr_assert_eq(for_each_drawn(check_key, NULL), BLUEPRINT_COLUMNS);
}

/* Children that are few on every site, of parents that are never deleted. */
static const char *const FEW[][2] = {{"devices", "site_id"}, {"staff_members", "site_id"}, {"staff_members", "provider_id"}};

static bool are_few(const char *table, const char *column)
{
    for (size_t i = 0; i < sizeof FEW / sizeof *FEW; i++) {
        if (strcmp(FEW[i][0], table) == 0 && strcmp(FEW[i][1], column) == 0) {
            return true;
        }
    }
    return false;
}

/* A foreign key without an index makes every deletion of a parent a scan of the children. */
Test(schema, has_an_index_for_every_foreign_key)
{
    static const char missing[] =
        "SELECT t.name, f.\"from\" FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) AS f "
        "WHERE t.type = 'table' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(t.name) AS l, pragma_index_info(l.name) AS i "
        "WHERE i.seqno = 0 AND i.name = f.\"from\") AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) AS c "
        "WHERE c.pk = 1 AND c.name = f.\"from\") ORDER BY 1, 2";
    sqlite3_stmt *stmt = query(missing, NULL);
    while (sqlite3_step(stmt) == SQLITE_ROW) {
        const char *table = (const char *)sqlite3_column_text(stmt, 0), *column = (const char *)sqlite3_column_text(stmt, 1);
        cr_expect(are_few(table, column), "%s.%s refers to another table and has no index", table, column);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
}
