/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two records of one person: joined, the chart is made of both; parted, each is its own again. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/access.h"
#include "service/allergies.h"
#include "service/chart.h"
#include "service/doses_double.h"
#include "service/orders.h"
#include "service/patients.h"
#include "service/person_links.h"
#include "service/restrictions.h"
#include "support/ward.h"

static const char WHY[] = "she showed both hospital cards";
static struct ward w;
static struct uid other; /* the second record of w.patient */

static void start(void)
{
    w = ward_new("warfarin 5 mg tab 1 tab daily"); /* Grace Okafor, 14 Mar 1958 */
    other = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
}

static void stop(void)
{
    clinic_free(w.c);
}

TestSuite(person_links, .init = start, .fini = stop);

static void join(struct uid kept, struct uid replaced)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(person_join(clinic_actor(w.c, CLINIC_PHARMACIST), kept, replaced, WHY, 0, &err), STATUS_OK, "%s", error_text(&err));
}

static struct chart *open_chart(struct uid patient)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), patient, 24, 24, &chart, &err), STATUS_OK, "%s", error_text(&err));
    return chart;
}

static bool has_finding(const struct chart *chart, enum finding_kind kind, const char *rule_begin)
{
    for (int i = 0; i < chart->findings->finding_count; i++) {
        const struct screen_finding *f = &chart->findings->findings[i];
        if (f->kind == kind && strncmp(f->rule_id, rule_begin, strlen(rule_begin)) == 0) {
            return true;
        }
    }
    return false;
}

static char *mrn_of(struct uid id)
{
    struct patient patient;
    struct error err = ERROR_INIT;
    cr_assert_eq(patient_open_again(clinic_actor(w.c, CLINIC_NURSE), id, &patient, &err), STATUS_OK, "%s", error_text(&err));
    char *mrn = mem_copy_text(patient.mrn);
    patient_release(&patient);
    return mrn;
}

Test(person_links, what_is_dangerous_only_together_is_found_once_they_are_joined)
{
    (void)clinic_add_order(w.c, other, "amiodarone 200 mg tab 1 tab daily");
    clinic_add_allergy(w.c, other, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    struct chart *chart = open_chart(w.patient);
    cr_expect_not(has_finding(chart, FINDING_INTERACTION, ""), "two people");
    chart_free(chart);
    join(w.patient, other);
    const struct uid both[] = {w.patient, other};
    for (int i = 0; i < 2; i++) {
        chart = open_chart(both[i]);
        cr_expect_eq(uid_compare(chart->patient.id, w.patient), 0, "record %d leads to the one in use", i);
        cr_expect_eq(chart->orders.len, 2);
        cr_expect_eq(chart->allergies.len, 1);
        cr_expect(has_finding(chart, FINDING_INTERACTION, ""), "warfarin with amiodarone, from record %d", i);
        cr_expect_eq(chart->patient.allergy_status, ALLERGY_STATUS_LISTED, "\"no known allergies\" of one record is not the truth");
        chart_free(chart);
    }
}

Test(person_links, the_same_drug_in_both_records_is_a_duplicate)
{
    (void)clinic_add_order(w.c, other, "warfarin 5 mg tab 1 tab daily");
    join(w.patient, other);
    struct chart *chart = open_chart(w.patient);
    cr_expect(has_finding(chart, FINDING_DUPLICATE_INGREDIENT, ""));
    chart_free(chart);
}

Test(person_links, a_new_order_is_checked_against_the_other_records_allergy)
{
    clinic_add_allergy(w.c, other, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    join(w.patient, other);
    (void)clinic_add_order(w.c, w.patient, "amoxicillin 500 mg cap 1 cap tid"); /* saved with the finding accepted */
    struct chart *chart = open_chart(w.patient);
    cr_expect(has_finding(chart, FINDING_ALLERGY, ""));
    cr_expect_gt(chart->decisions.len, 0, "it was stopped and gone past");
    chart_free(chart);
}

Test(person_links, doses_of_both_stand_on_one_MAR_and_in_their_own_records)
{
    struct error err;
    struct uid second = clinic_add_order(w.c, other, "metformin 500 mg tab 1 tab bid");
    join(w.patient, other);
    ward_set_time(&w, 1, 8, 5);
    struct chart *chart = open_chart(w.patient);
    int of_first = 0, of_second = 0;
    for (size_t i = 0; i < chart->slots.len; i++) {
        of_first += uid_compare(chart->slots.items[i].order, w.order) == 0;
        of_second += uid_compare(chart->slots.items[i].order, second) == 0;
    }
    chart_free(chart);
    cr_expect_gt(of_first, 0);
    cr_expect_gt(of_second, 0);

    struct dose_event event = ward_due(&w, second, ward_at(1, 8, 0));
    event.patient = w.patient; /* as the MAR of the record in use records it */
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
    chart = open_chart(w.patient);
    cr_assert_eq(chart->events.len, 1);
    cr_expect_eq(uid_compare(chart->events.items[0].patient, other), 0, "it stays with its order when they are parted");
    chart_free(chart);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE_2, &event, 0, &err), STATUS_REFUSED, "the same dose again is asked about");
}

/* Two people, each with one of the two numbers before them, gave the same as-needed drug minutes apart. */
Test(person_links, an_as_needed_dose_under_each_number_is_a_possible_double_once_they_are_joined)
{
    struct error err = ERROR_INIT;
    struct uid first = clinic_add_order(w.c, w.patient, "acetaminophen 500 mg tab 2 tabs po q6h prn pain");
    struct uid second = clinic_add_order(w.c, other, "acetaminophen 500 mg tab 2 tabs po q6h prn pain");
    ward_set_time(&w, 1, 8, 5);
    struct dose_event one = ward_due(&w, first, 0);
    one.reason = (char *)"pain";
    cr_assert_eq(ward_record(&w, CLINIC_NURSE, &one, 0, &err), STATUS_OK, "%s", error_text(&err));
    struct ward theirs = {.c = w.c, .patient = other, .order = second};
    ward_set_time(&w, 1, 8, 12);
    struct dose_event two = ward_due(&theirs, second, 0);
    two.reason = (char *)"pain";
    cr_assert_eq(ward_record(&theirs, CLINIC_NURSE_2, &two, 0, &err), STATUS_OK, "%s", error_text(&err));
    struct double_dose_list list = {0};
    cr_assert_eq(double_dose_list_get(clinic_actor(w.c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(list.len, 0, "two people");
    double_dose_list_release(&list);
    join(w.patient, other);
    cr_assert_eq(double_dose_list_get(clinic_actor(w.c, CLINIC_NURSE), &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    const struct double_judgement j = {.slot = list.items[0].slot, .kept = list.items[0].first.id, .other = list.items[0].second.id,
                                       .class_of = DOUBLE_CLASS_GIVEN_TWICE, .reason = "both were asked", .people_asked = "both nurses",
                                       .notified = "Dr Osei 08:20", .monitoring = "liver values tomorrow", .next_dose = NEXT_DOSE_PRESCRIBER};
    cr_expect_eq(dose_judge(clinic_actor(w.c, CLINIC_PRESCRIBER), &j, &err), STATUS_OK, "%s", error_text(&err));
    double_dose_list_release(&list);
    struct chart *chart = open_chart(other);
    cr_expect_str_eq(chart->doubles, "", "it was judged");
    chart_free(chart);
}

Test(person_links, an_order_of_a_stranger_is_still_refused)
{
    struct error err;
    struct uid stranger = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Okafour", .born = "1958-03-15"});
    struct uid theirs = clinic_add_order(w.c, stranger, "metformin 500 mg tab 1 tab bid");
    join(w.patient, other);
    ward_set_time(&w, 1, 8, 5);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    struct order order = clinic_get_order(w.c, theirs);
    event.order = theirs;
    event.order_version = order.version;
    order_release(&order);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
}

Test(person_links, a_correction_stays_in_the_record_of_its_row)
{
    struct error err = ERROR_INIT;
    clinic_add_allergy(w.c, other, "penicillin", "rash", REACTION_SEVERITY_MILD);
    join(w.patient, other);
    struct chart *chart = open_chart(w.patient);
    struct allergy fixed = chart->allergies.items[0]; /* borrows the strings */
    fixed.supersedes = fixed.id;
    fixed.patient = chart->patient.id;
    fixed.state = ALLERGY_STATE_REFUTED;
    cr_assert_eq(allergy_correct(clinic_actor(w.c, CLINIC_NURSE), &fixed, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    chart = open_chart(w.patient);
    cr_assert_eq(chart->allergies.len, 1);
    cr_expect_eq(chart->allergies.items[0].state, ALLERGY_STATE_REFUTED);
    cr_expect_eq(uid_compare(chart->allergies.items[0].patient, other), 0);
    chart_free(chart);
}

Test(person_links, parted_each_is_its_own_again)
{
    struct error err = ERROR_INIT;
    struct person_view view;
    (void)clinic_add_order(w.c, other, "amiodarone 200 mg tab 1 tab daily");
    join(w.patient, other);
    struct actor *pharmacist = clinic_actor(w.c, CLINIC_PHARMACIST);
    cr_assert_eq(person_view_get(pharmacist, other, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(view.records.len, 2);
    cr_assert_eq(view.links.len, 1);
    cr_expect_eq(uid_compare(view.records.items[0].id, w.patient), 0);
    cr_expect_eq(view.records.items[1].order_count, 1);
    cr_assert_eq(person_part(pharmacist, w.patient, view.links.items[0].id, "they are twins, the card was borrowed", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(person_part(pharmacist, w.patient, view.links.items[0].id, "they are twins, the card was borrowed", &err),
                 STATUS_NOT_FOUND, "once only");
    person_view_release(&view);
    struct chart *chart = open_chart(other);
    cr_expect_eq(uid_compare(chart->patient.id, other), 0);
    cr_expect_eq(chart->orders.len, 1);
    cr_expect_not(has_finding(chart, FINDING_INTERACTION, ""));
    chart_free(chart);
}

Test(person_links, both_numbers_and_both_names_lead_to_the_record_in_use)
{
    struct error err = ERROR_INIT;
    struct uid married = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Lindqvist", .born = "1958-03-14"});
    char *mrn = mrn_of(married), *own = mrn_of(w.patient);
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    cr_expect_eq(person_join(clinic_actor(w.c, CLINIC_PHARMACIST), w.patient, married, WHY, 0, &err), STATUS_REFUSED,
                 "the name differs and nobody said that it is known");
    cr_expect_str_eq(err.field, "differences");
    cr_assert_eq(person_join(clinic_actor(w.c, CLINIC_PHARMACIST), w.patient, married, WHY, PERSON_NAME_DIFFERS, &err), STATUS_OK, "%s",
                 error_text(&err));
    struct uid found;
    cr_assert_eq(patient_resolve(nurse, mrn, &found, &err), STATUS_OK);
    cr_expect_eq(uid_compare(found, w.patient), 0);
    struct find_session *find = NULL;
    struct patient_hit_list hits = {0};
    cr_assert_eq(find_begin(nurse, &find, &err), STATUS_OK);
    cr_assert_eq(find_type(find, "lindqv", 10, &hits, &err), STATUS_OK);
    cr_assert_eq(hits.len, 1);
    cr_expect_eq(uid_compare(hits.items[0].id, w.patient), 0);
    patient_hit_list_release(&hits);
    cr_assert_eq(find_type(find, "grace", 10, &hits, &err), STATUS_OK);
    int same = 0;
    for (size_t i = 0; i < hits.len; i++) {
        same += uid_compare(hits.items[i].id, w.patient) == 0;
        cr_expect_neq(uid_compare(hits.items[i].id, married), 0);
    }
    cr_expect_eq(same, 1, "once, not once a record");
    patient_hit_list_release(&hits);
    find_end(find, UID_NONE);
    enum identified_by how = IDENTIFIED_BY_NONE_GIVEN;
    cr_expect_eq(patient_identify(nurse, w.patient, true, mrn, NULL, &how, &err), STATUS_OK, "the old wristband: %s", error_text(&err));
    cr_expect_eq(patient_identify(nurse, w.patient, true, own, NULL, &how, &err), STATUS_OK, "the new one: %s", error_text(&err));
    cr_expect_eq(patient_identify(nurse, w.patient, false, "Lindqvist", "14 mar 1958", &how, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_neq(patient_identify(nurse, w.patient, false, "Lindqvist", "1 jan 1970", &how, &err), STATUS_OK);
    mem_free(mrn);
    mem_free(own);
}

Test(person_links, a_restriction_of_one_closes_both)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    const char *const nobody[] = {NULL};
    join(w.patient, other);
    (void)clinic_actor(w.c, CLINIC_NURSE);
    clinic_prove(w.c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(w.c, CLINIC_PRIVACY_OFFICER), other, RESTRICTION_RULE_VIP, nobody, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_RESTRICTED);
    cr_expect_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), other, 1, 1, &chart, &err), STATUS_RESTRICTED);
}

Test(person_links, both_trails_name_it_and_the_chart_shows_both_trails)
{
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    struct chart *chart = open_chart(other); /* while they are two */
    chart_free(chart);
    join(w.patient, other);
    cr_assert_eq(access_list(clinic_actor(w.c, CLINIC_NURSE), w.patient, ACCESS_ALL, UID_NONE, 500, &list, &err), STATUS_OK, "%s",
                 error_text(&err));
    int joins = 0, opened = 0;
    for (size_t i = 0; i < list.len; i++) {
        joins += strcmp(list.items[i].action, "patient.join") == 0;
        opened += strcmp(list.items[i].action, "chart.open") == 0;
        cr_expect(i == 0 || list.items[i - 1].at_us >= list.items[i].at_us, "newest first");
    }
    cr_expect_eq(joins, 2, "a row about each");
    cr_expect_eq(opened, 1, "what was done to the other record before");
    audit_line_list_release(&list);
}

Test(person_links, nothing_is_joined_that_makes_no_sense)
{
    struct error err;
    struct actor *pharmacist = clinic_actor(w.c, CLINIC_PHARMACIST);
    cr_expect_eq(person_join(pharmacist, w.patient, w.patient, WHY, 0, &err), STATUS_INVALID);
    cr_expect_eq(person_join(pharmacist, w.patient, other, "same", 0, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "reason");
    cr_expect_eq(person_join(pharmacist, w.patient, clinic_user(w.c, CLINIC_NURSE), WHY, ~0u, &err), STATUS_NOT_FOUND, "staff: %s",
                 error_text(&err));
    cr_expect_eq(person_join(clinic_actor(w.c, CLINIC_FRONT_DESK), w.patient, other, WHY, 0, &err), STATUS_NOT_PERMITTED);
    join(w.patient, other);
    cr_expect_eq(person_join(pharmacist, w.patient, other, WHY, 0, &err), STATUS_EXISTS);
    cr_expect_eq(person_join(pharmacist, other, w.patient, WHY, 0, &err), STATUS_EXISTS, "nor the other way round");
    struct uid third = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    join(third, w.patient); /* a chain: the newest is in use, all three are read */
    struct chart *chart = open_chart(other);
    cr_expect_eq(uid_compare(chart->patient.id, third), 0);
    cr_expect_eq(chart->records.count, 3);
    cr_expect_eq(chart->orders.len, 1);
    chart_free(chart);
}
