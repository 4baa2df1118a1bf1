/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A centre of two servers: the second follows the first, falls behind and takes over, while the first one may still be up
 * (sync.md 1.2, 7.2). What was acknowledged by the one that is gone is sent again. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "support/proxy.h"
#include "support/terminal.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static void patient(struct terminal *t, const char *last)
{
    (void)clinic_add_patient(t->clinic, &(struct clinic_patient){.last = last});
}

static long long count_at(const struct centre *centre, const char *last)
{
    char *sql = mem_format("SELECT count(*) FROM clin.user_profiles WHERE last_name = '%s'", last);
    long long count = centre_number(centre, sql);
    mem_free(sql);
    return count;
}

/* The first server behind a proxy, then the second one. */
static void give_two_hosts(struct terminal *t, int first, int second)
{
    char *sql = mem_format("UPDATE site_meta SET value = json_set(value, '$.hosts', '127.0.0.1,127.0.0.1', '$.ports', '%d,%d') WHERE key = "
                           "'central.address'", first, second);
    terminal_exec(t, sql);
    terminal_reopen(t);
    mem_free(sql);
}

Test(failover, to_a_server_that_was_behind_loses_nothing_and_the_old_one_is_refused)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    struct error err = ERROR_INIT;
    struct centre *centre = centre_new();
    struct proxy *line = proxy_new(postgres_port()), *other_line = NULL;
    struct terminal *a = terminal_new(centre, "desk-a", "Eastside", proxy_port(line)),
                    *b = terminal_new(centre, "desk-b", "Eastside", proxy_port(line));
    patient(a, "Before");
    terminal_sync(a);
    terminal_sync(b);
    struct standby *standby = standby_new();
    struct centre second = centre_at(centre, standby->port);
    other_line = proxy_new(standby->port);

    give_two_hosts(a, proxy_port(other_line), proxy_port(other_line));
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_OFFLINE, "a server that only follows must not be read from");

    give_two_hosts(a, proxy_port(line), proxy_port(other_line));
    give_two_hosts(b, proxy_port(line), proxy_port(other_line));
    patient(a, "Followed");
    terminal_sync(a);
    terminal_sync(b);
    standby_catch_up(standby);
    standby_part(standby);
    patient(a, "Lost");
    patient(b, "Lost-too");
    terminal_sync(a);
    terminal_sync(b);
    terminal_sync(a);
    cr_assert_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0, "acknowledged by the first server");
    cr_assert_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Lost-too'"), 1);
    cr_assert_eq(count_at(&second, "Followed"), 1);
    cr_assert_eq(count_at(&second, "Lost"), 0, "the second server is not behind");

    proxy_set_mode(line, PROXY_REFUSES);
    standby_promote(standby);
    patient(b, "After");
    for (int i = 0; i < 2; i++) { /* the line that was open is cut; then nobody is at the first address */
        (void)terminal_try(a, &report, &err);
        (void)terminal_try(b, &report, &err);
    }
    for (int i = 0; i < 2; i++) {
        terminal_sync(a);
        terminal_sync(b);
    }
    static const char *const names[] = {"Before", "Followed", "Lost", "Lost-too", "After"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *sql = mem_format("SELECT count(*) FROM user_profiles WHERE last_name = '%s'", names[i]);
        cr_expect_eq(count_at(&second, names[i]), 1, "%s is not on the new server", names[i]);
        cr_expect_eq(terminal_number(a, sql), 1, "%s is not on a", names[i]);
        cr_expect_eq(terminal_number(b, sql), 1, "%s is not on b", names[i]);
        mem_free(sql);
    }
    desk_expect_same(a, "after the failover");
    desk_expect_same(b, "after the failover");

    /* The first server is back, takes writes, and stands first in the list. */
    proxy_set_mode(line, PROXY_CARRIES);
    terminal_reopen(a);
    patient(a, "Zombie");
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_OFFLINE, "an old primary was believed");
    cr_expect(strstr(error_text(&err), "old copy") != NULL, "it did not meet the old primary: %s", error_text(&err));
    cr_expect_eq(count_at(centre, "Zombie"), 0);
    terminal_sync(a); /* the next try begins with the other one */
    cr_expect_eq(count_at(&second, "Zombie"), 1);
    desk_expect_same(a, "beside the old server");
    terminal_free(a);
    terminal_free(b);
    proxy_free(line);
    proxy_free(other_line);
    standby_free(standby);
    centre_free(centre);
}
