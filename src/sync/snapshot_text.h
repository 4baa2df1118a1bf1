/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PostgreSQL's snapshots as text "xmin:xmax:xip,...": the cursor of a pull, and whether a transaction is in its view. */
#ifndef SYNC_SNAPSHOT_TEXT_H
#define SYNC_SNAPSHOT_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct snapshot {
    char *text;
    int64_t xmin, xmax;
    int64_t *xip;
    size_t xip_count;
};

enum status snapshot_parse(const char *text, struct snapshot *out, struct error *err) MUST_USE;
void snapshot_release(struct snapshot *snapshot);
bool snapshot_sees(const void *snapshot, int64_t xid); /* a mirror_sees_fn */

#endif
