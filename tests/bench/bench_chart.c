/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening a chart of 20 drugs, 6 allergies, 8 problems and 5 years of doses: what a person waits for, what of it is the
 * durable audit record, and the rest against the sum of its bare statements on the same connection. */
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "bench/big_site.h"
#include "model/dose.h"
#include "safety/screen.h"
#include "service/chart.h"
#include "service/screening.h"
#include "store/audit_store.h"
#include "store/statement.h"
#include "store/store_private.h"
#include "support/clinic.h"

enum { DAYS = 5 * 365, ROUNDS = 300, WINDOW_H = 24, EVENTS_MAX = 4000 };

static const char *const DRUGS[] = {
    "lisinopril 10 mg tab 1 tab daily",    "metformin 500 mg tab 1 tab bid",       "atorvastatin 20 mg tab 1 tab daily",
    "levothyroxine 75 mcg tab 1 tab daily", "amlodipine 5 mg tab 1 tab daily",     "omeprazole 20 mg cap 1 cap daily",
    "furosemide 40 mg tab 1 tab daily",    "sertraline 50 mg tab 1 tab daily",     "metoprolol 25 mg tab 1 tab bid",
    "gabapentin 300 mg cap 1 cap tid",     "acetaminophen 500 mg tab 1 tab tid",   "warfarin 5 mg tab 1 tab daily",
    "spironolactone 25 mg tab 1 tab daily", "aspirin 81 mg tab 1 tab daily",       "allopurinol 100 mg tab 1 tab daily",
    "tamsulosin 0.4 mg cap 1 cap daily",   "montelukast 10 mg tab 1 tab daily",    "pantoprazole 40 mg tab 1 tab daily",
    "folic acid 1 mg tab 1 tab daily",     "loratadine 10 mg tab 1 tab daily",
};
enum { DRUGS_COUNT = sizeof DRUGS / sizeof *DRUGS };

static void must(int rc, sqlite3 *db)
{
    if (rc != SQLITE_OK) {
        fatal("bench_chart: %s", sqlite3_errmsg(db));
    }
}

/* Five years of doses of every order, straight into the table. */
static void add_doses(sqlite3 *db)
{
    must(sqlite3_exec(db,
                      "WITH RECURSIVE day (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < 1825) "
                      "INSERT INTO dose_events (event_id, user_id, medication_id, scheduled_datetime, actual_datetime, status, "
                      "dose_amount_taken, dose_unit, recorded_via, order_version_id, slot_id, device_id, zone, offset_s, recorded_at) "
                      "SELECT randomblob(16), m.user_id, m.medication_id, t, t + 600000000, 'given', '1', 'tab', 'workstation', "
                      "m.current_version_id, randomblob(16), randomblob(16), 'America/New_York', -18000, t + 600000000 "
                      "FROM (SELECT n, 1795527000000000 - n * 86400000000 AS t FROM day), user_medications AS m ORDER BY n DESC",
                      NULL, NULL, NULL),
         db);
}

static void fill(struct clinic *c, struct uid patient)
{
    static const char *const allergens[] = {"penicillin", "sulfonamides", "codeine", "latex", "iodine", "peanut"};
    static const char *const problems[][2] = {{"Hypertension", "I10"}, {"Type 2 diabetes", "E11.9"}, {"Atrial fibrillation", "I48.91"},
                                              {"Heart failure", "I50.9"}, {"Gout", "M10.9"}, {"Depression", "F32.9"},
                                              {"Hypothyroidism", "E03.9"}, {"Asthma", "J45.909"}};
    for (int i = 0; i < 6; i++) {
        clinic_add_allergy(c, patient, allergens[i], "rash", REACTION_SEVERITY_MODERATE);
    }
    for (int i = 0; i < 8; i++) {
        clinic_add_condition(c, patient, problems[i][0], problems[i][1]);
    }
    for (int i = 0; i < DRUGS_COUNT; i++) {
        clinic_add_order(c, patient, DRUGS[i]);
    }
    add_doses(c->site->store->db.handle);
    clinic_pass(c, US_PER_HOUR);
}

static const char *sql_of(const char *name)
{
    for (const struct statement_list *const *list = STATEMENT_LISTS; *list != NULL; list++) {
        for (int i = 0; i < (*list)->count; i++) {
            if (strcmp((*list)->items[i].name, name) == 0) {
                return (*list)->items[i].sql;
            }
        }
    }
    fatal("bench_chart: no statement %s", name);
}

struct bare {
    const char *name;
    int64_t second, third, fourth;
    sqlite3_stmt *stmt;
};

/* Every column of every row, as a program would that does nothing with them. */
static int run_bare(struct bare *bare, size_t count, struct uid patient)
{
    int rows = 0;
    for (size_t i = 0; i < count; i++) {
        sqlite3_stmt *stmt = bare[i].stmt;
        const int64_t values[] = {bare[i].second, bare[i].third, bare[i].fourth};
        (void)sqlite3_bind_blob(stmt, 1, patient.bytes, sizeof patient.bytes, SQLITE_STATIC);
        for (int at = 2; at <= sqlite3_bind_parameter_count(stmt); at++) {
            (void)sqlite3_bind_int64(stmt, at, values[at - 2]);
        }
        for (; sqlite3_step(stmt) == SQLITE_ROW; rows++) {
            for (int column = 0; column < sqlite3_column_count(stmt); column++) {
                (void)sqlite3_column_text(stmt, column);
            }
        }
        (void)sqlite3_reset(stmt);
    }
    return rows;
}

static void print(const char *what, struct timings *t)
{
    printf("chart: %-44s median %8.3f ms  p99 %8.3f ms\n", what, (double)timings_at(t, 0.5) / 1000, (double)timings_at(t, 0.99) / 1000);
}

/* The record that opening a chart writes, and nothing else. */
static void commit_audit(struct store *store, struct uid patient)
{
    struct error err = ERROR_INIT;
    struct audit_entry entry = {.action = "chart.open", .role = "nurse", .session = "", .table = "user_profiles",
                                .record = patient, .subject = patient, .outcome = "ok", .details = "", .address = "local",
                                .risk = RISK_LEVEL_LOW};
    if (store_begin(store, &err) != STATUS_OK || audit_append(store, &entry, &err) != STATUS_OK ||
        store_commit(store, &err) != STATUS_OK) {
        fatal("%s", error_text(&err));
    }
}

int main(void)
{
    struct error err = ERROR_INIT;
    struct clinic *c = clinic_new();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .weight_kg = "70"});
    fill(c, patient);
    struct actor *actor = clinic_actor(c, CLINIC_NURSE);
    struct store *store = c->site->store;
    int64_t now_us = clock_now_us(&c->clock);
    int64_t from_us = now_us - (WINDOW_H + 24) * US_PER_HOUR, to_us = now_us + WINDOW_H * US_PER_HOUR;
    struct bare bare[] = {{.name = "patient.get"}, {.name = "patient.identifiers"}, {.name = "chart.allergies"},
                          {.name = "chart.conditions"}, {.name = "order.list", .second = from_us},
                          {.name = "dose.list", .second = from_us, .third = to_us, .fourth = EVENTS_MAX},
                          {.name = "decision.list", .second = now_us}};
    enum { BARE = sizeof bare / sizeof *bare };
    for (int i = 0; i < BARE; i++) {
        must(sqlite3_prepare_v2(store->db.handle, sql_of(bare[i].name), -1, &bare[i].stmt, NULL), store->db.handle);
    }
    struct timings whole = {0}, audit = {0}, queries = {0}, screening = {0}, rest = {0};
    int rows = 0, findings = 0;
    for (int i = 0; i < ROUNDS; i++) {
        struct chart *chart = NULL;
        struct screen_result result;
        int64_t at[5];
        at[0] = clock_monotonic_us();
        int64_t cpu_us = cpu_now_us();
        if (chart_open(actor, patient, WINDOW_H, WINDOW_H, &chart, &err) != STATUS_OK) {
            fatal("%s", error_text(&err));
        }
        cpu_us = cpu_now_us() - cpu_us;
        at[1] = clock_monotonic_us();
        commit_audit(store, patient);
        at[2] = clock_monotonic_us();
        rows = run_bare(bare, BARE, patient);
        at[3] = clock_monotonic_us();
        screen(c->site->knowledge, &chart->screening->input, &result);
        at[4] = clock_monotonic_us();
        findings = result.finding_count;
        timings_add(&whole, at[1] - at[0]);
        timings_add(&audit, at[2] - at[1]);
        timings_add(&queries, at[3] - at[2]);
        timings_add(&screening, at[4] - at[3]);
        timings_add(&rest, cpu_us);
        chart_free(chart);
    }
    printf("chart: %d drugs, %d doses kept, %d rows read for the chart, %d findings\n", DRUGS_COUNT, DRUGS_COUNT * DAYS, rows, findings);
    print("open, audit record durable", &whole);
    print("open, cpu of this process", &rest);
    print("one audit record made durable, alone", &audit);
    print("its bare statements, all columns", &queries);
    print("the screening of the whole chart, alone", &screening);
    double bare_ms = (double)timings_at(&queries, 0.5) / 1000;
    double open_ms = (double)(timings_at(&whole, 0.5) - timings_at(&audit, 0.5)) / 1000;
    printf("chart: open without the audit's fsync / bare statements, medians: %.2f\n", open_ms / bare_ms);
    for (int i = 0; i < BARE; i++) {
        (void)sqlite3_finalize(bare[i].stmt);
    }
    clinic_free(c);
    return 0;
}
