/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two terminals of one site, and a third of another: what is written on one stands on the other, whatever was cut. */
#include <string.h>

#include "base/memory.h"
#include "service/downtime.h"
#include "service/erasing.h"
#include "service/orders.h"
#include "service/patients.h"
#include "support/opened_pages.h"
#include "support/terminal.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;

static void start(void)
{
    (void)desks_open(&centre, &a, &b); /* every test says whether PostgreSQL is there */
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(exchange, .init = start, .fini = stop);

/* Tables that devices write, as text without what is a device's own. */
static void expect_equal(const char *sql)
{
    char *here = terminal_text(a, sql), *there = terminal_text(b, sql);
    cr_expect_str_eq(here, there, "%s", sql);
    cr_expect(here[0] != '\0', "%s gave nothing", sql);
    mem_free(here);
    mem_free(there);
}

Test(exchange, carries_a_patient_with_orders_to_the_other_terminal)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .weight_kg = "62.8"});
    clinic_add_allergy(a->clinic, grace, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    clinic_add_order(a->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
    struct engine_report sent = terminal_sync(a), got = terminal_sync(b);
    cr_expect_gt(sent.pushed, 6);
    cr_expect_eq(sent.quarantined, 0);
    cr_expect_gt(got.pulled, 6);
    expect_equal("SELECT group_concat(hex(user_id) || first_name || last_name || coalesce(date_of_birth, '') || coalesce(weight_kg, '') || "
                 "ver, ';') FROM (SELECT * FROM user_profiles WHERE last_name = 'Okafor')");
    expect_equal("SELECT group_concat(hex(allergy_id) || allergen_name || reaction_severity || verified_by_doctor || recorded_at || ver, ';') "
                 "FROM user_allergies");
    expect_equal("SELECT group_concat(hex(m.medication_id) || m.status || m.dosing_schedule || v.sig || v.recorded_at, ';') FROM "
                 "user_medications m JOIN order_versions v ON v.version_id = m.current_version_id");
    expect_equal("SELECT group_concat(hex(schedule_id) || dose_time || is_active, ';') FROM medication_schedules");
    struct engine_verdict verdict;
    struct error err = ERROR_INIT;
    cr_assert_eq(engine_verify(b->engine, &verdict, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_gt(verdict.groups, 6);
}

Test(exchange, finds_on_the_other_terminal_what_it_brought)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace"});
    terminal_sync(a);
    terminal_sync(b);
    struct error err = ERROR_INIT;
    struct patient_hit_list hits = {0};
    struct find_session *find = NULL;
    cr_assert_eq(find_begin(clinic_actor(b->clinic, CLINIC_NURSE), &find, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(find_type(find, "okaf gra", 10, &hits, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(hits.len, 1);
    find_end(find, UID_NONE);
    patient_hit_list_release(&hits);
}

Test(exchange, sends_nothing_twice_and_fetches_nothing_in_vain)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    terminal_sync(b);
    terminal_sync(a);
    struct engine_report again = terminal_sync(a);
    cr_expect_eq(again.pushed + again.pulled, 0);
    again = terminal_sync(b);
    cr_expect_eq(again.pushed + again.pulled, 0);
}

Test(exchange, applies_a_change_once_although_its_acknowledgement_was_lost)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    long long ops = centre_number(centre, "SELECT count(*) FROM sync.op"), rows = centre_number(centre, "SELECT sum(ver) FROM clin.user_profiles");
    terminal_exec(a, "UPDATE outbox SET state = 0, ack_xid = NULL");
    terminal_sync(a);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.op"), ops);
    cr_expect_eq(centre_number(centre, "SELECT sum(ver) FROM clin.user_profiles"), rows);
}

/* The acknowledgement was lost, and more was written meanwhile: one batch holds what the centre has and what it has not. */
Test(exchange, takes_of_a_batch_only_what_it_does_not_have)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    long long ops = centre_number(centre, "SELECT count(*) FROM sync.op");
    terminal_exec(a, "UPDATE outbox SET state = 0, ack_xid = NULL");
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    terminal_sync(a);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor'"), 1);
    cr_expect_gt(centre_number(centre, "SELECT count(*) FROM sync.op"), ops);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.op WHERE status <> 'A'"), 0, "something was counted twice");
    cr_expect_eq(centre_number(centre, "SELECT max(last_op_seq) FROM sync.replica"), terminal_number(a, "SELECT max(seq) FROM outbox"));
}

Test(exchange, keeps_another_site_out_until_the_patient_enters_it)
{
    NEEDS_POSTGRES();
    struct terminal *c = terminal_new(centre, "desk-c", "Westside", 0);
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    char id[UID_TEXT_MAX], *sql;
    clinic_add_order(a->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
    terminal_sync(a);
    terminal_sync(c);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_medications"), 0);
    sql = mem_format("INSERT INTO sync.scope SELECT '%s', site_no, 'transferred' FROM sync.site WHERE site_name = 'Westside'",
                     uid_format(grace, id));
    centre_run(centre, sql);
    mem_free(sql);
    terminal_sync(c);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_medications"), 1);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM order_versions"), 1);
    centre_run(centre, "DELETE FROM sync.scope WHERE reason = 'transferred'");
    terminal_sync(c);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_medications"), 0);
    cr_expect_eq(terminal_number(c, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    terminal_free(c);
}

Test(exchange, forgets_an_erased_patient_and_blanks_what_waited)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    char id[UID_TEXT_MAX], *sql;
    terminal_sync(a);
    terminal_sync(b);
    clinic_add_allergy(b->clinic, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    sql = mem_format("SELECT sync.erase('%s')", uid_format(grace, id));
    centre_run(centre, sql);
    mem_free(sql);
    terminal_sync(b);
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(terminal_number(b, "SELECT count(*) FROM outbox WHERE op LIKE '%penicillin%'"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE op IS NOT NULL"), 0);
}

/* Whom a site that worked alone erased before it joined: the queue still holds the numbers of what was said about them. */
Test(exchange, joins_after_it_erased_somebody_alone)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct clinic *alone = clinic_new();
    bool is_whole = false;
    struct uid grace = clinic_add_patient(alone, &(struct clinic_patient){.last = "Okafor"});
    clinic_add_allergy(alone, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    (void)clinic_add_patient(alone, &(struct clinic_patient){.last = "Quillfeather"});
    struct patient row;
    cr_assert_eq(patient_open_again(clinic_actor(alone, CLINIC_NURSE), grace, &row, &err), STATUS_OK, "%s", error_text(&err));
    clinic_prove(alone, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_erase(clinic_actor(alone, CLINIC_PRIVACY_OFFICER), grace, row.mrn, ERASURE_GROUND_MISTAKE, "typed twice at the desk", &is_whole, &err),
                 STATUS_OK, "%s", error_text(&err));
    patient_release(&row);
    struct terminal *t = terminal_of(alone, centre, "desk-z", "Westside", 0);
    struct engine_report report = terminal_sync(t);
    cr_expect_eq(report.quarantined, 0);
    cr_expect_eq(terminal_number(t, "SELECT count(*) FROM outbox WHERE state <> 1"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Quillfeather'"), 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_profiles WHERE last_name = 'Okafor'"), 0);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL"), 0);
    cr_expect_eq(patient_erase(clinic_actor(alone, CLINIC_PRIVACY_OFFICER), grace, "1", ERASURE_GROUND_MISTAKE, "typed twice at the desk", &is_whole, &err),
                 STATUS_REFUSED, "with a centre its administrator erases");
    terminal_free(t);
}

/* Sheets for the time without the computer and what changed drug tables concern are kept on the device alone. */
Test(exchange, forgets_what_only_this_device_kept_of_an_erased_patient)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct document *sheet = NULL;
    char form[DOWNTIME_FORM_MAX], id[UID_TEXT_MAX];
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    cr_assert_eq(downtime_sheet(clinic_actor(a->clinic, CLINIC_NURSE), grace, 24, &sheet, form, &err), STATUS_OK, "%s", error_text(&err));
    document_free(sheet);
    terminal_sync(a);
    cr_assert_eq(terminal_number(a, "SELECT count(*) FROM downtime_forms"), 1);
    char *sql = mem_format("SELECT sync.erase('%s')", uid_format(grace, id));
    centre_run(centre, sql);
    mem_free(sql);
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM downtime_forms"), 0);
}

/* The log of changes is sealed, but who has the key opens it: it is emptied after the exchange, or after a later one when somebody reads. */
Test(exchange, leaves_nothing_of_an_erased_patient_in_its_files)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct site *window = NULL;
    struct uid kept = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Quillfeather"});
    struct uid gone = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Zyxwvut"});
    char id[UID_TEXT_MAX];
    clinic_add_allergy(a->clinic, gone, "penicillin", "zyxwvut reaction", REACTION_SEVERITY_MILD);
    clinic_add_allergy(a->clinic, kept, "latex", "quillfeather reaction", REACTION_SEVERITY_MILD);
    terminal_sync(a);
    cr_assert_gt(opened_pages_with(a->clinic->site->store, "zyxwvut reaction").in_log, 0, "the search finds nothing");
    char *sql = mem_format("SELECT sync.erase('%s')", uid_format(gone, id));
    centre_run(centre, sql);
    mem_free(sql);
    cr_assert_eq(site_open(a->clinic->site_folder, a->clinic->device_key_path, &a->clinic->clock, &window, &err), STATUS_OK, "%s", error_text(&err));
    struct actor *reader = NULL;
    cr_assert_eq(session_sign_in(window, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &reader, &err), STATUS_OK, "%s", error_text(&err));
    struct patient row;
    cr_assert_eq(store_read_begin(window->store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(patient_open_again(reader, kept, &row, &err), STATUS_OK, "%s", error_text(&err)); /* from here on it reads */
    patient_release(&row);
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_profiles WHERE last_name = 'Zyxwvut'"), 0);
    cr_expect_gt(opened_pages_with(a->clinic->site->store, "zyxwvut reaction").in_log, 0, "somebody reads: it has to wait");
    store_read_end(window->store);
    terminal_sync(a);
    struct opened_pages pages = opened_pages_with(a->clinic->site->store, "zyxwvut reaction");
    cr_expect_eq(pages.in_log, 0);
    cr_expect_eq(pages.in_file, 0);
    cr_expect_gt(opened_pages_with(a->clinic->site->store, "quillfeather reaction").in_file, 0, "the others are there");
    session_sign_out(reader, SESSION_END_SIGNED_OUT);
    site_close(window);
}

static int64_t unconfirmed(const char *role_of)
{
    char *sql = mem_format("SELECT count(*) FROM sync.erasure e, sync.replica r WHERE r.device_name = '%s' AND e.erasure_seq > r.erasure_ack", role_of);
    int64_t value = centre_number(centre, sql);
    mem_free(sql);
    return value;
}

Test(exchange, the_centre_knows_who_may_hold_an_erased_patient_still)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    char id[UID_TEXT_MAX];
    terminal_sync(a);
    terminal_sync(b);
    char *sql = mem_format("SELECT sync.erase('%s')", uid_format(grace, id));
    centre_run(centre, sql);
    mem_free(sql);
    cr_expect_eq(unconfirmed("desk-a"), 1);
    cr_expect_eq(unconfirmed("desk-b"), 1);
    terminal_sync(a);
    cr_expect_eq(unconfirmed("desk-a"), 0, "in the same exchange");
    cr_expect_eq(unconfirmed("desk-b"), 1, "it was not there");
    terminal_sync(b);
    cr_expect_eq(unconfirmed("desk-b"), 0);
}

Test(exchange, puts_a_bad_change_into_quarantine_and_lets_the_rest_pass)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    clinic_add_allergy(a->clinic, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    terminal_exec(a, "UPDATE outbox SET op = replace(op, '\"mild\"', '\"dreadful\"') WHERE table_name = 'user_allergies'");
    clinic_add_allergy(a->clinic, grace, "latex", "rash", REACTION_SEVERITY_MILD);
    struct engine_report report = terminal_sync(a);
    cr_expect_eq(report.quarantined, 1);
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.user_allergies"), 1);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_allergies"), 2, "the change in quarantine was taken away here");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 2 AND problem <> ''"), 1);
}

/* The answer that named the bad change was lost, and the batch is sent again. */
Test(exchange, hears_of_a_bad_change_although_the_answer_was_lost)
{
    NEEDS_POSTGRES();
    struct uid grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    clinic_add_allergy(a->clinic, grace, "penicillin", "rash", REACTION_SEVERITY_MILD);
    terminal_exec(a, "UPDATE outbox SET op = replace(op, '\"mild\"', '\"dreadful\"') WHERE table_name = 'user_allergies'");
    terminal_sync(a);
    terminal_exec(a, "UPDATE outbox SET state = 0, ack_xid = NULL, problem = NULL");
    terminal_sync(a);
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM outbox WHERE state = 2 AND problem <> ''"), 1, "nobody here hears of it");
    cr_expect_eq(terminal_number(a, "SELECT count(*) FROM user_allergies"), 1, "what was written here is gone");
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM sync.quarantine WHERE resolved_at IS NULL"), 1);
}

Test(exchange, sends_the_audit_chain_and_the_centre_checks_each_link)
{
    NEEDS_POSTGRES();
    clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor"});
    terminal_sync(a);
    cr_expect_eq(centre_number(centre, "SELECT max(seq) FROM clin.audit_logs l JOIN sync.replica r ON r.device_uuid = l.device_id WHERE "
                                       "r.device_name = 'desk-a'"),
                 terminal_number(a, "SELECT seq FROM audit_head"));
    cr_expect_eq(centre_number(centre, "SELECT count(*) FROM clin.audit_logs WHERE old_values::text LIKE '%Okafor%' OR new_values::text LIKE '%Okafor%'"), 0);
}
