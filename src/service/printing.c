/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/printing.h"

#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "print/printer.h"
#include "service/act.h"
#include "store/patient_store.h"

enum { TIMEOUT_MS = 5000, STEP_MS = 200, TEXT_CELLS = 80, TEXT_ROWS = 60, LABEL_CELLS = 40 };

struct print_run {
    struct actor *actor;
    struct print_request request; /* its texts are fixed words */
    struct printer_delivery *delivery;
    int missing;
};

/* ---- documents ---- */

static enum status patient_line(struct actor *actor, struct uid id, char **out, struct error *err)
{
    struct patient patient = {0};
    char birth[DATE_TEXT_MAX];
    if (uid_is_none(id)) {
        *out = mem_copy_text("");
        return STATUS_OK;
    }
    enum status status = patient_get(actor->site->store, id, &patient, err);
    if (status == STATUS_OK) {
        char *name = patient_display_name(&patient);
        *out = mem_format(_("%s   born %s   MRN %s"), name, date_format_human(patient.birth_date, birth), patient.mrn);
        mem_free(name);
    }
    patient_release(&patient);
    return status;
}

enum status print_document_new(struct actor *actor, const char *title, const char *form, struct uid patient, const char *barcode,
                               struct document **out, struct error *err)
{
    const struct site *site = actor->site;
    struct local_time now = site_now(site);
    char day[DATE_TEXT_MAX];
    char *who;
    enum status status = uid_is_none(patient) ? STATUS_OK : act_permit(actor, PERMISSION_PATIENT_READ, "print", err);
    if (status != STATUS_OK) {
        return status;
    }
    status = patient_line(actor, patient, &who, err);
    if (status != STATUS_OK) {
        return status;
    }
    char *demo_title = site->row.is_demo ? mem_format(_("DEMO - %s"), title) : NULL;
    char *footer = mem_format(_("%s, printed %s %02d:%02d by %s"), site->row.name, date_format_human(now.date, day), now.hour,
                              now.minute, actor->name);
    *out = document_new(&(struct document_info){.title = demo_title != NULL ? demo_title : title,
                                                .form = form,
                                                .header = who,
                                                .footer = footer,
                                                .barcode = barcode});
    mem_free(demo_title);
    mem_free(footer);
    mem_free(who);
    return STATUS_OK;
}

/* ---- where ---- */

static enum setting target_setting(enum print_target target)
{
    return target == PRINT_TO_LABELS ? SETTING_PRINTER_LABELS : SETTING_PRINTER_DOCUMENTS;
}

const char *print_destination(const struct actor *actor, enum print_target target)
{
    return settings_text(&actor->site->settings, target_setting(target));
}

static enum status find_printer(const struct actor *actor, enum print_target target, struct printer *out, struct error *err)
{
    const char *name = setting_info(target_setting(target))->name;
    enum status status = printer_parse(print_destination(actor, target), out, err);
    if (status == STATUS_OK && out->kind == PRINTER_NONE) {
        status = error_set_field(err, STATUS_NOT_FOUND, name,
                                 _("No printer is set. An administrator sets \"%s\": prescripcare config --set."), name);
    }
    return status;
}

/* ---- printing ---- */

static enum status render(const struct actor *actor, const struct print_request *request, const struct printer *printer,
                          const struct document *document, struct buffer *out, int *out_missing, struct error *err)
{
    bool is_label = request->target == PRINT_TO_LABELS;
    switch (printer->kind) {
    case PRINTER_ZPL:
        document_to_zpl(document, request->copies, out);
        return STATUS_OK;
    case PRINTER_PDF:
        return document_to_pdf(document,
                               is_label ? DOCUMENT_LABEL
                                        : document_paper_find(settings_text(&actor->site->settings, SETTING_PAPER)),
                               out, out_missing, err);
    case PRINTER_TEXT:
    case PRINTER_NONE:
        break;
    }
    document_to_text(document, is_label ? LABEL_CELLS : TEXT_CELLS, is_label ? 0 : TEXT_ROWS, out);
    buffer_append_byte(out, '\f'); /* the paper comes out */
    return STATUS_OK;
}

static enum status audit(struct actor *actor, const struct print_request *request, const char *action, const char *where,
                         enum status outcome, struct error *err)
{
    struct act act = ACT(actor, request->permission, action, request->table != NULL ? request->table : "", request->patient);
    act.record = request->record;
    act.risk = uid_is_none(request->patient) ? RISK_LEVEL_LOW : RISK_LEVEL_MEDIUM;
    snprintf(act.details, sizeof act.details, "what=%s copies=%d%s%s%s to=%.60s", request->what, request->copies,
             request->is_reprint ? " reprint" : "", outcome != STATUS_OK ? " ended=" : "",
             outcome != STATUS_OK ? status_name(outcome) : "", where);
    return act_read(&act, err);
}

enum status print_start(struct actor *actor, const struct print_request *request, const struct document *document,
                        struct print_run **out, struct error *err)
{
    struct printer printer;
    struct buffer bytes = BUFFER_INIT;
    struct printer_delivery *delivery;
    int missing = 0;
    enum status status = act_permit(actor, request->permission, "print", err);
    if (status != STATUS_OK) {
        return status;
    }
    if (request->copies < 1 || request->copies > PRINT_COPIES_MAX) {
        return error_set_field(err, STATUS_INVALID, "copies", _("Copies are 1 to %d."), PRINT_COPIES_MAX);
    }
    status = find_printer(actor, request->target, &printer, err);
    if (status == STATUS_OK) {
        status = render(actor, request, &printer, document, &bytes, &missing, err);
    }
    if (status == STATUS_OK) {
        status = audit(actor, request, "print", print_destination(actor, request->target), STATUS_OK, err);
    }
    if (status == STATUS_OK) {
        const struct printer_job job = {.printer = printer,
                                        .title = request->what,
                                        .bytes = bytes.bytes,
                                        .len = bytes.len,
                                        .copies = printer.kind == PRINTER_ZPL ? 1 : request->copies,
                                        .timeout_ms = TIMEOUT_MS};
        status = printer_start(&job, &delivery, err);
    }
    if (status == STATUS_OK) {
        *out = mem_alloc(sizeof **out);
        **out = (struct print_run){.actor = actor, .request = *request, .delivery = delivery, .missing = missing};
    }
    if (bytes.bytes != NULL) {
        mem_wipe(bytes.bytes, bytes.len);
    }
    buffer_release(&bytes);
    return status;
}

bool print_wait(struct print_run *run, int wait_ms)
{
    return printer_wait(run->delivery, wait_ms);
}

enum status print_finish(struct print_run *run, int *out_missing, struct error *err)
{
    enum status status = printer_finish(run->delivery, err);
    if (status != STATUS_OK) {
        /* The trail already says that it was sent; that the second row could not be written must not hide the failure. */
        enum status noted = audit(run->actor, &run->request, "print.failed", print_destination(run->actor, run->request.target),
                                  status, NULL);
        (void)noted;
    }
    if (out_missing != NULL) {
        *out_missing = run->missing;
    }
    mem_free(run);
    return status;
}

enum status print_now(struct actor *actor, const struct print_request *request, const struct document *document,
                      struct error *err)
{
    struct print_run *run;
    enum status status = print_start(actor, request, document, &run, err);
    if (status != STATUS_OK) {
        return status;
    }
    while (print_wait(run, STEP_MS)) {
    }
    return print_finish(run, NULL, err);
}
