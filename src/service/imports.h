/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Importing files and folders: every patient all or nothing in a transaction of its own, a second
 * run of the same file changes nothing, and each file's account says what was read, written,
 * skipped and refused. A run goes in steps (a file read, a patient written), so that a screen can
 * show progress and stop between two of them; what is written by then stays, whole patients only.
 * Files that do not hold their own patients (bulk data, single resources, pages of a search) are
 * joined together at the end of the run. */
#ifndef SERVICE_IMPORTS_H
#define SERVICE_IMPORTS_H

#include "service/site.h"

enum import_format { IMPORT_FORMAT_AUTO, IMPORT_FORMAT_FHIR, IMPORT_FORMAT_CCDA };
bool import_format_parse(const char *word, enum import_format *out); /* false: no such format */
char *import_format_names(void); /* "auto, fhir"; the caller frees */

/* One kind of thing and how often. */
struct import_count {
    char *what;   /* "MedicationRequest", "Patient/17" */
    char *reason; /* one sentence of skipped, refused and warnings; "" of read and written */
    int64_t count;
    int line; /* of the first one; 0 unknown */
};
struct import_counts {
    struct import_count *items;
    size_t len, cap;
};

/* The account of one file: entries == the sums of read and skipped together. */
struct import_report {
    char *file;
    bool is_done;
    char *error; /* of a refused file: the sentence; NULL otherwise */
    int64_t entries;
    int patients;           /* new here */
    int patients_changed;   /* were here; something was added or followed the source */
    int patients_unchanged; /* were here, the same */
    struct import_counts read, written, skipped;
    struct import_counts refused; /* patients of whom nothing was written */
    struct import_counts warnings;
};

struct import_run;
struct import_progress {
    size_t files_done, files;       /* read */
    size_t patients_done, patients; /* of what was read so far */
    const char *file;               /* that is next or being written; borrowed */
};

/* Permission, and the list of files: folders give theirs in the order of their names, folders in
 * them too. A path that is not there is a refused file. Caller ends the run. */
enum status import_begin(struct actor *actor, const char *const *paths, size_t count,
                         enum import_format format, struct import_run **out,
                         struct error *err) MUST_USE;
/* From now on nothing is kept: the accounts say what a run would have written. Right behind import_begin(). A patient who
 * comes in two files counts as new in both. */
enum status import_try(struct import_run *run, struct error *err) MUST_USE;
/* One step. *out_more is false when all is done. A failure that is not one file's or one patient's
 * (disk full, locked, damaged) ends the run: patients written by then are whole and stay. */
enum status import_step(struct import_run *run, bool *out_more, struct error *err) MUST_USE;
struct import_progress import_progress(const struct import_run *run);
/* The files in order; complete where is_done. Borrowed until import_end(). */
size_t import_report_count(const struct import_run *run);
const struct import_report *import_report_at(const struct import_run *run, size_t at);
void import_end(struct import_run *run); /* accepts NULL */

#endif
