/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of engine_private.h: from PostgreSQL's binary form to the site's file. */
#include <endian.h>
#include <string.h>

#include "base/memory.h"
#include "sync/engine_private.h"
#include "sync/synced.h"

#define EPOCH_2000_US INT64_C(946684800000000)
enum { LIST_MAX = 96 };

/* An order shows only once its version is there: user_medications comes behind order_versions. */
const struct table_info *const *pulled_tables(void)
{
    static const struct table_info *list[LIST_MAX + 1];
    if (list[0] == NULL) {
        const struct table_info *last = NULL;
        int n = 0;
        for (int i = 0; i < TABLES_COUNT && n < LIST_MAX - 1; i++) {
            if (strcmp(TABLES[i]->name, "user_medications") == 0) {
                last = TABLES[i];
            } else if (table_is_pulled(TABLES[i])) {
                list[n++] = TABLES[i];
            }
        }
        list[n] = last;
    }
    return list;
}

void columns_append(struct buffer *sql, const struct table_info *table)
{
    for (int i = 0; i < table->column_count; i++) {
        const struct column_info *column = &table->columns[i];
        bool as_text = column->type == COLUMN_DATE || column->type == COLUMN_TIME || column->type == COLUMN_DECIMAL ||
                       column->type == COLUMN_JSON;
        buffer_append_format(sql, "%s%s%s", i == 0 ? "" : ", ", column->name, as_text ? "::text" : "");
    }
}

struct mirror_value wire_value(const struct column_info *column, const char *bytes, int len)
{
    struct mirror_value value = {MIRROR_NULL, 0, bytes, len};
    uint64_t be;
    if (bytes == NULL) {
        return value;
    }
    switch (column->type) {
    case COLUMN_ID:
    case COLUMN_BYTES:
        value.kind = MIRROR_BYTES;
        break;
    case COLUMN_BOOL:
        value.kind = MIRROR_INT;
        value.number = bytes[0] != 0;
        break;
    case COLUMN_INTEGER:
    case COLUMN_INSTANT:
        memcpy(&be, bytes, sizeof be);
        value.kind = MIRROR_INT;
        value.number = (int64_t)be64toh(be) + (column->type == COLUMN_INSTANT ? EPOCH_2000_US : 0);
        break;
    case COLUMN_TEXT:
    case COLUMN_DATE:
    case COLUMN_TIME:
    case COLUMN_DECIMAL:
    case COLUMN_JSON:
    case COLUMN_ENUM:
        value.kind = MIRROR_TEXT;
        break;
    }
    return value;
}

enum status put_result(struct engine *engine, const struct table_info *table, const PGresult *result, struct error *err)
{
    struct mirror_value *values = mem_alloc_array((size_t)table->column_count, sizeof *values);
    enum status status = STATUS_OK;
    for (int row = 0; status == STATUS_OK && row < PQntuples(result); row++) {
        if (turn_is_over(engine)) {
            status = turn_end(engine, STATUS_OK, err);
        }
        if (status == STATUS_OK) {
            status = turn_begin(engine, err);
        }
        for (int i = 0; i < table->column_count; i++) {
            values[i] = wire_value(&table->columns[i], PQgetisnull(result, row, i) ? NULL : PQgetvalue(result, row, i),
                                   PQgetlength(result, row, i));
        }
        if (status == STATUS_OK) {
            status = mirror_put(engine->mirror, table, values, err);
            engine->report->pulled++;
        }
    }
    mem_free(values);
    return status;
}
