/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows a dose: its effect, what was found out about two records of one slot, what was done about it; controlled
 * drugs; hand-over and downtime. */
#include "model/registry_tables.h"

static const struct column_info dose_assessments_columns[] = {
    {"assessment_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"dose_event_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"outcome", COLUMN_ENUM, ENUM_DOSE_OUTCOME, false},
    {"score", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DOSE_ASSESSMENTS = {"dose_assessments", "assessment_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(dose_assessments_columns)};

static const struct column_info dose_resolutions_columns[] = {
    {"resolution_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"slot_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"class", COLUMN_ENUM, ENUM_DOUBLE_CLASS, false},
    {"kept_event_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"other_event_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"people_asked", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"notified", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"monitoring", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"next_dose", COLUMN_ENUM, ENUM_NEXT_DOSE, false},
    {"moved_to_id", COLUMN_ID, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DOSE_RESOLUTIONS = {"dose_resolutions", "resolution_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(dose_resolutions_columns)};

static const struct column_info dose_follow_ups_columns[] = {
    {"follow_up_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"dose_event_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"kind", COLUMN_ENUM, ENUM_FOLLOW_UP, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recorded_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DOSE_FOLLOW_UPS = {"dose_follow_ups", "follow_up_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(dose_follow_ups_columns)};

static const struct column_info controlled_entries_columns[] = {
    {"entry_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"removal_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"kind", COLUMN_ENUM, ENUM_CONTROLLED_KIND, false},
    {"drug_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"amount", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"unit", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"dose_event_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"method", COLUMN_ENUM, ENUM_WASTE_METHOD, false},
    {"reason", COLUMN_ENUM, ENUM_WASTE_REASON, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"actor_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"witness_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"is_witness_local", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"occurred_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_CONTROLLED_ENTRIES = {"controlled_entries", "entry_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(controlled_entries_columns)};

static const struct column_info controlled_counts_columns[] = {
    {"count_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"kind", COLUMN_ENUM, ENUM_COUNT_KIND, false},
    {"drug_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"amount", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"unit", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"expected", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"explains_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"actor_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"witness_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_CONTROLLED_COUNTS = {"controlled_counts", "count_id", SCOPE_SITE, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_STAFF, 730, false, COLUMNS(controlled_counts_columns)};

static const struct column_info handovers_columns[] = {
    {"handover_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"from_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"to_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"line_count", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"given_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"accepted_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recorded_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_HANDOVERS = {"handovers", "handover_id", SCOPE_SITE, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_STAFF, 730, false, COLUMNS(handovers_columns)};

static const struct column_info handover_lines_columns[] = {
    {"line_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"handover_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"position", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"content", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_HANDOVER_LINES = {"handover_lines", "line_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(handover_lines_columns)};

static const struct column_info downtime_forms_columns[] = {
    {"form_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"form_number", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"hours", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"made_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"unsent", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"content", COLUMN_TEXT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_DOWNTIME_FORMS = {"downtime_forms", "form_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL,
    PERSONAL_CLINICAL, 30, false, COLUMNS(downtime_forms_columns)};
