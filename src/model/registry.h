/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one table of tables (architecture.md 5): columns, key, scope, direction of sync, merge policy, retention and kind
 * of personal data. Migration checks, sync, export, erasure, retention and audit all read it; adding a table is one line
 * in registry_tables.h, its columns in registry_*.c and its migrations. Static storage. */
#ifndef MODEL_REGISTRY_H
#define MODEL_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "model/enums.h"

enum column_type {
    COLUMN_ID,      /* 16-byte BLOB; uuid in PostgreSQL */
    COLUMN_TEXT,
    COLUMN_INTEGER,
    COLUMN_BOOL,    /* INTEGER 0/1 */
    COLUMN_INSTANT, /* INTEGER microseconds UTC; timestamptz */
    COLUMN_DATE,    /* TEXT ISO */
    COLUMN_TIME,    /* TEXT "08:00" */
    COLUMN_DECIMAL, /* TEXT; numeric */
    COLUMN_JSON,    /* TEXT; json */
    COLUMN_ENUM,    /* TEXT with a CHECK of the words of enum_kind */
    COLUMN_BYTES,   /* BLOB; bytea */
};

struct column_info {
    const char *name;
    enum column_type type;
    enum enum_kind enum_kind; /* of COLUMN_ENUM */
    bool is_blueprint;        /* the user's own document names it */
};

enum table_scope { SCOPE_PATIENT, SCOPE_SITE, SCOPE_GLOBAL, SCOPE_DEVICE };
enum sync_direction { SYNC_NONE, SYNC_UP, SYNC_DOWN, SYNC_BOTH };

/* sync.md 7.11 */
enum merge_policy {
    MERGE_LOCAL,         /* never leaves this device */
    MERGE_APPEND_ONLY,   /* ids made once, nothing is changed */
    MERGE_ADD_WINS,      /* removal is a status that must have seen the latest version */
    MERGE_FIELD_LWW,     /* newest per field, loser kept */
    MERGE_ATOMIC_GROUP,  /* three-way on the whole group, clash goes to a person */
    MERGE_REVOKE_WINS,
    MERGE_CENTRE,        /* the centre's row is right */
};

enum personal_class { PERSONAL_NONE, PERSONAL_IDENTITY, PERSONAL_CLINICAL, PERSONAL_CONTACT, PERSONAL_STAFF };

struct table_info {
    const char *name;
    const char *key; /* id column */
    enum table_scope scope;
    enum sync_direction direction;
    enum merge_policy merge;
    enum personal_class personal;
    int retention_days; /* 0: as long as the patient's record */
    bool is_blueprint;
    const struct column_info *columns;
    int column_count;
};

extern const struct table_info *const TABLES[];
extern const int TABLES_COUNT;

const struct table_info *table_find(const char *name); /* NULL when unknown */
const struct column_info *table_column(const struct table_info *table, const char *name);

#endif
