/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens at the centre between two pages of one pull, or between sending and fetching (sync.md 8.3.6): each by a schedule of its
 * own, in which the exchange is held up at a table that somebody has locked. */
#include "base/memory.h"
#include "sync/desks.h"
#include "sync/schedule.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace;
static char grace_id[UID_TEXT_MAX];

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        grace = desks_grace(a, b);
        (void)uid_format(grace, grace_id);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(pages, .init = start, .fini = stop);

/* Nobody reads an allergy at the centre until it is committed. */
static struct link *lock_allergies(const char *after)
{
    struct error err = ERROR_INIT;
    struct link *holder = NULL;
    cr_assert_eq(link_open_admin(centre->admin, &holder, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(holder, "BEGIN", &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(holder, after, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(holder, "LOCK TABLE clin.user_allergies IN ACCESS EXCLUSIVE MODE", &err), STATUS_OK, "%s", error_text(&err));
    return holder;
}

static void unlock(struct link *holder)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(link_run(holder, "COMMIT", &err), STATUS_OK, "%s", error_text(&err));
    link_close(holder);
}

enum { MANY = 6000 }; /* more than the keys of one page */

/* The keys are kept with the cursor and the rows fetched in pieces. Two allergies are gone when the keys are read; one of them is there
 * again, under its id, when its row is asked for. */
Test(pages, a_row_made_again_between_two_pages_is_here_and_one_that_is_gone_is_not)
{
    NEEDS_POSTGRES();
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    desks_sync(a, b);
    cr_assert_eq(terminal_number(b, "SELECT count(*) FROM user_allergies"), 2);
    char *sql = mem_format("INSERT INTO clin.health_metrics (metric_id, user_id, metric_type, metric_value, recorded_at, recorded_via) SELECT "
                           "gen_random_uuid(), '%s', 'weight', 60, now(), 'workstation' FROM generate_series(1, %d)", grace_id, MANY);
    centre_run(centre, sql);
    centre_run(centre, "CREATE TABLE public.kept AS SELECT * FROM clin.user_allergies WHERE allergen_name = 'penicillin'");
    centre_run(centre, "DELETE FROM clin.user_allergies");
    struct link *holder = lock_allergies("INSERT INTO clin.user_allergies SELECT * FROM public.kept");
    struct other fetching = other_exchange(centre, b);
    cr_assert(other_waits(&fetching), "it did not ask for the rows");
    unlock(holder);
    cr_expect(other_end(&fetching));
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies WHERE allergen_name = 'penicillin'"), 1, "it is there again");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies WHERE allergen_name = 'latex'"), 0, "it is gone");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM health_metrics"), MANY);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM sync_pending WHERE table_name IN ('user_allergies', 'health_metrics')"), 0);
    desks_sync(a, b);
    desk_expect_same(a, "in the end");
    desk_expect_same(b, "in the end");
    mem_free(sql);
}

static void leave_west(void)
{
    char *sql = mem_format("DELETE FROM sync.scope WHERE user_id = '%s' AND site_no = (SELECT site_no FROM sync.site WHERE site_name = 'Westside')", grace_id);
    centre_run(centre, sql);
    mem_free(sql);
}

static void enter_west(void)
{
    char *sql = mem_format("INSERT INTO sync.scope (user_id, site_no, reason) SELECT '%s', site_no, 'transferred' FROM sync.site WHERE site_name = "
                           "'Westside'", grace_id);
    centre_run(centre, sql);
    mem_free(sql);
}

/* While she does not belong to the other site: it hears nothing of it. */
static void change_phone(const char *phone)
{
    a->clinic->clock.fixed_us += US_PER_SECOND;
    desk_change(a, "user_profiles", "profile_id", grace, "phone_number", phone);
    terminal_sync(a);
}

static void expect_whole(struct terminal *west, const char *phone)
{
    char *sql = mem_format("SELECT count(*) FROM user_profiles WHERE phone_number = '%s'", phone);
    cr_expect_eq(terminal_number(west, sql), 1, "what was changed while she was away is not %s", phone);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_medications"), 1);
    cr_expect_eq(terminal_number(west, "SELECT count(*) FROM user_allergies WHERE allergen_name = 'penicillin'"), 1);
    desk_expect_same(west, phone);
    mem_free(sql);
}

Test(pages, who_left_and_came_back_between_two_pages_is_here_whole)
{
    NEEDS_POSTGRES();
    struct terminal *west = terminal_new(centre, "desk-w", "Westside", 0);
    struct uid ada = clinic_add_patient(west->clinic, &(struct clinic_patient){.last = "Mensah"});
    clinic_add_allergy(west->clinic, ada, "latex", "rash", REACTION_SEVERITY_MILD);
    enter_west();
    terminal_sync(west);
    terminal_sync(west);
    cr_assert_eq(terminal_number(west, "SELECT count(*) FROM user_medications"), 1);

    /* The page that is read says that she left; when the scope is asked about she is back. */
    leave_west();
    centre_run(centre, "UPDATE clin.user_allergies SET reaction_severity = 'severe', ver = ver + 1 WHERE allergen_name = 'latex'");
    struct link *holder = lock_allergies("SELECT 1");
    struct other fetching = other_exchange(centre, west);
    cr_assert(other_waits(&fetching), "it did not ask for the other's row");
    change_phone("111");
    enter_west();
    unlock(holder);
    cr_expect(other_end(&fetching));
    expect_whole(west, "111");

    /* She came, and while she is copied leaves and comes again: her profile was read before, her allergies behind it. */
    leave_west();
    enter_west();
    struct gate gate = gate_shut(centre);
    gate_stop_copy(&gate, "user_allergies");
    fetching = other_exchange(centre, west);
    cr_assert(other_waits(&fetching), "it does not copy her");
    leave_west();
    change_phone("222");
    enter_west();
    gate_open(&gate);
    cr_expect(other_end(&fetching));
    expect_whole(west, "222");

    /* And goes for good. */
    leave_west();
    terminal_sync(west);
    cr_expect_eq(terminal_number(west, "SELECT (SELECT count(*) FROM user_medications) + (SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor') + "
                                       "(SELECT count(*) FROM user_allergies WHERE allergen_name = 'penicillin')"), 0, "who left is still here");
    terminal_free(west);
}

/* Her number is acknowledged; before it is fetched back somebody else has given another one. The device, too, shows the later one. */
Test(pages, what_came_between_sending_and_fetching_is_not_hidden_by_what_was_sent)
{
    NEEDS_POSTGRES();
    a->clinic->clock.fixed_us += US_PER_SECOND;
    desk_change(a, "user_profiles", "profile_id", grace, "phone_number", "222");
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.op", a->role);
    struct other exchange = other_exchange(centre, a);
    cr_assert(other_waits(&exchange), "it did not come to the gate");
    char *sql = mem_format("BEGIN; LOCK TABLE sync.replica IN ACCESS EXCLUSIVE MODE; UPDATE clin.user_profiles SET phone_number = '333', ver = ver + 1 "
                           "WHERE user_id = '%s' AND phone_number = '222'; COMMIT", grace_id);
    struct other between = other_run(centre, sql); /* first in the queue: the next that the device asks waits behind it */
    cr_assert(other_waits(&between), "it did not wait for the device's transaction");
    gate_open(&gate);
    cr_expect(other_end(&between));
    cr_expect(other_end(&exchange));
    struct terminal *const both[] = {a, b};
    desks_sync(a, b);
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM user_profiles WHERE phone_number = '333'"), 1, "terminal %d", i);
        desk_expect_same(both[i], "in the end");
    }
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0 OR ack_xid > 0"), 0, "its own change is not known to be there");
    mem_free(sql);
}
