/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The enrolment file: what a device needs to join, sealed under a code that is shown once and travels another way. */
#ifndef SYNC_ENROLMENT_H
#define SYNC_ENROLMENT_H

#include "sync/link.h"

struct enrolment {
    struct link_address address; /* without files */
    char *device_name, *site_name;
    char *ca, *certificate, *key; /* PEM */
};
void enrolment_release(struct enrolment *enrolment);

/* Gives the code back; the caller frees. */
enum status enrolment_write(const char *path, const struct enrolment *enrolment, char **out_code, struct error *err) MUST_USE;
/* STATUS_BAD_SECRET for a wrong code. */
enum status enrolment_read(const char *path, const char *code, struct enrolment *out, struct error *err) MUST_USE;

#endif
