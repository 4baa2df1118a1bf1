/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What keys cost: a password at the costs of security.md 2.2, signing in at 3 passes and 128 MiB up to Home's rows (S4), and a
 * new data key while another session works: how long each step takes and how long that session stands still. First
 * argument: MB that the site's file is grown to (default 64). Beside the clock stands the cpu of this process, to which a
 * busy machine adds little. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "service/chart.h"
#include "service/demo.h"
#include "service/rekey.h"
#include "service/step_up.h"
#include "store/store_private.h"
#include "support/folder.h"

enum { ROUNDS = 5, CHANGES = 3, PATIENTS = 8, GROW_MB = 64 };

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

struct times {
    int64_t clock_us[ROUNDS], cpu_us[ROUNDS];
    int64_t clock_begun_us, cpu_begun_us;
};

static int64_t cpu_us(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0) {
        fatal("no clock of this process");
    }
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void times_begin(struct times *t)
{
    t->clock_begun_us = clock_monotonic_us();
    t->cpu_begun_us = cpu_us();
}

static void times_end(struct times *t, int round)
{
    t->clock_us[round] = clock_monotonic_us() - t->clock_begun_us;
    t->cpu_us[round] = cpu_us() - t->cpu_begun_us;
}

static void times_print(struct times *t, const char *what, const char *target)
{
    qsort(t->clock_us, ROUNDS, sizeof *t->clock_us, by_number);
    qsort(t->cpu_us, ROUNDS, sizeof *t->cpu_us, by_number);
    printf("%-36s clock: median %7.1f ms, least %7.1f ms   cpu: median %7.1f ms, least %7.1f ms%s\n", what,
           (double)t->clock_us[ROUNDS / 2] / 1e3, (double)t->clock_us[0] / 1e3, (double)t->cpu_us[ROUNDS / 2] / 1e3,
           (double)t->cpu_us[0] / 1e3, target);
}

static void bench_cost(uint32_t passes, uint32_t mib)
{
    struct times times;
    struct error err = ERROR_INIT;
    char what[40];
    for (int i = 0; i < ROUNDS; i++) {
        struct secret auth = SECRET_INIT, wrap = SECRET_INIT;
        struct password_params params = password_params_new((struct password_cost){passes, mib * 1024});
        times_begin(&times);
        must(password_derive("four teal owls at dusk", &params, &auth, &wrap, &err) == STATUS_OK, &err);
        times_end(&times, i);
        secret_release(&auth);
        secret_release(&wrap);
    }
    (void)snprintf(what, sizeof what, "password %u x %3u MiB", (unsigned)passes, (unsigned)mib); /* fits */
    times_print(&times, what, "");
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
    struct times times;
    for (int i = 0; i < ROUNDS; i++) {
        struct site *site = NULL;
        struct due_list due = {0};
        struct error err = ERROR_INIT;
        must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
        times_begin(&times);
        struct actor *actor = sign_in(site, nurse);
        must(due_list_get(actor, 4, 2, &due, &err) == STATUS_OK, &err);
        times_end(&times, i);
        due_list_release(&due);
        session_sign_out(actor, SESSION_END_SIGNED_OUT);
        site_close(site);
    }
    times_print(&times, "sign-in to Home's rows, 3 x 128 MiB", " (S4: at most 500)");
}

/* Rows that nobody reads, so that there is as much to copy as a clinic of some years has. */
static void grow(const char *folder, const char *device, const struct demo_user *admin, int mb)
{
    const struct clock clock = clock_system();
    struct site *site = NULL;
    struct error err = ERROR_INIT;
    must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
    struct actor *actor = sign_in(site, admin);
    char *sql = mem_format("CREATE TABLE IF NOT EXISTS ballast (x BLOB); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                           "WHERE i < %d) INSERT INTO ballast SELECT randomblob(3900) FROM n; PRAGMA wal_checkpoint(TRUNCATE)", mb * 256);
    if (sqlite3_exec(site->store->db.handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fatal("bench_keys: %s", sqlite3_errmsg(site->store->db.handle));
    }
    mem_free(sql);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

/* Another session: reads what Home shows again and again, until nobody holds the other end of the pipe. */
struct neighbour {
    pid_t pid;
    int stop_fd, told_fd;
};
struct told {
    int64_t longest_us, median_us;
    int reads;
};

static void work(const char *folder, const char *device, const struct demo_user *nurse, int stop_fd, int told_fd)
{
    enum { SAMPLES = 100000 };
    static int64_t us[SAMPLES];
    const struct clock clock = clock_system();
    struct told told = {0};
    struct site *site = NULL;
    struct error err = ERROR_INIT;
    struct pollfd stop = {.fd = stop_fd, .events = POLLIN};
    must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
    struct actor *actor = sign_in(site, nurse);
    must(write(told_fd, &told, sizeof told) == (ssize_t)sizeof told, &err); /* at work */
    while (poll(&stop, 1, 10) == 0 && told.reads < SAMPLES) {
        struct due_list due = {0};
        int64_t begun_us = clock_monotonic_us();
        must(due_list_get(actor, 4, 2, &due, &err) == STATUS_OK, &err);
        us[told.reads++] = clock_monotonic_us() - begun_us;
        due_list_release(&due);
    }
    qsort(us, (size_t)told.reads, sizeof *us, by_number);
    told.longest_us = us[told.reads - 1];
    told.median_us = us[told.reads / 2];
    must(write(told_fd, &told, sizeof told) == (ssize_t)sizeof told, &err);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

static struct neighbour neighbour_start(const char *folder, const char *device, const struct demo_user *nurse)
{
    int stop[2], told[2];
    struct told at_work;
    struct error err = ERROR_INIT;
    must(pipe(stop) == 0 && pipe(told) == 0, &err);
    (void)fflush(stdout); /* the child has its own copy otherwise */
    struct neighbour n = {.pid = fork(), .stop_fd = stop[1], .told_fd = told[0]};
    must(n.pid >= 0, &err);
    if (n.pid == 0) {
        (void)close(stop[1]); /* else it never ends */
        work(folder, device, nurse, stop[0], told[1]);
        _exit(0);
    }
    (void)close(stop[0]); /* the child's */
    (void)close(told[1]); /* as above */
    must(read(n.told_fd, &at_work, sizeof at_work) == (ssize_t)sizeof at_work, &err);
    return n;
}

static struct told neighbour_stop(struct neighbour n)
{
    struct told told;
    struct error err = ERROR_INIT;
    int result = 0;
    (void)close(n.stop_fd); /* this is the signal */
    must(read(n.told_fd, &told, sizeof told) == (ssize_t)sizeof told, &err);
    must(waitpid(n.pid, &result, 0) == n.pid && result == 0, &err);
    (void)close(n.told_fd); /* was read only */
    return told;
}

static int64_t reached_us[REKEY_REPLACED + 1];

static void reached(void *context, enum rekey_step step)
{
    (void)context;
    reached_us[step] = clock_monotonic_us();
}

static void bench_rekey(const char *folder, const char *device, const struct demo_user *admin, const struct demo_user *nurse)
{
    const struct clock clock = clock_system();
    struct rekey_report report = {0};
    struct site *site = NULL;
    struct error err = ERROR_INIT;
    struct neighbour neighbour = neighbour_start(folder, device, nurse);
    must(site_open(folder, device, &clock, &site, &err) == STATUS_OK, &err);
    struct actor *actor = sign_in(site, admin);
    for (int i = 0; i < CHANGES; i++) {
        step_up_count_sign_in(actor);
        int64_t begun_us = clock_monotonic_us();
        must(site_rekey(actor, reached, &report, &err) == STATUS_OK, &err);
        printf("rekey %d: everybody aside %.1f ms, slots %.1f ms, hand-over %.1f ms, copy, verify and rename %.1f ms (%.1f MB, %.0f MB/s); "
               "nobody could work for %.1f ms, all in all %.1f ms\n", i + 1, (double)(reached_us[REKEY_PAUSED] - begun_us) / 1e3,
               (double)(reached_us[REKEY_SLOTS_WRITTEN] - reached_us[REKEY_PAUSED]) / 1e3,
               (double)(reached_us[REKEY_HANDED_OVER] - reached_us[REKEY_SLOTS_WRITTEN]) / 1e3,
               (double)(reached_us[REKEY_REPLACED] - reached_us[REKEY_HANDED_OVER]) / 1e3, (double)report.bytes / 1e6,
               (double)report.bytes / (double)(reached_us[REKEY_REPLACED] - reached_us[REKEY_HANDED_OVER]),
               (double)report.paused_us / 1e3, (double)report.total_us / 1e3);
    }
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    struct told told = neighbour_stop(neighbour);
    printf("rekey: another session read Home's rows %d times meanwhile, none failed: median %.1f ms, longest %.1f ms\n", told.reads,
           (double)told.median_us / 1e3, (double)told.longest_us / 1e3);
}

int main(int argc, char **argv)
{
    int mb = argc > 1 ? (int)strtol(argv[1], NULL, 10) : GROW_MB;
    struct demo_user users[DEMO_USERS];
    struct error err = ERROR_INIT;
    const struct clock clock = clock_system();
    char *folder = folder_new(), *site = folder_path(folder, "site"), *device = folder_path(folder, "device.key");
    (void)setvbuf(stdout, NULL, _IOLBF, 0); /* what was found so far stays, whatever comes */
    (void)signal(SIGPIPE, SIG_IGN); /* a neighbour that fell is told by its result */
    must(crypt_init(&err) == STATUS_OK, &err);
    bench_cost(3, 64);
    bench_cost(3, 128);
    bench_cost(3, 256);
    must(demo_create(site, device, PATIENTS, 1, PASSWORD_COST_DEFAULT, &clock, users, &err) == STATUS_OK, &err);
    bench_sign_in(site, device, &users[1]);
    grow(site, device, &users[0], mb);
    bench_rekey(site, device, &users[0], &users[1]);
    mem_free(site);
    mem_free(device);
    folder_remove(folder);
    return 0;
}
