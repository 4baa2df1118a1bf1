/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A copy of the site opens with everything in it, is as sealed as the site, and a changed one is not taken for whole. */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/audits.h"
#include "service/backups.h"
#include "service/doctor.h"
#include "service/patients.h"
#include "support/clinic.h"
#include "support/folder.h"

static struct clinic *c;
static char *into, *elsewhere;
static struct error err;

static void start(void)
{
    c = clinic_new();
    into = folder_new();
    elsewhere = folder_path(into, "again");
    err = (struct error)ERROR_INIT;
    clinic_hire(c, CLINIC_NURSE);
    (void)clinic_add_patient(c, &(struct clinic_patient){.first = "Grace", .last = "Okafor"});
}

static void stop(void)
{
    mem_free(elsewhere);
    folder_remove(into);
    clinic_free(c);
}

TestSuite(backups, .init = start, .fini = stop);

static struct backup make(void)
{
    struct backup made = {0};
    cr_assert_eq(backup_create(clinic_actor(c, CLINIC_ADMIN), into, &made, &err), STATUS_OK, "%s", error_text(&err));
    return made;
}

/* Whether the copy opens, and every page and record of it holds. */
static enum status open_copy(const char *folder)
{
    struct site *site = NULL;
    struct actor *admin = NULL;
    struct audit_report report;
    enum status status = site_open(folder, c->device_key_path, &c->clock, &site, &err);
    if (status == STATUS_OK) {
        status = session_sign_in(site, clinic_login(CLINIC_ADMIN), clinic_password(CLINIC_ADMIN), &admin, &err);
    }
    if (status == STATUS_OK) {
        status = site_check(admin, &err);
        status = status == STATUS_OK ? audit_check(admin, NULL, &report, &err) : status;
        session_sign_out(admin, SESSION_END_SIGNED_OUT);
    }
    site_close(site);
    return status;
}

Test(backups, opens_again_where_no_site_is_with_all_that_was_written)
{
    struct backup made = make();
    struct backup_list list = {0};
    struct site *site = NULL;
    struct actor *nurse = NULL, *late = NULL;
    struct uid found;
    cr_assert_eq(backup_list(into, &list, &err), STATUS_OK);
    cr_assert_eq(list.len, 1);
    cr_expect_str_eq(list.items[0].folder, made.folder);
    cr_expect_gt(made.bytes, 100000);
    backup_list_release(&list);
    cr_assert_eq(backup_restore(made.folder, elsewhere, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(open_copy(elsewhere), STATUS_OK, "%s", error_text(&err));
    clinic_hire(c, CLINIC_PHARMACIST); /* after the backup: not in it */
    cr_assert_eq(site_open(elsewhere, c->device_key_path, &c->clock, &site, &err), STATUS_OK);
    cr_expect_eq(session_sign_in(site, clinic_login(CLINIC_PHARMACIST), clinic_password(CLINIC_PHARMACIST), &late, &err), STATUS_BAD_SECRET);
    cr_assert_eq(session_sign_in(site, clinic_login(CLINIC_NURSE), clinic_password(CLINIC_NURSE), &nurse, &err), STATUS_OK);
    cr_expect_eq(patient_resolve(nurse, "000001", &found, &err), STATUS_OK, "%s", error_text(&err));
    session_sign_out(nurse, SESSION_END_SIGNED_OUT);
    site_close(site);
    backup_release(&made);
}

Test(backups, tells_nothing_without_the_keys)
{
    static const char *const FILES[] = {"site.db", "keys", "audit.key", "device.recovery"};
    struct backup made = make();
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        size_t len = 0;
        char *path = folder_path(made.folder, FILES[i]);
        uint8_t *bytes = file_read(path, &len);
        cr_assert_not_null(bytes, "%s is missing", FILES[i]);
        cr_expect_eq(bytes_count(bytes, len, "Okafor"), 0, "%s", FILES[i]);
        cr_expect_eq(bytes_count(bytes, len, "SQLite"), 0, "%s", FILES[i]);
        mem_free(bytes);
        mem_free(path);
    }
    backup_release(&made);
}

Test(backups, finds_one_changed_bit)
{
    struct backup made = make();
    size_t len = 0;
    char *path = folder_path(made.folder, "site.db");
    uint8_t *bytes = file_read(path, &len);
    bytes[len / 2 + 77] ^= 1;
    file_write(path, bytes, len);
    cr_assert_eq(backup_restore(made.folder, elsewhere, &err), STATUS_OK);
    cr_expect_eq(open_copy(elsewhere), STATUS_DAMAGED);
    mem_free(bytes);
    mem_free(path);
    backup_release(&made);
}

Test(backups, leaves_a_site_that_is_there_and_half_a_backup_alone)
{
    struct backup made = make();
    char *keys = folder_path(made.folder, "keys");
    cr_expect_eq(backup_restore(made.folder, c->site_folder, &err), STATUS_EXISTS);
    cr_assert_eq(unlink(keys), 0);
    cr_expect_eq(backup_restore(made.folder, elsewhere, &err), STATUS_NOT_FOUND);
    cr_expect_not(file_is_there(elsewhere));
    struct backup_list list = {0};
    cr_assert_eq(backup_list(into, &list, &err), STATUS_OK);
    cr_expect_eq(list.len, 0, "half a backup is listed");
    backup_list_release(&list);
    mem_free(keys);
    backup_release(&made);
}

/* Rows of the trail with this action and outcome. */
static int rows_of(const char *action, const char *outcome)
{
    const struct audit_period all = {.to_us = INT64_MAX, .action_begin = action, .outcome = outcome, .before_seq = INT64_MAX, .limit = 100};
    struct audit_line_list trail = {0};
    int count = 0;
    cr_assert_eq(audit_show(clinic_actor(c, CLINIC_AUDITOR), &all, &trail, &err), STATUS_OK, "%s", error_text(&err));
    for (size_t i = 0; i < trail.len; i++) {
        count += strcmp(trail.items[i].action, action) == 0;
    }
    audit_line_list_release(&trail);
    return count;
}

Test(backups, that_failed_does_not_read_as_one_that_was_made)
{
    struct backup made = {0};
    char *nowhere = folder_path(into, "nowhere");
    cr_expect_eq(backup_create(clinic_actor(c, CLINIC_ADMIN), nowhere, &made, &err), STATUS_NOT_FOUND);
    cr_expect_eq(rows_of("site.backup_begin", "ok"), 1);
    cr_expect_eq(rows_of("site.backup", "ok"), 0, "a backup that is nowhere stands in the trail as made");
    cr_expect_eq(rows_of("site.backup", status_name(STATUS_NOT_FOUND)), 1);
    made = make();
    cr_expect_eq(rows_of("site.backup", "ok"), 1);
    backup_release(&made);
    mem_free(nowhere);
}

Test(backups, is_the_administrators)
{
    struct backup made = {0};
    char **paths = NULL;
    cr_expect_eq(backup_create(clinic_actor(c, CLINIC_NURSE), into, &made, &err), STATUS_NOT_PERMITTED);
    cr_expect_eq(folder_list(into, &paths), 0, "something was written");
}

static const struct doctor_check *check_of(const struct doctor_report *r, const char *name)
{
    for (int i = 0; i < r->count; i++) {
        if (strcmp(r->checks[i].name, name) == 0) {
            return &r->checks[i];
        }
    }
    cr_assert_fail("no check %s", name);
    return NULL;
}

Test(backups, doctor_finds_a_site_in_order_and_a_door_that_stands_open)
{
    struct doctor_report report;
    cr_expect_eq(doctor_look(clinic_actor(c, CLINIC_NURSE), &report, &err), STATUS_NOT_PERMITTED);
    cr_assert_eq(doctor_look(clinic_actor(c, CLINIC_ADMIN), &report, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(check_of(&report, "records")->verdict, DOCTOR_GOOD, "%s", check_of(&report, "records")->words);
    cr_expect_eq(check_of(&report, "audit")->verdict, DOCTOR_GOOD, "%s", check_of(&report, "audit")->words);
    cr_expect_eq(check_of(&report, "recovery")->verdict, DOCTOR_GOOD, "%s", check_of(&report, "recovery")->words);
    cr_expect_eq(check_of(&report, "files")->verdict, DOCTOR_GOOD, "%s", check_of(&report, "files")->words);
    char *keys = folder_path(c->site_folder, "keys");
    cr_assert_eq(chmod(keys, 0644), 0);
    cr_assert_eq(doctor_look(clinic_actor(c, CLINIC_ADMIN), &report, &err), STATUS_OK);
    cr_expect_eq(check_of(&report, "files")->verdict, DOCTOR_BAD);
    cr_expect_neq(report.worst, STATUS_OK);
    cr_assert_eq(chmod(keys, 0600), 0);
    mem_free(keys);
}
