/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programs and centres of different ages: a site of two schemas ago with unsent work is opened by this program; this program meets a
 * centre that is older, or newer, by two. */
#include <string.h>

#include "base/memory.h"
#include "service/person_links.h"
#include "store/change.h"
#include "store/store_private.h"
#include "support/terminal.h"
#include "sync/central.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace, twice;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        grace = clinic_add_patient(b->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        twice = clinic_add_patient(b->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        clinic_add_order(b->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
        terminal_sync(b);
        terminal_sync(a);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(ages, .init = start, .fini = stop);

/* With what only the present schema has. */
static void give_dose(struct terminal *t, const char *observed)
{
    desk_give_dose(t, grace, UID_NONE, observed);
}

/* The site as a program of two schemas ago would have left it: without the columns of 025 and the tables of 026, 027 and 030, in what waits, too. */
static void make_two_schemas_older(struct terminal *t)
{
    terminal_exec(t, "DROP TABLE dose_claims; DROP TABLE stays; DROP TABLE patient_links; DROP INDEX dose_events_away; DROP INDEX dose_events_unscanned; DROP INDEX controlled_entries_witnessed;"
                     "ALTER TABLE dose_events DROP COLUMN observed; ALTER TABLE dose_events DROP COLUMN return_at; ALTER TABLE dose_events DROP COLUMN was_told; ALTER TABLE dose_events DROP COLUMN clock_skew_s; ALTER TABLE dose_events DROP COLUMN score_before;"
                     "UPDATE outbox SET op = json_set(json_remove(op, '$.new.observed', '$.new.return_at', '$.new.was_told', '$.new.clock_skew_s', '$.new.score_before'), '$.schema', 24) WHERE state = 0;"
                     "UPDATE site_meta SET value = '24' WHERE key = 'central.schema'; PRAGMA user_version = 24");
    terminal_close(t);
}

Test(ages, a_site_of_two_schemas_ago_sends_what_waited_and_gets_what_it_could_not_hold)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    give_dose(b, "{\"pulse\": \"58\"}");
    cr_assert_eq(person_join(clinic_actor(b->clinic, CLINIC_PHARMACIST), grace, twice, "both cards were shown", ~0u, &err), STATUS_OK, "%s",
                 error_text(&err));
    terminal_sync(b);
    terminal_sync(a); /* the older program's cursor is behind both */
    give_dose(a, NULL);
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_SEVERE);
    int64_t waiting = terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0");
    cr_assert_geq(waiting, 2);
    make_two_schemas_older(a);
    terminal_open(a); /* signing in may add to it */
    cr_assert_geq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), waiting, "what waited is gone");
    cr_assert_eq(terminal_number(a, "SELECT count(*) FROM dose_events WHERE observed IS NOT NULL"), 0);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM dose_events"), 2);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM dose_events"), 2);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM dose_events WHERE observed LIKE '%58%'"), 1, "what was measured before the dose is missing here");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM patient_links"), 1, "nobody here knows that they are one person");
    desk_expect_same(a, "after the upgrade");
    struct engine_report again = terminal_sync(a);
    cr_expect_eq(again.pulled, 0, "it fetches everything again each time");
}

Test(ages, a_centre_of_two_schemas_ago_gets_nothing_that_it_would_drop)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    struct central_version version;
    centre_run(centre, "UPDATE sync.server SET schema_version = schema_version - 2");
    terminal_reopen(a);
    give_dose(a, "{\"pulse\": \"58\"}");
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NEWER, "%s", error_text(&err));
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.dose_events"), 0, "a column of it would be lost");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 1);
    cr_assert_eq(central_upgrade(centre->admin, &version, &err), STATUS_OK, "%s", error_text(&err));
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM dose_events WHERE observed LIKE '%58%'"), 1);
    desk_expect_same(b, "after the upgrade");
}

Test(ages, a_centre_of_two_schemas_hence_is_no_trouble)
{
    NEEDS_POSTGRES();
    centre_run(centre, "UPDATE sync.server SET schema_version = schema_version + 2;"
                       "ALTER TABLE clin.user_allergies ADD COLUMN later text NOT NULL DEFAULT 'new';"
                       "INSERT INTO sync.tbl (name, key_column, policy, by_person, pushable) VALUES ('later_facts', 'fact_id', 'append_only', true, true);"
                       "INSERT INTO sync.change (site_no, tbl, pk) SELECT 0, tbl, gen_random_uuid() FROM sync.tbl WHERE name = 'later_facts'");
    terminal_reopen(a);
    terminal_reopen(b);
    give_dose(a, NULL);
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_SEVERE);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies WHERE later = 'new'"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM dose_events"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0);
    desk_expect_same(a, "beside a newer centre");
}
