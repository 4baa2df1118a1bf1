/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every statement of every store file, and every statement that change.c builds from the registry, is prepared against
 * the migrated schema and its plan is read. A scan of a whole table or index needs a line in scans.tsv with its reason; a
 * line that no plan needs any more fails too. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/registry.h"
#include "store/statement.h"
#include "support/folder.h"
#include "support/scratch_store.h"

enum { ALLOWED_MAX = 64 };

/* A line of scans.tsv: name, table, reason. */
struct allowed {
    char *name, *table;
    bool was_used;
};

static struct scratch_store *scratch;
static struct allowed allowed[ALLOWED_MAX];
static size_t allowed_count;
static size_t faults;

static void start(void)
{
    scratch = scratch_store_new();
    size_t len = 0;
    char *text = (char *)file_read(PC_SRCDIR "/tests/store/scans.tsv", &len);
    cr_assert_not_null(text);
    char *rest = mem_format("%.*s", (int)len, text), *all = rest;
    for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
        char *name = strsep(&line, "\t"), *table = strsep(&line, "\t"), *reason = line;
        if (name[0] == '\0' || name[0] == '#') {
            continue;
        }
        cr_assert(table != NULL && reason != NULL && strlen(reason) > 20, "scans.tsv: %s has no reason", name);
        cr_assert_lt(allowed_count, ALLOWED_MAX);
        allowed[allowed_count++] = (struct allowed){mem_copy_text(name), mem_copy_text(table), false};
    }
    mem_free(all);
    mem_free(text);
}

static void stop(void)
{
    for (size_t i = 0; i < allowed_count; i++) {
        mem_free(allowed[i].name);
        mem_free(allowed[i].table);
    }
    scratch_store_free(scratch);
}

TestSuite(statements, .init = start, .fini = stop);

static bool is_allowed(const char *name, const char *table, size_t table_len)
{
    for (size_t i = 0; i < allowed_count; i++) {
        if (strcmp(allowed[i].name, name) == 0 && strlen(allowed[i].table) == table_len &&
            strncmp(allowed[i].table, table, table_len) == 0) {
            allowed[i].was_used = true;
            return true;
        }
    }
    return false;
}

/* "SEARCH t USING INDEX i (c>?)" of a statement that compares c with nothing: it walks all rows in which c is not NULL, mostly
 * because a GROUP BY wants its order. */
static bool walks_all(const char *detail, const char *sql)
{
    const char *from = strchr(detail, '(');
    size_t len = from != NULL ? strcspn(from + 1, "=<>") : 0;
    char compared[2][64];
    if (strncmp(detail, "SEARCH ", 7) != 0 || len == 0 || len > 40 || from[1 + len] != '>') {
        return false;
    }
    (void)snprintf(compared[0], sizeof compared[0], "%.*s >", (int)len, from + 1);       /* fits */
    (void)snprintf(compared[1], sizeof compared[1], "%.*s BETWEEN", (int)len, from + 1); /* fits */
    return strncmp(from + 1, "rowid", 5) != 0 && strstr(sql, compared[0]) == NULL && strstr(sql, compared[1]) == NULL;
}

/* A line of the plan that reads everything there is. Rows that are made by the statement itself do not count. */
static void judge(const char *name, const char *detail, const char *sql)
{
    bool is_scan = strncmp(detail, "SCAN ", 5) == 0 && strstr(detail, "CONSTANT ROW") == NULL && strstr(detail, "json_each") == NULL;
    if (!is_scan && !walks_all(detail, sql)) {
        return;
    }
    const char *table = strchr(detail, ' ') + 1;
    size_t len = strcspn(table, " ");
    if (!is_allowed(name, table, len)) {
        fprintf(stderr, "%s: %s (add an index, or a line to scans.tsv with the reason)\n", name, detail);
        faults++;
    }
}

static void check_plan(const char *name, const char *sql)
{
    sqlite3 *db = scratch_store_handle(scratch);
    sqlite3_stmt *stmt = NULL;
    char *explain = mem_format("EXPLAIN QUERY PLAN %s", sql);
    if (sqlite3_prepare_v2(db, explain, -1, &stmt, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s: %s\n", name, sqlite3_errmsg(db));
        faults++;
    }
    while (stmt != NULL && sqlite3_step(stmt) == SQLITE_ROW) {
        judge(name, (const char *)sqlite3_column_text(stmt, 3), sql);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    mem_free(explain);
}

/* Text is never spliced into SQL: what a person typed would stand between quotes. */
static void check_text(const char *name, const char *sql)
{
    if (strchr(sql, '%') != NULL) {
        fprintf(stderr, "%s: a %% in a statement looks like a format\n", name);
        faults++;
    }
    if (strstr(sql, "SELECT *") != NULL) {
        fprintf(stderr, "%s: name the columns\n", name);
        faults++;
    }
}

Test(statements, prepare_and_read_no_more_than_they_must)
{
    int count = 0;
    for (const struct statement_list *const *list = STATEMENT_LISTS; *list != NULL; list++) {
        for (int i = 0; i < (*list)->count; i++, count++) {
            const struct statement *s = &(*list)->items[i];
            cr_assert_not_null(s->name, "statement %d of a list has no name", i);
            cr_assert_not_null(s->sql, "%s", s->name);
            check_plan(s->name, s->sql);
            check_text(s->name, s->sql);
        }
    }
    cr_assert_gt(count, 40, "only %d statements: is a list missing?", count);
    for (size_t i = 0; i < allowed_count; i++) {
        cr_expect(allowed[i].was_used, "scans.tsv: no plan of %s scans %s any more; delete the line", allowed[i].name,
                  allowed[i].table);
    }
    cr_assert_eq(faults, 0, "%zu faults, named above", faults);
}

Test(statements, have_names_of_their_own)
{
    for (const struct statement_list *const *list = STATEMENT_LISTS; *list != NULL; list++) {
        for (int i = 0; i < (*list)->count; i++) {
            const char *name = (*list)->items[i].name;
            int same = 0;
            for (const struct statement_list *const *other = STATEMENT_LISTS; *other != NULL; other++) {
                for (int k = 0; k < (*other)->count; k++) {
                    same += strcmp((*other)->items[k].name, name) == 0;
                }
            }
            cr_expect_eq(same, 1, "%s is there %d times", name, same);
        }
    }
}

/* The one write path reads and changes a row of any table by its key. */
Test(statements, of_the_write_path_find_a_row_by_its_key)
{
    for (int t = 0; t < TABLES_COUNT; t++) {
        const struct table_info *table = TABLES[t];
        if (table_column(table, "ver") == NULL) {
            continue;
        }
        char *name = mem_format("change.%s", table->name);
        char *read = mem_format("SELECT ver, %s FROM %s WHERE %s = ?1", table->columns[0].name, table->name, table->key);
        char *update = mem_format("UPDATE %s SET ver = ver + 1 WHERE %s = ?1", table->name, table->key);
        check_plan(name, read);
        check_plan(name, update);
        mem_free(name);
        mem_free(read);
        mem_free(update);
    }
    cr_assert_eq(faults, 0, "%zu faults, named above", faults);
}

/* Leaving scope and erasure delete by the registry (decisions.md 5): a patient's rows are found by an index. */
Test(statements, find_all_rows_of_a_patient_without_a_scan)
{
    for (int t = 0; t < TABLES_COUNT; t++) {
        const struct table_info *table = TABLES[t];
        if (table->scope != SCOPE_PATIENT || table_column(table, "user_id") == NULL) {
            continue;
        }
        char *name = mem_format("erase.%s", table->name);
        char *sql = mem_format("DELETE FROM %s WHERE user_id = ?1", table->name);
        check_plan(name, sql);
        mem_free(name);
        mem_free(sql);
    }
    cr_assert_eq(faults, 0, "%zu faults, named above", faults);
}
