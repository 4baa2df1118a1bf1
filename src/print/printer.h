/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Delivery to a printer: text or ZPL as raw bytes over TCP (port 9100), PDF to a CUPS queue over IPP. A delivery runs in a
 * process of its own with its own time limit, so that no printer can stop a screen; the caller asks now and then how it
 * went. What is sent carries no name in the job's title: queues are shown to everybody. */
#ifndef PRINT_PRINTER_H
#define PRINT_PRINTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

#define PRINTER_TEXT_MAX 200

enum printer_kind {
    PRINTER_NONE,
    PRINTER_TEXT, /* "text://HOST:9100" */
    PRINTER_ZPL,  /* "zpl://HOST:9100" */
    PRINTER_PDF   /* "cups://HOST:631/QUEUE" */
};

/* Plain values. */
struct printer {
    enum printer_kind kind;
    char host[128];
    int port;
    char queue[64]; /* of PRINTER_PDF: "desk", or a path such as "ipp/print" */
};

/* "" is PRINTER_NONE. STATUS_INVALID says what an address looks like. */
enum status printer_parse(const char *text, struct printer *out, struct error *err) MUST_USE;

struct printer_job {
    struct printer printer;
    const char *title;  /* what, never whose: "label" */
    const void *bytes;
    size_t len;
    int copies;         /* at least 1; raw bytes are sent that often */
    int timeout_ms;     /* for connecting, and for each piece that is sent */
};

/* Waits until it is delivered. STATUS_OFFLINE: nobody there, refused, no answer in time; STATUS_IO: it broke off, part may
 * have been printed; STATUS_REFUSED: the queue said no. The message names the printer. */
enum status printer_send(const struct printer_job *job, struct error *err) MUST_USE;

struct printer_delivery;

/* The same in a process of its own. What job points to is needed for the call only. */
enum status printer_start(const struct printer_job *job, struct printer_delivery **out, struct error *err) MUST_USE;
/* True while it goes on; waits at most wait_ms for news. */
bool printer_wait(struct printer_delivery *delivery, int wait_ms);
/* How it went, and frees. Before its end: it is stopped, STATUS_CANCELLED. */
enum status printer_finish(struct printer_delivery *delivery, struct error *err) MUST_USE;

#endif
