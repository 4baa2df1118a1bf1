/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "safety/check_text.h"

enum { MOST = 8 };

static struct knowledge *k;
static struct screen_result *result;
static struct check_request request;
static struct screen_alternative found[MOST];

static void set_up(void)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(knowledge_open(&k, &err), STATUS_OK, "%s", error_text(&err));
    result = malloc(sizeof *result);
    check_request_init(&request);
}

static void tear_down(void)
{
    check_request_release(&request);
    free(result);
    knowledge_free(k);
}

TestSuite(alternatives, .init = set_up, .fini = tear_down);

/* Alternatives for the first of the drugs, which is being ordered. */
static int look(const char *const *drugs, const char *allergy)
{
    struct error err = ERROR_INIT;
    check_request_release(&request);
    check_request_init(&request);
    for (int i = 0; drugs[i]; i++) {
        cr_assert_eq(check_add_drug(&request, k, drugs[i], &err), STATUS_OK, "%s", error_text(&err));
    }
    if (allergy) {
        cr_assert_eq(check_add_allergy(&request, k, allergy, &err), STATUS_OK, "%s", error_text(&err));
    }
    request.drugs[0].state = SCREEN_NEW;
    return screen_alternatives(k, &request.input, 0, result, found, MOST);
}

static int place_of(const char *name, int count)
{
    int at = 0;
    while (at < count && strcmp(knowledge_name(k, found[at].substance), name) != 0) {
        at++;
    }
    return at < count ? at : -1;
}

Test(alternatives, are_offered_for_interactions_and_allergies)
{
    static const struct {
        const char *drugs[4];
        const char *allergy, *offered;
    } cases[] = {
        {{"ibuprofen", "warfarin"}, NULL, "acetaminophen"},
        {{"clarithromycin", "simvastatin"}, NULL, "azithromycin"},
        {{"omeprazole", "clopidogrel"}, NULL, "pantoprazole"},
        {{"simvastatin", "clarithromycin"}, NULL, "rosuvastatin"},
        {{"amoxicillin"}, "penicillin (anaphylaxis)", "azithromycin"},
        {{"lisinopril"}, "lisinopril (angioedema)", "amlodipine"},
        {{"Augmentin"}, "penicillin (anaphylaxis)", "doxycycline"}, /* the use of what it is named for */
        {{"colchicine", "clarithromycin"}, NULL, "naproxen"},       /* and not the other way round, below */
        {{"metoclopramide", "levodopa"}, NULL, "ondansetron"},
        {{"sumatriptan", "phenelzine"}, NULL, "acetaminophen"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int count = look(cases[i].drugs, cases[i].allergy);
        struct buffer all = BUFFER_INIT;
        for (int n = 0; n < count; n++) {
            buffer_append_text(&all, " ");
            buffer_append_text(&all, knowledge_name(k, found[n].substance));
        }
        cr_expect_geq(place_of(cases[i].offered, count), 0, "%s: lacks %s, has%s", cases[i].drugs[0], cases[i].offered,
                      all.bytes != NULL ? all.bytes : "");
        buffer_release(&all);
    }
}

/* Whatever is offered interrupts nowhere when it is put into the place, and the milder stands in front. */
Test(alternatives, are_screened_and_in_order)
{
    static const char *const charts[][5] = {{"ibuprofen", "warfarin", "lisinopril", "sertraline", NULL},
                                            {"amoxicillin", "methotrexate", "warfarin", NULL},
                                            {"citalopram", "methadone", "omeprazole", NULL},
                                            {"oxycodone", "diazepam", NULL},
                                            {"spironolactone", "lisinopril", "potassium chloride", NULL}};
    int offered = 0;
    for (size_t c = 0; c < sizeof charts / sizeof *charts; c++) {
        int count = look(charts[c], "penicillin (anaphylaxis)");
        struct screen_alternative kept[MOST];
        memcpy(kept, found, sizeof kept);
        offered += count;
        for (int n = 0; n < count; n++) {
            struct screen_input input = request.input;
            struct screen_drug drugs[8];
            memcpy(drugs, input.drugs, (size_t)input.drug_count * sizeof *drugs);
            drugs[0] = (struct screen_drug){.text = "it", .state = SCREEN_NEW, .route = ROUTE_ORAL,
                                            .identity = {.match = DRUG_KNOWN, .ingredient_count = 1,
                                                         .ingredients = {kept[n].substance}}};
            input.drugs = drugs;
            input.scope = SCREEN_NEW_ONLY;
            screen(k, &input, result);
            for (int f = 0; f < result->finding_count; f++) {
                cr_expect_not(finding_interrupts(&result->findings[f]), "%s for %s: %s",
                              knowledge_name(k, kept[n].substance), charts[c][0], result->findings[f].rule_id);
            }
            for (int d = 1; d < input.drug_count; d++) {
                cr_expect_neq(drugs[d].identity.ingredients[0], kept[n].substance, "is on the chart");
            }
            cr_expect(n == 0 || kept[n - 1].worst >= kept[n].worst, "the milder in front");
        }
    }
    cr_expect_geq(offered, 15, "%d", offered);
}

/* A wider group of the ATC index holds a drug and its opposite; what is for many uses is not answered by one of them. */
Test(alternatives, never_come_from_a_group_that_says_nothing_of_the_use)
{
    static const struct {
        const char *drugs[4];
        const char *allergy, *never;
    } cases[] = {
        {{"levothyroxine", "calcium carbonate"}, NULL, "methimazole"},
        {{"fluoxetine", "phenelzine"}, NULL, "donepezil"},
        {{"sildenafil", "nitroglycerin"}, NULL, "oxybutynin"},
        {{"apixaban", "rifampin"}, NULL, "treprostinil"},
        {{"ibuprofen", "lithium"}, NULL, "colchicine"},
        {{"ibuprofen", "lithium"}, NULL, "penicillamine"},
        {{"amoxicillin"}, "penicillin", "methenamine"},
        {{"pioglitazone", "gemfibrozil"}, NULL, "troglitazone"},
        {{"citalopram", "amiodarone"}, NULL, "dapoxetine"},
        {{"tizanidine", "ciprofloxacin"}, NULL, "clonidine"},
        {{"codeine", "paroxetine"}, NULL, "dextromethorphan"},
        {{"clopidogrel", "omeprazole"}, NULL, "treprostinil"},
        {{"clopidogrel", "omeprazole"}, NULL, "anagrelide"},
        {{"tamoxifen", "paroxetine"}, NULL, "clomiphene"},
        {{"riluzole", "fluvoxamine"}, NULL, "tetrabenazine"},
        {{"hydroxyurea", "didanosine"}, NULL, "celecoxib"},
        {{"methylergonovine", "ritonavir"}, NULL, "ergotamine"},
        {{"bismuth subsalicylate", "warfarin"}, NULL, "diflunisal"},
        {{"calcipotriene"}, NULL, "calcitriol"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int count = look(cases[i].drugs, cases[i].allergy);
        cr_expect_lt(place_of(cases[i].never, count), 0, "%s for %s", cases[i].never, cases[i].drugs[0]);
    }
}

Test(alternatives, keep_off_opioids_and_herbs_and_what_nobody_knows)
{
    static const char *const pain[] = {"ibuprofen", "warfarin", NULL};
    static const char *const none[] = {"zorblax", "warfarin", NULL};
    int count = look(pain, NULL);
    for (int n = 0; n < count; n++) {
        unsigned flags = knowledge_flags(k, found[n].substance);
        cr_expect_not(flags & (INGREDIENT_CONTROLLED_2 | INGREDIENT_CONTROLLED_4 | INGREDIENT_HERBAL), "%s",
                      knowledge_name(k, found[n].substance));
    }
    cr_expect_eq(look(none, NULL), 0);
}
