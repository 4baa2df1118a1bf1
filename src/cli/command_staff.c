/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/staffing.h"

static int list(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct staff_list staff = {0};
    enum status status = staff_list_all(actor, &staff, err);
    if (status != STATUS_OK) {
        return command_fail(err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "staff");
    json_begin_array(&w);
    for (size_t i = 0; i < staff.len; i++) {
        const struct staff *one = &staff.items[i];
        if (!call->is_json) {
            printf("%-16s %-16s %s %s\n", one->login, enum_label(ENUM_ROLE, (int)one->role), one->first_name, one->last_name);
        }
        json_begin_object(&w);
        json_write_member(&w, "name", one->login);
        json_write_member(&w, "role", enum_word(ENUM_ROLE, (int)one->role));
        json_write_member(&w, "first_name", one->first_name);
        json_write_member(&w, "last_name", one->last_name);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else {
        json_writer_release(&w);
    }
    staff_list_release(&staff);
    return 0;
}

static int add(const struct invocation *call, struct actor *actor, struct error *err)
{
    enum role role = (enum role)enum_value(ENUM_ROLE, flag_value(call, "role"));
    const char *login = flag_value(call, "name"), *last = flag_value(call, "last-name"), *first = flag_value(call, "first-name");
    char *password = NULL;
    if (login == NULL || role == ROLE_NONE_GIVEN) {
        return command_usage(call, _("--name and --role are needed"));
    }
    enum status status = command_password(flag_value(call, "new-password-file"), _("New person's password: "), &password, err);
    if (status == STATUS_OK) {
        status = staff_add(actor, login, first != NULL ? first : "", last != NULL ? last : login, role, password,
                           (struct password_cost){0, 0}, err);
        mem_wipe(password, strlen(password));
        mem_free(password);
    }
    return status == STATUS_OK ? 0 : command_fail(err);
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    bool is_add = call->word_count == 1 && strcmp(call->words[0], "add") == 0;
    if (!is_add && !(call->word_count == 1 && strcmp(call->words[0], "list") == 0)) {
        return command_usage(call, _("say add or list"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = is_add ? add(call, actor, &err) : list(call, actor, &err);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_staff = {
    .name = "staff",
    .usage = "add|list [--name NAME --role ROLE]",
    .help = N_("Adds and lists staff."),
    .flags = {{"name", "NAME", N_("sign-in name of the new person")},
              {"role", "ROLE", N_("pharmacist, technician, nurse, student, prescriber, front_desk, privacy_officer, auditor "
                                  "or administrator")},
              {"first-name", "NAME", N_("first name")},
              {"last-name", "NAME", N_("last name")},
              {"new-password-file", "FILE", N_("file whose first line is the new person's password")}},
    .run = run,
};
