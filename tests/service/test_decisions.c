/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a decision about a finding silences, for whom, for how long, and what brings the finding back (clinical.md 4.C). */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "service/alert_report.h"
#include "service/chart.h"
#include "service/orders.h"
#include "service/problems.h"
#include "support/clinic.h"

#define DAY_US (24 * US_PER_HOUR)

static struct clinic *c;
static struct uid patient;

static void start(void)
{
    c = clinic_new();
    patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .sex = GENDER_FEMALE, .born = "1990-01-01"});
    clinic_add_order(c, patient, "warfarin 5 mg tab 1 tab daily");
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(decisions, .init = start, .fini = stop);

static struct proposal *propose(enum clinic_person who, const char *text)
{
    struct order_line line;
    struct error err = ERROR_INIT;
    struct proposal *p = NULL;
    cr_assert_eq(order_line_parse(text, &(struct order_line_options){0}, &line, &err), STATUS_OK);
    struct order order = {.patient = patient, .drug_text = line.drug, .sig = line.sig};
    char answers[] = "Dr K. Osei";
    if (who != CLINIC_PRESCRIBER) { /* a written order is the prescriber's own */
        order.source = ORDER_SOURCE_PROTOCOL;
        order.prescriber_name = answers;
    }
    cr_assert_eq(order_propose(clinic_actor(c, who), patient, &order, &p, &err), STATUS_OK, "%s", error_text(&err));
    return p;
}

static int interrupting(enum clinic_person who, const char *text)
{
    struct proposal *p = propose(who, text);
    int count = p->interrupting;
    proposal_free(p);
    return count;
}

/* Accepts what interrupts and stops the order again, so that only the decision stays. */
static void accept_and_stop(const char *text)
{
    struct error err = ERROR_INIT;
    struct uid id = clinic_add_order(c, patient, text);
    struct order order = clinic_get_order(c, id);
    cr_assert_eq(order_stop(clinic_actor(c, CLINIC_PRESCRIBER), id, order.version, &(struct order_cause){.reason = "completed"}, &err), STATUS_OK, "%s",
                 error_text(&err));
    order_release(&order);
}

#define KETOROLAC "ketorolac 10 mg tab 1 tab bid"

Test(decisions, are_quiet_for_the_same_role_for_thirty_days)
{
    cr_assert_geq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 1);
    accept_and_stop(KETOROLAC);
    cr_expect_eq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 0);
    cr_expect_eq(interrupting(CLINIC_PRESCRIBER_2, KETOROLAC), 0, "the same role");
    cr_expect_geq(interrupting(CLINIC_PHARMACIST, KETOROLAC), 1, "another role has not looked");
    clinic_pass(c, 29 * DAY_US);
    cr_expect_eq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 0);
    clinic_pass(c, 2 * DAY_US);
    cr_expect_geq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 1, "after thirty days");
}

Test(decisions, end_when_what_they_rest_on_changes)
{
    accept_and_stop(KETOROLAC);
    cr_expect_eq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 0);
    cr_expect_geq(interrupting(CLINIC_PRESCRIBER, "ketorolac 10 mg tab 2 tab bid"), 1, "another dose");
    cr_expect_geq(interrupting(CLINIC_PRESCRIBER, "ketorolac 10 mg tab 1 tab qid"), 1, "another frequency");
    clinic_add_condition(c, patient, "Pregnancy", "Z33.1");
    cr_expect_geq(interrupting(CLINIC_PRESCRIBER, KETOROLAC), 1, "pregnant since");
}

Test(decisions, are_kept_with_what_was_shown_and_why)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    struct uid id = clinic_add_order(c, patient, KETOROLAC);
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    bool is_found = false;
    for (size_t i = 0; i < chart->decisions.len; i++) {
        const struct decision *d = &chart->decisions.items[i];
        if (uid_compare(d->order, id) == 0 && strstr(d->rule, "warfarin") != NULL) {
            is_found = true;
            cr_expect_str_eq(d->plan, "watched closely");
            cr_expect_eq(d->reason, OVERRIDE_REASON_MONITORED);
            cr_expect_not_null(strstr(d->shown, "warfarin 5 mg tab"), "which drugs: %s", d->shown);
            cr_expect_gt(strlen(d->shown), 10);
            cr_expect_gt(strlen(d->knowledge_version), 5);
        }
    }
    cr_expect(is_found);
    chart_free(chart);
}

/* Acitretin stays for three years; what was stopped fourteen months ago still meets methotrexate. */
Test(decisions, a_drug_that_was_stopped_long_ago_still_counts)
{
    accept_and_stop("acitretin 25 mg cap 1 cap daily");
    clinic_pass(c, 420 * DAY_US);
    struct proposal *p = propose(CLINIC_PRESCRIBER, "methotrexate 2.5 mg tab 4 tab weekly");
    bool is_found = false;
    for (int i = 0; i < p->result->finding_count; i++) {
        is_found = is_found || p->result->findings[i].washout_days_left > 600;
    }
    cr_expect(is_found);
    proposal_free(p);
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(chart->orders.len, 2, "%zu", chart->orders.len);
    chart_free(chart);
}

Test(decisions, what_ended_long_ago_and_no_longer_acts_is_not_shown)
{
    accept_and_stop("amoxicillin 500 mg cap 1 cap tid");
    clinic_pass(c, 200 * DAY_US);
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(chart->orders.len, 1);
    chart_free(chart);
}

static int64_t shown_of(const struct decision_share_list *list, const char *key, int64_t *out_overridden)
{
    for (size_t i = 0; i < list->len; i++) {
        if (strcmp(list->items[i].key, key) == 0) {
            *out_overridden = list->items[i].overridden;
            return list->items[i].shown;
        }
    }
    return 0;
}

Test(decisions, are_counted_by_rule_person_month_and_reason)
{
    struct error err = ERROR_INIT;
    struct alert_report report;
    struct date today = site_today(c->site);
    struct proposal *p = propose(CLINIC_PRESCRIBER, KETOROLAC);
    int64_t overridden = -1;
    int expected = p->interrupting;
    cr_assert_eq(order_decline(clinic_actor(c, CLINIC_PRESCRIBER), p, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(p);
    clinic_add_order(c, patient, KETOROLAC);
    cr_assert_eq(alert_report_get(clinic_actor(c, CLINIC_AUDITOR), today, today, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.shown, 2 * expected, "%lld", (long long)report.shown);
    cr_expect_eq(report.overridden, expected);
    cr_expect_eq(shown_of(&report.groups[DECISION_BY_REASON], "monitored", &overridden), expected);
    cr_expect_eq(shown_of(&report.groups[DECISION_BY_REASON], "drug_not_added", &overridden), expected);
    cr_expect_eq(overridden, 0);
    cr_expect_eq(shown_of(&report.groups[DECISION_BY_MONTH], "2026-11", &overridden), 2 * expected);
    cr_expect_eq(overridden, expected);
    cr_expect_eq(report.groups[DECISION_BY_PERSON].len, 1);
    alert_report_release(&report);
    cr_assert_eq(alert_report_get(clinic_actor(c, CLINIC_AUDITOR), date_add_days(today, -9), date_add_days(today, -1), &report, &err),
                 STATUS_OK);
    cr_expect_eq(report.shown, 0, "another day's");
    alert_report_release(&report);
    cr_expect_eq(alert_report_get(clinic_actor(c, CLINIC_FRONT_DESK), today, today, &report, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(alert_report_get(clinic_actor(c, CLINIC_AUDITOR), today, date_add_days(today, -1), &report, &err), STATUS_INVALID);
}
