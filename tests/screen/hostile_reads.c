/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hostile text as it comes out of the database: no write, no copy, another string at each read, so that one screen shows
 * thousands of them in the time that planting a few takes. */
#include <sqlite3.h>

#include "base/memory.h"
#include "screen/hostile.h"
#include "store/statement.h"

static const struct hostile_reads *the_reads; /* the store has no context of ours */

void hostile_reads_set(const struct hostile_reads *reads)
{
    the_reads = reads;
}

/* Names that the linker gives (--wrap). */
char *__real_column_text(sqlite3_stmt *stmt, int at);
char *__wrap_column_text(sqlite3_stmt *stmt, int at);

char *__wrap_column_text(sqlite3_stmt *stmt, int at)
{
    char *text = NULL;
    if (the_reads != NULL && sqlite3_column_type(stmt, at) == SQLITE_TEXT) {
        const char *table = sqlite3_column_table_name(stmt, at), *column = sqlite3_column_origin_name(stmt, at);
        if (table != NULL && column != NULL && the_reads->is_free_text(the_reads->context, table, column)) {
            text = the_reads->make(the_reads->context);
        }
    }
    return text != NULL ? text : __real_column_text(stmt, at);
}
