/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One patient's whole record leaves the house: who may, on what terms, that nothing is missing, and that another system (here:
 * this one) reads it. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <string.h>

#include "base/memory.h"
#include "model/registry.h"
#include "service/audits.h"
#include "service/chart.h"
#include "service/imports.h"
#include "service/metrics.h"
#include "service/patient_export.h"
#include "service/restrictions.h"
#include "store/metric_store.h"
#include "store/patient_store.h"
#include "store/person_export.h"
#include "store/store_private.h"
#include "support/clinic.h"
#include "support/folder.h"

static const char REASON[] = "the patient moves to another town";
static struct clinic *c;
static struct uid patient;

static void start(void)
{
    c = clinic_new();
    patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14", .weight_kg = "71.5"});
    clinic_add_allergy(c, patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    clinic_add_condition(c, patient, "hypertension", "I10");
    clinic_add_order(c, patient, "metformin 500 mg tab 1 tab bid");
    clinic_add_order(c, patient, "paracetamol 500 mg tab 1 tab q6h prn pain max 4");
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(patient_export, .init = start, .fini = stop);

static enum status export(enum clinic_person who, enum export_format format, const char *reason, struct buffer *out)
{
    struct error err = ERROR_INIT;
    *out = (struct buffer)BUFFER_INIT;
    return patient_export(clinic_actor(c, who), patient, format, reason, out, &err);
}

static struct buffer must_export(enum export_format format)
{
    struct buffer text;
    clinic_prove(c, CLINIC_PHARMACIST);
    cr_assert_eq(export(CLINIC_PHARMACIST, format, REASON, &text), STATUS_OK);
    return text;
}

static int audited(const char *outcome)
{
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    const struct audit_period period = {.to_us = INT64_MAX, .action_begin = "patient.export", .outcome = outcome, .before_seq = INT64_MAX, .limit = 10};
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    int count = (int)list.len;
    audit_line_list_release(&list);
    return count;
}

Test(patient_export, wants_a_role_a_reason_and_a_proof_and_leaves_a_row)
{
    struct buffer text;
    cr_expect_eq(export(CLINIC_NURSE, EXPORT_JSON, REASON, &text), STATUS_NOT_PERMITTED);
    cr_expect_eq(export(CLINIC_ADMIN, EXPORT_JSON, REASON, &text), STATUS_NOT_PERMITTED);
    cr_expect_eq(export(CLINIC_PHARMACIST, EXPORT_JSON, "", &text), STATUS_INVALID);
    cr_expect_eq(export(CLINIC_PHARMACIST, EXPORT_JSON, NULL, &text), STATUS_INVALID);
    cr_expect_eq(export(CLINIC_PHARMACIST, EXPORT_JSON, REASON, &text), STATUS_STEP_UP);
    cr_expect_null(text.bytes);
    cr_expect_eq(audited("ok"), 0);
    cr_expect_eq(audited("not_permitted"), 2);
    text = must_export(EXPORT_JSON);
    cr_expect_eq(audited("ok"), 1);
    buffer_release(&text);
    clinic_pass(c, 3 * US_PER_MINUTE);
    cr_expect_eq(export(CLINIC_PHARMACIST, EXPORT_FHIR, REASON, &text), STATUS_STEP_UP, "a proof is not for the whole day");
}

Test(patient_export, does_not_lead_past_a_restriction)
{
    struct error err = ERROR_INIT;
    struct buffer text;
    const char *const nobody[] = {NULL};
    clinic_prove(c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(c, CLINIC_PRIVACY_OFFICER), patient, RESTRICTION_RULE_VIP, nobody, &err), STATUS_OK, "%s",
                 error_text(&err));
    clinic_prove(c, CLINIC_PHARMACIST);
    cr_expect_eq(export(CLINIC_PHARMACIST, EXPORT_JSON, REASON, &text), STATUS_RESTRICTED);
    cr_expect_eq(export(CLINIC_PRIVACY_OFFICER, EXPORT_JSON, REASON, &text), STATUS_OK);
    buffer_release(&text);
}

static int rows_in(const char *table)
{
    sqlite3_stmt *stmt = NULL;
    char *sql = mem_format("SELECT count(*) FROM %s WHERE user_id = ?1", table);
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sql);
    (void)sqlite3_bind_blob(stmt, 1, patient.bytes, 16, SQLITE_STATIC);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int count = sqlite3_column_int(stmt, 0);
    (void)sqlite3_finalize(stmt);
    mem_free(sql);
    return count;
}

Test(patient_export, holds_every_row_of_every_table_about_patients)
{
    struct buffer text = must_export(EXPORT_JSON);
    struct json_document *doc = NULL;
    struct error err = ERROR_INIT;
    int tables = 0, rows = 0;
    cr_assert_eq(json_parse(text.bytes, text.len, &JSON_LIMITS_DEFAULT, 1, &doc, &err), STATUS_OK, "%s", error_text(&err));
    const struct json *all = json_get(json_root(doc), "tables");
    for (int i = 0; i < TABLES_COUNT; i++) {
        const struct json *table = json_get(all, TABLES[i]->name);
        bool is_wanted = TABLES[i]->scope == SCOPE_PATIENT && strcmp(TABLES[i]->name, "subject_keys") != 0; /* the key of the trail */
        cr_expect_eq(table != NULL, is_wanted || strcmp(TABLES[i]->name, "users") == 0, "%s", TABLES[i]->name);
        if (table != NULL) {
            cr_expect_eq(json_count(table), rows_in(TABLES[i]->name), "%s", TABLES[i]->name);
            tables++;
            rows += json_count(table);
        }
    }
    cr_expect_geq(tables, 25);
    cr_expect_geq(rows, 10);
    cr_expect_eq(bytes_count((uint8_t *)text.bytes, text.len, "penicillin") > 0, true);
    cr_expect_eq(bytes_count((uint8_t *)text.bytes, text.len, "71.5") > 0, true);
    cr_expect_eq(bytes_count((uint8_t *)text.bytes, text.len, "password_hash"), 0);
    cr_expect_str_eq(json_get_string(json_root(doc), "exported_by"), clinic_actor(c, CLINIC_PHARMACIST)->name);
    json_free(doc);
    buffer_release(&text);
}

static const struct order *order_of(const struct chart *chart, const char *drug)
{
    for (size_t i = 0; i < chart->orders.len; i++) {
        if (strstr(chart->orders.items[i].drug_text, drug) != NULL) {
            return &chart->orders.items[i];
        }
    }
    cr_assert_fail("%s is not there", drug);
    return NULL;
}

Test(patient_export, is_read_by_another_site_as_fhir)
{
    struct buffer text = must_export(EXPORT_FHIR);
    struct clinic *there = clinic_new();
    struct error err = ERROR_INIT;
    struct import_run *run = NULL;
    struct chart *chart = NULL;
    struct uid found;
    bool has_more = true;
    char *path = folder_path(there->folder, "okafor.json");
    file_write(path, text.bytes, text.len);
    const char *const paths[] = {path};
    enum status status = import_begin(clinic_actor(there, CLINIC_ADMIN), paths, 1, IMPORT_FORMAT_FHIR, &run, &err);
    while (status == STATUS_OK && has_more) {
        status = import_step(run, &has_more, &err);
    }
    cr_assert_eq(status, STATUS_OK, "%s", error_text(&err));
    const struct import_report *report = import_report_at(run, 0);
    cr_expect_null(report->error, "%s", report->error);
    cr_expect_eq(report->patients, 1);
    for (size_t i = 0; i < report->refused.len; i++) {
        cr_expect_fail("refused: %s", report->refused.items[i].reason);
    }
    for (size_t i = 0; i < report->skipped.len; i++) {
        cr_expect_fail("skipped %s: %s", report->skipped.items[i].what, report->skipped.items[i].reason);
    }
    import_end(run);
    struct patient p;
    cr_assert_eq(patient_get(c->site->store, patient, &p, &err), STATUS_OK);
    cr_assert_eq(patient_by_mrn(there->site->store, p.mrn, &found, &err), STATUS_OK, "by its number: %s", error_text(&err));
    cr_assert_eq(chart_open(clinic_actor(there, CLINIC_NURSE), found, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_str_eq(chart->patient.last_name, "Okafor");
    cr_expect_eq(date_compare(chart->patient.birth_date, p.birth_date), 0);
    cr_expect_eq(decimal_compare(chart->patient.weight_kg, p.weight_kg), 0);
    cr_assert_eq(chart->allergies.len, 1u);
    cr_expect_str_eq(chart->allergies.items[0].allergen_name, "penicillin");
    cr_expect_geq(allergy_severity(&chart->allergies.items[0]), REACTION_SEVERITY_SEVERE);
    cr_assert_eq(chart->conditions.len, 1u);
    cr_expect_str_eq(chart->conditions.items[0].code, "I10");
    cr_assert_eq(chart->orders.len, 2u);
    const struct order *metformin = order_of(chart, "metformin");
    cr_expect_eq(metformin->status, MEDICATION_STATUS_ACTIVE);
    cr_expect_eq(decimal_compare(metformin->sig.dose, decimal_from_int(1)), 0);
    cr_expect(sig_is_as_needed(&order_of(chart, "paracetamol")->sig));
    chart_free(chart);
    patient_release(&p);
    mem_free(path);
    clinic_free(there);
    buffer_release(&text);
}
