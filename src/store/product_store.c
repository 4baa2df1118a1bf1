/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/product_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "store/change.h"
#include "store/statement.h"

enum { FIND, GET };
static const struct statement statements[] = {
    [FIND] = {"product.find", "SELECT code_system, code, drug_text, rxcui, source FROM drug_codes "
                              "WHERE code = ?1 AND code_system = ?2 AND deleted_at IS NULL"},
    [GET] = {"product.get", "SELECT ver, drug_text, deleted_at FROM drug_codes WHERE code_id = ?1"},
};
const struct statement_list PRODUCT_STATEMENTS = {statements, sizeof statements / sizeof *statements};

void product_code_release(struct product_code *code)
{
    mem_free(code->code);
    mem_free(code->drug);
    mem_free(code->rxcui);
    mem_free(code->source);
    *code = (struct product_code){0};
}

enum status product_code_get(struct store *store, enum code_system system, const char *code, struct product_code *out,
                             struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[FIND], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, code);
    bind_text(stmt, 2, enum_word(ENUM_CODE_SYSTEM, (int)system));
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && !row) {
        return error_set(err, STATUS_NOT_FOUND, _("This product code is not known here."));
    }
    if (status == STATUS_OK) {
        *out = (struct product_code){
            .system = (enum code_system)column_enum(stmt, 0, ENUM_CODE_SYSTEM),
            .code = column_text(stmt, 1),
            .drug = column_text(stmt, 2),
            .rxcui = column_text(stmt, 3),
            .source = column_text(stmt, 4),
        };
        statement_reset(stmt);
    }
    return status;
}

/* The id follows from the code, so that two devices that learn the same code make one row. */
static struct uid id_of(const struct product_code *code)
{
    const char *const parts[] = {enum_word(ENUM_CODE_SYSTEM, (int)code->system), code->code};
    return derived_id("prescripcare.drug_code.1", parts, 2);
}

enum status product_code_put(struct store *store, const struct product_code *code, struct uid by, struct uid *out_id,
                             bool *out_changed, char **out_old, char **out_new, struct error *err)
{
    const struct uid id = id_of(code);
    const int64_t now_us = clock_now_us(store_clock(store));
    sqlite3_stmt *stmt = NULL;
    bool row = false, is_same = false;
    int32_t ver = 0;
    enum status status = statement_use(store, &statements[GET], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, id);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        char *drug = column_text(stmt, 1);
        ver = (int32_t)column_int(stmt, 0);
        is_same = strcmp(drug, code->drug) == 0 && column_int(stmt, 2) == 0;
        mem_free(drug);
    }
    statement_reset(stmt);
    if (status != STATUS_OK) {
        return status;
    }
    *out_id = id;
    *out_changed = !is_same;
    if (is_same) {
        return STATUS_OK;
    }
    const struct cell cells[] = {
        CELL_TEXT("drug_text", code->drug),
        CELL_TEXT_OR_NULL("rxcui", code->rxcui),
        CELL_TEXT("source", code->source),
        CELL_ID("recorded_by", by),
        CELL_INT("recorded_at", now_us),
        CELL_INT_OR_NULL("deleted_at", INT64_C(0)),
        CELL_ENUM("code_system", ENUM_CODE_SYSTEM, code->system),
        CELL_TEXT("code", code->code),
    };
    size_t count = sizeof cells / sizeof *cells;
    return row ? change_update(store, "drug_codes", id, UID_NONE, ver, cells, count - 2, out_old, out_new, err)
               : change_insert(store, "drug_codes", id, UID_NONE, cells, count, out_new, err);
}
