/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What one shift tells the next. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/doses_tasks.h"
#include "service/downtime.h"
#include "service/handover.h"
#include "service/site_settings.h"
#include "store/store.h"
#include "support/paper_printer.h"
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

/* A dose of six hours ago counts for the gap and for the day's maximum; the sheet said that there was none. */
Test(downtime, sheet_says_when_an_as_needed_dose_was_given_however_long_ago)
{
    struct ward w = ward_new("acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    struct error err = ERROR_INIT;
    struct document *d = NULL;
    struct buffer text = BUFFER_INIT;
    char form[DOWNTIME_FORM_MAX];
    for (int hour = 1; hour <= 13; hour += 6) {
        ward_set_time(&w, 1, hour, 0);
        struct dose_event event = ward_due(&w, w.order, 0);
        event.reason = (char *)"pain";
        ward_must_record(&w, &event, 0);
    }
    ward_set_time(&w, 2, 0, 30);
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 24, &d, form, &err), STATUS_OK, "%s", error_text(&err));
    document_to_text(d, 100, 0, &text);
    cr_expect(strstr(text.bytes, "13:00, 1 tab; 3") != NULL && strstr(text.bytes, "in 24 h") != NULL, "%s", text.bytes);
    document_free(d);
    buffer_release(&text);
    clinic_free(w.c);
}


static enum status set_text(struct clinic *c, enum setting setting, const char *value, struct error *err)
{
    return site_setting_change(clinic_actor(c, CLINIC_ADMIN), setting, value, err);
}

Test(handover, says_whether_a_refusal_was_explained)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    bool is_said = false;
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, w.order, ward_at(1, 8, 0));
    dose.status = DOSE_STATUS_REFUSED;
    dose.reason = (char *)"nausea";
    dose.told = WAS_TOLD_NO;
    ward_must_record(&w, &dose, 0);
    struct handover h = make(&w, ward_at(1, 7, 0));
    for (size_t i = 0; i < h.len; i++) {
        is_said = is_said || strstr(h.items[i].words, "refused, nausea, cannot swallow, not explained") != NULL;
    }
    cr_expect(is_said, "%s", h.len > 0 ? h.items[0].words : "");
    handover_release(&h);
    clinic_free(w.c);
}

Test(handover, says_that_the_clock_was_off_when_it_was_recorded)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    bool is_first_said = false, is_refusal_said = false;
    cr_assert_eq(store_begin(w.c->site->store, &err), STATUS_OK);
    cr_assert_eq(store_meta_set(w.c->site->store, "central.state", "joined", &err), STATUS_OK);
    cr_assert_eq(store_meta_set(w.c->site->store, "central.offset_us", "425000000", &err), STATUS_OK);
    cr_assert_eq(store_commit(w.c->site->store, &err), STATUS_OK);
    ward_set_time(&w, 1, 8, 0);
    struct dose_event dose = ward_due(&w, w.order, ward_at(1, 8, 0));
    ward_must_record(&w, &dose, 0);
    ward_set_time(&w, 1, 20, 0);
    dose = ward_due(&w, w.order, ward_at(1, 20, 0));
    dose.status = DOSE_STATUS_REFUSED;
    dose.reason = (char *)"nausea";
    dose.told = WAS_TOLD_YES;
    ward_must_record(&w, &dose, 0);
    struct handover h = make(&w, ward_at(1, 7, 0));
    for (size_t i = 0; i < h.len; i++) {
        is_first_said = is_first_said || strstr(h.items[i].words, "1 tab, clock 7 min behind") != NULL;
        is_refusal_said = is_refusal_said || strstr(h.items[i].words, ", explained, clock 7 min behind") != NULL;
    }
    cr_expect(is_first_said, "%s", h.len > 0 ? h.items[0].words : "");
    cr_expect(is_refusal_said, "%s", h.len > 0 ? h.items[0].words : "");
    handover_release(&h);
    clinic_free(w.c);
}

/* In the morning "20:00" alone would be read as the dose that is to come. */
Test(handover, names_the_day_of_what_is_not_of_today)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    int closed = 0;
    ward_set_time(&w, 1, 7, 0);
    cr_assert_eq(dose_sweep(clinic_actor(w.c, CLINIC_NURSE), &closed, NULL), STATUS_OK);
    cr_assert_eq(closed, 1);
    struct handover h = make(&w, ward_at(0, 19, 0));
    bool has_day = false;
    for (size_t i = 0; i < h.len; i++) {
        has_day = has_day || strncmp(h.items[i].words, "24 Nov 20:00 metformin", strlen("24 Nov 20:00 metformin")) == 0;
    }
    cr_expect(has_day, "%s", h.len > 0 ? h.items[0].words : "");
    handover_release(&h);
    clinic_free(w.c);
}

/* Who only has something for pain needs a sheet too: on paper nothing else says how much they may have. */
Test(downtime, set_is_of_everybody_who_may_get_a_dose_and_due_once_for_each_time)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    struct downtime_set *set = NULL;
    bool is_due = false;
    struct uid pain = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen"});
    (void)clinic_add_order(w.c, pain, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    (void)clinic_add_patient(w.c, &(struct clinic_patient){.first = "Without", .last = "Orders"});
    struct paper_printer p = paper_printer_reserve();
    int printed = 0, closed = 0;
    paper_printer_start(&p);
    cr_assert_eq(set_text(w.c, SETTING_PRINTER_DOCUMENTS, p.uri, &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 1, 5, 0);
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    cr_assert_eq(downtime_print_all(nurse, 24, &printed, &closed, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(printed, 2, "%d", printed);
    cr_expect_eq(closed, 0);
    cr_assert_eq(downtime_set_is_due(nurse, &is_due, &err), STATUS_OK);
    cr_expect_not(is_due, "no time is set");
    cr_expect_neq(set_text(w.c, SETTING_DOWNTIME_TIMES, "6:00", &err), STATUS_OK);
    cr_expect_neq(set_text(w.c, SETTING_DOWNTIME_TIMES, "18:00 06:00", &err), STATUS_OK);
    cr_assert_eq(set_text(w.c, SETTING_DOWNTIME_TIMES, "06:00 18:00", &err), STATUS_OK, "%s", error_text(&err));
    static const struct {
        int day, hour, minute;
        bool is_due, is_printed;
        const char *why;
    } CASES[] = {
        {1, 5, 59, true, true, "18:00 of yesterday, which nobody was there for"}, {1, 5, 59, false, false, "made"},
        {1, 6, 0, true, false, "06:00"}, {1, 6, 14, false, false, "somebody is at it"},
        {1, 6, 16, true, true, "whoever was at it has gone"}, {1, 6, 32, false, false, "once"}, {1, 17, 59, false, false, "not yet"},
        {2, 9, 0, true, true, "18:00 and 06:00 are made up for once"}, {2, 9, 1, false, false, "once"},
        {1, 18, 0, false, false, "the clock was set back"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ward_set_time(&w, CASES[i].day, CASES[i].hour, CASES[i].minute);
        cr_assert_eq(downtime_set_is_due(clinic_actor(w.c, CLINIC_NURSE), &is_due, &err), STATUS_OK, "%s", error_text(&err)); /* signs in anew */
        cr_expect_eq(is_due, CASES[i].is_due, "%s", CASES[i].why);
        if (is_due && CASES[i].is_printed) {
            cr_assert_eq(downtime_print_all(clinic_actor(w.c, CLINIC_NURSE), 24, &printed, &closed, &err), STATUS_OK, "%s", error_text(&err));
        }
    }
    cr_assert_eq(downtime_set_new(clinic_actor(w.c, CLINIC_NURSE), 72, &set, &err), STATUS_OK);
    downtime_set_free(set); /* before its end: nothing is left behind */
    paper_printer_stop(&p);
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
                                         "OKAFOR", "Initials", "____:____"};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_expect(strstr(text.bytes, wanted[i]) != NULL, "%s is missing in\n%s", wanted[i], text.bytes);
    }
    cr_expect(strstr(text.bytes, form) != NULL, "the form's number");
    cr_expect(strstr(text.bytes, "had not reached the centre") == NULL, "a site without a centre sends nothing to one");
    int named = 0;
    for (const char *at = text.bytes; (at = strstr(at, "acetaminophen 500 mg tab")) != NULL; at++) {
        named++;
    }
    cr_expect_eq(named, 3, "each line to write on names its drug: %d", named);
    buffer_release(&text);
    cr_assert_eq(store_begin(w.c->site->store, &err), STATUS_OK);
    cr_assert_eq(store_meta_set(w.c->site->store, "central.state", "joined", &err), STATUS_OK);
    cr_assert_eq(store_commit(w.c->site->store, &err), STATUS_OK);
    document_free(d);
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 24, &d, form, &err), STATUS_OK, "%s", error_text(&err));
    document_to_text(d, 100, 0, &text);
    cr_expect(strstr(text.bytes, "had not reached the centre") != NULL, "%s", text.bytes);
    cr_assert_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 72, &again, other, &err), STATUS_OK);
    cr_expect_str_neq(form, other);
    cr_expect_eq(downtime_sheet(clinic_actor(w.c, CLINIC_NURSE), w.patient, 48, &again, other, &err), STATUS_INVALID);
    document_free(d);
    document_free(again);
    buffer_release(&text);
    clinic_free(w.c);
}

/* A printer that is off is asked again, later each time; the sheets that came out are not printed twice. */
Test(downtime, set_that_fails_is_tried_again_from_the_sheet_that_failed)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    struct downtime_set *set = NULL;
    struct paper_printer p = paper_printer_reserve();
    enum status status = STATUS_OK;
    bool is_due = false;
    static const int PAUSES[] = {1, 2, 4, 8, 10, 10};
    int minutes = 0, minute = 1;
    struct uid pain = clinic_add_patient(w.c, &(struct clinic_patient){.first = "Nils", .last = "Halvorsen"});
    (void)clinic_add_order(w.c, pain, "acetaminophen 500 mg tab 1 tab q6h prn pain max 4");
    cr_assert_eq(set_text(w.c, SETTING_PRINTER_DOCUMENTS, p.uri, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(set_text(w.c, SETTING_DOWNTIME_TIMES, "06:00 18:00", &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 1, 6, minute);
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    cr_assert_eq(downtime_set_is_due(nurse, &is_due, &err), STATUS_OK);
    cr_assert(is_due);
    cr_assert_eq(downtime_set_new(nurse, 24, &set, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < sizeof PAUSES / sizeof *PAUSES; i++) {
        while (downtime_set_step(set, nurse, 1000, &status, &err)) {
            /* on its way */
        }
        cr_assert_neq(status, STATUS_OK, "nobody listens");
        cr_assert(downtime_set_again(set, nurse, &minutes, &err), "try %zu", i);
        cr_expect_eq(minutes, PAUSES[i], "try %zu: %d", i, minutes);
        cr_expect(downtime_set_step(set, nurse, 0, &status, &err), "waits");
        cr_expect_eq(status, STATUS_OK);
        minute += minutes;
        ward_set_time(&w, 1, 6, minute);
    }
    paper_printer_start(&p);
    while (downtime_set_step(set, nurse, 1000, &status, &err)) {
        /* on its way */
    }
    cr_expect_eq(status, STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(downtime_set_printed(set), 2);
    downtime_set_free(set);
    ward_set_time(&w, 1, 9, 0);
    cr_assert_eq(downtime_set_is_due(clinic_actor(w.c, CLINIC_NURSE), &is_due, &err), STATUS_OK);
    cr_expect_not(is_due, "it is all printed");
    paper_printer_stop(&p);
    clinic_free(w.c);
}

/* When the next time is up, a set of then is wanted, not the old one. */
Test(downtime, set_that_fails_gives_way_to_the_next_time)
{
    struct ward w = ward_new("metformin 500 mg tab 1 tab bid");
    struct error err = ERROR_INIT;
    struct downtime_set *set = NULL;
    struct paper_printer p = paper_printer_reserve();
    enum status status = STATUS_OK;
    bool is_due = false;
    int minutes = 0;
    cr_assert_eq(set_text(w.c, SETTING_PRINTER_DOCUMENTS, p.uri, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(set_text(w.c, SETTING_DOWNTIME_TIMES, "06:00 06:30", &err), STATUS_OK, "%s", error_text(&err));
    ward_set_time(&w, 1, 6, 29);
    struct actor *nurse = clinic_actor(w.c, CLINIC_NURSE);
    cr_assert_eq(downtime_set_is_due(nurse, &is_due, &err), STATUS_OK);
    cr_assert_eq(downtime_set_new(nurse, 24, &set, &err), STATUS_OK, "%s", error_text(&err));
    while (downtime_set_step(set, nurse, 1000, &status, &err)) {
        /* on its way */
    }
    ward_set_time(&w, 1, 6, 30);
    cr_expect_not(downtime_set_again(set, nurse, &minutes, &err));
    downtime_set_free(set);
    cr_assert_eq(downtime_set_is_due(nurse, &is_due, &err), STATUS_OK);
    cr_expect(is_due, "06:30");
    paper_printer_stop(&p);
    clinic_free(w.c);
}
