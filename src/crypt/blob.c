/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crypt/blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "crypt/random.h"

struct blob_reader blob_reader_of(const void *bytes, size_t len)
{
    return (struct blob_reader){bytes, len, false};
}

const uint8_t *blob_take_part(struct blob_reader *r, size_t len)
{
    if (r->is_bad || r->left < len) {
        r->is_bad = true;
        return NULL;
    }
    const uint8_t *part = r->at;
    r->at += len;
    r->left -= len;
    return part;
}

void blob_take(struct blob_reader *r, void *out, size_t len)
{
    const uint8_t *part = blob_take_part(r, len);
    if (part != NULL) {
        memcpy(out, part, len);
    } else {
        memset(out, 0, len);
    }
}

static uint64_t take_number(struct blob_reader *r, size_t len)
{
    uint8_t bytes[8];
    uint64_t value = 0;
    blob_take(r, bytes, len);
    for (size_t i = 0; i < len; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

uint8_t blob_take_u8(struct blob_reader *r)
{
    return (uint8_t)take_number(r, 1);
}

uint32_t blob_take_u32(struct blob_reader *r)
{
    return (uint32_t)take_number(r, 4);
}

uint64_t blob_take_u64(struct blob_reader *r)
{
    return take_number(r, 8);
}

static bool write_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, bytes, len);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

bool blob_sync_folder_of(const char *path)
{
    char *folder = mem_copy_text(path);
    char *slash = strrchr(folder, '/');
    if (slash != NULL) {
        slash[slash == folder ? 1 : 0] = '\0';
    }
    int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    mem_free(folder);
    if (fd < 0) {
        return false;
    }
    bool ok = fsync(fd) == 0;
    return close(fd) == 0 && ok;
}

static enum status fail(struct error *err, int number)
{
    return number == ENOSPC || number == EDQUOT
               ? error_set(err, STATUS_DISK_FULL,
                           _("The disk is full: the key file was not changed."))
               : error_set(err, STATUS_IO,
                           _("The system did not take the key file. The old one is unchanged."));
}

enum status blob_write_file(const char *path, const void *bytes, size_t len, struct error *err)
{
    char *fresh = mem_format("%s.new", path);
    (void)unlink(fresh); /* what an interrupted attempt left */
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    enum status status = fd >= 0 ? STATUS_OK : fail(err, errno);
    if (status == STATUS_OK && (!write_all(fd, bytes, len) || fsync(fd) != 0)) {
        status = fail(err, errno);
    }
    if (fd >= 0 && close(fd) != 0 && status == STATUS_OK) {
        status = fail(err, errno);
    }
    if (status == STATUS_OK && (rename(fresh, path) != 0 || !blob_sync_folder_of(path))) {
        status = fail(err, errno);
    }
    if (status != STATUS_OK) {
        (void)unlink(fresh); /* may not be there */
    }
    mem_free(fresh);
    return status;
}

enum status blob_read_file(const char *path, struct buffer *out, struct error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? error_set(err, STATUS_NOT_FOUND, _("There is no key file here."))
               : errno == ELOOP
                   ? error_set(err, STATUS_REFUSED, _("A key file must not be a link."))
                   : error_set(err, STATUS_IO,
                               _("The system did not let the program read the key file."));
    }
    enum status status = STATUS_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077) != 0 ||
        (st.st_uid != geteuid() && st.st_uid != 0)) {
        status = error_set(err, STATUS_REFUSED,
                           _("A key file must belong to its owner alone (mode 0600)."));
    } else if ((uint64_t)st.st_size > BLOB_FILE_MAX) {
        status = error_set(err, STATUS_LIMIT, _("The key file is too large to be one."));
    }
    for (size_t left = status == STATUS_OK ? (size_t)st.st_size : 0; left > 0;) {
        uint8_t part[4096];
        ssize_t n = read(fd, part, left < sizeof part ? left : sizeof part);
        if (n <= 0) {
            status = error_set(err, STATUS_IO,
                               _("The system did not let the program read the key file."));
            break;
        }
        buffer_append(out, part, (size_t)n);
        mem_wipe(part, sizeof part);
        left -= (size_t)n;
    }
    (void)close(fd); /* was read only */
    return status;
}

enum status blob_destroy_file(const char *path, struct error *err)
{
    struct stat st;
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT
                   ? STATUS_OK
                   : error_set(err, STATUS_IO, _("The key file could not be destroyed."));
    }
    bool ok = fstat(fd, &st) == 0;
    for (off_t done = 0; ok && done < st.st_size;) {
        uint8_t noise[4096];
        off_t left = st.st_size - done;
        size_t len = left < (off_t)sizeof noise ? (size_t)left : sizeof noise;
        random_fill(noise, len);
        ok = write_all(fd, noise, len);
        done += (off_t)len;
    }
    ok = fsync(fd) == 0 && ok;
    ok = close(fd) == 0 && ok;
    ok = unlink(path) == 0 && ok; /* removed even when the overwriting failed */
    ok = blob_sync_folder_of(path) && ok;
    return ok ? STATUS_OK : error_set(err, STATUS_IO, _("The key file could not be destroyed."));
}
