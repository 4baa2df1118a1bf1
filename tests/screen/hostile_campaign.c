/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof hostile: 1,000,000 strings through every way of painting and 1,000,000 behind the door of every screen (first
 * argument: another count), a fifth of them through printers, exports and the log, then the monkey (S12). */
#include <stdio.h>
#include <stdlib.h>

#include "screen/hostile.h"
#include "service/demo.h"

enum { STRINGS = 1000000, STEPS = 20000 };

static int tell(const char *what, const struct hostile_run *run, const char *good, const struct random *r)
{
    printf("hostile: %s: %u strings in %u pictures: %s (seed %llu)\n", what, run->strings, run->frames, run->why[0] == '\0' ? good : run->why,
           (unsigned long long)r->seed);
    (void)fflush(stdout); /* what was found so far, whatever comes */
    return run->why[0] != '\0';
}

int main(int argc, char **argv)
{
    struct random r = random_start("hostile");
    struct hostile_run run;
    unsigned strings = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : STRINGS;
    unsigned steps = strings / 10 < STEPS ? strings / 10 : STEPS;
    hostile_widgets(strings, &r, &run);
    int wrong = tell("every way of painting", &run, "0 stray bytes, 0 cells outside the area", &r);
    hostile_outputs(strings / 5, &r, &run);
    wrong += tell("pages, ZPL, PDF, CSV, FHIR, AuditEvents, log", &run, "0 stray bytes, 0 foreign commands, cells or lines", &r);
    hostile_run(strings, DEMO_USERS, &r, &run);
    wrong += tell("every screen", &run, "0 stray bytes, 0 cells that the program did not put there", &r);
    printf("hostile: %u columns of the database, %u screens, %u of the strings were seen on the terminal; %u of %u openings were refused\n"
           "hostile: never on top: %s\n", run.columns, run.screens, run.seen, run.refused, run.openings,
           run.missed[0] != '\0' ? run.missed : "none");
    monkey_run(steps, &r);
    printf("hostile: the monkey's %u steps broke nothing\n", steps);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
