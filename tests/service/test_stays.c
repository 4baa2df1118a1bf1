/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stays on a ward (clinical.md 4.B.3 no. 13, 4.B.14): what leaving does to doses, and what keeps somebody from leaving. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/chart.h"
#include "service/doses_tasks.h"
#include "service/downtime.h"
#include "service/news.h"
#include "service/stays.h"
#include "store/stay_store.h"
#include "support/ward.h"

static struct stay_list stays_of(struct ward *w)
{
    struct stay_list list = {0};
    cr_assert_eq(stay_list_get(w->c->site->store, w->patient, &list, NULL), STATUS_OK);
    return list;
}

static void admit(struct ward *w, const char *place)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(stay_admit(clinic_actor(w->c, CLINIC_NURSE), w->patient, place, clock_now_us(&w->c->clock), &err), STATUS_OK, "%s",
                 error_text(&err));
}

static enum status leave(struct ward *w, int64_t at_us, struct error *err)
{
    struct stay_list list = stays_of(w);
    cr_assert_geq(list.len, 1);
    enum status status = stay_leave(clinic_actor(w->c, CLINIC_NURSE), &list.items[0], at_us, LEFT_HOW_HOME, err);
    stay_list_release(&list);
    return status;
}

static void must_leave(struct ward *w, int64_t at_us)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(leave(w, at_us, &err), STATUS_OK, "%s", error_text(&err));
}

/* Open doses of the next day on the chart, and on the list of everybody. */
static size_t open_on_chart(struct ward *w)
{
    struct chart *chart = NULL;
    size_t count = 0;
    cr_assert_eq(chart_open(clinic_actor(w->c, CLINIC_NURSE), w->patient, 0, 24, &chart, NULL), STATUS_OK);
    for (size_t i = 0; i < chart->slots.len; i++) {
        count += chart->slots.items[i].state != SLOT_DONE;
    }
    chart_free(chart);
    return count;
}

static size_t open_on_list(struct ward *w)
{
    struct due_list list = {0};
    cr_assert_eq(due_list_planned(clinic_actor(w->c, CLINIC_NURSE), 0, 24, &list, NULL), STATUS_OK);
    size_t count = list.len;
    due_list_release(&list);
    return count;
}

static void expect_open(struct ward *w, size_t count, const char *when)
{
    cr_expect_eq(open_on_chart(w), count, "%s: %zu on the chart", when, open_on_chart(w));
    cr_expect_eq(open_on_list(w), count, "%s: %zu on the list", when, open_on_list(w));
}

Test(stays, who_left_has_nothing_due_and_who_comes_back_has)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    ward_set_time(&w, 1, 7, 0);
    expect_open(&w, 2, "an outpatient without any stay");
    admit(&w, "3 North, bed 12");
    expect_open(&w, 2, "in a bed");
    must_leave(&w, clock_now_us(&w.c->clock) + 2 * US_PER_HOUR);
    expect_open(&w, 1, "leaves at nine: the dose of eight is due still");
    ward_set_time(&w, 1, 9, 1);
    expect_open(&w, 0, "has left");
    struct uid later = clinic_add_order(w.c, w.patient, "loratadine 10 mg tab 1 tab daily");
    (void)later; /* ordered for somebody who is an outpatient by now */
    expect_open(&w, 1, "what is ordered after it is due");
    ward_set_time(&w, 2, 7, 0);
    admit(&w, "3 North, bed 2");
    expect_open(&w, 3, "in the next stay everything is due again");
    clinic_free(w.c);
}

Test(stays, who_left_is_not_given_what_was_ordered_before)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 0);
    admit(&w, "3 North, bed 12");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event morning = ward_due(&w, w.order, ward_at(1, 8, 0));
    struct dose_event evening = ward_due(&w, w.order, ward_at(1, 20, 0)); /* from a screen that was open before */
    ward_set_time(&w, 1, 8, 30);
    must_leave(&w, ward_at(1, 8, 10));
    morning.occurred_us = ward_at(1, 8, 5);
    ward_must_record(&w, &morning, 0); /* it was before the patient left */
    ward_set_time(&w, 1, 20, 0);
    evening.occurred_us = clock_now_us(&w.c->clock);
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &evening, ~0u, &err), STATUS_REFUSED, "%s", error_text(&err));
    cr_expect_not_null(strstr(error_text(&err), "left"), "%s", error_text(&err));
    evening.status = DOSE_STATUS_HELD;
    evening.reason = (char *)"other";
    evening.reason_text = (char *)"home";
    cr_expect_eq(ward_record(&w, CLINIC_NURSE, &evening, ~0u, &err), STATUS_REFUSED, "a dose that is cancelled cannot be held");
    clinic_free(w.c);
}

/* The sweep closes what nobody answered; what nobody had to answer it leaves. */
Test(stays, nobody_missed_a_dose_of_after_leaving)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    int closed = -1;
    ward_set_time(&w, 1, 7, 0);
    admit(&w, "3 North, bed 12");
    must_leave(&w, ward_at(1, 12, 0));
    ward_set_time(&w, 2, 18, 0);
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, NULL), STATUS_OK);
    cr_expect_eq(closed, 2, "those of before: yesterday's and the one of eight, %d", closed);
    clinic_free(w.c);
}

Test(stays, an_effect_nobody_asked_keeps_the_patient)
{
    struct ward w = ward_new("ibuprofen 400 mg q6h prn pain max 4");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 9, 0);
    admit(&w, "3 North, bed 12");
    struct dose_event dose = ward_due(&w, w.order, 0);
    dose.reason = (char *)"pain";
    ward_must_record(&w, &dose, 0);
    ward_set_time(&w, 1, 10, 30);
    cr_expect_eq(leave(&w, clock_now_us(&w.c->clock), &err), STATUS_REFUSED, "%s", error_text(&err));
    cr_expect_not_null(strstr(error_text(&err), "effect"), "%s", error_text(&err));
    struct stay_list list = stays_of(&w);
    cr_assert_eq(stay_leave(clinic_actor(w.c, CLINIC_NURSE), &list.items[0], clock_now_us(&w.c->clock), LEFT_HOW_DIED, &err), STATUS_OK,
                 "nobody asks the dead: %s", error_text(&err));
    stay_list_release(&list);
    clinic_free(w.c);
}

Test(stays, an_infusion_that_runs_keeps_the_patient)
{
    struct ward w = ward_new("vancomycin 1 g iv daily");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 0);
    admit(&w, "3 North, bed 12");
    ward_set_time(&w, 1, 8, 0);
    struct dose_event bag = ward_due(&w, w.order, ward_at(1, 8, 0));
    bag.status = DOSE_STATUS_IN_PROGRESS;
    bag.rate = (char *)"250 mL/h";
    ward_must_record(&w, &bag, 0);
    cr_expect_eq(leave(&w, clock_now_us(&w.c->clock), &err), STATUS_REFUSED, "%s", error_text(&err));
    cr_expect_not_null(strstr(error_text(&err), "running"), "%s", error_text(&err));
    clinic_free(w.c);
}

Test(stays, move_end_and_are_taken_back)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    ward_set_time(&w, 1, 7, 0);
    int64_t now_us = clock_now_us(&w.c->clock);
    cr_expect_eq(stay_admit(clinic_actor(w.c, CLINIC_NURSE), w.patient, " ", now_us, &err), STATUS_INVALID);
    cr_expect_eq(stay_admit(clinic_actor(w.c, CLINIC_NURSE), w.patient, "bed 1", now_us + US_PER_HOUR, &err), STATUS_INVALID, "ahead of time");
    admit(&w, "3 North, bed 12");
    cr_expect_eq(stay_admit(clinic_actor(w.c, CLINIC_NURSE), w.patient, "bed 1", now_us, &err), STATUS_REFUSED, "one bed");
    struct stay_list seen = stays_of(&w);
    cr_assert_eq(stay_move(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], "4 South, bed 1", &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(stay_move(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], "5", &err), STATUS_STALE, "somebody moved the patient meanwhile");
    stay_list_release(&seen);
    seen = stays_of(&w);
    cr_expect_str_eq(seen.items[0].place, "4 South, bed 1");
    cr_expect_eq(stay_leave(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], now_us - US_PER_HOUR, LEFT_HOW_HOME, &err), STATUS_INVALID, "before it began");
    cr_expect_eq(stay_leave(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], now_us + 49 * US_PER_HOUR, LEFT_HOW_HOME, &err), STATUS_INVALID, "too far ahead");
    cr_expect_eq(stay_leave(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], now_us, LEFT_HOW_NONE_GIVEN, &err), STATUS_INVALID);
    stay_list_release(&seen);
    must_leave(&w, now_us);
    expect_open(&w, 0, "has left");
    seen = stays_of(&w);
    cr_assert_eq(stay_go_on(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], &err), STATUS_OK, "%s", error_text(&err));
    stay_list_release(&seen);
    expect_open(&w, 2, "did not leave after all");
    must_leave(&w, now_us);
    seen = stays_of(&w);
    cr_expect_eq(stay_strike(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], "x", &err), STATUS_INVALID, "why is said in words");
    cr_assert_eq(stay_strike(clinic_actor(w.c, CLINIC_NURSE), &seen.items[0], "this was the patient in the next bed", &err), STATUS_OK, "%s", error_text(&err));
    stay_list_release(&seen);
    seen = stays_of(&w);
    cr_expect_eq(seen.len, 0u);
    stay_list_release(&seen);
    expect_open(&w, 2, "there was no stay");
    clinic_free(w.c);
}

/* Whoever was away would wonder where the doses are. */
Test(stays, are_news_to_who_was_not_here)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct news_list list = {0};
    bool is_grave = false;
    char *words[2] = {NULL, NULL};
    (void)clinic_actor(w.c, CLINIC_NURSE_2);
    clinic_sign_out(w.c, CLINIC_NURSE_2);
    ward_set_time(&w, 1, 7, 0);
    admit(&w, "3 North, bed 12");
    ward_set_time(&w, 1, 9, 0);
    must_leave(&w, clock_now_us(&w.c->clock));
    ward_set_time(&w, 1, 15, 0);
    cr_assert_eq(news_get(clinic_actor(w.c, CLINIC_NURSE_2), &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.len; i++) { /* the newest first */
        if (list.items[i].kind == NEWS_LEFT || list.items[i].kind == NEWS_ADMITTED) {
            bool is_left = list.items[i].kind == NEWS_LEFT;
            cr_assert_null(words[is_left], "told once");
            words[is_left] = news_text(&list.items[i], &is_grave);
        }
    }
    cr_assert(words[0] != NULL && words[1] != NULL);
    cr_expect_str_eq(words[0], "admitted: 3 North, bed 12");
    cr_expect_str_eq(words[1], "leaves 3 North, bed 12: home");
    mem_free(words[0]);
    mem_free(words[1]);
    news_list_release(&list);
    cr_assert_eq(news_get(clinic_actor(w.c, CLINIC_NURSE), &list, NULL), STATUS_OK);
    for (size_t i = 0; i < list.len; i++) {
        cr_expect(list.items[i].kind != NEWS_LEFT && list.items[i].kind != NEWS_ADMITTED, "one's own is no news");
    }
    news_list_release(&list);
    clinic_free(w.c);
}
