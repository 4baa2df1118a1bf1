/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "cli/command.h"
#include "service/patient_export.h"
#include "service/patients.h"

/* A file that is there already is not written over, and one that could not be written whole does not stay. */
static enum status write_file(const char *path, const struct buffer *text, struct error *err)
{
    FILE *file = path != NULL ? fopen(path, "wxe") : stdout;
    if (file == NULL) {
        return error_set(err, STATUS_IO, _("%s cannot be written, or is there already."), path);
    }
    bool is_written = fwrite(text->bytes, 1, text->len, file) == text->len && fputc('\n', file) != EOF;
    bool is_closed = path != NULL ? fclose(file) == 0 : fflush(file) == 0;
    if (is_written && is_closed) {
        return STATUS_OK;
    }
    if (path != NULL) {
        (void)unlink(path); /* the failure is told */
    }
    return error_set(err, STATUS_IO, _("The export could not be written whole; nothing of it is kept."));
}

static int run(const struct invocation *call)
{
    struct error err = ERROR_INIT;
    struct site *site = NULL;
    struct actor *actor = NULL;
    struct uid patient;
    struct buffer text = BUFFER_INIT;
    const char *format = flag_given(call, "format") ? flag_value(call, "format") : "json";
    bool is_fhir = strcmp(format, "fhir") == 0;
    if (call->word_count != 1 || (!is_fhir && strcmp(format, "json") != 0)) {
        return command_usage(call, _("one patient, and --format json or fhir"));
    }
    char *reason = NULL;
    enum status status = command_reason(call, &reason, &err);
    if (status != STATUS_OK) {
        return command_usage(call, "%s", error_text(&err));
    }
    status = command_enter(call, &site, &actor, &err);
    if (status == STATUS_OK) {
        status = patient_resolve(actor, call->words[0], &patient, &err);
        if (status == STATUS_OK) {
            status = patient_export(actor, patient, is_fhir ? EXPORT_FHIR : EXPORT_JSON, reason, &text, &err);
        }
        command_leave(site, actor);
    }
    if (status == STATUS_OK) {
        status = write_file(flag_value(call, "output"), &text, &err);
    }
    if (text.bytes != NULL) {
        mem_wipe(text.bytes, text.cap);
    }
    buffer_release(&text);
    mem_free(reason);
    return status == STATUS_OK ? 0 : command_fail(&err);
}

const struct command COMMAND_export = {
    .name = "export",
    .usage = "PATIENT [--format json|fhir] [-o FILE] --reason TEXT",
    .help = N_("Writes one patient's whole record: every row as JSON, or what another system reads as FHIR R4."),
    .flags = {{"format", "NAME", N_("json (every row that is kept) or fhir (a Bundle)")},
              {"output", "FILE", N_("write there (-o); the file must not exist; standard output when left out")},
              {"reason", "TEXT", N_("why the record leaves the house, in words; kept in the trail")}},
    .run = run,
};
