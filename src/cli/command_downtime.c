/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/i18n.h"
#include "cli/command.h"
#include "service/downtime.h"
#include "service/patients.h"

static enum status print_one(struct actor *actor, const char *who, int hours, int *out_printed, struct error *err)
{
    struct uid patient;
    struct document *d = NULL;
    char form[DOWNTIME_FORM_MAX];
    enum status status = patient_resolve(actor, who, &patient, err);
    if (status == STATUS_OK) {
        status = downtime_sheet(actor, patient, hours, &d, form, err);
    }
    if (status == STATUS_OK) {
        const struct print_request request = downtime_request(patient);
        status = print_now(actor, &request, d, err);
        document_free(d);
    }
    *out_printed = status == STATUS_OK;
    return status;
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    int printed = 0, closed = 0, hours = flag_given(call, "hours") ? (int)strtol(flag_value(call, "hours"), NULL, 10) : 24;
    if (call->word_count > 1 || (call->word_count == 1) == flag_given(call, "all")) {
        return command_usage(call, _("one patient, or --all"));
    }
    if (command_enter(call, &site, &actor, &err) != STATUS_OK) {
        return command_fail(&err);
    }
    enum status status = call->word_count == 1 ? print_one(actor, call->words[0], hours, &printed, &err)
                                               : downtime_print_all(actor, hours, &printed, &closed, &err);
    command_leave(site, actor);
    if (call->is_json) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "printed");
        json_write_int(&w, printed);
        json_write_key(&w, "restricted");
        json_write_int(&w, closed);
        json_end_object(&w);
        command_print_json(&w);
    } else {
        printf(ngettext("%d sheet printed\n", "%d sheets printed\n", (unsigned long)printed), printed);
        if (closed > 0) {
            printf(ngettext("%d restricted record left out: whoever is named for it prints its sheet\n",
                            "%d restricted records left out: whoever is named for them prints their sheets\n", (unsigned long)closed),
                   closed);
        }
    }
    return status != STATUS_OK ? command_fail(&err) : closed > 0 ? 1 : 0;
}

const struct command COMMAND_downtime = {
    .name = "downtime",
    .usage = "PATIENT|--all [--hours 24|72]",
    .help = N_("Prints the sheets on which doses are written while the computer is down; they leave the site only to its printer."),
    .flags = {{"all", NULL, N_("everybody who has a dose planned in that time or may get one as needed")}, {"hours", "N", N_("24 or 72; 24 when left out")}},
    .run = run,
};
