/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to patients. */
#include "model/registry_tables.h"

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
const struct table_info TABLE_NOTIFICATION_PREFERENCES = {"notification_preferences", "preference_id", SCOPE_PATIENT, SYNC_BOTH, MERGE_FIELD_LWW, PERSONAL_CONTACT, 0, true,
    COLUMNS(notification_preferences_columns)};

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
const struct table_info TABLE_NOTIFICATION_QUEUE = {"notification_queue", "notification_id", SCOPE_PATIENT, SYNC_DOWN, MERGE_CENTRE, PERSONAL_CONTACT, 0, true,
    COLUMNS(notification_queue_columns)};

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
const struct table_info TABLE_NOTIFICATION_HISTORY = {"notification_history", "history_id", SCOPE_PATIENT, SYNC_UP, MERGE_APPEND_ONLY, PERSONAL_CONTACT, 365, true,
    COLUMNS(notification_history_columns)};
