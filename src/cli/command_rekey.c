/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `rekey`: a new data key while the site is in use; a new recovery key; and the way in with the recovery key. */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/recovery_mark.h"
#include "service/rekey.h"

static void write_number(struct json_writer *w, const char *key, int64_t value)
{
    json_write_key(w, key);
    json_write_int(w, value);
}

static int data_key(const struct invocation *call, struct actor *actor, struct error *err)
{
    struct rekey_report report;
    if (site_rekey(actor, NULL, &report, err) != STATUS_OK) {
        return command_fail(err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        write_number(&w, "epoch", report.epoch);
        write_number(&w, "slots", report.slots);
        write_number(&w, "bytes", report.bytes);
        write_number(&w, "paused_ms", report.paused_us / 1000);
        write_number(&w, "total_ms", report.total_us / 1000);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(_("The site has a new key (number %u); %d slots open it. %lld bytes were sealed anew; sessions waited %lld ms.\n"),
               (unsigned)report.epoch, report.slots, (long long)report.bytes, (long long)(report.paused_us / 1000));
    }
    return 0;
}

static int renew_recovery(const struct invocation *call, struct actor *actor, struct error *err)
{
    char *text = NULL;
    if (site_renew_recovery(actor, &text, err) != STATUS_OK) {
        return command_fail(err);
    }
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "recovery_key", text);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf("%s\n", text);
        fputs(_("This is shown once. Keep it on paper, away from this computer; the one before opens nothing any more.\n"), stderr);
    }
    if (fflush(stdout) == 0 && ferror(stdout) == 0) { /* who asked for it has it */
        recovery_mark_clear(actor->site->folder);
    }
    mem_wipe(text, strlen(text));
    mem_free(text);
    return 0;
}

static void forget(char *text)
{
    if (text != NULL) {
        mem_wipe(text, strlen(text));
    }
    mem_free(text);
}

/* Nobody can sign in: who holds the paper gives an account a new password. */
static int recover(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    char *key = NULL, *password = NULL;
    if (call->user == NULL) {
        return command_usage(call, _("say whose account gets a new password: --user NAME"));
    }
    char *folder = call->site_folder != NULL ? mem_copy_text(call->site_folder) : site_default_folder();
    enum status status = command_password(flag_value(call, "recovery-file"), _("Recovery key: "), &key, &err);
    if (status == STATUS_OK) { /* the machine may be what was lost */
        status = site_bring_device_back(folder, NULL, key, &err);
    }
    if (status == STATUS_OK) {
        status = site_open(folder, NULL, call->clock, &site, &err);
    }
    if (status == STATUS_OK) {
        status = command_password(flag_value(call, "new-password-file"), _("New password: "), &password, &err);
    }
    if (status == STATUS_OK) {
        status = site_recover(site, key, call->user, password, (struct password_cost){0, 0}, &err);
    }
    forget(key);
    forget(password);
    mem_free(folder);
    site_close(site);
    if (status != STATUS_OK) {
        err.status = status;
        return command_fail(&err);
    }
    fputs(_("The account has the new password and is open again.\n"), stderr);
    return 0;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    const char *what = call->word_count > 0 ? call->words[0] : "data";
    bool is_data = strcmp(what, "data") == 0, is_recovery = strcmp(what, "recovery") == 0;
    if (call->word_count > 1 || !(is_data || is_recovery || strcmp(what, "recover") == 0)) {
        return command_usage(call, _("say data, recovery or recover"));
    }
    if (!is_data && !is_recovery) {
        return recover(call);
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    int code = is_data ? data_key(call, actor, &err) : renew_recovery(call, actor, &err);
    command_leave(site, actor);
    return code;
}

const struct command COMMAND_rekey = {
    .name = "rekey",
    .usage = "[data|recovery|recover]",
    .help = N_("A new key for the site's data while it is in use (data), a new recovery key (recovery), or a new password for an "
               "account by the recovery key when nobody can sign in (recover): also on another machine with a copy of the site's "
               "folder, when the one that it was made on is lost."),
    .flags = {{"recovery-file", "FILE", N_("file whose first line is the recovery key")},
              {"new-password-file", "FILE", N_("file whose first line is the new password")}},
    .run = run,
};
