/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/drug_table_store.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/derived_id.h"
#include "store/statement.h"

#define WORST_FIRST(alias) "CASE " alias ".interaction_type WHEN 'contraindicated' THEN 0 WHEN 'major' THEN 1 WHEN 'moderate' THEN 2 ELSE 3 END"

enum { CLEAR_PAIRS, CLEAR_FOODS, RETIRE, DRUG, PAIR, FOOD, GET, PARTNERS, FOODS, COUNT_DRUGS, COUNT_PAIRS, COUNT_FOODS };
static const struct statement statements[] = {
    [CLEAR_PAIRS] = {"drug_table.clear_pairs", "DELETE FROM drug_interactions"},
    [CLEAR_FOODS] = {"drug_table.clear_foods", "DELETE FROM drug_food_interactions"},
    [RETIRE] = {"drug_table.retire", "UPDATE drugs_master SET deleted_at = ?1 WHERE deleted_at IS NULL"},
    [DRUG] = {"drug_table.drug",
              "INSERT INTO drugs_master (drug_id, drug_name, generic_name, brand_names, drug_class, therapeutic_category, "
              "active_ingredients, available_strengths, dosage_forms, contraindications, knowledge_key, rxcui, "
              "knowledge_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
              "ON CONFLICT (drug_id) DO UPDATE SET drug_name = excluded.drug_name, generic_name = excluded.generic_name, "
              "brand_names = excluded.brand_names, drug_class = excluded.drug_class, therapeutic_category = "
              "excluded.therapeutic_category, available_strengths = excluded.available_strengths, dosage_forms = "
              "excluded.dosage_forms, contraindications = excluded.contraindications, rxcui = excluded.rxcui, "
              "knowledge_version = excluded.knowledge_version, ver = ver + 1, deleted_at = NULL"},
    [PAIR] = {"drug_table.pair",
              "INSERT INTO drug_interactions (interaction_id, drug_a_id, drug_b_id, interaction_type, mechanism, "
              "clinical_effect, management_strategy, evidence_level, severity_score, rule, source, knowledge_version) VALUES "
              "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"},
    [FOOD] = {"drug_table.food",
              "INSERT INTO drug_food_interactions (interaction_id, drug_id, food_item, interaction_type, description, "
              "recommendation, rule, source, knowledge_version) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"},
    [GET] = {"drug_table.get",
             "SELECT knowledge_key, drug_name, brand_names, available_strengths, dosage_forms, drug_class, "
             "therapeutic_category, contraindications, rxcui, knowledge_version FROM drugs_master WHERE drug_id = ?1 AND "
             "deleted_at IS NULL"},
    [PARTNERS] = {"drug_table.partners",
                  "SELECT d.drug_name, i.interaction_type, i.clinical_effect, i.management_strategy, i.source FROM "
                  "(SELECT drug_b_id AS other, interaction_type, clinical_effect, management_strategy, source FROM "
                  "drug_interactions WHERE drug_a_id = ?1 UNION ALL SELECT drug_a_id, interaction_type, clinical_effect, "
                  "management_strategy, source FROM drug_interactions WHERE drug_b_id = ?1) i JOIN drugs_master d ON "
                  "d.drug_id = i.other ORDER BY " WORST_FIRST("i") ", d.drug_name LIMIT ?2"},
    [FOODS] = {"drug_table.foods", "SELECT f.food_item, f.interaction_type, f.description, f.recommendation, f.source FROM "
                                   "drug_food_interactions f WHERE f.drug_id = ?1 ORDER BY " WORST_FIRST("f") ", f.food_item"},
    [COUNT_DRUGS] = {"drug_table.count_drugs", "SELECT count(*) FROM drugs_master WHERE deleted_at IS NULL"},
    [COUNT_PAIRS] = {"drug_table.count_pairs", "SELECT count(*) FROM drug_interactions"},
    [COUNT_FOODS] = {"drug_table.count_foods", "SELECT count(*) FROM drug_food_interactions"},
};
const struct statement_list DRUG_TABLE_STATEMENTS = {statements, sizeof statements / sizeof *statements};

static void bind_text_or_null(sqlite3_stmt *stmt, int at, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        bind_text(stmt, at, text);
    }
}

struct uid drug_row_id(const char *key)
{
    return derived_id("prescripcare.drug.1", &key, 1);
}

enum status drug_tables_begin(struct store *store, int64_t now_us, struct error *err)
{
    enum status status = STATUS_OK;
    for (int i = CLEAR_PAIRS; i <= RETIRE && status == STATUS_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        status = statement_use(store, &statements[i], &stmt, err);
        if (status == STATUS_OK && i == RETIRE) {
            bind_int(stmt, 1, now_us);
        }
        status = status == STATUS_OK ? statement_run(store, stmt, err) : status;
    }
    return status;
}

enum status drug_row_put(struct store *store, const struct drug_row *row, const char *version, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *const texts[] = {row->name,        row->generic_name, row->brands, row->drug_class,        row->category,
                                 row->ingredients, row->strengths,    row->forms,  row->contraindications, row->key,
                                 row->rxcui,       version};
    enum status status = statement_use(store, &statements[DRUG], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, drug_row_id(row->key));
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        bind_text_or_null(stmt, (int)i + 2, texts[i]);
    }
    return statement_run(store, stmt, err);
}

enum status drug_pair_row_put(struct store *store, const struct drug_pair_row *row, const char *version, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *const keys[] = {row->key_a, row->key_b};
    enum status status = statement_use(store, &statements[PAIR], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, derived_id("prescripcare.interaction.1", keys, 2));
    bind_id(stmt, 2, drug_row_id(row->key_a));
    bind_id(stmt, 3, drug_row_id(row->key_b));
    bind_text(stmt, 4, enum_word(ENUM_INTERACTION_TYPE, (int)row->severity));
    bind_text_or_null(stmt, 5, row->mechanism);
    bind_text_or_null(stmt, 6, row->effect);
    bind_text_or_null(stmt, 7, row->management);
    bind_text_or_null(stmt, 8, enum_word(ENUM_EVIDENCE_LEVEL, (int)row->evidence));
    bind_int(stmt, 9, INTERACTION_TYPE_NONE - row->severity);
    bind_text(stmt, 10, row->rule);
    bind_text(stmt, 11, row->source);
    bind_text(stmt, 12, version);
    return statement_run(store, stmt, err);
}

enum status drug_food_row_put(struct store *store, const struct drug_food_row *row, const char *version, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    const char *const keys[] = {row->key, row->food, row->rule};
    enum status status = statement_use(store, &statements[FOOD], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, derived_id("prescripcare.food.1", keys, 3));
    bind_id(stmt, 2, drug_row_id(row->key));
    bind_text(stmt, 3, row->food);
    bind_text(stmt, 4, enum_word(ENUM_INTERACTION_TYPE, (int)row->severity));
    bind_text_or_null(stmt, 5, row->effect);
    bind_text_or_null(stmt, 6, row->management);
    bind_text(stmt, 7, row->rule);
    bind_text(stmt, 8, row->source);
    bind_text(stmt, 9, version);
    return statement_run(store, stmt, err);
}

/* --- reading ------------------------------------------------------------------------------------------------------- */

void drug_record_release(struct drug_record *record)
{
    char *const texts[] = {record->key,        record->name,     record->brands,            record->strengths, record->forms,
                           record->drug_class, record->category, record->contraindications, record->rxcui,     record->version};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        mem_free(texts[i]);
    }
    *record = (struct drug_record){0};
}

void drug_partner_list_release(struct drug_partner_list *list)
{
    for (size_t i = 0; i < list->len; i++) {
        mem_free(list->items[i].name);
        mem_free(list->items[i].effect);
        mem_free(list->items[i].management);
        mem_free(list->items[i].source);
    }
    mem_free(list->items);
    *list = (struct drug_partner_list){0};
}

enum status drug_record_get(struct store *store, const char *key, struct drug_record *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_row(store, &statements[GET], drug_row_id(key),
                                       _("This drug is not in the site's drug list."), &stmt, err);
    if (status == STATUS_OK) {
        *out = (struct drug_record){
            .key = column_text(stmt, 0),
            .name = column_text(stmt, 1),
            .brands = column_text(stmt, 2),
            .strengths = column_text(stmt, 3),
            .forms = column_text(stmt, 4),
            .drug_class = column_text(stmt, 5),
            .category = column_text(stmt, 6),
            .contraindications = column_text(stmt, 7),
            .rxcui = column_text(stmt, 8),
            .version = column_text(stmt, 9),
        };
        statement_reset(stmt);
    }
    return status;
}

static enum status read_partners(struct store *store, sqlite3_stmt *stmt, struct drug_partner_list *out, struct error *err)
{
    struct drug_partner_list list = {0};
    bool row = false;
    enum status status;
    while ((status = statement_step(store, stmt, &row, err)) == STATUS_OK && row) {
        MEM_GROW(&list);
        list.items[list.len++] = (struct drug_partner){
            .name = column_text(stmt, 0),
            .severity = (enum interaction_type)column_enum(stmt, 1, ENUM_INTERACTION_TYPE),
            .effect = column_text(stmt, 2),
            .management = column_text(stmt, 3),
            .source = column_text(stmt, 4),
        };
    }
    if (status != STATUS_OK) {
        drug_partner_list_release(&list);
        return status;
    }
    *out = list;
    return STATUS_OK;
}

enum status drug_partner_list_get(struct store *store, const char *key, int limit, struct drug_partner_list *out,
                                  struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[PARTNERS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, drug_row_id(key));
    bind_int(stmt, 2, limit);
    return read_partners(store, stmt, out, err);
}

enum status drug_food_list_get(struct store *store, const char *key, struct drug_partner_list *out, struct error *err)
{
    sqlite3_stmt *stmt = NULL;
    enum status status = statement_use(store, &statements[FOODS], &stmt, err);
    if (status != STATUS_OK) {
        return status;
    }
    bind_id(stmt, 1, drug_row_id(key));
    return read_partners(store, stmt, out, err);
}

enum status drug_table_counts_get(struct store *store, struct drug_table_counts *out, struct error *err)
{
    int64_t *const counts[] = {&out->drugs, &out->pairs, &out->foods};
    enum status status = STATUS_OK;
    for (int i = 0; i < 3 && status == STATUS_OK; i++) {
        sqlite3_stmt *stmt = NULL;
        bool row = false;
        status = statement_use(store, &statements[COUNT_DRUGS + i], &stmt, err);
        status = status == STATUS_OK ? statement_step(store, stmt, &row, err) : status;
        if (status == STATUS_OK) {
            *counts[i] = column_int(stmt, 0);
            statement_reset(stmt);
        }
    }
    return status;
}
