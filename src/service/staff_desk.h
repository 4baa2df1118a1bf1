/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an administrator's desk needs beside the accounts themselves (staffing.h): passwords that are shown once, where a person
 * is signed in, and the numbers a person is licensed by. */
#ifndef SERVICE_STAFF_DESK_H
#define SERVICE_STAFF_DESK_H

#include "base/date.h"
#include "service/site.h"

enum { STAFF_PASSWORD_TEXT = 32 };

/* A random password of 20 letters and digits in groups, none of them alike in print: 100 bits, for somebody who is there and
 * writes it down. The caller wipes. */
void staff_password_make(char out[STAFF_PASSWORD_TEXT]);

/* Sessions of a person that have not ended, newest first; *out is released by the caller. STATUS_NOT_FOUND: no such name. */
enum status staff_sessions(struct actor *actor, const char *login, struct staff_session_list *out, struct error *err) MUST_USE;
/* Ends them all, on every terminal of this site; reason in words, kept in the trail. STATUS_NOT_FOUND, STATUS_EXISTS: there are
 * none. One's own are ended by signing out. */
enum status staff_sessions_end(struct actor *actor, const char *login, const char *reason, int *out_ended, struct error *err)
    MUST_USE;

/* All four, or "" and no date for what is not known. STATUS_INVALID names the field: "npi" (ten digits with their check digit),
 * "license_expires". */
enum status staff_set_license(struct actor *actor, const char *login, const struct staff_license *license, const char *reason,
                              struct error *err) MUST_USE;

enum license_state { LICENSE_NONE, LICENSE_VALID, LICENSE_EXPIRES_SOON, LICENSE_EXPIRED };
/* Soon: within 60 days. */
enum license_state staff_license_state(const struct staff_license *license, struct date today);

#endif
