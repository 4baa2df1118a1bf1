/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing into a site: whole patients, accounts that add up, second runs that change nothing, and
 * never into somebody else's chart. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "model/registry.h"
#include "service/chart.h"
#include "service/imports.h"
#include "service/orders.h"
#include "store/chart_store.h"
#include "store/order_store.h"
#include "store/patient_store.h"
#include "store/store_private.h"
#include "support/clinic.h"
#include "support/folder.h"

#define PATIENT(id, last, born)                                                                    \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"gender\":\"female\",\"name\":[{\"family\":" \
    "\"" last "\",\"given\":[\"Ada\"]}],\"birthDate\":\"" born "\"}"
#define ORDER(id, patient, status, drug)                                             \
    "{\"resourceType\":\"MedicationRequest\",\"id\":\"" id "\",\"status\":\"" status \
    "\",\"intent\":\"order\",\"subject\":{\"reference\":\"Patient/" patient          \
    "\"},\"medicationCodeableConcept\":{\"text\":\"" drug "\"},\"authoredOn\":\"2026-01-05\"}"
#define BUNDLE(entries) \
    "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[" entries "]}"
#define ENTRY(resource) "{\"resource\":" resource "}"

struct result {
    struct import_run *run;
    enum status status;
    struct error err;
};

static struct result import(struct clinic *c, const char *const *paths, size_t count)
{
    struct result r = {.err = ERROR_INIT};
    bool has_more = true;
    r.status = import_begin(clinic_actor(c, CLINIC_ADMIN), paths, count, IMPORT_FORMAT_AUTO, &r.run,
                            &r.err);
    while (r.status == STATUS_OK && has_more) {
        r.status = import_step(r.run, &has_more, &r.err);
    }
    cr_assert_eq(r.status, STATUS_OK, "%s", error_text(&r.err));
    for (size_t i = 0; i < import_report_count(r.run); i++) {
        cr_assert(import_report_at(r.run, i)->is_done);
    }
    return r;
}

static struct result import_text(struct clinic *c, const char *name, const char *text)
{
    char *path = folder_path(c->folder, name);
    file_write(path, text, strlen(text));
    const char *const paths[] = {path};
    struct result r = import(c, paths, 1);
    mem_free(path);
    return r;
}

static int64_t count_of(const struct import_counts *counts, const char *what)
{
    int64_t count = 0;
    for (size_t i = 0; i < counts->len; i++) {
        count += strcmp(counts->items[i].what, what) == 0 ? counts->items[i].count : 0;
    }
    return count;
}

static int64_t sum_of(const struct import_counts *counts)
{
    int64_t count = 0;
    for (size_t i = 0; i < counts->len; i++) {
        count += counts->items[i].count;
    }
    return count;
}

static const struct import_report *report(const struct result *r)
{
    return import_report_at(r->run, 0);
}

/* Every value of every row of the clinical tables. */
static uint64_t print_of(struct clinic *c)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int t = 0; t < TABLES_COUNT; t++) {
        if (TABLES[t]->scope != SCOPE_PATIENT || strcmp(TABLES[t]->name, "audit_logs") == 0) {
            continue;
        }
        sqlite3_stmt *stmt = NULL;
        char *sql = mem_format("SELECT * FROM %s ORDER BY 1", TABLES[t]->name);
        cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK,
                     "%s", sql);
        mem_free(sql);
        while (sqlite3_step(stmt) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(stmt); i++) {
                const unsigned char *bytes = sqlite3_column_blob(stmt, i);
                for (int k = 0; k < sqlite3_column_bytes(stmt, i); k++) {
                    hash = (hash ^ bytes[k]) * UINT64_C(0x100000001b3);
                }
                hash = (hash ^ 0xff) * UINT64_C(0x100000001b3);
            }
        }
        cr_assert_eq(sqlite3_finalize(stmt), SQLITE_OK);
    }
    return hash;
}

static int patients_here(struct clinic *c)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle,
                                    "SELECT count(DISTINCT user_id) FROM patient_identifiers", -1,
                                    &stmt, NULL),
                 SQLITE_OK);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int count = sqlite3_column_int(stmt, 0);
    cr_assert_eq(sqlite3_finalize(stmt), SQLITE_OK);
    return count;
}

/* Sums of what was found in a folder of the shared data, and that a second run adds nothing. */
static void import_shared(const char *name, int patients, int64_t orders, size_t refused)
{
    const char *shared = getenv("PRESCRIPCARE_SHARED");
    char *path = shared ? mem_format("%s/data/%s", shared, name)
                        : mem_format("%s/../shared/data/%s", PC_SRCDIR, name);
    if (!file_is_there(path)) {
        mem_free(path);
        cr_skip_test("the shared data are not here");
    }
    struct clinic *c = clinic_new();
    const char *const paths[] = {path};
    uint64_t print = 0;
    for (int turn = 0; turn < 2; turn++) {
        struct result r = import(c, paths, 1);
        int new_patients = 0;
        size_t refused_now = 0;
        int64_t orders_now = 0, written = 0;
        for (size_t i = 0; i < import_report_count(r.run); i++) {
            const struct import_report *file = import_report_at(r.run, i);
            cr_assert_null(file->error, "%s: %s", file->file, file->error);
            cr_assert_eq(file->entries, sum_of(&file->read) + sum_of(&file->skipped), "%s",
                         file->file);
            new_patients += file->patients;
            refused_now += file->refused.len;
            orders_now += count_of(&file->read, "MedicationRequest");
            written += sum_of(&file->written);
        }
        cr_assert_eq(new_patients, turn == 0 ? patients : 0, "%d", new_patients);
        cr_assert_eq(orders_now, orders, "%d", (int)orders_now);
        cr_assert_eq(refused_now, refused);
        cr_assert(turn == 0 ? written > 0 : written == 0, "%d written", (int)written);
        cr_assert(turn == 0 || print == print_of(c), "a second run changed a row");
        print = print_of(c);
        import_end(r.run);
    }
    mem_free(path);
    clinic_free(c);
}

Test(import, takes_the_synthea_bundles_once)
{
    import_shared("fhir_synthea_r4", 32, 120, 0);
}

Test(import, takes_bulk_data_in_whatever_order_its_files_come)
{
    import_shared("fhir_synthea_r4_ndjson", 169, 1367, 0);
}

Test(import, takes_the_examples_of_the_standard_and_refuses_the_dog)
{
    import_shared("fhir_hl7_r4_examples", 9, 21, 1);
}

Test(import, keeps_two_people_apart_whom_two_systems_call_1)
{
    struct clinic *c = clinic_new();
    struct result a = import_text(c, "a.json",
                                  BUNDLE(ENTRY(PATIENT("1", "Okafor", "1958-03-14")) "," ENTRY(
                                      ORDER("1", "1", "active", "warfarin 5 mg"))));
    struct result b = import_text(c, "b.json",
                                  BUNDLE(ENTRY(PATIENT("1", "Reyes", "1990-01-02")) "," ENTRY(
                                      ORDER("1", "1", "active", "aspirin 81 mg"))));
    cr_assert_eq(report(&a)->patients + report(&b)->patients, 2);
    cr_assert_eq(count_of(&report(&b)->written, "MedicationRequest"), 1);
    cr_assert_eq(patients_here(c), 2);
    import_end(a.run);
    import_end(b.run);
    clinic_free(c);
}

#define URL "https://ehr.example.org/fhir/"
#define AT(type, id, resource) "{\"fullUrl\":\"" URL type "/" id "\",\"resource\":" resource "}"

/* --dry-run: the account of a run, and a database in which nothing happened. */
Test(import, on_trial_says_the_same_and_keeps_nothing)
{
    static const char TEXT[] = BUNDLE(
        ENTRY("{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{\"family\":\"Okafor\"}],\"birthDate\":\"1958-03-14\","
              "\"generalPractitioner\":[{\"reference\":\"Practitioner/p1\"}]}") ","
        ENTRY(ORDER("1", "1", "active", "warfarin 5 mg")) "," ENTRY(
            "{\"resourceType\":\"Practitioner\",\"id\":\"p1\",\"name\":[{\"family\":\"Osei\",\"given\":[\"Kwame\"]}],"
            "\"identifier\":[{\"system\":\"http://hl7.org/fhir/sid/us-npi\",\"value\":\"1234567893\"}]}"));
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct import_run *run = NULL;
    bool has_more = true;
    char *path = folder_path(c->folder, "trial.json");
    file_write(path, TEXT, sizeof TEXT - 1);
    const char *const paths[] = {path};
    (void)clinic_actor(c, CLINIC_ADMIN);
    uint64_t print = print_of(c);
    cr_assert_eq(import_begin(clinic_actor(c, CLINIC_ADMIN), paths, 1, IMPORT_FORMAT_AUTO, &run, &err), STATUS_OK);
    enum status status = import_try(run, &err);
    while (status == STATUS_OK && has_more) {
        status = import_step(run, &has_more, &err);
    }
    cr_assert_eq(status, STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(print_of(c), print, "nothing was kept");
    struct result kept = import(c, paths, 1);
    const struct import_report *tried = import_report_at(run, 0);
    cr_expect_eq(tried->patients, 1);
    cr_expect_eq(tried->patients, report(&kept)->patients);
    cr_expect_eq(sum_of(&tried->written), sum_of(&report(&kept)->written));
    cr_expect_eq(count_of(&tried->written, "MedicationRequest"), 1);
    cr_expect_eq(tried->refused.len, 0u);
    cr_expect_neq(print_of(c), print, "the print sees what a run keeps");
    import_end(run);
    import_end(kept.run);
    mem_free(path);
    clinic_free(c);
}

Test(import, refuses_somebody_else_under_a_known_address)
{
    struct clinic *c = clinic_new();
    struct result a = import_text(c, "a.json",
                                  BUNDLE(AT("Patient", "7", PATIENT("7", "Okafor", "1958-03-14"))));
    uint64_t print = print_of(c);
    struct result b = import_text(
        c, "b.json",
        BUNDLE(AT("Patient", "7", PATIENT("7", "Reyes", "1990-01-02")) "," AT(
            "MedicationRequest", "9", ORDER("9", "7", "active", "aspirin 81 mg"))));
    cr_assert_eq(report(&b)->refused.len, 1);
    cr_assert(strstr(report(&b)->refused.items[0].reason, "b.json, line 1"), "%s",
              report(&b)->refused.items[0].reason);
    cr_assert_eq(sum_of(&report(&b)->written), 0);
    cr_assert_eq(print_of(c), print);
    import_end(a.run);
    import_end(b.run);
    clinic_free(c);
}

static struct uid only_patient(struct clinic *c)
{
    struct patient_hit_list hits = {0};
    struct date today = {2026, 11, 24};
    cr_assert_eq(patient_search(c->site->store, "okafor", 5, today, &hits, NULL), STATUS_OK);
    cr_assert_eq(hits.len, 1);
    struct uid id = hits.items[0].id;
    patient_hit_list_release(&hits);
    return id;
}

static struct order only_order(struct clinic *c)
{
    struct order_list list = {0};
    cr_assert_eq(order_list_get(c->site->store, only_patient(c), 0, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 1);
    struct order order;
    order_copy(&list.items[0], &order);
    order_list_release(&list);
    return order;
}

#define CHART(status)                                                       \
    BUNDLE(AT("Patient", "7", PATIENT("7", "Okafor", "1958-03-14")) "," AT( \
        "MedicationRequest", "9", ORDER("9", "7", status, "warfarin 5 mg")))

Test(import, follows_an_order_that_its_source_stopped)
{
    struct clinic *c = clinic_new();
    struct result a = import_text(c, "a.json", CHART("active"));
    struct result b = import_text(c, "b.json", CHART("stopped"));
    struct order order = only_order(c);
    cr_assert_eq(order.status, MEDICATION_STATUS_STOPPED);
    cr_assert_eq(report(&b)->patients_changed, 1);
    order_release(&order);
    struct result again = import_text(c, "a.json", CHART("active")); /* an old file is no news */
    order = only_order(c);
    cr_assert_eq(order.status, MEDICATION_STATUS_STOPPED);
    order_release(&order);
    import_end(a.run);
    import_end(b.run);
    import_end(again.run);
    clinic_free(c);
}

Test(import, leaves_an_order_alone_that_somebody_here_changed)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct result a = import_text(c, "a.json", CHART("active"));
    struct order order = only_order(c);
    order.parent = order.version;
    order.version = (struct uid){{9}};
    order.action = ORDER_ACTION_HOLD;
    order.status = MEDICATION_STATUS_ON_HOLD;
    cr_assert_eq(store_begin(c->site->store, &err), STATUS_OK);
    cr_assert_eq(order_add_version(c->site->store, &order, NULL, NULL, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(store_commit(c->site->store, &err), STATUS_OK);
    order_release(&order);
    struct result b = import_text(c, "b.json", CHART("completed"));
    order = only_order(c);
    cr_assert_eq(order.status, MEDICATION_STATUS_ON_HOLD);
    cr_assert_eq(count_of(&report(&b)->warnings, "MedicationRequest"), 1);
    order_release(&order);
    import_end(a.run);
    import_end(b.run);
    clinic_free(c);
}

Test(import, adds_later_pages_to_a_patient_of_this_site)
{
    struct clinic *c = clinic_new();
    struct result a = import_text(c, "a.json",
                                  BUNDLE(AT("Patient", "7", PATIENT("7", "Okafor", "1958-03-14"))));
    struct result b = import_text(
        c, "b.json",
        BUNDLE(AT("MedicationRequest", "9", ORDER("9", "7", "active", "warfarin 5 mg")) "," AT(
            "MedicationRequest", "8", ORDER("8", "404", "active", "aspirin 81 mg"))));
    cr_assert_eq(count_of(&report(&b)->written, "MedicationRequest"), 1);
    cr_assert_eq(count_of(&report(&b)->skipped, "MedicationRequest"), 1);
    cr_assert_eq(report(&b)->entries, 2);
    struct order order = only_order(c);
    cr_assert_str_eq(order.drug_text, "warfarin 5 mg");
    order_release(&order);
    import_end(a.run);
    import_end(b.run);
    clinic_free(c);
}

Test(import, refuses_one_patient_and_takes_the_other)
{
    struct clinic *c = clinic_new();
    struct result r = import_text(
        c, "a.json",
        BUNDLE("\n" ENTRY(PATIENT("1", "Okafor", "1958-03-14")) ",\n" ENTRY(PATIENT(
            "2", "Reyes", "1990-02-31")) ",\n" ENTRY(ORDER("3", "2", "active", "aspirin 81 mg"))));
    cr_assert_eq(report(&r)->patients, 1);
    cr_assert_eq(report(&r)->refused.len, 1);
    cr_assert(strstr(report(&r)->refused.items[0].reason,
                     "a.json, line 3, Patient.birthDate at entry[1].resource.birthDate"),
              "%s", report(&r)->refused.items[0].reason);
    cr_assert_eq(report(&r)->entries, 3);
    cr_assert_eq(sum_of(&report(&r)->read) + sum_of(&report(&r)->skipped), 3);
    cr_assert_eq(patients_here(c), 1);
    import_end(r.run);
    clinic_free(c);
}

/* The counter refuses a birth date that has not come; a file is no way round it. */
Test(import, refuses_a_patient_who_is_not_born_yet)
{
    struct clinic *c = clinic_new();
    struct result r =
        import_text(c, "a.json", BUNDLE("\n" ENTRY(PATIENT("1", "Okafor", "2199-03-14"))));
    cr_assert_eq(report(&r)->patients, 0);
    cr_assert_eq(report(&r)->refused.len, 1);
    cr_assert(strstr(report(&r)->refused.items[0].reason, "a.json, line 2"), "%s",
              report(&r)->refused.items[0].reason);
    cr_assert_eq(patients_here(c), 0);
    import_end(r.run);
    clinic_free(c);
}

Test(import, gives_a_number_of_its_own_where_the_sources_is_taken)
{
#define NUMBERED(id, last)                                                                  \
    "{\"resourceType\":\"Patient\",\"id\":\"" id "\",\"name\":[{\"family\":\"" last         \
    "\"}],\"birthDate\":\"1958-03-14\",\"identifier\":[{\"type\":{\"coding\":[{\"system\":" \
    "\"http://terminology.hl7.org/CodeSystem/v2-0203\",\"code\":\"MR\"}]},\"value\":\"M17\"}]}"
    struct clinic *c = clinic_new();
    struct result r = import_text(
        c, "a.json", BUNDLE(ENTRY(NUMBERED("1", "Okafor")) "," ENTRY(NUMBERED("2", "Reyes"))));
    struct uid owner;
    struct patient okafor;
    cr_assert_eq(report(&r)->patients, 2);
    cr_assert_eq(count_of(&report(&r)->warnings, "Patient"), 1);
    cr_assert_eq(patient_by_mrn(c->site->store, "M17", &owner, NULL), STATUS_OK);
    cr_assert_eq(patient_get(c->site->store, owner, &okafor, NULL), STATUS_OK);
    cr_assert_str_eq(okafor.mrn, "M17");
    patient_release(&okafor);
    import_end(r.run);
    clinic_free(c);
}

Test(import, walks_folders_in_order_and_names_what_is_no_data)
{
    struct clinic *c = clinic_new();
    char *readme = folder_path(c->folder, "README.txt"), *data = folder_path(c->folder, "b.json");
    char *broken = folder_path(c->folder, "a.json");
    file_write(readme, "hello", 5);
    file_write(broken, "{\"resourceType\":", 16);
    file_write(data, BUNDLE(ENTRY(PATIENT("1", "Okafor", "1958-03-14"))),
               strlen(BUNDLE(ENTRY(PATIENT("1", "Okafor", "1958-03-14")))));
    const char *const paths[] = {readme, broken, data, "/nowhere/at/all.json"};
    struct result r = import(c, paths, 4);
    cr_assert_eq(import_report_count(r.run), 4);
    cr_assert_not_null(import_report_at(r.run, 0)->error); /* it was asked for by name */
    cr_assert(strstr(import_report_at(r.run, 1)->error, "a.json: line 1"), "%s",
              import_report_at(r.run, 1)->error);
    cr_assert_eq(import_report_at(r.run, 2)->patients, 1);
    cr_assert_not_null(import_report_at(r.run, 3)->error);
    import_end(r.run);
    mem_free(readme);
    mem_free(broken);
    mem_free(data);
    clinic_free(c);
}

Test(import, is_for_those_who_may)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct import_run *run = NULL;
    const char *const paths[] = {"/nowhere"};
    cr_assert_eq(
        import_begin(clinic_actor(c, CLINIC_STUDENT), paths, 1, IMPORT_FORMAT_AUTO, &run, &err),
        STATUS_NOT_PERMITTED);
    clinic_free(c);
}

static int rows(struct clinic *c, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK,
                 "%s", sql);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW, "%s", sql);
    int count = sqlite3_column_int(stmt, 0);
    cr_assert_eq(sqlite3_finalize(stmt), SQLITE_OK);
    return count;
}

Test(import, knows_who_cares_and_who_pays)
{
    static const char
        text
            [] =
                BUNDLE(ENTRY("{\"resourceType\":\"Patient\",\"id\":\"1\",\"name\":[{\"family\":"
                             "\"Okafor\"}],\"birthDate\":"
                             "\"1958-03-14\",\"generalPractitioner\":[{\"reference\":"
                             "\"Practitioner/gp\"}]}") "," ENTRY("{\"resourceType\":"
                                                                 "\"Practitioner\",\"id\":\"gp\","
                                                                 "\"identifier\":[{\"system\":"
                                                                 "\"http://hl7.org/fhir/sid/"
                                                                 "us-npi\",\"value\":"
                                                                 "\"1234567893\"}],\"name\":[{"
                                                                 "\"family\":\"House\"}]}") "," ENTRY("{\"resourceType\":\"PractitionerRole\",\"id\":\"role\",\"practitioner\":{\"reference\":"
                                                                                                      "\"Practitioner/other\"}}") "," ENTRY("{\"resourceType\":\"Practitioner\",\"id\":\"other\",\"name\":[{\"family\":\"Wilson\"}]}") "," ENTRY("{\"resourceType\":\"MedicationRequest\",\"id\":\"m\",\"status\":\"active\",\"intent\":\"order\","
                                                                                                                                                                                                                                                 "\"subject\":{\"reference\":\"Patient/1\"},\"requester\":{\"reference\":\"PractitionerRole/role\"},"
                                                                                                                                                                                                                                                 "\"medicationCodeableConcept\":{\"text\":\"warfarin 5 mg\"}}") "," ENTRY("{\"resourceType\":\"Organization\",\"id\":\"org\",\"name\":\"Acme Health\"}") "," ENTRY("{\"resourceType\":\"Coverage\",\"id\":\"c\",\"status\":\"active\",\"subscriberId\":\"S-17\","
                                                                                                                                                                                                                                                                                                                                                                                                                   "\"beneficiary\":{\"reference\":\"Patient/1\"},\"payor\":[{\"reference\":\"Organization/org\"}],"
                                                                                                                                                                                                                                                                                                                                                                                                                   "\"period\":{\"start\":\"2026-01-01\"},\"order\":1}"));
    struct clinic *c = clinic_new();
    for (int turn = 0; turn < 2; turn++) {
        struct result r = import_text(c, "a.json", text);
        cr_assert_eq(sum_of(&report(&r)->written), turn == 0 ? 5 : 0, "%d",
                     (int)sum_of(&report(&r)->written));
        cr_assert_eq(report(&r)->entries, 7);
        import_end(r.run);
    }
    cr_assert_eq(
        rows(c, "SELECT count(*) FROM healthcare_providers WHERE npi_number = '1234567893'"), 1);
    cr_assert_eq(rows(c, "SELECT count(*) FROM user_provider_relationships WHERE is_primary AND "
                         "relationship_type = "
                         "'primary_care' AND NOT can_prescribe AND NOT can_view_medications"),
                 1);
    cr_assert_eq(rows(c, "SELECT count(*) FROM user_provider_relationships"), 2);
    cr_assert_eq(rows(c, "SELECT count(*) FROM user_insurance WHERE insurance_company = 'Acme "
                         "Health' AND policy_number = "
                         "'S-17' AND is_primary AND is_active AND effective_date = '2026-01-01'"),
                 1);
    clinic_free(c);
}
