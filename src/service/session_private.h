/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What signing in and standing as a witness share. Private to src/service. */
#ifndef SERVICE_SESSION_PRIVATE_H
#define SERVICE_SESSION_PRIVATE_H

#include "service/site.h"

/* The key file as it is on disk now: other sessions change it. Whoever writes it does so between act_begin() and
 * act_end(), which lets one writer of the site in at a time, and reads it anew there first. */
enum status session_read_keys(struct site *site, struct error *err) MUST_USE;
enum status session_save_keys(struct site *site, struct error *err) MUST_USE;
char *session_lockout_path(const struct site *site); /* caller frees */

/* The password against the key file, with the lockout around it. out_data_key may be NULL. */
enum status session_check_password(struct site *site, const char *login, const char *password, struct secret *out_data_key,
                                   struct uid *out_user, struct error *err) MUST_USE;
char *session_short_name(const struct staff *staff); /* "J. Alvarez"; caller frees */

#endif
