/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A night shift of eight hours by keys: two nurses, twelve patients, every kind of order, every state of a dose, and the hour
 * that is there twice. Screens are kept in tests/pty/goldens. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "pty/shift.h"
#include "service/chart.h"
#include "service/orders.h"
#include "service/proposals.h"
#include "store/dose_store.h"
#include "store/store_private.h"

enum { ADAMS, BAKER, CLARK, DIAZ, EVANS, FOX, GREEN, HILL, IRWIN, JONES, KING, LOPEZ };

/* EVANS: at intervals from the order on. JONES, KING: once. KING: by a scale. LOPEZ: as needed, and directions that nobody could
 * structure (put_as_written). */
static const struct shift_patient PEOPLE[SHIFT_PATIENTS] = {
    [ADAMS] = {"Ruth", "ADAMS", {"metformin 500 mg tab 1 tab daily at 01:30", "lisinopril 10 mg tab 1 tab daily at 23:00"}},
    [BAKER] = {"Tom", "BAKER", {"metformin 500 mg tab 2 tab daily at 23:00", NULL}},
    [CLARK] = {"Ida", "CLARK", {"metoprolol tartrate 25 mg tab 1 tab daily at 23:00 hold if hr < 60", NULL}},
    [DIAZ] = {"Ana", "DIAZ", {"prednisone 10 mg tab 4 tab daily at 23:00 2d then 2 tab daily at 23:00 2d", NULL}},
    [EVANS] = {"Lou", "EVANS", {"cephalexin 500 mg cap 1 cap q6h for 7 days", NULL}},
    [FOX] = {"Gil", "FOX", {"gabapentin 300 mg cap 1 cap daily at 00:00", NULL}},
    [GREEN] = {"May", "GREEN", {"methotrexate 2.5 mg tab 4 tab weekly sunday at 04:00", NULL}},
    [HILL] = {"Sam", "HILL", {"vancomycin 1 g iv daily at 00:30", NULL}},
    [IRWIN] = {"Joe", "IRWIN", {"nicotine 21 mg patch daily at 23:00", NULL}},
    [JONES] = {"Kim", "JONES", {"amlodipine 5 mg tab 1 tab daily at 23:00", "ondansetron 4 mg tab 1 tab once at 05:30"}},
    [KING] = {"Leo", "KING", {"furosemide 20 mg tab 1 tab once at 03:00",
                              "insulin lispro subcut daily at 05:00 scale glucose mg/dL <70 hold 70-149 0 150-199 2 >199 call"}},
    [LOPEZ] = {"Eva", "LOPEZ", {"acetaminophen 500 mg tab 1 tab q4h prn pain max 6", NULL}},
};

static struct shift *night;

static char *mrn(int person)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(night->c, CLINIC_PRESCRIBER), night->patients[person], 1, 1, &chart, &err), STATUS_OK);
    char *text = mem_copy_text(chart->patient.mrn);
    chart_free(chart);
    return text;
}

/* From Home to the form of the patient's dose, identified by wristband. drug: of the row, NULL: there is one order only. */
static void begin(struct pty *p, int person, const char *drug)
{
    char *code = mrn(person);
    shift_open(p, PEOPLE[person].last);
    for (int i = 0; drug != NULL && i < 4; i++) {
        char *row = mem_format(">    %s", drug);
        bool is_there = emulator_shows(p->screen, row);
        mem_free(row);
        if (is_there) {
            break;
        }
        shift_press(p, "Down");
    }
    pty_press(p, "F6");
    pty_expect(p, "Who is in front of you?");
    shift_scan(p, code);
    pty_expect(p, "What happened");
    mem_free(code);
}

static void save(struct pty *p)
{
    pty_press(p, "F10");
    pty_expect(p, "Saved here");
    shift_home(p);
}

static void no_scan(struct pty *p)
{
    shift_choose(p, "Why no scan", "no code on the product");
}

static int64_t count(const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    sqlite3 *db = night->c->site->store->db.handle;
    cr_assert_eq(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    cr_assert_eq(sqlite3_step(stmt), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(stmt, 0);
    (void)sqlite3_finalize(stmt); /* repeats the last step's result */
    return value;
}

/* ---- the evening round ---- */

static void evening(struct pty *first, struct pty *second)
{
    pty_press(second, "=");
    pty_expect(second, "Round to");
    shift_see_time(second, "23:05");
    shift_golden(second, "01_round_23h");
    shift_home(second);
    begin(first, ADAMS, "lisinopril");
    no_scan(first);
    save(first);
    begin(second, BAKER, NULL);
    shift_choose(second, "What happened", "partial");
    shift_choose(second, "Why not all", "patient took no more");
    shift_fill(second, "Amount", 5, "1 tab");
    no_scan(second);
    save(second);
    begin(first, CLARK, NULL);
    pty_expect(first, "Measure first: pulse");
    pty_press(first, "F5");
    shift_fill(first, "Pulse", 0, "52");
    pty_press(first, "F10");
    pty_expect(first, "HOLD: pulse 52");
    save(first);
}

static void before_midnight(struct pty *first, struct pty *second)
{
    begin(second, DIAZ, NULL);
    shift_choose(second, "What happened", "refused");
    shift_choose(second, "Why refused", "nausea, cannot swallow");
    shift_choose(second, "Explained to them", "yes");
    save(second);
    begin(first, EVANS, NULL);
    shift_choose(first, "What happened", "not available");
    shift_choose(first, "Why not there", "not delivered");
    save(first);
    begin(second, IRWIN, NULL);
    shift_choose(second, "What happened", "in progress");
    shift_choose(second, "Where on the body", "upper arm, left");
    no_scan(second);
    save(second);
}

/* ---- midnight ---- */

/* Minute 60: midnight. Hung, away, as needed; the doctor stops what was ordered once. */
static void midnight(struct pty *first, struct pty *second)
{
    begin(first, FOX, NULL);
    shift_choose(first, "What happened", "away");
    shift_choose(first, "Where", "at a procedure");
    shift_fill(first, "Back at", 0, "01:40");
    save(first);
    begin(second, LOPEZ, "acetaminophen");
    shift_choose(second, "Given for", "pain");
    shift_fill(second, "Score before", 0, "7");
    no_scan(second);
    save(second);
}

static void hang(struct pty *p)
{
    begin(p, HILL, NULL);
    shift_choose(p, "What happened", "in progress");
    shift_fill(p, "Rate", 0, "250 mL/h");
    no_scan(p);
    save(p);
}

static void stop_order(int person)
{
    struct error err = ERROR_INIT;
    struct order order = clinic_get_order(night->c, night->orders[person][0]);
    cr_assert_eq(order_stop(clinic_actor(night->c, CLINIC_PRESCRIBER), order.id, order.version,
                            &(struct order_cause){.reason = "no_indication"}, &err),
                 STATUS_OK, "%s", error_text(&err));
    order_release(&order);
}

/* ---- the hour that is there twice ---- */

/* One dose at 01:30, planned once: it is due at 01:30 EDT. Both nurses have it before them. */
static void twice(struct pty *first, struct pty *second)
{
    begin(first, ADAMS, "metformin");
    no_scan(first);
    begin(second, ADAMS, "metformin");
    no_scan(second);
    save(second);
    shift_set(night, 151); /* a minute later: records stand in the order of their time */
    pty_press(first, "F10");
    pty_expect(first, "I also gave it");
    shift_see_time(first, "01:31 EDT");
    shift_golden(first, "02_already_recorded");
    shift_press(first, "Right");
    pty_press(first, "Enter");
    pty_expect(first, "Saved here");
    shift_home(first);
    shift_open(first, "ADAMS");
    pty_expect(first, "DOUBLE");
    shift_home(first);
}

/* 01:40 EST, an hour and ten minutes of real time behind 01:30 EDT. */
static void second_hour(struct pty *first, struct pty *second)
{
    shift_home(second);
    pty_press(second, "=");
    pty_expect(second, "Round to");
    shift_see_time(second, "01:40 EST");
    shift_golden(second, "03_round_second_0140");
    shift_home(second);
    begin(first, FOX, NULL);
    shift_choose(first, "Why at this time", "patient was away");
    no_scan(first);
    save(first);
    begin(second, HILL, NULL);
    shift_choose(second, "What happened", "stopped early");
    shift_fill(second, "In words", 0, "vein lost");
    save(second);
}

/* ---- towards the morning ---- */

static void supplied(struct pty *p)
{
    begin(p, EVANS, NULL);
    shift_choose(p, "Why at this time", "waited for supply");
    no_scan(p);
    save(p);
}

static void look_for(struct pty *p, const char *tab)
{
    pty_expect(p, tab + 1); /* the list is there, then it is chosen */
    for (int i = 0; i < 40 && !emulator_shows(p->screen, tab); i++) {
        shift_press(p, "Tab");
    }
    pty_expect(p, tab);
}

static void missed(struct pty *p)
{
    shift_home(p);
    look_for(p, "[Missed 1");
    pty_expect(p, "JONES, Kim");
    shift_golden(p, "04_missed");
}

/* The vector of clinical.md 4.B.13: given at 00:30 EDT; at 03:45 EST four and a quarter hours have passed, though clocks show
 * three and a quarter. Then a slip, and back. */
static void as_needed_again(struct pty *p)
{
    begin(p, LOPEZ, "acetaminophen");
    shift_choose(p, "Given for", "pain");
    shift_fill(p, "Score before", 0, "7");
    no_scan(p);
    pty_press(p, "F10");
    pty_expect(p, "Saved here");
    pty_press(p, "u"); /* on the chart: at Home it would be a letter of a name */
    pty_expect(p, "Taken back");
    shift_home(p);
}

static void own_supply(struct pty *p)
{
    begin(p, GREEN, NULL);
    shift_choose(p, "What happened", "own supply");
    no_scan(p);
    save(p);
}

static void patch_off(struct pty *p)
{
    begin(p, IRWIN, NULL);
    shift_choose(p, "What happened", "removed");
    save(p);
}

/* The glucose decides how much: 182 is 2 units. */
static void by_scale(struct pty *p)
{
    begin(p, KING, "insulin lispro");
    pty_expect(p, "Measure first: glucose");
    pty_press(p, "F5");
    shift_fill(p, "Glucose", 0, "182 mg/dL");
    pty_press(p, "F10");
    pty_expect(p, "the scale gives 2 units");
    shift_choose(p, "Where on the body", "upper arm, left");
    no_scan(p);
    shift_golden(p, "08_scale");
    save(p);
}

static void once(struct pty *p)
{
    begin(p, JONES, "ondansetron");
    no_scan(p);
    save(p);
}

/* Nothing of it could be read: the nurse says how much and by which way. */
static void as_written(struct pty *p)
{
    begin(p, LOPEZ, "senna");
    pty_expect(p, "one when the bowels have not moved");
    shift_fill(p, "Amount", 0, "1 tab");
    shift_choose(p, "Route", "by mouth");
    no_scan(p);
    shift_golden(p, "09_as_written");
    save(p);
}

static struct uid put_as_written(void)
{
    struct error err = ERROR_INIT;
    struct proposal *p = NULL;
    struct uid id = UID_NONE;
    struct actor *doctor = clinic_actor(night->c, CLINIC_PRESCRIBER);
    struct order order = {.drug_text = mem_copy_text("senna 8.6 mg tab"), .directions = mem_copy_text("one when the bowels have not moved"),
                          .source = ORDER_SOURCE_WRITTEN, .verification = VERIFICATION_VERIFIED, .start_us = clock_now_us(&night->c->clock),
                          .sig = {.kind = SCHEDULE_KIND_UNSTRUCTURED}};
    cr_assert_eq(order_propose(doctor, night->patients[LOPEZ], &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(order_save(doctor, p, NULL, 0, NULL, &id, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(p);
    order_release(&order);
    return id;
}

static void morning(struct pty *first, struct pty *second)
{
    shift_open(second, "CLARK");
    shift_press(second, "Right");
    pty_expect(second, "Drug and dose");
    pty_press(second, "g");
    pty_expect(second, "Enter record");
    shift_press(second, "Left"); /* from the dose of tonight to the one that was held */
    pty_expect(second, "pulse 52");
    shift_golden(second, "05_grid_held");
    shift_home(second);
    shift_open(second, "ADAMS");
    shift_press(second, "Right");
    pty_expect(second, "Drug and dose");
    pty_press(second, "g");
    pty_expect(second, "01:30EDT");
    shift_golden(second, "06_grid_double");
    shift_home(second);
    pty_press(first, "=");
    pty_expect(first, "Round to");
    pty_press(first, "x");
    pty_expect(first, "Hand-over");
    shift_golden(first, "07_handover");
}

/* Every status of the table is on record; cancelled is none: nothing is recorded on a dose that is not planned any more. */
static void expect_every_state(void)
{
    for (int status = 1; status < DOSE_STATUS_COUNT; status++) {
        char *sql = mem_format("SELECT count(*) FROM dose_events WHERE status = '%s'", enum_word(ENUM_DOSE_STATUS, status));
        int64_t records = count(sql);
        cr_expect(status == DOSE_STATUS_CANCELLED ? records == 0 : records > 0, "%lld doses are %s", (long long)records,
                  enum_word(ENUM_DOSE_STATUS, status));
        mem_free(sql);
    }
    cr_expect_eq(count("SELECT count(*) FROM (SELECT slot_id FROM dose_events WHERE status = 'given' AND slot_id IS NOT NULL GROUP BY slot_id "
                       "HAVING count(*) > 1)"), 1, "one dose stands as a possible double");
    cr_expect_eq(count("SELECT count(*) FROM dose_events e JOIN user_medications m USING (medication_id) "
                       "WHERE m.drug_text LIKE 'furosemide%'"), 0, "cancelled: nothing was recorded on it");
    cr_expect_eq(count("SELECT count(DISTINCT slot_id) FROM dose_events e JOIN user_medications m USING (medication_id) "
                       "WHERE m.drug_text LIKE 'gabapentin%'"), 1, "away, then given: one dose");
    cr_expect_eq(count("SELECT count(DISTINCT slot_id) FROM dose_events e JOIN user_medications m USING (medication_id) "
                       "WHERE m.drug_text LIKE 'vancomycin%' OR m.drug_text LIKE 'nicotine%'"), 2, "hung and stopped, put on and off");
    cr_expect_eq(count("SELECT count(*) FROM dose_events WHERE observed LIKE '%\"pulse\"%\"52\"%'"), 1);
    cr_expect_eq(count("SELECT count(*) FROM dose_events WHERE offset_s = -14400") > 0 &&
                     count("SELECT count(*) FROM dose_events WHERE offset_s = -18000") > 0, 1, "records of both hours");
}

/* A dose of each kind of order of the table was recorded, of one in steps, by a scale, with a hold rule, weekly, a patch and an
 * infusion. */
static void expect_every_kind(struct uid written)
{
    struct error err = ERROR_INIT;
    int recorded[SCHEDULE_KIND_COUNT] = {0}, steps = 0, scales = 0, holds = 0, weekly = 0, by_route[ROUTE_COUNT] = {0};
    for (int i = 0; i <= SHIFT_PATIENTS * SHIFT_ORDERS_MAX; i++) {
        struct uid id = i < SHIFT_PATIENTS * SHIFT_ORDERS_MAX ? night->orders[i / SHIFT_ORDERS_MAX][i % SHIFT_ORDERS_MAX] : written;
        struct dose_event_list list = {0};
        if (uid_is_none(id)) {
            continue;
        }
        struct order order = clinic_get_order(night->c, id);
        cr_assert_eq(dose_list_order(night->c->site->store, id, 0, &list, &err), STATUS_OK);
        if (list.len > 0) {
            recorded[order.sig.kind]++;
            by_route[order.sig.route]++;
            steps += order.sig.later_count > 0;
            scales += order.sig.scale.count > 0;
            holds += order.sig.hold_count > 0;
            weekly += order.sig.weekdays != 0;
        }
        dose_event_list_release(&list);
        order_release(&order);
    }
    for (int kind = 1; kind < SCHEDULE_KIND_COUNT; kind++) {
        cr_expect_gt(recorded[kind], 0, "no dose of an order %s", enum_word(ENUM_SCHEDULE_KIND, kind));
    }
    cr_expect(steps > 0 && scales > 0 && holds > 0 && weekly > 0, "steps %d, scales %d, hold rules %d, weekly %d", steps, scales, holds, weekly);
    cr_expect(by_route[ROUTE_IV] > 0 && by_route[ROUTE_TRANSDERMAL] > 0 && by_route[ROUTE_SUBCUT] > 0);
}

/* The other night: on 12 March 2028 at 02:00 the clock goes to 03:00. What is planned at 02:30 is one dose, at 03:30, on the round
 * and at the bedside, and given then it is on time. */
Test(shift, the_hour_that_is_not_there)
{
    enum { SPRING_MIN = 126 * 24 * 60 + 3 * 60 }; /* from the shift's start to 01:00 EST that night */
    static const struct shift_patient people[SHIFT_PATIENTS] = {
        {"Ruth", "ADAMS", {"metformin 500 mg tab 1 tab daily at 02:30", NULL}},   {"Tom", "BAKER", {NULL, NULL}}, {"Ida", "CLARK", {NULL, NULL}},
        {"Ana", "DIAZ", {NULL, NULL}}, {"Lou", "EVANS", {NULL, NULL}}, {"Gil", "FOX", {NULL, NULL}}, {"May", "GREEN", {NULL, NULL}},
        {"Sam", "HILL", {NULL, NULL}}, {"Joe", "IRWIN", {NULL, NULL}}, {"Kim", "JONES", {NULL, NULL}}, {"Leo", "KING", {NULL, NULL}},
        {"Eva", "LOPEZ", {NULL, NULL}},
    };
    night = shift_new(people);
    shift_start(night, SPRING_MIN + 55); /* 01:55 EST */
    struct pty *first = night->first, *second = night->second;
    shift_see_time(second, "01:55 EST");
    shift_set(night, SPRING_MIN + 65); /* ten minutes later */
    shift_see_time(second, "03:05 EDT");
    pty_press(second, "=");
    pty_expect(second, "Round to");
    pty_expect(second, "03:30");
    shift_golden(second, "10_round_spring_0305");
    shift_set(night, SPRING_MIN + 91);
    begin(first, ADAMS, NULL);
    pty_expect(first, "03:30");
    pty_expect(first, "clock change");
    no_scan(first);
    save(first);
    cr_expect_eq(count("SELECT count(*) FROM dose_events WHERE status = 'given' AND timing_reason IS NULL AND offset_s = -14400"), 1, "on time");
    cr_expect_eq(count("SELECT count(*) FROM dose_events WHERE status <> 'missed'"), 1, "one dose that night; those of the nights before were missed");
    shift_free(night);
}

/* Minutes are real ones from 23:00 EDT on; 180 is 02:00 EDT and becomes 01:00 EST; 480 is 06:00 EST. */
Test(shift, eight_hours_two_nurses_and_the_hour_that_is_there_twice)
{
    night = shift_new(PEOPLE);
    struct uid written = put_as_written();
    shift_start(night, 5);
    struct pty *first = night->first, *second = night->second;
    evening(first, second);
    shift_set(night, 20);
    before_midnight(first, second);
    shift_set(night, 90);
    midnight(first, second);
    hang(first);
    shift_set(night, 110);
    stop_order(KING);
    supplied(first);
    shift_set(night, 150);
    twice(first, second);
    shift_set(night, 220);
    second_hour(first, second);
    shift_set(night, 270);
    missed(first);
    shift_set(night, 345);
    as_needed_again(second);
    shift_set(night, 360);
    own_supply(first);
    shift_set(night, 420);
    patch_off(second);
    by_scale(first);
    shift_set(night, 450);
    once(second);
    as_written(first);
    shift_set(night, 480);
    morning(first, second);
    expect_every_state();
    expect_every_kind(written);
    shift_free(night);
}
