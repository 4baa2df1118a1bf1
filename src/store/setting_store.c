/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/setting_store.h"

#include "base/i18n.h"
#include "base/log.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "store/change.h"
#include "store/statement.h"

enum { LIST, GET };
static const struct statement statements[] = {
    [LIST] = {"setting.list", "SELECT name, value FROM site_settings WHERE deleted_at IS NULL ORDER BY name"},
    [GET] = {"setting.get", "SELECT ver, deleted_at FROM site_settings WHERE setting_id = ?1"},
};
const struct statement_list SETTING_STATEMENTS = {statements, sizeof statements / sizeof *statements};

enum status setting_load(struct store *store, struct settings *settings, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    while (status == STATUS_OK && (status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        char *name = column_text(stmt, 0), *value = column_text(stmt, 1);
        int setting = setting_find(name);
        if (setting < 0 || settings_set(settings, (enum setting)setting, value, SETTING_SITE, NULL, NULL) != STATUS_OK) {
            log_write(LOG_WARNING, "site setting %s is not understood by this version", name);
        }
        mem_free(name);
        mem_free(value);
    }
    return status;
}

enum status setting_put(struct store *store, enum setting setting, const char *value, struct uid by, struct uid *out_id,
                        char **out_old, char **out_new, struct error *err)
{
    const char *name = setting_info(setting)->name;
    const struct uid id = derived_id("prescripcare.setting.1", &name, 1);
    const int64_t now_us = clock_now_us(store_clock(store));
    sqlite3_stmt *stmt = NULL;
    bool row = false, is_deleted = false;
    int32_t ver = 0;
    enum status status = statement_use(store, &statements[GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        ver = (int32_t)column_int(stmt, 0);
        is_deleted = column_int(stmt, 1) != 0;
    }
    statement_reset(stmt);
    if (status != STATUS_OK) {
        return status;
    }
    *out_id = id;
    if (value == NULL && (!row || is_deleted)) {
        return error_set_field(err, STATUS_NOT_FOUND, name, _("The site has no value of its own for \"%s\"."), name);
    }
    if (!row) {
        const struct cell cells[] = {CELL_TEXT("name", name), CELL_TEXT("value", value), CELL_ID("changed_by", by),
                                     CELL_INT("changed_at", now_us)};
        return change_insert(store, "site_settings", id, UID_NONE, cells, sizeof cells / sizeof *cells, out_new, err);
    }
    const struct cell cells[] = {CELL_ID("changed_by", by), CELL_INT("changed_at", now_us),
                                 CELL_INT_OR_NULL("deleted_at", value == NULL ? now_us : 0), CELL_TEXT("value", value)};
    return change_update(store, "site_settings", id, UID_NONE, ver, cells,
                         sizeof cells / sizeof *cells - (value == NULL), out_old, out_new, err);
}
