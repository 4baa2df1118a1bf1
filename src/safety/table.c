/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "safety/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"

#define REPORT_MAX 2000 /* past that a table is simply not ours */

struct table_spec {
    const char *base;
    const char *columns;
};

#define TABLE_SPEC(name, base, columns) {base, columns " source reviewed"},
static const struct table_spec SPECS[TABLE_COUNT] = {TABLE_LIST(TABLE_SPEC)};

const char *table_base_name(enum table_kind kind)
{
    return SPECS[kind].base;
}

int table_column_count(enum table_kind kind)
{
    int count = 1;
    for (const char *p = SPECS[kind].columns; *p; p++) {
        count += *p == ' ';
    }
    return count;
}

/* The n-th word of the columns; its length in *out_len. */
static const char *column_word(enum table_kind kind, int column, size_t *out_len)
{
    const char *p = SPECS[kind].columns;
    for (; column > 0; column--) {
        p = strchr(p, ' ') + 1;
    }
    *out_len = strcspn(p, " ");
    return p;
}

const char *table_column_name(enum table_kind kind, int column, char buf[TABLE_COLUMN_NAME_MAX])
{
    size_t len = 0;
    const char *word = column_word(kind, column, &len);
    (void)snprintf(buf, TABLE_COLUMN_NAME_MAX, "%.*s", (int)len, word);
    return buf;
}

int table_find_column(enum table_kind kind, const char *name)
{
    int count = table_column_count(kind);
    for (int i = 0; i < count; i++) {
        size_t len = 0;
        const char *word = column_word(kind, i, &len);
        if (strlen(name) == len && memcmp(word, name, len) == 0) {
            return i;
        }
    }
    return -1;
}

const char *table_cell(const struct table *t, const struct table_row *row, const char *column)
{
    return row->cells[table_find_column(t->kind, column)];
}

static void report_add(struct compile_report *report, bool is_error, char *text)
{
    if (is_error) {
        report->error_count++;
    } else {
        report->note_count++;
    }
    if (report->len >= REPORT_MAX) {
        mem_free(text);
        return;
    }
    MEM_GROW(report);
    report->items[report->len++] = (struct compile_message){is_error, text};
}

__attribute__((format(printf, 4, 0)))
static char *report_text(const struct table *t, const struct table_row *row, const char *column,
                         const char *format, va_list args)
{
    char detail[512];
    (void)vsnprintf(detail, sizeof detail, format, args); /* a cut message is still a message */
    const char *file = row && t->file_count ? t->files[row->file].name : SPECS[t->kind].base;
    if (column) {
        return mem_format("%s:%u: %s: %s", file, row ? row->line : 0, column, detail);
    }
    return mem_format("%s:%u: %s", file, row ? row->line : 0, detail);
}

void report_error(struct compile_report *report, const struct table *t, const struct table_row *row,
                  const char *column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report_add(report, true, report_text(t, row, column, format, args));
    va_end(args);
}

void report_note(struct compile_report *report, const struct table *t, const struct table_row *row,
                 const char *column, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report_add(report, false, report_text(t, row, column, format, args));
    va_end(args);
}

void compile_report_release(struct compile_report *report)
{
    for (size_t i = 0; i < report->len; i++) {
        mem_free(report->items[i].text);
    }
    mem_free(report->items);
    *report = (struct compile_report){0};
}

bool table_next_part(const char **cursor, char *buf, size_t size, bool *out_is_cut)
{
    const char *p = *cursor;
    while (*p == ' ' || *p == ';') {
        p++;
    }
    size_t len = strcspn(p, ";");
    *cursor = p + len;
    while (len > 0 && p[len - 1] == ' ') {
        len--;
    }
    bool is_cut = len >= size;
    if (out_is_cut) {
        *out_is_cut = is_cut;
    }
    if (is_cut) {
        len = size - 1;
    }
    memcpy(buf, p, len);
    buf[len] = '\0';
    return len > 0;
}

/* ---- reading ---- */

static bool is_file_of(const char *name, const char *base)
{
    size_t len = strlen(base);
    size_t name_len = strlen(name);
    if (name_len < len + 4 || strcmp(name + name_len - 4, ".tsv") != 0 ||
        strncmp(name, base, len) != 0) {
        return false;
    }
    return name_len == len + 4 || name[len] == '_';
}

/* Splits a line in place. Gives back how many cells there are (at most one more than fits). */
static int split_cells(char *line, const char *cells[TABLE_COLUMNS_MAX])
{
    int count = 0;
    for (;;) {
        char *tab = strchr(line, '\t');
        if (count < TABLE_COLUMNS_MAX) {
            cells[count] = line;
        }
        count++;
        if (!tab || count > TABLE_COLUMNS_MAX) {
            return count;
        }
        *tab = '\0';
        line = tab + 1;
    }
}

static bool check_header(struct table *t, const struct table_row *row, char *line,
                         struct compile_report *report)
{
    const char *cells[TABLE_COLUMNS_MAX];
    int count = split_cells(line, cells);
    int wanted = table_column_count(t->kind);
    bool is_right = count == wanted;
    for (int i = 0; is_right && i < count; i++) {
        is_right = table_find_column(t->kind, cells[i]) == i;
    }
    if (!is_right) {
        report_error(report, t, row, NULL,
                     _("the header is not \"%s\"; name these columns, separated by tabs"),
                     SPECS[t->kind].columns);
    }
    return is_right;
}

static bool check_row(struct table *t, const struct table_row *row, int count,
                      struct compile_report *report)
{
    int wanted = table_column_count(t->kind);
    if (count != wanted) {
        report_error(report, t, row, NULL, _("%d cells instead of %d; count the tabs"), count,
                     wanted);
        return false;
    }
    for (int i = 0; i < count; i++) {
        if (!text_is_clean(row->cells[i])) {
            char column[TABLE_COLUMN_NAME_MAX];
            report_error(report, t, row, table_column_name(t->kind, i, column),
                         _("holds a control character or is not UTF-8; type it again"));
            return false;
        }
    }
    if (row->cells[wanted - 2][0] == '\0') {
        report_error(report, t, row, "source",
                     _("is empty; name where the fact can be found, or \"unverified: ...\""));
        return false;
    }
    struct date reviewed;
    if (date_parse_iso(row->cells[wanted - 1], &reviewed, NULL) != STATUS_OK || reviewed.day == 0) {
        report_error(report, t, row, "reviewed", _("\"%s\" is not a date like 2026-11-24"),
                     row->cells[wanted - 1]);
        return false;
    }
    return true;
}

static void read_lines(struct table *t, uint16_t file, struct compile_report *report)
{
    char *line = t->files[file].bytes;
    uint32_t number = 0;
    bool has_header = false;
    while (line && *line) {
        char *end = strchr(line, '\n');
        if (end) {
            *end = '\0';
        }
        size_t len = strlen(line);
        if (len > 0 && line[len - 1] == '\r') {
            line[len - 1] = '\0';
        }
        number++;
        struct table_row row = {.file = file, .line = number};
        if (line[0] != '\0' && line[0] != '#') {
            if (!has_header) {
                has_header = true;
                if (!check_header(t, &row, line, report)) {
                    return;
                }
            } else if (check_row(t, &row, split_cells(line, row.cells), report)) {
                MEM_GROW(t);
                t->items[t->len++] = row;
            }
        }
        line = end ? end + 1 : NULL;
    }
    if (!has_header) {
        struct table_row row = {.file = file, .line = 1};
        report_error(report, t, &row, NULL, _("the file is empty; it needs a header line"));
    }
}

void table_read(struct table *t, enum table_kind kind, const struct compile_files *files,
                struct compile_report *report)
{
    *t = (struct table){.kind = kind};
    for (size_t i = 0; i < files->len; i++) {
        const struct compile_file *f = &files->items[i];
        if (!is_file_of(f->name, SPECS[kind].base)) {
            continue;
        }
        t->files = mem_resize_array(t->files, t->file_count + 1, sizeof *t->files);
        uint16_t file = (uint16_t)t->file_count++;
        t->files[file] = (struct table_file){mem_copy_text(f->name), mem_copy_bytes(f->bytes, f->len),
                                             f->ceiling};
        if (strlen(t->files[file].bytes) != f->len) {
            struct table_row row = {.file = file, .line = 1};
            report_error(report, t, &row, NULL, _("holds a zero byte; it is not a text file"));
            continue;
        }
        read_lines(t, file, report);
    }
}

void table_release(struct table *t)
{
    for (size_t i = 0; i < t->file_count; i++) {
        mem_free(t->files[i].name);
        mem_free(t->files[i].bytes);
    }
    mem_free(t->files);
    mem_free(t->items);
    *t = (struct table){0};
}
