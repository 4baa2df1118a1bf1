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
            printf("%-16s %-16s %s %s%s\n", one->login, enum_label(ENUM_ROLE, (int)one->role), one->first_name, one->last_name,
                   one->is_disabled ? _("  (disabled)") : "");
        }
        json_begin_object(&w);
        json_write_member(&w, "name", one->login);
        json_write_member(&w, "role", enum_word(ENUM_ROLE, (int)one->role));
        json_write_member(&w, "first_name", one->first_name);
        json_write_member(&w, "last_name", one->last_name);
        json_write_key(&w, "disabled");
        json_write_bool(&w, one->is_disabled);
        json_write_key(&w, "second_factor");
        json_write_bool(&w, one->has_second_factor);
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

/* What an administrator does to an account that is there: the login is the second word or --name. */
static enum status change(const struct invocation *call, struct actor *actor, const char *what, const char *login,
                          struct error *err)
{
    if (strcmp(what, "disable") == 0) {
        return staff_disable(actor, login, err);
    }
    if (strcmp(what, "enable") == 0) {
        return staff_enable(actor, login, err);
    }
    if (strcmp(what, "unlock") == 0) {
        return staff_unlock(actor, login, err);
    }
    if (strcmp(what, "role") == 0) {
        enum role role = (enum role)enum_value(ENUM_ROLE, flag_value(call, "role"));
        return role == ROLE_NONE_GIVEN ? error_set_field(err, STATUS_INVALID, "role", _("Say which role: --role ROLE."))
                                       : staff_change_role(actor, login, role, err);
    }
    char *password = NULL;
    enum status status = command_password(flag_value(call, "new-password-file"), _("New password: "), &password, err);
    if (status == STATUS_OK) {
        status = staff_reset(actor, login, password, (struct password_cost){0, 0}, err);
        mem_wipe(password, strlen(password));
        mem_free(password);
    }
    return status;
}

/* One's own password, for everybody. */
static enum status change_own(const struct invocation *call, struct actor *actor, struct error *err)
{
    char *old_password = NULL, *new_password = NULL;
    enum status status = command_password(call->password_file, _("Old password: "), &old_password, err);
    if (status == STATUS_OK) {
        status = command_password(flag_value(call, "new-password-file"), _("New password: "), &new_password, err);
    }
    if (status == STATUS_OK) {
        status = own_password_change(actor, old_password, new_password, (struct password_cost){0, 0}, err);
        mem_wipe(new_password, strlen(new_password));
    }
    if (old_password != NULL) {
        mem_wipe(old_password, strlen(old_password));
    }
    mem_free(old_password);
    mem_free(new_password);
    return status;
}

static int run(const struct invocation *call)
{
    static const char *const CHANGES[] = {"disable", "enable", "unlock", "role", "reset"};
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *what = call->word_count > 0 ? call->words[0] : "";
    const char *login = call->word_count > 1 ? call->words[1] : flag_value(call, "name");
    bool is_change = false;
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        is_change = is_change || strcmp(what, CHANGES[i]) == 0;
    }
    bool is_add = strcmp(what, "add") == 0, is_list = strcmp(what, "list") == 0, is_own = strcmp(what, "password") == 0;
    bool is_totp = strcmp(what, "totp") == 0;
    if (is_totp) { /* "totp remove NAME" */
        login = call->word_count > 2 ? call->words[2] : flag_value(call, "name");
    }
    if (call->word_count > (is_totp ? 3 : 2) || !(is_totp || is_change || is_add || is_list || is_own)) {
        return command_usage(call, _("say add, list, disable, enable, unlock, role, reset, password or totp"));
    }
    if (is_change && login == NULL) {
        return command_usage(call, _("say whose account: the sign-in name"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = 0;
    if (is_add) {
        code = add(call, actor, &err);
    } else if (is_totp) {
        code = command_totp(call, actor, call->word_count > 1 ? call->words[1] : "", login, &err);
    } else if (is_list) {
        code = list(call, actor, &err);
    } else {
        enum status status = is_own ? change_own(call, actor, &err) : change(call, actor, what, login, &err);
        code = status == STATUS_OK ? 0 : command_fail(&err);
    }
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_staff = {
    .name = "staff",
    .usage = "add|list|disable|enable|unlock|role|reset|password [NAME] | totp begin|confirm|status|remove [NAME]",
    .help = N_("Accounts of staff: adds, lists, closes and opens them, gives another role or password; \"password\" changes "
               "one's own, \"totp\" sets up codes from one's own phone or takes them off an account."),
    .flags = {{"name", "NAME", N_("sign-in name of the person")},
              {"role", "ROLE", N_("pharmacist, technician, nurse, student, prescriber, front_desk, privacy_officer, auditor "
                                  "or administrator")},
              {"first-name", "NAME", N_("first name")},
              {"last-name", "NAME", N_("last name")},
              {"new-password-file", "FILE", N_("file whose first line is the new password")},
              {"secret-file", "FILE", N_("file whose first line is the secret that \"totp begin\" gave")},
              {"phone-code", "CODE", N_("the code that the new phone shows")},
              {"reason", "TEXT", N_("why, in words")}},
    .run = run,
};
