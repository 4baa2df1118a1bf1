/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordering: who may enter what, what has to be decided before it is saved, and what a changed chart does. */
#include <criterion/criterion.h>
#include <sqlite3.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/chart.h"
#include "service/history.h"
#include "service/orders.h"
#include "service/patients.h"
#include "service/site_settings.h"
#include "service/solo_reviews.h"
#include "store/store_private.h"
#include "support/clinic.h"

/* An order as a form would hand it on; borrows from *line, nothing to release. */
static struct order order_of(const char *text, struct order_line *line)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(order_line_parse(text, &(struct order_line_options){0}, line, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert(order_line_is_ready(line), "%s", text);
    return (struct order){.drug_text = line->drug, .sig = line->sig, .action = ORDER_ACTION_START,
                          .status = MEDICATION_STATUS_ACTIVE};
}

static struct proposal *propose(struct clinic *c, enum clinic_person who, struct uid patient, const char *text)
{
    struct error err = ERROR_INIT;
    struct order_line line;
    struct order order = order_of(text, &line);
    struct proposal *proposal = NULL;
    char name[] = "Kwame Osei";
    if (who != CLINIC_PRESCRIBER) {
        order.source = ORDER_SOURCE_TELEPHONE;
        order.prescriber_name = name;
        order.relay = (struct order_relay){clinic_user(c, CLINIC_PRESCRIBER), clock_now_us(&c->clock), true};
    }
    cr_assert_eq(order_propose(clinic_actor(c, who), patient, &order, &proposal, &err), STATUS_OK, "%s: %s", text,
                 error_text(&err));
    return proposal;
}

static int worst(const struct proposal *p)
{
    return p->result->finding_count == 0 ? INTERACTION_TYPE_NONE : (int)p->result->findings[0].severity;
}

/* All that interrupt, decided alike. Returns how many. */
static size_t answer_all(const struct proposal *p, const struct finding_answer *like, struct finding_answer out[64])
{
    size_t count = 0;
    for (int i = 0; i < p->result->finding_count && count < 64; i++) {
        if (proposal_needs_decision(p, i)) {
            out[count] = *like;
            out[count++].finding = i;
        }
    }
    return count;
}

static struct uid grace(struct clinic *c)
{
    return clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
}

static size_t orders_on_chart(struct clinic *c, struct uid patient)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_PRESCRIBER), patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    size_t count = chart->orders.len;
    chart_free(chart);
    return count;
}

Test(orders, saves_a_line_as_an_order_in_force)
{
    struct clinic *c = clinic_new();
    struct uid patient = grace(c);
    struct uid id = clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    struct order order = clinic_get_order(c, id);
    cr_assert_eq(order.status, MEDICATION_STATUS_ACTIVE);
    cr_assert_str_eq(order.ingredients, "lisinopril");
    cr_assert_eq(order.sig.kind, SCHEDULE_KIND_WALL);
    cr_assert_str_eq(order.prescriber_name, "K. Osei");
    cr_assert(order.prescription_number[0] != '\0');
    order_release(&order);
    clinic_free(c);
}

/* What came without a status from another system, and no end: taken until somebody knows better, however long ago it was written. */
Test(orders, of_which_nobody_knows_whether_they_are_taken_stay_on_the_chart_and_are_screened)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct clinic *c = clinic_new();
    struct uid patient = grace(c);
    (void)clinic_add_order(c, patient, "warfarin 5 mg tab 1 tab daily");
    cr_assert_eq(sqlite3_exec(c->site->store->db.handle, "UPDATE user_medications SET status = 'unknown'", NULL, NULL, NULL), SQLITE_OK);
    clinic_pass(c, (int64_t)3 * 365 * 24 * US_PER_HOUR);
    (void)clinic_add_order(c, patient, "amiodarone 200 mg tab 1 tab daily");
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(chart->orders.len, 2);
    bool is_found = false;
    for (int i = 0; i < chart->findings->finding_count; i++) {
        is_found = is_found || chart->findings->findings[i].kind == FINDING_INTERACTION;
    }
    cr_expect(is_found, "warfarin with amiodarone");
    chart_free(chart);
    clinic_free(c);
}

Test(orders, are_seen_by_another_session_of_the_same_site)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c);
    clinic_hire(c, CLINIC_NURSE);
    struct site *other = clinic_open_again(c);
    struct actor *nurse = NULL;
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK,
                 "%s", error_text(&err));
    int64_t before = site_data_version(other);
    clinic_add_order(c, patient, "lisinopril 10 mg tab 1 tab daily");
    cr_assert_neq(site_data_version(other), before);
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(nurse, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(chart->orders.len, 1);
    chart_free(chart);
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(other);
    clinic_free(c);
}

/* clinical.md 4.B.15: one row for each way in which an order can reach the person who enters it. */
Test(orders, need_a_source_that_fits_who_enters_them)
{
    enum { OSEI = 1, OUTSIDE = 2, SELF = 3 };
    static const struct {
        const char *what;
        enum clinic_person who;
        enum order_source source;
        const char *name;
        int prescriber;
        int64_t told_ago_us;
        bool has_time, is_read_back;
        enum status status;
        const char *field;
    } cases[] = {
        {"a prescriber's own", CLINIC_PRESCRIBER_2, ORDER_SOURCE_WRITTEN, "", 0, 0, false, false, STATUS_OK, ""},
        {"no source said", CLINIC_PRESCRIBER_2, ORDER_SOURCE_NONE_GIVEN, "", 0, 0, false, false, STATUS_OK, ""},
        {"a nurse's own", CLINIC_NURSE, ORDER_SOURCE_WRITTEN, "Kwame Osei", OSEI, 0, true, true, STATUS_NOT_PERMITTED, "source"},
        {"a pharmacist's own", CLINIC_PHARMACIST, ORDER_SOURCE_NONE_GIVEN, "", 0, 0, false, false, STATUS_NOT_PERMITTED, "source"},
        {"verbal", CLINIC_NURSE, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, 0, true, true, STATUS_OK, ""},
        {"telephone", CLINIC_PHARMACIST, ORDER_SOURCE_TELEPHONE, "Kwame Osei", OSEI, US_PER_HOUR, true, true, STATUS_OK, ""},
        {"from elsewhere", CLINIC_PHARMACIST, ORDER_SOURCE_TELEPHONE, "Dr Elsewhere", OUTSIDE, 0, true, true, STATUS_OK, ""},
        {"one prescriber for another", CLINIC_PRESCRIBER_2, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, 0, true, true, STATUS_OK, ""},
        {"verbal of oneself", CLINIC_PRESCRIBER_2, ORDER_SOURCE_VERBAL, "Lena Brandt", SELF, 0, true, true, STATUS_REFUSED,
         "prescriber"},
        {"verbal without a name", CLINIC_NURSE, ORDER_SOURCE_VERBAL, "", 0, 0, true, true, STATUS_INVALID, "prescriber"},
        {"verbal without a time", CLINIC_NURSE, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, 0, false, true, STATUS_INVALID, "told_at"},
        {"verbal of tomorrow", CLINIC_NURSE, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, -US_PER_HOUR, true, true, STATUS_INVALID,
         "told_at"},
        {"two minutes ahead", CLINIC_NURSE, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, -2 * US_PER_MINUTE, true, true, STATUS_OK, ""},
        {"not read back", CLINIC_NURSE, ORDER_SOURCE_TELEPHONE, "Kwame Osei", OSEI, 0, true, false, STATUS_INVALID, "read_back"},
        {"a protocol", CLINIC_NURSE, ORDER_SOURCE_PROTOCOL, "Kwame Osei", OSEI, 0, false, false, STATUS_OK, ""},
        {"a protocol of nobody", CLINIC_NURSE, ORDER_SOURCE_PROTOCOL, "", 0, 0, false, false, STATUS_INVALID, "prescriber"},
        {"a technician's", CLINIC_TECHNICIAN, ORDER_SOURCE_VERBAL, "Kwame Osei", OSEI, 0, true, true, STATUS_NOT_PERMITTED, ""},
        {"a student's", CLINIC_STUDENT, ORDER_SOURCE_PROTOCOL, "Kwame Osei", OSEI, 0, false, false, STATUS_NOT_PERMITTED, ""},
    };
    struct clinic *c = clinic_new();
    struct uid patient = grace(c);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct error err = ERROR_INIT;
        struct order_line line;
        struct order order = order_of("loratadine 10 mg tab 1 tab daily", &line);
        struct proposal *proposal = NULL;
        struct uid id;
        struct finding_answer answers[64];
        char *name = mem_copy_text(cases[i].name);
        order.source = cases[i].source;
        order.prescriber_name = name;
        order.relay.prescriber = cases[i].prescriber == OSEI   ? clinic_user(c, CLINIC_PRESCRIBER)
                                 : cases[i].prescriber == SELF ? clinic_user(c, cases[i].who)
                                                               : UID_NONE;
        order.relay.told_us = cases[i].has_time ? clock_now_us(&c->clock) - cases[i].told_ago_us : 0;
        order.relay.is_read_back = cases[i].is_read_back;
        struct actor *actor = clinic_actor(c, cases[i].who);
        enum status status = order_propose(actor, patient, &order, &proposal, &err);
        if (status == STATUS_OK) {
            const struct finding_answer like = {.reason = OVERRIDE_REASON_MONITORED, .plan = "watched"};
            size_t count = answer_all(proposal, &like, answers); /* a duplicate of the case before */
            status = order_save(actor, proposal, answers, count, NULL, &id, &err);
        }
        cr_expect_eq(status, cases[i].status, "%s: %s", cases[i].what, error_text(&err));
        cr_expect_str_eq(status == STATUS_OK ? "" : err.field, cases[i].field, "%s", cases[i].what);
        proposal_free(proposal);
        mem_free(name);
    }
    clinic_free(c);
}

Test(orders, are_not_made_for_the_dead)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c);
    struct chart *chart = NULL;
    struct order_line line;
    struct order order = order_of("loratadine 10 mg tab 1 tab daily", &line);
    struct proposal *proposal = NULL;
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_PRESCRIBER), patient, 1, 1, &chart, &err), STATUS_OK);
    chart->patient.death_date = site_today(c->site);
    cr_assert_eq(patient_correct(clinic_actor(c, CLINIC_PRESCRIBER), &chart->patient, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
    cr_assert_eq(order_propose(clinic_actor(c, CLINIC_PRESCRIBER), patient, &order, &proposal, &err), STATUS_REFUSED);
    cr_assert_null(proposal);
    clinic_free(c);
}

/* ---- decisions ---- */

/* Every path past a finding: who, with which answer, with whom beside them. */
Test(orders, go_past_a_finding_only_with_all_that_it_asks_for)
{
    static const struct {
        const char *what;
        enum clinic_person who;
        bool is_contraindicated;
        struct finding_answer like;
        bool is_unanswered;
        int second; /* CLINIC_PEOPLE: nobody */
        int64_t later_us; /* since the password was typed once more; -1: it was not */
        enum status status;
        const char *field;
    } cases[] = {
        {"no answer", CLINIC_PRESCRIBER, false, {0}, true, CLINIC_PEOPLE, 0, STATUS_REFUSED, "reason"},
        {"no reason", CLINIC_PRESCRIBER, false, {.plan = "x"}, false, CLINIC_PEOPLE, 0, STATUS_REFUSED, "reason"},
        {"other without words", CLINIC_PRESCRIBER, false, {.reason = OVERRIDE_REASON_OTHER}, false, CLINIC_PEOPLE, 0,
         STATUS_INVALID, "words"},
        {"other in words", CLINIC_PRESCRIBER, false, {.reason = OVERRIDE_REASON_OTHER, .reason_text = "seen by cardiology"}, false,
         CLINIC_PEOPLE, 0, STATUS_OK, ""},
        {"major by a nurse", CLINIC_NURSE, false, {.reason = OVERRIDE_REASON_AWARE}, false, CLINIC_PEOPLE, 0, STATUS_OK, ""},
        {"contraindicated without a plan", CLINIC_PRESCRIBER, true, {.reason = OVERRIDE_REASON_BENEFIT}, false, CLINIC_PEOPLE, 0,
         STATUS_INVALID, "plan"},
        {"contraindicated with a plan", CLINIC_PRESCRIBER, true, {.reason = OVERRIDE_REASON_BENEFIT, .plan = "CK weekly"}, false,
         CLINIC_PEOPLE, 0, STATUS_OK, ""},
        {"contraindicated at an open screen", CLINIC_PRESCRIBER, true, {.reason = OVERRIDE_REASON_BENEFIT, .plan = "CK weekly"},
         false, CLINIC_PEOPLE, -1, STATUS_STEP_UP, "password"},
        {"contraindicated, proved three minutes ago", CLINIC_PRESCRIBER, true,
         {.reason = OVERRIDE_REASON_BENEFIT, .plan = "CK weekly"}, false, CLINIC_PEOPLE, 3 * US_PER_MINUTE, STATUS_STEP_UP,
         "password"},
        {"contraindicated by a nurse alone", CLINIC_NURSE, true, {.reason = OVERRIDE_REASON_AWARE, .plan = "CK weekly"}, false,
         CLINIC_PEOPLE, 0, STATUS_NOT_PERMITTED, "witness"},
        {"by a nurse with a pharmacist", CLINIC_NURSE, true, {.reason = OVERRIDE_REASON_AWARE, .plan = "CK weekly"}, false,
         CLINIC_PHARMACIST, 0, STATUS_OK, ""},
        {"who signed in six minutes ago", CLINIC_NURSE, true, {.reason = OVERRIDE_REASON_AWARE, .plan = "CK weekly"}, false,
         CLINIC_PHARMACIST, 6 * US_PER_MINUTE, STATUS_REFUSED, "witness"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clinic *c = clinic_new();
        struct error err = ERROR_INIT;
        struct uid patient = grace(c), id;
        struct witness witness;
        struct finding_answer answers[64];
        clinic_add_order(c, patient, cases[i].is_contraindicated ? "simvastatin 40 mg tab 1 tab qhs" : "warfarin 5 mg tab 1 tab qpm");
        struct proposal *p = propose(c, cases[i].who, patient,
                                     cases[i].is_contraindicated ? "clarithromycin 500 mg tab 1 tab bid 7d"
                                                                 : "amiodarone 200 mg tab 1 tab daily");
        cr_assert_eq(worst(p), cases[i].is_contraindicated ? INTERACTION_TYPE_CONTRAINDICATED : INTERACTION_TYPE_MAJOR, "%s",
                     cases[i].what);
        bool has_second = cases[i].second != CLINIC_PEOPLE;
        if (has_second) {
            enum clinic_person second = (enum clinic_person)cases[i].second;
            clinic_hire(c, second);
            cr_assert_eq(witness_authenticate(clinic_actor(c, cases[i].who), clinic_login(second), clinic_password(second), NULL,
                                              PERMISSION_OVERRIDE_CONTRAINDICATED, &witness, &err),
                         STATUS_OK, "%s", error_text(&err));
        }
        if (cases[i].later_us >= 0) {
            clinic_prove(c, cases[i].who);
            clinic_pass(c, cases[i].later_us);
        } else {
            clinic_sign_out(c, cases[i].who); /* signing in again proves nothing about this act */
        }
        size_t count = cases[i].is_unanswered ? 0 : answer_all(p, &cases[i].like, answers);
        enum status status = order_save(clinic_actor(c, cases[i].who), p, answers, count, has_second ? &witness : NULL, &id, &err);
        cr_expect_eq(status, cases[i].status, "%s: %s", cases[i].what, error_text(&err));
        cr_expect_str_eq(status == STATUS_OK ? "" : err.field, cases[i].field, "%s", cases[i].what);
        cr_expect_eq(orders_on_chart(c, patient), status == STATUS_OK ? 2 : 1, "%s: half saved", cases[i].what);
        proposal_free(p);
        clinic_free(c);
    }
}

static struct decision_list decisions_of(struct clinic *c, struct uid patient)
{
    struct error err = ERROR_INIT;
    struct decision_list list = {0};
    cr_assert_eq(decision_list_get(c->site->store, patient, clock_now_us(&c->clock), &list, &err), STATUS_OK);
    return list;
}

Test(orders, keep_each_decision_with_who_stood_by_and_how_long)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c), id;
    struct witness witness;
    struct finding_answer answers[64];
    clinic_hire(c, CLINIC_PHARMACIST);
    clinic_add_order(c, patient, "simvastatin 40 mg tab 1 tab qhs");
    struct proposal *p = propose(c, CLINIC_NURSE, patient, "clarithromycin 500 mg tab 1 tab bid 7d");
    const struct finding_answer like = {.reason = OVERRIDE_REASON_OTHER, .reason_text = "no other choice", .plan = "CK weekly",
                                        .quiet_days = 7};
    cr_assert_eq(witness_authenticate(clinic_actor(c, CLINIC_NURSE), clinic_login(CLINIC_PHARMACIST),
                                      clinic_password(CLINIC_PHARMACIST), NULL, PERMISSION_OVERRIDE_CONTRAINDICATED, &witness, &err),
                 STATUS_OK);
    size_t count = answer_all(p, &like, answers);
    cr_assert_eq(order_save(clinic_actor(c, CLINIC_NURSE), p, answers, count, &witness, &id, &err), STATUS_OK, "%s",
                 error_text(&err));
    struct decision_list list = decisions_of(c, patient);
    cr_assert_eq(list.len, count);
    for (size_t i = 0; i < list.len; i++) {
        const struct decision *d = &list.items[i];
        cr_expect(d->is_accepted);
        cr_expect_str_eq(d->reason_text, "no other choice");
        cr_expect_str_eq(d->plan, "CK weekly");
        cr_expect(d->shown[0] != '\0');
        cr_expect_eq(d->expires_us - d->decided_us, 7 * 24 * US_PER_HOUR);
        bool is_contraindicated = d->severity == INTERACTION_TYPE_CONTRAINDICATED;
        cr_expect_eq(uid_compare(d->second_person, is_contraindicated ? witness.user : UID_NONE), 0);
    }
    decision_list_release(&list);
    proposal_free(p);
    clinic_free(c);
}

Test(orders, stay_quiet_about_what_was_accepted_for_the_same_role_until_it_expires)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c), id;
    struct finding_answer answers[64];
    clinic_add_order(c, patient, "warfarin 5 mg tab 1 tab qpm");
    struct proposal *p = propose(c, CLINIC_PRESCRIBER, patient, "amiodarone 200 mg tab 1 tab daily");
    int before = p->interrupting;
    cr_assert_gt(before, 0);
    const struct finding_answer like = {.reason = OVERRIDE_REASON_MONITORED, .plan = "INR weekly"};
    size_t count = answer_all(p, &like, answers);
    cr_assert_eq(order_save(clinic_actor(c, CLINIC_PRESCRIBER), p, answers, count, NULL, &id, &err), STATUS_OK, "%s",
                 error_text(&err));
    proposal_free(p);
    const struct order_cause cause = {.reason = "completed", .source = ORDER_SOURCE_WRITTEN};
    struct order order = clinic_get_order(c, id);
    cr_assert_eq(order_stop(clinic_actor(c, CLINIC_PRESCRIBER), id, order.version, &cause, &err), STATUS_OK, "%s",
                 error_text(&err));
    order_release(&order);
    p = propose(c, CLINIC_PRESCRIBER, patient, "amiodarone 200 mg tab 1 tab daily");
    cr_expect_eq(p->interrupting, 0, "the same finding interrupts again");
    proposal_free(p);
    p = propose(c, CLINIC_NURSE, patient, "amiodarone 200 mg tab 1 tab daily");
    cr_expect_gt(p->interrupting, 0, "another role was never asked");
    proposal_free(p);
    clinic_pass(c, 31 * 24 * US_PER_HOUR);
    p = propose(c, CLINIC_PRESCRIBER, patient, "amiodarone 200 mg tab 1 tab daily");
    cr_expect_gt(p->interrupting, 0, "an expired decision still holds");
    proposal_free(p);
    clinic_free(c);
}

Test(orders, are_looked_at_again_when_the_chart_changed_meanwhile)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c), id;
    struct proposal *p = propose(c, CLINIC_PRESCRIBER, patient, "amiodarone 200 mg tab 1 tab daily");
    cr_assert_eq(p->interrupting, 0);
    clinic_add_order(c, patient, "warfarin 5 mg tab 1 tab qpm");
    cr_assert_eq(order_save(clinic_actor(c, CLINIC_PRESCRIBER), p, NULL, 0, NULL, &id, &err), STATUS_STALE, "%s",
                 error_text(&err));
    cr_assert_eq(orders_on_chart(c, patient), 1);
    proposal_free(p);
    clinic_free(c);
}

/* ---- versions ---- */

Test(orders, change_as_a_new_version_and_say_who_was_quicker)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c);
    struct uid id = clinic_add_order(c, patient, "lisinopril 10 mg daily");
    struct order before = clinic_get_order(c, id), mine;
    struct proposal *p = NULL;
    struct order_line line;
    char reason[] = "dose_adjusted";
    mine = order_of("lisinopril 20 mg daily", &line);
    mine.id = id;
    mine.version = before.version;
    mine.reason = reason;
    cr_assert_eq(order_propose(clinic_actor(c, CLINIC_PRESCRIBER), patient, &mine, &p, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(p->interrupting, 0, "a change was screened against the order that it changes");
    cr_assert_eq(order_change(clinic_actor(c, CLINIC_PRESCRIBER), p, NULL, 0, NULL, &err), STATUS_OK, "%s", error_text(&err));
    struct order after = clinic_get_order(c, id);
    cr_expect_eq(decimal_compare(after.sig.dose, decimal_from_int(20)), 0);
    cr_expect_eq(uid_compare(after.parent, before.version), 0);
    cr_expect_eq(after.verification, VERIFICATION_UNVERIFIED);
    /* the second one was made on the same old version */
    cr_assert_eq(order_change(clinic_actor(c, CLINIC_PRESCRIBER_2), p, NULL, 0, NULL, &err), STATUS_STALE);
    cr_expect_not_null(strstr(error_text(&err), "K. Osei"), "%s", error_text(&err));
    cr_expect_not_null(strstr(error_text(&err), "20 mg"), "%s", error_text(&err));
    struct order still = clinic_get_order(c, id);
    cr_expect_eq(uid_compare(still.version, after.version), 0, "overwritten");
    struct history history;
    cr_assert_eq(history_get(clinic_actor(c, CLINIC_NURSE), HISTORY_ORDER, id, &history, &err), STATUS_OK);
    cr_expect_eq(history.len, 2);
    cr_expect_not_null(strstr(history.items[0].what, "20 mg"), "%s", history.items[0].what);
    history_release(&history);
    order_release(&before);
    order_release(&after);
    order_release(&still);
    proposal_free(p);
    clinic_free(c);
}

Test(orders, pass_from_state_to_state_by_their_rules)
{
    enum { HOLD = 'h', RESUME = 'r', STOP = 's' };
    static const struct {
        const char *what, *path; /* steps before the last one succeed */
        const char *reason;      /* of the last */
        enum status status;
        const char *field;
    } cases[] = {
        {"hold", "h", "procedure", STATUS_OK, ""},
        {"hold and resume", "hr", "cleared", STATUS_OK, ""},
        {"hold and stop", "hs", "adverse_effect", STATUS_OK, ""},
        {"stop", "s", "completed", STATUS_OK, ""},
        {"hold twice", "hh", "procedure", STATUS_REFUSED, ""},
        {"resume what is active", "r", "cleared", STATUS_REFUSED, ""},
        {"resume what has ended", "sr", "cleared", STATUS_REFUSED, ""},
        {"stop what has ended", "ss", "completed", STATUS_REFUSED, ""},
        {"hold without a reason", "h", "", STATUS_INVALID, "reason"},
        {"a reason that is none", "h", "because", STATUS_INVALID, "reason"},
        {"a reason for stopping only", "h", "completed", STATUS_INVALID, "reason"},
        {"other without words", "s", "other", STATUS_INVALID, "words"},
        {"other in words", "s", "other: moving abroad", STATUS_OK, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clinic *c = clinic_new();
        struct error err = ERROR_INIT;
        struct uid id = clinic_add_order(c, grace(c), "lisinopril 10 mg tab 1 tab daily");
        enum status status = STATUS_OK;
        for (const char *step = cases[i].path; *step != '\0'; step++) {
            bool is_last = step[1] == '\0';
            struct order_cause cause = {.source = ORDER_SOURCE_WRITTEN};
            struct order order = clinic_get_order(c, id);
            cause.reason = is_last ? cases[i].reason : *step == HOLD ? "procedure" : "completed";
            struct actor *doctor = clinic_actor(c, CLINIC_PRESCRIBER);
            status = *step == HOLD     ? order_hold(doctor, id, order.version, &cause, &err)
                     : *step == RESUME ? order_resume(doctor, id, order.version, &cause, &err)
                                       : order_stop(doctor, id, order.version, &cause, &err);
            order_release(&order);
            cr_assert(is_last || status == STATUS_OK, "%s: %s", cases[i].what, error_text(&err));
        }
        cr_expect_eq(status, cases[i].status, "%s: %s", cases[i].what, error_text(&err));
        cr_expect_str_eq(status == STATUS_OK ? "" : err.field, cases[i].field, "%s", cases[i].what);
        clinic_free(c);
    }
}

/* ---- usual directions ---- */

Test(orders, teach_the_site_its_usual_directions)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct order_usual usual[ORDER_USUAL_MAX];
    int count = 0;
    for (int i = 0; i < 3; i++) {
        clinic_add_order(c, grace(c), i == 0 ? "amoxicillin 500 mg bid 10d" : "amoxicillin 500 mg tid 7d");
    }
    cr_assert_eq(order_usual_list(clinic_actor(c, CLINIC_NURSE), "amoxicillin", usual, &count, &err), STATUS_OK);
    cr_assert_eq(count, 2);
    cr_expect_eq(usual[0].uses, 2);
    cr_expect_eq(usual[0].sig.times_count, 3, "the most used stands first");
    cr_expect_eq(usual[1].sig.duration_days, 10);
    cr_assert_eq(order_usual_list(clinic_actor(c, CLINIC_NURSE), "warfarin", usual, &count, &err), STATUS_OK);
    cr_expect_eq(count, 0);
    clinic_free(c);
}

Test(orders, keep_nothing_of_a_patient_in_the_usual_directions)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct order_line line;
    struct order order = order_of("ibuprofen 100 mg/5 mL susp 10 mg/kg/dose q6h", &line);
    struct order_usual usual[ORDER_USUAL_MAX];
    struct proposal *p = NULL;
    struct uid patient = grace(c), id;
    struct finding_answer answers[64];
    int count = 0;
    cr_assert_eq(sig_apply_weight(&order.sig, decimal_from_int(17), (struct date){2026, 11, 20}, 1, &err), STATUS_OK);
    cr_assert_eq(order_propose(clinic_actor(c, CLINIC_PRESCRIBER), patient, &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    const struct finding_answer like = {.reason = OVERRIDE_REASON_MONITORED, .plan = "watched"};
    size_t answered = answer_all(p, &like, answers);
    cr_assert_eq(order_save(clinic_actor(c, CLINIC_PRESCRIBER), p, answers, answered, NULL, &id, &err), STATUS_OK, "%s",
                 error_text(&err));
    proposal_free(p);
    cr_assert_eq(order_usual_list(clinic_actor(c, CLINIC_PRESCRIBER), "ibuprofen", usual, &count, &err), STATUS_OK);
    cr_assert_eq(count, 1);
    cr_expect(decimal_is_zero(usual[0].sig.weight_kg));
    cr_expect(decimal_is_zero(usual[0].sig.dose));
    cr_expect_eq(decimal_compare(usual[0].sig.per_kg, decimal_from_int(10)), 0);
    clinic_free(c);
}

/* Under another drug the old one would vanish from the chart while it still acts. */
Test(orders, keep_their_drug_when_they_are_changed)
{
    static const struct {
        const char *line;
        enum status status;
    } CASES[] = {{"warfarin 5 mg daily", STATUS_REFUSED}, {"pacerone 100 mg daily", STATUS_OK}, {"amiodarone 100 mg daily", STATUS_OK}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct clinic *c = clinic_new();
        struct error err = ERROR_INIT;
        struct uid patient = grace(c), id = clinic_add_order(c, patient, "amiodarone 200 mg daily");
        struct order before = clinic_get_order(c, id);
        struct order_line line;
        struct order changed = order_of(CASES[i].line, &line);
        struct proposal *p = NULL;
        char reason[] = "dose_adjusted";
        changed.id = id;
        changed.version = before.version;
        changed.reason = reason;
        cr_assert_eq(order_propose(clinic_actor(c, CLINIC_PRESCRIBER), patient, &changed, &p, &err), STATUS_OK);
        cr_expect_eq(order_change(clinic_actor(c, CLINIC_PRESCRIBER), p, NULL, 0, NULL, &err), CASES[i].status, "%s: %s",
                     CASES[i].line, error_text(&err));
        struct order after = clinic_get_order(c, id);
        cr_expect_str_eq(after.ingredients, "amiodarone", "%s", CASES[i].line);
        order_release(&after);
        order_release(&before);
        proposal_free(p);
        clinic_free(c);
    }
}

/* ---- alone on duty ---- */

static struct finding_answer alone(void)
{
    return (struct finding_answer){.reason = OVERRIDE_REASON_BENEFIT, .plan = "CK weekly", .is_alone = true};
}

static enum status save_alone(struct clinic *c, struct uid patient, struct error *err)
{
    struct finding_answer answers[64];
    struct uid id;
    struct proposal *p = propose(c, CLINIC_NURSE, patient, "clarithromycin 500 mg tab 1 tab bid 7d");
    const struct finding_answer like = alone();
    size_t count = answer_all(p, &like, answers);
    enum status status = order_save(clinic_actor(c, CLINIC_NURSE), p, answers, count, NULL, &id, err);
    proposal_free(p);
    return status;
}

static struct solo_list reviews_of(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct solo_list list = {0};
    cr_assert_eq(solo_reviews(clinic_actor(c, who), &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

static void allow_alone(struct clinic *c)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(settings_set(&c->site->settings, SETTING_SOLO, "on", SETTING_SITE, NULL, &err), STATUS_OK, "%s", error_text(&err));
}

Test(orders, go_past_a_contraindication_alone_only_where_the_site_allows_it_and_after_a_proof)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c);
    clinic_add_order(c, patient, "simvastatin 40 mg tab 1 tab qhs");
    clinic_prove(c, CLINIC_NURSE);
    cr_expect_eq(save_alone(c, patient, &err), STATUS_NOT_PERMITTED);
    cr_expect_str_eq(err.field, "witness");
    allow_alone(c);
    clinic_pass(c, 3 * US_PER_MINUTE);
    cr_expect_eq(save_alone(c, patient, &err), STATUS_STEP_UP, "an open screen is no proof");
    clinic_prove(c, CLINIC_NURSE);
    cr_expect_eq(save_alone(c, patient, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(orders_on_chart(c, patient), 2);
    clinic_free(c);
}

Test(orders, that_were_gone_past_alone_wait_for_another_person)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = grace(c);
    allow_alone(c);
    clinic_add_order(c, patient, "simvastatin 40 mg tab 1 tab qhs");
    clinic_prove(c, CLINIC_NURSE);
    cr_assert_eq(save_alone(c, patient, &err), STATUS_OK, "%s", error_text(&err));
    struct solo_list list = reviews_of(c, CLINIC_PHARMACIST);
    cr_assert_eq(list.len, 1, "only what is contraindicated: %zu", list.len);
    const struct decision *d = &list.items[0].decision;
    cr_expect_eq(d->review_due_us - d->decided_us, SOLO_REVIEW_US);
    cr_expect_str_eq(d->plan, "CK weekly");
    cr_expect(list.items[0].patient_name[0] != '\0' && list.items[0].drug[0] != '\0' && list.items[0].by_name[0] != '\0');
    struct uid id = d->id;
    solo_list_release(&list);
    clinic_pass(c, 30 * US_PER_HOUR); /* late, and still on the list */
    struct decision_list quiet = decisions_of(c, patient);
    for (size_t i = 0; i < quiet.len; i++) {
        cr_expect_neq(quiet.items[i].severity, INTERACTION_TYPE_CONTRAINDICATED, "asked again after a day");
    }
    decision_list_release(&quiet);
    list = reviews_of(c, CLINIC_PHARMACIST);
    cr_assert_eq(list.len, 1);
    cr_expect_lt(list.items[0].decision.review_due_us, clock_now_us(&c->clock));
    solo_list_release(&list);
    struct actor *pharmacist = clinic_actor(c, CLINIC_PHARMACIST);
    cr_expect_eq(solo_review(clinic_actor(c, CLINIC_NURSE), id, REVIEW_VERDICT_JUSTIFIED, "it was right so", &err),
                 STATUS_NOT_PERMITTED);
    cr_expect_eq(solo_review(pharmacist, id, REVIEW_VERDICT_NONE_GIVEN, "looked into it", &err), STATUS_INVALID);
    cr_expect_eq(solo_review(pharmacist, id, REVIEW_VERDICT_JUSTIFIED, "ok", &err), STATUS_INVALID);
    cr_assert_eq(solo_review(pharmacist, id, REVIEW_VERDICT_NOT_JUSTIFIED, "azithromycin would have done", &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(solo_review(pharmacist, id, REVIEW_VERDICT_JUSTIFIED, "looked into it again", &err), STATUS_STALE);
    list = reviews_of(c, CLINIC_PHARMACIST);
    cr_expect_eq(list.len, 0);
    solo_list_release(&list);
    clinic_free(c);
}
