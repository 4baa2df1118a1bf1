/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Allergies, problems and measurements: what may be written, what a correction leaves, what screening makes of them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/kidney.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/metrics.h"
#include "service/problems.h"
#include "service/screening.h"
#include "store/chart_store.h"
#include "support/clinic.h"

#define TEXT(literal) ((char *)(uintptr_t)(literal)) /* only read */

static struct clinic *c;
static struct actor *nurse;

static void start(void)
{
    c = clinic_new();
    nurse = clinic_actor(c, CLINIC_NURSE);
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(chart_rows, .init = start, .fini = stop);

static struct chart *chart_of(struct uid patient)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(chart_open(nurse, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    return chart;
}

static struct allergy penicillin(struct uid patient)
{
    return (struct allergy){.patient = patient, .allergen_name = TEXT("penicillin"), .kind = ALLERGY_KIND_ALLERGY,
                            .state = ALLERGY_STATE_ACTIVE, .severity = REACTION_SEVERITY_SEVERE, .reaction = TEXT("hives")};
}

Test(chart_rows, an_allergy_ends_no_known_allergies)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    struct allergy a = penicillin(patient);
    cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
    struct chart *chart = chart_of(patient);
    cr_expect_eq(chart->patient.allergy_status, ALLERGY_STATUS_LISTED);
    cr_assert_eq(chart->allergies.len, 1);
    cr_expect_str_eq(chart->allergies.items[0].allergen_key, "penicillin");
    cr_expect(chart->allergies.items[0].recorded_by[0] != '\0');
    /* and none can be claimed while it stands */
    cr_expect_eq(allergy_assess(nurse, patient, chart->patient.ver, ALLERGY_STATUS_NONE_KNOWN, NULL, &err), STATUS_REFUSED);
    chart_free(chart);
}

Test(chart_rows, tolerance_is_no_allergy)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    struct allergy a = penicillin(patient);
    a.kind = ALLERGY_KIND_TOLERATED;
    cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
    struct chart *chart = chart_of(patient);
    cr_expect_eq(chart->patient.allergy_status, ALLERGY_STATUS_NONE_KNOWN);
    chart_free(chart);
}

Test(chart_rows, what_nobody_knows_is_kept_and_not_checked)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    struct allergy a = penicillin(patient);
    a.allergen_name = TEXT("grandmother's blue tonic");
    cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
    struct chart *chart = chart_of(patient);
    cr_expect_str_eq(chart->allergies.items[0].allergen_key, "");
    cr_expect_str_eq(chart->allergies.items[0].allergen_name, "grandmother's blue tonic");
    bool is_named = false;
    for (int i = 0; i < chart->findings->incomplete_count; i++) {
        is_named = is_named || strcmp(chart->findings->incomplete[i].item, "grandmother's blue tonic") == 0;
    }
    cr_expect(is_named, "an allergy that cannot be checked was passed over");
    chart_free(chart);
}

Test(chart_rows, refuses_an_allergy_that_is_none)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    struct allergy a = penicillin(patient);
    a.allergen_name = TEXT("");
    cr_expect_eq(allergy_add(nurse, &a, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "allergen");
    a.allergen_name = TEXT("NKDA");
    cr_expect_eq(allergy_add(nurse, &a, &err), STATUS_INVALID);
    a = penicillin(patient);
    a.onset = (struct date){2031, 1, 1};
    cr_expect_eq(allergy_add(nurse, &a, &err), STATUS_INVALID);
    a = penicillin(patient);
    cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK);
    a.allergen_name = TEXT("Penicillin");
    cr_expect_eq(allergy_add(nurse, &a, &err), STATUS_EXISTS);
    cr_expect_eq(allergy_add(clinic_actor(c, CLINIC_FRONT_DESK), &a, &err), STATUS_NOT_PERMITTED);
}

Test(chart_rows, a_correction_is_a_new_row_and_the_old_one_stays)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    struct allergy a = penicillin(patient);
    cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK);
    struct chart *chart = chart_of(patient);
    struct uid first = chart->allergies.items[0].id;
    chart_free(chart);
    a.supersedes = first;
    a.reaction = TEXT("anaphylaxis");
    a.severity = REACTION_SEVERITY_LIFE_THREATENING;
    cr_assert_eq(allergy_correct(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
    chart = chart_of(patient);
    cr_assert_eq(chart->allergies.len, 1);
    cr_expect_str_eq(chart->allergies.items[0].reaction, "anaphylaxis");
    struct allergy old = {0};
    cr_assert_eq(allergy_get(c->site->store, first, &old, &err), STATUS_OK);
    cr_expect_str_eq(old.reaction, "hives");
    cr_expect_eq(old.ver, 1);
    allergy_release(&old);
    chart_free(chart);
    /* the same row corrected from what was on the screen before: stale, nothing saved */
    a.reaction = TEXT("itch");
    cr_expect_eq(allergy_correct(clinic_actor(c, CLINIC_NURSE_2), &a, &err), STATUS_STALE);
    chart = chart_of(patient);
    cr_expect_eq(chart->allergies.len, 1);
    cr_expect_str_eq(chart->allergies.items[0].reaction, "anaphylaxis");
    chart_free(chart);
}

Test(chart_rows, refuted_and_mistaken_allergies_are_silent)
{
    static const enum allergy_state silent[] = {ALLERGY_STATE_REFUTED, ALLERGY_STATE_RESOLVED, ALLERGY_STATE_IN_ERROR};
    struct error err = ERROR_INIT;
    for (size_t i = 0; i < sizeof silent / sizeof *silent; i++) {
        struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Silent"});
        struct allergy a = penicillin(patient);
        cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK);
        clinic_add_order(c, patient, "amoxicillin 500 mg cap 1 cap tid");
        struct chart *chart = chart_of(patient);
        cr_expect_gt(chart->findings->finding_count, 0, "the allergy was not seen");
        a.supersedes = chart->allergies.items[0].id;
        a.state = silent[i];
        chart_free(chart);
        cr_assert_eq(allergy_correct(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
        chart = chart_of(patient);
        for (int f = 0; f < chart->findings->finding_count; f++) {
            cr_expect_neq(chart->findings->findings[f].kind, FINDING_ALLERGY, "%s still fires",
                          enum_word(ENUM_ALLERGY_STATE, (int)silent[i]));
        }
        cr_expect_eq(allergy_assess(nurse, patient, chart->patient.ver, ALLERGY_STATUS_NONE_KNOWN, NULL, &err), STATUS_OK, "%s",
                     error_text(&err));
        chart_free(chart);
    }
}

Test(chart_rows, unable_to_ask_needs_a_reason)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.allergies = ALLERGY_STATUS_NOT_ASKED});
    struct chart *chart = chart_of(patient);
    cr_expect_eq(allergy_assess(nurse, patient, chart->patient.ver, ALLERGY_STATUS_UNABLE, "", &err), STATUS_INVALID);
    cr_assert_eq(allergy_assess(nurse, patient, chart->patient.ver, ALLERGY_STATUS_UNABLE, "unconscious", &err), STATUS_OK);
    cr_expect_eq(allergy_assess(nurse, patient, chart->patient.ver, ALLERGY_STATUS_NONE_KNOWN, NULL, &err), STATUS_STALE);
    chart_free(chart);
    chart = chart_of(patient);
    cr_expect_str_eq(chart->patient.allergy_status_reason, "unconscious");
    cr_expect(chart->patient.allergy_status_by[0] != '\0');
    cr_expect_eq(chart->patient.allergy_status_at_us, clock_now_us(&c->clock));
    chart_free(chart);
}

Test(chart_rows, a_typed_code_becomes_a_problem)
{
    static const struct {
        const char *typed, *name, *code, *system;
    } cases[] = {
        {"I50.9", "Heart failure", "I50.9", "icd10"},
        {"84114007", "Heart failure", "84114007", "snomed"},
        {"chf", "chf", "", ""},
    };
    struct error err = ERROR_INIT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Coded"});
        struct condition k = {.patient = patient, .name = TEXT(cases[i].typed), .status = CONDITION_STATUS_ACTIVE};
        const char *title;
        cr_assert_eq(condition_add(nurse, &k, &err), STATUS_OK, "%s", error_text(&err));
        struct chart *chart = chart_of(patient);
        cr_expect_str_eq(chart->conditions.items[0].name, cases[i].name);
        cr_expect_str_eq(chart->conditions.items[0].code, cases[i].code);
        cr_expect_str_eq(chart->conditions.items[0].code_system, cases[i].system);
        cr_expect(condition_is_checked(c->site, &chart->conditions.items[0], &title), "%s", cases[i].typed);
        cr_expect_str_eq(title, "Heart failure");
        cr_expect_eq(condition_add(nurse, &k, &err), STATUS_EXISTS);
        chart_free(chart);
    }
}

Test(chart_rows, a_problem_is_corrected_by_a_new_row)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){0});
    struct condition k = {.patient = patient, .name = TEXT("Hypertension"), .status = CONDITION_STATUS_ACTIVE};
    cr_assert_eq(condition_add(nurse, &k, &err), STATUS_OK);
    struct chart *chart = chart_of(patient);
    k.supersedes = chart->conditions.items[0].id;
    chart_free(chart);
    k.diagnosed = (struct date){2020, 5, 1};
    k.abated = (struct date){2020, 4, 1};
    cr_expect_eq(condition_correct(nurse, &k, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "abated");
    k.abated = (struct date){2021, 4, 1};
    cr_expect_eq(condition_correct(nurse, &k, &err), STATUS_INVALID, "ended and still active");
    k.status = CONDITION_STATUS_RESOLVED;
    cr_assert_eq(condition_correct(nurse, &k, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(condition_correct(nurse, &k, &err), STATUS_STALE);
    chart = chart_of(patient);
    cr_assert_eq(chart->conditions.len, 1);
    cr_expect_eq(chart->conditions.items[0].status, CONDITION_STATUS_RESOLVED);
    chart_free(chart);
}

static enum status record(struct uid patient, enum metric_type type, const char *value, const char *unit, bool is_confirmed,
                          struct error *err)
{
    struct chart *chart = chart_of(patient);
    struct metric m = {.type = type, .unit = TEXT(unit), .at_us = clock_now_us(&c->clock), .recorded_via = RECORDED_VIA_WORKSTATION};
    cr_assert_eq(decimal_parse(value, &m.value, NULL), STATUS_OK);
    enum status status = metric_record(nurse, &chart->patient, &m, 1, is_confirmed, err);
    chart_free(chart);
    return status;
}

Test(chart_rows, an_unusual_weight_is_asked_and_the_last_one_is_kept_with_the_person)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.weight_kg = "62"});
    char weight[DECIMAL_TEXT_MAX];
    cr_expect_eq(record(patient, METRIC_TYPE_WEIGHT, "700", "kg", true, &err), STATUS_INVALID, "700 kg was taken");
    cr_expect_eq(record(patient, METRIC_TYPE_WEIGHT, "82", "kg", false, &err), STATUS_REFUSED, "a third more was not asked");
    cr_expect_eq(record(patient, METRIC_TYPE_WEIGHT, "63.5", "kg", false, &err), STATUS_OK, "%s", error_text(&err));
    struct chart *chart = chart_of(patient);
    cr_expect_str_eq(decimal_format(chart->patient.weight_kg, weight), "63.5");
    cr_expect_eq(chart->patient.weight_at_us, clock_now_us(&c->clock));
    chart_free(chart);
    clinic_pass(c, US_PER_MINUTE);
    cr_expect_eq(record(patient, METRIC_TYPE_WEIGHT, "82", "kg", true, &err), STATUS_OK, "%s", error_text(&err));
    /* it was somebody else's: the one before counts again */
    struct metric_list list = {0};
    cr_assert_eq(metric_list(nurse, patient, METRIC_TYPE_WEIGHT, INT64_MAX, 10, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 2);
    chart = chart_of(patient);
    struct metric wrong = list.items[0]; /* borrows the strings */
    wrong.supersedes = wrong.id;
    wrong.is_in_error = true;
    cr_assert_eq(metric_record(nurse, &chart->patient, &wrong, 1, false, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(metric_record(nurse, &chart->patient, &wrong, 1, false, &err), STATUS_STALE);
    metric_list_release(&list);
    chart_free(chart);
    chart = chart_of(patient);
    cr_expect_str_eq(decimal_format(chart->patient.weight_kg, weight), "63.5");
    cr_assert_eq(metric_list(nurse, patient, METRIC_TYPE_NONE_GIVEN, INT64_MAX, 10, &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 1);
    metric_list_release(&list);
    chart_free(chart);
}

Test(chart_rows, kidney_function_reaches_the_safety_engine)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.born = "1946-01-01", .weight_kg = "62"});
    clinic_add_order(c, patient, "metformin 500 mg tab 1 tab bid");
    struct chart *chart = chart_of(patient);
    cr_expect_eq(chart->screening->input.egfr_presence, SCREEN_MISSING);
    chart_free(chart);
    cr_assert_eq(record(patient, METRIC_TYPE_CREATININE, "250", "umol/L", false, &err), STATUS_OK, "%s", error_text(&err));
    chart = chart_of(patient);
    struct kidney k = kidney_clearance(&chart->patient, (struct date){2026, 11, 24});
    char text[DECIMAL_TEXT_MAX];
    cr_expect_eq(k.gap, KIDNEY_KNOWN);
    cr_expect_str_eq(decimal_format(k.crcl, text), "16");
    cr_expect_eq(chart->screening->input.egfr_presence, SCREEN_PRESENT);
    bool is_renal = false;
    for (int i = 0; i < chart->findings->finding_count; i++) {
        is_renal = is_renal || chart->findings->findings[i].kind == FINDING_RENAL;
    }
    cr_expect(is_renal, "metformin at a clearance of 16 was not found");
    chart_free(chart);
}

/* Tables that nobody brought up to date for years check nothing, whatever they find. */
Test(chart_rows, old_knowledge_is_no_all_clear)
{
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Old"});
    clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
    struct chart *chart = chart_of(patient);
    int before = chart->findings->incomplete_count;
    chart_free(chart);
    clinic_pass(c, INT64_C(500) * 24 * US_PER_HOUR);
    nurse = clinic_actor(c, CLINIC_NURSE);
    chart = chart_of(patient);
    bool is_said = false;
    for (int i = 0; i < chart->findings->incomplete_count; i++) {
        is_said = is_said || chart->findings->incomplete[i].reason == INCOMPLETE_KNOWLEDGE_EXPIRED;
    }
    cr_expect(is_said);
    cr_expect_eq(chart->findings->incomplete_count, before + 1);
    cr_expect_eq(chart->findings->status, SCREEN_INCOMPLETE);
    chart_free(chart);
}

/* What others send as an intolerance is none where it was anaphylaxis. */
Test(chart_rows, an_intolerance_with_anaphylaxis_is_an_allergy)
{
    static const struct {
        const char *reaction;
        enum interaction_type severity;
    } CASES[] = {{"anaphylaxis", INTERACTION_TYPE_CONTRAINDICATED}, {"nausea", INTERACTION_TYPE_MODERATE}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct error err = ERROR_INIT;
        struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Sent"});
        struct allergy a = penicillin(patient);
        a.kind = ALLERGY_KIND_INTOLERANCE;
        a.severity = REACTION_SEVERITY_NONE_GIVEN;
        a.reaction = TEXT(CASES[i].reaction);
        cr_assert_eq(allergy_add(nurse, &a, &err), STATUS_OK, "%s", error_text(&err));
        clinic_add_order(c, patient, "amoxicillin 500 mg cap 1 cap tid");
        struct chart *chart = chart_of(patient);
        enum interaction_type worst = INTERACTION_TYPE_NONE;
        for (int f = 0; f < chart->findings->finding_count; f++) {
            bool is_allergy = chart->findings->findings[f].kind == FINDING_ALLERGY;
            worst = is_allergy && chart->findings->findings[f].severity < worst ? chart->findings->findings[f].severity : worst;
        }
        cr_expect_eq(worst, CASES[i].severity, "%s", CASES[i].reaction);
        chart_free(chart);
    }
}

static int unasked_pregnancies(struct uid patient)
{
    struct chart *chart = chart_of(patient);
    int count = 0;
    for (int i = 0; i < chart->findings->incomplete_count; i++) {
        count += chart->findings->incomplete[i].reason == INCOMPLETE_PREGNANCY;
    }
    chart_free(chart);
    return count;
}

/* Nothing found and nothing asked is no all-clear; a drug that pregnancy would not stop asks nobody. */
Test(chart_rows, a_pregnancy_that_nobody_asked_about_is_not_checked)
{
    static const struct {
        const char *born, *drug;
        enum gender sex;
        int count;
    } CASES[] = {
        {"1996-01-01", "lisinopril 10 mg tab 1 tab daily", GENDER_FEMALE, 1},
        {"1996-01-01", "loratadine 10 mg tab 1 tab daily", GENDER_FEMALE, 0},
        {"1996-01-01", "lisinopril 10 mg tab 1 tab daily", GENDER_MALE, 0},
        {"1946-01-01", "lisinopril 10 mg tab 1 tab daily", GENDER_FEMALE, 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.born = CASES[i].born, .sex = CASES[i].sex});
        clinic_add_order(c, patient, CASES[i].drug);
        cr_expect_eq(unasked_pregnancies(patient), CASES[i].count, "case %zu", i);
    }
    struct error err = ERROR_INIT;
    struct uid asked = clinic_add_patient(c, &(struct clinic_patient){.born = "1996-01-01", .sex = GENDER_FEMALE});
    clinic_add_order(c, asked, "lisinopril 10 mg tab 1 tab daily");
    struct chart *chart = chart_of(asked);
    struct patient p = chart->patient; /* borrows the strings */
    p.pregnancy = PREGNANCY_NOT;
    cr_assert_eq(pregnancy_record(nurse, &p, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    cr_expect_eq(unasked_pregnancies(asked), 0, "she was asked");
}

Test(chart_rows, pregnancy_reaches_the_safety_engine)
{
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.born = "1996-01-01"});
    clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    struct chart *chart = chart_of(patient);
    struct patient p = chart->patient; /* borrows the strings */
    p.pregnancy = PREGNANCY_PREGNANT;
    p.due_date = (struct date){2028, 1, 1};
    cr_expect_eq(pregnancy_record(nurse, &p, &err), STATUS_INVALID);
    p.due_date = (struct date){2027, 5, 1};
    cr_assert_eq(pregnancy_record(nurse, &p, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(pregnancy_record(nurse, &p, &err), STATUS_STALE);
    cr_expect_eq(pregnancy_record(clinic_actor(c, CLINIC_FRONT_DESK), &p, &err), STATUS_NOT_PERMITTED);
    chart_free(chart);
    chart = chart_of(patient);
    cr_expect_eq(chart->patient.pregnancy, PREGNANCY_PREGNANT);
    cr_expect(chart->screening->input.is_pregnant);
    cr_expect_eq(chart->screening->input.trimester, 2); /* 158 days to go of 280 */
    bool is_found = false;
    for (int i = 0; i < chart->findings->finding_count; i++) {
        is_found = is_found || chart->findings->findings[i].kind == FINDING_PREGNANCY;
    }
    cr_expect(is_found, "an ACE inhibitor in pregnancy was not found");
    chart_free(chart);
    struct uid man = clinic_add_patient(c, &(struct clinic_patient){.last = "Man", .sex = GENDER_MALE});
    chart = chart_of(man);
    p = chart->patient;
    p.pregnancy = PREGNANCY_PREGNANT;
    cr_expect_eq(pregnancy_record(nurse, &p, &err), STATUS_INVALID);
    chart_free(chart);
}
