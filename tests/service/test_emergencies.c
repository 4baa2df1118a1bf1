/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Restricted records: closed whatever the role, open to who is named, in an emergency for an hour; reviewed. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/access.h"
#include "service/allergies.h"
#include "service/audits.h"
#include "service/chart.h"
#include "service/emergencies.h"
#include "service/incidents.h"
#include "service/restrictions.h"
#include "service/controlled.h"
#include "service/doses_tasks.h"
#include "service/downtime.h"
#include "service/fills_list.h"
#include "service/handover.h"
#include "service/patients.h"
#include "service/verification.h"
#include "store/audit_store.h"
#include "support/ward.h"

static struct clinic *c;
static struct uid patient;
static const char WORDS[] = "found unconscious in the hall";

static void start(void)
{
    c = clinic_new();
    patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    clinic_add_order(c, patient, "metformin 500 mg tab 1 tab bid");
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(emergencies, .init = start, .fini = stop);

static void restrict_for(const char *login)
{
    struct error err = ERROR_INIT;
    const char *const names[] = {login, NULL};
    clinic_prove(c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(c, CLINIC_PRIVACY_OFFICER), patient, RESTRICTION_RULE_STAFF, names, &err), STATUS_OK,
                 "%s", error_text(&err));
}

static enum status open_chart(enum clinic_person who)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    enum status status = chart_open(clinic_actor(c, who), patient, 1, 1, &chart, &err);
    chart_free(chart);
    return status;
}

static enum status add_allergy(enum clinic_person who)
{
    struct error err = ERROR_INIT;
    char name[] = "penicillin", none[] = "";
    struct allergy allergy = {.patient = patient, .allergen_name = name, .allergen_key = none, .code_system = none, .code = none,
                              .reaction = none, .note = none, .original = none, .kind = ALLERGY_KIND_ALLERGY,
                              .state = ALLERGY_STATE_ACTIVE};
    return allergy_add(clinic_actor(c, who), &allergy, &err);
}

static void begin(enum clinic_person who)
{
    struct error err = ERROR_INIT;
    clinic_prove(c, who);
    cr_assert_eq(emergency_begin(clinic_actor(c, who), patient, EMERGENCY_REASON_EMERGENCY, WORDS, &err), STATUS_OK, "%s",
                 error_text(&err));
}

static struct uid first_review(void)
{
    struct error err = ERROR_INIT;
    struct emergency_list list = {0};
    cr_assert_eq(emergency_reviews(clinic_actor(c, CLINIC_PRIVACY_OFFICER), &list, &err), STATUS_OK, "%s", error_text(&err));
    struct uid id = list.len > 0 ? list.items[0].id : UID_NONE;
    emergency_list_release(&list);
    return id;
}

Test(emergencies, a_restricted_record_is_closed_to_every_role_but_to_who_is_named)
{
    clinic_hire(c, CLINIC_NURSE);
    (void)clinic_actor(c, CLINIC_NURSE);
    cr_assert_eq(open_chart(CLINIC_NURSE_2), STATUS_OK);
    restrict_for(clinic_login(CLINIC_NURSE));
    static const enum clinic_person closed[] = {CLINIC_NURSE_2, CLINIC_PHARMACIST, CLINIC_PRESCRIBER, CLINIC_TECHNICIAN, CLINIC_STUDENT};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        cr_expect_eq(open_chart(closed[i]), STATUS_RESTRICTED, "%s", clinic_login(closed[i]));
    }
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_OK);
    cr_expect_eq(add_allergy(CLINIC_PHARMACIST), STATUS_RESTRICTED, "writing is no way round it");
    cr_expect_eq(add_allergy(CLINIC_NURSE), STATUS_OK, "who is named works as always");
}

Test(emergencies, names_come_and_go_and_a_lifted_record_is_open)
{
    struct error err = ERROR_INIT;
    struct actor *officer = clinic_actor(c, CLINIC_PRIVACY_OFFICER);
    restrict_for(NULL);
    (void)clinic_actor(c, CLINIC_NURSE);
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED);
    cr_expect_eq(patient_name_member(officer, patient, "nobody.here", true, &err), STATUS_NOT_FOUND);
    cr_assert_eq(patient_name_member(officer, patient, clinic_login(CLINIC_NURSE), true, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_OK);
    cr_assert_eq(patient_name_member(officer, patient, clinic_login(CLINIC_NURSE), false, &err), STATUS_OK);
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED);
    cr_expect_eq(patient_restrict(officer, patient, RESTRICTION_RULE_VIP, NULL, &err), STATUS_EXISTS);
    cr_expect_eq(patient_lift_restriction(officer, patient, "no", &err), STATUS_INVALID);
    cr_assert_eq(patient_lift_restriction(officer, patient, "no longer works here", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_OK);
}

Test(emergencies, need_a_proof_a_reason_and_words)
{
    static const struct {
        const char *what;
        bool is_proved;
        enum emergency_reason reason;
        const char *words;
        enum status status;
        const char *field;
    } cases[] = {
        {"no password", false, EMERGENCY_REASON_EMERGENCY, WORDS, STATUS_STEP_UP, "password"},
        {"no reason", true, EMERGENCY_REASON_NONE_GIVEN, WORDS, STATUS_INVALID, "reason"},
        {"no words", true, EMERGENCY_REASON_EMERGENCY, "", STATUS_INVALID, "words"},
        {"words of dots", true, EMERGENCY_REASON_EMERGENCY, "..........", STATUS_INVALID, "words"},
        {"nine letters", true, EMERGENCY_REASON_EMERGENCY, "ninelette", STATUS_INVALID, "words"},
        {"ten letters", true, EMERGENCY_REASON_EMERGENCY, "ten letter", STATUS_INVALID, "words"},
        {"enough", true, EMERGENCY_REASON_EMERGENCY, "ten letters", STATUS_OK, ""},
        {"once more", true, EMERGENCY_REASON_EMERGENCY, WORDS, STATUS_EXISTS, ""},
    };
    restrict_for(NULL);
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        if (cases[i].is_proved) {
            clinic_prove(c, CLINIC_NURSE);
        }
        cr_expect_eq(emergency_begin(nurse, patient, cases[i].reason, cases[i].words, &err), cases[i].status, "%s: %s", cases[i].what,
                     error_text(&err));
        cr_expect_str_eq(err.field, cases[i].field, "%s", cases[i].what);
        cr_expect_eq(open_chart(CLINIC_NURSE), i < 6 ? STATUS_RESTRICTED : STATUS_OK, "%s", cases[i].what);
    }
    struct error err = ERROR_INIT;
    clinic_prove(c, CLINIC_STUDENT);
    cr_expect_eq(emergency_begin(clinic_actor(c, CLINIC_STUDENT), patient, EMERGENCY_REASON_EMERGENCY, WORDS, &err),
                 STATUS_NOT_PERMITTED);
}

Test(emergencies, open_one_record_in_one_session_for_an_hour_to_read)
{
    struct error err = ERROR_INIT;
    struct uid other = clinic_add_patient(c, &(struct clinic_patient){.first = "Ada", .last = "Obi"});
    restrict_for(NULL);
    cr_assert_eq(patient_restrict(clinic_actor(c, CLINIC_PRIVACY_OFFICER), other, RESTRICTION_RULE_VIP, NULL, &err), STATUS_OK);
    begin(CLINIC_NURSE);
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_OK);
    cr_expect_eq(add_allergy(CLINIC_NURSE), STATUS_NOT_PERMITTED, "read and record doses only");
    cr_expect_eq(open_chart(CLINIC_NURSE_2), STATUS_RESTRICTED, "another person");
    struct chart *chart = NULL;
    cr_expect_eq(chart_open(clinic_actor(c, CLINIC_NURSE), other, 1, 1, &chart, &err), STATUS_RESTRICTED, "another record");
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK);
    cr_expect_eq(chart->restriction.emergency_until_us, clock_now_us(&c->clock) + EMERGENCY_LIFE_US);
    clinic_pass(c, EMERGENCY_LIFE_US - 1);
    cr_expect_eq(chart_refresh(clinic_actor(c, CLINIC_NURSE), &chart, &err), STATUS_OK, "%s", error_text(&err));
    clinic_pass(c, 1);
    cr_expect_eq(chart_refresh(clinic_actor(c, CLINIC_NURSE), &chart, &err), STATUS_RESTRICTED, "the hour is over");
    chart_free(chart);
    begin(CLINIC_NURSE);
    clinic_sign_out(c, CLINIC_NURSE);
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED, "another session of the same person");
}

Test(emergencies, end_when_the_chart_is_left)
{
    struct error err = ERROR_INIT;
    restrict_for(NULL);
    cr_expect_eq(emergency_end(clinic_actor(c, CLINIC_NURSE), patient, &err), STATUS_OK, "none runs");
    begin(CLINIC_NURSE);
    cr_assert_eq(emergency_end(clinic_actor(c, CLINIC_NURSE), patient, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED);
}

Test(emergencies, are_on_record_before_anything_is_shown_and_wait_for_a_review)
{
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    struct actor *officer = clinic_actor(c, CLINIC_PRIVACY_OFFICER);
    restrict_for(NULL);
    cr_expect(uid_is_none(first_review()));
    begin(CLINIC_NURSE);
    cr_assert_eq(open_chart(CLINIC_NURSE), STATUS_OK);
    cr_assert_eq(access_list(officer, patient, ACCESS_ALL, UID_NONE, 50, &list, &err), STATUS_OK, "%s", error_text(&err));
    size_t begun = list.len, opened = list.len;
    for (size_t i = 0; i < list.len; i++) { /* newest first */
        begun = strcmp(list.items[i].action, "emergency.begin") == 0 ? i : begun;
        opened = strcmp(list.items[i].action, "chart.open") == 0 && strcmp(list.items[i].outcome, "ok") == 0 && opened == list.len ? i
                                                                                                                                   : opened;
    }
    cr_assert_lt(begun, list.len);
    cr_expect_lt(opened, begun, "the row of the opening comes first");
    cr_expect_eq(list.items[begun].risk, RISK_LEVEL_CRITICAL);
    audit_line_list_release(&list);
    struct uid access = first_review();
    cr_assert_not(uid_is_none(access));
    cr_expect_eq(emergency_review(officer, access, REVIEW_VERDICT_NONE_GIVEN, "looked into it", &err), STATUS_INVALID);
    cr_expect_eq(emergency_review(officer, access, REVIEW_VERDICT_JUSTIFIED, "ok", &err), STATUS_INVALID);
    cr_expect_eq(emergency_review(officer, access, REVIEW_VERDICT_JUSTIFIED, "looked into it", &err), STATUS_REFUSED, "what comes yet is unseen");
    cr_assert_eq(emergency_end(clinic_actor(c, CLINIC_NURSE), patient, &err), STATUS_OK);
    cr_assert_eq(emergency_review(officer, access, REVIEW_VERDICT_JUSTIFIED, "looked into it", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect(uid_is_none(first_review()));
    cr_expect_eq(emergency_review(officer, access, REVIEW_VERDICT_REPORTED, "looked again", &err), STATUS_STALE);
}

Test(emergencies, and_what_came_of_other_acts_are_told_in_words)
{
    cr_expect_str_eq(access_outcome("ok"), "");
    cr_expect_str_eq(access_outcome(NULL), "");
    cr_expect_str_eq(access_outcome("not_permitted"), "role does not allow it");
    cr_expect_str_eq(access_outcome("of a later version"), "of a later version");
    for (int i = 1; i < STATUS_COUNT; i++) {
        const char *name = status_name((enum status)i), *words = access_outcome(name);
        cr_expect(words[0] != '\0' && strcmp(words, name) != 0 && strchr(words, '_') == NULL, "%s has no words", name);
    }
}

Test(emergencies, stand_in_the_incident_report_of_the_day)
{
    struct error err = ERROR_INIT;
    struct incident_report report = {0};
    restrict_for(NULL);
    cr_expect_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED);
    begin(CLINIC_NURSE);
    clinic_pass(c, EMERGENCY_REVIEW_US + 1);
    const struct date day = {2026, 11, 24};
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_PRIVACY_OFFICER), day, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect(report.is_chain_whole);
    cr_expect_eq(report.counts[INCIDENT_EMERGENCY], 1);
    cr_expect_geq(report.counts[INCIDENT_REFUSED], 1);
    cr_expect_geq(report.counts[INCIDENT_PRIVILEGE], 2, "accounts were made, a record was restricted");
    cr_expect_eq(report.reviews_open, 1);
    cr_expect_eq(report.reviews_late, 1, "72 hours are over");
    incident_report_release(&report);
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_AUDITOR), (struct date){2026, 11, 23}, &report, &err), STATUS_OK);
    cr_expect_eq(report.lines.len, 0);
    incident_report_release(&report);
    cr_expect_eq(incident_report_get(clinic_actor(c, CLINIC_NURSE), day, &report, &err), STATUS_NOT_PERMITTED);
}

static int late_rows(void)
{
    struct error err = ERROR_INIT;
    struct audit_line_list list = {0};
    const struct audit_period period = {.to_us = INT64_MAX, .action_begin = "emergency.review_late", .before_us = INT64_MAX, .before_seq = INT64_MAX, .limit = 10};
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    int count = (int)list.len;
    cr_expect(count == 0 || list.items[0].risk == RISK_LEVEL_HIGH);
    audit_line_list_release(&list);
    return count;
}

static struct incident_watch watch_as(enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct incident_watch watch = {0};
    cr_assert_eq(incident_watch_get(clinic_actor(c, who), &watch, &err), STATUS_OK, "%s", error_text(&err));
    return watch;
}

static void sweep(void)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(emergency_sweep(clinic_actor(c, CLINIC_NURSE_2), &err), STATUS_OK, "%s", error_text(&err));
}

/* 72 hours without a review: on record once, for good, and told to each who watches over the site. */
Test(emergencies, that_nobody_reviews_in_time_are_on_record_and_told)
{
    struct error err = ERROR_INIT;
    struct emergency_list open = {0};
    struct incident_report report = {0};
    restrict_for(NULL);
    begin(CLINIC_NURSE);
    clinic_pass(c, EMERGENCY_REVIEW_US - 1);
    sweep();
    cr_expect_eq(late_rows(), 0, "there is time still");
    cr_expect_eq(watch_as(CLINIC_AUDITOR).reviews_late, 0);
    clinic_pass(c, 2);
    sweep();
    sweep();
    cr_expect_eq(late_rows(), 1, "once");
    cr_expect_eq(watch_as(CLINIC_PRIVACY_OFFICER).reviews_late, 1);
    cr_expect_eq(watch_as(CLINIC_AUDITOR).reviews_late, 1);
    cr_expect_eq(watch_as(CLINIC_ADMIN).reviews_late, 1);
    cr_assert_eq(emergency_reviews(clinic_actor(c, CLINIC_PRIVACY_OFFICER), &open, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(open.len, 1, "it is not dropped");
    cr_assert_eq(emergency_review(clinic_actor(c, CLINIC_PRIVACY_OFFICER), open.items[0].id, (enum review_verdict)1, "looked at with the nurse", &err),
                 STATUS_OK, "%s", error_text(&err));
    emergency_list_release(&open);
    sweep();
    cr_expect_eq(watch_as(CLINIC_AUDITOR).reviews_late, 0);
    cr_expect_eq(late_rows(), 1, "it stays on record that it was late");
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_AUDITOR), (struct date){2026, 11, 27}, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_geq(report.counts[INCIDENT_EMERGENCY], 2, "that it was late, and the review");
    incident_report_release(&report);
}

Test(emergencies, a_second_one_that_runs_out_later_has_a_row_of_its_own)
{
    restrict_for(NULL);
    begin(CLINIC_NURSE);
    clinic_pass(c, 2 * US_PER_HOUR);
    begin(CLINIC_NURSE);
    clinic_pass(c, EMERGENCY_REVIEW_US - US_PER_HOUR);
    sweep();
    cr_expect_eq(late_rows(), 1);
    clinic_pass(c, 2 * US_PER_HOUR);
    sweep();
    cr_expect_eq(late_rows(), 2);
}

Test(emergencies, a_day_without_an_incident_report_is_noticed)
{
    struct error err = ERROR_INIT;
    struct incident_report report = {0};
    cr_expect_eq(watch_as(CLINIC_AUDITOR).days_without_report, 0);
    clinic_pass(c, 3 * 24 * US_PER_HOUR);
    cr_expect_eq(watch_as(CLINIC_AUDITOR).days_without_report, 3);
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_AUDITOR), (struct date){2026, 11, 26}, &report, &err), STATUS_OK, "%s", error_text(&err));
    incident_report_release(&report);
    cr_expect_eq(watch_as(CLINIC_AUDITOR).days_without_report, 0);
    clinic_pass(c, 30 * 24 * US_PER_HOUR);
    cr_expect_eq(watch_as(CLINIC_AUDITOR).days_without_report, 7, "7 stands for more");
}

Test(emergencies, wrong_passwords_before_a_right_one_stand_in_the_report)
{
    struct error err = ERROR_INIT;
    struct incident_report report = {0};
    struct actor *nurse = NULL;
    clinic_hire(c, CLINIC_NURSE);
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(session_sign_in(c->site, clinic_login(CLINIC_NURSE), "not the password", &nurse, &err), STATUS_BAD_SECRET);
    }
    (void)clinic_actor(c, CLINIC_NURSE);
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_AUDITOR), (struct date){2026, 11, 24}, &report, &err), STATUS_OK);
    cr_expect_eq(report.counts[INCIDENT_SECRET], 1);
    incident_report_release(&report);
}

/* Thousands of accepted acts of medium risk later the first refusal of the day still stands in its report. */
Test(emergencies, nothing_of_a_busy_day_is_missing_in_its_report)
{
    enum { ACTS = 2100 };
    struct error err = ERROR_INIT;
    struct incident_report report = {0};
    struct actor *nurse = clinic_actor(c, CLINIC_NURSE);
    struct audit_entry entry = {.actor = nurse->user, .role = "nurse", .session = nurse->session_id, .action = "order.change",
                                .table = "", .outcome = "ok", .details = "", .risk = RISK_LEVEL_MEDIUM, .address = "local"};
    clinic_hire(c, CLINIC_NURSE_2);
    restrict_for(clinic_login(CLINIC_NURSE_2));
    cr_assert_eq(open_chart(CLINIC_NURSE), STATUS_RESTRICTED);
    cr_assert_eq(store_begin(c->site->store, &err), STATUS_OK);
    for (int i = 0; i < ACTS; i++) {
        cr_assert_eq(audit_append(c->site->store, &entry, &err), STATUS_OK, "%s", error_text(&err));
    }
    cr_assert_eq(store_commit(c->site->store, &err), STATUS_OK);
    cr_assert_eq(incident_report_get(clinic_actor(c, CLINIC_AUDITOR), (struct date){2026, 11, 24}, &report, &err), STATUS_OK);
    cr_expect_eq(report.counts[INCIDENT_REFUSED], 1, "%d", report.counts[INCIDENT_REFUSED]);
    incident_report_release(&report);
}

/* Every list of many patients says that something is due for whom, and nothing of what the closed record holds. */
static void expect_covered(const char *where, const char *text, int *covered)
{
    static const char *const SECRETS[] = {"metformin", "morphine", "pain", "nausea", "555-0177"};
    for (size_t i = 0; text != NULL && i < sizeof SECRETS / sizeof *SECRETS; i++) {
        cr_expect_null(strstr(text, SECRETS[i]), "%s says: %s", where, text);
    }
    *covered += text != NULL && strstr(text, "restricted record") != NULL;
}

static void look_at_lists(enum clinic_person who, int *covered)
{
    struct error err = ERROR_INIT;
    struct actor *actor = clinic_actor(c, who);
    struct find_session *find = NULL;
    struct patient_hit_list hits = {0};
    struct due_list due = {0};
    struct removal_list removals = {0};
    struct dose_task_list tasks = {0};
    struct handover shift = {0};
    cr_assert_eq(find_begin(actor, &find, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(find_type(find, "okafor", 10, &hits, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(hits.len, 1u, "found all the same");
    expect_covered("find", hits.items[0].phone, covered);
    find_end(find, UID_NONE);
    cr_assert_eq(due_list_planned(actor, 12, 24, &due, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < due.len; i++) {
        expect_covered("round", due.items[i].drug, covered);
        expect_covered("round", due.items[i].dose, covered);
    }
    cr_assert_eq(removal_list_get(actor, &removals, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < removals.len; i++) {
        expect_covered("controlled drugs", removals.items[i].drug, covered);
    }
    cr_assert_eq(dose_task_list_get(actor, TASK_ALL, &tasks, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < tasks.len; i++) {
        expect_covered("tasks", tasks.items[i].drug, covered);
        expect_covered("tasks", tasks.items[i].words, covered);
    }
    cr_assert_eq(handover_make(actor, clock_now_us(&c->clock) - 12 * US_PER_HOUR, clock_now_us(&c->clock), &shift, &err), STATUS_OK, "%s",
                 error_text(&err));
    for (size_t i = 0; i < shift.len; i++) {
        expect_covered("hand-over", shift.items[i].words, covered);
    }
    patient_hit_list_release(&hits);
    due_list_release(&due);
    removal_list_release(&removals);
    dose_task_list_release(&tasks);
    handover_release(&shift);
}

static void look_at_counter(enum clinic_person who, int *covered)
{
    struct error err = ERROR_INIT;
    struct verify_list verify = {0};
    cr_assert_eq(verify_list_get(clinic_actor(c, who), false, &verify, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_geq(verify.len, 1u);
    for (size_t i = 0; i < verify.len; i++) {
        expect_covered("verification", verify.items[i].drug, covered);
        expect_covered("verification", verify.items[i].directions, covered);
        expect_covered("verification", verify.items[i].note, covered);
    }
    verify_list_release(&verify);
}

Test(emergencies, lists_of_many_patients_do_not_say_what_a_closed_record_holds)
{
    struct error err = ERROR_INIT;
    struct patient grace = {0};
    struct uid removal, morphine = clinic_add_order(c, patient, "morphine 5 mg iv q4h prn pain max 6");
    int covered = 0, printed = 0, closed = 0;
    clinic_add_unverified_order(c, patient, "metformin 850 mg tab 1 tab daily");
    clinic_prove(c, CLINIC_NURSE);
    cr_assert_eq(controlled_take_out(clinic_actor(c, CLINIC_NURSE), morphine, decimal_from_int(5), UNIT_MG, &removal, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(patient_open(clinic_actor(c, CLINIC_NURSE), patient, &grace, &err), STATUS_OK);
    mem_free(grace.phone_number);
    grace.phone_number = mem_copy_text("555-0177");
    cr_assert_eq(patient_correct(clinic_actor(c, CLINIC_NURSE), &grace, &err), STATUS_OK, "%s", error_text(&err));
    patient_release(&grace);
    clinic_pass(c, 5 * US_PER_HOUR);
    clinic_hire(c, CLINIC_NURSE_2);
    restrict_for(clinic_login(CLINIC_NURSE_2));
    look_at_lists(CLINIC_NURSE, &covered);
    look_at_counter(CLINIC_PHARMACIST, &covered);
    cr_expect_geq(covered, 4, "find, round, controlled drugs, verification: %d", covered);
    cr_assert_eq(downtime_print_all(clinic_actor(c, CLINIC_NURSE), 24, &printed, &closed, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(printed, 0);
    cr_expect_eq(closed, 1, "left out and said so; the others' sheets must not wait for it");
    covered = 0;
    int seen = 0;
    struct due_list due = {0};
    cr_assert_eq(due_list_planned(clinic_actor(c, CLINIC_NURSE_2), 12, 24, &due, &err), STATUS_OK);
    for (size_t i = 0; i < due.len; i++) {
        seen += strstr(due.items[i].drug, "metformin") != NULL;
    }
    cr_expect_geq(seen, 1, "who is named sees what is due");
    due_list_release(&due);
}
