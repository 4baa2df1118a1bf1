/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What happens in the life of a device and a centre: copies, backups put back, long absence, a centre that is down. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/central_link.h"
#include "store/change.h"
#include "store/outbox_store.h"
#include "support/folder.h"
#include "support/terminal.h"
#include "sync/central.h"
#include "sync/desks.h"
#include "sync/join.h"
#include "sync/link.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        terminal_sync(a);
        terminal_sync(b);
        terminal_sync(a);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(lifecycle, .init = start, .fini = stop);

static void expect_same(const char *when)
{
    desk_expect_same(a, when);
    desk_expect_same(b, when);
}

/* The generation that the file remembers is put back, as a restored backup or a copied disk would have it. */
Test(lifecycle, a_copy_of_a_device_is_stopped_and_loses_nothing)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    struct error err = ERROR_INIT;
    struct clock clock = clock_system();
    char *file = folder_path(a->clinic->folder, "again"), *code = NULL, port[16];
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_exec(a, "UPDATE site_meta SET value = '0' WHERE key = 'central.generation'");
    terminal_reopen(a);
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    cr_expect_gt(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0);
    terminal_reopen(a);
    cr_expect_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED, "a stopped copy stays stopped");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor'"), 0);
    centre_run(centre, "UPDATE sync.replica SET state = 'fenced' WHERE device_name = 'desk-a'");
    (void)snprintf(port, sizeof port, "%d", postgres_port());
    const struct central_enrolment what = {"desk-a2", "Eastside", centre->authority, "127.0.0.1", port, file};
    struct join_result joined = {0};
    cr_assert_eq(central_enroll(centre->admin, &what, &clock, &code, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(join_centre(a->mirror, a->clinic->site_folder, file, code, true, a->clinic->site->device.signing.public_key, &joined, &err),
                 STATUS_OK, "%s", error_text(&err));
    terminal_reopen(a);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor'"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine"), 0);
    expect_same("after joining again");
    mem_free(joined.site_name);
    mem_free(code);
    mem_free(file);
}

static enum status join_again(struct terminal *t, const char *file, const char *code, bool keep, struct error *err)
{
    struct join_result joined = {0};
    enum status status = join_centre(t->mirror, t->clinic->site_folder, file, code, keep, t->clinic->site->device.signing.public_key, &joined, err);
    mem_free(joined.site_name);
    return status;
}

/* decisions.md 14. What it had sent counts once although its queue is offered from the start, what it had not is sent, its audit goes on
 * where it was, and nobody else can come by its enrolment. */
Test(lifecycle, a_stopped_copy_that_joins_again_goes_on_as_a_new_device)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    struct error err = ERROR_INIT;
    struct clock clock = clock_system();
    char *file = folder_path(a->clinic->folder, "again"), *code = NULL, port[16];
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Sent"});
    terminal_sync(a);
    int64_t sent = terminal_number(a, "SELECT max(seq) FROM outbox");
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Unsent"});
    terminal_exec(a, "UPDATE site_meta SET value = '0' WHERE key = 'central.generation'");
    terminal_reopen(a);
    cr_assert_eq(terminal_try(a, &report, &err), STATUS_NOT_PERMITTED);
    (void)snprintf(port, sizeof port, "%d", postgres_port());
    const struct central_enrolment what = {"desk-a2", "Eastside", centre->authority, "127.0.0.1", port, file};
    cr_assert_eq(central_enroll(centre->admin, &what, &clock, &code, &err), STATUS_OK, "%s", error_text(&err));

    cr_expect_eq(join_again(a, file, code, true, &err), STATUS_EXISTS, "while the device that it is a copy of is at work");
    centre_run(centre, "UPDATE sync.replica SET state = 'fenced' WHERE device_name = 'desk-a'");
    cr_expect_eq(join_again(a, file, code, false, &err), STATUS_REFUSED, "its queue would have a hole at the centre");
    cr_assert_eq(join_again(a, file, code, true, &err), STATUS_OK, "%s", error_text(&err));
    terminal_reopen(a);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(join_again(b, file, code, true, &err), STATUS_NOT_PERMITTED, "another device used its enrolment: %s", error_text(&err));

    char *sql = mem_format("SELECT count(*) FROM sync.op o JOIN sync.replica r USING (replica_id) WHERE r.device_name = 'desk-a2' AND o.status = 'R' AND "
                           "o.op_seq <= %lld", (long long)sent);
    cr_expect_eq(centre_number(centre, sql), sent, "what had been sent is not known again");
    mem_free(sql);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.op o JOIN sync.replica r USING (replica_id) WHERE r.device_name = 'desk-a2' AND o.status = "
                                       "'A'"), terminal_number(a, "SELECT max(seq) FROM outbox") - sent);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name IN ('Sent', 'Unsent')"), 2);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.replica WHERE device_name = 'desk-a' AND device_uuid IS NULL"), 1);
    cr_expect_eq(centre_number(centre, "SELECT audit_seq FROM sync.replica WHERE device_name = 'desk-a2'"),
                 terminal_number(a, "SELECT max(seq) FROM audit_logs"), "its audit does not go on");
    expect_same("after joining again");
    mem_free(code);
    mem_free(file);
}

enum { ACKNOWLEDGED = 1000, GROUP = 50 };

/* That many changes of a, sent and acknowledged. */
static void send_many(struct uid user)
{
    struct error err = ERROR_INIT;
    for (int i = 0; i < ACKNOWLEDGED; i++) {
        const struct cell cells[] = {CELL_TEXT("metric_type", "weight"), CELL_TEXT("metric_value", "60"), CELL_INT("recorded_at", CLINIC_START_US + i),
                                     CELL_TEXT("recorded_via", "workstation")};
        cr_assert(i % GROUP != 0 || store_begin(a->mirror, &err) == STATUS_OK, "%s", error_text(&err));
        cr_assert_eq(change_insert(a->mirror, "health_metrics", uid_new(&a->clinic->clock), user, cells, sizeof cells / sizeof *cells, NULL, &err),
                     STATUS_OK, "%s", error_text(&err));
        cr_assert(i % GROUP != GROUP - 1 || store_commit(a->mirror, &err) == STATUS_OK, "%s", error_text(&err));
    }
    terminal_sync(a);
    cr_assert_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0);
}

Test(lifecycle, a_centre_put_back_from_a_backup_gets_everything_again)
{
    NEEDS_POSTGRES();
    struct centre server = {.database = "postgres"};
    char sql[256];
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Before"});
    struct uid erased = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Erased"});
    terminal_sync(a);
    terminal_sync(b);
    terminal_reopen(a); /* lets go of the database */
    terminal_reopen(b);
    (void)snprintf(server.admin, sizeof server.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", postgres_port());
    (void)snprintf(sql, sizeof sql, "CREATE DATABASE %s_backup TEMPLATE %s", centre->database, centre->database);
    centre_run(&server, sql);
    cr_assert_eq(central_erase(centre->admin, uid_format(erased, id), &err), STATUS_OK, "%s", error_text(&err));
    struct uid after = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "After"});
    send_many(after);
    terminal_sync(b);
    clinic_add_allergy(b->clinic, after, "latex", "rash", REACTION_SEVERITY_MILD);
    clinic_add_allergy(b->clinic, after, "peanut", "rash", REACTION_SEVERITY_MILD); /* one that the centre cannot take, in the middle */
    terminal_exec(b, "UPDATE outbox SET op = json_set(op, '$.new.reaction_severity', 'dreadful') WHERE seq = (SELECT max(seq) FROM outbox WHERE "
                     "table_name = 'user_allergies')");
    terminal_sync(b);
    clinic_add_allergy(b->clinic, after, "iodine", "rash", REACTION_SEVERITY_MILD);
    terminal_sync(b);
    terminal_reopen(a);
    terminal_reopen(b);
    (void)snprintf(sql, sizeof sql, "DROP DATABASE %s WITH (FORCE)", centre->database);
    centre_run(&server, sql);
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s_backup RENAME TO %s", centre->database, centre->database);
    centre_run(&server, sql);
    cr_assert_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'After'"), 0);
    cr_assert_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Erased'"), 1);
    centre_run(centre, "SELECT sync.restored()");
    for (int i = 0; i < 2; i++) {
        terminal_sync(a);
        terminal_sync(b);
    }
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'After'"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 2);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM outbox WHERE state = 2 AND problem <> ''"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.health_metrics"), ACKNOWLEDGED, "what was acknowledged is not there again");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM health_metrics"), ACKNOWLEDGED);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_allergies"), 2);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Erased'"), 0, "the erased patient came back");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Erased'"), 0);
    expect_same("after the restore");
}

Test(lifecycle, a_device_that_slept_too_long_starts_afresh)
{
    NEEDS_POSTGRES();
    struct uid gone = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Gone"});
    char id[UID_TEXT_MAX], *sql;
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    const struct cell weight[] = {CELL_TEXT("metric_type", "weight"), CELL_TEXT("metric_value", "60"), CELL_INT("recorded_at", CLINIC_START_US),
                                  CELL_TEXT("recorded_via", "workstation")};
    struct error err = ERROR_INIT;
    cr_assert_eq(store_begin(a->mirror, &err), STATUS_OK);
    cr_assert_eq(change_insert(a->mirror, "health_metrics", uid_new(&a->clinic->clock), gone, weight, sizeof weight / sizeof *weight, NULL, &err), STATUS_OK);
    cr_assert_eq(store_commit(a->mirror, &err), STATUS_OK);
    terminal_sync(a);
    terminal_sync(b);
    cr_assert_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Gone'"), 1);
    sql = mem_format("DELETE FROM sync.scope WHERE user_id = '%s'", uid_format(gone, id));
    centre_run(centre, sql);
    mem_free(sql);
    centre_run(centre, "UPDATE sync.server SET gc_floor = pg_snapshot_xmax(pg_current_snapshot())");
    centre_run(centre, "DELETE FROM sync.change");
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 1);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Gone'"), 0, "who left meanwhile is still here");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM health_metrics"), 0, "and what was measured of them");
    terminal_sync(a);
    expect_same("after the long sleep");
}

Test(lifecycle, work_goes_on_while_the_centre_is_away)
{
    NEEDS_POSTGRES();
    struct engine_report report;
    struct error err = ERROR_INIT;
    centre_run(centre, "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()");
    terminal_reopen(a);
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    cr_expect_neq(terminal_try(a, &report, &err), STATUS_OK);
    cr_expect_gt(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 0"), 0);
    struct centre server = {.database = "postgres"};
    (void)snprintf(server.admin, sizeof server.admin, "host=127.0.0.1 port=%d user=postgres dbname=postgres", postgres_port());
    char sql[160];
    (void)snprintf(sql, sizeof sql, "ALTER DATABASE %s ALLOW_CONNECTIONS true", centre->database);
    centre_run(&server, sql);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 1);
}

/* A writer that began before the patient entered the site commits afterwards (sync.md finding 7). */
Test(lifecycle, a_patient_who_enters_waits_for_writers_that_were_under_way)
{
    NEEDS_POSTGRES();
    struct terminal *c = terminal_new(centre, "desk-c", "Westside", 0);
    struct engine_report report;
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    terminal_sync(c);
    struct link *writer = NULL;
    cr_assert_eq(link_open_admin(centre->admin, &writer, &err), STATUS_OK);
    char *sql = mem_format("BEGIN; INSERT INTO clin.user_allergies (allergy_id, user_id, allergen_name, recorded_at) VALUES (gen_random_uuid(), "
                           "'%s', 'latex', now())", uid_format(grace, id));
    cr_assert_eq(link_run(writer, sql, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(sql);
    sql = mem_format("INSERT INTO sync.scope SELECT '%s', site_no, 'transferred' FROM sync.site WHERE site_name = 'Westside'", id);
    centre_run(centre, sql);
    mem_free(sql);
    cr_assert_eq(engine_cycle(c->engine, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.entering, 1, "it did not wait");
    cr_assert_eq(link_run(writer, "COMMIT", &err), STATUS_OK);
    link_close(writer);
    terminal_sync(c);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_allergies"), 1, "the row that was being written is missing");
    terminal_free(c);
}

/* The pull reads while a transaction is open that began earlier and commits later (sync.md finding 1). */
Test(lifecycle, rows_that_commit_out_of_order_are_not_lost)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    char id[UID_TEXT_MAX];
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    terminal_sync(b);
    struct link *slow = NULL;
    cr_assert_eq(link_open_admin(centre->admin, &slow, &err), STATUS_OK);
    char *sql = mem_format("BEGIN; INSERT INTO clin.user_allergies (allergy_id, user_id, allergen_name, recorded_at) VALUES (gen_random_uuid(), "
                           "'%s', 'slow', now())", uid_format(grace, id));
    cr_assert_eq(link_run(slow, sql, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(sql);
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    terminal_sync(a);
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies"), 1);
    cr_assert_eq(link_run(slow, "COMMIT", &err), STATUS_OK);
    link_close(slow);
    terminal_sync(b);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_allergies WHERE allergen_name = 'slow'"), 1);
    struct engine_report again = terminal_sync(b);
    cr_expect_eq(again.pulled, 0);
}

Test(lifecycle, a_repeatable_read_writer_is_refused)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct link *writer = NULL;
    cr_assert_eq(link_open_admin(centre->admin, &writer, &err), STATUS_OK);
    cr_assert_eq(link_run(writer, "BEGIN ISOLATION LEVEL REPEATABLE READ", &err), STATUS_OK);
    cr_expect_neq(link_run(writer, "UPDATE clin.user_profiles SET phone_number = '1'", &err), STATUS_OK);
    link_close(writer);
}

/* One device of a site leads; when it is lost, late or revoked, another does, and never two at once. */
Test(lifecycle, a_lost_lead_is_followed_by_another)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct engine_report report;
    struct clock clock = clock_system();
    terminal_sync(a);
    terminal_sync(b);
    cr_expect(site_is_lead(a->clinic->site));
    cr_expect_not(site_is_lead(b->clinic->site));
    a->clinic->clock.fixed_us += 28 * US_PER_MINUTE;
    cr_expect(site_is_lead(a->clinic->site), "the lease outlives a lost line for a while");
    a->clinic->clock.fixed_us += 2 * US_PER_MINUTE;
    cr_expect_not(site_is_lead(a->clinic->site), "before the centre lets another have it");
    a->clinic->clock.fixed_us -= 48 * US_PER_HOUR;
    cr_expect_not(site_is_lead(a->clinic->site), "a clock that was set back lengthens nothing");
    a->clinic->clock.fixed_us += 47 * US_PER_HOUR + 30 * US_PER_MINUTE;
    centre_run(centre, "UPDATE sync.lead SET until = now() - interval '1 second'");
    terminal_reopen(b);
    terminal_sync(b);
    cr_expect(site_is_lead(b->clinic->site));
    terminal_reopen(a);
    terminal_sync(a);
    cr_expect_not(site_is_lead(a->clinic->site), "it hears that it is followed");
    cr_assert_eq(central_revoke(centre->admin, "desk-b", NULL, &clock, &err), STATUS_OK, "%s", error_text(&err));
    terminal_reopen(a);
    cr_assert_eq(terminal_try(a, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect(site_is_lead(a->clinic->site), "a revoked lead is followed at once");
}

/* A device that slept through the log's retention starts afresh; a dose from a clock that was years off gets its own month. */
Test(lifecycle, maintenance_cuts_the_log_and_loses_nobody)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct central_health health = {0};
    struct uid patient = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    clinic_add_order(a->clinic, patient, "lisinopril 10 mg tab 1 tab daily");
    terminal_sync(a);
    centre_run(centre, "INSERT INTO clin.dose_events (event_id, user_id, medication_id, actual_datetime, status, recorded_via, order_version_id, "
                       "device_id, zone, offset_s, recorded_at) SELECT '016b1f0a-5c00-7abc-8def-0123456789ab', user_id, medication_id, now(), 'given', "
                       "'workstation', current_version_id, gen_random_uuid(), 'UTC', 0, sync.uuid_time('016b1f0a-5c00-7abc-8def-0123456789ab') FROM "
                       "clin.user_medications LIMIT 1");
    cr_assert_eq(central_status(centre->admin, &health, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(health.misplaced_rows, 1);
    central_health_release(&health);
    centre_run(centre, "UPDATE sync.op SET at = now() - interval '40 days'");
    cr_assert_eq(central_maintain(centre->admin, &health, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(health.misplaced_rows, 0);
    central_health_release(&health);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.dose_events"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.op"), 0, "behind the backup horizon");
    clinic_add_allergy(b->clinic, clinic_add_patient(b->clinic, &(struct clinic_patient){.last = "Mensah"}), "latex", "rash", REACTION_SEVERITY_MILD);
    for (int i = 0; i < 2; i++) {
        terminal_sync(b);
        terminal_sync(a);
    }
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 1, "b slept longer than the log");
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM dose_events"), 1);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_allergies"), 1);
    expect_same("after maintenance");
}

/* What was acknowledged stays as long as a centre put back from a backup may ask for it, and no longer; numbers go on. */
Test(lifecycle, the_queue_keeps_what_a_backup_may_lack)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Early"});
    for (int i = 0; i < 2; i++) { /* acknowledged, then seen to come back */
        terminal_sync(a);
    }
    int64_t last = terminal_number(a, "SELECT max(seq) FROM outbox");
    cr_assert_gt(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 1"), 0, "nothing goes before its time");
    centre_run(centre, "UPDATE sync.server SET backup_days = 0");
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Late"});
    clinic_pass(a->clinic, US_PER_SECOND);
    terminal_reopen(a); /* hello tells the reach of the backups */
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 1 AND seq <= 1"), 0, "the oldest is gone");
    cr_expect_gt(terminal_number(a, "SELECT count(*) FROM outbox"), 0, "what was just sent stays");
    cr_expect_gt(terminal_number(a, "SELECT max(seq) FROM outbox"), last, "numbers go on");
    terminal_sync(b);
    expect_same("with a shorter queue");
}

/* A centre that was put back got it anew: the reach of its backups counts from then. */
Test(lifecycle, the_queue_counts_anew_after_a_centre_was_put_back)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Early"});
    for (int i = 0; i < 2; i++) {
        terminal_sync(a);
    }
    int64_t first = terminal_number(a, "SELECT min(seq) FROM outbox WHERE state = 1");
    centre_run(centre, "UPDATE sync.server SET backup_days = 0");
    centre_run(centre, "SELECT sync.restored()");
    clinic_pass(a->clinic, US_PER_SECOND);
    terminal_reopen(a);
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT min(seq) FROM outbox WHERE state = 1"), first, "it went by the age of the former centre");
}

/* Whatever is wrong with one change: it waits by itself, and everything else goes on (I13). */
Test(lifecycle, one_change_that_may_not_be_stops_no_other)
{
    NEEDS_POSTGRES();
    static const char *const codes[] = {"42501", "23514", "22P02", "P0001", "XX000"};
    char sql[512];
    centre_run(centre, "CREATE TABLE public.code (code text); INSERT INTO public.code VALUES ('00000'); GRANT SELECT ON public.code TO PUBLIC; "
                       "GRANT USAGE ON SCHEMA public TO PUBLIC");
    centre_run(centre, "CREATE FUNCTION public.boom() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$ BEGIN IF NEW.allergen_name = "
                       "'latex' THEN RAISE EXCEPTION 'no' USING ERRCODE = (SELECT code FROM public.code); END IF; RETURN NEW; END $$; "
                       "CREATE TRIGGER boom BEFORE INSERT ON clin.user_allergies FOR EACH ROW EXECUTE FUNCTION public.boom()");
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct error err = ERROR_INIT;
        struct engine_report report;
        char *name = mem_format("After%zu", i);
        (void)snprintf(sql, sizeof sql, "UPDATE public.code SET code = '%s'", codes[i]);
        centre_run(centre, sql);
        struct uid patient = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
        clinic_add_allergy(a->clinic, patient, "latex", "rash", REACTION_SEVERITY_MILD);
        clinic_add_patient(a->clinic, &(struct clinic_patient){.last = name});
        cr_expect_eq(terminal_try(a, &report, &err), STATUS_OK, "%s: %s", codes[i], error_text(&err));
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM clin.user_profiles WHERE last_name = '%s'", name);
        cr_expect_eq(centre_number(centre, sql), 1, "%s", codes[i]);
        cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 2"), (int64_t)i + 1, "%s: kept", codes[i]);
        mem_free(name);
    }
}
