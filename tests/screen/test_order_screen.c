/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order form and the alert, as a prescriber and a nurse meet them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/knowledge_sets.h"
#include "service/orders.h"
#include "support/clinic_screen.h"
#include "support/folder.h"

#define WARFARIN "warfarin 5 mg tab 1 tab qpm"

struct scene {
    struct clinic *c;
    struct uid patient;
    struct clinic_screen s;
};

static void open_as(struct scene *scene, enum clinic_person who)
{
    clinic_screen_open(&scene->s, scene->c, who, 24, 80);
    harness_open(scene->s.h, &SCREEN_CHART, &scene->patient);
    harness_open(scene->s.h, &SCREEN_ORDER, &(struct order_argument){.patient = scene->patient});
}

static void start_with(struct scene *scene, enum clinic_person who, const struct clinic_patient *patient)
{
    scene->c = clinic_new();
    scene->patient = clinic_add_patient(scene->c, patient);
    open_as(scene, who);
}

static void start(struct scene *scene, enum clinic_person who)
{
    start_with(scene, who, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
}

static void end(struct scene *scene)
{
    clinic_screen_close(&scene->s);
    clinic_free(scene->c);
}

static struct order_list orders_of(struct scene *scene)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    cr_assert_eq(chart_open(clinic_actor(scene->c, CLINIC_PRESCRIBER), scene->patient, 1, 1, &chart, &err), STATUS_OK, "%s",
                 error_text(&err));
    struct order_list list = chart->orders;
    chart->orders = (struct order_list){0};
    chart_free(chart);
    return list;
}

static size_t count_orders(struct scene *scene)
{
    struct order_list list = orders_of(scene);
    size_t count = list.len;
    order_list_release(&list);
    return count;
}

/* ---- the line ---- */

Test(order_screen, shows_the_line_as_a_sentence_while_it_is_typed)
{
    struct scene t;
    start(&t, CLINIC_PRESCRIBER);
    harness_golden(t.s.h, "order", "empty");
    harness_type(t.s.h, "amoxic 500 tid 7d #21 r0");
    harness_expect(t.s.h, "The amount has no unit");
    harness_expect(t.s.h, "Which drug?");
    harness_golden(t.s.h, "order", "which_drug");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "amoxicillin: 500 mg by mouth 3 times daily at 08:00, 14:00, 20:00 for 7 days");
    harness_expect(t.s.h, "the unit of every product of this drug");
    harness_golden(t.s.h, "order", "ready");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Done: ");
    struct order_list list = orders_of(&t);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].drug_text, "amoxicillin");
    cr_expect_eq(list.items[0].sig.unit, UNIT_MG);
    cr_expect_eq(list.items[0].quantity, 21);
    cr_expect_eq(list.items[0].sig.duration_days, 7);
    order_list_release(&list);
    end(&t);
}

Test(order_screen, writes_abbreviated_drugs_out)
{
    static const struct {
        const char *typed, *drug;
    } cases[] = {{"amox 500 tid", "amoxicillin"}, {"hctz 25 mg daily", "hydrochlorothiazide"}, {"Tylenol 500 mg q6h", "Tylenol"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene t;
        start(&t, CLINIC_PRESCRIBER);
        harness_type(t.s.h, cases[i].typed);
        harness_press(t.s.h, "F10");
        harness_expect(t.s.h, "Done: ");
        struct order_list list = orders_of(&t);
        cr_assert_eq(list.len, 1, "%s", cases[i].typed);
        cr_expect_str_eq(list.items[0].drug_text, cases[i].drug);
        order_list_release(&list);
        end(&t);
    }
}

/* What keeps a line from being saved: said at the line, nothing saved, nothing lost. */
Test(order_screen, refuses_what_is_not_clear_and_keeps_it)
{
    static const struct {
        const char *typed, *said;
    } cases[] = {
        {"loratadine 10 mg daily whenever", "not understood"},
        {"heparin 1,000 units subcut bid", "type it without comma or point"},
        {"levothyroxine 50 daily", "The amount has no unit"},
        {"loratadine 10 mg", "how often"},
        {"enoxaparin 1 mg/kg subcut q12h", "per dose or per day"},
        {"loratadine daily", "Type the dose"},
        {"10 mg daily", "Type the drug"},
        {"blorbizole 5 mg daily", "No drug is known by the name"},
    };
    struct scene t;
    start(&t, CLINIC_PRESCRIBER);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        harness_press(t.s.h, "Ctrl-U");
        harness_type(t.s.h, cases[i].typed);
        harness_press(t.s.h, "F10");
        harness_expect(t.s.h, cases[i].said);
        if (harness_shows(t.s.h, "Choose a drug")) {
            harness_press(t.s.h, "Enter"); /* the safe answer */
        }
        harness_expect(t.s.h, cases[i].typed);
        cr_assert_eq(count_orders(&t), 0, "%s", cases[i].typed);
    }
    end(&t);
}

Test(order_screen, orders_an_unknown_drug_only_when_told_so)
{
    struct scene t;
    start(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "blorbizole 5 mg daily");
    harness_press(t.s.h, "F10");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Done: ");
    struct order_list list = orders_of(&t);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].ingredients, "", "it looks as if it had been checked");
    order_list_release(&list);
    harness_expect(t.s.h, "NOT CHECKED");
    end(&t);
}

Test(order_screen, has_the_line_by_its_parts)
{
    struct scene t;
    start(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "loratadine 10 mg po daily for 5 days");
    harness_act(t.s.h, "order.parts");
    harness_expect(t.s.h, "How often   daily");
    harness_expect(t.s.h, "How long    for 5 days");
    harness_golden(t.s.h, "order", "parts");
    harness_press(t.s.h, "Ctrl-U");
    harness_type(t.s.h, "20 mg");
    harness_expect(t.s.h, "loratadine 20 mg po daily for 5 days");
    harness_expect(t.s.h, "loratadine: 20 mg by mouth");
    end(&t);
}

Test(order_screen, offers_how_the_drug_is_ordered_here)
{
    struct scene t;
    t.c = clinic_new();
    t.patient = clinic_add_patient(t.c, &(struct clinic_patient){.last = "Okafor"});
    struct uid other = clinic_add_patient(t.c, &(struct clinic_patient){.last = "Other"});
    clinic_add_order(t.c, other, "cephalexin 500 mg po qid for 7 days");
    open_as(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "cephalexin");
    harness_press(t.s.h, "F4");
    harness_expect(t.s.h, "How cephalexin is usually ordered here");
    harness_expect(t.s.h, "1 order");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "cephalexin 500 mg po qid for 7 days");
    end(&t);
}

Test(order_screen, asks_which_of_two_names_that_look_alike)
{
    struct scene t;
    start(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "hydr 25 mg tid");
    harness_expect(t.s.h, "looks like hydroCHLOROthiazide");
    harness_expect(t.s.h, "looks like hydrALAZINE");
    harness_expect(t.s.h, "> hydrALAZINE");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Which one is meant?");
    harness_press(t.s.h, "Enter"); /* choose again */
    harness_expect(t.s.h, "hydr 25 mg tid");
    harness_press(t.s.h, "Enter");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "hydrALAZINE 25 mg tid");
    harness_expect(t.s.h, "read the name once more");
    end(&t);
}

/* clinical.md 4.B.7: two as needed for one thing, and nobody says which comes first. */
Test(order_screen, tells_of_another_drug_that_is_as_needed_for_the_same)
{
    struct scene x;
    x.c = clinic_new();
    x.patient = clinic_add_patient(x.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    (void)clinic_add_order(x.c, x.patient, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    open_as(&x, CLINIC_PRESCRIBER);
    harness_type(x.s.h, "ibuprofen 400 mg tab 1 tab q6h prn Pain");
    harness_expect(x.s.h, "acetaminophen 500 mg tab is as needed for the same");
    harness_type(x.s.h, "ful knee");
    harness_expect_not(x.s.h, "is as needed for the same");
    end(&x);
}

Test(order_screen, names_no_letter_as_a_key_where_letters_are_text)
{
    struct scene t;
    t.c = clinic_new();
    t.patient = clinic_add_patient(t.c, &(struct clinic_patient){.last = "Okafor"});
    clinic_add_order(t.c, t.patient, WARFARIN);
    open_as(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "ketorolac 10 mg po q6h");
    harness_expect(t.s.h, "F3 findings");
    harness_expect_not(t.s.h, "i findings");
    end(&t);
}

/* ---- weight ---- */

Test(order_screen, calculates_a_dose_by_weight_and_says_from_what)
{
    struct scene t;
    start_with(&t, CLINIC_PRESCRIBER, &(struct clinic_patient){.first = "Milo", .last = "Reyes", .born = "2024-05-01", .weight_kg = "12.4"});
    harness_type(t.s.h, "ibuprofen 100 mg/5 mL susp 10 mg/kg/dose po q6h prn fever");
    harness_expect(t.s.h, "10 mg/kg per dose x 12.4 kg");
    harness_expect(t.s.h, "weighed 23 Nov 2026");
    harness_expect(t.s.h, "= 124 mg, rounded to 124 mg a dose = 6.2 mL");
    harness_golden(t.s.h, "order", "by_weight");
    end(&t);
}

Test(order_screen, says_that_a_child_without_a_weight_is_not_checked)
{
    struct scene t;
    start_with(&t, CLINIC_PRESCRIBER, &(struct clinic_patient){.first = "Milo", .last = "Reyes", .born = "2024-05-01"});
    harness_type(t.s.h, "ibuprofen 10 mg/kg/dose po q6h prn fever");
    harness_expect(t.s.h, "no weight is known");
    harness_expect(t.s.h, "NOT CHECKED");
    end(&t);
}

/* ---- the alert ---- */

static void meet_alert(struct scene *t, enum clinic_person who, const char *on_chart, const char *typed)
{
    t->c = clinic_new();
    t->patient = clinic_add_patient(t->c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    clinic_add_order(t->c, t->patient, on_chart);
    clinic_hire(t->c, CLINIC_PHARMACIST);
    open_as(t, who);
    harness_type(t->s.h, typed);
}

Test(alert, gives_the_form_back_as_it_was_typed)
{
    static const struct {
        const char *what, *keys[3], *seen;
    } cases[] = {
        {"the safe answer", {"Enter"}, "Not added."},
        {"Esc", {"Esc"}, "Not added."},
        {"choose another", {"Right", "Enter"}, "Another drug: these were checked on this chart"},
        {"Esc out of the reason", {"Right", "Right", "Enter"}, "Why it is given"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct scene t;
        meet_alert(&t, CLINIC_PRESCRIBER, WARFARIN, "amiodarone 200 mg daily");
        harness_press(t.s.h, "F10");
        harness_expect(t.s.h, "> Do not add <");
        for (int k = 0; k < 3 && cases[i].keys[k] != NULL; k++) {
            harness_press(t.s.h, cases[i].keys[k]);
        }
        harness_expect(t.s.h, cases[i].seen);
        for (int k = 0; k < 4 && !harness_shows(t.s.h, "New medication"); k++) {
            harness_press(t.s.h, "Esc");
        }
        if (harness_shows(t.s.h, "Another drug")) {
            harness_press(t.s.h, "Esc");
        }
        harness_expect(t.s.h, "amiodarone 200 mg daily");
        cr_assert_eq(count_orders(&t), 1, "%s", cases[i].what);
        end(&t);
    }
}

/* The drugs that the alert offers are in the list that its answer opens; the directions were the other drug's. */
Test(alert, puts_an_offered_drug_into_the_line)
{
    struct scene t;
    meet_alert(&t, CLINIC_PRESCRIBER, WARFARIN, "amiodarone 200 mg daily");
    harness_press(t.s.h, "F10");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "> flecainide");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Order       flecainide");
    harness_expect_not(t.s.h, "flecainide 200 mg");
    harness_expect(t.s.h, "Checked on this chart as it stands");
    end(&t);
}

Test(alert, decides_each_finding_on_its_own)
{
    struct scene t;
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    t.c = clinic_new();
    t.patient = clinic_add_patient(t.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    clinic_add_order(t.c, t.patient, WARFARIN);
    clinic_add_order(t.c, t.patient, "simvastatin 40 mg tab 1 tab qhs");
    open_as(&t, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "amiodarone 200 mg daily");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "finding 1 of 2");
    harness_golden(t.s.h, "alert", "first");
    for (int finding = 0; finding < 2; finding++) {
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Enter");
        harness_press(t.s.h, "F10"); /* no reason yet */
        harness_expect(t.s.h, "needs a decision with a reason");
        for (int turn = 0; turn <= finding; turn++) {
            harness_press(t.s.h, "Right");
        }
        harness_press(t.s.h, "Tab");
        harness_press(t.s.h, "Tab");
        harness_type(t.s.h, finding == 0 ? "INR weekly" : "CK monthly");
        if (finding == 0) {
            harness_golden(t.s.h, "alert", "reason");
        }
        harness_press(t.s.h, "F10");
        if (finding == 0) {
            harness_expect(t.s.h, "finding 2 of 2");
        }
    }
    harness_expect(t.s.h, "Done: ");
    harness_expect(t.s.h, "findings 4, not checked 1   accepted (prescriber): benefit");
    cr_assert_eq(chart_open(clinic_actor(t.c, CLINIC_PRESCRIBER), t.patient, 1, 1, &chart, &err), STATUS_OK);
    int found = 0;
    for (size_t i = 0; i < chart->decisions.len; i++) {
        const struct decision *d = &chart->decisions.items[i];
        bool is_first = d->reason == OVERRIDE_REASON_BENEFIT && strcmp(d->plan, "INR weekly") == 0;
        bool is_second = d->reason == OVERRIDE_REASON_MONITORED && strcmp(d->plan, "CK monthly") == 0;
        found += is_first || is_second;
    }
    cr_expect_eq(found, 2, "the findings did not get their own answers");
    chart_free(chart);
    end(&t);
}

Test(alert, asks_who_goes_past_a_contraindication_for_the_password_once_more)
{
    struct scene t;
    meet_alert(&t, CLINIC_PRESCRIBER, "simvastatin 40 mg tab 1 tab qhs", "clarithromycin 500 mg bid 7d");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "CONTRAINDICATED");
    while (harness_shows(t.s.h, "> Do not add <")) {
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Enter");
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Tab");
        harness_press(t.s.h, "Tab");
        harness_type(t.s.h, "CK weekly");
        harness_press(t.s.h, "F10");
    }
    harness_expect(t.s.h, "Is it still you");
    harness_golden(t.s.h, "alert", "step_up");
    harness_press(t.s.h, "Esc");
    harness_expect(t.s.h, "CK weekly");
    harness_press(t.s.h, "F10");
    harness_type(t.s.h, "not the password");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "not your password");
    cr_assert_eq(count_orders(&t), 1);
    harness_type(t.s.h, clinic_password(CLINIC_PRESCRIBER));
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Done: ");
    cr_assert_eq(count_orders(&t), 2);
    end(&t);
}

Test(alert, wants_a_plan_and_a_second_person_where_the_role_needs_one)
{
    struct scene t;
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    meet_alert(&t, CLINIC_NURSE, "simvastatin 40 mg tab 1 tab qhs", "clarithromycin 500 mg bid 7d");
    harness_press(t.s.h, "Tab"); /* verbal: prescriber, time, read back */
    harness_press(t.s.h, "Tab");
    harness_type(t.s.h, "osei");
    harness_expect(t.s.h, "Goes to this prescriber's list");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Read the order back");
    harness_press(t.s.h, "Right"); /* ticks it */
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "CONTRAINDICATED");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Enter");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Say what is planned");
    harness_type(t.s.h, "CK weekly");
    harness_press(t.s.h, "F10");
    while (harness_shows(t.s.h, "> Do not add <")) { /* other findings of the pair */
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "Enter");
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "F10");
    }
    harness_expect(t.s.h, "A second person");
    harness_golden(t.s.h, "alert", "second");
    harness_type(t.s.h, clinic_login(CLINIC_NURSE));
    harness_press(t.s.h, "Enter");
    harness_type(t.s.h, clinic_password(CLINIC_NURSE));
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "somebody else");
    cr_assert_eq(count_orders(&t), 1);
    harness_press(t.s.h, "Ctrl-U");
    harness_type(t.s.h, clinic_login(CLINIC_PHARMACIST));
    harness_press(t.s.h, "Enter");
    harness_type(t.s.h, clinic_password(CLINIC_PHARMACIST));
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Done: ");
    cr_assert_eq(chart_open(clinic_actor(t.c, CLINIC_PRESCRIBER), t.patient, 1, 1, &chart, &err), STATUS_OK);
    bool has_second = false;
    for (size_t i = 0; i < chart->decisions.len; i++) {
        has_second = has_second || uid_compare(chart->decisions.items[i].second_person, clinic_user(t.c, CLINIC_PHARMACIST)) == 0;
    }
    cr_expect(has_second);
    chart_free(chart);
    end(&t);
}

Test(order_screen, points_out_once_that_allergies_were_never_asked)
{
    struct scene t;
    start_with(&t, CLINIC_PRESCRIBER, &(struct clinic_patient){.last = "Okafor", .allergies = ALLERGY_STATUS_NOT_ASKED});
    harness_type(t.s.h, "loratadine 10 mg daily");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Go back and ask");
    harness_press(t.s.h, "Enter");
    cr_assert_eq(count_orders(&t), 0);
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Done: ");
    cr_assert_eq(count_orders(&t), 1);
    end(&t);
}

/* ---- changes ---- */

Test(order_screen, changes_an_order_and_never_overwrites_what_came_between)
{
    struct scene t;
    struct error err = ERROR_INIT;
    t.c = clinic_new();
    t.patient = clinic_add_patient(t.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    struct uid id = clinic_add_order(t.c, t.patient, "lisinopril 10 mg daily");
    clinic_screen_open(&t.s, t.c, CLINIC_PRESCRIBER_2, 24, 80);
    harness_open(t.s.h, &SCREEN_ORDER, &(struct order_argument){t.patient, id});
    harness_expect(t.s.h, "Now: lisinopril");
    harness_press(t.s.h, "Ctrl-U");
    harness_type(t.s.h, "lisinopril 20 mg daily");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Choose why");
    harness_press(t.s.h, "Right");
    struct order order = clinic_get_order(t.c, id);
    const struct order_cause cause = {.reason = "procedure", .source = ORDER_SOURCE_WRITTEN};
    cr_assert_eq(order_hold(clinic_actor(t.c, CLINIC_PRESCRIBER), id, order.version, &cause, &err), STATUS_OK);
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Changed meanwhile");
    harness_expect(t.s.h, "on hold");
    harness_expect(t.s.h, "Yours: lisinopril: 20 mg by mouth");
    harness_golden(t.s.h, "order", "stale");
    struct order held = clinic_get_order(t.c, id);
    cr_assert_eq(held.action, ORDER_ACTION_HOLD, "overwritten");
    harness_press(t.s.h, "Right");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "Done: ");
    struct order now = clinic_get_order(t.c, id);
    cr_expect_eq(uid_compare(now.parent, held.version), 0);
    cr_expect_eq(now.status, MEDICATION_STATUS_ON_HOLD, "a change does not resume");
    cr_expect_eq(decimal_compare(now.sig.dose, decimal_from_int(20)), 0);
    order_release(&order);
    order_release(&held);
    order_release(&now);
    end(&t);
}

Test(order_screen, holds_resumes_and_stops_with_a_reason_from_the_list)
{
    struct scene t;
    t.c = clinic_new();
    t.patient = clinic_add_patient(t.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    struct uid id = clinic_add_order(t.c, t.patient, "lisinopril 10 mg daily");
    clinic_screen_open(&t.s, t.c, CLINIC_PRESCRIBER, 24, 80);
    harness_open(t.s.h, &SCREEN_CHART, &t.patient);
    static const struct {
        const char *action, *seen;
        enum medication_status after;
    } steps[] = {{"order.hold", "on hold", MEDICATION_STATUS_ON_HOLD},
                 {"order.resume", "resumed", MEDICATION_STATUS_ACTIVE},
                 {"order.stop", "stopped", MEDICATION_STATUS_STOPPED}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        harness_act(t.s.h, steps[i].action);
        harness_press(t.s.h, "F10");
        harness_expect(t.s.h, "Choose why");
        if (i == 0) {
            harness_golden(t.s.h, "order.end", "no_reason");
        }
        harness_press(t.s.h, "Right");
        harness_press(t.s.h, "F10");
        harness_expect(t.s.h, steps[i].seen);
        struct order order = clinic_get_order(t.c, id);
        cr_assert_eq(order.status, steps[i].after, "%s", steps[i].action);
        order_release(&order);
    }
    end(&t);
}

/* ---- signatures ---- */

Test(order_screen, puts_an_order_by_telephone_on_the_prescribers_home_until_it_is_signed)
{
    struct scene t;
    start(&t, CLINIC_NURSE);
    harness_type(t.s.h, "loratadine 10 mg daily");
    harness_press(t.s.h, "Tab");
    harness_press(t.s.h, "Right"); /* telephone */
    harness_press(t.s.h, "Tab");
    clinic_hire(t.c, CLINIC_PRESCRIBER);
    harness_type(t.s.h, "K. Osei");
    harness_press(t.s.h, "Tab");
    harness_press(t.s.h, "Ctrl-U");
    harness_type(t.s.h, "yesterday 07:00");
    harness_press(t.s.h, "Tab");
    harness_press(t.s.h, "Space");
    harness_press(t.s.h, "F10");
    harness_expect(t.s.h, "Done: ");
    clinic_screen_close(&t.s);
    clinic_screen_open(&t.s, t.c, CLINIC_PRESCRIBER, 24, 80);
    harness_expect(t.s.h, "To sign 1, 1 late");
    harness_press(t.s.h, "Tab");
    harness_expect(t.s.h, "overdue 24 Nov 2026 07:00");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "telephone, 23 Nov 2026 07:00; read back");
    harness_golden(t.s.h, "order.sign", "overdue");
    harness_press(t.s.h, "Left");
    harness_press(t.s.h, "Enter");
    harness_expect(t.s.h, "signed. Saved here.");
    harness_expect_not(t.s.h, "To sign");
    end(&t);
}

/* ---- what new drug knowledge touched ---- */

/* Somebody who takes two drugs of which our tables say nothing together. */
static struct uid with_two_drugs(struct clinic *c)
{
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .weight_kg = "70"});
    clinic_add_order(c, patient, "amoxicillin 500 mg cap 1 cap tid");
    clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
    return patient;
}

/* A set of the site's that names the two. */
static void load_pair(struct clinic *c, const char *level)
{
    struct error err = ERROR_INIT;
    struct knowledge_import_report report;
    char *path = folder_path(c->folder, "ddinter.csv");
    char *table = mem_format("DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,Amoxicillin,DDInter2,Loratadine,%s\n", level);
    const char *const paths[] = {path};
    file_write(path, table, strlen(table));
    cr_assert_eq(knowledge_import(clinic_actor(c, CLINIC_PHARMACIST), "ddinter", paths, 1, false, &report, &err), STATUS_OK, "%s",
                 error_text(&err));
    knowledge_import_report_release(&report);
    mem_free(table);
    mem_free(path);
}

/* The line goes when the chart is opened: by then it has said what is new on it. */
Test(drug_news, says_what_changed_on_the_chart)
{
    struct clinic_screen s;
    struct clinic *c = clinic_new();
    (void)with_two_drugs(c); /* there is nobody else */
    load_pair(c, "Moderate");
    clinic_screen_open(&s, c, CLINIC_PHARMACIST, 24, 80);
    for (int i = 0; i < 20 && !harness_shows(s.h, "[Drug news 1]"); i++) {
        harness_press(s.h, "Tab");
    }
    harness_expect(s.h, "moderate        Grace Okafor         000001  new: amoxicillin");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "amoxicillin 500 mg cap x loratadine 10 mg tab");
    harness_expect(s.h, "Source: DDInter: ddinter.csv, line 2"); /* it never interrupts, so no alert says it */
    clinic_screen_close(&s);
    clinic_free(c);
}

/* A pharmacist raises a set while somebody is signed in: the next chart that is opened has it. */
Test(drug_news, counts_for_whoever_is_signed_in)
{
    struct error err = ERROR_INIT;
    struct clinic_screen s;
    int64_t affected = 0;
    struct clinic *c = clinic_new();
    struct uid patient = with_two_drugs(c);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    harness_open(s.h, &SCREEN_CHART, &patient);
    harness_expect_not(s.h, "amoxicillin 500 mg cap x loratadine");
    load_pair(c, "Major");
    cr_assert_eq(knowledge_raise(clinic_actor(c, CLINIC_PHARMACIST), "ddinter", INTERACTION_TYPE_MAJOR, &affected, &err), STATUS_OK);
    harness_press(s.h, "Esc");
    harness_open(s.h, &SCREEN_CHART, &patient);
    harness_expect(s.h, "MAJOR amoxicillin 500 mg cap x loratadine 10 mg tab");
    clinic_screen_close(&s);
    clinic_free(c);
}
