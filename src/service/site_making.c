/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/site_making.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "service/recovery_mark.h"

#define MARK "unfinished"

/* What a site's folder may hold by the time somebody pulls the plug; anything else there is not ours. */
static const char *const FILES[] = {"site.db",   "site.db-wal", "site.db-shm", "site.db-journal", "keys",   "keys.new",   "audit.key",
                                    "audit.key.new", "site.lock",   "site.pause",  "lockout",         "lockout.new", RECOVERY_MARK_NAME};

enum status site_folder_make(const char *path, struct error *err)
{
    char *part = mem_copy_text(path);
    enum status status = STATUS_OK;
    for (char *p = part + 1; status == STATUS_OK; p++) {
        if (*p == '/' || *p == '\0') {
            char c = *p;
            *p = '\0';
            if (mkdir(part, 0700) != 0 && errno != EEXIST) {
                status = error_set(err, errno == ENOSPC ? STATUS_DISK_FULL : STATUS_IO, "%s: %s", part, strerror(errno));
            }
            *p = c;
            if (c == '\0') {
                break;
            }
        }
    }
    mem_free(part);
    return status;
}

static bool is_own_mark(int fd)
{
    char text[24] = "";
    ssize_t len = pread(fd, text, sizeof text - 1, 0);
    return len > 0 && strtol(text, NULL, 10) == (long)getpid();
}

static int open_mark(const char *folder, int flags)
{
    char *path = mem_format("%s/" MARK, folder);
    int fd = open(path, flags | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
    mem_free(path);
    return fd;
}

enum site_making site_making_look(const char *folder)
{
    enum site_making found = SITE_MAKING_LEFT_BEHIND;
    int fd = open_mark(folder, 0);
    if (fd < 0) {
        return SITE_MAKING_NONE;
    }
    if (flock(fd, LOCK_SH | LOCK_NB) != 0) {
        found = is_own_mark(fd) ? SITE_MAKING_OURS : SITE_MAKING_ELSEWHERE;
    }
    (void)close(fd); /* nothing was written; the lock, if any, goes with it */
    return found;
}

static void clear(const char *folder)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char *path = mem_format("%s/%s", folder, FILES[i]);
        (void)unlink(path); /* what stays is refused by whoever makes the file anew */
        mem_free(path);
    }
}

enum status site_making_begin(const char *folder, int *out_fd, struct error *err)
{
    char text[24];
    enum site_making before = site_making_look(folder);
    *out_fd = -1;
    if (before == SITE_MAKING_OURS) {
        return STATUS_OK;
    }
    char *db = mem_format("%s/site.db", folder);
    bool has_site = access(db, F_OK) == 0;
    mem_free(db);
    if (before == SITE_MAKING_NONE && has_site) {
        return error_set(err, STATUS_EXISTS, _("%s already holds a site. It was left as it is."), folder);
    }
    enum status status = site_folder_make(folder, err);
    if (status != STATUS_OK) {
        return status;
    }
    int fd = open_mark(folder, O_CREAT);
    if (fd < 0) {
        return error_set(err, STATUS_IO, _("%s cannot be written."), folder);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        (void)close(fd); /* nothing was written */
        return error_set(err, STATUS_BUSY, _("A site is being made in %s just now. Wait until that is done."), folder);
    }
    if (before == SITE_MAKING_LEFT_BEHIND) {
        clear(folder);
    }
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len || fsync(fd) != 0) {
        (void)close(fd); /* the failure is told */
        return error_set(err, STATUS_IO, _("%s cannot be written."), folder);
    }
    *out_fd = fd;
    return STATUS_OK;
}

void site_making_end(const char *folder, int fd, bool is_done)
{
    if (fd < 0) {
        return;
    }
    if (is_done) {
        char *path = mem_format("%s/" MARK, folder);
        (void)unlink(path); /* if it cannot be, the site is made once more rather than used half */
        mem_free(path);
    }
    (void)close(fd); /* synced when it was written */
}
