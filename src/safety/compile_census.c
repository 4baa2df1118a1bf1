/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Counts of what the tables hold: an honest answer to "how much does it know, and who looked it
 * up". */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/json.h"
#include "base/memory.h"
#include "safety/compile_internal.h"

struct tally {
    size_t rows, verified;
    size_t distinct_sources;
    size_t distinct_texts; /* of the column that people read: effect, text, title or name */
    size_t letters[27];    /* a..z, other */
};

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static size_t count_distinct(const struct table *t, int column)
{
    const char **texts = mem_alloc_array(t->len + 1, sizeof *texts);
    for (size_t i = 0; i < t->len; i++) {
        texts[i] = t->items[i].cells[column];
    }
    if (t->len > 1) {
        qsort(texts, t->len, sizeof *texts, compare_texts);
    }
    size_t distinct = 0;
    for (size_t i = 0; i < t->len; i++) {
        distinct += texts[i][0] && (i == 0 || strcmp(texts[i], texts[i - 1]) != 0);
    }
    mem_free(texts);
    return distinct;
}

static int text_column(enum table_kind kind)
{
    static const char *const columns[] = {"effect", "text",      "note",  "title",
                                          "name",   "tallman_a", "member"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        int column = table_find_column(kind, columns[i]);
        if (column >= 0) {
            return column;
        }
    }
    return 0;
}

/* Rule ids begin with their table ("ddi.warfarin"): the letter is that of what the row is about. */
static const char *subject_of(const struct table *t, const struct table_row *row)
{
    static const char *const columns[] = {"a", "drug", "ingredient", "member", "key", "name"};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        int column = table_find_column(t->kind, columns[i]);
        if (column >= 0) {
            const char *text = row->cells[column];
            const char *colon = strchr(text, ':');
            return colon ? colon + 1 : text;
        }
    }
    return row->cells[0];
}

static struct tally tally_of(const struct table *t)
{
    struct tally n = {.rows = t->len};
    int columns = table_column_count(t->kind);
    for (size_t i = 0; i < t->len; i++) {
        const char *subject = subject_of(t, &t->items[i]);
        char letter = (char)(subject[0] | 0x20);
        n.letters[letter >= 'a' && letter <= 'z' ? letter - 'a' : 26]++;
        n.verified += strncmp(t->items[i].cells[columns - 2], "unverified:", 11) != 0;
    }
    n.distinct_sources = count_distinct(t, columns - 2);
    n.distinct_texts = count_distinct(t, text_column(t->kind));
    return n;
}

static void write_json(struct json_writer *w, const struct table *t, const struct tally *n)
{
    json_begin_object(w);
    json_write_member(w, "table", table_base_name(t->kind));
    json_write_key(w, "rows");
    json_write_int(w, (int64_t)n->rows);
    json_write_key(w, "distinct_texts");
    json_write_int(w, (int64_t)n->distinct_texts);
    json_write_key(w, "distinct_sources");
    json_write_int(w, (int64_t)n->distinct_sources);
    json_write_key(w, "verified");
    json_write_int(w, (int64_t)n->verified);
    json_write_key(w, "letters");
    json_begin_object(w);
    for (int i = 0; i < 27; i++) {
        char letter[2] = {(char)(i < 26 ? 'a' + i : '#'), '\0'};
        if (n->letters[i]) {
            json_write_key(w, letter);
            json_write_int(w, (int64_t)n->letters[i]);
        }
    }
    json_end_object(w);
    json_end_object(w);
}

static void write_text(struct buffer *out, const struct table *t, const struct tally *n)
{
    buffer_append_format(out, "%-18s %6zu %6zu %7zu %9zu %3zu %%  ", table_base_name(t->kind),
                         n->rows, n->distinct_texts, n->distinct_sources, n->verified,
                         n->rows ? n->verified * 100 / n->rows : 100);
    for (int i = 0; i < 27; i++) {
        if (n->letters[i]) {
            buffer_append_format(out, "%c%zu ", i < 26 ? 'a' + i : '#', n->letters[i]);
        }
    }
    buffer_append_byte(out, '\n');
}

enum status compile_census(const struct compile_files *files, bool as_json, struct buffer *out, struct error *err)
{
    struct compile_report report = {0};
    struct compile c;
    enum status status = compile_load(&c, files, &report, err);
    if (status == STATUS_OK) {
        struct json_writer w = JSON_WRITER_INIT;
        json_begin_object(&w);
        json_write_key(&w, "pairs");
        json_write_int(&w, SECTION_COUNT(&c, PAIR_CELLS, struct stored_cell));
        json_write_key(&w, "faults");
        json_write_int(&w, report.error_count);
        json_write_key(&w, "tables");
        json_begin_array(&w);
        if (!as_json) {
            buffer_append_format(out, _("%u pairs of ingredients have a rule.\n"),
                                 SECTION_COUNT(&c, PAIR_CELLS, struct stored_cell));
            buffer_append_text(
                out, _("table                rows  texts sources  verified         letters\n"));
        }
        for (int i = 0; i < TABLE_COUNT; i++) {
            struct tally n = tally_of(&c.tables[i]);
            if (as_json) {
                write_json(&w, &c.tables[i], &n);
            } else {
                write_text(out, &c.tables[i], &n);
            }
        }
        json_end_array(&w);
        json_end_object(&w);
        if (as_json) {
            buffer_append(out, w.out.bytes, w.out.len);
            buffer_append_byte(out, '\n');
        }
        json_writer_release(&w);
    }
    compile_release(&c);
    compile_report_release(&report);
    return status;
}
