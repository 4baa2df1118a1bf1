/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ./run proof kill: kill -9 at every write and sync of every deed, before it and in its middle. */
#include <stdio.h>
#include <stdlib.h>

#include "fault/service_kill.h"

int main(void)
{
    int failures = 0;
    for (enum service_deed_kind deed = 0; deed < DEED_COUNT; deed++) {
        struct service_kill *k = service_kill_new(deed);
        char why[200];
        int runs = 0, failed = 0;
        for (uint64_t n = 1; n <= service_kill_calls(k); n++) {
            for (int torn = 0; torn < 2; torn++, runs++) {
                if (!service_kill_at(k, n, torn != 0, why)) {
                    printf("%s, killed at call %llu%s: %s\n", service_deed_name(deed), (unsigned long long)n, torn ? ", torn" : "",
                           why);
                    failed++;
                }
            }
        }
        bool is_blind = service_kill_calls(k) < service_deed_floor(deed);
        printf("kill: %-20s %5llu writes and syncs (at least %llu expected), %6d kills, %d failed%s\n", service_deed_name(deed),
               (unsigned long long)service_kill_calls(k), (unsigned long long)service_deed_floor(deed), runs, failed,
               is_blind ? ", TOO FEW CALLS SEEN" : "");
        failures += failed + is_blind;
        service_kill_free(k);
    }
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
