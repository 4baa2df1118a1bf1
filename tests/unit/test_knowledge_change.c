/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two states of the knowledge: found where it is, and nowhere else; a chart that holds nothing of it
 * has the findings that it had. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "safety/compile.h"
#include "safety/knowledge_change.h"
#include "safety/screen.h"

#define RULES "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"
#define SUBJECTS "id\tdrug\tcondition\tseverity\tevidence\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"

struct state {
    struct buffer block;
    struct knowledge *k;
};

/* The built-in tables, with one more where a name is given. */
static struct state build(const char *name, const char *text)
{
    struct state state = {.block = BUFFER_INIT};
    struct compile_files files = {0};
    struct compile_report report = {0};
    struct error err = ERROR_INIT;
    compile_files_built_in(&files);
    if (name != NULL) {
        compile_files_add(&files, name, text, strlen(text), INTERACTION_TYPE_NONE_GIVEN);
    }
    cr_assert_eq(compile_block(&files, COMPILE_SKIP_FAULTY, &state.block, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(knowledge_open_bytes(state.block.bytes, state.block.len, &state.k, &err), STATUS_OK, "%s", error_text(&err));
    compile_files_release(&files);
    compile_report_release(&report);
    return state;
}

static void drop(struct state *state)
{
    knowledge_free(state->k);
    buffer_release(&state->block);
}

static bool drug_changed(const struct knowledge_change *c, const struct state *before, const struct state *after, const char *drug)
{
    struct drug_identity old, new;
    (void)resolve_drug(before->k, drug, &old);
    (void)resolve_drug(after->k, drug, &new);
    return knowledge_change_of_drug(c, &old, &new);
}

static bool pair_changed(const struct knowledge_change *c, const struct state *after, const char *a, const char *b)
{
    struct drug_identity left, right;
    (void)resolve_drug(after->k, a, &left);
    (void)resolve_drug(after->k, b, &right);
    return knowledge_change_of_pair(c, &left, &right);
}

Test(knowledge_change, is_found_where_it_is_and_nowhere_else)
{
    static const struct {
        const char *table, *text;
        const char *a, *b;       /* the pair that changes, NULL: none */
        const char *drug;        /* the drug that changes by itself, NULL: none */
        bool is_general;
    } cases[] = {
        {NULL, NULL, NULL, NULL, NULL, false},
        {"interactions_x.tsv",
         RULES "x.1\tamoxicillin\tloratadine\tmajor\tsuspected\tunknown\tHarm.\t\tStop.\t\ttest\t2026-01-01\n", "loratadine 10 mg",
         "Augmentin", NULL, false},
        {"condition_rules_x.tsv",
         SUBJECTS "x.2\tloratadine\tgout\tmajor\tsuspected\tHarm.\t\tStop.\t\ttest\t2026-01-01\n", NULL, NULL, "loratadine", false},
        {"condition_groups_x.tsv",
         "key\ttitle\tsynonyms\ticd10\tsnomed\timplies\tsource\treviewed\nx_three\tx three\tquite new words\t\t\t\ttest\t2026-01-01\n",
         NULL, NULL, NULL, true},
    };
    struct state before = build(NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct state after = build(cases[i].table, cases[i].text);
        struct knowledge_change *c = knowledge_change_new(before.k, after.k);
        cr_expect_eq(knowledge_change_is_general(c), cases[i].is_general, "case %zu", i);
        cr_expect_eq(pair_changed(c, &after, "amoxicillin", "loratadine"), cases[i].a != NULL, "case %zu", i);
        cr_expect_eq(drug_changed(c, &before, &after, "loratadine"), cases[i].drug != NULL, "case %zu", i);
        if (cases[i].a != NULL) {
            cr_expect(pair_changed(c, &after, cases[i].a, cases[i].b), "case %zu", i);
        }
        cr_expect_not(pair_changed(c, &after, "warfarin", "aspirin"), "case %zu", i);
        cr_expect_not(drug_changed(c, &before, &after, "warfarin 5 mg"), "case %zu", i);
        knowledge_change_free(c);
        drop(&after);
    }
    drop(&before);
}

/* ---- charts that it lets pass ---- */

static uint64_t dice_state = UINT64_C(88172645463325252);

static uint32_t dice(uint32_t below)
{
    dice_state ^= dice_state << 13;
    dice_state ^= dice_state >> 7;
    dice_state ^= dice_state << 17;
    return (uint32_t)(dice_state % below);
}

enum { DRUGS = 6, CHARTS = 4000 };

static void screen_names(const struct knowledge *k, const char *const *names, struct screen_drug *drugs, struct screen_result *out)
{
    for (int i = 0; i < DRUGS; i++) {
        drugs[i] = (struct screen_drug){.text = names[i], .stopped_days_ago = -1};
        (void)resolve_drug(k, names[i], &drugs[i].identity);
    }
    struct screen_input in = {.drugs = drugs, .drug_count = DRUGS, .age_presence = SCREEN_PRESENT, .age_days = 26000,
                              .egfr_presence = SCREEN_PRESENT, .egfr = {40, 0}, .sex = GENDER_FEMALE};
    screen(k, &in, out);
}

static bool is_same(const struct screen_result *a, const struct screen_result *b)
{
    bool is_same = a->finding_count == b->finding_count && a->incomplete_count == b->incomplete_count;
    for (int i = 0; is_same && i < a->finding_count; i++) {
        is_same = strcmp(a->findings[i].rule_id, b->findings[i].rule_id) == 0 && a->findings[i].severity == b->findings[i].severity;
    }
    return is_same;
}

Test(knowledge_change, a_chart_without_anything_changed_keeps_its_findings)
{
    static const char rules[] = RULES
        "x.1\tclass:statin\tclass:macrolide\tminor\tsuspected\tunknown\tLess.\t\t\ta.route=oral\ttest\t2026-01-01\n"
        "x.2\tclass:nsaid\tclass:loop_diuretic\tmajor\tsuspected\tunknown\tMore.\t\tStop.\tegfr<50\ttest\t2026-01-01\n"
        "x.3\tallopurinol\tclass:nsaid\tmajor\tsuspected\tunknown\tMore.\t\tStop.\twith=warfarin\ttest\t2026-01-01\n";
    struct state before = build(NULL, NULL), after = build("interactions_x.tsv", rules);
    struct knowledge_change *c = knowledge_change_new(before.k, after.k);
    struct screen_result *old = mem_alloc(sizeof *old), *new = mem_alloc(sizeof *new);
    struct screen_drug old_drugs[DRUGS], new_drugs[DRUGS];
    int kept = 0, differ = 0;
    printf("seed: knowledge change %llu\n", (unsigned long long)dice_state);
    for (int chart = 0; chart < CHARTS; chart++) {
        static const char *const often[] = {"ibuprofen", "naproxen",       "furosemide",  "atorvastatin", "simvastatin",
                                            "warfarin",  "clarithromycin", "allopurinol", "bumetanide",   "erythromycin"};
        const char *names[DRUGS];
        bool can_change = false;
        for (int i = 0; i < DRUGS; i++) {
            names[i] = i < 2 ? often[dice(10)] : knowledge_name(before.k, (uint16_t)dice((uint32_t)knowledge_ingredient_count(before.k)));
        }
        screen_names(before.k, names, old_drugs, old);
        screen_names(after.k, names, new_drugs, new);
        for (int i = 0; i < DRUGS; i++) {
            can_change = can_change || knowledge_change_of_drug(c, &old_drugs[i].identity, &new_drugs[i].identity);
            for (int j = i + 1; j < DRUGS; j++) {
                can_change = can_change || knowledge_change_of_pair(c, &new_drugs[i].identity, &new_drugs[j].identity);
            }
        }
        kept += !can_change;
        differ += !is_same(old, new);
        cr_assert(can_change || is_same(old, new), "%s, %s, %s, %s, %s, %s", names[0], names[1], names[2], names[3], names[4],
                  names[5]);
    }
    cr_expect_gt(kept, CHARTS / 2);
    cr_expect_gt(differ, 20, "%d", differ);
    knowledge_change_free(c);
    mem_free(old);
    mem_free(new);
    drop(&before);
    drop(&after);
}
