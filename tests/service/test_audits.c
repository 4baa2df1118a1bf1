/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading the audit trail: who may, what is shown, pages without gaps, and its export. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/json.h"
#include "exchange/fhir_audit.h"
#include "service/audits.h"
#include "service/chart.h"
#include "service/restrictions.h"
#include "service/staffing.h"
#include "support/clinic.h"

static struct audit_period everything(void)
{
    return (struct audit_period){.to_us = INT64_MAX, .action_begin = "", .before_seq = INT64_MAX, .limit = 1000};
}

static void open_chart(struct actor *actor, struct uid patient)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(chart_open(actor, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    chart_free(chart);
}

Test(audits, are_read_by_auditors_and_the_privacy_officer_only)
{
    struct clinic *c = clinic_new();
    struct audit_period period = everything();
    for (int who = 0; who < CLINIC_PEOPLE; who++) {
        struct audit_line_list list = {0};
        bool may = who == CLINIC_AUDITOR || who == CLINIC_PRIVACY_OFFICER;
        cr_expect_eq(audit_show(clinic_actor(c, (enum clinic_person)who), &period, &list, NULL),
                     may ? STATUS_OK : STATUS_NOT_PERMITTED, "person %d", who);
        audit_line_list_release(&list);
    }
    clinic_free(c);
}

Test(audits, show_refusals_with_who_and_as_what)
{
    struct clinic *c = clinic_new();
    struct audit_line_list list = {0};
    struct audit_period period = everything();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_FRONT_DESK), patient, 1, 1, &chart, NULL), STATUS_NOT_PERMITTED);
    period.action_begin = "chart.";
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].outcome, "not_permitted");
    cr_expect_eq(list.items[0].actor_role, ROLE_FRONT_DESK);
    cr_expect_eq(list.items[0].risk, RISK_LEVEL_MEDIUM);
    cr_expect_eq(uid_compare(list.items[0].subject, patient), 0);
    audit_line_list_release(&list);
    clinic_free(c);
}

Test(audits, keep_the_role_that_somebody_had_then)
{
    struct clinic *c = clinic_new();
    struct audit_line_list list = {0};
    struct audit_period period = everything();
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    open_chart(clinic_actor(c, CLINIC_STUDENT), patient);
    cr_assert_eq(staff_change_role(clinic_actor(c, CLINIC_ADMIN), clinic_login(CLINIC_STUDENT), ROLE_NURSE, "test", NULL), STATUS_OK);
    period.action_begin = "chart.open";
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.items[0].actor_role, ROLE_STUDENT);
    audit_line_list_release(&list);
    clinic_free(c);
}

Test(audits, go_on_where_a_page_was_cut)
{
    struct clinic *c = clinic_new();
    struct actor *auditor = clinic_actor(c, CLINIC_AUDITOR);
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    for (int i = 0; i < 25; i++) {
        open_chart(clinic_actor(c, CLINIC_NURSE), patient); /* all within one instant of the standing clock */
    }
    struct audit_period period = everything();
    struct audit_line_list list = {0};
    cr_assert_eq(audit_show(auditor, &period, &list, NULL), STATUS_OK);
    int64_t newest = list.items[0].seq;
    period.before_us = list.items[0].at_us;
    size_t all = list.len;
    cr_expect_eq(list.items[all - 1].seq, 1);
    audit_line_list_release(&list);
    period.limit = 7;
    period.before_seq = newest + 1; /* without the record of this very look */
    size_t seen = 0;
    for (int64_t expect = newest;; period.before_seq = expect + 1) {
        cr_assert_eq(audit_show_again(auditor, &period, &list, NULL), STATUS_OK);
        for (size_t i = 0; i < list.len; i++) {
            cr_expect_eq(list.items[i].seq, expect--);
        }
        seen += list.len;
        bool is_cut = list.is_cut;
        audit_line_list_release(&list);
        if (!is_cut) {
            break;
        }
    }
    cr_expect_eq(seen, all);
    clinic_free(c);
}

/* After a clock that was set back later records are of earlier moments: no page may lose them. */
Test(audits, go_on_over_a_clock_that_was_set_back)
{
    struct clinic *c = clinic_new();
    struct actor *auditor = clinic_actor(c, CLINIC_AUDITOR);
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct audit_period period = everything();
    struct audit_line_list list = {0};
    size_t seen = 0;
    clinic_pass(c, US_PER_HOUR);
    for (int i = 0; i < 10; i++) {
        open_chart(clinic_actor(c, CLINIC_NURSE), patient);
    }
    clinic_pass(c, -30 * US_PER_MINUTE);
    for (int i = 0; i < 10; i++) {
        open_chart(clinic_actor(c, CLINIC_NURSE), patient);
    }
    period.action_begin = "chart.open";
    period.limit = 7;
    do {
        cr_assert_eq(audit_show_again(auditor, &period, &list, NULL), STATUS_OK);
        seen += list.len;
        period.before_us = list.items[list.len - 1].at_us;
        period.before_seq = list.items[list.len - 1].seq;
        bool is_cut = list.is_cut;
        audit_line_list_release(&list);
        list.is_cut = is_cut;
    } while (list.is_cut);
    cr_expect_eq(seen, 20, "%zu of 20", seen);
    clinic_free(c);
}

/* Codes of R4: the required value sets of action, outcome and network type, and the extensible ones of type and subtype. */
static void expect_event(const struct fhir_audit_event *event, const char *type, const char *subtype, const char *action)
{
    struct buffer text = BUFFER_INIT;
    struct json_document *doc = NULL;
    struct error err = ERROR_INIT;
    fhir_audit_write(event, &text);
    cr_assert_eq(json_parse(text.bytes, text.len, &JSON_LIMITS_DEFAULT, 1, &doc, &err), STATUS_OK, "%s", error_text(&err));
    const struct json *root = json_root(doc), *first = json_first(json_get(root, "subtype")), *agent = json_first(json_get(root, "agent"));
    const char *code = json_get_string(json_get(root, "type"), "code"), *network = json_get_string(json_get(agent, "network"), "type");
    cr_expect_str_eq(code, type, "%s: %s", event->action, code);
    cr_expect_str_eq(json_get_string(json_get(root, "type"), "system"), "http://dicom.nema.org/resources/ontology/DCM");
    cr_expect_str_eq(json_get_string(first, "code"), subtype, "%s", event->action);
    cr_expect_str_eq(json_get_string(root, "action"), action, "%s", event->action);
    cr_expect_str_eq(network, strcmp(event->address, "local") == 0 ? "1" : "2", "%s", event->address);
    cr_expect_not_null(json_get(agent, "requestor"));
    cr_expect_not_null(json_get(json_get(root, "source"), "observer"));
    for (const char *at = text.bytes; (at = strstr(at, "\"\"")) != NULL; at++) {
        cr_expect_fail("an empty text, which FHIR does not have: %.40s", at);
    }
    json_free(doc);
    buffer_release(&text);
}

Test(audits, are_events_of_the_right_kind)
{
    static const struct {
        const char *action;
        bool is_read;
        const char *type, *subtype, *code, *address;
    } CASES[] = {
        {"session.start", false, "110114", "110122", "E", "local"},
        {"session.end", false, "110114", "110123", "E", "10.1.2.3"},
        {"session.prove", false, "110114", "session.prove", "E", "fe80::1"},
        {"emergency.begin", false, "110113", "110127", "E", "local"},
        {"emergency.end", false, "110113", "110138", "E", "local"},
        {"staff.role", false, "110113", "110136", "U", "local"},
        {"staff.disable", false, "110113", "110137", "U", "local"},
        {"staff.list", true, "110100", "staff.list", "R", "local"},
        {"audit.read", true, "110101", "audit.read", "R", "local"},
        {"patient.export", true, "110106", "patient.export", "R", "local"},
        {"patient.find", true, "110112", "patient.find", "R", "local"},
        {"fill.look", true, "110110", "fill.look", "R", "local"},
        {"dose.record", false, "110110", "dose.record", "C", "local"},
        {"order.stop", false, "110109", "order.stop", "U", "local"},
        {"import.patient", false, "110107", "import.patient", "C", "local"},
    };
    const struct uid id = {{1, 2, 3}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const struct fhir_audit_event event = {.id = id, .agent = id, .agent_name = "", .role = "", .action = CASES[i].action,
                                               .is_read = CASES[i].is_read, .table = "", .address = CASES[i].address, .risk = "low",
                                               .outcome = "", .patient = id, .device = id, .site_name = ""};
        expect_event(&event, CASES[i].type, CASES[i].subtype, CASES[i].code);
    }
}

Test(audits, are_exported_as_fhir_events)
{
    static const struct {
        const char *action;
        char code;
    } CODES[] = {{"order.add", 'C'}, {"chart.open", 'R'}, {"allergy.correct", 'U'}, {"patient.erase", 'D'},
                 {"session.start", 'E'}, {"something.new", 'E'}, {"", 'E'}};
    for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++) {
        cr_expect_eq(fhir_audit_action(CODES[i].action), CODES[i].code, "%s", CODES[i].action);
    }
    struct clinic *c = clinic_new();
    struct audit_line_list list = {0};
    struct audit_period period = everything();
    struct buffer text = BUFFER_INIT;
    open_chart(clinic_actor(c, CLINIC_NURSE), clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"}));
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.len; i++) {
        struct json_document *doc = NULL;
        struct error err = ERROR_INIT;
        text.len = 0;
        audit_write_event(c->site, &list.items[i], &text);
        cr_assert_eq(json_parse(text.bytes, text.len, &JSON_LIMITS_DEFAULT, 1, &doc, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_str_eq(json_get_string(json_root(doc), "resourceType"), "AuditEvent");
        cr_expect_str_eq(json_get_string(json_root(doc), "outcome"), "0");
        cr_expect_not_null(json_get_string(json_root(doc), "recorded"));
        json_free(doc);
    }
    cr_expect_null(strstr(text.bytes, "Okafor"), "a patient's name left the log");
    buffer_release(&text);
    audit_line_list_release(&list);
    clinic_free(c);
}

Test(audits, are_narrowed_to_one_patient_and_to_what_was_refused)
{
    struct clinic *c = clinic_new();
    struct audit_line_list list = {0};
    struct audit_period period = everything();
    struct error err = ERROR_INIT;
    struct uid one = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor"});
    struct uid other = clinic_add_patient(c, &(struct clinic_patient){.last = "Reyes"});
    struct chart *chart = NULL;
    open_chart(clinic_actor(c, CLINIC_NURSE), one);
    open_chart(clinic_actor(c, CLINIC_NURSE), other);
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_FRONT_DESK), one, 1, 1, &chart, NULL), STATUS_NOT_PERMITTED);
    struct actor *auditor = clinic_actor(c, CLINIC_AUDITOR);
    period.subject = one;
    cr_assert_eq(audit_show(auditor, &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_geq(list.len, 3, "registered, opened, refused");
    for (size_t i = 0; i < list.len; i++) {
        cr_expect_eq(uid_compare(list.items[i].subject, one), 0, "%s", list.items[i].action);
    }
    audit_line_list_release(&list);
    period.outcome = "not_permitted";
    cr_assert_eq(audit_show(auditor, &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect_eq(list.items[0].actor_role, ROLE_FRONT_DESK);
    audit_line_list_release(&list);
    clinic_prove(c, CLINIC_PRIVACY_OFFICER);
    cr_assert_eq(patient_restrict(clinic_actor(c, CLINIC_PRIVACY_OFFICER), one, RESTRICTION_RULE_STAFF, (const char *const[]){NULL}, &err),
                 STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(chart_open(clinic_actor(c, CLINIC_NURSE), one, 1, 1, &chart, NULL), STATUS_RESTRICTED);
    period.outcome = AUDIT_NOT_OK;
    period.limit = 1; /* what was accepted in between counts for nothing */
    cr_assert_eq(audit_show(auditor, &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].outcome, "restricted", "%s", list.items[0].outcome);
    cr_expect(list.is_cut, "the front desk's");
    audit_line_list_release(&list);
    period.limit = 100;
    period.subject = uid_new(&c->clock); /* nobody */
    cr_assert_eq(audit_show(auditor, &period, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(list.len, 0);
    clinic_free(c);
}
