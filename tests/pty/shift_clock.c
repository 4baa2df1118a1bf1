/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pty_shift is the real program, ui/main.c and all, but for one thing: the time comes from 8 bytes that the test writes (file
 * "clock" beside the site's folder), so that a night passes in seconds. The linker puts this in the place of clock_system(). */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fatal.h"
#include "base/memory.h"

struct clock __wrap_clock_system(void);

static const volatile int64_t *shared_us;

static int64_t now_of_shared(const struct clock *clock)
{
    (void)clock; /* the one of the test */
    return *shared_us;
}

struct clock __wrap_clock_system(void)
{
    char *path = mem_format("%s/../clock", getenv("PRESCRIPCARE_SITE"));
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *bytes = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *shared_us, PROT_READ, MAP_SHARED, fd, 0);
    if (bytes == MAP_FAILED) {
        fatal("shift_clock: %s", path);
    }
    (void)close(fd); /* the mapping stays */
    mem_free(path);
    shared_us = bytes;
    return (struct clock){.now = now_of_shared};
}
