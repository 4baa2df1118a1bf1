/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/synced.h"

#include <string.h>

static bool is_called(const struct table_info *table, const char *name)
{
    return strcmp(table->name, name) == 0;
}

bool table_is_at_centre(const struct table_info *table)
{
    return table->is_blueprint || (table->direction != SYNC_NONE && !is_called(table, "subject_keys"));
}

/* Rows are named by one id and carry a version; the audit chain travels by its own numbers, and the key that seals the
 * details about a person never leaves the device that made it. */
bool table_is_synced(const struct table_info *table)
{
    const struct column_info *key = table_column(table, table->key);
    return table->direction != SYNC_NONE && table->scope != SCOPE_DEVICE && key != NULL && key->type == COLUMN_ID &&
           table_column(table, "ver") != NULL;
}

bool table_is_pushed(const struct table_info *table)
{
    return table_is_synced(table) && table->direction != SYNC_DOWN;
}

bool table_is_pulled(const struct table_info *table)
{
    return table_is_synced(table) && table->direction != SYNC_UP;
}

enum row_owner table_owner(const struct table_info *table)
{
    if (is_called(table, "users")) {
        return OWNER_PERSON;
    }
    return table->scope == SCOPE_GLOBAL ? OWNER_ALL : table->scope == SCOPE_PATIENT ? OWNER_PERSON : OWNER_SITE;
}

const char *table_partition_column(const struct table_info *table)
{
    return is_called(table, "dose_events") || is_called(table, "notification_history") ? "recorded_at"
           : is_called(table, "audit_logs")                                            ? "performed_at"
                                                                                       : NULL;
}
