/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power loss. A run is one cut: the connection works until the power goes, the disk keeps what it
 * keeps, and the database is opened and compared. Cuts follow each other on the same disk, so that
 * they also hit recovery and the mending checkpoint; every tenth starts afresh. */
#include <stdio.h>

#include "base/memory.h"
#include "fault/crash_vfs.h"
#include "fault/scenario.h"
#include "fault/seal_tests.h"
#include "store/sealed_vfs.h"
#include "support/folder.h"
#include "support/random.h"

#define CUTS_A_DISK 10

struct power {
    struct seal_run *run;
    struct seal_site site;
    struct crash_disk *disk;
    struct scenario scenario;
    struct random random;
    uint8_t *fresh; /* the new database */
    size_t len_fresh;
    uint32_t n; /* transactions that are known to be there */
    uint64_t acks;
};

/* Works until the power goes. *out_acked and *out_begun count transactions. */
static void work(struct power *p, uint32_t *out_acked, uint32_t *out_begun)
{
    struct sealed_db db = SEALED_DB_INIT;
    int cache_kib = random_below(&p->random, 2) == 0 ? 40 : 2000;
    *out_acked = *out_begun = p->n;
    crash_disk_arm(p->disk,
                   1 + random_below(&p->random, random_below(&p->random, 3) == 0 ? 12 : 500));
    if (!seal_site_open(&p->site, cache_kib, &db, NULL)) {
        return; /* the power went while it opened */
    }
    while (!crash_disk_is_dead(p->disk)) {
        *out_begun = *out_acked + 1;
        if (scenario_apply(db.handle, p->scenario.seed, *out_begun) != SQLITE_OK) {
            break;
        }
        *out_acked = *out_begun;
        p->acks++;
        (void)scenario_maintain(db.handle, p->scenario.seed,
                                *out_acked); /* its failure is the power's */
    }
    sealed_close(&db);
}

static bool cut(struct power *p)
{
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    uint32_t acked = 0;
    uint32_t begun = 0;
    char why[200] = "";
    work(p, &acked, &begun);
    crash_disk_restart(p->disk);
    if (!seal_site_open(&p->site, 2000, &db, &err)) {
        return seal_fail(p->run, "does not open after the cut: %s", err.message);
    }
    bool ok = scenario_holds(&p->scenario, db.handle, acked, begun, why);
    p->n = p->scenario.model_n;
    sealed_close(&db);
    return ok || seal_fail(p->run, "%s", why);
}

static void start_disk(struct power *p)
{
    if (p->scenario.model != NULL) {
        scenario_release(&p->scenario);
    }
    scenario_init(&p->scenario, random_next(&p->random));
    crash_disk_reset(p->disk, random_next(&p->random));
    crash_disk_put(p->disk, p->site.path, p->fresh, p->len_fresh);
    p->n = 0;
}

void seal_power_loss(struct seal_run *r)
{
    struct power p = {.run = r, .random = {.state = r->seed, .seed = r->seed}};
    bool ok = true;
    r->was_possible = true;
    seal_site_init(&p.site, true);
    seal_site_create(&p.site);
    p.fresh = file_read(p.site.path, &p.len_fresh);
    p.disk = crash_vfs_install(r->seed);
    if (sealed_vfs_install(CRASH_VFS_NAME, NULL) != STATUS_OK) {
        ok = seal_fail(r, "the sealed layer was refused over the test disk");
    }
    for (; ok && r->done < r->runs; r->done++) {
        if (r->done % CUTS_A_DISK == 0) {
            start_disk(&p);
        }
        ok = cut(&p);
    }
    if (ok && p.acks < r->runs / 2) {
        (void)seal_fail(r, "hardly anything was written");
    }
    (void)snprintf(r->note, sizeof r->note, "%llu acknowledged commits",
                   (unsigned long long)p.acks);
    if (p.scenario.model != NULL) {
        scenario_release(&p.scenario);
    }
    mem_free(p.fresh);
    seal_site_release(&p.site);
}
