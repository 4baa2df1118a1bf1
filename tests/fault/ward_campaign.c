/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof ward: 100,000 random steps of a ward's work, or as many as WARD_STEPS says. */
#include <stdio.h>
#include <stdlib.h>

#include "fault/ward_steps.h"
#include "support/random.h"

int main(void)
{
    struct ward_steps_report report;
    const char *steps = getenv("WARD_STEPS");
    uint64_t seed = random_start("ward").seed;
    ward_steps_run(seed, steps != NULL ? strtoull(steps, NULL, 10) : 100000, &report);
    const struct {
        const char *what;
        uint64_t count;
    } counts[] = {{"steps", report.steps}, {"pairs of devices", report.wards}, {"orders", report.orders}, {"changed", report.changes},
                  {"held, resumed or stopped", report.turns}, {"doses recorded", report.recorded}, {"refused", report.refused},
                  {"missed by the sweep", report.missed}, {"taken back", report.taken_back}, {"of these corrected", report.corrected},
                  {"times seen double", report.doubled}, {"changes of the zone", report.zones}, {"clocks set apart", report.clocks},
                  {"exchanges", report.exchanges}, {"planned doses looked at", report.slots_checked}, {"totals of 24 hours", report.totals},
                  {"records read again", report.events_reread}};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        printf("ward: %10llu %s\n", (unsigned long long)counts[i].count, counts[i].what);
    }
    printf("ward: %s (seed %llu)\n", report.why[0] == '\0' ? "no dose lost, none twice, nothing changed" : report.why,
           (unsigned long long)seed);
    return report.why[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
