/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows a dose: its effect, and what was found out about two records of one slot. */
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
};
const struct table_info TABLE_DOSE_RESOLUTIONS = {"dose_resolutions", "resolution_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY,
    PERSONAL_CLINICAL, 730, false, COLUMNS(dose_resolutions_columns)};
