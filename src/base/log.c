/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/zone.h"

#define SIZE_MAX_BYTES (1024 * 1024)
#define KEPT 3
#define LINE_BYTES 1024

/* One log a process; all sessions of a site append to the same file. */
static struct {
    char *path;
    enum log_level level;
    int fd;
} state = {.fd = -1};

static int open_file(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
}

enum status log_open(const char *path, enum log_level level)
{
    int fd = open_file(path);
    struct stat info;
    if (fd < 0) {
        return STATUS_IO;
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || fchmod(fd, 0600) != 0) {
        (void)close(fd); /* nothing was written */
        return STATUS_IO;
    }
    log_close();
    state.path = mem_copy_text(path);
    state.level = level;
    state.fd = fd;
    return STATUS_OK;
}

void log_close(void)
{
    if (state.fd >= 0) {
        (void)close(state.fd); /* a lost last line is not worth an error at the end */
    }
    mem_free(state.path);
    state.path = NULL;
    state.fd = -1;
}

static void reopen(void)
{
    int fd = open_file(state.path);
    if (fd >= 0) {
        (void)close(state.fd); /* the old file has all its lines */
        state.fd = fd;
    }
}

static bool is_same_file(void)
{
    struct stat ours, named;
    return fstat(state.fd, &ours) == 0 && stat(state.path, &named) == 0 &&
           ours.st_ino == named.st_ino && ours.st_dev == named.st_dev;
}

/* PATH.2 becomes PATH.3, PATH.1 becomes PATH.2, PATH becomes PATH.1. No memory is taken: fatal()
 * logs too. */
static void shift_files(void)
{
    char from[4096], to[4096];
    for (int i = KEPT; i > 0; i--) {
        int from_len = i > 1 ? snprintf(from, sizeof from, "%s.%d", state.path, i - 1)
                             : snprintf(from, sizeof from, "%s", state.path);
        int to_len = snprintf(to, sizeof to, "%s.%d", state.path, i);
        if (from_len < (int)sizeof from && to_len < (int)sizeof to) {
            (void)rename(from, to); /* there may be none yet */
        }
    }
}

/* Another session may have rotated already: under the lock of our file, look whether the name still
 * means it. */
static void rotate_when_full(void)
{
    struct stat info;
    if (fstat(state.fd, &info) != 0 || info.st_size < SIZE_MAX_BYTES) {
        return;
    }
    if (flock(state.fd, LOCK_EX) == 0) {
        if (is_same_file()) {
            shift_files();
        }
        (void)flock(state.fd, LOCK_UN); /* closing would do it too */
    }
    reopen();
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_ERROR:
        return "error";
    case LOG_WARNING:
        return "warning";
    case LOG_INFO:
        return "info";
    case LOG_DEBUG:
        return "debug";
    }
    return "?";
}

void log_write(enum log_level level, const char *format, ...)
{
    if (state.fd < 0 || level > state.level) {
        return;
    }
    struct clock clock = clock_system();
    char when[INSTANT_TEXT_MAX];
    char line[LINE_BYTES];
    int used = snprintf(line, sizeof line, "%s %ld %s ",
                        instant_format_utc(clock_now_us(&clock), when), (long)getpid(),
                        level_name(level));
    va_list args;
    va_start(args, format);
    int more = vsnprintf(line + used, sizeof line - (size_t)used, format, args);
    va_end(args);
    if (more < 0) {
        return;
    }
    size_t len = strlen(line);
    for (size_t i = 0; i < len; i++) { /* one line is one entry, whatever it carries */
        if (line[i] < 0x20 || line[i] > 0x7E) {
            line[i] = '?';
        }
    }
    if (len == sizeof line - 1) {
        len--;
    }
    line[len++] = '\n';
    rotate_when_full();
    ssize_t written;
    do {
        written = write(state.fd, line, len);
    } while (written < 0 && errno == EINTR);
}
