/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Screens do not know of the network: the real program on a pseudo-terminal, its site joined, while the centre is stopped, hangs,
 * drops every packet, or falls silent in the middle of an exchange. One wait for the network lasts 5 seconds at least (the
 * limit of a connection); the keys are compared with those of a site that has no centre, in the same run. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "support/folder.h"
#include "support/proxy.h"
#include "support/pty.h"
#include "support/terminal.h"
#include "sync/sync_test.h"

enum { FACTOR = 4, SLACK_MS = 2000, AGENT_MS = 30000, FAR_PATIENTS = 20, PULL_STOPS_AFTER = 9000 };

static struct pty *start_program(const struct clinic *clinic, const char *state)
{
    char *site = mem_format("PRESCRIPCARE_SITE=%s", clinic->site_folder), *keys = mem_format("XDG_STATE_HOME=%s", state),
         *home = mem_format("HOME=%s", clinic->folder);
    const struct pty_options options = {.arguments = {"prescripcare"}, .environment = {site, keys, home}};
    struct pty *p = pty_start(&options);
    pty_expect(p, "Sign-in name");
    pty_type(p, clinic_login(CLINIC_NURSE));
    pty_expect(p, clinic_login(CLINIC_NURSE));
    pty_press(p, "Down");
    pty_type(p, clinic_password(CLINIC_NURSE));
    pty_expect(p, "*******");
    pty_press(p, "End");
    pty_press(p, "Enter");
    pty_expect(p, "Find or scan");
    mem_free(site);
    mem_free(keys);
    mem_free(home);
    return p;
}

struct worst {
    int64_t us;
    const char *key;
};

static void time_key(struct pty *p, const char *key, const char *seen, const char *gone, struct worst *worst)
{
    int64_t began_us = clock_monotonic_us();
    if (strlen(key) == 1) {
        pty_type(p, key);
    } else {
        pty_press(p, key);
    }
    if (seen != NULL) {
        pty_expect(p, seen);
    }
    if (gone != NULL) {
        pty_expect_gone(p, gone);
    }
    int64_t us = clock_monotonic_us() - began_us;
    if (us > worst->us) {
        *worst = (struct worst){us, key};
    }
}

/* Finds Grace by typing, opens her chart, which is written to the audit before it is shown, looks at a tab of it, goes home. */
static struct worst round_of_keys(struct pty *p)
{
    struct worst worst = {0, ""};
    time_key(p, "o", NULL, NULL, &worst);
    time_key(p, "k", "ok", NULL, &worst);
    time_key(p, "a", "oka", NULL, &worst);
    time_key(p, "f", "okaf", NULL, &worst);
    pty_expect(p, "OKAFOR, Grace");
    pty_press(p, "End"); /* a person's Enter and not a scanner's */
    time_key(p, "Enter", "[Meds]", NULL, &worst);
    time_key(p, "Right", "[Doses]", NULL, &worst);
    time_key(p, "Left", "[Meds]", NULL, &worst);
    time_key(p, "Esc", NULL, "[Meds]", &worst);
    return worst;
}

static void wait_for_agent(struct proxy *proxy, const char *mode)
{
    int64_t until_us = clock_monotonic_us() + AGENT_MS * INT64_C(1000);
    while (!proxy_keeps_waiting(proxy)) {
        cr_assert_lt(clock_monotonic_us(), until_us, "%s: the agent does not try", mode);
        (void)poll(NULL, 0, 10); /* looks again */
    }
}

/* The agent outlives its sessions: it and its guard are ended by their numbers. */
static void end_agent(const struct clinic *clinic)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ucred agent = {0};
    socklen_t len = sizeof agent;
    char path[64], line[512];
    int guard = 0, fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%s/agent.sock", clinic->site_folder);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &agent, &len) == 0 && agent.pid > 1) {
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)agent.pid);
        FILE *file = fopen(path, "re");
        if (file != NULL && fgets(line, sizeof line, file) != NULL && strrchr(line, ')') != NULL) {
            guard = (int)strtol(strrchr(line, ')') + 4, NULL, 10);
        }
        if (file != NULL) {
            (void)fclose(file); /* it was only read */
        }
        if (guard > 1) {
            (void)kill(guard, SIGKILL); /* else it starts another */
        }
        (void)kill(agent.pid, SIGKILL);
    }
    (void)close(fd); /* nothing was sent */
}

Test(offline, no_key_waits_for_a_centre_that_is_stopped_hangs_or_drops_everything)
{
    NEEDS_POSTGRES();
    struct centre *centre = centre_new();
    struct proxy *proxy = proxy_new(postgres_port());
    struct terminal *t = terminal_new(centre, "desk", "Eastside", proxy_port(proxy)), *far = terminal_new(centre, "far", "Eastside", 0);
    clinic_add_patient(t->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
    terminal_sync(t);
    terminal_sync(far);
    engine_close(t->engine); /* the program's own agent takes over */
    t->engine = NULL;
    struct clinic *alone = clinic_new();
    clinic_hire(alone, CLINIC_NURSE);
    clinic_add_patient(alone, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
    char *alone_state = clinic_state_folder(alone), *state = clinic_state_folder(t->clinic);
    struct pty *p = start_program(alone, alone_state);
    struct worst base = round_of_keys(p);
    struct worst again = round_of_keys(p);
    base = again.us > base.us ? again : base;
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);

    p = start_program(t->clinic, state);
    (void)round_of_keys(p);
    static const struct {
        const char *name;
        enum proxy_mode mode;
    } MODES[] = {{"silent in the middle of an exchange", PROXY_CARRIES}, {"stopped", PROXY_REFUSES}, {"hangs", PROXY_HANGS}, {"drops everything", PROXY_DROPS}};
    for (size_t i = 0; i < sizeof MODES / sizeof *MODES; i++) {
        proxy_set_mode(proxy, MODES[i].mode);
        if (MODES[i].mode == PROXY_CARRIES) {
            proxy_hang_after(proxy, PROXY_TO_TERMINAL, PULL_STOPS_AFTER);
            for (int n = 0; n < FAR_PATIENTS; n++) {
                (void)clinic_add_patient(far->clinic, &(struct clinic_patient){.last = "Mensah"});
            }
            terminal_sync(far);
        }
        if (MODES[i].mode != PROXY_REFUSES) {
            wait_for_agent(proxy, MODES[i].name);
        }
        struct worst here = round_of_keys(p);
        printf("[----] slowest key, centre %s: %.1f ms (%s); without a centre: %.1f ms (%s)\n", MODES[i].name, (double)here.us / 1000, here.key,
               (double)base.us / 1000, base.key);
        cr_expect_lt(here.us, base.us * FACTOR + SLACK_MS * INT64_C(1000), "centre %s: %s took %lld us", MODES[i].name, here.key, (long long)here.us);
    }
    pty_press(p, "Ctrl-Q");
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    end_agent(t->clinic);
    mem_free(state);
    mem_free(alone_state);
    clinic_free(alone);
    terminal_free(t);
    terminal_free(far);
    proxy_free(proxy);
    centre_free(centre);
}
