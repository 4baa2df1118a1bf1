/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/row_version.h"

#include "base/i18n.h"
#include "base/memory.h"
#include "store/statement.h"
#include "store/store_private.h"

enum status row_version(struct store *store, const struct table_info *table, struct uid id, int32_t *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    char *sql = mem_format("SELECT ver FROM %s WHERE %s = ?1", table->name, table->key);
    enum status status = sealed_result(&store->db, sqlite3_prepare_v2(store->db.handle, sql, -1, &stmt, NULL), err);
    mem_free(sql);
    if (status == STATUS_OK) {
        bind_id(stmt, 1, id);
        status = statement_step(store, stmt, &row, err);
    }
    if (status == STATUS_OK && !row) {
        status = error_set(err, STATUS_NOT_FOUND, _("This record is no longer there."));
    } else if (status == STATUS_OK) {
        *out = (int32_t)column_int(stmt, 0);
    }
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return status;
}
