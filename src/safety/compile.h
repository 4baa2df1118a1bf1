/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Turns the tables of data/drugs (README.md there is their law) into the one block that
 * safety/knowledge opens. Every row is checked; all faults are collected as "file:line: column:
 * what; what to do". Same tables, same bytes. */
#ifndef SAFETY_COMPILE_H
#define SAFETY_COMPILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "model/enums.h"

struct compile_message {
    bool is_error; /* else a note that lint counts */
    char *text;
};

struct compile_report {
    struct compile_message *items;
    size_t len, cap;
    int error_count, note_count;
};
void compile_report_release(struct compile_report *report);

/* The text of one table, whole in memory: "interactions_cardio.tsv". */
struct compile_file {
    char *name;
    char *bytes; /* NUL behind them */
    size_t len;
    enum interaction_type ceiling; /* of a site's own data: the worst its rules may show, and ours
                                      speak first; INTERACTION_TYPE_NONE_GIVEN: one of our tables */
};

struct compile_files {
    struct compile_file *items;
    size_t len, cap;
};
void compile_files_release(struct compile_files *files);
/* Every *.tsv of a folder, in name order. STATUS_IO when the folder or a file cannot be read. */
enum status compile_files_read(struct compile_files *files, const char *dir,
                               struct error *err) MUST_USE;
/* The tables that the program was built from; only in the program itself. */
void compile_files_built_in(struct compile_files *files);
void compile_files_add(struct compile_files *files, const char *name, const char *bytes, size_t len,
                       enum interaction_type ceiling);

enum compile_mode {
    COMPILE_STRICT,     /* any faulty row refuses the whole */
    COMPILE_SKIP_FAULTY /* faulty rows are left out and reported */
};

/* Reads the tables (absent ones have no rows) and appends the block to *out. STATUS_INVALID when a
 * row is faulty (the report says which), STATUS_LIMIT when a table outgrows the format. */
enum status compile_block(const struct compile_files *files, enum compile_mode mode,
                          struct buffer *out, struct compile_report *report,
                          struct error *err) MUST_USE;

/* compile_block() plus the rules between rows: orphan classes, rules that never apply, a maximum
 * below the usual dose, pairs named twice, names that mean two drugs. STATUS_INVALID when the
 * report holds an error. */
enum status compile_lint(const struct compile_files *files, struct compile_report *report,
                         struct error *err) MUST_USE;

/* Counts for each table and initial letter, distinct texts, sources, share verified, as JSON or as
 * text. */
enum status compile_census(const struct compile_files *files, bool as_json, struct buffer *out,
                           struct error *err) MUST_USE;

#endif
