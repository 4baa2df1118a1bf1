/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `./run proof verify`: a site that holds many rows (argument, default 1,000,000) of a centre. The checksums that C makes here are
 * PostgreSQL's own, group for group; rows that were then changed, taken away or made up behind the program's back, and no
 * others, are found and put right. A line for each; what does not hold or was not run fails. */
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "support/postgres.h"
#include "support/random.h"
#include "support/terminal.h"

enum { ROWS = 1000000, SPOILT_GROUPS = 4, SPOILT_EACH = 25 };

static long say(bool holds, const char *what, const char *detail)
{
    printf("%s verify: %s (%s)\n", holds ? "PASSED" : "FAILED", what, detail);
    return !holds;
}

static struct engine_verdict verify(struct terminal *t, double *out_seconds)
{
    struct engine_verdict verdict = {0};
    struct error err = ERROR_INIT;
    int64_t began_us = clock_monotonic_us();
    if (engine_verify(t->engine, &verdict, &err) != STATUS_OK) {
        (void)fprintf(stderr, "verify: %s\n", error_text(&err));
        abort();
    }
    *out_seconds = (double)(clock_monotonic_us() - began_us) / 1e6;
    return verdict;
}

static void fill(const struct centre *centre, int rows)
{
    char *sql = mem_format("INSERT INTO clin.health_metrics (metric_id, user_id, metric_type, metric_value, recorded_at, recorded_via, ver) SELECT "
                           "gen_random_uuid(), user_id, 'weight', 60, now(), 'workstation', 1 + g %% 7 FROM clin.user_profiles CROSS JOIN "
                           "generate_series(1, %d) g WHERE last_name = 'Okafor'", rows);
    centre_run(centre, sql);
    mem_free(sql);
}

/* In one group: versions that are not the centre's, rows that are gone, rows that nobody sent. */
static void spoil(struct terminal *t, int group)
{
    char *picked = mem_format("FROM health_metrics WHERE substr(hex(metric_id), 31) = '%02X' ORDER BY metric_id", group);
    char *deeds[] = {
        mem_format("UPDATE health_metrics SET ver = ver + 3 WHERE metric_id IN (SELECT metric_id %s LIMIT %d)", picked, SPOILT_EACH),
        mem_format("DELETE FROM health_metrics WHERE metric_id IN (SELECT metric_id %s DESC LIMIT %d)", picked, SPOILT_EACH),
    };
    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        terminal_exec(t, deeds[i]);
        mem_free(deeds[i]);
    }
    for (int i = 0; i < SPOILT_EACH; i++) {
        char *sql = mem_format("INSERT INTO health_metrics (metric_id, user_id, metric_type, metric_value, recorded_at, recorded_via) SELECT "
                               "x'%028X%02X%02X', user_id, metric_type, metric_value, recorded_at, recorded_via FROM health_metrics LIMIT 1", i, i, group);
        terminal_exec(t, sql);
        mem_free(sql);
    }
    mem_free(picked);
}

static long prove(const struct centre *centre, struct terminal *t, int rows, struct random *random)
{
    char detail[160];
    double seconds = 0, mending = 0;
    long wrong = 0;
    int64_t here = terminal_number(t, "SELECT count(*) FROM health_metrics");
    (void)snprintf(detail, sizeof detail, "%lld rows here", (long long)here);
    wrong += say(here == rows && centre_number(centre, "SELECT count(*) FROM clin.health_metrics") == rows, "the snapshot is complete", detail);
    struct engine_verdict verdict = verify(t, &seconds);
    (void)snprintf(detail, sizeof detail, "%lld groups, %lld differ, %.2f s", (long long)verdict.groups, (long long)verdict.differing, seconds);
    wrong += say(verdict.groups >= 256 && verdict.differing == 0, "count and checksum of every group are the centre's", detail);
    int first = (int)random_below(random, 256 - SPOILT_GROUPS);
    for (int i = 0; i < SPOILT_GROUPS; i++) {
        spoil(t, first + i);
    }
    verdict = verify(t, &mending);
    (void)snprintf(detail, sizeof detail, "%d spoilt, %lld found in %lld groups, %.2f s", 3 * SPOILT_EACH * SPOILT_GROUPS, (long long)verdict.refetched,
                   (long long)verdict.differing, mending);
    wrong += say(verdict.differing == SPOILT_GROUPS && verdict.refetched == 3 * SPOILT_EACH * SPOILT_GROUPS, "what was spoilt here, and nothing else, is found",
                 detail);
    verdict = verify(t, &seconds);
    here = terminal_number(t, "SELECT count(*) FROM health_metrics");
    (void)snprintf(detail, sizeof detail, "%lld rows here, %lld groups differ", (long long)here, (long long)verdict.differing);
    return wrong + say(verdict.differing == 0 && here == rows, "and is put right", detail);
}

int main(int argc, char **argv)
{
    int rows = argc > 1 ? (int)strtol(argv[1], NULL, 10) : ROWS;
    struct random random = random_start("verify campaign");
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* each line when it is known */
    if (rows < 100000 || !postgres_start()) {
        (void)fprintf(stderr, "verify: FAILED: at least 100000 rows, and PostgreSQL 15 with pg_partman\n");
        return EXIT_FAILURE;
    }
    struct centre *centre = centre_new();
    struct terminal *a = terminal_new(centre, "a", "Eastside", 0);
    (void)clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    fill(centre, rows);
    struct terminal *b = terminal_new(centre, "b", "Eastside", 0);
    terminal_sync(b);
    long wrong = prove(centre, b, rows, &random);
    terminal_free(a);
    terminal_free(b);
    centre_free(centre);
    postgres_stop();
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
