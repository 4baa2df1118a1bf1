/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One device's side of synchronisation: hello, push, first snapshot, pull (sync.md 7). Blocking; used by the agent and by
 * `prescripcare sync`, of which one at a time holds the site's agent lock. Every step ends in transactions that may be cut
 * anywhere; what is done twice changes nothing. */
#ifndef SYNC_ENGINE_H
#define SYNC_ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "store/store.h"

struct engine;

struct engine_report {
    int64_t pushed, quarantined; /* changes */
    int64_t pulled;              /* rows */
    int64_t audit_sent;
    int64_t left;                /* patients who left this site's scope */
    int64_t entering;            /* patients who wait until older transactions at the centre have ended (sync.md 7.6) */
};

/* The store is opened as a mirror and borrowed for the engine's life. STATUS_NOT_FOUND: this site has not joined. */
enum status engine_open(struct store *store, const char *folder, struct engine **out, struct error *err) MUST_USE;
void engine_close(struct engine *engine);

/* Connects where needed, sends everything that waits, fetches everything that is new. STATUS_OFFLINE or STATUS_BUSY: try
 * again later; STATUS_NOT_PERMITTED: fenced or revoked, no further try helps. */
enum status engine_cycle(struct engine *engine, struct engine_report *report, struct error *err) MUST_USE;

/* engine NULL: this site has not joined; then `fds` and the time alone count. Waits until the centre says that something is new, `fd` (-1 none) has something to read, or the time is over. */
enum engine_wake { ENGINE_WAKE_TIME, ENGINE_WAKE_CENTRE, ENGINE_WAKE_FD };
enum engine_wake engine_wait(struct engine *engine, const int *fds, int count, int timeout_ms);

bool engine_is_connected(const struct engine *engine);

/* Compares counts and checksums of every table with the centre's, group by group; rows of groups that differ are fetched
 * again. */
struct engine_verdict {
    int64_t groups, differing, refetched;
    int64_t unwritable; /* rows that this file cannot take, known before: two accounts of one name */
};
enum status engine_verify(struct engine *engine, struct engine_verdict *out, struct error *err) MUST_USE;

/* A question of a session to the centre (find, open; service/central_find.h), and the answer with its status in it, both JSON.
 * The caller frees *out_answer, which is there whatever is returned. */
enum status engine_ask(struct engine *engine, const char *question, char **out_answer, struct error *err) MUST_USE;

/* A change in quarantine: once more (again), or never (the centre's row stands). */
enum status engine_resolve(struct engine *engine, int64_t seq, bool again, struct error *err) MUST_USE;

#endif
