/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a site keeps of the drug knowledge beside the block itself: the blueprint's drug tables, the state that was last in
 * force, and the charts that a new state touches. A new version of the program brings a new state; whoever signs in first
 * settles it. */
#ifndef SERVICE_KNOWLEDGE_SETTLE_H
#define SERVICE_KNOWLEDGE_SETTLE_H

#include "service/site.h"

/* store_meta: "VERSION SHA256" of the state that was settled last. */
#define KNOWLEDGE_META_SETTLED "knowledge.settled"

/* Nothing to do unless the knowledge in force is not the one that was settled last. One transaction: tables, work list,
 * audit row. What fails changes nothing and is tried again at the next sign-in; checks never depend on it. */
enum status knowledge_settle(struct actor *actor, int64_t *out_affected, struct error *err) MUST_USE;

/* The parts, inside a transaction. */
enum status knowledge_note_affected(struct site *site, const struct knowledge *before, const struct knowledge *after,
                                    int64_t *out_affected, struct error *err) MUST_USE;
enum status knowledge_note_settled(struct site *site, const struct knowledge *k, struct error *err) MUST_USE;

#endif
