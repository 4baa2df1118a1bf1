/* SPDX-License-Identifier: GPL-3.0-or-later */
/* I/O errors and full disks. A run is one fault. */
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "fault/fault_vfs.h"
#include "fault/scenario.h"
#include "fault/seal_work.h"
#include "store/sealed_vfs.h"
#include "support/folder.h"
#include "support/random.h"

#define TRANSACTIONS 14
#define FULL_TRANSACTIONS 40
#define EVERY_OPERATION_FROM 1500 /* runs: below, operations are sampled */

struct errors {
    struct seal_run *run;
    struct seal_site site;
    char *fresh;
    struct fault_vfs *v;
    struct random random;
    uint64_t failures;
    uint64_t acks;
};

static void stop_faults(void *context)
{
    fault_vfs_arm(context, 0, false);
    fault_vfs_limit(context, -1);
}

static void keep_counting(void *context)
{
    (void)context;
}

static bool start(struct errors *e, struct seal_run *r)
{
    memset(e, 0, sizeof *e);
    e->run = r;
    e->random = (struct random){.state = r->seed, .seed = r->seed};
    r->was_possible = true;
    seal_site_init(&e->site, true);
    seal_site_create(&e->site);
    e->fresh = folder_path(e->site.folder, "fresh.db");
    file_copy(e->site.path, e->fresh);
    e->v = fault_vfs_install();
    return sealed_vfs_install(FAULT_VFS_NAME, NULL) == STATUS_OK ||
           seal_fail(r, "the sealed layer was refused");
}

static void end(struct errors *e)
{
    mem_free(e->fresh);
    seal_site_release(&e->site);
}

static bool work(struct errors *e, uint64_t seed, uint32_t transactions, void (*stop)(void *))
{
    struct seal_work w = {
        .run = e->run, .site = &e->site, .seed = seed, .transactions = transactions};
    struct fault fault = {stop, e->v};
    bool ok = seal_work_holds(&w, &fault);
    e->failures += w.failures;
    return ok;
}

/* The whole work without a fault, for the number of its operations. */
static uint64_t count_operations(struct errors *e, uint64_t seed)
{
    seal_work_put_back(&e->site, e->fresh);
    fault_vfs_arm(e->v, 0, false);
    return work(e, seed, TRANSACTIONS, keep_counting) ? fault_vfs_operations(e->v) : 0;
}

static bool hit(struct errors *e, uint64_t seed, uint64_t at, bool sticky)
{
    seal_work_put_back(&e->site, e->fresh);
    fault_vfs_arm(e->v, at, sticky);
    if (work(e, seed, TRANSACTIONS, stop_faults)) {
        e->run->done++;
        return true;
    }
    size_t len = strlen(e->run->why);
    (void)snprintf(e->run->why + len, sizeof e->run->why - len, " (operation %llu%s of work %llu)",
                   (unsigned long long)at, sticky ? " and on" : "", (unsigned long long)seed);
    return false;
}

void seal_io_error(struct seal_run *r)
{
    struct errors e;
    uint64_t operations = 0;
    bool ok = start(&e, r);
    while (ok && r->done < r->runs) {
        uint64_t seed = random_next(&e.random);
        operations = count_operations(&e, seed);
        ok = operations > 0;
        uint64_t hits = r->runs >= EVERY_OPERATION_FROM ? 2 * operations : 10;
        for (uint64_t i = 0; ok && i < hits && r->done < r->runs; i++) {
            uint64_t at = r->runs >= EVERY_OPERATION_FROM ? i / 2
                                                          : random_below(&e.random, operations);
            ok = hit(&e, seed, 1 + at, i % 2 == 1);
        }
    }
    if (ok && e.failures < r->runs / 2) {
        (void)seal_fail(r, "hardly a fault was met");
    }
    (void)snprintf(r->note, sizeof r->note, "%llu failed calls; the last work has %llu operations",
                   (unsigned long long)e.failures, (unsigned long long)operations);
    end(&e);
}

static void tell_full(struct errors *e, bool ok)
{
    if (ok && (e->failures == 0 || e->acks == 0)) {
        (void)seal_fail(e->run, "never full, or never written");
    }
    (void)snprintf(e->run->note, sizeof e->run->note, "%llu times full, %llu acknowledged commits",
                   (unsigned long long)e->failures, (unsigned long long)e->acks);
}

/* Full after some bytes: everything acknowledged can be read at once, and written to when there is
 * room again. */
static bool fill_up(struct errors *e)
{
    struct seal_run *r = e->run;
    struct sealed_db db = SEALED_DB_INIT;
    uint64_t seed = random_next(&e->random);
    seal_work_put_back(&e->site, e->fresh);
    fault_vfs_limit(e->v, (int64_t)random_below(&e->random, 1200000));
    uint32_t n = 0;
    int rc = SQLITE_OK;
    char why[200] = "";
    if (!seal_site_open(&e->site, 40, &db, NULL)) {
        return seal_fail(r, "does not open on a nearly full disk");
    }
    while (rc == SQLITE_OK && n < FULL_TRANSACTIONS) {
        rc = scenario_apply(db.handle, seed, n + 1);
        n += rc == SQLITE_OK;
    }
    bool was_full = rc != SQLITE_OK;
    if (was_full && (sealed_result(&db, rc, NULL) != STATUS_DISK_FULL ||
                     sealed_reopen(&db, NULL) != STATUS_OK)) {
        sealed_close(&db);
        return seal_fail(r, "rc %d after %u transactions, or does not reopen while full", rc, n);
    }
    bool ok = scenario_is_prefix(seed, db.handle, n, n + 1, why) ||
              seal_fail(r, "while full: %s", why);
    sealed_close(&db);
    fault_vfs_limit(e->v, -1);
    struct seal_work w = {
        .run = r, .site = &e->site, .seed = seed, .transactions = FULL_TRANSACTIONS};
    if (ok && seal_site_open(&e->site, 40, &db, NULL)) {
        w.n = (uint32_t)scenario_count(db.handle);
        sealed_close(&db);
        ok = w.n == n || w.n == n + 1 ? seal_work_holds(&w, &(struct fault){stop_faults, e->v})
                                      : seal_fail(r, "%u acknowledged, %u there", n, w.n);
    }
    e->failures += was_full;
    e->acks += n;
    return ok;
}

void seal_disk_full(struct seal_run *r)
{
    struct errors e;
    bool ok = start(&e, r);
    for (; ok && r->done < r->runs; r->done += ok) {
        ok = fill_up(&e);
    }
    tell_full(&e, ok);
    end(&e);
}

/* Ballast that leaves some room on the small file system. */
static void put_ballast(const char *path, uint64_t bytes)
{
    static uint8_t block[4096];
    FILE *file = fopen(path, "wb");
    for (uint64_t done = 0;
         file != NULL && done < bytes && fwrite(block, sizeof block, 1, file) == 1;) {
        done += sizeof block;
    }
    if (file != NULL) {
        (void)fclose(file); /* a full disk is what is wanted */
    }
}

static bool fill_up_tmpfs(struct errors *e, const char *ballast)
{
    struct seal_run *r = e->run;
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    uint64_t seed = random_next(&e->random);
    char why[200] = "";
    uint32_t n = 0;
    int rc = SQLITE_OK;
    seal_site_create(&e->site);
    put_ballast(ballast, 1000000 + random_below(&e->random, 1700000));
    if (seal_site_open(&e->site, 40, &db, NULL)) {
        while (rc == SQLITE_OK && n < FULL_TRANSACTIONS) {
            rc = scenario_apply(db.handle, seed, n + 1);
            n += rc == SQLITE_OK;
        }
        e->failures += rc != SQLITE_OK;
        e->acks += n;
        sealed_close(&db);
    }
    (void)unlink(ballast); /* room again */
    if (!seal_site_open(&e->site, 40, &db, &err)) {
        return seal_fail(r, "does not open with room again: %s", err.message);
    }
    bool ok = scenario_is_prefix(seed, db.handle, n, n + 1, why) ||
              seal_fail(r, "%s (after rc %d)", why, rc);
    sealed_close(&db);
    return ok;
}

/* In a namespace of its own, so that the mount is gone with the process. */
static bool mount_small(const char *folder)
{
    return unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder, "tmpfs", 0, "size=3m,mode=0700") == 0;
}

void seal_disk_full_tmpfs(struct seal_run *r)
{
    struct errors e = {.run = r, .random = {.state = r->seed, .seed = r->seed}};
    bool ok = true;
    seal_site_init(&e.site, true);
    char *ballast = folder_path(e.site.folder, "ballast");
    r->was_possible = mount_small(e.site.folder);
    for (; ok && r->was_possible && r->done < r->runs; r->done += ok) {
        ok = fill_up_tmpfs(&e, ballast);
    }
    tell_full(&e, ok && r->was_possible);
    mem_free(ballast);
    if (r->was_possible) {
        (void)umount(e.site.folder); /* the namespace goes anyway */
    }
    seal_site_release(&e.site);
}
