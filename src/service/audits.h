/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the audit trail. */
#ifndef SERVICE_AUDITS_H
#define SERVICE_AUDITS_H

#include "service/site.h"
#include "store/audit_store.h"

/* Every link and checkpoint; STATUS_DAMAGED with *out filled. The verification itself is recorded. */
enum status audit_check(struct actor *actor, struct audit_report *out, struct error *err) MUST_USE;

/* Pages, b-trees and keys of the database. */
enum status site_check(struct actor *actor, struct error *err) MUST_USE;

#endif
