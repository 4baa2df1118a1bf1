/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/central_link.h"
#include "sync/join.h"

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct store *mirror = NULL;
    char *code = NULL;
    struct join_result result = {0};
    if (call->word_count != 1) {
        return command_usage(call, _("join FILE"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = central_link_begin(actor, &mirror, &err);
    if (status == STATUS_OK) {
        status = command_password(flag_value(call, "code-file"), _("Code of the enrolment: "), &code, &err);
    }
    if (status == STATUS_OK) {
        status = join_centre(mirror, site->folder, call->words[0], code, flag_given(call, "keep"), site->device.signing.public_key, &result,
                             &err);
        mem_wipe(code, strlen(code));
    }
    central_link_end(actor, mirror, "site.join", status);
    mem_free(code);
    if (status == STATUS_OK && call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_member(&w, "site", result.site_name);
        json_write_key(&w, "joined");
        json_write_bool(&w, true);
        json_end_object(&w);
        command_print_json(&w);
    } else if (status == STATUS_OK) {
        printf(_("This site has joined the centre as part of %s. The first exchange comes with the next sign-in, or now: prescripcare sync "
                 "--once.\n"), result.site_name);
    }
    mem_free(result.site_name);
    command_leave(site, actor);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_join = {
    .name = "join",
    .usage = "FILE [--keep]",
    .help = N_("Joins a centre with the enrolment file that its administrator made."),
    .flags = {{"code-file", "FILE", N_("file whose first line is the code of the enrolment")},
              {"keep", NULL, N_("this copy was stopped: go on as a new device, losing nothing")},
              {NULL, NULL, NULL}},
    .run = run,
};
