/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Joining a centre with an enrolment file, and what a site keeps of it: the address with its secret in the sealed
 * database, the certificate and its key (encrypted) in the folder `central` beside it. */
#ifndef SYNC_JOIN_H
#define SYNC_JOIN_H

#include <stdbool.h>

#include "store/store.h"
#include "sync/link.h"

struct join_result {
    char *site_name;
    bool took_site_id; /* the site's id is now the one that another device of it brought to the centre */
};

/* The store is opened as a mirror. After it the first engine_cycle() sends all that waits and takes the first snapshot.
 * keep: this device was fenced as a copy; it goes on as a new one (decisions.md 14). STATUS_EXISTS when it has joined
 * already, STATUS_BAD_SECRET for a wrong code. Caller frees out->site_name. */
enum status join_centre(struct store *store, const char *folder, const char *file, const char *code, bool keep,
                        const unsigned char sign_key[32], struct join_result *out, struct error *err) MUST_USE;

/* STATUS_NOT_FOUND: not joined. *out_next: a secret that was being changed, or NULL. Caller releases. */
enum status address_load(struct store *store, const char *folder, struct link_address *out, char **out_next, struct error *err) MUST_USE;

#endif
