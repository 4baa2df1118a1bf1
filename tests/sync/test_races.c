/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two at once at the centre, each race by a schedule of its own (sync.md 8.3.6): the one has done its work there and not committed
 * when the other comes. Whoever waits for whom, afterwards it is as if one had come after the other. */
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "service/act.h"
#include "service/orders.h"
#include "service/person_links.h"
#include "service/refills.h"
#include "store/change.h"
#include "support/proxy.h"
#include "support/terminal.h"
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

TestSuite(races, .init = start, .fini = stop);

static void both_sync(void)
{
    desks_sync(a, b);
}

static void expect_same(void)
{
    desk_expect_same(a, "in the end");
    desk_expect_same(b, "in the end");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL"), 0, "something good was put aside");
}

static void set(struct terminal *t, const char *table, const char *key_column, struct uid user, const char *column, const char *value)
{
    t->clinic->clock.fixed_us += US_PER_SECOND;
    desk_change(t, table, key_column, user, column, value);
}

static void set_severity(struct terminal *t, const char *severity)
{
    set(t, "user_allergies", "allergy_id", grace, "reaction_severity", severity);
}

static void set_phone(struct terminal *t, struct uid user, const char *phone)
{
    set(t, "user_profiles", "profile_id", user, "phone_number", phone);
}

static void give_dose(struct terminal *t)
{
    desk_give_dose(t, grace, (struct uid){{1, 2, 3, 4}}, NULL);
}

static void spend_refill(struct terminal *t, uint8_t n)
{
    struct error err = ERROR_INIT;
    struct act act = ACT(clinic_actor(t->clinic, CLINIC_PHARMACIST), PERMISSION_REFILL_ASK, "test.fill", "refill_ledger", grace);
    struct uid version, order = desk_order(t, &version);
    const struct refill_use use = {grace, order, version, {{7, n}}, true, "the patient has none left"};
    cr_assert_eq(act_begin(&act, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(act_end(&act, refills_spend(&act, &use, NULL, &err), &err), STATUS_OK, "%s", error_text(&err));
}

/* a has done everything and not committed when b comes; both end well. */
static void a_then_b_at_once(void)
{
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.op", a->role);
    struct other first = other_exchange(centre, a);
    cr_assert(other_waits(&first), "it did not come to the gate");
    struct other second = other_exchange(centre, b);
    (void)other_waits(&second);
    gate_open(&gate);
    cr_expect(other_end(&first));
    cr_expect(other_end(&second));
    both_sync();
}

/* --- two pushes ---------------------------------------------------------------------------------------------------- */

Test(races, of_two_severities_that_come_at_once_the_worse_one_stays)
{
    NEEDS_POSTGRES();
    set_severity(a, "life_threatening");
    set_severity(b, "moderate");
    a_then_b_at_once();
    char *here = terminal_text(b, "SELECT reaction_severity FROM user_allergies");
    cr_expect_str_eq(here, "life_threatening");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'most_severe_wins' AND needs_review"), 1, "the other value is lost");
    mem_free(here);
    expect_same();
}

Test(races, two_records_of_one_dose_that_come_at_once_are_asked_about)
{
    NEEDS_POSTGRES();
    give_dose(a);
    give_dose(b);
    a_then_b_at_once();
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM dose_events"), 2);
        cr_expect_eq(terminal_number(both[i], "SELECT count(*) FROM sync_conflicts WHERE outcome = 'both_recorded' AND needs_review"), 1,
                     "a double dose that nobody hears of");
    }
    expect_same();
}

Test(races, the_last_refill_made_twice_at_once_is_told)
{
    NEEDS_POSTGRES();
    spend_refill(a, 1);
    spend_refill(b, 2);
    a_then_b_at_once();
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'overdrawn' AND needs_review"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'overdrawn' AND needs_review"), 1);
    expect_same();
}

/* Both have written their rows, which refer to the order, before either looks at the order. */
static void both_write_before_either_looks(const char *table)
{
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, table, a->role);
    gate_stop(&gate, table, b->role);
    struct other first = other_exchange(centre, a), second = other_exchange(centre, b);
    cr_assert(other_waits(&first) && other_waits(&second), "they did not come to the gate");
    gate_open(&gate);
    cr_expect(other_end(&first));
    cr_expect(other_end(&second));
    cr_expect_eq(centre_number(centre, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"), 0,
                 "they waited for each other until the server broke one off");
    both_sync();
}

Test(races, refills_written_before_either_is_counted_do_not_wait_for_each_other)
{
    NEEDS_POSTGRES();
    spend_refill(a, 1);
    spend_refill(b, 2);
    both_write_before_either_looks("clin.refill_ledger");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'overdrawn' AND needs_review"), 1);
    expect_same();
}

Test(races, doses_and_a_change_of_the_order_do_not_wait_for_each_other)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        struct uid version, order = desk_order(both[i], &version);
        give_dose(both[i]);
        cr_assert_eq(order_hold(clinic_actor(both[i]->clinic, CLINIC_PRESCRIBER), order, version, &(struct order_cause){.reason = "laboratory"}, &err),
                     STATUS_OK, "%s", error_text(&err));
    }
    both_write_before_either_looks("clin.dose_events");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM sync_conflicts WHERE outcome = 'both_recorded'"), 1);
    expect_same();
}

/* I14. The one changes this patient and then that one, the other the other way round: the server breaks one off, which is sent again. */
Test(races, who_was_broken_off_because_both_waited_is_sent_again)
{
    NEEDS_POSTGRES();
    struct uid ada = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Mensah", .first = "Ada"});
    both_sync();
    set_phone(a, grace, "111");
    set_phone(a, ada, "112");
    set_phone(b, ada, "222");
    set_phone(b, grace, "221");
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.field_clock", a->role); /* behind the first of the two */
    gate_stop(&gate, "sync.field_clock", b->role);
    struct other first = other_exchange(centre, a), second = other_exchange(centre, b);
    cr_assert(other_waits(&first) && other_waits(&second), "they did not come to the gate");
    gate_open(&gate);
    (void)other_end(&first); /* either may be the one */
    (void)other_end(&second);
    both_sync();
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts WHERE column_group = 'phone_number'"), 2, "both losers are kept");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state <> 1"), 0);
    expect_same();
}

/* --- the same device twice ----------------------------------------------------------------------------------------- */

/* The line breaks while the centre is at work: it goes on there, and the device comes again before it has ended. */
Test(races, a_device_that_comes_again_waits_for_what_it_left_behind)
{
    NEEDS_POSTGRES();
    struct proxy *line = proxy_new(postgres_port());
    struct terminal *c = terminal_new(centre, "desk-c", "Eastside", proxy_port(line));
    terminal_sync(c);
    clinic_add_allergy(c->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.op", c->role);
    struct other left = other_exchange(centre, c);
    cr_assert(other_waits(&left), "it did not come to the gate");
    proxy_set_mode(line, PROXY_REFUSES);
    cr_expect_not(other_end(&left), "its line was cut");
    proxy_set_mode(line, PROXY_CARRIES);
    struct other again = other_exchange(centre, c);
    cr_expect(other_waits_for_row(&again), "it did not wait for its own transaction");
    gate_open(&gate);
    cr_expect(other_end(&again));
    terminal_sync(c);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies WHERE allergen_name = 'latex'"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts"), 0, "it was taken for somebody else's");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.op WHERE status <> 'A'"), 0);
    terminal_free(c);
    proxy_free(line);
    both_sync();
    expect_same();
}

/* --- who comes while somebody writes ------------------------------------------------------------------------------- */

/* The writer began before the patient came to the site, and commits behind the first copy of a device that joins meanwhile. */
Test(races, a_first_copy_waits_for_writers_that_were_under_way)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    struct link *writer = NULL;
    char *sql = mem_format("BEGIN; INSERT INTO clin.user_allergies (allergy_id, user_id, allergen_name, recorded_at) VALUES (gen_random_uuid(), '%s', "
                           "'latex', now())", grace_id);
    struct terminal *c = terminal_new(centre, "desk-c", "Westside", 0);
    cr_assert_eq(link_open_admin(centre->admin, &writer, &err), STATUS_OK);
    cr_assert_eq(link_run(writer, sql, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(sql);
    sql = mem_format("INSERT INTO sync.scope SELECT '%s', site_no, 'transferred' FROM sync.site WHERE site_name = 'Westside'", grace_id);
    centre_run(centre, sql);
    mem_free(sql);
    cr_expect_eq(terminal_try(c, &report, &err), STATUS_BUSY, "it did not wait");
    cr_assert_eq(link_run(writer, "COMMIT", &err), STATUS_OK);
    link_close(writer);
    terminal_sync(c);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_allergies"), 2, "the row that was being written is missing");
    terminal_free(c);
}

/* The row is on its way to b when somebody at b changes it. */
Test(races, what_is_written_here_while_the_row_is_fetched_stays_and_is_sent)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link *holder = NULL;
    set(a, "user_profiles", "profile_id", grace, "address", "1 New Road");
    terminal_sync(a);
    cr_assert_eq(link_open_admin(centre->admin, &holder, &err), STATUS_OK);
    cr_assert_eq(link_run(holder, "BEGIN; LOCK TABLE clin.user_profiles IN ACCESS EXCLUSIVE MODE", &err), STATUS_OK, "%s", error_text(&err));
    struct other fetching = other_exchange(centre, b);
    cr_assert(other_waits(&fetching), "it does not ask for the row");
    terminal_open(b);
    set_phone(b, grace, "222");
    terminal_close(b);
    cr_assert_eq(link_run(holder, "COMMIT", &err), STATUS_OK);
    link_close(holder);
    cr_expect(other_end(&fetching));
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE phone_number = '222' AND address = '1 New Road'"), 1,
                 "one of the two is not in view");
    both_sync();
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE phone_number = '222' AND address = '1 New Road'"), 1);
    expect_same();
}

/* --- who belongs to whom ------------------------------------------------------------------------------------------- */

static const char OPEN_WEST[] = "INSERT INTO sync.scope (user_id, site_no, reason) SELECT '%s', site_no, 'opened: test' FROM sync.site WHERE "
                                "site_name = 'Westside'";

/* Two records of one person: the second one has a drug of its own. */
static struct uid second_record(void)
{
    struct uid twice = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
    clinic_add_order(a->clinic, twice, "amiodarone 200 mg tab 1 tab daily");
    both_sync();
    return twice;
}

static void join_records(struct uid twice)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(person_join(clinic_actor(a->clinic, CLINIC_PHARMACIST), grace, twice, "both cards were shown", ~0u, &err), STATUS_OK, "%s",
                 error_text(&err));
}

static void expect_both_records(struct terminal *t)
{
    terminal_sync(t);
    cr_expect_eq(terminal_number(t, "SELECT count(*) FROM user_medications"), 2, "a chart without the other record's drugs");
}

Test(races, a_site_that_opens_a_record_while_it_is_being_joined_gets_both)
{
    NEEDS_POSTGRES();
    struct terminal *west = terminal_new(centre, "desk-w", "Westside", 0);
    join_records(second_record());
    terminal_sync(west);
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.op", a->role);
    struct other joining = other_exchange(centre, a);
    cr_assert(other_waits(&joining), "it did not come to the gate");
    char *sql = mem_format(OPEN_WEST, grace_id);
    struct other opening = other_run(centre, sql);
    (void)other_waits(&opening);
    gate_open(&gate);
    cr_expect(other_end(&joining));
    cr_expect(other_end(&opening));
    expect_both_records(west);
    mem_free(sql);
    terminal_free(west);
}

Test(races, records_joined_while_a_site_opens_one_of_them_are_both_there)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link *opening = NULL;
    struct terminal *west = terminal_new(centre, "desk-w", "Westside", 0);
    join_records(second_record());
    terminal_sync(west);
    char *sql = mem_format(OPEN_WEST, grace_id);
    cr_assert_eq(link_open_admin(centre->admin, &opening, &err), STATUS_OK);
    cr_assert_eq(link_run(opening, "BEGIN", &err), STATUS_OK);
    cr_assert_eq(link_run(opening, sql, &err), STATUS_OK, "%s", error_text(&err));
    struct other joining = other_exchange(centre, a);
    (void)other_waits(&joining);
    cr_assert_eq(link_run(opening, "COMMIT", &err), STATUS_OK, "%s", error_text(&err));
    link_close(opening);
    cr_expect(other_end(&joining));
    expect_both_records(west);
    mem_free(sql);
    terminal_free(west);
}

/* --- who is erased meanwhile --------------------------------------------------------------------------------------- */

static void expect_gone(void)
{
    both_sync();
    char *sql = mem_format("SELECT (SELECT count(*) FROM clin.dose_events) + (SELECT count(*) FROM clin.user_allergies) + (SELECT count(*) FROM sync.scope "
                           "WHERE user_id = '%s') + (SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor')", grace_id);
    cr_expect_eq(centre_number(centre, sql), 0, "not erased");
    mem_free(sql);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE op IS NOT NULL"), 0, "what was sent about them is kept");
    cr_expect_eq(terminal_number(b, "SELECT (SELECT count(*) FROM dose_events) + (SELECT count(*) FROM user_allergies) + (SELECT count(*) FROM outbox "
                                    "WHERE op LIKE '%latex%')"), 0, "not erased on b");
    expect_same();
}

/* Of b, a good change and one that the centre cannot take. */
static void write_about_her(void)
{
    give_dose(b);
    clinic_add_allergy(b->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    terminal_exec(b, "UPDATE outbox SET op = replace(op, '\"mild\"', '\"dreadful\"') WHERE state = 0 AND table_name = 'user_allergies'");
}

Test(races, who_is_erased_while_a_change_about_them_is_under_way_is_erased_whole)
{
    NEEDS_POSTGRES();
    write_about_her();
    struct gate gate = gate_shut(centre);
    gate_stop(&gate, "sync.op", b->role);
    struct other sending = other_exchange(centre, b);
    cr_assert(other_waits(&sending), "it did not come to the gate");
    char *sql = mem_format("SELECT sync.erase('%s')", grace_id);
    struct other erasing = other_run(centre, sql);
    (void)other_waits(&erasing);
    gate_open(&gate);
    cr_expect(other_end(&sending));
    cr_expect(other_end(&erasing), "the erasure failed");
    expect_gone();
    mem_free(sql);
}

Test(races, a_change_about_somebody_who_is_being_erased_leaves_nothing)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link *erasing = NULL;
    char *sql = mem_format("SELECT sync.erase('%s')", grace_id);
    write_about_her();
    cr_assert_eq(link_open_admin(centre->admin, &erasing, &err), STATUS_OK);
    cr_assert_eq(link_run(erasing, "BEGIN", &err), STATUS_OK);
    cr_assert_eq(link_run(erasing, sql, &err), STATUS_OK, "%s", error_text(&err));
    struct other sending = other_exchange(centre, b);
    (void)other_waits(&sending);
    cr_assert_eq(link_run(erasing, "COMMIT", &err), STATUS_OK, "%s", error_text(&err));
    link_close(erasing);
    cr_expect(other_end(&sending));
    expect_gone();
    mem_free(sql);
}

/* A patient comes into the scope and a row of another is fetched, which the centre is slow with: whoever writes here does not wait. */
Test(races, nobody_here_waits_for_a_centre_that_is_slow_with_a_row)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link *admin = NULL;
    struct actor *nurse = NULL;
    (void)clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Quillfeather"});
    set_severity(a, "severe");
    terminal_sync(a);
    cr_assert_eq(link_open_admin(centre->admin, &admin, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(admin, "BEGIN", &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(link_run(admin, "LOCK TABLE clin.user_allergies IN ACCESS EXCLUSIVE MODE", &err), STATUS_OK, "%s", error_text(&err));
    struct other exchange = other_exchange(centre, b);
    cr_assert(other_waits(&exchange), "the exchange did not ask for the row");
    struct site *here = clinic_open_again(b->clinic);
    cr_expect_eq(session_sign_in(here, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK, "%s", error_text(&err));
    if (nurse != NULL) {
        session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    }
    site_close(here);
    link_close(admin);
    cr_expect(other_end(&exchange));
    both_sync();
    expect_same();
}
