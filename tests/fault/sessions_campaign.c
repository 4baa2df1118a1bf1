/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof sessions: 30 processes on one cache, five of them writing, some killed. */
#include <stdio.h>
#include <stdlib.h>

#include "fault/sessions.h"
#include "support/random.h"

static void print(const char *what, const struct sessions_times *times)
{
    printf("sessions: %-7s %7llu  p50 %.1f ms  p99 %.1f ms  worst %.1f ms\n", what, (unsigned long long)times->count,
           sessions_time_ms(times, 0.5), sessions_time_ms(times, 0.99), sessions_time_ms(times, 1));
}

int main(void)
{
    static struct sessions_report report;
    struct sessions_options options = {.processes = 30, .writers = 5, .deeds = 300, .kills = 20,
                                       .seed = random_start("sessions").seed};
    sessions_run(&options, &report);
    print("reads", &report.reads);
    print("writes", &report.writes);
    printf("sessions: %d processes, %d writing, %llu killed; %llu times somebody else was first; %llu audit records; "
           "a reading session holds %.1f MB (%.1f MB of its own share)\n",
           options.processes, options.writers, (unsigned long long)report.killed, (unsigned long long)report.stale,
           (unsigned long long)report.records, (double)report.rss_kib / 1024, (double)report.pss_kib / 1024);
    printf("sessions: %s (seed %llu)\n", report.why[0] == '\0' ? "nothing lost" : report.why, (unsigned long long)options.seed);
    return report.why[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
