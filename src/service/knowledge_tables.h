/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Looking at drug tables without a site: counts, the rules between rows, and what one state changes against another. A
 * source is a folder of tables, a compiled block, or NULL for what the program was built from. */
#ifndef SERVICE_KNOWLEDGE_TABLES_H
#define SERVICE_KNOWLEDGE_TABLES_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"

enum status knowledge_census(const char *folder, bool as_json, struct buffer *out, struct error *err) MUST_USE;

/* Faults and notes, one a line; STATUS_INVALID when there is a fault. */
enum status knowledge_lint(const char *folder, struct buffer *out, int *out_faults, int *out_notes, struct error *err) MUST_USE;

struct knowledge_change {
    const char *what; /* "rule_added", "rule_removed", "severity", "terms" (evidence, conditions, limits), "wording", "drug_added",
                         "drug_removed", "member_added", "member_removed" (of a class or an allergy group), "washout" */
    const char *id;   /* of the rule, or the drug's key, "class:KEY", "group:KEY" */
    const char *from, *to;
};
typedef void knowledge_change_fn(void *to, const struct knowledge_change *change);

struct knowledge_diff {
    char *from_version, *to_version;
    int rules_added, rules_removed, severities, terms, wordings, drugs_added, drugs_removed, members, washouts;
    bool has_other; /* names, codes, products, spellings or allergy relations differ, which are not told one by one */
};
void knowledge_diff_release(struct knowledge_diff *diff);
/* Every change in the order of the ids. take may be NULL. */
enum status knowledge_compare(const char *from, const char *to, knowledge_change_fn *take, void *taker,
                              struct knowledge_diff *out, struct error *err) MUST_USE;

#endif
