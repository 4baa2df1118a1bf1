/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The site and this device: staff, sessions, the audit log, settings and what never leaves the device. */
#include "model/registry_tables.h"

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
const struct table_info TABLE_AUDIT_LOGS = {"audit_logs", "log_id", SCOPE_DEVICE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_STAFF, 2557, true,
    COLUMNS(audit_logs_columns)};

static const struct column_info audit_checkpoints_columns[] = {
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"epoch", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_AUDIT_CHECKPOINTS = {"audit_checkpoints", "device_id", SCOPE_DEVICE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_NONE, 2557, false,
    COLUMNS(audit_checkpoints_columns)};

static const struct column_info audit_head_columns[] = {
    {"one", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"hash", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"epoch", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"last_mac", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"seal", COLUMN_BYTES, ENUM_NO_KIND, false},
};
const struct table_info TABLE_AUDIT_HEAD = {"audit_head", "one", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, false,
    COLUMNS(audit_head_columns)};

static const struct column_info subject_keys_columns[] = {
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"pseudonym", COLUMN_ID, ENUM_NO_KIND, false},
    {"seal_key", COLUMN_BYTES, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SUBJECT_KEYS = {"subject_keys", "user_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_CENTRE, PERSONAL_IDENTITY, 0, false,
    COLUMNS(subject_keys_columns)};

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
const struct table_info TABLE_SESSION_MANAGEMENT = {"session_management", "session_id", SCOPE_DEVICE, SYNC_NONE, MERGE_REVOKE_WINS, PERSONAL_STAFF, 365, true,
    COLUMNS(session_management_columns)};

static const struct column_info sites_columns[] = {
    {"site_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"site_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"zone", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"is_demo", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"created_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SITES = {"sites", "site_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
    COLUMNS(sites_columns)};

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
    {"npi_number", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"license_number", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"license_authority", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"license_expires", COLUMN_DATE, ENUM_NO_KIND, false},
};
const struct table_info TABLE_STAFF_MEMBERS = {"staff_members", "staff_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_STAFF, 0, false,
    COLUMNS(staff_members_columns)};

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
const struct table_info TABLE_DEVICES = {"devices", "device_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
    COLUMNS(devices_columns)};

static const struct column_info dose_claims_columns[] = {
    {"claim_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"slot_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"staff_user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"session_id", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"expires_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DOSE_CLAIMS = {"dose_claims", "claim_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 0, false,
    COLUMNS(dose_claims_columns)};

static const struct column_info drafts_columns[] = {
    {"draft_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"staff_user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"form", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"content", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"saved_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DRAFTS = {"drafts", "draft_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 0, false,
    COLUMNS(drafts_columns)};

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
    {"txn", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"problem", COLUMN_TEXT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_OUTBOX = {"outbox", "seq", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_CLINICAL, 35, false,
    COLUMNS(outbox_columns)};

static const struct column_info site_meta_columns[] = {
    {"key", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SITE_META = {"site_meta", "key", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0, false,
    COLUMNS(site_meta_columns)};

static const struct column_info site_settings_columns[] = {
    {"setting_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"value", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"changed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"changed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SITE_SETTINGS = {"site_settings", "setting_id", SCOPE_SITE, SYNC_BOTH, MERGE_CENTRE, PERSONAL_NONE, 0, false,
    COLUMNS(site_settings_columns)};

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
const struct table_info TABLE_IMPORT_FILES = {"import_files", "import_id", SCOPE_SITE, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_NONE, 0, false,
    COLUMNS(import_files_columns)};

static const struct column_info patient_terms_columns[] = {
    {"term", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"person", COLUMN_INTEGER, ENUM_NO_KIND, false},
};
const struct table_info TABLE_PATIENT_TERMS = {"patient_terms", "term", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_IDENTITY, 0, false,
    COLUMNS(patient_terms_columns)};
