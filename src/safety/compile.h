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

enum compile_mode {
    COMPILE_STRICT,     /* any faulty row refuses the whole */
    COMPILE_SKIP_FAULTY /* faulty rows are left out and reported */
};

/* Reads DIR/TABLE*.tsv (absent tables have no rows) and appends the block to *out. STATUS_INVALID
 * when a row is faulty (the report says which), STATUS_IO when a file cannot be read, STATUS_LIMIT
 * when a table outgrows the format. */
enum status compile_directory(const char *dir, enum compile_mode mode, struct buffer *out,
                              struct compile_report *report, struct error *err) MUST_USE;

/* compile_directory() plus the rules between rows: orphan classes, rules that never apply, a
 * maximum below the usual dose, pairs named twice, names that mean two drugs. STATUS_INVALID when
 * the report holds an error. */
enum status compile_lint(const char *dir, struct compile_report *report,
                         struct error *err) MUST_USE;

/* Counts for each table and initial letter, distinct texts, sources, share verified, as JSON or as
 * text. */
enum status compile_census(const char *dir, bool as_json, struct buffer *out,
                           struct error *err) MUST_USE;

#endif
