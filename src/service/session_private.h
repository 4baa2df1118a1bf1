/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What signing in and standing as a witness share. Private to src/service. */
#ifndef SERVICE_SESSION_PRIVATE_H
#define SERVICE_SESSION_PRIVATE_H

#include "service/site.h"

/* The password against the key file, with the lockout around it. out_data_key may be NULL. */
enum status session_check_password(struct site *site, const char *login, const char *password, struct secret *out_data_key,
                                   struct uid *out_user, struct error *err) MUST_USE;
char *session_short_name(const struct staff *staff); /* "J. Alvarez"; caller frees */

#endif
