/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chart: every tab empty, with one row, a page, a page and one; long, wide and right-to-left names; small and large
 * terminals, without colour, in a language that is 40 % longer. And what its forms do. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/metrics.h"
#include "service/patients.h"
#include "service/problems.h"
#include "support/clinic_screen.h"
#include "support/pseudo_locale.h"

#define TEXT(literal) ((char *)(uintptr_t)(literal)) /* only read */

enum { PAGE = 11 }; /* rows of a table at 80x24 */

static const char *const ALLERGENS[] = {"penicillin", "sulfonamides", "aspirin",   "codeine",    "latex",    "lisinopril",
                                        "vancomycin", "morphine",     "gelatin",   "carbamazepine", "heparin", "lidocaine"};
static const char *const PROBLEMS[] = {"Hypertension", "Heart failure", "Asthma",     "Gout",          "Psoriasis",  "Migraine",
                                       "Epilepsy",     "Glaucoma",      "Depression", "Osteoporosis", "Hypothyroidism", "Anemia"};

struct scene {
    struct clinic *c;
    struct clinic_screen s;
    struct uid patient;
};

static void add_rows(struct scene *x, int rows)
{
    struct error err = ERROR_INIT;
    struct actor *doctor = clinic_actor(x->c, CLINIC_PRESCRIBER);
    for (int i = 0; i < rows; i++) {
        const struct allergy allergy = {.patient = x->patient, .allergen_name = TEXT(ALLERGENS[i]), .kind = ALLERGY_KIND_ALLERGY,
                                        .state = ALLERGY_STATE_ACTIVE, .reaction = TEXT(i == 0 ? "anaphylaxis" : "rash"),
                                        .severity = i == 0 ? REACTION_SEVERITY_LIFE_THREATENING : REACTION_SEVERITY_MILD};
        cr_assert_eq(allergy_add(doctor, &allergy, &err), STATUS_OK, "%s", error_text(&err));
        const struct condition problem = {.patient = x->patient, .name = TEXT(PROBLEMS[i]), .status = CONDITION_STATUS_ACTIVE,
                                          .diagnosed = {2020, (uint8_t)(i + 1), 1}};
        cr_assert_eq(condition_add(doctor, &problem, &err), STATUS_OK, "%s", error_text(&err));
        struct chart *chart = NULL;
        cr_assert_eq(chart_open(doctor, x->patient, 1, 1, &chart, &err), STATUS_OK);
        const struct metric metric = {.type = METRIC_TYPE_PULSE, .value = decimal_from_int(60 + 5 * i), .unit = TEXT("/min"),
                                      .at_us = clock_now_us(&x->c->clock), .recorded_via = RECORDED_VIA_WORKSTATION};
        cr_assert_eq(metric_record(doctor, &chart->patient, &metric, 1, true, &err), STATUS_OK, "%s", error_text(&err));
        chart_free(chart);
        clinic_pass(x->c, US_PER_MINUTE);
    }
}

/* The nurse has the chart open. */
static void open_scene(struct scene *x, const struct clinic_patient *who, int rows, int height, int width)
{
    x->c = clinic_new();
    x->patient = clinic_add_patient(x->c, who);
    add_rows(x, rows);
    clinic_screen_open(&x->s, x->c, CLINIC_NURSE, height, width);
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
}

static void close_scene(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->c);
}

/* Every tab but the medications and doses, whose findings and times are others' goldens. */
static void each_tab(struct scene *x, const char *name, const char *key)
{
    static const char *const TABS[] = {"allergies", "problems", "reconcile", "metrics", "profile", "access"};
    harness_press(x->s.h, "Right");
    for (size_t i = 0; i < sizeof TABS / sizeof *TABS; i++) {
        char golden[64];
        harness_press(x->s.h, "Right");
        if (key != NULL) {
            harness_press(x->s.h, key);
        }
        (void)snprintf(golden, sizeof golden, "chart.%s", TABS[i]);
        harness_golden(x->s.h, golden, name);
    }
    for (size_t i = 0; i < sizeof TABS / sizeof *TABS + 1; i++) {
        harness_press(x->s.h, "Left");
    }
}

static const struct clinic_patient GRACE = {.first = "Grace Adaeze", .last = "Okafor", .born = "1958-03-14", .weight_kg = "62.5"};

Test(chart_screen, shows_every_tab_empty)
{
    struct scene x;
    open_scene(&x, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen", .born = "1990-07-01", .sex = GENDER_MALE,
                                            .allergies = ALLERGY_STATUS_NOT_ASKED}, 0, 24, 80);
    harness_golden(x.s.h, "chart.medications", "empty");
    each_tab(&x, "empty", NULL);
    close_scene(&x);
}

Test(chart_screen, shows_every_tab_with_one_row)
{
    struct scene x;
    open_scene(&x, &GRACE, 1, 24, 80);
    each_tab(&x, "one", NULL);
    close_scene(&x);
}

Test(chart_screen, shows_every_tab_with_a_page)
{
    struct scene x;
    open_scene(&x, &GRACE, PAGE, 24, 80);
    each_tab(&x, "page", NULL);
    close_scene(&x);
}

Test(chart_screen, shows_every_tab_with_a_page_and_one)
{
    struct scene x;
    open_scene(&x, &GRACE, PAGE + 1, 24, 80);
    each_tab(&x, "page_and_one", "End");
    close_scene(&x);
}

Test(chart_screen, uses_a_large_terminal_and_fits_a_small_one)
{
    struct scene x;
    open_scene(&x, &GRACE, 3, 43, 132);
    each_tab(&x, "three", NULL);
    harness_resize(x.s.h, 60, 200);
    each_tab(&x, "three", NULL);
    harness_resize(x.s.h, 12, 40);
    each_tab(&x, "three", NULL);
    harness_resize(x.s.h, 11, 39);
    harness_golden(x.s.h, "chart", "too_small");
    harness_resize(x.s.h, 24, 80);
    harness_expect(x.s.h, "[Meds]"); /* nothing was lost */
    close_scene(&x);
}

Test(chart_screen, does_without_colour)
{
    struct scene x;
    struct error err = ERROR_INIT;
    open_scene(&x, &GRACE, 3, 24, 80);
    cr_assert_eq(shell_set_theme(x.s.h->shell, "mono", &err), STATUS_OK);
    each_tab(&x, "mono", NULL);
    close_scene(&x);
}

Test(chart_screen, holds_names_of_every_script)
{
    static const struct {
        const char *first, *last, *golden;
    } people[] = {
        {"\u5C0F\u660E", "\u738B", "cjk"},
        {"\u05E9\u05E8\u05D4 \u05DE\u05E8\u05D9\u05DD", "\u05DB\u05D4\u05DF", "rtl"},
        {"Maximiliana Theodora Wilhelmina Alexandrina", "von Habsburg-Lothringen-Hohenzollern-Sigmaringen", "long"},
    };
    struct scene x;
    x.c = clinic_new();
    struct uid ids[3];
    for (size_t i = 0; i < 3; i++) {
        ids[i] = clinic_add_patient(x.c, &(struct clinic_patient){.first = people[i].first, .last = people[i].last, .born = "1958-03-14",
                                                                  .weight_kg = "62.5"});
        clinic_add_allergy(x.c, ids[i], "\u76D8\u5C3C\u897F\u6797 \u05E4\u05E0\u05D9\u05E6\u05D9\u05DC\u05D9\u05DF", "\u8FC7\u654F\u6027\u4F11\u514B",
                           REACTION_SEVERITY_SEVERE);
    }
    clinic_screen_open(&x.s, x.c, CLINIC_NURSE, 24, 80);
    for (size_t i = 0; i < 3; i++) {
        harness_open(x.s.h, &SCREEN_CHART, &ids[i]);
        each_tab(&x, people[i].golden, NULL);
        harness_press(x.s.h, "Esc");
    }
    close_scene(&x);
}

Test(chart_screen, survives_a_language_that_is_longer)
{
    struct scene x;
    pseudo_locale_on();
    open_scene(&x, &GRACE, 3, 24, 80);
    each_tab(&x, "pseudo", NULL);
    harness_resize(x.s.h, 43, 132);
    each_tab(&x, "pseudo", NULL);
    close_scene(&x);
    pseudo_locale_off();
}

/* ---- the banner ---- */

Test(chart_screen, the_banner_never_hides_a_severe_allergy)
{
    struct scene x;
    char name[64];
    x.c = clinic_new();
    x.patient = clinic_add_patient(x.c, &GRACE);
    for (int i = 0; i < 12; i++) {
        (void)snprintf(name, sizeof name, "%s", ALLERGENS[i]);
        clinic_add_allergy(x.c, x.patient, name, i < 4 ? "anaphylaxis with shock and swelling of the throat" : "mild itch of the hands",
                           i < 4 ? REACTION_SEVERITY_SEVERE : REACTION_SEVERITY_MILD);
    }
    clinic_screen_open(&x.s, x.c, CLINIC_NURSE, 24, 80);
    harness_open(x.s.h, &SCREEN_CHART, &x.patient);
    for (int i = 0; i < 4; i++) {
        char sign[80];
        (void)snprintf(sign, sizeof sign, "! %s", ALLERGENS[i]);
        harness_expect(x.s.h, sign);
    }
    harness_expect(x.s.h, " more");
    harness_golden(x.s.h, "chart.banner", "many_severe");
    close_scene(&x);
}

Test(chart_screen, the_banner_says_age_kidneys_and_pregnancy)
{
    struct scene x;
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    x.c = clinic_new();
    struct actor *doctor = clinic_actor(x.c, CLINIC_PRESCRIBER);
    x.patient = clinic_add_patient(x.c, &(struct clinic_patient){.first = "Leila", .last = "Haddad", .born = "1998-03-14", .weight_kg = "60"});
    cr_assert_eq(chart_open(doctor, x.patient, 1, 1, &chart, &err), STATUS_OK);
    const struct metric creatinine = {.type = METRIC_TYPE_CREATININE, .value = decimal_from_int(1), .unit = TEXT("mg/dL"),
                                      .at_us = clock_now_us(&x.c->clock) - 2 * US_PER_HOUR, .recorded_via = RECORDED_VIA_WORKSTATION};
    cr_assert_eq(metric_record(doctor, &chart->patient, &creatinine, 1, false, &err), STATUS_OK, "%s", error_text(&err));
    struct patient p = chart->patient;
    p.pregnancy = PREGNANCY_PREGNANT;
    p.due_date = (struct date){2027, 3, 1};
    cr_assert_eq(pregnancy_record(doctor, &p, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    struct uid baby = clinic_add_patient(x.c, &(struct clinic_patient){.first = "Milo", .last = "Reyes", .born = "2026-11-10", .sex = GENDER_MALE});
    clinic_screen_open(&x.s, x.c, CLINIC_NURSE, 24, 80);
    harness_open(x.s.h, &SCREEN_CHART, &x.patient);
    harness_expect(x.s.h, "CrCl 79 mL/min (24 Nov 2026)");
    harness_expect(x.s.h, "PREGNANT, due 1 Mar 2027");
    harness_press(x.s.h, "Esc");
    harness_open(x.s.h, &SCREEN_CHART, &baby);
    harness_expect(x.s.h, "M 2 weeks");
    harness_expect(x.s.h, "NO WEIGHT");
    harness_expect_not(x.s.h, "CrCl"); /* the formula is for adults */
    close_scene(&x);
}

/* ---- forms ---- */

Test(chart_screen, an_allergy_is_added_from_any_tab)
{
    struct scene x;
    open_scene(&x, &GRACE, 0, 24, 80);
    harness_press(x.s.h, "l");
    harness_golden(x.s.h, "allergy", "empty");
    harness_type(x.s.h, "penic");
    harness_expect(x.s.h, "F4 chooses from:");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "CHECKED against any drug."); /* a slip of the keyboard is asked */
    harness_press(x.s.h, "Enter");
    harness_type(x.s.h, "illin");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "ALLERGIES penicillin");
    harness_expect(x.s.h, "OKAFOR, Grace Adaeze: penicillin added");
    close_scene(&x);
}

Test(chart_screen, what_somebody_else_corrected_meanwhile_is_shown_and_not_overwritten)
{
    struct scene x;
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    open_scene(&x, &GRACE, 1, 24, 80);
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "e");
    harness_expect(x.s.h, "Correct this row");
    struct actor *doctor = clinic_actor(x.c, CLINIC_PRESCRIBER);
    cr_assert_eq(chart_open(doctor, x.patient, 1, 1, &chart, &err), STATUS_OK);
    struct allergy theirs = chart->allergies.items[0]; /* borrows the strings */
    theirs.supersedes = theirs.id;
    theirs.reaction = TEXT("hives only");
    cr_assert_eq(allergy_correct(doctor, &theirs, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    harness_press(x.s.h, "Tab");
    harness_press(x.s.h, "Tab");
    harness_type(x.s.h, " and swelling");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "anaphylaxis -> hives only");
    harness_expect(x.s.h, "Nothing of yours was saved");
    harness_golden(x.s.h, "allergy", "stale");
    harness_press(x.s.h, "Enter");
    harness_expect(x.s.h, "anaphylaxis and swelling"); /* still in the form */
    harness_press(x.s.h, "F10");                       /* now knowingly, on top of theirs */
    harness_expect(x.s.h, "penicillin corrected");
    harness_press(x.s.h, "v");
    harness_expect(x.s.h, "hives only -> anaphylaxis and swelling");
    close_scene(&x);
}

Test(chart_screen, an_unusual_weight_is_asked_with_the_safe_answer_first)
{
    struct scene x;
    open_scene(&x, &GRACE, 0, 24, 80);
    for (int i = 0; i < 5; i++) {
        harness_press(x.s.h, "Right");
    }
    harness_press(x.s.h, "a");
    harness_type(x.s.h, "200 lb");
    harness_expect(x.s.h, "= 90.7 kg");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "more than 10 % away");
    harness_golden(x.s.h, "metric", "asked");
    harness_press(x.s.h, "Enter"); /* look again */
    harness_expect(x.s.h, "New measurements");
    harness_press(x.s.h, "F10");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Enter");
    harness_expect(x.s.h, "90.7 kg (24 Nov 2026)");
    close_scene(&x);
}

/* The form of a correction has the field of that one measurement. */
Test(chart_screen, a_measurement_is_corrected)
{
    struct scene x;
    struct error err = ERROR_INIT;
    struct metric_list list = {0};
    open_scene(&x, &GRACE, 1, 24, 80);
    struct actor *nurse = clinic_actor(x.c, CLINIC_NURSE);
    cr_assert_eq(metric_list(nurse, x.patient, METRIC_TYPE_PULSE, INT64_MAX, 1, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, (size_t)1);
    harness_open(x.s.h, &SCREEN_METRIC, &(struct row_argument){x.patient, list.items[0].id});
    harness_expect(x.s.h, "60");
    harness_press(x.s.h, "Ctrl-U");
    harness_type(x.s.h, "66");
    harness_press(x.s.h, "F10");
    metric_list_release(&list);
    cr_assert_eq(metric_list(nurse, x.patient, METRIC_TYPE_PULSE, INT64_MAX, 1, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(decimal_compare(list.items[0].value, decimal_from_int(66)), 0);
    metric_list_release(&list);
    close_scene(&x);
}

Test(chart_screen, a_likely_double_is_shown_before_a_patient_is_registered)
{
    struct scene x;
    open_scene(&x, &GRACE, 0, 24, 80);
    harness_press(x.s.h, "Esc");
    harness_press(x.s.h, "F7");
    harness_golden(x.s.h, "patient", "empty");
    harness_type(x.s.h, "Okafour");
    harness_press(x.s.h, "Tab");
    harness_type(x.s.h, "Grace");
    harness_press(x.s.h, "Tab");
    harness_type(x.s.h, "3/14/58");
    harness_press(x.s.h, "F10"); /* a year of two digits is echoed first */
    harness_expect(x.s.h, "was read as 14 Mar 1958");
    harness_press(x.s.h, "F10");
    harness_expect(x.s.h, "same birth date");
    harness_expect(x.s.h, "None of these: register a new patient");
    harness_golden(x.s.h, "patient", "alike");
    harness_press(x.s.h, "Enter"); /* it is she: her chart */
    harness_expect(x.s.h, "OKAFOR, Grace Adaeze");
    harness_expect(x.s.h, "[Meds]");
    close_scene(&x);
}

Test(chart_screen, no_known_allergies_is_asked_and_says_who_and_when)
{
    struct scene x;
    open_scene(&x, &(struct clinic_patient){.last = "Halvorsen", .allergies = ALLERGY_STATUS_NOT_ASKED}, 0, 24, 80);
    harness_expect(x.s.h, "ALLERGIES NOT ASKED");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "o");
    harness_press(x.s.h, "Enter"); /* the safe answer changes nothing */
    harness_expect(x.s.h, "ALLERGIES NOT ASKED");
    harness_press(x.s.h, "o");
    harness_press(x.s.h, "Right");
    harness_press(x.s.h, "Enter");
    harness_expect(x.s.h, "No known allergies (24 Nov 2026");
    close_scene(&x);
}

Test(chart_screen, the_banner_takes_a_laboratory_egfr_where_the_clearance_lacks)
{
    struct scene x;
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    x.c = clinic_new();
    struct actor *doctor = clinic_actor(x.c, CLINIC_PRESCRIBER);
    x.patient = clinic_add_patient(x.c, &GRACE);
    cr_assert_eq(chart_open(doctor, x.patient, 1, 1, &chart, &err), STATUS_OK);
    const struct metric egfr = {.type = METRIC_TYPE_EGFR, .value = {111694, 3}, .unit = TEXT("mL/min/1.73 m2"),
                                .at_us = CLINIC_START_US - 800 * 24 * US_PER_HOUR, .recorded_via = RECORDED_VIA_IMPORT};
    cr_assert_eq(metric_record(doctor, &chart->patient, &egfr, 1, false, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    clinic_screen_open(&x.s, x.c, CLINIC_NURSE, 24, 80);
    harness_open(x.s.h, &SCREEN_CHART, &x.patient);
    harness_expect(x.s.h, "eGFR 112 (OLD: 15 Sep 2024)");
    close_scene(&x);
}
