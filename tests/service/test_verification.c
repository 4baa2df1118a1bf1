/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pharmacist verifies orders by the first dose due; what is found is settled first, and a change un-verifies. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/orders.h"
#include "service/verification.h"
#include "store/order_store.h"
#include "support/clinic.h"

struct desk {
    struct clinic *c;
    struct uid patient;
};

static struct desk desk_new(void)
{
    struct desk d = {.c = clinic_new()};
    d.patient = clinic_add_patient(d.c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14", .weight_kg = "62"});
    return d;
}

static struct verify_list list_of(struct desk *d)
{
    struct error err = ERROR_INIT;
    struct verify_list list = {0};
    cr_assert_eq(verify_list_get(clinic_actor(d->c, CLINIC_PHARMACIST), false, &list, &err), STATUS_OK, "%s", error_text(&err));
    return list;
}

/* Says the word as that person; the chart is read anew each time. */
static enum status say(struct desk *d, enum clinic_person who, struct uid order, const struct verification_word *word, struct error *err)
{
    struct chart *chart = NULL;
    struct verification_view view = {0};
    enum status status = chart_open(clinic_actor(d->c, who), d->patient, 1, 1, &chart, err);
    cr_assert_eq(status, STATUS_OK, "%s", error_text(err));
    status = verification_look(clinic_actor(d->c, who), chart, order, &view, err);
    if (status == STATUS_OK) {
        status = order_verify(clinic_actor(d->c, who), view.proposal, word, err);
        verification_view_release(&view);
    }
    chart_free(chart);
    return status;
}

static enum verification state_of(struct desk *d, struct uid order)
{
    struct order o = clinic_get_order(d->c, order);
    enum verification state = o.verification;
    order_release(&o);
    return state;
}

Test(verification, queue_is_sorted_by_the_first_dose_due)
{
    struct desk d = desk_new();
    struct uid evening = clinic_add_unverified_order(d.c, d.patient, "atorvastatin 20 mg tab 1 tab qhs");
    struct uid soon = clinic_add_unverified_order(d.c, d.patient, "loratadine 10 mg tab 1 tab daily at 09:00");
    struct verify_list list = list_of(&d);
    cr_assert_eq(list.len, 2);
    cr_expect(uid_compare(list.items[0].order, soon) == 0, "09:00 comes before 22:00");
    cr_expect(uid_compare(list.items[1].order, evening) == 0);
    cr_expect(list.items[0].is_urgent, "due in half an hour");
    cr_expect_not(list.items[1].is_urgent);
    cr_expect_eq(list.urgent_count, 1);
    cr_expect_str_eq(list.items[0].patient_name, "OKAFOR, Grace");
    verify_list_release(&list);
    clinic_free(d.c);
}

Test(verification, takes_an_order_off_the_queue_and_a_change_brings_it_back)
{
    struct desk d = desk_new();
    struct error err = ERROR_INIT;
    struct uid order = clinic_add_unverified_order(d.c, d.patient, "loratadine 10 mg tab 1 tab daily");
    cr_assert_eq(say(&d, CLINIC_PHARMACIST, order, &(struct verification_word){.outcome = VERIFICATION_VERIFIED}, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(state_of(&d, order), VERIFICATION_VERIFIED);
    struct verify_list list = list_of(&d);
    cr_expect_eq(list.len, 0);
    verify_list_release(&list);
    /* a change */
    struct order o = clinic_get_order(d.c, order);
    struct proposal *p = NULL;
    mem_free(o.reason);
    o.reason = mem_copy_text("other: twice a day now");
    o.sig.times_count = 2;
    o.sig.times_min[0] = 480;
    o.sig.times_min[1] = 1200;
    memcpy(o.sig.timing_word, "bid", 4);
    cr_assert_eq(order_propose(clinic_actor(d.c, CLINIC_PRESCRIBER), d.patient, &o, &p, &err), STATUS_OK, "%s", error_text(&err));
    struct finding_answer answers[8];
    size_t count = 0;
    for (int i = 0; i < p->result->finding_count && count < 8; i++) {
        if (proposal_needs_decision(p, i)) {
            answers[count++] = (struct finding_answer){.finding = i, .reason = OVERRIDE_REASON_MONITORED, .plan = "watched"};
        }
    }
    cr_assert_eq(order_change(clinic_actor(d.c, CLINIC_PRESCRIBER), p, answers, count, NULL, &err), STATUS_OK, "%s", error_text(&err));
    proposal_free(p);
    order_release(&o);
    list = list_of(&d);
    cr_assert_eq(list.len, 1, "changed: unverified again");
    verify_list_release(&list);
    struct chart *chart = NULL;
    struct verification_view view = {0};
    cr_assert_eq(chart_open(clinic_actor(d.c, CLINIC_PHARMACIST), d.patient, 1, 1, &chart, &err), STATUS_OK);
    cr_assert_eq(verification_look(clinic_actor(d.c, CLINIC_PHARMACIST), chart, order, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect(view.has_before);
    bool is_seen = false;
    for (int i = 0; i < view.line_count; i++) {
        if (strcmp(view.lines[i].label, "Directions") == 0) {
            is_seen = true;
            cr_expect(view.lines[i].is_changed);
            cr_expect_not_null(strstr(view.lines[i].before, "daily"), "%s", view.lines[i].before);
            cr_expect_not_null(strstr(view.lines[i].now, "twice daily"), "%s", view.lines[i].now);
        } else if (strcmp(view.lines[i].label, "Drug") == 0) {
            cr_expect_not(view.lines[i].is_changed);
        }
    }
    cr_expect(is_seen);
    cr_expect_eq(view.reviews.len, 1, "the earlier word stays");
    verification_view_release(&view);
    chart_free(chart);
    clinic_free(d.c);
}

Test(verification, a_question_needs_words_and_comes_back_with_the_answer)
{
    struct desk d = desk_new();
    struct error err = ERROR_INIT;
    struct uid order = clinic_add_unverified_order(d.c, d.patient, "loratadine 10 mg tab 1 tab daily");
    struct verification_word word = {.outcome = VERIFICATION_CLARIFY, .note = " "};
    cr_expect_eq(say(&d, CLINIC_PHARMACIST, order, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "note");
    word.note = "Asked for 5 mg, the dose of her earlier order?";
    word.spoke_to = "Dr Osei";
    cr_expect_eq(say(&d, CLINIC_PHARMACIST, order, &word, &err), STATUS_REFUSED);
    cr_expect_str_eq(err.field, "read_back");
    word.is_read_back = true;
    cr_assert_eq(say(&d, CLINIC_PHARMACIST, order, &word, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(state_of(&d, order), VERIFICATION_CLARIFY);
    struct verify_list asked = {0};
    cr_assert_eq(verify_list_get(clinic_actor(d.c, CLINIC_PRESCRIBER), true, &asked, &err), STATUS_OK);
    cr_assert_eq(asked.len, 1);
    cr_expect_not_null(strstr(asked.items[0].note, "5 mg"));
    verify_list_release(&asked);
    cr_expect_eq(say(&d, CLINIC_NURSE, order, &(struct verification_word){.outcome = VERIFICATION_UNVERIFIED, .note = "10 mg is meant"}, &err),
                 STATUS_NOT_PERMITTED);
    cr_assert_eq(say(&d, CLINIC_PRESCRIBER, order, &(struct verification_word){.outcome = VERIFICATION_UNVERIFIED, .note = "10 mg is meant"}, &err),
                 STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(state_of(&d, order), VERIFICATION_UNVERIFIED);
    cr_expect_eq(say(&d, CLINIC_PRESCRIBER, order, &(struct verification_word){.outcome = VERIFICATION_UNVERIFIED, .note = "again"}, &err),
                 STATUS_REFUSED, "nobody asks now");
    clinic_free(d.c);
}

Test(verification, only_pharmacists_verify)
{
    struct desk d = desk_new();
    struct error err = ERROR_INIT;
    struct uid order = clinic_add_unverified_order(d.c, d.patient, "loratadine 10 mg tab 1 tab daily");
    static const enum clinic_person OTHERS[] = {CLINIC_NURSE, CLINIC_PRESCRIBER, CLINIC_TECHNICIAN, CLINIC_STUDENT};
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) {
        cr_expect_eq(say(&d, OTHERS[i], order, &(struct verification_word){.outcome = VERIFICATION_VERIFIED}, &err), STATUS_NOT_PERMITTED,
                     "person %d", (int)OTHERS[i]);
    }
    cr_expect_eq(state_of(&d, order), VERIFICATION_UNVERIFIED);
    clinic_free(d.c);
}

Test(verification, an_override_travels_and_an_allergy_that_came_later_stops_it)
{
    struct desk d = desk_new();
    struct error err = ERROR_INIT;
    (void)clinic_add_unverified_order(d.c, d.patient, "warfarin 5 mg tab 1 tab daily");
    struct uid order = clinic_add_unverified_order(d.c, d.patient, "amiodarone 200 mg tab 1 tab daily");
    struct chart *chart = NULL;
    struct verification_view view = {0};
    cr_assert_eq(chart_open(clinic_actor(d.c, CLINIC_PHARMACIST), d.patient, 1, 1, &chart, &err), STATUS_OK);
    cr_assert_eq(verification_look(clinic_actor(d.c, CLINIC_PHARMACIST), chart, order, &view, &err), STATUS_OK);
    bool has_travelled = false;
    for (int i = 0; i < view.proposal->result->finding_count; i++) {
        has_travelled = has_travelled || (view.proposal->travelled[i] != NULL && strcmp(view.proposal->travelled[i]->plan, "watched closely") == 0);
    }
    cr_expect(has_travelled, "the prescriber's reason and plan are there");
    cr_expect_eq(verification_open_findings(view.proposal), 0);
    struct verification_word word = {.outcome = VERIFICATION_VERIFIED, .is_unchecked_seen = true};
    /* an allergy is noted while the pharmacist looks */
    clinic_add_allergy(d.c, d.patient, "amiodarone", "anaphylaxis", REACTION_SEVERITY_LIFE_THREATENING);
    cr_expect_eq(order_verify(clinic_actor(d.c, CLINIC_PHARMACIST), view.proposal, &word, &err), STATUS_STALE, "%s", error_text(&err));
    verification_view_release(&view);
    chart_free(chart);
    cr_expect_eq(say(&d, CLINIC_PHARMACIST, order, &word, &err), STATUS_REFUSED, "nobody decided on the allergy");
    cr_expect_str_eq(err.field, "outcome");
    cr_expect_eq(state_of(&d, order), VERIFICATION_UNVERIFIED);
    clinic_free(d.c);
}
