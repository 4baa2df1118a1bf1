/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of staff: W1 makes them, W4 gives them their rules. */
#ifndef SERVICE_STAFFING_H
#define SERVICE_STAFFING_H

#include "service/site.h"

enum status staff_add(struct actor *actor, const char *login, const char *first_name, const char *last_name, enum role role,
                      const char *password, struct password_cost cost, struct error *err) MUST_USE;
enum status staff_list_all(struct actor *actor, struct staff_list *out, struct error *err) MUST_USE;

#endif
