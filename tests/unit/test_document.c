/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "print/document.h"

static struct document *sheet(const char *title, const char *form)
{
    return document_new(&(struct document_info){.title = title, .form = form, .header = "OKAFOR, Grace   MRN 004182",
                                                .footer = "Eastside Clinic"});
}

static const struct document_column COLUMNS[] = {{"Medicine", 4, DOCUMENT_LEFT}, {"Dose", 3, DOCUMENT_LEFT}, {"Qty", 1, DOCUMENT_RIGHT}};

static void add_rows(struct document *d, int count)
{
    document_table(d, COLUMNS, 3);
    for (int i = 0; i < count; i++) {
        char *name = mem_format("medicine number %d", i), *quantity = mem_format("%d", i);
        document_row(d, (const char *const[]){name, "1 tablet by mouth twice daily", quantity});
        mem_free(name);
        mem_free(quantity);
    }
}

static int count(const char *text, const char *what)
{
    int n = 0;
    for (const char *at = text; (at = strstr(at, what)) != NULL; at++) {
        n++;
    }
    return n;
}

static int widest(const char *text)
{
    int most = 0;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n\f");
        char *line = mem_copy_bytes(text, len);
        int cells = text_width_cells(line);
        most = cells > most ? cells : most;
        mem_free(line);
        text += len + (text[len] != '\0');
    }
    return most;
}

Test(document, repeats_its_header_and_the_table_header_on_every_page)
{
    struct document *d = sheet("Medication list", "PC-201");
    struct buffer out = BUFFER_INIT;
    document_heading(d, "Take these");
    add_rows(d, 60);
    document_to_text(d, 80, 30, &out);
    int pages = count(out.bytes, "\f") + 1;
    cr_assert_gt(pages, 2, "60 rows on one page of 30 lines");
    cr_expect_eq(count(out.bytes, "Medication list"), pages);
    cr_expect_eq(count(out.bytes, "PC-201"), pages);
    cr_expect_eq(count(out.bytes, "MRN 004182"), pages);
    cr_expect_eq(count(out.bytes, "Medicine  "), pages, "the table's header is missing on a page:\n%s", out.bytes);
    char *last = mem_format("page %d of %d", pages, pages);
    cr_expect_eq(count(out.bytes, last), 1);
    mem_free(last);
    for (int i = 0; i < 60; i++) {
        char *name = mem_format("medicine number %d ", i);
        cr_expect_eq(count(out.bytes, name), 1, "row %d is lost or doubled", i);
        mem_free(name);
    }
    buffer_release(&out);
    document_free(d);
}

Test(document, pages_have_their_rows_and_lines_their_width)
{
    for (int width = 12; width < 100; width += 7) {
        for (int rows = 12; rows < 60; rows += 11) {
            struct document *d = sheet("A title that is longer than a narrow label is wide", "PC-1");
            struct buffer out = BUFFER_INIT;
            document_paragraph(d, "Averyveryverylongwordwithoutanyspaceinitatall and \u00e9\u4e2d\u6587 in the same sentence.");
            document_pair(d, "Weight", "62.0 kg on 14 Mar 2026, measured at the front desk");
            document_check(d, true, "Counselling was offered and accepted");
            document_line(d, "Signature");
            add_rows(d, 20);
            document_to_text(d, width, rows, &out);
            cr_expect_leq(widest(out.bytes), width, "width %d: a line of %d", width, widest(out.bytes));
            const char *page = out.bytes;
            while (page != NULL) {
                const char *end = strchr(page, '\f');
                char *text = mem_copy_bytes(page, end != NULL ? (size_t)(end - page) : strlen(page));
                cr_expect(count(text, "\n") <= rows || rows < 14, "width %d, %d rows: a page of %d lines", width, rows, count(text, "\n"));
                mem_free(text);
                page = end != NULL ? end + 1 : NULL;
            }
            buffer_release(&out);
            document_free(d);
        }
    }
}

Test(document, an_endless_page_has_no_number)
{
    struct document *d = sheet("Label", "");
    struct buffer out = BUFFER_INIT;
    document_paragraph(d, "Take 1 tablet by mouth twice daily.");
    document_to_text(d, 40, 0, &out);
    cr_expect_null(strstr(out.bytes, "page 1"));
    cr_expect_not_null(strstr(out.bytes, "Take 1 tablet by mouth twice daily.\n"));
    cr_expect_not_null(strstr(out.bytes, "Eastside Clinic\n"));
    buffer_release(&out);
    document_free(d);
}

Test(document, zpl_takes_no_commands_from_texts)
{
    struct document *d = document_new(&(struct document_info){.title = "^XZ^XA ~JA_", .barcode = "RX1000^1"});
    struct buffer out = BUFFER_INIT;
    document_paragraph(d, "\x1b[2J^FS^XZ ~DG Zo\xc3\xab");
    document_to_zpl(d, 2, &out);
    cr_expect_eq(count(out.bytes, "^XA"), 1, "%s", out.bytes);
    cr_expect_eq(count(out.bytes, "^XZ"), 1, "%s", out.bytes);
    cr_expect_null(strchr(out.bytes, '~'), "%s", out.bytes);
    cr_expect_null(strchr(out.bytes, '\x1b'));
    cr_expect_not_null(strstr(out.bytes, "_5EXZ_5EXA _7EJA_5F"));
    cr_expect_not_null(strstr(out.bytes, "^CI28"));
    cr_expect_not_null(strstr(out.bytes, "Zo\xc3\xab"));
    cr_expect_not_null(strstr(out.bytes, "^FDRX1000_5E1^FS"));
    cr_expect_not_null(strstr(out.bytes, "^PQ2"));
    buffer_release(&out);
    document_free(d);
}

Test(document, makes_a_pdf_of_as_many_pages_as_it_needs)
{
    static const enum document_paper PAPERS[] = {DOCUMENT_A4, DOCUMENT_LETTER, DOCUMENT_LABEL};
    for (size_t i = 0; i < sizeof PAPERS / sizeof *PAPERS; i++) {
        struct document *d = sheet("Medication list", "PC-201");
        struct buffer out = BUFFER_INIT;
        int missing = -1;
        document_heading(d, "Take these");
        add_rows(d, 80);
        document_large(d, "Take 1 tablet twice daily.");
        document_check(d, false, "understood");
        document_line(d, "Signature");
        cr_assert_eq(document_to_pdf(d, PAPERS[i], &out, &missing, NULL), STATUS_OK);
        cr_assert_gt(out.len, (size_t)1000);
        cr_expect_eq(memcmp(out.bytes, "%PDF-", 5), 0);
        int pages = 0;
        for (size_t at = 0; at + 12 < out.len; at++) {
            pages += memcmp(out.bytes + at, "/Type /Page ", 12) == 0;
        }
        cr_expect_geq(pages, 2, "paper %zu: %d pages", i, pages);
        cr_expect_eq(missing, 0);
        buffer_release(&out);
        document_free(d);
    }
}

Test(document, says_which_letters_no_font_has)
{
    struct document *d = sheet("List", "");
    struct buffer out = BUFFER_INIT;
    int missing = 0;
    document_paragraph(d, "\xf0\x92\x80\x80"); /* cuneiform: in no font of ours */
    cr_assert_eq(document_to_pdf(d, DOCUMENT_A4, &out, &missing, NULL), STATUS_OK);
    cr_expect_gt(missing, 0);
    buffer_release(&out);
    document_free(d);
}
