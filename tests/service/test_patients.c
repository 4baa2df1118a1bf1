/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Registering, finding and correcting patients; who might be the same person; what became of a row; who saw it; what is
 * new since somebody was here. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/access.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/history.h"
#include "service/metrics.h"
#include "service/news.h"
#include "service/orders.h"
#include "service/patients.h"
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

TestSuite(patients, .init = start, .fini = stop);

static struct patient person(const char *last, const char *first, const char *born)
{
    struct patient p = {.last_name = TEXT(last), .first_name = TEXT(first), .gender = GENDER_FEMALE, .mrn = TEXT(""),
                        .phone_number = TEXT(""), .address = TEXT(""), .language = TEXT(""), .timezone = TEXT("")};
    if (born != NULL) {
        cr_assert_eq(date_parse_iso(born, &p.birth_date, NULL), STATUS_OK);
    }
    return p;
}

static struct uid enter(const struct patient *p)
{
    struct error err = ERROR_INIT;
    struct uid id = UID_NONE;
    cr_assert_eq(patient_register(nurse, p, &id, &err), STATUS_OK, "%s", error_text(&err));
    return id;
}

Test(patients, refuses_what_cannot_be)
{
    static const struct {
        const char *last, *born, *phone, *language, *zone, *field;
    } cases[] = {
        {"", "1958-03-14", "", "", "", "last_name"},
        {"Okafor", "2031-01-01", "", "", "", "birth_date"},
        {"Okafor", "1850-01-01", "", "", "", "birth_date"},
        {"Okafor", "1958-03-14", "12", "", "", "phone"},
        {"Okafor", "1958-03-14", "", "english please", "", "language"},
        {"Okafor", "1958-03-14", "", "en", "Mars/Olympus", "timezone"},
        {"Okafor", "1958-03-14", "", "en", "../etc/passwd", "timezone"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct uid id;
        struct patient p = person(cases[i].last, "", cases[i].born);
        p.phone_number = TEXT(cases[i].phone);
        p.language = TEXT(cases[i].language);
        p.timezone = TEXT(cases[i].zone);
        cr_expect_eq(patient_register(nurse, &p, &id, &err), STATUS_INVALID, "row %zu", i);
        cr_expect_str_eq(err.field, cases[i].field, "row %zu", i);
    }
}

Test(patients, an_mrn_belongs_to_one)
{
    struct error err = ERROR_INIT;
    struct uid id;
    struct patient p = person("Okafor", "Grace", "1958-03-14"), other = person("Reyes", "Carlos", "1970-01-01");
    p.mrn = TEXT("A-17");
    struct uid grace = enter(&p);
    other.mrn = TEXT("A-17");
    cr_expect_eq(patient_register(nurse, &other, &id, &err), STATUS_EXISTS);
    cr_expect_str_eq(err.field, "mrn");
    other.mrn = TEXT("");
    struct uid carlos = enter(&other);
    struct patient now;
    cr_assert_eq(patient_open(nurse, carlos, &now, &err), STATUS_OK);
    cr_expect(now.mrn[0] != '\0', "no number was given");
    struct patient change = now; /* borrows the strings */
    change.mrn = TEXT("A-17");
    cr_expect_eq(patient_correct(nurse, &change, &err), STATUS_EXISTS);
    change.mrn = TEXT("B-99");
    cr_expect_eq(patient_correct(nurse, &change, &err), STATUS_OK, "%s", error_text(&err));
    patient_release(&now);
    cr_expect_eq(patient_resolve(nurse, "B-99", &id, &err), STATUS_OK);
    cr_expect_eq(uid_compare(id, carlos), 0);
    cr_expect_eq(patient_resolve(nurse, "A-17", &id, &err), STATUS_OK);
    cr_expect_eq(uid_compare(id, grace), 0);
}

Test(patients, a_number_that_comes_back_is_taken_up_again)
{
    static const char *const numbers[] = {"N1", "N2", "N1", "", "N2"};
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14"), now;
    struct uid id = enter(&p);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        cr_assert_eq(patient_open(nurse, id, &now, &err), STATUS_OK);
        struct patient change = now;
        change.identifiers = (struct identifier_list){0};
        if (numbers[i][0] != '\0') {
            identifier_list_add(&change.identifiers, IDENTIFIER_KIND_NATIONAL, "", numbers[i]);
        }
        cr_assert_eq(patient_correct(nurse, &change, &err), STATUS_OK, "%s: %s", numbers[i], error_text(&err));
        struct patient only = {.identifiers = change.identifiers};
        patient_release(&only);
        patient_release(&now);
        cr_assert_eq(patient_open(nurse, id, &now, &err), STATUS_OK);
        cr_expect_str_eq(patient_number(&now, IDENTIFIER_KIND_NATIONAL), numbers[i]);
        patient_release(&now);
    }
}

Test(patients, two_corrections_of_one_version_are_not_both_taken)
{
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14"), mine, theirs;
    struct uid id = enter(&p);
    cr_assert_eq(patient_open(nurse, id, &mine, &err), STATUS_OK);
    cr_assert_eq(patient_open(clinic_actor(c, CLINIC_FRONT_DESK), id, &theirs, &err), STATUS_OK);
    struct patient change = theirs;
    change.phone_number = TEXT("555-0100");
    cr_assert_eq(patient_correct(clinic_actor(c, CLINIC_FRONT_DESK), &change, &err), STATUS_OK, "%s", error_text(&err));
    change = mine;
    change.address = TEXT("1 Elm Street");
    cr_expect_eq(patient_correct(nurse, &change, &err), STATUS_STALE);
    struct patient now;
    cr_assert_eq(patient_open(nurse, id, &now, &err), STATUS_OK);
    cr_expect_str_eq(now.phone_number, "555-0100");
    cr_expect_str_eq(now.address, "");
    struct buffer text = BUFFER_INIT;
    patient_describe(&text, &mine, &now);
    cr_expect_not_null(strstr(text.bytes, "555-0100"), "%s", text.bytes);
    buffer_release(&text);
    patient_release(&now);
    patient_release(&mine);
    patient_release(&theirs);
}

/* --- the same person? --- */

Test(patients, likely_doubles_are_found_with_their_reasons)
{
    static const struct {
        const char *last, *first, *born, *phone;
        enum gender gender;
        bool is_found;
        unsigned reasons; /* at least these */
    } cases[] = {
        {"Okafor", "Grace", "1958-03-14", "", GENDER_FEMALE, true, MATCH_NAME_SOUND | MATCH_BIRTH_DATE},
        {"Okafor", "Grace Adaeze", "1958-03-14", "", GENDER_FEMALE, true, MATCH_NAME | MATCH_BIRTH_DATE},
        {"Grace Adaeze", "Okafor", "1958-03-14", "", GENDER_FEMALE, true, MATCH_NAME | MATCH_BIRTH_DATE}, /* any order */
        {"Okafour", "Grace Adaeze", "1958-03-14", "", GENDER_FEMALE, true, MATCH_NAME_SOUND | MATCH_BIRTH_DATE},
        {"Okafro", "Grace", "1958-03-14", "", GENDER_FEMALE, true, MATCH_BIRTH_DATE},                      /* two letters changed places */
        {"Okafor", "Grace", "1958-03-15", "", GENDER_FEMALE, true, MATCH_BIRTH_NEAR},
        {"Okafor", "Grace", "1985-03-14", "", GENDER_FEMALE, true, MATCH_BIRTH_TRANSPOSED},
        {"Okafor", "Grace", "1958-03-41", "", GENDER_FEMALE, false, 0},                                    /* no date at all */
        {"Okafor", "Grace Adaeze", "1968-03-14", "", GENDER_FEMALE, true, MATCH_BIRTH_NEAR},
        {"Okafor", "Grace Adaeze", NULL, "", GENDER_FEMALE, true, MATCH_NAME},
        {"Okafor", "Grace Adaeze", NULL, "555-010-4182", GENDER_FEMALE, true, MATCH_NAME | MATCH_PHONE},
        {"Okafor", "Grace Adaeze", "1958-03-14", "", GENDER_MALE, true, MATCH_SEX_DIFFERS},
        {"Okafor", "Samuel", "1990-07-01", "", GENDER_MALE, false, 0}, /* a son */
        {"Halvorsen", "Nils", "1958-03-14", "", GENDER_MALE, false, 0}, /* born on the same day */
        {"Okafor", "Grace Adaeze", "2001-11-30", "", GENDER_FEMALE, false, 0}, /* the same name, another person */
    };
    struct patient p = person("Okafor", "Grace Adaeze", "1958-03-14");
    p.phone_number = TEXT("(555) 010-4182");
    struct uid grace = enter(&p);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct patient_match_list list = {0};
        struct patient typed = {.last_name = TEXT(cases[i].last), .first_name = TEXT(cases[i].first), .phone_number = TEXT(cases[i].phone),
                                .gender = cases[i].gender};
        if (cases[i].born != NULL && date_parse_iso(cases[i].born, &typed.birth_date, NULL) != STATUS_OK) {
            continue;
        }
        cr_assert_eq(patient_alike(nurse, &typed, &list, &err), STATUS_OK, "%s", error_text(&err));
        bool is_found = list.len > 0 && uid_compare(list.items[0].id, grace) == 0;
        cr_expect_eq(is_found, cases[i].is_found, "row %zu: score %d", i, list.len > 0 ? list.items[0].score : -1);
        if (is_found && cases[i].is_found) {
            char *why = patient_match_text(&list.items[0]);
            cr_expect_eq(list.items[0].reasons & cases[i].reasons, cases[i].reasons, "row %zu: %s", i, why);
            cr_expect(why[0] != '\0');
            cr_expect(list.items[0].score >= PATIENT_MATCH_LIKELY && list.items[0].score <= 100);
            mem_free(why);
        }
        patient_match_list_release(&list);
    }
}

Test(patients, the_day_and_the_month_may_have_changed_places)
{
    struct error err = ERROR_INIT;
    struct patient_match_list list = {0};
    struct patient p = person("Nguyen", "Thi Mai", "1980-04-07"), typed = person("Nguien", "Thi Mai", "1980-07-04");
    struct uid mai = enter(&p);
    cr_assert_eq(patient_alike(nurse, &typed, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(uid_compare(list.items[0].id, mai), 0);
    cr_expect(list.items[0].reasons & MATCH_BIRTH_TRANSPOSED);
    patient_match_list_release(&list);
    /* and a person is not alike to herself when she is corrected */
    typed.id = mai;
    cr_assert_eq(patient_alike(nurse, &typed, &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 0);
    patient_match_list_release(&list);
}

Test(patients, a_shared_number_is_found_whatever_the_name)
{
    struct error err = ERROR_INIT;
    struct patient_match_list list = {0};
    struct patient p = person("Okafor", "Grace", "1958-03-14"), typed = person("Smith", "Anne", "1958-03-14");
    identifier_list_add(&p.identifiers, IDENTIFIER_KIND_NATIONAL, "", "SSN-1");
    enter(&p);
    typed.identifiers = p.identifiers;
    cr_assert_eq(patient_alike(nurse, &typed, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect(list.items[0].reasons & MATCH_NUMBER);
    patient_match_list_release(&list);
    struct patient only = {.identifiers = p.identifiers};
    patient_release(&only);
}

/* --- finding --- */

Test(patients, are_found_by_what_people_remember)
{
    static const struct {
        const char *typed;
        char match;
    } cases[] = {
        {"okafor", 'n'},     {"oka gra", 'n'},     {"grace okafor", 'n'}, {"OKAF\u00D6R", 'n'}, {"okafour", '~'},  {"1958-03-14", 'd'},
        {"14/3/58", 'd'},    {"14 mar 1958", 'd'}, {"3/14/1958", 'd'},    {"19580314", 'd'},   {"4182", 't'},     {"5550104", 't'},
        {"MR-77", 'm'},      {"mr-77", 'm'},       {"14 mar 58", 'd'},    {"4 mar 58", 0},
    };
    struct patient p = person("Okafor", "Grace", "1958-03-14");
    p.phone_number = TEXT("555-010-4182");
    p.mrn = TEXT("MR-77");
    struct uid grace = enter(&p);
    struct patient other = person("Halvorsen", "Nils", "1971-08-02");
    enter(&other);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct find_session *find = NULL;
        struct patient_hit_list hits = {0};
        cr_assert_eq(find_begin(nurse, &find, &err), STATUS_OK);
        cr_assert_eq(find_type(find, cases[i].typed, 10, &hits, &err), STATUS_OK, "%s", error_text(&err));
        if (cases[i].match == 0) {
            cr_expect_eq(hits.len, 0, "%s", cases[i].typed);
            patient_hit_list_release(&hits);
            find_end(find, UID_NONE);
            continue;
        }
        cr_assert_eq(hits.len, 1, "%s: %zu hits", cases[i].typed, hits.len);
        cr_expect_eq(uid_compare(hits.items[0].id, grace), 0, "%s", cases[i].typed);
        cr_expect_eq(hits.items[0].match, cases[i].match, "%s: %c", cases[i].typed, hits.items[0].match);
        patient_hit_list_release(&hits);
        find_end(find, UID_NONE);
    }
}

Test(patients, are_found_by_their_prescription_number)
{
    struct error err = ERROR_INIT;
    struct find_session *find = NULL;
    struct patient_hit_list hits = {0};
    struct patient p = person("Okafor", "Grace", "1958-03-14");
    struct uid grace = enter(&p);
    struct order order = clinic_get_order(c, clinic_add_order(c, grace, "lisinopril 10 mg tab 1 tab daily"));
    cr_assert_eq(find_begin(nurse, &find, &err), STATUS_OK);
    cr_assert_eq(find_type(find, order.prescription_number, 10, &hits, &err), STATUS_OK);
    bool is_found = false;
    for (size_t i = 0; i < hits.len; i++) {
        is_found = is_found || (uid_compare(hits.items[i].id, grace) == 0 && hits.items[i].match == 'x');
    }
    cr_expect(is_found, "%s was not found", order.prescription_number);
    order_release(&order);
    patient_hit_list_release(&hits);
    find_end(find, grace);
}

Test(patients, a_name_that_sounds_like_another_is_marked_though_the_other_is_not_shown)
{
    struct error err = ERROR_INIT;
    struct find_session *find = NULL;
    struct patient p = person("Okafor", "Grace", "1958-03-14"), alike = person("Okafour", "Grace", "1971-01-01"),
                   brother = person("Okafor", "Samuel", "1990-07-01"), numbered = person("Reyes", "Carlos", "1970-01-01");
    enter(&p);
    enter(&alike);
    enter(&brother);
    numbered.mrn = TEXT("000977");
    enter(&numbered);
    static const struct {
        const char *typed, *name;
        bool is_marked;
    } cases[] = {{"okafor grace", "OKAFOR, Grace", true}, {"okafor samuel", "OKAFOR, Samuel", false}, {"977", "REYES, Carlos", false}};
    cr_assert_eq(find_begin(nurse, &find, &err), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct patient_hit_list hits = {0};
        cr_assert_eq(find_type(find, cases[i].typed, 10, &hits, &err), STATUS_OK);
        cr_assert_eq(hits.len, 1, "%s: %zu", cases[i].typed, hits.len);
        cr_expect_str_eq(hits.items[0].name, cases[i].name);
        cr_expect_eq(hits.items[0].has_name_alike, cases[i].is_marked, "%s", cases[i].typed);
        patient_hit_list_release(&hits);
    }
    find_end(find, UID_NONE);
}

/* --- history, access, news --- */

Test(patients, a_correction_stands_in_the_history_with_who_and_what)
{
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14"), now;
    struct uid id = enter(&p);
    clinic_pass(c, US_PER_HOUR);
    cr_assert_eq(patient_open(nurse, id, &now, &err), STATUS_OK);
    struct patient change = now;
    change.last_name = TEXT("Okafor-Reyes");
    cr_assert_eq(patient_correct(clinic_actor(c, CLINIC_FRONT_DESK), &change, &err), STATUS_OK, "%s", error_text(&err));
    patient_release(&now);
    struct history h = {0};
    cr_assert_eq(history_get(nurse, HISTORY_PATIENT, id, &h, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(h.len, 2);
    cr_expect_not_null(strstr(h.items[0].what, "Okafor -> Okafor-Reyes"), "%s", h.items[0].what);
    cr_expect_null(strstr(h.items[0].what, "1958"), "what did not change is shown: %s", h.items[0].what);
    cr_expect(h.items[0].who[0] != '\0');
    cr_expect_gt(h.items[0].at_us, h.items[1].at_us);
    history_release(&h);
}

Test(patients, an_order_has_a_history_of_versions)
{
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14");
    struct uid id = enter(&p), order = clinic_add_order(c, id, "lisinopril 10 mg tab 1 tab daily");
    struct history h = {0};
    cr_assert_eq(history_get(nurse, HISTORY_ORDER, order, &h, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(h.len, 1);
    cr_expect_not_null(strstr(h.items[0].what, "lisinopril"), "%s", h.items[0].what);
    cr_expect(h.items[0].who[0] != '\0');
    history_release(&h);
}

Test(patients, who_saw_a_chart_is_listed_and_asking_is_listed_too)
{
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14");
    struct uid id = enter(&p);
    struct chart *chart = NULL;
    clinic_pass(c, US_PER_MINUTE);
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_PHARMACIST), id, 1, 1, &chart, &err), STATUS_OK);
    chart_free(chart);
    clinic_pass(c, US_PER_MINUTE);
    struct audit_line_list list = {0};
    cr_expect_eq(access_list(clinic_actor(c, CLINIC_TECHNICIAN), id, ACCESS_ALL, UID_NONE, 50, &list, &err), STATUS_NOT_PERMITTED);
    clinic_pass(c, US_PER_MINUTE);
    cr_assert_eq(access_list(clinic_actor(c, CLINIC_PRIVACY_OFFICER), id, ACCESS_ALL, UID_NONE, 50, &list, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_geq(list.len, 3);
    cr_expect_str_eq(list.items[0].action, "access.read");
    cr_expect_eq(uid_compare(list.items[0].actor, clinic_user(c, CLINIC_PRIVACY_OFFICER)), 0);
    bool is_opened = false;
    for (size_t i = 0; i < list.len; i++) {
        is_opened = is_opened || (strcmp(list.items[i].action, "chart.open") == 0 && list.items[i].actor_role == ROLE_PHARMACIST);
        cr_expect_null(list.items[i].new_values, "values were opened without being asked for");
    }
    cr_expect(is_opened);
    audit_line_list_release(&list);
    cr_assert_eq(access_refresh(nurse, id, ACCESS_WRITES, UID_NONE, 50, &list, &err), STATUS_OK);
    for (size_t i = 0; i < list.len; i++) {
        cr_expect_str_neq(list.items[i].action, "chart.open");
    }
    cr_expect_geq(list.len, 1);
    audit_line_list_release(&list);
    cr_assert_eq(access_refresh(nurse, id, ACCESS_ALL, clinic_user(c, CLINIC_PHARMACIST), 50, &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 1);
    audit_line_list_release(&list);
}

Test(patients, news_are_what_others_wrote)
{
    struct error err = ERROR_INIT;
    struct patient p = person("Okafor", "Grace", "1958-03-14");
    struct uid id = enter(&p);
    clinic_pass(c, US_PER_MINUTE);
    clinic_add_allergy(c, id, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING); /* the prescriber */
    clinic_add_order(c, id, "lisinopril 10 mg tab 1 tab daily");
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(nurse, id, 1, 1, &chart, &err), STATUS_OK);
    const struct metric own = {.type = METRIC_TYPE_PULSE, .value = decimal_from_int(72), .unit = TEXT("/min"), .at_us = clock_now_us(&c->clock),
                               .recorded_via = RECORDED_VIA_WORKSTATION};
    cr_assert_eq(metric_record(nurse, &chart->patient, &own, 1, false, &err), STATUS_OK, "%s", error_text(&err));
    const struct metric theirs = {.type = METRIC_TYPE_POTASSIUM, .value = {58, 1}, .unit = TEXT("mmol/L"), .at_us = clock_now_us(&c->clock),
                                  .recorded_via = RECORDED_VIA_WORKSTATION};
    cr_assert_eq(metric_record(clinic_actor(c, CLINIC_NURSE_2), &chart->patient, &theirs, 1, false, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    struct news_list list = {0};
    cr_assert_eq(news_get(nurse, &list, &err), STATUS_OK, "%s", error_text(&err));
    int kinds[NEWS_KINDS] = {0}, grave = 0;
    for (size_t i = 0; i < list.len; i++) {
        bool is_grave = false;
        char *text = news_text(&list.items[i], &is_grave);
        kinds[list.items[i].kind]++;
        grave += is_grave;
        cr_expect(text[0] != '\0');
        cr_expect_null(strstr(text, "pulse"), "one's own measurement is no news");
        mem_free(text);
    }
    cr_expect_eq(kinds[NEWS_ALLERGY], 1);
    cr_expect_eq(kinds[NEWS_ORDER], 1);
    cr_expect_eq(kinds[NEWS_RESULT], 1);
    cr_expect_eq(grave, 2, "the allergy and the potassium should catch the eye");
    news_list_release(&list);
    cr_expect_eq(news_get(clinic_actor(c, CLINIC_FRONT_DESK), &list, &err), STATUS_NOT_PERMITTED);
}
