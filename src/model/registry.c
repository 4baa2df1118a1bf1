/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/registry.h"

#include <string.h>

#define LIST(columns) columns, (int)(sizeof(columns) / sizeof *(columns))

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
};

static const struct column_info patient_identifiers_columns[] = {
    {"identifier_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"kind", COLUMN_ENUM, ENUM_IDENTIFIER_KIND, false},
    {"system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

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
};

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
};

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

static const struct column_info user_medications_columns[] = {
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"drug_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"prescription_number", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"prescriber_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"strength", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"dosage_form", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"quantity_prescribed", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"refills_remaining", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"dosing_frequency", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"dosing_schedule", COLUMN_JSON, ENUM_NO_KIND, true},
    {"instructions", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"start_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"end_date", COLUMN_DATE, ENUM_NO_KIND, true},
    {"status", COLUMN_ENUM, ENUM_MEDICATION_STATUS, true},
    {"adherence_target", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"current_version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"drug_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"verification", COLUMN_ENUM, ENUM_VERIFICATION, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info order_versions_columns[] = {
    {"version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"parent_version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"action", COLUMN_ENUM, ENUM_ORDER_ACTION, false},
    {"status", COLUMN_ENUM, ENUM_MEDICATION_STATUS, false},
    {"drug_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ingredients", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"code_system", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"code", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"strength", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"dosage_form", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"sig", COLUMN_JSON, ENUM_NO_KIND, false},
    {"directions", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"indication", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"source", COLUMN_ENUM, ENUM_ORDER_SOURCE, false},
    {"prescriber_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ordered_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"quantity", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"refills", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"start_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"stop_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"original", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"zone", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info medication_schedules_columns[] = {
    {"schedule_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"dose_time", COLUMN_TIME, ENUM_NO_KIND, true},
    {"dose_amount", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"special_instructions", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"is_active", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"order_version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info dose_events_columns[] = {
    {"event_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"schedule_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"scheduled_datetime", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"actual_datetime", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"status", COLUMN_ENUM, ENUM_DOSE_STATUS, true},
    {"dose_amount_taken", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"taken_with_food", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"side_effects_noted", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"notes", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"recorded_via", COLUMN_ENUM, ENUM_RECORDED_VIA, true},
    {"order_version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"slot_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"dose_unit", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"route", COLUMN_ENUM, ENUM_ROUTE, false},
    {"body_site", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"reason_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"timing_reason", COLUMN_ENUM, ENUM_TIMING_REASON, false},
    {"identified_by", COLUMN_ENUM, ENUM_IDENTIFIED_BY, false},
    {"product_code", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"no_scan_reason", COLUMN_ENUM, ENUM_NO_SCAN_REASON, false},
    {"lot", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"expiry", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"given_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"witness_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"supersedes_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"zone", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"offset_s", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info adherence_summaries_columns[] = {
    {"summary_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"period_type", COLUMN_ENUM, ENUM_PERIOD_TYPE, true},
    {"period_start", COLUMN_DATE, ENUM_NO_KIND, true},
    {"period_end", COLUMN_DATE, ENUM_NO_KIND, true},
    {"total_scheduled_doses", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"doses_taken", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"doses_missed", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"adherence_percentage", COLUMN_DECIMAL, ENUM_NO_KIND, true},
    {"current_streak_days", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info notification_preferences_columns[] = {
    {"preference_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"medication_reminders", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"missed_dose_alerts", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"refill_reminders", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"push_notifications", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"email_notifications", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"sms_notifications", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"reminder_advance_minutes", COLUMN_INTEGER, ENUM_NO_KIND, true},
    {"quiet_hours_start", COLUMN_TIME, ENUM_NO_KIND, true},
    {"quiet_hours_end", COLUMN_TIME, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info notification_queue_columns[] = {
    {"notification_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"notification_type", COLUMN_ENUM, ENUM_NOTIFICATION_TYPE, true},
    {"title", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"message", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"scheduled_for", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"delivery_method", COLUMN_ENUM, ENUM_DELIVERY_METHOD, true},
    {"priority", COLUMN_ENUM, ENUM_PRIORITY, true},
    {"status", COLUMN_ENUM, ENUM_NOTIFICATION_STATUS, true},
    {"sent_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"related_medication_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info notification_history_columns[] = {
    {"history_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"notification_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"delivery_method", COLUMN_ENUM, ENUM_DELIVERY_METHOD, true},
    {"delivery_status", COLUMN_ENUM, ENUM_DELIVERY_STATUS, true},
    {"delivered_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"opened_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"clicked_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"action_taken", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

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
};

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

static const struct column_info audit_logs_columns[] = {
    {"log_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"action_type", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"table_name", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"record_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"old_values", COLUMN_JSON, ENUM_NO_KIND, true},
    {"new_values", COLUMN_JSON, ENUM_NO_KIND, true},
    {"performed_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"ip_address", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"user_agent", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"risk_level", COLUMN_ENUM, ENUM_RISK_LEVEL, true},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"epoch", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"subject_pseudonym", COLUMN_ID, ENUM_NO_KIND, false},
    {"record", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"hash", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"mac", COLUMN_BYTES, ENUM_NO_KIND, false},
};

static const struct column_info audit_checkpoints_columns[] = {
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"epoch", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info audit_head_columns[] = {
    {"one", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"hash", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"epoch", COLUMN_INTEGER, ENUM_NO_KIND, false},
};

static const struct column_info subject_keys_columns[] = {
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"pseudonym", COLUMN_ID, ENUM_NO_KIND, false},
    {"seal_key", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info session_management_columns[] = {
    {"session_id", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, true},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"last_activity", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"expires_at", COLUMN_INSTANT, ENUM_NO_KIND, true},
    {"ip_address", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"user_agent", COLUMN_TEXT, ENUM_NO_KIND, true},
    {"is_active", COLUMN_BOOL, ENUM_NO_KIND, true},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"process_id", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"ended_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"end_reason", COLUMN_ENUM, ENUM_SESSION_END, false},
};

static const struct column_info sites_columns[] = {
    {"site_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"site_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"zone", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"is_demo", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info staff_members_columns[] = {
    {"staff_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"site_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"login_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"role", COLUMN_ENUM, ENUM_ROLE, false},
    {"employee_number", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"provider_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"credential", COLUMN_JSON, ENUM_NO_KIND, false},
    {"last_sign_off", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info devices_columns[] = {
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"site_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"device_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"sign_key", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"is_lead", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info finding_decisions_columns[] = {
    {"decision_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"fingerprint", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"rule", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"severity", COLUMN_ENUM, ENUM_INTERACTION_TYPE, false},
    {"shown", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"accepted", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"reason", COLUMN_ENUM, ENUM_OVERRIDE_REASON, false},
    {"reason_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"plan", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"decided_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"role", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"second_person", COLUMN_ID, ENUM_NO_KIND, false},
    {"knowledge_version", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"decided_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"expires_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info drafts_columns[] = {
    {"draft_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"staff_user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"form", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"content", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"saved_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info outbox_columns[] = {
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"op_uuid", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"table_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"row_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"op", COLUMN_JSON, ENUM_NO_KIND, false},
    {"state", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"ack_xid", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info site_meta_columns[] = {
    {"key", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
};

static const struct column_info site_settings_columns[] = {
    {"name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"changed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"changed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info import_files_columns[] = {
    {"import_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"file_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"sha256", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"format", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"counts", COLUMN_JSON, ENUM_NO_KIND, false},
    {"imported_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"imported_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};

static const struct column_info patient_terms_columns[] = {
    {"term", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"person", COLUMN_INTEGER, ENUM_NO_KIND, false},
};

const struct table_info TABLES[] = {
    {"users", "user_id", SCOPE_SITE, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_IDENTITY, 0, true,
     LIST(users_columns)},
    {"user_profiles", "profile_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_IDENTITY, 0, true,
     LIST(user_profiles_columns)},
    {"patient_identifiers", "identifier_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_IDENTITY, 0, false,
     LIST(patient_identifiers_columns)},
    {"user_medical_conditions", "condition_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_CLINICAL, 0, true,
     LIST(user_medical_conditions_columns)},
    {"user_allergies", "allergy_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ADD_WINS, PERSONAL_CLINICAL, 0, true,
     LIST(user_allergies_columns)},
    {"drugs_master", "drug_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_NONE, 0, true,
     LIST(drugs_master_columns)},
    {"drug_interactions", "interaction_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_NONE, 0, true,
     LIST(drug_interactions_columns)},
    {"drug_food_interactions", "interaction_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_NONE, 0, true,
     LIST(drug_food_interactions_columns)},
    {"user_medications", "medication_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ATOMIC_GROUP, PERSONAL_CLINICAL, 0, true,
     LIST(user_medications_columns)},
    {"order_versions", "version_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 0, false,
     LIST(order_versions_columns)},
    {"medication_schedules", "schedule_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ATOMIC_GROUP, PERSONAL_CLINICAL, 0, true,
     LIST(medication_schedules_columns)},
    {"dose_events", "event_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 730, true,
     LIST(dose_events_columns)},
    {"adherence_summaries", "summary_id", SCOPE_PATIENT, SYNC_DOWN, MERGE_CENTRE, PERSONAL_CLINICAL, 0, true,
     LIST(adherence_summaries_columns)},
    {"notification_preferences", "preference_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CONTACT, 0, true,
     LIST(notification_preferences_columns)},
    {"notification_queue", "notification_id", SCOPE_PATIENT, SYNC_DOWN, MERGE_CENTRE, PERSONAL_CONTACT, 0, true,
     LIST(notification_queue_columns)},
    {"notification_history", "history_id", SCOPE_PATIENT, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_CONTACT, 365, true,
     LIST(notification_history_columns)},
    {"healthcare_providers", "provider_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_STAFF, 0, true,
     LIST(healthcare_providers_columns)},
    {"user_provider_relationships", "relationship_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_REVOKE_WINS, PERSONAL_IDENTITY, 0, true,
     LIST(user_provider_relationships_columns)},
    {"health_metrics", "metric_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 0, true,
     LIST(health_metrics_columns)},
    {"lifestyle_goals", "goal_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, true,
     LIST(lifestyle_goals_columns)},
    {"pharmacies", "pharmacy_id", SCOPE_GLOBAL, SYNC_DOWN, MERGE_CENTRE, PERSONAL_NONE, 0, true,
     LIST(pharmacies_columns)},
    {"user_insurance", "insurance_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ATOMIC_GROUP, PERSONAL_IDENTITY, 0, true,
     LIST(user_insurance_columns)},
    {"audit_logs", "log_id", SCOPE_DEVICE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_STAFF, 2557, true,
     LIST(audit_logs_columns)},
    {"audit_checkpoints", "device_id", SCOPE_DEVICE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_NONE, 2557, false,
     LIST(audit_checkpoints_columns)},
    {"audit_head", "one", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, false,
     LIST(audit_head_columns)},
    {"subject_keys", "user_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_CENTRE, PERSONAL_IDENTITY, 0, false,
     LIST(subject_keys_columns)},
    {"session_management", "session_id", SCOPE_DEVICE, SYNC_NONE, MERGE_REVOKE_WINS, PERSONAL_STAFF, 365, true,
     LIST(session_management_columns)},
    {"sites", "site_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
     LIST(sites_columns)},
    {"staff_members", "staff_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_STAFF, 0, false,
     LIST(staff_members_columns)},
    {"devices", "device_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
     LIST(devices_columns)},
    {"finding_decisions", "decision_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 0, false,
     LIST(finding_decisions_columns)},
    {"drafts", "draft_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 0, false,
     LIST(drafts_columns)},
    {"outbox", "seq", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 35, false,
     LIST(outbox_columns)},
    {"site_meta", "key", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, false,
     LIST(site_meta_columns)},
    {"site_settings", "name", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
     LIST(site_settings_columns)},
    {"import_files", "import_id", SCOPE_SITE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_NONE, 0, false,
     LIST(import_files_columns)},
    {"patient_terms", "term", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_IDENTITY, 0, false,
     LIST(patient_terms_columns)},
};
const int TABLES_COUNT = (int)(sizeof TABLES / sizeof *TABLES);

const struct table_info *table_find(const char *name)
{
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (strcmp(TABLES[i].name, name) == 0) {
            return &TABLES[i];
        }
    }
    return NULL;
}

const struct column_info *table_column(const struct table_info *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++) {
        if (strcmp(table->columns[i].name, name) == 0) {
            return &table->columns[i];
        }
    }
    return NULL;
}
