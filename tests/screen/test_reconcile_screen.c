/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A discharge document against a chart of 14 drugs, by keys that are counted. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "service/reconciliation.h"
#include "support/clinic_screen.h"

#define HEAD                                                                                                          \
    "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><recordTarget>"  \
    "<patientRole><id root=\"1.2.3\" extension=\"17\"/><patient><name><given>Grace</given><family>Okafor</family></name>"  \
    "<birthTime value=\"19600517\"/></patient></patientRole></recordTarget><component><structuredBody><component><section>" \
    "<code code=\"10183-2\"/><title>Discharge medications</title>"
#define TAIL "</section></component></structuredBody></component></ClinicalDocument>"

struct drug {
    const char *chart; /* as ordered here; NULL: not on the chart */
    const char *name;  /* in the document; NULL: not in it */
    const char *dose, *hours;
};

static const struct drug DRUGS[] = {
    {"metformin 500 mg tab 1 tab bid", "metformin 500 MG Oral Tablet", "500", "12"},
    {"lisinopril 10 mg tab 1 tab daily", "lisinopril 10 MG Oral Tablet", "10", "24"},
    {"amlodipine 5 mg tab 1 tab daily", "amlodipine 5 MG Oral Tablet", "5", "24"},
    {"furosemide 40 mg tab 1 tab daily", "furosemide 40 MG Oral Tablet", "40", "24"},
    {"atorvastatin 20 mg tab 1 tab daily", "atorvastatin 20 MG Oral Tablet", "20", "24"},
    {"levothyroxine 50 mcg tab 1 tab daily", "levothyroxine 0.05 MG Oral Tablet", "0.05", "24"},
    {"allopurinol 100 mg tab 1 tab daily", "allopurinol 100 MG Oral Tablet", "100", "24"},
    {"gabapentin 100 mg cap 1 cap tid", "gabapentin 100 MG Oral Capsule", "100", "8"},
    {"folic acid 1 mg tab 1 tab daily", "folic acid 1 MG Oral Tablet", "1", "24"},
    {"montelukast 10 mg tab 1 tab daily", "montelukast 10 MG Oral Tablet", "10", "24"},
    {"cetirizine 10 mg tab 1 tab daily", "cetirizine 10 MG Oral Tablet", "10", "24"},
    {"metoprolol tartrate 25 mg tab 1 tab bid", "metoprolol tartrate 50 MG Oral Tablet", "50", "12"}, /* the dose differs */
    {"omeprazole 20 mg cap 1 cap daily", NULL, NULL, NULL},                                              /* left out there */
    {"loratadine 10 mg tab 1 tab daily", NULL, NULL, NULL},
    {NULL, "finasteride 5 MG Oral Tablet", "5", "24"},                                                   /* new there */
};

static char *document(void)
{
    struct buffer out = BUFFER_INIT;
    buffer_append_text(&out, HEAD);
    for (size_t i = 0; i < sizeof DRUGS / sizeof *DRUGS; i++) {
        if (DRUGS[i].name != NULL) {
            buffer_append_format(&out,
                                 "<entry><substanceAdministration><statusCode code=\"active\"/><effectiveTime xsi:type=\"PIVL_TS\" "
                                 "institutionSpecified=\"true\"><period value=\"%s\" unit=\"h\"/></effectiveTime><routeCode code=\"C38288\" "
                                 "displayName=\"ORAL\"/><doseQuantity value=\"%s\" unit=\"mg\"/><consumable><manufacturedProduct>"
                                 "<manufacturedMaterial><code nullFlavor=\"OTH\"><originalText>%s</originalText></code>"
                                 "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>",
                                 DRUGS[i].hours, DRUGS[i].dose, DRUGS[i].name);
        }
    }
    buffer_append_text(&out, TAIL);
    return buffer_take(&out);
}

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
    for (size_t i = 0; i < sizeof DRUGS / sizeof *DRUGS; i++) {
        if (DRUGS[i].chart != NULL) {
            (void)clinic_add_order(x->c, x->patient, DRUGS[i].chart);
        }
    }
    char *text = document();
    x->path = mem_format("%s/d.xml", x->c->folder);
    FILE *file = fopen(x->path, "we");
    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
    mem_free(text);
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

Test(reconcile_screen, a_discharge_document_against_fourteen_drugs_takes_few_keys, .timeout = 120)
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
    press(x, "Up");
    for (int i = 0; i < 5; i++) {
        press(x, "Left"); /* round to the document */
    }
    press(x, "Down");
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
