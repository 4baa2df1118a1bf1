/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/counted_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fault/unsynced.h"

static uint64_t calls, last_call;
static bool is_armed, last_is_torn, is_sticky;
static int fail_error; /* 0: the process dies */
static bool is_power;  /* it dies by losing power */

void counted_calls_arm(uint64_t n, bool is_torn)
{
    calls = 0;
    last_call = n;
    last_is_torn = is_torn;
    is_sticky = false;
    fail_error = 0;
    is_power = false;
    is_armed = true;
}

void counted_calls_fail(uint64_t n, int error, bool from_then_on)
{
    counted_calls_arm(n, true);
    is_sticky = from_then_on;
    fail_error = error;
}

void counted_calls_lose_power(uint64_t n, uint64_t seed)
{
    counted_calls_arm(n, false);
    is_power = true;
    unsynced_start(seed);
}

uint64_t counted_calls(void)
{
    return calls;
}

/* Counts; true: this one is not made. */
static bool is_last(void)
{
    return is_armed && (++calls == last_call || (is_sticky && last_call > 0 && calls > last_call));
}

static int stop(void)
{
    if (is_power) {
        unsynced_lose();
    }
    if (fail_error == 0) {
        (void)kill(getpid(), SIGKILL);
        for (;;) {
            (void)pause();
        }
    }
    errno = fail_error;
    return -1;
}

static bool is_file(int fd)
{
    struct stat st;
    return fd > 2 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

/* The names that callers were compiled with; the headers of the test give their types. */
ssize_t write(int fd, const void *bytes, size_t len)
{
    if (is_file(fd) && is_last()) {
        if (last_is_torn) {
            (void)syscall(SYS_write, fd, bytes, len / 2);
        }
        return stop();
    }
    if (is_power && is_file(fd)) {
        struct stat st;
        bool is_appending = (fcntl(fd, F_GETFL) & O_APPEND) != 0 && fstat(fd, &st) == 0;
        unsynced_note(fd, is_appending ? st.st_size : (off64_t)syscall(SYS_lseek, fd, 0, SEEK_CUR), len);
    }
    return syscall(SYS_write, fd, bytes, len);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
    if (is_last()) {
        if (last_is_torn) {
            (void)syscall(SYS_pwrite64, fd, bytes, len / 2, at);
        }
        return stop();
    }
    if (is_power) {
        unsynced_note(fd, at, len);
    }
    return syscall(SYS_pwrite64, fd, bytes, len, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
    return pwrite64(fd, bytes, len, at);
}

#define STOP_OR(call) return is_last() ? stop() : (int)(call)

static int synced(int fd, int result)
{
    if (is_power && result == 0) {
        unsynced_forget(fd);
    }
    return result;
}

int fsync(int fd)
{
    STOP_OR(synced(fd, (int)syscall(SYS_fsync, fd)));
}

int fdatasync(int fd)
{
    STOP_OR(synced(fd, (int)syscall(SYS_fdatasync, fd)));
}

int ftruncate64(int fd, off64_t len)
{
    struct stat st;
    if (is_power && fstat(fd, &st) == 0 && st.st_size > len) {
        unsynced_note_cut(fd, len, (size_t)(st.st_size - len));
    }
    STOP_OR(syscall(SYS_ftruncate, fd, len));
}

int ftruncate(int fd, off_t len)
{
    return ftruncate64(fd, len);
}

int unlink(const char *path)
{
    STOP_OR(syscall(SYS_unlink, path));
}

int rename(const char *from, const char *to)
{
    STOP_OR(syscall(SYS_rename, from, to));
}

int link(const char *from, const char *to)
{
    STOP_OR(syscall(SYS_link, from, to));
}
