/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What follows a dose: the effect of an as-needed one, and two records of one slot. */
#include <criterion/criterion.h>
#include <string.h>

#include "service/doses_double.h"
#include "service/doses_effect.h"
#include "store/dose_store.h"
#include "store/store.h"
#include "support/ward.h"

/* What the last exchange with the centre found: its clock minus ours, and whether there is a centre. */
static void set_offset(struct ward *w, const char *state, const char *offset_us)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(store_begin(w->c->site->store, &err), STATUS_OK);
    cr_assert_eq(store_meta_set(w->c->site->store, "central.offset_us", offset_us, &err), STATUS_OK);
    cr_assert_eq(state == NULL ? STATUS_OK : store_meta_set(w->c->site->store, "central.state", state, &err), STATUS_OK);
    cr_assert_eq(store_commit(w->c->site->store, &err), STATUS_OK);
}

static int64_t kept_skew(struct ward *w, struct uid slot, size_t *out_count)
{
    struct dose_event_list list = {0};
    struct error err = ERROR_INIT;
    cr_assert_eq(dose_list_slot(w->c->site->store, slot, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_gt(list.len, 0);
    int64_t skew_s = list.items[list.len - 1].clock_skew_s;
    *out_count = list.len;
    dose_event_list_release(&list);
    return skew_s;
}

/* clinical.md 4.B.4 (d): nobody is kept from charting, and the record says how far the clock was off. */
Test(doses, are_marked_while_the_clock_is_off)
{
    static const struct {
        const char *state, *offset_us;
        int64_t skew_s;
        const char *words;
    } cases[] = {
        {NULL, "-3600000000", 0, ""}, /* alone: nobody knows */
        {"joined", "0", 0, ""},
        {"joined", "-300000000", 0, ""},
        {"joined", "300000000", 0, ""},
        {"joined", "-301000000", 301, "clock 5 min ahead"},
        {"joined", "301000000", -301, "clock 5 min behind"},
        {"joined", "-7260000000", 7260, "clock 2 h ahead"},
        {"joined", "260000000000", -260000, "clock 3 d behind"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new("lisinopril 10 mg daily");
        struct error err = ERROR_INIT;
        struct uid id = UID_NONE;
        size_t count = 0;
        char words[DOSE_CLOCK_TEXT_MAX];
        ward_set_time(&w, 1, 8, 5);
        set_offset(&w, cases[i].state, cases[i].offset_us);
        struct dose_event dose = ward_due(&w, w.order, ward_at(1, 8, 0));
        dose.clock_skew_s = 77; /* what a caller says of it does not count */
        cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &dose, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_eq(kept_skew(&w, dose.slot, &count), cases[i].skew_s, "case %zu", i);
        cr_expect_str_eq(dose_clock_words(cases[i].skew_s, words), cases[i].words);
        set_offset(&w, cases[i].state, "0"); /* set right meanwhile */
        cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, "", &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_eq(kept_skew(&w, dose.slot, &count), 0, "case %zu: the record that takes it back was made by a right clock", i);
        cr_expect_eq(count, 2u);
        clinic_free(w.c);
    }
}

/* ---- effects ---- */

static struct effect_due_list effects(struct ward *w)
{
    struct effect_due_list list = {0};
    struct error err = ERROR_INIT;
    cr_assert_eq(effect_due_list_get(clinic_actor(w->c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

static size_t effect_count(struct ward *w, int *out_overdue)
{
    struct effect_due_list list = effects(w);
    size_t count = list.len;
    *out_overdue = list.overdue_count;
    effect_due_list_release(&list);
    return count;
}

static struct uid give_prn(struct ward *w)
{
    struct error err = ERROR_INIT;
    struct uid id;
    struct dose_event dose = ward_due(w, w->order, 0);
    dose.reason = (char *)"pain";
    cr_assert_eq(dose_record(clinic_actor(w->c, CLINIC_NURSE), &dose, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
    return id;
}

Test(effects, are_asked_an_hour_later_and_by_anyone)
{
    struct ward w = ward_new("ibuprofen 400 mg q6h prn pain max 4");
    struct error err = ERROR_INIT;
    int overdue = 0;
    cr_assert_eq(effect_count(&w, &overdue), 0);
    struct uid id = give_prn(&w);
    cr_assert_eq(effect_count(&w, &overdue), 1);
    cr_assert_eq(overdue, 0);
    clinic_pass(w.c, 61 * US_PER_MINUTE);
    cr_assert_eq(effect_count(&w, &overdue), 1);
    cr_assert_eq(overdue, 1);
    const struct {
        enum dose_outcome outcome;
        const char *score, *note, *field;
    } bad[] = {
        {DOSE_OUTCOME_NONE_GIVEN, "2", "", "outcome"}, {DOSE_OUTCOME_EFFECTIVE, "11", "", "score"},
        {DOSE_OUTCOME_EFFECTIVE, "-1", "", "score"},   {DOSE_OUTCOME_EFFECTIVE, "two", "", "score"},
        {DOSE_OUTCOME_ADVERSE, "", "", "note"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cr_expect_eq(dose_assess(clinic_actor(w.c, CLINIC_NURSE_2), id, bad[i].outcome, bad[i].score, bad[i].note, &err),
                     STATUS_INVALID, "case %zu", i);
        cr_expect_str_eq(err.field, bad[i].field, "case %zu", i);
    }
    cr_assert_eq(dose_assess(clinic_actor(w.c, CLINIC_FRONT_DESK), id, DOSE_OUTCOME_EFFECTIVE, "2", "", &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(dose_assess(clinic_actor(w.c, CLINIC_NURSE_2), id, DOSE_OUTCOME_EFFECTIVE, "2", "", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(effect_count(&w, &overdue), 0);
    clinic_free(w.c);
}

/* clinical.md 4.B.7: what the effect is compared with. */
Test(effects, have_a_score_of_before_the_dose)
{
    static const struct {
        const char *line, *reason, *typed, *kept; /* kept NULL: refused */
    } cases[] = {
        {"ibuprofen 400 mg q6h prn pain max 4", "pain", "8", "8"},
        {"ibuprofen 400 mg q6h prn pain max 4", "pain", "not possible", "not_possible"},
        {"ibuprofen 400 mg q6h prn pain max 4", "pain", NULL, NULL},
        {"ibuprofen 400 mg q6h prn pain max 4", "pain", "11", NULL},
        {"ibuprofen 400 mg q6h prn fever max 4", "fever", "101.5 F", "38.6 Cel"},
        {"ibuprofen 400 mg q6h prn fever max 4", "fever", NULL, ""},
        {"ibuprofen 400 mg q6h prn pain max 4", "sleep", "3", ""}, /* asks nothing: nothing is kept */
        {"lisinopril 10 mg daily", NULL, "3", ""},                  /* as planned */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].line);
        struct error err = ERROR_INIT;
        struct uid id = UID_NONE;
        ward_set_time(&w, 1, 8, 5);
        struct dose_event dose = ward_due(&w, w.order, cases[i].reason != NULL ? 0 : ward_at(1, 8, 0));
        dose.reason = (char *)cases[i].reason;
        dose.score_before = (char *)cases[i].typed;
        enum status status = dose_record(clinic_actor(w.c, CLINIC_NURSE), &dose, 0, &id, &err);
        cr_expect_eq(status, cases[i].kept != NULL ? STATUS_OK : STATUS_INVALID, "case %zu: %s", i, error_text(&err));
        if (cases[i].kept == NULL) {
            cr_expect_str_eq(err.field, "score_before", "case %zu", i);
        } else if (status == STATUS_OK) {
            struct dose_event kept;
            cr_assert_eq(dose_get(w.c->site->store, id, &kept, &err), STATUS_OK, "%s", error_text(&err));
            cr_expect_str_eq(kept.score_before != NULL ? kept.score_before : "", cases[i].kept, "case %zu", i);
            dose_event_release(&kept);
        }
        clinic_free(w.c);
    }
}

Test(effects, go_with_a_dose_that_is_taken_back)
{
    struct ward w = ward_new("ibuprofen 400 mg q6h prn pain max 4");
    struct error err = ERROR_INIT;
    int overdue = 0;
    struct uid id = give_prn(&w);
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, NULL, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(effect_count(&w, &overdue), 0);
    clinic_free(w.c);
}

Test(effects, of_scheduled_doses_are_not_asked)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    int overdue = 0;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &dose, 0);
    cr_assert_eq(effect_count(&w, &overdue), 0);
    clinic_free(w.c);
}

/* ---- two records ---- */

/* The same slot recorded by two nurses (or one nurse twice), both kept. */
static struct dose_event record_twice(struct ward *w, enum clinic_person second)
{
    struct error err;
    ward_set_time(w, 1, 8, 4);
    struct dose_event dose = ward_due(w, w->order, ward_at(1, 8, 0));
    ward_must_record(w, &dose, 0);
    clinic_pass(w->c, 5 * US_PER_MINUTE);
    dose.occurred_us = clock_now_us(&w->c->clock);
    cr_assert_eq(ward_record(w, second, &dose, DOSE_ASK_ALREADY, &err), STATUS_OK, "%s", error_text(&err));
    return dose;
}

static struct double_dose_list doubles(struct ward *w)
{
    struct double_dose_list list = {0};
    struct error err = ERROR_INIT;
    cr_assert_eq(double_dose_list_get(clinic_actor(w->c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

static enum status judge(struct ward *w, enum clinic_person who, enum double_class class_of, struct error *err)
{
    struct double_dose_list list = doubles(w);
    cr_assert_eq(list.len, 1);
    const struct double_judgement j = {.slot = list.items[0].slot, .kept = list.items[0].first.id,
                                       .other = list.items[0].second.id, .class_of = class_of, .reason = "both were asked",
                                       .people_asked = "J. Alvarez, I. Duarte", .notified = "Dr Osei 08:20", .monitoring = "pulse hourly till noon",
                                       .next_dose = NEXT_DOSE_PRESCRIBER};
    *err = (struct error)ERROR_INIT;
    enum status status = dose_judge(clinic_actor(w->c, who), &j, err);
    double_dose_list_release(&list);
    return status;
}

Test(doubles, are_listed_with_both_people_until_judged)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    struct dose_event dose = record_twice(&w, CLINIC_NURSE_2);
    struct double_dose_list list = doubles(&w);
    cr_assert_eq(list.len, 1);
    cr_expect_str_neq(list.items[0].first.recorded_by_name, list.items[0].second.recorded_by_name);
    double_dose_list_release(&list);
    cr_assert_eq(ward_state(&w, dose.slot, &status), SLOT_CONFLICT);
    cr_assert_eq(judge(&w, CLINIC_NURSE, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(ward_state(&w, dose.slot, &status), SLOT_DONE);
    cr_assert_eq(status, DOSE_STATUS_GIVEN);
    list = doubles(&w);
    cr_assert_eq(list.len, 0);
    double_dose_list_release(&list);
    clinic_free(w.c);
}

Test(doubles, that_were_given_twice_both_stand)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    struct chart *chart = NULL;
    size_t given = 0;
    struct dose_event dose = record_twice(&w, CLINIC_NURSE_2);
    cr_assert_eq(judge(&w, CLINIC_PHARMACIST, DOUBLE_CLASS_GIVEN_TWICE, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(ward_state(&w, dose.slot, &status), SLOT_DONE);
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 24, 1, &chart, &err), STATUS_OK);
    for (size_t i = 0; i < chart->events.len; i++) {
        given += chart->events.items[i].status == DOSE_STATUS_GIVEN;
    }
    cr_assert_eq(given, 2);
    chart_free(chart);
    clinic_free(w.c);
}

Test(doubles, are_judged_by_the_right_people_with_what_is_needed)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    (void)record_twice(&w, CLINIC_NURSE_2);
    struct double_dose_list list = doubles(&w);
    struct double_judgement j = {.slot = list.items[0].slot, .kept = list.items[0].first.id, .other = list.items[0].second.id};
    static const char *const fields[] = {"class", "reason", "people_asked", "notified"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        err = (struct error)ERROR_INIT;
        cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_PHARMACIST), &j, &err), STATUS_INVALID, "without %s", fields[i]);
        cr_expect_str_eq(err.field, fields[i]);
        j.class_of = DOUBLE_CLASS_GIVEN_TWICE;
        j.reason = i >= 1 ? "asked" : NULL;
        j.people_asked = i >= 2 ? "both" : NULL;
    }
    double_dose_list_release(&list);
    cr_assert_eq(judge(&w, CLINIC_FRONT_DESK, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(judge(&w, CLINIC_NURSE_2, DOUBLE_CLASS_CONTRADICTORY, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(w.c);
}

Test(doubles, of_one_person_are_not_judged_by_that_person)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    (void)record_twice(&w, CLINIC_NURSE);
    cr_assert_eq(judge(&w, CLINIC_NURSE, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_REFUSED);
    cr_assert_eq(judge(&w, CLINIC_NURSE_2, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_NOT_PERMITTED, "neither recorder nor supervisor");
    cr_assert_eq(judge(&w, CLINIC_PRESCRIBER, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(w.c);
}

Test(doubles, are_asked_about_before_the_next_dose)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err;
    (void)record_twice(&w, CLINIC_NURSE_2);
    ward_set_time(&w, 2, 8, 0);
    struct dose_event next = ward_due(&w, w.order, ward_at(2, 8, 0));
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &next, 0, &err), STATUS_REFUSED);
    cr_assert(strstr(error_text(&err), "DOUBLE?") != NULL, "%s", error_text(&err));
    cr_assert_eq(judge(&w, CLINIC_NURSE, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_OK, "%s", error_text(&err));
    ward_must_record(&w, &next, 0);
    clinic_free(w.c);
}

/* ---- as needed: no slot ---- */

Test(doubles, as_needed_within_a_quarter_of_an_hour_are_asked_and_listed)
{
    struct ward w = ward_new("ibuprofen 400 mg q6h prn pain max 4");
    struct error err;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, w.order, 0);
    dose.reason = (char *)"pain";
    ward_must_record(&w, &dose, 0);
    clinic_pass(w.c, 15 * US_PER_MINUTE);
    dose.occurred_us = clock_now_us(&w.c->clock);
    dose.timing_reason = (char *)"prescriber";
    dose.reason_text = (char *)"Dr Osei, by telephone";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &dose, 0, &err), STATUS_REFUSED, "the same act?");
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &dose, DOSE_ASK_DUPLICATE, &err), STATUS_OK, "%s", error_text(&err));
    struct double_dose_list list = doubles(&w);
    cr_assert_eq(list.len, 1u);
    cr_expect(list.items[0].is_as_needed);
    double_dose_list_release(&list);
    ward_set_time(&w, 1, 15, 0);
    struct dose_event next = ward_due(&w, w.order, 0);
    next.reason = (char *)"pain";
    cr_expect_neq(ward_check(&w, &next).questions & DOSE_ASK_UNRESOLVED, 0u, "the next one asks");
    cr_expect_eq(ward_check(&w, &next).prn.count, 3u, "both count in the 24 hours");
    cr_assert_eq(judge(&w, CLINIC_NURSE, DOUBLE_CLASS_CHARTED_TWICE, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    list = doubles(&w);
    cr_expect_eq(list.len, 0u);
    double_dose_list_release(&list);
    cr_expect_eq(ward_check(&w, &next).questions & DOSE_ASK_UNRESOLVED, 0u);
    cr_expect_eq(ward_check(&w, &next).prn.count, 2u, "one act was charted twice");
    clinic_free(w.c);
}

Test(doubles, as_needed_further_apart_are_two_doses)
{
    struct ward w = ward_new("ibuprofen 400 mg q6h prn pain max 4");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, w.order, 0);
    dose.reason = (char *)"pain";
    ward_must_record(&w, &dose, 0);
    clinic_pass(w.c, 16 * US_PER_MINUTE);
    dose.occurred_us = clock_now_us(&w.c->clock);
    dose.timing_reason = (char *)"prescriber";
    dose.reason_text = (char *)"Dr Osei, by telephone";
    ward_must_record(&w, &dose, 0);
    struct double_dose_list list = doubles(&w);
    cr_expect_eq(list.len, 0u);
    double_dose_list_release(&list);
    clinic_free(w.c);
}

/* Given twice and another patient's ask for more than words (4.B.6). */
Test(doubles, want_what_their_class_needs)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    struct uid nils = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen", .born = "1949-01-02"});
    struct chart *chart = NULL;
    (void)record_twice(&w, CLINIC_NURSE_2);
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_OK);
    cr_expect_str_eq(chart->doubles, "lisinopril", "the banner says so");
    struct double_dose_list list = doubles(&w);
    struct double_judgement j = {.slot = list.items[0].slot, .kept = list.items[0].first.id, .other = list.items[0].second.id,
                                 .class_of = DOUBLE_CLASS_GIVEN_TWICE, .reason = "both", .people_asked = "both", .notified = "Dr Osei 08:20"};
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_NURSE), &j, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "monitoring");
    j.monitoring = "pulse";
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_NURSE), &j, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "next_dose");
    j.class_of = DOUBLE_CLASS_WRONG_PATIENT;
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_NURSE), &j, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "moved_to");
    j.moved_to = chart->patient.mrn;
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_NURSE), &j, &err), STATUS_INVALID, "the same patient");
    chart_free(chart);
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), nils, 1, 1, &chart, &err), STATUS_OK);
    j.moved_to = chart->patient.mrn;
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_NURSE), &j, &err), STATUS_OK, "%s: %s", err.field, error_text(&err));
    chart_free(chart);
    double_dose_list_release(&list);
    clinic_free(w.c);
}
