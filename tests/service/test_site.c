/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sites of one person on one machine are two devices. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/memory.h"
#include "service/site.h"
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
