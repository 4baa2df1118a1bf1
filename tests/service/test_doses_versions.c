/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Planned doses over the versions of their order (clinical.md 4.B.1, 4.B.3 no. 13): a change, a hold, a resumption and a stop
 * end what comes after them; what was planned before stays, under the name that it had, and is planned once. */
#include <criterion/criterion.h>

#include "base/memory.h"
#include "service/doses_tasks.h"
#include "service/orders.h"
#include "service/person_links.h"
#include "service/proposals.h"
#include "support/ward.h"

static void turn(struct ward *w, enum status (*act)(struct actor *, struct uid, struct uid, const struct order_cause *, struct error *),
                 const char *reason)
{
    struct error err = ERROR_INIT;
    struct order order = clinic_get_order(w->c, w->order);
    cr_assert_eq(act(clinic_actor(w->c, CLINIC_PRESCRIBER), order.id, order.version, &(struct order_cause){.reason = reason}, &err),
                 STATUS_OK, "%s", error_text(&err));
    order_release(&order);
}

/* To another dose; the directions begin now. */
static void change(struct ward *w)
{
    struct error err = ERROR_INIT;
    struct proposal *proposal = NULL;
    struct actor *doctor = clinic_actor(w->c, CLINIC_PRESCRIBER);
    struct order order = clinic_get_order(w->c, w->order);
    order.sig.dose = decimal_from_int(2);
    mem_free(order.reason);
    order.reason = mem_copy_text("dose_adjusted");
    cr_assert_eq(order_propose(doctor, w->patient, &order, &proposal, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(order_change(doctor, proposal, NULL, 0, NULL, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(proposal);
    order_release(&order);
}

/* Doses planned at this moment on the chart, of a record or of the plan; the last one in *out. */
static int planned_at(struct ward *w, int64_t planned_us, struct dose_slot *out)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    int count = 0;
    cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), w->patient, 24, 24, &chart, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < chart->slots.len; i++) {
        if (chart->slots.items[i].planned_us == planned_us) {
            *out = chart->slots.items[i];
            count++;
        }
    }
    chart_free(chart);
    return count;
}

Test(versions, a_resumed_order_does_not_ask_again_for_what_was_given)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct dose_slot slot = {0};
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &event, 0);
    ward_set_time(&w, 1, 8, 30);
    turn(&w, order_hold, "procedure");
    ward_set_time(&w, 1, 9, 0);
    turn(&w, order_resume, "cleared");
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1, "the dose of 08:00 is planned once");
    cr_expect_eq(slot.state, SLOT_DONE, "and given");
    cr_expect_eq(planned_at(&w, ward_at(2, 8, 0), &slot), 1);
    clinic_free(w.c);
}

Test(versions, a_late_dose_is_not_lost_when_its_order_is_changed)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct dose_slot slot = {0};
    int closed = 0;
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 30);
    change(&w);
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1, "the dose of 08:00 that nobody gave is still asked for");
    cr_expect(slot.state == SLOT_DUE || slot.state == SLOT_LATE);
    ward_set_time(&w, 1, 13, 0);
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, &err), STATUS_OK);
    cr_expect_eq(closed, 1, "and is missed in time");
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1);
    cr_expect_eq(slot.status, DOSE_STATUS_MISSED);
    cr_expect_eq(planned_at(&w, ward_at(2, 8, 0), &slot), 1, "tomorrow's is planned once");
    clinic_free(w.c);
}

/* What became of the late dose is recorded on the version that planned it; it is not given by directions that are no more. */
Test(versions, a_dose_of_before_a_change_is_answered_and_not_given)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct dose_slot slot = {0};
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 55);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0)), tomorrow = ward_due(&w, w.order, ward_at(2, 8, 0));
    ward_set_time(&w, 1, 8, 30);
    change(&w);
    event.occurred_us = tomorrow.occurred_us = ward_at(1, 8, 45);
    ward_set_time(&w, 1, 8, 45);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_STALE, "given now: by directions that are no more");
    tomorrow.status = DOSE_STATUS_REFUSED;
    tomorrow.reason = (char *)"nausea";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &tomorrow, 0, &err), STATUS_STALE, "what comes after the change is not planned any more");
    event.occurred_us = ward_at(1, 8, 5);
    event.unverified_reason = UNVERIFIED_REASON_EMERGENCY; /* a change un-verifies the order */
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "given before the change, recorded now: %s", error_text(&err));
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1);
    cr_expect_eq(slot.state, SLOT_DONE);
    cr_expect_eq(slot.status, DOSE_STATUS_GIVEN);
    clinic_free(w.c);
}

Test(versions, a_dose_of_before_a_stop_is_recorded_as_not_given)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct dose_slot slot = {0};
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 55);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_set_time(&w, 1, 8, 30);
    turn(&w, order_stop, "adverse_effect");
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1, "still to be answered");
    cr_expect_eq(planned_at(&w, ward_at(2, 8, 0), &slot), 0, "later doses are cancelled");
    event.occurred_us = ward_at(1, 8, 45);
    ward_set_time(&w, 1, 8, 45);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_STALE, "given after the stop");
    event.status = DOSE_STATUS_HELD;
    event.reason = (char *)"prescriber";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
    clinic_free(w.c);
}

/* Held over the time of one dose, late for the other: that one is still to be given, once. */
Test(versions, a_late_dose_is_given_once_its_order_is_resumed)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct dose_slot slot = {0};
    int closed = -1;
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 55);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, &err), STATUS_OK);
    cr_expect_eq(closed, 1, "yesterday's of 20:00");
    ward_set_time(&w, 1, 8, 10);
    turn(&w, order_hold, "procedure");
    event.occurred_us = ward_at(1, 8, 12);
    ward_set_time(&w, 1, 8, 12);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_STALE, "on hold");
    ward_set_time(&w, 1, 8, 20);
    turn(&w, order_resume, "cleared");
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1);
    cr_expect_eq(uid_compare(slot.id, event.slot), 0, "under the name that it had");
    event.occurred_us = ward_at(1, 8, 25);
    ward_set_time(&w, 1, 8, 25);
    ward_must_record(&w, &event, 0);
    turn(&w, order_hold, "procedure");
    ward_set_time(&w, 1, 21, 0);
    turn(&w, order_resume, "cleared");
    cr_expect_eq(planned_at(&w, ward_at(1, 20, 0), &slot), 0, "the hold lay over 20:00");
    ward_set_time(&w, 2, 1, 0);
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, &err), STATUS_OK);
    cr_expect_eq(closed, 0, "nothing was missed");
    clinic_free(w.c);
}

/* The late dose stands in the other record of the person, and is still asked for on the one MAR. */
Test(versions, a_late_dose_of_a_joined_record_is_not_lost_either)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct dose_slot slot = {0};
    struct error err = ERROR_INIT;
    struct uid kept = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    cr_assert_eq(person_join(clinic_actor(w.c, CLINIC_PHARMACIST), kept, w.patient, "both cards were shown", 0, &err), STATUS_OK, "%s",
                 error_text(&err));
    ward_set_time(&w, 1, 8, 30);
    turn(&w, order_hold, "procedure");
    w.patient = kept;
    cr_expect_eq(planned_at(&w, ward_at(1, 8, 0), &slot), 1);
    clinic_free(w.c);
}
