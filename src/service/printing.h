/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Printing. Who printed what about whom, where, how often and whether again is in the audit trail before the first byte
 * leaves; how it ended follows when it failed. Printers are settings (printer_labels, printer_documents, paper). */
#ifndef SERVICE_PRINTING_H
#define SERVICE_PRINTING_H

#include "print/document.h"
#include "service/site.h"

enum print_target { PRINT_TO_DOCUMENTS, PRINT_TO_LABELS };

struct print_request {
    const char *what;              /* a fixed word for the audit and the queue: "label", "medication_list" */
    enum permission permission;    /* what one needs to see what is printed */
    struct uid patient;            /* UID_NONE: a list */
    const char *table;             /* "" none */
    struct uid record;
    enum print_target target;
    int copies;                    /* 1 .. PRINT_COPIES_MAX */
    bool is_reprint;
};
#define PRINT_COPIES_MAX 20

/* A document with this site's name, DEMO on a demo site, the person and the time in its footer, and the patient (name,
 * birth date, MRN) below the title. patient UID_NONE: none. barcode may be NULL. The caller frees with document_free(). */
enum status print_document_new(struct actor *actor, const char *title, const char *form, struct uid patient,
                               const char *barcode, struct document **out, struct error *err) MUST_USE;

/* Where it would go: "text://desk:9100"; "" when no printer is set. Borrowed from the settings. */
const char *print_destination(const struct actor *actor, enum print_target target);

struct print_run;

/* Audits, renders, starts delivery in the background. Everything is copied. STATUS_NOT_FOUND: no printer is set. */
enum status print_start(struct actor *actor, const struct print_request *request, const struct document *document,
                        struct print_run **out, struct error *err) MUST_USE;
/* True while it goes on; waits at most wait_ms. */
bool print_wait(struct print_run *run, int wait_ms);
/* How it went; a failure is audited; frees. Before the end it stops the delivery (STATUS_CANCELLED). *out_missing (may be
 * NULL): letters that this computer has no font for. */
enum status print_finish(struct print_run *run, int *out_missing, struct error *err) MUST_USE;

/* The three together, for commands. */
enum status print_now(struct actor *actor, const struct print_request *request, const struct document *document,
                      struct error *err) MUST_USE;

#endif
