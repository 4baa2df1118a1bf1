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
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace, twice;

static void start(void)
{
    if (postgres_is_up()) {
        centre = centre_new();
        a = terminal_new(centre, "desk-a", "Eastside", 0);
        b = terminal_new(centre, "desk-b", "Eastside", 0);
        grace = clinic_add_patient(b->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        twice = clinic_add_patient(b->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        clinic_add_order(b->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
        terminal_sync(b);
        terminal_sync(a);
    }
}

static void stop(void)
{
    if (postgres_is_up()) {
        terminal_free(a);
        terminal_free(b);
        centre_free(centre);
    }
}

TestSuite(ages, .init = start, .fini = stop);

static void expect_same(struct terminal *t, const char *when)
{
    struct engine_verdict verdict;
    struct error err = ERROR_INIT;
    cr_assert_eq(engine_verify(t->engine, &verdict, &err), STATUS_OK, "%s: %s", when, error_text(&err));
    cr_expect_eq(verdict.differing, 0, "%s", when);
}

/* With what only the present schema has. */
static void give_dose(struct terminal *t, const char *observed)
{
    struct error err = ERROR_INIT;
    struct uid event = uid_new(&t->clinic->clock);
    struct store *store = t->clinic->site->store;
    sqlite3_stmt *stmt = NULL;
    struct uid order, version;
    cr_assert_eq(sqlite3_prepare_v2(t->mirror->db.handle, "SELECT medication_id, current_version_id FROM user_medications", -1, &stmt, NULL), SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    memcpy(order.bytes, sqlite3_column_blob(stmt, 0), sizeof order.bytes);
    memcpy(version.bytes, sqlite3_column_blob(stmt, 1), sizeof version.bytes);
    (void)sqlite3_finalize(stmt); /* it was read */
    const struct cell cells[] = {
        CELL_ID("medication_id", order), CELL_ID("order_version_id", version), CELL_INT("actual_datetime", CLINIC_START_US), CELL_TEXT("status", "given"),
        CELL_TEXT("recorded_via", "workstation"), CELL_ID("device_id", store_device(store)), CELL_TEXT("zone", "UTC"), CELL_INT("offset_s", 0),
        CELL_INT("recorded_at", uid_time_us(event)), CELL_TEXT_OR_NULL("observed", observed),
    };
    cr_assert_eq(store_begin(store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(change_insert(store, "dose_events", event, grace, cells, sizeof cells / sizeof *cells, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(store_commit(store, &err), STATUS_OK, "%s", error_text(&err));
}

/* The site as a program of two schemas ago would have left it: without the columns of 025 and the table of 026, in what waits, too. */
static void make_two_schemas_older(struct terminal *t)
{
    terminal_exec(t, "DROP TABLE patient_links; DROP INDEX dose_events_away; DROP INDEX dose_events_unscanned; DROP INDEX controlled_entries_witnessed;"
                     "ALTER TABLE dose_events DROP COLUMN observed; ALTER TABLE dose_events DROP COLUMN return_at;"
                     "UPDATE outbox SET op = json_set(json_remove(op, '$.new.observed', '$.new.return_at'), '$.schema', 24) WHERE state = 0;"
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
    expect_same(a, "after the upgrade");
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
    expect_same(b, "after the upgrade");
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
    expect_same(a, "beside a newer centre");
}
