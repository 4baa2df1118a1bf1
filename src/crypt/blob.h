/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small binary files and records of keys: reading fields without ever passing the end, and
 * replacing a file so that a crash leaves the old one or the new one. Numbers are big-endian. */
#ifndef CRYPT_BLOB_H
#define CRYPT_BLOB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"

#define BLOB_FILE_MAX ((size_t)4 * 1024 * 1024)

/* Reads from borrowed bytes. After the first field that does not fit `is_bad` stays true and reads
 * give zeros. */
struct blob_reader {
    const uint8_t *at;
    size_t left;
    bool is_bad;
};

struct blob_reader blob_reader_of(const void *bytes, size_t len);
void blob_take(struct blob_reader *r, void *out, size_t len);
const uint8_t *blob_take_part(struct blob_reader *r, size_t len); /* borrowed; NULL when bad */
uint8_t blob_take_u8(struct blob_reader *r);
uint32_t blob_take_u32(struct blob_reader *r);
uint64_t blob_take_u64(struct blob_reader *r);

/* Replaces the file by way of a temporary one: written, synced, renamed, folder synced. Mode 0600.
 */
enum status blob_write_file(const char *path, const void *bytes, size_t len,
                            struct error *err) MUST_USE;

/* Puts the folder's entry for this path on the disk, after a rename or a new name. */
bool blob_sync_folder_of(const char *path);

/* An ordinary file that only its owner may touch. STATUS_NOT_FOUND, STATUS_REFUSED (group or others
 * may), STATUS_LIMIT. */
enum status blob_read_file(const char *path, struct buffer *out, struct error *err) MUST_USE;

/* Overwrites with random bytes, syncs and removes: for keys that must be gone. OK when there is no
 * such file. */
enum status blob_destroy_file(const char *path, struct error *err) MUST_USE;

#endif
