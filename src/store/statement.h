/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SQL in one place a family: each store file opens with a table of statements and lists it in statements.c, where a test
 * prepares every one and checks its plan. Statements are prepared once a connection and reused. Private to src/store. */
#ifndef STORE_STATEMENT_H
#define STORE_STATEMENT_H

#include <sqlite3.h>
#include <stdbool.h>

#include "base/date.h"
#include "base/decimal.h"
#include "base/uid.h"
#include "model/enums.h"
#include "store/store.h"

struct statement {
    const char *name; /* "patient.get" */
    const char *sql;
};

struct statement_list {
    const struct statement *items;
    int count;
};

extern const struct statement_list *const STATEMENT_LISTS[]; /* NULL-terminated */

/* Ready to bind. The statement belongs to the store; give it back with statement_reset(). */
enum status statement_use(struct store *store, const struct statement *statement, sqlite3_stmt **out, struct error *err)
    MUST_USE;

/* *out_row: a row is there. After the last row, and after a failure, the statement is reset. */
enum status statement_step(struct store *store, sqlite3_stmt *stmt, bool *out_row, struct error *err) MUST_USE;
void statement_reset(sqlite3_stmt *stmt);

/* The one row of the statement whose only parameter is the id; STATUS_NOT_FOUND with the sentence `missing` (already
 * translated) when there is none, with nothing to reset. */
enum status statement_row(struct store *store, const struct statement *statement, struct uid id, const char *missing,
                          sqlite3_stmt **out, struct error *err) MUST_USE;
/* Whether the statement whose only parameter is the id gives a row. */
enum status statement_has(struct store *store, const struct statement *statement, struct uid id, bool *out, struct error *err)
    MUST_USE;

/* The first column of every row, in their order, of a statement that is bound. The caller frees out->items. */
enum status statement_ids(struct store *store, sqlite3_stmt *stmt, struct uid_list *out, struct error *err) MUST_USE;

/* For statements that give no rows. */
enum status statement_run(struct store *store, sqlite3_stmt *stmt, struct error *err) MUST_USE;

void bind_id(sqlite3_stmt *stmt, int at, struct uid id); /* UID_NONE binds NULL */
void bind_text(sqlite3_stmt *stmt, int at, const char *text); /* NULL binds NULL; copied */
void bind_int(sqlite3_stmt *stmt, int at, int64_t value);
void bind_bytes(sqlite3_stmt *stmt, int at, const void *bytes, int len);

struct uid column_id(sqlite3_stmt *stmt, int at);
char *column_text(sqlite3_stmt *stmt, int at);              /* caller frees; "" for NULL */
int64_t column_int(sqlite3_stmt *stmt, int at);             /* 0 for NULL */
struct date column_date(sqlite3_stmt *stmt, int at);
struct decimal column_decimal(sqlite3_stmt *stmt, int at);  /* zero for NULL */
int column_enum(sqlite3_stmt *stmt, int at, enum enum_kind kind);

#endif
