/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Somebody changes the files while nobody looks; and whether anything can be read in them. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "fault/scenario.h"
#include "fault/seal_tests.h"
#include "store/sealed_page.h"
#include "store/sealed_vfs.h"
#include "support/folder.h"
#include "support/random.h"

#define TRANSACTIONS 40
#define LOG_TRANSACTIONS 25
#define PAGE ((size_t)SEALED_PAGE_BYTES)

/* Deep enough that integrity_check, the index, the full-text index and every long value are read.
 */
static int read_everything(sqlite3 *db, uint64_t *out_digest)
{
    int rc = scenario_digest(db, out_digest);
    return rc == SQLITE_OK ? scenario_check(db) : rc;
}

enum change {
    FLIP_BIT,
    SWAP_PAGES,
    COPY_PAGE,
    ZERO_PAGE,
    ZERO_TAIL,
    CUT_PAGES,
    CUT_BYTES,
    CHANGES
};

static const char *const CHANGE_NAMES[] = {"flip a bit",  "swap pages",         "copy a page",
                                           "zero a page", "zero a page's tail", "cut pages",
                                           "cut bytes"};

/* Changes the copy and its length. */
static void change(enum change what, uint8_t *bytes, size_t *len, struct random *r)
{
    size_t pages = *len / PAGE;
    size_t a = (size_t)random_below(r, pages);
    size_t b = (a + 1 + (size_t)random_below(r, pages - 1)) % pages;
    uint8_t page[SEALED_PAGE_BYTES];
    switch (what) {
    case FLIP_BIT:
        bytes[random_below(r, *len)] ^= (uint8_t)(1u << random_below(r, 8));
        break;
    case SWAP_PAGES:
        memcpy(page, bytes + a * PAGE, PAGE);
        memcpy(bytes + a * PAGE, bytes + b * PAGE, PAGE);
        memcpy(bytes + b * PAGE, page, PAGE);
        break;
    case COPY_PAGE:
        memcpy(bytes + a * PAGE, bytes + b * PAGE, PAGE);
        break;
    case ZERO_PAGE:
        memset(bytes + a * PAGE, 0, PAGE);
        break;
    case ZERO_TAIL:
        memset(bytes + a * PAGE + SEALED_USABLE_BYTES, 0, SEALED_RESERVE_BYTES);
        break;
    case CUT_PAGES:
        *len -= PAGE * (1 + (size_t)random_below(r, pages - 1));
        break;
    case CUT_BYTES:
        *len -= 1 + (size_t)random_below(r, PAGE - 1);
        break;
    case CHANGES:
        break;
    }
}

/* Found by the sweep over all pages (cut pages cannot be: nothing says there that they are
 * missing), and whatever SQLite reads is either an error or the genuine rows. */
static bool is_found(struct seal_run *r, struct seal_site *site, enum change what, uint64_t genuine,
                     uint32_t *errors)
{
    struct sealed_db db = SEALED_DB_INIT;
    uint64_t digest = 0;
    uint32_t bad = 0;
    if (sealed_vfs_register_key(site->path, &site->key, 1, NULL) != STATUS_OK) {
        return seal_fail(r, "the key was refused");
    }
    enum status swept = sealed_vfs_verify(site->path, NULL, &bad, NULL);
    sealed_vfs_forget_key(site->path);
    bool is_opened = seal_site_open(site, 2000, &db, NULL);
    int rc = is_opened ? read_everything(db.handle, &digest) : SQLITE_CANTOPEN;
    if (is_opened) {
        sealed_close(&db);
    }
    *errors += rc != SQLITE_OK;
    if (what == CUT_PAGES) {
        return rc != SQLITE_OK || seal_fail(r, "%s went unnoticed", CHANGE_NAMES[what]);
    }
    if (swept == STATUS_OK) {
        return seal_fail(r, "%s passed the sweep", CHANGE_NAMES[what]);
    }
    return rc != SQLITE_OK || digest == genuine ||
           seal_fail(r, "%s gave other rows", CHANGE_NAMES[what]);
}

static void make_site(struct seal_site *site, uint64_t seed, uint32_t transactions,
                      uint64_t *out_digest)
{
    struct sealed_db db = SEALED_DB_INIT;
    seal_site_init(site, true);
    seal_site_create(site);
    if (seal_site_open(site, 2000, &db, NULL)) {
        for (uint32_t n = 1; n <= transactions; n++) {
            (void)scenario_apply(db.handle, seed, n); /* compared below */
        }
        (void)scenario_digest(db.handle, out_digest); /* compared below */
        sealed_close(&db);
    }
}

void seal_tamper_file(struct seal_run *r)
{
    struct random random = {.state = r->seed, .seed = r->seed};
    struct seal_site site;
    uint64_t genuine = 0;
    size_t len = 0;
    uint32_t errors = 0;
    uint64_t seed = random_next(&random);
    r->was_possible = true;
    make_site(&site, seed, TRANSACTIONS, &genuine);
    uint8_t *bytes = file_read(site.path, &len);
    bool ok = len > 20 * PAGE || seal_fail(r, "the database is too small to be changed");
    for (; ok && r->done < r->runs; r->done += ok) {
        enum change what = (enum change)random_below(&random, CHANGES);
        size_t changed_len = len;
        uint8_t *changed = (uint8_t *)mem_copy_bytes(bytes, len);
        change(what, changed, &changed_len, &random);
        file_write(site.path, changed, changed_len);
        /* Copying a page over its like changes nothing; two pages are never alike, so this cannot
         * happen here. */
        ok = is_found(r, &site, what, genuine, &errors);
        mem_free(changed);
    }
    (void)snprintf(r->note, sizeof r->note, "%zu pages; %u of the changes also stopped a reader",
                   len / PAGE, errors);
    mem_free(bytes);
    seal_site_release(&site);
}

/* As a crash leaves it: `base` transactions in the file, the others in the log. */
struct crashed {
    struct seal_site site;
    uint8_t *file;
    size_t len_file;
    uint8_t *log;
    size_t len_log;
    uint64_t seed;
    uint32_t base;
    uint32_t all;
};

static bool make_crashed(struct crashed *c, struct random *random)
{
    struct sealed_db db = SEALED_DB_INIT;
    uint64_t digest = 0;
    c->seed = random_next(random);
    c->base = LOG_TRANSACTIONS;
    c->all = 2 * LOG_TRANSACTIONS;
    make_site(&c->site, c->seed, c->base, &digest);
    if (!seal_site_open(&c->site, 2000, &db, NULL) ||
        sqlite3_wal_autocheckpoint(db.handle, 0) != SQLITE_OK) {
        return false;
    }
    for (uint32_t n = c->base + 1; n <= c->all; n++) {
        if (scenario_apply(db.handle, c->seed, n) != SQLITE_OK) {
            return false;
        }
    }
    c->file = file_read(c->site.path, &c->len_file);
    c->log = file_read(c->site.wal, &c->len_log);
    sealed_close(&db);
    return c->log != NULL;
}

void seal_tamper_log(struct seal_run *r)
{
    struct random random = {.state = r->seed, .seed = r->seed};
    struct crashed c = {.seed = 0};
    uint32_t shorter = 0;
    uint32_t errors = 0;
    r->was_possible = true;
    bool ok = make_crashed(&c, &random) || seal_fail(r, "the log could not be made");
    for (; ok && r->done < r->runs; r->done += ok) {
        struct sealed_db db = SEALED_DB_INIT;
        char why[200] = "";
        uint8_t *log = (uint8_t *)mem_copy_bytes(c.log, c.len_log);
        if (random_below(&random, 4) > 0) {
            log[random_below(&random, c.len_log)] ^= (uint8_t)(1u << random_below(&random, 8));
        } else { /* one frame over another */
            size_t frames = (c.len_log - SEALED_WAL_HEADER_BYTES) / SEALED_FRAME_BYTES;
            size_t a = (size_t)random_below(&random, frames);
            size_t b = (a + 1 + (size_t)random_below(&random, frames - 1)) % frames;
            memcpy(log + SEALED_WAL_HEADER_BYTES + a * SEALED_FRAME_BYTES,
                   log + SEALED_WAL_HEADER_BYTES + b * SEALED_FRAME_BYTES, SEALED_FRAME_BYTES);
        }
        file_write(c.site.path, c.file, c.len_file);
        file_write(c.site.wal, log, c.len_log);
        if (!seal_site_open(&c.site, 2000, &db, NULL)) {
            errors++;
        } else {
            ok = scenario_is_prefix(c.seed, db.handle, c.base, c.all - 1, why) ||
                 seal_fail(r, "%s", why);
            shorter += ok;
            sealed_close(&db);
        }
        mem_free(log);
    }
    (void)snprintf(r->note, sizeof r->note, "%u fell back to an earlier commit, %u refused",
                   shorter, errors);
    mem_free(c.file);
    mem_free(c.log);
    seal_site_release(&c.site);
}

static double entropy_bits(const uint8_t *bytes, size_t len)
{
    size_t count[256] = {0};
    double bits = 0;
    for (size_t i = 0; i < len; i++) {
        count[bytes[i]]++;
    }
    for (int b = 0; b < 256; b++) {
        double p = (double)count[b] / (double)len;
        bits -= p > 0 ? p * log2(p) : 0;
    }
    return bits;
}

/* Every file of the folder, byte by byte. */
static bool is_silent(struct seal_run *r, struct seal_site *site, const char *when,
                      double *out_bits)
{
    static const char *const ENDINGS[] = {"", "-wal", "-shm"};
    bool ok = true;
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        char *name = mem_format("%s%s", site->path, ENDINGS[i]);
        size_t len = 0;
        uint8_t *bytes = file_read(name, &len);
        for (size_t m = 0; ok && bytes != NULL && SCENARIO_MARKERS[m] != NULL; m++) {
            ok = bytes_count(bytes, len, SCENARIO_MARKERS[m]) == 0 ||
                 seal_fail(r, "%s is in site.db%s, %s", SCENARIO_MARKERS[m], ENDINGS[i], when);
        }
        if (bytes != NULL && i == 0) {
            *out_bits = entropy_bits(bytes, len);
        }
        mem_free(bytes);
        mem_free(name);
    }
    return ok;
}

/* Live, as a kill would leave it, and closed. The search itself must find: the same rows in a plain
 * database. */
static bool is_silent_always(struct seal_run *r, uint64_t seed, double *out_bits)
{
    struct seal_site site;
    struct sealed_db db = SEALED_DB_INIT;
    sqlite3 *plain = NULL;
    size_t len = 0;
    seal_site_init(&site, true);
    seal_site_create(&site);
    char *name = folder_path(site.folder, "plain.db");
    bool ok = seal_site_open(&site, 40, &db, NULL) &&
              sqlite3_open_v2(name, &plain, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix") ==
                  SQLITE_OK &&
              scenario_create(plain) == SQLITE_OK;
    for (uint32_t n = 1; ok && n <= 60; n++) {
        ok = scenario_apply(db.handle, seed, n) == SQLITE_OK &&
             scenario_apply(plain, seed, n) == SQLITE_OK;
        ok = ok && (n % 15 != 0 || is_silent(r, &site, "live", out_bits));
    }
    ok = ok && is_silent(r, &site, "live", out_bits);
    sealed_close(&db);
    ok = ok && is_silent(r, &site, "closed", out_bits);
    (void)sqlite3_close(plain); /* only the control */
    uint8_t *bytes = file_read(name, &len);
    for (size_t m = 0; ok && SCENARIO_MARKERS[m] != NULL; m++) {
        ok = (bytes != NULL && bytes_count(bytes, len, SCENARIO_MARKERS[m]) > 0) ||
             seal_fail(r, "the search would not find %s in a plain database", SCENARIO_MARKERS[m]);
    }
    mem_free(bytes);
    mem_free(name);
    seal_site_release(&site);
    return ok || seal_fail(r, "the rows could not be written");
}

void seal_markers(struct seal_run *r)
{
    struct random random = {.state = r->seed, .seed = r->seed};
    double bits = 0;
    bool ok = true;
    r->was_possible = true;
    for (; ok && r->done < r->runs; r->done += ok) {
        ok = is_silent_always(r, random_next(&random), &bits) &&
             (bits > 7.99 || seal_fail(r, "only %.4f bits of entropy in a byte", bits));
    }
    (void)snprintf(r->note, sizeof r->note, "%.4f bits of entropy in a byte", bits);
}
