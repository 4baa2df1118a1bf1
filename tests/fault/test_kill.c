/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample of the kill points, by a seed that changes; ./run proof kill tries every one. */
#include <criterion/criterion.h>

#include "fault/service_kill.h"
#include "support/random.h"

enum { SAMPLE = 10 };

static void hold(enum service_deed_kind deed)
{
    struct random r = random_start("kill");
    struct service_kill *k = service_kill_new(deed);
    char why[200];
    cr_expect_geq(service_kill_calls(k), service_deed_floor(deed), "%s: only %llu calls were seen", service_deed_name(deed),
                  (unsigned long long)service_kill_calls(k));
    for (int i = 0; i < SAMPLE; i++) {
        uint64_t n = 1 + random_below(&r, service_kill_calls(k));
        bool is_torn = random_below(&r, 2) == 0;
        cr_expect(service_kill_at(k, n, is_torn, why), "%s, killed at %llu of %llu%s: %s (seed %llu)", service_deed_name(deed),
                  (unsigned long long)n, (unsigned long long)service_kill_calls(k), is_torn ? ", torn" : "", why,
                  (unsigned long long)r.seed);
    }
    service_kill_free(k);
}

Test(kill, keeps_a_dose_whole)
{
    hold(DEED_RECORD_DOSE);
}

Test(kill, keeps_an_order_whole)
{
    hold(DEED_ADD_MEDICATION);
}

Test(kill, keeps_an_import_whole)
{
    hold(DEED_IMPORT_BUNDLE);
}
