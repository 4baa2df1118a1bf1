/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two processes at one dose in the same moment, and a disk that is full in the moment of recording. */
#include <criterion/criterion.h>
#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "fault/counted_calls.h"
#include "service/doses.h"
#include "service/doses_double.h"
#include "store/audit_store.h"
#include "store/store_private.h"
#include "support/clinic_screen.h"
#include "support/ward.h"

enum { RACES = 6 };

/* Shared by the two processes: a gate that opens when both stand at it, and what each was told. */
struct gate {
    atomic_int arrived[RACES];
    atomic_int first[RACES];    /* how many were saved without a question */
    atomic_int told[RACES];     /* how many were told of the other's record, by name */
    atomic_int second[RACES];   /* "I also gave it" */
    char why[2][200];
};

static void one_race(struct gate *g, int race, int me, struct actor *actor, const struct dose_event *event)
{
    struct error err = ERROR_INIT;
    struct uid id;
    atomic_fetch_add(&g->arrived[race], 1);
    while (atomic_load(&g->arrived[race]) < 2) {
        (void)sched_yield();
    }
    enum status status = dose_record(actor, event, 0, &id, &err);
    if (status == STATUS_OK) {
        atomic_fetch_add(&g->first[race], 1);
        return;
    }
    if (status == STATUS_REFUSED && strstr(error_text(&err), "This dose is already recorded as given by ") != NULL) {
        atomic_fetch_add(&g->told[race], 1);
        status = dose_record(actor, event, DOSE_ASK_ALREADY, &id, &err);
        atomic_fetch_add(&g->second[race], status == STATUS_OK);
    }
    if (status != STATUS_OK) {
        (void)snprintf(g->why[me], sizeof g->why[me], "race %d: %s", race, error_text(&err)); /* cut is fine */
    }
}

/* Never returns. */
static void one_nurse(struct gate *g, struct clinic *c, int me, const struct dose_event events[RACES])
{
    static const enum clinic_person PEOPLE[] = {CLINIC_NURSE, CLINIC_NURSE_2};
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    enum status status = site_open(c->site_folder, c->device_key_path, &c->clock, &site, &err);
    if (status == STATUS_OK) {
        status = session_sign_in(site, clinic_login(PEOPLE[me]), clinic_password(PEOPLE[me]), &actor, &err);
    }
    if (status != STATUS_OK) {
        (void)snprintf(g->why[me], sizeof g->why[me], "signing in: %s", error_text(&err)); /* cut is fine */
    }
    for (int i = 0; i < RACES && status == STATUS_OK; i++) {
        one_race(g, i, me, actor, &events[i]);
    }
    _exit(status == STATUS_OK ? 0 : 1);
}

static int64_t number(struct clinic *c, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    cr_assert_eq(sqlite3_prepare_v2(c->site->store->db.handle, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sql);
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

static void expect_chain(struct clinic *c)
{
    struct audit_report report = {0};
    struct error err = ERROR_INIT;
    cr_assert_eq(audit_verify(c->site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
}

/* 4.B.6: whoever comes second is told by whom it was recorded; who gave it too says so, and nothing is lost. */
Test(ward_races, two_processes_at_one_dose_are_both_kept_and_told)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct dose_event events[RACES];
    struct gate *g = mmap(NULL, sizeof *g, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq((void *)g, MAP_FAILED);
    struct uid orders[RACES] = {w.order};
    static const char *const DRUGS[RACES] = {"", "metformin 500 mg daily", "amlodipine 5 mg daily", "loratadine 10 mg daily",
                                             "levothyroxine 50 mcg daily", "allopurinol 100 mg daily"};
    for (int i = 1; i < RACES; i++) {
        orders[i] = clinic_add_order(w.c, w.patient, DRUGS[i]);
    }
    clinic_hire(w.c, CLINIC_NURSE);
    clinic_hire(w.c, CLINIC_NURSE_2);
    ward_set_time(&w, 1, 8, 5);
    for (int i = 0; i < RACES; i++) {
        events[i] = ward_due(&w, orders[i], ward_at(1, 8, 0));
    }
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        clinic_sign_out(w.c, (enum clinic_person)who);
    }
    site_close(w.c->site);
    w.c->site = NULL;
    pid_t pids[2];
    for (int me = 0; me < 2; me++) {
        pids[me] = fork();
        cr_assert_geq(pids[me], 0);
        if (pids[me] == 0) {
            one_nurse(g, w.c, me, events);
        }
    }
    for (int me = 0; me < 2; me++) {
        int status = 0;
        cr_assert_eq(waitpid(pids[me], &status, 0), pids[me]);
        cr_expect_eq(status, 0, "%s", g->why[me]);
        cr_expect_str_empty(g->why[me], "%s", g->why[me]);
    }
    w.c->site = clinic_open_again(w.c);
    for (int i = 0; i < RACES; i++) {
        enum dose_status status = DOSE_STATUS_NONE_GIVEN;
        cr_expect_eq(atomic_load(&g->first[i]), 1, "race %d: %d were first", i, atomic_load(&g->first[i]));
        cr_expect_eq(atomic_load(&g->told[i]), 1, "race %d", i);
        cr_expect_eq(atomic_load(&g->second[i]), 1, "race %d", i);
        cr_expect_eq(ward_state(&w, events[i].slot, &status), SLOT_CONFLICT, "race %d", i);
    }
    cr_expect_eq(number(w.c, "SELECT count(*) FROM dose_events"), 2 * RACES);
    struct double_dose_list doubles = {0};
    cr_assert_eq(double_dose_list_get(clinic_actor(w.c, CLINIC_NURSE), &doubles, NULL), STATUS_OK);
    cr_expect_eq(doubles.len, (size_t)RACES, "everybody sees them");
    double_dose_list_release(&doubles);
    expect_chain(w.c);
    (void)munmap(g, sizeof *g);
    clinic_free(w.c);
}

/* ---- a disk that is full ---- */

struct counts {
    int64_t events, waiting, audits;
};

static struct counts count(struct clinic *c)
{
    return (struct counts){number(c, "SELECT count(*) FROM dose_events"), number(c, "SELECT count(*) FROM outbox"),
                           number(c, "SELECT count(*) FROM audit_logs WHERE action_type = 'dose.record'")};
}

/* Whichever write is the first that finds no room: saved as a whole or not at all, and the person is told which. */
Test(ward_races, a_full_disk_keeps_a_dose_whole_and_says_so)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 5);
    int refused = 0;
    bool was_saved = false;
    for (uint64_t n = 1; !was_saved && n < 200; n++) {
        struct uid id;
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
        struct counts before = count(w.c);
        counted_calls_fail(n, ENOSPC, true);
        enum status status = dose_record(nurse, &event, 0, &id, &err);
        counted_calls_fail(0, 0, false);
        struct counts after = count(w.c);
        was_saved = status == STATUS_OK;
        int64_t more = was_saved ? 1 : 0;
        refused += !was_saved;
        cr_expect(was_saved || status == STATUS_DISK_FULL || status == STATUS_IO, "write %d: %s", (int)n, error_text(&err));
        cr_expect(was_saved || strstr(error_text(&err), "not saved") != NULL || strstr(error_text(&err), "Nothing") != NULL,
                  "write %d: \"%s\" does not say that nothing was saved", (int)n, error_text(&err));
        cr_expect_eq(after.events - before.events, more, "write %d: %s", (int)n, error_text(&err));
        cr_expect_eq(after.waiting - before.waiting, more, "write %d", (int)n);
        cr_expect_eq(after.audits - before.audits, more, "write %d", (int)n);
    }
    cr_expect_gt(refused, 0, "no write was hit");
    cr_expect(was_saved, "with room it is saved");
    expect_chain(w.c);
    clinic_free(w.c);
}

/* By keys: the form stays as it is, and the same key saves when there is room again. */
Test(ward_races, a_full_disk_is_told_on_the_screen_and_the_form_stays)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct clinic_screen s;
    ward_set_time(&w, 1, 8, 5);
    struct dose_event due = ward_due(&w, w.order, ward_at(1, 8, 0));
    const struct dose_argument dose = {.patient = w.patient, .order = w.order, .slot = due.slot};
    clinic_screen_open(&s, w.c, CLINIC_NURSE, 24, 80);
    harness_open(s.h, &SCREEN_DOSE, &dose);
    harness_type(s.h, "okafor");
    harness_press(s.h, "Enter");
    harness_type(s.h, "14 mar 1958");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "What happened");
    harness_press(s.h, "Right");
    harness_press(s.h, "Right");
    counted_calls_fail(1, ENOSPC, false); /* once: the harness's terminal is a file too */
    harness_press(s.h, "F10");
    counted_calls_fail(0, 0, false);
    harness_expect(s.h, "The disk is full: this was not saved");
    harness_expect(s.h, "What happened");
    cr_expect_eq(count(w.c).events, 0);
    harness_press(s.h, "F10");
    harness_expect(s.h, "lisinopril given. Saved here");
    cr_expect_eq(count(w.c).events, 1);
    clinic_screen_close(&s);
    clinic_free(w.c);
}
