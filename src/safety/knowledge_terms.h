/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a rule says beside its words, as one text that two states of the knowledge can be compared by: evidence, onset, hours
 * apart, when it holds, the limits of a dose. Pure. */
#ifndef SAFETY_KNOWLEDGE_TERMS_H
#define SAFETY_KNOWLEDGE_TERMS_H

#include "base/buffer.h"
#include "safety/knowledge.h"

/* Appends "evidence established, b.dose > 100 mg, max_daily 4000 mg". rule: an index for knowledge_rule_at(). */
void knowledge_rule_terms(const struct knowledge *k, uint32_t rule, struct buffer *out);

/* The key of a class, for lists of its members. */
const char *knowledge_class_key(const struct knowledge *k, uint16_t class_id);

#endif
