/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trouble that passes, and devices that are not as they should be: disks that are full, clocks that are days off, programs of
 * another age. Nothing of it may lose a change, put one aside that is good, or make a device win that should not. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/central_link.h"
#include "store/change.h"
#include "store/store_private.h"
#include "support/terminal.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        terminal_sync(a);
        terminal_sync(b);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(troubles, .init = start, .fini = stop);

static struct uid patient(struct terminal *t, const char *last)
{
    return clinic_add_patient(t->clinic, &(struct clinic_patient){.last = last});
}

/* From now on the centre fails with this SQLSTATE where an allergy is written; "": no more. */
static void let_fail(const char *code)
{
    char *sql = mem_format("UPDATE public.code SET code = '%s'", code);
    centre_run(centre, sql);
    mem_free(sql);
}

/* I14: the queue waits, nothing is put aside, and when the trouble is over everything arrives. */
Test(troubles, passing_trouble_of_the_centre_puts_no_change_aside)
{
    NEEDS_POSTGRES();
    static const char *const codes[] = {"53100", "58030", "58P01", "40001", "55P03", "57014", "42P01"}; /* the last: a centre not upgraded yet */
    centre_run(centre, "CREATE TABLE public.code (code text); INSERT INTO public.code VALUES (''); GRANT SELECT ON public.code TO PUBLIC; "
                       "GRANT USAGE ON SCHEMA public TO PUBLIC");
    centre_run(centre, "CREATE FUNCTION public.boom() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN IF (SELECT code FROM "
                       "public.code) <> '' THEN RAISE EXCEPTION 'no' USING ERRCODE = (SELECT code FROM public.code); END IF; RETURN NEW; END $$; "
                       "CREATE TRIGGER boom BEFORE INSERT ON clin.user_allergies FOR EACH ROW EXECUTE FUNCTION public.boom()");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct error err = ERROR_INIT;
        struct engine_report report;
        clinic_add_allergy(a->clinic, patient(a, "Okafor"), "latex", "rash", REACTION_SEVERITY_MILD);
        let_fail(codes[i]);
        cr_expect_neq(terminal_try(a, &report, &err), STATUS_OK, "%s", codes[i]);
        cr_expect_gt(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0, "%s: the change does not wait", codes[i]);
        cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 2"), 0, "%s: a good change was put aside", codes[i]);
        let_fail("");
        terminal_sync(a);
        cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), (long long)i + 1, "%s", codes[i]);
        cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0, "%s", codes[i]);
    }
}

/* I6: what did not fit is fetched again, because the cursor did not move without its rows. */
Test(troubles, a_full_disk_here_loses_nothing_that_the_centre_had_to_say)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    for (int i = 0; i < 60; i++) {
        clinic_add_allergy(a->clinic, patient(a, "Okafor"), "latex", "rash", REACTION_SEVERITY_MILD);
    }
    terminal_sync(a);
    char *limit = mem_format("PRAGMA max_page_count = %lld", (long long)terminal_number(b, "PRAGMA page_count") + 2);
    char *before = terminal_text(b, "SELECT value FROM site_meta WHERE key = 'central.cursor'");
    terminal_exec(b, "PRAGMA wal_checkpoint(TRUNCATE)");
    cr_assert_gt(terminal_number(b, limit), 0);
    cr_expect_neq(terminal_try(b, &report, &err), STATUS_OK, "everything fitted");
    char *after = terminal_text(b, "SELECT value FROM site_meta WHERE key = 'central.cursor'");
    cr_expect_str_eq(before, after, "the cursor moved without its rows");
    cr_assert_gt(terminal_number(b, "PRAGMA max_page_count = 1000000"), 0);
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies"), 60);
    desk_expect_same(b, "when there was room again");
    mem_free(limit);
    mem_free(before);
    mem_free(after);
}

static struct uid grace;

static void set_phone(struct terminal *t, const char *phone, int64_t at_us)
{
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX], hex[40];
    int n = 0;
    for (const char *p = uid_format(grace, id); *p != '\0'; p++) {
        hex[n] = *p;
        n += *p != '-';
    }
    hex[n] = '\0';
    char *sql = mem_format("SELECT ver FROM user_profiles WHERE user_id = x'%s'", hex);
    char *key = mem_format("SELECT profile_id FROM user_profiles WHERE user_id = x'%s'", hex);
    sqlite3_stmt *stmt = NULL;
    struct uid profile = UID_NONE;
    const struct cell cells[] = {CELL_TEXT("phone_number", phone)};
    cr_assert_eq(sqlite3_prepare_v2(t->mirror->db.handle, key, -1, &stmt, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    memcpy(profile.bytes, sqlite3_column_blob(stmt, 0), sizeof profile.bytes);
    (void)sqlite3_finalize(stmt); /* it was read */
    t->clinic->clock.fixed_us = at_us;
    int32_t ver = (int32_t)terminal_number(t, sql);
    cr_assert_eq(store_begin(t->mirror, &err), STATUS_OK);
    cr_assert_eq(change_update(t->mirror, "user_profiles", profile, grace, ver, cells, 1, NULL, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(t->mirror, &err), STATUS_OK);
    mem_free(sql);
    mem_free(key);
}

static void expect_phone(const char *phone)
{
    struct terminal *const both[] = {a, b};
    for (int i = 0; i < 2; i++) {
        char *here = terminal_text(both[i], "SELECT phone_number FROM user_profiles WHERE last_name = 'Okafor'");
        cr_expect_str_eq(here, phone);
        mem_free(here);
        desk_expect_same(both[i], phone);
    }
}

/* I12. a's clock is two days ahead and b's two days behind, as both said at hello: the later change wins all the same. */
Test(troubles, the_later_change_wins_although_clocks_are_days_off)
{
    NEEDS_POSTGRES();
    const int64_t days_us = 48 * US_PER_HOUR, ahead_us = CLINIC_START_US + days_us, behind_us = CLINIC_START_US - days_us;
    grace = patient(a, "Okafor");
    desks_sync(a, b);
    a->clinic->clock.fixed_us = ahead_us;
    b->clinic->clock.fixed_us = behind_us;
    terminal_reopen(a);
    terminal_reopen(b);
    desks_sync(a, b);
    set_phone(a, "earlier", ahead_us + 30 * US_PER_SECOND);
    set_phone(b, "later", behind_us + 200 * US_PER_SECOND);
    desks_sync(a, b);
    expect_phone("later");
    set_phone(b, "later again", behind_us + 260 * US_PER_SECOND);
    set_phone(a, "before that", ahead_us + 90 * US_PER_SECOND);
    terminal_sync(b);
    desks_sync(a, b);
    expect_phone("later again");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.sync_conflicts WHERE column_group = 'phone_number'"), 2, "the losers are kept");
}

static int64_t system_us(void)
{
    const struct clock system = clock_system();
    return clock_now_us(&system);
}

/* clinical.md 4.B.4 (d): what the session reads at sign-in; a clock that was set right is not held against anybody. */
Test(troubles, a_clock_that_is_off_is_known_here_until_it_is_set_right)
{
    NEEDS_POSTGRES();
    const int64_t now_us = system_us();
    a->clinic->clock.fixed_us = now_us + 48 * US_PER_HOUR;
    terminal_reopen(a);
    terminal_sync(a);
    int64_t skew_s = central_link_skew_s(a->clinic->site);
    cr_expect(skew_s > 47 * 3600 && skew_s <= 48 * 3600, "%lld", (long long)skew_s);
    a->clinic->clock.fixed_us = system_us();
    terminal_reopen(a);
    terminal_sync(a);
    cr_expect_eq(central_link_skew_s(a->clinic->site), 0);
}

/* A clock that jumps after hello wins nothing for good: its change counts as made five minutes from now at most. */
Test(troubles, a_clock_that_jumps_ahead_wins_for_minutes_and_not_for_days)
{
    NEEDS_POSTGRES();
    grace = patient(a, "Okafor");
    desks_sync(a, b);
    set_phone(a, "from the future", CLINIC_START_US + 48 * US_PER_HOUR);
    terminal_sync(a);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.field_clock WHERE at_us > sync.us(clock_timestamp()) + 300000000"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.field_clock WHERE at_us > sync.us(clock_timestamp()) + 200000000"), 1);
}

/* sync.md 5: below the centre's minimum a device may push but not pull, so that nothing is stranded on it. */
Test(troubles, a_program_that_is_too_old_still_sends_what_was_written)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    centre_run(centre, "UPDATE sync.server SET min_client = 100000");
    patient(b, "Mensah");
    patient(a, "Okafor");
    terminal_reopen(a);
    terminal_reopen(b);
    cr_expect_eq(terminal_try(b, &report, &err), STATUS_NEWER, "%s", error_text(&err));
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NEWER, "%s", error_text(&err));
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name IN ('Okafor', 'Mensah')"), 2, "stranded");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Mensah'"), 0, "it fetched");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0);
    centre_run(centre, "UPDATE sync.server SET min_client = 1");
    terminal_reopen(a);
    terminal_reopen(b);
    desks_sync(a, b);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Mensah'"), 1);
    desk_expect_same(a, "after the upgrade");
}

/* Changes of a program that did not know some columns yet: what it did not know keeps its value. */
Test(troubles, changes_without_the_columns_of_later_versions_are_taken)
{
    NEEDS_POSTGRES();
    grace = patient(a, "Okafor");
    terminal_exec(a, "UPDATE outbox SET op = json_set(json_remove(op, '$.new.weight_at', '$.new.allergy_status_reason', '$.seen'), '$.schema', "
                     "json_extract(op, '$.schema') - 2) WHERE table_name = 'user_profiles'");
    desks_sync(a, b);
    set_phone(b, "555", CLINIC_START_US + 60 * US_PER_SECOND);
    terminal_exec(b, "UPDATE outbox SET op = json_set(json_remove(op, '$.seen'), '$.schema', json_extract(op, '$.schema') - 2) WHERE state = 0");
    desks_sync(a, b);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0);
    expect_phone("555");
}

/* A change of b that the centre cannot take: it waits in quarantine. */
static void put_aside(const char *phone)
{
    set_phone(b, phone, CLINIC_START_US + 60 * US_PER_SECOND);
    terminal_exec(b, "UPDATE outbox SET op = json_set(op, '$.new.gender', 'nonsense', '$.old.gender', 'female') WHERE state = 0");
    terminal_sync(b);
    cr_assert_eq(terminal_number(b, "SELECT count(*) FROM outbox WHERE state = 2"), 1, "it was not put aside");
}

/* The same exchange brings a row of which a change waits here: what the person here wrote stays in view, beside what the other wrote. */
Test(troubles, what_waits_here_stays_in_view)
{
    NEEDS_POSTGRES();
    grace = patient(a, "Okafor");
    desks_sync(a, b);
    set_phone(a, "of the other", CLINIC_START_US + 30 * US_PER_SECOND);
    terminal_sync(a);
    put_aside("written here");
    cr_assert_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE phone_number = 'of the other'"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE phone_number = 'written here'"), 1, "what was written here is gone");
    centre_run(centre, "UPDATE clin.user_profiles SET address = '1 New Road', ver = ver + 1 WHERE last_name = 'Okafor'");
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE phone_number = 'written here' AND address = '1 New Road'"), 1);
    desk_expect_same(b, "what waits here differs for a reason");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM outbox WHERE state = 2"), 1);
}

/* The centre does not show the row any more while a change of it waits here for a person's decision. */
Test(troubles, a_row_whose_change_waits_here_is_not_taken_away)
{
    NEEDS_POSTGRES();
    grace = patient(a, "Okafor");
    desks_sync(a, b);
    put_aside("written here");
    centre_run(centre, "DELETE FROM clin.user_profiles WHERE last_name = 'Okafor'");
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE phone_number = 'written here'"), 1, "what was written here is gone");
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0, "where nothing waits it goes");
}
