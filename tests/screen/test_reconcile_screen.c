/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A discharge document against a chart of 14 drugs, by keys that are counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "service/reconciliation.h"
#include "support/bed.h"
#include "support/clinic_screen.h"
#include "support/discharge.h"

struct scene {
    struct clinic *c;
    struct clinic_screen s;
    struct uid patient;
    char *path;
    int keys; /* each key, each typed letter, each paste */
};

static void press(struct scene *x, const char *key)
{
    harness_press(x->s.h, key);
    x->keys++;
}

static void type(struct scene *x, const char *text)
{
    harness_type(x->s.h, text);
    x->keys += (int)strlen(text);
}

static void paste(struct scene *x, const char *text)
{
    harness_paste(x->s.h, text);
    x->keys++;
}

static struct scene *scene_new(void)
{
    struct scene *x = mem_alloc(sizeof *x);
    x->c = clinic_new();
    x->patient = clinic_add_patient(x->c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
    for (int i = 0; i < DISCHARGE_DRUGS_COUNT; i++) {
        if (DISCHARGE_DRUGS[i].chart != NULL) {
            (void)clinic_add_order(x->c, x->patient, DISCHARGE_DRUGS[i].chart);
        }
    }
    x->path = mem_format("%s/d.xml", x->c->folder);
    discharge_write(x->path, "Grace", "Okafor");
    clinic_screen_open(&x->s, x->c, CLINIC_PRESCRIBER, 24, 80);
    return x;
}

static void scene_free(struct scene *x)
{
    clinic_screen_close(&x->s);
    clinic_free(x->c);
    mem_free(x->path);
    mem_free(x);
}

static bool shows(const struct scene *x, const char *text)
{
    return emulator_shows(x->s.h->screen, text);
}

Test(reconcile_screen, a_discharge_document_against_fourteen_drugs_takes_few_keys)
{
    struct scene *x = scene_new();
    harness_open(x->s.h, &SCREEN_CHART, &x->patient);
    for (int i = 0; i < 4; i++) {
        press(x, "Right");
    }
    press(x, "F5");
    press(x, "Enter"); /* admission */
    harness_golden(x->s.h, "reconcile", "begun");
    press(x, "0");
    paste(x, x->path);
    press(x, "F10");
    harness_golden(x->s.h, "reconcile", "compared");
    press(x, "8");
    harness_golden(x->s.h, "reconcile", "rest");
    for (int i = 0; i < 4; i++) { /* metoprolol, omeprazole, loratadine, finasteride in the order of the screen */
        if (shows(x, "CHANGED")) {
            press(x, "c");
            press(x, "Right");
            harness_golden(x->s.h, "reconcile.item", "differs");
            for (int tab = 0; tab < 4; tab++) {
                press(x, "Tab");
            }
            type(x, "new");
            press(x, "F10");
        } else if (shows(x, "): finasteride")) {
            press(x, "a");
            press(x, "Tab");
            type(x, "BPH");
            press(x, "F10");
        } else {
            press(x, "c");
        }
    }
    harness_golden(x->s.h, "reconcile", "decided");
    press(x, "F10"); /* with whom, one source */
    press(x, "Right");
    press(x, "Tab");
    type(x, " ");
    press(x, "F10");
    for (int i = 0; i < 6 && !shows(x, "F10 signs"); i++) { /* what could not be checked, by name */
        press(x, "F10");
        press(x, "Right");
        press(x, "Enter");
    }
    harness_golden(x->s.h, "reconcile", "ready");
    press(x, "F10");
    paste(x, clinic_password(CLINIC_PRESCRIBER));
    press(x, "Enter");
    harness_expect(x->s.h, "the list is signed");
    harness_expect(x->s.h, "Signed list sha256"); /* another one each time: ids are in it */
    (void)fprintf(stderr, "reconciled 14 drugs in %d keys\n", x->keys);
    cr_expect_leq(x->keys, 60, "%d keys", x->keys);
    scene_free(x);
}

/* ---- the report ---- */

static void look_at_report(struct clinic *c, int rows, int cols)
{
    struct clinic_screen s;
    clinic_screen_open(&s, c, CLINIC_PRESCRIBER, rows, cols);
    harness_open(s.h, &SCREEN_RECONCILE_REPORT, NULL);
    harness_golden(s.h, "reconcile_report", "one");
    harness_press(s.h, "["); /* this month, then the one before: nothing was begun, what is put off stays */
    harness_press(s.h, "[");
    harness_expect(s.h, "Begun: 0, of 0 patients");
    harness_expect(s.h, "zzyzx");
    clinic_screen_close(&s);
}

Test(reconcile_screen, the_report_counts_and_says_who_has_put_off_what)
{
    static char asked[] = "asked the son";
    struct error err = ERROR_INIT;
    struct bed b = bed_new();
    (void)clinic_add_order(b.c, b.patient, "metformin 500 mg tab 1 tab bid");
    bed_begin(&b, CLINIC_PRESCRIBER, RECONCILE_TRANSITION_VISIT);
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "metformin 500 mg tab 1 tab bid");
    bed_say(&b, CLINIC_PRESCRIBER, HISTORY_SOURCE_PATIENT, "zzyzx drops 2 drops daily");
    bed_decide(&b, CLINIC_PRESCRIBER, "metformin", BED_CONTINUE);
    struct reconcile_item unable = bed_action(RECONCILE_ACTION_UNABLE);
    unable.words = asked;
    unable.owner = clinic_user(b.c, CLINIC_NURSE);
    bed_decide(&b, CLINIC_PRESCRIBER, "zzyzx", unable);
    bed_facts(&b, CLINIC_PRESCRIBER);
    bed_clear(&b, CLINIC_PRESCRIBER);
    cr_assert_eq(bed_sign(&b, CLINIC_PRESCRIBER, &err), STATUS_OK, "%s", error_text(&err));
    look_at_report(b.c, 24, 80);
    look_at_report(b.c, 60, 200);
    clinic_free(b.c);
}

/* ---- the co-signature ---- */

static void find_tab(struct harness *h, const char *title)
{
    for (int i = 0; i < 12 && !harness_shows(h, title); i++) {
        harness_press(h, "Tab");
    }
    harness_expect(h, title);
}

static void look_as(struct clinic_screen *s, struct bed *b, enum clinic_person who, int rows, int cols)
{
    if (s->h != NULL) {
        clinic_screen_close(s);
    }
    clinic_screen_open(s, b->c, who, rows, cols);
}

/* A nurse's list that stops a drug: it is on the prescriber's Home, is given back with words, comes again, and is in force when the
 * prescriber has signed it; by keys. */
static void walk_cosign(int rows, int cols)
{
    struct error err = ERROR_INIT;
    struct clinic_screen s = {.h = NULL};
    struct bed b = bed_new();
    struct uid omeprazole = clinic_add_order(b.c, b.patient, "omeprazole 20 mg cap 1 cap daily");
    char gone[] = "no_indication";
    bed_begin(&b, CLINIC_NURSE, RECONCILE_TRANSITION_ADMISSION);
    bed_say(&b, CLINIC_NURSE, HISTORY_SOURCE_PATIENT, "omeprazole 20 mg cap 1 cap daily");
    struct reconcile_item stop = bed_action(RECONCILE_ACTION_STOP);
    stop.reason = gone;
    bed_decide(&b, CLINIC_NURSE, "omeprazole", stop);
    bed_facts(&b, CLINIC_NURSE);
    bed_clear(&b, CLINIC_NURSE);
    cr_assert_eq(bed_sign(&b, CLINIC_NURSE, &err), STATUS_OK, "%s", error_text(&err));

    look_as(&s, &b, CLINIC_PRESCRIBER, rows, cols);
    find_tab(s.h, "[Reconcile");
    harness_expect(s.h, "OKAFOR, Grace");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "omeprazole");
    harness_expect(s.h, "awaiting the prescriber");
    harness_press(s.h, "<");
    harness_type(s.h, "ask the daughter first");
    harness_press(s.h, "F10");
    look_as(&s, &b, CLINIC_NURSE, rows, cols);
    find_tab(s.h, "[Reconcile");
    harness_press(s.h, "Enter");
    harness_expect(s.h, "Given back: ask the daughter first");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Is it still you");
    harness_type(s.h, clinic_password(CLINIC_NURSE));
    harness_press(s.h, "Enter");
    struct order order = clinic_get_order(b.c, omeprazole);
    cr_expect_eq(order.status, MEDICATION_STATUS_ACTIVE, "a nurse's word stops nothing");
    order_release(&order);

    look_as(&s, &b, CLINIC_PRESCRIBER, rows, cols);
    find_tab(s.h, "[Reconcile");
    harness_press(s.h, "Enter");
    harness_press(s.h, "F10");
    harness_expect(s.h, "Is it still you");
    harness_type(s.h, clinic_password(CLINIC_PRESCRIBER));
    harness_press(s.h, "Enter");
    order = clinic_get_order(b.c, omeprazole);
    cr_expect_eq(order.status, MEDICATION_STATUS_STOPPED);
    order_release(&order);
    struct reconcile_view *v = bed_view(&b, CLINIC_PRESCRIBER);
    cr_expect_eq(v->session.state, RECONCILE_STATE_SIGNED_FINAL);
    cr_expect_eq(uid_compare(v->session.cosigned_by, clinic_user(b.c, CLINIC_PRESCRIBER)), 0);
    reconcile_view_free(v);
    clinic_screen_close(&s);
    clinic_free(b.c);
}

Test(reconcile_screen, a_nurses_list_is_given_back_and_then_signed_by_a_prescriber)
{
    walk_cosign(24, 80);
}

Test(reconcile_screen, the_same_on_a_large_terminal)
{
    walk_cosign(60, 200);
}
