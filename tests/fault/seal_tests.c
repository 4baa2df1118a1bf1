/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/seal_tests.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "fault/scenario.h"
#include "support/folder.h"

const struct seal_test SEAL_TESTS[] = {
    {"power_loss",
     "unsynced sectors kept, dropped or garbled: no acknowledged commit lost, nothing corrupt", 60,
     5000, seal_power_loss},
    {"kill", "kill -9 at random times: no acknowledged commit lost, nothing corrupt", 12, 1000,
     seal_kill},
    {"processes", "five processes on one file, killed at random: sums and counters hold", 10, 300,
     seal_processes},
    {"io_error", "an I/O error at the n-th operation, once and lasting: nothing acknowledged lost",
     40, 6000, seal_io_error},
    {"no_memory", "the n-th allocation fails: nothing acknowledged lost", 60, 50000,
     seal_no_memory},
    {"disk_full", "the disk is full after n bytes: readable at once, writable when there is room",
     12, 500, seal_disk_full},
    {"disk_full_tmpfs", "the same on a real file system of 3 MB", 3, 60, seal_disk_full_tmpfs},
    {"tamper_file", "bits, swapped, zeroed and missing pages of the database: all found", 150, 3000,
     seal_tamper_file},
    {"tamper_log", "changed bytes of the log: an error or an earlier commit, never other rows", 60,
     3000, seal_tamper_log},
    {"markers", "no name, drug or number in any file, live, killed or closed", 1, 3, seal_markers},
    {NULL, NULL, 0, 0, NULL},
};

const struct seal_test *seal_test_find(const char *name)
{
    for (const struct seal_test *t = SEAL_TESTS; t->name != NULL; t++) {
        if (strcmp(t->name, name) == 0) {
            return t;
        }
    }
    return NULL;
}

bool seal_run_passed(const struct seal_run *r)
{
    return r->was_possible && r->why[0] == '\0' && r->done >= r->runs;
}

bool seal_fail(struct seal_run *r, const char *format, ...)
{
    va_list arguments;
    if (r->why[0] == '\0') {
        va_start(arguments, format);
        (void)vsnprintf(r->why, sizeof r->why, format, arguments);
        va_end(arguments);
    }
    return false;
}

void seal_site_init(struct seal_site *site, bool in_memory)
{
    memset(site, 0, sizeof *site);
    if (crypt_init(NULL) != STATUS_OK) {
        fatal("the encryption library did not start");
    }
    site->folder = in_memory && access("/dev/shm", W_OK) == 0 ? folder_new_in("/dev/shm")
                                                              : folder_new();
    site->path = folder_path(site->folder, "site.db");
    site->wal = folder_path(site->folder, "site.db-wal");
    secret_init_random(&site->key, SECRET_KEY_BYTES);
}

void seal_site_release(struct seal_site *site)
{
    secret_release(&site->key);
    mem_free(site->path);
    mem_free(site->wal);
    folder_remove(site->folder);
}

void seal_site_create(struct seal_site *site)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    struct sealed_options options = {.path = site->path, .key = &site->key, .epoch = 1};
    struct sealed_db db = SEALED_DB_INIT;
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *name = mem_format("%s%s", site->path, ENDINGS[i]);
        (void)unlink(name); /* of the run before */
        mem_free(name);
    }
    if (sealed_create(&options, NULL) != STATUS_OK || !seal_site_open(site, 0, &db, NULL) ||
        scenario_create(db.handle) != SQLITE_OK) {
        fatal("the test's database cannot be made");
    }
    sealed_close(&db);
}

bool seal_site_open(struct seal_site *site, int cache_kib, struct sealed_db *out, struct error *err)
{
    struct sealed_options options = {.path = site->path,
                                     .key = &site->key,
                                     .epoch = 1,
                                     .cache_kib = cache_kib,
                                     .busy_timeout_ms = 60000};
    return sealed_open(&options, out, err) == STATUS_OK;
}
