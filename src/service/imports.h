/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing files: every patient all or nothing in a transaction of its own (<= 20 ms where it can be), a second run of
 * the same file changes nothing, and what was read, written and skipped is counted by kind. */
#ifndef SERVICE_IMPORTS_H
#define SERVICE_IMPORTS_H

#include "service/site.h"

struct import_count {
    char what[40];   /* "MedicationRequest" */
    char reason[120]; /* of skipped ones; "" for read and written */
    int count;
};
struct import_counts {
    struct import_count *items;
    size_t len, cap;
};
struct import_report {
    char *file;
    int patients;             /* written now */
    int patients_unchanged;   /* were there already, the same */
    struct import_counts read, written, skipped;
};
void import_report_release(struct import_report *report);

/* progress may be NULL; it answers false to cancel (what is written stays, whole patients only). */
typedef bool import_progress_fn(void *context, int done_patients, int all_patients);
enum status import_file(struct actor *actor, const char *path, import_progress_fn *progress, void *context,
                        struct import_report *out, struct error *err) MUST_USE;

#endif
