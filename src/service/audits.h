/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at the audit trail. */
#ifndef SERVICE_AUDITS_H
#define SERVICE_AUDITS_H

#include "base/buffer.h"
#include "service/site.h"
#include "store/audit_read.h"
#include "store/audit_store.h"

/* Every link and checkpoint, and that the trail leads to what is known of it from elsewhere (anchors: NULL, nothing);
 * STATUS_DAMAGED with *out filled. The verification itself is recorded. */
enum status audit_check(struct actor *actor, const struct audit_anchor_list *anchors, struct audit_report *out, struct error *err)
    MUST_USE;
/* A signed checkpoint of the trail as it is now, to be kept where nobody of this machine reaches it: the trail put back to an older
 * state, with its key, is found by it and by nothing else. The caller frees. */
enum status audit_checkpoint(struct actor *actor, char **out_note, struct error *err) MUST_USE;

/* Pages, b-trees and keys of the database. */
enum status site_check(struct actor *actor, struct error *err) MUST_USE;

/* Newest first; the caller releases. Reading the trail is itself recorded, with shape and count only. */
enum status audit_show(struct actor *actor, const struct audit_period *period, struct audit_line_list *out,
                       struct error *err) MUST_USE;
/* The same once more for an open list, or its next page, without another row. */
enum status audit_show_again(struct actor *actor, const struct audit_period *period, struct audit_line_list *out,
                             struct error *err) MUST_USE;

/* Whom a filter of the trail means: a patient's id or MRN, for whoever may read the trail. Nothing but the id is given back. */
enum status audit_subject_of(struct actor *actor, const char *text, struct uid *out, struct error *err) MUST_USE;

/* One FHIR R4 AuditEvent as a line of JSON, appended with its newline. People are ids; the patient only where the
 * pseudonym still leads to one. */
void audit_write_event(const struct site *site, const struct audit_line *line, struct buffer *out);

#endif
