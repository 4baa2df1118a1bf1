/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accounts that were made or changed on another device of this site: their signed credential records come with the staff
 * rows, and whoever signs in here gives each colleague a slot of this device's key, made from the public half alone. So a
 * colleague who never used this station signs in here, with or without a network. Private to src/service. */
#ifndef SERVICE_COLLEAGUES_H
#define SERVICE_COLLEAGUES_H

#include "crypt/credential.h"
#include "service/site.h"

/* Into the person's staff row, for the other devices; inside store_begin(). Nothing where there is no row yet. */
enum status colleagues_publish(struct site *site, const struct credential *credential, struct error *err) MUST_USE;
/* The record as it stands in a row: {"device":"...","record":"..."}. Caller frees. */
char *colleagues_record(const struct site *site, const struct credential *credential);

/* Takes over what is newer than the key file's own. A record whose signature does not fit its device is left alone and
 * logged. Not inside a transaction. */
enum status colleagues_adopt(struct site *site, struct error *err) MUST_USE;

#endif
