/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands on a label, and what it says where it cannot be said. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "service/labels.h"
#include "support/counter.h"

enum { LABEL_CELLS = 40 };
#define AMOXICILLIN "]d201003001430010881728063010S300"

/* Filled for the order, and its label in that language: the caller frees. */
static char *label_of(struct counter *k, struct uid order, const char *code, int quantity, const char *language, struct label *label)
{
    struct error err = ERROR_INIT;
    struct chart *chart = NULL;
    struct fill_view view = {0};
    struct buffer text = BUFFER_INIT;
    struct actor *technician = clinic_actor(k->c, CLINIC_TECHNICIAN);
    struct uid fill = counter_start(k, order, quantity);
    counter_take(k, fill);
    counter_fill(k, fill, code, quantity);
    cr_assert_eq(chart_open(technician, k->patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(fill_look(technician, chart, fill, &view, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(label_make(technician, &chart->patient, &view, language, label, &err), STATUS_OK, "%s", error_text(&err));
    document_to_text(label->document, LABEL_CELLS, 0, &text);
    fill_view_release(&view);
    chart_free(chart);
    return buffer_take(&text);
}

/* Without the breaks of its lines, which are each as long as the label at most. */
static char *unwrapped(char *text)
{
    struct buffer out = BUFFER_INIT;
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\n"), end = len;
        cr_expect_leq(len, LABEL_CELLS, "%.*s", (int)len, at); /* these texts are ASCII */
        while (end > 0 && at[end - 1] == ' ') {
            end--;
        }
        buffer_append_format(&out, "%s%.*s", out.len > 0 ? " " : "", (int)end, at);
        at += len + (at[len] == '\n');
    }
    mem_free(text);
    return buffer_take(&out);
}

Test(labels, speak_the_patients_language_or_english_and_say_so)
{
    static const struct {
        const char *language, *words;
        enum label_language in;
        bool has_notice;
    } CASES[] = {{"en", "Take 1 tablet by mouth 2 times a day", LABEL_ENGLISH, false},
                 {"es-MX", "Tome 1 tableta por la boca 2 veces al d\xc3\xad" "a", LABEL_SPANISH, false},
                 {"fr", "Prenez 1 comprim\xc3\xa9 par la bouche 2 fois par jour", LABEL_FRENCH, false},
                 {"de", "Take 1 tablet by mouth 2 times a day", LABEL_ENGLISH, true}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct counter k = counter_new();
        struct label label = {0};
        struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
        char *text = label_of(&k, order, COUNTER_METFORMIN, 60, CASES[i].language, &label), *all = NULL;
        for (char *at = strchr(text, '\n'); at != NULL; at = strchr(at, '\n')) {
            *at = ' '; /* a sentence may go on in the next line */
        }
        all = text;
        cr_expect_not_null(strstr(all, CASES[i].words), "%s: %s", CASES[i].language, all);
        cr_expect_eq(label.language, CASES[i].in, "%s", CASES[i].language);
        cr_expect_eq(label.refusal[0] != '\0', CASES[i].has_notice, "%s: %s", CASES[i].language, label.refusal);
        cr_expect_not_null(strstr(all, "metFORMIN 500 mg tab"), "tall-man: %s", all);
        mem_free(all);
        label_release(&label);
        clinic_free(k.c);
    }
}

Test(labels, of_liquids_are_in_millilitres_only)
{
    struct counter k = counter_new();
    struct label label = {0};
    counter_teach(&k, AMOXICILLIN, "amoxicillin 250 mg/5 mL susp");
    struct uid order = counter_order(&k, "amoxicillin 250 mg/5 mL susp 500 mg po tid 7d #210 r0");
    char *text = unwrapped(label_of(&k, order, AMOXICILLIN, 210, "en", &label));
    cr_expect_not_null(strstr(text, "Take 10 mL by mouth 3 times a day"), "%s", text);
    cr_expect_not_null(strstr(text, "Shake well."), "%s", text);
    cr_expect_null(strstr(text, "spoon"), "%s", text);
    cr_expect_null(strstr(text, "500 mg"), "the dose is what is measured out: %s", text);
    mem_free(text);
    label_release(&label);
    clinic_free(k.c);
}

Test(labels, wrap_long_names_and_cut_neither_drug_nor_strength)
{
    struct counter k = counter_new();
    struct label label = {0};
    k.patient = clinic_add_patient(k.c, &(struct clinic_patient){.first = "Wilhelmina Alexandrina Konstantina", .last = "Featherstonehaugh-Cholmondeley",
                                                                  .weight_kg = "62"});
    counter_teach(&k, AMOXICILLIN, "amoxicillin and clavulanate potassium 875 mg tab");
    struct uid order = counter_order(&k, "amoxicillin and clavulanate potassium 875 mg tab 1 tab bid 7d #14 r0");
    char *text = unwrapped(label_of(&k, order, AMOXICILLIN, 14, "en", &label));
    cr_expect_not_null(strstr(text, "FEATHERSTONEHAUGH-CHOLMONDELEY, Wilhelmina Alexandrina Konstantina"), "%s", text);
    cr_expect_not_null(strstr(text, "875 mg tab"), "%s", text);
    cr_expect_null(strstr(text, "\xe2\x80\xa6"), "nothing is cut: %s", text);
    mem_free(text);
    label_release(&label);
    clinic_free(k.c);
}
