/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/service_kill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "fault/counted_calls.h"
#include "model/registry.h"
#include "service/chart.h"
#include "service/doses.h"
#include "service/imports.h"
#include "service/orders.h"
#include "store/audit_store.h"
#include "store/store_private.h"
#include "support/clinic.h"
#include "support/folder.h"

enum { TABLES_MAX = 128, FILES_MAX = 12, IMPORTED = 3 };

struct service_deed {
    const char *name, *action; /* of its audit records */
    enum clinic_person who;
    int steps;                 /* transactions that change rows, all of one shape */
    uint64_t floor;
    bool is_once;              /* done again, it changes nothing */
    enum status (*run)(struct service_kill *k, struct actor *actor, bool is_armed, struct error *err);
};

/* How many rows, outbox rows and audit records of the deed there are, table by table. */
struct counts {
    int64_t rows[TABLES_MAX], waiting[TABLES_MAX], audits;
};

struct service_kill {
    const struct service_deed *deed;
    struct clinic *clinic;
    struct uid patient, order;
    char *bundle;
    char *paths[FILES_MAX];
    uint8_t *bytes[FILES_MAX];
    size_t lens[FILES_MAX], files;
    struct counts before, after;
    uint64_t calls, kill_at;
    bool kill_is_torn;
};

static void must(enum status status, const struct error *err)
{
    if (status != STATUS_OK) {
        fatal("%s (%s)", error_text(err), err->field);
    }
}

/* --- deeds ----------------------------------------------------------------------------------------------------------- */

static void arm(const struct service_kill *k, bool is_armed)
{
    if (is_armed) {
        counted_calls_arm(k->kill_at, k->kill_is_torn);
    }
}

static enum status record_dose(struct service_kill *k, struct actor *actor, bool is_armed, struct error *err)
{
    struct chart *chart = NULL;
    char reason[] = "workload", none[] = "";
    struct uid id;
    enum status status = chart_open(actor, k->patient, 24, 24, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    const struct order *order = &chart->orders.items[0];
    struct dose_event event = {.patient = k->patient, .order = order->id, .order_version = order->version,
                               .slot = chart->slots.items[0].id, .planned_us = chart->slots.items[0].planned_us,
                               .occurred_us = clock_now_us(&k->clinic->clock), .status = DOSE_STATUS_GIVEN,
                               .amount = order->sig.dose, .unit = order->sig.unit, .route = order->sig.route,
                               .reason = none, .reason_text = none, .timing_reason = reason, .product_code = none,
                               .no_scan_reason = NO_SCAN_REASON_DAMAGED, .identified_by = IDENTIFIED_BY_WRISTBAND,
                               .recorded_via = RECORDED_VIA_WORKSTATION};
    arm(k, is_armed);
    status = dose_record(actor, &event, DOSE_ASK_NONE, &id, err);
    chart_free(chart);
    return status;
}

static enum status add_medication(struct service_kill *k, struct actor *actor, bool is_armed, struct error *err)
{
    struct proposal *proposal = NULL;
    struct uid id;
    char drug[] = "atorvastatin", strength[] = "20 mg", form[] = "tab", none[] = "";
    struct order order = {.patient = k->patient, .action = ORDER_ACTION_START, .status = MEDICATION_STATUS_ACTIVE,
                          .drug_text = drug, .strength = strength, .dosage_form = form, .indication = none,
                          .sig = {.dose = {20, 0}, .unit = UNIT_MG, .route = ROUTE_ORAL, .kind = SCHEDULE_KIND_WALL, .times_count = 1,
                                  .times_min = {1200}}};
    enum status status = order_propose(actor, k->patient, &order, &proposal, err);
    arm(k, is_armed);
    if (status == STATUS_OK) {
        status = order_save(actor, proposal, NULL, 0, NULL, &id, err);
    }
    proposal_free(proposal);
    return status;
}

static enum status import_bundle(struct service_kill *k, struct actor *actor, bool is_armed, struct error *err)
{
    const char *const paths[] = {k->bundle};
    struct import_run *run = NULL;
    bool more = true;
    arm(k, is_armed);
    enum status status = import_begin(actor, paths, 1, IMPORT_FORMAT_AUTO, &run, err);
    while (status == STATUS_OK && more) {
        status = import_step(run, &more, err);
    }
    const struct import_report *report = status == STATUS_OK ? import_report_at(run, 0) : NULL;
    if (report != NULL && (report->error != NULL || report->refused.len > 0)) {
        status = error_set(err, STATUS_INVALID, "%s", report->error != NULL ? report->error : report->refused.items[0].reason);
    }
    import_end(run);
    return status;
}

static const struct service_deed DEEDS[DEED_COUNT] = {
    [DEED_RECORD_DOSE] = {"record a dose", "dose.record", CLINIC_NURSE, 1, 60, true, record_dose},
    [DEED_ADD_MEDICATION] = {"add a medication", "order.add", CLINIC_PRESCRIBER, 1, 70, false, add_medication},
    [DEED_IMPORT_BUNDLE] = {"import a bundle", "import.patient", CLINIC_PHARMACIST, IMPORTED, 170, true, import_bundle},
};

const char *service_deed_name(enum service_deed_kind deed)
{
    return DEEDS[deed].name;
}

uint64_t service_deed_floor(enum service_deed_kind deed)
{
    return DEEDS[deed].floor;
}

/* --- the site -------------------------------------------------------------------------------------------------------- */

/* Patients of one shape, so that each writes as many rows as the next. */
static void write_bundle(const char *path)
{
    static const char *const names[IMPORTED] = {"Quill", "Dorsk", "Flamb"};
    struct buffer json = BUFFER_INIT;
    buffer_append_text(&json, "{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[");
    for (int i = 0; i < IMPORTED; i++) {
        buffer_append_format(
            &json,
            "%s{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p%d\",\"name\":[{\"family\":\"%s\",\"given\":[\"Bertha\"]}],"
            "\"gender\":\"female\",\"birthDate\":\"195%d-03-1%d\"}},"
            "{\"resource\":{\"resourceType\":\"MedicationRequest\",\"id\":\"m%d\",\"status\":\"active\",\"intent\":\"order\","
            "\"subject\":{\"reference\":\"Patient/p%d\"},\"medicationCodeableConcept\":{\"text\":\"lisinopril 10 mg tablet\"},"
            "\"authoredOn\":\"2026-01-05\"}},"
            "{\"resource\":{\"resourceType\":\"AllergyIntolerance\",\"id\":\"a%d\",\"patient\":{\"reference\":\"Patient/p%d\"},"
            "\"code\":{\"text\":\"penicillin\"}}}",
            i == 0 ? "" : ",", i, names[i], i, i, i, i, i, i);
    }
    buffer_append_text(&json, "]}");
    file_write(path, json.bytes, json.len);
    buffer_release(&json);
}

static void take_picture(struct service_kill *k)
{
    static const char *const names[] = {"site.db", "site.db-wal", "site.db-shm", "keys", "audit.key", "site.lock"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = folder_path(k->clinic->site_folder, names[i]);
        k->bytes[k->files] = file_read(path, &k->lens[k->files]);
        k->paths[k->files++] = path;
    }
}

static void put_back(const struct service_kill *k)
{
    for (size_t i = 0; i < k->files; i++) {
        (void)unlink(k->paths[i]); /* may not be there */
        if (k->bytes[i] != NULL) {
            file_write(k->paths[i], k->bytes[i], k->lens[i]);
        }
    }
}

static int64_t number(struct store *store, const char *sql, const char *name)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(store->db.handle, sql, -1, &stmt, NULL) != SQLITE_OK ||
        (name != NULL && sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) != SQLITE_OK) || sqlite3_step(stmt) != SQLITE_ROW) {
        fatal("%s: %s", sql, sqlite3_errmsg(store->db.handle));
    }
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

/* What signing in, looking and signing out write is no part of a deed; usual_directions holds counters, one row however
 * often. */
static bool is_counted(const char *table)
{
    static const char *const others[] = {"audit_logs", "audit_checkpoints", "session_management", "staff_members", "outbox",
                                         "usual_directions"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strcmp(table, others[i]) == 0) {
            return false;
        }
    }
    return true;
}

static void count(const struct service_kill *k, struct store *store, struct counts *out)
{
    memset(out, 0, sizeof *out);
    for (int t = 0; t < TABLES_COUNT; t++) {
        if (is_counted(TABLES[t]->name)) {
            char *sql = mem_format("SELECT count(*) FROM %s", TABLES[t]->name);
            out->rows[t] = number(store, sql, NULL);
            out->waiting[t] = number(store, "SELECT count(*) FROM outbox WHERE table_name = ?1", TABLES[t]->name);
            mem_free(sql);
        }
    }
    out->audits = number(store, "SELECT count(*) FROM audit_logs WHERE action_type = ?1", k->deed->action);
}

static bool is_step(const struct counts *b, const struct counts *a, const struct counts *now, int step, int steps)
{
    bool ok = now->audits == b->audits + (a->audits - b->audits) * step / steps;
    for (int t = 0; ok && t < TABLES_COUNT; t++) {
        ok = now->rows[t] == b->rows[t] + (a->rows[t] - b->rows[t]) * step / steps &&
             now->waiting[t] == b->waiting[t] + (a->waiting[t] - b->waiting[t]) * step / steps;
    }
    return ok;
}

/* --- processes ------------------------------------------------------------------------------------------------------- */

/* Signs in, does it, says so, signs out; never returns. */
static void child(struct service_kill *k, int out)
{
    struct error err = ERROR_INIT;
    struct actor *actor = NULL;
    struct site *site = clinic_open_again(k->clinic);
    must(session_sign_in(site, clinic_login(k->deed->who), clinic_password(k->deed->who), &actor, &err), &err);
    must(k->deed->run(k, actor, true, &err), &err);
    if (write(out, "A", 1) != 1) {
        _exit(3);
    }
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    uint64_t calls = counted_calls();
    _exit(write(out, &calls, sizeof calls) == (ssize_t)sizeof calls ? 0 : 3);
}

/* Its wait status; whether it acknowledged; how many calls it made when it came to its end. */
static int run_child(struct service_kill *k, bool *out_ack, uint64_t *out_calls)
{
    int ends[2], status = 0;
    char ack = 0;
    if (pipe(ends) != 0) {
        fatal("no pipe");
    }
    pid_t pid = fork();
    if (pid == 0) {
        (void)close(ends[0]); /* the parent's end */
        child(k, ends[1]);
    }
    (void)close(ends[1]); /* the child's end */
    *out_ack = read(ends[0], &ack, 1) == 1 && ack == 'A';
    *out_calls = 0;
    (void)!read(ends[0], out_calls, sizeof *out_calls); /* nothing when it was killed */
    (void)close(ends[0]);
    if (waitpid(pid, &status, 0) != pid) {
        fatal("no child");
    }
    return status;
}

/* --- what has to hold ------------------------------------------------------------------------------------------------ */

static bool wrong(char why[200], const char *what, const struct error *err)
{
    (void)snprintf(why, 200, "%s%s%s", what, err == NULL ? "" : ": ", err == NULL ? "" : error_text(err)); /* cut is fine */
    return false;
}

/* How many steps are there, or -1 when one is there in half. */
static int steps_done(const struct service_kill *k, const struct counts *now)
{
    for (int step = 0; step <= k->deed->steps; step++) {
        if (is_step(&k->before, &k->after, now, step, k->deed->steps)) {
            return step;
        }
    }
    return -1;
}

/* The same once more by the next process: nothing is lost by it and nothing is there twice. */
static bool works_again(struct service_kill *k, struct actor *actor, int done, char why[200])
{
    struct error err = ERROR_INIT;
    struct counts now;
    enum status status = k->deed->run(k, actor, false, &err);
    bool was_done = k->deed->is_once && k->deed->steps == 1 && done == 1;
    if (was_done ? status != STATUS_REFUSED : status != STATUS_OK) {
        return wrong(why, was_done ? "a second record was not refused" : "it cannot be done again", &err);
    }
    count(k, actor->site->store, &now);
    int expected = k->deed->is_once ? k->deed->steps : done + 1;
    if (k->deed->is_once) {
        now.audits = k->after.audits; /* that it was done again is on record too */
    }
    if (!was_done && !is_step(&k->before, &k->after, &now, expected, k->deed->steps)) {
        return wrong(why, "done again, it is not what it would have been", NULL);
    }
    return true;
}

static bool holds(struct service_kill *k, struct site *site, bool ack, char why[200])
{
    struct error err = ERROR_INIT;
    struct actor *actor = NULL;
    struct audit_report report;
    struct counts now;
    if (session_sign_in(site, clinic_login(k->deed->who), clinic_password(k->deed->who), &actor, &err) != STATUS_OK) {
        return wrong(why, "nobody can sign in", &err);
    }
    count(k, site->store, &now);
    int done = steps_done(k, &now);
    bool ok = true;
    if (done < 0) {
        ok = wrong(why, "something is half there", NULL);
    } else if (ack && done != k->deed->steps) {
        ok = wrong(why, "what was acknowledged is gone", NULL);
    } else if (store_check(site->store, &err) != STATUS_OK) {
        ok = wrong(why, "the database is damaged", &err);
    } else if (audit_verify(site->store, &report, &err) != STATUS_OK) {
        ok = wrong(why, "the audit chain is broken", &err);
    } else {
        ok = works_again(k, actor, done, why);
    }
    if (ok && audit_verify(site->store, &report, &err) != STATUS_OK) {
        ok = wrong(why, "the audit chain does not go on", &err);
    }
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    return ok;
}

bool service_kill_at(struct service_kill *k, uint64_t n, bool is_torn, char out_why[200])
{
    bool ack = false;
    uint64_t calls = 0;
    put_back(k);
    k->kill_at = n;
    k->kill_is_torn = is_torn;
    int status = run_child(k, &ack, &calls);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
        return wrong(out_why, "it was not killed", NULL);
    }
    struct site *site = clinic_open_again(k->clinic);
    bool ok = holds(k, site, ack, out_why);
    site_close(site);
    return ok;
}

/* --- life ------------------------------------------------------------------------------------------------------------ */

static void prepare(struct service_kill *k)
{
    k->clinic = clinic_new();
    k->patient = clinic_add_patient(k->clinic, &(struct clinic_patient){.last = "Okafor"});
    k->order = clinic_add_order(k->clinic, k->patient, "lisinopril 10 mg tab 1 tab daily");
    clinic_hire(k->clinic, k->deed->who);
    clinic_pass(k->clinic, 24 * US_PER_HOUR);
    k->bundle = folder_path(k->clinic->folder, "bundle.json");
    write_bundle(k->bundle);
    count(k, k->clinic->site->store, &k->before);
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(k->clinic, (enum clinic_person)who);
    }
    site_close(k->clinic->site);
    k->clinic->site = NULL;
    take_picture(k);
}

struct service_kill *service_kill_new(enum service_deed_kind deed)
{
    struct error err = ERROR_INIT;
    struct service_kill *k = mem_alloc(sizeof *k);
    struct actor *actor = NULL;
    bool ack = false;
    k->deed = &DEEDS[deed];
    prepare(k);
    int status = run_child(k, &ack, &k->calls);
    if (status != 0 || !ack) {
        fatal("%s: the counting run failed", k->deed->name);
    }
    struct site *site = clinic_open_again(k->clinic);
    must(session_sign_in(site, clinic_login(k->deed->who), clinic_password(k->deed->who), &actor, &err), &err);
    count(k, site->store, &k->after);
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    return k;
}

void service_kill_free(struct service_kill *k)
{
    for (size_t i = 0; i < k->files; i++) {
        mem_free(k->paths[i]);
        mem_free(k->bytes[i]);
    }
    mem_free(k->bundle);
    clinic_free(k->clinic);
    mem_free(k);
}

uint64_t service_kill_calls(const struct service_kill *k)
{
    return k->calls;
}
