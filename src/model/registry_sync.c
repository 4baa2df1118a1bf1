/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What synchronisation keeps; for registry.c. */
#include "model/registry_tables.h"

static const struct column_info sync_conflicts_columns[] = {
    {"conflict_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"table_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"row_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"column_group", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"base_values", COLUMN_JSON, ENUM_NO_KIND, false},
    {"kept_values", COLUMN_JSON, ENUM_NO_KIND, false},
    {"lost_values", COLUMN_JSON, ENUM_NO_KIND, false},
    {"outcome", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"needs_review", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"device_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"op_seq", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"found_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"reviewed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"reviewed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"resolution", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SYNC_CONFLICTS = {"sync_conflicts", "conflict_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW,
    PERSONAL_CLINICAL, 0, false, COLUMNS(sync_conflicts_columns)};

static const struct column_info sync_pending_columns[] = {
    {"table_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"row_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"problem", COLUMN_TEXT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SYNC_PENDING = {"sync_pending", "row_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0,
    false, COLUMNS(sync_pending_columns)};

static const struct column_info sync_progress_columns[] = {
    {"table_name", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"last_key", COLUMN_ID, ENUM_NO_KIND, false},
    {"is_done", COLUMN_BOOL, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SYNC_PROGRESS = {"sync_progress", "table_name", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE,
    0, false, COLUMNS(sync_progress_columns)};

static const struct column_info sync_erased_columns[] = {
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"mac", COLUMN_BYTES, ENUM_NO_KIND, false},
};
const struct table_info TABLE_SYNC_ERASED = {"sync_erased", "user_id", SCOPE_DEVICE, SYNC_NONE, MERGE_LOCAL, PERSONAL_NONE, 0,
    false, COLUMNS(sync_erased_columns)};
