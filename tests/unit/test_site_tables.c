/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a site loads beside the program's own tables: never ahead of ours, never interrupting until raised. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "safety/compile.h"
#include "safety/knowledge.h"
#include "safety/screen.h"

#define RULE_HEADER "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"
#define CODE_HEADER "rxcui\tingredients\tname\tstrength\tform\troute\tsource\treviewed\n"

struct site {
    struct buffer block;
    struct knowledge *k;
    struct compile_report report;
};

/* The built-in tables and one of the site's. */
static struct site build(const char *name, const char *text, enum interaction_type ceiling)
{
    struct site site = {.block = BUFFER_INIT};
    struct compile_files files = {0};
    struct error err = ERROR_INIT;
    compile_files_built_in(&files);
    compile_files_add(&files, name, text, strlen(text), ceiling);
    cr_assert_eq(compile_block(&files, COMPILE_SKIP_FAULTY, &site.block, &site.report, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_assert_eq(knowledge_open_bytes(site.block.bytes, site.block.len, &site.k, &err), STATUS_OK, "%s", error_text(&err));
    compile_files_release(&files);
    return site;
}

static void drop(struct site *site)
{
    knowledge_free(site->k);
    buffer_release(&site->block);
    compile_report_release(&site->report);
}

static void screen_two(const struct knowledge *k, const char *a, const char *b, struct screen_result *out)
{
    struct screen_drug drugs[] = {{.text = a, .stopped_days_ago = -1}, {.text = b, .stopped_days_ago = -1}};
    (void)resolve_drug(k, a, &drugs[0].identity);
    (void)resolve_drug(k, b, &drugs[1].identity);
    struct screen_input input = {.drugs = drugs, .drug_count = 2};
    screen(k, &input, out);
}

Test(site_tables, never_interrupt_until_raised)
{
    static const char rules[] = RULE_HEADER
        "site.x\tamoxicillin\tloratadine\tcontraindicated\tsuspected\tunknown\tIt harms.\t\tDo not.\t\tset X, line 2\t2026-01-01\n"
        "site.y\twarfarin\tketorolac\tminor\tsuspected\tunknown\tA trifle.\t\t\t\tset X, line 3\t2026-01-01\n";
    static const struct {
        const char *a, *b;
        enum interaction_type ceiling, expected;
        const char *rule; /* NULL: ours */
    } cases[] = {
        {"amoxicillin", "loratadine", INTERACTION_TYPE_MODERATE, INTERACTION_TYPE_MODERATE, "site.x"},
        {"amoxicillin", "loratadine", INTERACTION_TYPE_MAJOR, INTERACTION_TYPE_MAJOR, "site.x"},
        {"amoxicillin", "loratadine", INTERACTION_TYPE_CONTRAINDICATED, INTERACTION_TYPE_CONTRAINDICATED, "site.x"},
        /* ours speaks first, and a milder one of the site never hides it */
        {"warfarin", "ketorolac", INTERACTION_TYPE_CONTRAINDICATED, INTERACTION_TYPE_NONE_GIVEN, NULL},
    };
    struct screen_result *result = mem_alloc(sizeof *result);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct site site = build("interactions_site.tsv", rules, cases[i].ceiling);
        screen_two(site.k, cases[i].a, cases[i].b, result);
        cr_assert_geq(result->finding_count, 1, "case %zu", i);
        const struct screen_finding *f = &result->findings[0];
        if (cases[i].rule != NULL) {
            cr_expect_eq(f->severity, cases[i].expected, "case %zu: %d", i, (int)f->severity);
            cr_expect_str_eq(f->rule_id, cases[i].rule);
        } else {
            cr_expect_leq(f->severity, INTERACTION_TYPE_MAJOR, "case %zu", i);
            cr_expect_neq(strncmp(f->rule_id, "site.", 5), 0, "case %zu: %s", i, f->rule_id);
        }
        drop(&site);
    }
    mem_free(result);
}

Test(site_tables, raised_beats_ours_only_where_it_is_worse)
{
    /* ours: the pair is of minor weight or silent by an exception */
    static const char rules[] = RULE_HEADER
        "site.z\tpantoprazole\tclopidogrel\tmajor\tsuspected\tunknown\tIt harms.\t\t\t\tset X, line 2\t2026-01-01\n";
    struct screen_result *result = mem_alloc(sizeof *result);
    struct site low = build("interactions_site.tsv", rules, INTERACTION_TYPE_MODERATE);
    screen_two(low.k, "pantoprazole", "clopidogrel", result);
    cr_expect_eq(result->severity_counts[INTERACTION_TYPE_MODERATE], 0, "our exception holds against what nobody raised");
    struct site high = build("interactions_site.tsv", rules, INTERACTION_TYPE_MAJOR);
    screen_two(high.k, "pantoprazole", "clopidogrel", result);
    cr_expect_eq(result->severity_counts[INTERACTION_TYPE_MAJOR], 1);
    drop(&low);
    drop(&high);
    mem_free(result);
}

Test(site_tables, reads_national_drug_codes_in_every_layout)
{
    static const char codes[] = CODE_HEADER "ndc:00093721401\twarfarin\twarfarin 5 MG\t5 mg\ttablet\toral\tsite\t2026-01-01\n"
                                            "ndc9:555550123\tloratadine\tloratadine\t\ttablet\toral\tsite\t2026-01-01\n"
                                            "ndc:12345006789\tamoxicillin\tamoxicillin\t500 mg\tcapsule\toral\tsite\t2026-01-01\n";
    static const struct {
        const char *text, *name; /* "": not known */
    } cases[] = {
        {"ndc:00093721401", "warfarin"},   {"NDC 00093-7214-01", "warfarin"}, {"0093-7214-01", "warfarin"},
        {"00093-7214", "warfarin"},        {"0093721401", "warfarin"},        {"00093721401", "warfarin"},
        {"12345-0067-89", "amoxicillin"},  {"12345-067-89", "amoxicillin"},   {"1234506789", "amoxicillin"},
        {"55555-0123-77", "loratadine"},   {"55555-123", "loratadine"},       {"55555012377", "loratadine"},
        {"ndc:99999999999", ""},           {"0093-7214-02", ""},              {"93-7214-01", ""},
    };
    struct site site = build("product_codes_site.tsv", codes, INTERACTION_TYPE_MODERATE);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct drug_identity identity;
        (void)resolve_drug(site.k, cases[i].text, &identity);
        const char *got = identity.ingredient_count == 1 ? knowledge_name(site.k, identity.ingredients[0]) : "";
        cr_expect_str_eq(got, cases[i].name, "%s: %s", cases[i].text, got);
    }
    drop(&site);
}

Test(site_tables, adds_atc_codes_and_names_a_faulty_line)
{
    static const char codes[] = "ingredient\tatc\tsource\treviewed\nwarfarin\tX99XX99\tsite\t2026-01-01\n"
                                "no_such_thing\tX99XX98\tsite\t2026-01-01\n";
    struct site site = build("atc_codes_site.tsv", codes, INTERACTION_TYPE_MODERATE);
    struct drug_identity identity;
    (void)resolve_drug(site.k, "warfarin", &identity);
    cr_expect_not_null(strstr(knowledge_atc(site.k, identity.ingredients[0]), "X99XX99"));
    bool is_named = false;
    for (size_t i = 0; i < site.report.len; i++) {
        is_named = is_named || strstr(site.report.items[i].text, "atc_codes_site.tsv:3") != NULL;
    }
    cr_expect(is_named);
    drop(&site);
}

/* Each byte of the header and many of the rest turned over: refused, never followed. */
Test(site_tables, a_damaged_block_is_refused)
{
    struct site site = build("atc_codes_site.tsv", "ingredient\tatc\tsource\treviewed\n", INTERACTION_TYPE_MODERATE);
    char *bytes = mem_copy_bytes(site.block.bytes, site.block.len);
    for (size_t i = 0; i < site.block.len; i = i < 400 ? i + 7 : i + site.block.len / 37) {
        struct knowledge *k = NULL;
        bytes[i] = (char)(bytes[i] ^ 0x41);
        cr_expect_neq(knowledge_open_bytes(bytes, site.block.len, &k, NULL), STATUS_OK, "byte %zu", i);
        bytes[i] = (char)(bytes[i] ^ 0x41);
    }
    for (size_t len = 0; len < site.block.len; len += site.block.len / 23) {
        struct knowledge *k = NULL;
        cr_expect_neq(knowledge_open_bytes(bytes, len, &k, NULL), STATUS_OK, "%zu bytes", len);
    }
    mem_free(bytes);
    drop(&site);
}
