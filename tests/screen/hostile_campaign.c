/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof hostile: 1,000,000 strings through every screen (first argument: another count), then the monkey. */
#include <stdio.h>
#include <stdlib.h>

#include "screen/hostile.h"

enum { STRINGS = 1000000, STEPS = 100000 };

int main(int argc, char **argv)
{
    struct random r = random_start("hostile");
    struct hostile_run run;
    unsigned strings = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : STRINGS;
    hostile_run(strings, &r, &run);
    printf("hostile: %u strings in %u frames: %s (seed %llu)\n", run.strings, run.frames,
           run.why[0] == '\0' ? "0 stray bytes, every picture the same when painted afresh" : run.why, (unsigned long long)r.seed);
    monkey_run(strings / 10 < STEPS ? strings / 10 : STEPS, &r);
    printf("hostile: the monkey's %u steps broke nothing\n", strings / 10 < STEPS ? strings / 10 : STEPS);
    return run.why[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
