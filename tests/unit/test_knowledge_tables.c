/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `knowledge diff`: a changed limit, condition, class or washout is a change, not only a changed word. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "safety/compile.h"
#include "service/knowledge_tables.h"
#include "support/folder.h"

/* The built-in tables with one text in place of another in one of them; written as a block. */
static void write_block(const char *path, const char *table, const char *from, const char *to)
{
    struct compile_files files = {0}, changed = {0};
    struct compile_report report = {0};
    struct buffer block = BUFFER_INIT;
    struct error err = ERROR_INIT;
    bool is_done = from == NULL;
    compile_files_built_in(&files);
    for (size_t i = 0; i < files.len; i++) {
        const struct compile_file *f = &files.items[i];
        struct buffer bytes = BUFFER_INIT;
        buffer_append(&bytes, f->bytes, f->len);
        const char *at = !is_done && strncmp(f->name, table, strlen(table)) == 0 ? strstr(bytes.bytes, from) : NULL;
        if (at != NULL) {
            struct buffer other = BUFFER_INIT;
            buffer_append(&other, bytes.bytes, (size_t)(at - bytes.bytes));
            buffer_append_text(&other, to);
            buffer_append_text(&other, at + strlen(from));
            buffer_release(&bytes);
            bytes = other;
            is_done = true;
        }
        compile_files_add(&changed, f->name, bytes.bytes, bytes.len, INTERACTION_TYPE_NONE_GIVEN);
        buffer_release(&bytes);
    }
    cr_assert(is_done, "no %s in %s", from, table);
    cr_assert_eq(compile_block(&changed, COMPILE_SKIP_FAULTY, &block, &report, &err), STATUS_OK, "%s", error_text(&err));
    file_write(path, block.bytes, block.len);
    buffer_release(&block);
    compile_report_release(&report);
    compile_files_release(&files);
    compile_files_release(&changed);
}

static void keep(void *to, const struct knowledge_change *change)
{
    buffer_append_format(to, "%s %s: %s -> %s\n", change->what, change->id, change->from, change->to);
}

Test(knowledge_tables, a_difference_is_told_whatever_it_is_in)
{
    static const struct {
        const char *table, *from, *to, *told;
    } cases[] = {
        {"interactions", "\nddi.warfarin.aspirin\twarfarin\taspirin\tmajor\t", "\nddi.warfarin.aspirin\twarfarin\taspirin\tmoderate\t",
         "severity ddi.warfarin.aspirin: major -> moderate"},
        {"doses", "\ndose.acetaminophen.oral.adult\tacetaminophen\toral\tadult\t1000\t4000\t",
         "\ndose.acetaminophen.oral.adult\tacetaminophen\toral\tadult\t1000\t9000\t", "max_daily 9000 mg"},
        {"interactions", "\tb.dose>100 mg/day\t", "\tb.dose>300 mg/day\t", "b.dose > 300 mg"},
        {"washouts", "\nfluoxetine\t35\t", "\nfluoxetine\t3\t", "washout fluoxetine: 35 -> 3"},
        {"class_members", "\nnsaid_nonselective\tibuprofen\t", "\nnsaid_nonselective\tloratadine\t",
         "member_removed class:nsaid_nonselective: ibuprofen -> "},
    };
    char *folder = folder_new(), *before = folder_path(folder, "before"), *after = folder_path(folder, "after");
    write_block(before, NULL, NULL, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer told = BUFFER_INIT;
        struct knowledge_diff diff;
        struct error err = ERROR_INIT;
        write_block(after, cases[i].table, cases[i].from, cases[i].to);
        cr_assert_eq(knowledge_compare(before, after, keep, &told, &diff, &err), STATUS_OK, "%s", error_text(&err));
        cr_expect_not_null(strstr(told.len > 0 ? told.bytes : "", cases[i].told), "case %zu lacks %s: %s", i, cases[i].told,
                           told.len > 0 ? told.bytes : "nothing");
        knowledge_diff_release(&diff);
        buffer_release(&told);
    }
    struct knowledge_diff diff;
    cr_assert_eq(knowledge_compare(before, before, NULL, NULL, &diff, NULL), STATUS_OK);
    cr_expect_eq(diff.terms + diff.members + diff.severities + diff.wordings, 0);
    cr_expect_not(diff.has_other);
    knowledge_diff_release(&diff);
    write_block(after, "lookalikes", "\tmetroNIDAZOLE\t", "\tmetronidazole\t");
    cr_assert_eq(knowledge_compare(before, after, NULL, NULL, &diff, NULL), STATUS_OK);
    cr_expect(diff.has_other, "what is not told one by one is told all the same");
    knowledge_diff_release(&diff);
    mem_free(before);
    mem_free(after);
    folder_remove(folder);
}
