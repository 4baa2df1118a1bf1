/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/usual_store.h"

#include "base/memory.h"
#include "store/statement.h"

enum { COUNT, LIST };
static const struct statement statements[] = {
    [COUNT] = {"usual.count", "INSERT INTO usual_directions (usual_id, ingredients, sig, uses, last_used_at) "
                              "VALUES (?1, ?2, ?3, 1, ?4) ON CONFLICT (ingredients, sig) DO UPDATE SET uses = uses + 1, "
                              "last_used_at = excluded.last_used_at"},
    [LIST] = {"usual.list", "SELECT sig, uses FROM usual_directions WHERE ingredients = ?1 "
                            "ORDER BY uses DESC, last_used_at DESC LIMIT ?2"},
};
const struct statement_list USUAL_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static struct sig without_patient(const struct sig *sig)
{
    struct sig plain = *sig;
    plain.first_now = false;
    plain.weight_kg = decimal_from_int(0);
    plain.weight_on = (struct date){0};
    if (plain.weight_basis != WEIGHT_BASIS_NONE) {
        plain.dose = plain.dose_high = decimal_from_int(0);
    }
    return plain;
}

enum status usual_count(struct store *store, const char *ingredients, const struct sig *sig, int64_t now_us,
                        struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    if (ingredients == NULL || ingredients[0] == '\0' || sig->kind == SCHEDULE_KIND_UNSTRUCTURED ||
        sig->kind == SCHEDULE_KIND_NONE_GIVEN) {
        return STATUS_OK;
    }
    enum status status = statement_use(store, &statements[COUNT], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct sig plain = without_patient(sig);
    char *json = sig_to_json(&plain);
    bind_id(stmt, 1, uid_new(store_clock(store)));
    bind_text(stmt, 2, ingredients);
    bind_text(stmt, 3, json);
    bind_int(stmt, 4, now_us);
    mem_free(json);
    return statement_run(store, stmt, err);
}

enum status usual_list(struct store *store, const char *ingredients, struct usual *out, int max, int *out_count,
                       struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    int count = 0;
    enum status status = statement_use(store, &statements[LIST], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, ingredients);
    bind_int(stmt, 2, max);
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        struct usual *usual = &out[count];
        if (count < max && sig_from_json((const char *)sqlite3_column_text(stmt, 0), &usual->sig, NULL) == STATUS_OK) {
            usual->uses = (int)column_int(stmt, 1); /* a sig of a later version is left out */
            count++;
        }
    }
    if (status == STATUS_OK) {
        *out_count = count;
    }
    return status;
}
