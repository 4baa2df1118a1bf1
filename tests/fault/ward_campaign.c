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
    printf("ward: %llu steps; %llu orders, %llu changes; %llu doses recorded, %llu refused, %llu taken back, %llu times seen double; "
           "%llu planned doses and %llu records looked at\n",
           (unsigned long long)report.steps, (unsigned long long)report.orders, (unsigned long long)report.changes,
           (unsigned long long)report.recorded, (unsigned long long)report.refused, (unsigned long long)report.taken_back,
           (unsigned long long)report.doubled, (unsigned long long)report.slots_checked, (unsigned long long)report.events_reread);
    printf("ward: %s (seed %llu)\n", report.why[0] == '\0' ? "no dose lost, none twice, nothing changed" : report.why,
           (unsigned long long)seed);
    return report.why[0] == '\0' ? EXIT_SUCCESS : EXIT_FAILURE;
}
