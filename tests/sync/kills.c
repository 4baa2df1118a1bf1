/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sync/kills.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "support/folder.h"
#include "support/terminal.h"

enum { CRASH_EVERY = 12, LIFE_MAX_MS = 400 };

struct scene {
    struct centre *centre;
    struct terminal *t;
    char *state, *password;
};

static void dress(struct scene *s)
{
    s->state = clinic_state_folder(s->t->clinic);
    s->password = folder_path(s->t->clinic->folder, "password");
    file_write(s->password, clinic_password(CLINIC_ADMIN), strlen(clinic_password(CLINIC_ADMIN)));
}

static pid_t start_program(const struct scene *s)
{
    pid_t child = fork();
    if (child == 0) {
        char *argv[] = {PC_BUILDDIR "/prescripcare", "sync", "--once", "--site", s->t->clinic->site_folder, "--user",
                        (char *)(uintptr_t)clinic_login(CLINIC_ADMIN), "--password-file", s->password, NULL};
        (void)setenv("XDG_STATE_HOME", s->state, 1); /* the next line shows when it failed */
        (void)freopen("/dev/null", "w", stderr);
        (void)freopen("/dev/null", "w", stdout);
        (void)execv(argv[0], argv); /* comes back only when it fails */
        _exit(127);
    }
    return child;
}

/* How long the program lives is drawn: the kill falls where it falls. */
static void let_live(long ms)
{
    const struct itimerspec life = {.it_value = {ms / 1000, ms % 1000 * 1000000L + 1}};
    uint64_t times = 0;
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    if (timer >= 0 && timerfd_settime(timer, 0, &life, NULL) == 0) {
        (void)!read(timer, &times, sizeof times); /* cut short it only kills earlier */
    }
    (void)close(timer); /* nothing was written */
}

static void write_something(struct scene *s, int round, struct kills_result *out)
{
    char last[32];
    (void)snprintf(last, sizeof last, "Round%d", round);
    struct uid patient = clinic_add_patient(s->t->clinic, &(struct clinic_patient){.last = last});
    clinic_add_allergy(s->t->clinic, patient, "latex", "rash", REACTION_SEVERITY_MILD);
    out->written += 5;
}

static long check(struct scene *s)
{
    struct error err = ERROR_INIT;
    struct engine_verdict verdict = {0};
    long wrong = 0;
    terminal_reopen(s->t);
    terminal_sync(s->t);
    wrong += terminal_number(s->t, "SELECT count(*) FROM outbox WHERE state <> 1") != 0;
    wrong += terminal_number(s->t, "SELECT count(*) FROM outbox") != centre_number(s->centre, "SELECT count(*) FROM sync.op");
    wrong += terminal_number(s->t, "SELECT count(*) FROM user_allergies") != centre_number(s->centre, "SELECT count(*) FROM clin.user_allergies");
    wrong += engine_verify(s->t->engine, &verdict, &err) != STATUS_OK || verdict.differing != 0;
    wrong += centre_number(s->centre, "SELECT count(*) - max(seq) FROM clin.audit_logs") != 0;
    if (wrong != 0) {
        (void)fprintf(stderr, "kills: %ld claims do not hold\n", wrong);
    }
    return wrong;
}

long kills_run(struct random *random, long kills, struct kills_result *out)
{
    struct scene s = {.centre = centre_new()};
    memset(out, 0, sizeof *out);
    s.t = terminal_new(s.centre, "desk", "Eastside", 0);
    dress(&s);
    for (long i = 0; i < kills; i++) {
        bool crashes = (i + 1) % CRASH_EVERY == 0;
        write_something(&s, (int)i, out);
        pid_t child = start_program(&s);
        let_live((long)random_below(random, LIFE_MAX_MS));
        if (crashes) {
            postgres_crash();
            out->crashes++;
        } else {
            (void)kill(child, SIGKILL); /* our own child */
            out->kills++;
        }
        (void)waitpid(child, NULL, 0);
        if (crashes) {
            postgres_restart();
        }
    }
    long wrong = check(&s);
    terminal_free(s.t);
    centre_free(s.centre);
    mem_free(s.state);
    mem_free(s.password);
    return wrong;
}
