/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/opened_pages.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

enum { PAGE_BYTES = 4096, FRAME_BYTES = 24 + PAGE_BYTES, LOG_HEAD_BYTES = 32 };

static sqlite3_file *file_of(struct store *store, int which)
{
    sqlite3_file *file = NULL;
    if (sqlite3_file_control(store->db.handle, "main", which, &file) != SQLITE_OK || file == NULL) {
        abort();
    }
    return file;
}

static int count(sqlite3_file *file, int from, int step, const char *marker, int *out_read)
{
    unsigned char bytes[FRAME_BYTES];
    sqlite3_int64 size = 0;
    int found = 0;
    if (file->pMethods == NULL) { /* there is no log yet */
        return 0;
    }
    if (file->pMethods->xFileSize(file, &size) != SQLITE_OK) {
        abort();
    }
    for (sqlite3_int64 at = from; at + step <= size; at += step) {
        if (file->pMethods->xRead(file, bytes, step, at) == SQLITE_OK) {
            (*out_read)++;
            found += memmem(bytes, (size_t)step, marker, strlen(marker)) != NULL;
        }
    }
    return found;
}

struct opened_pages opened_pages_with(struct store *store, const char *marker)
{
    struct opened_pages pages = {0};
    int read = 0;
    pages.in_file = count(file_of(store, SQLITE_FCNTL_FILE_POINTER), 0, PAGE_BYTES, marker, &read);
    pages.in_log = count(file_of(store, SQLITE_FCNTL_JOURNAL_POINTER), LOG_HEAD_BYTES, FRAME_BYTES, marker, &pages.frames);
    if (read == 0 && pages.frames == 0) {
        abort(); /* nothing could be opened: nothing is proved */
    }
    return pages;
}
