/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/staff_desk.h"
#include "service/staffing.h"

static int list(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct staff_list staff = {0};
    enum status status = staff_list_all(actor, &staff, err);
    if (status != STATUS_OK) {
        return command_fail(err);
    }
    struct json_writer w = JSON_WRITER_INIT;
    char day[DATE_TEXT_MAX];
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
        json_write_member(&w, "npi", one->license.npi);
        json_write_member(&w, "license", one->license.number);
        json_write_member(&w, "license_expires", date_format_iso(one->license.expires, day));
        json_write_key(&w, "sessions");
        json_write_int(&w, one->open_sessions);
        json_write_key(&w, "disabled");
        json_write_bool(&w, one->is_disabled);
        json_write_key(&w, "second_factor");
        json_write_bool(&w, one->has_second_factor);
        json_end_object(&w);
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
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
        status = staff_add(actor, login, first != NULL ? first : "", last != NULL ? last : login, role, password, true,
                           (struct password_cost){0, 0}, err);
        mem_wipe(password, strlen(password));
        mem_free(password);
    }
    return status == STATUS_OK ? 0 : command_fail(err);
}

static enum status set_license(const struct invocation *call, struct actor *actor, const char *login, const char *reason, struct error *err)
{
    static const char *const FLAGS[] = {"npi", "license", "authority"};
    struct staff now = {0};
    char *given[3];
    enum status status = staff_look(actor, login, &now, err); /* what is not given stays */
    if (status != STATUS_OK) {
        return status;
    }
    char *const before[] = {now.license.npi, now.license.number, now.license.authority};
    for (size_t i = 0; i < 3; i++) {
        given[i] = mem_copy_text(flag_value(call, FLAGS[i]) != NULL ? flag_value(call, FLAGS[i]) : before[i]);
    }
    struct staff_license license = {given[0], given[1], given[2], now.license.expires};
    if (flag_value(call, "expires") != NULL && date_parse_iso(flag_value(call, "expires"), &license.expires, NULL) != STATUS_OK) {
        status = error_set_field(err, STATUS_INVALID, "expires", _("--expires is a day such as 2027-03-14."));
    }
    if (status == STATUS_OK) {
        status = staff_set_license(actor, login, &license, reason, err);
    }
    for (size_t i = 0; i < 3; i++) {
        mem_free(given[i]);
    }
    staff_release(&now);
    return status;
}

static void write_instant(const struct site *site, struct json_writer *w, const char *key, int64_t at_us, char *buf, size_t size)
{
    struct local_time at = zone_local(site->zone, at_us);
    char day[DATE_TEXT_MAX];
    (void)snprintf(buf, size, "%s %02d:%02d", date_format_iso(at.date, day), at.hour, at.minute); /* fits */
    json_write_member(w, key, buf);
}

/* Where a person is signed in. */
static int list_sessions(const struct invocation *call, struct actor *actor, const char *login, struct error *err)
{
    struct staff_session_list list = {0};
    struct json_writer w = JSON_WRITER_INIT;
    char since[DATE_TEXT_MAX + 16], last[DATE_TEXT_MAX + 16];
    if (staff_sessions(actor, login, &list, err) != STATUS_OK) {
        return command_fail(err);
    }
    json_begin_object(&w);
    json_write_key(&w, "sessions");
    json_begin_array(&w);
    for (size_t i = 0; i < list.len; i++) {
        json_begin_object(&w);
        write_instant(actor->site, &w, "since", list.items[i].created_us, since, sizeof since);
        write_instant(actor->site, &w, "last_used", list.items[i].last_activity_us, last, sizeof last);
        json_write_member(&w, "address", list.items[i].address);
        json_end_object(&w);
        if (!call->is_json) {
            printf(_("since %s, last used %s, from %s\n"), since, last, list.items[i].address);
        }
    }
    json_end_array(&w);
    json_end_object(&w);
    command_end_json(call, &w);
    staff_session_list_release(&list);
    return 0;
}

/* What an administrator does to an account that is there: the login is the second word or --name. */
static enum status change(const struct invocation *call, struct actor *actor, const char *what, const char *login,
                          const char *reason, struct error *err)
{
    if (strcmp(what, "disable") == 0) {
        return staff_disable(actor, login, reason, err);
    }
    if (strcmp(what, "enable") == 0) {
        return staff_enable(actor, login, reason, err);
    }
    if (strcmp(what, "unlock") == 0) {
        return staff_unlock(actor, login, reason, err);
    }
    if (strcmp(what, "license") == 0) {
        return set_license(call, actor, login, reason, err);
    }
    if (strcmp(what, "end") == 0) {
        int ended = 0;
        enum status status = staff_sessions_end(actor, login, reason, &ended, err);
        if (status == STATUS_OK && !call->is_json) {
            printf(ngettext("%d session ended\n", "%d sessions ended\n", (unsigned long)ended), ended);
        }
        return status;
    }
    if (strcmp(what, "role") == 0) {
        enum role role = (enum role)enum_value(ENUM_ROLE, flag_value(call, "role"));
        return role == ROLE_NONE_GIVEN ? error_set_field(err, STATUS_INVALID, "role", _("Say which role: --role ROLE."))
                                       : staff_change_role(actor, login, role, reason, err);
    }
    char *password = NULL;
    enum status status = command_password(flag_value(call, "new-password-file"), _("New password: "), &password, err);
    if (status == STATUS_OK) {
        status = staff_reset(actor, login, password, (struct password_cost){0, 0}, reason, err);
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
    static const char *const CHANGES[] = {"disable", "enable", "unlock", "role", "reset", "license", "end"};
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
    bool is_sessions = strcmp(what, "sessions") == 0;
    if (call->word_count > (is_totp ? 3 : 2) || !(is_totp || is_change || is_add || is_list || is_own || is_sessions)) {
        return command_usage(call, _("say add, list, disable, enable, unlock, role, reset, license, sessions, end, password or totp"));
    }
    if ((is_change || is_sessions) && login == NULL) {
        return command_usage(call, _("say whose account: the sign-in name"));
    }
    /* The workstation's forms want a reason, so whoever sits at a terminal is asked for one. A script may have none: closing
     * an account must not fail for lack of words; the trail then says that none was given. */
    char *reason = NULL;
    if (is_change && command_reason(call, &reason, &err) != STATUS_OK) {
        if (isatty(STDIN_FILENO)) {
            return command_usage(call, "%s", error_text(&err));
        }
        fputs(_("No reason was given, and the trail will say so. Give one with --reason TEXT.\n"), stderr);
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        mem_free(reason);
        return command_fail(&err);
    }
    int code = 0;
    if (is_add) {
        code = add(call, actor, &err);
    } else if (is_totp) {
        code = command_totp(call, actor, call->word_count > 1 ? call->words[1] : "", login, &err);
    } else if (is_sessions) {
        code = list_sessions(call, actor, login, &err);
    } else if (is_list) {
        code = list(call, actor, &err);
    } else {
        enum status status = is_own ? change_own(call, actor, &err) : change(call, actor, what, login, reason, &err);
        code = status == STATUS_OK ? 0 : command_fail(&err);
    }
    command_leave(site, actor);
    mem_free(reason);
    return code;
}

const struct command COMMAND_staff = {
    .name = "staff",
    .usage = "add|list|disable|enable|unlock|role|reset|license|sessions|end|password [NAME] | totp begin|confirm|status|remove [NAME]",
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
              {"npi", "NUMBER", N_("with license: ten digits")},
              {"license", "NUMBER", N_("with license: as it stands on the card")},
              {"authority", "NAME", N_("with license: who gave it")},
              {"expires", "DAY", N_("with license: last day, such as 2027-03-14")},
              {"reason", "TEXT", N_("why, in words; kept in the trail")}},
    .run = run,
};
