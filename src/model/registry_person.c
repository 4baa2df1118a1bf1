/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People: who they are, what they have, what was measured, who cares for them and who pays. */
#include "model/registry_tables.h"

static const struct column_info users_columns[] = {
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"email", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"password_hash", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"salt", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"email_verified", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"account_status", COLUMN_ENUM, ENUM_ACCOUNT_STATUS, true},
    {"two_factor_enabled", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"updated_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"last_login", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USERS = {"users", "user_id", SCOPE_SITE, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_IDENTITY, 0, true,
    COLUMNS(users_columns)};

static const struct column_info user_profiles_columns[] = {
    {"profile_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"first_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"last_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"date_of_birth", COLUMN_DATE, ENUM_NO_KIND, true},
    {"gender", COLUMN_ENUM, ENUM_GENDER, true},
    {"phone_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"height_cm", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"weight_kg", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"bmi", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"blood_type", COLUMN_ENUM, ENUM_BLOOD_TYPE, true},
    {"timezone", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"notification_preferences", COLUMN_JSON, ENUM_NO_KIND, true},
    {"date_of_death", COLUMN_DATE, ENUM_NO_KIND, false},
    {"address", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"language", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"weight_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"allergy_status", COLUMN_ENUM, ENUM_ALLERGY_STATUS, false},
    {"allergy_status_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"allergy_status_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"allergy_status_reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"source_system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"pregnancy", COLUMN_ENUM, ENUM_PREGNANCY, false},
    {"pregnancy_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"pregnancy_due_date", COLUMN_DATE, ENUM_NO_KIND, false},
    {"lactation", COLUMN_ENUM, ENUM_LACTATION, false},
    {"lactation_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USER_PROFILES = {"user_profiles", "profile_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_IDENTITY, 0, true,
    COLUMNS(user_profiles_columns)};

static const struct column_info patient_identifiers_columns[] = {
    {"identifier_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"kind", COLUMN_ENUM, ENUM_IDENTIFIER_KIND, false},
    {"system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_PATIENT_IDENTIFIERS = {"patient_identifiers", "identifier_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_IDENTITY, 0, false,
    COLUMNS(patient_identifiers_columns)};

static const struct column_info user_medical_conditions_columns[] = {
    {"condition_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"condition_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"condition_code", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"severity", COLUMN_ENUM, ENUM_CONDITION_SEVERITY, true},
    {"diagnosed_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"status", COLUMN_ENUM, ENUM_CONDITION_STATUS, true},
    {"notes", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"code_system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"abated_date", COLUMN_DATE, ENUM_NO_KIND, false},
    {"original", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"supersedes_id", COLUMN_ID, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USER_MEDICAL_CONDITIONS = {"user_medical_conditions", "condition_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_CLINICAL, 0, true,
    COLUMNS(user_medical_conditions_columns)};

static const struct column_info user_allergies_columns[] = {
    {"allergy_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"allergen_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"allergen_type", COLUMN_ENUM, ENUM_ALLERGEN_TYPE, true},
    {"reaction_severity", COLUMN_ENUM, ENUM_REACTION_SEVERITY, true},
    {"reaction_symptoms", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"verified_by_doctor", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"kind", COLUMN_ENUM, ENUM_ALLERGY_KIND, false},
    {"state", COLUMN_ENUM, ENUM_ALLERGY_STATE, false},
    {"allergen_key", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"code_system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"code", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"onset_date", COLUMN_DATE, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"original", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"supersedes_id", COLUMN_ID, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USER_ALLERGIES = {"user_allergies", "allergy_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_CLINICAL, 0, true,
    COLUMNS(user_allergies_columns)};

static const struct column_info health_metrics_columns[] = {
    {"metric_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"metric_type", COLUMN_ENUM, ENUM_METRIC_TYPE, true},
    {"metric_value", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"unit", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"notes", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"recorded_via", COLUMN_ENUM, ENUM_RECORDED_VIA, true},
    {"is_verified", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"supersedes_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"original", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"is_in_error", COLUMN_BOOL, ENUM_NO_KIND, false},
};
const struct table_info TABLE_HEALTH_METRICS = {"health_metrics", "metric_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 0, true,
    COLUMNS(health_metrics_columns)};

static const struct column_info lifestyle_goals_columns[] = {
    {"goal_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"goal_type", COLUMN_ENUM, ENUM_GOAL_TYPE, true},
    {"goal_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"description", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"target_value", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"target_unit", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"current_value", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"start_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"target_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"status", COLUMN_ENUM, ENUM_GOAL_STATUS, true},
    {"completion_percentage", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_LIFESTYLE_GOALS = {"lifestyle_goals", "goal_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, true,
    COLUMNS(lifestyle_goals_columns)};

static const struct column_info healthcare_providers_columns[] = {
    {"provider_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"first_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"last_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"title", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"specialty", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"npi_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"practice_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"phone_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"email", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"is_active", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"verified", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_HEALTHCARE_PROVIDERS = {"healthcare_providers", "provider_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_STAFF, 0, true,
    COLUMNS(healthcare_providers_columns)};

static const struct column_info user_provider_relationships_columns[] = {
    {"relationship_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"provider_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"relationship_type", COLUMN_ENUM, ENUM_RELATIONSHIP_TYPE, true},
    {"is_primary", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"start_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"end_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"status", COLUMN_ENUM, ENUM_RELATIONSHIP_STATUS, true},
    {"can_view_medications", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"can_prescribe", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USER_PROVIDER_RELATIONSHIPS = {"user_provider_relationships", "relationship_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_REVOKE_WINS, PERSONAL_IDENTITY, 0, true,
    COLUMNS(user_provider_relationships_columns)};

static const struct column_info user_insurance_columns[] = {
    {"insurance_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"insurance_company", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"plan_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"policy_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"copay_amount", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"deductible_amount", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"effective_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"expiration_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"is_primary", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"is_active", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_USER_INSURANCE = {"user_insurance", "insurance_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ATOMIC_GROUP, PERSONAL_IDENTITY, 0, true,
    COLUMNS(user_insurance_columns)};

static const struct column_info patient_links_columns[] = {
    {"link_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"other_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"linked_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"linked_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"undone_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"undone_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"undone_reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_PATIENT_LINKS = {"patient_links", "link_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_IDENTITY, 0, false,
    COLUMNS(patient_links_columns)};

static const struct column_info stays_columns[] = {
    {"stay_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"place", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"admitted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"admitted_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"left_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"left_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"left_how", COLUMN_ENUM, ENUM_LEFT_HOW, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_STAYS = {"stays", "stay_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, false,
    COLUMNS(stays_columns)};
