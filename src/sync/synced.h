/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tables of the registry take part in synchronisation, and whose a row is. Both ends ask here: the generator of the
 * centre's tables and the device's push and pull. Pure. */
#ifndef SYNC_SYNCED_H
#define SYNC_SYNCED_H

#include "model/registry.h"

/* Which sites a row goes to. */
enum row_owner {
    OWNER_PERSON, /* those that hold the person: user_id */
    OWNER_SITE,   /* the one that wrote it: home_site at the centre */
    OWNER_ALL,
};

bool table_is_at_centre(const struct table_info *table); /* the centre has this table */
bool table_is_synced(const struct table_info *table);    /* rows travel by outbox and change log */
bool table_is_pushed(const struct table_info *table);
bool table_is_pulled(const struct table_info *table);
enum row_owner table_owner(const struct table_info *table);

/* The instant by which the centre partitions the table (decisions.md 4); NULL for the others. */
const char *table_partition_column(const struct table_info *table);

#endif
