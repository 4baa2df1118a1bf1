/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The daily incident report (21 CFR 1311.150, security.md 2.3): what the audit trail of one day holds that somebody has to
 * look at: refusals, wrong passwords and codes, emergency openings and their reviews, changes of accounts and privileges,
 * and whether the chain still holds. Making it is itself recorded, so that a day without one is seen. */
#ifndef SERVICE_INCIDENTS_H
#define SERVICE_INCIDENTS_H

#include "service/site.h"
#include "store/audit_read.h"
#include "store/audit_store.h"

enum incident_kind {
    INCIDENT_REFUSED,    /* by role or by a restricted record */
    INCIDENT_SECRET,     /* wrong passwords, PINs, codes of who was signed in */
    INCIDENT_EMERGENCY,  /* openings, ends, reviews */
    INCIDENT_PRIVILEGE,  /* accounts, roles, second factors, restrictions */
    INCIDENT_OTHER,      /* other records of high risk */
    INCIDENT_KINDS
};
const char *incident_words(enum incident_kind kind); /* translated */
enum incident_kind incident_kind_of(const struct audit_line *line);

struct incident_report {
    struct date day;
    int counts[INCIDENT_KINDS];
    int reviews_open, reviews_late; /* emergency openings that wait now; late: for more than 72 hours */
    bool is_chain_whole;
    struct audit_report chain;
    struct audit_line_list lines;   /* of that day, newest first */
};

/* What whoever watches over the site is told as they sign in: counts, nothing of a patient, no row. Privacy officer, auditor and
 * administrator. */
struct incident_watch {
    int reviews_late;        /* emergency openings that nobody reviewed within 72 hours */
    int days_without_report; /* whole days since the last incident report of anybody, or since the trail began; 7 stands for more */
};
enum status incident_watch_get(struct actor *actor, struct incident_watch *out, struct error *err) MUST_USE;

/* The whole day by the site's clock. Not inside a transaction; verifies the whole chain. The caller releases. */
enum status incident_report_get(struct actor *actor, struct date day, struct incident_report *out, struct error *err) MUST_USE;
void incident_report_release(struct incident_report *report);

#endif
