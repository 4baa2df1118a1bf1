/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sites of one person on one machine are two devices. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/site.h"
#include "service/site_making.h"
#include "support/clinic.h"
#include "support/folder.h"

static struct site *make(const char *folder, const struct clock *clock)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    char *recovery = NULL;
    const struct site_new what = {.folder = folder, .name = "Corner", .zone = "UTC", .admin_login = "admin", .admin_first_name = "A",
                                  .admin_last_name = "B", .admin_password = "a long pass phrase 9", .cost = PASSWORD_COST_TEST};
    cr_assert_eq(site_create(&what, clock, &recovery, &err), STATUS_OK, "%s", error_text(&err));
    mem_free(recovery);
    cr_assert_eq(site_open(folder, NULL, clock, &site, &err), STATUS_OK, "%s", error_text(&err));
    return site;
}

Test(site, has_a_device_key_of_its_own)
{
    char *folder = folder_new(), *one = folder_path(folder, "one"), *two = folder_path(folder, "two");
    char *first_key = folder_path(folder, "prescripcare/device.key");
    struct clock clock = clock_fixed(CLINIC_START_US);
    cr_assert_eq(setenv("XDG_STATE_HOME", folder, 1), 0);
    struct site *a = make(one, &clock), *b = make(two, &clock);
    cr_expect_neq(uid_compare(a->device.device_id, b->device.device_id), 0, "the centre would take them for one device");
    cr_expect_str_eq(a->device_key_path, first_key);
    cr_expect_str_neq(b->device_key_path, first_key);
    struct site *again = NULL;
    struct error err = ERROR_INIT;
    cr_assert_eq(site_open(one, NULL, &clock, &again, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(uid_compare(a->device.device_id, again->device.device_id), 0);
    site_close(again);
    site_close(a);
    site_close(b);
    mem_free(one);
    mem_free(two);
    mem_free(first_key);
    folder_remove(folder);
}

/* kill -9 while a site is made: the half one is never taken for a whole one, and the next try begins anew. */
Test(site, that_was_left_half_made_is_made_anew)
{
    char *folder = folder_new(), *one = folder_path(folder, "one"), *db = folder_path(one, "site.db");
    struct clock clock = clock_fixed(CLINIC_START_US);
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    int fd = -1;
    cr_assert_eq(setenv("XDG_STATE_HOME", folder, 1), 0);
    cr_expect_eq(site_making_look(one), SITE_MAKING_NONE);
    cr_assert_eq(site_making_begin(one, &fd, &err), STATUS_OK, "%s", error_text(&err));
    cr_expect_eq(site_making_look(one), SITE_MAKING_OURS);
    file_write(db, "torn", 4);
    site_making_end(one, fd, false); /* as the kernel does it for who is killed */
    cr_expect_eq(site_making_look(one), SITE_MAKING_LEFT_BEHIND);
    cr_expect_eq(site_open(one, NULL, &clock, &site, &err), STATUS_NOT_FOUND);
    site = make(one, &clock);
    cr_expect_eq(site_making_look(one), SITE_MAKING_NONE);
    site_close(site);
    cr_expect_eq(site_making_begin(one, &fd, &err), STATUS_EXISTS, "a whole site is nobody's to make anew");
    cr_assert_eq(site_open(one, NULL, &clock, &site, &err), STATUS_OK, "it was left as it is: %s", error_text(&err));
    site_close(site);
    mem_free(db);
    mem_free(one);
    folder_remove(folder);
}

Test(site, that_another_process_makes_is_left_to_it)
{
    char *folder = folder_new(), *one = folder_path(folder, "one");
    struct clock clock = clock_fixed(CLINIC_START_US);
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    int ready[2], fd = -1, result = 0;
    char byte = 0;
    cr_assert_eq(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        byte = site_making_begin(one, &fd, NULL) == STATUS_OK ? '+' : '-';
        (void)!write(ready[1], &byte, 1);
        pause();
        _exit(0);
    }
    cr_assert_eq(read(ready[0], &byte, 1), 1);
    cr_assert_eq(byte, '+');
    cr_expect_eq(site_making_look(one), SITE_MAKING_ELSEWHERE);
    cr_expect_eq(site_making_begin(one, &fd, &err), STATUS_BUSY);
    cr_expect_eq(site_open(one, NULL, &clock, &site, &err), STATUS_BUSY);
    cr_assert_eq(kill(child, SIGKILL), 0);
    cr_assert_eq(waitpid(child, &result, 0), child);
    cr_expect_eq(site_making_look(one), SITE_MAKING_LEFT_BEHIND);
    close(ready[0]);
    close(ready[1]);
    mem_free(one);
    folder_remove(folder);
}
