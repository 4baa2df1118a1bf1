/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One exchanger for each site's file: whoever holds the lock of the file `agent.lock` in its folder. */
#ifndef SYNC_AGENT_LOCK_H
#define SYNC_AGENT_LOCK_H

#include "base/error.h"

/* STATUS_BUSY when another process kept it all the time. */
enum status agent_lock_take(const char *folder, int wait_ms, int *out_fd, struct error *err) MUST_USE;
void agent_lock_give(int fd); /* -1: nothing */

#endif
