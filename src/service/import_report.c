/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "service/import_report.h"

#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"

#define LINES_MAX 1000 /* a file chooses some of the words in them */

void import_counts_add(struct import_counts *counts, const char *what, const char *reason, int line,
                       int64_t count)
{
    if (count == 0) {
        return;
    }
    if (counts->len >= LINES_MAX) {
        what = _("others");
        reason = _("Too many different reasons to list.");
    }
    for (size_t i = 0; i < counts->len; i++) {
        struct import_count *item = &counts->items[i];
        if (strcmp(item->what, what) == 0 && strcmp(item->reason, reason) == 0) {
            item->count += count;
            return;
        }
    }
    MEM_GROW(counts);
    counts->items[counts->len++] = (struct import_count){
        .what = mem_copy_text(what), .reason = mem_copy_text(reason), .count = count, .line = line};
}

static void counts_release(struct import_counts *counts)
{
    for (size_t i = 0; i < counts->len; i++) {
        mem_free(counts->items[i].what);
        mem_free(counts->items[i].reason);
    }
    mem_free(counts->items);
}

void import_report_release(struct import_report *report)
{
    mem_free(report->file);
    mem_free(report->error);
    counts_release(&report->read);
    counts_release(&report->written);
    counts_release(&report->skipped);
    counts_release(&report->refused);
    counts_release(&report->warnings);
    *report = (struct import_report){0};
}
