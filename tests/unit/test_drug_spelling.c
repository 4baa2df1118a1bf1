/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A misspelt name is answered by what may have been meant, both of a look-alike pair, and is never taken by itself. */
#include <criterion/criterion.h>

#include "base/text.h"
#include "safety/knowledge.h"
#include "safety/resolve.h"

static bool names(const struct drug_suggestion *items, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (text_equal_folded(items[i].name, name)) {
            return true;
        }
    }
    return false;
}

Test(drug_spelling, names_what_may_have_been_meant)
{
    static const struct {
        const char *typed, *meant, *also; /* also: the other of a look-alike pair; NULL none */
    } cases[] = {
        {"warfrin", "warfarin", NULL},
        {"Warfrin 5 mg tab", "warfarin", NULL},
        {"metfromin", "metformin", "metronidazole"},
        {"hydroxizine", "hydroxyzine", "hydralazine"},
        {"amoxicilin", "amoxicillin", NULL},
        {"amoxicilin clavulanat", "amoxicillin / clavulanate", NULL},
        {"lamotrigene", "lamotrigine", "lamivudine"},
        {"Xarleto", "Xarelto", NULL},
        {"kephalexin", "cephalexin", NULL}, /* sounds alike */
        {"insulin glargin", "insulin glargine", NULL},
        {"insulin", "insulin glargine", "insulin aspart"}, /* stands for several */
    };
    struct knowledge *k = NULL;
    cr_assert_eq(knowledge_open(&k, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drug_suggestion found[DRUG_MEANT_MAX];
        struct drug_identity identity;
        int count = drug_did_you_mean(k, cases[i].typed, found, DRUG_MEANT_MAX);
        cr_expect(names(found, count, cases[i].meant), "%s: %d, %s", cases[i].typed, count, count > 0 ? found[0].name : "");
        cr_expect(cases[i].also == NULL || names(found, count, cases[i].also), "%s: %s", cases[i].typed, cases[i].also);
        cr_expect_neq(resolve_drug(k, cases[i].typed, &identity), DRUG_KNOWN, "%s", cases[i].typed);
        for (int a = 0; a < count; a++) {
            for (int b = a + 1; b < count; b++) {
                cr_expect_not(text_equal_folded(found[a].name, found[b].name), "%s: %s twice", cases[i].typed, found[a].name);
            }
        }
    }
    knowledge_free(k);
}

Test(drug_spelling, is_silent_where_nothing_is_near)
{
    static const char *const typed[] = {"", "zorblaxinol", "xyz", "12345", "warfarin", "aspirin 81 mg", "tablet daily"};
    struct knowledge *k = NULL;
    cr_assert_eq(knowledge_open(&k, NULL), STATUS_OK);
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        struct drug_suggestion found[DRUG_MEANT_MAX];
        cr_expect_eq(drug_did_you_mean(k, typed[i], found, DRUG_MEANT_MAX), 0, "%s: %s", typed[i], found[0].name);
    }
    knowledge_free(k);
}
