/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/sealed_open.h"
#include "store/sealed_page.h"
#include "store/sealed_vfs.h"
#include "support/folder.h"

static char *folder;
static char *path;
static struct secret key;
static struct secret other_key;

static void start(void)
{
    cr_assert_eq(crypt_init(NULL), STATUS_OK);
    folder = folder_new();
    path = folder_path(folder, "site.db");
    secret_init_random(&key, SECRET_KEY_BYTES);
    secret_init_random(&other_key, SECRET_KEY_BYTES);
}

static void stop(void)
{
    secret_release(&key);
    secret_release(&other_key);
    mem_free(path);
    folder_remove(folder);
}

TestSuite(sealed_open, .init = start, .fini = stop);

static struct sealed_options options(void)
{
    return (struct sealed_options){.path = path, .key = &key, .epoch = 1};
}

static void create(void)
{
    struct sealed_options o = options();
    struct error err = ERROR_INIT;
    cr_assert_eq(sealed_create(&o, &err), STATUS_OK, "%s", err.message);
}

static struct sealed_db opened(void)
{
    struct sealed_options o = options();
    struct sealed_db db = SEALED_DB_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(sealed_open(&o, &db, &err), STATUS_OK, "%s", err.message);
    return db;
}

static int run(struct sealed_db *db, const char *sql)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
}

static int64_t number(struct sealed_db *db, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t value = -1;
    if (sqlite3_prepare_v2(db->handle, sql, -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW) {
        value = sqlite3_column_int64(s, 0);
    }
    (void)sqlite3_finalize(s);
    return value;
}

/* 300 rows over some 100 pages. */
static void fill(struct sealed_db *db)
{
    cr_assert_eq(run(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, words TEXT); WITH RECURSIVE n(i) "
                         "AS (SELECT 1 UNION "
                         "ALL SELECT i+1 FROM n WHERE i<300) INSERT INTO t SELECT i, "
                         "hex(randomblob(600)) FROM n"),
                 SQLITE_OK);
}

static enum status open_status(const struct secret *with)
{
    struct sealed_options o = options();
    struct sealed_db db = SEALED_DB_INIT;
    o.key = with;
    enum status status = sealed_open(&o, &db, NULL);
    if (status == STATUS_OK) {
        sealed_close(&db);
    }
    return status;
}

Test(sealed_open, keeps_rows_and_shows_none_of_them)
{
    create();
    struct sealed_db db = opened();
    cr_assert_eq(run(&db, "CREATE TABLE t(a TEXT); INSERT INTO t VALUES('Amoxicillin-Marker')"),
                 SQLITE_OK);
    char *wal = folder_path(folder, "site.db-wal");
    size_t len = 0;
    uint8_t *bytes = file_read(wal, &len);
    cr_assert_not_null(bytes);
    cr_assert_gt(len, 4096);
    cr_assert_eq(bytes_count(bytes, len, "Marker"), 0);
    mem_free(bytes);
    sealed_close(&db);
    cr_assert_not(file_is_there(wal), "the last close moves the log into the file");
    bytes = file_read(path, &len);
    cr_assert_eq(bytes_count(bytes, len, "Marker"), 0);
    cr_assert_eq(bytes_count(bytes, len, "SQLite"), 0);
    mem_free(bytes);
    mem_free(wal);
    db = opened();
    cr_assert_eq(number(&db, "SELECT count(*) FROM t WHERE a='Amoxicillin-Marker'"), 1);
    sealed_close(&db);
}

Test(sealed_open, makes_files_for_their_owner_only)
{
    static const char *const NAMES[] = {"site.db", "site.db-wal", "site.db-shm"};
    (void)umask(0);
    create();
    struct sealed_db db = opened();
    fill(&db);
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        char *name = folder_path(folder, NAMES[i]);
        struct stat st;
        cr_assert_eq(stat(name, &st), 0, "%s", NAMES[i]);
        cr_assert_eq(st.st_mode & 0777, 0600, "%s is %o", NAMES[i], st.st_mode & 0777);
        mem_free(name);
    }
    sealed_close(&db);
    cr_assert_eq(chmod(path, 0640), 0);
    cr_assert_eq(open_status(&key), STATUS_REFUSED, "a file that the group may read");
}

Test(sealed_open, creates_only_where_nothing_is)
{
    struct sealed_options o = options();
    create();
    cr_assert_eq(sealed_create(&o, NULL), STATUS_EXISTS);
    char *left = folder_path(folder, "site.db.new");
    cr_assert_not(file_is_there(left));
    mem_free(left);
}

Test(sealed_open, sets_every_connection_up)
{
    static const struct {
        const char *sql;
        int64_t expected;
    } rows[] = {
        {"PRAGMA page_size", SEALED_PAGE_BYTES},
        {"PRAGMA synchronous", 2},
        {"PRAGMA secure_delete", 1},
        {"PRAGMA cell_size_check", 1},
        {"PRAGMA temp_store", 2},
        {"PRAGMA trusted_schema", 0},
        {"PRAGMA auto_vacuum", 2},
        {"SELECT journal_mode='wal' FROM pragma_journal_mode", 1},
        {"PRAGMA cache_size", -16384},
        {"PRAGMA mmap_size", 0},
    };
    create();
    struct sealed_db db = opened();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(number(&db, rows[i].sql), rows[i].expected, "%s is %lld", rows[i].sql,
                     (long long)number(&db, rows[i].sql));
    }
    sealed_close(&db);
}

Test(sealed_open, refuses_what_would_lead_out_of_the_seal)
{
    static const char *const SQL[] = {
        "ATTACH '/tmp/plain.db' AS p",
        "ATTACH ':memory:' AS p",
        "VACUUM",
        "VACUUM INTO '/tmp/plain.db'",
        "PRAGMA journal_mode=DELETE",
        "PRAGMA journal_mode=MEMORY",
        "PRAGMA journal_mode=OFF",
        "PRAGMA locking_mode=EXCLUSIVE",
        "PRAGMA temp_store=FILE",
        "PRAGMA writable_schema=ON",
        "PRAGMA page_size=8192",
        "PRAGMA mmap_size=1000000",
        "PRAGMA secure_delete=OFF",
        "SELECT load_extension('libc.so.6')",
    };
    create();
    struct sealed_db db = opened();
    fill(&db);
    for (size_t i = 0; i < sizeof SQL / sizeof *SQL; i++) {
        cr_assert_neq(run(&db, SQL[i]), SQLITE_OK, "%s", SQL[i]);
    }
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300);
    sealed_close(&db);
}

/* Without our authorizer: the file layer itself holds. */
Test(sealed_open, file_layer_refuses_other_files_and_modes)
{
    sqlite3 *raw = NULL;
    create();
    cr_assert_eq(sealed_vfs_register_key(path, &key, 1, NULL), STATUS_OK);
    cr_assert_eq(sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE, SEALED_VFS_NAME), SQLITE_OK);
    cr_assert_neq(sqlite3_exec(raw, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_neq(sqlite3_exec(raw, "PRAGMA journal_mode=MEMORY", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(raw, "PRAGMA temp_store=FILE; PRAGMA cache_size=5", NULL, NULL, NULL),
                 SQLITE_OK);
    cr_assert_eq(
        sqlite3_exec(
            raw,
            "CREATE TEMP TABLE x AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
            "WHERE i<20000) SELECT i, hex(randomblob(100)) FROM n",
            NULL, NULL, NULL),
        SQLITE_CANTOPEN, "a temporary file would hold plaintext");
    cr_assert_eq(sqlite3_exec(raw, "ATTACH '/tmp/unregistered.db' AS u", NULL, NULL, NULL),
                 SQLITE_CANTOPEN);
    (void)sqlite3_close(raw);
    sealed_vfs_forget_key(path);
    cr_assert_eq(sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE, SEALED_VFS_NAME),
                 SQLITE_CANTOPEN, "key forgotten");
    (void)sqlite3_close(raw);
}

Test(sealed_open, refuses_pages_without_the_reserve)
{
    sqlite3 *raw = NULL;
    file_write(path, "", 0);
    cr_assert_eq(sealed_vfs_install(NULL, NULL), STATUS_OK);
    cr_assert_eq(sealed_vfs_register_key(path, &key, 1, NULL), STATUS_OK);
    cr_assert_eq(sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE, SEALED_VFS_NAME), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(raw, "PRAGMA journal_mode=MEMORY", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_neq(sqlite3_exec(raw, "CREATE TABLE t(a)", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(raw);
    size_t len = 1;
    mem_free(file_read(path, &len));
    cr_assert_eq(len, 0, "something was written");
}

static void assert_untouched(const char *name, const uint8_t *before, size_t len)
{
    size_t now = 0;
    uint8_t *after = file_read(name, &now);
    cr_assert_not_null(after, "%s is gone", name);
    cr_assert(now == len && memcmp(before, after, len) == 0, "%s was changed", name);
    mem_free(after);
}

Test(sealed_open, says_what_is_wrong_with_a_file_and_leaves_it_alone)
{
    enum { PAGE = SEALED_PAGE_BYTES };
    static const struct {
        const char *name;
        int flip_at; /* byte, -1 none */
        uint8_t flip;
        int cut_to_pages; /* 0 no cut; negative: bytes less */
        bool other_key;
        enum status expected;
    } rows[] = {
        {"the genuine file", -1, 0, 0, false, STATUS_OK},
        {"wrong key", -1, 0, 0, true, STATUS_BAD_SECRET},
        {"byte of page 1", 2000, 1, 0, false, STATUS_DAMAGED},
        {"nonce of page 1", 4050, 1, 0, false, STATUS_DAMAGED},
        {"tag of page 1", 4075, 1, 0, false, STATUS_DAMAGED},
        {"epoch of page 1", 4088, 1, 0, false, STATUS_DAMAGED},
        {"suite of page 1 only", 4092, 3, 0, false, STATUS_DAMAGED},
        {"zeros of page 1", 4095, 1, 0, false, STATUS_DAMAGED},
        {"file id", 3, 1, 0, false,
         STATUS_BAD_SECRET}, /* all keys hang on it: looks like another site's */
        {"half the pages", -1, 0, 20, false, STATUS_DAMAGED},
        {"one page less", -1, 0, -PAGE, false, STATUS_DAMAGED},
        {"half a page less", -1, 0, -PAGE / 2, false, STATUS_DAMAGED},
        {"a few bytes", -1, 0, -1, false, STATUS_DAMAGED},
    };
    create();
    struct sealed_db db = opened();
    fill(&db);
    sealed_close(&db);
    size_t len = 0;
    uint8_t *genuine = file_read(path, &len);
    cr_assert_gt(len, 40 * PAGE);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t cut = rows[i].cut_to_pages == 0  ? len
                     : rows[i].cut_to_pages > 0 ? (size_t)rows[i].cut_to_pages * PAGE
                                                : len - (size_t)-rows[i].cut_to_pages;
        uint8_t *changed = (uint8_t *)mem_copy_bytes(genuine, len);
        if (rows[i].flip_at >= 0) {
            changed[rows[i].flip_at] ^= rows[i].flip;
        }
        file_write(path, changed, cut);
        enum status status = open_status(rows[i].other_key ? &other_key : &key);
        cr_assert_eq(status, rows[i].expected, "%s: %s", rows[i].name, status_name(status));
        if (status != STATUS_OK) {
            assert_untouched(path, changed, cut);
        }
        mem_free(changed);
    }
    mem_free(genuine);
}

Test(sealed_open, tells_foreign_files_from_newer_ones)
{
    uint8_t page[3 * SEALED_PAGE_BYTES];
    size_t len = 0;
    sqlite3 *plain = NULL;
    cr_assert_eq(open_status(&key), STATUS_NOT_FOUND);
    cr_assert_eq(sqlite3_open(path, &plain), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(plain, "CREATE TABLE t(a)", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(plain);
    cr_assert_eq(chmod(path, 0600), 0);
    cr_assert_eq(open_status(&key), STATUS_INVALID, "plain SQLite");
    memset(page, 'x', sizeof page);
    file_write(path, page, sizeof page);
    cr_assert_eq(open_status(&key), STATUS_INVALID, "text");
    assert_untouched(path, page, sizeof page);
    file_write(path, "hello", 5);
    cr_assert_eq(open_status(&key), STATUS_DAMAGED, "five bytes");
    file_write(path, "", 0);
    cr_assert_eq(open_status(&key), STATUS_DAMAGED, "an empty file");

    cr_assert_eq(unlink(path), 0);
    create();
    struct sealed_db db = opened();
    fill(&db);
    sealed_close(&db);
    uint8_t *bytes = file_read(path, &len);
    for (size_t at = 0; at < len; at += SEALED_PAGE_BYTES) {
        bytes[at + 4092] = SEALED_SUITE + 1;
    }
    file_write(path, bytes, len);
    cr_assert_eq(open_status(&key), STATUS_NEWER);
    assert_untouched(path, bytes, len);
    mem_free(bytes);
}

/* Recovering a log under a wrong key would find it empty, and closing would delete it. */
Test(sealed_open, wrong_key_leaves_a_waiting_log_alone)
{
    char *wal = folder_path(folder, "site.db-wal");
    char *copy = folder_path(folder, "copy.db");
    char *copy_wal = folder_path(folder, "copy.db-wal");
    size_t len = 0;
    create();
    struct sealed_db db = opened();
    fill(&db);
    file_copy(path, copy); /* as a crash would leave it: rows only in the log */
    file_copy(wal, copy_wal);
    sealed_close(&db);
    uint8_t *before = file_read(copy_wal, &len);
    mem_free(path);
    path = mem_copy_text(copy);
    cr_assert_eq(open_status(&other_key), STATUS_BAD_SECRET);
    assert_untouched(copy_wal, before, len);
    db = opened();
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300, "the right key finds everything");
    sealed_close(&db);
    mem_free(before);
    mem_free(wal);
    mem_free(copy);
    mem_free(copy_wal);
}

/* Page 1 torn by a power cut during a checkpoint; its good copy is in the log. */
Test(sealed_open, opens_with_a_torn_first_page_when_the_log_has_it)
{
    char *wal = folder_path(folder, "site.db-wal");
    char *copy = folder_path(folder, "copy.db");
    char *copy_wal = folder_path(folder, "copy.db-wal");
    size_t len = 0;
    create();
    struct sealed_db db = opened();
    fill(&db);
    uint8_t *bytes = file_read(path, &len);
    memset(bytes + 512, 0x5a, 1024);
    file_write(copy, bytes, len);
    file_copy(wal, copy_wal);
    sealed_close(&db);
    mem_free(bytes);
    mem_free(path);
    path = mem_copy_text(copy);
    db = opened();
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300);
    sealed_close(&db);
    db = opened();
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300, "and it is mended");
    sealed_close(&db);
    mem_free(wal);
    mem_free(copy);
    mem_free(copy_wal);
}

Test(sealed_open, ignores_a_planted_hot_journal)
{
    char *journal = folder_path(folder, "site.db-journal");
    static const uint8_t MAGIC[512] = {0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, 0, 0,
                                       0,    1,    1,    2,    3,    4,    0,    0,    0, 1,
                                       0,    0,    2,    0,    0,    0,    16,   0};
    create();
    struct sealed_db db = opened();
    fill(&db);
    sealed_close(&db);
    file_write(journal, MAGIC, sizeof MAGIC);
    db = opened();
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300);
    sealed_close(&db);
    assert_untouched(journal, MAGIC, sizeof MAGIC);
    mem_free(journal);
}

Test(sealed_open, a_failure_spoils_the_connection_until_it_is_reopened)
{
    static const struct {
        int rc;
        enum status status;
        bool spoils;
    } rows[] = {
        {SQLITE_OK, STATUS_OK, false},
        {SQLITE_ROW, STATUS_OK, false},
        {SQLITE_DONE, STATUS_OK, false},
        {SQLITE_BUSY, STATUS_BUSY, false},
        {SQLITE_BUSY_SNAPSHOT, STATUS_BUSY, false},
        {SQLITE_CONSTRAINT_UNIQUE, STATUS_INVALID, false},
        {SQLITE_FULL, STATUS_DISK_FULL, true},
        {SQLITE_IOERR_WRITE, STATUS_IO, true},
        {SQLITE_IOERR_DATA, STATUS_DAMAGED, true},
        {SQLITE_NOMEM, STATUS_IO, true},
        {SQLITE_CORRUPT_VTAB, STATUS_DAMAGED, true},
        {SQLITE_NOTADB, STATUS_DAMAGED, true},
    };
    create();
    struct sealed_db db = opened();
    fill(&db);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        cr_assert_eq(sealed_result(&db, rows[i].rc, NULL), rows[i].status, "rc %d", rows[i].rc);
        cr_assert_eq(db.is_spoilt, rows[i].spoils, "rc %d", rows[i].rc);
        db.is_spoilt = false;
    }
    cr_assert_eq(run(&db, "BEGIN; DELETE FROM t"), SQLITE_OK);
    db.is_spoilt = true;
    cr_assert_eq(sealed_reopen(&db, NULL), STATUS_OK);
    cr_assert_not(db.is_spoilt);
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300,
                 "the open transaction was rolled back");
    sealed_close(&db);
}

Test(sealed_open, two_connections_share_the_file)
{
    create();
    struct sealed_db a = opened();
    struct sealed_db b = opened();
    fill(&a);
    cr_assert_eq(number(&b, "SELECT count(*) FROM t"), 300);
    cr_assert_eq(run(&b, "DELETE FROM t WHERE id>100"), SQLITE_OK);
    cr_assert_eq(number(&a, "SELECT count(*) FROM t"), 100);
    sealed_close(&a);
    cr_assert_eq(number(&b, "SELECT count(*) FROM t"), 100,
                 "the key stays while one connection is open");
    sealed_close(&b);
}

/* cache_size 10 and large transactions: pages are spilled, overwritten in the log and their
 * checksums rewritten. Without a sync behind it (NORMAL) a rewritten checksum must be in the file
 * all the same when COMMIT returns. */
Test(sealed_open, survives_spilled_pages_and_rewritten_checksums)
{
    static const char *const SYNCHRONOUS[] = {"PRAGMA synchronous=FULL",
                                              "PRAGMA synchronous=NORMAL"};
    char *copy = folder_path(folder, "copy.db");
    char *copy_wal = folder_path(folder, "copy.db-wal");
    char *wal = folder_path(folder, "site.db-wal");
    for (size_t i = 0; i < 2; i++) {
        create();
        struct sealed_db db = opened();
        cr_assert_eq(run(&db, SYNCHRONOUS[i]), SQLITE_OK);
        cr_assert_eq(
            run(&db, "PRAGMA cache_size=10; CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT, b INT); "
                     "CREATE INDEX t_a ON t(a)"),
            SQLITE_OK);
        cr_assert_eq(run(&db, "BEGIN; WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n "
                              "WHERE i<4000) INSERT INTO "
                              "t SELECT i, hex(randomblob(40)), 0 FROM n; UPDATE t SET b=b+1; "
                              "UPDATE t SET b=b+1; COMMIT"),
                     SQLITE_OK);
        file_copy(path, copy);
        file_copy(wal, copy_wal);
        sealed_close(&db);
        cr_assert_eq(unlink(path), 0);
        struct sealed_options o = {.path = copy, .key = &key, .epoch = 1};
        cr_assert_eq(sealed_open(&o, &db, NULL),
                     STATUS_OK); /* recovers from the log, checksum by checksum */
        cr_assert_eq(number(&db, "SELECT count(*) FROM t WHERE b=2"), 4000, "%s", SYNCHRONOUS[i]);
        cr_assert_eq(number(&db, "SELECT integrity_check='ok' FROM pragma_integrity_check"), 1);
        sealed_close(&db);
    }
    mem_free(copy);
    mem_free(copy_wal);
    mem_free(wal);
}

/* The wal-index says where a page is; a genuine frame of another place must not be taken for it. */
Test(sealed_open, a_frame_moved_in_a_live_log_is_refused)
{
    char *wal = folder_path(folder, "site.db-wal");
    size_t len = 0;
    create();
    struct sealed_db db = opened();
    fill(&db);
    struct sealed_db reader = opened();
    cr_assert_eq(number(&reader, "SELECT length(words) FROM t WHERE id=150"), 1200);
    cr_assert_eq(sqlite3_db_release_memory(reader.handle), SQLITE_OK);
    uint8_t *log = file_read(wal, &len);
    size_t frames = (len - SEALED_WAL_HEADER_BYTES) / SEALED_FRAME_BYTES;
    uint8_t *moved = mem_alloc(len);
    memcpy(moved, log, SEALED_WAL_HEADER_BYTES);
    for (size_t i = 0; i < frames; i++) { /* turned round: every frame but one is somewhere else */
        memcpy(moved + SEALED_WAL_HEADER_BYTES + i * SEALED_FRAME_BYTES,
               log + SEALED_WAL_HEADER_BYTES + (frames - 1 - i) * SEALED_FRAME_BYTES,
               SEALED_FRAME_BYTES);
    }
    FILE *file = fopen(wal, "r+b");
    cr_assert_eq(fwrite(moved, 1, len, file), len);
    cr_assert_eq(fclose(file), 0);
    sqlite3_stmt *s = NULL;
    cr_assert_eq(
        sqlite3_prepare_v2(reader.handle, "SELECT sum(length(words)) FROM t", -1, &s, NULL),
        SQLITE_OK);
    int rc = sqlite3_step(s);
    cr_assert_eq(rc, SQLITE_IOERR_DATA, "rc %d", rc);
    cr_assert_eq(sealed_result(&reader, rc, NULL), STATUS_DAMAGED);
    (void)sqlite3_finalize(s);
    sealed_close(&reader);
    sealed_close(&db);
    mem_free(log);
    mem_free(moved);
    mem_free(wal);
}

Test(sealed_open, copy_has_its_own_id_and_key)
{
    char *copy = folder_path(folder, "copy.db");
    size_t len = 0;
    size_t len_copy = 0;
    create();
    struct sealed_db db = opened();
    fill(&db);
    cr_assert_eq(sealed_copy(&db, copy, &other_key, 7, NULL), STATUS_OK);
    cr_assert_eq(sealed_copy(&db, copy, &other_key, 7, NULL), STATUS_EXISTS);
    sealed_close(&db);
    uint8_t *a = file_read(path, &len);
    uint8_t *b = file_read(copy, &len_copy);
    cr_assert_eq(len, len_copy);
    cr_assert_neq(memcmp(a, b, SEALED_FILE_ID_BYTES), 0);
    mem_free(a);
    mem_free(b);
    mem_free(path);
    path = mem_copy_text(copy);
    uint32_t epoch = 0;
    cr_assert_eq(sealed_vfs_epoch(path, &epoch, NULL), STATUS_OK);
    cr_assert_eq(epoch, 7);
    cr_assert_eq(open_status(&key), STATUS_BAD_SECRET);
    struct sealed_options o = {.path = path, .key = &other_key, .epoch = 7};
    cr_assert_eq(sealed_open(&o, &db, NULL), STATUS_OK);
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300);
    cr_assert_eq(number(&db, "SELECT journal_mode='wal' FROM pragma_journal_mode"), 1);
    sealed_close(&db);
    mem_free(copy);
}

Test(sealed_open, rekey_changes_the_key_in_place)
{
    struct sealed_options o = options();
    create();
    struct sealed_db db = opened();
    fill(&db);
    cr_assert_eq(sealed_rekey(&o, &other_key, 2, NULL), STATUS_BUSY, "another connection is open");
    cr_assert_eq(number(&db, "SELECT count(*) FROM t"), 300);
    sealed_close(&db);
    struct error err = ERROR_INIT;
    cr_assert_eq(sealed_rekey(&o, &other_key, 2, &err), STATUS_OK, "%s", err.message);
    cr_assert_eq(open_status(&key), STATUS_BAD_SECRET, "the old key");
    cr_assert_eq(open_status(&other_key), STATUS_OK);
    uint32_t epoch = 0;
    cr_assert_eq(sealed_vfs_epoch(path, &epoch, NULL), STATUS_OK);
    cr_assert_eq(epoch, 2);
}

Test(sealed_open, verify_finds_the_changed_page)
{
    uint32_t pages = 0;
    uint32_t bad = 0;
    size_t len = 0;
    create();
    struct sealed_db db = opened();
    fill(&db);
    sealed_close(&db);
    cr_assert_eq(sealed_vfs_register_key(path, &key, 1, NULL), STATUS_OK);
    cr_assert_eq(sealed_vfs_verify(path, &pages, &bad, NULL), STATUS_OK);
    uint8_t *bytes = file_read(path, &len);
    cr_assert_eq(pages, len / SEALED_PAGE_BYTES);
    bytes[16 * SEALED_PAGE_BYTES + 77] ^= 1;
    file_write(path, bytes, len);
    cr_assert_eq(sealed_vfs_verify(path, &pages, &bad, NULL), STATUS_DAMAGED);
    cr_assert_eq(bad, 17);
    mem_free(bytes);
    sealed_vfs_forget_key(path);
}

/* A page of zeros in the middle of a long value would be read as zeros if holes were accepted. */
Test(sealed_open, zeroed_and_missing_pages_are_never_read_as_zeros)
{
    size_t len = 0;
    create();
    struct sealed_db db = opened();
    cr_assert_eq(run(&db, "CREATE TABLE t(a BLOB); INSERT INTO t VALUES(randomblob(40000))"),
                 SQLITE_OK);
    sealed_close(&db);
    uint8_t *genuine = file_read(path, &len);
    for (size_t at = SEALED_PAGE_BYTES; at < len; at += SEALED_PAGE_BYTES) {
        uint8_t *changed = (uint8_t *)mem_copy_bytes(genuine, len);
        memset(changed + at, 0, SEALED_PAGE_BYTES);
        file_write(path, changed, len);
        struct sealed_options o = options();
        if (sealed_open(&o, &db, NULL) == STATUS_OK) {
            bool is_pointer_map = at == SEALED_PAGE_BYTES; /* page 2: no reader needs it */
            cr_assert_eq(number(&db, "SELECT length(hex(a)) FROM t"), is_pointer_map ? 80000 : -1,
                         "page %zu", at / SEALED_PAGE_BYTES + 1);
            sealed_close(&db);
        }
        mem_free(changed);
    }
    mem_free(genuine);
}

Test(sealed_open, cache_slab_serves_the_pages)
{
    bool locked = false;
    int used = 0;
    int most = 0;
    cr_assert_eq(sealed_cache_start(SEALED_CACHE_BYTES, &locked, NULL), STATUS_OK);
    create();
    struct sealed_db db = opened();
    fill(&db);
    cr_assert_eq(sqlite3_status(SQLITE_STATUS_PAGECACHE_USED, &used, &most, 0), SQLITE_OK);
    cr_assert_gt(used, 20);
    sealed_close(&db);
    cr_assert_neq(sealed_cache_start(SEALED_CACHE_BYTES, NULL, NULL), STATUS_OK, "too late");
}
