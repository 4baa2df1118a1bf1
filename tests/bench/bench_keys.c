/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys cost: a password at the costs of security.md 2.2, signing in at 3 passes and 128 MiB up to Home's rows (S4), and a
 * new data key while the site is open. First argument: patients of the demo clinic (default 200). */
#include <stdio.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "service/chart.h"
#include "service/demo.h"
#include "service/rekey.h"
#include "service/step_up.h"
#include "support/folder.h"

enum { ROUNDS = 5, PATIENTS = 200 };

static void must(bool ok, const struct error *err)
{
    if (!ok) {
        fatal("bench_keys: %s", error_text(err));
    }
}

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_ms(int64_t us[ROUNDS])
{
    qsort(us, ROUNDS, sizeof *us, by_number);
    return (double)us[ROUNDS / 2] / 1000.0;
}

static void bench_cost(uint32_t passes, uint32_t mib)
{
    int64_t us[ROUNDS];
    struct error err = ERROR_INIT;
    for (int i = 0; i < ROUNDS; i++) {
        struct secret auth = SECRET_INIT, wrap = SECRET_INIT;
        struct password_params params = password_params_new((struct password_cost){passes, mib * 1024});
        int64_t begun_us = clock_monotonic_us();
        must(password_derive("four teal owls at dusk", &params, &auth, &wrap, &err) == STATUS_OK, &err);
        us[i] = clock_monotonic_us() - begun_us;
        secret_release(&auth);
        secret_release(&wrap);
    }
    printf("password %u x %3u MiB            %8.1f ms\n", (unsigned)passes, (unsigned)mib, median_ms(us));
}

static struct actor *sign_in(struct site *site, const struct demo_user *who)
{
    struct actor *actor = NULL;
    struct error err = ERROR_INIT;
    must(session_sign_in(site, who->login, who->password, &actor, &err) == STATUS_OK, &err);
    return actor;
}

/* From the password to the rows that Home shows, in a process that has opened nothing yet. */
static void bench_sign_in(const char *folder, const char *device, const struct demo_user *nurse)
{
    const struct clock clock = clock_system();
    int64_t us[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        struct site *site = NULL;
        struct due_list due = {0};
        struct error err = ERROR_INIT;
        must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
        int64_t begun_us = clock_monotonic_us();
        struct actor *actor = sign_in(site, nurse);
        must(due_list_get(actor, 4, 2, &due, &err) == STATUS_OK, &err);
        us[i] = clock_monotonic_us() - begun_us;
        due_list_release(&due);
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        site_close(site);
    }
    printf("sign-in to Home's rows, 3 x 128 MiB %8.1f ms (S4: at most 500)\n", median_ms(us));
}

static void bench_rekey(const char *folder, const char *device, const struct demo_user *admin)
{
    const struct clock clock = clock_system();
    int64_t us[ROUNDS];
    struct rekey_report report = {0};
    struct site *site = NULL;
    struct error err = ERROR_INIT;
    must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
    struct actor *actor = sign_in(site, admin);
    for (int i = 0; i < ROUNDS; i++) {
        step_up_count_sign_in(actor);
        must(site_rekey(actor, NULL, &report, &err) == STATUS_OK, &err);
        us[i] = report.paused_us;
    }
    double ms = median_ms(us);
    printf("rekey: nobody could work for      %8.1f ms, %.1f MB, %.0f MB/s\n", ms, (double)report.bytes / 1e6,
           (double)report.bytes / 1e3 / ms);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

int main(int argc, char **argv)
{
    int patients = argc > 1 ? (int)strtol(argv[1], NULL, 10) : PATIENTS;
    struct demo_user users[DEMO_USERS];
    struct error err = ERROR_INIT;
    const struct clock clock = clock_system();
    char *folder = folder_new(), *site = folder_path(folder, "site"), *device = folder_path(folder, "device.key");
    must(crypt_init(&err) == STATUS_OK, &err);
    bench_cost(3, 64);
    bench_cost(3, 128);
    bench_cost(3, 256);
    must(demo_create(site, device, patients, 1, PASSWORD_COST_DEFAULT, &clock, users, &err) == STATUS_OK, &err);
    bench_sign_in(site, device, &users[1]);
    bench_rekey(site, device, &users[0]);
    mem_free(site);
    mem_free(device);
    folder_remove(folder);
    return 0;
}
