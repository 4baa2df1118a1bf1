/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sync agent's own process: one for each site's file, elected by agent.lock, woken by commits of any session (it watches
 * the file's log), by the centre, or by time. */
#ifndef SYNC_AGENT_H
#define SYNC_AGENT_H

#include <stdint.h>

#include "crypt/secret.h"

struct agent_start {
    const char *site_folder, *device_key_path;
    const struct secret *data_key;
    uint32_t epoch;
    int session_fd; /* is readable (its end) when the session that started us is gone; -1 none */
};

/* Holds the lock already. 0: no restart is wanted. */
int agent_work(const struct agent_start *start);

#endif
