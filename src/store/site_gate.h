/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who has the site's file open, and asking all of them to let go of it for a moment (decisions.md 19): before it is replaced,
 * under a new key or by a backup. Whoever has it open holds a shared lock on `site.lock`; whoever wants to replace it holds
 * `site.pause` alone, waits until nobody holds the other, and works. A killed process holds nothing. Locks belong to the
 * open file, so that one process may be several times inside. */
#ifndef STORE_SITE_GATE_H
#define STORE_SITE_GATE_H

#include <stdbool.h>

#include "base/error.h"

struct site_gate {
    int lock_fd, pause_fd; /* -1: closed */
    bool is_inside, is_pausing;
};
#define SITE_GATE_INIT {-1, -1, false, false}

enum { SITE_GATE_WAIT_MS = 60000 };

/* Beside the database. Goes in at once, or when the pause that holds is over; STATUS_BUSY after wait_ms. */
enum status site_gate_enter(struct site_gate *gate, const char *db_path, int wait_ms, struct error *err) MUST_USE;
void site_gate_release(struct site_gate *gate);

/* Somebody waits for us to go out. Cheap; false for who asks for the pause. */
bool site_gate_is_asked(const struct site_gate *gate);
void site_gate_leave(struct site_gate *gate);
enum status site_gate_come_back(struct site_gate *gate, int wait_ms, struct error *err) MUST_USE;

/* Outside already: asks all others out and waits for them. STATUS_BUSY, with everything as it was, after wait_ms. */
enum status site_gate_pause(struct site_gate *gate, int wait_ms, struct error *err) MUST_USE;
/* The others may come back; we are inside again. */
void site_gate_resume(struct site_gate *gate);

#endif
