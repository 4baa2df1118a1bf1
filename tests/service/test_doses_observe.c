/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hold rules, scales and steps at the moment of giving (clinical.md 4.B.8, 4.B.10, 4.B.11). */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/metrics.h"
#include "store/dose_store.h"
#include "store/store_private.h"
#include "support/ward.h"

static void measure(struct ward *w, enum metric_type type, const char *value, const char *unit, int64_t at_us)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    char none[] = "";
    struct metric metric = {.patient = w->patient, .type = type, .unit = (char *)unit, .at_us = at_us, .notes = none,
                            .recorded_via = RECORDED_VIA_WORKSTATION};
    cr_assert_eq(decimal_parse(value, &metric.value, NULL), STATUS_OK);
    struct actor *nurse = clinic_actor(w->c, CLINIC_NURSE);
    cr_assert_eq(chart_open(nurse, w->patient, 1, 1, &chart, &err), STATUS_OK);
    cr_assert_eq(metric_record(nurse, &chart->patient, &metric, 1, true, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
}

static void run_sql(struct ward *w, const char *sql)
{
    cr_assert_eq(sqlite3_exec(w->c->site->store->db.handle, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sql);
}

static struct dose_event due(struct ward *w)
{
    ward_set_time(w, 1, 8, 5);
    return ward_due(w, w->order, ward_at(1, 8, 0));
}

Test(doses_observe, asks_for_a_value_before_a_dose_that_depends_on_it)
{
    struct ward w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100 or hr < 60");
    struct error err = ERROR_INIT;
    struct dose_event event = due(&w);
    cr_expect((ward_check(&w, &event).questions & DOSE_ASK_MEASURE) != 0);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "reason_text", "%s", error_text(&err));
    measure(&w, METRIC_TYPE_SYSTOLIC, "118", "mmHg", ward_at(1, 7, 0)); /* 65 minutes old: too old */
    measure(&w, METRIC_TYPE_PULSE, "72", "/min", ward_at(1, 8, 0));
    cr_expect((ward_check(&w, &event).questions & DOSE_ASK_MEASURE) != 0);
    measure(&w, METRIC_TYPE_SYSTOLIC, "118", "mmHg", ward_at(1, 8, 1));
    cr_expect_eq(ward_check(&w, &event).questions & (DOSE_ASK_MEASURE | DOSE_ASK_HOLD_RULE), 0);
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(doses_observe, takes_a_dose_without_a_value_when_it_says_why)
{
    struct ward w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100");
    struct dose_event event = due(&w);
    event.reason_text = (char *)"cuff broken, strong pulse, awake";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(doses_observe, holds_where_any_rule_is_met)
{
    static const struct {
        const char *systolic, *pulse;
        bool is_held;
    } cases[] = {{"100", "60", false}, {"99", "60", true}, {"100", "59", true}, {"99", "59", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100 or hr < 60");
        struct error err = ERROR_INIT;
        struct dose_event event = due(&w);
        measure(&w, METRIC_TYPE_SYSTOLIC, cases[i].systolic, "mmHg", ward_at(1, 8, 1));
        measure(&w, METRIC_TYPE_PULSE, cases[i].pulse, "/min", ward_at(1, 8, 1));
        cr_expect_eq((ward_check(&w, &event).questions & DOSE_ASK_HOLD_RULE) != 0, cases[i].is_held, "case %zu", i);
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err) == STATUS_OK, !cases[i].is_held, "case %zu", i);
        if (cases[i].is_held) {
            cr_expect_str_eq(err.field, "timing_reason", "%s", error_text(&err));
            event.status = DOSE_STATUS_HELD;
            event.reason = (char *)"vitals";
            event.amount = (struct decimal){0, 0};
            event.unit = UNIT_NONE;
            ward_must_record(&w, &event, 0);
        }
        clinic_free(w.c);
    }
}

Test(doses_observe, gives_against_a_rule_only_on_the_prescribers_word)
{
    struct ward w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100");
    struct error err = ERROR_INIT;
    struct dose_event event = due(&w);
    measure(&w, METRIC_TYPE_SYSTOLIC, "96", "mmHg", ward_at(1, 8, 1));
    event.timing_reason = (char *)"workload";
    event.reason_text = (char *)"busy";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    event.timing_reason = (char *)"prescriber";
    event.reason_text = (char *)"Dr Osei at 08:03: give it, rate control comes first";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

#define SCALE "insulin lispro subcut daily scale glucose mg/dL <70 hold 70-149 0 150-199 2 200-249 4 >249 call"

Test(doses_observe, gives_what_the_scale_says)
{
    static const struct {
        const char *glucose, *unit;
        int units;     /* that are recorded */
        bool is_taken; /* that amount is what the scale gives */
    } cases[] = {{"150", "mg/dL", 2, true},  {"150.9", "mg/dL", 2, true}, {"149.9", "mg/dL", 2, false}, {"199", "mg/dL", 2, true},
                 {"200", "mg/dL", 4, true},  {"200", "mg/dL", 2, false},  {"69", "mg/dL", 2, false},    {"300", "mg/dL", 4, false},
                 {"10", "mmol/L", 2, true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(SCALE);
        struct error err = ERROR_INIT;
        struct dose_event event = due(&w);
        measure(&w, METRIC_TYPE_GLUCOSE, cases[i].glucose, cases[i].unit, ward_at(1, 7, 50));
        event.amount = decimal_from_int(cases[i].units);
        event.unit = UNIT_UNITS;
        event.body_site = (char *)"abdomen_left";
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err) == STATUS_OK, cases[i].is_taken, "case %zu: %s", i, error_text(&err));
        clinic_free(w.c);
    }
}

Test(doses_observe, an_old_glucose_gives_no_dose)
{
    struct ward w = ward_new(SCALE);
    struct error err = ERROR_INIT;
    struct dose_event event = due(&w);
    event.amount = decimal_from_int(2);
    event.unit = UNIT_UNITS;
    event.body_site = (char *)"abdomen_left";
    measure(&w, METRIC_TYPE_GLUCOSE, "180", "mg/dL", ward_at(1, 7, 34)); /* 31 minutes */
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    measure(&w, METRIC_TYPE_GLUCOSE, "180", "mg/dL", ward_at(1, 7, 36)); /* repeated: the newest counts */
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

Test(doses_observe, each_step_of_a_taper_has_its_dose)
{
    struct ward w = ward_new("prednisone 10 mg tab 4 tab daily 2d then 2 tab daily 2d");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 5);
    struct dose_event first = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_expect_eq(decimal_compare(first.amount, decimal_from_int(4)), 0);
    ward_must_record(&w, &first, 0);
    ward_set_time(&w, 3, 8, 5);
    struct dose_event third = ward_due(&w, w.order, ward_at(3, 8, 0));
    third.amount = decimal_from_int(4); /* the first step's dose */
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &third, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "amount", "%s", error_text(&err));
    third.amount = decimal_from_int(2);
    ward_must_record(&w, &third, 0);
    clinic_free(w.c);
}

static void expect_kept(struct ward *w, const struct dose_event *event, const char *expected)
{
    struct error err = ERROR_INIT;
    struct dose_event kept;
    struct uid id;
    cr_assert_eq(dose_record(clinic_actor(w->c, CLINIC_NURSE), event, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
    run_sql(w, "UPDATE health_metrics SET metric_value = '1'"); /* whatever becomes of the measurement later */
    cr_assert_eq(dose_get(w->c->site->store, id, &kept, &err), STATUS_OK);
    char *words = dose_values_words(kept.values, kept.value_count, w->c->site->zone);
    cr_expect_str_eq(words, expected);
    mem_free(words);
    dose_event_release(&kept);
}

/* What decided stands with the record, given or held, as it was then: typed numbers, not words. */
Test(doses_observe, keeps_with_the_record_what_was_measured_before)
{
    struct ward w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if sbp < 100 or hr < 60");
    struct dose_event event = due(&w);
    measure(&w, METRIC_TYPE_SYSTOLIC, "118", "mmHg", ward_at(1, 8, 1));
    measure(&w, METRIC_TYPE_PULSE, "72", "/min", ward_at(1, 8, 2));
    expect_kept(&w, &event, "systolic blood pressure 118 mmHg at 08:01, pulse 72 /min at 08:02");
    clinic_free(w.c);
    w = ward_new("metoprolol tartrate 25 mg tab 1 tab daily hold if hr < 60");
    event = due(&w);
    measure(&w, METRIC_TYPE_PULSE, "52", "/min", ward_at(1, 8, 2));
    event.status = DOSE_STATUS_HELD;
    event.reason = (char *)"vitals";
    event.amount = (struct decimal){0, 0};
    event.unit = UNIT_NONE;
    expect_kept(&w, &event, "pulse 52 /min at 08:02");
    clinic_free(w.c);
    w = ward_new(SCALE);
    event = due(&w);
    measure(&w, METRIC_TYPE_GLUCOSE, "182", "mg/dL", ward_at(1, 8, 0));
    event.amount = decimal_from_int(2);
    event.unit = UNIT_UNITS;
    event.body_site = (char *)"abdomen_left";
    expect_kept(&w, &event, "glucose 182 mg/dL at 08:00");
    clinic_free(w.c);
}

/* 4.B.10: another rapid insulin within three hours adds up, whatever its order is called; the meal's and the correction's in one
 * injection do not, and slow insulin does not. */
Test(doses_observe, rapid_insulin_of_the_last_three_hours_is_told)
{
    static const struct {
        const char *first, *second;
        int minutes;
        bool is_asked;
    } cases[] = {
        {"insulin aspart 4 units subcut once", "insulin lispro 6 units subcut once", 179, true},
        {"insulin aspart 4 units subcut once", "insulin lispro 6 units subcut once", 180, false},
        {"insulin aspart 4 units subcut once", "insulin lispro 6 units subcut once", 5, false},
        {"insulin glargine 20 units subcut once", "insulin lispro 6 units subcut once", 60, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].first);
        struct error err = ERROR_INIT;
        struct uid second = clinic_add_order(w.c, w.patient, cases[i].second);
        ward_set_time(&w, 0, 9, 0);
        struct dose_event one = ward_due(&w, w.order, 0);
        one.body_site = (char *)"abdomen_left";
        one.timing_reason = (char *)"other";
        one.reason_text = (char *)"tested";
        cr_assert_eq(ward_record(&w, CLINIC_NURSE, &one, ~0u, &err), STATUS_OK, "case %zu: %s", i, error_text(&err));
        w.c->clock.fixed_us += cases[i].minutes * US_PER_MINUTE;
        struct dose_event two = ward_due(&w, second, 0);
        two.body_site = (char *)"abdomen_left";
        struct dose_check check = ward_check(&w, &two);
        cr_expect_eq((check.questions & DOSE_ASK_STACKING) != 0, cases[i].is_asked, "case %zu: %s", i, check.words);
        clinic_free(w.c);
    }
}
