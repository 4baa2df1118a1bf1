/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the migrations of data/schema make, read from a scratch database in memory that holds no data: what the registry
 * does not say (defaults, NOT NULL, references, indexes), for the centre's tables. Caller releases. */
#ifndef STORE_SCHEMA_INFO_H
#define STORE_SCHEMA_INFO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct schema_column {
    char *name;
    char *fallback; /* SQL literal of the default; NULL none */
    bool not_null;
};

struct schema_reference {
    char *column, *table, *to;
};

struct schema_index {
    char *name;
    char *columns; /* "a, b" */
};

struct schema_table {
    char *name;
    struct { struct schema_column *items; size_t len, cap; } columns;
    struct { struct schema_reference *items; size_t len, cap; } references;
    struct { struct schema_index *items; size_t len, cap; } indexes;
};

struct schema_info {
    int version;
    struct schema_table *items;
    size_t len, cap;
};

enum status schema_info_read(struct schema_info *out, struct error *err) MUST_USE;
void schema_info_release(struct schema_info *info);
const struct schema_table *schema_info_table(const struct schema_info *info, const char *name); /* NULL when unknown */
const struct schema_column *schema_table_column(const struct schema_table *table, const char *name);

/* What a table is: from data/schema/comments.tsv, else the comment lines above its CREATE TABLE. NULL: nothing is said.
 * Caller frees. */
char *schema_table_comment(const char *table);
/* What a column is, likewise. Caller frees. */
char *schema_column_comment(const char *table, const char *column);

#endif
