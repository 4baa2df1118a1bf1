/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record of the audit trail as a FHIR R4 AuditEvent (security.md 2.6): who, as which role, from where, did what to
 * whose record, when. Pure: a plain record in, JSON out. */
#ifndef EXCHANGE_FHIR_AUDIT_H
#define EXCHANGE_FHIR_AUDIT_H

#include "base/buffer.h"
#include "base/uid.h"

struct fhir_audit_event { /* all borrowed */
    struct uid id;
    int64_t at_us;
    struct uid agent;       /* UID_NONE: nobody was signed in */
    const char *agent_name; /* "" not known here */
    const char *role;       /* stored word */
    const char *action;     /* "order.add": subject.verb of the service function */
    bool is_read;           /* it looked at something and changed nothing: R, whatever the verb says */
    const char *table;
    const char *address;
    const char *risk;       /* stored word */
    const char *outcome;    /* "ok" or the name of a refusal; NULL not known */
    struct uid patient;     /* UID_NONE: none, or erased */
    struct uid device;
    const char *site_name;
    int64_t seq;
};

/* C create, R read, U update, D delete, E execute: from the verb. */
char fhir_audit_action(const char *action);
/* Appends one line. */
void fhir_audit_write(const struct fhir_audit_event *event, struct buffer *out);

#endif
