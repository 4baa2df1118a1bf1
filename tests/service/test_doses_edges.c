/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edge cases of giving (clinical.md 4.B.14) that have no home elsewhere. tests/service/edges.tsv says where each of them is. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/chart.h"
#include "service/controlled.h"
#include "service/doses_tasks.h"
#include "service/metrics.h"
#include "service/orders.h"
#include "store/dose_store.h"
#include "store/audit_store.h"
#include "support/ward.h"

/* The order was right when it was verified; the allergy is noted an hour before the dose. */
Test(edges, an_allergy_of_later_stops_the_dose)
{
    struct ward w = ward_new("amoxicillin 500 mg cap 1 cap daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.occurred_us = ward_at(1, 8, 0);
    ward_set_time(&w, 1, 8, 0);
    cr_expect_eq(ward_check(&w, &event).questions & DOSE_ASK_FINDING, 0);
    clinic_add_allergy(w.c, w.patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    struct dose_check check = ward_check(&w, &event);
    cr_expect((check.questions & DOSE_ASK_FINDING) != 0);
    cr_expect_not_null(strstr(check.words, "nobody has decided on it: "), "%s", check.words);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "timing_reason", "%s", error_text(&err));
    event.timing_reason = (char *)"workload";
    event.reason_text = (char *)"busy";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED, "no reason of the nurse's opens it");
    struct dose_event held = event;
    held.status = DOSE_STATUS_HELD;
    held.reason = (char *)"prescriber";
    held.amount = (struct decimal){0, 0};
    held.unit = UNIT_NONE;
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &held, 0, &err), STATUS_OK, "not giving it needs nobody: %s", error_text(&err));
    clinic_free(w.c);
}

Test(edges, an_allergy_that_was_decided_on_when_it_was_ordered_is_read_and_not_asked_again)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    clinic_add_allergy(w.c, w.patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    struct uid order = clinic_add_order(w.c, w.patient, "amoxicillin 500 mg cap 1 cap daily"); /* with reason and plan */
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, order, ward_at(1, 8, 0));
    struct dose_check check = ward_check(&w, &event);
    cr_expect_eq(check.questions & DOSE_ASK_FINDING, 0, "%s", check.words);
    cr_expect((check.questions & DOSE_ASK_OVERRIDE) != 0);
    w.c->clock.fixed_us += 40 * 24 * US_PER_HOUR; /* its quiet time is over; accepted it stays */
    event = ward_due(&w, order, ward_at(41, 8, 0));
    cr_expect_eq(ward_check(&w, &event).questions & DOSE_ASK_FINDING, 0);
    clinic_free(w.c);
}

Test(edges, a_weight_that_changed_by_more_than_a_tenth_stops_a_dose_by_weight)
{
    static const struct {
        const char *weight;
        bool is_asked;
    } cases[] = {{"22", false}, {"22.1", true}, {"18", false}, {"17.9", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
        struct error err = ERROR_INIT;
        struct chart *chart = NULL;
        char none[] = "";
        struct uid child = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Mia", .last = "Small", .born = "2020-05-01", .weight_kg = "20"});
        struct uid order = clinic_add_order(w.c, child, "ibuprofen 100 mg/5 mL susp 10 mg/kg/dose po daily");
        struct metric metric = {.patient = child, .type = METRIC_TYPE_WEIGHT, .unit = (char *)"kg", .notes = none,
                                .recorded_via = RECORDED_VIA_WORKSTATION};
        w.patient = child;
        ward_set_time(&w, 1, 8, 0);
        metric.at_us = clock_now_us(&w.c->clock);
        struct dose_event event = ward_due(&w, order, ward_at(1, 8, 0));
        cr_expect_eq(ward_check(&w, &event).questions & DOSE_ASK_WEIGHT, 0);
        cr_assert_eq(decimal_parse(cases[i].weight, &metric.value, NULL), STATUS_OK);
        cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), child, 1, 1, &chart, &err), STATUS_OK);
        cr_assert_eq(metric_record(clinic_actor(w.c, CLINIC_NURSE), &chart->patient, &metric, 1, true, &err), STATUS_OK, "%s", error_text(&err));
        chart_free(chart);
        struct dose_check check = ward_check(&w, &event);
        cr_expect_eq((check.questions & DOSE_ASK_WEIGHT) != 0, cases[i].is_asked, "%s kg: %s", cases[i].weight, check.words);
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err) == STATUS_OK, !cases[i].is_asked, "%s kg: %s", cases[i].weight, error_text(&err));
        clinic_free(w.c);
    }
}

/* The infusion that one nurse hung is ended by another, elsewhere: one dose, two steps, both names. */
Test(edges, a_patient_who_is_moved_mid_dose_keeps_the_dose)
{
    struct ward w = ward_new("vancomycin 1 g iv daily");
    struct error err = ERROR_INIT;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event hung = ward_due(&w, w.order, ward_at(1, 8, 0));
    hung.status = DOSE_STATUS_IN_PROGRESS;
    hung.rate = (char *)"250 mL/h";
    ward_must_record(&w, &hung, 0);
    ward_set_time(&w, 1, 9, 30);
    struct dose_event ended = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(ward_record(&w, CLINIC_NURSE_2, &ended, 0, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(ward_state(&w, hung.slot, &status), SLOT_DONE);
    cr_expect_eq(status, DOSE_STATUS_GIVEN);
    clinic_free(w.c);
}

/* The prescriber's hold is the order's, not the nurse's: nothing is given, nothing becomes overdue or missed. */
Test(edges, an_order_on_hold_gives_no_dose_and_misses_none)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    int closed = -1;
    ward_set_time(&w, 1, 7, 0);
    struct order order = clinic_get_order(w.c, w.order);
    cr_assert_eq(order_hold(clinic_actor(w.c, CLINIC_PRESCRIBER), order.id, order.version, &(struct order_cause){.reason = "procedure"}, &err), STATUS_OK);
    order_release(&order);
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, 0);
    cr_expect((ward_check(&w, &event).questions & DOSE_ASK_HELD_ORDER) != 0);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    ward_set_time(&w, 1, 20, 0);
    cr_expect_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, &err), STATUS_OK);
    cr_expect_eq(closed, 0);
    clinic_free(w.c);
}

/* Half a tablet: one is taken out, half is given, the other half is waste before a witness's eyes; exact. */
Test(edges, half_a_tablet_leaves_half_to_account_for)
{
    struct ward w = ward_new("oxycodone 2.5 mg po q6h prn pain max 4");
    struct error err = ERROR_INIT;
    struct uid id, removal = UID_NONE;
    struct removal r;
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    const struct dose_with with = {.removed = decimal_from_int(5), .removed_unit = UNIT_MG}; /* one tablet of 5 mg */
    clinic_prove(w.c, CLINIC_NURSE);
    cr_assert_eq(dose_record_with(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &with, &id, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(controlled_rest_of(clinic_actor(w.c, CLINIC_NURSE), id, &removal, &err), STATUS_OK);
    cr_assert_not(uid_is_none(removal));
    cr_assert_eq(removal_get(clinic_actor(w.c, CLINIC_NURSE), removal, &r, &err), STATUS_OK);
    struct decimal half;
    cr_assert_eq(decimal_parse("2.5", &half, NULL), STATUS_OK);
    cr_expect_eq(decimal_compare(r.rest, half), 0);
    removal_release(&r);
    clinic_free(w.c);
}

/* Two of 250 mg, one fell down: what was scanned twice is not what went in; the record is partial or the piece is replaced. */
Test(edges, one_of_two_units_that_fell_down_is_not_the_dose)
{
    struct ward w = ward_new("metformin 500 mg daily");
    struct error err = ERROR_INIT;
    ward_teach(&w, "0093-1048-01", "metformin 250 mg tab");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.no_scan_reason = NO_SCAN_REASON_NONE_GIVEN;
    event.product_code = (char *)"0093-1048-01";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "amount", "%s", error_text(&err));
    event.product_code = (char *)"0093-1048-01 0093-1048-01";
    ward_must_record(&w, &event, 0);
    clinic_free(w.c);
}

/* The patient's own tablets: an own outcome with the same questions as a dose of the ward's. */
Test(edges, own_supply_counts_like_any_dose)
{
    struct ward w = ward_new("acetaminophen 500 mg tab 1 tab q4h prn pain max 2");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, 0);
    event.status = DOSE_STATUS_SELF;
    event.reason = (char *)"pain";
    ward_must_record(&w, &event, 0);
    ward_set_time(&w, 1, 9, 0);
    event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    cr_expect((ward_check(&w, &event).questions & DOSE_ASK_TOO_SOON) != 0);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
    clinic_free(w.c);
}

/* Crushed, all of a slow release comes at once: through a tube only on the prescriber's word; what may be crushed just goes. */
Test(edges, what_is_not_crushed_goes_through_no_tube)
{
    static const struct {
        const char *line;
        bool is_asked;
    } cases[] = {
        {"metoprolol extended release tab 50 mg by feeding tube daily", true},
        {"metoprolol extended release tab 50 mg po daily", false},
        {"metformin 500 mg tab 1 tab via ng tube daily", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct ward w = ward_new(cases[i].line);
        struct error err = ERROR_INIT;
        ward_set_time(&w, 1, 8, 0);
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        struct dose_check check = ward_check(&w, &event);
        cr_expect_eq((check.questions & DOSE_ASK_TUBE) != 0, cases[i].is_asked, "%s: %s", cases[i].line, check.words);
        enum status status = ward_record(&w, CLINIC_NURSE, &event, ~0u, &err);
        cr_expect_eq(status, cases[i].is_asked ? STATUS_REFUSED : STATUS_OK, "%s: %s", cases[i].line, error_text(&err));
        if (cases[i].is_asked) {
            event.timing_reason = (char *)"prescriber";
            event.reason_text = (char *)"Dr Osei: the beads are small enough";
            cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, ~0u, &err), STATUS_OK, "%s", error_text(&err));
        }
        clinic_free(w.c);
    }
}

/* Runs in over time or stays on: a tablet does neither. */
Test(edges, a_tablet_is_never_in_progress)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.status = DOSE_STATUS_IN_PROGRESS;
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_INVALID);
    cr_expect_str_eq(err.field, "status", "%s", error_text(&err));
    clinic_free(w.c);
}

/* Two void records of one dose would be two corrections to account for; a void record is no dose that could be taken back. */
Test(edges, an_as_needed_dose_is_taken_back_once_and_its_void_record_never)
{
    struct ward w = ward_new("oxycodone 5 mg tab 1 tab q4h prn pain");
    struct error err = ERROR_INIT;
    struct uid id = UID_NONE;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    clinic_prove(w.c, CLINIC_NURSE);
    const struct dose_with with = {.removed = event.amount, .removed_unit = event.unit};
    cr_assert_eq(dose_record_with(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &with, &id, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, "wrong line", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, "wrong line", &err), STATUS_STALE);
    struct dose_event_list list = {0};
    cr_assert_eq(dose_list_get(w.c->site->store, w.patient, ward_at(0, 0, 0), ward_at(2, 0, 0), 10, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 2);
    for (size_t i = 0; i < list.len; i++) {
        cr_expect_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), list.items[i].id, "wrong line", &err), STATUS_STALE);
    }
    dose_event_list_release(&list);
    clinic_free(w.c);
}

/* The computer's clock goes back between two sessions: what was given "later" still stands, is told, counts, and is taken back. */
Test(edges, a_clock_that_is_set_back_between_sessions_loses_no_dose)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    struct uid pain = clinic_add_order(w.c, w.patient, "ibuprofen 400 mg q6h prn pain max 4"), id = UID_NONE, first = UID_NONE;
    int closed = -1;
    ward_set_time(&w, 1, 8, 5);
    struct dose_event morning = ward_due(&w, w.order, ward_at(1, 8, 0));
    struct dose_event tablet = ward_due(&w, pain, 0);
    tablet.reason = (char *)"pain";
    cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &morning, 0, &first, &err), STATUS_OK, "%s", error_text(&err));
    ward_must_record(&w, &tablet, 0);
    clinic_sign_out(w.c, CLINIC_NURSE);
    ward_set_time(&w, 1, 7, 0); /* 65 minutes back */
    cr_expect_eq(ward_state(&w, morning.slot, &status), SLOT_DONE);
    cr_expect_eq(status, DOSE_STATUS_GIVEN, "it stands although it is ahead");
    morning.occurred_us = clock_now_us(&w.c->clock);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE_2, &morning, 0, &err), STATUS_REFUSED);
    cr_expect_not_null(strstr(error_text(&err), "already recorded as given by"), "%s", error_text(&err));
    tablet.occurred_us = clock_now_us(&w.c->clock);
    struct dose_check check = ward_check(&w, &tablet);
    cr_expect_eq(check.prn.finding, PRN_FINDING_TOO_SOON, "an hour lies between, whichever came first");
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE_2), &closed, &err), STATUS_OK);
    cr_expect_eq(ward_state(&w, morning.slot, &status), SLOT_DONE);
    cr_expect_eq(status, DOSE_STATUS_GIVEN, "the sweep closes nothing that is recorded");
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), first, "this was the other patient", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_neq(ward_state(&w, morning.slot, &status), SLOT_DONE, "a correction that is earlier than what it corrects still corrects");
    ward_set_time(&w, 1, 8, 10);
    morning.occurred_us = clock_now_us(&w.c->clock);
    cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &morning, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(ward_state(&w, morning.slot, &status), SLOT_DONE);
    struct audit_report report = {0};
    cr_expect_eq(audit_verify(w.c->site->store, &report, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(w.c);
}

/* In the night of the spring change 02:30 does not exist: its dose falls on 03:30, where another one is planned. Each keeps its own
 * amount. */
Test(edges, two_doses_that_a_clock_change_puts_on_one_moment_stay_two)
{
    struct ward w = ward_new("warfarin 5 mg 02:30 and 2.5 mg 03:30");
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    int64_t moment_us = ward_at(110, 2, 30); /* 14 March 2027, 03:30 EDT */
    struct uid slots[2];
    struct decimal amounts[2];
    size_t count = 0;
    w.c->clock.fixed_us = moment_us + US_PER_MINUTE;
    struct order order = clinic_get_order(w.c, w.order);
    cr_assert_eq(chart_open(clinic_actor(w.c, CLINIC_NURSE), w.patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < chart->slots.len; i++) {
        struct sig step;
        if (chart->slots.items[i].planned_us == moment_us && count < 2) {
            sig_step(&order.sig, chart->slots.items[i].step, &step);
            slots[count] = chart->slots.items[i].id;
            amounts[count++] = step.dose;
        }
    }
    chart_free(chart);
    order_release(&order);
    cr_assert_eq(count, 2u);
    cr_assert_neq(decimal_compare(amounts[0], amounts[1]), 0);
    for (size_t i = 0; i < count; i++) {
        struct dose_event event = ward_due(&w, w.order, moment_us);
        event.slot = slots[i];
        event.amount = amounts[i];
        event.timing_reason = (char *)"prescriber";
        event.reason_text = (char *)"Dr Osei: both, as ordered";
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, ~0u, &err), STATUS_OK, "dose %zu: %s", i, error_text(&err));
    }
    clinic_free(w.c);
}
