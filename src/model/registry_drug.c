/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drugs are and where they are dispensed: the same for everybody. */
#include "model/registry_tables.h"

static const struct column_info drugs_master_columns[] = {
    {"drug_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"drug_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"generic_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"brand_names", COLUMN_JSON, ENUM_NO_KIND, true},
    {"drug_class", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"therapeutic_category", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"active_ingredients", COLUMN_JSON, ENUM_NO_KIND, true},
    {"available_strengths", COLUMN_JSON, ENUM_NO_KIND, true},
    {"dosage_forms", COLUMN_JSON, ENUM_NO_KIND, true},
    {"indications", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"contraindications", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"side_effects", COLUMN_JSON, ENUM_NO_KIND, true},
    {"fda_approved", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"knowledge_key", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"rxcui", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"knowledge_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DRUGS_MASTER = {"drugs_master", "drug_id", SCOPE_GLOBAL, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, true,
    COLUMNS(drugs_master_columns)};

static const struct column_info drug_interactions_columns[] = {
    {"interaction_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"drug_a_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"drug_b_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"interaction_type", COLUMN_ENUM, ENUM_INTERACTION_TYPE, true},
    {"mechanism", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"clinical_effect", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"management_strategy", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"evidence_level", COLUMN_ENUM, ENUM_EVIDENCE_LEVEL, true},
    {"severity_score", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"rule", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"source", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"knowledge_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DRUG_INTERACTIONS = {"drug_interactions", "interaction_id", SCOPE_GLOBAL, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, true,
    COLUMNS(drug_interactions_columns)};

static const struct column_info drug_food_interactions_columns[] = {
    {"interaction_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"drug_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"food_item", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"interaction_type", COLUMN_ENUM, ENUM_INTERACTION_TYPE, true},
    {"description", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"recommendation", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"rule", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"source", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"knowledge_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DRUG_FOOD_INTERACTIONS = {"drug_food_interactions", "interaction_id", SCOPE_GLOBAL, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, true,
    COLUMNS(drug_food_interactions_columns)};

static const struct column_info pharmacies_columns[] = {
    {"pharmacy_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"pharmacy_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"chain_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"pharmacy_type", COLUMN_ENUM, ENUM_PHARMACY_TYPE, true},
    {"phone_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"address_line1", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"city", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"state_province", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"postal_code", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"hours_of_operation", COLUMN_JSON, ENUM_NO_KIND, true},
    {"services_offered", COLUMN_JSON, ENUM_NO_KIND, true},
    {"is_active", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_PHARMACIES = {"pharmacies", "pharmacy_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_NONE, 0, true,
    COLUMNS(pharmacies_columns)};

static const struct column_info knowledge_sets_columns[] = {
    {"set_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"files", COLUMN_JSON, ENUM_NO_KIND, false},
    {"tables", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"counts", COLUMN_JSON, ENUM_NO_KIND, false},
    {"ceiling", COLUMN_ENUM, ENUM_INTERACTION_TYPE, false},
    {"preview", COLUMN_JSON, ENUM_NO_KIND, false},
    {"imported_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"imported_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"raised_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"raised_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_KNOWLEDGE_SETS = {"knowledge_sets", "set_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, false,
    COLUMNS(knowledge_sets_columns)};

static const struct column_info knowledge_affected_columns[] = {
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"from_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"to_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"worst", COLUMN_ENUM, ENUM_INTERACTION_TYPE, false},
    {"changes", COLUMN_JSON, ENUM_NO_KIND, false},
    {"found_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"seen_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"seen_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_KNOWLEDGE_AFFECTED = {"knowledge_affected", "user_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 0, false,
    COLUMNS(knowledge_affected_columns)};

static const struct column_info drug_codes_columns[] = {
    {"code_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"code_system", COLUMN_ENUM, ENUM_CODE_SYSTEM, false},
    {"code", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"drug_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"rxcui", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"source", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DRUG_CODES = {"drug_codes", "code_id", SCOPE_SITE, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_NONE, 0, false,
    COLUMNS(drug_codes_columns)};
