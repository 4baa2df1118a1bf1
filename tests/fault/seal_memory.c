/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lack of memory: SQLite's allocator fails at the n-th request, once or for a while. */
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "fault/seal_work.h"
#include "fault/scenario.h"
#include "store/sealed_vfs.h"
#include "support/folder.h"
#include "support/random.h"

#define TRANSACTIONS 3
#define EVERY_REQUEST_FROM 10000 /* runs: below, requests are sampled */
#define A_WHILE 40

/* The one thing of a test that must be global: SQLite's allocator has no context. */
static struct {
    sqlite3_mem_methods real;
    uint64_t requests;
    uint64_t armed; /* 0: never */
    uint64_t length;
    uint64_t failed;
} memory;

static bool is_hit(void)
{
    memory.requests++;
    bool hit = memory.armed > 0 && memory.requests >= memory.armed &&
               memory.requests < memory.armed + memory.length;
    memory.failed += hit;
    return hit;
}

static void *failing_malloc(int size)
{
    return is_hit() ? NULL : memory.real.xMalloc(size);
}

static void *failing_realloc(void *p, int size)
{
    return is_hit() ? NULL : memory.real.xRealloc(p, size);
}

static void arm(uint64_t n, uint64_t length)
{
    memory.requests = memory.failed = 0;
    memory.armed = n;
    memory.length = length;
}

static void stop_faults(void *context)
{
    (void)context;
    memory.armed = 0;
}

static void keep_counting(void *context)
{
    (void)context;
}

static bool install(void)
{
    sqlite3_mem_methods mine;
    if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &memory.real) != SQLITE_OK) {
        return false;
    }
    mine = memory.real;
    mine.xMalloc = failing_malloc;
    mine.xRealloc = failing_realloc;
    return sqlite3_config(SQLITE_CONFIG_MALLOC, &mine) == SQLITE_OK;
}

void seal_no_memory(struct seal_run *r)
{
    struct random random = {.state = r->seed, .seed = r->seed};
    struct seal_site site;
    uint64_t failed = 0;
    uint64_t requests = 0;
    r->was_possible = install();
    seal_site_init(&site, true);
    seal_site_create(&site);
    char *fresh = folder_path(site.folder, "fresh.db");
    file_copy(site.path, fresh);
    bool ok = r->was_possible;
    bool every = r->runs >= EVERY_REQUEST_FROM;
    while (ok && r->done < r->runs) {
        struct seal_work w = {
            .run = r, .site = &site, .seed = random_next(&random), .transactions = TRANSACTIONS};
        struct seal_work clean = w;
        seal_work_put_back(&site, fresh);
        arm(0, 0);
        ok = seal_work_holds(&clean, &(struct fault){keep_counting, NULL});
        requests = memory.requests;
        for (uint64_t i = 0; ok && i < (every ? 2 * requests : 20) && r->done < r->runs; i++) {
            struct seal_work one = w;
            uint64_t at = 1 + (every ? i / 2 : random_below(&random, requests));
            seal_work_put_back(&site, fresh);
            arm(at, i % 2 == 0 ? 1 : A_WHILE);
            ok = seal_work_holds(&one, &(struct fault){stop_faults, NULL});
            failed += memory.failed;
            r->done += ok;
            if (!ok) {
                size_t len = strlen(r->why);
                (void)snprintf(r->why + len, sizeof r->why - len, " (request %llu of work %llu)",
                               (unsigned long long)at, (unsigned long long)w.seed);
            }
        }
    }
    arm(0, 0);
    (void)snprintf(r->note, sizeof r->note, "%llu requests refused; the last work has %llu",
                   (unsigned long long)failed, (unsigned long long)requests);
    mem_free(fresh);
    seal_site_release(&site);
}
