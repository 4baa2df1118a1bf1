/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A work list as it leaves the screen: on paper, or as a CSV file. What is in it was read under the list's own permission and
 * is masked as on the screen. The caller frees. */
#ifndef SERVICE_LIST_OUT_H
#define SERVICE_LIST_OUT_H

#include "print/document.h"
#include "service/site.h"

enum { LIST_OUT_COLUMNS_MAX = 10 };

struct list_out {
    char *name, *title; /* owned, as the cells */
    enum permission permission;
    const char *const *heads; /* borrowed */
    int columns;
    char **cells; /* row by row */
    size_t count, cap;
    int rows;
    bool is_cut; /* there are more rows than these */
};

/* name: a fixed word for the audit and the file's name ("owed"). heads: N_(), shown translated; `columns` of them. */
struct list_out *list_out_new(const char *name, const char *title, enum permission permission, const char *const *heads, int columns);
void list_out_free(struct list_out *list); /* accepts NULL */
/* As many cells as there are columns; copied. NULL is empty. */
void list_out_row(struct list_out *list, const char *const *cells);

/* "2026-11-24 08:30" on the site's clock; "" for 0. */
enum { LIST_OUT_WHEN_MAX = 32 };
const char *list_out_when(const struct site *site, int64_t at_us, char buf[LIST_OUT_WHEN_MAX]);

enum status list_out_document(struct actor *actor, const struct list_out *list, struct document **out, struct error *err) MUST_USE;
/* RFC 4180; what a spreadsheet would take for a formula is disarmed. */
void list_out_csv(const struct list_out *list, struct buffer *out);
/* The same as a file of the site's folder, mode 0600, in the clear: `exports/owed-20261124-083000.csv`. Who took which list, how
 * many rows and under what name is in the trail before the first byte is written. *out_path: the caller frees. */
enum status list_out_save(struct actor *actor, const struct list_out *list, char **out_path, struct error *err) MUST_USE;

#endif
