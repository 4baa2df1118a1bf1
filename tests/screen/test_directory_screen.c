/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory, a patient's providers and insurance, recalls, and work lists on their way out, key by key. */
#include <criterion/criterion.h>
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "service/audits.h"
#include "service/directory.h"
#include "service/list_out.h"
#include "support/clinic_screen.h"
#include "support/counter.h"

static struct clinic_screen desk;

static void press(const char *key)
{
    harness_press(desk.h, key);
}

/* Into the field that has the focus, then on to the next. */
static void fill(const char *text)
{
    if (text[0] != '\0') {
        harness_type(desk.h, text);
    }
    press("Down");
}

static void add_provider(struct clinic *c, const char *last, const char *npi)
{
    struct error err = ERROR_INIT;
    struct uid id;
    const struct provider p = {.last_name = (char *)last, .first_name = (char *)"Ada", .title = (char *)"MD", .specialty = (char *)"Cardiology",
                               .npi = (char *)npi};
    cr_assert_eq(provider_add(clinic_actor(c, CLINIC_FRONT_DESK), &p, &id, &err), STATUS_OK, "%s", error_text(&err));
}

Test(directory_screen, a_pharmacy_is_added_with_its_hours_and_found_open)
{
    static const int SIZES[][2] = {{24, 80}, {60, 200}};
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        struct clinic *c = clinic_new();
        clinic_screen_open(&desk, c, CLINIC_FRONT_DESK, SIZES[i][0], SIZES[i][1]);
        press("{");
        harness_expect(desk.h, "No such pharmacy");
        press("F5");
        fill("Central Pharmacy");
        fill("");
        fill("");
        fill("555 0101");
        fill("1 Main St");
        fill("Springfield");
        fill("IL");
        fill("62701");
        fill("mon-fri 08:00 to 18:00");
        fill("vaccination, delivery");
        press("F10");
        harness_expect(desk.h, "mon-fri 08:00-18:00; sat"); /* how hours are typed */
        for (int n = 0; n < 40; n++) {
            press("Backspace");
        }
        harness_type(desk.h, "mon-fri 08:00-18:00");
        press("F10");
        harness_expect(desk.h, "open until 18:00");
        press("F5");
        fill("Night Owl");
        press("F10");
        harness_expect(desk.h, "hours not known");
        harness_golden(desk.h, "directory", "pharmacies");
        harness_type(desk.h, "open vacc");
        harness_expect(desk.h, "Central Pharmacy");
        harness_expect_not(desk.h, "Night Owl");
        clinic_screen_close(&desk);
        clinic_free(c);
    }
}

Test(directory_screen, a_provider_needs_a_number_that_checks_and_can_be_corrected)
{
    struct clinic *c = clinic_new();
    clinic_screen_open(&desk, c, CLINIC_FRONT_DESK, 24, 80);
    press("{");
    press("Tab");
    press("F5");
    fill("Moss");
    fill("Ada");
    fill("MD");
    fill("Cardiology");
    harness_type(desk.h, "1234567890");
    press("F10");
    harness_expect(desk.h, "is no NPI");
    harness_golden(desk.h, "directory.entry", "npi");
    press("Backspace");
    harness_type(desk.h, "3");
    press("F10");
    harness_expect(desk.h, "1234567893");
    press("Enter");
    fill(""); /* to the first names */
    harness_type(desk.h, " Lou");
    press("F10");
    harness_expect(desk.h, "Moss, Ada Lou, MD");
    clinic_screen_close(&desk);
    clinic_free(c);
}

Test(directory_screen, a_patients_providers_and_insurance_are_kept_from_the_chart)
{
    struct clinic *c = clinic_new();
    struct error err = ERROR_INIT;
    struct uid patient = clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor", .born = "1958-03-14"});
    add_provider(c, "Moss", "1234567893");
    clinic_screen_open(&desk, c, CLINIC_NURSE, 24, 80);
    harness_open(desk.h, &SCREEN_CHART, &patient);
    while (!harness_shows(desk.h, "[Profile]")) {
        press("Right");
    }
    press("Enter");
    harness_expect(desk.h, "No provider is named");
    press("F5");
    harness_type(desk.h, "1234");
    press("Enter");
    harness_expect(desk.h, "Moss, Ada, MD");
    press("Down");
    press("Space");
    harness_golden(desk.h, "care.entry", "rights");
    press("F10");
    harness_expect(desk.h, "may see");
    struct care_relation_list list = {0};
    cr_assert_eq(care_relations_get(clinic_actor(c, CLINIC_NURSE), patient, &list, &err), STATUS_OK, "%s", error_text(&err));
    cr_assert_eq(list.len, 1);
    cr_expect(list.items[0].may_view && !list.items[0].may_prescribe);
    care_relation_list_release(&list);
    press("Tab");
    for (int i = 0; i < 2; i++) { /* the second one becomes the primary */
        press("F5");
        fill(i == 0 ? "Blue Shield" : "Red Cross");
        fill("");
        fill(i == 0 ? "P-99" : "P-100");
        fill("1 Jan 2026");
        fill(i == 0 ? "31 Dec 2025" : "31 Dec 2027");
        press("Space");
        press("F10");
        if (i == 0) {
            harness_expect(desk.h, "It expires before it begins.");
            for (int n = 0; n < 11; n++) {
                press("Backspace");
            }
            harness_type(desk.h, "31 Dec 2026");
            press("F10");
        }
        harness_expect(desk.h, "primary");
    }
    harness_golden(desk.h, "care", "insurance");
    struct coverage_row_list rows = {0};
    int primary = 0;
    cr_assert_eq(coverages_get(clinic_actor(c, CLINIC_NURSE), patient, &rows, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < rows.len; i++) {
        primary += rows.items[i].coverage.is_primary;
    }
    cr_expect_eq(rows.len, 2);
    cr_expect_eq(primary, 1);
    coverage_row_list_release(&rows);
    clinic_screen_close(&desk);
    clinic_free(c);
}

Test(directory_screen, a_lot_is_recalled_and_its_holders_are_listed)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_screen_open(&desk, k.c, CLINIC_PHARMACIST, 24, 80);
    press("'");
    harness_expect(desk.h, "No lot is recalled");
    press("4");
    harness_type(desk.h, "m100");
    press("Enter");
    harness_expect(desk.h, "OKAFOR, Grace");
    press("Esc");
    press("F5");
    fill("m100");
    fill("");
    harness_type(desk.h, "label mix-up, says the maker");
    press("F10");
    harness_expect(desk.h, "Lot m100 is recalled");
    press("Enter");
    harness_expect(desk.h, "Who has lot M100: 1 bag");
    harness_golden(desk.h, "lot", "holders");
    press("Esc");
    press("Esc");
    while (!harness_shows(desk.h, "[Recalls")) {
        press("Tab");
    }
    harness_golden(desk.h, "home", "recalls");
    press("'");
    press("e");
    harness_expect(desk.h, "handed out again?");
    press("Enter"); /* the safe answer */
    harness_expect(desk.h, "M100");
    press("e");
    press("Tab");
    press("Enter");
    harness_expect(desk.h, "No lot is recalled");
    clinic_screen_close(&desk);
    clinic_free(k.c);
}

Test(directory_screen, a_supply_that_runs_out_is_on_home_and_leads_to_its_refill)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    (void)counter_dispense(&k, order, COUNTER_METFORMIN, 60);
    clinic_screen_open(&desk, k.c, CLINIC_TECHNICIAN, 24, 80);
    harness_expect_not(desk.h, "Refills");
    clinic_screen_close(&desk);
    clinic_pass(k.c, 25 * 24 * US_PER_HOUR);
    clinic_screen_open(&desk, k.c, CLINIC_TECHNICIAN, 24, 80);
    while (!harness_shows(desk.h, "[Refills 1")) {
        press("Tab");
    }
    harness_expect(desk.h, "1 refill left");
    harness_golden(desk.h, "home", "refills");
    press("Enter");
    harness_expect(desk.h, "Refill: 60 tab ordered");
    clinic_screen_close(&desk);
    clinic_free(k.c);
}

Test(directory_screen, a_prescription_number_typed_on_home_leads_to_its_fill)
{
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r1");
    struct order o = clinic_get_order(k.c, order);
    char *with_prefix = mem_format("rx%s", o.prescription_number);
    const char *const typed[] = {o.prescription_number, with_prefix};
    for (int i = 0; i < 2; i++) {
        clinic_screen_open(&desk, k.c, CLINIC_TECHNICIAN, 24, 80);
        harness_type(desk.h, typed[i]);
        harness_expect(desk.h, "OKAFOR, Grace");
        press("Enter");
        harness_expect(desk.h, "First fill: 60 tab ordered");
        clinic_screen_close(&desk);
    }
    clinic_screen_open(&desk, k.c, CLINIC_NURSE, 24, 80); /* no counter's work: the chart */
    harness_type(desk.h, o.prescription_number);
    press("Enter");
    harness_expect(desk.h, "[Meds]");
    clinic_screen_close(&desk);
    mem_free(with_prefix);
    order_release(&o);
    clinic_free(k.c);
}

/* ---- lists on their way out ---- */

static void read_only_file(const char *folder, struct buffer *out, mode_t *mode)
{
    struct error err = ERROR_INIT;
    struct stat about;
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir, "%s", folder);
    int count = 0;
    for (struct dirent *one = readdir(dir); one != NULL; one = readdir(dir)) {
        if (one->d_name[0] != '.') {
            char *path = mem_format("%s/%s", folder, one->d_name);
            cr_assert_eq(buffer_read_file(out, path, 1 << 20, &err), STATUS_OK, "%s", error_text(&err));
            cr_assert_eq(stat(path, &about), 0);
            *mode = about.st_mode & 0777;
            mem_free(path);
            count++;
        }
    }
    closedir(dir);
    cr_assert_eq(count, 1);
}

static int audited(struct clinic *c, const char *action, const char *words)
{
    struct audit_line_list rows = {0};
    struct error err = ERROR_INIT;
    int count = 0;
    const struct audit_period period = {.from_us = 0, .to_us = INT64_MAX, .action_begin = action, .before_seq = INT64_MAX, .limit = 100};
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &period, &rows, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < rows.len; i++) {
        count += strstr(rows.items[i].details, words) != NULL;
    }
    audit_line_list_release(&rows);
    return count;
}

Test(directory_screen, a_list_is_saved_without_formulas_and_that_is_in_the_trail)
{
    struct clinic *c = clinic_new();
    struct uid evil = clinic_add_patient(c, &(struct clinic_patient){.first = "Eve", .last = "=cmd|' /C calc'!A0"});
    struct buffer text = BUFFER_INIT;
    mode_t mode = 0;
    (void)clinic_add_unverified_order(c, evil, "metformin 500 mg tab 1 tab bid #60 r2");
    clinic_screen_open(&desk, c, CLINIC_PHARMACIST, 24, 80);
    while (!harness_shows(desk.h, "[To verify")) {
        press("Tab");
    }
    press(")");
    harness_expect(desk.h, "metformin 500 mg tab");
    harness_golden(desk.h, "print", "list");
    cr_expect_eq(audited(c, "list.export", ""), 0, "looking at it is no export");
    press("_");
    harness_expect(desk.h, "verify-");
    char *folder = mem_format("%s/exports", c->site_folder);
    read_only_file(folder, &text, &mode);
    cr_expect_eq(mode, 0600);
    cr_expect_not_null(strstr(text.bytes, "First dose,Patient,MRN,Drug,Directions,Prescriber,State,Note\r\n"), "%s", text.bytes);
    cr_expect_not_null(strstr(text.bytes, "\"'=CMD|"), "the name is disarmed: %s", text.bytes);
    cr_expect_not_null(strstr(text.bytes, "metformin 500 mg tab"), "%s", text.bytes);
    cr_expect_eq(audited(c, "list.export", "verify as csv, 1 rows"), 1);
    mem_free(folder);
    buffer_release(&text);
    clinic_screen_close(&desk);
    clinic_free(c);
}

/* Every list of every role goes out: what one forgot would end the program. */
Test(directory_screen, every_list_of_home_can_be_printed)
{
    static const enum clinic_person PEOPLE[] = {CLINIC_PHARMACIST, CLINIC_TECHNICIAN, CLINIC_NURSE, CLINIC_PRESCRIBER, CLINIC_PRIVACY_OFFICER, CLINIC_ADMIN};
    struct counter k = counter_new();
    struct uid order = counter_order(&k, "metformin 500 mg tab 1 tab bid #60 r2"), f = counter_start(&k, order, 0);
    counter_take(&k, f);
    counter_fill(&k, f, COUNTER_METFORMIN, 20);
    counter_check(&k, f);
    counter_hand_over(&k, f);
    (void)clinic_add_unverified_order(k.c, k.patient, "lisinopril 10 mg tab 1 tab daily #30 r2");
    for (size_t i = 0; i < sizeof PEOPLE / sizeof *PEOPLE; i++) {
        clinic_screen_open(&desk, k.c, PEOPLE[i], 24, 80);
        for (int tab = 0; tab < 12; tab++) {
            press(")");
            harness_expect(desk.h, "CSV file");
            press("Esc");
            press("Tab");
        }
        clinic_screen_close(&desk);
    }
    clinic_free(k.c);
}
