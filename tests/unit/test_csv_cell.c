/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>

#include "base/csv_cell.h"

Test(csv_cell, quotes_what_needs_it_and_disarms_formulas)
{
    static const struct {
        const char *text, *cell;
    } CASES[] = {
        {"warfarin 5 mg", "warfarin 5 mg"},
        {"", ""},
        {NULL, ""},
        {"OKAFOR, Grace", "\"OKAFOR, Grace\""},
        {"5\" tape", "\"5\"\" tape\""},
        {"two\nlines", "\"two\nlines\""},
        {"=1+1", "\"'=1+1\""},
        {"+41 79", "\"'+41 79\""},
        {"-3", "\"'-3\""},
        {"@SUM(A1)", "\"'@SUM(A1)\""},
        {"\t=1", "\"' =1\""},
        {"\x1b[2J\x0c", "\xef\xbf\xbd[2J\xef\xbf\xbd"},
        {"=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\""},
        {"a=b", "a=b"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct buffer out = BUFFER_INIT;
        csv_write_line(&out, (const char *const[]){CASES[i].text, "x"}, 2);
        struct buffer expected = BUFFER_INIT;
        buffer_append_format(&expected, "%s,x\r\n", CASES[i].cell);
        cr_expect_str_eq(out.bytes, expected.bytes, "case %zu", i);
        buffer_release(&out);
        buffer_release(&expected);
    }
}
