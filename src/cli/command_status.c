/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"

/* No patient data and no sign-in: what a helper on the phone asks first. */
static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    enum status status = site_open(call->site_folder, NULL, call->clock, &site, &err);
    char *folder = status == STATUS_OK ? mem_copy_text(site->folder)
                   : call->site_folder != NULL ? mem_copy_text(call->site_folder)
                                               : site_default_folder();
    struct json_writer w = JSON_WRITER_INIT;
    json_begin_object(&w);
    json_write_member(&w, "version", PC_VERSION);
    json_write_member(&w, "site", folder);
    json_write_member(&w, "state", status == STATUS_OK ? "sealed" : status_name(status));
    json_write_member(&w, "problem", status == STATUS_OK ? NULL : error_text(&err));
    json_write_member(&w, "link", "stand-alone");
    json_write_member(&w, "knowledge", status == STATUS_OK ? knowledge_version(site->knowledge) : NULL);
    json_end_object(&w);
    if (call->is_json) {
        command_print_json(&w);
    } else {
        printf(_("version    %s\nsite       %s\nstate      %s\nknowledge  %s\n"), PC_VERSION, folder,
               status == STATUS_OK ? _("sealed; sign in to open") : error_text(&err),
               status == STATUS_OK ? knowledge_version(site->knowledge) : "-");
        json_writer_release(&w);
    }
    mem_free(folder);
    site_close(site);
    return status == STATUS_OK ? 0 : status_exit_code(status);
}

const struct command COMMAND_status = {
    .name = "status",
    .usage = "",
    .help = N_("Says which site, version and knowledge this is; no patient data."),
    .run = run,
};
