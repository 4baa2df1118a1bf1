/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/drug_data.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/utf8.h"
#include "exchange/drug_data_format.h"

#define CELLS_MAX 32
#define LINE_MAX_BYTES (64 * 1024)

/* One line's cells, which point into a copy of the line. */
struct row {
    char *cells[CELLS_MAX];
    int count;
    int line;
};

/* A kind of text file: how its first line looks (NULL: told by the end of the file's name), what
 * parts its cells, how many there are, and what a row says. */
struct format {
    const char *title;
    const char *header;
    const char *name_end;
    char separator;
    int columns; /* least */
    enum status (*read)(struct drug_reader *r, const struct row *row);
};

void drug_data_skip(struct drug_data_account *account, const char *reason)
{
    int i = 0;
    while (i < account->skip_count && strcmp(account->skips[i].reason, reason) != 0) {
        i++;
    }
    if (i == DRUG_DATA_SKIPS_MAX) {
        i--; /* more reasons than there are: counted with the last */
    } else if (i == account->skip_count) {
        account->skips[account->skip_count++] = (struct drug_data_skip){reason, 0};
    }
    account->skips[i].count++;
}

enum status drug_data_fail(struct drug_reader *r, int line, const char *format, ...)
{
    char detail[256];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(detail, sizeof detail, format, args); /* a cut detail is still one */
    va_end(args);
    return error_set(r->err, STATUS_INVALID, _("line %d: %s"), line, detail);
}

static struct drug_fact fact_of(enum drug_fact_kind kind, int line)
{
    return (struct drug_fact){.kind = kind,
                              .line = line,
                              .a = {"", "", false},
                              .b = {"", "", false},
                              .effect = "",
                              .management = "",
                              .code = "",
                              .name = "",
                              .ingredients = "",
                              .strength = "",
                              .form = "",
                              .route = ""};
}

static enum status skip(struct drug_reader *r, const char *reason)
{
    drug_data_skip(r->account, reason);
    return STATUS_OK;
}

static bool is_digits(const char *text)
{
    return text[0] && text[strspn(text, "0123456789")] == '\0';
}

/* ---- the formats ---- */

static enum status read_ddinter(struct drug_reader *r, const struct row *row)
{
    static const struct {
        const char *word;
        enum interaction_type severity;
    } levels[] = {{"Major", INTERACTION_TYPE_MAJOR},
                  {"Moderate", INTERACTION_TYPE_MODERATE},
                  {"Minor", INTERACTION_TYPE_MINOR},
                  {"Unknown", INTERACTION_TYPE_NONE_GIVEN}};
    struct drug_fact fact = fact_of(DRUG_FACT_PAIR, row->line);
    size_t i = 0;
    while (i < sizeof levels / sizeof *levels && strcmp(levels[i].word, row->cells[4]) != 0) {
        i++;
    }
    if (i == sizeof levels / sizeof *levels) {
        return drug_data_fail(r, row->line, _("\"%s\" is no level of DDInter"), row->cells[4]);
    }
    if (strncmp(row->cells[0], "DDInter", 7) != 0 || strncmp(row->cells[2], "DDInter", 7) != 0 ||
        !row->cells[1][0] || !row->cells[3][0]) {
        return drug_data_fail(r, row->line, _("two drugs with their DDInter numbers are expected"));
    }
    if (levels[i].severity == INTERACTION_TYPE_NONE_GIVEN) {
        return skip(r, N_("no severity was assigned"));
    }
    fact.severity = levels[i].severity;
    fact.a.name = row->cells[1];
    fact.b.name = row->cells[3];
    return r->take(r->to, &fact, r->err);
}

static enum status read_ansm_class(struct drug_reader *r, const struct row *row)
{
    struct drug_fact fact = fact_of(DRUG_FACT_MEMBER, row->line);
    if (!row->cells[1][0]) {
        return drug_data_fail(r, row->line, _("a class and a drug are expected"));
    }
    if (!row->cells[2][0]) {
        return skip(r, N_("a member without a name"));
    }
    fact.a = (struct drug_side){row->cells[1], "", true};
    fact.b = (struct drug_side){row->cells[2], row->cells[3], false};
    return r->take(r->to, &fact, r->err);
}

static enum status read_ansm_pair(struct drug_reader *r, const struct row *row)
{
    struct drug_fact fact = fact_of(DRUG_FACT_PAIR, row->line);
    bool is_class_a = strcmp(row->cells[0], "class") == 0;
    bool is_class_b = strcmp(row->cells[4], "class") == 0;
    if ((!is_class_a && strcmp(row->cells[0], "drug") != 0) ||
        (!is_class_b && strcmp(row->cells[4], "drug") != 0)) {
        return drug_data_fail(r, row->line, _("each side is a drug or a class"));
    }
    fact.severity = drug_data_ansm_severity(row->cells[8]);
    if (fact.severity == INTERACTION_TYPE_NONE_GIVEN) {
        return skip(r, N_("no severity was assigned"));
    }
    fact.a = (struct drug_side){row->cells[1], is_class_a ? "" : row->cells[2], is_class_a};
    fact.b = (struct drug_side){row->cells[5], is_class_b ? "" : row->cells[6], is_class_b};
    fact.effect = row->cells[10];
    fact.management = row->cells[11];
    return r->take(r->to, &fact, r->err);
}

static enum status read_atc(struct drug_reader *r, const struct row *row)
{
    struct drug_fact fact = fact_of(DRUG_FACT_ATC, row->line);
    size_t len = strlen(row->cells[0]);
    if ((len != 1 && len != 3 && len != 4 && len != 5 && len != 7) || row->cells[0][0] < 'A' ||
        row->cells[0][0] > 'Z') {
        return drug_data_fail(r, row->line, _("\"%s\" is no ATC code"), row->cells[0]);
    }
    if (len != 7) {
        return skip(r, N_("a heading"));
    }
    fact.code = row->cells[0];
    fact.name = row->cells[1];
    return r->take(r->to, &fact, r->err);
}

static enum status read_atc_mix(struct drug_reader *r, const struct row *row)
{
    (void)row;
    return skip(r, N_("a combination's daily dose, which nothing here uses"));
}

static enum status take_code(struct drug_reader *r, int line, const char *rxcui, const char *tty,
                             const char *name)
{
    bool is_ingredient = strcmp(tty, "IN") == 0 || strcmp(tty, "PIN") == 0 ||
                         strcmp(tty, "MIN") == 0 || strcmp(tty, "IN?") == 0;
    bool is_product = strcmp(tty, "SCD") == 0 || strcmp(tty, "SBD") == 0 ||
                      strcmp(tty, "GPCK") == 0 || strcmp(tty, "BPCK") == 0 ||
                      strcmp(tty, "BN") == 0 || strcmp(tty, "SCDC") == 0;
    if (!is_digits(rxcui) || strlen(rxcui) > 8 || !name[0]) {
        return drug_data_fail(r, line, _("\"%s\" is no code of RxNorm"), rxcui);
    }
    if (!is_ingredient && !is_product) {
        return skip(r, N_("a kind of term that nothing here uses"));
    }
    struct drug_fact fact = fact_of(is_ingredient ? DRUG_FACT_NAME : DRUG_FACT_CODE, line);
    fact.code = rxcui;
    fact.name = name;
    return r->take(r->to, &fact, r->err);
}

static enum status read_rxnorm_ingredient(struct drug_reader *r, const struct row *row)
{
    return take_code(r, row->line, row->cells[0], row->cells[1], row->cells[2]);
}

static enum status read_rxnorm_ndc(struct drug_reader *r, const struct row *row)
{
    char code[24];
    struct drug_fact fact = fact_of(DRUG_FACT_CODE, row->line);
    if (!is_digits(row->cells[0]) || strlen(row->cells[0]) != 11) {
        return drug_data_fail(r, row->line, _("\"%s\" is no national drug code of 11 digits"),
                              row->cells[0]);
    }
    (void)snprintf(code, sizeof code, "ndc:%s", row->cells[0]); /* fits */
    fact.code = code;
    fact.name = row->cells[3];
    return r->take(r->to, &fact, r->err);
}

/* RXCUI|LAT|TS|LUI|STT|SUI|ISPREF|RXAUI|SAUI|SCUI|SDUI|SAB|TTY|CODE|STR|SRL|SUPPRESS|CVF| */
static enum status read_rrf(struct drug_reader *r, const struct row *row)
{
    if (strcmp(row->cells[11], "RXNORM") != 0 || strcmp(row->cells[16], "N") != 0) {
        return skip(r, N_("a term of another source, or a retired one"));
    }
    return take_code(r, row->line, row->cells[0], row->cells[12], row->cells[14]);
}

static enum status read_unused(struct drug_reader *r, const struct row *row)
{
    (void)row;
    return skip(r, N_("nothing that the checks use"));
}

/* "0002-0800": the nine digits of labeler and product. */
static bool ndc_product(const char *text, char out[16])
{
    const char *hyphen = strchr(text, '-');
    size_t labeler = hyphen ? (size_t)(hyphen - text) : 0;
    size_t product = hyphen ? strlen(hyphen + 1) : 0;
    bool is_right = hyphen && (labeler == 4 || labeler == 5) && (product == 3 || product == 4) &&
                    strspn(text, "0123456789") == labeler && is_digits(hyphen + 1);
    if (is_right) {
        (void)snprintf(out, 16, "ndc9:%s%.*s%s%s", labeler == 4 ? "0" : "", (int)labeler, text,
                       product == 3 ? "0" : "", hyphen + 1); /* fits */
    }
    return is_right;
}

/* "70; 5600" and "mg/1; [iU]/1" -> "70 mg;5600 units" into buf; what is not read stays out. */
static void ndc_strength(const char *numbers, const char *units, char *buf, size_t size)
{
    size_t len = 0;
    buf[0] = '\0';
    while (*numbers && len + 1 < size) {
        numbers += strspn(numbers, "; ");
        units += strspn(units, "; ");
        int number = (int)strcspn(numbers, ";");
        int unit = (int)strcspn(units, ";/");
        int added = snprintf(buf + len, size - len, "%s%.*s %.*s", len ? ";" : "", number, numbers,
                             unit, units);
        len = added > 0 ? len + (size_t)added : size;
        numbers += number;
        units += strcspn(units, ";");
    }
}

static enum status read_ndc_product(struct drug_reader *r, const struct row *row)
{
    char code[16];
    char strength[256];
    struct drug_fact fact = fact_of(DRUG_FACT_CODE, row->line);
    if (!ndc_product(row->cells[1], code)) {
        return drug_data_fail(r, row->line,
                              _("\"%s\" is no national drug code of labeler and product"),
                              row->cells[1]);
    }
    if (strcmp(row->cells[18], "N") != 0) {
        return skip(r, N_("excluded by the directory itself"));
    }
    ndc_strength(row->cells[14], row->cells[15], strength, sizeof strength);
    fact.code = code;
    fact.name = row->cells[3][0] ? row->cells[3] : row->cells[5];
    fact.ingredients = row->cells[13][0] ? row->cells[13] : row->cells[5];
    fact.strength = strength;
    fact.form = row->cells[6];
    fact.route = row->cells[7];
    return r->take(r->to, &fact, r->err);
}

static enum status read_drugs_at_fda(struct drug_reader *r, const struct row *row)
{
    struct drug_fact fact = fact_of(DRUG_FACT_PRODUCT, row->line);
    char form[128];
    if (!is_digits(row->cells[0]) || !is_digits(row->cells[1])) {
        return drug_data_fail(r, row->line, _("an application and a product number are expected"));
    }
    if (!row->cells[5][0] || !row->cells[6][0]) {
        return skip(r, N_("no name or no ingredient"));
    }
    (void)snprintf(form, sizeof form, "%.*s", (int)strcspn(row->cells[2], ";"),
                   row->cells[2]); /* a cut form is none */
    fact.name = row->cells[5];
    fact.ingredients = row->cells[6];
    fact.strength = strstr(row->cells[3], "**") ? "" : row->cells[3];
    fact.form = form;
    const char *route = strchr(row->cells[2], ';');
    fact.route = route ? route + 1 : "";
    return r->take(r->to, &fact, r->err);
}

static const struct format FORMATS[] = {
    {"DDInter", "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level", NULL, ',', 5, read_ddinter},
    {"ANSM classes", "class_code\tclass_name\tdrug_name\trxcui\tatc", NULL, '\t', 5,
     read_ansm_class},
    {"ANSM interactions", "kind1\tname1\tcode1\tatc1\tkind2\tname2\tcode2\tatc2\tseverity", NULL,
     '\t', 12, read_ansm_pair},
    {"ATC", "atc_code,atc_name,ddd,uom,adm_r,note", NULL, ',', 6, read_atc},
    {"ATC combinations", "atc_code,brand_name,dosage_form,ingredients", NULL, ',', 5, read_atc_mix},
    {"RxNorm ingredients", "rxcui\ttty\tname\tunii", NULL, '\t', 3, read_rxnorm_ingredient},
    {"RxNorm products", "rxcui\ttty\tname\tingredient_rxcuis", NULL, '\t', 3,
     read_rxnorm_ingredient},
    {"RxNorm NDC", "ndc11\trxcui\ttty\tname", NULL, '\t', 4, read_rxnorm_ndc},
    {"NDC products", "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME", NULL, '\t', 19,
     read_ndc_product},
    {"NDC packages", "PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE", NULL, '\t', 3, read_unused},
    {"NDC unfinished", "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tNONPROPRIETARYNAME", NULL, '\t', 3,
     read_unused},
    {"Drugs@FDA", "ApplNo\tProductNo\tForm\tStrength\tReferenceDrug\tDrugName\tActiveIngredient",
     NULL, '\t', 7, read_drugs_at_fda},
    {"Drugs@FDA status", "MarketingStatusID\t", NULL, '\t', 2, read_unused},
    {"RxNorm RRF", NULL, "RXNCONSO.RRF", '|', 18, read_rrf},
    {"RxNorm relations", NULL, "RXNREL.RRF", '|', 8, read_unused},
};

/* ---- lines and cells ---- */

/* Cuts a cell off *rest in place. False for a quote that is never closed. */
static bool cut_cell(char **rest, char separator, char **out)
{
    char *p = *rest;
    if (separator == ',' && *p == '"') {
        char *to = p;
        *out = p++;
        while (*p && !(*p == '"' && p[1] != '"')) {
            p += *p == '"';
            *to++ = *p++;
        }
        if (*p != '"') {
            return false;
        }
        p++;
        *to = '\0';
        if (*p && *p != separator) {
            return false;
        }
        *rest = *p ? p + 1 : NULL;
        return true;
    }
    *out = p;
    char *end = strchr(p, separator);
    if (end) {
        *end = '\0';
    }
    *rest = end ? end + 1 : NULL;
    return true;
}

/* `columns`: of the header, or the least of the format where it has none. A row of another width is a row that was cut or
 * pushed aside: nobody knows what its cells say. Empty cells too many are harmless (some exporters end lines with a tab). */
static enum status read_row(struct drug_reader *r, const struct format *format, int columns, char *line, int number)
{
    struct row row = {.line = number};
    char *rest = line;
    while (rest) {
        char *cell = NULL;
        if (row.count == CELLS_MAX) {
            return drug_data_fail(r, number, _("more than %d cells"), CELLS_MAX);
        }
        if (!cut_cell(&rest, format->separator, &cell)) {
            return drug_data_fail(r, number, _("a quotation mark is never closed"));
        }
        row.cells[row.count++] = text_trim(cell);
    }
    while (format->header && row.count > columns && row.cells[row.count - 1][0] == '\0') {
        row.count--;
    }
    if (row.count < columns || (format->header && row.count > columns)) {
        return drug_data_fail(r, number, _("%d cells instead of %d"), row.count, columns);
    }
    r->account->rows++;
    return format->read(r, &row);
}

/* A header names its columns without quotes. */
static int count_columns(const struct format *format, const char *header)
{
    int count = 1;
    for (const char *p = header; *p; p++) {
        count += *p == format->separator;
    }
    return count > format->columns ? count : format->columns;
}

static bool is_utf8(const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        int32_t code = 0;
        size_t used = utf8_decode(text, left, &code);
        if (used == 0 || code < 0) {
            return false;
        }
        text += used;
        left -= used;
    }
    return true;
}

static const struct format *format_of(const char *name, const char *first_line)
{
    size_t name_len = strlen(name);
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) {
        const struct format *f = &FORMATS[i];
        size_t end = f->name_end ? strlen(f->name_end) : 0;
        if (f->header ? strncmp(first_line, f->header, strlen(f->header)) == 0
                      : name_len >= end && strcmp(name + name_len - end, f->name_end) == 0) {
            return f;
        }
    }
    return NULL;
}

static enum status read_lines(struct drug_reader *r, const char *name, const char *bytes,
                              size_t len)
{
    const struct format *format = NULL;
    const char *p = bytes;
    const char *end = bytes + len;
    int columns = 0;
    enum status status = STATUS_OK;
    for (int number = 1; p < end && status == STATUS_OK; number++) {
        const char *newline = memchr(p, '\n', (size_t)(end - p));
        size_t size = (size_t)((newline ? newline : end) - p);
        size_t kept = size > 0 && p[size - 1] == '\r' ? size - 1 : size;
        if (kept > LINE_MAX_BYTES || memchr(p, '\0', kept)) {
            return drug_data_fail(r, number, _("too long, or not text"));
        }
        char *line = mem_copy_bytes(p, kept);
        if (!is_utf8(line)) {
            status = drug_data_fail(r, number, _("not UTF-8"));
        } else if (number == 1 && (format = format_of(name, line)) == NULL) {
            status = drug_data_fail(r, 1, _("this is none of the drug data files that are known"));
        } else if (number == 1) {
            r->account->format = format->title;
            columns = format->header ? count_columns(format, line) : format->columns;
        }
        if (status == STATUS_OK && line[0] && !(number == 1 && format->header)) {
            status = read_row(r, format, columns, line, number);
        }
        mem_free(line);
        p = newline ? newline + 1 : end;
    }
    return status;
}

enum status drug_data_read(const char *name, const char *bytes, size_t len, drug_fact_fn *take,
                           void *to, struct drug_data_account *out, struct error *err)
{
    struct drug_reader reader = {take, to, out, err};
    *out = (struct drug_data_account){.format = ""};
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        bytes += 3;
        len -= 3;
    }
    size_t space = 0;
    while (space < len && strchr(" \t\r\n", bytes[space])) {
        space++;
    }
    return len == 0                             ? drug_data_fail(&reader, 1, _("the file is empty"))
           : space < len && bytes[space] == '<' ? drug_data_read_xml(&reader, bytes, len)
                                                : read_lines(&reader, name, bytes, len);
}
