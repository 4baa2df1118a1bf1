/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pairing of medicines (clinical.md 4.A.3): every tier, and what must never be put together. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "model/order_line.h"
#include "safety/med_match.h"

static struct knowledge *k;

static void open_knowledge(void)
{
    cr_assert_eq(knowledge_open(&k, NULL), STATUS_OK);
}

static void close_knowledge(void)
{
    knowledge_free(k);
}

TestSuite(med_match, .init = open_knowledge, .fini = close_knowledge);

/* "metformin 500 mg tab; 1 tab po bid; rxnorm 861007" */
static struct match_line line_of(const char *text, const char *typed, const char *code, int list)
{
    struct match_line line = {.text = text, .code = code, .list = list};
    struct order_line parsed;
    const struct order_line_options options = {.is_drug_known = true};
    (void)resolve_drug(k, text, &line.identity);
    cr_assert_eq(order_line_parse(typed, &options, &parsed, NULL), STATUS_OK, "%s", typed);
    line.sig = parsed.sig;
    return line;
}

struct pair {
    const char *home, *home_sig, *chart, *chart_sig;
    enum match_tier tier;
    unsigned differences;
};
#define D(name) MATCH_DIFFERS_##name
static const struct pair PAIRS[] = {
    /* T2: the same clinical drug */
    {"Glucophage 500 mg tablet", "1 tab po bid", "metformin 500 mg tablet", "1 tab po bid", MATCH_TIER_CLINICAL, 0},
    {"metformin 500 mg", "500 mg bid", "metformin hydrochloride 500 MG Oral Tablet", "1 tab po bid", MATCH_TIER_CLINICAL, 0},
    {"Lipitor 20 mg tab", "20 mg daily", "atorvastatin 20 mg tablet", "1 tab po daily", MATCH_TIER_CLINICAL, 0},
    {"levothyroxine 0.1 mg tablet", "1 tab daily", "levothyroxine 100 mcg tablet", "1 tab daily", MATCH_TIER_CLINICAL, 0},
    {"amoxicillin 250 mg/5 mL suspension", "10 mL po tid", "amoxicillin 50 mg/mL suspension", "500 mg po tid", MATCH_TIER_CLINICAL, 0},
    {"Augmentin 875 mg/125 mg tablet", "1 tab bid", "amoxicillin 875 mg / clavulanate 125 mg tablet", "1 tab po bid",
     MATCH_TIER_CLINICAL, 0},
    {"warfarin 5 mg tablet", "1 tab daily", "Coumadin 5 mg tablet", "5 mg po daily", MATCH_TIER_CLINICAL, 0},
    {"insulin glargine 100 units/mL", "0.2 mL subcut daily", "insulin glargine 100 units/mL", "20 units subcut daily",
     MATCH_TIER_CLINICAL, 0},
    /* T3: something differs, and which */
    {"lisinopril 5 mg tablet", "2 tab daily", "lisinopril 10 mg tablet", "1 tab daily", MATCH_TIER_CHANGED, D(STRENGTH)},
    {"lisinopril 10 mg tablet", "1 tab daily", "lisinopril 20 mg tablet", "1 tab daily", MATCH_TIER_CHANGED, D(STRENGTH) | D(DOSE)},
    {"metformin 500 mg tablet", "1 tab daily", "metformin 500 mg tablet", "1 tab bid", MATCH_TIER_CHANGED, D(DOSE) | D(FREQUENCY)},
    {"metformin 500 mg tablet", "2 tab daily", "metformin 500 mg tablet", "1 tab bid", MATCH_TIER_CHANGED, D(FREQUENCY)},
    {"metformin 500 mg ER tablet", "1 tab bid", "metformin 500 mg tablet", "1 tab bid", MATCH_TIER_CHANGED, D(RELEASE)},
    {"metoprolol tartrate 50 mg tablet", "1 tab bid", "metoprolol succinate 50 mg tablet", "1 tab bid", MATCH_TIER_CHANGED, D(SALT)},
    {"metoprolol tartrate 50 mg tablet", "1 tab bid", "metoprolol 50 mg tablet", "1 tab bid", MATCH_TIER_CLINICAL, 0},
    {"amlodipine besylate 5 mg tablet", "1 tab daily", "amlodipine besilate 5 mg tablet", "1 tab daily", MATCH_TIER_CLINICAL, 0},
    {"diclofenac sodium 50 mg tablet", "1 tab bid", "diclofenac potassium 50 mg tablet", "1 tab bid", MATCH_TIER_CHANGED, D(SALT)},
    {"hydroxyzine hcl 25 mg tablet", "1 tab daily", "hydroxyzine pamoate 25 mg capsule", "1 cap daily", MATCH_TIER_CHANGED,
     D(SALT) | D(FORM)},
    {"methotrexate 2.5 mg tablet", "15 mg daily", "methotrexate 2.5 mg tablet", "15 mg weekly on monday", MATCH_TIER_CHANGED,
     D(DOSE) | D(FREQUENCY)},
    {"methotrexate 2.5 mg tablet", "15 mg weekly on monday", "methotrexate 2.5 mg tablet", "6 tab weekly on monday",
     MATCH_TIER_CLINICAL, 0},
    {"methotrexate 2.5 mg tablet", "15 mg weekly on friday", "methotrexate 2.5 mg tablet", "15 mg weekly on monday",
     MATCH_TIER_CHANGED, D(FREQUENCY)},
    /* doses that differ by day: the same week, the same week shared out otherwise, another week */
    {"warfarin 5 mg tablet", "5 mg mon-fri and 2.5 mg sat sun", "warfarin 5 mg tablet", "5 mg mon-fri and 2.5 mg sat sun",
     MATCH_TIER_CLINICAL, 0},
    {"warfarin 5 mg tablet", "5 mg mon tue wed and 2.5 mg thu", "warfarin 5 mg tablet", "5 mg tue wed thu and 2.5 mg mon",
     MATCH_TIER_CHANGED, D(FREQUENCY)},
    {"warfarin 5 mg tablet", "5 mg mon-fri and 2.5 mg sat sun", "warfarin 5 mg tablet", "5 mg daily", MATCH_TIER_CHANGED,
     D(DOSE)},
    {"methotrexate 2.5 mg tablet", "5 mg mon 20:00 and 5 mg tue 08:00 20:00", "methotrexate 2.5 mg tablet", "15 mg daily",
     MATCH_TIER_CHANGED, D(DOSE) | D(FREQUENCY)},
    {"levothyroxine 100 mg tablet", "1 tab daily", "levothyroxine 100 mcg tablet", "1 tab daily", MATCH_TIER_CHANGED,
     D(STRENGTH) | D(DOSE)},
    {"timolol 0.5 % eye drops", "1 drop ophthalmic bid", "timolol 10 mg tablet", "1 tab po bid", MATCH_TIER_CHANGED,
     D(STRENGTH) | D(FORM) | D(ROUTE) | D(UNIT)},
    {"ibuprofen 400 mg tablet", "1 tab q8h prn pain", "ibuprofen 400 mg tablet", "1 tab q8h", MATCH_TIER_CHANGED, D(PRN)},
    {"furosemide 40 mg tablet", "", "furosemide 40 mg tablet", "1 tab daily", MATCH_TIER_CHANGED, D(UNSTATED)},
    {"zzyzx herbal tea", "1 tab daily", "Zzyzx Herbal Tea", "1 tab daily", MATCH_TIER_CHANGED, D(UNCODED)},
    /* T4: one contains the other */
    {"lisinopril 20 mg tablet", "1 tab daily", "lisinopril 20 mg / hydrochlorothiazide 25 mg tablet", "1 tab daily",
     MATCH_TIER_PART_OF, 0},
    {"amoxicillin 500 mg capsule", "1 cap tid", "Augmentin 875 mg/125 mg tablet", "1 tab bid", MATCH_TIER_PART_OF, 0},
    {"acetaminophen 500 mg tablet", "1 tab q6h", "hydrocodone 5 mg / acetaminophen 325 mg tablet", "1 tab q6h", MATCH_TIER_PART_OF, 0},
    /* T5: the same class, ATC level 4 */
    {"simvastatin 20 mg tablet", "1 tab daily", "atorvastatin 20 mg tablet", "1 tab daily", MATCH_TIER_CLASS, 0},
    {"omeprazole 20 mg capsule", "1 cap daily", "pantoprazole 40 mg tablet", "1 tab daily", MATCH_TIER_CLASS, 0},
    {"enalapril 10 mg tablet", "1 tab daily", "lisinopril 10 mg tablet", "1 tab daily", MATCH_TIER_CLASS, 0},
    /* T6: text that resembles, one side not coded */
    {"metformim 500 mg", "500 mg bid", "metformin 500 mg tablet", "1 tab bid", MATCH_TIER_TEXT, 0},
    {"atorvastatinn 20 mg", "20 mg daily", "atorvastatin 20 mg tablet", "1 tab daily", MATCH_TIER_TEXT, 0},
    /* nothing in common */
    {"warfarin 5 mg tablet", "1 tab daily", "metformin 500 mg tablet", "1 tab bid", MATCH_TIER_ONLY, 0},
    {"acetaminophen 500 mg tablet", "1 tab q6h", "ibuprofen 400 mg tablet", "1 tab q8h", MATCH_TIER_ONLY, 0},
};

static void pair_check(const struct pair *p)
{
    struct match_line lines[2];
    struct match_group_list groups;
    lines[0] = line_of(p->chart, p->chart_sig, "", MATCH_CHART);
    lines[1] = line_of(p->home, p->home_sig, "", 0);
    med_match(k, lines, 2, &groups);
    size_t expected = p->tier == MATCH_TIER_CLINICAL || p->tier == MATCH_TIER_CHANGED ? 1 : 2;
    cr_expect_eq(groups.len, expected, "%s / %s: %zu groups", p->home, p->chart, groups.len);
    const struct match_group *last = &groups.items[groups.len - 1];
    cr_expect_eq(last->tier, p->tier, "%s / %s: tier %s", p->home, p->chart, enum_word(ENUM_MATCH_TIER, (int)last->tier));
    cr_expect_eq(last->differences, p->differences, "%s / %s: differences %x, expected %x", p->home, p->chart, last->differences,
                 p->differences);
    match_group_list_release(&groups);
}

Test(med_match, finds_the_tier_and_the_differences_of_every_pair)
{
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        pair_check(&PAIRS[i]);
        const struct pair turned = {PAIRS[i].chart, PAIRS[i].chart_sig, PAIRS[i].home, PAIRS[i].home_sig, PAIRS[i].tier,
                                    PAIRS[i].differences};
        pair_check(&turned);
    }
}

Test(med_match, the_same_code_is_the_first_tier_unless_something_differs)
{
    struct match_group_list groups;
    struct match_line lines[2];
    lines[0] = line_of("metformin 500 mg tablet", "1 tab bid", "rxnorm 861007", MATCH_CHART);
    lines[1] = line_of("metformin hydrochloride 500 MG Oral Tablet", "1 tab bid", "rxnorm 861007", 0);
    med_match(k, lines, 2, &groups);
    cr_expect_eq(groups.len, 1);
    cr_expect_eq(groups.items[0].tier, MATCH_TIER_CODE);
    match_group_list_release(&groups);
    lines[1] = line_of("metformin hydrochloride 500 MG Oral Tablet", "1 tab tid", "rxnorm 861007", 0);
    med_match(k, lines, 2, &groups);
    cr_expect_eq(groups.items[0].tier, MATCH_TIER_CHANGED);
    match_group_list_release(&groups);
}

Test(med_match, look_alikes_are_never_put_together_nor_hinted)
{
    static const char *const PAIRS_OF_LOOKALIKES[][2] = {
        {"hydroxyzine 25 mg", "hydralazine 25 mg"}, {"prednisolone 5 mg", "prednisone 5 mg"}, {"glipizide 5 mg", "glyburide 5 mg"},
        {"vinblastine 10 mg", "vincristine 10 mg"}, {"clonidine 0.1 mg", "clonazepam 1 mg"}, {"buproprio 150 mg", "buspirone 15 mg"},
        {"hydroxyzin 25 mg", "hydralazine 25 mg"}, {"prednisolon 5 mg", "prednisone 5 mg"}, {"chlorpromazin 25 mg", "chlorpropamide 25 mg"},
        {"sulfadiazin 500 mg", "sulfasalazine 500 mg"}, {"cycloserin 250 mg", "cyclosporine 100 mg"},
    };
    for (size_t i = 0; i < sizeof PAIRS_OF_LOOKALIKES / sizeof *PAIRS_OF_LOOKALIKES; i++) {
        struct match_line lines[2];
        struct match_group_list groups;
        lines[0] = line_of(PAIRS_OF_LOOKALIKES[i][0], "1 tab daily", "", MATCH_CHART);
        lines[1] = line_of(PAIRS_OF_LOOKALIKES[i][1], "1 tab daily", "", 0);
        med_match(k, lines, 2, &groups);
        cr_expect_eq(groups.len, 2, "%s", PAIRS_OF_LOOKALIKES[i][0]);
        for (size_t g = 0; g < groups.len; g++) {
            cr_expect_neq(groups.items[g].tier, MATCH_TIER_TEXT, "%s", PAIRS_OF_LOOKALIKES[i][0]);
        }
        match_group_list_release(&groups);
    }
}

/* Lines as "list text; sig". */
static struct match_group_list match_all(struct match_line *lines, size_t count)
{
    struct match_group_list groups;
    med_match(k, lines, count, &groups);
    return groups;
}

Test(med_match, two_strengths_that_make_one_dose_pair_as_a_group)
{
    struct match_line lines[3];
    lines[0] = line_of("warfarin 7.5 mg tablet", "1 tab daily", "", MATCH_CHART);
    lines[1] = line_of("warfarin 5 mg tablet", "1 tab daily", "", 0);
    lines[2] = line_of("warfarin 2.5 mg tablet", "1 tab daily", "", 0);
    struct match_group_list groups = match_all(lines, 3);
    cr_expect_eq(groups.len, 1);
    cr_expect_eq(groups.items[0].line_count, 3);
    cr_expect_eq(groups.items[0].differences, (unsigned)MATCH_DIFFERS_STRENGTH, "%x", groups.items[0].differences);
    match_group_list_release(&groups);
}

Test(med_match, different_days_of_the_week_are_one_dose)
{
    struct match_line lines[3];
    lines[0] = line_of("warfarin 5 mg tablet", "5 mg daily", "", MATCH_CHART);
    lines[1] = line_of("warfarin 5 mg tablet", "5 mg mon wed fri", "", 0);
    lines[2] = line_of("warfarin 5 mg tablet", "5 mg tue thu sat sun", "", 0);
    struct match_group_list groups = match_all(lines, 3);
    cr_expect_eq(groups.len, 1);
    cr_expect((groups.items[0].differences & (unsigned)MATCH_DIFFERS_DOSE) == 0);
    match_group_list_release(&groups);
}

Test(med_match, the_same_drug_twice_on_one_list_stays_two_lines)
{
    struct match_line lines[3];
    lines[0] = line_of("metoprolol tartrate 25 mg tablet", "1 tab bid", "", MATCH_CHART);
    lines[1] = line_of("metoprolol tartrate 25 mg tablet", "1 tab bid", "", MATCH_CHART);
    lines[2] = line_of("metoprolol tartrate 25 mg tablet", "1 tab bid", "", 0);
    struct match_group_list groups = match_all(lines, 3);
    cr_expect_eq(groups.len, 2);
    cr_expect_eq(groups.items[0].tier, MATCH_TIER_CLINICAL);
    cr_expect_eq(groups.items[1].tier, MATCH_TIER_ONLY);
    cr_expect_eq(groups.items[1].hint, 0);
    cr_expect_eq(groups.items[1].hint_tier, MATCH_TIER_CHANGED);
    match_group_list_release(&groups);
}

Test(med_match, sources_that_disagree_are_a_difference_even_where_one_agrees_with_the_chart)
{
    struct match_line lines[3];
    lines[0] = line_of("furosemide 40 mg tablet", "1 tab daily", "", MATCH_CHART);
    lines[1] = line_of("furosemide 40 mg tablet", "1 tab daily", "", 0);
    lines[2] = line_of("furosemide 40 mg tablet", "1 tab bid", "", 1);
    struct match_group_list groups = match_all(lines, 3);
    cr_expect_eq(groups.len, 1);
    cr_expect_eq(groups.items[0].tier, MATCH_TIER_CHANGED);
    match_group_list_release(&groups);
    lines[2] = line_of("furosemide 40 mg tablet", "1 tab daily", "", 1);
    lines[2].is_not_taken = true; /* filled last week, but the patient says stopped */
    groups = match_all(lines, 3);
    cr_expect_eq(groups.items[0].tier, MATCH_TIER_CHANGED);
    cr_expect_eq(groups.items[0].differences, (unsigned)MATCH_DIFFERS_TAKING);
    match_group_list_release(&groups);
}

Test(med_match, daily_against_weekly_is_a_trap_and_ten_times_is_named)
{
    struct match_line lines[2];
    lines[0] = line_of("methotrexate 2.5 mg tablet", "15 mg weekly on monday", "", MATCH_CHART);
    lines[1] = line_of("methotrexate 2.5 mg tablet", "15 mg daily", "", 0);
    struct match_group_list groups = match_all(lines, 2);
    cr_expect(groups.items[0].has_weekly_trap);
    match_group_list_release(&groups);
    lines[0] = line_of("levothyroxine 100 mcg tablet", "1 tab daily", "", MATCH_CHART);
    lines[1] = line_of("levothyroxine 100 mg tablet", "1 tab daily", "", 0);
    groups = match_all(lines, 2);
    cr_expect(groups.items[0].is_tenfold);
    cr_expect_not(groups.items[0].has_weekly_trap);
    match_group_list_release(&groups);
    lines[0] = line_of("alendronate 70 mg tablet", "1 tab weekly on sunday", "", MATCH_CHART);
    lines[1] = line_of("alendronate 10 mg tablet", "1 tab daily", "", 0);
    groups = match_all(lines, 2);
    cr_expect_eq(groups.items[0].differences & (unsigned)MATCH_DIFFERS_DOSE, 0, "70 mg a week both");
    match_group_list_release(&groups);
}

