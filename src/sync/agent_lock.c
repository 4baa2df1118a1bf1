/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/agent_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"

enum { PAUSE_MS = 50 };

enum status agent_lock_take(const char *folder, int wait_ms, int *out_fd, struct error *err)
{
    char *path = mem_format("%s/agent.lock", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    mem_free(path);
    if (fd < 0) {
        return error_set(err, STATUS_IO, _("The file agent.lock in the site's folder cannot be opened: %s."), strerror(errno));
    }
    for (int waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += PAUSE_MS) {
        if (errno != EWOULDBLOCK || waited >= wait_ms) {
            (void)close(fd); /* nothing was written */
            return error_set(err, STATUS_BUSY, _("The sync agent of this site is at work already."));
        }
        const struct timespec pause = {0, PAUSE_MS * 1000000L};
        (void)nanosleep(&pause, NULL); /* a shorter pause asks sooner */
    }
    *out_fd = fd;
    return STATUS_OK;
}

void agent_lock_give(int fd)
{
    if (fd >= 0) {
        (void)close(fd); /* gives the lock up */
    }
}
