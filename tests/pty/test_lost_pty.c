/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/memory.h"
#include "pty/demo_site.h"
#include "pty/lost.h"
#include "store/audit_store.h"
#include "support/folder.h"

/* A few screens, others at each run; all of them: ./run proof lost. */
Test(lost_pty, nothing_is_lost_with_the_line)
{
    struct random r = random_start("lost");
    struct lost_run run;
    lost_run(8, &r, &run);
    cr_expect_eq(run.wrong, 0, "seed %llu:\n%s", (unsigned long long)r.seed, run.why);
    cr_expect_gt(run.ends, 2, "%d ends", run.ends);
    cr_expect_str_empty(run.missed, "seed %llu: not opened: %s", (unsigned long long)r.seed, run.missed);
}

/* ---- the program itself, on the screens that lost.c has no way to ------------------------------------------------------ */

#define LIMIT_US (2 * INT64_C(1000000))

static void expect_gone(struct pty *p, bool is_cut, const char *where)
{
    int64_t begun_us = clock_monotonic_us();
    if (is_cut) {
        pty_hang_up(p);
    } else {
        pty_signal(p, SIGHUP);
    }
    cr_expect_eq(pty_wait_end(p), 0, "%s", where);
    cr_expect_leq(clock_monotonic_us() - begun_us, LIMIT_US, "%s: gone after %lld us", where, (long long)(clock_monotonic_us() - begun_us));
    pty_free(p);
}

static bool is_below(const char *home, const char *place)
{
    struct stat what;
    char *path = folder_path(home, place);
    bool is = stat(path, &what) == 0;
    mem_free(path);
    return is;
}

/* Nobody is signed in, and there is no site yet: the first screen, the form of a new clinic, and a demo that is half made. */
Test(lost_pty, nothing_is_left_behind_before_there_is_a_site)
{
    static const struct {
        const char *where, *steps[2], *shows, *typed;
    } CASES[] = {
        {"welcome", {NULL}, "Welcome to PrescripCare", NULL},
        {"setup", {"Down", "Enter"}, "A clinic on this computer", "Ward Two"},
        {"demo being made", {"Enter"}, "Esc stops it", NULL},
    };
    for (size_t i = 0; i < 2 * sizeof CASES / sizeof *CASES; i++) {
        size_t at = i / 2;
        char *home = folder_new(), *variable = mem_format("HOME=%s", home);
        struct pty *p = pty_start(&(struct pty_options){.arguments = {"prescripcare"}, .environment = {variable}});
        pty_expect(p, "Welcome to PrescripCare");
        for (int k = 0; k < 2 && CASES[at].steps[k] != NULL; k++) {
            pty_press(p, CASES[at].steps[k]);
        }
        pty_expect(p, CASES[at].shows);
        if (CASES[at].typed != NULL) {
            demo_site_type(p, CASES[at].typed);
        }
        expect_gone(p, i % 2 == 0, CASES[at].where);
        cr_expect_not(is_below(home, ".local/share/prescripcare/site"), "%s: a site is left", CASES[at].where);
        cr_expect_not(is_below(home, ".local/share/prescripcare/demo"), "%s: half a demo is left", CASES[at].where);
        mem_free(variable);
        folder_remove(home);
    }
}

Test(lost_pty, a_half_typed_sign_in_opens_and_keeps_nothing)
{
    static const char SESSIONS[] = "SELECT count(*) FROM session_management";
    struct demo_site *demo = demo_site_new();
    struct actor *actor = demo_site_look(demo);
    int64_t before = demo_site_count(actor, SESSIONS);
    demo_site_look_away(actor);
    struct pty *p = demo_site_start(demo, NULL, 0, 0, NULL);
    pty_expect(p, "Sign-in name");
    demo_site_type(p, "nurse");
    pty_press(p, "Down");
    pty_type(p, "half a pass");
    pty_expect(p, "*******");
    expect_gone(p, true, "sign_in");
    actor = demo_site_look(demo);
    cr_expect_eq(demo_site_count(actor, SESSIONS), before + 1, "only our own look");
    cr_expect_eq(demo_site_count(actor, "SELECT count(*) FROM drafts"), 0);
    demo_site_look_away(actor);
    demo_site_free(demo);
}

/* Over an order that is not saved, asking what the prescriber decides: nothing is ordered, and the line comes back. */
Test(lost_pty, an_order_before_its_findings_are_decided_comes_back)
{
    static const char ORDERS[] = "SELECT count(*) FROM order_versions WHERE drug_text LIKE 'simvastatin%'";
    struct error err = ERROR_INIT;
    struct audit_report report;
    struct demo_site *demo = demo_site_new();
    struct actor *actor = demo_site_look(demo);
    int64_t before = demo_site_count(actor, ORDERS);
    demo_site_look_away(actor);
    struct pty *p = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(p, ROLE_PRESCRIBER);
    demo_site_open_chart(p);
    pty_press(p, "F5");
    pty_expect(p, "New medication");
    demo_site_type(p, "simvastatin 80 mg tab 1 tab daily");
    pty_press(p, "F10");
    pty_expect(p, "Do not add");
    expect_gone(p, true, "alert");
    actor = demo_site_look(demo);
    cr_expect_eq(demo_site_count(actor, ORDERS), before, "it was ordered");
    cr_expect_eq(demo_site_count(actor, "SELECT count(*) FROM session_management WHERE end_reason = 'lost'"), 1);
    cr_expect_eq(audit_verify(actor->site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    demo_site_look_away(actor);
    p = demo_site_start(demo, NULL, 0, 0, NULL);
    demo_site_sign_in(p, ROLE_PRESCRIBER);
    demo_site_open_chart(p);
    pty_press(p, "F5");
    pty_expect(p, "simvastatin 80 mg tab 1 tab daily");
    pty_signal(p, SIGTERM);
    cr_assert_eq(pty_wait_end(p), 0);
    pty_free(p);
    demo_site_free(demo);
}
