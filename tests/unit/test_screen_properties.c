/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold for any chart, on random ones. A failure names the chart; the dice are always the same. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "safety/check_text.h"
#include "safety/knowledge_format.h"

enum { CHARTS = 250, DRUGS_MOST = 9, KEY_MAX = 400 };

static struct knowledge *k;
static struct screen_result *result, *other;
static uint64_t state = UINT64_C(88172645463325252);

static const char *const ALLERGIES[] = {"penicillin (anaphylaxis)", "sulfa", "codeine (intolerance)", "aspirin (hives)", "latex",
                                        "iodinated contrast", "carbamazepine (Stevens-Johnson)", "egg"};
static const char *const CONDITIONS[] = {"heart failure", "asthma", "CKD stage 3b", "type 2 diabetes", "epilepsy", "gout",
                                         "atrial fibrillation", "myasthenia gravis", "long QT syndrome", "glaucoma"};
/* so that charts meet rules: every second drug is one of these */
static const char *const COMMON[] = {"warfarin", "aspirin", "ibuprofen", "lisinopril", "spironolactone", "potassium chloride",
                                     "sertraline", "phenelzine", "tramadol", "simvastatin", "clarithromycin", "amiodarone",
                                     "digoxin", "methotrexate", "trimethoprim", "metformin", "citalopram", "ciprofloxacin",
                                     "levothyroxine", "calcium carbonate", "omeprazole", "clopidogrel", "fluconazole", "morphine",
                                     "diazepam", "insulin glargine", "lithium", "hydrochlorothiazide", "rifampin", "phenytoin"};
#define COUNT(list) (uint32_t)(sizeof(list) / sizeof *(list))

static uint32_t dice(uint32_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state % below);
}

static void set_up(void)
{
    struct error err = ERROR_INIT;
    cr_assert_eq(knowledge_open(&k, &err), STATUS_OK, "%s", error_text(&err));
    result = malloc(sizeof *result);
    other = malloc(sizeof *other);
}

static void tear_down(void)
{
    free(result);
    free(other);
    knowledge_free(k);
}

TestSuite(screen_properties, .init = set_up, .fini = tear_down);

/* ---- charts ---- */

struct chart {
    const char *drugs[DRUGS_MOST + 1], *allergies[3], *conditions[3];
    int drug_count, allergy_count, condition_count;
};

static bool is_drawn(const struct chart *c, const char *name)
{
    for (int i = 0; i < c->drug_count; i++) {
        if (strcmp(c->drugs[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static void draw_drug(struct chart *c)
{
    const char *name = NULL;
    do {
        name = dice(2) ? COMMON[dice(COUNT(COMMON))] : knowledge_name(k, (uint16_t)dice((uint32_t)knowledge_ingredient_count(k)));
    } while (is_drawn(c, name));
    c->drugs[c->drug_count++] = name;
}

static struct chart draw_chart(void)
{
    struct chart c = {.allergy_count = (int)dice(4), .condition_count = (int)dice(4)};
    for (int n = 2 + (int)dice(DRUGS_MOST - 2); n > 0; n--) {
        draw_drug(&c);
    }
    for (int i = 0; i < 3; i++) { /* every other one from a start of its own: no two alike */
        c.allergies[i] = ALLERGIES[(dice(2) + 2 * (uint32_t)i) % COUNT(ALLERGIES)];
        c.conditions[i] = CONDITIONS[(dice(2) + 2 * (uint32_t)i) % COUNT(CONDITIONS)];
    }
    return c;
}

static void shuffle(const char **items, int count)
{
    for (int i = count - 1; i > 0; i--) {
        int j = (int)dice((uint32_t)i + 1);
        const char *kept = items[i];
        items[i] = items[j];
        items[j] = kept;
    }
}

/* The chart with its n-th drug new (-1: none, and all is looked at). */
static void run(const struct chart *c, int new_drug, const char *one_more_allergy, struct check_request *r, struct screen_result *out)
{
    check_request_init(r);
    for (int i = 0; i < c->drug_count; i++) {
        cr_assert_eq(check_add_drug(r, k, c->drugs[i], NULL), STATUS_OK, "%s", c->drugs[i]);
    }
    for (int i = 0; i < c->allergy_count; i++) {
        cr_assert_eq(check_add_allergy(r, k, c->allergies[i], NULL), STATUS_OK);
    }
    if (one_more_allergy) {
        cr_assert_eq(check_add_allergy(r, k, one_more_allergy, NULL), STATUS_OK);
    }
    for (int i = 0; i < c->condition_count; i++) {
        cr_assert_eq(check_add_condition(r, k, c->conditions[i], NULL), STATUS_OK);
    }
    cr_assert_eq(check_set_age(r, "72", NULL), STATUS_OK);
    cr_assert_eq(check_set_weight(r, "81", NULL), STATUS_OK);
    cr_assert_eq(check_set_egfr(r, "41", NULL), STATUS_OK);
    if (new_drug >= 0) {
        r->drugs[new_drug].state = SCREEN_NEW;
        r->input.scope = SCREEN_NEW_ONLY;
    }
    screen(k, &r->input, out);
}

/* ---- findings as text ---- */

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Who meets whom: the same whatever the order and the severity. */
static void who(const struct screen_input *in, const struct screen_finding *f, char out[KEY_MAX])
{
    const char *names[SCREEN_FINDING_DRUGS_MAX];
    for (int i = 0; i < f->drug_count; i++) {
        names[i] = in->drugs[f->drugs[i]].text;
    }
    qsort(names, f->drug_count, sizeof *names, compare_texts);
    int at = snprintf(out, KEY_MAX, "%d %s", (int)f->kind, f->with);
    for (int i = 0; i < f->drug_count && at < KEY_MAX; i++) {
        at += snprintf(out + at, (size_t)(KEY_MAX - at), "|%s", names[i]);
    }
}

static void whole(const struct screen_input *in, const struct screen_finding *f, char out[2 * KEY_MAX])
{
    char key[KEY_MAX];
    who(in, f, key);
    (void)snprintf(out, 2 * KEY_MAX, "%d %s %s", (int)f->severity, f->rule_id, key);
}

static void expect_same(int chart, const struct screen_input *a, const struct screen_input *b)
{
    cr_assert_eq(result->finding_count, other->finding_count, "chart %d: %d and %d findings", chart, result->finding_count,
                 other->finding_count);
    cr_assert_eq(result->incomplete_count, other->incomplete_count, "chart %d", chart);
    cr_assert_eq(result->status, other->status, "chart %d", chart);
    for (int i = 0; i < result->finding_count; i++) {
        char x[2 * KEY_MAX], y[2 * KEY_MAX];
        whole(a, &result->findings[i], x);
        whole(b, &other->findings[i], y);
        cr_assert_str_eq(x, y, "chart %d, finding %d", chart, i);
    }
    for (int i = 0; i < result->incomplete_count; i++) {
        cr_assert_str_eq(result->incomplete[i].item, other->incomplete[i].item, "chart %d", chart);
        cr_assert_eq(result->incomplete[i].reason, other->incomplete[i].reason, "chart %d", chart);
    }
}

/* ---- the properties ---- */

Test(screen_properties, no_order_of_the_chart_changes_the_answer_or_its_order)
{
    int findings = 0;
    for (int n = 0; n < CHARTS; n++) {
        struct check_request a, b;
        struct chart c = draw_chart();
        run(&c, -1, NULL, &a, result);
        shuffle(c.drugs, c.drug_count);
        shuffle(c.allergies, c.allergy_count);
        shuffle(c.conditions, c.condition_count);
        run(&c, -1, NULL, &b, other);
        expect_same(n, &a.input, &b.input);
        findings += result->finding_count;
        check_request_release(&a);
        check_request_release(&b);
    }
    cr_expect_gt(findings, CHARTS, "the charts are worth it: %d", findings);
}

Test(screen_properties, a_refuted_allergy_changes_nothing)
{
    static const char *const none[] = {"penicillin (refuted)", "warfarin (entered in error)", "sulfa (resolved)", "latex (refuted)"};
    for (int n = 0; n < CHARTS; n++) {
        struct check_request a, b;
        struct chart c = draw_chart();
        c.allergy_count = c.allergy_count > 0 ? c.allergy_count : 1; /* somebody asked */
        run(&c, -1, NULL, &a, result);
        run(&c, -1, none[dice(COUNT(none))], &b, other);
        expect_same(n, &a.input, &b.input);
        check_request_release(&a);
        check_request_release(&b);
    }
}

/* What the order in which two drugs came shows of the two. */
static int pair_findings(const struct check_request *r, const struct screen_result *of, char out[][2 * KEY_MAX], int most)
{
    int count = 0;
    for (int i = 0; i < of->finding_count; i++) {
        if (of->findings[i].drug_count > 1) {
            cr_assert_lt(count, most);
            whole(&r->input, &of->findings[i], out[count++]);
        }
    }
    return count;
}

Test(screen_properties, new_against_active_is_active_against_new_and_the_whole_chart)
{
    static char first[64][2 * KEY_MAX], second[64][2 * KEY_MAX], both[64][2 * KEY_MAX];
    int seen = 0;
    for (int n = 0; n < 2 * CHARTS; n++) {
        struct check_request a, b, w;
        struct chart c = {0};
        draw_drug(&c);
        draw_drug(&c);
        run(&c, 0, NULL, &a, result);
        int one = pair_findings(&a, result, first, 64);
        run(&c, 1, NULL, &b, other);
        int two = pair_findings(&b, other, second, 64);
        run(&c, -1, NULL, &w, result);
        int all = pair_findings(&w, result, both, 64);
        cr_assert(one == two && one == all, "%s, %s: %d, %d, %d", c.drugs[0], c.drugs[1], one, two, all);
        for (int i = 0; i < one; i++) {
            cr_assert_str_eq(first[i], second[i]);
            cr_assert_str_eq(first[i], both[i]);
        }
        seen += one;
        check_request_release(&a);
        check_request_release(&b);
        check_request_release(&w);
    }
    cr_expect_gt(seen, CHARTS / 10, "%d", seen);
}

/* A rule that another drug on the chart silences, or makes another one of. */
static bool asks_for_a_third(const struct screen_finding *f)
{
    if (f->rule == KNOWLEDGE_NO_RULE) {
        return false;
    }
    const struct stored_rule *rule = &KNOWLEDGE_RECORDS(k, RULES, struct stored_rule)[f->rule];
    const struct stored_test *tests = KNOWLEDGE_RECORDS(k, TESTS, struct stored_test) + rule->first_test;
    for (int i = 0; i < rule->test_count; i++) {
        if (tests[i].kind == STORED_TEST_WITHOUT) {
            return true;
        }
    }
    return false;
}

/* The worst in `of` between the same: of a therapy class whoever else joined it. */
static int worst_again(const struct check_request *r, const struct screen_result *of, const struct screen_finding *f, const char *key)
{
    int worst = INTERACTION_TYPE_COUNT;
    for (int i = 0; i < of->finding_count; i++) {
        const struct screen_finding *g = &of->findings[i];
        char here[KEY_MAX];
        who(&r->input, g, here);
        bool is_same = f->kind == FINDING_DUPLICATE_THERAPY ? g->kind == f->kind && strcmp(g->with, f->with) == 0
                                                            : strcmp(here, key) == 0;
        if (is_same && (int)g->severity < worst) {
            worst = (int)g->severity;
        }
    }
    return worst;
}

Test(screen_properties, one_more_drug_takes_no_finding_away)
{
    int kept = 0, mitigated = 0;
    for (int n = 0; n < CHARTS; n++) {
        struct check_request a, b;
        struct chart c = draw_chart();
        run(&c, -1, NULL, &a, result);
        draw_drug(&c);
        run(&c, -1, NULL, &b, other);
        for (int i = 0; i < result->finding_count; i++) {
            const struct screen_finding *f = &result->findings[i];
            char key[KEY_MAX];
            who(&a.input, f, key);
            bool is_kept = worst_again(&b, other, f, key) <= (int)f->severity;
            bool may_go = asks_for_a_third(f);
            cr_expect(is_kept || may_go, "chart %d: %s (%s) went when %s came", n, key, f->rule_id, c.drugs[c.drug_count - 1]);
            kept += is_kept;
            mitigated += !is_kept;
        }
        check_request_release(&a);
        check_request_release(&b);
    }
    cr_expect_gt(kept, CHARTS, "%d", kept);
    cr_expect_lt(mitigated, kept / 50 + 2, "%d of %d", mitigated, kept);
}
