/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    char *password = NULL, *recovery = NULL;
    const char *dir = flag_value(call, "dir"), *name = flag_value(call, "name"), *zone = flag_value(call, "zone");
    const char *admin = flag_value(call, "admin"), *first = flag_value(call, "first-name"), *last = flag_value(call, "last-name");
    if (name == NULL || zone == NULL || admin == NULL) {
        return command_usage(call, _("--name, --zone and --admin are needed"));
    }
    enum status status = command_password(call->password_file, _("New password of the administrator: "), &password, &err);
    if (status != STATUS_OK) {
        return command_fail(&err);
    }
    const struct site_new what = {.folder = dir != NULL ? dir : call->site_folder,
                                  .name = name,
                                  .zone = zone,
                                  .admin_login = admin,
                                  .admin_first_name = first != NULL ? first : "",
                                  .admin_last_name = last != NULL ? last : admin,
                                  .admin_password = password,
                                  .is_key_to_prove = flag_given(call, "key-to-prove")};
    status = site_create(&what, call->clock, &recovery, &err);
    mem_wipe(password, strlen(password));
    mem_free(password);
    if (status != STATUS_OK) {
        return command_fail(&err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "name", name);
        json_write_member(&w, "zone", zone);
        json_write_member(&w, "admin", admin);
        json_write_member(&w, "recovery_key", recovery);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("The site %s is made.\nRecovery key, shown only now; print it and lock it away: without it a lost machine "
                 "means lost data.\n\n    %s\n"),
               name, recovery);
    }
    mem_wipe(recovery, strlen(recovery));
    mem_free(recovery);
    return 0;
}

const struct command COMMAND_init = {
    .name = "init",
    .usage = "--name NAME --zone ZONE --admin NAME [--dir DIR]",
    .help = N_("Makes a stand-alone site."),
    .flags = {{"dir", "DIR", N_("folder to make")},
              {"name", "NAME", N_("the site's name")},
              {"zone", "ZONE", N_("time zone, such as America/New_York")},
              {"admin", "NAME", N_("sign-in name of the administrator")},
              {"first-name", "NAME", N_("the administrator's first names")},
              {"last-name", "NAME", N_("the administrator's last name; the sign-in name unless given")},
              {"key-to-prove", NULL, N_("administrators are told until the recovery key's end was typed back (the first start does so)")}},
    .run = run,
};
