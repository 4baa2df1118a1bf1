/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What leaves the program otherwise than by the screen. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/csv_cell.h"
#include "base/json.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "exchange/fhir_audit.h"
#include "exchange/fhir_list.h"
#include "print/document.h"
#include "screen/hostile.h"
#include "support/folder.h"

enum { TEXTS = 12, WIDTH = 60, PDF_EVERY = 40, LOG_LINE_BYTES = 1024 };

static void blame(struct hostile_run *out, const char *where, const char *what)
{
    if (out->why[0] == '\0') {
        (void)snprintf(out->why, sizeof out->why, "%s: %.800s", where, what); /* cut is fine */
    }
}

/* Letters, and besides them only what is named. */
static void expect_letters(struct hostile_run *out, const char *where, const char *bytes, size_t len, const char *besides)
{
    struct stream_check check = {.len = 0};
    for (size_t i = 0; i < len && check.why[0] == '\0'; i++) {
        bool is_named = bytes[i] != '\0' && strchr(besides, bytes[i]) != NULL;
        if ((unsigned char)bytes[i] < 0x20 && !is_named) {
            (void)snprintf(check.why, sizeof check.why, "a control letter %02x", (unsigned char)bytes[i]); /* fits */
        } else if (!is_named) {
            stream_check_bytes(&check, bytes + i, 1);
        }
    }
    if (check.len > 0) {
        (void)snprintf(check.why, sizeof check.why, "an unfinished letter at the end"); /* fits */
    }
    if (check.why[0] != '\0') {
        blame(out, where, check.why);
    }
}

static struct document *sheet_of(char texts[TEXTS][HOSTILE_MAX])
{
    static const struct document_column COLUMNS[] = {{"Medicine", 3, DOCUMENT_LEFT}, {"Qty", 1, DOCUMENT_RIGHT}};
    struct document *d = document_new(&(struct document_info){
        .title = texts[0], .form = texts[1], .header = texts[2], .footer = texts[3], .barcode = texts[4]});
    document_heading(d, texts[5]);
    document_paragraph(d, texts[6]);
    document_pair(d, texts[7], texts[8]);
    document_check(d, true, texts[9]);
    document_large(d, texts[10]);
    document_table(d, COLUMNS, 2);
    document_row(d, (const char *const[]){texts[11], texts[0]});
    document_line(d, texts[1]);
    return d;
}

/* Commands are ^XY and ~XY: those that we send, and nothing that a text brought along. */
static void check_zpl(struct hostile_run *out, const struct buffer *zpl)
{
    static const char *const OURS[] = {"^XA", "^XZ", "^CI", "^PW", "^LL", "^LH", "^FO", "^FT", "^FD", "^FS", "^FH", "^A0", "^AF", "^PQ", "^BC",
                                       "^BY", "^FB", "^CF", "^GB"};
    expect_letters(out, "ZPL", zpl->bytes, zpl->len, "\n");
    for (size_t i = 0; i + 2 < zpl->len; i++) {
        bool is_ours = zpl->bytes[i] != '^' && zpl->bytes[i] != '~';
        for (size_t k = 0; k < sizeof OURS / sizeof *OURS; k++) {
            is_ours = is_ours || memcmp(zpl->bytes + i, OURS[k], 3) == 0;
        }
        if (!is_ours) {
            blame(out, "ZPL: a command of another", zpl->bytes + i);
        }
    }
}

static void check_pages(char texts[TEXTS][HOSTILE_MAX], struct hostile_run *out, unsigned turn)
{
    struct document *d = sheet_of(texts);
    struct buffer page = BUFFER_INIT, zpl = BUFFER_INIT, pdf = BUFFER_INIT;
    document_to_text(d, WIDTH, 0, &page);
    expect_letters(out, "a page", page.bytes, page.len, "\n");
    for (char *line = page.bytes; line != NULL && *line != '\0';) {
        char *end = strchr(line, '\n');
        char *one = mem_copy_bytes(line, end != NULL ? (size_t)(end - line) : strlen(line));
        if (text_width_cells(one) > WIDTH) {
            char *words = mem_format("%d cells: |%s|", text_width_cells(one), one);
            blame(out, "a page: a line is too wide", words);
            mem_free(words);
        }
        mem_free(one);
        line = end != NULL ? end + 1 : NULL;
    }
    document_to_zpl(d, 1, &zpl);
    check_zpl(out, &zpl);
    if (turn % PDF_EVERY == 0) {
        struct error err = ERROR_INIT;
        if (document_to_pdf(d, DOCUMENT_LABEL, &pdf, NULL, &err) != STATUS_OK || pdf.len < 1000 || memcmp(pdf.bytes, "%PDF-", 5) != 0) {
            blame(out, "PDF", error_text(&err));
        }
    }
    buffer_release(&page);
    buffer_release(&zpl);
    buffer_release(&pdf);
    document_free(d);
}

/* ---- CSV ---- */

/* RFC 4180 as a reader has it: the cell at *at, which goes on behind its comma. False at the end of the line. */
static bool take_cell(const char **at, struct buffer *cell)
{
    bool is_quoted = **at == '"';
    cell->len = 0;
    for (*at += is_quoted; **at != '\0'; (*at)++) {
        if (is_quoted && **at == '"') {
            (*at)++;
            is_quoted = **at == '"'; /* doubled: one of the text */
        }
        if (!is_quoted && (**at == ',' || **at == '\r')) {
            break;
        }
        buffer_append_byte(cell, **at);
    }
    bool goes_on = **at == ',';
    *at += **at == '\r' && (*at)[1] == '\n' ? 2 : goes_on;
    return goes_on;
}

static void check_csv(char texts[TEXTS][HOSTILE_MAX], struct hostile_run *out)
{
    struct buffer csv = BUFFER_INIT, cell = BUFFER_INIT;
    const char *cells[TEXTS];
    for (int i = 0; i < TEXTS; i++) {
        cells[i] = texts[i];
    }
    csv_write_line(&csv, cells, TEXTS);
    csv_write_line(&csv, cells, TEXTS);
    const char *at = csv.bytes;
    for (int line = 0; line < 2; line++) {
        int count = 1;
        for (bool goes_on = true; goes_on; count += goes_on) {
            goes_on = take_cell(&at, &cell);
            expect_letters(out, "a cell of CSV", cell.bytes != NULL ? cell.bytes : "", cell.len, "\n");
            if (cell.len > 0 && strchr("=+-@\t\r", cell.bytes[0]) != NULL) {
                blame(out, "a cell of CSV is a formula", cell.bytes);
            }
        }
        if (count != TEXTS) {
            blame(out, "CSV falls into other cells", csv.bytes);
        }
    }
    if (*at != '\0') {
        blame(out, "CSV has lines that nobody wrote", at);
    }
    buffer_release(&csv);
    buffer_release(&cell);
}

/* ---- FHIR ---- */

static void check_json(struct hostile_run *out, const char *where, const struct buffer *text)
{
    struct json_document *doc = NULL;
    expect_letters(out, where, text->bytes, text->len, "\n");
    if (json_parse(text->bytes, text->len, &JSON_LIMITS_DEFAULT, 1, &doc, NULL) != STATUS_OK) {
        blame(out, where, text->bytes);
        return;
    }
    json_free(doc);
}

static void check_fhir(char texts[TEXTS][HOSTILE_MAX], struct hostile_run *out)
{
    const struct uid id = {.bytes = {1, 2, 3}};
    const struct sig sig = {0};
    struct buffer list = BUFFER_INIT, event = BUFFER_INIT;
    const struct fhir_list_entry entry = {.id = id, .state = texts[0], .drug = texts[1], .code_system = texts[2], .code = texts[3],
                                          .strength = texts[4], .form = texts[5], .sig = &sig, .directions = texts[6],
                                          .indication = texts[7], .reason = texts[8], .outcome = texts[9]};
    fhir_list_write(&(struct fhir_list){.id = id, .patient = id, .signer = id, .patient_name = texts[10], .signer_name = texts[11],
                                        .entries = &entry, .count = 1}, &list);
    check_json(out, "a FHIR list", &list);
    fhir_audit_write(&(struct fhir_audit_event){.id = id, .agent = id, .agent_name = texts[0], .role = texts[1], .action = texts[2],
                                                .table = texts[3], .address = texts[4], .risk = texts[5], .outcome = texts[6],
                                                .patient = id, .device = id, .site_name = texts[7], .seq = 1}, &event);
    check_json(out, "an AuditEvent", &event);
    buffer_release(&list);
    buffer_release(&event);
}

/* ---- the log ---- */

static void check_log(char texts[TEXTS][HOSTILE_MAX], const char *path, struct hostile_run *out)
{
    struct buffer log = BUFFER_INIT;
    int lines = 0;
    (void)unlink(path); /* of the turn before */
    cr_assert_eq(log_open(path, LOG_INFO), STATUS_OK);
    for (int i = 0; i < TEXTS; i++) {
        log_write(LOG_WARNING, "%s", texts[i]);
    }
    log_close();
    cr_assert_eq(buffer_read_file(&log, path, 1 << 20, NULL), STATUS_OK);
    for (size_t i = 0; i < log.len; i++) {
        lines += log.bytes[i] == '\n';
    }
    if (lines != TEXTS) {
        blame(out, "the log has another number of lines", log.bytes);
    }
    expect_letters(out, "the log", log.bytes, log.len, "\n");
    buffer_release(&log);
}

void hostile_outputs(unsigned strings, struct random *r, struct hostile_run *out)
{
    char texts[TEXTS][HOSTILE_MAX], *folder = folder_new(), *path = folder_path(folder, "program.log");
    memset(out, 0, sizeof *out);
    for (unsigned turn = 0; out->strings < strings && out->why[0] == '\0'; turn++) {
        for (int i = 0; i < TEXTS; i++, out->strings++) {
            hostile_make(r, texts[i]);
        }
        check_pages(texts, out, turn);
        check_csv(texts, out);
        check_fhir(texts, out);
        check_log(texts, path, out);
        out->frames++;
    }
    mem_free(path);
    folder_remove(folder);
}
