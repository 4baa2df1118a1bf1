/* SPDX-License-Identifier: GPL-3.0-or-later */
/* kill -9 at every write and sync of what a person does. A counting run finds the calls; then a fresh process does the
 * same on a fresh copy of the site and dies at one of them. What was acknowledged is there, nothing is half there, a row
 * and its outbox row and its audit record are there together or not at all, the audit chain is whole, and doing it again
 * works. */
#ifndef FAULT_SERVICE_KILL_H
#define FAULT_SERVICE_KILL_H

#include <stdbool.h>
#include <stdint.h>

enum service_deed_kind { DEED_RECORD_DOSE, DEED_ADD_MEDICATION, DEED_IMPORT_BUNDLE, DEED_COUNT };
const char *service_deed_name(enum service_deed_kind deed);
uint64_t service_deed_floor(enum service_deed_kind deed); /* fewer calls than this: the harness is blind */

struct service_kill;
/* A site on which the deed can be done, and the counting run. */
struct service_kill *service_kill_new(enum service_deed_kind deed);
void service_kill_free(struct service_kill *k);
uint64_t service_kill_calls(const struct service_kill *k);

/* Dies at call n (from 1), in its middle when is_torn. False: something does not hold; *out_why says what. */
bool service_kill_at(struct service_kill *k, uint64_t n, bool is_torn, char out_why[200]);

#endif
