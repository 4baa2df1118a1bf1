/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/seal_work.h"

#include <unistd.h>

#include "base/memory.h"
#include "fault/scenario.h"
#include "support/folder.h"

#define CACHE_KIB 40 /* spills */
#define TRIES 20

static void stop(struct seal_work *w, const struct fault *fault)
{
    fault->stop(fault->context);
    w->is_stopped = true;
}

/* Closed and opened again: first with the fault still there, if it lasts, then without. */
static bool recover(struct seal_work *w, struct sealed_db *db, const struct fault *fault)
{
    struct error err = ERROR_INIT;
    bool was_open = db->path != NULL;
    w->failures++;
    if (was_open && sealed_reopen(db, NULL) == STATUS_OK) {
        return true;
    }
    stop(w, fault);
    bool ok = was_open ? sealed_reopen(db, &err) == STATUS_OK
                       : seal_site_open(w->site, CACHE_KIB, db, &err);
    return ok || seal_fail(w->run, "does not reopen: %s", err.message);
}

/* What the database holds after a failure; a commit whose answer was an error may have happened. */
static bool count_again(struct seal_work *w, struct sealed_db *db, const struct fault *fault)
{
    int64_t there = scenario_count(db->handle);
    if (there < 0) { /* reading fails too: the fault lasts */
        stop(w, fault);
        if (!recover(w, db, fault)) {
            return false;
        }
        there = scenario_count(db->handle);
    }
    if (there != w->n && there != w->n + 1) {
        return seal_fail(w->run, "%lld transactions where %u were acknowledged", (long long)there,
                         w->n);
    }
    return true;
}

static bool transact(struct seal_work *w, struct sealed_db *db, const struct fault *fault)
{
    for (int tries = 0; tries < TRIES; tries++) {
        int rc = scenario_apply(db->handle, w->seed, w->n + 1);
        if (sealed_result(db, rc, NULL) == STATUS_OK) {
            w->n++;
            return true;
        }
        if (tries > TRIES / 2 && !w->is_stopped) {
            stop(w, fault);
        }
        if (!recover(w, db, fault) || !count_again(w, db, fault)) {
            return false;
        }
        if (scenario_count(db->handle) == w->n + 1) {
            w->n++;
            return true;
        }
    }
    return seal_fail(w->run, "a transaction never went through");
}

static bool work_through(struct seal_work *w, const struct fault *fault, struct sealed_db *db)
{
    bool ok = seal_site_open(w->site, CACHE_KIB, db, NULL) || recover(w, db, fault);
    while (ok && w->n < w->transactions) {
        ok = transact(w, db, fault);
        int rc = ok ? scenario_maintain(db->handle, w->seed, w->n) : SQLITE_OK;
        if (ok && sealed_result(db, rc, NULL) != STATUS_OK) {
            ok = recover(w, db, fault);
        }
    }
    return ok;
}

bool seal_work_holds(struct seal_work *w, const struct fault *fault)
{
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    char why[200] = "";
    bool ok = work_through(w, fault, &db);
    fault->stop(fault->context);
    if (db.path != NULL) {
        sealed_close(&db);
    }
    if (!ok) {
        return false;
    }
    if (!seal_site_open(w->site, 2000, &db, &err)) {
        return seal_fail(w->run, "does not open at the end: %s", err.message);
    }
    ok = scenario_is_prefix(w->seed, db.handle, w->n, w->n, why) || seal_fail(w->run, "%s", why);
    sealed_close(&db);
    return ok;
}

void seal_work_put_back(struct seal_site *site, const char *fresh)
{
    char *shm = mem_format("%s-shm", site->path);
    (void)unlink(site->wal); /* the last close removed them, unless it failed */
    (void)unlink(shm);
    mem_free(shm);
    file_copy(fresh, site->path);
}
