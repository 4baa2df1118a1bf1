/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to follow a record, and the sweep of missed doses. */
#include <criterion/criterion.h>
#include <string.h>

#include "service/doses_tasks.h"
#include "service/patients.h"
#include "store/dose_store.h"
#include "support/ward.h"

static int sweep(struct ward *w, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    int closed = 0;
    cr_assert_eq(dose_sweep(clinic_actor(w->c, who), &closed, &err), STATUS_OK, "%s", error_text(&err));
    return closed;
}

static struct dose_task_list tasks(struct ward *w, enum clinic_person who, unsigned kinds)
{
    struct error err = ERROR_INIT;
    struct dose_task_list list;
    cr_assert_eq(dose_task_list_get(clinic_actor(w->c, who), kinds, &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

/* Daily at eight: late from ten, two hours of grace. */
Test(sweep, closes_at_planned_and_late_limit_and_grace)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 12, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_expect_eq(sweep(&w, CLINIC_NURSE), 0, "exactly at the limit");
    ward_set_time(&w, 1, 12, 1);
    cr_expect_eq(sweep(&w, CLINIC_FRONT_DESK), 0, "who sees no doses closes none");
    cr_expect_eq(sweep(&w, CLINIC_NURSE), 1);
    cr_expect_eq(ward_state(&w, event.slot, &status), SLOT_DONE);
    cr_expect_eq(status, DOSE_STATUS_MISSED);
    cr_expect_eq(sweep(&w, CLINIC_NURSE_2), 0, "once");
    clinic_free(w.c);
}

Test(sweep, yields_to_what_a_person_records_late)
{
    static const enum dose_status late[] = {DOSE_STATUS_GIVEN, DOSE_STATUS_HELD, DOSE_STATUS_REFUSED, DOSE_STATUS_AWAY};
    static const char *const reasons[] = {NULL, "npo", "nausea", "procedure"};
    for (size_t i = 0; i < sizeof late / sizeof *late; i++) {
        struct ward w = ward_new("lisinopril 10 mg daily");
        enum dose_status status = DOSE_STATUS_NONE_GIVEN;
        ward_set_time(&w, 1, 13, 0);
        struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
        cr_assert_eq(sweep(&w, CLINIC_NURSE), 1);
        struct dose_task_list list = tasks(&w, CLINIC_NURSE, TASK_MISSED);
        cr_expect_eq(list.len, 1u);
        dose_task_list_release(&list);
        event.status = late[i];
        event.reason = (char *)reasons[i];
        event.told = late[i] == DOSE_STATUS_REFUSED ? WAS_TOLD_YES : WAS_TOLD_NONE_GIVEN;
        event.timing_reason = (char *)"workload";
        if (late[i] != DOSE_STATUS_GIVEN) {
            event.amount = (struct decimal){0, 0};
            event.unit = UNIT_NONE;
        }
        ward_must_record(&w, &event, 0);
        cr_expect_eq(ward_state(&w, event.slot, &status), SLOT_DONE);
        cr_expect_eq(status, late[i]);
        list = tasks(&w, CLINIC_NURSE, TASK_MISSED);
        cr_expect_eq(list.len, 0u, "the late record takes its place");
        dose_task_list_release(&list);
        clinic_free(w.c);
    }
}

/* Somebody says that it was not missed: the dose is open until it is answered, and the sweep does not count it again and again. */
Test(sweep, leaves_what_was_taken_back_to_a_person)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    struct dose_event_list list = {0};
    enum dose_status status = DOSE_STATUS_NONE_GIVEN;
    ward_set_time(&w, 1, 12, 1);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    cr_assert_eq(sweep(&w, CLINIC_NURSE), 1);
    cr_assert_eq(dose_list_slot(w.c->site->store, event.slot, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_PHARMACIST), list.items[0].id, "was given", &err), STATUS_OK, "%s", error_text(&err));
    dose_event_list_release(&list);
    cr_expect_eq(sweep(&w, CLINIC_NURSE), 0);
    cr_expect_eq(ward_state(&w, event.slot, &status), SLOT_OVERDUE);
    cr_assert_eq(dose_list_slot(w.c->site->store, event.slot, &list, &err), STATUS_OK);
    cr_expect_eq(list.items[list.len - 1].recorded_via, RECORDED_VIA_WORKSTATION, "a person took it back");
    dose_event_list_release(&list);
    clinic_free(w.c);
}

Test(sweep, leaves_the_recorded_the_held_order_and_the_dead_alone)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &event, 0);
    ward_set_time(&w, 1, 13, 0);
    cr_expect_eq(sweep(&w, CLINIC_NURSE), 0);
    clinic_free(w.c);
}

/* Missed does not vanish: it stays on the list until somebody says that they looked. */
Test(tasks, keep_a_missed_dose_until_somebody_looks)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 13, 0);
    cr_assert_eq(sweep(&w, CLINIC_NURSE), 1);
    ward_set_time(&w, 2, 7, 0);
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_MISSED);
    cr_assert_eq(list.len, 1u);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_SUPPLIED, "", &err), STATUS_INVALID);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_SEEN, "", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_SEEN, "", &err), STATUS_STALE);
    dose_task_list_release(&list);
    list = tasks(&w, CLINIC_NURSE, TASK_MISSED);
    cr_expect_eq(list.len, 0u);
    dose_task_list_release(&list);
    clinic_free(w.c);
}

Test(tasks, ask_for_what_was_not_on_the_unit)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    struct dose_event given = event;
    event.status = DOSE_STATUS_UNAVAILABLE;
    event.reason = (char *)"not_delivered";
    event.amount = (struct decimal){0, 0};
    event.unit = UNIT_NONE;
    ward_must_record(&w, &event, 0);
    struct dose_task_list list = tasks(&w, CLINIC_PHARMACIST, TASK_SUPPLY);
    cr_assert_eq(list.len, 1u);
    cr_expect(strstr(list.items[0].words, "not delivered") != NULL, "%s", list.items[0].words);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_PHARMACIST), &list.items[0], FOLLOW_UP_NOT_COMING, "", &err), STATUS_INVALID);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_PHARMACIST), &list.items[0], FOLLOW_UP_SUPPLIED, "", &err), STATUS_OK);
    dose_task_list_release(&list);
    ward_set_time(&w, 1, 9, 0);
    given.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &given, 0); /* open again when it came */
    clinic_free(w.c);
}

Test(tasks, tell_the_prescriber_after_two_refusals_in_a_row)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    static const enum dose_status days[] = {DOSE_STATUS_REFUSED, DOSE_STATUS_GIVEN, DOSE_STATUS_REFUSED, DOSE_STATUS_REFUSED};
    static const size_t expected[] = {0, 0, 0, 1};
    for (int day = 0; day < 4; day++) {
        ward_set_time(&w, day + 1, 8, 0);
        struct dose_event event = ward_due(&w, w.order, ward_at(day + 1, 8, 0));
        event.status = days[day];
        if (days[day] == DOSE_STATUS_REFUSED) {
            event.told = WAS_TOLD_YES;
            event.reason = (char *)"nausea";
            event.amount = (struct decimal){0, 0};
            event.unit = UNIT_NONE;
        }
        ward_must_record(&w, &event, 0);
        struct dose_task_list list = tasks(&w, CLINIC_NURSE, TASK_REFUSED);
        cr_expect_eq(list.len, expected[day], "day %d", day);
        dose_task_list_release(&list);
    }
    clinic_free(w.c);
}

Test(tasks, wait_for_the_named_instructor_only)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.instructor = clinic_user(w.c, CLINIC_NURSE);
    cr_assert_eq(ward_record(&w, CLINIC_STUDENT, &event, 0, &err), STATUS_OK, "%s", error_text(&err));
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_COSIGN);
    cr_expect_eq(list.len, 0u);
    dose_task_list_release(&list);
    list = tasks(&w, CLINIC_NURSE, TASK_COSIGN);
    cr_assert_eq(list.len, 1u);
    cr_expect_neq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_COSIGNED, "", &err), STATUS_OK);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE), &list.items[0], FOLLOW_UP_COSIGNED, "", &err), STATUS_OK, "%s", error_text(&err));
    dose_task_list_release(&list);
    clinic_free(w.c);
}

/* Paper after a downtime: validation stays on, the form's number is kept, somebody else reads the paper. */
Test(tasks, have_back_entries_checked_by_somebody_else_form_by_form)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err = ERROR_INIT;
    struct uid lisinopril = clinic_add_order(w.c, w.patient, "lisinopril 10 mg tab 1 tab daily");
    struct uid warfarin = clinic_add_order(w.c, w.patient, "warfarin 5 mg tab 1 tab daily");
    struct uid orders[] = {w.order, lisinopril, warfarin};
    ward_set_time(&w, 1, 11, 0);
    for (int i = 0; i < 3; i++) {
        struct dose_event event = ward_due(&w, orders[i], ward_at(1, 8, 0));
        event.occurred_us = ward_at(1, 8, 10);
        event.recorded_via = RECORDED_VIA_BACK_ENTRY;
        event.no_scan_reason = NO_SCAN_REASON_DOWNTIME;
        event.timing_reason = (char *)"downtime";
        cr_expect_eq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_REFUSED);
        cr_expect_str_eq(err.field, "form_number");
        event.form_number = (char *)"D-7";
        event.timing_reason = NULL;
        cr_expect_neq(ward_record(&w, CLINIC_NURSE, &event, 0, &err), STATUS_OK, "validation stays on");
        event.timing_reason = (char *)"downtime";
        ward_must_record(&w, &event, 0);
    }
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_BACK_ENTRY);
    cr_assert_eq(list.len, 2u, "two in one line, the high-alert one by itself: %zu", list.len);
    for (size_t i = 0; i < list.len; i++) {
        cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE), &list.items[i], FOLLOW_UP_CHECKED, "", &err), STATUS_REFUSED, "one's own");
        cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[i], FOLLOW_UP_CHECKED, "", &err), STATUS_OK, "%s", error_text(&err));
    }
    dose_task_list_release(&list);
    list = tasks(&w, CLINIC_NURSE_2, TASK_BACK_ENTRY);
    cr_expect_eq(list.len, 0u);
    dose_task_list_release(&list);
    clinic_free(w.c);
}

Test(tasks, let_who_is_said_to_have_given_it_confirm)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    event.given_by = clinic_user(w.c, CLINIC_NURSE_2);
    ward_must_record(&w, &event, 0);
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_CONFIRM);
    cr_assert_eq(list.len, 1u);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_DENIED, "", &err), STATUS_INVALID);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_CONFIRMED, "", &err), STATUS_OK);
    dose_task_list_release(&list);
    clinic_free(w.c);
}

/* Away: listed with the time of the return until the dose is given late or skipped; the return stands with the record. */
Test(tasks, wait_for_who_is_away)
{
    struct ward w = ward_new("lisinopril 10 mg daily");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event event = ward_due(&w, w.order, ward_at(1, 8, 0));
    struct dose_event given = event;
    event.status = DOSE_STATUS_AWAY;
    event.reason = (char *)"procedure";
    event.amount = (struct decimal){0, 0};
    event.unit = UNIT_NONE;
    event.return_us = ward_at(1, 9, 30);
    ward_must_record(&w, &event, 0);
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_AWAY);
    cr_assert_eq(list.len, 1u);
    cr_expect(strstr(list.items[0].words, "back at 09:30: give late or skip") != NULL, "%s", list.items[0].words);
    cr_expect_eq(list.items[0].return_us, ward_at(1, 9, 30));
    dose_task_list_release(&list);
    ward_set_time(&w, 1, 9, 40);
    given.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &given, 0);
    list = tasks(&w, CLINIC_NURSE_2, TASK_AWAY);
    cr_expect_eq(list.len, 0u, "given late");
    dose_task_list_release(&list);
    ward_set_time(&w, 2, 8, 0);
    event = ward_due(&w, w.order, ward_at(2, 8, 0));
    struct dose_event skipped = event;
    event.status = DOSE_STATUS_AWAY;
    event.reason = (char *)"leave";
    skipped.status = DOSE_STATUS_MISSED;
    skipped.reason = (char *)"workload";
    event.amount = skipped.amount = (struct decimal){0, 0};
    event.unit = skipped.unit = UNIT_NONE;
    ward_must_record(&w, &event, 0);
    ward_set_time(&w, 2, 20, 0);
    skipped.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &skipped, 0);
    list = tasks(&w, CLINIC_NURSE_2, TASK_AWAY);
    cr_expect_eq(list.len, 0u, "skipped");
    dose_task_list_release(&list);
    clinic_free(w.c);
}

/* One line a person and day for who supervises, with the reasons; nobody sees their own; looked at once for all. */
Test(tasks, show_supervisors_what_was_given_without_a_scan)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily");
    struct error err = ERROR_INIT;
    struct uid orders[] = {w.order, clinic_add_order(w.c, w.patient, "lisinopril 10 mg tab 1 tab daily"),
                           clinic_add_order(w.c, w.patient, "amlodipine 5 mg tab 1 tab daily")};
    ward_set_time(&w, 1, 8, 0);
    for (int i = 0; i < 3; i++) {
        struct dose_event event = ward_due(&w, orders[i], ward_at(1, 8, 0));
        event.no_scan_reason = i == 0 ? NO_SCAN_REASON_DAMAGED : NO_SCAN_REASON_MISSING;
        ward_must_record(&w, &event, 0);
    }
    struct dose_task_list list = tasks(&w, CLINIC_NURSE_2, TASK_NO_SCAN);
    cr_expect_eq(list.len, 0u, "a nurse does not supervise");
    dose_task_list_release(&list);
    list = tasks(&w, CLINIC_PHARMACIST, TASK_NO_SCAN);
    cr_assert_eq(list.len, 1u);
    cr_expect_eq(list.items[0].count, 3);
    cr_expect_eq(list.items[0].reasons[NO_SCAN_REASON_MISSING], 2);
    cr_expect(strstr(list.items[0].words, "given by J. Alvarez without a scan: 3 doses (") == list.items[0].words, "%s", list.items[0].words);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_NURSE_2), &list.items[0], FOLLOW_UP_SEEN, "", &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(dose_task_close(clinic_actor(w.c, CLINIC_PHARMACIST), &list.items[0], FOLLOW_UP_SEEN, "", &err), STATUS_OK, "%s", error_text(&err));
    dose_task_list_release(&list);
    list = tasks(&w, CLINIC_PHARMACIST, TASK_NO_SCAN);
    cr_expect_eq(list.len, 0u, "one word for all of the day");
    dose_task_list_release(&list);
    clinic_free(w.c);
}
