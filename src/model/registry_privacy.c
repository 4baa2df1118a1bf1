/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that not everybody may open, and their opening in an emergency. */
#include "model/registry_tables.h"

static const struct column_info patient_restrictions_columns[] = {
    {"restriction_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"rule", COLUMN_ENUM, ENUM_RESTRICTION_RULE, false},
    {"set_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"set_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"lifted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"lifted_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_PATIENT_RESTRICTIONS = {"patient_restrictions", "restriction_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, false,
    COLUMNS(patient_restrictions_columns)};

static const struct column_info restriction_members_columns[] = {
    {"member_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"staff_user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"added_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"added_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"removed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_RESTRICTION_MEMBERS = {"restriction_members", "member_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, false,
    COLUMNS(restriction_members_columns)};

static const struct column_info emergency_accesses_columns[] = {
    {"access_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"accessed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"role", COLUMN_ENUM, ENUM_ROLE, false},
    {"session_id", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"rule", COLUMN_ENUM, ENUM_RESTRICTION_RULE, false},
    {"reason", COLUMN_ENUM, ENUM_EMERGENCY_REASON, false},
    {"reason_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"begun_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"expires_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ended_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"review_due_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"reviewed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"reviewed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"verdict", COLUMN_ENUM, ENUM_REVIEW_VERDICT, false},
    {"verdict_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_EMERGENCY_ACCESSES = {"emergency_accesses", "access_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, false,
    COLUMNS(emergency_accesses_columns)};
