/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who was erased here, kept where no backup of the site reaches: a file beside the device's key, numbers only, each line sealed to that
 * key. A site that was put back from an older copy erases them again before anybody is let in. */
#ifndef SERVICE_ERASURE_LEDGER_H
#define SERVICE_ERASURE_LEDGER_H

#include "service/site.h"

/* Behind the transaction that erased them. STATUS_IO where nothing can be written there (a key that the service manager hands in). */
enum status erasure_ledger_add(const struct site *site, const struct uid *records, int count, int64_t at_us, struct error *err) MUST_USE;

/* Those of the ledger who are in the database are erased, with a row in the trail; whoever has just signed in. The records are open. */
enum status erasure_ledger_replay(struct actor *actor, int *out_erased, struct error *err) MUST_USE;

/* Where it is, and that it is there, for the walls round a running workstation: made empty if need be. Caller frees; NULL: it cannot be. */
char *erasure_ledger_make(const char *device_key_path);

#endif
