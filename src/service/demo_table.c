/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads data/demo/complaints.tsv, which the build puts into the program. */
#include <string.h>

#include "base/embedded.h"
#include "base/fatal.h"
#include "base/memory.h"
#include "base/text.h"
#include "service/demo_private.h"

enum { COLUMNS = 5 };

void demo_table_release(struct demo_table *table)
{
    for (size_t i = 0; i < table->len; i++) {
        mem_free(table->items[i].cells);
    }
    mem_free(table->items);
    memset(table, 0, sizeof *table);
}

/* Up to the next mark; the rest begins behind it, NULL when there is none. */
static char *cut(char **rest, char mark)
{
    char *part = *rest, *at = strchr(part, mark);
    *rest = at != NULL ? at + 1 : NULL;
    if (at != NULL) {
        *at = '\0';
    }
    return text_trim(part);
}

static void read_lists(struct demo_complaint *complaint, char *orders, char *measured)
{
    while (orders != NULL && complaint->line_count < DEMO_LINES_MAX) {
        char *line = cut(&orders, '|');
        if (line[0] != '\0') {
            complaint->lines[complaint->line_count++] = line;
        }
    }
    while (measured != NULL && complaint->metric_count < DEMO_METRICS_MAX) {
        char *word = cut(&measured, ';');
        if (word[0] != '\0') {
            complaint->metrics[complaint->metric_count++] = (enum metric_type)enum_value(ENUM_METRIC_TYPE, word);
        }
    }
}

struct demo_table demo_table_read(void)
{
    const struct embedded_file *file = embedded_find("data/demo/complaints.tsv");
    struct demo_table table = {0};
    if (file == NULL) {
        fatal("the demo's table is not in the program");
    }
    char *text = mem_copy_bytes(file->bytes, file->size), *rest = text;
    (void)cut(&rest, '\n'); /* the heads */
    while (rest != NULL) {
        char *row = cut(&rest, '\n'), *cells = mem_copy_text(row), *at = cells, *column[COLUMNS];
        int count = 0;
        while (at != NULL && count < COLUMNS) {
            column[count++] = cut(&at, '\t');
        }
        if (count < COLUMNS - 1) { /* the end of the file; nothing measured may be left out */
            mem_free(cells);
            continue;
        }
        MEM_GROW(&table);
        struct demo_complaint *complaint = &table.items[table.len++];
        *complaint = (struct demo_complaint){.cells = cells, .who = column[0], .name = column[1], .icd10 = column[2]};
        read_lists(complaint, column[3], count == COLUMNS ? column[4] : NULL);
    }
    mem_free(text);
    return table;
}

int demo_table_count(const struct demo_table *table, const char *who)
{
    int count = 0;
    for (size_t i = 0; i < table->len; i++) {
        count += strcmp(table->items[i].who, who) == 0;
    }
    return count;
}

const struct demo_complaint *demo_table_get(const struct demo_table *table, const char *who, int n)
{
    for (size_t i = 0; i < table->len; i++) {
        if (strcmp(table->items[i].who, who) == 0 && n-- == 0) {
            return &table->items[i];
        }
    }
    fatal("the demo's table has no complaint for %s", who);
}
