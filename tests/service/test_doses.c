/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Recording doses: who it is, what is asked, what is refused, what stands afterwards. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/orders.h"
#include "support/ward.h"

/* ---- who ---- */

Test(doses, identifies_by_a_wristband_or_two_different_identifiers)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_OK);
    const char *mrn = chart->patient.mrn;
    char *band = mem_format("MRN:%s", mrn);
    const struct {
        const char *first, *second;
        bool is_scan, is_good;
    } cases[] = {
        {mrn, NULL, true, true},
        {"999999", NULL, true, false},
        {"Okafor", NULL, true, false},             /* a name is no wristband */
        {"okafor", "1958-03-14", false, true},
        {"Grace Okafor", "14/3/1958", false, true},
        {mrn, "14 mar 1958", false, true},
        {band, NULL, true, true},
        {band, "14 mar 1958", false, true},        /* a scan that came slowly stands in the field as text */
        {band, mrn, false, false},
        {"MRN:999999", "14 mar 1958", false, false},
        {"okafor", "Grace Okafor", false, false},  /* twice the same kind */
        {mrn, mrn, false, false},
        {"okafor", "1958-03-15", false, false},
        {"okafour", "1958-03-14", false, false},   /* her name-alike */
        {"room 12", "bed 2", false, false},
        {"okafor", "", false, false},
        {"", "", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum identified_by how = IDENTIFIED_BY_NONE_GIVEN;
        enum status status = patient_identify(clinic_actor(w.c, CLINIC_NURSE), w.patient, cases[i].is_scan, cases[i].first,
                                              cases[i].second, &how, &err);
        cr_expect_eq(status == STATUS_OK, cases[i].is_good, "\"%s\", \"%s\"", cases[i].first,
                     cases[i].second != NULL ? cases[i].second : "");
        cr_expect_eq(how != IDENTIFIED_BY_NONE_GIVEN, cases[i].is_good, "\"%s\"", cases[i].first);
    }
    mem_free(band);
    chart_free(chart);
    clinic_free(w.c);
}

/* ---- what a record has to hold ---- */

Test(doses, refuses_what_is_incomplete_by_field)
{
    struct ward w = ward_new("insulin lispro 6 units subcut daily");
    ward_set_time(&w, 1, 8, 5);
    struct dose_event good = ward_due(&w, w.order, ward_at(1, 8, 0));
    good.body_site = (char *)"abdomen_left";
    struct dose_event bad[11];
    const char *fields[11] = {"identified_by", "amount", "amount", "amount",         "body_site", "no_scan_reason",
                              "reason",        "reason", "reason", "reason_text", "amount"};
    for (int i = 0; i < 11; i++) {
        bad[i] = good;
    }
    bad[0].identified_by = IDENTIFIED_BY_NONE_GIVEN;
    bad[1].amount = (struct decimal){0, 0};
    bad[2].unit = UNIT_NONE;
    bad[3].amount = decimal_from_int(5); /* less than ordered is "partial" */
    bad[4].body_site = NULL;
    bad[5].no_scan_reason = NO_SCAN_REASON_NONE_GIVEN;
    bad[6].status = DOSE_STATUS_HELD;
    bad[7].status = DOSE_STATUS_REFUSED;
    bad[7].reason = (char *)"vitals"; /* a reason of another list */
    bad[8].status = DOSE_STATUS_UNAVAILABLE;
    bad[9].status = DOSE_STATUS_HELD;
    bad[9].reason = (char *)"other";
    bad[10].amount = decimal_from_int(60); /* tenfold */
    for (int i = 0; i < 11; i++) {
        struct error err;
        cr_expect_neq(ward_record(&w, CLINIC_NURSE, &bad[i], 0, &err), STATUS_OK, "case %d", i);
        cr_expect_str_eq(err.field, fields[i], "case %d: %s", i, error_text(&err));
    }
    ward_must_record(&w, &good, 0);
    clinic_free(w.c);
}

Test(doses, takes_every_outcome_with_its_reason)
{
    static const struct {
        enum dose_status status;
        const char *reason;
    } cases[] = {
        {DOSE_STATUS_HELD, "vitals"},      {DOSE_STATUS_REFUSED, "nausea"}, {DOSE_STATUS_UNAVAILABLE, "not_delivered"},
        {DOSE_STATUS_AWAY, "procedure"},   {DOSE_STATUS_MISSED, "workload"}, {DOSE_STATUS_SELF, NULL},
        {DOSE_STATUS_PARTIAL, "spat_out"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new("metformin 500 mg daily");
        enum dose_status status = DOSE_STATUS_NONE_GIVEN;
        ward_set_time(&w, 1, 8, 5);
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        event.status = cases[i].status;
        event.told = event.status == DOSE_STATUS_REFUSED ? WAS_TOLD_YES : WAS_TOLD_NONE_GIVEN;
        event.reason = (char *)cases[i].reason;
        if (event.status == DOSE_STATUS_PARTIAL) {
            event.amount = decimal_from_int(250);
        } else if (!dose_status_is_taken(event.status)) {
            event.amount = (struct decimal){0, 0};
            event.unit = UNIT_NONE;
        }
        ward_must_record(&w, &event, 0);
        cr_expect_eq(ward_state(&w, event.slot, &status), SLOT_DONE, "case %zu", i);
        cr_expect_eq(status, cases[i].status, "case %zu", i);
        clinic_free(w.c);
    }
}

/* clinical.md 4.B.3 no. 6 and 7, whoever records: a screen or a command. */
Test(doses, not_given_say_whether_it_was_explained_and_whether_the_prescriber_knows)
{
    static const struct {
        const char *line;
        enum dose_status status;
        const char *reason, *field;
    } cases[] = {
        {"lisinopril 10 mg daily", DOSE_STATUS_REFUSED, "nausea", "explained"},
        {"warfarin 5 mg daily", DOSE_STATUS_REFUSED, "nausea", "explained"},
        {"warfarin 5 mg daily", DOSE_STATUS_HELD, "laboratory", "prescriber_told"},
        {"lisinopril 10 mg daily", DOSE_STATUS_HELD, "vitals", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].line);
        struct error err;
        ward_set_time(&w, 1, 8, 5);
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        event.status = cases[i].status;
        event.reason = (char *)cases[i].reason;
        event.amount = (struct decimal){0, 0};
        event.unit = UNIT_NONE;
        enum status status = ward_record(&w, CLINIC_NURSE, &event, 0, &err);
        cr_expect_eq(status, cases[i].field != NULL ? STATUS_INVALID : STATUS_OK, "case %zu: %s", i, error_text(&err));
        if (cases[i].field != NULL) {
            cr_expect_str_eq(err.field, cases[i].field, "case %zu: %s", i, error_text(&err));
            event.told = WAS_TOLD_NO;
            ward_must_record(&w, &event, 0);
        }
        clinic_free(w.c);
    }
}

Test(doses, are_recorded_by_licensed_people_only)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err;
    ward_set_time(&w, 1, 8, 5);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    static const enum clinic_person refused[] = {CLINIC_TECHNICIAN, CLINIC_FRONT_DESK, CLINIC_AUDITOR, CLINIC_ADMIN};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        cr_expect_eq(ward_record(&w, refused[i], &event, 0, &err), STATUS_NOT_PERMITTED, "person %zu", i);
    }
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

/* ---- time ---- */

Test(doses, of_an_open_chart_are_those_around_the_present_time)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    ward_set_time(&w, 1, 9, 0);
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 2, 2, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(chart->slots.len, 1);
    cr_expect_eq(chart->slots.items[0].planned_us, ward_at(1, 8, 0));
    ward_set_time(&w, 1, 19, 0); /* nobody closed it */
    cr_assert_eq(chart_refresh(clinic_actor(w.c, CLINIC_NURSE), &chart, &err), STATUS_OK, "%s", error_text(&err));
    bool has_evening = false;
    for (size_t i = 0; i < chart->slots.len; i++) {
        has_evening = has_evening || chart->slots.items[i].planned_us == ward_at(1, 20, 0);
    }
    cr_expect(has_evening, "the dose of the evening");
    chart_free(chart);
    clinic_free(w.c);
}

Test(doses, ask_by_the_clock)
{
    static const struct {
        int hour, minute;
        unsigned asked, not_asked;
    } cases[] = {
        {6, 0, 0, DOSE_ASK_TIMING_REASON},                         /* two hours early: the window of a daily drug */
        {5, 59, DOSE_ASK_TIMING_REASON, DOSE_ASK_VERY_LATE},
        {8, 0, 0, DOSE_ASK_TIMING_REASON | DOSE_ASK_SUPERVISOR},
        {10, 0, 0, DOSE_ASK_TIMING_REASON},
        {10, 1, DOSE_ASK_TIMING_REASON, DOSE_ASK_VERY_LATE},
        {20, 0, DOSE_ASK_TIMING_REASON, DOSE_ASK_VERY_LATE},       /* exactly half-way */
        {20, 1, DOSE_ASK_TIMING_REASON | DOSE_ASK_VERY_LATE, 0},
    };
    struct ward w = ward_new("lisinopril 10 mg daily");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct dose_check check;
        ward_set_time(&w, 1, cases[i].hour, cases[i].minute);
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        cr_assert_eq(dose_prepare(clinic_actor(w.c, CLINIC_NURSE), &event, &check, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_eq(check.questions & cases[i].asked, cases[i].asked, "%02d:%02d asks %x", cases[i].hour, cases[i].minute,
                     check.questions);
        cr_expect_eq(check.questions & cases[i].not_asked, 0u, "%02d:%02d asks %x", cases[i].hour, cases[i].minute,
                     check.questions);
    }
    clinic_free(w.c);
}

Test(doses, want_a_reason_for_what_is_late_and_a_choice_for_what_is_very_late)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    ward_set_time(&w, 1, 10, 30);
    struct dose_event late = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &late, 0, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "timing_reason");
    ward_set_time(&w, 1, 21, 0);
    late.occurred_us = clock_now_us(&w.c->clock);
    late.timing_reason = (char *)"workload";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &late, 0, &err), STATUS_REFUSED, "very late without a decision");
    ward_must_record(&w, &late, DOSE_ASK_VERY_LATE);
    clinic_free(w.c);
}

Test(doses, are_not_in_the_future_nor_before_the_order)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.occurred_us = ward_at(1, 8, 3);
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_INVALID);
    cr_assert_str_eq(err.field, "time");
    event.occurred_us = CLINIC_START_US - US_PER_HOUR;
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_assert_str_eq(err.field, "time");
    event.occurred_us = ward_at(1, 8, 2); /* a clock that is two minutes off */
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(doses, entered_late_want_a_reason_and_after_a_day_a_second_look)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    ward_set_time(&w, 2, 7, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.occurred_us = ward_at(1, 8, 10);
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "23 hours later without a reason");
    ward_set_time(&w, 2, 9, 0);
    event.timing_reason = (char *)"workload";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "a day later on one's own word");
    cr_assert_str_eq(err.field, "reason_text");
    event.timing_reason = (char *)"prescriber";
    event.reason_text = (char *)"Dr Osei agreed by telephone";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

/* ---- the doses before ---- */

Test(doses, look_for_the_ingredient_in_every_order)
{
    struct ward w = ward_new("acetaminophen 500 mg tid");
    struct error err;
    struct uid other = clinic_add_order(w.c, w.patient, "acetaminophen 1000 mg q6h prn pain max 4");
    ward_set_time(&w, 0, 14, 0);
    struct dose_event scheduled = ward_due(&w, w.order, ward_at(0, 14, 0));
    ward_must_record(&w, &scheduled, 0);
    ward_set_time(&w, 0, 16, 0);
    struct dose_event prn = ward_due(&w, other, 0);
    prn.reason = (char *)"pain";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &prn, 0, &err), STATUS_REFUSED, "two hours after the other order's dose");
    cr_assert_str_eq(err.field, "timing_reason");
    prn.timing_reason = (char *)"workload";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &prn, 0, &err), STATUS_REFUSED, "less than half of the interval");
    ward_set_time(&w, 0, 20, 0);
    prn.occurred_us = clock_now_us(&w.c->clock);
    prn.timing_reason = NULL;
    ward_must_record(&w, &prn, 0);
    clinic_free(w.c);
}

Test(doses, do_not_mind_another_drug)
{
    struct ward w = ward_new("acetaminophen 500 mg tid");
    struct uid other = clinic_add_order(w.c, w.patient, "ibuprofen 400 mg q6h prn pain max 4");
    ward_set_time(&w, 0, 14, 0);
    struct dose_event scheduled = ward_due(&w, w.order, ward_at(0, 14, 0));
    ward_must_record(&w, &scheduled, 0);
    struct dose_event prn = ward_due(&w, other, 0);
    prn.reason = (char *)"pain";
    ward_must_record(&w, &prn, 0);
    clinic_free(w.c);
}

Test(doses, as_needed_stop_at_the_days_maximum)
{
    struct ward w = ward_new("ibuprofen 400 mg q4h prn pain max 3");
    struct error err;
    for (int hour = 9; hour <= 17; hour += 4) {
        ward_set_time(&w, 0, hour, 0);
        struct dose_event dose = ward_due(&w, w.order, 0);
        cr_assert_neq(ward_record(&w, CLINIC_NURSE, &dose, 0, &err), STATUS_OK, "without what it is for");
        cr_assert_str_eq(err.field, "reason");
        dose.reason = (char *)"pain";
        ward_must_record(&w, &dose, 0);
    }
    ward_set_time(&w, 0, 21, 0);
    struct dose_event fourth = ward_due(&w, w.order, 0);
    fourth.reason = (char *)"pain";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &fourth, 0, &err), STATUS_REFUSED);
    cr_assert(strstr(error_text(&err), "allows 3") != NULL, "%s", error_text(&err));
    fourth.timing_reason = (char *)"workload";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &fourth, 0, &err), STATUS_REFUSED, "a maximum is not passed on one's own word");
    ward_set_time(&w, 1, 9, 0); /* the first one is 24 hours old: over */
    fourth.occurred_us = clock_now_us(&w.c->clock);
    fourth.timing_reason = NULL;
    ward_must_record(&w, &fourth, 0);
    clinic_free(w.c);
}

/* ---- two people ---- */

Test(doses, name_who_was_first_and_keep_both_only_when_told)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 8, 4);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &event, 0);
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &event, 0, &err), STATUS_REFUSED);
    cr_assert(strstr(error_text(&err), "08:04") != NULL && strstr(error_text(&err), "given") != NULL, "%s", error_text(&err));
    cr_assert_eq(ward_state(&w, event.slot, &status), SLOT_DONE, "a refused record left something behind");
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &event, DOSE_ASK_ALREADY, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(ward_state(&w, event.slot, &status), SLOT_CONFLICT);
    clinic_free(w.c);
}

Test(doses, away_then_given_is_a_step_and_no_conflict)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 8, 4);
    struct dose_event away = ward_due(&w, w.order, ward_at(1, 8, 0)), given = away;
    away.status = DOSE_STATUS_AWAY;
    away.reason = (char *)"procedure";
    ward_must_record(&w, &away, 0);
    ward_set_time(&w, 1, 9, 0);
    given.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &given, 0);
    cr_assert_eq(ward_state(&w, given.slot, &status), SLOT_DONE);
    cr_assert_eq(status, DOSE_STATUS_GIVEN);
    clinic_free(w.c);
}

Test(doses, are_taken_back_within_a_minute_by_who_recorded)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    struct uid id;
    ward_set_time(&w, 1, 8, 4);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &id, &err), STATUS_OK);
    cr_assert_neq(dose_undo(clinic_actor(w.c, CLINIC_NURSE_2), id, NULL, &err), STATUS_OK, "another's record without a reason");
    clinic_pass(w.c, 60 * US_PER_SECOND);
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, NULL, &err), STATUS_STALE, "twice");
    cr_assert_neq(ward_state(&w, event.slot, &status), SLOT_DONE);
    clinic_pass(w.c, US_PER_MINUTE);
    event.occurred_us = clock_now_us(&w.c->clock);
    cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(w.c, 61 * US_PER_SECOND);
    cr_assert_neq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, NULL, &err), STATUS_OK, "after the minute a reason is needed");
    clinic_free(w.c);
}

/* ---- the order behind it ---- */

Test(doses, are_refused_when_the_order_has_moved_on)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 4);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0)), stranger = event;
    stranger.patient = clinic_add_patient(w.c, &(struct clinic_patient){.last = "Okafour"});
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &stranger, 0, &err), STATUS_REFUSED, "another patient's order");
    struct order order = clinic_get_order(w.c, w.order);
    cr_assert_eq(order_hold(clinic_actor(w.c, CLINIC_PRESCRIBER), order.id, order.version, &(struct order_cause){.reason = "procedure"}, &err), STATUS_OK);
    order_release(&order);
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_STALE, "the version that was on the screen");
    order = clinic_get_order(w.c, w.order);
    event.order_version = order.version;
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "an order on hold");
    cr_assert_eq(order_stop(clinic_actor(w.c, CLINIC_PRESCRIBER), order.id, order.version, &(struct order_cause){.reason = "completed"}, &err), STATUS_OK);
    order_release(&order);
    order = clinic_get_order(w.c, w.order);
    event.order_version = order.version;
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "a stopped order");
    order_release(&order);
    clinic_free(w.c);
}

/* The table of states holds for the command line too. */
Test(doses, are_not_recorded_as_what_they_cannot_be)
{
    static const enum dose_status never[] = {DOSE_STATUS_CANCELLED, DOSE_STATUS_IN_ERROR, DOSE_STATUS_REMOVED, DOSE_STATUS_STOPPED};
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    ward_set_time(&w, 1, 8, 4);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
        event.status = never[i];
        event.reason_text = (char *)"words";
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_INVALID, "case %zu", i);
        cr_expect_str_eq(err.field, "status", "case %zu: %s", i, error_text(&err));
    }
    clinic_free(w.c);
}

/* On, then off: one slot, two steps, and no double. */
Test(doses, of_a_patch_are_put_on_and_taken_off)
{
    struct ward w = ward_new("nicotine 21 mg patch daily");
    struct error err;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event on = ward_due(&w, w.order, ward_at(1, 8, 0)), off = on;
    on.status = DOSE_STATUS_IN_PROGRESS;
    on.route = ROUTE_TRANSDERMAL;
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &on, 0, &err), STATUS_INVALID, "a patch is somewhere");
    cr_assert_str_eq(err.field, "body_site");
    on.body_site = (char *)"chest_left";
    ward_must_record(&w, &on, 0);
    ward_set_time(&w, 2, 7, 30);
    off.status = DOSE_STATUS_REMOVED;
    off.amount = (struct decimal){0, 0};
    off.unit = UNIT_NONE;
    off.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &off, 0);
    cr_assert_eq(ward_state(&w, on.slot, &status), SLOT_DONE);
    cr_assert_eq(status, DOSE_STATUS_REMOVED);
    clinic_free(w.c);
}

/* ---- what the chart shows ---- */

static struct chart *ward_chart(struct ward *w)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), w->patient, 24, 24, &chart, &err), STATUS_OK, "%s", error_text(&err));
    return chart;
}

static int recorded_rows(const struct chart *chart)
{
    int count = 0;
    for (size_t i = 0; i < chart->slots.len; i++) {
        count += chart->slots.items[i].state == SLOT_DONE;
    }
    return count;
}

/* Nobody may have to guess whether the morning dose was given. */
Test(doses, stay_on_the_chart_when_their_order_is_changed_or_stopped)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &event, 0);
    struct order before = clinic_get_order(w.c, w.order);
    ward_set_time(&w, 1, 9, 0);
    const struct order_cause cause = {.reason = "adverse_effect"};
    cr_assert_eq(order_hold(clinic_actor(w.c, CLINIC_PRESCRIBER), w.order, before.version, &cause, &err), STATUS_OK, "%s",
                 error_text(&err));
    struct chart *chart = ward_chart(&w);
    cr_expect_eq(recorded_rows(chart), 1, "held");
    chart_free(chart);
    order_release(&before);
    clinic_free(w.c);
}

Test(doses, as_needed_stand_on_the_chart_too)
{
    struct ward w = ward_new("oxycodone 5 mg tab 1 tab q4h prn pain");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    ward_must_record(&w, &event, 0);
    struct chart *chart = ward_chart(&w);
    cr_assert_eq(recorded_rows(chart), 1);
    for (size_t i = 0; i < chart->slots.len; i++) {
        cr_expect(chart->slots.items[i].is_unplanned);
        cr_expect_eq(uid_compare(chart->slots.items[i].order, w.order), 0);
    }
    chart_free(chart);
    clinic_free(w.c);
}

/* ui.md rule 8: an accepted override of a contraindicated finding is read once by each person, not at every dose. */
Test(doses, an_override_is_read_once_before_it_is_given)
{
    struct ward w = ward_new("simvastatin 40 mg tab 1 tab daily");
    struct uid macrolide = clinic_add_order(w.c, w.patient, "itraconazole 100 mg cap 1 cap tid");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, macrolide, ward_at(1, 8, 0));
    struct dose_check check = ward_check(&w, &dose);
    cr_assert(check.questions & DOSE_ASK_OVERRIDE);
    cr_expect_not_null(strstr(check.override_words, "watched closely"), "%s", check.override_words);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &dose, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "override");
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &dose, DOSE_ASK_OVERRIDE, &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 1, 14, 0);
    dose = ward_due(&w, macrolide, ward_at(1, 14, 0));
    cr_expect_eq(ward_check(&w, &dose).questions & DOSE_ASK_OVERRIDE, 0, "the same nurse has read it");
    cr_expect_eq(ward_record(&w, CLINIC_NURSE_2, &dose, 0, &err), STATUS_REFUSED, "another has not");
    dose.status = DOSE_STATUS_HELD;
    cr_expect_eq(ward_check(&w, &dose).questions & DOSE_ASK_OVERRIDE, 0, "what is not given needs no reading");
    clinic_free(w.c);
}
