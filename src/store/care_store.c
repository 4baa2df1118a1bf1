/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/care_store.h"

#include "store/change.h"
#include "store/statement.h"

enum { PROVIDER_BY_ID, PROVIDER_BY_NPI };
static const struct statement statements[] = {
    [PROVIDER_BY_ID] = {"care.provider_by_id",
                        "SELECT provider_id FROM healthcare_providers WHERE provider_id = ?1"},
    [PROVIDER_BY_NPI] = {"care.provider_by_npi",
                         "SELECT provider_id FROM healthcare_providers WHERE npi_number = ?1"},
};
const struct statement_list CARE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static enum status find(struct store *store, const struct provider *provider, struct uid *out,
                        struct error *err)
{
    bool row = false;
    enum status status = STATUS_OK;
    for (int which = PROVIDER_BY_ID; which <= PROVIDER_BY_NPI && status == STATUS_OK && !row;
         which++) {
        sqlite3_stmt *stmt = NULL;
        status = statement_use(store, &statements[which], &stmt, err);
        if (status == STATUS_OK && which == PROVIDER_BY_ID) {
            bind_id(stmt, 1, provider->id);
        } else if (status == STATUS_OK) {
            bind_text(stmt, 1, cell_or_null(provider->npi));
        }
        if (status == STATUS_OK) {
            status = statement_step(store, stmt, &row, err);
        }
        if (status == STATUS_OK && row) {
            *out = column_id(stmt, 0);
            statement_reset(stmt);
        }
    }
    return status != STATUS_OK ? status : row ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status provider_put(struct store *store, const struct provider *provider, struct uid *out_id,
                         bool *out_is_new, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("first_name", provider->first_name),
        CELL_TEXT("last_name", provider->last_name),
        CELL_TEXT_OR_NULL("title", provider->title),
        CELL_TEXT_OR_NULL("specialty", provider->specialty),
        CELL_TEXT_OR_NULL("npi_number", provider->npi),
        CELL_TEXT_OR_NULL("phone_number", provider->phone),
        CELL_TEXT_OR_NULL("email", provider->email),
        CELL_INT("is_active", provider->is_active),
    };
    enum status status = find(store, provider, out_id, err);
    bool is_new = status == STATUS_NOT_FOUND;
    if (is_new) {
        *out_id = provider->id;
        status = change_insert(store, "healthcare_providers", provider->id, UID_NONE, cells,
                               sizeof cells / sizeof *cells, NULL, err);
    }
    if (out_is_new) {
        *out_is_new = is_new && status == STATUS_OK;
    }
    return status;
}

enum status provider_find_npi(struct store *store, const char *npi, struct uid *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    bool row = false;
    enum status status = statement_use(store, &statements[PROVIDER_BY_NPI], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_text(stmt, 1, npi);
    status = statement_step(store, stmt, &row, err);
    if (status == STATUS_OK && row) {
        *out = column_id(stmt, 0);
        statement_reset(stmt);
    }
    return status == STATUS_OK && !row ? STATUS_NOT_FOUND : status;
}

enum status relationship_insert(struct store *store, struct uid id, struct uid patient,
                                struct uid provider, enum relationship_type type, bool is_primary,
                                struct error *err)
{
    const struct cell cells[] = {
        CELL_ID("provider_id", provider),
        CELL_ENUM("relationship_type", ENUM_RELATIONSHIP_TYPE, type),
        CELL_INT("is_primary", is_primary),
        CELL_ENUM("status", ENUM_RELATIONSHIP_STATUS, RELATIONSHIP_STATUS_ACTIVE),
        CELL_INT("can_view_medications", 0),
        CELL_INT("can_prescribe", 0),
    };
    return change_insert(store, "user_provider_relationships", id, patient, cells,
                         sizeof cells / sizeof *cells, NULL, err);
}

enum status coverage_insert(struct store *store, const struct coverage *coverage, struct error *err)
{
    const struct cell cells[] = {
        CELL_TEXT("insurance_company", coverage->company),
        CELL_TEXT_OR_NULL("plan_name", coverage->plan),
        CELL_TEXT_OR_NULL("policy_number", coverage->policy_number),
        CELL_DATE("effective_date", coverage->effective),
        CELL_DATE("expiration_date", coverage->expiration),
        CELL_INT("is_primary", coverage->is_primary),
        CELL_INT("is_active", coverage->is_active),
    };
    return change_insert(store, "user_insurance", coverage->id, coverage->patient, cells,
                         sizeof cells / sizeof *cells, NULL, err);
}
