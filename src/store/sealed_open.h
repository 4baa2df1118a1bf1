/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections to a sealed database, opened the one right way (security.md 1.4.6) and given up the
 * one right way: after an I/O error, a full disk, lack of memory or damage the connection is
 * spoilt, because FTS5 may corrupt its index if it is used on (1.5.4). Every result of SQLite
 * passes sealed_result(), which notes that; the owner then calls sealed_reopen() before anything
 * else. A struct sealed_db owns its connection. With trusted_schema off, SQLite 3.40 refuses FTS5
 * tables inside triggers and views ("unsafe use of virtual table"): write them in statements of
 * their own. */
#ifndef STORE_SEALED_OPEN_H
#define STORE_SEALED_OPEN_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "crypt/secret.h"

#define SEALED_APPLICATION_ID 0x50724361      /* "PrCa", in page 1 */
#define SEALED_CACHE_BYTES (16 * 1024 * 1024) /* of a session (decisions.md 21) */

struct sealed_db {
    sqlite3 *handle; /* NULL after a failed reopen */
    char *path;
    int cache_kib;
    int busy_timeout_ms;
    bool is_spoilt; /* roll back, close, reopen; no other use */
    bool holds_key;
};

#define SEALED_DB_INIT   \
    {                    \
        0, 0, 0, 0, 0, 0 \
    }

struct sealed_options {
    const char *path;
    const struct secret *key; /* copied */
    uint32_t epoch;           /* of the key; pages written carry it */
    int cache_kib;            /* 0: 16 MiB */
    int busy_timeout_ms;      /* 0: 5 s */
};

/* The page cache of the whole process: one slab of locked memory. Before the first connection.
 * False in *out_locked (may be NULL): the limit did not allow locking, the slab works unlocked. */
enum status sealed_cache_start(size_t bytes, bool *out_locked, struct error *err) MUST_USE;

/* A new database, made under a temporary name and then renamed. STATUS_EXISTS leaves the old one
 * alone. */
enum status sealed_create(const struct sealed_options *options, struct error *err) MUST_USE;

/* STATUS_NOT_FOUND, STATUS_BAD_SECRET, STATUS_DAMAGED, STATUS_INVALID (not ours), STATUS_NEWER:
 * file untouched. */
enum status sealed_open(const struct sealed_options *options, struct sealed_db *out,
                        struct error *err) MUST_USE;
void sealed_close(struct sealed_db *db);

/* What a result code of SQLite means for the caller. STATUS_OK for OK, ROW and DONE. Sets
 * db->is_spoilt where it must. */
enum status sealed_result(struct sealed_db *db, int rc, struct error *err) MUST_USE;

/* Closes a spoilt connection, statements and all (the caller finalized its own), and opens it
 * afresh. Everything that was committed is there; what was not is gone. May be tried again when it
 * fails. */
enum status sealed_reopen(struct sealed_db *db, struct error *err) MUST_USE;

/* A consistent copy under `path` with its own file id and the given key (its own for rekeying),
 * made beside it and renamed into place when it is on the disk and every page of it was read back.
 */
enum status sealed_copy(struct sealed_db *db, const char *path, const struct secret *key,
                        uint32_t epoch, struct error *err) MUST_USE;

/* The same file under a new key. Nobody else may have it open (STATUS_BUSY); both keys must open it
 * until this returns, so write the new key's slots first and drop the old ones afterwards. */
enum status sealed_rekey(const struct sealed_options *now, const struct secret *next_key,
                         uint32_t next_epoch, struct error *err) MUST_USE;

#endif
