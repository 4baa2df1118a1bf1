/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug data that a site is licensed for, beside the program's own: loaded all or nothing, never interrupting until a
 * pharmacist raises it, with a preview of how often it would. Every change leaves the list of charts that it touches. */
#ifndef SERVICE_KNOWLEDGE_SETS_H
#define SERVICE_KNOWLEDGE_SETS_H

#include "service/knowledge_convert.h"
#include "service/knowledge_review.h"
#include "store/knowledge_store.h"

struct knowledge_file_report {
    char *file;
    char sha256[65];
    struct drug_data_account account;
    char *error; /* why it was refused, with the line; NULL otherwise */
};

struct knowledge_import_report {
    char *set;
    struct knowledge_file_report *items;
    size_t len, cap;
    struct conversion_counts counts;
    struct review_counts preview; /* now, and if everything of the set interrupted */
    bool has_preview;             /* false: it came to nothing before the charts were looked at */
    int64_t affected;             /* charts that gain or lose findings by it as it is */
    bool is_loaded;
};
void knowledge_import_report_release(struct knowledge_import_report *report);

/* One set of some files; a set of that name is replaced. A refused file refuses the set: STATUS_INVALID, nothing is
 * changed, and the report says which line. is_preview: all but the writing. */
enum status knowledge_import(struct actor *actor, const char *set, const char *const *paths, size_t count, bool is_preview,
                             struct knowledge_import_report *out, struct error *err) MUST_USE;

/* The worst severity that rules of the set may show from now on: moderate does not interrupt. Pharmacists only. */
enum status knowledge_raise(struct actor *actor, const char *set, enum interaction_type ceiling, int64_t *out_affected,
                            struct error *err) MUST_USE;
enum status knowledge_remove(struct actor *actor, const char *set, int64_t *out_affected, struct error *err) MUST_USE;
enum status knowledge_list(struct actor *actor, struct knowledge_set_list *out, struct error *err) MUST_USE;

/* The work list: charts that a change of knowledge touched and that nobody has looked at. */
enum status knowledge_affected(struct actor *actor, int limit, struct affected_list *out, int64_t *out_count,
                               struct error *err) MUST_USE;
/* The same list looked at again: no audit row of its own. */
enum status knowledge_affected_refresh(struct actor *actor, int limit, struct affected_list *out, struct error *err) MUST_USE;
enum status knowledge_affected_see(struct actor *actor, struct uid patient, struct error *err) MUST_USE;

#endif
