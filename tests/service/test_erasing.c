/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erasing a person's record at a site that works alone: who may, on what ground, that nothing of the person is left and
 * everything of the others is, and that the trail holds. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/registry.h"
#include "service/audits.h"
#include "service/backups.h"
#include "service/chart.h"
#include "service/demo.h"
#include "service/downtime.h"
#include "service/drafts.h"
#include "service/erasing.h"
#include "service/list_out.h"
#include "service/orders.h"
#include "service/patient_export.h"
#include "service/patients.h"
#include "service/person_links.h"
#include "store/audit_store.h"
#include "store/person_erase.h"
#include "store/store_private.h"
#include "support/folder.h"
#include "support/opened_pages.h"
#include "support/ward.h"

static const char WHY[] = "request of the court, file 2026-114";
static struct ward w;
static struct uid other, kept; /* the second record of w.patient; somebody else */

static void start(void)
{
    w = ward_new("warfarin 5 mg tab 1 tab daily");
    other = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Zyxwvut", .born = "1958-03-14"});
    kept = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Martha", .last = "Quillfeather"});
    clinic_add_allergy(w.c, other, "penicillin", "zyxwvut reaction", REACTION_SEVERITY_MILD);
    clinic_add_allergy(w.c, kept, "latex", "quillfeather reaction", REACTION_SEVERITY_MILD);
    (void)clinic_add_order(w.c, kept, "metformin 500 mg tab 1 tab bid");
}

static void stop(void)
{
    clinic_free(w.c);
}

TestSuite(erasing, .init = start, .fini = stop);

static char *mrn_of(struct uid id)
{
    struct patient patient;
    struct error err = ERROR_INIT;
    cr_assert_eq(patient_open_again(clinic_actor(w.c, CLINIC_NURSE), id, &patient, &err), STATUS_OK, "%s", error_text(&err));
    char *mrn = mem_copy_text(patient.mrn);
    patient_release(&patient);
    return mrn;
}

static enum status erase(struct uid patient, enum erasure_ground ground, struct error *err)
{
    bool is_whole = false;
    char *mrn = mrn_of(patient);
    clinic_prove(w.c, CLINIC_PRIVACY_OFFICER);
    enum status status = patient_erase(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), patient, mrn, ground, WHY, &is_whole, err);
    mem_free(mrn);
    return status;
}

static void stop_orders(void)
{
    struct error err = ERROR_INIT;
    struct order order = clinic_get_order(w.c, w.order);
    cr_assert_eq(order_stop(clinic_actor(w.c, CLINIC_PRESCRIBER), order.id, order.version, &(struct order_cause){.reason = "other: left"}, &err),
                 STATUS_OK, "%s", error_text(&err));
    order_release(&order);
}

/* Every value of every row of every table, searched for text or for the bytes of an id. */
static int found(const void *bytes, size_t len, const char *except)
{
    sqlite3 *db = w.c->site->store->db.handle;
    sqlite3_stmt *tables = NULL;
    int hits = 0;
    cr_assert_eq(sqlite3_prepare_v2(db, "SELECT name FROM sqlite_master WHERE type = 'table'", -1, &tables, NULL), SQLITE_OK);
    while (sqlite3_step(tables) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(tables, 0);
        char *sql = mem_format("SELECT * FROM %s", name);
        sqlite3_stmt *rows = NULL;
        bool is_left_out = strstr(except, name) != NULL;
        cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &rows, NULL), SQLITE_OK, "%s", sql);
        while (!is_left_out && sqlite3_step(rows) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(rows); i++) {
                const void *value = sqlite3_column_blob(rows, i);
                size_t value_len = (size_t)sqlite3_column_bytes(rows, i);
                if (value != NULL && memmem(value, value_len, bytes, len) != NULL) {
                    cr_log_info("in %s.%s", name, sqlite3_column_name(rows, i));
                    hits++;
                }
            }
        }
        (void)sqlite3_finalize(rows);
        mem_free(sql);
    }
    (void)sqlite3_finalize(tables);
    return hits;
}

static int64_t rows_of(struct uid user)
{
    struct error err = ERROR_INIT;
    int64_t rows = 0;
    cr_assert_eq(person_erase_count(w.c->site->store, user, &rows, &err), STATUS_OK, "%s", error_text(&err));
    return rows;
}

static void make_sheet_and_draft(struct uid patient)
{
    struct error err = ERROR_INIT;
    struct document *sheet = NULL;
    char form[DOWNTIME_FORM_MAX];
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), patient, 24, &sheet, form, &err), STATUS_OK, "%s", error_text(&err));
    document_free(sheet);
    cr_assert_eq(draft_save(clinic_actor(w.c, CLINIC_NURSE), "metric", patient, "{\"note\":\"zyxwvut half-typed\"}", &err), STATUS_OK, "%s", error_text(&err));
}

Test(erasing, wants_a_role_words_a_ground_the_number_and_a_proof)
{
    struct error err = ERROR_INIT;
    struct actor *officer = clinic_actor(w.c, CLINIC_PRIVACY_OFFICER);
    bool is_whole = false;
    char *mrn = mrn_of(other);
    cr_expect_eq(patient_erase(clinic_actor(w.c, CLINIC_ADMIN), other, mrn, ERASURE_GROUND_ORDER, WHY, &is_whole, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(patient_erase(officer, other, mrn, ERASURE_GROUND_ORDER, "", &is_whole, &err), STATUS_INVALID);
    cr_expect_eq(patient_erase(officer, other, mrn, ERASURE_GROUND_ORDER, WHY, &is_whole, &err), STATUS_STEP_UP);
    clinic_prove(w.c, CLINIC_PRIVACY_OFFICER);
    static const char LONG[] = "a reason that would not fit into the one line of the trail that is left of it all, as it is";
    cr_assert_gt(sizeof LONG - 1, ERASURE_REASON_BYTES);
    cr_expect_eq(patient_erase(officer, other, mrn, ERASURE_GROUND_ORDER, LONG, &is_whole, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "reason");
    cr_expect_eq(patient_erase(officer, other, "", ERASURE_GROUND_ORDER, WHY, &is_whole, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "mrn");
    cr_expect_eq(patient_erase(officer, other, mrn, ERASURE_GROUND_NONE_GIVEN, WHY, &is_whole, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "ground");
    cr_expect_eq(patient_erase(officer, other, mrn, ERASURE_GROUND_RETENTION, WHY, &is_whole, &err), STATUS_INVALID, "it was written today");
    cr_expect_str_eq(err.field, "ground");
    cr_expect_eq(patient_erase(officer, clinic_user(w.c, CLINIC_NURSE), mrn, ERASURE_GROUND_ORDER, WHY, &is_whole, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "patient");
    cr_expect_gt(rows_of(other), 0);
    mem_free(mrn);
}

Test(erasing, nobody_in_treatment_and_no_treated_mistake)
{
    struct error err = ERROR_INIT;
    cr_expect_eq(erase(w.patient, ERASURE_GROUND_ORDER, &err), STATUS_INVALID, "an order is in force");
    cr_expect_str_eq(err.field, "ground");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event due = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &due, 0);
    dose_event_release(&due);
    stop_orders();
    cr_expect_eq(erase(w.patient, ERASURE_GROUND_MISTAKE, &err), STATUS_INVALID, "a dose was given");
    cr_expect_eq(erase(w.patient, ERASURE_GROUND_ORDER, &err), STATUS_OK, "%s", error_text(&err));
}

Test(erasing, its_time_is_over_so_many_years_after_the_last_change)
{
    struct error err = ERROR_INIT;
    clinic_pass(w.c, (int64_t)(365 * 10 + 1) * 24 * US_PER_HOUR);
    cr_expect_eq(erase(other, ERASURE_GROUND_RETENTION, &err), STATUS_INVALID, "ten years have three leap days");
    clinic_pass(w.c, (int64_t)3 * 24 * US_PER_HOUR);
    cr_expect_eq(erase(other, ERASURE_GROUND_RETENTION, &err), STATUS_OK, "%s", error_text(&err));
}

/* Rows that came from another device: its part of the trail is not here. */
Test(erasing, what_another_device_wrote_counts_for_the_time_too)
{
    struct error err = ERROR_INIT;
    struct erasure_view view;
    cr_assert_eq(sqlite3_exec(w.c->site->store->db.handle, "DELETE FROM subject_keys", NULL, NULL, NULL), SQLITE_OK);
    cr_assert_eq(erasure_look(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), other, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_not(date_is_none(view.last_change));
    cr_expect_not_null(erasure_objection(&view, ERASURE_GROUND_RETENTION, site_today(w.c->site)));
    erasure_view_release(&view);
}

Test(erasing, leaves_nothing_of_the_person_and_all_of_the_others)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    stop_orders();
    cr_assert_eq(person_join(clinic_actor(w.c, CLINIC_PHARMACIST), w.patient, other, "she showed both cards", PERSON_NAME_DIFFERS, &err), STATUS_OK, "%s",
                 error_text(&err));
    make_sheet_and_draft(w.patient);
    int64_t others = rows_of(kept);
    int marks = found("quillfeather", 12, "");
    char *mrn = mrn_of(w.patient);
    cr_assert_gt(found("Zyxwvut", 7, ""), 0);
    cr_assert_gt(found(mrn, strlen(mrn), "staff_members outbox"), 0);
    cr_assert_eq(erase(w.patient, ERASURE_GROUND_ORDER, &err), STATUS_OK, "%s", error_text(&err));
    const struct uid gone[] = {w.patient, other};
    for (int i = 0; i < 2; i++) {
        cr_expect_eq(rows_of(gone[i]), 0);
        cr_expect_eq(found(gone[i].bytes, sizeof gone[i].bytes, "outbox"), 0, "the queue keeps its numbers and their names, nothing that they said");
    }
    cr_expect_eq(found("yxwvut", 6, ""), 0);
    cr_expect_eq(found("YXWVUT", 6, ""), 0);
    cr_expect_eq(found(mrn, strlen(mrn), "staff_members outbox"), 0);
    cr_expect_eq(found("Okafor", 6, ""), 0);
    cr_expect_eq(rows_of(kept), others);
    cr_expect_eq(found("quillfeather", 12, ""), marks);
    cr_expect_eq(audit_verify(w.c->site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(mrn);
    struct chart *chart = NULL;
    cr_expect_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_NOT_FOUND);
}

Test(erasing, the_trail_says_who_erased_on_what_ground_and_no_name)
{
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    const struct audit_period period = {.to_us = INT64_MAX, .action_begin = "patient.erase", .outcome = "ok", .before_seq = INT64_MAX, .limit = 10};
    cr_assert_eq(erase(other, ERASURE_GROUND_MISTAKE, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(audit_show(clinic_actor(w.c, CLINIC_AUDITOR), &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect_eq(uid_compare(list.items[0].actor, clinic_user(w.c, CLINIC_PRIVACY_OFFICER)), 0);
    cr_expect_not_null(strstr(list.items[0].details, "mistake"));
    cr_expect_not_null(strstr(list.items[0].details, "2026-114"));
    cr_expect_eq(list.items[0].risk, RISK_LEVEL_CRITICAL);
    audit_line_list_release(&list);
}

/* Another window reads while somebody is erased: the log cannot be emptied then, and nobody waits for it. */
Test(erasing, what_is_left_in_the_log_goes_when_nobody_reads)
{
    struct error err = ERROR_INIT;
    struct site *window = NULL;
    struct patient row;
    bool is_whole = true;
    clinic_hire(w.c, CLINIC_NURSE);
    cr_assert_gt(opened_pages_with(w.c->site->store, "zyxwvut reaction").in_log, 0, "the search finds nothing");
    cr_assert_eq(site_open(w.c->site_folder, w.c->device_key_path, &w.c->clock, &window, &err), STATUS_OK, "%s", error_text(&err));
    struct actor *reader = NULL;
    cr_assert_eq(session_sign_in(window, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &reader, &err), STATUS_OK, "%s",
                 error_text(&err));
    char *mrn = mrn_of(other);
    cr_assert_eq(store_read_begin(window->store, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(patient_open_again(reader, kept, &row, &err), STATUS_OK, "%s", error_text(&err)); /* from here on it reads */
    patient_release(&row);
    clinic_prove(w.c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_erase(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), other, mrn, ERASURE_GROUND_MISTAKE, WHY, &is_whole, &err), STATUS_OK,
                 "%s", error_text(&err));
    cr_expect_not(is_whole, "somebody reads");
    cr_expect_gt(opened_pages_with(w.c->site->store, "zyxwvut reaction").in_log, 0);
    cr_assert_eq(erasure_settle(clinic_actor(w.c, CLINIC_NURSE), &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_gt(opened_pages_with(w.c->site->store, "zyxwvut reaction").in_log, 0, "still somebody reads");
    store_read_end(window->store);
    cr_assert_eq(erasure_settle(clinic_actor(w.c, CLINIC_NURSE), &err), STATUS_OK, "%s", error_text(&err));
    struct opened_pages pages = opened_pages_with(w.c->site->store, "zyxwvut reaction");
    cr_expect_eq(pages.in_log, 0);
    cr_expect_eq(pages.in_file, 0);
    cr_expect_gt(opened_pages_with(w.c->site->store, "quillfeather reaction").in_file, 0, "the others are there");
    mem_free(mrn);
    session_sign_out(reader, SESSION_END_SIGNED_OUT);
    site_close(window);
}

static int copies_of_kind(const struct record_copy_list *list, enum copy_kind kind, enum copy_place place)
{
    int count = 0;
    for (size_t i = 0; i < list->len; i++) {
        count += list->items[i].kind == kind && list->items[i].place == place;
    }
    return count;
}

static char *back_up(void)
{
    struct error err = ERROR_INIT;
    struct backup made = {0};
    clinic_pass(w.c, US_PER_MINUTE);
    cr_assert_eq(backup_create(clinic_actor(w.c, CLINIC_ADMIN), w.c->folder, &made, &err), STATUS_OK, "%s", error_text(&err));
    char *folder = mem_copy_text(made.folder);
    backup_release(&made);
    clinic_pass(w.c, US_PER_MINUTE);
    return folder;
}

static struct erasure_view look_at(struct uid patient)
{
    struct error err = ERROR_INIT;
    struct erasure_view view = {0};
    cr_assert_eq(erasure_look(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), patient, &view, &err), STATUS_OK, "%s", error_text(&err));
    return view;
}

static void save_list(const char *name)
{
    static const char *const HEADS[] = {"Patient"};
    struct error err = ERROR_INIT;
    char *path = NULL;
    struct list_out *list = list_out_new(name, "Owed", PERMISSION_CLINICAL_READ, HEADS, 1);
    list_out_row(list, &name);
    cr_assert_eq(list_out_save(clinic_actor(w.c, CLINIC_NURSE), list, &path, &err), STATUS_OK, "%s", error_text(&err));
    list_out_free(list);
    mem_free(path);
}

Test(erasing, names_the_copies_that_hold_the_record_still)
{
    struct error err = ERROR_INIT;
    struct buffer whole = BUFFER_INIT;
    struct record_copy_list list = {0};
    char *first = back_up();
    struct erasure_view view = look_at(other);
    cr_expect_eq(copies_of_kind(&view.copies, COPY_BACKUP, COPY_IS_THERE), 1);
    cr_expect_eq(copies_of_kind(&view.copies, COPY_EXPORT, COPY_NOT_KNOWN), 0);
    cr_expect_not_null(strstr(view.copies.items[0].where, "prescripcare-"), "%s", view.copies.items[0].where);
    erasure_view_release(&view);
    clinic_prove(w.c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_export(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), other, EXPORT_JSON, "she asked for it", &whole, &err), STATUS_OK, "%s",
                 error_text(&err));
    buffer_release(&whole);
    save_list("ZYXWVUT, Grace");
    save_list("QUILLFEATHER, Martha");
    view = look_at(other);
    cr_expect_eq(copies_of_kind(&view.copies, COPY_EXPORT, COPY_NOT_KNOWN), 1);
    cr_expect_eq(copies_of_kind(&view.copies, COPY_LIST, COPY_IS_THERE), 1, "a list of others holds nothing of her");
    erasure_view_release(&view);
    view = look_at(kept);
    cr_expect_eq(copies_of_kind(&view.copies, COPY_EXPORT, COPY_NOT_KNOWN), 0, "somebody else's");
    erasure_view_release(&view);
    cr_assert_eq(erasure_copies(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(list.len, 0, "nobody was erased yet");
    record_copy_list_release(&list);
    cr_assert_eq(erase(other, ERASURE_GROUND_MISTAKE, &err), STATUS_OK, "%s", error_text(&err));
    char *second = back_up();
    cr_assert_eq(erasure_copies(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1, "what was copied later holds nobody who is gone");
    cr_expect_eq(list.items[0].erased, 1);
    cr_expect_eq(list.items[0].place, COPY_IS_THERE);
    char *there = realpath(first, NULL);
    cr_expect_str_eq(list.items[0].where, there);
    free(there);
    record_copy_list_release(&list);
    backup_remove(first);
    cr_assert_eq(erasure_copies(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.items[0].place, COPY_NOT_SEEN, "gone, or on a disk that is somewhere else");
    record_copy_list_release(&list);
    cr_expect_eq(erasure_copies(clinic_actor(w.c, CLINIC_NURSE), &list, &err), STATUS_NOT_PERMITTED);
    mem_free(first);
    mem_free(second);
}

/* ---- a copy of before is put back ---- */

static char *ledger_path(void)
{
    return mem_format("%s.erased", w.c->device_key_path);
}

/* The site of that copy, in another folder of this machine, and who signs in there. */
static struct actor *open_copy(const char *backup, const char *name, struct site **out)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = NULL;
    char *folder = folder_path(w.c->folder, name);
    cr_assert_eq(backup_restore(backup, folder, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(site_open(folder, w.c->device_key_path, &w.c->clock, out, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(session_sign_in(*out, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK, "%s",
                 error_text(&err));
    mem_free(folder);
    return nurse;
}

static int64_t there_are(struct site *site, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sql);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t count = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return count;
}

#define GONE "SELECT count(*) FROM user_profiles WHERE last_name = 'Zyxwvut'"
#define KEPT "SELECT count(*) FROM user_profiles WHERE last_name = 'Quillfeather'"
#define AGAIN "SELECT count(*) FROM audit_logs WHERE action_type = 'patient.erase_again'"

Test(erasing, an_older_copy_that_is_put_back_loses_them_before_anybody_is_let_in)
{
    struct error err = ERROR_INIT;
    struct audit_report report;
    struct site *site = NULL;
    clinic_hire(w.c, CLINIC_NURSE);
    char *before = back_up();
    struct actor *nurse = open_copy(before, "with", &site);
    cr_assert_eq(there_are(site, GONE), 1, "the copy holds her");
    cr_assert_eq(there_are(site, AGAIN), 0);
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    cr_assert_eq(erase(other, ERASURE_GROUND_MISTAKE, &err), STATUS_OK, "%s", error_text(&err));
    nurse = open_copy(before, "put_back", &site);
    cr_expect_eq(there_are(site, GONE), 0);
    cr_expect_eq(there_are(site, KEPT), 1);
    cr_expect_eq(there_are(site, AGAIN), 1);
    cr_expect_eq(opened_pages_with(site->store, "zyxwvut reaction").in_file, 0);
    cr_expect_eq(opened_pages_with(site->store, "zyxwvut reaction").in_log, 0);
    cr_expect_eq(audit_verify(site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    cr_assert_eq(session_sign_in(site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK);
    cr_expect_eq(there_are(site, AGAIN), 1, "once");
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    mem_free(before);
}

/* Nobody erases a person by writing into that file: what is not sealed with the device's key is passed over, and so is a torn line. */
Test(erasing, the_list_of_who_was_erased_is_believed_only_from_this_device)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    clinic_hire(w.c, CLINIC_NURSE);
    char *before = back_up(), *path = ledger_path(), id[UID_TEXT_MAX];
    cr_assert_eq(erase(other, ERASURE_GROUND_MISTAKE, &err), STATUS_OK, "%s", error_text(&err));
    size_t len = 0;
    uint8_t *bytes = file_read(path, &len);
    cr_assert_gt(len, 20);
    cr_expect_eq(bytes_count(bytes, len, uid_format(other, id)), 0, "not even the number is in the clear");
    bytes[len / 2] ^= 1;
    file_write(path, bytes, len);
    struct actor *nurse = open_copy(before, "forged", &site);
    cr_expect_eq(there_are(site, GONE), 1, "the line was changed");
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    bytes[len / 2] ^= 1;
    file_write(path, bytes, len / 2);
    nurse = open_copy(before, "torn", &site);
    cr_expect_eq(there_are(site, GONE), 1, "the line was cut");
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    mem_free(bytes);
    mem_free(path);
    mem_free(before);
}

/* Records that came from elsewhere have ids that tell no time: those of the demo are derived. */
Test(erasing, names_the_copies_of_a_record_whose_id_tells_no_time)
{
    struct error err = ERROR_INIT;
    struct demo_user users[DEMO_USERS];
    struct site *site = NULL;
    struct actor *admin = NULL, *officer = NULL;
    struct backup made = {0};
    struct erasure_view view = {0};
    struct uid grace;
    char *folder = folder_path(w.c->folder, "demo"), *key = folder_path(w.c->folder, "demo.key");
    cr_assert_eq(demo_create(folder, key, 6, 20260101, PASSWORD_COST_TEST, &w.c->clock, users, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(site_open(folder, key, &w.c->clock, &site, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(session_sign_in(site, users[0].login, users[0].password, &admin, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(backup_create(admin, w.c->folder, &made, &err), STATUS_OK, "%s", error_text(&err));
    for (int i = 0; i < DEMO_USERS && officer == NULL; i++) {
        if (users[i].role == ROLE_PRIVACY_OFFICER) {
            cr_assert_eq(session_sign_in(site, users[i].login, users[i].password, &officer, &err), STATUS_OK, "%s", error_text(&err));
        }
    }
    cr_assert_eq(patient_resolve(officer, "004182", &grace, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_neq(grace.bytes[6] >> 4, 7, "this one tells a time");
    cr_assert_eq(erasure_look(officer, grace, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(copies_of_kind(&view.copies, COPY_BACKUP, COPY_IS_THERE), 1);
    erasure_view_release(&view);
    backup_release(&made);
    session_sign_out(officer, SESSION_END_SIGNED_OUT);
    session_sign_out(admin, SESSION_END_SIGNED_OUT);
    site_close(site);
    mem_free(folder);
    mem_free(key);
}
