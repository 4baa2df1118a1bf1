/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dispensing: fills, their packs and steps, and lots that were recalled. */
#include "model/registry_tables.h"

static const struct column_info fills_columns[] = {
    {"fill_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"medication_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"order_version_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"root_fill_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"fill_number", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"state", COLUMN_ENUM, ENUM_FILL_STATE, false},
    {"ingredients", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"product_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"substitution", COLUMN_ENUM, ENUM_SUBSTITUTION, false},
    {"unit", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"quantity_wanted", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"quantity_filled", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"days_supply", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"supply_from", COLUMN_DATE, ENUM_NO_KIND, false},
    {"early_reason", COLUMN_ENUM, ENUM_EARLY_REASON, false},
    {"reason_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"had_right", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"is_controlled", COLUMN_BOOL, ENUM_NO_KIND, false},
    {"counted", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"recounted", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"requested_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"requested_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"filled_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"filled_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"checked_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"checked_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"second_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"labels", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"return_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"handed_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"handed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"collected_by", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"identified_by", COLUMN_ENUM, ENUM_IDENTIFIED_BY, false},
    {"counselling", COLUMN_ENUM, ENUM_COUNSELLING, false},
    {"end_reason", COLUMN_ENUM, ENUM_FILL_END_REASON, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_FILLS = {"fills", "fill_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_ATOMIC_GROUP, PERSONAL_CLINICAL, 0, false,
    COLUMNS(fills_columns)};

static const struct column_info fill_packs_columns[] = {
    {"pack_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"fill_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"code", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"product_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"no_scan_reason", COLUMN_ENUM, ENUM_NO_SCAN_REASON, false},
    {"lot", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"expiry", COLUMN_DATE, ENUM_NO_KIND, false},
    {"quantity", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"added_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"added_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"removed_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_FILL_PACKS = {"fill_packs", "pack_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CLINICAL, 0, false,
    COLUMNS(fill_packs_columns)};

static const struct column_info fill_steps_columns[] = {
    {"step_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"user_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"fill_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"from_state", COLUMN_ENUM, ENUM_FILL_STATE, false},
    {"to_state", COLUMN_ENUM, ENUM_FILL_STATE, false},
    {"quantity", COLUMN_DECIMAL, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"note", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"witness_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"done_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"done_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_FILL_STEPS = {"fill_steps", "step_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_APPEND_ONLY, PERSONAL_CLINICAL, 0, false,
    COLUMNS(fill_steps_columns)};

static const struct column_info lot_recalls_columns[] = {
    {"recall_id", COLUMN_ID, ENUM_NO_KIND, false},
    {"lot", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"product_text", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"reason", COLUMN_TEXT, ENUM_NO_KIND, false},
    {"recalled_by", COLUMN_ID, ENUM_NO_KIND, false},
    {"recalled_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ended_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
    {"ver", COLUMN_INTEGER, ENUM_NO_KIND, false},
    {"deleted_at", COLUMN_INSTANT, ENUM_NO_KIND, false},
};
const struct table_info TABLE_LOT_RECALLS = {"lot_recalls", "recall_id", SCOPE_SITE, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_NONE, 0, false,
    COLUMNS(lot_recalls_columns)};
