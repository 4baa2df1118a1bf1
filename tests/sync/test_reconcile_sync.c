/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two nurses reconcile one patient on two devices that do not hear of each other: both are told, and nothing is merged. */
#include "service/reconciliation.h"
#include "service/step_up.h"
#include "support/bed.h"
#include "support/clinic_screen.h"
#include "support/terminal.h"
#include "sync/desks.h"
#include "sync/sync_test.h"

static struct centre *centre;
static struct terminal *a, *b;
static struct uid grace;

static void start(void)
{
    if (desks_open(&centre, &a, &b)) {
        grace = clinic_add_patient(a->clinic, &(struct clinic_patient){.last = "Okafor", .first = "Grace", .born = "1958-03-14"});
        clinic_add_order(a->clinic, grace, "lisinopril 10 mg tab 1 tab daily");
        terminal_sync(a);
        terminal_sync(b);
    }
}

static void stop(void)
{
    desks_close(centre, a, b);
}

TestSuite(reconcile_sync, .init = start, .fini = stop);

static struct uid begin(struct terminal *t, const char *said)
{
    struct error err = ERROR_INIT;
    struct uid id = UID_NONE;
    struct actor *nurse = clinic_actor(t->clinic, CLINIC_NURSE);
    cr_assert_eq(reconcile_start(nurse, &(struct reconcile_begin){.patient = grace, .transition = RECONCILE_TRANSITION_ADMISSION}, &id, &err),
                 STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(reconcile_add_line(nurse, id, &(struct reconcile_new_source){.kind = HISTORY_SOURCE_PATIENT},
                                    &(struct reconcile_said){.text = said}, &err),
                 STATUS_OK, "%s", error_text(&err));
    return id;
}

static struct reconcile_view *look(struct terminal *t, struct uid id)
{
    struct error err = ERROR_INIT;
    struct reconcile_view *view = NULL;
    cr_assert_eq(reconcile_open(clinic_actor(t->clinic, CLINIC_NURSE), id, &view, &err), STATUS_OK, "%s", error_text(&err));
    return view;
}

static bool has_guard(const struct reconcile_view *view, enum reconcile_guard_kind kind)
{
    for (size_t i = 0; i < view->guard_count; i++) {
        if (view->guards[i].kind == kind) {
            return true;
        }
    }
    return false;
}

/* What the nurse has before her eyes at her own desk. */
static void expect_on_screen(struct terminal *t, struct uid id, const char *text)
{
    struct clinic_screen s;
    clinic_screen_open(&s, t->clinic, CLINIC_NURSE, 24, 80);
    harness_open(s.h, &SCREEN_RECONCILE, &(struct row_argument){grace, id});
    harness_press(s.h, "Down"); /* the note of the sign-in goes: the clocks of these tests are days off */
    harness_expect(s.h, text);
    clinic_screen_close(&s);
}

static void expect_not_on_screen(struct terminal *t, struct uid id, const char *text)
{
    struct clinic_screen s;
    clinic_screen_open(&s, t->clinic, CLINIC_NURSE, 24, 80);
    harness_open(s.h, &SCREEN_RECONCILE, &(struct row_argument){grace, id});
    harness_press(s.h, "Down");
    harness_expect_not(s.h, text);
    clinic_screen_close(&s);
}

Test(reconcile_sync, two_nurses_on_two_devices_are_told_and_nothing_is_merged)
{
    NEEDS_POSTGRES();
    struct error err = ERROR_INIT;
    struct uid on_a = begin(a, "lisinopril 10 mg tab 1 tab daily"), on_b = begin(b, "lisinopril 20 mg tab 1 tab daily");
    struct reconcile_view *view = look(a, on_a);
    cr_expect_not(has_guard(view, RECONCILE_GUARD_RIVAL), "nobody has heard of the other yet");
    reconcile_view_free(view);
    expect_not_on_screen(a, on_a, "began another reconciliation");
    for (int i = 0; i < 2; i++) {
        terminal_sync(a);
        terminal_sync(b);
    }
    expect_on_screen(a, on_a, "began another reconciliation of this patient");
    expect_on_screen(b, on_b, "began another reconciliation of this patient");
    view = look(a, on_a);
    cr_expect(has_guard(view, RECONCILE_GUARD_RIVAL));
    cr_expect_eq(uid_compare(view->rival, on_b), 0);
    cr_expect_eq(view->items.len, 1, "the other's lines are not mixed in");
    reconcile_view_free(view);
    view = look(b, on_b);
    cr_expect(has_guard(view, RECONCILE_GUARD_RIVAL));
    cr_expect_eq(uid_compare(view->rival, on_a), 0);
    struct actor *nurse = clinic_actor(b->clinic, CLINIC_NURSE);
    cr_assert_eq(step_up_prove(nurse, clinic_password(CLINIC_NURSE), NULL, &err), STATUS_OK);
    cr_expect_eq(reconcile_sign(nurse, on_b, view, &err), STATUS_REFUSED);
    reconcile_view_free(view);
    view = look(b, on_a); /* the other's is there to be read */
    cr_expect_eq(view->lines.len, 2);
    reconcile_view_free(view);
    cr_assert_eq(reconcile_abandon(clinic_actor(a->clinic, CLINIC_NURSE), on_a, "the other one goes on", &err), STATUS_OK);
    terminal_sync(a);
    terminal_sync(b);
    view = look(b, on_b);
    cr_expect_not(has_guard(view, RECONCILE_GUARD_RIVAL));
    reconcile_view_free(view);
    expect_not_on_screen(b, on_b, "began another reconciliation");
}

/* ---- signed while the line is down ---- */

static void decide_all(struct terminal *t, struct uid id)
{
    struct error err = ERROR_INIT;
    struct bed bed = {.c = t->clinic, .patient = grace, .id = id};
    bed_decide(&bed, CLINIC_PRESCRIBER, "lisinopril", BED_CONTINUE);
    bed_facts(&bed, CLINIC_PRESCRIBER);
    bed_clear(&bed, CLINIC_PRESCRIBER);
    cr_assert_eq(bed_sign(&bed, CLINIC_PRESCRIBER, &err), STATUS_OK, "%s", error_text(&err));
}

static struct uid sign_offline(struct terminal *t)
{
    struct error err = ERROR_INIT;
    struct bed bed = {.c = t->clinic, .patient = grace};
    clinic_pass(t->clinic, US_PER_HOUR); /* nothing was exchanged for an hour */
    bed_begin(&bed, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    bed_say(&bed, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "lisinopril 10 mg tab 1 tab daily");
    decide_all(t, bed.id);
    struct reconcile_view *view = bed_view(&bed, CLINIC_PRESCRIBER);
    cr_expect_eq(view->session.state, RECONCILE_STATE_PROVISIONAL);
    reconcile_view_free(view);
    bool is_settled = true;
    cr_expect_eq(reconcile_settle(clinic_actor(t->clinic, CLINIC_PRESCRIBER), bed.id, &is_settled, &err), STATUS_REFUSED, "nothing came yet");
    cr_expect_not(is_settled);
    return bed.id;
}

static enum reconcile_state state_after_settling(struct terminal *t, struct uid id, bool *out_is_settled)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(reconcile_settle(clinic_actor(t->clinic, CLINIC_PRESCRIBER), id, out_is_settled, &err), STATUS_OK, "%s", error_text(&err));
    struct bed bed = {.c = t->clinic, .patient = grace, .id = id};
    struct reconcile_view *view = bed_view(&bed, CLINIC_PRESCRIBER);
    enum reconcile_state state = view->session.state;
    reconcile_view_free(view);
    return state;
}

Test(reconcile_sync, a_list_signed_offline_is_provisional_until_the_centre_agrees)
{
    NEEDS_POSTGRES();
    bool is_settled = false;
    struct uid id = sign_offline(a);
    clinic_pass(a->clinic, US_PER_MINUTE);
    terminal_sync(a);
    cr_expect_eq(state_after_settling(a, id, &is_settled), RECONCILE_STATE_SIGNED);
    cr_expect(is_settled);
}

Test(reconcile_sync, a_list_that_missed_an_order_from_elsewhere_stays_provisional)
{
    NEEDS_POSTGRES();
    bool is_settled = true;
    (void)clinic_add_order(b->clinic, grace, "metformin 500 mg tab 1 tab bid"); /* a does not hear of it */
    struct uid id = sign_offline(a);
    terminal_sync(b);
    clinic_pass(a->clinic, US_PER_MINUTE);
    terminal_sync(a);
    cr_expect_eq(state_after_settling(a, id, &is_settled), RECONCILE_STATE_PROVISIONAL, "somebody has to look");
    cr_expect_not(is_settled);
}
