/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Half-typed forms after everything that can happen to a terminal: drafts come back to the same person, form and patient,
 * and to nobody else. */
#include <criterion/criterion.h>

#include "service/drafts.h"
#include "support/clinic_screen.h"

#define TYPED "zinc gluconate"

static struct uid grace(struct clinic *c)
{
    return clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
}

static size_t drafts_of(struct clinic *c, enum clinic_person who)
{
    struct error err = ERROR_INIT;
    struct own_draft_list list = {0};
    cr_assert_eq(draft_list_refresh(clinic_actor(c, who), &list, &err), STATUS_OK, "%s", error_text(&err));
    size_t count = list.len;
    own_draft_list_release(&list);
    return count;
}

static void type_into_order(struct clinic_screen *s, struct uid patient)
{
    harness_open(s->h, &SCREEN_ORDER, &(struct order_argument){.patient = patient});
    harness_type(s->h, TYPED);
}

/* What kill -9 does: nothing of this process is run any more, another one opens the site. */
Test(drafts, come_back_after_the_process_is_gone)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s, again;
    struct uid patient = grace(c);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    type_into_order(&s, patient);
    clinic_pass(c, 4 * US_PER_SECOND);
    harness_advance(s.h, 300); /* the workstation looks at open forms */
    harness_free(s.h);
    s.ws.drafts = NULL;
    workstation_close(&s.ws);
    clinic_screen_open(&again, c, CLINIC_PRESCRIBER, 24, 80);
    harness_press(again.h, "Tab");
    harness_expect(again.h, "[Drafts 1]");
    harness_expect(again.h, "OKAFOR, Grace");
    harness_press(again.h, "Enter");
    harness_expect(again.h, TYPED);
    harness_expect(again.h, "is back");
    clinic_screen_close(&again);
    clinic_free(c);
}

Test(drafts, are_kept_while_typing_but_not_with_every_key)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    struct uid patient = grace(c);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    type_into_order(&s, patient);
    clinic_pass(c, 4 * US_PER_SECOND);
    harness_advance(s.h, 300);
    int64_t version = site_data_version(c->site);
    harness_type(s.h, " 50 mg tab daily for ever and a day");
    cr_assert_eq(site_data_version(c->site), version, "something was written for a key");
    clinic_pass(c, 4 * US_PER_SECOND);
    harness_advance(s.h, 300);
    cr_assert_neq(site_data_version(c->site), version, "what was typed is not kept");
    clinic_screen_close(&s);
    clinic_free(c);
}

Test(drafts, outlive_a_lock_at_once)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    struct uid patient = grace(c);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    type_into_order(&s, patient);
    harness_press(s.h, "F9");
    harness_expect_not(s.h, TYPED);
    cr_assert_eq(drafts_of(c, CLINIC_PRESCRIBER), 1);
    harness_type(s.h, clinic_password(CLINIC_PRESCRIBER));
    harness_press(s.h, "Enter");
    harness_expect(s.h, TYPED);
    clinic_screen_close(&s);
    clinic_free(c);
}

Test(drafts, outlive_signing_out_and_belong_to_their_person)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    struct uid patient = grace(c);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    type_into_order(&s, patient);
    clinic_screen_close(&s); /* every screen is closed without a question, as by a lost line */
    cr_assert_eq(drafts_of(c, CLINIC_PRESCRIBER), 1);
    cr_assert_eq(drafts_of(c, CLINIC_PRESCRIBER_2), 0);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER_2, 24, 80);
    harness_open(s.h, &SCREEN_ORDER, &(struct order_argument){.patient = patient});
    harness_expect_not(s.h, TYPED);
    clinic_screen_close(&s);
    clinic_free(c);
}

Test(drafts, belong_to_their_patient)
{
    struct clinic *c = clinic_new();
    struct clinic_screen s;
    struct uid patient = grace(c), other = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafour"});
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    type_into_order(&s, patient);
    clinic_screen_close(&s);
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
    harness_open(s.h, &SCREEN_ORDER, &(struct order_argument){.patient = other});
    harness_expect_not(s.h, TYPED);
    clinic_screen_close(&s);
    clinic_free(c);
}

Test(drafts, are_gone_when_the_person_says_so)
{
    static const struct {
        const char *what, *keys[3];
        size_t drafts;
    } cases[] = {
        {"leaving and keeping a draft", {"Esc", "Right", "Enter"}, 1},
        {"throwing it away", {"Esc", "Left", "Enter"}, 0},
        {"nothing typed", {"Ctrl-U", "Esc", NULL}, 0},
        {"starting anew", {"Ctrl-X", "Esc", NULL}, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clinic *c = clinic_new();
        struct clinic_screen s;
        struct uid patient = grace(c);
        clinic_screen_open(&s, c, CLINIC_PRESCRIBER, 24, 80);
        type_into_order(&s, patient);
        clinic_pass(c, 4 * US_PER_SECOND);
        harness_advance(s.h, 300);
        cr_assert_eq(drafts_of(c, CLINIC_PRESCRIBER), 1, "%s", cases[i].what);
        for (int k = 0; k < 3 && cases[i].keys[k] != NULL; k++) {
            harness_press(s.h, cases[i].keys[k]);
        }
        harness_expect(s.h, "Find or scan");
        cr_assert_eq(drafts_of(c, CLINIC_PRESCRIBER), cases[i].drafts, "%s", cases[i].what);
        clinic_screen_close(&s);
        clinic_free(c);
    }
}
