/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is this site in order? What a helper on the phone asks for: keys, file, chain, walls, room. No patient data. */
#ifndef SERVICE_DOCTOR_H
#define SERVICE_DOCTOR_H

#include "service/site.h"

enum doctor_verdict { DOCTOR_GOOD, DOCTOR_NOTE, DOCTOR_BAD };
enum { DOCTOR_CHECKS_MAX = 12 };

struct doctor_check {
    const char *name;       /* "records"; static, never translated */
    enum doctor_verdict verdict;
    enum status status;     /* why it is bad */
    char words[200];        /* translated */
};

struct doctor_report {
    struct doctor_check checks[DOCTOR_CHECKS_MAX];
    int count;
    enum status worst; /* STATUS_OK: nothing is bad */
};

/* By an administrator. Not STATUS_OK only where it may not look; what it finds is in *out. */
enum status doctor_look(struct actor *actor, struct doctor_report *out, struct error *err) MUST_USE;

#endif
