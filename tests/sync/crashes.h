/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every call by which an exchange changes a file of the site: the process dies at it (kill -9), before it or in its middle; or the
 * power goes there, and of what was not synced some sectors are as they were before; or it fails, for once or from then on, as on a disk that is full or broken. Afterwards both ends agree and nothing is missing. */
#ifndef SYNC_CRASHES_H
#define SYNC_CRASHES_H

#include <stdint.h>

#include "support/random.h"

enum crash_kind { CRASH_KILL, CRASH_KILL_TORN, CRASH_POWER, CRASH_IO_ERROR, CRASH_DISK_FULL, CRASH_KIND_COUNT };
const char *crash_kind_name(enum crash_kind kind);

struct crashes_result {
    uint64_t calls;              /* of one whole exchange, opening the files included */
    long tried[CRASH_KIND_COUNT];
    long stopped[CRASH_KIND_COUNT]; /* of them that really died or failed */
};

/* Each kind at every call when count is 0, else at `count` calls drawn at random. Returns the number of disagreements; says each
 * on stderr. */
long crashes_run(struct random *random, long count, struct crashes_result *out);

#endif
