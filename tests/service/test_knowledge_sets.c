/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data that a site loads beside the program's own: all or nothing, quiet until raised, on every chart from then on. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/chart.h"
#include "service/knowledge_sets.h"
#include "service/knowledge_tables.h"
#include "service/person_links.h"
#include "support/clinic.h"

static struct clinic *c;
static struct actor *pharmacist;
static struct uid patient;

static void start(void)
{
    c = clinic_new();
    pharmacist = clinic_actor(c, CLINIC_PHARMACIST);
    patient = clinic_add_patient(c, &(struct clinic_patient){.last = "Okafor", .weight_kg = "70"});
    clinic_add_order(c, patient, "amoxicillin 500 mg cap 1 cap tid");
    clinic_add_order(c, patient, "loratadine 10 mg tab 1 tab daily");
}

static void stop(void)
{
    clinic_free(c);
}

TestSuite(knowledge_sets, .init = start, .fini = stop);

/* Caller frees. */
static char *write_file(const char *name, const char *text)
{
    char *path = mem_format("%s/%s", c->folder, name);
    FILE *f = fopen(path, "we");
    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, strlen(text), f), strlen(text));
    cr_assert_eq(fclose(f), 0);
    return path;
}

static enum status load(struct actor *actor, const char *set, const char *text, struct knowledge_import_report *out,
                        struct error *err)
{
    char *path = write_file("file.csv", text);
    const char *const paths[] = {path};
    enum status status = knowledge_import(actor, set, paths, 1, false, out, err);
    mem_free(path);
    return status;
}

#define DDINTER "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\n"
#define GOOD DDINTER "DDInter1,Amoxicillin,DDInter2,Loratadine,Major\nDDInter1,Amoxicillin,DDInter3,Nosuchdrug,Major\n"

static void load_good(void)
{
    struct knowledge_import_report report;
    struct error err = ERROR_INIT;
    cr_assert_eq(load(pharmacist, "good", GOOD, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.counts.rules, 1);
    cr_expect_eq(report.items[0].account.rows, 2);
    cr_expect_eq(report.items[0].account.skip_count, 1);
    cr_expect_eq(report.preview.charts, 1);
    cr_expect_eq(report.preview.interrupting_before, 0);
    cr_expect_eq(report.preview.interrupting_after, 1, "the preview says what raising would do");
    cr_expect_eq(report.affected, 1);
    knowledge_import_report_release(&report);
}

/* The worst finding between the two drugs on the chart, as a session sees it. */
static enum interaction_type worst_on_chart(struct actor *actor)
{
    struct chart *chart = NULL;
    struct error err = ERROR_INIT;
    enum interaction_type worst = INTERACTION_TYPE_NONE;
    cr_assert_eq(chart_open(actor, patient, 1, 1, &chart, &err), STATUS_OK, "%s", error_text(&err));
    for (int i = 0; i < chart->findings->finding_count; i++) {
        enum interaction_type severity = chart->findings->findings[i].severity;
        worst = severity < worst ? severity : worst;
    }
    chart_free(chart);
    return worst;
}

Test(knowledge_sets, are_quiet_until_a_pharmacist_raises_them)
{
    struct error err = ERROR_INIT;
    int64_t affected = 0;
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_NONE);
    load_good();
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_MODERATE);
    cr_expect_eq(knowledge_raise(clinic_actor(c, CLINIC_PRESCRIBER), "good", INTERACTION_TYPE_MAJOR, &affected, &err),
                 STATUS_NOT_PERMITTED);
    cr_expect_eq(knowledge_raise(clinic_actor(c, CLINIC_ADMIN), "good", INTERACTION_TYPE_MAJOR, &affected, &err),
                 STATUS_NOT_PERMITTED);
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_MODERATE);
    cr_assert_eq(knowledge_raise(pharmacist, "good", INTERACTION_TYPE_MAJOR, &affected, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(affected, 1);
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_MAJOR);
    cr_assert_eq(knowledge_remove(pharmacist, "good", &affected, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(affected, 1);
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_NONE);
    cr_expect_eq(knowledge_remove(pharmacist, "good", &affected, &err), STATUS_NOT_FOUND);
}

Test(knowledge_sets, load_all_or_nothing)
{
    static const struct {
        const char *set, *text, *says;
    } cases[] = {
        {"bad", DDINTER "DDInter1,Amoxicillin,DDInter2,Loratadine,Major\nDDInter1,Amoxicillin,DDInter3\n", "line 3"},
        {"bad", DDINTER "DDInter1,Amoxicillin,DDInter2,Loratadine,Terrible\n", "line 2"},
        {"bad", DDINTER "DDInter1,\"Amoxicillin,DDInter2,Loratadine,Major\n", "line 2"},
        {"bad", DDINTER "DDInter1,Amox\xff,DDInter2,Loratadine,Major\n", "line 2"},
        {"bad", "name;age\nx;1\n", "line 1"},
        {"bad", "", "line 1"},
        {"bad", "<INTERACTIONS><INTERACTION></INTERACTIONS>", "line 1"},
        {"bad", "<!DOCTYPE a [<!ENTITY b \"c\">]><INTERACTIONS/>", "document type"},
        {"bad", DDINTER "DDInter1,Nosuchdrug,DDInter2,Loratadine,Major\n", "Nothing in these files"},
        {"Bad Name", GOOD, "lower-case word"},
        {"ddi", GOOD, "program's own rules"}, /* or its ids would clash with them */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct knowledge_import_report report;
        struct knowledge_set_list sets = {0};
        struct error err = ERROR_INIT;
        cr_expect_eq(load(pharmacist, cases[i].set, cases[i].text, &report, &err), STATUS_INVALID, "case %zu", i);
        cr_expect_not_null(strstr(error_text(&err), cases[i].says), "case %zu: %s", i, error_text(&err));
        cr_expect(!report.has_preview, "case %zu: a nought that nobody counted", i);
        knowledge_import_report_release(&report);
        cr_assert_eq(knowledge_list(pharmacist, &sets, &err), STATUS_OK);
        cr_expect_eq(sets.len, 0, "case %zu", i);
        knowledge_set_list_release(&sets);
    }
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_NONE);
}

/* The caller prints and releases what it was given: it was a crash. */
Test(knowledge_sets, who_may_not_import_is_given_an_empty_report)
{
    struct knowledge_import_report report;
    struct error err = ERROR_INIT;
    memset(&report, 0xA5, sizeof report);
    cr_expect_eq(load(clinic_actor(c, CLINIC_NURSE), "good", GOOD, &report, &err), STATUS_NOT_PERMITTED);
    cr_expect_null(report.set);
    cr_expect_eq(report.len, 0);
    knowledge_import_report_release(&report);
}

Test(knowledge_sets, a_preview_loads_nothing)
{
    struct knowledge_import_report report;
    struct error err = ERROR_INIT;
    char *path = write_file("file.csv", GOOD);
    const char *const paths[] = {path};
    cr_assert_eq(knowledge_import(pharmacist, "good", paths, 1, true, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.preview.interrupting_after, 1);
    cr_expect(!report.is_loaded);
    knowledge_import_report_release(&report);
    mem_free(path);
    cr_expect_eq(worst_on_chart(pharmacist), INTERACTION_TYPE_NONE);
}

Test(knowledge_sets, need_the_permission)
{
    struct knowledge_import_report report = {0}; /* untouched by a refusal */
    struct error err = ERROR_INIT;
    cr_expect_eq(load(clinic_actor(c, CLINIC_NURSE), "good", GOOD, &report, &err), STATUS_NOT_PERMITTED);
    knowledge_import_report_release(&report);
}

Test(knowledge_sets, a_folder_without_tables_is_not_free_of_faults)
{
    struct buffer out = BUFFER_INIT;
    struct error err = ERROR_INIT;
    int faults = 0, notes = 0;
    char *empty = mem_format("%s/empty", c->folder);
    cr_assert_eq(mkdir(empty, 0700), 0);
    cr_expect_eq(knowledge_lint(empty, &out, &faults, &notes, &err), STATUS_NOT_FOUND);
    cr_expect_eq(knowledge_census(empty, false, &out, &err), STATUS_NOT_FOUND);
    buffer_release(&out);
    mem_free(empty);
}

/* A folder in the place of the block stands for a disk that is full: nobody is shut out, and nothing is silenced. */
Test(knowledge_sets, hold_where_the_block_cannot_be_written)
{
    struct error err = ERROR_INIT;
    struct actor *nurse = NULL;
    load_good();
    char *block = mem_format("%s/knowledge.block", c->site_folder);
    clinic_hire(c, CLINIC_NURSE);
    cr_assert_eq(unlink(block), 0);
    cr_assert_eq(mkdir(block, 0700), 0);
    struct site *other = clinic_open_again(c);
    cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK, "%s",
                 error_text(&err));
    cr_expect_eq(worst_on_chart(nurse), INTERACTION_TYPE_MODERATE);
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(other);
    cr_assert_eq(rmdir(block), 0);
    mem_free(block);
}

/* Whoever signs in afterwards has them; a block that somebody touched is not used but made anew. */
Test(knowledge_sets, hold_for_every_session_and_survive_a_broken_block)
{
    struct error err = ERROR_INIT;
    load_good();
    char *block = mem_format("%s/knowledge.block", c->site_folder);
    clinic_hire(c, CLINIC_NURSE);
    for (int turn = 0; turn < 3; turn++) {
        struct site *other = clinic_open_again(c);
        struct actor *nurse = NULL;
        cr_assert_eq(session_sign_in(other, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK,
                     "turn %d: %s", turn, error_text(&err));
        cr_expect_eq(worst_on_chart(nurse), INTERACTION_TYPE_MODERATE, "turn %d", turn);
        session_sign_out(nurse, SESSION_END_SIGNED_OUT);
        site_close(other);
        if (turn == 0) { /* one byte turned over */
            FILE *f = fopen(block, "r+e");
            cr_assert_not_null(f);
            cr_assert_eq(fseek(f, 100000, SEEK_SET), 0);
            int byte = fgetc(f);
            cr_assert_eq(fseek(f, 100000, SEEK_SET), 0);
            cr_assert_neq(fputc(byte ^ 1, f), EOF);
            cr_assert_eq(fclose(f), 0);
        } else {
            cr_assert_eq(unlink(block), 0);
        }
    }
    mem_free(block);
}

Test(knowledge_sets, leave_a_work_list_of_the_charts_they_touch)
{
    struct error err = ERROR_INIT;
    struct affected_list list = {0};
    int64_t count = 0;
    load_good();
    cr_assert_eq(knowledge_affected(pharmacist, 10, &list, &count, &err), STATUS_OK);
    cr_assert_eq(count, 1);
    cr_assert_eq(list.len, 1);
    cr_expect_eq(uid_compare(list.items[0].patient, patient), 0);
    cr_expect_eq(list.items[0].worst, INTERACTION_TYPE_MODERATE);
    cr_expect_not_null(strstr(list.items[0].changes, "good.amoxicillin.loratadine"), "%s", list.items[0].changes);
    affected_list_release(&list);
    cr_expect_eq(knowledge_affected_see(clinic_actor(c, CLINIC_NURSE), patient, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(knowledge_affected_see(pharmacist, patient, &err), STATUS_OK);
    cr_assert_eq(knowledge_affected(pharmacist, 10, &list, &count, &err), STATUS_OK);
    cr_expect_eq(count, 0);
    affected_list_release(&list);
}

/* The two drugs stand under two numbers of one person: one chart, one line of the list, under the number in use. */
Test(knowledge_sets, touch_a_joined_person_once_and_whole)
{
    struct error err = ERROR_INIT;
    struct affected_list list = {0};
    struct knowledge_import_report report;
    int64_t count = 0;
    struct uid first = clinic_add_patient(c, &(struct clinic_patient){.first = "Ada", .last = "Twice", .weight_kg = "70"});
    struct uid second = clinic_add_patient(c, &(struct clinic_patient){.first = "Ada", .last = "Twice", .weight_kg = "70"});
    clinic_add_order(c, first, "amoxicillin 500 mg cap 1 cap tid");
    clinic_add_order(c, second, "loratadine 10 mg tab 1 tab daily");
    cr_assert_eq(load(pharmacist, "good", GOOD, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.preview.charts, 3, "two people");
    cr_expect_eq(report.affected, 1);
    knowledge_import_report_release(&report);
    cr_assert_eq(knowledge_remove(pharmacist, "good", &count, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(person_join(pharmacist, first, second, "she showed both hospital cards", 0, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(load(pharmacist, "good", GOOD, &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(report.preview.charts, 2, "%d", (int)report.preview.charts);
    cr_expect_eq(report.affected, 2);
    knowledge_import_report_release(&report);
    cr_assert_eq(knowledge_affected(pharmacist, 10, &list, &count, &err), STATUS_OK);
    bool is_named = false;
    for (size_t i = 0; i < list.len; i++) {
        is_named = is_named || (uid_compare(list.items[i].patient, first) == 0 &&
                                strstr(list.items[i].changes, "good.amoxicillin.loratadine") != NULL);
        cr_expect_neq(uid_compare(list.items[i].patient, second), 0, "the number that is no longer used");
    }
    cr_expect(is_named);
    affected_list_release(&list);
    cr_assert_eq(knowledge_affected_see(pharmacist, second, &err), STATUS_OK);
    cr_assert_eq(knowledge_affected(pharmacist, 10, &list, &count, &err), STATUS_OK);
    cr_expect_eq(count, 1, "seen under one number is seen: %d", (int)count);
    affected_list_release(&list);
}
