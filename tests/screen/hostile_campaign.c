/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof hostile: 1,000,000 strings through every way of painting, each of them on the terminal (first argument: another
 * count); a fifth of them through printers, exports and the log; strings through every screen until a twentieth as many different
 * ones were seen on the terminal, for which some ten times 1,000,000 are given to the screens; then the monkey (S12). */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "screen/hostile.h"
#include "screens/screens.h"
#include "service/demo.h"

enum { STRINGS = 1000000, STEPS = 20000 };

static int tell(const char *what, const struct hostile_run *run, const char *good, const struct random *r)
{
    printf("hostile: %s: %u strings in %u pictures: %s (seed %llu; %.0f s of cpu so far)\n", what, run->strings, run->frames,
           run->why[0] == '\0' ? good : run->why, (unsigned long long)r->seed, (double)clock() / CLOCKS_PER_SEC);
    (void)fflush(stdout); /* what was found so far, whatever comes */
    return run->why[0] != '\0';
}

static void tell_screens(const struct hostile_run *run)
{
    printf("hostile: %u columns of the database, %u screens; %u different strings were seen on the terminal; %u of %u openings were refused\n"
           "hostile: never on top: %s\nhostile: shown on each:", run->columns, run->screens, run->seen, run->refused, run->openings,
           run->missed[0] != '\0' ? run->missed : "none");
    for (int i = 0; WORKSTATION_SCREENS[i] != NULL; i++) {
        printf(" %s %u", WORKSTATION_SCREENS[i]->name, run->shown_on[i]);
    }
    printf("\n");
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
    hostile_run(strings / 20, DEMO_USERS, &r, &run);
    wrong += tell("every screen", &run, "0 stray bytes, 0 cells that the program did not put there", &r);
    tell_screens(&run);
    wrong += run.missed[0] != '\0'; /* a screen that nobody looked at is not proved */
    monkey_run(steps, &r);
    printf("hostile: the monkey's %u steps broke nothing\n", steps);
    return wrong == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
