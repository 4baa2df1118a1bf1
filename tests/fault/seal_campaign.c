/* SPDX-License-Identifier: GPL-3.0-or-later */
/* seal_campaign [--quick] [--seed N] [--runs N] [NAME...]: the evidence of security.md 1.7 with its
 * full counts, one line a test, each in a process of its own. Exit 1 unless every test that was
 * asked for ran to its end and held. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "fault/seal_tests.h"

struct options {
    bool is_quick;
    uint64_t seed;
    uint32_t runs; /* 0: of the table */
};

/* In a child: a crash is a result too. */
static bool run_test(const struct seal_test *test, const struct options *o)
{
    int ends[2];
    int result = 0;
    struct seal_run r = {.seed = o->seed,
                         .runs = o->runs > 0   ? o->runs
                                 : o->is_quick ? test->runs_quick
                                               : test->runs_full};
    int64_t before_us = clock_monotonic_us();
    if (pipe(ends) != 0) {
        return false;
    }
    (void)fflush(stdout); /* or the child would print it again */
    pid_t child = fork();
    if (child == 0) {
        (void)close(ends[0]); /* the parent's end */
        test->run(&r);
        _exit(write(ends[1], &r, sizeof r) == (ssize_t)sizeof r ? 0 : 1);
    }
    (void)close(ends[1]); /* the child's end */
    bool has_told = read(ends[0], &r, sizeof r) == (ssize_t)sizeof r;
    (void)close(ends[0]); /* was read only */
    if (child < 0 || waitpid(child, &result, 0) != child || !has_told || !WIFEXITED(result) ||
        WEXITSTATUS(result) != 0) {
        (void)snprintf(r.why, sizeof r.why, "the test died (wait status %d)", result);
        r.was_possible = true;
    }
    bool ok = seal_run_passed(&r);
    (void)printf("%-16s %7u of %7u runs  %s  %5.1f s  %s\n", test->name, r.done, r.runs,
                 ok ? "PASS" : "FAIL", (double)(clock_monotonic_us() - before_us) / 1e6,
                 r.was_possible ? r.note : "not possible here");
    if (r.why[0] != '\0') {
        (void)printf("    %s\n", r.why);
    }
    (void)fflush(stdout); /* lines come as they are ready */
    return ok;
}

int main(int argc, char **argv)
{
    struct options o = {.seed = (uint64_t)clock_monotonic_us()};
    int failed = 0;
    int asked = 0;
    int at = 1;
    for (; at < argc && strncmp(argv[at], "--", 2) == 0; at++) {
        bool has_value = at + 1 < argc;
        if (strcmp(argv[at], "--quick") == 0) {
            o.is_quick = true;
        } else if (has_value && strcmp(argv[at], "--seed") == 0) {
            o.seed = strtoull(argv[++at], NULL, 10);
        } else if (has_value && strcmp(argv[at], "--runs") == 0) {
            o.runs = (uint32_t)strtoul(argv[++at], NULL, 10);
        } else {
            (void)fprintf(stderr,
                          "usage: seal_campaign [--quick] [--seed N] [--runs N] [NAME...]\n");
            return 2;
        }
    }
    (void)printf("seed %llu\n", (unsigned long long)o.seed);
    for (const struct seal_test *test = SEAL_TESTS; test->name != NULL; test++) {
        bool is_asked = at == argc;
        for (int i = at; i < argc; i++) {
            is_asked = is_asked || strcmp(argv[i], test->name) == 0;
        }
        if (is_asked) {
            asked++;
            failed += !run_test(test, &o);
        }
    }
    for (int i = at; i < argc; i++) {
        if (seal_test_find(argv[i]) == NULL) {
            (void)printf("%-16s unknown  FAIL\n", argv[i]);
            failed++;
        }
    }
    (void)printf("%d of %d tests hold\n", asked - failed, asked);
    return failed == 0 && asked > 0 ? 0 : 1;
}
