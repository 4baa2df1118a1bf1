/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether somebody holds the recovery key. It is shown once, and a line that is lost at that moment leaves a key that nobody saw:
 * the file "recovery.unproved" stands in the site's folder from before a key is made until somebody typed its end back, and
 * administrators are told as long as it does. It holds nothing; who removes it by hand silences the warning, no more. */
#ifndef SERVICE_RECOVERY_MARK_H
#define SERVICE_RECOVERY_MARK_H

#include <stdbool.h>

#include "base/error.h"

#define RECOVERY_MARK_NAME "recovery.unproved"
enum { RECOVERY_TAIL = 4 };

/* Before a key is made; durable. */
enum status recovery_mark_set(const char *folder, struct error *err) MUST_USE;
/* Somebody has it. What cannot be removed warns once too often. */
void recovery_mark_clear(const char *folder);
bool recovery_mark_is_set(const char *folder);

/* Are these the key's last RECOVERY_TAIL signs? However they are written. */
bool recovery_tail_fits(const char *key, const char *typed);

#endif
