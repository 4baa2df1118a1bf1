/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one shift tells the next. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/doses_tasks.h"
#include "service/downtime.h"
#include "service/handover.h"
#include "support/ward.h"

static int count(const struct handover *h, enum handover_section section)
{
    int n = 0;
    for (size_t i = 0; i < h->len; i++) {
        n += h->items[i].section == section;
    }
    return n;
}

static struct handover make(struct ward *w, int64_t from_us)
{
    struct error err = ERROR_INIT;
    struct handover h;
    cr_assert_eq(handover_make(clinic_actor(w->c, CLINIC_NURSE), from_us, clock_now_us(&w->c->clock), &h, &err), STATUS_OK, "%s", error_text(&err));
    return h;
}

Test(handover, tells_what_is_open_and_what_was_first_and_last)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily for 2 days");
    struct uid late = clinic_add_order(w.c, w.patient, "lisinopril 10 mg tab 1 tab daily");
    struct uid held = clinic_add_order(w.c, w.patient, "furosemide 40 mg tab 1 tab daily");
    (void)late;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event given = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &given, 0);
    struct dose_event hold = ward_due(&w, held, ward_at(1, 8, 0));
    hold.status = DOSE_STATUS_HELD;
    hold.reason = (char *)"npo";
    hold.amount = (struct decimal){0, 0};
    hold.unit = UNIT_NONE;
    ward_must_record(&w, &hold, 0);
    ward_set_time(&w, 1, 11, 0);
    struct handover h = make(&w, ward_at(1, 7, 0));
    cr_expect_eq(count(&h, HANDOVER_OVERDUE), 1, "lisinopril is late");
    cr_expect_eq(count(&h, HANDOVER_NOT_GIVEN), 1);
    cr_expect_eq(count(&h, HANDOVER_FIRST), 1, "the first metformin");
    cr_expect_eq(count(&h, HANDOVER_LAST), 0);
    struct document *d = NULL;
    struct buffer text = BUFFER_INIT;
    struct error err = ERROR_INIT;
    cr_assert_eq(handover_sheet(clinic_actor(w.c, CLINIC_NURSE), &h, &d, &err), STATUS_OK, "%s", error_text(&err));
    document_to_text(d, 80, 0, &text);
    cr_expect(strstr(text.bytes, "OKAFOR, Grace") != NULL && strstr(text.bytes, "lisinopril") != NULL && strstr(text.bytes, "held") != NULL, "%s", text.bytes);
    document_free(d);
    buffer_release(&text);
    handover_release(&h);
    ward_set_time(&w, 2, 8, 0);
    given = ward_due(&w, w.order, ward_at(2, 8, 0));
    ward_must_record(&w, &given, 0);
    h = make(&w, ward_at(2, 7, 0));
    cr_expect_eq(count(&h, HANDOVER_LAST), 1, "the course ends");
    cr_expect_eq(count(&h, HANDOVER_FIRST), 0);
    handover_release(&h);
    clinic_free(w.c);
}

/* Away at eight and given when back: the next shift must not look for a dose that was given. */
Test(handover, says_nothing_of_an_absence_that_was_made_good)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event away = ward_due(&w, w.order, ward_at(1, 8, 0)), given = away;
    away.status = DOSE_STATUS_AWAY;
    away.reason = (char *)"procedure";
    away.amount = (struct decimal){0, 0};
    away.unit = UNIT_NONE;
    away.return_us = ward_at(1, 9, 30);
    ward_must_record(&w, &away, 0);
    struct handover h = make(&w, ward_at(1, 7, 0));
    cr_expect_eq(count(&h, HANDOVER_NOT_GIVEN), 1, "still away");
    handover_release(&h);
    ward_set_time(&w, 1, 9, 40);
    given.occurred_us = clock_now_us(&w.c->clock);
    ward_must_record(&w, &given, 0);
    h = make(&w, ward_at(1, 7, 0));
    cr_expect_eq(count(&h, HANDOVER_NOT_GIVEN), 0, "given since");
    cr_expect_eq(count(&h, HANDOVER_FIRST), 1);
    handover_release(&h);
    clinic_free(w.c);
}

/* The site has moved to another zone since: the doses of before stand at the times of the old one. */
Test(handover, counts_the_last_dose_by_the_zone_that_it_was_planned_in)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab daily at 20:00 for 2 days");
    struct error err = ERROR_INIT;
    struct zone *planned_in = w.c->site->zone, *moved = NULL;
    for (int day = 0; day <= 1; day++) { /* New York */
        ward_set_time(&w, day, 20, 0);
        struct dose_event given = ward_due(&w, w.order, ward_at(day, 20, 0));
        ward_must_record(&w, &given, 0);
    }
    cr_assert_eq(zone_open("Asia/Singapore", &moved, &err), STATUS_OK, "%s", error_text(&err));
    w.c->site->zone = moved; /* 20:00 there is 07:00 in New York: one more would seem to come */
    struct handover h = make(&w, ward_at(1, 12, 0));
    cr_expect_eq(count(&h, HANDOVER_LAST), 1);
    handover_release(&h);
    w.c->site->zone = planned_in;
    zone_free(moved);
    clinic_free(w.c);
}

Test(handover, is_accepted_by_somebody_else_who_signs_in)
{
    struct ward w = ward_new("lisinopril 10 mg tab 1 tab daily");
    struct error err = ERROR_INIT;
    struct witness next = {.user = UID_NONE};
    ward_set_time(&w, 1, 11, 0);
    struct handover h = make(&w, ward_at(1, 7, 0));
    next.user = clinic_user(w.c, CLINIC_NURSE);
    next.actor = next.user;
    next.role = ROLE_NURSE;
    next.at_us = clock_now_us(&w.c->clock);
    cr_expect_neq(handover_accept(clinic_actor(w.c, CLINIC_NURSE), &h, "", &next, &err), STATUS_OK, "to oneself");
    clinic_hire(w.c, CLINIC_NURSE_2);
    cr_assert_eq(witness_authenticate(clinic_actor(w.c, CLINIC_NURSE), clinic_login(CLINIC_NURSE_2), clinic_password(CLINIC_NURSE_2), NULL,
                                      PERMISSION_DOSE_WITNESS, &next, &err),
                 STATUS_OK);
    cr_expect_eq(handover_accept(clinic_actor(w.c, CLINIC_NURSE), &h, "", &next, &err), STATUS_OK, "%s", error_text(&err));
    handover_release(&h);
    clinic_free(w.c);
}

/* ---- paper for a downtime ---- */

/* On paper nobody else can tell when it was given last: what was taken back is no dose. */
Test(downtime, sheet_does_not_call_given_what_was_taken_back)
{
    struct ward w = ward_new("acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    struct error err = ERROR_INIT;
    struct uid id = UID_NONE;
    ward_set_time(&w, 1, 6, 17);
    struct dose_event event = ward_due(&w, w.order, 0);
    event.reason = (char *)"pain";
    cr_assert_eq(dose_record(clinic_actor(w.c, CLINIC_NURSE), &event, 0, &id, &err), STATUS_OK, "%s", error_text(&err));
    for (int is_back = 0; is_back < 2; is_back++) {
        struct document *d = NULL;
        struct buffer text = BUFFER_INIT;
        char form[DOWNTIME_FORM_MAX];
        if (is_back) {
            cr_assert_eq(dose_undo(clinic_actor(w.c, CLINIC_NURSE), id, "", &err), STATUS_OK, "%s", error_text(&err));
        }
        ward_set_time(&w, 1, 6, is_back ? 30 : 17);
        cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 24, &d, form, &err), STATUS_OK, "%s", error_text(&err));
        document_to_text(d, 100, 0, &text);
        cr_expect_eq(strstr(text.bytes, "06:17, 1 tab") != NULL, !is_back, "%s", text.bytes);
        document_free(d);
        buffer_release(&text);
    }
    clinic_free(w.c);
}

Test(downtime, sheet_says_what_is_planned_how_old_it_is_and_which_form)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    struct document *d = NULL, *again = NULL;
    struct buffer text = BUFFER_INIT;
    char form[DOWNTIME_FORM_MAX], other[DOWNTIME_FORM_MAX];
    (void)clinic_add_order(w.c, w.patient, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    clinic_add_allergy(w.c, w.patient, "penicillin", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    ward_set_time(&w, 1, 7, 30);
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 24, &d, form, &err), STATUS_OK, "%s", error_text(&err));
    document_to_text(d, 100, 0, &text);
    static const char *const wanted[] = {"penicillin", "metformin", "08:00", "20:00", "acetaminophen", "As needed", "07:30",
                                         "had not reached the centre", "OKAFOR", "Initials", "[  :  ]"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_expect(strstr(text.bytes, wanted[i]) != NULL, "%s is missing in\n%s", wanted[i], text.bytes);
    }
    cr_expect(strstr(text.bytes, form) != NULL, "the form's number");
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 72, &again, other, &err), STATUS_OK);
    cr_expect_str_neq(form, other);
    cr_expect_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 48, &again, other, &err), STATUS_INVALID);
    document_free(d);
    document_free(again);
    buffer_release(&text);
    clinic_free(w.c);
}
