/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fault/sessions.h"

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fatal.h"
#include "base/memory.h"
#include "model/order_reason.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/doses.h"
#include "service/orders.h"
#include "service/patients.h"
#include "store/audit_store.h"
#include "store/store_private.h"
#include "support/clinic.h"
#include "support/random.h"

enum { PATIENTS = 8, FIND_LETTERS = 4 };

enum deed { DEED_READ, DEED_CORRECT, DEED_HOLD, DEED_ALLERGY, DEED_DOSE, DEED_KINDS };

/* What the processes tell each other and the parent. */
struct board {
    atomic_ullong reads[SESSIONS_BUCKETS], writes[SESSIONS_BUCKETS];
    atomic_ullong done[DEED_KINDS]; /* acknowledged */
    atomic_ullong stale;
    atomic_flag is_blamed;
    char why[400];
};

struct crowd {
    const struct sessions_options *options;
    struct clinic *clinic;
    struct uid patients[PATIENTS], orders[PATIENTS];
    int64_t first_ver[PATIENTS];
    struct board *board;
    char *door; /* a file to lock */
    pid_t pids[SESSIONS_MAX];
    int pulse[2]; /* a byte for each deed that was done */
    uint64_t killed;
};

double sessions_time_ms(const struct sessions_times *times, double share)
{
    uint64_t seen = 0;
    for (int i = 0; i < SESSIONS_BUCKETS; i++) {
        seen += times->buckets[i];
        if ((double)seen >= share * (double)times->count) {
            return i / 10.0;
        }
    }
    return SESSIONS_BUCKETS / 10.0;
}

/* --- one session ----------------------------------------------------------------------------------------------------- */

static void blame(struct board *board, const char *what, enum status status, const struct error *err)
{
    if (!atomic_flag_test_and_set(&board->is_blamed)) {
        (void)snprintf(board->why, sizeof board->why, "%s: status %d: %s", what, (int)status, error_text(err)); /* cut is fine */
    }
}

static enum status find(struct actor *actor, struct random *r, struct error *err)
{
    static const char *const names[PATIENTS] = {"okafor", "reyes", "haddad", "novak", "weber", "silva", "tanaka", "cohen"};
    const char *name = names[random_below(r, PATIENTS)];
    struct find_session *session = NULL;
    enum status status = find_begin(actor, &session, err);
    for (int n = 1; status == STATUS_OK && n <= FIND_LETTERS; n++) {
        struct patient_hit_list hits = {0};
        char typed[8];
        (void)snprintf(typed, sizeof typed, "%.*s", n, name); /* fits */
        status = find_type(session, typed, 20, &hits, err);
        patient_hit_list_release(&hits);
    }
    find_end(session, UID_NONE);
    return status;
}

static enum status correct(struct actor *actor, struct chart *chart, struct random *r, struct error *err)
{
    char address[40];
    char *kept = chart->patient.address;
    (void)snprintf(address, sizeof address, "%u Mill Lane", (unsigned)random_below(r, 100000)); /* fits */
    chart->patient.address = address;
    enum status status = patient_correct(actor, &chart->patient, err);
    chart->patient.address = kept;
    return status;
}

static enum status hold_or_resume(struct actor *actor, const struct chart *chart, struct error *err)
{
    const struct order *order = &chart->orders.items[0];
    bool is_held = order->status == MEDICATION_STATUS_ON_HOLD;
    const struct order_cause cause = {.reason = order_reason_for(is_held ? ORDER_ACTION_RESUME : ORDER_ACTION_HOLD, 0)->word,
                                      .source = ORDER_SOURCE_WRITTEN};
    return is_held ? order_resume(actor, order->id, order->version, &cause, err)
                   : order_hold(actor, order->id, order->version, &cause, err);
}

static enum status add_allergy(struct actor *actor, struct uid patient, struct random *r, struct error *err)
{
    char name[24], none[] = "";
    (void)snprintf(name, sizeof name, "substance %u", (unsigned)random_below(r, 1000000)); /* fits */
    const struct allergy allergy = {.patient = patient, .allergen_name = name, .allergen_key = none, .code_system = none,
                                    .code = none, .note = none, .original = none, .reaction = none,
                                    .type = ALLERGEN_TYPE_OTHER, .kind = ALLERGY_KIND_ALLERGY, .state = ALLERGY_STATE_ACTIVE,
                                    .severity = REACTION_SEVERITY_MILD};
    return allergy_add(actor, &allergy, err);
}

/* A slot that looked open; somebody else may have been there first. */
static enum status record_dose(struct actor *actor, const struct chart *chart, struct random *r, struct error *err)
{
    char reason[] = "workload", hold[] = "vitals", none[] = "";
    struct uid id;
    if (chart->slots.len == 0 || chart->orders.len == 0) {
        return STATUS_REFUSED;
    }
    const struct dose_slot *slot = &chart->slots.items[random_below(r, chart->slots.len)];
    struct dose_event event = {.patient = chart->patient.id, .order = slot->order, .order_version = slot->order_version,
                               .slot = slot->id, .planned_us = slot->planned_us,
                               .occurred_us = clock_now_us(actor->site->clock), .status = DOSE_STATUS_HELD, .reason = hold,
                               .reason_text = none, .timing_reason = reason, .told = WAS_TOLD_NO, .product_code = none,
                               .identified_by = IDENTIFIED_BY_WRISTBAND, .recorded_via = RECORDED_VIA_WORKSTATION};
    return dose_record(actor, &event, DOSE_ASK_VERY_LATE | DOSE_ASK_LATE_ENTRY, &id, err);
}

static enum status write_something(struct crowd *c, struct actor *actor, int which, enum deed deed, struct random *r,
                                   struct error *err)
{
    struct chart *chart = NULL;
    enum status status = chart_open(actor, c->patients[which], 48, 48, &chart, err);
    if (status != STATUS_OK) {
        return status;
    }
    switch (deed) {
    case DEED_CORRECT:
        status = correct(actor, chart, r, err);
        break;
    case DEED_HOLD:
        status = hold_or_resume(actor, chart, err);
        break;
    case DEED_ALLERGY:
        status = add_allergy(actor, c->patients[which], r, err);
        break;
    case DEED_DOSE:
        status = record_dose(actor, chart, r, err);
        break;
    case DEED_READ:
    case DEED_KINDS:
        break;
    }
    chart_free(chart);
    return status;
}

static enum status read_something(struct crowd *c, struct actor *actor, struct random *r, struct error *err)
{
    struct chart *chart = NULL;
    if (random_below(r, 2) == 0) {
        return find(actor, r, err);
    }
    enum status status = chart_open(actor, c->patients[random_below(r, PATIENTS)], 48, 48, &chart, err);
    chart_free(chart);
    return status;
}

static void note_time(atomic_ullong *buckets, int64_t us)
{
    int64_t bucket = us / 100;
    atomic_fetch_add(&buckets[bucket < SESSIONS_BUCKETS ? bucket : SESSIONS_BUCKETS - 1], 1);
}

static void one_deed(struct crowd *c, struct actor *actor, bool writes, struct random *r)
{
    struct error err = ERROR_INIT;
    enum deed deed = writes && random_below(r, 2) == 0 ? (enum deed)(1 + random_below(r, DEED_KINDS - 1)) : DEED_READ;
    int64_t started_us = clock_monotonic_us();
    enum status status = deed == DEED_READ ? read_something(c, actor, r, &err)
                                           : write_something(c, actor, (int)random_below(r, PATIENTS), deed, r, &err);
    note_time(deed == DEED_READ ? c->board->reads : c->board->writes, clock_monotonic_us() - started_us);
    if (status == STATUS_OK) {
        atomic_fetch_add(&c->board->done[deed], 1);
    } else if (status == STATUS_STALE || (deed != DEED_READ && status == STATUS_REFUSED)) {
        atomic_fetch_add(&c->board->stale, 1);
    } else {
        blame(c->board, deed == DEED_READ ? "reading" : "writing", status, &err);
    }
}

/* A try counts as a wrong one until it proved right (lockout.h), and they are all one person: the door takes them one by one.
 * The kernel gives the lock back for who is killed in it. */
static enum status sign_in_alone(struct crowd *c, struct site *site, enum clinic_person who, struct actor **out, struct error *err)
{
    int fd = open(c->door, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        fatal("no lock for the door");
    }
    enum status status = session_sign_in(site, clinic_login(who), clinic_password(who), out, err);
    (void)close(fd); /* and the lock with it */
    return status;
}

/* Never returns. */
static void session(struct crowd *c, int which, uint64_t seed)
{
    struct error err = ERROR_INIT;
    struct random r = {.state = seed, .seed = seed};
    bool writes = which < c->options->writers;
    enum clinic_person who = writes ? CLINIC_PRESCRIBER : CLINIC_PHARMACIST;
    struct actor *actor = NULL;
    struct site *site = NULL;
    enum status status = site_open(c->clinic->site_folder, c->clinic->device_key_path, &c->clinic->clock, &site, &err);
    if (status == STATUS_OK) {
        status = sign_in_alone(c, site, who, &actor, &err);
    }
    if (status != STATUS_OK) {
        blame(c->board, "signing in", status, &err);
        _exit(1);
    }
    for (int i = 0; i < c->options->deeds; i++) {
        one_deed(c, actor, writes, &r);
        if (write(c->pulse[1], ".", 1) != 1) {
            _exit(1);
        }
    }
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
    _exit(0);
}

/* --- all of them ----------------------------------------------------------------------------------------------------- */

static void start(struct crowd *c, int which, uint64_t seed)
{
    pid_t pid = fork();
    if (pid < 0) {
        fatal("no more processes");
    }
    if (pid == 0) {
        (void)close(c->pulse[0]); /* the parent's end */
        session(c, which, seed);
    }
    c->pids[which] = pid;
}

static int64_t number(struct store *store, const char *sql, struct uid id)
{
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(store->db.handle, sql, -1, &stmt, NULL) != SQLITE_OK ||
        (sqlite3_bind_parameter_count(stmt) == 1 &&
         sqlite3_bind_blob(stmt, 1, id.bytes, sizeof id.bytes, SQLITE_TRANSIENT) != SQLITE_OK) ||
        sqlite3_step(stmt) != SQLITE_ROW) {
        fatal("%s: %s", sql, sqlite3_errmsg(store->db.handle));
    }
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

static void prepare(struct crowd *c)
{
    static const char *const names[PATIENTS] = {"Okafor", "Reyes", "Haddad", "Novak", "Weber", "Silva", "Tanaka", "Cohen"};
    c->clinic = clinic_new();
    c->door = mem_format("%s.door", c->clinic->device_key_path);
    for (int i = 0; i < PATIENTS; i++) {
        c->patients[i] = clinic_add_patient(c->clinic, &(struct clinic_patient){.last = names[i]});
        c->orders[i] = clinic_add_order(c->clinic, c->patients[i], "lisinopril 10 mg tab 1 tab bid");
        c->first_ver[i] = number(c->clinic->site->store, "SELECT ver FROM user_profiles WHERE user_id = ?1", c->patients[i]);
    }
    clinic_hire(c->clinic, CLINIC_PHARMACIST);
    clinic_pass(c->clinic, 24 * US_PER_HOUR);
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(c->clinic, (enum clinic_person)who);
    }
    site_close(c->clinic->site);
    c->clinic->site = NULL;
}

/* "Rss:" and "Pss:" of a process. */
static void read_memory(pid_t pid, struct sessions_report *out)
{
    char path[48], line[160];
    (void)snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid); /* fits */
    FILE *file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *end = strchr(line, ':');
        if (end != NULL && strncmp(line, "Rss", 3) == 0) {
            out->rss_kib = strtoll(end + 1, NULL, 10);
        } else if (end != NULL && strncmp(line, "Pss:", 4) == 0) {
            out->pss_kib = strtoll(end + 1, NULL, 10);
        }
    }
    if (file != NULL) {
        (void)fclose(file); /* only read */
    }
}

/* Follows the pulse; each so many deeds somebody dies in the middle of something and begins again. */
static void follow(struct crowd *c, struct random *r, struct sessions_report *out)
{
    const struct sessions_options *o = c->options;
    uint64_t all = (uint64_t)o->processes * (uint64_t)o->deeds, seen = 0;
    uint64_t apart = o->kills > 0 ? all / (uint64_t)(o->kills + 1) + 1 : UINT64_MAX;
    char bytes[256];
    ssize_t n = 0;
    (void)close(c->pulse[1]); /* the children's end: when the last one ends, reading does */
    while ((n = read(c->pulse[0], bytes, sizeof bytes)) > 0) {
        uint64_t before = seen;
        seen += (uint64_t)n;
        if (before < all / 2 && seen >= all / 2) {
            read_memory(c->pids[o->processes - 1], out);
        }
        if (seen / apart != before / apart && c->killed < (uint64_t)o->kills) {
            int victim = (int)random_below(r, (uint64_t)o->processes);
            int status = 0;
            if (c->pids[victim] > 0 && kill(c->pids[victim], SIGKILL) == 0 && waitpid(c->pids[victim], &status, 0) == c->pids[victim]) {
                c->killed += WIFSIGNALED(status);
                c->pids[victim] = 0;
            }
        }
    }
    (void)close(c->pulse[0]); /* at its end */
    for (int i = 0; i < o->processes; i++) {
        int status = 0;
        if (c->pids[i] != 0 && waitpid(c->pids[i], &status, 0) == c->pids[i] && status != 0 && out->why[0] == '\0') {
            (void)snprintf(out->why, sizeof out->why, "process %d ended with %d", i, status); /* fits */
        }
    }
}

/* Acknowledged, or in the hands of one that was killed. */
static void compare(struct sessions_report *out, const char *what, int64_t there, uint64_t acknowledged, uint64_t killed)
{
    if (out->why[0] == '\0' && (there < (int64_t)acknowledged || there > (int64_t)(acknowledged + killed))) {
        (void)snprintf(out->why, sizeof out->why, "%s: %lld there, %llu acknowledged, %llu killed", what, (long long)there, /* fits */
                       (unsigned long long)acknowledged, (unsigned long long)killed);
    }
}

static void check(struct crowd *c, struct sessions_report *out)
{
    struct error err = ERROR_INIT;
    struct audit_report audit;
    struct site *site = clinic_open_again(c->clinic);
    struct actor *actor = NULL;
    struct uid none = UID_NONE;
    if (session_sign_in(site, clinic_login(CLINIC_ADMIN), clinic_password(CLINIC_ADMIN), &actor, &err) != STATUS_OK) {
        fatal("%s", error_text(&err));
    }
    struct store *store = site->store;
    int64_t raised = 0;
    for (int i = 0; i < PATIENTS; i++) {
        raised += number(store, "SELECT ver FROM user_profiles WHERE user_id = ?1", c->patients[i]) - c->first_ver[i];
    }
    /* The first allergy of a patient changes "none known" to "listed": one more version each. */
    raised -= number(store, "SELECT count(*) FROM user_profiles WHERE allergy_status = 'listed'", none);
    compare(out, "corrected patients", raised, atomic_load(&c->board->done[DEED_CORRECT]), c->killed);
    compare(out, "versions of orders", number(store, "SELECT count(*) FROM order_versions", none) - PATIENTS,
            atomic_load(&c->board->done[DEED_HOLD]), c->killed);
    compare(out, "allergies", number(store, "SELECT count(*) FROM user_allergies", none),
            atomic_load(&c->board->done[DEED_ALLERGY]), c->killed);
    compare(out, "doses", number(store, "SELECT count(*) FROM dose_events", none), atomic_load(&c->board->done[DEED_DOSE]), c->killed);
    if (out->why[0] == '\0' &&
        number(store, "SELECT count(*) FROM (SELECT slot_id FROM dose_events GROUP BY slot_id HAVING count(*) > 1)", none) != 0) {
        (void)snprintf(out->why, sizeof out->why, "a slot has two doses"); /* fits */
    }
    if (out->why[0] == '\0' && (store_check(store, &err) != STATUS_OK || audit_verify(store, &audit, &err) != STATUS_OK)) {
        (void)snprintf(out->why, sizeof out->why, "%s", error_text(&err)); /* cut is fine */
    }
    out->records = out->why[0] == '\0' ? audit.records : 0;
    session_sign_out(actor, SESSION_END_SIGNED_OUT);
    site_close(site);
}

static void take_times(const atomic_ullong *from, struct sessions_times *to)
{
    for (int i = 0; i < SESSIONS_BUCKETS; i++) {
        to->buckets[i] = atomic_load(&from[i]);
        to->count += to->buckets[i];
    }
}

void sessions_run(const struct sessions_options *options, struct sessions_report *out)
{
    struct random r = {.state = options->seed, .seed = options->seed};
    struct crowd *c = mem_alloc(sizeof *c);
    memset(out, 0, sizeof *out);
    c->options = options;
    c->board = mmap(NULL, sizeof *c->board, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (c->board == MAP_FAILED || pipe(c->pulse) != 0 || options->processes > SESSIONS_MAX) {
        fatal("the sessions cannot be started");
    }
    prepare(c);
    for (int i = 0; i < options->processes; i++) {
        start(c, i, random_next(&r));
    }
    follow(c, &r, out);
    if (c->board->why[0] != '\0') {
        (void)snprintf(out->why, sizeof out->why, "%.390s", c->board->why); /* fits */
    }
    out->killed = c->killed;
    out->stale = atomic_load(&c->board->stale);
    take_times(c->board->reads, &out->reads);
    take_times(c->board->writes, &out->writes);
    check(c, out);
    (void)munmap(c->board, sizeof *c->board); /* whole */
    clinic_free(c->clinic);
    mem_free(c->door);
    mem_free(c);
}
