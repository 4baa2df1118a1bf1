/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of the sealed file layer: the open file and what its two kinds share. Only sealed_*.c
 * include it. */
#ifndef STORE_SEALED_FILE_H
#define STORE_SEALED_FILE_H

#include <sqlite3.h>

#include "store/sealed_keys.h"
#include "store/sealed_page.h"

#define SEALED_SCRATCH_BYTES ((size_t)3 * SEALED_PAGE_BYTES) /* two frames */
#define SEALED_READ_TRIES 4

struct sealed_vfs {
    sqlite3_vfs vfs; /* first: SQLite sees only this */
    sqlite3_vfs *base;
    struct sealed_keys keys;
    unsigned open_files;
};

struct sealed_file {
    sqlite3_file file; /* first */
    struct sealed_vfs *owner;
    struct sealed_file *main; /* of a WAL: its database; of a database: itself */
    const char *path;         /* SQLite's, lives as long as the file is open */
    bool has_codec; /* the file id is known; a new file has none until its first page is written */
    struct sealed_codec codec;
    uint8_t *scratch;   /* what goes to or comes from the disk */
    uint8_t *frame;     /* WAL: the frame read last, in clear */
    int64_t frame_at;   /* WAL: its offset while it was the previous operation, else -1 */
    int64_t pending_at; /* WAL: offset of a frame header that waits for its page, else -1 */
    uint8_t pending[SEALED_FRAME_HEADER_BYTES];
    sqlite3_file *real;
};

extern const sqlite3_io_methods SEALED_MAIN_METHODS;
extern const sqlite3_io_methods SEALED_WAL_METHODS;

/* Reads a file id that is on the disk, or SQLITE_OK with has_codec still false for an empty file.
 */
int sealed_main_load_codec(struct sealed_file *f);
int sealed_wal_flush(struct sealed_file *f);

/* Same for both kinds. */
int sealed_file_close(sqlite3_file *file);
int sealed_file_sync(sqlite3_file *file, int flags);
int sealed_file_characteristics(sqlite3_file *file);
int sealed_file_sector_size(sqlite3_file *file);

/* The installed layer, NULL before sealed_vfs_install(). */
struct sealed_vfs *sealed_layer(void);

/* The name under which SQLite asks for the file. The caller frees; NULL when it cannot be made. */
char *sealed_full_path(struct sealed_vfs *v, const char *path);

/* Why this file does not open with its key; SEALED_REFUSAL_NONE if it does. Changes nothing. */
int sealed_check_key(struct sealed_file *f, enum sealed_refusal *out);

#endif
