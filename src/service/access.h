/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who saw or changed a patient's record, from the audit trail of this site. Asking is itself recorded. */
#ifndef SERVICE_ACCESS_H
#define SERVICE_ACCESS_H

#include "service/site.h"
#include "store/audit_read.h"

enum access_what { ACCESS_ALL, ACCESS_READS, ACCESS_WRITES };

/* Newest first, at most limit; actor_id UID_NONE: everybody. The caller releases. */
enum status access_list(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                        struct audit_line_list *out, struct error *err) MUST_USE;
/* The same list once more, without another audit row. */
enum status access_refresh(struct actor *actor, struct uid patient, enum access_what what, struct uid actor_id, int limit,
                           struct audit_line_list *out, struct error *err) MUST_USE;

/* "opened the chart", "recorded a dose"; the action itself where there are no words for it. Translated. */
const char *access_words(const char *action);
/* What came of it: "role does not allow it" for "not_permitted"; "" where it was done. A word that nobody knows stays as it is. */
const char *access_outcome(const char *outcome);
bool access_is_read(const char *action); /* it looked and changed nothing */

#endif
