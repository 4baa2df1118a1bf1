/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/site_gate.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/memory.h"

enum { LOOK_MS = 10 };

static int open_beside(const char *db_path, const char *name)
{
    const char *slash = strrchr(db_path, '/');
    char *path = slash == NULL ? mem_copy_text(name) : mem_format("%.*s/%s", (int)(slash - db_path), db_path, name);
    int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    mem_free(path);
    return fd;
}

static void close_fd(int *fd)
{
    if (*fd >= 0) {
        (void)close(*fd); /* gives its lock back; nothing was written */
    }
    *fd = -1;
}

/* flock() knows no time limit, and a signal handler of ours would be everybody's. */
static bool lock_within(int fd, int how, int wait_ms)
{
    int64_t until_us = clock_monotonic_us() + (int64_t)wait_ms * 1000;
    while (flock(fd, how | LOCK_NB) != 0) {
        if (clock_monotonic_us() >= until_us) {
            return false;
        }
        const struct timespec look = {0, LOOK_MS * 1000000L};
        (void)nanosleep(&look, NULL); /* earlier is fine */
    }
    return true;
}

static enum status fail_busy(struct error *err)
{
    return error_set(err, STATUS_BUSY, _("The site's file is being replaced. Nothing was saved; try again in a moment."));
}

enum status site_gate_come_back(struct site_gate *gate, int wait_ms, struct error *err)
{
    if (gate->is_inside) {
        return STATUS_OK;
    }
    /* Through the pause first: so that whoever pauses sees nobody slip in behind the last who went out. */
    if (!lock_within(gate->pause_fd, LOCK_SH, wait_ms)) {
        return fail_busy(err);
    }
    gate->is_inside = lock_within(gate->lock_fd, LOCK_SH, wait_ms);
    (void)flock(gate->pause_fd, LOCK_UN); /* cannot fail on a lock that is held */
    return gate->is_inside ? STATUS_OK : fail_busy(err);
}

enum status site_gate_enter(struct site_gate *gate, const char *db_path, int wait_ms, struct error *err)
{
    *gate = (struct site_gate)SITE_GATE_INIT;
    gate->lock_fd = open_beside(db_path, "site.lock");
    gate->pause_fd = open_beside(db_path, "site.pause");
    enum status status = gate->lock_fd >= 0 && gate->pause_fd >= 0
                             ? site_gate_come_back(gate, wait_ms, err)
                             : error_set(err, STATUS_IO, _("The site's folder cannot be written."));
    if (status != STATUS_OK) {
        site_gate_release(gate);
    }
    return status;
}

void site_gate_release(struct site_gate *gate)
{
    close_fd(&gate->lock_fd);
    close_fd(&gate->pause_fd);
    gate->is_inside = gate->is_pausing = false;
}

bool site_gate_is_asked(const struct site_gate *gate)
{
    if (gate->is_pausing || gate->pause_fd < 0) {
        return false;
    }
    if (flock(gate->pause_fd, LOCK_SH | LOCK_NB) != 0) {
        return true;
    }
    (void)flock(gate->pause_fd, LOCK_UN); /* cannot fail on a lock that is held */
    return false;
}

void site_gate_leave(struct site_gate *gate)
{
    (void)flock(gate->lock_fd, LOCK_UN); /* harmless where none is held */
    gate->is_inside = false;
}

enum status site_gate_pause(struct site_gate *gate, int wait_ms, struct error *err)
{
    if (!lock_within(gate->pause_fd, LOCK_EX, wait_ms)) {
        return error_set(err, STATUS_BUSY, _("Somebody else is replacing the site's file just now. Try again in a moment."));
    }
    gate->is_pausing = true;
    site_gate_leave(gate);
    if (lock_within(gate->lock_fd, LOCK_EX, wait_ms)) {
        return STATUS_OK;
    }
    site_gate_resume(gate);
    return error_set(err, STATUS_BUSY,
                     _("A session of this site did not make room in time: something long is running in it. Nothing was changed; "
                       "try again when it has finished."));
}

void site_gate_resume(struct site_gate *gate)
{
    gate->is_inside = flock(gate->lock_fd, LOCK_SH) == 0; /* ours alone until now: it only gets weaker */
    gate->is_pausing = false;
    (void)flock(gate->pause_fd, LOCK_UN); /* cannot fail on a lock that is held */
}
