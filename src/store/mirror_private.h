/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The inside of struct mirror, for the files of mirror.h only. */
#ifndef STORE_MIRROR_PRIVATE_H
#define STORE_MIRROR_PRIVATE_H

#include "store/mirror.h"
#include "store/statement.h"
#include "store/store_private.h"

struct mirror {
    struct store *store;
    sqlite3_stmt **puts, **drops, **looks; /* by place in TABLES; made at first use */
    struct uid_list renamed;               /* persons whose search terms are stale */
    mirror_sees_fn *sees;
    const void *snapshot;
};

bool mirror_sees(const struct mirror *mirror, int64_t xid); /* the centre's transaction is in the snapshot's view */

#endif
