/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/audits.h"

static void print(const struct invocation *call, const struct audit_report *report)
{
    if (!call->is_json) {
        printf(_("%llu records, %llu checkpoints, unanchored tail: %llu records\n"), (unsigned long long)report->records,
               (unsigned long long)report->checkpoints, (unsigned long long)report->unanchored);
        return;
    }
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_key(&w, "records");
    json_write_int(&w, (int64_t)report->records);
    json_write_key(&w, "checkpoints");
    json_write_int(&w, (int64_t)report->checkpoints);
    json_write_key(&w, "unanchored");
    json_write_int(&w, (int64_t)report->unanchored);
    json_write_key(&w, "first_bad");
    json_write_int(&w, (int64_t)report->first_bad_seq);
    json_write_member(&w, "what", report->what);
    json_end_object(&w);
    command_print_json(&w);
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct audit_report report = {0};
    if (call->word_count != 1 || strcmp(call->words[0], "verify") != 0) {
        return command_usage(call, _("say verify"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = audit_check(actor, &report, &err);
    if (status == STATUS_OK || status == STATUS_DAMAGED) {
        print(call, &report);
    }
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_audit = {
    .name = "audit",
    .usage = "verify",
    .help = N_("Verifies the audit chain: every link, every checkpoint."),
    .run = run,
};
