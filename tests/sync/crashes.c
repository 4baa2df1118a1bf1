/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/crashes.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault/counted_calls.h"
#include "sync/stage.h"

const char *crash_kind_name(enum crash_kind kind)
{
    static const char *const names[] = {[CRASH_KILL] = "killed before a call", [CRASH_KILL_TORN] = "killed in a call",
                                        [CRASH_POWER] = "power lost at a call",
                                        [CRASH_IO_ERROR] = "one call fails", [CRASH_DISK_FULL] = "the disk is full from a call on"};
    return names[kind];
}

/* In a process of its own, because it dies. Nothing of the site is open here meanwhile: SQLite's locks are a process's. */
static bool die_at(struct stage *s, uint64_t n, enum crash_kind kind, uint64_t seed)
{
    int result = 0;
    terminal_close(s->near);
    pid_t child = fork();
    if (child == 0) {
        struct engine_report report;
        terminal_open(s->near);
        if (kind == CRASH_POWER) {
            counted_calls_lose_power(n, seed);
        } else {
            counted_calls_arm(n, kind == CRASH_KILL_TORN);
        }
        terminal_reopen(s->near);
        _exit(terminal_try(s->near, &report, NULL) == STATUS_OK ? 0 : 1);
    }
    bool died = child > 0 && waitpid(child, &result, 0) == child && WIFSIGNALED(result) && WTERMSIG(result) == SIGKILL;
    terminal_open(s->near);
    return died;
}

/* What is read of a store that failed does not matter; it is opened anew. Opening is not made to fail: no program starts then. */
static bool fail_at(struct stage *s, uint64_t n, int error, bool is_sticky)
{
    struct engine_report report;
    struct error err = ERROR_INIT;
    terminal_reopen(s->near);
    counted_calls_fail(n, error, is_sticky);
    bool failed = terminal_try(s->near, &report, &err) != STATUS_OK;
    failed = failed || counted_calls() >= n;
    counted_calls_fail(0, 0, false);
    terminal_close(s->near);
    terminal_open(s->near);
    return failed;
}

static long stop_once(struct stage *s, enum crash_kind kind, uint64_t n, uint64_t seed, struct crashes_result *out)
{
    char where[120];
    (void)snprintf(where, sizeof where, "%s: %llu (seed %llu)", crash_kind_name(kind), (unsigned long long)n, (unsigned long long)seed);
    stage_prepare(s);
    bool stopped = kind <= CRASH_POWER ? die_at(s, n, kind, seed)
                                       : fail_at(s, n, kind == CRASH_DISK_FULL ? ENOSPC : EIO, kind == CRASH_DISK_FULL);
    out->tried[kind]++;
    out->stopped[kind] += stopped;
    return stage_settle(s, where);
}

long crashes_run(struct random *random, long count, struct crashes_result *out)
{
    struct stage s;
    struct engine_report report;
    long wrong = 0;
    memset(out, 0, sizeof *out);
    stage_init(&s);
    stage_prepare(&s);
    counted_calls_arm(0, false);
    terminal_reopen(s.near);
    wrong += terminal_try(s.near, &report, NULL) != STATUS_OK;
    out->calls = counted_calls();
    wrong += stage_settle(&s, "without a fault");
    for (int kind = 0; kind < CRASH_KIND_COUNT; kind++) {
        for (uint64_t i = 1; count > 0 ? i <= (uint64_t)count : i <= out->calls; i++) {
            uint64_t n = count > 0 ? 1 + random_below(random, out->calls) : i;
            wrong += stop_once(&s, (enum crash_kind)kind, n, random_next(random), out);
        }
    }
    stage_release(&s);
    return wrong;
}
