/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The evidence of security.md 1.7 as functions: each runs `runs` times from a seed and says whether
 * everything held. `make check` runs them with small counts through Criterion, seal_campaign with
 * the full ones. Each needs a process of its own, because it sets SQLite up as it likes. */
#ifndef FAULT_SEAL_TESTS_H
#define FAULT_SEAL_TESTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "crypt/secret.h"
#include "store/sealed_open.h"

struct seal_run {
    uint64_t seed;
    uint32_t runs;     /* wanted */
    uint32_t done;     /* of these, finished and judged */
    bool was_possible; /* false: the system does not allow this test here */
    char note[160];    /* what was counted, for the report */
    char why[200];     /* the first thing that did not hold; empty: everything held */
};

struct seal_test {
    const char *name;
    const char *claim;
    uint32_t runs_quick;
    uint32_t runs_full;
    void (*run)(struct seal_run *r);
};

extern const struct seal_test SEAL_TESTS[]; /* a row without name ends it */
const struct seal_test *seal_test_find(const char *name);
bool seal_run_passed(const struct seal_run *r);

/* Records the first failure. Always false: `return seal_fail(...)`. */
bool seal_fail(struct seal_run *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A site to hurt: a folder, a key, and a new database with the scenario's tables. */
struct seal_site {
    char *folder;
    char *path;
    char *wal;
    struct secret key;
};

void seal_site_init(struct seal_site *site,
                    bool in_memory); /* in_memory: /dev/shm where it is, for speed */
void seal_site_release(struct seal_site *site);
void seal_site_create(struct seal_site *site); /* over the system's files */
bool seal_site_open(struct seal_site *site, int cache_kib, struct sealed_db *out,
                    struct error *err);

void seal_power_loss(struct seal_run *r);
void seal_kill(struct seal_run *r);
void seal_processes(struct seal_run *r);
void seal_io_error(struct seal_run *r);
void seal_no_memory(struct seal_run *r);
void seal_disk_full(struct seal_run *r);
void seal_disk_full_tmpfs(struct seal_run *r);
void seal_tamper_file(struct seal_run *r);
void seal_tamper_log(struct seal_run *r);
void seal_markers(struct seal_run *r);

#endif
