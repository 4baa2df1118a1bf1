/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The drug tables hold what the knowledge in force says, and a new version of the program names the charts that it
 * touches. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "safety/compile.h"
#include "service/knowledge_sets.h"
#include "service/knowledge_settle.h"
#include "store/drug_table_store.h"
#include "store/knowledge_store.h"
#include "support/clinic.h"

static struct clinic *c;
static struct actor *pharmacist;

static void start(void)
{
    c = clinic_new();
    pharmacist = clinic_actor(c, CLINIC_PHARMACIST);
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(knowledge_settle, .init = start, .fini = stop);

static int64_t settle(void)
{
    struct error err = ERROR_INIT;
    int64_t affected = -1;
    cr_assert_eq(knowledge_settle(pharmacist, &affected, &err), STATUS_OK, "%s", error_text(&err));
    return affected;
}

Test(knowledge_settle, fills_the_drug_tables_once)
{
    struct store *store = pharmacist->site->store;
    struct drug_table_counts counts, again;
    struct drug_record warfarin = {0}, augmentin = {0};
    struct drug_partner_list partners = {0}, foods = {0};
    bool has_aspirin = false;
    cr_expect_eq(settle(), 0, "there was no state before that could differ");
    cr_assert_eq(drug_table_counts_get(store, &counts, NULL), STATUS_OK);
    cr_expect_gt(counts.drugs, 2400);
    cr_expect_gt(counts.pairs, 10000);
    cr_expect_gt(counts.foods, 400);
    cr_assert_eq(drug_record_get(store, "warfarin", &warfarin, NULL), STATUS_OK);
    cr_expect_not_null(strstr(warfarin.brands, "Coumadin"), "%s", warfarin.brands);
    cr_expect_not_null(strstr(warfarin.strengths, "5 mg"), "%s", warfarin.strengths);
    cr_expect_str_eq(warfarin.version, knowledge_version(pharmacist->site->knowledge));
    cr_expect_eq(drug_record_get(store, "amoxicillin;clavulanate", &augmentin, NULL), STATUS_OK);
    cr_assert_eq(drug_partner_list_get(store, "warfarin", 1000, &partners, NULL), STATUS_OK);
    for (size_t i = 0; i < partners.len; i++) {
        has_aspirin = has_aspirin || strcmp(partners.items[i].name, "aspirin") == 0;
        cr_expect(i == 0 || partners.items[i - 1].severity <= partners.items[i].severity, "worst first");
    }
    cr_expect(has_aspirin, "%zu partners", partners.len);
    cr_assert_eq(drug_food_list_get(store, "warfarin", &foods, NULL), STATUS_OK);
    cr_expect_gt(foods.len, 0u);
    cr_expect_eq(settle(), 0);
    cr_assert_eq(drug_table_counts_get(store, &again, NULL), STATUS_OK);
    cr_expect_eq(counts.pairs, again.pairs);
    drug_record_release(&warfarin);
    drug_record_release(&augmentin);
    drug_partner_list_release(&partners);
    drug_partner_list_release(&foods);
}

/* What the next version of the program would carry. */
static struct knowledge *next_version(struct buffer *bytes)
{
    static const char rule[] = "id\ta\tb\tseverity\tevidence\tonset\teffect\tmechanism\tmanagement\tconditions\tsource\treviewed\n"
                               "x.1\tamoxicillin\tloratadine\tmajor\tsuspected\tunknown\tHarm.\t\tStop.\t\ttest\t2030-01-01\n";
    struct compile_files files = {0};
    struct compile_report report = {0};
    struct knowledge *k = NULL;
    compile_files_built_in(&files);
    compile_files_add(&files, "interactions_x.tsv", rule, sizeof rule - 1, INTERACTION_TYPE_NONE_GIVEN);
    cr_assert_eq(compile_block(&files, COMPILE_SKIP_FAULTY, bytes, &report, NULL), STATUS_OK);
    cr_assert_eq(knowledge_open_bytes(bytes->bytes, bytes->len, &k, NULL), STATUS_OK);
    compile_files_release(&files);
    compile_report_release(&report);
    return k;
}

Test(knowledge_settle, names_the_charts_that_a_new_version_touches)
{
    struct uid touched = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .weight_kg = "70"});
    struct uid other = clinic_add_patient(c, &(struct clinic_patient){.last = "Reyes", .weight_kg = "80"});
    struct site *site = pharmacist->site;
    struct knowledge *built_in = site->knowledge;
    struct buffer bytes = BUFFER_INIT;
    struct affected_list list = {0};
    clinic_add_order(c, touched, "amoxicillin 500 mg cap 1 cap tid");
    clinic_add_order(c, touched, "loratadine 10 mg tab 1 tab daily");
    clinic_add_order(c, other, "amoxicillin 500 mg cap 1 cap tid");
    cr_expect_eq(settle(), 0);
    site->knowledge = next_version(&bytes);
    cr_expect_eq(settle(), 1);
    cr_assert_eq(affected_list_get(site->store, 10, &list, NULL), STATUS_OK);
    cr_assert_eq(list.len, 1u);
    cr_expect_eq(uid_compare(list.items[0].patient, touched), 0);
    cr_expect_not_null(strstr(list.items[0].changes, "x.1"), "%s", list.items[0].changes);
    cr_expect_eq(settle(), 0, "told once");
    affected_list_release(&list);
    knowledge_free(site->knowledge);
    site->knowledge = built_in;
    buffer_release(&bytes);
}
