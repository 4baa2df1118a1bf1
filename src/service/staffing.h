/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts of staff. An account is rows (who, which role, disabled or not) and an entry of the key file (what opens the
 * door); both change in one act. Nobody changes or disables their own account here, so that there is always an
 * administrator; one's own password is own_password_change(). Ending an account ends its sessions everywhere. */
#ifndef SERVICE_STAFFING_H
#define SERVICE_STAFFING_H

#include "service/site.h"

/* is_one_time: the person is given the password and changes it at the first sign-in, before anything else is permitted. */
enum status staff_add(struct actor *actor, const char *login, const char *first_name, const char *last_name, enum role role,
                      const char *password, bool is_one_time, struct password_cost cost, struct error *err) MUST_USE;
enum status staff_list_all(struct actor *actor, struct staff_list *out, struct error *err) MUST_USE;

/* The same once more for an open list, without another audit row. */
enum status staff_list_again(struct actor *actor, struct staff_list *out, struct error *err) MUST_USE;
/* One account. STATUS_NOT_FOUND. The caller releases. */
enum status staff_look(struct actor *actor, const char *login, struct staff *out, struct error *err) MUST_USE;

/* Whose sign-in name it is: for filters of the audit trail, by whoever may read that. */
enum status staff_user_of(struct actor *actor, const char *login, struct uid *out, struct error *err) MUST_USE;

/* reason: why, in words, for the trail; NULL or "" says that nobody gave one. */
/* By sign-in name; STATUS_NOT_FOUND, STATUS_REFUSED for one's own account. */
enum status staff_disable(struct actor *actor, const char *login, const char *reason, struct error *err) MUST_USE;
enum status staff_enable(struct actor *actor, const char *login, const char *reason, struct error *err) MUST_USE;
enum status staff_change_role(struct actor *actor, const char *login, enum role role, const char *reason,
                              struct error *err) MUST_USE;
/* A new password for somebody who forgot theirs, to be changed at the next sign-in; also lets a locked-out person try again. */
enum status staff_reset(struct actor *actor, const char *login, const char *password, struct password_cost cost, const char *reason,
                        struct error *err) MUST_USE;
/* Forgets the wrong tries of a person who still knows the password. */
enum status staff_unlock(struct actor *actor, const char *login, const char *reason, struct error *err) MUST_USE;

/* STATUS_BAD_SECRET for a wrong old one, counted like a wrong sign-in; STATUS_INVALID names what the new one lacks. */
enum status own_password_change(struct actor *actor, const char *old_password, const char *new_password,
                                struct password_cost cost, struct error *err) MUST_USE;

#endif
