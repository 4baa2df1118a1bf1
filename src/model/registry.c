/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/registry.h"

#include <string.h>

#include "model/registry_tables.h"

#define TABLE_POINTER(table) &table,
const struct table_info *const TABLES[] = {TABLE_LIST(TABLE_POINTER)};
const int TABLES_COUNT = (int)(sizeof TABLES / sizeof *TABLES);

const struct table_info *table_find(const char *name)
{
    for (int i = 0; i < TABLES_COUNT; i++) {
        if (strcmp(TABLES[i]->name, name) == 0) {
            return TABLES[i];
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
