/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/disk_reserve.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"

#define RESERVE_BYTES (INT64_C(16) << 20)
#define LEAST_BYTES (INT64_C(4) << 20) /* what the sealed file may need at any moment */

static char *path_of(const char *folder)
{
    return mem_format("%s/disk.reserve", folder);
}

/* INT64_MAX: the system does not tell. */
static int64_t bytes_left(const char *folder)
{
    struct statvfs fs;
    if (statvfs(folder, &fs) != 0 || fs.f_blocks == 0) {
        return INT64_MAX;
    }
    double left = (double)fs.f_bavail * (double)fs.f_frsize;
    return left < (double)INT64_MAX ? (int64_t)left : INT64_MAX;
}

static int64_t size_of(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISREG(st.st_mode) ? (int64_t)st.st_size : 0;
}

enum disk_room disk_reserve_look(const char *folder)
{
    int64_t left = bytes_left(folder);
    if (left >= RESERVE_BYTES + LEAST_BYTES) {
        return DISK_ROOM_ENOUGH;
    }
    char *path = path_of(folder);
    bool is_kept = size_of(path) > 0;
    if (is_kept && left < LEAST_BYTES) {
        int fd = open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
        if (fd >= 0 && ftruncate(fd, 0) == 0) {
            is_kept = false;
            log_write(LOG_WARNING, "the disk is full: the reserve is given up");
        }
        if (fd >= 0) {
            (void)close(fd); /* nothing was written */
        }
    }
    mem_free(path);
    return is_kept ? DISK_ROOM_ENOUGH : DISK_ROOM_RESERVE;
}

void disk_reserve_keep(const char *folder)
{
    char *path = path_of(folder);
    if (size_of(path) < RESERVE_BYTES && bytes_left(folder) >= 2 * RESERVE_BYTES + LEAST_BYTES) {
        int fd = open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
        if (fd >= 0 && fallocate(fd, 0, 0, RESERVE_BYTES) != 0) { /* a file system that cannot: what it says of its room is all there is */
            (void)unlink(path);
        }
        if (fd >= 0) {
            (void)close(fd); /* nothing was written */
        }
    }
    mem_free(path);
}
